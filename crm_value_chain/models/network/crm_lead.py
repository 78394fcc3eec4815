from odoo import api, fields, models
from odoo.exceptions import ValidationError

USER = "crm_value_chain.group_value_chain_user"


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmLead(models.Model):
    _inherit = "crm.lead"

    network_member_id = fields.Many2one(
        "crm.network.member",
        "Brought by",
        domain="[('company_id', '=?', company_id)]",
        index="btree_not_null",
        tracking=True,
        groups=USER,
        help="The member of our network that brought this lead.",
    )

    @api.constrains("network_member_id", "company_id")
    def _check_network_member_company(self):
        for lead in self.sudo().filtered("company_id"):
            member = lead.network_member_id
            if member and member.company_id != lead.company_id:
                raise ValidationError(
                    self.env._(
                        "%(member)s belongs to the network of %(company)s.",
                        member=member.name,
                        company=member.company_id.name,
                    )
                )

    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), "network_member_id"]

    def _prepare_opportunity_quotation_context(self):
        """Who brought the opportunity brought the quotation, in the same company."""
        context = super()._prepare_opportunity_quotation_context()
        member = self.sudo().network_member_id
        company = context.get("default_company_id") or self.env.company.id
        if member.active and member.company_id.id == company:
            context["default_network_member_id"] = member.id
        return context
