from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmCustomerSignificance(models.Model):
    """Why a customer matters beyond what it buys, which only people can know."""

    _name = "crm.customer.significance"
    _inherit = ["crm.customer.fact"]
    _description = "Strategic Significance"
    _order = "id"
    _rec_name = "kind"

    kind = fields.Selection(
        [
            ("benchmark", "Benchmark"),
            ("inspiration", "Inspiration"),
            ("door_opener", "Door Opener"),
        ],
        "Matters as",
        required=True,
        help="Benchmark: others copy it. Inspiration: it makes us better. Door opener: "
        "it gives access to a market.",
    )
    reason = fields.Char(required=True, help="How we know.")
    user_id = fields.Many2one(string="Marked by")

    _kind_unique = models.UniqueIndex(
        "(profile_id, kind)", "A customer is marked only once for the same thing."
    )

    @api.constrains("reason")
    def _check_reason(self):
        if any(not (mark.reason or "").strip() for mark in self):
            raise ValidationError(self.env._("Say why the customer matters so."))

    def write(self, vals):
        """Change marks; whoever does so answers for them from then on."""
        if not self.env.su:
            vals = vals | {"user_id": self.env.uid}
        return super().write(vals)

    @api.model
    def _about(self):
        return "kind"

    @api.model
    def _remarks(self):
        return ("reason",)
