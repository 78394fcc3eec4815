from odoo import api, fields, models
from odoo.tools import ormcache


# the setting of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class ResCompany(models.Model):
    _inherit = "res.company"

    value_chain_card_class = fields.Selection(
        "_selection_card_class",
        "On Cards beside the Stage",
        help="What cards show of a customer beside the stage on the value ladder.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if "value_chain_card_class" in vals:
            self.env.registry.clear_cache()
        return super().write(vals)

    @api.model
    @ormcache()
    def _card_classes(self):
        """Fields of the profile that the cards of any company show."""
        companies = self.sudo().with_context(active_test=False).search([])
        return tuple(set(companies.mapped("value_chain_card_class")) - {False})

    @api.model
    def _selection_card_class(self):
        """Fields of the profile that a card can show."""
        profiles = self.env["crm.customer.profile"]
        return [
            (name, profiles._fields[name]._description_string(self.env))
            for name in profiles._shown_classes()
        ]
