from odoo import models


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Merge identities and pairs first: of two that are alike one can stay."""
        identities = self.env["crm.customer.identity"].sudo()
        identities._merge_identities(src_partners, dst_partner)
        pairs = self.env["crm.customer.duplicate"].sudo()
        pairs._merge_pairs(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
