from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_round


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_confirm(self):
        result = super().action_confirm()
        self.env["loyalty.at.once"]._count_at_commit(self)
        return result

    def _action_cancel(self):
        result = super()._action_cancel()
        self.env["loyalty.at.once"]._count_at_commit(self)
        return result

    def _membership(self, program):
        """The customer's membership of a program, which may be empty.

        :param program: a program with tiers, of any kind of order
        """
        self.ensure_one()
        return program.sudo()._membership_of(self.partner_id)

    def _program_check_compute_points(self, programs):
        """Members of a tier earn its factor of the points."""
        result = super()._program_check_compute_points(programs)
        for program, status in result.items():
            if program.program_type == "loyalty" and any(status.get("points", ())):
                factor = self._membership(program).tier_id._factor()
                if factor != 1:
                    status["points"] = [
                        float_round(
                            points * factor, precision_digits=2, rounding_method="DOWN"
                        )
                        for points in status["points"]
                    ]
        return result

    def _get_claimable_rewards(self, forced_coupons=None):
        """Leave out the rewards that open only from a higher tier on."""
        claimable = super()._get_claimable_rewards(forced_coupons)
        for coupon, rewards in list(claimable.items()):
            open_rewards = rewards.filtered(self._is_open)
            if open_rewards:
                claimable[coupon] = open_rewards
            else:
                del claimable[coupon]
        return claimable

    def _is_open(self, reward):
        """Whether the customer's tier opens a reward."""
        tier = reward.sudo().tier_id
        return not tier or reward.sudo()._is_open_to(self._membership(tier.program_id))

    def _apply_program_reward(self, reward, coupon, **kwargs):
        """Refuse a reward of a higher tier, however it is claimed."""
        if not self._is_open(reward):
            return {"error": self._closed(reward)}
        return super()._apply_program_reward(reward, coupon, **kwargs)

    def _get_reward_line_values(self, reward, coupon, **kwargs):
        """Drop a reward from the quotation when the tier that opened it is lost.

        :raises UserError: which core takes for a reward that no longer applies
        """
        if not self._is_open(reward):
            raise UserError(self._closed(reward))
        return super()._get_reward_line_values(reward, coupon, **kwargs)

    def _closed(self, reward):
        return self.env._(
            "%(reward)s is open from the tier %(tier)s on.",
            reward=reward.description,
            tier=reward.sudo().tier_id.name,
        )
