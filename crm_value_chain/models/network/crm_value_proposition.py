from odoo import fields, models

from .network_roles import ROLES


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmValueProposition(models.Model):
    """Who helps us to keep a proposition, and whom it needs."""

    _inherit = "crm.value.proposition"

    contribution_ids = fields.One2many(
        "crm.network.contribution", "proposition_id", "Contributions"
    )
    needs_supplier = fields.Boolean(
        "Needs Suppliers", default=True, help="Cannot be kept without a supplier."
    )
    needs_customer = fields.Boolean(
        "Needs Customers",
        help="Cannot be kept without customers that help, such as references.",
    )
    needs_owner = fields.Boolean(
        "Needs Owners or Investors",
        help="Cannot be kept without somebody who puts money into it.",
    )
    needs_partner = fields.Boolean(
        "Needs Partners", default=True, help="Cannot be kept without a partner."
    )
    needs_employee = fields.Boolean(
        "Needs Employees",
        default=True,
        help="Cannot be kept without people of ours who can do it.",
    )

    def _needed_roles(self):
        """Roles without which this proposition cannot be kept.

        :rtype: set[str]
        """
        self.ensure_one()
        return {role for role, _name in ROLES if self[f"needs_{role}"]}
