"""An invented shop: who its customers are and when they buy, always the same.

Customers come evenly over three years until yesterday. Each buys at a rate of its
own (gamma) until it leaves at a rate of its own (gamma): the story behind the
Pareto/NBD model. What they spend is lognormal, around a level of each customer.

Their numbers have nothing to do with when they came, as after the import of a list
of customers. For a database that is the hardest case: the orders of a customer lie
all over the table, which is in the order of time.
"""

import datetime

import numpy as np

DAYS = 1096
ORDERS_EACH = 10
STAY = 500  # days; the scale of how long customers buy, half of them less than 294
AGAIN_THE_SAME_DAY = 0.03  # share of the orders
DAY = 86_400
SECOND = np.timedelta64(1, "s")


def shop(customers, seed=19):
    """Return when the customers came, and their orders in the order of time.

    :return: moments of joining, and of the orders: customer from 1 on, moment, cents
    :rtype: tuple[np.ndarray, tuple[np.ndarray, np.ndarray, np.ndarray]]
    """
    rng = np.random.default_rng(seed)
    start = np.datetime64(datetime.date.today(), "s") - DAYS * DAY * SECOND
    joined = rng.integers(0, (DAYS - 1) * DAY, customers)
    customer, moments = purchases(rng, joined)
    level = rng.normal(4.2, 0.7, customers)
    cents = np.exp(level[customer] + rng.normal(0, 0.5, len(customer))) * 100
    order = np.argsort(moments, kind="stable")
    orders = (
        customer[order] + 1,
        start + moments[order] * SECOND,
        np.maximum(cents[order].astype(np.int64), 100),
    )
    return start + joined * SECOND, orders


def purchases(rng, joined):
    """Return who buys and when, in seconds; each on the day of joining at least."""
    customers = len(joined)
    leaves = STAY * DAY * rng.exponential(1, customers) / rng.gamma(1.5, 1, customers)
    active = np.minimum(leaves, DAYS * DAY - joined)
    wanted = rng.gamma(1.0, 1.0, customers) * active
    wanted *= (ORDERS_EACH / (1 + AGAIN_THE_SAME_DAY) - 1) / wanted.mean()
    customer = np.repeat(np.arange(customers), rng.poisson(wanted))
    moments = joined[customer] + rng.random(len(customer)) * active[customer]
    customer = np.concatenate([np.arange(customers), customer])
    moments = np.concatenate([joined, moments.astype(np.int64)])
    again = rng.random(len(customer)) < AGAIN_THE_SAME_DAY
    customer = np.concatenate([customer, customer[again]])
    moments = np.concatenate([moments, moments[again]])
    opens, closes = 8 * 3600, 18 * 3600
    hours = rng.integers(opens, closes, len(moments))
    return customer, moments // DAY * DAY + hours
