"""Where customers stood on a day, from where they stand and the movements since."""

from datetime import date
from typing import NamedTuple

from odoo.fields import Date
from odoo.tools import SQL


class Migration(NamedTuple):
    """Who went from one class to another between the ends of two days.

    As text (see `parse`) it is the value of a search, so that a list of customers can
    show who they are. Class 0: none.
    """

    dimension: str
    start: date
    end: date
    from_id: int
    to_id: int

    def __str__(self):
        return ",".join(map(str, self))

    @classmethod
    def parse(cls, text):
        """Return the migration that a text stands for.

        :raises ValueError: if it stands for none
        """
        dimension, start, end, from_id, to_id = str(text).split(",")
        days = [Date.to_date(day) for day in (start, end)]
        if not all(days):
            raise ValueError(text)
        return cls(dimension, *days, int(from_id), int(to_id))


def class_on(classification, day, alias="p"):
    """SQL of the class that a customer stood in at the end of a day; 0 if in none.

    :param classification: empty records of the classification
    :param date day: the day; a day to come is like today
    :param str alias: of the profiles, which are to be joined with `moved_since`
    """
    moved = SQL.identifier(_alias(classification, day))
    return SQL(
        "COALESCE(CASE WHEN %(moved)s.profile_id IS NULL THEN %(now)s"
        " ELSE %(moved)s.from_id END, 0)",
        moved=moved,
        now=SQL.identifier(alias, classification._profile_field),
    )


def moved_since(classification, day):
    """SQL of the first movement of each customer after a day: table and its alias.

    :rtype: tuple[str, SQL]
    """
    table = SQL(
        "(SELECT DISTINCT ON (profile_id) profile_id, %(from_id)s AS from_id"
        " FROM crm_customer_movement"
        " WHERE dimension = %(dimension)s AND date > %(day)s"
        " ORDER BY profile_id, date, id)",
        from_id=SQL.identifier(f"{classification._dimension}_from_id"),
        dimension=classification._dimension,
        day=day,
    )
    return _alias(classification, day), table


def _alias(classification, day):
    """Alias of the movements since a day: one query may ask for several."""
    return f"{classification._dimension}_since_{day:%Y%m%d}"
