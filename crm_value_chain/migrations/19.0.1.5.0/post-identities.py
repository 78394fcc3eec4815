"""Forget the codes of wallets, which are money: customers are not known by them."""

from odoo.tools import SQL


def migrate(cr, version):
    cr.execute(
        SQL(
            """
            DELETE FROM crm_customer_identity identity
             USING loyalty_card card, loyalty_program program
             WHERE identity.source = 'loyalty_card' AND identity.value = card.code
               AND identity.partner_id = card.partner_id
               AND program.id = card.program_id AND program.program_type = 'ewallet'
            """
        )
    )
