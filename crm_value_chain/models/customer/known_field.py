"""Numbers of which zero is one: what is not known is empty, and never compares."""

from odoo import fields


class Known:
    """Mixin of numbers that may be unknown; Odoo takes those for zero."""

    falsy_value = None

    def convert_to_column(self, value, record, values=None, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_column(value, record, values, validate)

    def convert_to_cache(self, value, record, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_cache(value, record, validate)

    def convert_to_record(self, value, record):
        return False if value is None else value

    def filter_function(self, records, field_expr, operator, value):
        if operator != "in":
            return super().filter_function(records, field_expr, operator, value)
        getter = self.expression_getter(field_expr)
        unknown = any(each is False or each is None for each in value)
        known = {each for each in value if each is not False and each is not None}

        def matches(record):
            actual = getter(record)
            if actual is False or actual is None:
                return unknown
            return actual in known

        return matches


class KnownInteger(Known, fields.Integer):
    """A whole number, or unknown."""


class KnownFloat(Known, fields.Float):
    """A fraction, or unknown."""
