from odoo import api, models

SAID_OF_AN_EPISODE = {
    "partner_id",
    "company_id",
    "user_id",
    "name",
    "type",
    "active",
    "stage_id",
    "probability",
    "lost_reason_id",
    "date_closed",
    "won_status",
}


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmLead(models.Model):
    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        """Open an episode with each enquiry and opportunity."""
        leads = super().create(vals_list)
        self.env["crm.relationship.episode"]._follow("lead_id", leads)
        return leads

    def write(self, vals):
        """Close the episodes of what is won or lost, reopen what is restored."""
        result = super().write(vals)
        if vals.keys() & SAID_OF_AN_EPISODE:
            self.env["crm.relationship.episode"]._follow("lead_id", self)
        return result
