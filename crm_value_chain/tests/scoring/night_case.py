from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields

from .test_scoring_run import RunCase


class NightCase(RunCase):
    """Nights on chosen days, and what a full scoring gives on the same day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.rfm_method = "fixed"  # so that nights can be compared
        cls.env["crm.scoring.run"].search([]).unlink()

    def night(self, days=0):
        """A night by the calendar, so many days from now; returns its run."""
        with (
            freeze_time(fields.Datetime.now() + timedelta(days=days)),
            patch.object(type(self.Run), "_caller", lambda run: "calendar"),
        ):
            self.run_both()
            return self.runs(origin="night")[:1]

    def full(self, days):
        """What a full scoring gives on that day."""
        with freeze_time(fields.Datetime.now() + timedelta(days=days)):
            self.make_run(as_of=fields.Date.today())
            self.run_both()

    def told(self, names):
        profiles = self.Profile.search([("company_id", "=", self.company.id)])
        return {
            profile.partner_id.name: tuple(profile[name] for name in names)
            for profile in profiles
        }
