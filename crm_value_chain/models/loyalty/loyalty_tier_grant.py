from odoo import api, fields, models
from odoo.exceptions import ValidationError


class LoyaltyTierGrant(models.TransientModel):
    """Dialog that grants a tier by hand: which, why, until when."""

    _name = "loyalty.tier.grant"
    _description = "Grant a Loyalty Tier"

    membership_id = fields.Many2one(
        "loyalty.membership", required=True, readonly=True, ondelete="cascade"
    )
    program_id = fields.Many2one(related="membership_id.program_id")
    tier_id = fields.Many2one(
        "loyalty.tier",
        required=True,
        ondelete="cascade",
        domain="[('program_id', '=', program_id)]",
    )
    reason = fields.Char(required=True)
    date_until = fields.Date("Until", help="Last day. Empty: until it is ended.")

    @api.constrains("tier_id", "reason", "date_until")
    def _check_grant(self):
        for grant in self:
            if grant.tier_id.program_id != grant.program_id:
                raise ValidationError(
                    self.env._(
                        "The tier %s belongs to another program.", grant.tier_id.name
                    )
                )
            if not (grant.reason or "").strip():
                raise ValidationError(self.env._("Say why the tier is granted."))
            if grant.date_until and grant.date_until < fields.Date.today():
                raise ValidationError(self.env._("The last day lies in the past."))

    def action_apply(self):
        """Grant the tier."""
        for grant in self:
            grant.membership_id._grant(grant.tier_id, grant.reason, grant.date_until)
        return {"type": "ir.actions.act_window_close"}
