from odoo import models

from .crm_network_reminder import REVIEW


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """After the review of a relationship comes the next one."""
        reviewed = self._reviewed_members()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        reviewed._plan_next_review()
        return result

    def _reviewed_members(self):
        """Members of the network that these activities review.

        As superuser: whoever was asked to review a member says when it is done.
        """
        members = self.env["crm.network.member"].sudo()
        kind = self.env.ref(REVIEW, raise_if_not_found=False)
        reviews = self.filtered(
            lambda activity: (
                activity.res_model == members._name
                and activity.activity_type_id == kind
            )
        )
        return members.browse(reviews.mapped("res_id")).exists()
