"""What is known of the needs of customers, and what is done differently for them."""

from ..models.intimacy.crm_customer_review import QUESTIONS, SWOT
from .cdnow import find_customer, reference
from .demo_file import days_ago, rows

MODULE = "crm_value_chain"
REGULAR = 4  # purchases
ANSWERS = 2  # every second one
SURVEYED = (
    ("crm_need_discovery", "crm_need_simple"),
    ("crm_need_discovery",),
    ("crm_need_budget", "crm_need_speed"),
    ("crm_need_simple", "crm_need_speed"),
    ("crm_need_discovery", "crm_need_budget"),
)
NUMBERS = ("start", "target", "now")
WORDS = ("name", "kind", "reason", "measure", "unit", "their_wish", "our_wish")


def load(env):
    """Note needs, relationship drivers and treatments, as salespeople would have."""
    _note(env, "crm.customer.need", "needs.csv", _need)
    _ask_by_survey(env)
    _note(env, "crm.customer.driver", "drivers.csv", _driver)
    _note(env, "crm.treatment", "treatments.csv", _treatment)
    _note(env, "crm.customer.review", "reviews.csv", _review)
    env["crm.treatment"]._end_what_is_over()
    env["crm.treatment"]._remind_of_what_is_due()


def _ask_by_survey(env):
    """The answers of those regular customers of the shop who sent them back."""
    asked = env["crm.customer.profile"].search(
        [
            ("company_id", "=", env.company.id),
            ("partner_id.ref", "=like", f"{reference(0)[:-4]}%"),
            ("purchase_count", ">=", REGULAR),
            ("need_ids", "=", False),
        ]
    )
    env["crm.customer.need"].create(
        [
            {
                "profile_id": profile.id,
                "need_id": _ref(env, need),
                "importance": 3 + (number + order) % 3,
                "met": 4 + (number * 7 + order) % 6,
                "source": "survey",
                "date": days_ago(75),
                "user_id": env.ref("base.user_admin").id,
            }
            for number, profile in enumerate(asked)
            if number % ANSWERS == 0
            for order, need in enumerate(SURVEYED[number // ANSWERS % len(SURVEYED)])
        ]
    )


def _note(env, model, file, values):
    """Facts of the customers of each row of a file; who has no profile is left out."""
    env[model].create(
        [
            {
                "profile_id": profile.id,
                "user_id": _salesperson(env, profile),
                **values(env, row, profile),
            }
            for row in rows(file)
            for profile in _profiles(env, row.get("customers") or row["customer"])
        ]
    )


def _profiles(env, text):
    customers = env["res.partner"].union(
        *(find_customer(env, each) for each in text.split())
    )
    return env["crm.customer.profile"].search(
        [("partner_id", "in", customers.ids), ("company_id", "=", env.company.id)]
    )


def _salesperson(env, profile):
    return (profile.user_id or env.ref("base.user_admin")).id


def _ref(env, name):
    return env.ref(f"{MODULE}.{name}").id


def _need(env, row, profile):
    return {
        "need_id": _ref(env, row["need"]),
        "importance": int(row["importance"]),
        "met": int(row["met"]) if row["met"] else False,
        "source": row["source"],
        "date": days_ago(row["days_ago"]),
        "note": row["note"],
    }


def _driver(env, row, profile):
    return {
        "driver_id": _ref(env, row["driver"]),
        "strength": int(row["strength"]),
        "date": days_ago(row["days_ago"]),
        "evidence": row["evidence"],
    }


def _review(env, row, profile):
    next_date = {"next_date": days_ago(row["next"])} if row["next"] else {}
    return {
        **{name: row[name] for name in ("people", *QUESTIONS, *SWOT)},
        "date": days_ago(row["days_ago"]),
        **next_date,
    }


def _treatment(env, row, profile):
    numbers = {name: float(row[name]) for name in NUMBERS if row[name]}
    days = {
        field: days_ago(row[name])
        for name, field in (
            ("since", "date_from"),
            ("until", "date_until"),
            ("deadline", "date_deadline"),
        )
        if row[name]
    }
    return {
        **{name: row[name] for name in WORDS},
        **numbers,
        **days,
        "goal_state": row["goal"] or False,
        "proposition_id": row["proposition"] and _ref(env, row["proposition"]),
        "responsible_id": _salesperson(env, profile),
    }
