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
        return [*self._evidence_of_difference(), *self._evidence_of_treatment()]

    @api.model
    def _evidence_of_difference(self):
        """Evidence that we know what a customer is worth, and what it needs."""

        def noted(table):
            return SQL(
                "EXISTS (SELECT FROM %s fact WHERE fact.profile_id = p.id)",
                SQL.identifier(table),
            )

        return [
            Evidence(
                "differentiate",
                "value",
                self.env._("Value known"),
                self.env._("Forecast in the night after the first purchase."),
                SQL("p.clv IS NOT NULL"),
            ),
            Evidence(
                "differentiate",
                "value_tier",
                self.env._("Value tier known"),
                self.env._(
                    "Set up value tiers in the configuration; the next segmentation "
                    "places the customers."
                ),
                SQL("p.value_tier_id IS NOT NULL"),
            ),
            Evidence(
                "differentiate",
                "needs",
                self.env._("Needs known"),
                self.env._("Ask what the customer needs, and note it under Needs."),
                noted("crm_customer_need"),
            ),
            Evidence(
                "differentiate",
                "drivers",
                self.env._("Relationship drivers known"),
                self.env._(
                    "Note under Needs why the customer wants a relationship with us."
                ),
                noted("crm_customer_driver"),
            ),
        ]

    @api.model
    def _evidence_of_treatment(self):
        """Evidence that we behave differently towards a customer."""
        return [
            Evidence(
                "customise",
                "treatment",
                self.env._("Treatment in force"),
                self.env._(
                    "Agree on something that we do differently, and note it under "
                    "Customised."
                ),
                SQL(
                    "EXISTS (SELECT FROM crm_treatment t WHERE t.profile_id = p.id"
                    " AND %s)",
                    self.env["crm.treatment"]._in_force_today(),
                ),
            ),
            Evidence(
                "customise",
                "proposition",
                self.env._("Value proposition chosen"),
                self.env._(
                    "Choose the value proposition that meets the needs of the customer."
                ),
                # one search of all, not one in each place for each customer
                SQL(
                    "EXISTS (SELECT FROM (%s) chosen WHERE chosen.profile_id = p.id)",
                    SQL(" UNION ALL ").join(self._proposition_chosen()),
                ),
            ),
        ]

    @api.model
    def _proposition_chosen(self):
        """Queries of the profiles (`profile_id`) a proposition was chosen for. A hook.

        :rtype: list[SQL]
        """
        treatments = self.env["crm.treatment"]._in_force_today()
        return [
            SQL(
                "SELECT t.profile_id FROM crm_treatment t"
                " WHERE t.proposition_id IS NOT NULL AND %s",
                treatments,
            )
        ]
