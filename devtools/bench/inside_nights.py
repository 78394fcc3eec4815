"""The addon's nights, as the scheduler would run them, and what they cost.

Each function runs in a process of its own, which does nothing else: what Linux says
about its memory is what a worker of Odoo needs. Later nights come on later days, so
the clock is set forward; between them the database cleans up (VACUUM), for which it
has a day in real life.
"""

import time
from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.tools import SQL

from .memory import peak_memory

ADDON = "crm_value_chain"
TABLES = "crm_customer_profile, crm_customer_stale, crm_customer_movement, sale_order"
SHARE = 100  # one customer in so many has changed


def first_night(env):
    """Run the night after the installation."""
    return {**night(env), **peak_memory()}


def full_nights(env, times):
    """Run nights that renew everything; return the middle one."""
    before = peak_memory()
    nights = []
    for _ in range(times):
        clean_up(env)
        nights.append(night(env, by_hand=True))
    return {**middle(nights), **peak_memory(), "before": before}


def later_nights(env, times):
    """Run nights after days on which some customers bought, or none."""
    changed, quiet = [], []
    for number in range(times):
        day = 2 * number + 1
        with clock_set_to(day):
            customers = sell(env, number)
            clean_up(env)
            changed.append(night(env))
        with clock_set_to(day + 1):
            clean_up(env)
            quiet.append(night(env))
    return {
        "changed": {**middle(changed), "customers": customers},
        "quiet": middle(quiet),
        **peak_memory(),
    }


def segmentations(env, times):
    """Place all customers by twenty rules besides the ladder, classes and tiers.

    First all of them anew, which writes every customer; then again, as each night does.
    """
    make_segments(env)
    placed = segmentation(env)
    again = sorted(segmentation(env) for _ in range(times))[times // 2]
    return {"placed": placed, "again": again, **peak_memory()}


def make_segments(env):
    """Make twenty segments, on figures of the customer and facts of the contact."""
    scores = [
        [("r_score", ">=", r), ("f_score", ">=", f), ("m_score", ">=", m)]
        for r, f, m in (
            (5, 5, 5),
            (5, 5, 3),
            (5, 4, 1),
            (4, 4, 4),
            (4, 3, 2),
            (3, 4, 4),
        )
    ]
    rules = [
        *scores,
        [("churn_risk", "=", "high"), ("clv_score", "=", 5)],
        [("churn_risk", "=", "high"), ("partner_id.country_id", "!=", False)],
        [("purchase_probability", ">", 0.8)],
        [("purchase_probability", ">", 0.5), ("yearly_amount", ">", 1000)],
        [("partner_id.name", "ilike", "customer 77")],
        [("partner_id.category_id", "!=", False)],
        [("ladder_stage_id", "=", env.ref("crm_value_chain.ladder_stage_repeat").id)],
        [("value_tier_id.name", "=", "A")],
        [("recency_days", "<=", 30)],
        [("recency_days", "<=", 90), "|", ("r_score", "=", 5), ("m_score", "=", 5)],
        [("purchase_count", "=", 1), ("tenure_days", "<", 180)],
        [("mean_gap_days", "<", 60)],
        [("purchase_count", ">", 0)],
        [],
    ]
    env["crm.segment"].create(
        [
            {"name": f"Segment {number}", "domain": str(rule), "sequence": number}
            for number, rule in enumerate(rules, 1)
        ]
    )


def segmentation(env):
    """Place all customers, as the scheduled action does; return the seconds."""
    Run = env["crm.scoring.run"]
    waiting = Run.search([("kind", "=", "segmentation"), ("state", "=", "waiting")])
    if not waiting:
        Run.create({"kind": "segmentation"})
    clean_up(env)
    cron = env.ref(f"{ADDON}.ir_cron_portfolio_segmentation")
    started = time.monotonic()
    call(env, cron, by_hand=True)
    return time.monotonic() - started


def clock_set_to(days):
    """Let it be two o'clock at night, so many days from today."""
    midnight = datetime.combine(date.today(), datetime.min.time())
    return freeze_time(midnight + timedelta(days=days, hours=2), tick=True)


def middle(nights):
    """Return the night that took neither longest nor shortest."""
    return sorted(nights, key=lambda one: one["night"])[len(nights) // 2]


def night(env, by_hand=False):
    """Run the scheduled actions; return seconds, in all and by phase.

    :param bool by_hand: ask for all customers, as "Compute Now" does
    """
    Run = env["crm.scoring.run"]
    last = Run.search([], order="id desc", limit=1).id or 0
    if by_hand:
        Run.create({"kind": "scoring"})
    env.cr.commit()
    started = time.monotonic()
    for cron in scheduled_actions(env):
        call(env, cron, by_hand)
    seconds = {"night": time.monotonic() - started}
    runs = Run.search([("id", ">", last)])
    if broken := runs.filtered(lambda run: run.state != "done"):
        reasons = set(broken.failure_ids.mapped("display_name"))
        raise RuntimeError(f"A run is {broken[0].state}: {sorted(reasons)[:5]}")
    for name in Run.fields_get():
        if name.endswith("_seconds"):
            seconds[name.removesuffix("_seconds")] = sum(runs.mapped(name))
    return seconds


def scheduled_actions(env):
    """Return the addon's scheduled actions in the order of the night."""
    known = env["ir.model.data"].search(
        [("module", "=", ADDON), ("model", "=", "ir.cron")]
    )
    return env["ir.cron"].browse(known.mapped("res_id")).sorted("nextcall")


def call(env, cron, by_hand):
    """Do what the scheduler does with an action that is due, or a person with any."""
    due, later = datetime.now() - timedelta(minutes=1), datetime.now()
    if by_hand:
        action = cron.ir_actions_server_id
    else:
        cron.nextcall = due
        action = cron.with_context(cron_id=cron.id).ir_actions_server_id
    env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
    env.flush_all()
    env.cr.commit()
    action.run()
    cron.nextcall = later + timedelta(days=1)
    env.cr.commit()
    env.invalidate_all()


def sell(env, number):
    """Let one customer in a hundred buy again today, others each time.

    As Odoo's own orders do, they put their customers in the queue.

    :return: number of customers
    :rtype: int
    """
    env.cr.execute("SELECT * FROM sale_order LIMIT 0")
    columns = [column.name for column in env.cr.description]
    given = {
        "id": "NEXTVAL('sale_order_id_seq')",
        "name": "'S' || CURRVAL('sale_order_id_seq')",
        **dict.fromkeys(("date_order", "create_date", "write_date"), "%(today)s"),
    }
    env.cr.execute(
        SQL(
            f"""
            INSERT INTO sale_order ({", ".join(columns)})
            SELECT {", ".join(given.get(name, name) for name in columns)}
              FROM (SELECT DISTINCT ON (partner_id) * FROM sale_order
                     WHERE state = 'sale' AND partner_id %% %(share)s = %(number)s
                     ORDER BY partner_id, id DESC) latest
         RETURNING partner_id
            """,
            today=datetime.now(),
            share=SHARE,
            number=number,
        )
    )
    partners = [row[0] for row in env.cr.fetchall()]
    env["crm.customer.stale"]._queue_partners(partners, env.company)
    env.cr.commit()
    return len(partners)


def clean_up(env):
    """Let PostgreSQL do what it does in the background of a day."""
    env.cr.commit()
    with env.registry.cursor() as cr:
        cr._cnx.autocommit = True
        cr.execute(f"VACUUM (ANALYZE) {TABLES}")
        cr._cnx.autocommit = False
