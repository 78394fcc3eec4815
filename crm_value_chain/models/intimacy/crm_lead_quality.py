from odoo import api, fields, models
from odoo.tools import SQL

from ...analytics import matching
from . import duplicate_contact, duplicate_words
from .consent_checks import consent_checks
from .consent_sql import refuses
from .data_quality import Check, channel_checks, empty, filled

USER = "crm_value_chain.group_value_chain_user"
CURRENT_FOR = "90 days"
MOST_LIKELY = 50  # contacts that are compared with a lead


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.data.quality"]

    likely_customer_id = fields.Many2one(
        "res.partner",
        compute="_compute_likely_customer_id",
        groups=USER,
        help="A contact whose data are like those of the lead.",
    )
    likely_customer_reasons = fields.Char(
        "Why", compute="_compute_likely_customer_id", groups=USER
    )

    @api.depends(
        "partner_id", "contact_name", "partner_name", "email_from", "phone", "zip"
    )
    @api.depends_context("uid", "lang")
    def _compute_likely_customer_id(self):
        for lead in self:
            contact, match = lead._likely_customer()
            lead.likely_customer_id = contact
            words = duplicate_words.sentences(self.env)
            lead.likely_customer_reasons = match and duplicate_words.in_words(
                self.env, match.levels, words
            )

    def _likely_customer(self):
        """The contact most like the lead, and how it matches; none if it has one."""
        contacts = self.env["res.partner"]
        if self.partner_id:
            return contacts, False
        lead = matching.card(self._as_contact())
        ids = self._who_might_be().ids
        rows = duplicate_contact.rows(self.env, SQL("c.id = ANY(%s)", ids))
        cards, _failed = duplicate_contact.cards(rows)
        matches = {id_: matching.compare(lead, card) for id_, card in cards.items()}
        likely = {id_: found for id_, found in matches.items() if self._is_like(found)}
        best = max(likely, key=lambda id_: likely[id_].probability, default=False)
        if not self._names_somebody():
            # an address that customers share tells which of them it is no more
            customers = {row[-1] for row in rows if row[0].id in likely}
            best = len(customers) == 1 and best
        return contacts.browse(best or ()), best and likely[best]

    def _names_somebody(self):
        return bool(self.contact_name or self.partner_name)

    def _is_like(self, match):
        """Whether a match is good enough: by all that is known, or where nobody is
        named, by the very e-mail address."""
        if self._names_somebody():
            return match.is_likely
        return match.levels.get("email") == "same"

    def _as_contact(self):
        return matching.Contact(
            0,
            self.contact_name or self.partner_name or "",
            self.email_normalized or self.email_from or "",
            self.phone_sanitized or self.phone or "",
            "",
            self.street or "",
            self.zip or "",
            self.city or "",
            bool(self.partner_name and not self.contact_name),
        )

    def _who_might_be(self):
        """Contacts that share an e-mail address or phone with the lead."""
        known = [self.email_normalized, self.phone_sanitized]
        identities = self.env["crm.customer.identity"].search(
            [
                ("kind", "in", ("email", "phone")),
                ("normalized", "in", list(filter(None, known))),
                ("company_id", "in", (self.company_id.id, False))
                if self.company_id
                else ("company_id", "in", [*self.env.companies.ids, False]),
            ],
            limit=MOST_LIKELY,
        )
        return self.env["res.partner"].search([("id", "in", identities.partner_id.ids)])

    def action_use_likely_customer(self):
        """Make the likely customer the customer of the lead."""
        for lead in self:
            if lead.likely_customer_id:
                lead.partner_id = lead.likely_customer_id

    # ------------------------------------------------------------------
    # Data quality
    # ------------------------------------------------------------------

    @api.model
    def _data_quality_columns(self):
        return [
            *super()._data_quality_columns(),
            "email_from",
            "contact_name",
            "partner_name",
            "country_id",
            "partner_id",
            "company_id",
            "won_status",
            "date_last_stage_update",
            "write_date",
        ]

    @api.model
    def _data_quality_checks(self, alias):
        def column(name):
            return SQL("%s.%s", alias, SQL.identifier(name))

        return [
            *super()._data_quality_checks(alias),
            *channel_checks(self.env, alias, column("email_from"), column("phone")),
            *self._refusal_checks(column),
            Check(
                "complete",
                "no_name",
                20,
                self.env._("Neither a person nor a company is named"),
                self.env._("Ask who it is."),
                SQL(
                    "(%s AND %s)",
                    empty(column("contact_name")),
                    empty(column("partner_name")),
                ),
            ),
            Check(
                "complete",
                "no_country",
                5,
                self.env._("No country"),
                self.env._("Choose it: it tells which phone numbers are right."),
                SQL("%s IS NULL", column("country_id")),
            ),
            Check(
                "current",
                "out_of_date",
                15,
                self.env._("Open, and untouched for 90 days"),
                self.env._("Ask whether it is still of interest, or close it."),
                SQL(
                    """
                    (%s = 'pending' AND GREATEST(%s, %s)
                        < (now() AT TIME ZONE 'UTC') - %s::interval)
                    """,
                    column("won_status"),
                    column("date_last_stage_update"),
                    column("write_date"),
                    CURRENT_FOR,
                ),
            ),
        ]

    @api.model
    def _refusal_checks(self, column):
        """What the contact of the lead refuses, or who has its e-mail address.

        People call leads and write them e-mails: other channels would cost a list more.
        """
        addresses = {
            "phone": filled(column("phone")),
            "email": filled(column("email_normalized")),
        }
        own = SQL("consent.partner_id = %s", column("partner_id"))
        known = SQL(
            """
            consent.partner_id IN (
                SELECT known.partner_id FROM crm_customer_identity known
                 WHERE known.kind = 'email' AND known.normalized = %s AND known.active
                   AND (known.company_id IS NULL OR known.company_id = %s))
            """,
            column("email_normalized"),
            column("company_id"),
        )
        return consent_checks(
            self.env,
            addresses,
            lambda id_: SQL(
                "CASE WHEN %s IS NULL THEN %s ELSE %s END",
                column("partner_id"),
                refuses(known, id_),
                refuses(own, id_),
            ),
        )
