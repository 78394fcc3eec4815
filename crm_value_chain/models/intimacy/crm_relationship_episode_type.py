from odoo import api, fields, models
from odoo.exceptions import UserError

NATURES = [("task", "Task"), ("social", "Social")]


class CrmRelationshipEpisodeType(models.Model):
    """A kind of episode: a purchase, a complaint, a round of golf."""

    _name = "crm.relationship.episode.type"
    _inherit = ["crm.named"]
    _description = "Kind of Episode"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    nature = fields.Selection(
        NATURES,
        required=True,
        default="task",
        help="Task: something is to be done. Social: people meet for its own sake.",
    )
    icon = fields.Char(
        default="fa-flag-o", help="Name of a Font Awesome icon, such as fa-handshake-o."
    )
    sequence = fields.Integer(default=50)
    active = fields.Boolean(default=True)

    @api.model
    def _id_of(self, code):
        """Id of a kind that documents open; None where somebody deleted it."""
        return (
            self.env["ir.model.data"]._xmlid_to_res_id(
                f"crm_value_chain.episode_type_{code}"
            )
            or None
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_documents(self):
        """Keep the kinds that documents open.

        :raises UserError: if one of these is such a kind
        """
        kinds = self._of_documents()
        if self & kinds:
            raise UserError(
                self.env._(
                    "Documents open episodes of this kind (%s): archive it instead.",
                    ", ".join((self & kinds).mapped("name")),
                )
            )

    @api.model
    def _of_documents(self):
        codes = ("quotation", "purchase", "enquiry", "opportunity")
        return self.browse(filter(None, map(self._id_of, codes)))
