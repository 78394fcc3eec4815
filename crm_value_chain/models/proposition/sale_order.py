from odoo import api, fields, models

from .crm_value_choice import USER


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "crm.value.choice"]

    print_value_proposition = fields.Boolean(
        "Print the Value Proposition",
        default=lambda self: self.env.company.sudo().quotation_value_proposition,
        groups=USER,
        help="Its promise, benefits and binding promises stand on the printed "
        "quotation.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Take over what was chosen for the opportunity."""
        for vals in vals_list:
            if vals.get("opportunity_id") and "value_proposition_id" not in vals:
                lead = self.env["crm.lead"].browse(vals["opportunity_id"])
                company_id = vals.get("company_id") or self.env.company.id
                vals.update(lead._choice_for_orders(company_id))
        return super().create(vals_list)

    @api.depends("partner_id", "company_id", "opportunity_id")
    def _compute_value_suggestions(self):
        return super()._compute_value_suggestions()

    def _noted_needs(self):
        lead = self.opportunity_id._origin
        return lead.lead_need_ids if lead.has_access("read") else super()._noted_needs()

    def _value_proposition_on_print(self):
        """What the printed quotation says of the value proposition.

        As superuser: whoever prints, or reads it in the portal, sees the same.

        :return: ``name``, ``promise``, ``benefits`` (name and argument) and
            ``promises``; empty where nothing shall be printed
        :rtype: dict
        """
        self.ensure_one()
        order = self.sudo()
        version = order.value_proposition_version_id
        if not order.print_value_proposition or not version:
            return {}
        benefits = version.factor_ids.filtered(lambda f: f.kind == "benefit")
        return {
            "name": version.proposition_id.name,
            "promise": version.promise or "",
            "benefits": [
                {"name": factor.name, "argument": factor.argument or ""}
                for factor in benefits.sorted(lambda f: -f.weight)
            ],
            "promises": [promise._in_words() for promise in version._valid_promises()],
        }
