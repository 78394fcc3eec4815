from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import ValueChainCommon


@tagged("post_install", "-at_install")
class TestHidden(ValueChainCommon):
    """Customers of others, and contacts who refuse."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("hidden_seller", "sales_team.group_sale_salesman")
        cls.other = cls.make_user("hidden_other", "sales_team.group_sale_salesman")
        cls.customer = cls.make_customer("Acme", is_company=True, user_id=cls.other.id)
        cls.person = cls.make_customer("Ann", parent_id=cls.customer.id)
        cls.buy(cls.customer, days_ago=20)
        cls.buy(cls.customer, days_ago=10)
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Lead",
                "type": "lead",
                "partner_id": cls.customer.id,
                "user_id": cls.seller.id,
                "company_id": cls.company.id,
            }
        )
        cls.score()

    def test_hidden_customer_is_no_suspect(self):
        """Of another's customer a lead says nothing, rather than something false."""
        lead = self.lead.with_user(self.seller)
        self.assertFalse(lead.ladder_stage_id)
        self.assertFalse(lead.value_chain_badge)
        self.assertFalse(lead.get_ladder_explanation())
        suspects = [("ladder_stage_id", "=", self.stages["suspect"].id)]
        self.assertNotIn(lead, lead.search(suspects))

    def test_whose_customer_it_is_is_told_the_same_everywhere(self):
        """A field, a filter and the access rules agree on who is an own customer."""

        def told(partner, su):
            partner = partner.with_user(self.seller).sudo(su)
            found = partner.search(
                [("id", "=", partner.id), ("is_own_customer", "=", True)]
            )
            self.assertEqual(partner.is_own_customer, bool(found))
            return partner.is_own_customer

        for su in (False, True):
            self.lead.write({"type": "lead", "user_id": self.seller.id})
            self.assertFalse(told(self.customer, su))
            self.lead.type = "opportunity"
            self.assertTrue(told(self.customer, su))
            self.lead.partner_id = self.person
            self.assertTrue(told(self.customer, su))
            self.lead.user_id = self.other
            self.assertFalse(told(self.customer, su))
            self.lead.partner_id = self.customer
        self.customer.user_id = False
        self.assertTrue(told(self.customer, False))

    def test_customer_of_unassigned_opportunity_is_seen(self):
        """Whoever may see an opportunity may see whose it is."""
        self.lead.write({"type": "opportunity", "user_id": False})
        lead = self.lead.with_user(self.seller)
        self.assertEqual(lead.ladder_stage_id, self.stages["repeat"])

    def test_contact_who_refuses_shows_nothing(self):
        """A contact person's refusal hides figures there, and deletes nothing."""
        self.person.with_user(self.other).profiling_refused = True
        self.assertFalse(self.person.with_user(self.other).customer_profile_id)
        found = self.env["res.partner"].search([("purchase_count", ">", 0)])
        self.assertIn(self.customer, found)
        self.assertNotIn(self.person, found)
        self.assertTrue(self.profile(self.customer))

    def test_no_refusal_for_another_s_customer(self):
        """Nobody deletes the profile of a customer who is not theirs."""
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.customer.with_user(self.seller).profiling_refused = True
        self.assertTrue(self.profile(self.customer))
