from itertools import product
from random import Random

from odoo import Command
from odoo.tests import tagged

from ...demo import network
from ...models.network.network_roles import LIMITS, ROLES
from .network_case import NetworkCase


@tagged("post_install", "-at_install")
class TestNetworkCoverage(NetworkCase):
    def coverage(self, segment=None, user=None):
        propositions = self.env["crm.value.proposition"]
        if user:
            propositions = self.as_user(user, "crm.value.proposition")
        return propositions.get_network_coverage(segment.id if segment else False)

    def cells(self, *args, **kwargs):
        """Cells by the name of the proposition and the role."""
        return {
            (row["name"], cell["role"]): cell
            for row in self.coverage(*args, **kwargs)["rows"]
            for cell in row["cells"]
        }

    def state(self, role="partner", proposition="Turnkey office"):
        self.env.invalidate_all()
        return self.cells()[proposition, role]["state"]

    def test_states(self):
        """Nobody, one, several, several of whom none can be relied on."""
        self.assertEqual(self.state(), "empty")
        first = self.make_member("First", quality="4", risk="low")
        self.contribute(first, self.proposition)
        self.assertEqual(self.state(), "single")
        second = self.make_member("Second")
        self.contribute(second, self.proposition)
        self.assertEqual(self.state(), "fine")
        first.quality = "2"
        self.assertEqual(self.state(), "fine")
        second.risk = "high"
        self.assertEqual(self.state(), "weak")
        reasons = self.cells()["Turnkey office", "partner"]["reasons"]
        self.assertEqual(reasons, ["poor quality", "high risk"])

    def test_unneeded_roles(self):
        """A role that the proposition does not need is no gap."""
        self.proposition.needs_partner = False
        self.assertEqual(self.state(), "none")
        self.contribute(self.make_member("One", quality="1"), self.proposition)
        self.assertEqual(self.state(), "fine")

    def test_critical_is_needed(self):
        """Where something critical is done the role is needed, whatever is marked."""
        self.proposition.needs_partner = False
        member = self.make_member("Only One")
        line = self.contribute(member, self.proposition)
        self.assertEqual(self.state(), "fine")
        line.is_critical = True
        self.assertEqual(self.state(), "single")
        self.contribute(self.make_member("Another"), self.proposition)
        self.assertEqual(self.state(), "fine")
        self.assertIn("something critical", self.coverage()["explanation"])

    def test_critical_role_is_over(self):
        """Whose role is over leaves a gap, if what was done there is critical."""
        self.proposition.needs_partner = False
        member = self.make_member("Gone")
        line = self.contribute(member, self.proposition, is_critical=True)
        member.role_ids.write({"date_from": self.day(-9), "date_to": self.day(-1)})
        self.assertEqual(self.state(), "empty")
        self.assertEqual(self.cells()["Turnkey office", "partner"]["members"], 0)
        line.is_critical = False
        self.assertEqual(self.state(), "none")

    def test_ending_agreement(self):
        """An agreement that ends soon, or has ended, makes a place weak."""
        member = self.make_member("One")
        self.contribute(member, self.proposition)
        for days, expected in (
            (LIMITS.notice, "single"),
            (LIMITS.notice - 1, "weak"),
            (-100, "weak"),
        ):
            member.role_ids.agreement_until = self.day(days)
            self.assertEqual(self.state(), expected, days)

    def test_ended_role(self):
        """Whose role is over does not stand there any more."""
        member = self.make_member("One")
        self.contribute(member, self.proposition)
        member.role_ids.date_to = self.day(3)
        self.assertEqual(self.state(), "weak")
        member.role_ids.write({"date_from": self.day(-9), "date_to": self.day(-1)})
        self.assertEqual(self.state(), "empty")
        member.role_ids = [Command.create({"role": "partner", "date_from": self.today})]
        self.assertEqual(self.state(), "single")

    def test_archived_member(self):
        member = self.make_member("One")
        self.contribute(member, self.proposition)
        member.active = False
        self.assertEqual(self.state(), "empty")

    def test_critical(self):
        """A place says where something critical is done."""
        self.contribute(self.make_member("A"), self.proposition, is_critical=True)
        self.assertTrue(self.cells()["Turnkey office", "partner"]["critical"])

    def make_segment(self, name):
        return self.env["crm.segment"].create(
            {"name": name, "company_id": self.company.id}
        )

    def test_segments(self):
        """By segment: its propositions, and who helps with its customers."""
        small, large = self.make_segment("Small"), self.make_segment("Large")
        self.proposition.segment_ids = large
        everybody = self.make_proposition("For Everybody")
        self.contribute(self.make_member("Any"), self.proposition)
        self.contribute(self.make_member("Small Only"), everybody, segment_id=small.id)
        self.contribute(self.make_member("Large Only"), segment_id=large.id)
        every, of_small, of_large = self.cells(), self.cells(small), self.cells(large)
        self.assertEqual(every["Turnkey office", "partner"]["members"], 2)
        self.assertEqual(of_large["Turnkey office", "partner"]["members"], 2)
        self.assertNotIn(("Turnkey office", "partner"), of_small)
        self.assertEqual(of_small["For Everybody", "partner"]["members"], 1)
        self.assertEqual(of_large["For Everybody", "partner"]["members"], 0)

    def test_cell_opens_its_members(self):
        """Behind a cell stand just the members that it counts."""
        large = self.make_segment("Large")
        self.proposition.segment_ids = large
        one = self.make_member("One")
        self.contribute(one, self.proposition)
        two = self.make_member("Two")
        self.contribute(two, segment_id=large.id)
        over = self.make_member("Over", role_values={"date_to": self.day(-1)})
        self.contribute(over, self.proposition)
        self.contribute(
            self.make_member("Mill", "supplier"), self.proposition, "supplier"
        )
        action = self.proposition.action_open_coverage("partner")
        self.assertEqual(self.Member.search(action["domain"]), one | two)
        self.assertEqual(self.cells()["Turnkey office", "partner"]["members"], 2)

    def test_another_company(self):
        """Coverage is that of the company at hand."""
        other = self.env["res.company"].create({"name": "Other"})
        self.make_proposition("Foreign", company_id=other.id)
        self.assertNotIn("Foreign", {name for name, _role in self.cells()})

    def test_rights(self):
        """Everybody in sales sees the coverage; managers and owners fill the gaps."""
        self.make_users()
        self.contribute(self.make_member("One"), self.proposition)
        for user in (self.seller, self.manager):
            found = self.cells(user=user)
            self.assertEqual(found["Turnkey office", "partner"]["members"], 1)
        self.make_member("Mine", user_id=self.colleague.id)
        may_add = {
            user.login: self.coverage(user=user)["may_add"]
            for user in (self.seller, self.colleague, self.manager)
        }
        self.assertEqual(list(may_add.values()), [False, True, True])
        for user in (self.clerk, self.portal):
            with self.assertRaises(Exception) as told:
                self.coverage(user=user)
            self.assertEqual(type(told.exception).__name__, "AccessError")
        self.assertEqual(self.coverage(user=self.stranger)["rows"], [])

    def test_one_read(self):
        """More members and propositions cost no more queries."""

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.coverage()
            return self.cr.sql_log_count - before

        self.contribute(self.make_member("One"), self.proposition)
        count()
        few = count()
        for number in range(6):
            proposition = self.make_proposition(f"P{number}")
            self.contribute(self.make_member(f"M{number}"), proposition)
        self.assertEqual(count(), few)

    def test_against_a_count_by_hand(self):
        """A network made by chance: each cell is what one finds member by member."""
        random = Random(7)
        self.proposition.unlink()
        propositions = [self.make_proposition(f"P{n}") for n in range(4)]
        segments = [self.make_segment(f"S{n}") for n in range(2)]
        for proposition in propositions:
            proposition.write(
                {f"needs_{role}": random.random() < 0.7 for role, _name in ROLES}
                | {
                    "segment_ids": [
                        Command.set(random.choice(segments).ids)
                        if random.random() < 0.5
                        else Command.clear()
                    ]
                }
            )
        for number in range(30):
            role = random.choice(ROLES)[0]
            member = self.make_member(
                f"M{number}",
                role,
                {
                    "date_to": random.choice([False, self.day(20), self.day(200)]),
                    "agreement_until": random.choice(
                        [False, self.day(-5), self.day(10), self.day(300)]
                    ),
                },
                quality=random.choice("012345"),
                risk=random.choice([False, "low", "medium", "high"]),
                active=random.random() < 0.9,
            )
            for _line in range(2):
                place = {"segment_id": random.choice(segments).id}
                proposition = random.choice([None, *propositions])
                if proposition and random.random() < 0.6:
                    place = {}
                domain = [
                    ("member_id", "=", member.id),
                    ("proposition_id", "=", proposition and proposition.id),
                    ("segment_id", "=", place.get("segment_id", False)),
                ]
                if not self.env["crm.network.contribution"].search(domain):
                    place["is_critical"] = random.random() < 0.2
                    self.contribute(member, proposition, role, **place)
        found = self.cells()
        for proposition, (role, _name) in product(propositions, ROLES):
            cell = found[proposition.name, role]
            with self.subTest(proposition=proposition.name, role=role):
                self.assertEqual(
                    (cell["state"], cell["members"]), self.by_hand(proposition, role)
                )

    def by_hand(self, proposition, role):
        """State and number of members of a cell."""
        lines = self.Member.search([]).contribution_ids.filtered(
            lambda line: (
                line.role == role
                and (
                    line.proposition_id == proposition
                    if line.proposition_id
                    else line.segment_id in proposition.segment_ids
                )
            )
        )
        there = lines.member_id.filtered(
            lambda m: any(r.role == role and r.is_present for r in m.role_ids)
        )
        sound = there.filtered(
            lambda m: (
                m.quality not in ("1", "2")
                and m.risk != "high"
                and any(
                    all(
                        not end or end >= self.day(LIMITS.notice)
                        for end in (r.date_to, r.agreement_until)
                    )
                    for r in m.role_ids
                    if r.role == role and r.is_present
                )
            )
        )
        needed = proposition[f"needs_{role}"] or any(lines.mapped("is_critical"))
        if not there:
            return ("empty" if needed else "none"), 0
        if not needed:
            return "fine", len(there)
        if not sound:
            return "weak", len(there)
        return ("single" if len(there) == 1 else "fine"), len(there)


