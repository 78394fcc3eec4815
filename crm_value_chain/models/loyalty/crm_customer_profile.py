from odoo import fields, models


# each stage of the value chain adds its own fields, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    _inherit = "crm.customer.profile"

    loyalty_tier_id = fields.Many2one(
        "loyalty.tier",
        readonly=True,
        ondelete="set null",
        help="The highest tier of the customer, or of one of its contacts, in the "
        "active loyalty programs of the company.",
    )
