"""Indexes and foreign keys that are put aside while a table is filled.

To check a million rows against the foreign keys one by one takes minutes; to make
the keys again afterwards takes seconds.
"""

from contextlib import contextmanager

from odoo.tools import SQL

# indexes that no constraint (such as the primary key) stands on
INDEXES = """
    SELECT quote_ident(schemaname) || '.' || quote_ident(indexname), indexdef
      FROM pg_indexes
     WHERE tablename = ANY(%s) AND schemaname = 'public'
       AND NOT EXISTS (SELECT FROM pg_constraint
                        WHERE conindid = to_regclass(quote_ident(indexname)))
     ORDER BY 1
"""
FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
      FROM pg_constraint
     WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)
     ORDER BY 1, 2
"""


@contextmanager
def bare(cr, tables):
    """Take indexes and foreign keys off tables, and put the same back on."""
    indexes, keys = definitions(cr, tables)
    for table, name, _definition in keys:
        cr.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _definition in indexes:
        cr.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in indexes:
        cr.execute(definition)
    for table, name, definition in keys:
        cr.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    if definitions(cr, tables) != (indexes, keys):
        raise RuntimeError("The tables are not what they were.")


def definitions(cr, tables):
    """Return how to make the indexes and the foreign keys of tables."""
    found = []
    for query in (INDEXES, FOREIGN_KEYS):
        cr.execute(SQL(query, list(tables)))
        found.append(cr.fetchall())
    return tuple(found)
