from odoo import fields, models


class SaleReport(models.Model):
    _inherit = "sale.report"

    network_member_id = fields.Many2one(
        "crm.network.member",
        "Brought by",
        readonly=True,
        groups="crm_value_chain.group_value_chain_user",
    )

    def _select_additional_fields(self):
        fields_ = super()._select_additional_fields()
        return fields_ | {"network_member_id": "s.network_member_id"}

    def _group_by_sale(self):
        return f"{super()._group_by_sale()}, s.network_member_id"
