from odoo import models


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        sales = posted.filtered(lambda m: m.is_sale_document(include_receipts=True))
        self.env["loyalty.at.once"]._count_at_commit(sales)
        return posted
