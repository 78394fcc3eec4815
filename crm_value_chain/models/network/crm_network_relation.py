from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CrmNetworkRelation(models.Model):
    """A dated relation between two members or customers.

    It is stored once, from the first to the second; `crm.network.side` tells it from
    either end.
    """

    _name = "crm.network.relation"
    _inherit = ["crm.period", "crm.noted"]
    _description = "Network Relation"
    _check_company_auto = True
    _order = "date_from desc, id desc"
    _rec_names_search = ["partner_id", "type_id", "other_partner_id"]

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    type_id = fields.Many2one(
        "crm.network.relation.type", "Relation", required=True, ondelete="restrict"
    )
    other_partner_id = fields.Many2one(
        "res.partner",
        "Related to",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    type_name = fields.Char(
        related="type_id.name", string="Is Related as", help="The contact to the other."
    )
    note = fields.Char(help="What else there is to know of it.")

    # what two note at the same moment, neither of them sees: see _check_doubles
    _begins_once = models.UniqueIndex(
        "(company_id, type_id, partner_id, other_partner_id,"
        " COALESCE(date_from, '-infinity'))",
        "This relation is noted already for this time: change that.",
    )

    @api.constrains("partner_id", "other_partner_id")
    def _check_ends(self):
        for relation in self:
            if relation.partner_id == relation.other_partner_id:
                raise ValidationError(
                    self.env._(
                        "%s cannot be related to itself: choose another contact.",
                        relation.partner_id.display_name,
                    )
                )

    @api.constrains(
        "company_id",
        "partner_id",
        "other_partner_id",
        "type_id",
        "date_from",
        "date_to",
    )
    def _check_doubles(self):
        # as superuser: a double is one whether or not the user may see the other
        for relation in self.sudo():
            if relation._doubles():
                raise ValidationError(
                    self.env._(
                        "“%(relation)s” is noted already for this time: change that.",
                        relation=relation.display_name,
                    )
                )

    def _doubles(self):
        """Relations that say the same as this one, at least for a day."""
        self.ensure_one()
        ends = self._between(self.partner_id, self.other_partner_id)
        if self.type_id.is_symmetric:
            ends |= self._between(self.other_partner_id, self.partner_id)
        period = self._overlapping(self.date_from, self.date_to)
        same = Domain("type_id", "=", self.type_id.id)
        same &= Domain("company_id", "=", self.company_id.id)
        same &= Domain("id", "!=", self._origin.id)
        return self.search(same & ends & period, limit=1)

    @api.model
    def _between(self, first, second):
        return Domain("partner_id", "=", first.id) & Domain(
            "other_partner_id", "=", second.id
        )

    @api.depends("partner_id", "type_id.name", "other_partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        # like any name in Odoo: who sees the relation sees whom it is between
        for relation in self.sudo():
            relation.display_name = " ".join(
                filter(
                    None,
                    (
                        relation.partner_id.display_name,
                        relation.type_id.name,
                        relation.other_partner_id.display_name,
                    ),
                )
            )
