"""Forget the weeks to replace a member that nobody noted: they stood as zero."""


def migrate(cr, version):
    cr.execute(
        "UPDATE crm_network_member SET switching_weeks = NULL WHERE switching_weeks = 0"
    )
