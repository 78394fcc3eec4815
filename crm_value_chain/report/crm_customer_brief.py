from odoo import models

from ..models.customer.crm_customer_view import MOST_LINES

COLUMNS = 3
PAGE = 33  # lines of a column, counted as `_height` does, that fit the page
ROOM = 2  # lines that a heading takes, with the room around it
LETTERS = 40  # that fit a line of a column


# a report of its own
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """The account brief: the customer view on one page."""

    _inherit = "crm.customer.profile"

    def _brief_columns(self):
        """Parts of the customer view in columns that fit the page.

        :rtype: list[list[dict]]
        """
        return columns_of(self.customer_view)


def columns_of(parts):
    """Parts in columns, with as many lines of each as fit the page; more are counted.

    :rtype: list[list[dict]]
    """
    for most in range(MOST_LINES, 0, -1):
        columns = _in_columns([_shortened(part, most) for part in parts])
        if max(map(height, columns)) <= PAGE:
            break
    return columns


def _in_columns(parts):
    """Parts in order, each in the column that is shortest so far."""
    columns = [[] for _number in range(COLUMNS)]
    for part in parts:
        min(columns, key=height).append(part)
    return columns


def height(column):
    """How many printed lines the parts of a column take, about."""
    return sum(map(_height, column))


def _height(part):
    """How many printed lines a part takes, about."""
    told = [f"{line['text']} · {line.get('detail') or ''}" for line in part["lines"]]
    told = told or [part["empty"] or ""]
    return ROOM + bool(part["more"]) + sum(len(text) // LETTERS + 1 for text in told)


def _shortened(part, most):
    """A part with so many lines at most; the others are counted."""
    lines = part["lines"]
    more = part["more"] + max(len(lines) - most, 0)
    return part | {"lines": lines[:most], "more": more}
