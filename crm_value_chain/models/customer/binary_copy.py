"""Large tables between PostgreSQL and numpy: COPY in its binary format.

A row of numbers has a fixed layout there, so that a million rows are one array: no
value becomes an object of Python. What is not known is a number that no value has.
Layout: PostgreSQL's documentation, COPY, Binary Format.
"""

import io
from datetime import date

import numpy as np

from odoo.tools import SQL

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
EPOCH = date(1970, 1, 1)
NO_INTEGER = -(2**31)
NO_AMOUNT = -(2**63)
CHUNK = 20_000  # rows packed at a time: they fit into the processor's cache
LARGEST_AMOUNT = 2.0**62  # in the smallest unit of the currency

#: name of a type here: type in the database, in the stream, and its size
TYPES = {
    "integer": ("int4", ">i4", 4),
    "date": ("int4", ">i4", 4),
    "boolean": ("int4", ">i4", 4),
    "float": ("float8", ">f8", 8),
    "monetary": ("int8", ">i8", 8),
}


def day_number(day):
    """Return a date as days since 1970-01-01."""
    return (day - EPOCH).days


def read(cr, query, types):
    """Return the rows of a query as arrays.

    :param SQL query: selects numbers that are never null, with the database's types
    :param dict[str, str] types: name and type of each column, of TYPES
    :rtype: dict[str, numpy.ndarray]
    """
    stream = io.BytesIO()
    statement = cr.mogrify(SQL("COPY (%s) TO STDOUT (FORMAT binary)", query))
    cr.copy_expert(statement.decode(), stream)
    size = stream.tell() - len(HEADER) - len(TRAILER)
    rows = np.frombuffer(
        stream.getbuffer()[len(HEADER) : len(HEADER) + size], dtype=_layout(types)
    )
    return {
        name: rows[name].astype(rows[name].dtype.newbyteorder("=")) for name in types
    }


def write(cr, table, columns, types):
    """Append arrays of one length to a table with columns of the same names.

    :param SQL table: identifier
    :param dict columns: name and array
    :param dict[str, str] types: name and type of each column, of TYPES
    """
    names = SQL(", ").join(SQL.identifier(name) for name in types)
    statement = cr.mogrify(SQL("COPY %s (%s) FROM STDIN (FORMAT binary)", table, names))
    count = len(next(iter(columns.values())))
    for start in range(0, count, CHUNK):
        some = {name: columns[name][start : start + CHUNK] for name in types}
        stream = io.BytesIO(b"".join((HEADER, _packed(some, types), TRAILER)))
        cr.copy_expert(statement.decode(), stream, size=2**20)


def _packed(columns, types):
    rows = np.empty(len(next(iter(columns.values()))), dtype=_layout(types))
    rows["n"] = len(types)
    for name, kind in types.items():
        rows[f"{name}:size"] = TYPES[kind][2]
        rows[name] = columns[name]
    return rows.tobytes()


def _layout(types):
    """Layout of a row: number of columns, then size and value of each."""
    fields = [("n", ">i2")]
    for name, kind in types.items():
        fields += [(f"{name}:size", ">i4"), (name, TYPES[kind][1])]
    return np.dtype(fields)
