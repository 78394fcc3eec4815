from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .scheme_case import LoyaltyCase


@tagged("post_install", "-at_install")
class TestMembers(LoyaltyCase):
    """Who is a member, in which company, and who may see it."""

    def test_a_contact_of_a_company_buys_for_the_company(self):
        self.sell(self.buyer, amount=1000)
        self.night()
        self.assertEqual(self.member(self.customer).tier_id, self.silver)
        self.assertFalse(self.member(self.buyer))
        order = self.quote(self.buyer, amount=100)
        self.assertEqual(order.coupon_point_ids.points, 150)

    def test_each_contact_can_be_a_member(self):
        self.program.tier_member = "contact"
        self.sell(self.buyer, amount=1000)
        self.sell(self.customer, amount=100)
        self.night()
        self.assertEqual(self.member(self.buyer).tier_id, self.silver)
        self.assertEqual(self.member(self.customer).tier_id, self.bronze)

    def test_two_companies_with_own_schemes_and_currencies(self):
        """Each company counts its own sales, in its own currency."""
        other = self.env["res.company"].create(
            {"name": "Rungs of Europe", "currency_id": self.euro.id}
        )
        abroad = self.make_program(
            tiers=(("Basic", 0, 1), ("Plus", 100, 3)),
            name="Verein",
            company_id=other.id,
        )
        self.assertEqual(abroad.currency_id, self.euro)
        self.sell(amount=5000)
        self.buy(self.customer, amount=100, company=other, currency_id=self.euro.id)
        self.night()
        self.night(program=abroad)
        self.assertEqual(self.member().tier_id, self.gold)
        self.assertEqual(self.member().qualification, 5000)
        self.assertEqual(self.member(program=abroad).tier_id.name, "Plus")
        self.assertEqual(self.member(program=abroad).qualification, 100)
        here = self.env["loyalty.membership"].with_user(self.seller).search([])
        self.assertNotIn(self.member(program=abroad), here)

    def test_a_shared_program_adds_up_in_its_own_currency(self):
        other = self.env["res.company"].create(
            {"name": "Rungs of Europe", "currency_id": self.euro.id}
        )
        self.env["res.currency.rate"].create(
            {
                "name": self.day(-400),
                "rate": 2.0,
                "currency_id": self.env.ref("base.USD").id,
                "company_id": other.id,
            }
        )
        shared = self.make_program(
            name="Everywhere",
            company_id=False,
            currency_id=self.env.ref("base.USD").id,
        )
        self.sell(amount=300)
        self.buy(self.customer, amount=400, company=other, currency_id=self.euro.id)
        self.night(program=shared)
        self.assertEqual(self.member(program=shared).qualification, 300 + 800)

    def test_a_shared_program_shows_each_company_its_own_documents(self):
        """What counted for the tier is told as a sum, the documents only at home."""
        other = self.env["res.company"].create({"name": "Rungs of Elsewhere"})
        shared = self.make_program(
            name="Everywhere",
            company_id=False,
            currency_id=self.company.currency_id.id,
        )
        order = self.sell(amount=300)
        there = self.buy(self.customer, amount=800, company=other)
        self.night(program=shared)
        self.assertEqual(self.member(program=shared).qualification, 1100)

        ledger = self.env["loyalty.qualification"].with_user(self.seller)
        entries = ledger.search([("program_id", "=", shared.id)])
        self.assertEqual(entries.mapped("res_id"), order.ids)
        self.assertEqual(
            self.member(program=shared).with_user(self.seller).entry_ids, entries
        )
        self.assertEqual(
            ledger._read_group([("program_id", "=", shared.id)], [], ["amount:sum"]),
            [(300.0,)],
        )

        there.unlink()
        self.night(program=shared)
        self.assertEqual(ledger.search([("program_id", "=", shared.id)]), entries)
        self.seller.company_ids |= other
        both = ledger.with_context(allowed_company_ids=(self.company | other).ids)
        entries = both.search([("program_id", "=", shared.id)])
        self.assertEqual(
            sorted((entry.company_id.id, entry.amount) for entry in entries),
            sorted([(self.company.id, 300), (other.id, 800), (other.id, -800)]),
        )

    def test_points_count_in_the_company_of_their_order(self):
        self.program.tier_measure = "points"
        order = self.sell(amount=300)
        self.reverse(self.invoice_order(order))
        self.night()
        entries = self.member().entry_ids
        self.assertEqual(entries.company_id, self.company)
        self.assertEqual(sorted(entries.mapped("source")), ["points", "points_return"])

    def test_merge_of_two_members(self):
        """One membership stays, with the ledger and the better rights of both."""
        other = self.make_customer("Same customer")
        self.sell(amount=600)
        self.sell(other, amount=700)
        self.night()
        self.member(other)._grant(self.gold, "Jubilee", self.day(5))
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | other).ids, self.customer)
        member = self.member()
        self.assertEqual(len(member), 1)
        self.assertEqual(sorted(member.entry_ids.mapped("amount")), [600, 700])
        self.assertEqual(member.tier_id, self.gold)
        self.assertEqual(member.grant_reason, "Jubilee")
        self.night()
        self.assertEqual(member.qualification, 1300)
        self.assertEqual(member.earned_tier_id, self.silver)
        self.assertEqual(len(member.entry_ids), 2)

    def test_merge_keeps_the_longer_grant(self):
        """Of two grants of a tier the one stays that ends later."""
        other = self.make_customer("Same customer")
        self.sell()
        self.sell(other)
        self.night()
        self.member()._grant(self.gold, "Trial", self.day(5))
        self.member(other)._grant(self.gold, "Jubilee", False)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | other).ids, self.customer)
        self.assertEqual(self.member().grant_reason, "Jubilee")
        self.assertFalse(self.member().grant_until)

    def test_who_refuses_profiling_stays_a_member(self):
        self.sell(amount=1000)
        self.score()
        self.customer.profiling_refused = True
        self.night()
        self.assertEqual(self.member().tier_id, self.silver)
        self.assertFalse(self.profile(self.customer))

    def test_deleting_a_contact_deletes_the_membership(self):
        contact = self.make_customer("Gone")
        self.env["loyalty.membership"].create(
            {"program_id": self.program.id, "partner_id": contact.id}
        )
        contact.unlink()
        self.assertFalse(
            self.env["loyalty.membership"].search(
                [("program_id", "=", self.program.id)]
            )
        )

    def test_manager_makes_a_member_by_hand(self):
        manager = self.make_user("loyalty_manager", "sales_team.group_sale_manager")
        member = (
            self.env["loyalty.membership"]
            .with_user(manager)
            .create({"program_id": self.program.id, "partner_id": self.buyer.id})
        )
        self.assertEqual(member.partner_id, self.customer)
        self.assertEqual(member.tier_id, self.bronze)
        with self.assertRaises(UserError):
            member.tier_id = self.gold

    def test_salesperson_reads_but_grants_nothing(self):
        self.sell(amount=1000)
        self.night()
        member = self.member().with_user(self.seller)
        self.assertTrue(member.progress_in_words)
        self.assertTrue(self.customer.with_user(self.seller).loyalty_tier_names)
        with self.assertRaises(AccessError):
            self.env["loyalty.tier.grant"].with_user(self.seller).create(
                {
                    "membership_id": member.id,
                    "tier_id": self.gold.id,
                    "reason": "A friend",
                }
            )
        with self.assertRaises(AccessError):
            member._grant(self.gold, "A friend", False)
        with self.assertRaises(AccessError):
            member.action_end_grant()

    def test_own_documents_only_sees_own_customers(self):
        self.sell(amount=1000)
        self.night()
        owner = self.make_user("loyalty_owner", "sales_team.group_sale_salesman")
        self.customer.user_id = self.seller
        seen = self.env["loyalty.membership"].with_user(owner).search([])
        self.assertNotIn(self.member(), seen)
        self.customer.user_id = owner
        seen = self.env["loyalty.membership"].with_user(owner).search([])
        self.assertIn(self.member(), seen)

    def test_member_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        foreigner = self.make_customer("Foreigner", company_id=other.id)
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.env["loyalty.membership"].create(
                {"program_id": self.program.id, "partner_id": foreigner.id}
            )

    def test_tier_of_another_program_cannot_be_granted(self):
        self.sell(amount=100)
        self.night()
        other = self.make_program(name="Other")
        with self.assertRaisesRegex(ValidationError, "another program"):
            self.env["loyalty.tier.grant"].create(
                {
                    "membership_id": self.member().id,
                    "tier_id": other.tier_ids[-1].id,
                    "reason": "By mistake",
                }
            )

    def test_all_members_of_a_deleted_tier_stand_in_the_one_below(self):
        self.sell(amount=1500)
        self.night()
        self.program.tier_ids = [Command.delete(self.silver.id)]
        self.assertEqual(self.member().tier_id, self.bronze)
        self.night()
        self.assertEqual(self.member().tier_id, self.bronze)

    def test_user_without_sales_reads_members(self):
        self.sell(amount=100)
        self.night()
        reader = new_test_user(
            self.env,
            "loyalty_reader",
            groups="crm_value_chain.group_value_chain_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        member = self.member().with_user(reader)
        self.assertTrue(member.read(["progress_in_words", "keeping_in_words"]))
