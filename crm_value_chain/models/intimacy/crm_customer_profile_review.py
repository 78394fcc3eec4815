from odoo import api, fields, models


# the stage of the value chain adds its own fields, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """What the customer said in review meetings."""

    _inherit = "crm.customer.profile"

    review_ids = fields.One2many("crm.customer.review", "profile_id", "Reviews")

    @api.model
    def _fields_people_may_write(self):
        return {*super()._fields_people_may_write(), "review_ids"}
