from odoo import models


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Keep one row of preferences, and the strictest of the last wishes."""
        preferences = self.env["crm.contact.preference"].sudo()
        preferences._merge_preferences(src_partners, dst_partner)
        consents = self.env["crm.contact.consent"].sudo()
        strictest = consents._strictest(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        consents.create(strictest)
        return result
