from odoo import Command
from odoo.tests import tagged

from .network_case import NetworkCase


@tagged("post_install", "-at_install")
class TestNetworkMerge(NetworkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept = cls.make_customer("Kept")
        cls.gone = cls.make_customer("Gone")
        cls.friend = cls.make_customer("Friend")

    def merge(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.kept | self.gone).ids, self.kept)
        self.env.invalidate_all()

    def test_member_of_the_merged_contact(self):
        """A member goes over to the contact that stays."""
        member = self.make_member(self.gone, "supplier")
        self.merge()
        self.assertEqual(member.partner_id, self.kept)
        self.assertEqual(member.name, "Kept")

    def test_two_members(self):
        """Of two members one stays, with the roles and contributions of both."""
        kept = self.make_member(self.kept, "supplier", {"brief": "kept"})
        gone = self.make_member(
            self.gone,
            "supplier",
            {
                "brief": "double",
                "agreement": "Paid in a month",
                "agreement_file": b"c2lnbmVk",
                "agreement_until": self.day(90),
            },
            risk="high",
            risk_reason="Old owner",
            quality="4",
        )
        gone.role_ids = [Command.create({"role": "partner", "brief": "new"})]
        self.contribute(kept, self.proposition, "supplier", name="Makes")
        self.contribute(
            gone, self.proposition, "supplier", name="Brings", is_critical=True
        )
        other = self.make_proposition("Other")
        self.contribute(gone, other)
        lead = self.env["crm.lead"].create({"name": "L", "network_member_id": gone.id})
        order = self.order(
            self.friend,
            network_member_id=gone.id,
            delivery_member_ids=[Command.set(gone.ids)],
        )
        gone.message_post(
            body=gone.risk_reason, attachments=[("letter.txt", b"Dear all")]
        )
        self.merge()
        self.assertFalse(gone.exists())
        self.assertEqual(sorted(kept.role_ids.mapped("brief")), ["kept\ndouble", "new"])
        self.assertEqual(
            kept.contribution_ids.mapped(lambda c: (c.role, c.proposition_id)),
            [("supplier", self.proposition), ("partner", other)],
        )
        role = kept.role_ids.filtered(lambda line: line.role == "supplier")
        self.assertEqual(role.agreement, "Paid in a month")
        self.assertEqual(role.agreement_file, b"c2lnbmVk")
        self.assertEqual(role.agreement_until, self.day(90))
        both = kept.contribution_ids.filtered(lambda line: line.role == "supplier")
        self.assertEqual((both.name, both.is_critical), ("Makes; Brings", True))
        self.assertEqual((kept.risk, kept.risk_reason), ("high", "Old owner"))
        self.assertEqual(kept.quality, "4")
        self.assertEqual(lead.network_member_id, kept)
        self.assertEqual(order.network_member_id, kept)
        self.assertEqual(order.delivery_member_ids, kept)
        self.assertIn("Old owner", str(kept.message_ids.mapped("body")))
        self.assertEqual(kept.message_ids.attachment_ids.raw, b"Dear all")

    def test_two_agreements(self):
        """What was agreed with each stays, with its own document and end."""
        ours = {"agreement": "AA", "agreement_file": b"QUE=", "brief": "On time"}
        theirs = {
            "agreement": "BB",
            "agreement_file": b"QkI=",
            "agreement_file_name": "bb.pdf",
            "agreement_until": self.day(90),
        }
        kept = self.make_member(self.kept, "supplier", ours)
        self.make_member(self.gone, "supplier", theirs)
        self.merge()
        roles = kept.role_ids.sorted("agreement")
        self.assertEqual(
            roles.mapped(lambda r: (r.agreement, r.agreement_file, r.agreement_until)),
            [("AA", b"QUE=", False), ("BB", b"QkI=", self.day(90))],
        )
        self.assertEqual(roles[1].agreement_file_name, "bb.pdf")
        self.assertEqual(roles.mapped("brief"), ["On time", False])
        self.assertEqual(kept.roles, "Supplier")

    def test_one_agreement(self):
        """What was agreed with both alike is told once."""
        agreed = {"agreement": "Frame contract", "agreement_until": self.day(90)}
        kept = self.make_member(self.kept, "supplier", agreed)
        self.make_member(self.gone, "supplier", {**agreed, "brief": "Be early"})
        self.merge()
        self.assertEqual(kept.role_ids.brief, "Be early")
        self.assertEqual(kept.role_ids.agreement, "Frame contract")

    def test_what_is_noted_of_both(self):
        """Notes are kept, each once; zero weeks are known, and none are not."""
        kept = self.make_member(
            self.kept, alternatives="Mill", risk_reason="Late", switching_weeks=0
        )
        self.make_member(
            self.gone, alternatives="Forge", risk_reason="Late", switching_weeks=9
        )
        mine = self.relate(self.kept, self.friend, note="At the fair")
        self.relate(self.gone, self.friend, note="By the bank")
        self.merge()
        self.assertEqual(kept.alternatives, "Mill\nForge")
        self.assertEqual(kept.risk_reason, "Late")
        self.assertEqual(kept.switching_weeks, 0)
        self.assertEqual(mine.note, "At the fair; By the bank")

    def test_relations(self):
        """Relations go over, except doubles and those between the two."""
        self.relate(self.kept, self.gone)
        mine = self.relate(self.kept, self.friend)
        self.relate(self.gone, self.friend, note="At the fair")
        other_way = self.relate(self.friend, self.gone)
        both = self.relate(self.gone, self.friend, self.works_with)
        self.merge()
        left = self.Relation.search(
            [("partner_id", "in", (self.kept | self.friend).ids)]
        )
        self.assertEqual(left, mine | other_way | both)
        self.assertEqual(mine.note, "At the fair")
        self.assertEqual(other_way.other_partner_id, self.kept)
        self.assertEqual(both.partner_id, self.kept)

    def test_what_lasts_does_not_end_by_a_merge(self):
        """Of two periods that overlap the one that stays lasts as long as both."""
        ended = {"date_from": self.day(-900), "date_to": self.day(-300)}
        kept = self.make_member(self.kept, "supplier", ended)
        self.make_member(self.gone, "supplier", {"date_from": self.day(-400)})
        mine = self.relate(self.kept, self.friend, **ended)
        self.relate(self.gone, self.friend, date_from=self.day(-400))
        self.merge()
        for line in (kept.role_ids, mine):
            self.assertEqual(line.date_from, self.day(-900))
            self.assertFalse(line.date_to)
            self.assertTrue(line.is_present)

    def test_three_periods_of_one_role(self):
        """Where a third follows, the period in between is not told twice."""
        first = {"date_from": self.day(-900), "date_to": self.day(-600)}
        later = {"role": "supplier", "date_from": self.day(-500)}
        kept = self.make_member(self.kept, "supplier", first)
        kept.role_ids = [Command.create(later)]
        between = {"date_from": self.day(-700), "date_to": self.day(-400)}
        self.make_member(self.gone, "supplier", between)
        self.merge()
        self.assertEqual(
            sorted(kept.role_ids.mapped("date_from")), [self.day(-900), self.day(-500)]
        )

    def test_in_each_company(self):
        """Each company's members merge for themselves."""
        other = self.env["res.company"].create({"name": "Other"})
        kept = self.make_member(self.kept)
        foreign = self.make_member(self.gone, company_id=other.id)
        self.merge()
        self.assertEqual((kept | foreign).exists().partner_id, self.kept)
        self.assertEqual(len((kept | foreign).exists()), 2)
