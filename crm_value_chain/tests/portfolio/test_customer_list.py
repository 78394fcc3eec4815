from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users

from .portfolio_case import PortfolioCase


@tagged("post_install", "-at_install")
class TestCustomerList(PortfolioCase):
    """Lists kept by hand, beside all rules."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("list_seller", "sales_team.group_sale_salesman")
        cls.partners = cls.make_buyers(4)
        cls.own = cls.partners[:2]
        cls.own.user_id = cls.seller
        cls.partners[2:].user_id = cls.env.ref("base.user_admin")
        cls.kept = cls.env["crm.customer.list"].create({"name": "Fair"})

    def wizard(self, profiles):
        wizards = self.env["crm.customer.list.wizard"].with_context(
            active_ids=profiles.ids, active_model=profiles._name
        )
        form = Form(wizards)
        form.list_id = self.kept.with_env(self.env)
        return form.save()

    @users("portfolio_seller")
    def test_customers_are_added_and_removed(self):
        """Chosen customers go on a list and off again, those there before stay."""
        profiles = self.profiles()
        kept = self.kept.with_env(self.env)
        self.wizard(profiles[:1]).action_add()
        self.wizard(profiles[1:3]).action_add()
        self.assertEqual(kept.customer_count, 3)
        self.wizard(profiles[1:2]).action_remove()
        self.assertEqual(kept.profile_ids, profiles[0] | profiles[2])

    @users("list_seller")
    def test_salesperson_sees_own_customers_on_it(self):
        """Who sees own customers only sees only those on a list."""
        self.kept.sudo().profile_ids = (
            self.profiles().sudo().search([("company_id", "=", self.company.id)])
        )
        kept = self.kept.with_env(self.env)
        self.assertEqual(kept.customer_count, 2)
        self.assertEqual(kept.profile_ids.partner_id, self.own)
        kept.profile_ids -= kept.profile_ids[:1]
        self.assertEqual(len(self.kept.sudo().profile_ids), 3, "others were lost")

    @users("portfolio_seller")
    def test_rule_on_a_list_places_at_once(self):
        """A rule may ask for a list; who is put on it moves at once."""
        segment = self.make_segment("Invited", [("list_ids", "in", self.kept.ids)])
        profile = self.profiles()[:1]
        self.wizard(profile).action_add()
        self.assertEqual(profile.segment_id, segment)
        self.wizard(profile).action_remove()
        self.assertFalse(profile.segment_id)
        profile.list_ids = self.kept
        self.assertEqual(profile.segment_id, segment)

    @users("portfolio_seller")
    def test_rights(self):
        """Users keep lists; only managers delete them."""
        kept = self.env["crm.customer.list"].create({"name": "Mine"})
        self.assertEqual(kept.user_id, self.env.user)
        with self.assertRaises(AccessError):
            kept.unlink()

    def test_list_of_another_company_is_refused(self):
        """A customer goes only on lists of its company."""
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["crm.customer.list"].create(
            {"name": "Theirs", "company_id": other.id}
        )
        profile = self.profiles()[:1]
        with self.assertRaises(UserError):
            theirs.profile_ids = profile
        with self.assertRaises(ValidationError):
            profile.list_ids = theirs

    def test_merged_customer_stays_on_lists(self):
        """Of merged customers, the one that stays is on the lists of both."""
        one, two = (self.profile(partner) for partner in self.partners[:2])
        other = self.env["crm.customer.list"].create({"name": "Other list"})
        one.list_ids, two.list_ids = self.kept, other
        self.Profile._merge_customers(two.partner_id, one.partner_id)
        self.assertEqual(one.list_ids, self.kept | other)
