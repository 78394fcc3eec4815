from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

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
            member.progress_in_words = member._progress_in_words()
            member.keeping_in_words = member._keeping_in_words()

    def _progress_in_words(self):
        program = self.program_id
        if not self.program_active:
            return self.env._("The program is archived: nobody moves.")
        if not self.next_tier_id:
            return self.env._("The highest tier is reached.")
        return self.env._(
            "%(missing)s more for %(tier)s",
            missing=program._in_words(self.missing),
            tier=self.next_tier_id.name,
        )

    def _keeping_in_words(self):
        """What keeps the tier, or how long it is kept."""
        program, day = self.program_id, self._format_date
        if self.granted_tier_id and self.granted_tier_id == self.tier_id:
            if self.grant_until:
                return self.env._("Granted until %s.", day(self.grant_until))
            return self.env._("Granted by hand, without an end.")
        if not self.earned_tier_id.threshold or program.tier_demotion == "never":
            return self.env._("Kept for good.")
        if self.grace_until:
            return self.env._(
                "%(missing)s more until %(day)s, or the tier is lost.",
                missing=program._in_words(self.to_keep),
                day=day(self.grace_until),
            )
        if self.kept_until:
            return self.env._("Kept until %s.", day(self.kept_until))
        return self._years_in_words()

    def _years_in_words(self):
        """What has to be bought from now on to keep the tier."""
        program, tier = self.program_id, self.earned_tier_id
        if program.tier_period == "rolling":
            return self.env._(
                "Kept by %s in any twelve months.", program._in_words(tier.threshold)
            )
        end = fields.Date.add(self.period_start or self.joined_on, years=1, days=-1)
        if self.qualification >= tier.threshold:
            end = fields.Date.add(end, years=1)
            return self.env._("Kept until %s.", self._format_date(end))
        return self.env._(
            "%(missing)s more until %(day)s keep it for another year.",
            missing=program._in_words(tier.threshold - self.qualification),
            day=self._format_date(end),
        )

    def _format_date(self, day):
        return fields.Date.to_date(day).strftime(
            self.env["res.lang"]._get_data(code=self.env.lang or "en_US").date_format
        )

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

    # ------------------------------------------------------------------
    # Contacts that become one
    # ------------------------------------------------------------------

    @api.model
    def _merge_members(self, sources, target):
        """Make one membership of each program out of those of merged contacts.

        What was counted stays counted; the higher tier and the better grant hold. The
        night places the member by all it bought together.

        :param sources: contacts that are about to be merged
        :param target: the contact they become
        """
        members = self.search([("partner_id", "in", (sources | target).ids)])
        for group in members.grouped("program_id").values():
            kept = group.filtered(lambda m: m.partner_id == target)[:1] or group[:1]
            for merged in group - kept:
                kept._take_over(merged)
            (group - kept).unlink()
            kept.partner_id = target

    def _take_over(self, merged):
        """Take ledger, history and rights of a membership about to go."""
        self.env.flush_all()
        for table in ("loyalty_qualification", "loyalty_tier_movement"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET membership_id = %s WHERE membership_id = %s",
                    SQL.identifier(table),
                    self.id,
                    merged.id,
                )
            )
        self.env.invalidate_all()
        before = self.tier_id
        self.joined_on = min(self.joined_on, merged.joined_on)
        for name in ("earned_tier_id", "granted_tier_id"):
            mine, other = self[name], merged[name]
            longer = name == "granted_tier_id" and self._is_granted_longer(merged)
            if other and (
                not mine or other._key() > mine._key() or (other == mine and longer)
            ):
                self[name] = other
                if name == "granted_tier_id":
                    self.grant_reason = merged.grant_reason
                    self.grant_until = merged.grant_until
                    self.granted_by_id = merged.granted_by_id
                else:
                    self.grace_until = merged.grace_until
                    self.notice_on = merged.notice_on
                    self.kept_until = merged.kept_until
        self._take_tier(before, "merge")

    def _is_granted_longer(self, merged):
        """Whether the grant of another membership ends later than this one's."""
        mine, other = self.grant_until, merged.grant_until
        return bool(mine) and (not other or other > mine)

    def action_open_partner(self):
        """Open the member's contact."""
        self.ensure_one()
        return self.partner_id.get_formview_action()
