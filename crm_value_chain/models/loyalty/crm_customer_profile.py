from odoo import api, fields, models


# the fields of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    _inherit = "crm.customer.profile"

    loyalty_class_id = fields.Many2one(
        "crm.loyalty.class",
        ondelete="set null",
        readonly=True,
        group_expand="_group_expand_classes",
    )
    loyalty_class_since = fields.Date("In This Class since", readonly=True)
    loyalty_tier_id = fields.Many2one(
        "loyalty.tier",
        readonly=True,
        ondelete="set null",
        help="The highest tier of the customer, or of one of its contacts, in the "
        "active loyalty programs of the company.",
    )

    @api.model
    def _shown_classes(self):
        return [*super()._shown_classes(), "loyalty_tier_id"]

    @api.model
    def _classifications(self):
        return [*super()._classifications(), "crm.loyalty.class"]
