"""The records that a customer's facts are about, as a field of the profile."""

from odoo import fields


class FactRecords(fields.Many2many):
    """What the facts of a customer name: needs, drivers.

    A many2many whose relation is the very table of the facts, so that customers can be
    searched, grouped and told apart by rules through it, and nothing is kept twice.
    It is read only: a fact says more than that it exists.
    """

    def update_db(self, model, columns):
        """The model of the facts makes the table, with all its columns."""
