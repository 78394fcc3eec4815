from odoo import fields, models


class LoyaltyTierMovement(models.Model):
    """A member moved from one tier to another: when, and why."""

    _name = "loyalty.tier.movement"
    _description = "Loyalty Tier Movement"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    membership_id = fields.Many2one(
        "loyalty.membership", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="membership_id.partner_id", string="Member", store=True, index=True
    )
    program_id = fields.Many2one(related="membership_id.program_id", store=True)
    company_id = fields.Many2one(related="membership_id.company_id", store=True)
    date = fields.Date(required=True)
    from_tier_id = fields.Many2one("loyalty.tier", "From", ondelete="set null")
    to_tier_id = fields.Many2one("loyalty.tier", "To", ondelete="set null")
    cause = fields.Selection(
        [
            ("promotion", "Promotion"),
            ("demotion", "Demotion"),
            ("grant", "Granted by Hand"),
            ("grant_end", "Grant Ended"),
            ("merge", "Contacts Merged"),
            ("scheme", "Tier Removed"),
        ],
        required=True,
    )
    qualification = fields.Float(help="What counted towards a tier on that day.")
    reason = fields.Char(help="Given by whoever granted the tier.")
    user_id = fields.Many2one("res.users", "Granted by", ondelete="set null")
