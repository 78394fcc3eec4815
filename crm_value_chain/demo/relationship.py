"""What happened between the demo companies' people and us, and what they wish."""

from datetime import datetime, time, timedelta

from odoo import Command

from .demo_file import days_ago, rows

COSTS = {
    "email": 1.2,
    "phone": 6.5,
    "meeting": 95,
    "chat": 3,
    "sms": 0.4,
    "letter": 4.8,
    "order": 8,
    "document": 2.5,
}
# who is to be contacted when, in days from now
PLANNED = [
    ("base.res_partner_value_chain_harbour_contact", 4, "Delivery of the samples"),
    ("base.res_partner_value_chain_maple_contact", 9, "Plans of the two clinics"),
    ("base.res_partner_value_chain_cascade_contact", 2, "Offer for the depots"),
]
# what a complaint is about, how many days ago, how it was settled (not yet: empty)
COMPLAINTS = [
    ("base.res_partner_value_chain_delta_contact", 15, "Wrong desks again", None),
    (
        "base.res_partner_value_chain_fern_contact",
        95,
        "Lamp flickers",
        "Sent a new transformer; works",
    ),
]
OPEN_DEALS = {
    "harbour": 41,
    "nordlicht": 63,
    "quayside": 24,
    "granite": 35,
    "cascade": 12,
    "meridian": 27,
    "sierra": 19,
    "jackson": 33,
    "fern": 52,
    "bluebird": 18,
    "tidewater": 6,
    "pinecrest": 71,
    "orchard": 9,
}


def load(env):
    """Interactions, episodes, preferences, consents; nothing is made twice.

    Messages and meetings are Odoo's own: they stay when the addon is uninstalled.
    """
    _set_costs(env)
    _note_episodes(env)
    _note_wishes(env)
    _note_consents(env)
    exchanges = rows("interactions.csv")
    known = [("subject", "=", exchanges[0]["subject"]), ("message_type", "=", "email")]
    if not env["mail.message"].search_count(known, limit=1):
        for exchange in exchanges:
            MAKERS[exchange["kind"]](env, exchange)
        _plan(env)
        _complain(env)
    _age_deals(env)


def _moment(days, hour=10):
    return datetime.combine(days_ago(days), time(hour))


def _set_costs(env):
    for code, cost in COSTS.items():
        channel = env.ref(f"crm_value_chain.interaction_channel_{code}")
        channel.with_company(env.company).cost = cost


def _mail(env, exchange, author, **values):
    contact = env.ref(exchange["contact"])
    return env["mail.message"].create(
        {
            "model": "res.partner",
            "res_id": contact.id,
            "author_id": author.id,
            "email_from": author.email_formatted,
            "subject": exchange["subject"],
            "body": exchange["subject"],
            "date": _moment(exchange["days_ago"]),
            "record_company_id": env.company.id,
            "subtype_id": env.ref("mail.mt_comment").id,
            **values,
        }
    )


def _receive(env, exchange):
    _mail(env, exchange, env.ref(exchange["contact"]), message_type="email")


def _send(env, exchange):
    contact = env.ref(exchange["contact"])
    author = env.ref(exchange["user"]).partner_id
    # as if sent: nothing leaves this demo
    _mail(
        env,
        exchange,
        author,
        message_type="comment",
        partner_ids=[Command.set(contact.ids)],
        notification_ids=[
            Command.create(
                {
                    "res_partner_id": contact.id,
                    "notification_type": "email",
                    "notification_status": "sent",
                    "is_read": True,
                }
            )
        ],
    )


def _activity(env, contact, kind, days, summary, **values):
    """An activity without telling anybody of it."""
    document = env.ref(contact)
    activities = env["mail.activity"].with_context(mail_activity_quick_update=True)
    return activities.create(
        {
            "res_model_id": env["ir.model"]._get_id(document._name),
            "res_id": document.id,
            "activity_type_id": env.ref(kind).id,
            "summary": summary,
            "date_deadline": days_ago(days),
            "user_id": (document.user_id or env.ref("base.user_admin")).id,
            **values,
        }
    )


