from odoo import api, fields, models
from odoo.fields import Domain


class CrmPeriod(models.AbstractModel):
    """Something that is true from one day to another, both included."""

    _name = "crm.period"
    _description = "Period"

    date_from = fields.Date("From", help="Empty: since ever.")
    date_to = fields.Date("To", help="The last day of it. Empty: until further notice.")
    is_present = fields.Boolean(
        "At Present",
        compute="_compute_is_present",
        search="_search_is_present",
        help="Today is within its period.",
    )

    _days_are_sane = models.Constraint(
        "CHECK (date_to >= date_from)",
        "A period ends on the day it begins, or later: look at the dates.",
    )

    @api.depends("date_from", "date_to")
    def _compute_is_present(self):
        today = fields.Date.context_today(self)
        for period in self:
            period.is_present = (
                not period.date_from or period.date_from <= today
            ) and (not period.date_to or period.date_to >= today)

    @api.model
    def _search_is_present(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        present = self._overlapping(today, today)
        return present if True in value else ~present

    @api.model
    def _overlapping(self, date_from, date_to):
        """Domain of the periods that have a day in common with another one."""
        domain = Domain.TRUE
        if date_to:
            domain &= Domain("date_from", "=", False) | Domain(
                "date_from", "<=", date_to
            )
        if date_from:
            domain &= Domain("date_to", "=", False) | Domain("date_to", ">=", date_from)
        return domain

    def _together(self, other):
        """Values of the period from the beginning of both to the end of both."""
        begins = (self.date_from, other.date_from)
        ends = (self.date_to, other.date_to)
        return {
            "date_from": all(begins) and min(begins),
            "date_to": all(ends) and max(ends),
        }
