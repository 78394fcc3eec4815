import time

from odoo import api, models


class CrmScoringRun(models.Model):
    _inherit = "crm.scoring.run"

    @api.model
    def _selection_phase(self):
        tiers = ("tiers", self.env._("Renew Loyalty Tiers"))
        return [*super()._selection_phase(), tiers]

    def _phases(self):
        phases = super()._phases()
        return [*phases, "tiers"] if self.kind == "segmentation" else phases

    def _phases_in_one_go(self):
        return super()._phases_in_one_go() | {"tiers"}

    def _run_tiers(self):
        """Place the members of the company's loyalty programs in their tiers."""
        started = time.monotonic()
        programs = self.env["loyalty.program"].sudo()._tiered(self.company_id)
        for program, message in programs._renew_tiers(self.as_of).items():
            self._note(message, subject=program.name)
        if self.env["loyalty.tier"].sudo().search_count([], limit=1):
            self.env["loyalty.renewal"]._show_in_company(self.company_id, programs.ids)
        self.classify_seconds += time.monotonic() - started
