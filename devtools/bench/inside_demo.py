"""How the customer view of the demo data compares to Odoo's contact form."""

from .inside_users import call_of, medians, side
from .inside_views import get_view

LOGINS = ("admin", "demo")
BUSIEST = 3  # customers, by their orders
SECONDS = 6  # for each of them


def customer_views(env):
    """Return milliseconds to read two forms of the busiest customers, by who looks.

    The forms are the contact's, with Odoo's own fields alone, and the customer view.

    :rtype: list[dict]
    """
    return [
        {"login": login, **view}
        for login in LOGINS
        for view in views_of(side(env.registry, login))
    ]


def views_of(transaction):
    contact = transaction(lambda env: get_view(env, "res.partner", "form"))
    profile = transaction(lambda env: get_view(env, "crm.customer.profile", "form"))
    own = transaction(lambda env: odoos_own(env["res.partner"], contact.specification))

    def form(model, id_, specification):
        return call_of(
            transaction,
            lambda env, _number: env[model].browse(id_).web_read(specification),
        )

    for name, contact_id, profile_id in transaction(busiest):
        calls = [
            form("res.partner", contact_id, own),
            form("crm.customer.profile", profile_id, profile.specification),
        ]
        (contact_ms, view_ms), _count = medians(calls, SECONDS)
        yield {
            "customer": name,
            "contact_id": contact_id,
            "profile_id": profile_id,
            "contact_ms": contact_ms,
            "view_ms": view_ms,
        }


def odoos_own(model, specification):
    """Return the fields of a form that are not ours."""
    return {
        name: inner
        for name, inner in specification.items()
        if not model._fields[name]._module.startswith("crm_value_chain")
    }


def busiest(env):
    """Return name, contact and profile of the customers with the most orders."""
    orders = env["sale.order"].sudo()._read_group([], ["partner_id"], ["__count"])
    counts = {}
    for person, count in orders:
        customer = person.commercial_partner_id.id
        counts[customer] = counts.get(customer, 0) + count
    profiles = env["crm.customer.profile"].search([("partner_id", "in", [*counts])])
    ranked = profiles.sorted(lambda each: -counts[each.partner_id.id])
    return [
        (each.partner_id.name, each.partner_id.id, each.id) for each in ranked[:BUSIEST]
    ]
