"""Keep what people once set as plain numbers; the columns become computed figures."""

from odoo.tools import SQL
from odoo.tools.sql import column_exists, rename_column

NUMBERS = ("satisfaction", "would_recommend")


def migrate(cr, version):
    """Put the old columns aside."""
    for name in NUMBERS:
        if column_exists(cr, "crm_customer_profile", name):
            rename_column(cr, "crm_customer_profile", name, f"{name}_of_people")
    cr.execute(
        SQL(
            "DELETE FROM ir_model_fields_selection WHERE field_id IN ("
            " SELECT id FROM ir_model_fields WHERE model = 'crm.customer.profile'"
            " AND name = ANY(%s))",
            list(NUMBERS),
        )
    )
