"""The field of the one-line badge."""

from odoo import fields


class Badge(fields.Json):
    """A flat dictionary that is computed for a whole page at once."""

    def convert_to_record(self, value, record):
        return dict(value) if value else False

    def fill(self, records, badges):
        """Take over the badges of records, as JSON or None, without a detour."""
        self._insert_cache(records, badges)


def stored_ids(records):
    """Ids of records, and of what is stored of those that people edit; else 0."""
    return [id_ or id_.origin or 0 for id_ in records._ids]
