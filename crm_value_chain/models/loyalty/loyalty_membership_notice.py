from odoo import api, models


# a part of its own of what a membership does
# pylint: disable=consider-merging-classes-inherited
class LoyaltyMembership(models.Model):
    """Tells people that a member is about to lose its tier."""

    _inherit = "loyalty.membership"

    @api.model
    def _notice_type(self):
        """Kind of the activities that give notice; empty if somebody deleted it."""
        kind = self.env.ref(
            "crm_value_chain.mail_activity_loyalty_notice", raise_if_not_found=False
        )
        return kind or self.env["mail.activity.type"]

    @api.model
    def _withdraw_notices(self, program):
        """Delete the activities about members who are no longer in grace."""
        safe = self._search(
            [("program_id", "=", program.id), ("grace_until", "=", False)]
        )
        self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("activity_type_id", "in", self._notice_type().ids),
                ("res_id", "in", safe),
            ]
        ).unlink()

    def _responsible(self):
        """Who is told about this member; nobody who left is."""
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        users = self.user_id | customer.user_id | self.program_id.tier_user_id
        return users.filtered("active")[:1]

    def _give_notice(self):
        """Tell the salesperson of each member that its tier is about to be lost."""
        if not self:
            return
        kind = self._notice_type()
        model_id = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": member.id,
                    "activity_type_id": kind.id,
                    "summary": self.env._("Is about to lose %s", member.tier_id.name),
                    "note": member.keeping_in_words,
                    "date_deadline": member.grace_until,
                    "user_id": user.id,
                }
                for member in self
                if (user := member._responsible())
            ]
        )
