from odoo import models

from ..models.customer.crm_customer_view import MOST_LINES

COLUMNS = 3
ROOM = 2  # lines that a heading takes, with the room around it
LETTERS = 40  # that fit a line of a column


# a report of its own
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """The account brief: the customer view on one page."""

    _inherit = "crm.customer.profile"

    def _brief_columns(self):
        """Parts of the customer view, each in the column that is shortest so far.

        So the page is full before a second one begins.

        :rtype: list[list[dict]]
        """
        columns = [[] for _number in range(COLUMNS)]
        heights = [0] * COLUMNS
        for part in map(_shortened, self.customer_view):
            shortest = heights.index(min(heights))
            columns[shortest].append(part)
            heights[shortest] += _height(part)
        return columns


def _height(part):
    """How many printed lines a part takes, about."""
    told = [f"{line['text']} · {line.get('detail') or ''}" for line in part["lines"]]
    told = told or [part["empty"] or ""]
    return ROOM + bool(part["more"]) + sum(len(text) // LETTERS + 1 for text in told)


def _shortened(part):
    """A part with as many lines as fit the page; the others are counted."""
    lines = part["lines"]
    more = part["more"] + max(len(lines) - MOST_LINES, 0)
    return part | {"lines": lines[:MOST_LINES], "more": more}
