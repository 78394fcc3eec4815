from odoo import api, fields, models

FIELDS_OF_A_COST = {
    "amount",
    "date",
    "partner_id",
    "category",
    "general_account_id",
    "move_line_id",
    "so_line",
}


class AccountAnalyticLine(models.Model):
    _inherit = "account.analytic.line"

    partner_id = fields.Many2one(index="btree_not_null")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._costs()._queue_customers()
        return lines

    def write(self, vals):
        concerned = FIELDS_OF_A_COST.union(self._get_plan_fnames())
        if not vals.keys() & concerned:
            return super().write(vals)
        before = self._served_contacts()
        result = super().write(vals)
        self._queue_customers(before)
        return result

    @api.ondelete(at_uninstall=False)
    def _queue_customers_of_deleted(self):
        self._costs()._queue_customers()

    def _compute_partner_id(self):
        """Queue the customers too: a contact comes from a project or a task, say."""
        before = {line: line.partner_id for line in self if line.id}
        result = super()._compute_partner_id()
        moved = [line for line in before if line.partner_id != before[line]]
        contacts = self.partner_id.browse().union(*(before[line] for line in moved))
        self.browse().union(*moved)._queue_customers(contacts)
        return result

    def _queue_customers(self, before=()):
        """Have the figures of the customers computed again.

        :param before: further contacts, such as the customer of before
        """
        Stale = self.env["crm.customer.stale"].sudo()
        for company, lines in self.sudo().grouped("company_id").items():
            contacts = {*lines._served_contacts().ids, *(c.id for c in before)}
            Stale._queue_partners(contacts, company)

    def _costs(self):
        """Those of the lines that may be a cost to serve."""
        categories = {False, *self.env["crm.service.cost"]._cost_categories()}
        return self.filtered(lambda line: line.category in categories)

    def _served_contacts(self):
        """Contacts that these lines may be a cost of, more rather than fewer."""
        lines = self.sudo()
        contacts = lines.filtered(lambda line: not line.move_line_id).partner_id
        for column in self._get_plan_fnames():
            contacts |= lines[column].partner_id
        return contacts
