from odoo import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import RpcCase

SELLER = "sales_team.group_sale_salesman"
USERS = {
    "seller": SELLER,
    "seller_all": "sales_team.group_sale_salesman_all_leads",
    "manager": "sales_team.group_sale_manager",
    "accountant": "account.group_account_user,base.group_partner_manager",
    "portal": "base.group_portal",
}
SALES = ("seller", "seller_all", "manager")
OTHERS = ("accountant", "portal")


@tagged("post_install", "-at_install")
class TestDifferenceRpc(RpcCase):
    """What each user gets to see and may change, as a client asks for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: new_test_user(
                cls.env,
                f"rpc_{name}",
                groups=groups,
                password=cls.password(f"rpc_{name}"),
            )
            for name, groups in USERS.items()
        }
        colleague = new_test_user(cls.env, "rpc_colleague", groups=SELLER)
        cls.own, cls.foreign = cls.env["res.partner"].create(
            [
                {"name": "Own", "user_id": cls.users["seller"].id},
                {"name": "Foreign", "user_id": colleague.id},
            ]
        )
        cls.need = cls.env["crm.need"].create({"name": "Speed"})
        profiles = cls.env["crm.customer.profile"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": cls.env.company.id,
                    "need_fact_ids": [Command.create({"need_id": cls.need.id})],
                    "treatment_ids": [Command.create({"name": "Calls", "reason": "R"})],
                }
                for partner in (cls.own, cls.foreign)
            ]
        )
        cls.profile, cls.theirs = profiles
        cls.mine = [("profile_id", "in", profiles.ids)]

    def call(self, user, *args, **kwargs):
        """Call a method as one of the users, by name."""
        return self.call_as(f"rpc_{user}", *args, **kwargs)

    @mute_logger("odoo.http")
    def assertRefused(self, user, model, method, *args):
        _result, error = self.call(user, model, method, *args)
        self.assertIn("AccessError", error.get("name", "nothing"), (user, method))

    def test_facts(self):
        """Own customers' facts, everybody's, none."""
        for model in ("crm.customer.need", "crm.treatment"):
            for user, count in (("seller", 1), ("seller_all", 2), ("manager", 2)):
                with self.subTest(model=model, user=user):
                    result, error = self.call(user, model, "search_count", self.mine)
                    self.assertEqual(result, count, error)
            for user in OTHERS:
                with self.subTest(model=model, user=user):
                    self.assertRefused(user, model, "search_count", [])

    def test_form_tells_nothing_of_a_foreign_customer(self):
        """What a form fills in is read as superuser: whom it names is asked first."""
        shown = {"fields": {"display_name": {}}}
        for model, name in (
            ("crm.treatment", "segment_id"),
            ("crm.customer.need", "segment_id"),
            ("crm.customer.driver", "segment_id"),
            ("crm.customer.attitude", "partner_id"),
            ("crm.customer.significance", "partner_id"),
        ):
            for named in (self.theirs.id, {"id": self.theirs.id}):
                with self.subTest(model=model, named=named):
                    vals = {"profile_id": named}
                    spec = {name: shown}
                    args = (model, "onchange", [], vals, ["profile_id"], spec)
                    self.assertRefused("seller", *args)
        vals = {"profile_id": self.profile.id}
        args = ("crm.treatment", "onchange", [], vals, ["profile_id"], {"name": {}})
        result, error = self.call("seller", *args)
        self.assertIn("value", result or {}, error)

    def test_noting(self):
        """Nobody notes anything about customers who are not shown to them."""
        need = self.env["crm.need"].create({"name": "Price"})
        for profile, user in (
            (self.theirs, "seller"),
            (self.profile, "accountant"),
            (self.profile, "portal"),
        ):
            vals = {"profile_id": profile.id, "need_id": need.id}
            self.assertRefused(user, "crm.customer.need", "create", vals)
        vals = {"profile_id": self.profile.id, "need_id": need.id}
        result, error = self.call("seller", "crm.customer.need", "create", vals)
        self.assertTrue(result, error)
        fact = self.env["crm.customer.need"].browse(result)
        self.assertEqual(fact.user_id, self.users["seller"])

    def test_no_move_to_other_customers(self):
        """A fact does not move to a customer who is not shown."""
        fact = self.profile.treatment_ids
        vals = {"profile_id": self.theirs.id}
        self.assertRefused("seller", "crm.treatment", "write", fact.ids, vals)
        self.assertRefused("seller", "crm.treatment", "unlink", fact.ids)

    def test_card_on_contacts(self):
        """The contact shows card and needs to whom the customer is shown."""
        for user, partner, shown in (
            ("seller", self.own, True),
            ("seller", self.foreign, False),
            ("seller_all", self.foreign, True),
        ):
            with self.subTest(user=user, partner=partner.name):
                fields = ["idic_card", "customer_need_ids"]
                [values], error = self.call(
                    user, "res.partner", "read", partner.ids, fields
                )
                self.assertEqual(bool(values["idic_card"]), shown, error)
                self.assertEqual(bool(values["customer_need_ids"]), shown)
        for user in OTHERS:
            self.assertRefused(user, "res.partner", "read", self.own.ids, ["idic_card"])

    def test_report(self):
        """The report counts the customers who are shown; others get none."""
        counts = {}
        for user in SALES:
            report, error = self.call(
                user, "crm.customer.profile", "get_idic_report", "ladder"
            )
            self.assertTrue(report, error)
            counts[user] = sum(each["customers"] for each in report["classes"])
        self.assertEqual(counts["seller_all"], counts["manager"])
        self.assertLess(counts["seller"], counts["manager"])
        for user in OTHERS:
            self.assertRefused(
                user, "crm.customer.profile", "get_idic_report", "ladder"
            )

    def test_likeness(self):
        """A list of alike customers is its author's alone, and made by no client."""
        result, error = self.call(
            "seller_all",
            "crm.customer.profile",
            "action_open_like_needs",
            self.profile.ids,
        )
        self.assertTrue(result, error)
        [(_field, _operator, ids)] = result["domain"]
        found, error = self.call(
            "seller_all", "crm.need.likeness", "read", ids, ["profile_id"]
        )
        self.assertIn(self.theirs.id, [line["profile_id"][0] for line in found])
        self.assertRefused("manager", "crm.need.likeness", "read", ids, ["likeness"])
        self.assertRefused(
            "seller",
            "crm.need.likeness",
            "create",
            {"profile_id": self.theirs.id},
        )

    def test_private_methods(self):
        """What counts and reminds cannot be called from outside."""
        for model, method in (
            ("crm.customer.profile", "_idic_cards"),
            ("crm.customer.profile", "_lacks_evidence"),
            ("crm.need.likeness", "_of"),
            ("crm.treatment", "_cron_remind"),
        ):
            self.assertRefused("manager", model, method, [])
