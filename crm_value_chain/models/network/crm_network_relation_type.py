from odoo import api, fields, models


class CrmNetworkRelationType(models.Model):
    """How two contacts are related, in words from either end."""

    _name = "crm.network.relation.type"
    _inherit = ["crm.named"]
    _description = "Type of Network Relation"
    _order = "sequence, id"

    name = fields.Char(
        "Relation",
        required=True,
        translate=True,
        help="How a contact is related to the other: “recommended”.",
    )
    inverse_name = fields.Char(
        "Other Way Round",
        required=True,
        translate=True,
        help="How the other is related to the contact: “was recommended by”. The same "
        "words: the relation has no direction.",
    )
    is_symmetric = fields.Boolean(
        "Without Direction",
        compute="_compute_is_symmetric",
        help="Reads the same from both ends.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    relation_count = fields.Integer("Relations", compute="_compute_relation_count")

    @api.model
    def _naming_fields(self):
        return (*super()._naming_fields(), "inverse_name")

    @api.depends("name", "inverse_name")
    def _compute_is_symmetric(self):
        for kind in self:
            kind.is_symmetric = (kind.name or "").strip().casefold() == (
                kind.inverse_name or ""
            ).strip().casefold()

    @api.depends_context("uid")
    def _compute_relation_count(self):
        counts = dict(
            self.env["crm.network.relation"]._read_group(
                [("type_id", "in", self.ids)], ["type_id"], ["__count"]
            )
        )
        for kind in self:
            kind.relation_count = counts.get(kind._origin, 0)

    @api.depends("name", "inverse_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for kind in self:
            names = dict.fromkeys(filter(None, (kind.name, kind.inverse_name)))
            kind.display_name = " / ".join(names)
