from odoo import api, fields, models
from odoo.exceptions import ValidationError

DEFAULTS = [("A", 0.8, 10), ("B", 0.95, 3), ("C", 1.0, 0)]  # name, share, colour
NOBODY = "[(0, '=', 1)]"


class CrmValueTier(models.Model):
    """A class of customers by value: together they make up a share of all of it.

    Customers are ranked by value, the best first; a tier reaches down until its
    customers and those above hold its share of the total (ABC analysis). The amount
    from which on that is so is the tier's limit, and the limit its rule: so it can be
    checked by hand, and equal customers stand in the same tier.
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
    limit = fields.Monetary(
        "From",
        readonly=True,
        help="Value from which on a customer stands in this tier. Computed anew by "
        "each full scoring.",
    )
    domain = fields.Char(readonly=True)

    _share_is_sane = models.Constraint(
        "CHECK (share > 0 AND share <= 1)",
        "The cumulative share of a value tier lies above 0 % and at most at 100 %.",
    )

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

    @api.model_create_multi
    def create(self, vals_list):
        tiers = super().create(vals_list)
        tiers._renew(tiers.company_id)
        return tiers

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"share", "sequence", "active", "company_id"}:
            self._renew(self.company_id)
        return result

    @api.model
    def _renew(self, companies):
        """Find the limits of companies anew, from the values of their customers."""
        from ...analytics import share_limits  # loads scipy, which few workers need

        profiles = self.env["crm.customer.profile"]
        for company in companies:
            tiers = self._rules(company)
            values = profiles._read_values(company, company.value_tier_basis)
            limits = share_limits(values, tiers.mapped("share"))
            for tier, limit in zip(tiers, limits, strict=True):
                tier._set_limit(limit, is_last=tier == tiers[-1:])

    def _set_limit(self, limit, is_last):
        """Take over a limit, and the rule that follows; None: nobody reaches it."""
        basis = self.company_id.value_tier_basis
        rule = NOBODY if limit is None else str([(basis, ">=", limit)])
        if is_last:
            limit, rule = None, "[]"
        if (self.limit, self.domain) != (limit or 0, rule):
            # no change by people: the pass that applies it is on its way
            renewed = self.with_context(value_chain_placed_later=True)
            renewed.write({"limit": limit or 0, "domain": rule})
