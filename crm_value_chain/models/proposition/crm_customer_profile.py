from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..customer.crm_customer_view import of_people

DEALS = ("crm.lead", "sale.order")
MOST_DEALS = 3  # of each kind that the customer view looks back on


# the part of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    _inherit = "crm.customer.profile"

    def _view_parts(self):
        parts = super()._view_parts()
        if self.env["crm.value.proposition"].has_access("read"):
            parts.append(self._proposition_part())
        return parts

    def _proposition_part(self):
        """The propositions that were chosen for this customer, and that suit."""
        chosen = self._chosen_lines()
        taken = {line["proposition_id"] for line in chosen}
        return self._part(
            "proposition",
            self.env._("Value Propositions"),
            70,
            [
                *chosen,
                *self._suggested_lines(taken),
            ],
            empty=self.env._(
                "No proposition suits yet: note what the customer needs, or make a "
                "proposition for the segment."
            ),
        )

    def _chosen_lines(self):
        """What was chosen for deals with this customer, the latest first."""
        lines, seen = [], set()
        for record in self._deals_with_choice():
            version = record.value_proposition_version_id.sudo()
            if version.proposition_id.id in seen:
                continue
            seen.add(version.proposition_id.id)
            lines.append(
                {
                    "text": version.display_name,
                    "detail": self.env._("Chosen for “%s”", record.display_name),
                    "tone": "success",
                    "model": record._name,
                    "id": record.id,
                    "proposition_id": version.proposition_id.id,
                }
            )
        return lines

    def _deals_with_choice(self):
        """Latest deals with a proposition, opportunities first, of whom may be seen."""
        deals = []
        for name in DEALS:
            model = self.env[name]
            if model.has_access("read"):
                domain = (
                    of_people(self.partner_id)
                    & Domain("value_proposition_id", "!=", False)
                    & Domain("company_id", "in", (self.company_id.id, False))
                )
                told = ["display_name", "value_proposition_version_id"]
                deals += model.with_context(active_test=False).search_fetch(
                    domain, told, order="create_date desc", limit=MOST_DEALS
                )
        return deals

    @api.model
    def _proposition_chosen(self):
        """A deal that was sold, or is to be, with a proposition shows it too."""
        deals = (SQL.identifier(self.env[name]._table) for name in DEALS)
        return [
            *super()._proposition_chosen(),
            *(
                SQL(
                    """
                    SELECT profile.id AS profile_id
                      FROM %s deal
                      JOIN res_partner contact ON contact.id = deal.partner_id
                      JOIN crm_customer_profile profile
                        ON profile.partner_id = contact.commercial_partner_id
                     WHERE deal.value_proposition_id IS NOT NULL
                       AND COALESCE(deal.company_id, profile.company_id)
                           = profile.company_id
                    """,
                    deal,
                )
                for deal in deals
            ),
        ]

    def _suggested_lines(self, taken):
        propositions = self.env["crm.value.proposition"]
        [suggestions] = propositions._suggest(propositions._wishes_of_profiles(self))
        return [
            {
                "text": self.env._("Suggested: %s", suggestion["name"]),
                "detail": suggestion["why"],
                "tone": "muted",
                "model": "crm.value.proposition",
                "id": suggestion["id"],
            }
            for suggestion in suggestions
            if suggestion["id"] not in taken
        ]
