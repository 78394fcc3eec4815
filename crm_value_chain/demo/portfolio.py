"""The portfolio of the demo company: segments, their owners and goals, lists."""

from math import ceil

from .demo_file import days_ago


def choose(env):
    """Choose the ready-made portfolio of RFM groups, unless one is in use."""
    if env["crm.segment"].search_count([("company_id", "=", env.company.id)], limit=1):
        return
    env["crm.portfolio.wizard"].create({"portfolio": "rfm"}).action_create_portfolio()
    segments = env["crm.segment"].search([("company_id", "=", env.company.id)])
    owners = (env.ref("base.user_admin"), env.ref("base.user_demo"))
    for number, segment in enumerate(segments):
        segment.user_id = owners[number % 2]


def set_goals(env):
    """Set goals of the first segments, for the end of a year that is half over."""
    segments = env["crm.segment"].search([("company_id", "=", env.company.id)])
    wishes = [
        ("customer_count", lambda now: ceil(now * 1.5)),
        ("retention_rate", lambda now: min(1, now + 0.05)),
        ("yearly_amount", lambda now: now * 1.3),
        ("customer_count", lambda now: ceil(now * 1.05)),
    ]
    for segment, (metric, wish) in zip(segments, wishes, strict=False):
        goal = env["crm.segment.goal"].create(
            {
                "segment_id": segment.id,
                "metric": metric,
                "user_id": segment.user_id.id,
                "start_date": days_ago(180),
                "date_deadline": days_ago(-185),
                "target_value": 1,
            }
        )
        goal.target_value = wish(goal.start_value)


def keep_lists(env):
    """Put some customers on lists that no rule could make."""
    lists = {
        "Spring fair": (
            "Asked to our stand, with a guide for the day.",
            ("harbour", "nordlicht", "maple", "quayside", "fern"),
        ),
        "Sounding board": (
            "Give their opinion on new furniture before others see it.",
            ("quayside", "sierra", "lantern"),
        ),
    }
    for color, (name, (description, customers)) in enumerate(lists.items(), 3):
        partners = [env.ref(f"base.res_partner_value_chain_{key}") for key in customers]
        profiles = env["crm.customer.profile"].search(
            [
                ("partner_id", "in", [partner.id for partner in partners]),
                ("company_id", "=", env.company.id),
            ]
        )
        env["crm.customer.list"].create(
            {
                "name": name,
                "description": description,
                "color": color,
                "user_id": env.ref("base.user_demo").id,
                "profile_ids": profiles.ids,
            }
        )
