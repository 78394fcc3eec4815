from odoo import fields, models


class CrmCustomerNeed(models.Model):
    """A need of a customer: how much it matters, how we know, how well it is met."""

    _name = "crm.customer.need"
    _inherit = ["crm.customer.fact"]
    _description = "Customer Need"
    _order = "importance desc, id"
    _rec_name = "need_id"

    need_id = fields.Many2one(
        "crm.need", required=True, index=True, ondelete="restrict"
    )
    importance = fields.Integer(
        default=3, required=True, help="From 1, nice to have, to 5, decides."
    )
    date = fields.Date(default=fields.Date.context_today, required=True)

    _need_unique = models.UniqueIndex(
        "(profile_id, need_id)", "The customer has this need already: change it there."
    )

    def _new_beside(self, kept):
        known = self.search([("profile_id", "=", kept.id)]).need_id
        return self.filtered(lambda fact: fact.need_id not in known)
