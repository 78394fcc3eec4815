"""The databases of a size: one as the shop was before the addon, one with it."""

import time
from pathlib import Path

from ..addons import installed_key, read_manifest
from ..cache import REPO, key_of, lock, need_room
from ..console import step
from ..database import Databases, database_name
from ..postgres import psql
from .scenario import run_inside

ADDON = "crm_value_chain"
BYTES_PER_CUSTOMER = 12_000  # with the addon, and the copy of it that is measured
SOURCES = ("inside_fill.py", "inside_exemplars.py", "inside_shop.py")


def plain(odoo, customers):
    """Return the name of the database without the addon, filled if there is none."""
    databases = Databases(odoo)
    depends = read_manifest(REPO / ADDON)["depends"]
    template = databases.template(sorted(depends), demo=False)
    name = database_name(f"bench_{customers}_plain")
    sources = (Path(__file__).with_name(name).read_text() for name in SOURCES)
    key = key_of(template, customers, *sources)
    with lock(f"database-{name}"):
        databases.ensure_ours(name)
        if databases.key(name) != key:
            need_room(customers * BYTES_PER_CUSTOMER // 10**6)
            draft = f"{name}_draft"
            databases.copy(template, draft)
            with step(f"Filling a database with {customers:,} customers (once)"):
                run_inside(odoo, draft, "inside_fill", "fill", customers=customers)
                psql(odoo.server, "VACUUM (ANALYZE)", draft)
            databases.publish(draft, name, key)
    return name


def installed(odoo, customers, name=None):
    """Install the addon on a copy; return its name and the seconds it took."""
    databases = Databases(odoo)
    source = plain(odoo, customers)
    name = name or database_name(f"bench_{customers}")
    with lock(f"database-{name}"):
        databases.ensure_ours(name)
        databases.copy(source, name)
        databases.set_key(name, installed_key())
        started = time.monotonic()
        databases.install(f"Installing {ADDON}", name, [ADDON])
    return name, time.monotonic() - started
