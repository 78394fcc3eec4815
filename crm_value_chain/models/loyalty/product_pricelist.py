from odoo import api, models
from odoo.fields import Domain


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    @api.model
    def _get_partner_pricelist_multi(self, partner_ids):
        """Members have the pricelist of their tier, unless they have one of their own.

        :rtype: dict[int, product.pricelist]
        """
        result = super()._get_partner_pricelist_multi(partner_ids)
        if not self.env["res.groups"]._is_feature_enabled(
            "product.group_product_pricelist"
        ):
            return result
        programs = self.env["loyalty.program"].sudo()._tiered(self.env.company)
        programs = programs.filtered(lambda p: p.sale_ok and p._is_running())
        if not programs.tier_ids.pricelist_id:
            return result
        contacts = self.env["res.partner"].with_context(active_test=False)
        partners = contacts.browse(partner_ids).filtered(
            lambda p: not p.specific_property_product_pricelist.active
        )
        # a pricelist may have gone to another company since the tier got it
        usable = Domain("active", "=", True) & Domain(
            self._check_company_domain(self.env.company)
        )
        for partner, tiers in programs._tiers_of(partners).items():
            if pricelist := tiers.pricelist_id.filtered_domain(usable)[:1]:
                result[partner.id] = pricelist.sudo(False)
        return result
