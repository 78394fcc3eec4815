from odoo import api, models

SAID_OF_AN_EPISODE = {"active", "activity_type_id", "feedback", "summary", "user_id"}


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        """Open an episode with each complaint that somebody is to settle."""
        activities = super().create(vals_list)
        activities._follow_episodes()
        return activities

    def write(self, vals):
        """Close the episodes of the complaints that are settled."""
        result = super().write(vals)
        if vals.keys() & SAID_OF_AN_EPISODE:
            self._follow_episodes()
        if "activity_type_id" in vals:
            (self - self._opening())._withdraw_episodes()
        return result

    def unlink(self):
        """Close the episodes of the complaints that nobody is to settle any more."""
        self._withdraw_episodes()
        return super().unlink()

    def _opening(self):
        """Those whose type opens an episode."""
        return self.filtered(
            lambda activity: activity.activity_type_id.sudo().episode_type_id
        )

    def _follow_episodes(self):
        episodes = self.env["crm.relationship.episode"]
        episodes._follow("activity_id", self._opening())

    def _withdraw_episodes(self):
        episodes = self.env["crm.relationship.episode"].sudo()
        episodes.search([("activity_id", "in", self.ids)])._withdraw()
