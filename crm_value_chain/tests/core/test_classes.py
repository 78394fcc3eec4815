from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..common import ValueChainCommon

SELLER = "sales_team.group_sale_salesman"
NAMES = ("segment_id", "loyalty_class_id", "value_tier_id", "loyalty_tier_id")


@tagged("post_install", "-at_install")
class TestClassesShown(ValueChainCommon):
    """Segment, loyalty class and tiers on contacts, leads and orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("vc_classes_seller", SELLER)
        often = "[('purchase_count', '>', 1)]"
        segments = [
            {"name": "Friends", "sequence": 1, "domain": often},
            {"name": "Strangers", "sequence": 2, "domain": "[]"},
        ]
        for values in segments:
            cls.env["crm.segment"].create(values | {"company_id": cls.company.id})
        cls.friend = cls.make_customer("Friend", user_id=cls.seller.id)
        cls.stranger = cls.make_customer("Stranger", user_id=cls.seller.id)
        for days_ago in (40, 5):
            cls.buy(cls.friend, days_ago=days_ago)
        cls.buy(cls.stranger, days_ago=5, amount=10)
        cls.score()
        cls.customers = cls.friend | cls.stranger
        lead = {"type": "opportunity", "user_id": cls.seller.id}
        cls.leads = cls.env["crm.lead"].create(
            [
                {"name": customer.name, "partner_id": customer.id, **lead}
                for customer in cls.customers
            ]
        )
        for customer in cls.customers:
            cls.order(customer, user_id=cls.seller.id)

    def as_seller(self, model):
        records = self.env[model].with_user(self.seller).with_company(self.company)
        return records.with_context(allowed_company_ids=self.company.ids)

    def test_shown(self):
        """Each shows the classes of its customer, in a line."""
        shown = self.as_seller("res.partner").browse(self.friend.id).customer_classes
        loyalty = self.profile(self.friend).loyalty_class_id.name
        tier = self.profile(self.friend).value_tier_id.name
        self.assertEqual(shown, f"Friends · {loyalty} · {tier}")
        for model in ("crm.lead", "sale.order"):
            found = self.as_seller(model).search([("partner_id", "=", self.friend.id)])
            self.assertEqual(found.customer_classes, shown, model)

    def test_found_and_grouped(self):
        """Each is found and grouped by the classes of its customer."""
        friends = self.profile(self.friend).segment_id
        for model, path in (
            ("res.partner", "id"),
            ("crm.lead", "partner_id"),
            ("sale.order", "partner_id"),
        ):
            prefix = "customer_" if model == "sale.order" else ""
            ours = [(path, "in", self.customers.ids)]
            records = self.as_seller(model)
            friendly = (f"{prefix}segment_id.name", "=", "Friends")
            found = records.search([*ours, friendly])
            self.assertEqual(found, records.search([(path, "=", self.friend.id)]))
            groups = dict(
                records._read_group(ours, [f"{prefix}segment_id"], ["__count"])
            )
            self.assertEqual({g.name: n for g, n in groups.items()}[friends.name], 1)
            for name in NAMES:
                records._read_group(ours, [f"{prefix}{name}"], ["__count"])

    def test_orders_of_others(self):
        """Who is no salesperson does not group orders by what customers are."""
        accounting = "account.group_account_user"
        accountant = self.make_user("vc_classes_accountant", accounting)
        orders = self.env["sale.order"].with_user(accountant)
        with self.assertRaises(AccessError):
            orders._read_group([], ["customer_segment_id"], ["__count"])

    def test_card_setting(self):
        """The badge on cards names the class that the company chose, or none."""
        badges = {}
        for choice in (False, *NAMES):
            self.company.value_chain_card_class = choice
            self.env.invalidate_all()
            leads = self.as_seller("crm.lead").browse(self.leads.ids)
            badges[choice] = leads[0].value_chain_badge["class"]
        self.assertIsNone(badges.pop(False))
        self.assertEqual(badges["segment_id"], "Friends")
        self.assertEqual(
            badges["value_tier_id"], self.profile(self.friend).value_tier_id.name
        )
        friends = self.profile(self.friend).segment_id
        self.company.value_chain_card_class = "segment_id"
        friends.name = "Best friends"
        self.env.invalidate_all()
        leads = self.as_seller("crm.lead").browse(self.leads.ids)
        self.assertEqual(leads[0].value_chain_badge["class"], "Best friends")

    def test_setting_on_screen(self):
        """An administrator chooses it in the settings."""
        settings = Form(self.env["res.config.settings"].with_company(self.company))
        settings.value_chain_card_class = "loyalty_tier_id"
        settings.save().execute()
        self.assertEqual(self.company.value_chain_card_class, "loyalty_tier_id")
