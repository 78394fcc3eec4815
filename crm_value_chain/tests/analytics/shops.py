"""Histories to test with: the CDNOW sample and shops that we make up."""

from pathlib import Path

import numpy as np

from ...analytics import History, RetentionModel
from ...analytics.candidates import Workshop
from ...analytics.holdout import read

CUT = "1997-09-30"
WEEKS = 39.0


def cdnow():
    """Return the history of the CDNOW sample."""
    return read(Path(__file__).parents[2] / "demo" / "cdnow_sample.csv")


def cdnow_known():
    """Return what is known of the CDNOW customers after 39 weeks."""
    return cdnow().summary(CUT)


def shop(customers=600, weeks=80, rate=0.2, stay=0.9, regular=1, seed=0):
    """Return the transactions of a shop whose customers join all the time.

    rate: purchases a week of the mean customer; stay: chance of staying after each
    purchase; regular: shape of the gaps (1: at random, higher: like clockwork).
    """
    rng = np.random.default_rng(seed)
    customer, day = [], []
    rates = rng.gamma(2.0, rate / 2, customers) + 1e-3
    for who, (start, pace) in enumerate(
        zip(rng.uniform(0, weeks, customers), rates, strict=True)
    ):
        now = start
        while now <= weeks:
            customer.append(who)
            day.append(int(now * 7))
            if rng.random() > stay:
                break
            now += rng.gamma(regular, 1 / (regular * pace))
    amount = rng.gamma(3.0, 10.0, len(day))
    return np.array(customer), np.array(day), amount


def shop_history(**options):
    """Return the history of such a shop."""
    return History(*shop(**options))


def every_pair():
    """Yield a company's model with many pairs of forecasters, stored and read again."""
    history, today = cdnow(), int(np.datetime64(CUT).astype(int))
    fitted = RetentionModel(13.0).fit_history(history, today)
    workshop = Workshop(history)
    windows = [workshop.window(today - days, today) for days in (91, 140)]
    every = workshop.forecasters(today, 13.0, windows, 0.3)
    for number, chance in enumerate(every):
        for count in (chance, every[number - 1], every[number - 3]):
            fitted.probability_, fitted.count_ = chance, count
            fitted.method_, fitted.count_method_ = chance.name, count.name
            fitted.alive_ = fitted._alive_model()
            yield RetentionModel.from_dict(fitted.to_dict())
