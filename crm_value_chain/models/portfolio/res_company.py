from odoo import api, fields, models

from ..customer.column_default import set_column_defaults


# the setting of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class ResCompany(models.Model):
    _inherit = "res.company"

    value_tier_basis = fields.Selection(
        [
            ("yearly_amount", "Value a year"),
            ("purchase_amount", "Amount since the first purchase"),
            ("margin", "Margin"),
            ("clv", "Customer lifetime value"),
        ],
        "Value Tiers by",
        default="yearly_amount",
        required=True,
        help="With margin, whoever sees the tiers learns whose margin is high. Choose "
        "another value where that is a secret. From which margin on a tier begins is "
        "shown to those who may see margins; only they try and set shares then.",
    )

    def init(self):
        """Others make companies before this addon is loaded, too."""
        set_column_defaults(self, "value_tier_basis")
        return super().init()

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["crm.value.tier"]._create_defaults(companies)
        return companies

    def write(self, vals):
        """Rank the customers anew when another value decides."""
        before = {company: company.value_tier_basis for company in self}
        result = super().write(vals)
        changed = self.filtered(lambda c: c.value_tier_basis != before[c])
        if changed:
            tiers = self.env["crm.value.tier"].sudo()
            tiers._renew(changed)
            tiers.search([("company_id", "in", changed.ids)])._apply_rules()
        return result
