"""The part of a company's customers that one step of the scoring works on."""

from datetime import date
from typing import NamedTuple

from odoo.tools import SQL


class Scope(NamedTuple):
    """Customers of one company, as seen at the end of a day.

    Either a range of contact ids (``first`` to ``last``, both included), or just
    some of them (``ids``); neither means all.
    """

    company_id: int
    as_of: date
    first: int | None = None
    last: int | None = None
    ids: tuple[int, ...] | None = None

    def holds(self, partner: SQL) -> SQL:
        """Condition that the contact id in a column belongs to this scope."""
        if self.ids is not None:
            return SQL("%s = ANY(%s)", partner, list(self.ids))
        if self.first is not None:
            return SQL("%s BETWEEN %s AND %s", partner, self.first, self.last)
        return SQL("TRUE")

    def halves(self) -> tuple["Scope", "Scope"] | None:
        """Both halves, or None where only one customer is left."""
        if self.ids is not None:
            middle = len(self.ids) // 2
            if not middle:
                return None
            return (
                self._replace(ids=self.ids[:middle]),
                self._replace(ids=self.ids[middle:]),
            )
        if self.first is None or self.first >= self.last:
            return None
        middle = (self.first + self.last) // 2
        return self._replace(last=middle), self._replace(first=middle + 1)
