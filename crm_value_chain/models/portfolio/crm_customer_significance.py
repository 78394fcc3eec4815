from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmCustomerSignificance(models.Model):
    """Why a customer matters beyond what it buys, which only people can know."""

    _name = "crm.customer.significance"
    _description = "Strategic Significance"
    _order = "id"
    _rec_name = "kind"

    profile_id = fields.Many2one(
        "crm.customer.profile",
        "Customer",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="profile_id.company_id", store=True)
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
    user_id = fields.Many2one(
        "res.users",
        "Marked by",
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="set null",
    )

    _kind_unique = models.UniqueIndex(
        "(profile_id, kind)", "A customer is marked only once for the same thing."
    )

    @api.constrains("reason")
    def _check_reason(self):
        if any(not (mark.reason or "").strip() for mark in self):
            raise ValidationError(self.env._("Say why the customer matters so."))

    @api.model_create_multi
    def create(self, vals_list):
        """Mark customers; whoever does so answers for it."""
        if not self.env.su:
            vals_list = [vals | {"user_id": self.env.uid} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """Change marks, but not into marks of customers whom the user may not see.

        Whoever does so answers for the mark from then on.
        """
        if not self.env.su:
            vals = vals | {"user_id": self.env.uid}
        result = super().write(vals)
        self.check_access("write")
        return result
