"""The preview of a loyalty scheme in words: rows, figures, and what they leave out."""

from odoo.tools import format_amount

DAYS_A_YEAR = 365.25
DAYS_A_MONTH = DAYS_A_YEAR / 12


class PreviewWords:
    """Says what a scheme would do, next to what it does as it is saved.

    :param program: as edited
    :param Forecast now: of the program as it is saved; None where it has no tiers
    :param Forecast then: of the program as edited
    """

    def __init__(self, program, now, then):
        self.program = program
        self.env = program.env
        self.now, self.then = now, then

    def told(self):
        """All of it, as the widget shows it.

        :rtype: dict[str, list]
        """
        return {
            "tiers": self._tier_rows(),
            "figures": self._figure_rows(),
            "notes": [note for note in self._notes() if note],
        }

    # ------------------------------------------------------------------
    # Tiers
    # ------------------------------------------------------------------

    def _tier_rows(self):
        """Members and cost of each tier, with those that would be deleted."""
        before = {}
        if self.now:
            saved = self.program._origin._tiers()
            before = dict(zip(saved, self.now.tiers, strict=True))
        rows = [
            self._tier_row(tier, before.pop(tier._origin, None), then)
            for tier, then in zip(self.program._tiers(), self.then.tiers, strict=True)
        ]
        return rows + [self._tier_row(tier, now, None) for tier, now in before.items()]

    def _tier_row(self, tier, now, then):
        return {
            "name": tier.name or "",
            "color": tier.color,
            "now": now and now.members,
            "then": then and then.members,
            "nowCost": self._cost(now),
            "thenCost": self._cost(then),
        }

    def _cost(self, forecast):
        """Cost of a tier or of a scheme; empty where there is none."""
        if not forecast:
            return ""
        return format_amount(self.env, forecast.cost, self.program.currency_id)

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    def _figure_rows(self):
        """Figures of the whole scheme, now and then."""
        figures = (
            (self.env._("Cost of the benefits a year"), self._cost),
            (
                self.env._("Average customer: first reward after"),
                lambda forecast: self._duration(forecast.average_days),
            ),
            (
                self.env._("Median customer: first reward after"),
                lambda forecast: self._duration(forecast.median_days),
            ),
        )
        return [
            {
                "label": label,
                "now": tell(self.now) if self.now else "",
                "then": tell(self.then),
            }
            for label, tell in figures
        ]

    def _duration(self, days):
        if days is None:
            return self.env._("never")
        if days < 2 * DAYS_A_MONTH:
            return self.env._("%s days", round(days))
        if days < 2 * DAYS_A_YEAR:
            return self.env._("%s months", round(days / DAYS_A_MONTH))
        return self.env._("%s years", round(days / DAYS_A_YEAR, 1))

    # ------------------------------------------------------------------
    # What the figures leave out, or take for granted
    # ------------------------------------------------------------------

    def _notes(self):
        return [
            self.env._(
                "From the purchases of two years. Points are taken to be spent on the "
                "reward that gives most for a point and is open to the tier; the cost "
                "of a tier is what they give more than without tiers."
            ),
            self._on_qualifying(),
            self._on_pricelists(),
            self._on_rewards(),
            self._on_discounts(),
            *self._on_points(),
        ]

    def _on_qualifying(self):
        return self.program.tier_measure == "points" and self.env._(
            "Towards a tier count only points that orders gave under this program: a "
            "new program begins with everybody in the first tier, whatever they bought "
            "before."
        )

    def _on_pricelists(self):
        tiers = zip(self.program._tiers(), self.then.tiers, strict=True)
        unknown = [t.name or "" for t, then in tiers if then.price_cost is None]
        return unknown and self.env._(
            "Not in the cost: the pricelists of %s, which are more than one "
            "discount on everything.",
            ", ".join(unknown),
        )

    def _on_rewards(self):
        unknown = self.program.reward_ids.filtered(lambda r: not r._is_priced())
        return unknown and self.env._(
            "Not in the cost: %s, of which nobody can tell what it is worth.",
            ", ".join(unknown.mapped(lambda r: r.description or "")),
        )

    def _on_discounts(self):
        partial = self.program.reward_ids.filtered(
            lambda r: (
                r.reward_type == "discount"
                and r.discount_mode == "percent"
                and r.discount_applicability != "order"
            )
        )
        return partial and self.env._(
            "Discounts on some products only are taken to be given on all."
        )

    def _on_points(self):
        rules = self.program.rule_ids
        some = rules.filtered(
            lambda r: r.product_ids or r.product_category_id or r.product_tag_id
        )
        untold = rules.filtered(
            lambda r: r.mode != "auto" or r.reward_point_mode == "unit"
        )
        return [
            some
            and self.env._(
                "Points for some products only are taken to be given for all."
            ),
            untold
            and self.env._(
                "Not in the cost: points for a code, and points for each unit sold."
            ),
        ]
