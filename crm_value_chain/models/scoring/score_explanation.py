"""What the retention scores of one customer rest on: as a chart, and by hand."""

from datetime import timedelta

import numpy as np

from odoo import fields

from .forecasts import WEEKS_PER_MONTH, believed_margin
from .score_sentences import is_overdue

PURCHASES_SHOWN = 60
POINTS_OF_CURVE = 40
PROFITABILITY = "crm_value_chain.group_profitability"

iso = fields.Date.to_string


class ScoreExplanation:
    """The forecast of a customer with scores, as plain values.

    Everything is as of the day of the scores, so that it agrees with the figures that
    are shown elsewhere.

    :param profile: the customer's profile
    :param scorer: the fitted model that scored it
    """

    def __init__(self, profile, scorer):
        self.profile = profile
        self.scorer = scorer
        self.env = profile.env
        self.horizon = profile.horizon_days / 7

    def parts(self):
        """Chart, next purchase, CLV and risk."""
        profile, curve = self.profile, self._curve()
        return {
            "chart": {
                "purchases": self._purchase_days(),
                "today": iso(profile._figures_day()),
                "curve": curve,
            },
            "next": self._next(),
            "clv": self._clv(),
            "risk": {
                "band": profile.churn_risk or "none",
                "chance": profile.purchase_probability,
                "best": curve[0][1],
                "kept": profile.chance_kept,
                "yearly_amount": profile.yearly_amount,
                "at_risk": profile.revenue_at_risk,
            },
        }

    def _summary(self, days):
        """What the model asks for, on some days since the first purchase.

        :param days: numpy array of numbers of days
        """
        profile = self.profile
        last = (profile.last_purchase_date - profile.first_purchase_date).days / 7
        repeats = profile.purchase_count - 1 if last else 0
        return {
            "x": np.full(len(days), float(repeats)),
            "t_x": np.full(len(days), last),
            "T": np.maximum(days / 7, last),
            "amount": np.full(len(days), max(profile.average_purchase_amount, 0.0)),
        }

    def _curve(self):
        """The chance as it fell from the last purchase to the day of the scores.

        It ends with the chance that is shown elsewhere.
        """
        profile = self.profile
        bought = (profile.last_purchase_date - profile.first_purchase_date).days
        gap = max((profile.scored_on - profile.last_purchase_date).days, 0)
        after = np.linspace(0, gap, min(gap + 1, POINTS_OF_CURVE)).round()
        chances = self.scorer.predict(
            **self._summary(bought + after), horizon=self.horizon
        ).probability
        if gap:
            chances[-1] = profile.purchase_probability
        return [
            [iso(profile.last_purchase_date + timedelta(days=day)), round(chance, 4)]
            for day, chance in zip(after.tolist(), chances.tolist(), strict=True)
        ]

    def _purchase_days(self):
        """The last days with a purchase, oldest first."""
        profile = self.profile
        days = (
            self.env["crm.customer.transaction"]
            .sudo()
            ._read_group(
                [
                    ("partner_id", "=", profile.partner_id.id),
                    ("company_id", "=", profile.company_id.id),
                    ("date", "<=", profile.scored_on),
                    ("amount", ">=", 0),
                ],
                ["date:day"],
                order="date:day DESC",
                limit=PURCHASES_SHOWN,
            )
        )
        return [iso(day) for (day,) in reversed(days)]

    def _next(self):
        profile = self.profile
        if not profile.next_purchase_date:
            return None
        return {
            "middle": iso(profile.next_purchase_date),
            "earliest": iso(profile.next_purchase_earliest) or None,
            "latest": iso(profile.next_purchase_latest) or None,
            "overdue": is_overdue(profile),
        }

    # ------------------------------------------------------------------
    # CLV, so that anybody can repeat it: docs of analytics/clv.py
    # ------------------------------------------------------------------

    def _clv(self):
        """The CLV period by period: purchases x value of one x discount factor.

        Only the total, where the value of one is a margin that the user may not know.
        """
        # here, for it loads scipy, which most workers never need
        from ...analytics.clv import discount_factors, period_ends

        profile, company = self.profile, self.profile.company_id.sudo()
        ends = period_ends(company.value_chain_clv_months * WEEKS_PER_MONTH)
        factors = discount_factors(ends, company.value_chain_discount_rate)
        purchases = self._purchases_until(ends)
        discounted, value = float(purchases @ factors), self._value()
        outdated = self._is_outdated(discounted * value)
        if not outdated and discounted:
            # free of the rounding of what is stored, so that the rows add up
            value = profile.clv / discounted
        rows = [
            {
                "until": iso(profile.scored_on + timedelta(weeks=end)),
                "purchases": number,
                "factor": factor,
                "amount": number * factor * value,
            }
            for end, number, factor in zip(
                ends.tolist(), purchases.tolist(), factors.tolist(), strict=True
            )
        ]
        is_open = self._is_value_open()
        return {
            "basis": profile.clv_basis or None,
            "margin_rate": self._margin_rate() if is_open else None,
            "value": value if is_open else None,
            "rows": rows if is_open else [],
            "rate": company.value_chain_discount_rate,
            "months": company.value_chain_clv_months,
            "total": profile.clv,
            "outdated": outdated,
        }

    def _purchases_until(self, ends):
        """Expected purchases in each of the periods."""
        profile = self.profile
        day = (profile.scored_on - profile.first_purchase_date).days
        summary = self._summary(np.array([float(day)]))
        until = [number[0] for number in self.scorer.purchases(**summary, ends=ends)]
        return np.maximum(np.diff([0.0, *until]), 0.0)

    def _value(self):
        """What one purchase is worth: its expected amount, or the margin of that."""
        rate, amount = self._margin_rate(), self.profile.expected_purchase_amount
        return amount if rate is None else amount * rate

    def _margin_rate(self):
        """Share of the margin in the amounts, where the CLV is made of it."""
        profile = self.profile.sudo()
        if profile.clv_basis != "margin":
            return None
        return float(believed_margin(profile.margin_rate))

    def _is_value_open(self):
        """Whether the user may know what one purchase is worth.

        Beside its amount, which everybody sees, a margin would be the margin's share.
        """
        is_margin = self._margin_rate() is not None
        return not is_margin or self.env.user.has_group(PROFITABILITY)

    def _is_outdated(self, total):
        """Whether the stored CLV stems from other settings than those of now.

        What it is repeated from is rounded to the currency, hence the tolerance.
        """
        stored, rounding = self.profile.clv, self.profile.currency_id.rounding
        return abs(total - stored) > max(10 * rounding, abs(stored) * 1e-2)
