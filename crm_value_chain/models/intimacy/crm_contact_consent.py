from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

STATES = [("given", "Given"), ("refused", "Refused"), ("withdrawn", "Withdrawn")]
PURPOSES = [
    ("contact", "Any Contact"),
    ("marketing", "Advertising and News"),
    ("survey", "Surveys"),
]
HOW = [
    ("form", "Form or Website"),
    ("email", "E-Mail"),
    ("phone", "By Phone"),
    ("person", "In Person"),
    ("contract", "Contract"),
    ("merge", "Merged Contacts"),
    ("other", "Other"),
]
AGAINST = ("refused", "withdrawn")
BLACKLISTING = ("contact", "marketing")


class CrmContactConsent(models.Model):
    """What a person allowed or forbade us, with its proof: an entry is never changed.

    The newest entry of a channel and purpose holds. It proves what we may do, so that
    it stays when a customer refuses profiling, and goes only with the contact.
    """

    _name = "crm.contact.consent"
    _inherit = ["crm.noted"]
    _description = "Consent"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, index=True, ondelete="cascade"
    )
    channel_id = fields.Many2one(
        "crm.interaction.channel",
        required=True,
        domain=[("is_reachable", "=", True)],
        ondelete="restrict",
    )
    purpose = fields.Selection(PURPOSES, required=True, default="contact")
    state = fields.Selection(STATES, "Answer", required=True, default="given")
    date = fields.Date(required=True, default=fields.Date.context_today)
    valid_until = fields.Date(
        help="Consent that ends by itself. Empty: until withdrawn."
    )
    obtained = fields.Selection(HOW, "How", required=True, default="person")
    proof = fields.Text(
        help="What was said or ticked, by whom and where: what shows that it is true."
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Proof Documents", bypass_search_access=True
    )
    is_current = fields.Boolean(
        "Holds",
        compute="_compute_is_current",
        search="_search_is_current",
        help="The newest entry of this channel and purpose, if it is still valid.",
    )
    is_blocked = fields.Boolean(
        compute="_compute_is_blocked",
        help="Consent was given, but the address is still on Odoo's blacklist.",
    )

    _newest = models.Index("(partner_id, channel_id, purpose, date DESC, id DESC)")

    @api.constrains("date", "valid_until")
    def _check_dates(self):
        today = max(fields.Date.today(), fields.Date.context_today(self))
        if any(consent.date > today for consent in self):
            raise ValidationError(self.env._("Nobody has consented in the future yet."))
        if any(c.valid_until and c.valid_until < c.date for c in self):
            raise ValidationError(
                self.env._(
                    "A consent ends on the day it was given, or later: look at the "
                    "dates."
                )
            )

    @api.constrains("channel_id")
    def _check_channel(self):
        """Refuse consent to what reaches nobody, such as an order.

        What merged contacts refused holds, whatever channels are chosen by now.
        """
        for consent in self:
            if consent.obtained != "merge" and not consent.channel_id.is_reachable:
                raise ValidationError(
                    self.env._(
                        "Nobody is reached by: %s. Choose a channel on which people "
                        "can be reached.",
                        consent.channel_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Note what people said; refused e-mails go on Odoo's blacklist as well."""
        consents = super().create(vals_list)
        consents._keep_proof()
        consents._tell_blacklist()
        return consents

    def write(self, vals):
        """Refuse all changes: a new entry says what holds from now on.

        :raises UserError: always, for people
        """
        if vals and not self.env.su:
            raise UserError(
                self.env._(
                    "What somebody once said stays as it was noted. Note beside it "
                    "what holds now: the newest entry counts."
                )
            )
        return super().write(vals)

    def _keep_proof(self):
        """Bind the documents to their entries: who sees these sees them.

        A document that belongs elsewhere stays there; a copy of it is the proof.
        """
        for consent in self.sudo().filtered("attachment_ids"):
            documents = consent.attachment_ids
            changeable = documents.sudo(self.env.su)._filtered_access("write")
            new = documents.filtered(lambda d, c=changeable: d in c and not d.res_id)
            place = {"res_model": self._name, "res_id": consent.id, "public": False}
            new.write(place)
            if documents - new:
                copies = [document.copy(place).id for document in documents - new]
                consent.write({"attachment_ids": [Command.set([*new.ids, *copies])]})

    # ------------------------------------------------------------------
    # Which entry holds
    # ------------------------------------------------------------------

    @api.model
    def _current_sql(self, condition):
        """Query of the ids of the entries that hold: of one day, the last one noted.

        :param SQL condition: on the table ``consent``
        """
        return SQL(
            """
            SELECT newest.id FROM (
                SELECT DISTINCT ON (consent.partner_id, consent.channel_id,
                                    consent.purpose)
                       consent.id, consent.valid_until
                  FROM crm_contact_consent consent
                 WHERE %s
                 ORDER BY consent.partner_id, consent.channel_id, consent.purpose,
                          consent.date DESC, consent.id DESC) newest
             WHERE newest.valid_until IS NULL OR newest.valid_until >= %s
            """,
            condition,
            fields.Date.today(),
        )

    @api.depends("partner_id", "channel_id", "purpose", "date", "valid_until")
    def _compute_is_current(self):
        self.flush_model()
        condition = SQL("consent.partner_id = ANY(%s)", self.partner_id.ids)
        rows = self.env.execute_query(self._current_sql(condition))
        current = {id_ for (id_,) in rows}
        for consent in self:
            consent.is_current = consent._origin.id in current

    @api.model
    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        current = Domain("id", "in", self._current_sql(SQL("TRUE")))
        return current if True in value else ~current

    @api.model
    def _holding(self, partners):
        """Entries that hold for some people, as far as the user may read them."""
        self.flush_model()
        condition = SQL("consent.partner_id = ANY(%s)", partners._origin.ids)
        ids = [id_ for (id_,) in self.env.execute_query(self._current_sql(condition))]
        return self.browse(ids).sorted(lambda c: (c.date, c.id), reverse=True)

    @api.model
    def _refused_by_people_of(self, customers):
        """Who refuses to be contacted how, in sentences, by id of the customer.

        :rtype: dict[int, list[str]]
        """
        self.flush_model()
        people = SQL(
            "consent.purpose = 'contact' AND consent.partner_id IN"
            " (SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s))",
            customers.ids,
        )
        holding = self.env.execute_query(self._current_sql(people))
        refused = {}
        for consent in self.browse([id_ for (id_,) in holding]):
            if consent.state in AGAINST:
                person = consent.partner_id
                # other addresses need no name
                name = person.name or person.display_name
                sentence = f"{name}: {consent._in_words()}"
                customer = person.commercial_partner_id
                refused.setdefault(customer.id, []).append(sentence)
        return refused

    @api.depends("state", "channel_id", "purpose", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for consent in self:
            # none while it is being written: Odoo then says "New"
            consent.display_name = consent._in_words() if consent.channel_id else False

    def _in_words(self):
        """One sentence: refused phone calls on 3 May, say."""
        self.ensure_one()
        about = self.channel_id.name
        if self.purpose != "contact":
            purposes = dict(self._fields["purpose"]._description_selection(self.env))
            about = f"{about} ({purposes[self.purpose]})"
        values = {"about": about, "day": format_date(self.env, self.date)}
        if self.state == "given":
            return self.env._("%(about)s: allowed on %(day)s", **values)
        if self.state == "refused":
            return self.env._("%(about)s: refused on %(day)s", **values)
        return self.env._("%(about)s: consent withdrawn on %(day)s", **values)

    def _missing_proof(self):
        """What to say of something allowed that nobody can show; else nothing."""
        is_bare = self.state == "given" and not (self.proof or self.attachment_ids)
        return self.env._("without proof") if is_bare else ""

    def _tone(self):
        """Tone of a line on an entry that holds."""
        if self.state in AGAINST:
            return "danger"
        return "warning" if self._missing_proof() else "success"

    # ------------------------------------------------------------------
    # Odoo's blacklist
    # ------------------------------------------------------------------

    @api.depends("state", "partner_id.email_normalized", "channel_id")
    def _compute_is_blocked(self):
        given = self.filtered(lambda c: c.state == "given" and c._is_about_mailings())
        emails = given.sudo().partner_id.mapped("email_normalized")
        entries = self.env["mail.blacklist"].sudo()
        blocked = entries.search([("email", "in", emails)]).mapped("email")
        for consent in self:
            email = consent.partner_id.sudo().email_normalized
            consent.is_blocked = consent in given and email in blocked

    def _is_about_mailings(self):
        """Whether Odoo's blacklist of e-mail addresses should say the same."""
        email = self.env["crm.interaction.channel"]._id_of("email")
        return self.channel_id.id == email and self.purpose in BLACKLISTING

    def _tell_blacklist(self):
        """Put the addresses of who refuses on the blacklist.

        Off it they come only by who may do so: it may hold them for other reasons.
        """
        entries = self.env["mail.blacklist"]
        for consent in self.filtered(lambda c: c._is_about_mailings()):
            email = consent.partner_id.sudo().email_normalized
            if not email or not consent.is_current:
                continue
            if consent.state in AGAINST:
                entries.sudo()._add(email, message=consent._in_words())
            elif consent.is_blocked and entries.has_access("write"):
                entries._remove(email, message=consent._in_words())

    # ------------------------------------------------------------------
    # Merged contacts
    # ------------------------------------------------------------------

    @api.model
    def _strictest(self, sources, target):
        """Entries to add when contacts merge: what any of them last refused holds.

        An entry that is over holds no more, but is the newest all the same.

        :param sources: contacts that are about to be merged
        :param target: the contact they become
        :return: values of entries
        """
        people = sources | target
        holding = self._holding(people)
        noted = self.search([("partner_id", "in", people.ids)])  # the newest first
        refused = []
        for (channel, purpose), group in noted.grouped(
            lambda c: (c.channel_id, c.purpose)
        ).items():
            against = (group & holding).filtered(lambda c: c.state in AGAINST)
            # of several refusals that which lasts longest
            against = against.sorted(
                lambda c: (not c.valid_until, c.valid_until), reverse=True
            )[:1]
            if not against or group[0] == against:
                continue
            refused.append(
                {
                    "partner_id": target.id,
                    "channel_id": channel.id,
                    "purpose": purpose,
                    "state": against.state,
                    "valid_until": against.valid_until,
                    "obtained": "merge",
                    "proof": self.env._(
                        "Of merged contacts the stricter wish holds. %(name)s: "
                        "%(wish)s.",
                        name=against.partner_id.display_name,
                        wish=against._in_words(),
                    ),
                }
            )
        return refused

    def action_withdraw(self):
        """Note that what holds is withdrawn, in a new entry."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Withdraw Consent"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_channel_id": self.channel_id.id,
                "default_purpose": self.purpose,
                "default_state": "withdrawn",
            },
        }
