"""Scoring runs of the past, and what people learned about customers meanwhile."""

from datetime import datetime, time, timedelta

from . import portfolio
from .cdnow import find_customer
from .demo_file import days_ago, rows

BOOLEANS = {"yes": True, "no": False}
GOALS_SET = 180  # days ago
METRICS = ("satisfaction", "recommendation", "commitment", "switching_barrier")


def play(env, days):
    """Score as of days in the past, and note the facts of facts.csv of those days.

    :param days: how many days ago, the longest ago first
    """
    facts = rows("facts.csv")
    # the tables were filled in this very transaction: let the planner know
    env.flush_all()
    env.cr.execute("ANALYZE res_partner, crm_historical_purchase, sale_order")
    for count in days:
        score(env, days_ago(count))
        env.cr.execute("ANALYZE crm_customer_profile")
        for fact in facts:
            if int(fact["days_ago"]) == count:
                _learn(env, fact)
        portfolio.choose(env)
        if count == GOALS_SET:
            portfolio.set_goals(env)


def score(env, day):
    """Do what the two scheduled actions did in the night after a day."""
    Run = env["crm.scoring.run"]
    run = Run.create({"company_id": env.company.id, "origin": "night", "as_of": day})
    while run:
        while run._step()[1]:
            pass
        run.started_on = datetime.combine(day, time(23, 30))
        run.finished_on = run.started_on + timedelta(seconds=run.duration)
        run = Run.search(
            [
                ("company_id", "=", env.company.id),
                ("state", "=", "waiting"),
                ("as_of", "=", day),
            ]
        )


def _learn(env, fact):
    """Note what people learned about some customers."""
    customers = env["res.partner"].union(
        *(find_customer(env, text) for text in fact["customers"].split())
    )
    profiles = env["crm.customer.profile"].search(
        [("partner_id", "in", customers.ids), ("company_id", "=", env.company.id)]
    )
    profiles.write(
        {
            name: BOOLEANS.get(value, value)
            for name, value in fact.items()
            if value and name not in ("days_ago", "customers", *METRICS)
        }
    )
    env["crm.customer.attitude"].create(
        [
            {
                "profile_id": profile.id,
                "date": days_ago(fact["days_ago"]),
                "metric": metric,
                "score": int(fact[metric]),
                "user_id": (profile.user_id or env.ref("base.user_admin")).id,
            }
            for profile in profiles
            for metric in METRICS
            if fact[metric]
        ]
    )
