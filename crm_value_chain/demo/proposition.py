"""Value propositions: what they say, in versions, and how deals with them went."""

from datetime import datetime, time

from odoo import Command

from .demo_file import days_ago, rows

SEGMENTS = {
    "turnkey": ["Champions", "Potential Loyalists"],
    "ergonomic": ["Loyal Customers", "Need Attention"],
    "rental": ["New Customers", "Promising"],
    "lobby": ["Champions", "At Risk"],
    "music": ["Loyal Customers", "Potential Loyalists"],
}
APPROVED = {"turnkey": 340, "ergonomic": 310, "rental": 250, "lobby": 360, "music": 90}
# customers whose orders were sold with a proposition
CUSTOMERS = {
    "turnkey": ["base.res_partner_12", "base.res_partner_2", "bluebird", "quayside"],
    "ergonomic": ["base.res_partner_3", "maple", "alder", "delta"],
    "rental": ["base.res_partner_10", "base.res_partner_5"],
    "lobby": ["nordlicht", "harbour", "fern"],
}
OPEN_LEADS = {
    "demo_lead_bluebird": "turnkey",
    "demo_lead_granite": "turnkey",
    "demo_lead_quayside": "turnkey",
    "demo_lead_sierra": "ergonomic",
    "demo_lead_cascade": "rental",
    "demo_lead_nordlicht": "lobby",
    "demo_lead_harbour": "lobby",
}
QUOTATIONS = {"cascade": "rental", "meridian": "lobby"}
LEAD_NEEDS = {
    "demo_lead_tidewater": ["one_hand", "speed"],
    "demo_lead_pinecrest": ["health"],
    "demo_lead_orchard": ["health", "budget"],
    "demo_lead_meridian": ["design"],
    "demo_lead_granite": ["one_hand", "design"],
    "demo_lead_quayside": ["speed"],
    "demo_lead_sierra": ["health"],
    "demo_lead_nordlicht": ["design", "planet"],
    "demo_lead_jackson": ["design", "speed"],
}
SOURCES = {
    "crm.lost_reason_1": "money",
    "crm.lost_reason_2": "people",
    "crm.lost_reason_3": "place",
}


def load(env):
    """Give the propositions their content, and deals of the last year."""
    propositions = {key: _proposition(env, key) for key in SEGMENTS}
    for key, proposition in propositions.items():
        proposition.segment_ids = env["crm.segment"].search(
            [("company_id", "=", env.company.id), ("name", "in", SEGMENTS[key])]
        )
        _write_first_version(env, key, proposition.open_version_id)
        _approve(proposition, APPROVED[key])
    _improve_turnkey(propositions["turnkey"])
    _propose_change_of_rental(propositions["rental"])
    for xml_id, source in SOURCES.items():
        env.ref(xml_id).value_source = source
    _choose_for_orders(env, propositions)
    _make_deals(env, propositions)
    _choose_for_leads(env, propositions)


def _ref(env, name):
    return env.ref(f"crm_value_chain.crm_{name}")


def _proposition(env, key):
    return _ref(env, f"value_proposition_{key}")


# ----------------------------------------------------------------------
# What they say
# ----------------------------------------------------------------------


def _of(table, key):
    return [row for row in rows(f"value_{table}.csv") if row["proposition"] == key]


def _write_first_version(env, key, version):
    alternatives = env["crm.value.alternative"].create(
        [
            {
                "version_id": version.id,
                "name": row["name"],
                "kind": row["kind"],
                "note": row["note"],
                "sequence": 10 * place,
            }
            for place, row in enumerate(_of("alternatives", key), 1)
        ]
    )
    env["crm.value.factor"].create(
        [
            _factor(version, alternatives, row) | {"sequence": 10 * place}
            for place, row in enumerate(_of("factors", key), 1)
        ]
    )
    env["crm.value.promise"].create(
        [_promise(env, version, row) for row in _of("promises", key)]
    )
    _name_references(env, version)


def _factor(version, alternatives, row):
    scores = zip(alternatives, row["scores"].split(), strict=True)
    texts = ("name", "source", "level", "argument", "proof", "objection")
    return {
        "version_id": version.id,
        "weight": float(row["weight"]),
        "our_score": float(row["ours"]),
        "score_ids": [
            Command.create({"alternative_id": alternative.id, "score": float(score)})
            for alternative, score in scores
        ],
        **{name: row[name] or False for name in texts},
    }


def _promise(env, version, row):
    return {
        "version_id": version.id,
        "kind": row["kind"],
        "name": row["name"],
        "measure": row["measure"],
        "target": row["target"],
        "user_id": env.ref(row["keeper"]).id,
        "date_from": days_ago(APPROVED[row["proposition"]]),
        "date_to": row["valid_days"] and days_ago(-int(row["valid_days"])),
    }


def keep_with(env, members):
    """Name the members of the network with whom promises are kept.

    :param members: by the keys of their table
    """
    for row in rows("value_promises.csv"):
        if row["member"]:
            promises = env["crm.value.promise"].search(
                [
                    ("proposition_id", "=", _proposition(env, row["proposition"]).id),
                    ("name", "=", row["name"]),
                ]
            )
            promises._hand_over(members[row["member"]])


def _name_references(env, version):
    """The customers who speak for us tell of the factor that matters most."""
    speaking = env["crm.customer.profile"].search(
        [
            ("company_id", "=", env.company.id),
            ("active_reference", "=", True),
            ("partner_id.ref", "=", False),
        ],
        limit=2,
    )
    strongest = version.factor_ids.sorted(lambda factor: -factor.weight)[:1]
    strongest.reference_ids = speaking.partner_id


