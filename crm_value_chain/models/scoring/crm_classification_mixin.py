from odoo import api, models

FIELDS_OF_THE_RULE = {"domain", "keep_domain", "sequence", "company_id", "active"}


class CrmClassificationMixin(models.AbstractModel):
    _inherit = "crm.classification.mixin"

    @api.model_create_multi
    def create(self, vals_list):
        classes = super().create(vals_list)
        classes._apply_rules()
        return classes

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & FIELDS_OF_THE_RULE:
            self._apply_rules()
        return result

    def unlink(self):
        self._apply_rules()
        return super().unlink()

    def _apply_rules(self):
        """Have the customers placed by the rules as they are now, in the background."""
        if self.env.context.get("install_mode"):
            return
        if self.env.context.get("value_chain_placed_later"):
            return
        companies = self.company_id
        if self.filtered(lambda rule: not rule.company_id):
            companies = companies.sudo().search([])
        self.env["crm.scoring.run"].sudo()._request("segmentation", companies)
