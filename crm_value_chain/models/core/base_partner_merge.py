from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Merge the profiles first: of two in a company only one can stay."""
        profiles = self.env["crm.customer.profile"].sudo()
        profiles._merge_customers(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["crm.customer.stale"].sudo()._queue_partners(dst_partner)
        return result
