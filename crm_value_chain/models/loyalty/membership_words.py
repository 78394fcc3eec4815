"""What a member needs for the next tier, and what keeps this one, in words."""

from odoo import fields


class MembershipWords:
    """Says where a member of a tiered program stands.

    :param member: a membership
    """

    def __init__(self, member):
        self.member = member
        self.program = member.program_id
        self.env = member.env

    def progress(self):
        """What is missing to the next tier."""
        member = self.member
        if not member.program_active:
            return self.env._("The program is archived: nobody moves.")
        if not member.next_tier_id:
            return self.env._("The highest tier is reached.")
        return self.env._(
            "%(missing)s more for %(tier)s",
            missing=self.program._in_words(member.missing),
            tier=member.next_tier_id.name,
        )

    def keeping(self):
        """What keeps the tier, or how long it is kept."""
        member = self.member
        if member.granted_tier_id and member.granted_tier_id == member.tier_id:
            if member.grant_until:
                return self.env._("Granted until %s.", self._day(member.grant_until))
            return self.env._("Granted by hand, without an end.")
        if not member.earned_tier_id.threshold or self.program.tier_demotion == "never":
            return self.env._("Kept for good.")
        if member.grace_until:
            return self.env._(
                "%(missing)s more until %(day)s, or the tier is lost.",
                missing=self.program._in_words(member.to_keep),
                day=self._day(member.grace_until),
            )
        if member.kept_until:
            return self.env._("Kept until %s.", self._day(member.kept_until))
        return self._years()

    def _years(self):
        """What has to be bought from now on to keep the tier."""
        member, tier = self.member, self.member.earned_tier_id
        if self.program.tier_period == "rolling":
            return self.env._(
                "Kept by %s in any twelve months.",
                self.program._in_words(tier.threshold),
            )
        end = fields.Date.add(member.period_start or member.joined_on, years=1, days=-1)
        if member.qualification >= tier.threshold:
            end = fields.Date.add(end, years=1)
            return self.env._("Kept until %s.", self._day(end))
        return self.env._(
            "%(missing)s more until %(day)s keep it for another year.",
            missing=self.program._in_words(tier.threshold - member.qualification),
            day=self._day(end),
        )

    def _day(self, day):
        return fields.Date.to_date(day).strftime(
            self.env["res.lang"]._get_data(code=self.env.lang or "en_US").date_format
        )