@tagged("post_install", "-at_install")
class TestDemoNetwork(NetworkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proposition.unlink()
        cls.propositions = {key: cls.make_proposition(key) for key in network.NEEDS}
        cls.members = network.load(cls.env, cls.propositions)

    def test_planted_gaps(self):
        """Of forty members and five propositions each gap is found, and no other."""
        self.assertEqual(len(set(self.members.values())), 40)
        report = self.env["crm.value.proposition"].get_network_coverage()
        found = {
            (row["name"], cell["role"], cell["state"])
            for row in report["rows"]
            for cell in row["cells"]
            if cell["state"] in ("empty", "weak", "single")
        }
        self.assertEqual(found, network.GAPS)
        self.assertEqual(report["gaps"], len(network.GAPS))

    def test_weeks_to_replace(self):
        """Of some it is not known how long it takes to replace them."""
        self.assertIs(self.members["nordlicht"].switching_weeks, False)
        self.assertEqual(self.members["wood"].switching_weeks, 10)

    def test_everybody_is_on_the_map(self):
        """The map of the whole network shows all members and propositions."""
        drawn = self.Member.get_network_map()
        names = {node["name"] for node in drawn["nodes"]}
        for member in self.members.values():
            self.assertIn(member.name, names)
        self.assertLessEqual(set(self.propositions), names)
