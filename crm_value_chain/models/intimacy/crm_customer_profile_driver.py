from odoo import api, fields, models

from .crm_relationship_driver import SIDES


# the stage of the value chain adds its own fields, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """Why the customer wants a relationship with us."""

    _inherit = "crm.customer.profile"

    driver_fact_ids = fields.One2many(
        "crm.customer.driver", "profile_id", "Relationship Drivers"
    )
    driver_side = fields.Selection(SIDES, compute="_compute_driver_side")

    @api.depends("partner_id.is_company")
    def _compute_driver_side(self):
        for profile in self:
            profile.driver_side = "b2b" if profile.partner_id.is_company else "b2c"

    @api.model
    def _fields_people_may_write(self):
        return {*super()._fields_people_may_write(), "driver_fact_ids"}
