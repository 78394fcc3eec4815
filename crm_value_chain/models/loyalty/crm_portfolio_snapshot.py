from odoo import fields, models


# the fields of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class CrmPortfolioSnapshot(models.Model):
    _inherit = "crm.portfolio.snapshot"

    dimension = fields.Selection(
        selection_add=[("loyalty", "Loyalty Class")], ondelete={"loyalty": "cascade"}
    )
    loyalty_class_id = fields.Many2one(
        "crm.loyalty.class", readonly=True, ondelete="cascade"
    )
