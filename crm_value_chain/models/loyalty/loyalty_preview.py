from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, format_amount

DAYS_A_YEAR = 365.25
DAYS_A_MONTH = DAYS_A_YEAR / 12


class Forecast(NamedTuple):
    """What a scheme would do tonight, and cost in a year.

    By rank of the tier: number of members, extra points valued (currency), price
    differences (currency; None where the pricelist has no single discount). Days until
    the average and the median customer earns the first reward; None is never.
    """

    members: list[int]
    points_cost: list[float]
    price_cost: list[float | None]
    average_days: float | None
    median_days: float | None

    def cost(self, rank):
        """Cost of the benefits of a tier, as far as it can be computed."""
        return self.points_cost[rank] + (self.price_cost[rank] or 0)


class LoyaltyPreview(models.AbstractModel):
    """What a tiered program would do before it is saved, from what was bought.

    The members come from the same queries as in the night, on the documents instead of
    the ledger, which the night would make the same.
    """

    _name = "loyalty.preview"
    _description = "Preview of a Loyalty Scheme"

    @api.model
    def _compare(self, program):
        """Compare a program as edited with the one that is saved.

        :return: rows of tiers and of figures in words, and a warning or False
        :rtype: dict
        """
        wrong = program._what_is_wrong() or self._what_is_hidden(program)
        if wrong or not program.tier_ids:
            return {"warning": wrong, "tiers": [], "figures": []}
        saved = program._origin
        then = self._forecast(program)
        usable = saved.tier_ids and not saved._what_is_wrong()
        now = self._forecast(saved) if usable else None
        return {
            "warning": False,
            "tiers": self._tier_rows(program, saved, now, then),
            "figures": self._figure_rows(program, now, then),
            "notes": self._notes(program, then),
        }

    @api.model
    def _what_is_hidden(self, program):
        """Why the user may not see the preview, in words; False if it may."""
        hidden = set(program._company_ids()) - set(self.env.companies.ids)
        if hidden and not self.env.su:
            return self.env._(
                "Choose the companies of the program at the top to see this."
            )
        return False

    # ------------------------------------------------------------------
    # In words
    # ------------------------------------------------------------------

    @api.model
    def _tier_rows(self, program, saved, now, then):
        """Members and cost of each tier, with those that would be deleted."""
        tiers, before = program._tiers(), saved._tiers()
        rank_before = {tier.id: rank for rank, tier in enumerate(before)}
        rows = []
        for rank, tier in enumerate(tiers):
            old = rank_before.pop(tier._origin.id, None) if now else None
            rows.append(
                {
                    "name": tier.name or "",
                    "color": tier.color,
                    "now": now.members[old] if old is not None else None,
                    "then": then.members[rank],
                    "nowCost": self._money(
                        program, now and old is not None and now, old
                    ),
                    "thenCost": self._money(program, then, rank),
                }
            )
        for old in rank_before.values() if now else ():
            rows.append(
                {
                    "name": before[old].name,
                    "color": before[old].color,
                    "now": now.members[old],
                    "then": None,
                    "nowCost": self._money(program, now, old),
                    "thenCost": "",
                }
            )
        return rows

    @api.model
    def _money(self, program, forecast, rank):
        """Cost of a tier in words; empty without a forecast."""
        if not forecast:
            return ""
        return format_amount(self.env, forecast.cost(rank), program.currency_id)

    @api.model
    def _figure_rows(self, program, now, then):
        """Figures of the whole scheme, now and then."""

        def total(forecast):
            cost = sum(map(forecast.cost, range(len(forecast.members))))
            return format_amount(self.env, cost, program.currency_id)

        figures = (
            (self.env._("Cost of the benefits a year"), total),
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
            {"label": label, "now": now and tell(now) or "", "then": tell(then)}
            for label, tell in figures
        ]

    @api.model
    def _duration(self, days):
        if days is None:
            return self.env._("never")
        if days < 2 * DAYS_A_MONTH:
            return self.env._("%s days", round(days))
        if days < 2 * DAYS_A_YEAR:
            return self.env._("%s months", round(days / DAYS_A_MONTH))
        return self.env._("%s years", round(days / DAYS_A_YEAR, 1))

    @api.model
    def _notes(self, program, then):
        """What the figures leave out, or take for granted."""
        notes = [
            self.env._(
                "From the purchases of two years. Extra points are worth what the "
                "reward gives that gives most for a point."
            )
        ]
        unknown = [
            tier.name or ""
            for tier, cost in zip(program._tiers(), then.price_cost, strict=True)
            if cost is None
        ]
        if unknown:
            notes.append(
                self.env._(
                    "Not in the cost: the pricelists of %s, which are more than one "
                    "discount on everything.",
                    ", ".join(unknown),
                )
            )
        if any(
            rule.product_ids or rule.product_category_id or rule.product_tag_id
            for rule in program.rule_ids
        ):
            notes.append(
                self.env._(
                    "Points for some products only are taken to be given for all."
                )
            )
        return notes

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    @api.model
    def _forecast(self, program):
        """What a scheme would do tonight, and cost.

        :param program: saved or not, with tiers that make sense
        :rtype: Forecast
        """
        scheme, today = program._scheme(), fields.Date.today()
        self.env.flush_all()
        factors = program._tiers().mapped("points_factor")
        rows = self.env.execute_query(
            self._query(scheme, today, self._points_sql(program), factors)
        )
        by_rank = {row[0]: row[1:] for row in rows if row[0] is not None}
        [(buyers, points, median, days)] = [row[1:] for row in rows if row[0] is None]
        years = max(days or 0, 1) / DAYS_A_YEAR
        worth = self._worth_of_a_point(program, _average_purchase(by_rank.values()))
        required = self._first_reward_points(program)
        ranks = range(len(scheme.thresholds))

        def figure(rank, column):
            return float((by_rank.get(rank) or (0,) * 4)[column] or 0)

        return Forecast(
            members=[int(figure(rank, 0)) for rank in ranks],
            points_cost=[
                max(figure(rank, 1) * (factors[rank] - 1) * worth / years, 0)
                for rank in ranks
            ],
            price_cost=[
                None if share is None else max(share * figure(rank, 2) / years, 0)
                for rank, share in enumerate(
                    tier._flat_discount() for tier in program._tiers()
                )
            ],
            average_days=_days(required, points and points / buyers, years),
            median_days=_days(required, median, years),
        )

    @api.model
    def _query(self, scheme, today, points, factors):
        """Query of the members, points, amount and purchases of each rank.

        A last row without a rank has the buyers, their points, the points of the
        median one, and the days since the first purchase.
        """
        documents = self.env["loyalty.document"]
        placement = self.env["loyalty.placement"]
        standing = placement._standing(
            scheme, today, documents._documents(scheme, today)
        )
        return SQL(
            """
            WITH placed AS MATERIALIZED (%(placed)s),
            bought AS (
                SELECT member_id, SUM(%(points)s) AS points, MIN(date) AS first_day,
                       SUM(GREATEST(amount, 0)) AS amount,
                       COUNT(*) FILTER (WHERE amount > 0) AS purchases
                  FROM (%(sales)s) sale GROUP BY member_id),
            member AS (
                SELECT p.effective_rank, bought.*,
                       bought.points * %(factor)s AS earned
                  FROM placed p
                  LEFT JOIN bought ON bought.member_id = p.partner_id)
            SELECT effective_rank, COUNT(*), SUM(points)::float8, SUM(amount)::float8,
                   SUM(purchases)::float8
              FROM member GROUP BY effective_rank
             UNION ALL
            SELECT NULL, COUNT(*), SUM(earned)::float8,
                   PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY earned::float8),
                   (%(today)s::date - MIN(first_day))::float8
              FROM member WHERE purchases > 0
            """,
            placed=placement._placed(scheme, today, standing),
            points=points,
            sales=documents._sales(scheme, today),
            today=today,
            factor=scheme.by_rank(SQL("p.effective_rank"), factors, SQL("numeric")),
        )

    @api.model
    def _points_sql(self, program):
        """SQL of the points that a purchase of an ``amount`` gives, without factor.

        By the rules that need no code; what they say of single products, and points
        for each unit, cannot be told from amounts.
        """
        points = [SQL("0")]
        for rule in program.rule_ids.filtered(lambda r: r.mode == "auto"):
            given = {
                "money": SQL("amount * %s", rule.reward_point_amount),
                "order": SQL("%s", rule.reward_point_amount),
            }.get(rule.reward_point_mode)
            if given:
                points.append(
                    SQL(
                        "CASE WHEN amount > 0 AND amount >= %s THEN %s ELSE 0 END",
                        rule.minimum_amount,
                        given,
                    )
                )
        return SQL(" + ").join(points)

    @api.model
    def _worth_of_a_point(self, program, purchase):
        """What a point is worth at the reward that gives most for it.

        :param float purchase: amount of the purchase on which it is spent
        """
        return max(
            (r._worth(purchase) / r.required_points for r in program.reward_ids),
            default=0.0,
        )

    @api.model
    def _first_reward_points(self, program):
        """Points that the first reward costs which is open to everybody."""
        base = program._tiers()[:1]._origin
        rewards = program.reward_ids.filtered(
            lambda r: not r.tier_id or r.tier_id._origin == base
        )
        return min(rewards.mapped("required_points"), default=0)


def _average_purchase(rows):
    """Mean amount of a purchase, of rows of members, points, amount, purchases."""
    rows = list(rows)
    purchases = sum(row[3] or 0 for row in rows)
    return sum(row[2] or 0 for row in rows) / purchases if purchases else 0


def _days(required, points, years):
    """Days until so many points are earned, by those earned in some years."""
    if not required or not points or points <= 0:
        return None
    return required / (points / years) * DAYS_A_YEAR
