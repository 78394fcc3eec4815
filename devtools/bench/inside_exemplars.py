"""One record of each kind, made by Odoo itself, for SQL to multiply.

So all columns are what Odoo computes for such a record, whatever its version.
"""

import json
from contextlib import suppress

from odoo import Command

NO_MAIL = {"tracking_disable": True, "mail_create_nosubscribe": True}


class Discard(Exception):
    """The exemplars are known; the records are not needed."""


def salespeople(env):
    """Make three of them: own documents, all documents, manager."""
    levels = ("salesman", "salesman_all_leads", "manager")
    return env["res.users"].create(
        [
            {
                "name": f"Seller {number}",
                "login": f"seller{number}",
                "email": f"seller{number}@example.com",
                "group_ids": [
                    Command.link(env.ref("base.group_user").id),
                    Command.link(env.ref("base.group_partner_manager").id),
                    Command.link(env.ref(f"sales_team.group_sale_{level}").id),
                ],
            }
            for number, level in enumerate(levels, 1)
        ]
    )


def exemplars(env):
    """Return the rows by table and kind, as JSON; the records are gone.

    :rtype: dict[str, dict[str, str]]
    """
    found = {}
    with suppress(Discard), env.cr.savepoint():
        env = env(context={**env.context, **NO_MAIL})
        for kind, record in make(env).items():
            env.flush_all()
            env.cr.execute(
                f"SELECT to_jsonb(t) FROM {record._table} t WHERE id = %s", [record.id]
            )
            row = env.cr.fetchone()[0]
            found.setdefault(record._table, {})[kind] = json.dumps(row)
        raise Discard
    return found


def make(env):
    """Make a record of each kind."""
    partners, orders = env["res.partner"], env["sale.order"]
    company = partners.create(
        {"name": "Exemplar", "is_company": True, "email": "a@b.c"}
    )
    contact = partners.create({"name": "Exemplar", "parent_id": company.id})
    person = partners.create({"name": "Exemplar", "email": "a@b.c"})
    order, quotation = orders.create([{"partner_id": person.id}] * 2)
    order.action_confirm()
    records = {
        "company": company,
        "contact": contact,
        "person": person,
        "order": order,
        "quotation": quotation,
        "lead": env["crm.lead"].create(
            {"name": "Exemplar", "type": "lead", "email_from": "a@b.c"}
        ),
    }
    for stage in env["crm.stage"].search([]):
        records[f"stage {len(records) - 6}"] = env["crm.lead"].create(
            {
                "name": "Exemplar",
                "type": "opportunity",
                "partner_id": person.id,
                "stage_id": stage.id,
            }
        )
    return records