def _call(env, exchange):
    days = exchange["days_ago"]
    activity = _activity(
        env,
        exchange["contact"],
        "mail.mail_activity_data_call",
        days,
        exchange["subject"],
        user_id=env.ref(exchange["user"]).id,
    )
    activity.active = False
    activity.date_done = days_ago(days)


def _meet(env, exchange):
    user = env.ref(exchange["user"])
    start = _moment(exchange["days_ago"], 14)
    people = env.ref(exchange["contact"]) | user.partner_id
    env["calendar.event"].with_context(
        dont_notify=True, no_mail_to_attendees=True, mail_create_nosubscribe=True
    ).create(
        {
            "name": exchange["subject"],
            "start": start,
            "stop": start + timedelta(hours=1, minutes=30),
            "user_id": user.id,
            "partner_ids": [Command.set(people.ids)],
        }
    )


def _plan(env):
    for contact, days, summary in PLANNED:
        _activity(env, contact, "mail.mail_activity_data_call", -days, summary)


def _complain(env):
    episodes = env["crm.relationship.episode"]
    for contact, days, summary, feedback in COMPLAINTS:
        activity = _activity(
            env, contact, "crm_value_chain.mail_activity_complaint", days, summary
        )
        episode = episodes.search([("activity_id", "=", activity.id)])
        episode.begin_date = _moment(days)
        if feedback:
            activity.write({"active": False, "feedback": feedback})
            activity.date_done = days_ago(days - 3)
            episode = episodes.search([("activity_id", "=", activity.id)])
            episode.write({"end_date": _moment(days - 3), "outcome": "good"})


def _age_deals(env):
    """Opportunities of some weeks ago, as they would be in a company at work."""
    for name, days in OPEN_DEALS.items():
        deal = env.ref(f"crm_value_chain.demo_lead_{name}", raise_if_not_found=False)
        if deal:
            episodes = env["crm.relationship.episode"]
            episode = episodes.search([("lead_id", "=", deal.id)])
            episode.begin_date = _moment(days)


def _note_episodes(env):
    for episode in rows("episodes.csv"):
        begin = _moment(episode["days_ago"])
        length = episode["days"]
        env["crm.relationship.episode"].create(
            {
                "name": episode["name"],
                "partner_id": env.ref(episode["contact"]).id,
                "company_id": env.company.id,
                "type_id": env.ref(
                    f"crm_value_chain.episode_type_{episode['kind']}"
                ).id,
                "begin_date": begin,
                "end_date": length and begin + timedelta(days=int(length), hours=-4),
                "outcome": episode["outcome"],
                "outcome_note": episode["note"],
                "user_id": env.ref(episode["user"]).id,
            }
        )


def _note_wishes(env):
    topics = {topic.name: topic.id for topic in env["crm.contact.topic"].search([])}
    for wish in rows("wishes.csv"):
        names = filter(None, wish["topics"].split("|"))
        env["crm.contact.preference"].create(
            {
                "partner_id": env.ref(wish["contact"]).id,
                "channel_id": _channel(env, wish).id,
                "time_of_day": wish["time_of_day"],
                "frequency": wish["frequency"],
                "topic_ids": [Command.set([topics[name] for name in names])],
                "note": wish["note"],
            }
        )


def _note_consents(env):
    for consent in rows("consents.csv"):
        contact = env.ref(consent["contact"])
        env["crm.contact.consent"].create(
            {
                "partner_id": contact.id,
                "channel_id": _channel(env, consent).id,
                "purpose": consent["purpose"],
                "state": consent["state"],
                "obtained": consent["obtained"],
                "proof": consent["proof"],
                "date": days_ago(consent["days_ago"]),
                "user_id": (contact.user_id or env.user).id,
            }
        )


def _channel(env, row):
    return env.ref(f"crm_value_chain.interaction_channel_{row['channel']}")


MAKERS = {"mail_in": _receive, "mail_out": _send, "call": _call, "meeting": _meet}
