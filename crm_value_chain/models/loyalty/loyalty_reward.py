from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .loyalty_program import USER


class LoyaltyReward(models.Model):
    _inherit = "loyalty.reward"

    tier_id = fields.Many2one(
        "loyalty.tier",
        "Open from Tier",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        domain="[('program_id', '=', program_id)]",
        groups=USER,
        help="Only members of this tier or a higher one can claim the reward. Empty: "
        "everybody can.",
    )

    @api.constrains("tier_id", "program_id")
    def _check_tier_id(self):
        for reward in self.sudo().filtered("tier_id"):
            if reward.tier_id.program_id != reward.program_id:
                raise ValidationError(
                    self.env._(
                        "The reward %(reward)s opens from a tier of another program, "
                        "%(program)s.",
                        reward=reward.description,
                        program=reward.tier_id.program_id.name,
                    )
                )

    def _worth(self, purchase):
        """What the reward is worth, in the currency of the program.

        :param float purchase: amount of the purchase on which it is claimed
        :return: 0 of a reward that is not `_is_priced`
        """
        self.ensure_one()
        if not self._is_priced():
            return 0.0
        if self.reward_type == "product":
            product = self.reward_product_ids[:1]
            price = product.currency_id._convert(
                product.lst_price, self.currency_id, self.env.company
            )
            return price * self.reward_product_qty
        if self.discount_mode == "percent":
            worth = purchase * self.discount / 100
        elif self.discount_mode == "per_point":
            worth = self.discount * self.required_points
        else:
            worth = self.discount
        return min(worth, self.discount_max_amount or worth)

    def _is_priced(self):
        """Whether anybody can tell what it is worth: not of free delivery, say."""
        return self.reward_type in ("product", "discount")

    def _is_open_to(self, membership):
        """Whether a member (or nobody's membership) may claim this reward."""
        self.ensure_one()
        if not self.tier_id:
            return True
        tier = membership.tier_id
        return bool(tier) and tier._key() >= self.tier_id._key()
