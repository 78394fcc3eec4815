from odoo import models


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Merge the memberships first: of two in a program only one can stay."""
        members = self.env["loyalty.membership"].sudo()
        members._merge_members(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
