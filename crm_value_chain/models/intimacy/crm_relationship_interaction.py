from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import SQL, OrderedSet

COLLECTIONS = (list, tuple, set, frozenset, OrderedSet)
# what tells the subject of an interaction better than the name of its document
TITLES = {
    "message": ("mail.message", "subject"),
    "activity": ("mail.activity", "display_name"),
}
DIRECTIONS = [("in", "From the Customer"), ("out", "To the Customer"), ("both", "Both")]


class Rows(tuple):
    """Ids of the only interactions that are asked for, in the context."""


class CrmRelationshipInteraction(models.Model):
    """Each exchange with a customer once: e-mail, call, meeting, order, invoice …

    That there was one, when and on which channel sees everybody who may see the
    customer. What it was about, and the document, only who may read that document.
    """

    _name = "crm.relationship.interaction"
    _description = "Interaction with a Customer"
    _auto = False
    _order = "date desc, id desc"
    _rec_names_search = ["commercial_partner_id"]

    partner_id = fields.Many2one(
        "res.partner", "Contact", readonly=True, help="With whom it was."
    )
    commercial_partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, help="To whom the contact belongs."
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    date = fields.Datetime(readonly=True)
    channel_id = fields.Many2one("crm.interaction.channel", readonly=True)
    direction = fields.Selection(DIRECTIONS, readonly=True)
    source = fields.Selection(
        [
            ("message", "E-Mail or Message"),
            ("activity", "Activity Done"),
            ("meeting", "Meeting"),
            ("order", "Sales Order"),
            ("invoice", "Invoice or Credit Note"),
            ("history", "Historical Purchase"),
        ],
        readonly=True,
    )
    user_id = fields.Many2one("res.users", "Handled by", readonly=True)
    cost = fields.Monetary(
        readonly=True,
        groups="crm_value_chain.group_profitability",
        help="What one interaction on this channel costs, as the channel says.",
    )
    # what the exchange is about: not for reading, nor for searching and grouping,
    # as that would tell of documents that the user may not see
    res_model = fields.Char(readonly=True, groups=NO_ACCESS)
    res_id = fields.Integer(readonly=True, groups=NO_ACCESS)
    origin_id = fields.Integer(readonly=True, groups=NO_ACCESS)
    subject = fields.Char(compute="_compute_document")
    about = fields.Char(compute="_compute_about")
    document_model = fields.Char(compute="_compute_document")
    document_id = fields.Integer(compute="_compute_document", aggregator=None)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT t.*, (channel.cost ->> COALESCE(t.company_id, %s)::text)::numeric
                        AS cost
              FROM (%s) t
              LEFT JOIN crm_interaction_channel channel ON channel.id = t.channel_id
            """,
            self.env.company.id,
            self._interactions(),
        )

    # ------------------------------------------------------------------
    # Some by their ids: found in the tables behind, without reading all of them
    # ------------------------------------------------------------------

    @api.model
    def _search(self, domain, *args, **kwargs):
        ids = _ids_in(Domain(domain))
        model = self if ids is None else self._narrowed(ids)
        return super(CrmRelationshipInteraction, model)._search(domain, *args, **kwargs)

    def _as_query(self, ordered=True):
        narrowed = self._narrowed(self._ids)
        return super(CrmRelationshipInteraction, narrowed)._as_query(ordered)

    def _narrowed(self, ids):
        """The model whose table holds no more than the rows of some ids."""
        return self.with_context(value_chain_interactions=Rows(ids))

    # ------------------------------------------------------------------
    # What it was about, for who may know
    # ------------------------------------------------------------------

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for interaction in self:
            company = interaction.company_id or self.env.company
            interaction.currency_id = company.sudo().currency_id

    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_document(self):
        """Subject and document of those whose document the user may read."""
        hidden = self
        origins = self.sudo()
        origins.fetch(["source", "res_model", "res_id", "origin_id"])
        for model, group in origins.grouped("res_model").items():
            names = self._readable(model, group.mapped("res_id"))
            shown = group.filtered(lambda each, names=names: each.res_id in names)
            titles = shown._titles()
            for origin in shown:
                interaction = origin.sudo(self.env.su)
                interaction.subject = titles.get(origin.id) or names[origin.res_id]
                interaction.document_model = model
                interaction.document_id = origin.res_id
                hidden -= interaction
        hidden.subject = hidden.document_model = hidden.document_id = False

    @api.model
    def _readable(self, model, ids):
        """Documents that the user finds, with their names.

        :rtype: dict[int, str]
        """
        if model not in self.env or not self.env[model].has_access("read"):
            return {}
        documents = self.env[model].with_context(active_test=False)
        found = documents.search_fetch([("id", "in", ids)], ["display_name"])
        return {document.id: document.display_name for document in found}

    def _titles(self):
        """What messages and activities say that they are about, as superuser.

        A message is named by its subject or its document, never by its text.

        :rtype: dict[int, str]
        """
        titles = {}
        for source, (model, name) in TITLES.items():
            group = self.filtered(lambda each, source=source: each.source == source)
            if not group:
                continue
            records = self.env[model].with_context(active_test=False)
            found = records.search_fetch(
                [("id", "in", group.mapped("origin_id"))], [name]
            )
            known = {record.id: record[name] for record in found}
            titles |= {each.id: known.get(each.origin_id) for each in group}
        return titles

    @api.depends("subject")
    @api.depends_context("lang")
    def _compute_about(self):
        for interaction in self:
            interaction.about = interaction.subject or self.env._("(not yours to read)")

    @api.depends("subject", "channel_id")
    def _compute_display_name(self):
        for interaction in self:
            interaction.display_name = (
                interaction.subject or interaction.channel_id.name or ""
            )

    def action_open_document(self):
        """Open what the interaction is about.

        :raises AccessError: if the user may not read it
        """
        self.ensure_one()
        if not self.document_model:
            raise AccessError(
                self.env._(
                    "You may see that there was an exchange, but not its content."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self.document_model,
            "res_id": self.document_id,
            "views": [(False, "form")],
        }


def _ids_in(domain):
    """The ids that a domain leaves at most; None if it does not say."""
    is_all_of = getattr(domain, "OPERATOR", None) == "&"
    for part in domain.children if is_all_of else (domain,):
        if getattr(part, "field_expr", None) != "id":
            continue
        if part.operator == "=" and isinstance(part.value, int):
            return [part.value]
        if part.operator == "in" and isinstance(part.value, COLLECTIONS):
            return [id_ for id_ in part.value if isinstance(id_, int)]
    return None
