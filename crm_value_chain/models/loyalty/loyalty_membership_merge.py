from odoo import api, models
from odoo.tools import SQL

FALLING = ("grace_until", "notice_on", "kept_until")
GRANT = ("granted_tier_id", "grant_reason", "grant_until", "granted_by_id")


# a part of its own of what a membership does
# pylint: disable=consider-merging-classes-inherited
class LoyaltyMembership(models.Model):
    """Memberships of contacts that become one."""

    _inherit = "loyalty.membership"

    @api.model
    def _merge_members(self, sources, target):
        """Make one membership of each program out of those of merged contacts.

        What was counted stays counted; the higher tier and the better grant hold. The
        night places the member by all it bought together.

        :param sources: contacts that are about to be merged
        :param target: the contact they become
        """
        members = self.search([("partner_id", "in", (sources | target).ids)])
        for group in members.grouped("program_id").values():
            kept = group.filtered(lambda m: m.partner_id == target)[:1] or group[:1]
            for merged in group - kept:
                kept._take_over(merged)
            (group - kept).unlink()
            kept.partner_id = target

    def _take_over(self, merged):
        """Take ledger, history and rights of a membership about to go."""
        self.env.flush_all()
        for table in ("loyalty_qualification", "loyalty_tier_movement"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET membership_id = %s WHERE membership_id = %s",
                    SQL.identifier(table),
                    self.id,
                    merged.id,
                )
            )
        self.env.invalidate_all()
        before = self.tier_id
        self.joined_on = min(self.joined_on, merged.joined_on)
        self._take_earned(merged)
        self._take_granted(merged)
        self._take_tier(before, "merge")

    def _take_earned(self, merged):
        """Take over what another membership earned, if that is more."""
        mine, other = self.earned_tier_id, merged.earned_tier_id
        if other and (not mine or other._key() > mine._key()):
            self._take_fields(merged, "earned_tier_id", *FALLING)

    def _take_granted(self, merged):
        """Take over the grant of another membership, if it is higher, or longer."""
        mine, other = self.granted_tier_id, merged.granted_tier_id
        longer = other == mine and self._is_granted_longer(merged)
        if other and (not mine or longer or other._key() > mine._key()):
            self._take_fields(merged, *GRANT)

    def _take_fields(self, merged, *names):
        for name in names:
            self[name] = merged[name]

    def _is_granted_longer(self, merged):
        """Whether the grant of another membership ends later than this one's."""
        mine, other = self.grant_until, merged.grant_until
        return bool(mine) and (not other or other > mine)
