from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmNeed(models.Model):
    """A need that customers have and that we can meet: an entry of the catalogue."""

    _name = "crm.need"
    _inherit = ["crm.named"]
    _description = "Need"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Text(
        translate=True, help="How one recognises the need, and what meets it."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company",
        help="Empty: a need of the catalogue of all companies.",
    )
    customer_count = fields.Integer(
        "Customers",
        compute="_compute_customer_count",
        help="Customers who have this need, as far as you may see them.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_customer_count(self):
        counts = dict(
            self.env["crm.customer.need"]._read_group(
                [("need_id", "in", self.ids)], ["need_id"], ["__count"]
            )
        )
        for need in self:
            need.customer_count = counts.get(need._origin, 0)

    @api.constrains("company_id")
    def _check_company_of_customers(self):
        """A need does not leave customers of other companies behind."""
        for need in self.filtered("company_id"):
            elsewhere = self.env["crm.customer.need"].sudo()
            if elsewhere.search_count(
                [
                    ("need_id", "=", need.id),
                    ("company_id", "!=", need.company_id.id),
                ],
                limit=1,
            ):
                raise ValidationError(
                    self.env._(
                        "Customers of another company have the need “%s”: leave it in "
                        "the catalogue of all companies.",
                        need.name,
                    )
                )

    def action_open_customers(self):
        """Open the customers who have this need."""
        self.ensure_one()
        profiles = self.env["crm.customer.profile"]
        return profiles._action_open(self.name, [("need_ids", "in", self.ids)])
