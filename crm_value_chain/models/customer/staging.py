"""Figures on their way to the profiles: a temporary table, filled from arrays."""

import numpy as np

from odoo.tools import SQL

from . import binary_copy
from .binary_copy import EPOCH, LARGEST_AMOUNT, NO_AMOUNT, NO_INTEGER, TYPES

KEY = "partner_id"
HAIR = 1e-6  # of the smallest unit: what a sum of floats may be off


class Staging:
    """A temporary table with a row for each customer; it outlives the commit.

    Columns have the names of fields of the profile, whose types say how the numbers
    are kept: amounts as whole numbers of the currency's smallest unit, dates as days
    since 1970-01-01. `rows` tells them as the fields have them.
    """

    def __init__(self, profiles, table, currency):
        self.profiles = profiles
        self.cr = profiles.env.cr
        self.table = SQL.identifier(table)
        self.digits = currency.decimal_places
        self.lost = []  # customers whose amounts are too large to be counted
        self.customers = []  # ids of those who are in it, an array for each filling
        self.fitted = False  # whether models were fitted to what goes into it
        self._name = table

    def exists(self):
        """Whether this connection has the table."""
        self.cr.execute(SQL("SELECT to_regclass(%s)", f"pg_temp.{self._name}"))
        return bool(self.cr.fetchone()[0])

    def drop(self):
        """Drop the table, if it is there."""
        self.cr.execute(SQL("DROP TABLE IF EXISTS %s", self.table))

    def make(self, names):
        """Make the table, with a column for each of some fields."""
        self.drop()
        columns = [SQL("%s int4", SQL(KEY))] + [self._definition(n) for n in names]
        self.cr.execute(
            SQL("CREATE TEMP TABLE %s (%s)", self.table, SQL(", ").join(columns))
        )

    def append(self, columns):
        """Add rows.

        :param dict columns: name and array of floats or integers, NaN: not known
        """
        types = {name: self._type(name) for name in columns}
        columns = self._countable(columns, types)
        encoded = {
            name: self._encoded(values, types[name]) for name, values in columns.items()
        }
        binary_copy.write(self.cr, self.table, encoded, types)
        self.customers.append(columns[KEY])

    def _countable(self, columns, types):
        """Leave out the customers with an amount that no column holds."""
        largest = LARGEST_AMOUNT / 10**self.digits
        amounts = [columns[name] for name, kind in types.items() if kind == "monetary"]
        too_large = [np.abs(np.nan_to_num(values)) > largest for values in amounts]
        lost = np.any(too_large, axis=0) if too_large else np.zeros(1, bool)
        if not lost.any():
            return columns
        self.lost += columns[KEY][lost].tolist()
        return {name: values[~lost] for name, values in columns.items()}

    def close(self):
        """Make ready for reading by customer."""
        self.cr.execute(SQL("CREATE UNIQUE INDEX ON %s (%s)", self.table, SQL(KEY)))
        self.cr.execute(SQL("ANALYZE %s (%s)", self.table, SQL(KEY)))

    def names(self):
        """Names of the fields that the table holds."""
        self.cr.execute(
            SQL(
                "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s)"
                " AND attnum > 0 ORDER BY attnum",
                f"pg_temp.{self._name}",
            )
        )
        return [name for (name,) in self.cr.fetchall() if name != KEY]

    def buyers(self, names):
        """Fields of the active customers who have bought, as arrays; NaN: not known.

        Amounts are in the currency, dates days since 1970-01-01.
        """
        types = {name: self._type(name) for name in names}
        columns = SQL(", ").join(SQL.identifier(name) for name in names)
        query = SQL(
            "SELECT %s FROM %s WHERE purchase_count > 0 AND active = 1",
            columns,
            self.table,
        )
        codes = binary_copy.read(self.cr, query, types)
        return {name: self._decoded(codes[name], types[name]) for name in names}

    def rows(self, scope):
        """Query of the rows of a scope, with values as the fields have them."""
        values = [
            SQL(
                "%s AS %s", self.value(SQL.identifier(name), name), SQL.identifier(name)
            )
            for name in self.names()
        ]
        # OFFSET: so that a value is made once, however often it is used
        return SQL(
            "SELECT %s FROM %s WHERE %s OFFSET 0",
            SQL(", ").join([SQL(KEY), *values]),
            self.table,
            scope.holds(SQL(KEY)),
        )

    def value(self, column, name):
        """SQL of a column as the field of that name has it."""
        kind = self._type(name)
        if kind == "float":
            return SQL("NULLIF(%s, 'NaN')", column)
        if kind == "monetary":
            unit = SQL("%s::numeric", f"1e-{self.digits}")
            return SQL("NULLIF(%s, %s) * %s", column, NO_AMOUNT, unit)
        known = SQL("NULLIF(%s, %s)", column, NO_INTEGER)
        if kind == "date":
            return SQL("%s::date + %s", EPOCH, known)
        return SQL("(%s = 1)", column) if kind == "boolean" else known

    def _definition(self, name):
        """Column of a field; who has no row yet was not counted, which is zero."""
        kind = self._type(name)
        unknown = {"float": "'NaN'", "monetary": str(NO_AMOUNT), "boolean": "1"}
        default = unknown.get(kind, str(NO_INTEGER))
        if name in self.profiles._counts():
            default = "0"
        return SQL(
            "%s %s DEFAULT %s", SQL.identifier(name), SQL(TYPES[kind][0]), SQL(default)
        )

    def _type(self, name):
        kind = self.profiles._fields[name].type
        return kind if kind in TYPES else "integer"

    def _decoded(self, codes, kind):
        if kind == "float":
            return codes
        unknown = NO_AMOUNT if kind == "monetary" else NO_INTEGER
        unit = 10.0**self.digits if kind == "monetary" else 1.0
        return np.where(codes == unknown, np.nan, codes / unit)

    def _encoded(self, values, kind):
        if kind == "monetary":
            return smallest_units(values, self.digits)
        if kind != "float" and values.dtype.kind == "f":
            return np.where(np.isnan(values), NO_INTEGER, values)
        return values


def smallest_units(amounts, digits):
    """Return amounts in the currency's smallest unit, rounded half away from zero."""
    known = ~np.isnan(amounts)
    units = np.abs(np.where(known, amounts, 0.0)) * 10.0**digits
    units = np.sign(amounts) * np.floor(units + 0.5 + HAIR)
    return np.where(known, units, NO_AMOUNT).astype(np.int64)
