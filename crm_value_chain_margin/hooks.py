"""The margins of all customers change when this addon comes and when it goes."""

from odoo.tools import SQL


def post_init_hook(env):
    """Have the margins of what was sold so far measured, in the background."""
    _queue_everyone(env)


def uninstall_hook(env):
    """Have the margins that came from here measured away again."""
    _queue_everyone(env)


def _queue_everyone(env):
    env["crm.customer.stale"]._queue(
        SQL("SELECT partner_id, company_id FROM crm_customer_profile")
    )
