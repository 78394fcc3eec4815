from odoo import models

from ..models.customer.crm_customer_view import MOST_LINES

COLUMNS = 3
ROOM = 2  # lines that a heading takes, with the room around it


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
            heights[shortest] += ROOM + 2 * len(part["lines"])
        return columns


def _shortened(part):
    """A part with as many lines as fit the page; the others are counted."""
    lines = part["lines"]
    more = part["more"] + max(len(lines) - MOST_LINES, 0)
    return part | {"lines": lines[:MOST_LINES], "more": more}