def _approve(proposition, days):
    """Approve the draft, as if so many days ago."""
    author = proposition.env.ref("base.user_admin")
    version = proposition.open_version_id.with_user(author)
    before = proposition.current_version_id
    version.action_submit()
    version.action_approve()
    then = datetime.combine(days_ago(days), time(9))
    version._step("approved", submitted_on=then, approved_on=then)
    before._step("replaced", ended_on=then)


def _improve_turnkey(proposition):
    """A second version: the price was the reason for too many losses."""
    proposition.action_new_version()
    version = proposition.open_version_id
    version.change_note = "Too many deals were lost by the price"
    version.promise = (
        "From the empty floor to the first working day: planned, delivered and set up "
        "by one team, at a fixed price."
    )
    price = version.factor_ids.filtered(lambda factor: factor.source == "money")
    price.our_score = 5
    price.argument = "The price stands before you sign, whatever we find on the floor."
    version.factor_ids.create(
        {
            "version_id": version.id,
            "name": "A fixed price",
            "source": "price",
            "level": "augmented",
            "weight": 6,
            "our_score": 9,
            "sequence": 45,
            "argument": "No extras, no surprises: the offer is the invoice.",
            "score_ids": [
                Command.create({"alternative_id": alternative.id, "score": score})
                for alternative, score in zip(
                    version.alternative_ids, (6, 2, 8), strict=True
                )
            ],
        }
    )
    _approve(proposition, 160)


def _propose_change_of_rental(proposition):
    """A second version that waits for approval."""
    proposition.action_new_version()
    version = proposition.open_version_id
    version.change_note = "Customers want to own what they like"
    owning = version.factor_ids.filtered(lambda factor: factor.source == "psychic")
    owning.our_score = 2
    version.action_submit()


# ----------------------------------------------------------------------
# How deals went
# ----------------------------------------------------------------------


def _version_on(proposition, day):
    """The version that was in use on a day; empty before the first one."""
    return proposition.version_ids.filtered(
        lambda version: (
            version.approved_on
            and version.approved_on.date() <= day
            and (not version.ended_on or version.ended_on.date() > day)
        )
    )


def _choice(proposition, day):
    version = proposition and _version_on(proposition, day)
    return version and {
        "value_proposition_id": proposition.id,
        "value_proposition_version_id": version.id,
    }


def _choose_for_orders(env, propositions):
    """Four of five orders were sold with the proposition of their customers."""
    for key, names in CUSTOMERS.items():
        customers = env["res.partner"].union(
            *(
                env.ref(name if "." in name else f"base.res_partner_value_chain_{name}")
                for name in names
            )
        )
        orders = env["sale.order"].search(
            [("partner_id", "in", customers.ids), ("state", "=", "sale")], order="id"
        )
        for place, order in enumerate(orders):
            choice = _choice(propositions[key], order.date_order.date())
            if choice and place % 5:
                order.write(choice)
    env.flush_all()
    # orders were made before they were confirmed, and those of demo data just now
    env.cr.execute(
        "UPDATE sale_order SET create_date ="
        " date_order - MAKE_INTERVAL(days => 2 + (id * 7 %% 19))"
        " WHERE state = 'sale' AND company_id = %s AND create_date > date_order",
        [env.company.id],
    )
    env["sale.order"].invalidate_model(["create_date"])


def _make_deals(env, propositions):
    """Opportunities of the last year that were won or lost."""
    won_stage = env["crm.stage"].search([("is_won", "=", True)], limit=1)
    deals = rows("value_deals.csv")
    leads = env["crm.lead"].create(
        [_deal(env, propositions.get(deal["proposition"]), deal) for deal in deals]
    )
    for lead, deal in zip(leads, deals, strict=True):
        closed = datetime.combine(days_ago(deal["closed_days_ago"]), time(15))
        if deal["state"] == "won":
            lead.write({"stage_id": won_stage.id, "probability": 100})
        else:
            lead.action_set_lost(lost_reason_id=env.ref(deal["reason"]).id)
            lead.lost_factor_id = lead.value_proposition_version_id.factor_ids.filtered(
                lambda factor, name=deal["factor"]: factor.name == name
            )
        lead.date_closed = closed
        lead.flush_recordset()
        env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = %s",
            [datetime.combine(days_ago(deal["opened_days_ago"]), time(9)), lead.id],
        )
    leads.invalidate_recordset()


def _deal(env, proposition, deal):
    partner = env.ref(deal["customer"])
    return {
        "type": "opportunity",
        "name": deal["name"],
        "partner_id": partner.id,
        "user_id": (partner.user_id or env.ref("base.user_admin")).id,
        "company_id": env.company.id,
        "expected_revenue": float(deal["revenue"]),
        **(_choice(proposition, days_ago(deal["opened_days_ago"])) or {}),
    }


def _choose_for_leads(env, propositions):
    """Open deals are sold with the version in use; needs stand on new leads."""
    for name, key in OPEN_LEADS.items():
        env.ref(f"crm_value_chain.{name}").value_proposition_id = propositions[key]
    for name, needs in LEAD_NEEDS.items():
        env.ref(f"crm_value_chain.{name}").lead_need_ids = env["crm.need"].union(
            *(_ref(env, f"need_{need}") for need in needs)
        )
    for name, key in QUOTATIONS.items():
        customer = env.ref(f"base.res_partner_value_chain_{name}")
        quotations = customer.sale_order_ids.filtered(
            lambda order: order.state in ("draft", "sent")
        )
        quotations.write(
            {
                "value_proposition_id": propositions[key].id,
                "print_value_proposition": True,
            }
        )
