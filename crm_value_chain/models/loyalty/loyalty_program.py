import logging
from itertools import pairwise

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, format_amount

from ..customer.column_default import set_column_defaults
from .loyalty_tier import LARGEST_FACTOR
from .scheme import Scheme

_logger = logging.getLogger(__name__)

NIGHT = 0x7135  # first number of the database's lock on a program
USER = "crm_value_chain.group_value_chain_user"
MANAGER = "crm_value_chain.group_value_chain_manager"


class LoyaltyProgram(models.Model):
    """Tiers, members and the preview are for the groups of the value chain.

    Programs are also set up by people of the shop who belong to none of them: what is
    checked and copied when they save does not depend on who does it.
    """

    _inherit = "loyalty.program"

    tier_ids = fields.One2many("loyalty.tier", "program_id", "Tiers", groups=USER)
    tier_measure = fields.Selection(
        [
            ("amount", "Amount"),
            ("purchases", "Number of Purchases"),
            ("points", "Points Earned"),
        ],
        "Qualify by",
        default="amount",
        required=True,
        help="Amount: untaxed, less returns, in the currency of the program. "
        "Purchases: orders or invoices with an amount; a credit note over all of one "
        "takes it back. Points earned: what orders gave, spent or not.",
    )
    tier_period = fields.Selection(
        [
            ("rolling", "Last Twelve Months"),
            ("calendar", "Calendar Year"),
            ("anniversary", "Year since Joining"),
        ],
        "Within",
        default="rolling",
        required=True,
        help="A tier reached in a calendar year, or in a year since joining, is kept "
        "through the following one. Of the last twelve months every day counts.",
    )
    tier_promotion = fields.Selection(
        [("night", "Nightly"), ("at_once", "As Soon as the Order Counts")],
        "Promotion",
        default="night",
        required=True,
    )
    tier_demotion = fields.Selection(
        [
            ("never", "Never"),
            ("one", "One Tier"),
            ("base", "To the Base Tier"),
        ],
        "Demotion",
        default="one",
        required=True,
        help="Of a member who no longer reaches the tier. One tier: the lower one is "
        "then kept for a period. To the base tier: or to the one that is still "
        "reached.",
    )
    tier_grace_days = fields.Integer(
        "Grace Days",
        default=30,
        help="So long a member keeps a tier that is no longer reached.",
    )
    tier_notice_days = fields.Integer(
        "Notice Days",
        default=14,
        help="So many days before the grace ends the member's salesperson gets an "
        "activity. Nobody falls without it. 0: no notice.",
    )
    tier_member = fields.Selection(
        [("company", "The Customer"), ("contact", "Each Contact")],
        "Member is",
        default="company",
        required=True,
        help="The customer: the company that a contact belongs to, for all that its "
        "contacts buy. Each contact: the one who buys.",
    )
    tier_user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self._default_tier_user(),
        help="Gets the notices of members without a salesperson. Without anybody "
        "these get no notice, and keep their tier.",
    )
    tier_as_of = fields.Date(
        "Tiers as of", readonly=True, copy=False, help="Day of the last renewal."
    )
    membership_ids = fields.One2many("loyalty.membership", "program_id", groups=USER)
    membership_count = fields.Integer(
        "Members", compute="_compute_membership_count", groups=USER
    )

    # counts all customers, also those that a salesperson does not see
    show_tier_preview = fields.Boolean(
        "Preview", store=False, copy=False, groups=MANAGER
    )
    tier_preview = fields.Json(compute="_compute_tier_preview", groups=MANAGER)

    _days_are_sane = models.Constraint(
        "CHECK (tier_grace_days BETWEEN 0 AND 3650"
        " AND tier_notice_days BETWEEN 0 AND 3650)",
        "Days of grace and of notice are numbers from 0 to 3650.",
    )

    def init(self):
        """Others make programs before this addon is loaded, too."""
        rules = ("measure", "period", "promotion", "demotion", "member")
        set_column_defaults(self, *(f"tier_{name}" for name in rules))
        return super().init()

    @api.model
    def _default_tier_user(self):
        """The user at hand; nobody for the programs that an installation finds."""
        return self.env.uid != SUPERUSER_ID and self.env.user

    def _compute_membership_count(self):
        counts = dict(
            self.env["loyalty.membership"]._read_group(
                [("program_id", "in", self._origin.ids)], ["program_id"], ["__count"]
            )
        )
        for program in self:
            program.membership_count = counts.get(program._origin, 0)

    # ------------------------------------------------------------------
    # What makes sense
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def write(self, vals):
        """Check tiers that are written together when all of them are."""
        if vals.keys() - {"tier_as_of"}:
            self.env.registry.clear_cache()
        if "tier_ids" in vals:
            self = self.with_context(loyalty_tiers_written=True)
        return super().write(vals)

    def copy(self, default=None):
        """Copy the tiers, whoever copies: or rewards of one would be everybody's."""
        copies = super().copy(default)
        if "tier_ids" not in (default or {}):
            for program, copied in zip(self.sudo(), copies.sudo(), strict=True):
                program._copy_tiers(copied)
        return copies

    def _copy_tiers(self, copied):
        """Give a copy of this program copies of its tiers, which open its rewards."""
        mine = self.tier_ids
        tier_of = dict(zip(mine, mine.copy({"program_id": copied.id}), strict=True))
        rewards = zip(  # core copies lines in the order of their ids
            self.reward_ids.sorted("id"), copied.reward_ids.sorted("id"), strict=False
        )
        for reward, its_copy in rewards:
            if reward.tier_id:
                its_copy.tier_id = tier_of[reward.tier_id]

    @api.constrains("tier_ids", "program_type", "applies_on")
    def _check_tier_ids(self):
        for program in self.sudo().filtered("tier_ids"):
            if program.program_type != "loyalty" or program.applies_on == "current":
                raise ValidationError(
                    self.env._(
                        "Only loyalty cards that keep their points have tiers: %s "
                        "is another kind of program.",
                        program.name,
                    )
                )
            if message := program._what_is_wrong():
                raise ValidationError(message)

    def _what_is_wrong(self):
        """Why the tiers as they stand make no scheme, in words; False if they do."""
        self.ensure_one()
        tiers = self._tiers()
        first = tiers[:1]
        if first and first.threshold:
            return self.env._(
                "The first tier, %s, is everybody's: its threshold is 0.", first.name
            )
        for tier in tiers:
            if not 0 <= tier.points_factor <= LARGEST_FACTOR:
                return self.env._(
                    "The factor on points of %(tier)s lies between 0 and %(most)s.",
                    tier=tier.name,
                    most=LARGEST_FACTOR,
                )
        for lower, tier in pairwise(tiers):
            if not tier.threshold > lower.threshold:
                return self.env._(
                    "The threshold of %(tier)s must be higher than that of %(lower)s, "
                    "the tier before it.",
                    tier=tier.name or self.env._("a tier without a name"),
                    lower=lower.name or self.env._("a tier without a name"),
                )
        if self.tier_grace_days < self.tier_notice_days:
            return self.env._(
                "The notice comes within the days of grace: %(notice)s days of notice "
                "need as many days of grace.",
                notice=self.tier_notice_days,
            )
        return False

    @api.constrains("tier_grace_days", "tier_notice_days")
    def _check_days(self):
        self._check_tier_ids()

    @api.constrains("company_id", "currency_id", "pricelist_ids", "tier_ids")
    def _check_tier_pricelists(self):
        self.sudo().tier_ids._check_pricelist_id()

    @api.constrains("company_id", "tier_member")
    def _check_members(self):
        bound = [("program_id", "in", self.ids), ("partner_id.company_id", "!=", False)]
        self.env["loyalty.membership"].sudo().search(bound)._check_member_company()

    def _tiers(self):
        """Tiers in order, also of a program that is not saved yet."""
        return self.tier_ids.sorted(
            lambda tier: (tier.sequence, tier._origin.id or float("inf"))
        )

    def _by_contact(self):
        return self.tier_member == "contact"

    def _in_words(self, value):
        """What counts, with its unit."""
        self.ensure_one()
        if self.tier_measure == "amount":
            return format_amount(self.env, value, self.currency_id)
        if self.tier_measure == "points":
            return f"{value:g} {self.portal_point_name or ''}".strip()
        return self.env._("%s purchases", f"{value:g}")

    # ------------------------------------------------------------------
    # Renewal
    # ------------------------------------------------------------------

    @api.model
    def _tiered(self, company):
        """Active programs with tiers of a company: its own, its parent's, shared."""
        return self.search(
            [
                *self._check_company_domain([company.id, company.parent_id.id]),
                ("program_type", "=", "loyalty"),
                ("tier_ids", "!=", False),
            ]
        )

    def _company_ids(self):
        """Ids of the companies whose customers buy under this program."""
        companies = self.env["res.company"].sudo()
        domain = []
        if self.company_id:
            own = self.company_id._origin.id
            domain = ["|", ("id", "=", own), ("parent_id", "=", own)]
        return companies.search(domain).ids

    def _scheme(self):
        """The rules of this program as plain values, also before they are saved.

        :rtype: crm_value_chain.models.loyalty.scheme.Scheme
        """
        self.ensure_one()
        tiers = self._tiers()
        return Scheme(
            program_id=self._origin.id or 0,
            company_ids=tuple(self._company_ids()),
            currency_id=self.currency_id._origin.id,
            digits=self.currency_id.decimal_places,
            measure=self.tier_measure,
            period=self.tier_period,
            demotion=self.tier_demotion,
            grace_days=self.tier_grace_days,
            notice_days=self.tier_notice_days,
            responsible_id=self.tier_user_id._origin.id or None,
            by_contact=self._by_contact(),
            tier_ids=tuple(tier._origin.id or 0 for tier in tiers),
            thresholds=tuple(tiers.mapped("threshold")),
            since=self.date_from or None,
            until=self.date_to or None,
        )

    def _renew_tiers(self, as_of):
        """Place the members of these programs in their tiers, as of a day.

        Archived programs are left alone, and so is one that was renewed as of a later
        day. A program that fails is skipped.

        :return: what is wrong with each program that failed
        :rtype: dict[loyalty.program, str]
        """
        broken = {}
        for program in self.filtered(lambda p: p.active and p.tier_ids):
            if program.tier_as_of and program.tier_as_of > as_of:
                continue
            try:
                with self.env.cr.savepoint():
                    program._lock_for_night()
                    self.env["loyalty.renewal"]._renew(program._scheme(), as_of)
                    program.tier_as_of = as_of
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception as error:  # the other programs go on
                _logger.exception("The tiers of %s cannot be renewed", program)
                broken[program] = str(error).strip() or type(error).__name__
        return broken

    def _lock_for_night(self):
        """Have orders wait for the next night, instead of their users for this one."""
        self.env.cr.execute(SQL("SELECT PG_ADVISORY_XACT_LOCK(%s, %s)", NIGHT, self.id))

    def action_renew_tiers(self):
        """Place the members now."""
        self.check_access("write")
        broken = self.sudo()._renew_tiers(fields.Date.today())
        if broken:
            raise UserError("\n".join(broken.values()))
        self.env["loyalty.renewal"].sudo()._show_on_customers(self)

    # ------------------------------------------------------------------
    # Preview
    # ------------------------------------------------------------------

    @api.depends_context("allowed_company_ids", "lang")
    @api.depends(
        "show_tier_preview",
        "tier_ids.name",
        "tier_ids.sequence",
        "tier_ids.threshold",
        "tier_ids.points_factor",
        "tier_ids.pricelist_id",
        "tier_measure",
        "tier_period",
        "tier_member",
        "tier_demotion",
        "tier_grace_days",
        "tier_notice_days",
        "rule_ids",
        "reward_ids",
        "date_from",
        "date_to",
        "company_id",
        "currency_id",
    )
    def _compute_tier_preview(self):
        for program in self:
            program.tier_preview = program.show_tier_preview and self.env[
                "loyalty.preview"
            ].sudo(False)._compare(program)

    # ------------------------------------------------------------------
    # Benefits
    # ------------------------------------------------------------------

    def _is_running(self):
        """Whether today lies within the dates of the program."""
        today = fields.Date.context_today(self)
        return (self.date_from or today) <= today <= (self.date_to or today)

    def _membership_of(self, partner):
        """Membership that a contact buys under; it may be empty."""
        self.ensure_one()
        if not (self.active and self.tier_ids):
            return self.env["loyalty.membership"]
        return self.env["loyalty.membership"].search(
            [
                ("program_id", "=", self.id),
                ("partner_id", "=", self._member(partner).id),
            ]
        )

    def _tiers_of(self, partners):
        """Tiers of contacts in these programs, in the order of the programs.

        :rtype: dict[res.partner, loyalty.tier]
        """
        customers = (partners | partners.commercial_partner_id)._origin
        members = self.env["loyalty.membership"].search(
            [("program_id", "in", self.ids), ("partner_id", "in", customers.ids)]
        )
        tier_of = {(m.program_id, m.partner_id.id): m.tier_id for m in members}
        none = self.env["loyalty.tier"]
        return {
            partner: none.union(
                *(
                    tier_of.get((program, program._member(partner).id), none)
                    for program in self
                )
            )
            for partner in partners
        }

    def _member(self, partner):
        """The contact that is the member when a contact buys."""
        member = partner if self._by_contact() else partner.commercial_partner_id
        return member._origin

    def action_open_memberships(self):
        """Open the members of this program."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.loyalty_membership_action"
        )
        return action | {"domain": [("program_id", "=", self.id)], "context": {}}
