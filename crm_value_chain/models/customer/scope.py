"""The part of a company's customers that one step of the scoring works on."""

from datetime import date
from typing import NamedTuple

from odoo.tools import SQL


class Scope(NamedTuple):
    """Customers of one company, as seen at the end of a day.

    Just some of them (``ids``), or a range of contact ids (``first`` to ``last``, both
    included), or all. Of those a ``part``: whose id leaves the first number when
    divided by the second, so that every part is as good as drawn by lot.
    """

    company_id: int
    as_of: date
    first: int | None = None
    last: int | None = None
    ids: tuple[int, ...] | None = None
    part: tuple[int, int] = (0, 1)

    def is_everybody(self) -> bool:
        """Whether it holds all customers."""
        return self.ids is None and self.first is None and self.part[1] == 1

    def holds(self, partner: SQL) -> SQL:
        """Condition that the contact id in a column belongs to this scope."""
        if self.ids is not None:
            return SQL("%s = ANY(%s)", partner, list(self.ids))
        conditions = []
        if self.first is not None:
            conditions.append(
                SQL("%s BETWEEN %s AND %s", partner, self.first, self.last)
            )
        rest, divisor = self.part
        if divisor > 1:
            conditions.append(SQL("MOD(%s, %s) = %s", partner, divisor, rest))
        return SQL(" AND ").join(conditions) if conditions else SQL("TRUE")

    def parts(self, number: int) -> list["Scope"]:
        """The scope in so many parts."""
        return [self._replace(part=(rest, number)) for rest in range(number)]

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
        first, last = self.first or 0, self.last
        if last is None or first >= last:
            return None
        middle = (first + last) // 2
        return (
            self._replace(first=first, last=middle),
            self._replace(first=middle + 1, last=last),
        )
