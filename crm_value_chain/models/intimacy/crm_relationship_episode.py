from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

OUTCOMES = [("good", "Good"), ("neutral", "Neutral"), ("bad", "Bad")]
SAID_BY_DOCUMENT = {
    "name",
    "partner_id",
    "company_id",
    "begin_date",
    "end_date",
    "order_id",
    "lead_id",
    "activity_id",
}


class CrmRelationshipEpisode(models.Model):
    """A stretch of a relationship: it has a name, a beginning, and mostly an end.

    People note episodes; orders, opportunities and complaints open and close theirs.
    """

    _name = "crm.relationship.episode"
    _inherit = ["crm.named"]
    _description = "Episode of a Relationship"
    _order = "begin_date desc, id desc"

    name = fields.Char(required=True)
    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, index=True, ondelete="cascade"
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer"
    )
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, ondelete="cascade"
    )
    type_id = fields.Many2one(
        "crm.relationship.episode.type",
        "Kind",
        required=True,
        index=True,
        ondelete="restrict",
    )
    nature = fields.Selection(related="type_id.nature")
    icon = fields.Char(related="type_id.icon")
    begin_date = fields.Datetime("Began", required=True, default=fields.Datetime.now)
    end_date = fields.Datetime("Ended", help="Empty while the episode is open.")
    is_open = fields.Boolean(
        "Open", compute="_compute_is_open", search="_search_is_open"
    )
    days = fields.Integer(
        compute="_compute_days", help="How long it took, or has been open by now."
    )
    outcome = fields.Selection(
        OUTCOMES, help="How it ended for the relationship, as far as we know."
    )
    outcome_note = fields.Char("What Came of It", help="In the words of who knows.")
    lost_reason_id = fields.Many2one(
        related="lead_id.lost_reason_id", help="Why the opportunity was lost."
    )
    description = fields.Text("Notes")
    user_id = fields.Many2one(
        "res.users",
        "Handled by",
        default=lambda self: self.env.user,
        ondelete="set null",
    )
    order_id = fields.Many2one("sale.order", readonly=True, ondelete="cascade")
    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", readonly=True, ondelete="cascade"
    )
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")
    is_followed = fields.Boolean(
        "Follows a Document",
        compute="_compute_is_followed",
        help="An order, an opportunity or an activity opens and closes it.",
    )

    is_shown = fields.Boolean(
        compute="_compute_is_shown",
        search="_search_is_shown",
        help="Whether the user may read the order or opportunity behind it, if any.",
    )

    _order_unique = models.UniqueIndex(
        "(order_id) WHERE order_id IS NOT NULL", "An order has one episode."
    )
    _lead_unique = models.UniqueIndex(
        "(lead_id) WHERE lead_id IS NOT NULL", "An opportunity has one episode."
    )
    _activity_unique = models.UniqueIndex(
        "(activity_id) WHERE activity_id IS NOT NULL", "An activity has one episode."
    )
    _open_episodes = models.Index("(partner_id) WHERE end_date IS NULL")

    @api.constrains("begin_date", "end_date")
    def _check_dates(self):
        if any(e.end_date and e.end_date < e.begin_date for e in self):
            raise ValidationError(
                self.env._(
                    "An episode ends when it begins, or later: look at the dates."
                )
            )

    @api.depends("end_date")
    def _compute_is_open(self):
        for episode in self:
            episode.is_open = not episode.end_date

    @api.model
    def _search_is_open(self, operator, value):
        if operator != "in":
            return NotImplemented
        is_open = Domain("end_date", "=", False)
        return is_open if True in value else ~is_open

    @api.depends("begin_date", "end_date")
    def _compute_days(self):
        now = fields.Datetime.now()
        for episode in self:
            begin = episode.begin_date or now
            episode.days = max(((episode.end_date or now) - begin).days, 0)

    @api.depends(lambda self: self._document_fields())
    def _compute_is_followed(self):
        names = self._document_fields()
        for episode in self:
            episode.is_followed = any(episode.sudo()[name] for name in names)

    @api.model
    def _document_fields(self):
        """Names of the fields that hold the document of an episode. A hook."""
        return ["order_id", "lead_id", "activity_id"]

    @api.model
    def _hiding_fields(self):
        """Names of the fields whose documents hide their episodes. A hook.

        A complaint concerns everybody who deals with the customer, wherever noted:
        what it is about only who may read that document, see `_activity_episodes`.
        """
        return ["order_id", "lead_id"]

    @api.depends(lambda self: self._hiding_fields())
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_shown(self):
        self.is_shown = True
        for name in self._hiding_fields():
            documents = self.sudo()[name].sudo(False)
            hidden = documents - documents._filtered_access("read")
            self.filtered(lambda e, n=name, h=hidden: e.sudo()[n] in h).is_shown = False

    @api.model
    def _search_is_shown(self, operator, value):
        if operator != "in":
            return NotImplemented
        shown = Domain.AND(map(self._shows_document, self._hiding_fields()))
        return shown if True in value else ~shown

    @api.model
    def _shows_document(self, name):
        """Domain of the episodes whose document of a field may be read, if any.

        Looked up for each episode: of the customer who is looked at there are few, and
        a million orders.
        """
        documents = self.env[self._fields[name].comodel_name].sudo(False)
        none = Domain(name, "=", False)
        if not documents.has_access("read"):
            return none

        def to_sql(model, alias, query):
            readable = documents.with_context(active_test=False)._search([])
            readable.add_where(
                SQL(
                    "%s = %s",
                    SQL.identifier(readable.table, "id"),
                    model._field_to_sql(alias, name, query),
                )
            )
            return SQL("EXISTS (%s)", readable.select())

        return none | Domain.custom(to_sql=to_sql)

    @api.depends("name", "type_id")
    def _compute_display_name(self):
        for episode in self:
            words = dict.fromkeys((episode.type_id.name, episode.name))
            episode.display_name = ": ".join(filter(None, words))

    # ------------------------------------------------------------------
    # People note, documents say
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Note episodes; only documents themselves claim theirs."""
        if not self.env.su:
            for name in self._document_fields():
                for vals in vals_list:
                    vals.pop(name, None)
        return super().create(vals_list)

    def write(self, vals):
        """Change episodes, but not what their documents say.

        :raises UserError: if a document says what somebody wants to change
        """
        if not self.env.su:
            self._check_said_by_document(vals)
            claimed = self._document_fields()
            vals = {name: vals[name] for name in vals if name not in claimed}
        result = super().write(vals)
        if not self.env.su:
            self.check_access("write")  # also of what they became
        return result

    def _check_said_by_document(self, vals):
        names = SAID_BY_DOCUMENT.union(self._document_fields())
        followed = self.filtered("is_followed")
        if followed.filtered(lambda e: e.sudo().order_id or e.sudo().lead_id):
            names = names | {"outcome"}
        if followed and vals.keys() & names:
            raise UserError(
                self.env._(
                    "“%s” follows its document: change it there, and the episode "
                    "does the same.",
                    followed[0].name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_followed(self):
        """Keep what documents say: it would come back.

        :raises UserError: if one of these follows a document
        """
        if not self.env.su and self.filtered("is_followed"):
            raise UserError(
                self.env._("An episode that follows a document goes with the document.")
            )

    def action_close(self):
        """End the episode now; how it ended people may say before or after."""
        for episode in self.filtered("is_open"):
            episode.end_date = max(fields.Datetime.now(), episode.begin_date)

    def _withdraw(self):
        """End those that are open: what they were about is nobody's task any more."""
        is_open = self.filtered("is_open")
        is_open.filtered(lambda e: not e.outcome).outcome = "neutral"
        is_open.filtered(lambda e: not e.outcome_note).outcome_note = self.env._(
            "Withdrawn"
        )
        is_open.action_close()

    def action_reopen(self):
        """Go on with an episode that seemed to be over."""
        self.write({"end_date": False, "outcome": False})

    def action_open_document(self):
        """Open the order, the opportunity or what the activity is about."""
        self.ensure_one()
        document = self._document()
        if not document:
            return False
        document.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "views": [(False, "form")],
        }

    def _document(self):
        """The document that this episode follows, as the user; None without."""
        episode = self.sudo()
        for name in self._document_fields():
            document = episode[name].sudo(self.env.su)
            if document and document._name == "mail.activity":
                activity = document.sudo()
                return self.env[activity.res_model].browse(activity.res_id)
            if document:
                return document
        return None
