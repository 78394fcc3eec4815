"""All measurements of one size, one after the other."""

from ..console import step
from ..database import Databases
from .databases import installed, plain
from .reference import reference_seconds
from .scenario import run_inside

NIGHTS = 3
MOST_CONTACTS = 100_000  # that are made with duplicates among them
FUNCTIONS = {
    "first": "first_night",
    "full": "full_nights",
    "later": "later_nights",
    "segments": "segmentations",
}
PHASES = ("measure", "fit", "score", "classify", "write")


def one_size(odoo, customers, keep=False):
    """Measure a size; return seconds, memory and the times of users.

    :param bool keep: leave the database with the addon there, to look at
    """
    without = plain(odoo, customers)
    with step(f"Measuring the reference query on {customers:,} customers"):
        reference = reference_seconds(odoo.server, without)
    name, install = installed(odoo, customers)
    try:
        nights = measure_nights(odoo, name)
        with step("Measuring what users do, without and with the addon"):
            users = run_inside(odoo, name, "inside_users", "compare", without=without)
        with step("Measuring identities and duplicates"):
            contacts = min(customers, MOST_CONTACTS)
            identify = run_inside(
                odoo, name, "inside_identities", "identify", contacts=contacts
            )
    finally:
        if not keep:
            Databases(odoo).drop(name)
    return {
        "customers": customers,
        "seconds": {
            "reference": reference,
            "install": install,
            **seconds_of(nights),
            **identify,
        },
        "memory": memory_of(nights),
        "users": users,
        "nights": nights,
    }


def measure_nights(odoo, name):
    """Run the nights, each kind in a process of its own."""
    nights = {}
    for kind, title, arguments in (
        ("first", "Measuring the first night", {}),
        ("full", "Measuring nights of all customers", {"times": NIGHTS}),
        ("later", "Measuring nights of few customers", {"times": NIGHTS}),
        ("segments", "Measuring segmentations", {"times": NIGHTS}),
    ):
        function = FUNCTIONS[kind]
        with step(title):
            nights[kind] = run_inside(
                odoo, name, "inside_nights", function, **arguments
            )
    return nights


def seconds_of(nights):
    """Return the seconds of the table: a whole night without and with its fit."""
    full, later = nights["full"], nights["later"]
    phases = {phase: full[phase] for phase in PHASES if phase in full}
    return {
        "first": nights["first"]["night"],
        **phases,
        "rest": full["night"] - sum(phases.values()),
        "night": full["night"] - full.get("fit", 0),
        "night_with_fit": full["night"],
        "changed": later["changed"]["night"],
        "quiet": later["quiet"]["night"],
        "placed": nights["segments"]["placed"],
        "placed_again": nights["segments"]["again"],
    }


def memory_of(nights):
    """Return the highest memory of a process that did nothing but nights."""
    return {
        name: max(night[name] for night in nights.values())
        for name in ("resident_mb", "virtual_mb")
    }
