from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from .preview_words import DAYS_A_YEAR, PreviewWords


class TierSales(NamedTuple):
    """What the members of a tier bought in the days looked at."""

    members: int
    points: float  # as on a plain loyalty card
    amount: float
    purchases: float


class Buyers(NamedTuple):
    """Points, with the factor of the tier, of all who bought; None without any."""

    average: float | None
    median: float | None
    days: float | None  # since the first purchase of all


class TierForecast(NamedTuple):
    """What a tier would have tonight, and cost in a year."""

    members: int
    points_cost: float  # extra points, and points that open better rewards
    price_cost: float | None  # None where the pricelist has no single discount

    @property
    def cost(self):
        """Cost of the benefits, as far as it can be computed."""
        return self.points_cost + (self.price_cost or 0)


class Forecast(NamedTuple):
    """What a scheme would do: its tiers by rank.

    Days until the average and the median customer earns the first reward; None is
    never.
    """

    tiers: list[TierForecast]
    average_days: float | None
    median_days: float | None

    @property
    def cost(self):
        """Cost of all tiers in a year."""
        return sum(tier.cost for tier in self.tiers)


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
        return {"warning": False, **PreviewWords(program, now, then).told()}

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
    # Figures
    # ------------------------------------------------------------------

    @api.model
    def _forecast(self, program):
        """What a scheme would do tonight, and cost.

        :param program: saved or not, with tiers that make sense
        :rtype: Forecast
        """
        sales, buyers = self._sales(program)
        years = max(buyers.days or 0, 1) / DAYS_A_YEAR
        required = self._first_reward_points(program)
        return Forecast(
            tiers=self._tier_forecasts(program, sales, years),
            average_days=_days(required, buyers.average, years),
            median_days=_days(required, buyers.median, years),
        )

    @api.model
    def _tier_forecasts(self, program, sales, years):
        """What each tier gives more in a year than a plain loyalty card.

        A member has the factor on points, spends each point on the best reward open to
        the tier, and has the tier's prices.

        :param list[TierSales] sales: by rank, of some years
        """
        purchase = _average_purchase(sales)
        plain = self._worth_of_a_point(program, 0, purchase)
        forecasts = []
        for rank, (tier, sold) in enumerate(zip(program._tiers(), sales, strict=True)):
            worth = self._worth_of_a_point(program, rank, purchase)
            more = sold.points * (tier.points_factor * worth - plain)
            share = tier._flat_discount()
            forecasts.append(
                TierForecast(
                    members=sold.members,
                    points_cost=max(more / years, 0),
                    price_cost=None
                    if share is None
                    else max(share * sold.amount / years, 0),
                )
            )
        return forecasts

    @api.model
    def _worth_of_a_point(self, program, rank, purchase):
        """What a point is worth at the reward that gives a tier most for it.

        :param int rank: of the tier
        :param float purchase: amount of the purchase on which it is spent
        """
        rewards = self._rewards_open_to(program, rank).filtered(
            lambda reward: reward.required_points > 0
        )
        return max((r._worth(purchase) / r.required_points for r in rewards), default=0)

    @api.model
    def _rewards_open_to(self, program, rank):
        """Rewards that the members of a tier can claim, by its rank."""
        opening = {t._origin: number for number, t in enumerate(program._tiers())}
        return program.reward_ids.filtered(
            lambda r: not r.tier_id or opening.get(r.tier_id._origin, rank + 1) <= rank
        )

    @api.model
    def _first_reward_points(self, program):
        """Points that the first reward costs which is open to everybody."""
        rewards = self._rewards_open_to(program, 0)
        return min(rewards.mapped("required_points"), default=0)

    # ------------------------------------------------------------------
    # What was bought
    # ------------------------------------------------------------------

    @api.model
    def _sales(self, program):
        """What the members of each tier bought, and the points of all buyers.

        :rtype: tuple[list[TierSales], Buyers]
        """
        self.env.flush_all()
        rows = self.env.execute_query(self._query(program, fields.Date.today()))
        own = len(TierSales._fields)
        return [TierSales(*row[:own]) for row in rows], Buyers(*rows[0][own:])

    @api.model
    def _query(self, program, today):
        """Query of a row for each rank: the columns of TierSales, then of Buyers."""
        scheme = program._scheme()
        factors = program._tiers().mapped("points_factor")
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
                SELECT p.effective_rank AS rank, bought.*,
                       bought.points * %(factor)s AS earned
                  FROM placed p
                  LEFT JOIN bought ON bought.member_id = p.partner_id),
            tier AS (
                SELECT rank, COUNT(*) AS members, SUM(points) AS points,
                       SUM(amount) AS amount, SUM(purchases) AS purchases
                  FROM member GROUP BY rank),
            buyers AS (
                SELECT AVG(earned)::float8 AS average,
                       PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY earned::float8)
                           AS median,
                       (%(today)s::date - MIN(first_day))::float8 AS days
                  FROM member WHERE purchases > 0)
            SELECT COALESCE(tier.members, 0), COALESCE(tier.points, 0)::float8,
                   COALESCE(tier.amount, 0)::float8,
                   COALESCE(tier.purchases, 0)::float8,
                   buyers.average, buyers.median, buyers.days
              FROM GENERATE_SERIES(0, %(highest)s) AS ranks (rank)
              LEFT JOIN tier ON tier.rank = ranks.rank
             CROSS JOIN buyers
             ORDER BY ranks.rank
            """,
            placed=placement._placed(scheme, today, standing),
            points=self._points_sql(program),
            sales=documents._sales(scheme, today),
            today=today,
            factor=scheme.by_rank(SQL("p.effective_rank"), factors, SQL("numeric")),
            highest=len(factors) - 1,
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


def _average_purchase(sales):
    """Mean amount of a purchase."""
    purchases = sum(tier.purchases for tier in sales)
    return sum(tier.amount for tier in sales) / purchases if purchases else 0


def _days(required, points, years):
    """Days until so many points are earned, by those earned in some years."""
    if not required or not points or points <= 0:
        return None
    return required / (points / years) * DAYS_A_YEAR
