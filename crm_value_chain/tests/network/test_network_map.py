from time import perf_counter
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from ...analytics import network_layout
from ...report import crm_network_map
from .network_case import SELLER, NetworkCase


@tagged("post_install", "-at_install")
class TestNetworkMap(NetworkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Chain of contacts: 0 - 1 - 2 - 3 - 4
        cls.chain = [cls.make_customer(f"Link {number}") for number in range(5)]
        for first, second in zip(cls.chain, cls.chain[1:], strict=False):
            cls.relate(first, second)

    def map(self, center=None, steps=2, user=None):
        members = self.as_user(user, "crm.network.member") if user else self.Member
        where = center and {"model": center._name, "id": center.id}
        return members.get_network_map(where, steps)

    def names(self, *args, **kwargs):
        return {node["name"] for node in self.map(*args, **kwargs)["nodes"]}

    def edges(self, drawn):
        """Relations on a map, in words from either end."""
        nodes = [node["name"] for node in drawn["nodes"]]
        told = set()
        for edge in drawn["edges"]:
            first, second = nodes[edge["source"]], nodes[edge["target"]]
            for there, back in edge["labels"]:
                told |= {(first, there, second), (second, back, first)}
        return told

    def test_steps(self):
        """The map reaches as many steps from its center as one asks for."""
        for steps in (1, 2, 3):
            expected = {f"Link {number}" for number in range(steps + 1)}
            self.assertEqual(self.names(self.chain[0], steps), expected)
        self.assertEqual(self.names(self.chain[0], 99), self.names(self.chain[0], 3))

    def test_distance_and_words(self):
        """Each node knows how far it is, each relation its words from either end."""
        drawn = self.map(self.chain[1], 1)
        distances = {node["name"]: node["distance"] for node in drawn["nodes"]}
        self.assertEqual(distances, {"Link 1": 0, "Link 0": 1, "Link 2": 1})
        self.assertEqual(
            self.edges(drawn),
            {
                ("Link 0", "recommended", "Link 1"),
                ("Link 1", "was recommended by", "Link 0"),
                ("Link 1", "recommended", "Link 2"),
                ("Link 2", "was recommended by", "Link 1"),
            },
        )

    def test_relations_among_the_furthest(self):
        """How those on the rim are related is drawn too."""
        self.relate(self.chain[0], self.chain[2], self.works_with)
        drawn = self.map(self.chain[1], 1)
        self.assertIn(("Link 2", "works with", "Link 0"), self.edges(drawn))

    def test_ended_relations(self):
        """Only relations of today are on the map."""
        self.Relation.search(
            [("partner_id", "=", self.chain[0].id)]
        ).date_to = self.day(-1)
        self.assertEqual(self.names(self.chain[0]), {"Link 0"})

    def test_archived_contact(self):
        """Who is archived is not on the map, nor who is behind."""
        self.chain[1].active = False
        self.assertEqual(self.names(self.chain[0], 3), {"Link 0"})

    def test_propositions_and_documents(self):
        """Contributions and orders relate members to propositions and customers."""
        member = self.make_member(self.chain[0])
        self.contribute(member, self.proposition, name="plans")
        customer = self.make_customer("Buyer", is_company=True)
        person = self.make_customer("Person", parent_id=customer.id)
        self.order(
            person,
            network_member_id=member.id,
            delivery_member_ids=[Command.set(member.ids)],
        )
        self.env["crm.lead"].create(
            {"name": "L", "partner_id": customer.id, "network_member_id": member.id}
        )
        expected = {"Link 0", "Turnkey office", "Buyer"}
        for center, steps in (
            (member, 1),
            (self.proposition, 2),
            (customer, 2),
        ):
            drawn = self.map(center, steps)
            with self.subTest(center=center._name):
                self.assertLessEqual(expected, {n["name"] for n in drawn["nodes"]})
                told = self.edges(drawn)
                for edge in (
                    ("Link 0", "contributes plans to", "Turnkey office"),
                    ("Turnkey office", "relies for plans on", "Link 0"),
                    ("Link 0", "brought orders (1) of", "Buyer"),
                    ("Link 0", "delivers orders (1) of", "Buyer"),
                    ("Link 0", "brought leads (1) of", "Buyer"),
                ):
                    self.assertIn(edge, told)

    def test_roles_and_what_opens(self):
        """A node has the roles of its member and opens it, else the contact."""
        self.buy(self.chain[1])
        self.score()
        member = self.make_member(self.chain[0], "supplier")
        member.role_ids = [Command.create({"role": "owner", "date_to": self.day(-1)})]
        nodes = {node["name"]: node for node in self.map(self.chain[0])["nodes"]}
        zero, one, two = (nodes[f"Link {number}"] for number in range(3))
        self.assertEqual(zero["roles"], ["supplier"])
        self.assertEqual((zero["model"], zero["id"]), (member._name, member.id))
        self.assertEqual(one["roles"], ["customer"])
        self.assertEqual((one["model"], one["id"]), ("res.partner", self.chain[1].id))
        self.assertEqual(two["roles"], ["contact"])

    def test_whole_network(self):
        """Without a center the map begins with all members."""
        self.make_member(self.chain[0])
        lonely = self.make_member("Lonely")
        names = self.names(steps=1)
        self.assertLessEqual({"Link 0", "Link 1", lonely.name}, names)
        self.assertNotIn("Link 2", names)

    def test_rights(self):
        """Own documents only: foreign customers are not there, nor who is behind."""
        self.make_users()
        foreign = self.chain[1]
        foreign.user_id = self.colleague
        self.buy(foreign)
        self.score()
        start = self.chain[0]
        self.assertEqual(self.names(start, 3, self.seller), {"Link 0"})
        self.assertEqual(
            self.names(start, 2, self.manager), {"Link 0", "Link 1", "Link 2"}
        )
        self.assertEqual(self.names(start, 2, self.stranger), {"Link 0"})
        for user in (self.clerk, self.portal):
            with self.assertRaises(AccessError):
                self.map(start, 1, user)

    def test_other_company(self):
        """Relations of another company are not on the map."""
        other = self.env["res.company"].create({"name": "Other"})
        self.relate(self.chain[0], self.make_customer("Abroad"), company_id=other.id)
        self.assertNotIn("Abroad", self.names(self.chain[0]))

    def test_member_of_another_company(self):
        """Who of another company's network brought a lead is not told here."""
        self.make_users()
        foreign = self.make_member("Foreign Agent", company_id=self.other_company.id)
        customer = self.chain[0]
        self.buy(customer)
        self.score()
        self.env["crm.lead"].create(
            {
                "name": "Shared",
                "partner_id": customer.id,
                "company_id": False,
                "user_id": self.manager.id,
                "network_member_id": foreign.id,
            }
        )
        self.env.invalidate_all()
        self.assertNotIn("Foreign Agent", self.names(customer, 1, self.manager))
        profile = self.as_user(self.manager, "crm.customer.profile").browse(
            self.profile(customer).id
        )
        self.assertNotIn("Foreign Agent", str(profile.get_customer_view()))

    def test_most_nodes(self):
        """Of a large network the nearest are drawn, and how many there are is told."""
        hub, near = self.chain[0], self.make_customer("Near")
        self.relate(hub, near)
        contacts = self.env["res.partner"].create(
            [{"name": f"Far {number}"} for number in range(520)]
        )
        self.Relation.create(
            [
                {
                    "company_id": self.company.id,
                    "partner_id": near.id,
                    "other_partner_id": contact.id,
                    "type_id": self.recommended.id,
                }
                for contact in contacts
            ]
        )
        start = perf_counter()
        drawn = self.map(hub, 2)
        self.assertLess(perf_counter() - start, 6, "slower than a map may be")
        self.assertEqual(len(drawn["nodes"]), 500)
        self.assertEqual(drawn["total"], 524)  # Link 0 to 2, Near, 520 behind it
        self.assertTrue(drawn["is_complete"])
        self.assertIn("Link 2", {node["name"] for node in drawn["nodes"]})
        # from Near the first step leads to more than can be drawn: it is the last one
        drawn = self.map(near, 3)
        self.assertFalse(drawn["is_complete"])
        self.assertEqual(drawn["total"], 522)
        self.assertNotIn("Link 1", {node["name"] for node in drawn["nodes"]})

    def test_bounded_within_a_step(self):
        """Of many customers that one brought those with most orders are looked at."""
        member = self.make_member(self.chain[4])
        for number in range(3):
            buyer = self.make_customer(f"Buyer {number}")
            for _order in range(number + 1):
                self.order(buyer, network_member_id=member.id)
        with patch.object(crm_network_map, "MOST_EDGES", 2):
            drawn = self.map(member, 1)
        names = {node["name"] for node in drawn["nodes"]}
        self.assertLessEqual({"Buyer 2", "Buyer 1"}, names)
        self.assertNotIn("Buyer 0", names)
        self.assertFalse(drawn["is_complete"])

    def test_always_the_same(self):
        """The same network looks the same each time."""
        first = self.map(self.chain[0], 3)
        self.env.invalidate_all()
        self.assertEqual(first, self.map(self.chain[0], 3))


@tagged("post_install", "-at_install")
class TestNetworkLayout(NetworkCase):
    def test_related_stand_close(self):
        """Nodes that are related stand closer than others, the center in the middle."""
        edges = [(0, n) for n in range(1, 6)] + [(n, n + 5) for n in range(1, 6)]
        points = network_layout(11, edges, 0)
        self.assertEqual(points[0], (0, 0))

        def length(a, b):
            (ax, ay), (bx, by) = points[a], points[b]
            return ((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5

        longest = max(length(a, b) for a, b in edges)
        self.assertLess(longest, min(length(0, n) for n in range(6, 11)))

    def test_nobody_on_top_of_another(self):
        """Parts that nothing connects stand apart."""
        points = network_layout(9, [(0, 1), (2, 3)])
        rounded = {(round(x, 1), round(y, 1)) for x, y in points}
        self.assertEqual(len(rounded), 9)

    def test_edge_cases(self):
        """No node, one, and one related to itself."""
        self.assertEqual(network_layout(0, []), [])
        self.assertEqual(network_layout(1, [(0, 0)], 0), [(0, 0)])


@tagged("post_install", "-at_install")
class TestNetworkMapTour(NetworkCase, HttpCase):
    def test_salesperson_looks_around(self):
        """From the whole network to what is around one member, and to a contact."""
        self.make_user("nora", SELLER)
        architects = self.make_member("Quayside")
        mill = self.make_member("Oak Mill", "supplier")
        clinics = self.make_customer("Elm Clinics")
        self.buy(clinics)
        self.score()
        self.relate(architects.partner_id, clinics)
        for member, role in ((architects, "partner"), (mill, "supplier")):
            self.contribute(member, self.proposition, role)
        self.start_tour(
            "/odoo/network-map", "crm_value_chain_network_map", login="nora"
        )
