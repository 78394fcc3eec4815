from odoo import fields, models


class CrmValueAlternative(models.Model):
    """What the customer could choose instead of us: also to do nothing."""

    _name = "crm.value.alternative"
    _inherit = ["crm.value.content", "crm.named"]
    _description = "Alternative to a Value Proposition"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("competitor", "Competitor"),
            ("nothing", "Do Nothing"),
            ("own", "Make It Yourself"),
        ],
        required=True,
        default="competitor",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        index="btree_not_null",
        ondelete="set null",
        help="The competitor, where it is one of our contacts.",
    )
    note = fields.Text(translate=True, help="What is known of it, and from where.")
    score_ids = fields.One2many("crm.value.score", "alternative_id", copy=False)
