"""What the addon costs people: the same calls without it and with it, in turn.

One process serves both databases, as Odoo does, so that nothing but the addon differs.
Each call is what the web client asks for, as a salesperson who sees the own documents,
in a transaction of its own with an empty cache of records.
"""

import gc
import json
import statistics
import time
from functools import partial

from odoo import Command, api
from odoo.modules.registry import Registry

from .inside_exemplars import NO_MAIL
from .inside_views import get_view

WARM_UP = 5
AT_LEAST = 15  # pairs of calls
SECONDS = 7  # for each row of the table
PAGE = 80  # records
COUNT_LIMIT = 10_001
SELLER = "seller1"


def compare(env, without, seconds=SECONDS):
    """Return milliseconds without and with the addon, by what people do."""
    sides = [side(Registry(without)), side(env.registry)]
    result = {}
    for name, prepare in ACTIONS.items():
        calls = [prepare(open_side) for open_side in sides]
        result[name] = in_turn(calls, seconds)
    return result


def side(registry, login=SELLER):
    """Return a way to open a transaction as a user, on one database."""
    with registry.cursor() as cr:
        users = api.Environment(cr, api.SUPERUSER_ID, {})["res.users"]
        uid = users.search([("login", "=", login)]).id

    def transaction(work):
        with registry.cursor() as cr:
            try:
                return work(api.Environment(cr, uid, {"lang": "en_US"}))
            finally:
                cr.rollback()

    return transaction


def in_turn(calls, seconds):
    """Return the medians of a call without and one with the addon."""
    (without, with_), count = medians(calls, seconds)
    return {"without_ms": without, "with_ms": with_, "calls": count}


def medians(calls, seconds):
    """Return medians of calls that are made one after the other, and how many."""
    for _ in range(WARM_UP):
        for call in calls:
            call(0)
    gc.collect()
    gc.freeze()
    taken = [[] for _ in calls]
    until = time.monotonic() + seconds
    while len(taken[0]) < AT_LEAST or time.monotonic() < until:
        number = len(taken[0])
        pairs = list(zip(calls, taken, strict=True))
        # who comes first changes, in case it matters
        for call, times in pairs if number % 2 else reversed(pairs):
            times.append(call(number) * 1000)
    return [statistics.median(times) for times in taken], len(taken[0])


