from odoo import api, fields, models


# the setting of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class ResCompany(models.Model):
    _inherit = "res.company"

    value_chain_card_class = fields.Selection(
        "_selection_card_class",
        "On Cards beside the Stage",
        help="What cards show of a customer beside the stage on the value ladder.",
    )

    @api.model
    def _selection_card_class(self):
        """Fields of the profile that a card can show. A hook: stages add theirs."""
        profiles = self.env["crm.customer.profile"]
        names = [
            classification._profile_field
            for classification in profiles._in_order()
            if classification._dimension != "ladder"
        ]
        return [
            (name, profiles._fields[name]._description_string(self.env))
            for name in names
        ]
