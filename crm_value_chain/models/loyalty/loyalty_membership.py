from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .membership_words import MembershipWords

FIGURES = {
    "tier_id",
    "earned_tier_id",
    "since",
    "qualification",
    "qualification_before",
    "period_start",
    "progress",
    "kept_until",
    "grace_until",
    "notice_on",
    "granted_tier_id",
    "grant_reason",
    "grant_until",
    "granted_by_id",
}


class LoyaltyMembership(models.Model):
    """A customer in a tiered program: its tier, and what it needs for the next.

    Whoever buys becomes a member. The figures are written by the set-based pass of
    `loyalty.program._renew_tiers`; people grant tiers by hand.
    """

    _name = "loyalty.membership"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Loyalty Membership"
    _order = "qualification desc, id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _mail_post_access = "read"

    program_id = fields.Many2one(
        "loyalty.program",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("tier_ids", "!=", False)],
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True)
    currency_id = fields.Many2one(related="program_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    program_active = fields.Boolean(related="program_id.active")
    joined_on = fields.Date(
        default=fields.Date.today,
        required=True,
        help="Day of the first purchase that counted. An anniversary year begins here.",
    )
    tier_id = fields.Many2one(
        "loyalty.tier",
        readonly=True,
        index=True,
        ondelete="set null",
        group_expand="_group_expand_tier_id",
        help="The tier earned, or the one granted by hand where that is higher.",
    )
    color = fields.Integer(related="tier_id.color")
    earned_tier_id = fields.Many2one("loyalty.tier", readonly=True, ondelete="set null")
    since = fields.Date(readonly=True, help="Day on which the tier began.")
    qualification = fields.Float(
        readonly=True, help="What counts towards a tier in the present period."
    )
    qualification_before = fields.Float(
        "In the Period Before",
        readonly=True,
        help="What was reached in the period before, which keeps the tier in this one.",
    )
    period_start = fields.Date(readonly=True)
    next_tier_id = fields.Many2one("loyalty.tier", compute="_compute_next")
    missing = fields.Float("Missing to the Next Tier", compute="_compute_next")
    progress = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Share of what the next tier needs, in percent.",
    )
    to_keep = fields.Float("To Keep the Tier", compute="_compute_next")
    progress_in_words = fields.Char("What It Takes", compute="_compute_words")
    keeping_in_words = fields.Char("What Keeps the Tier", compute="_compute_words")
    kept_until = fields.Date(
        readonly=True,
        help="After falling by one tier the member keeps the lower one until then.",
    )
    grace_until = fields.Date(
        readonly=True,
        help="What was bought no longer keeps the tier. The member falls after this "
        "day, unless enough is bought.",
    )
    notice_on = fields.Date("Notice Given", readonly=True)
    granted_tier_id = fields.Many2one(
        "loyalty.tier", "Granted", readonly=True, ondelete="set null"
    )
    grant_reason = fields.Char(readonly=True)
    grant_until = fields.Date(readonly=True, help="Last day. Empty: until it is ended.")
    granted_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    entry_ids = fields.One2many("loyalty.qualification", "membership_id", "Ledger")
    movement_ids = fields.One2many("loyalty.tier.movement", "membership_id", "History")

    _member_once = models.UniqueIndex(
        "(program_id, partner_id)", "A customer is a member of a program only once."
    )

    @api.model
    def _group_expand_tier_id(self, tiers, domain):
        """All tiers of the programs on screen, also those without members."""
        return tiers.program_id.tier_ids

    @api.constrains("program_id", "partner_id")
    def _check_member_company(self):
        for member in self:
            company = member.partner_id.sudo().company_id
            if company and member.company_id and company != member.company_id:
                raise ValidationError(
                    self.env._(
                        "%(member)s belongs to %(company)s, the program %(program)s "
                        "to another company.",
                        member=member.partner_id.name,
                        company=company.name,
                        program=member.program_id.name,
                    )
                )

    @api.depends("tier_id", "qualification", "qualification_before", "period_start")
    def _compute_next(self):
        for member in self:
            tiers = member.program_id.tier_ids
            key = member.tier_id._key() if member.tier_id else (-1, -1)
            following = tiers.filtered(lambda t, key=key: t._key() > key)[:1]
            member.next_tier_id = following
            member.missing = max(following.threshold - member.qualification, 0)
            earned = member.earned_tier_id
            reached = max(member.qualification, member.qualification_before)
            member.to_keep = max(earned.threshold - reached, 0)

    @api.depends("next_tier_id", "missing", "grace_until", "granted_tier_id")
    @api.depends_context("lang")
    def _compute_words(self):
        for member in self:
            words = MembershipWords(member)
            member.progress_in_words = words.progress()
            member.keeping_in_words = words.keeping()

    # ------------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Make members by hand: they begin in the base tier."""
        self._check_by_hand(vals_list)
        members = super().create(vals_list)
        for member in members.sudo():
            base = member.program_id.tier_ids[:1]
            if not base:
                raise UserError(self.env._("This program has no tiers."))
            start = {"tier_id": base.id, "earned_tier_id": base.id}
            member.write(start | {"since": member.joined_on})
            if not member.program_id._by_contact():
                member.partner_id = member.partner_id.commercial_partner_id
        return members

    def write(self, vals):
        self._check_by_hand([vals])
        return super().write(vals)

    def _check_by_hand(self, vals_list):
        """Refuse to set what follows from purchases and grants.

        :raises UserError: with what to do instead
        """
        if not self.env.su and any(vals.keys() & FIGURES for vals in vals_list):
            raise UserError(
                self.env._(
                    "The tier follows from what the member bought. Grant a tier by "
                    "hand to give another one."
                )
            )

    def action_grant(self):
        """Ask which tier to grant, why and until when."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Grant a Tier"),
            "res_model": "loyalty.tier.grant",
            "view_mode": "form",
            "target": "new",
            "context": {"default_membership_id": self.id},
        }

    def action_end_grant(self):
        """Go back to the tier that was earned."""
        self.check_access("write")
        for member in self.sudo().filtered("granted_tier_id"):
            before, reason = member.tier_id, member.grant_reason
            member.write(
                {
                    "granted_tier_id": False,
                    "grant_reason": False,
                    "grant_until": False,
                    "granted_by_id": False,
                }
            )
            member._take_tier(before, "grant_end", reason)

    def _grant(self, tier, reason, until):
        """Give a tier by hand, by the user at hand.

        :param date until: last day; False for no end
        """
        self.check_access("write")
        for member in self.sudo():
            before = member.tier_id
            member.write(
                {
                    "granted_tier_id": tier.id,
                    "grant_reason": reason,
                    "grant_until": until,
                    "granted_by_id": self.env.uid,
                }
            )
            member._take_tier(before, "grant", reason)

    def _take_tier(self, before, cause, reason=False):
        """Stand in the higher of the tiers earned and granted, and note the move."""
        self.tier_id = self._highest_tier()
        if self.tier_id != before:
            self.since = fields.Date.today()
            self._note_movement(before, cause, reason)
        self.env["loyalty.renewal"]._show_on_customers(
            self.program_id, self.partner_id.commercial_partner_id.ids
        )

    def _highest_tier(self):
        """The higher of the tiers earned and granted."""
        tiers = self.earned_tier_id | self.granted_tier_id
        return tiers.sorted(lambda tier: tier._key())[-1:]

    def _note_movement(self, before, cause, reason=False):
        """Note in the history that members came from a tier to the present one."""
        self.env["loyalty.tier.movement"].create(
            [
                {
                    "membership_id": member.id,
                    "date": fields.Date.today(),
                    "from_tier_id": before.id,
                    "to_tier_id": member.tier_id.id,
                    "cause": cause,
                    "qualification": member.qualification,
                    "reason": reason,
                    "user_id": self.env.uid,
                }
                for member in self
            ]
        )

    @api.model
    def _leave_tier(self, gone, lower):
        """Move the members of a tier that is deleted.

        :param lower: the tier they go to, if there is one
        """
        self.search([("granted_tier_id", "=", gone.id)]).granted_tier_id = False
        self.search([("earned_tier_id", "=", gone.id)]).earned_tier_id = lower
        members = self.search([("tier_id", "=", gone.id)])
        for tier, group in members.grouped(lambda m: m._highest_tier()).items():
            group.write({"tier_id": tier.id, "since": fields.Date.today()})
            group._note_movement(gone, "scheme")
        self.env["loyalty.renewal"]._show_on_customers(
            gone.program_id, members.partner_id.commercial_partner_id.ids
        )

    def action_open_partner(self):
        """Open the member's contact."""
        self.ensure_one()
        return self.partner_id.get_formview_action()
