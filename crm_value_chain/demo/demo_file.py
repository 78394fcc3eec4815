"""Tables of the demo data, and days counted back from the day of install."""

import csv
from datetime import timedelta

from odoo import fields
from odoo.tools import file_open


def rows(name):
    """Rows of a table in the demo folder, as dicts of text.

    :raises ValueError: if a row has more or fewer columns than the first one, as where
        a text with a comma stands without quotes
    """
    with file_open(f"crm_value_chain/demo/{name}") as table:
        reader = csv.reader(table)
        header = next(reader)
        found = []
        for row in filter(None, reader):
            if len(row) != len(header):
                raise ValueError(
                    f"{name}, line {reader.line_num}: {len(row)} columns, "
                    f"not {len(header)}: {row}"
                )
            found.append(dict(zip(header, row, strict=True)))
        return found


def days_ago(count):
    """The day so many days before today.

    :rtype: datetime.date
    """
    return fields.Date.today() - timedelta(days=int(count))
