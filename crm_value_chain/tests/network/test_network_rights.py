from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from ..common import RpcCase
from .network_case import NetworkCase

# rights of salesperson and manager: read, write, create, unlink
RIGHTS = {
    "crm.network.kind": ("r", "rwcu"),
    "crm.network.member": ("rw", "rwcu"),
    "crm.network.role": ("rwcu", "rwcu"),
    "crm.network.contribution": ("rwcu", "rwcu"),
    "crm.network.relation.type": ("r", "rwcu"),
    "crm.network.relation": ("rwcu", "rwcu"),
    "crm.network.side": ("r", "r"),
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


class NetworkRights(NetworkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.own = cls.make_customer("Own", user_id=cls.seller.id)
        cls.foreign = cls.make_customer("Foreign", user_id=cls.colleague.id)
        for customer in (cls.own, cls.foreign):
            cls.buy(customer, 5)
        cls.score()
        cls.mill = cls.make_member("Mill", "supplier", user_id=cls.colleague.id)
        cls.mill.partner_id.user_id = cls.colleague
        cls.agent = cls.make_member("Agent", user_id=cls.seller.id)
        cls.with_own = cls.relate(cls.agent.partner_id, cls.own)
        cls.with_foreign = cls.relate(cls.agent.partner_id, cls.foreign)
        cls.between = cls.relate(cls.own, cls.foreign, cls.works_with)
        cls.of_members = cls.relate(cls.mill.partner_id, cls.agent.partner_id)
        cls.everything = cls.with_own | cls.with_foreign | cls.between | cls.of_members


@tagged("post_install", "-at_install")
class TestNetworkRights(NetworkRights):
    def test_access_of_each_group(self):
        """Each group may do with each model just what it needs to."""
        users = {self.seller: 0, self.manager: 1, self.clerk: None, self.portal: None}
        for model, rights in RIGHTS.items():
            for user, column in users.items():
                actual = "".join(
                    letter
                    for letter, operation in OPERATIONS.items()
                    if self.as_user(user, model).has_access(operation)
                )
                expected = "" if column is None else rights[column]
                with self.subTest(model=model, user=user.login):
                    self.assertEqual(actual, expected)

    def seen(self, user):
        relations = self.as_user(user, "crm.network.relation").search(
            [("id", "in", self.everything.ids)]
        )
        sides = self.as_user(user, "crm.network.side").search(
            [("relation_id", "in", self.everything.ids)]
        )
        self.assertEqual(set(sides.relation_id.ids), set(relations.ids))
        self.assertEqual(len(sides), 2 * len(relations))
        return relations.with_env(self.env)

    def test_relations_seen(self):
        """Own documents only: relations of own customers, and of who is no customer."""
        self.assertEqual(self.seen(self.seller), self.with_own | self.of_members)
        for user in (self.seller_all, self.manager, self.reader):
            self.assertEqual(self.seen(user), self.everything, user.login)
        self.assertFalse(self.seen(self.stranger))

    def test_members_seen(self):
        """Everybody in sales reads all members, but no other company's."""
        members = self.mill | self.agent
        for user in (self.seller, self.seller_all, self.manager, self.reader):
            found = self.as_user(user, "crm.network.member").search([])
            self.assertLessEqual(set(members.ids), set(found.ids))
        found = self.as_user(self.stranger, "crm.network.member").search([])
        self.assertFalse(set(members.ids) & set(found.ids))

    def test_owner_changes_the_member(self):
        """Who looks after a member writes what there is to know; others do not."""
        mine = self.agent.with_user(self.seller)
        mine.write({"quality": "3", "risk": "low"})
        self.add_contribution(self.seller, self.agent)
        mine.role_ids.brief = "Be friendly"
        for record, vals in (
            (self.mill, {"quality": "1"}),
            (self.mill.role_ids, {"brief": "x"}),
        ):
            with self.assertRaises(AccessError):
                record.with_user(self.seller).write(vals)
        with self.assertRaises(AccessError):
            self.add_contribution(self.seller, self.mill)
        with self.assertRaises(AccessError):
            mine.unlink()
        with self.assertRaises(AccessError):
            mine.contribution_ids.member_id = self.mill
        with self.assertRaises(AccessError):
            mine.role_ids.member_id = self.mill
        other = self.env["res.company"].create({"name": "Next Door"})
        mine.contribution_ids.unlink()
        with self.assertRaises(AccessError):
            mine.company_id = other
        self.mill.with_user(self.manager).quality = "1"

    def test_form_of_others(self):
        """Who may not change a member sees a form that is readonly."""
        names = {"user_id", "quality", "risk", "risk_reason", "review_date"}
        names |= {"partner_id", "alternatives", "switching_weeks"}
        names |= {"role_ids", "contribution_ids"}
        for user, member, may in (
            (self.seller, self.agent, True),
            (self.seller, self.mill, False),
            (self.seller_all, self.mill, False),
            (self.manager, self.mill, True),
        ):
            form = Form(self.as_user(user, member._name).browse(member.id))
            readonly = {n for n in names if form._get_modifier(n, "readonly")}
            with self.subTest(user=user.login, member=member.name):
                self.assertEqual(readonly, set() if may else names)
        with Form(self.as_user(self.manager, "crm.network.member")) as new:
            new.partner_id = self.own
            new.quality = "4"

    def add_contribution(self, user, member):
        self.as_user(user, "crm.network.contribution").create(
            {
                "member_id": member.id,
                "role": "partner",
                "proposition_id": self.proposition.id,
                "name": "Advises",
            }
        )

    def test_members_are_made_by_managers(self):
        vals = {"partner_id": self.own.id}
        with self.assertRaises(AccessError):
            self.as_user(self.seller, "crm.network.member").create(vals)
        self.as_user(self.manager, "crm.network.member").create(vals)

    def note(self, user, first, second):
        return self.as_user(user, "crm.network.relation").create(
            {
                "partner_id": first.id,
                "other_partner_id": second.id,
                "type_id": self.relation_type("advises").id,
                "user_id": self.manager.id,
            }
        )

    def test_salesperson_notes_relations(self):
        """A salesperson notes relations of own customers, and answers for them."""
        relation = self.note(self.seller, self.mill.partner_id, self.own)
        self.assertEqual(relation.user_id, self.seller)
        relation.note = "Since the fair"
        with self.assertRaises(AccessError):
            relation.other_partner_id = self.foreign
        with self.assertRaises(AccessError):
            self.note(self.seller, self.mill.partner_id, self.foreign)

    def test_what_others_noted(self):
        """What others noted, only managers change."""
        self.assertEqual(self.with_own.user_id, self.env.user)
        for user in (self.seller, self.seller_all, self.reader):
            for operation in ("write", "unlink"):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    self.with_own.with_user(user).check_access(operation)
        self.note(self.reader, self.mill.partner_id, self.own).note = "Said so"
        self.with_own.with_user(self.manager).note = "Checked"

    def test_forms(self):
        """A salesperson opens contacts, members, customers and orders."""
        order = self.order(self.own, user_id=self.seller.id, confirm=False)
        for record in (
            self.own,
            self.mill,
            self.agent,
            self.profile(self.own),
            self.with_own,
            order,
        ):
            with self.subTest(model=record._name):
                mine = self.as_user(self.seller, record._name).browse(record.id)
                names = [
                    name
                    for name in mine.fields_get()
                    if "crm_value_chain" in mine._fields[name]._modules
                ]
                mine.read(names)
                Form(mine)

    def test_clerk(self):
        """Who has none of our groups opens contacts and orders, without our fields."""
        clerk = self.make_user(
            "net_clerk2", "account.group_account_user,base.group_partner_manager"
        )
        contact = self.as_user(clerk, "res.partner").browse(self.own.id)
        Form(contact)
        self.assertNotIn("customer_view", contact.fields_get())
        self.assertNotIn("network_side_ids", contact.fields_get())

    def test_customer_view(self):
        """The network's part of the customer view shows what the user may see."""

        def lines(user):
            profile = self.as_user(user, "crm.customer.profile").browse(
                self.profile(self.own).id
            )
            view = {part["key"]: part for part in profile.get_customer_view()}
            return [line["text"] for line in view["network"]["lines"]]

        self.assertEqual(lines(self.seller), ["was recommended by Agent"])
        self.assertEqual(
            sorted(lines(self.manager)),
            ["was recommended by Agent", "works with Foreign"],
        )

    def test_customer_view_brought(self):
        """It also tells who brought and who delivers the customer's orders."""
        self.order(
            self.own, network_member_id=self.agent.id, delivery_member_ids=self.mill.ids
        )
        member = self.make_member(self.own, "customer", user_id=self.seller.id)
        part = next(
            part
            for part in self.profile(self.own).get_customer_view()
            if part["key"] == "network"
        )
        self.assertEqual(part["order"], 60)
        texts = [line["text"] for line in part["lines"]]
        self.assertEqual(
            texts[:3],
            [
                "Member of our network: Customer",
                "Orders brought by Agent: 1",
                "Orders delivered by Mill: 1",
            ],
        )
        self.assertEqual(part["lines"][0]["id"], member.id)


@tagged("post_install", "-at_install")
class TestNetworkRpc(RpcCase):
    """What a client gets and does not get."""

    def call(self, *args, **kwargs):
        return self.call_as("net_rpc", *args, **kwargs)

    def test_salesperson(self):
        """A client of a salesperson reads the map, and nothing confidential."""
        user = new_test_user(
            self.env,
            "net_rpc",
            groups="sales_team.group_sale_salesman",
            password=self.password("net_rpc"),
        )
        colleague = new_test_user(
            self.env, "net_rpc2", groups="sales_team.group_sale_salesman"
        )
        partners = self.env["res.partner"].create(
            [{"name": "Mill"}, {"name": "Hidden", "user_id": colleague.id}]
        )
        member = self.env["crm.network.member"].create({"partner_id": partners[0].id})
        self.env["crm.historical.purchase"].create(
            {"partner_id": partners[1].id, "date": "2024-01-01", "amount": 10}
        )
        self.env["crm.customer.profile"]._insert_missing()
        self.env["crm.network.relation"].create(
            {
                "partner_id": partners[0].id,
                "other_partner_id": partners[1].id,
                "type_id": self.env.ref(
                    "crm_value_chain.crm_network_relation_type_supplies"
                ).id,
            }
        )
        center = {"model": "crm.network.member", "id": member.id}
        result, error = self.call("crm.network.member", "get_network_map", center, 2)
        self.assertEqual([node["name"] for node in result["nodes"]], ["Mill"], error)
        _result, error = self.call(
            "crm.network.member", "read", member.ids, ["bill_amount"]
        )
        self.assertIn("AccessError", error["name"])
        _result, error = self.call(
            "crm.network.member", "get_network_map", {"model": "res.users", "id": 1}, 2
        )
        self.assertIn("UserError", error["name"])
        for method in ("_cron_remind", "_walk", "_network_figures"):
            _result, error = self.call("crm.network.member", method, [])
            self.assertIn("AccessError", error["name"], method)
        self.assertTrue(user)
