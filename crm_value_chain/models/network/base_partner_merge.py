from odoo import models


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Merge members and relations first: nobody is related to itself."""
        self.env["crm.network.member"].sudo()._merge_members(src_partners, dst_partner)
        relations = self.env["crm.network.relation"].sudo()
        relations._merge_ends(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
