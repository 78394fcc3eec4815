from odoo import Command, fields, models
from odoo.exceptions import UserError


class CrmCustomerListWizard(models.TransientModel):
    """Puts the chosen customers on a list, or takes them off it."""

    _name = "crm.customer.list.wizard"
    _description = "Add Customers to a List"

    list_id = fields.Many2one("crm.customer.list", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self._default_company()
    )
    profile_ids = fields.Many2many(
        "crm.customer.profile", default=lambda self: self._chosen()
    )
    customer_count = fields.Integer(
        "Customers", default=lambda self: len(self._chosen())
    )

    def _chosen(self):
        return self.env["crm.customer.profile"].browse(
            self.env.context.get("active_ids", [])
        )

    def _default_company(self):
        companies = self._chosen().company_id
        if len(companies) > 1:
            raise UserError(
                self.env._("Choose customers of one company: each has its own lists.")
            )
        return companies or self.env.company

    def action_add(self):
        """Put the customers on the list."""
        commands = [Command.link(profile_id) for profile_id in self.profile_ids.ids]
        self.list_id.write({"profile_ids": commands})
        return self._close(self.env._("On the list “%s” now.", self.list_id.name))

    def action_remove(self):
        """Take the customers off the list."""
        commands = [Command.unlink(profile_id) for profile_id in self.profile_ids.ids]
        self.list_id.write({"profile_ids": commands})
        return self._close(self.env._("Off the list “%s” now.", self.list_id.name))

    def _close(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
