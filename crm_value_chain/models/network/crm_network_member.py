from odoo import api, fields, models
from odoo.fields import Domain

from ..customer.known_field import KnownInteger
from .network_roles import LIMITS, ROLES

QUALITIES = [
    ("0", "Not Rated"),
    ("1", "Bad"),
    ("2", "Poor"),
    ("3", "Fair"),
    ("4", "Good"),
    ("5", "Excellent"),
]
EARLIER = {">": "<=", ">=": "<"}


class CrmNetworkMember(models.Model):
    """A contact that helps us to create or deliver value (SCOPE)."""

    _name = "crm.network.member"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.derived"]
    _description = "Network Member"
    _check_company_auto = True
    _order = "name, id"
    _rec_name = "name"

    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    name = fields.Char("Member", related="partner_id.complete_name", store=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        "Our Owner",
        default=lambda self: self.env.user,
        tracking=True,
        ondelete="set null",
        help="Looks after the relationship, and is told when it is due for a review. "
        "Where there is none, a sales manager is told.",
    )
    role_ids = fields.One2many("crm.network.role", "member_id", "Roles", copy=True)
    contribution_ids = fields.One2many(
        "crm.network.contribution", "member_id", "Contributions"
    )
    roles = fields.Char(
        "Present Roles",
        compute="_compute_roles",
        help="What it is to us today.",
    )
    role_names = fields.Json(compute="_compute_roles")
    role = fields.Selection(
        ROLES,
        "Has the Role",
        compute="_compute_roles",
        search="_search_role",
        help="The first of its present roles.",
    )
    proposition_ids = fields.Many2many(
        "crm.value.proposition",
        string="Propositions",
        compute="_compute_proposition_ids",
        search="_search_proposition_ids",
        help="The value propositions that it helps to keep.",
    )
    quality = fields.Selection(
        QUALITIES,
        default="0",
        tracking=True,
        help="How good the relationship is: of two stars or fewer it is weak.",
    )
    risk = fields.Selection(
        [("low", "Low"), ("medium", "Medium"), ("high", "High")],
        tracking=True,
        help="How likely it is that we lose the member, or that it lets us down.",
    )
    risk_reason = fields.Char("Why", help="What makes us think so.")
    switching_weeks = KnownInteger(
        "Weeks to Replace",
        help="How long it would take until somebody else does what this member does. "
        "Empty: not known.",
    )
    alternatives = fields.Text(
        help="Who else could do it, even if not in our network yet."
    )
    review_date = fields.Date(
        "Next Review",
        tracking=True,
        help="The owner gets an activity when this day has come. When it is done, "
        f"the next review is {LIMITS.review} months later, unless you set another day.",
    )
    review_reminded = fields.Date(
        "Reminded of the Review of", readonly=True, copy=False
    )
    agreement_until = fields.Date(
        "Agreement Ends",
        compute="_compute_agreement_until",
        search="_search_agreement_until",
        help="The first day on which an agreement of a present role ends.",
    )

    may_change = fields.Boolean(
        compute="_compute_may_change",
        help="Whether the user may change the member: as its owner, or a manager.",
    )

    _partner_unique = models.UniqueIndex(
        "(company_id, partner_id)",
        "This contact is a member of the network already: add a role there.",
    )
    _weeks_are_sane = models.Constraint(
        "CHECK (switching_weeks >= 0)", "The weeks to replace it are zero or more."
    )

    @api.depends(
        "role_ids.role", "role_ids.kind_id", "role_ids.date_from", "role_ids.date_to"
    )
    @api.depends_context("lang")
    def _compute_roles(self):
        for member in self:
            present = member.role_ids.filtered("is_present").sorted()
            names = list(dict.fromkeys(line._in_words() for line in present))
            member.role_names = names
            member.roles = ", ".join(names)
            member.role = present[:1].role

    @api.model
    def _search_role(self, operator, value):
        if operator != "in":
            return NotImplemented
        if False in value:
            rest = [role for role in value if role]
            return [
                "|",
                ("role_ids", "not any", [("is_present", "=", True)]),
                *self._search_role("in", rest),
            ]
        present = [("is_present", "=", True), ("role", "in", list(value))]
        return [("role_ids", "any", present)]

    @api.depends("contribution_ids.proposition_id")
    def _compute_proposition_ids(self):
        for member in self:
            member.proposition_ids = member.contribution_ids.proposition_id

    @api.model
    def _search_proposition_ids(self, operator, value):
        if operator in ("not in", "not any"):
            return NotImplemented
        return [("contribution_ids.proposition_id", operator, value)]

    @api.depends("role_ids.agreement_until", "role_ids.date_from", "role_ids.date_to")
    def _compute_agreement_until(self):
        for member in self:
            ends = member.role_ids.filtered("is_present").mapped("agreement_until")
            member.agreement_until = min(filter(None, ends), default=False)

    @api.model
    def _search_agreement_until(self, operator, value):
        def any_ends(operator, value):
            ends = [("is_present", "=", True), ("agreement_until", operator, value)]
            return Domain("role_ids", "any", ends)

        if operator in ("<", "<="):
            return any_ends(operator, value)
        if operator in EARLIER:
            return any_ends(operator, value) & ~any_ends(EARLIER[operator], value)
        if operator == "in":
            return Domain.OR(
                any_ends("=", day) & ~any_ends("<", day)
                if day
                else ~any_ends("!=", False)
                for day in value
            )
        return NotImplemented

    @api.depends_context("uid")
    def _compute_may_change(self):
        changeable = self._origin._filtered_access("write")
        for member in self:
            # who makes a new one may say what it is
            member.may_change = not member._origin or member._origin in changeable

    def write(self, vals):
        """Change members, but not into such that the user may not see."""
        result = super().write(vals)
        if "company_id" in vals:
            self.check_access("read")  # also of what they became
            self.contribution_ids._check_companies()
        return result

    def unlink(self):
        """Delete members with the documents of their roles.

        The database would delete the roles, and leave their documents behind.
        """
        self.role_ids.unlink()
        return super().unlink()
