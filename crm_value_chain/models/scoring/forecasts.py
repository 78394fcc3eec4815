"""The retention scores of many customers, from what was measured of them."""

import numpy as np

from ..customer.purchases import FACTS, look_up

DAYS = 7  # in a week, the unit of the models
WEEKS_PER_MONTH = 365.25 / 12 / DAYS
COVERAGE = 0.8  # of the interval around the next purchase
CHUNK = 100_000  # customers at a time, so that what is computed with stays small

FORECASTS = (
    "purchase_probability",
    "p_alive",
    "chance_kept",
    "expected_purchases",
    "expected_purchase_amount",
    "next_purchase_date",
    "next_purchase_earliest",
    "next_purchase_latest",
    "clv",
    "retention_model_id",
)
#: what is needed of a customer: for the chance of buying, and for everything
NEEDED_FOR_CHANCE = (
    "partner_id",
    "first_purchase_date",
    "last_purchase_date",
    "purchase_count",
    "average_purchase_amount",
)
NEEDED = (*NEEDED_FOR_CHANCE, "purchase_amount", "returns_amount", "margin_rate")
assert set(NEEDED) <= set(FACTS)


def history(measured, today):
    """Return (x, t_x, T, mean amount) of customers, times in weeks.

    :param dict measured: see `purchases.facts`; all of them have bought
    :param today: day of the forecast, since 1970-01-01
    """
    first, last = measured["first_purchase_date"], measured["last_purchase_date"]
    amount = np.nan_to_num(measured["average_purchase_amount"])
    x = measured["purchase_count"] - 1.0
    return x, (last - first) / DAYS, (today - first) / DAYS, amount


def forecast(scorer, measured, today, company):
    """Return the scores of customers who have bought.

    :param scorer: a fitted `analytics.RetentionModel`
    :param dict measured: see `purchases.facts`
    :param int today: day of the forecast, since 1970-01-01
    :param company: whose settings say the horizons, the discount and the basis of CLV
    :return: arrays of FORECASTS but for the model
    """
    x, t_x, T, amount = history(measured, today)
    horizon = company.value_chain_horizon_days / DAYS
    outlook = scorer.outlook(x, t_x, T, amount)
    now = outlook.scores(horizon)
    best = scorer.outlook(x, t_x, t_x, amount).probability(horizon)
    kept = np.clip(now.probability / np.maximum(best, 1e-12), 0.0, 1.0)
    purchase = np.where(amount > 0, now.value * amount_kept(measured), 0.0)
    value = purchase
    if company.value_chain_clv_basis != "amount":
        rate = believed_margin(measured["margin_rate"])
        value = value * np.where(np.isnan(rate), 1.0, rate)
    waiting = scorer.next_purchase(x, t_x, COVERAGE)
    last = measured["last_purchase_date"]
    return {
        "purchase_probability": now.probability,
        "p_alive": now.p_alive,
        "chance_kept": kept,
        "expected_purchases": now.expected,
        "expected_purchase_amount": purchase,
        "next_purchase_date": last + np.ceil(waiting.middle * DAYS),
        "next_purchase_earliest": last + np.floor(waiting.earliest * DAYS),
        "next_purchase_latest": last + np.ceil(waiting.latest * DAYS),
        "clv": outlook.lifetime_value(
            value,
            horizon=company.value_chain_clv_months * WEEKS_PER_MONTH,
            rate=company.value_chain_discount_rate,
        ),
    }


def amount_kept(measured):
    """Return the share of what a customer bought that did not come back.

    :param dict measured: see `purchases.facts`
    """
    net = np.nan_to_num(measured["purchase_amount"])
    bought = net + np.nan_to_num(measured["returns_amount"])
    share = np.divide(net, bought, out=np.ones(len(net)), where=bought > 0)
    return np.clip(share, 0.0, 1.0)


def believed_margin(rate):
    """Return a margin's share of the amounts, as far as a next purchase may repeat it.

    Where returns have nearly made up for the purchases it may be a thousand times the
    amounts: no purchase to come earns more than all of its amount, or loses more.
    """
    return np.clip(rate, -1.0, 1.0)


def forecast_all(models, kind_of, measured, today, company):
    """Return the scores of all customers, each by the model of its kind.

    :param dict models: records of models by id of the kind of customers, False: all
    :param kind_of: ids of customers (sorted) and of their kinds, or None
    :param dict measured: see `purchases.facts`
    :return: arrays of FORECASTS, NaN for customers who have not bought
    """
    count = len(measured["partner_id"])
    result = {name: np.full(count, np.nan) for name in FORECASTS}
    for model, scorer, rows in by_model(models, kind_of, measured):
        chosen = {name: measured[name][rows] for name in NEEDED}
        scores = forecast(scorer, chosen, today, company)
        for name, values in scores.items():
            result[name][rows] = values
        result["retention_model_id"][rows] = model.id
    return result


def chances(models, kind_of, measured, today, company):
    """Return the chances of buying of all customers, and whose models say so.

    Parameters are those of `forecast_all`; NEEDED_FOR_CHANCE is enough.

    :return: probabilities and ids of models
    """
    chance = np.full(len(measured["partner_id"]), np.nan)
    model_ids = chance.copy()
    horizon = company.value_chain_horizon_days / DAYS
    for model, scorer, rows in by_model(models, kind_of, measured):
        chosen = {name: measured[name][rows] for name in NEEDED_FOR_CHANCE}
        outlook = scorer.outlook(*history(chosen, today))
        chance[rows] = outlook.probability(horizon)
        model_ids[rows] = model.id
    return chance, model_ids


def by_model(models, kind_of, measured):
    """Return an iterator over models, what scores by them, and rows of customers."""
    kinds = kinds_of(measured["partner_id"], kind_of, models)
    bought = measured["purchase_count"] > 0
    for kind, model in models.items():
        scorer = model._scorer()
        rows = np.flatnonzero(bought & (kinds == (kind or 0)))
        for start in range(0, len(rows), CHUNK):
            yield model, scorer, rows[start : start + CHUNK]


def kinds_of(customers, kind_of, models):
    """Return the kind of each customer, 0 where it has no model of its own."""
    kinds = np.zeros(len(customers), dtype=np.int64)
    if kind_of is None:
        return kinds
    known, ids = kind_of
    found, place = look_up(known, customers)
    kinds[found] = ids[place]
    return np.where(np.isin(kinds, [kind for kind in models if kind]), kinds, 0)
