"""The forecast of one customer in a few sentences."""

import math

from odoo import fields
from odoo.tools import format_amount, format_date

from .method_words import method_words

AT_RISK = ("medium", "high")
MOST_DAYS_OF_INTERVAL = 3 * 365  # a wider one tells nobody anything
NO_MODEL = "D"  # the grade where no model beat the simple rules


def percent_in_words(env, share):
    """A share of 1 in words; what is not quite nothing or all says so."""
    percent = share * 100
    if 0 < percent < 1:
        return env._("less than 1%")
    if 99 < percent < 100:
        return env._("more than 99%")
    return env._("%s%%", math.floor(percent + 0.5))


def is_overdue(profile):
    """Whether the day of the next purchase has passed without one."""
    return is_past(profile.next_purchase_date)


def is_past(expected):
    """Whether a day on which a purchase was expected has passed; there may be none."""
    return bool(expected and expected < fields.Date.today())


class ScoreSentences:
    """Rhythm, chance, next purchase and risk of a customer with scores, in words.

    :param profile: the customer's profile
    :param scorer: the fitted model that scored it
    """

    def __init__(self, profile, scorer):
        self.profile = profile
        self.scorer = scorer
        self.env = profile.env

    def all(self):
        """The sentences, most important first."""
        if self.profile.churn_risk == "lapsed":
            return [self._lapsed()]
        return [self._rhythm(), *self._next(), *self._risk()]

    def _rhythm(self):
        return self.env._(
            "%(rhythm)s: %(chance)s.", rhythm=self.gap(), chance=self._chance()
        )

    def gap(self):
        """The rhythm alone, without a full stop."""
        usual = round(self.profile.mean_gap_days)
        last = self._last()
        if not self.profile.mean_gap_days:
            return self.env._("Bought once, %s", last)
        if usual <= 1:
            return self.env._("Usually buys every day, last %s", last)
        return self.env._(
            "Usually buys every %(usual)s days, last %(last)s", usual=usual, last=last
        )

    def _last(self):
        days = self.profile.recency_days
        if days <= 0:
            return self.env._("today")
        if days == 1:
            return self.env._("yesterday")
        return self.env._("%s days ago", days)

    def _lapsed(self):
        days, usual = self.profile.recency_days, self.profile.mean_gap_days
        chance = self._chance()
        if not usual:
            return self.env._(
                "Bought once, %(days)s days ago: counted as lapsed, %(chance)s.",
                days=days,
                chance=chance,
            )
        return self.env._(
            "Has not bought for %(days)s days, %(times)s times the usual gap: counted "
            "as lapsed, %(chance)s.",
            days=days,
            times=round(days / usual) if days >= 3 * usual else f"{days / usual:.1f}",
            chance=chance,
        )

    def _chance(self):
        """The chance and where it comes from."""
        values = {
            "chance": percent_in_words(self.env, self.profile.purchase_probability),
            "horizon": self.profile.horizon_days,
            "origin": self._origin(),
        }
        if self.profile.mean_gap_days:
            return self.env._(
                "%(chance)s chance of buying within %(horizon)s days (%(origin)s)",
                **values,
            )
        return self.env._(
            "%(chance)s chance of buying again within %(horizon)s days (%(origin)s)",
            **values,
        )

    def _origin(self):
        # here, for it loads scipy, which most workers never need
        from ...analytics.retention import RULE_OF_THUMB

        model = self.profile.retention_model_id
        if self.scorer.method_ == RULE_OF_THUMB:
            return self.env._("too little history for a model: a rule of thumb")
        method = method_words(self.env, model.method)
        values = {"method": method, "grade": model.grade}
        if model.grade == NO_MODEL:
            return self.env._(
                "no model did better than a rule, %(method)s: graded %(grade)s",
                **values,
            )
        return self.env._("model %(method)s, graded %(grade)s", **values)

    def _next(self):
        """When the next purchase is due, or was."""
        profile = self.profile
        if not profile.next_purchase_date:
            return []
        days = {
            "date": format_date(self.env, profile.next_purchase_date),
            "earliest": format_date(self.env, profile.next_purchase_earliest),
            "latest": format_date(self.env, profile.next_purchase_latest),
        }
        if self._is_interval_telling():
            sentence = (
                self.env._(
                    "The next purchase was expected by %(date)s (between %(earliest)s "
                    "and %(latest)s).",
                    **days,
                )
                if is_overdue(profile)
                else self.env._(
                    "The next purchase is expected by %(date)s (between %(earliest)s "
                    "and %(latest)s).",
                    **days,
                )
            )
        elif is_overdue(profile):
            sentence = self.env._("The next purchase was expected by %s.", days["date"])
        else:
            sentence = self.env._("The next purchase is expected by %s.", days["date"])
        return [sentence]

    def _is_interval_telling(self):
        earliest = self.profile.next_purchase_earliest
        latest = self.profile.next_purchase_latest
        return earliest and latest and (latest - earliest).days <= MOST_DAYS_OF_INTERVAL

    def _risk(self):
        """How much of the chance is lost, of customers who are worth a call."""
        profile = self.profile
        if profile.churn_risk not in AT_RISK:
            return []
        risks = dict(profile._fields["churn_risk"]._description_selection(self.env))
        values = {
            "risk": risks[profile.churn_risk],
            "kept": percent_in_words(self.env, profile.chance_kept),
        }
        if profile.revenue_at_risk <= 0:
            return [
                self.env._(
                    "%(risk)s risk: %(kept)s is left of the chance right after the "
                    "last purchase.",
                    **values,
                )
            ]
        amount = format_amount(self.env, profile.revenue_at_risk, profile.currency_id)
        return [
            self.env._(
                "%(risk)s risk: %(kept)s is left of the chance right after the last "
                "purchase, %(amount)s a year is at risk.",
                amount=amount,
                **values,
            )
        ]
