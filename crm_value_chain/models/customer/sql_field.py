"""Fields that are no columns, and yet can be searched, sorted and grouped."""

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL


class DaysSince(fields.Integer):
    """Days from a date of a customer until the day on which its figures are true.

    Days that pass are counted when somebody looks: they are no reason to write every
    customer every night.
    """

    since = None  # name of the date

    def to_sql(self, model, alias):
        return SQL(
            "(%s - %s)",
            model._figures_day_sql(alias),
            model._field_to_sql(alias, self.since),
        )

    def days(self, record):
        """Number of days of a record; 0 if there is no date."""
        since = record[self.since]
        return (record._figures_day() - since).days if since else 0


def by_sql(field, operator, value):
    """Domain on a field that is no column, by what `_field_to_sql` says it is."""

    def to_sql(model, alias, query):
        return field.condition_to_sql(field.name, operator, value, model, alias, query)

    return Domain.custom(to_sql=to_sql)
