"""./dev bench: measure each size, print one table."""

import json
from pathlib import Path

from ..console import DevError, say
from ..odoo import Odoo
from .machine import as_text, describe
from .measure import one_size
from .table import table

SMALLEST = 100  # customers; one in a hundred changes


def run_bench(options):
    """Measure what the user asked for and print it."""
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
