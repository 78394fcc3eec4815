from odoo import api, fields, models
from odoo.tools import SQL, format_date


class CrmNetworkSide(models.Model):
    """A relation as it looks from one of its two ends: a view, each relation twice."""

    _name = "crm.network.side"
    _description = "Network Relation, from One End"
    _auto = False
    _order = "date_to desc nulls first, date_from desc nulls last, id"
    _rec_name = "type_id"
    _rec_names_search = ["partner_id", "type_id", "other_partner_id"]
    _depends = {
        "crm.network.relation": [
            "company_id",
            "partner_id",
            "other_partner_id",
            "type_id",
            "date_from",
            "date_to",
        ]
    }

    relation_id = fields.Many2one("crm.network.relation", "Noted as", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)
    other_partner_id = fields.Many2one("res.partner", "Related to", readonly=True)
    type_id = fields.Many2one("crm.network.relation.type", readonly=True)
    is_inverse = fields.Boolean("Told the Other Way Round", readonly=True)
    label = fields.Char("Relation", compute="_compute_label")
    date_from = fields.Date("From", readonly=True)
    date_to = fields.Date("To", readonly=True)
    note = fields.Char(related="relation_id.note")
    is_present = fields.Boolean(related="relation_id.is_present", string="At Present")

    @property
    def _table_query(self):
        return SQL("%s UNION ALL %s", self._ends(False), self._ends(True))

    @api.model
    def _ends(self, is_inverse):
        """Query of all relations as seen from the first, or from the second."""
        ends = ["partner_id", "other_partner_id"]
        first, second = (
            SQL.identifier(end) for end in ends[:: -1 if is_inverse else 1]
        )
        return SQL(
            """
            SELECT id * 2 + %(inverse)s AS id, id AS relation_id, company_id, type_id,
                   %(first)s AS partner_id, %(second)s AS other_partner_id,
                   %(inverse)s = 1 AS is_inverse, date_from, date_to
              FROM crm_network_relation
            """,
            inverse=int(is_inverse),
            first=first,
            second=second,
        )

    @api.depends("type_id", "is_inverse")
    @api.depends_context("lang")
    def _compute_label(self):
        for side in self:
            kind = side.type_id
            side.label = kind.inverse_name if side.is_inverse else kind.name

    @api.model
    def _of(self, partners):
        """Relations of contacts, and of the people of those that are companies."""
        return self.search(
            [
                "|",
                ("partner_id", "in", partners.ids),
                ("partner_id.commercial_partner_id", "in", partners.ids),
            ]
        )

    def _lines(self, contact):
        """These relations in the customer view of one of their ends, past ones last.

        Like any name in Odoo: who sees the relation sees whom it is with.
        """
        lines = []
        for side in self.sorted(lambda side: not side.is_present):
            other = side.other_partner_id.sudo()
            words = [side.label, other.display_name]
            if side.partner_id != contact:
                words = [side.partner_id.sudo().display_name, *words]
            lines.append(
                {
                    "text": " ".join(words),
                    "detail": ", ".join(filter(None, [side._period(), side.note])),
                    "tone": None if side.is_present else "muted",
                    "model": other._name,
                    "id": other.id,
                }
            )
        return lines

    def _period(self):
        """Since and until when, in words; empty where nobody knows."""
        days = {
            name: format_date(self.env, self[name]) for name in ("date_from", "date_to")
        }
        if all(days.values()):
            return self.env._("%(date_from)s to %(date_to)s", **days)
        if days["date_from"]:
            return self.env._("since %s", days["date_from"])
        return self.env._("until %s", days["date_to"]) if days["date_to"] else ""

    def action_open_relation(self):
        """Open the relation itself, to change it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Relation"),
            "res_model": "crm.network.relation",
            "res_id": self.relation_id.id,
            "views": [(False, "form")],
            "target": "new",
        }
