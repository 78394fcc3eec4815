from odoo import models

from ..customer.crm_customer_view import MOST_LINES, name_of

MOST_IDENTITIES = 20
MOST_CONSENTS = 20


# what a contact shows of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class ResPartner(models.Model):
    """What is known of a contact: identities, needs and consents."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.customer.view"]

    def _view_parts(self):
        parts = super()._view_parts()
        if self.env["crm.customer.identity"].has_access("read"):
            parts = [*parts, self._identity_part()]
        profile = self.customer_profile_id
        if profile and self.env["crm.customer.need"].has_access("read"):
            parts = [*parts, profile._needs_part()]
        if self.env["crm.contact.consent"].has_access("read") and self.are_wishes_shown:
            parts = [*parts, self._consent_part()]
        return parts

    # ------------------------------------------------------------------
    # Identity
    # ------------------------------------------------------------------

    def _identity_part(self, findings=None):
        """What to put right first, then what the contact is known by.

        :param findings: how many to tell, the worst first; none means all
        """
        told = [*self._duplicate_lines(), *self._finding_lines()][:findings]
        return self._part(
            "identity",
            self.env._("Identity"),
            80,
            [*told, *self._identity_lines()],
            most=MOST_LINES if findings else MOST_IDENTITIES,
            empty=self.env._("Nothing to recognise the customer by: note an e-mail."),
            action="action_open_identities",
        )

    def _duplicate_lines(self):
        lines = []
        for pair in self.duplicate_ids[:1]:
            other = (pair.partner_a_id | pair.partner_b_id) - self
            lines.append(
                {
                    "text": self.env._("Perhaps the same as %s", other.display_name),
                    "detail": pair.reasons,
                    "tone": "warning",
                    "model": pair._name,
                    "id": pair.id,
                }
            )
        return lines

    def _finding_lines(self):
        findings = self._findings().get(self.id, ())
        worst = sorted(findings, key=lambda check: -check.points)
        return [
            {"text": check.label, "detail": check.fix, "tone": "warning"}
            for check in worst
            if check.key != "duplicate"
        ]

    def _identity_lines(self):
        told = ["value", "kind", "system", "partner_id"]
        identities = self.env["crm.customer.identity"].search_fetch(
            self._domain_of_people(), told
        )
        kinds = dict(identities._fields["kind"]._description_selection(self.env))
        lines = []
        for identity in identities:
            where = identity.system or kinds[identity.kind]
            person = identity.partner_id
            name = "" if person == self else name_of(person)
            lines.append(
                {
                    "text": identity.value,
                    "detail": ", ".join(filter(None, [where, name])),
                    "model": "res.partner",
                    "id": person.id,
                }
            )
        return lines

    def _domain_of_people(self):
        """Domain of what a contact has; of a customer, also of what its people have."""
        is_customer = self == self.commercial_partner_id
        name = "commercial_partner_id" if is_customer else "partner_id"
        return [(name, "=", self.id)]

    # ------------------------------------------------------------------
    # Needs and consent
    # ------------------------------------------------------------------

    def action_open_needs(self):
        """Open the needs of the customer this contact belongs to."""
        self.ensure_one()
        return self.customer_profile_id.action_open_needs()

    def _consent_part(self):
        """What was allowed and refused, the newest first; muted what is over."""
        consents = self.env["crm.contact.consent"]
        noted = consents.search(self._domain_of_consents(), limit=MOST_CONSENTS)
        nobody = (
            self.env._("Nobody asked yet what the people of this company allow.")
            if self.is_company
            else self.env._("Nobody asked yet what this person allows.")
        )
        return self._part(
            "consent",
            self.env._("Consent"),
            35,
            [self._consent_line(consent) for consent in noted],
            most=MOST_CONSENTS,
            empty=nobody,
            action="action_open_consents",
        )

    def _domain_of_consents(self):
        """Domain of what a person said; of a customer, also of what its people said."""
        is_customer = self == self.commercial_partner_id
        customer = "partner_id.commercial_partner_id"
        return [(customer if is_customer else "partner_id", "=", self.id)]

    def _consent_line(self, consent):
        how = dict(consent._fields["obtained"]._description_selection(self.env))
        proof = consent.proof or consent._missing_proof()
        person = consent.partner_id
        told = [
            person != self and name_of(person),
            ": ".join(filter(None, [how[consent.obtained], proof])),
        ]
        return {
            "text": consent._in_words(),
            "detail": " · ".join(filter(None, told)),
            "tone": consent._tone() if consent.is_current else "muted",
            "model": consent._name,
            "id": consent.id,
        }

    def action_open_consents(self):
        """Open what this person, or the people of this customer, said."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_contact_consent_action"
        )
        return action | {
            "domain": self._domain_of_consents(),
            "context": {"default_partner_id": self.id},
        }
