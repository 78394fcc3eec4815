"""The rules of a tiered program, as plain values that a query can be made from."""

from datetime import date
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

HORIZON = relativedelta(years=2)  # two periods: this one, and the one that keeps a tier


class Scheme(NamedTuple):
    """What decides in which tier a member stands.

    Tiers go by their rank: 0 is the base tier. Those of a scheme that is not saved yet
    have the id 0 or None.
    """

    program_id: int
    company_ids: tuple[int, ...]
    currency_id: int
    digits: int  # decimal places of the currency
    measure: str  # amount, purchases or points
    period: str  # rolling, calendar or anniversary
    demotion: str  # never, one or base
    grace_days: int
    notice_days: int
    responsible_id: int | None  # user who gets the notices that nobody else gets
    by_contact: bool
    tier_ids: tuple[int, ...]
    thresholds: tuple[float, ...]
    since: date | None = None
    until: date | None = None

    def first_day(self, as_of: date) -> date:
        """First day whose purchases may still matter."""
        begin = as_of - HORIZON + relativedelta(days=1)
        if self.period == "calendar":
            begin = date(as_of.year - 1, 1, 1)
        return max(begin, self.since or begin)

    def last_day(self, as_of: date) -> date:
        """Last day whose purchases count."""
        return min(as_of, self.until or as_of)

    def starts(self, as_of: date, joined: SQL) -> tuple[SQL, SQL]:
        """First days of the present period and of the one that keeps a tier.

        A rolling year has no other one.

        :param SQL joined: day on which the member joined
        """
        if self.period == "rolling":
            begin = as_of - relativedelta(years=1) + relativedelta(days=1)
            return SQL("%s::date", begin), SQL("%s::date", begin)
        if self.period == "calendar":
            begin = date(as_of.year, 1, 1)
            return SQL("%s::date", begin), SQL(
                "%s::date", begin - relativedelta(years=1)
            )
        years = SQL(
            "GREATEST(EXTRACT(YEAR FROM AGE(%s::date, %s))::int, 0)", as_of, joined
        )

        def anniversary(number):
            return SQL("(%s + MAKE_INTERVAL(years => %s))::date", joined, number)

        return anniversary(years), anniversary(SQL("%s - 1", years))

    def last_of_period(self, as_of: date, start: SQL) -> SQL:
        """Last day on which a tier is kept that somebody just fell to."""
        if self.period == "rolling":
            return SQL("%s::date", as_of + relativedelta(years=1))
        return SQL("(%s + INTERVAL '1 year' - INTERVAL '1 day')::date", start)

    def rank_reached(self, value: SQL) -> SQL:
        """Rank of the highest tier whose threshold a value reaches."""
        cases = [
            SQL("WHEN %s >= %s THEN %s", value, self.thresholds[rank], rank)
            for rank in range(len(self.thresholds) - 1, 0, -1)
        ]
        return SQL("CASE %s ELSE 0 END", SQL(" ").join(cases)) if cases else SQL("0")

    def by_rank(self, rank: SQL, values, sql_type: SQL) -> SQL:
        """The value that belongs to a rank; NULL where there is none."""
        return SQL("(%s::%s[])[%s + 1]", list(values), sql_type, rank)

    def rank_of(self, tier: SQL) -> SQL:
        """Rank of a tier; 0 of one that is no more."""
        return SQL(
            "COALESCE(ARRAY_POSITION(%s::int[], %s), 1) - 1", list(self.tier_ids), tier
        )
