"""Which customers a text in a file may mean."""

from typing import NamedTuple

from odoo.tools import SQL

# Conditions on the contact `res_partner`, one query each: joined by OR they would
# compare every text with every contact.
CRITERIA = [
    SQL("res_partner.ref = wanted.text"),
    SQL("res_partner.email_normalized = lower(wanted.text)"),
    SQL(
        r"wanted.text ~ '\d' AND upper(regexp_replace(res_partner.vat, '\W', '', 'g'))"
        r" = upper(regexp_replace(wanted.text, '\W', '', 'g'))"
    ),
    SQL("lower(res_partner.name) = lower(wanted.text)"),
    SQL("lower(res_partner.complete_name) = lower(wanted.text)"),
]


SEARCHED = ["ref", "email_normalized", "vat", "name", "complete_name", "active"]


class Match(NamedTuple):
    """A contact and the customer (commercial partner) that it belongs to."""

    partner_id: int
    customer_id: int


def find_customers(env, company, texts):
    """Find customers by reference, e-mail, tax number or name.

    Only contacts that the user may see and that the company may use. Archived ones
    count only where no other matches. Takes the same few queries for any number of
    texts.

    :param texts: distinct, not empty, without spaces around
    :return: for each text one match per customer that it may mean; a text without
        an entry is unknown, one with several is ambiguous
    :rtype: dict[str, list[Match]]
    """
    wanted = SQL("(SELECT unnest(%s::text[]) AS text)", list(texts))
    rows = []
    for criterion in CRITERIA:
        query = _contacts(env, company)
        query.add_join("JOIN", "wanted", wanted, criterion)
        rows += env.execute_query(
            query.select(
                "wanted.text",
                "res_partner.active",
                "res_partner.id",
                "res_partner.commercial_partner_id",
            )
        )
    return _one_per_customer(rows)


def find_customers_by_database_id(env, company, texts):
    """As :func:`find_customers`, for texts that are database ids."""
    ids = {text: int(text) for text in texts if text.isdecimal()}
    return _find_ids(env, company, ids)


def find_customers_by_external_id(env, company, texts):
    """As :func:`find_customers`, for texts that are external ids."""
    full = {text if "." in text else f"__import__.{text}": text for text in texts}
    known = env["ir.model.data"].sudo()._lookup_xmlids(full, env["res.partner"])
    ids = {
        full[f"{module}.{name}"]: res_id
        for _id, module, name, model, res_id, *_other in known
        if model == "res.partner"
    }
    return _find_ids(env, company, ids)


def _contacts(env, company):
    """Query of the contacts a user may see and a company may use."""
    env["res.partner"].flush_model([*SEARCHED, "commercial_partner_id"])
    partners = env["res.partner"].with_context(active_test=False)
    return partners._search(partners._check_company_domain(company))


def _find_ids(env, company, ids):
    """Matches of texts whose contact is known by its id."""
    query = _contacts(env, company)
    query.add_where(SQL("res_partner.id = ANY(%s)", list(ids.values())))
    matches = {
        partner_id: Match(partner_id, customer_id)
        for partner_id, customer_id in env.execute_query(
            query.select("res_partner.id", "res_partner.commercial_partner_id")
        )
    }
    return {text: [matches[i]] for text, i in ids.items() if i in matches}


def _one_per_customer(rows):
    """Reduce (text, active, contact, customer) to one match per text and customer.

    Active contacts go before archived ones, the customer itself before its
    contacts, older contacts before newer ones.
    """
    found = {}
    active_texts = {text for text, active, *_other in rows if active}
    for text, active, partner_id, customer_id in sorted(
        rows, key=lambda row: (row[0], row[2] != row[3], row[2])
    ):
        if active or text not in active_texts:
            match = Match(partner_id, customer_id)
            found.setdefault(text, {}).setdefault(customer_id, match)
    return {text: list(matches.values()) for text, matches in found.items()}
