from odoo import api, fields, models


class CrmValueContent(models.AbstractModel):
    """A part of a version of a value proposition: changed only while it is a draft."""

    _name = "crm.value.content"
    _inherit = ["crm.derived"]
    _description = "Content of a Value Proposition"

    version_id = fields.Many2one(
        "crm.value.proposition.version",
        required=True,
        index=True,
        ondelete="cascade",
    )
    proposition_id = fields.Many2one(
        related="version_id.proposition_id", store=True, index=True
    )
    company_id = fields.Many2one(related="version_id.company_id", store=True)
    version_state = fields.Selection(related="version_id.state", string="Status")

    @api.model_create_multi
    def create(self, vals_list):
        """Add content, to drafts only."""
        made = super().create(vals_list)
        made.version_id._check_draft()
        return made

    def write(self, vals):
        """Change content, of drafts only.

        :raises UserError: if a version is not a draft
        """
        self.version_id._check_draft()
        result = super().write(vals)
        if "version_id" in vals:
            self.version_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_of_drafts_only(self):
        self.version_id._check_draft()
