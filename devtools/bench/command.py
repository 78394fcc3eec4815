"""./dev bench: measure each size, print one table."""

import json
from pathlib import Path

from ..console import DevError, say, step
from ..database import database_name
from ..demo import prepare
from ..odoo import Odoo
from .machine import as_text, describe
from .measure import one_size
from .opening import waits
from .scenario import run_inside
from .table import forms_table, table

SMALLEST = 100  # customers; one in a hundred changes


def run_bench(options):
    """Measure what the user asked for and print it."""
    if options.demo:
        return run_demo_bench()
    if min(options.customers) < SMALLEST:
        raise DevError(f"There must be {SMALLEST} customers at least.")
    odoo = Odoo()
    machine = describe(odoo)
    sizes = [one_size(odoo, size, options.keep) for size in sorted(options.customers)]
    say()
    print(f"{as_text(machine)}\n\n{table(sizes)}")
    if options.json:
        result = {"machine": machine, "sizes": sizes}
        Path(options.json).write_text(json.dumps(result, indent=2) + "\n")
    return 0


def run_demo_bench():
    """Measure the customer view of the demo data beside the contact's form."""
    odoo = Odoo()
    name = database_name("bench_demo")
    prepare(odoo, name, fresh=False)
    with step("Measuring the customer view of the busiest demo customers"):
        views = run_inside(odoo, name, "inside_demo", "customer_views")
    with step("Opening them in a browser"):
        waits(name, views)
    say()
    print(f"{as_text(describe(odoo))}\n\n{forms_table(views)}")
    return 0
