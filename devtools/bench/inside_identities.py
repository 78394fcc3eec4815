"""How long it takes to know all contacts, to find one, and to find duplicates."""

import random
import statistics
import time

from odoo.addons.crm_value_chain.tests.intimacy.duplicate_generator import (
    generate,
    insert,
)

SEED = 2026
SEARCHES = 40
PAGE = 80


def identify(env, contacts):
    """Return seconds, after making so many contacts with duplicates among them."""
    ids = insert(env, generate(contacts, SEED)[0])
    env.cr.execute("ANALYZE res_partner")
    env.cr.commit()
    identities = env["crm.customer.identity"]
    result = {
        "identities": seconds(env, lambda: identities._follow_range(ids[0], ids[-1]))
    }
    env.cr.execute("ANALYZE crm_customer_identity")
    env.cr.commit()
    scan = env["crm.duplicate.scan"].create({})
    result["duplicates"] = seconds(env, scan._run)
    dice = random.Random(SEED)
    some = env["res.partner"].browse(dice.sample(ids, SEARCHES)).filtered("email")
    result["found"] = search(env, [contact.email for contact in some])
    result["found_misspelt"] = search(
        env, [misspelt(contact.email, dice) for contact in some]
    )
    return result


def seconds(env, work):
    started = time.perf_counter()
    work()
    env.cr.commit()
    return time.perf_counter() - started


def search(env, texts):
    """Return the median seconds of finding contacts by what identifies them."""
    taken = []
    for text in texts:
        env.invalidate_all()
        started = time.perf_counter()
        found = env["res.partner"].search([("identity", "ilike", text)], limit=PAGE)
        found.mapped("display_name")
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def misspelt(text, dice):
    """Return the text with two letters swapped."""
    at = dice.randrange(1, text.index("@") - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
