from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..customer.crm_customer_view import MOST_LINES, name_of, of_people
from .consent_sql import holds
from .crm_contact_consent import AGAINST
from .idic import Evidence

RECENT_DAYS = 180  # within which an interaction is evidence of a living relationship
PEOPLE_IN_VIEW = 20
EPISODES_IN_VIEW = 2


# what a profile tells of interactions is a part of its own
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """Interact: evidence of the step, and its parts of the customer view."""

    _inherit = "crm.customer.profile"

    @api.model
    def _idic_evidence(self):
        since = fields.Datetime.subtract(self.env.cr.now(), days=RECENT_DAYS)
        return [
            *super()._idic_evidence(),
            Evidence(
                "interact",
                "recent",
                self.env._("Recent interaction"),
                self.env._("Nothing for half a year: get in touch, and log it."),
                self._interacting("p", SQL(">= %s", since)),
            ),
            Evidence(
                "interact",
                "planned",
                self.env._("Next contact planned"),
                self.env._("Plan an activity or a meeting with the customer."),
                self._is_planned("p"),
            ),
            Evidence(
                "interact",
                "channel",
                self.env._("Preferred channel known"),
                self.env._("Ask how they like to be reached; note it on the contact."),
                self._person_has(
                    SQL("crm_contact_preference liked"),
                    SQL("liked.partner_id"),
                    SQL("liked.channel_id IS NOT NULL"),
                ),
            ),
            Evidence(
                "interact",
                "consent",
                self.env._("Consent known"),
                self.env._("Ask whether we may write or call; note it with proof."),
                self._person_has(
                    SQL("crm_contact_consent consent"),
                    SQL("consent.partner_id"),
                    holds(),
                ),
            ),
        ]

    @api.model
    def _person_has(self, table, person, condition):
        """Condition that something is known of one of the customer's people."""
        return SQL(
            """
            EXISTS (SELECT FROM %s JOIN res_partner contact ON contact.id = %s
                     WHERE contact.commercial_partner_id = p.partner_id AND %s)
            """,
            table,
            person,
            condition,
        )

    def _view_parts(self):
        parts = super()._view_parts()
        if self.env["crm.contact.consent"].has_access("read"):
            parts = [*parts, self._wishes_part()]
        if self.env["crm.relationship.interaction"].has_access("read"):
            parts = [*parts, self._story_part()]
        return parts

    def _wishes_part(self):
        """Preferences and consent of the customer's people; refusals first."""
        people = self.env["res.partner"].search_fetch(
            [("commercial_partner_id", "=", self.partner_id.id)],
            ["commercial_partner_id", "name", "lang"],
            limit=PEOPLE_IN_VIEW,
        )
        consents = self.env["crm.contact.consent"]._holding(people)
        lines = [
            {
                "text": consent._in_words(),
                "detail": ", ".join(filter(None, self._who_said(consent))),
                "tone": consent._tone(),
                "model": consent._name,
                "id": consent.id,
            }
            for consent in consents.sorted(lambda c: c.state not in AGAINST)
        ]
        preferences = self.env["crm.contact.preference"].search_fetch(
            [("partner_id", "in", people.ids)]
        )
        liked = [
            {
                "text": " · ".join(preference._in_words()),
                "detail": name_of(preference.partner_id),
                "model": "res.partner",
                "id": preference.partner_id.id,
            }
            for preference in preferences
            if preference._in_words()
        ]
        against = [line for line in lines if line["tone"] == "danger"]
        allowed = [line for line in lines if line["tone"] != "danger"]
        return self._part(
            "wishes",
            self.env._("Preferences & Consent"),
            35,
            [*against, *liked, *allowed],
            empty=self.env._("Nobody asked yet how they like to be reached."),
            action="action_open_consents",
        )

    def _who_said(self, consent):
        return name_of(consent.partner_id), consent._missing_proof()

    def _story_part(self):
        """Open episodes first, then the last interactions."""
        episodes = self._open_episodes()
        last = self.env["crm.relationship.interaction"]._newest(
            self.partner_id,
            [("commercial_partner_id", "=", self.partner_id.id)],
            limit=MOST_LINES - len(episodes),
        )
        return self._part(
            "story",
            self.env._("Story"),
            40,
            [*map(self._tell_episode, episodes), *map(self._tell_interaction, last)],
            empty=self.env._("No exchange with this customer is known yet."),
            action="action_open_story",
        )

    def _open_episodes(self):
        """The episodes that began last and have not ended."""
        return self.env["crm.relationship.episode"].search_fetch(
            of_people(self.partner_id) & Domain("end_date", "=", False),
            ["name", "type_id", "begin_date"],
            limit=EPISODES_IN_VIEW,
        )

    def _tell_episode(self, episode):
        begin = format_date(self.env, episode.begin_date)
        return {
            "text": episode.display_name,
            "detail": self.env._("open since %s", begin),
            "model": episode._name,
            "id": episode.id,
        }

    def _tell_interaction(self, interaction):
        channel = interaction.channel_id.name
        day = format_date(self.env, interaction.date)
        # what only tells its channel does so once
        told = (day, interaction.subject and channel, name_of(interaction.user_id))
        return {
            "text": interaction.subject or channel or "",
            "detail": " · ".join(filter(None, told)),
            "model": interaction.document_model,
            "id": interaction.document_id,
        }
