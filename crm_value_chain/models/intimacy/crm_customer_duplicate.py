from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import format_date

from . import duplicate_words

COMPARED = (
    "name",
    "is_company",
    "parent_id",
    "email",
    "phone",
    "vat",
    "ref",
    "street",
    "street2",
    "zip",
    "city",
    "state_id",
    "country_id",
    "function",
    "website",
    "lang",
    "category_id",
    "user_id",
    "company_id",
    "create_date",
    "write_date",
)


class CrmCustomerDuplicate(models.Model):
    """Two contacts that may be one customer, and what people decided about them."""

    _name = "crm.customer.duplicate"
    _description = "Likely Duplicate"
    _order = "score desc, id"
    _rec_names_search = ["partner_a_id", "partner_b_id"]

    partner_a_id = fields.Many2one(
        "res.partner",
        "Contact",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    partner_b_id = fields.Many2one(
        "res.partner",
        "Other Contact",
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Empty once the two are merged.",
    )
    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        ondelete="cascade",
        help="Empty: contacts that all companies share.",
    )
    score = fields.Float(
        "Likelihood",
        readonly=True,
        aggregator="avg",
        help="How likely both are the same customer, by all that agrees and differs.",
    )
    levels = fields.Json(readonly=True, help="How far each field agrees.")
    reasons = fields.Char(
        "Why", compute="_compute_reasons", help="What speaks for one customer."
    )
    doubts = fields.Char(
        "What Differs", compute="_compute_reasons", help="What speaks against it."
    )
    state = fields.Selection(
        [
            ("open", "To Decide"),
            ("dismissed", "Not the Same"),
            ("merged", "Merged"),
        ],
        "Status",
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, ondelete="set null"
    )
    decided_on = fields.Datetime(readonly=True)
    scan_id = fields.Many2one("crm.duplicate.scan", readonly=True, ondelete="set null")
    can_merge = fields.Boolean(compute="_compute_can_merge")
    merge_hint = fields.Char(
        compute="_compute_can_merge", help="What stands in the way of merging them."
    )
    comparison = fields.Html(compute="_compute_comparison", sanitize=False)

    _pair_unique = models.UniqueIndex("(partner_a_id, partner_b_id)")

    @api.depends("partner_a_id", "partner_b_id")
    def _compute_display_name(self):
        for pair in self:
            names = pair.partner_a_id.display_name, pair.partner_b_id.display_name
            pair.display_name = " / ".join(filter(None, names))

    @api.depends("levels")
    @api.depends_context("lang")
    def _compute_reasons(self):
        for_it = duplicate_words.sentences(self.env)
        against = duplicate_words.doubts(self.env)
        for pair in self:
            pair.reasons = duplicate_words.in_words(self.env, pair.levels, for_it)
            pair.doubts = duplicate_words.in_words(self.env, pair.levels, against)

    @api.depends("state", "partner_a_id.email", "partner_b_id.email")
    @api.depends_context("uid")
    def _compute_can_merge(self):
        allowed = self.env["base.partner.merge.automatic.wizard"].has_access("create")
        for pair in self:
            hint = False
            if not allowed:
                hint = self.env._(
                    "You may not merge contacts: ask somebody who may create them."
                )
            elif pair._emails_differ() and not self.env.is_admin():
                hint = self.env._(
                    "The e-mail addresses differ: Odoo lets only an administrator "
                    "merge such contacts. Correct the wrong address first."
                )
            pair.merge_hint = pair.state == "open" and hint
            pair.can_merge = pair.state == "open" and allowed

    def _emails_differ(self):
        return len({self.partner_a_id.email, self.partner_b_id.email}) > 1

    # ------------------------------------------------------------------
    # Side by side
    # ------------------------------------------------------------------

    @api.depends("partner_a_id", "partner_b_id")
    @api.depends_context("lang", "uid")
    def _compute_comparison(self):
        for pair in self:
            pair.comparison = self.env["ir.qweb"]._render(
                "crm_value_chain.duplicate_comparison",
                {
                    "one": pair.partner_a_id,
                    "other": pair.partner_b_id,
                    "lines": pair._comparison_lines(),
                },
            )

    def _comparison_lines(self):
        """Fields of both contacts: label, both values in words, whether they differ."""
        self.ensure_one()
        contacts = [self.partner_a_id, self.partner_b_id]
        lines = []
        for name in self._compared_fields():
            field = contacts[0]._fields[name]
            one, other = (self._in_words(contact, field) for contact in contacts)
            if one or other:
                label = field._description_string(self.env)
                differ = one.casefold().strip() != other.casefold().strip()
                lines.append(
                    {"label": label, "one": one, "other": other, "differ": differ}
                )
        return lines

    @api.model
    def _compared_fields(self):
        """Names of the fields of a contact that are shown side by side. A hook."""
        return COMPARED

    @api.model
    def _in_words(self, contact, field):
        if not contact:
            return ""
        value = contact[field.name]
        if field.type == "many2many":
            return ", ".join(value.mapped("display_name"))
        return value and self._plain(value, contact, field) or ""

    @api.model
    def _plain(self, value, contact, field):
        if field.type == "many2one":
            return value.display_name or ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.type == "datetime":
            return format_date(self.env, fields.Datetime.context_timestamp(self, value))
        if field.type == "boolean":
            return self.env._("Yes")
        return str(value)

    # ------------------------------------------------------------------
    # Deciding
    # ------------------------------------------------------------------

    def action_merge(self):
        """Open Odoo's own merge of the two contacts."""
        self.ensure_one()
        self._check_open()
        contacts = self.partner_a_id | self.partner_b_id
        contacts.check_access("read")
        self.env["base.partner.merge.automatic.wizard"].check_access("create")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "base.action_partner_merge"
        )
        return action | {
            "context": {"active_model": "res.partner", "active_ids": contacts.ids}
        }

    def action_dismiss(self):
        """Remember that two contacts are not the same customer."""
        self._decide("dismissed")

    def action_reopen(self):
        """Forget that two contacts were taken for different ones."""
        self.filtered(lambda pair: pair.state == "dismissed")._decide("open")

    def _decide(self, state):
        """Note what somebody decided who may see both contacts."""
        self.check_access("read")
        if not self.env["res.partner"].has_access("write"):
            raise UserError(
                self.env._("You may not change contacts: ask somebody who may.")
            )
        for pair in self:
            if pair.state == "merged":
                pair._check_open()
        self.sudo().write(
            {
                "state": state,
                "decided_by_id": self.env.uid if state != "open" else False,
                "decided_on": fields.Datetime.now() if state != "open" else False,
            }
        )

    def _check_open(self):
        if self.state == "merged" or not self.partner_b_id:
            raise UserError(self.env._("These contacts are merged already."))

    @api.model
    def action_find(self):
        """Look for duplicates in the background."""
        return self.env["crm.duplicate.scan"]._request()

    # ------------------------------------------------------------------
    # Merging
    # ------------------------------------------------------------------

    @api.model
    def _merge_pairs(self, sources, target):
        """Have pairs follow contacts that are merged.

        The pairs among them are done. What was decided about one that goes holds for
        the one that stays: who was not the same customer is not it now.
        """
        self.flush_model()
        ids = (sources | target).ids
        merged = self.search([("partner_a_id", "in", ids), ("partner_b_id", "in", ids)])
        merged.write(
            {
                "state": "merged",
                "partner_a_id": target.id,
                "partner_b_id": False,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
            }
        )
        self.flush_model()
        rank = SQL("ARRAY_POSITION(ARRAY['dismissed', 'open', 'merged'], state::text)")
        others = SQL(
            "CASE WHEN partner_a_id = ANY(%(ids)s) THEN partner_b_id"
            " ELSE partner_a_id END",
            ids=ids,
        )
        self.env.cr.execute(
            SQL(
                """
                WITH kept AS (
                    SELECT DISTINCT ON (%(others)s) id, %(others)s AS other
                      FROM crm_customer_duplicate
                     WHERE partner_b_id IS NOT NULL
                       AND (partner_a_id = ANY(%(ids)s) OR partner_b_id = ANY(%(ids)s))
                     ORDER BY %(others)s, %(rank)s, score DESC)
                DELETE FROM crm_customer_duplicate d
                 WHERE partner_b_id IS NOT NULL
                   AND (partner_a_id = ANY(%(ids)s) OR partner_b_id = ANY(%(ids)s))
                   AND NOT EXISTS (SELECT FROM kept WHERE kept.id = d.id)
                """,
                others=others,
                ids=ids,
                rank=rank,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_customer_duplicate
                   SET partner_a_id = LEAST(%(target)s, %(others)s),
                       partner_b_id = CASE WHEN partner_b_id IS NOT NULL
                                      THEN GREATEST(%(target)s, %(others)s) END
                 WHERE partner_a_id = ANY(%(ids)s) OR partner_b_id = ANY(%(ids)s)
                """,
                target=target.id,
                others=others,
                ids=ids,
            )
        )
        self.invalidate_model()
