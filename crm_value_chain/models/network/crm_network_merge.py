from odoo import api, models

from ..customer.joined_notes import joined

FACTS = ("user_id", "risk", "review_date")
NOTES = {"alternatives": "\n", "risk_reason": "; "}


# a part of its own of what a member does
# pylint: disable=consider-merging-classes-inherited
class CrmNetworkMember(models.Model):
    """Members whose contacts become one, or go."""

    _inherit = "crm.network.member"

    @api.model
    def _merge_members(self, sources, target):
        """Make one member of each company out of those of merged contacts.

        :param sources: contacts that are about to be merged
        :param target: the contact they become
        """
        members = self.with_context(active_test=False).search(
            [("partner_id", "in", (sources | target).ids)]
        )
        for group in members.grouped("company_id").values():
            kept = group.filtered(lambda m: m.partner_id == target)[:1] or group[:1]
            for merged in group - kept:
                kept._take_over(merged)
            (group - kept).unlink()
            kept.partner_id = target

    def _take_over(self, merged):
        """Take what is known of a member about to go, where it is not a double."""
        for lines in (merged.role_ids, merged.contribution_ids):
            for line in lines:
                double = line._double_at(self)
                if double:
                    double._learn_from(line)
                else:
                    line.member_id = self
        merged.promise_ids._hand_over(self)
        for model, name in (
            ("crm.lead", "network_member_id"),
            ("sale.order", "network_member_id"),
        ):
            documents = self.env[model].with_context(active_test=False)
            documents.search([(name, "=", merged.id)])[name] = self
        for order in self.env["sale.order"].search(
            [("delivery_member_ids", "=", merged.id)]
        ):
            order.delivery_member_ids |= self
        facts = {
            name: merged[name] for name in FACTS if merged[name] and not self[name]
        }
        facts |= {
            name: joined(self[name], merged[name], mark) for name, mark in NOTES.items()
        }
        if self.quality == "0":
            facts["quality"] = merged.quality
        if self.switching_weeks is False:  # zero weeks are known
            facts["switching_weeks"] = merged.switching_weeks
        self.write(facts | {"active": self.active or merged.active})
        merged.activity_ids.write({"res_id": self.id})
        merged.message_change_thread(self)
        documents = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", merged.id)]
        )
        documents.write({"res_id": self.id})


class CrmNetworkRole(models.Model):
    _inherit = "crm.network.role"

    def _double_at(self, member):
        """The same role that another member has at the same time."""
        same = self._overlapping(self.date_from, self.date_to)
        lines = member.role_ids.filtered_domain(same)
        return lines.filtered(self._is_double_of)[:1]

    def _learn_from(self, double):
        """Take what was agreed from a double, where nothing is, and what is expected.

        It lasts as long as both, unless there is a third for the rest of the time.
        """
        facts = {"brief": joined(self.brief, double.brief, "\n")}
        if not self._agreed():
            facts |= double._agreed()
            for name in ("agreement_file_name", "agreement_reminded"):
                facts[name] = double[name]
        self.write(facts)
        period = self._together(double)
        same = (self.member_id.role_ids - self).filtered(self._is_double_of)
        if not same.filtered_domain(self._overlapping(**period)):
            self.write(period)


class CrmNetworkContribution(models.Model):
    _inherit = "crm.network.contribution"

    def _double_at(self, member):
        """What another member contributes there in the same role."""

        def place(line):
            return (line.role, line.proposition_id, line.segment_id)

        return member.contribution_ids.filtered(lambda line: place(line) == place(self))

    def _learn_from(self, double):
        """Say what both do; without one of them we cannot do, so without this."""
        self.name = joined(self.name, double.name)
        self.is_critical |= double.is_critical


class CrmNetworkRelation(models.Model):
    _inherit = "crm.network.relation"

    @api.model
    def _merge_ends(self, sources, target):
        """Give a contact the relations of those that merge into it.

        Those between them vanish, and those that it has already.
        """
        everybody = sources | target
        touching = self.search(
            [
                "|",
                ("partner_id", "in", everybody.ids),
                ("other_partner_id", "in", everybody.ids),
            ],
            order="id",
        )
        within = touching.filtered(
            lambda r: r.partner_id in everybody and r.other_partner_id in everybody
        )
        within.unlink()
        for relation in touching - within:
            ends = {
                name: target.id
                for name in ("partner_id", "other_partner_id")
                if relation[name] in sources
            }
            if ends and (double := relation._double_with(**ends)):
                double._learn_from(relation)
                relation.unlink()
            elif ends:
                relation.write(ends)

    def _learn_from(self, double):
        """Last as long as a double too, if no third does, and keep its note."""
        self.note = joined(self.note, double.note)
        period = self._together(double)
        if not self.new(period, origin=self)._doubles():
            self.write(period)

    def _double_with(self, **ends):
        """The relation that this one would repeat if it had other ends."""
        return self.new(ends, origin=self)._doubles()
