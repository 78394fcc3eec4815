"""Tables of the demo data, and days counted back from the day of install."""

import csv
from datetime import timedelta

from odoo import fields
from odoo.tools import file_open


def rows(name):
    """Rows of a table in the demo folder, as dicts of text."""
    with file_open(f"crm_value_chain/demo/{name}") as table:
        return list(csv.DictReader(table))


def days_ago(count):
    """The day so many days before today.

    :rtype: datetime.date
    """
    return fields.Date.today() - timedelta(days=int(count))
