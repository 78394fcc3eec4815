from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    value_chain_source = fields.Selection(
        related="company_id.value_chain_source", readonly=False, required=True
    )
    rfm_method = fields.Selection(
        related="company_id.rfm_method", readonly=False, required=True
    )
    value_chain_card_class = fields.Selection(
        related="company_id.value_chain_card_class", readonly=False
    )
    lead_qualification_required = fields.Boolean(
        related="company_id.lead_qualification_required", readonly=False
    )
    value_chain_last_run_id = fields.Many2one(
        "crm.scoring.run", "Last Scoring", compute="_compute_value_chain_last_run_id"
    )

    def _compute_value_chain_last_run_id(self):
        for settings in self:
            settings.value_chain_last_run_id = self.env["crm.scoring.run"].search(
                [
                    ("company_id", "=", settings.company_id.id),
                    ("origin", "!=", "change"),
                ],
                limit=1,
            )

    def action_compute_now(self):
        """Have all customers of the company scored in the background."""
        runs = self.env["crm.scoring.run"]
        return runs.create({"company_id": self.env.company.id}).action_start()