def timed(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def call_of(transaction, work):
    """Return a call that times `work(env, number)`."""
    return lambda number: transaction(lambda env: timed(partial(work, env, number)))


def pipeline_domain(env):
    return [("type", "=", "opportunity"), ("user_id", "=", env.uid)]


def kanban_view(env):
    return get_view(env, "crm.lead", "kanban", "crm.crm_case_kanban_view_leads")


def kanban(transaction):
    """The first page of cards of the salesperson's pipeline."""
    view = transaction(kanban_view)

    def work(env, _number):
        env["crm.lead"].web_search_read(
            pipeline_domain(env), view.specification, limit=PAGE, order=view.order
        )

    return call_of(transaction, work)


def kanban_and_badges(transaction):
    """The same, and the request for the badges that follows when cards are there."""
    cards = kanban(transaction)

    def badges(env, _number):
        leads = env["crm.lead"]
        if "value_chain_badge" in leads._fields:
            page = leads.search(pipeline_domain(env), limit=PAGE).ids
            env.invalidate_all()
            return timed(lambda: leads.browse(page).read(["value_chain_badge"]))
        return 0.0

    return lambda number: cards(number) + transaction(lambda env: badges(env, number))


def kanban_group_by(transaction):
    """The pipeline as it opens: by stage, with the first cards of each."""
    view = transaction(kanban_view)
    bar = view.arch.find(".//progressbar")
    total = bar.get("sum_field")
    progress = {"field": bar.get("field"), "colors": json.loads(bar.get("colors"))}

    def work(env, _number):
        leads = env["crm.lead"].with_context(read_group_expand=True)
        leads.web_read_group(
            pipeline_domain(env),
            ["stage_id"],
            [f"{total}:sum"],
            auto_unfold=True,
            unfold_read_specification=view.specification,
            unfold_read_default_limit=PAGE,
            order=view.order,
        )
        leads.read_progress_bar(pipeline_domain(env), "stage_id", progress)

    return call_of(transaction, work)


def contact_list(transaction):
    """The first page of all contacts."""
    view = transaction(lambda env: get_view(env, "res.partner", "list"))

    def work(env, _number):
        env["res.partner"].web_search_read(
            [],
            view.specification,
            limit=PAGE,
            order=view.order,
            count_limit=COUNT_LIMIT,
        )

    return call_of(transaction, work)


def contact_form(transaction):
    """A customer's form, another one each time."""
    view = transaction(lambda env: get_view(env, "res.partner", "form"))
    ids = transaction(customers)

    def work(env, number):
        env["res.partner"].browse(ids[number % len(ids)]).web_read(view.specification)

    return call_of(transaction, work)


def customer_form(transaction):
    """The customer view; without the addon the contact's form, as far as it goes."""
    if not transaction(lambda env: "crm.customer.profile" in env):
        return contact_form(transaction)
    view = transaction(lambda env: get_view(env, "crm.customer.profile", "form"))
    contacts = transaction(customers)
    found = transaction(
        lambda env: (
            env["crm.customer.profile"].search([("partner_id", "in", contacts)]).ids
        )
    )

    def work(env, number):
        profile = env["crm.customer.profile"].browse(found[number % len(found)])
        profile.web_read(view.specification)

    return call_of(transaction, work)


def contact_change(transaction):
    """A new e-mail address and phone of a contact; it is rolled back."""
    ids = transaction(customers)

    def work(env, number):
        contact = env["res.partner"].browse(ids[number % len(ids)])
        values = {"email": f"new{number}@example.com", "phone": f"+32 2 {number:07}"}
        contact.read(["name"])

        def change():
            contact.write(values)
            env.cr.flush()

        return timed(change)

    return lambda number: transaction(lambda env: work(env, number))


def contact_import(transaction):
    """A hundred new contacts, as an import makes them; they are rolled back."""

    def work(env, number):
        env["res.partner"].create(
            [
                {"name": f"New {number}-{row}", "email": f"n{number}.{row}@example.com"}
                for row in range(100)
            ]
        )
        env.cr.flush()

    return call_of(transaction, work)


def lead_creation(transaction):
    """A new opportunity of a known customer; it is rolled back."""
    ids = transaction(customers)

    def work(env, number):
        opportunity = {
            "name": f"Request {number}",
            "type": "opportunity",
            "partner_id": ids[number % len(ids)],
        }
        env["crm.lead"].with_context(**NO_MAIL).create(opportunity)
        env.cr.flush()

    return call_of(transaction, work)


def order_confirmation(transaction):
    """Confirming a quotation of three lines; it is rolled back."""
    return confirmation(transaction)


def loyalty_confirmation(promotion):
    """Confirming an order of a loyalty program; with the addon it has three tiers.

    :param str promotion: when its members climb
    """
    return lambda transaction: confirmation(transaction, promotion)


def confirmation(transaction, promotion=None):
    """Confirming the second of two orders, so that Odoo's caches are warm.

    A product, and a program, are new each time, which empties the caches.
    """
    ids = transaction(customers)

    def confirm(order):
        order.action_confirm()
        order.env.cr.flush()

    def work(env, number):
        product = make_product(env)
        if promotion:
            make_program(env, promotion)
        earn = bool(promotion)
        confirm(quotation(env, ids[number - 1], product, earn))
        order = quotation(env, ids[number % len(ids)], product, earn)
        return timed(lambda: confirm(order))

    return lambda number: transaction(lambda env: work(env, number))


def make_product(env):
    """Make what the orders are for."""
    products = env["product.product"].sudo()
    return products.create({"name": "Something", "list_price": 10})


def make_program(env, promotion):
    """Make a loyalty program that gives a point for each unit of money."""
    program = (
        env["loyalty.program"]
        .sudo()
        .create(
            {
                "name": "Club",
                "program_type": "loyalty",
                "trigger": "auto",
                "applies_on": "both",
                "rule_ids": [
                    Command.create(
                        {"reward_point_mode": "money", "reward_point_amount": 1}
                    )
                ],
                "reward_ids": [
                    Command.create(
                        {"reward_type": "discount", "required_points": 10**6}
                    )
                ],
            }
        )
    )
    if "tier_ids" in program._fields:
        tiers = (("Base", 0, 1), ("Silver", 100, 1.5), ("Gold", 1000, 2))
        program.write(
            {
                "tier_promotion": promotion,
                "tier_ids": [
                    Command.create(
                        {"name": name, "threshold": limit, "points_factor": factor}
                    )
                    for name, limit, factor in tiers
                ],
            }
        )


def quotation(env, partner_id, product, earn):
    """Make a quotation, and have it forgotten as if another request had made it."""
    line = {"product_id": product.id, "product_uom_qty": 2}
    order = (
        env["sale.order"]
        .with_context(**NO_MAIL)
        .create(
            {
                "partner_id": partner_id,
                "user_id": env.uid,
                "order_line": [Command.create(line)] * 3,
            }
        )
    )
    if earn:
        order._update_programs_and_rewards()
    env.cr.flush()
    env.invalidate_all()
    env.cr.precommit.data.clear()
    return env["sale.order"].browse(order.id)


def customers(env):
    """Return ids of some of the salesperson's customers, the same in both databases."""
    return env["res.partner"].search([("user_id", "=", env.uid)], limit=200).ids


ACTIONS = {
    "pipeline kanban": kanban,
    "pipeline kanban and its badges": kanban_and_badges,
    "pipeline by stage": kanban_group_by,
    "contact list": contact_list,
    "contact form": contact_form,
    "customer view, to contact form": customer_form,
    "contact changed": contact_change,
    "100 contacts imported": contact_import,
    "opportunity created": lead_creation,
    "order confirmation": order_confirmation,
    "order of a loyalty program": loyalty_confirmation("night"),
    "order promoted at once": loyalty_confirmation("at_once"),
}
