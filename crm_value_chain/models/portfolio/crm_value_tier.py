from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import format_amount

from ..customer.rule_explanation import parse_domain

DEFAULTS = [("A", 0.8, 10), ("B", 0.95, 3), ("C", 1.0, 0)]  # name, share, colour
NOBODY = "[(0, '=', 1)]"
FIELDS_OF_THE_CUTS = {"share", "sequence", "active", "company_id"}


class CrmValueTier(models.Model):
    """A class of customers by value: together they make up a share of all of it.

    Customers are ranked by value, the best first; a tier reaches down until its
    customers and those above hold its share of the total (ABC analysis). The amount
    from which on that is so is the tier's limit, and the limit its rule: so it can be
    checked by hand, and equal customers stand in the same tier.

    A limit is a figure of a customer: only who may read the value that decides may
    read limits, and only those may set or try other shares, which would tell them.
    Who stands in which tier is open to all.
    """

    _name = "crm.value.tier"
    _inherit = ["crm.classification.mixin"]
    _description = "Value Tier"

    _dimension = "value_tier"
    _profile_field = "value_tier_id"
    _rank = 10

    company_id = fields.Many2one(
        required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    share = fields.Float(
        "Cumulative Share",
        required=True,
        default=1.0,
        help="The customers of this tier and of those above make up so much of the "
        "total value. The last tier takes everybody else.",
    )
    basis = fields.Selection(related="company_id.value_tier_basis", string="Of")
    limit = fields.Monetary(
        "From",
        compute="_compute_limit",
        help="Value from which on a customer stands in this tier. Computed anew by "
        "each full scoring. Empty for those who may not read that value.",
    )
    # tells the limit, and is nobody's to write
    domain = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)

    _share_is_sane = models.Constraint(
        "CHECK (share > 0 AND share <= 1)",
        "The cumulative share of a value tier lies above 0% and at most at 100%.",
    )

    @api.depends("domain")
    @api.depends_context("uid")
    def _compute_limit(self):
        """The limit that the rule speaks of, also the rule of an archived tier."""
        for tier in self:
            rule = parse_domain(tier.sudo().domain)
            tier.limit = next(
                (
                    condition.value
                    for condition in rule.iter_conditions()
                    if self._is_readable(condition.field_expr)
                ),
                0,
            )

    @api.model
    def _is_readable(self, basis):
        """Whether the user may read the value that decides."""
        profiles = self.env["crm.customer.profile"]
        return profiles._has_field_access(profiles._fields[basis], "read")

    @api.model
    def _secret(self, company):
        """Why the user learns nothing of a company's limits, in words, or False."""
        basis = company.value_tier_basis
        if self._is_readable(basis):
            return False
        field = self.env["crm.customer.profile"]._fields[basis]
        return self.env._(
            "The value tiers follow “%s”, which you may not read. Other shares would "
            "tell it: ask somebody who may read it to try and set them.",
            field._description_string(self.env),
        )

    @api.model
    def _check_secret(self, companies):
        """Refuse other cuts by those who may not read what they would tell."""
        for company in companies:
            if message := self._secret(company):
                raise AccessError(message)

    @api.constrains("share", "sequence", "company_id", "active")
    def _check_shares(self):
        for company in self.company_id:
            tiers = self._rules(company)
            shares = tiers.mapped("share")
            if any(b <= a for a, b in zip(shares, shares[1:], strict=False)):
                raise ValidationError(
                    self.env._(
                        "The cumulative shares must rise from the best value tier to "
                        "the last one: %s.",
                        ", ".join(f"{tier.name} {tier.share:.0%}" for tier in tiers),
                    )
                )

    @api.model
    def _create_defaults(self, companies):
        """Give companies without value tiers A, B and C."""
        known = self.sudo().with_context(active_test=False).search([]).company_id
        self.sudo().with_context(value_chain_placed_later=True).create(
            [
                {
                    "name": name,
                    "share": share,
                    "color": color,
                    "sequence": 10 * number,
                    "company_id": company.id,
                }
                for company in companies - known
                for number, (name, share, color) in enumerate(DEFAULTS, 1)
            ]
        )

    @api.depends("share", "currency_id")
    @api.depends_context("uid")
    def _compute_preview(self):
        return super()._compute_preview()

    def _preview(self, company):
        """The preview, also saying what is wrong with the order of the shares."""
        if message := self._secret(company):
            return {"rules": [], "total": 0, "warning": message}
        preview = super()._preview(company)
        if preview["rules"] and (message := self._wrong_order(company)):
            preview["warning"] = message
        return preview

    def _wrong_order(self, company):
        shares = [tier.share for tier in super()._rules_as_edited(company)]
        if all(a < b for a, b in zip(shares, shares[1:], strict=False)):
            return False
        return self.env._(
            "The cumulative shares must rise from the best value tier to the last one."
        )

    def _rules_as_edited(self, company):
        """The tiers with the rules that follow from the shares as edited.

        As superuser, for nobody else reads the rules.
        """
        tiers = super()._rules_as_edited(company)
        limits = self._limits(company._origin, [tier.share for tier in tiers])
        basis = company.value_tier_basis
        return [
            self.sudo().new(
                {
                    "name": tier.name,
                    "color": tier.color,
                    "sequence": tier.sequence,
                    "share": tier.share,
                    "company_id": company._origin.id,
                    "limit": 0 if tier == tiers[-1] else limit or 0,
                    "domain": "[]" if tier == tiers[-1] else _rule(basis, limit),
                },
                origin=tier._origin,
            )
            for tier, limit in zip(tiers, limits, strict=True)
        ]

    @api.model
    def _preview_note(self, rule):
        if not rule.limit:
            return super()._preview_note(rule)
        amount = format_amount(self.env, rule.limit, rule.company_id.currency_id)
        return self.env._("from %s", amount)

    def _usable_as_edited(self):
        # its rule follows from the share: nobody has written it
        return self, {}

    def _check_rule(self, text):
        """Nothing to check, as above: no counting of customers whenever limits move."""

    @api.model_create_multi
    def create(self, vals_list):
        tiers = super().create(vals_list)
        self._check_secret(tiers.company_id)
        tiers._renew(tiers.company_id)
        return tiers

    def write(self, vals):
        before = self.company_id
        result = super().write(vals)
        if vals.keys() & FIELDS_OF_THE_CUTS:
            self._check_secret(before | self.company_id)
            self._renew(self.company_id)
        return result

    @api.model
    def _renew(self, companies):
        """Find the limits of companies anew, from the values of their customers."""
        for company in companies:
            tiers = self._rules(company)
            limits = self._limits(company, tiers.mapped("share"))
            for tier, limit in zip(tiers, limits, strict=True):
                tier._set_limit(limit, is_last=tier == tiers[-1:])

    @api.model
    def _limits(self, company, shares):
        """Value from which on customers make up each share; None: nobody has any."""
        from ...analytics import share_limits  # loads scipy, which few workers need

        profiles = self.env["crm.customer.profile"]
        values = profiles._read_values(company, company.value_tier_basis)
        return share_limits(values, [min(max(share, 1e-9), 1.0) for share in shares])

    def _set_limit(self, limit, is_last):
        """Take over the rule that follows from a limit; None: nobody reaches it."""
        basis = self.company_id.value_tier_basis
        rule = "[]" if is_last else _rule(basis, limit)
        if self.domain != rule:
            # no change by people: the pass that applies it is on its way
            self.with_context(value_chain_placed_later=True).domain = rule


def _rule(basis, limit):
    """The rule of a tier that begins at a limit; None: nobody reaches it."""
    return NOBODY if limit is None else str([(basis, ">=", limit)])
