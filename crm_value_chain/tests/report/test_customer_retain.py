from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..common import ValueChainCommon

SELLER = "sales_team.group_sale_salesman"


@tagged("post_install", "-at_install")
class TestCustomerRetain(ValueChainCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("vc_retain_seller", SELLER)
        cls.customer = cls.make_customer("Pillar", user_id=cls.seller.id)
        cls.new = cls.make_customer("New")
        cls.lapsed = cls.make_customer("Lapsed")
        cls.prospect = cls.make_customer("Prospect")
        for days_ago in (900, 600, 300):
            cls.buy(cls.customer, days_ago=days_ago, amount=10)
            cls.buy(cls.lapsed, days_ago=days_ago, amount=10)
        cls.buy(cls.new, days_ago=20, amount=10)
        cls.score()
        everybody = cls.customer | cls.new | cls.lapsed
        for customer in everybody:
            cls.profile(customer).write(
                {"churn_risk": "low", "clv_score": 3, "m_score": 3}
            )
        cls.profile(cls.lapsed).write({"churn_risk": "lapsed", "clv_score": 5})
        cls.env.flush_all()

    def why(self, customer):
        self.env.invalidate_all()
        return self.profile(customer).retain_reasons

    def found(self, value=True):
        profiles = self.Profile.search([("to_retain", "=", value)])
        return profiles.partner_id & (
            self.customer | self.new | self.lapsed | self.prospect
        )

    def mark(self, customer, kind, **values):
        marks = self.env["crm.customer.significance"].with_user(self.seller)
        profile = self.profile(customer).id
        values = {"reason": "Everybody asks for it", **values}
        return marks.create({"profile_id": profile, "kind": kind, **values})

    def test_reasons(self):
        """Each reason puts a customer on the list, and is told."""
        self.assertEqual(self.found(), self.new)
        self.assertEqual(self.why(self.new), "Recently acquired")
        self.assertFalse(self.why(self.customer))
        self.profile(self.customer).write({"clv_score": 5, "m_score": 5})
        self.mark(self.customer, "benchmark")
        self.profile(self.customer).commitment = 9
        reasons = "High future value, High volume, Benchmark, Highly committed"
        self.assertEqual(self.why(self.customer), reasons)
        self.assertEqual(self.found(), self.new | self.customer)

    def test_not_those_who_left(self):
        """Who has lapsed, or never bought, cannot be retained."""
        self.assertNotIn(self.lapsed, self.found())
        self.assertIn(self.lapsed, self.found(False))
        self.assertFalse(self.why(self.lapsed))

    def test_mark_needs_a_reason(self):
        """People say why a customer matters, once for each kind."""
        with self.assertRaises(ValidationError):
            self.mark(self.customer, "inspiration", reason="  ")
        mark = self.mark(
            self.customer, "inspiration", user_id=self.env.ref("base.user_admin").id
        )
        self.assertEqual(mark.user_id, self.seller)

    def test_foreign_customers(self):
        """Who sees own customers only marks no others."""
        colleague = self.make_user("vc_retain_colleague", SELLER)
        self.new.user_id = colleague
        with self.assertRaises(AccessError):
            self.mark(self.new, "benchmark")

    def test_merge(self):
        """Of two customers that are merged all marks stay, each once."""
        for kind in ("benchmark", "inspiration"):
            self.mark(self.customer, kind)
        double = self.make_customer("Pillar", user_id=self.seller.id)
        self.buy(double, days_ago=9)
        self.score()
        self.mark(double, "benchmark")
        self.mark(double, "door_opener")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | double).ids, self.customer)
        marks = self.profile(self.customer).significance_ids
        kinds = ["benchmark", "door_opener", "inspiration"]
        self.assertEqual(sorted(marks.mapped("kind")), kinds)
