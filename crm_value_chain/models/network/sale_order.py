from odoo import fields, models

USER = "crm_value_chain.group_value_chain_user"


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class SaleOrder(models.Model):
    _inherit = "sale.order"

    network_member_id = fields.Many2one(
        "crm.network.member",
        "Brought by",
        domain="[('company_id', '=', company_id)]",
        check_company=True,
        index="btree_not_null",
        groups=USER,
        help="The member of our network that brought this order.",
    )
    delivery_member_ids = fields.Many2many(
        "crm.network.member",
        "crm_network_delivery",
        "order_id",
        "member_id",
        string="Delivered by",
        domain="[('company_id', '=', company_id)]",
        check_company=True,
        groups=USER,
        help="The members of our network that deliver, install or look after it.",
    )
