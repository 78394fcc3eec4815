"""The network of the demo company: forty members, and the gaps that it has."""

from odoo import Command

from .demo_file import days_ago, rows

OTHERS = "base.res_partner_value_chain_"  # customers who are no members
NEEDS = {
    "turnkey": ("supplier", "customer", "partner", "employee"),
    "ergonomic": ("supplier", "partner", "employee"),
    "rental": ("supplier", "owner", "partner", "employee"),
    "lobby": ("supplier", "customer", "partner", "employee"),
    "music": ("supplier", "partner", "employee"),
}
ROLES = ("supplier", "customer", "owner", "partner", "employee")
# what the demo network lacks on purpose: proposition, role, state
GAPS = {
    ("ergonomic", "employee", "weak"),  # the one ergonomist has another offer
    ("rental", "owner", "empty"),  # nobody pays for the furniture yet
    ("rental", "partner", "weak"),  # one agreement ends, the other partner fails
    ("lobby", "supplier", "weak"),  # no answer from one, no successor at the other
    ("lobby", "customer", "empty"),  # no reference yet
    ("music", "supplier", "single"),
    ("music", "partner", "weak"),  # both shops are failing
}


def load(env, propositions):
    """Make the network of the current company.

    :param propositions: records by the keys of the tables
    :return: the members by their keys
    :rtype: dict[str, recordset]
    """
    for key, proposition in propositions.items():
        proposition.write({f"needs_{role}": role in NEEDS[key] for role in ROLES})
    members = {}
    for row in rows("network_members.csv"):
        if row["key"] in members:
            members[row["key"]].role_ids = [Command.create(_role(env, row))]
        else:
            members[row["key"]] = env["crm.network.member"].create(_member(env, row))
    _contribute(env, members, propositions)
    _relate(env, members)
    return members


def load_business(env, members):
    """Bills of members, and the leads and orders that they brought or deliver."""
    if env["account.journal"].search_count(
        [("type", "=", "purchase"), ("company_id", "=", env.company.id)], limit=1
    ):
        bills = [_bill(env, members, row) for row in rows("network_bills.csv")]
        env["account.move"].create(bills).action_post()
    for row in rows("network_business.csv"):
        _bring(env, members, row)
    _remind(env)


def _member(env, row):
    owner = env.ref(f"base.user_{row['owner']}", raise_if_not_found=False) or env.user
    return {
        "partner_id": _contact(env, row).id,
        "company_id": env.company.id,
        "user_id": owner.id,
        "quality": row["quality"],
        "risk": row["risk"],
        "risk_reason": row["risk_reason"],
        "switching_weeks": int(row["switching_weeks"] or 0) or False,
        "alternatives": row["alternatives"],
        "review_date": _in_days(row["review_days"]),
        "role_ids": [Command.create(_role(env, row))],
    }


def _contact(env, row):
    """The contact of a row: one of the demo data, else one of our own."""
    known = row["contact"] and env.ref(row["contact"], raise_if_not_found=False)
    if known and known.company_id not in (env.company, env["res.company"]):
        known = None
    reference = f"NETWORK-{row['key'].upper()}"
    contacts = env["res.partner"]
    return (
        known
        or contacts.search([("ref", "=", reference)], limit=1)
        or contacts.create(
            {
                "name": row["name"],
                "ref": reference,
                "is_company": row["is_company"] == "yes",
                "city": row["city"],
                "country_id": row["country"] and env.ref(f"base.{row['country']}").id,
                "function": row["function"],
                "email": f"{row['key']}@network.example.com",
            }
        )
    )


def _role(env, row):
    kind = env.ref(f"crm_value_chain.crm_network_kind_{row['kind']}")
    return {
        "role": row["role"],
        "kind_id": kind.id,
        "date_from": days_ago(row["since_days"]),
        "date_to": row["until_days"] and days_ago(row["until_days"]),
        "agreement": row["agreement"],
        "agreement_until": _in_days(row["agreement_days"]),
        "brief": row["brief"],
    }


def _contribute(env, members, propositions):
    segments = env["crm.segment"].search([("company_id", "=", env.company.id)])
    lines = []
    for row in rows("network_contributions.csv"):
        segment = segments[: int(row["segment"] or 0)][-1:]
        if row["proposition"] or segment:
            lines.append(
                {
                    "member_id": members[row["member"]].id,
                    "role": row["role"],
                    "proposition_id": row["proposition"]
                    and propositions[row["proposition"]].id,
                    "segment_id": segment.id,
                    "is_critical": row["critical"] == "yes",
                    "name": row["contribution"],
                }
            )
    env["crm.network.contribution"].create(lines)


def _relate(env, members):
    found = {key: member.partner_id for key, member in members.items()}
    relations = []
    for row in rows("network_relations.csv"):
        ends = [
            found.get(row[name])
            or env.ref(OTHERS + row[name], raise_if_not_found=False)
            for name in ("first", "second")
        ]
        if all(ends):
            kind = f"crm_value_chain.crm_network_relation_type_{row['type']}"
            relations.append(
                {
                    "company_id": env.company.id,
                    "partner_id": ends[0].id,
                    "type_id": env.ref(kind).id,
                    "other_partner_id": ends[1].id,
                    "date_from": days_ago(row["from_days"]),
                    "date_to": row["to_days"] and days_ago(row["to_days"]),
                    "note": row["note"],
                    "user_id": _owner(env, members.get(row["first"])).id,
                }
            )
    env["crm.network.relation"].create(relations)


def _owner(env, member):
    """Who noted what is known of a member: its owner."""
    return (member and member.user_id) or env.ref("base.user_admin")


def _bill(env, members, row):
    return {
        "move_type": "in_invoice",
        "partner_id": members[row["member"]].partner_id.id,
        "invoice_date": days_ago(row["days_ago"]),
        "invoice_line_ids": [
            Command.create(
                {
                    "name": row["label"],
                    "price_unit": float(row["amount"]),
                    "tax_ids": [Command.clear()],
                }
            )
        ],
    }


def _bring(env, members, row):
    record = env.ref(row["which"], raise_if_not_found=False)
    if not record:
        return
    values = {}
    if row["brought_by"]:
        values["network_member_id"] = members[row["brought_by"]].id
    if row["document"] == "order":
        record = env["sale.order"].search(
            [
                ("partner_id.commercial_partner_id", "=", record.id),
                ("company_id", "=", env.company.id),
            ]
        )
        delivering = [members[key].id for key in row["delivered_by"].split()]
        values["delivery_member_ids"] = [Command.set(delivering)]
    record.write(values)


def _remind(env):
    """Do what the scheduled action did last night."""
    network = env["crm.network.member"]
    for reminder in (network._review_reminder(), network._agreement_reminder()):
        network._remind(reminder, network._due(reminder))


def _in_days(count):
    """The day in so many days; none where nothing is said."""
    return count and days_ago(-int(count))
