"""Keep one of the relations that two people noted at the same moment."""


def migrate(cr, version):
    cr.execute(
        """
        DELETE FROM crm_network_relation double
         USING crm_network_relation kept
         WHERE kept.id < double.id
           AND kept.company_id = double.company_id
           AND kept.type_id = double.type_id
           AND kept.partner_id = double.partner_id
           AND kept.other_partner_id = double.other_partner_id
           AND kept.date_from IS NOT DISTINCT FROM double.date_from
        """
    )
