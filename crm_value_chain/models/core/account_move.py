from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals or "partner_id" in vals:
            self._queue_customers()
        return result

    def _queue_customers(self):
        """Have the figures of the customers of invoices computed again."""
        sales = self.filtered(lambda move: move.is_sale_document(include_receipts=True))
        Stale = self.env["crm.customer.stale"].sudo()
        for company, moves in sales.grouped("company_id").items():
            Stale._queue_partners(moves.partner_id, company)
