from odoo import fields, models


class CrmScoringFailure(models.Model):
    """What a run had to skip, so that somebody can mend it."""

    _name = "crm.scoring.failure"
    _description = "Scoring Failure"
    _order = "id desc"
    _rec_name = "message"

    run_id = fields.Many2one(
        "crm.scoring.run", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", ondelete="cascade"
    )
    subject = fields.Char("Rule", help="The rule that could not be applied.")
    phase = fields.Char()
    message = fields.Char("What Happened", required=True)
