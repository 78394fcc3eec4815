from odoo import api, fields, models
from odoo.exceptions import ValidationError

STRONGEST = 5


class CrmCustomerDriver(models.Model):
    """Why this customer wants a relationship with us, and how we know."""

    _name = "crm.customer.driver"
    _inherit = ["crm.customer.fact"]
    _description = "Relationship Driver of a Customer"
    _order = "strength desc, id"
    _rec_name = "driver_id"

    driver_id = fields.Many2one(
        "crm.relationship.driver", required=True, index=True, ondelete="restrict"
    )
    side = fields.Selection(related="driver_id.side")
    strength = fields.Integer(
        default=3,
        required=True,
        aggregator="avg",
        help="From 1, hardly, to 5: it is why the customer stays.",
    )
    evidence = fields.Char(help="How we know.")
    date = fields.Date("Known since", default=fields.Date.context_today, required=True)
    segment_id = fields.Many2one(related="profile_id.segment_id")

    _driver_unique = models.UniqueIndex(
        "(profile_id, driver_id)",
        "The customer has this driver already: change it there.",
    )
    _strength_is_sane = models.Constraint(
        f"CHECK (strength BETWEEN 1 AND {STRONGEST})",
        "The strength of a driver lies between 1 and 5.",
    )

    @api.constrains("date")
    def _check_date(self):
        if self._learned_in_future():
            raise ValidationError(
                self.env._("We learned of a driver in the past, not in the future.")
            )

    @api.model
    def _about(self):
        return "driver_id"

    @api.model
    def _remarks(self):
        return ("evidence",)
