from odoo import api, fields, models
from odoo.tools import SQL


# the fields of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class CrmPortfolioSnapshot(models.Model):
    _inherit = "crm.portfolio.snapshot"

    dimension = fields.Selection(
        selection_add=[("ladder", "Value Ladder")], ondelete={"ladder": "cascade"}
    )
    ladder_stage_id = fields.Many2one(
        "crm.ladder.stage", readonly=True, ondelete="cascade"
    )
    climbed_count = fields.Integer(
        "Climbed",
        readonly=True,
        help="Customers who climbed the value ladder within the last twelve months.",
    )

    @api.model
    def _sums(self, as_of):
        climbed = SQL(
            """
            SELECT movement.profile_id
              FROM crm_customer_movement movement
              JOIN crm_ladder_stage below ON below.id = movement.ladder_from_id
              JOIN crm_ladder_stage above ON above.id = movement.ladder_to_id
             WHERE movement.dimension = 'ladder' AND above.sequence > below.sequence
               AND movement.date > %s
            """,
            fields.Date.subtract(as_of, years=1),
        )
        return super()._sums(as_of) | {
            "climbed_count": SQL("(p.id IN (%s))::int", climbed)
        }
