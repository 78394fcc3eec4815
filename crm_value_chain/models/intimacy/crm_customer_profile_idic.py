from odoo import api, models
from odoo.tools import SQL

from .idic import Evidence


# a part of its own of what a profile tells
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    _inherit = "crm.customer.profile"

    @api.model
    def _idic_evidence(self):
        """Evidence of the four steps. A hook: each room adds its own.

        :rtype: list[Evidence]
        """
        return [
            Evidence(
                "differentiate",
                "value",
                self.env._("Value known"),
                self.env._("Wait for the next night: it scores the customer."),
                SQL("p.clv IS NOT NULL"),
            )
        ]
