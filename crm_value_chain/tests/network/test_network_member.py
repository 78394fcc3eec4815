from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..loyalty.test_migration import script
from .network_case import NetworkCase


@tagged("post_install", "-at_install")
class TestNetworkMember(NetworkCase):
    def kind(self, name):
        return self.env.ref(f"crm_value_chain.crm_network_kind_{name}")

    def test_several_roles(self):
        """A contact may be several things to us, each in its time."""
        member = self.make_member(
            "Quayside", "partner", {"kind_id": self.kind("adviser").id}
        )
        member.role_ids = [
            Command.create({"role": "customer"}),
            Command.create({"role": "supplier", "date_to": self.day(-1)}),
            Command.create({"role": "owner", "date_from": self.day(1)}),
        ]
        self.assertEqual(member.roles, "Customer, Adviser to customers")
        for role, expected in (
            ("customer", True),
            ("partner", True),
            ("supplier", False),
            ("owner", False),
        ):
            found = self.Member.search([("role", "=", role), ("id", "=", member.id)])
            self.assertEqual(bool(found), expected, role)

    def test_one_member_for_a_contact(self):
        """A contact is a member of a company's network once."""
        member = self.make_member("Twice")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.make_member(member.partner_id)

    def test_in_two_companies(self):
        """Each company has a network of its own."""
        other = self.env["res.company"].create({"name": "Other"})
        member = self.make_member("Both")
        self.make_member(member.partner_id, company_id=other.id)

    def test_kind_fits_role(self):
        """An agent is a partner, no supplier."""
        with self.assertRaisesRegex(ValidationError, "Agent.*partner.*supplier"):
            self.make_member("Agent", "supplier", {"kind_id": self.kind("agent").id})

    def test_form_forgets_the_kind_of_another_role(self):
        """Who changes the role chooses a kind anew."""
        with Form(self.Member) as form:
            form.partner_id = self.make_customer("New")
            with form.role_ids.new() as line:
                line.role = "partner"
                line.kind_id = self.kind("agent")
                line.role = "supplier"
                self.assertFalse(line.kind_id)

    def test_role_twice_at_once(self):
        """The same role twice at the same time is a mistake."""
        member = self.make_member("Carrier", "supplier", {"date_from": self.day(-9)})
        with self.assertRaisesRegex(ValidationError, "Carrier is supplier twice"):
            member.role_ids = [Command.create({"role": "supplier"})]

    def test_two_agreements(self):
        """Of two agreements in one role each has a line; the role is told once."""
        chairs = {"agreement": "Chairs", "agreement_until": self.day(20)}
        member = self.make_member("Carrier", "supplier", chairs)
        for agreed in (chairs, {}):
            with self.assertRaises(ValidationError):
                member.role_ids = [Command.create({"role": "supplier", **agreed})]
        member.role_ids = [Command.create({"role": "supplier", "agreement": "Desks"})]
        self.assertEqual(member.roles, "Supplier")
        self.assertEqual(member.agreement_until, self.day(20))
        with self.assertRaisesRegex(ValidationError, "Carrier is supplier twice"):
            member.role_ids.filtered(lambda r: r.agreement == "Desks").agreement = False

    def test_weeks_to_replace(self):
        """Nothing noted is not known: that is no zero."""
        unknown, at_once = self.make_member("U"), self.make_member("A")
        at_once.switching_weeks = 0
        self.env.invalidate_all()
        told = [m.read(["switching_weeks"])[0] for m in (unknown, at_once)]
        self.assertIs(told[0]["switching_weeks"], False)
        self.assertEqual(told[1]["switching_weeks"], 0)
        self.assertIsNot(told[1]["switching_weeks"], False)
        with Form(unknown) as form:
            form.risk = "low"
        self.assertIs(unknown.switching_weeks, False)

    def test_weeks_of_before(self):
        """Where zero weeks stood for not known, they are not known after an upgrade."""
        unknown, known = self.make_member("U"), self.make_member("K")
        unknown.switching_weeks, known.switching_weeks = 0, 3
        self.env.flush_all()
        upgrade = script("post-weeks", "crm_value_chain/migrations/19.0.1.4.0")
        upgrade.migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()
        self.assertIs(unknown.switching_weeks, False)
        self.assertEqual(known.switching_weeks, 3)

    def test_role_again_later(self):
        """A role may end and begin again."""
        member = self.make_member("Carrier", "supplier", {"date_to": self.day(-9)})
        member.role_ids = [
            Command.create({"role": "supplier", "date_from": self.day(-3)})
        ]
        self.assertEqual(member.roles, "Supplier")

    def test_reversed_dates(self):
        """A role does not end before it begins."""
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.make_member(
                "Carrier",
                "supplier",
                {"date_from": self.day(2), "date_to": self.day(1)},
            )

    def test_negative_weeks(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.make_member("Carrier", switching_weeks=-1)

    def test_contribution_gives_the_role(self):
        """Who contributes in a role has it from then on."""
        member = self.make_member("Carrier", None)
        self.contribute(member, self.proposition, "supplier")
        self.assertEqual(member.role_ids.mapped("role"), ["supplier"])
        self.contribute(member, self.make_proposition("Rental"), "supplier")
        self.assertEqual(len(member.role_ids), 1)
        self.assertEqual(len(member.proposition_ids), 2)

    def test_roles_and_contributions_at_once(self):
        """A new member with both gets each role once."""
        member = self.Member.create(
            {
                "partner_id": self.make_customer("All at Once").id,
                "role_ids": [Command.create({"role": "supplier", "brief": "Hurry"})],
                "contribution_ids": [
                    Command.create(
                        {
                            "role": "supplier",
                            "proposition_id": self.proposition.id,
                            "name": "Desks",
                        }
                    )
                ],
            }
        )
        self.assertEqual(member.role_ids.mapped("brief"), ["Hurry"])

    def test_contribution_to_nothing(self):
        """A contribution is one to something."""
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.contribute(self.make_member("Carrier"))

    def test_contribution_twice(self):
        member = self.make_member("Carrier")
        self.contribute(member, self.proposition)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.contribute(member, self.proposition)

    def test_contribution_in_another_company(self):
        """A member helps with the propositions of its own company."""
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.make_proposition("Foreign", company_id=other.id)
        with self.assertRaisesRegex(ValidationError, "belongs to the network of"):
            self.contribute(self.make_member("Carrier"), foreign)

    def test_alternatives(self):
        """Alternatives are the other members in the same role for the same thing."""
        members = [self.make_member(f"Member {n}") for n in range(4)]
        lines = [self.contribute(each, self.proposition) for each in members[:3]]
        supplier = self.contribute(members[3], self.proposition, "supplier")
        members[2].active = False
        self.env.invalidate_all()
        self.assertEqual(
            [line.alternative_count for line in (*lines, supplier)], [1, 1, 2, 0]
        )

    def test_agreement_ends(self):
        """Of several agreements the first one to end is told."""
        member = self.make_member("M", "supplier", {"agreement_until": self.day(50)})
        member.role_ids = [
            Command.create({"role": "partner", "agreement_until": self.day(20)}),
            Command.create(
                {
                    "role": "owner",
                    "agreement_until": self.day(5),
                    "date_to": self.day(-1),
                }
            ),
        ]
        self.assertEqual(member.agreement_until, self.day(20))
        found = self.Member.search([("agreement_until", "<=", self.day(20))])
        self.assertIn(member, found)
        self.assertNotIn(
            member, self.Member.search([("agreement_until", "<=", self.day(10))])
        )

    def test_agreement_ends_as_told(self):
        """Who searches by the end of an agreement finds what is told, not any end."""
        two = self.make_member("Two", "supplier", {"agreement_until": self.day(20)})
        two.role_ids = [
            Command.create({"role": "partner", "agreement_until": self.day(50)})
        ]
        one = self.make_member("One", "supplier", {"agreement_until": self.day(50)})
        over = self.make_member(
            "Over",
            "supplier",
            {"agreement_until": self.day(50), "date_to": self.day(-1)},
        )
        open_, roleless = self.make_member("Open"), self.make_member("Roleless", None)
        members = one | two | over | open_ | roleless
        day = self.day
        for operator, value, found in (
            ("=", False, over | open_ | roleless),
            ("!=", False, one | two),
            ("=", day(50), one),
            ("!=", day(50), members - one),
            ("in", [day(20), False], members - one),
            (">", day(20), one),
            (">=", day(20), one | two),
            (">=", day(21), one),
            ("<", day(50), two),
            ("<=", day(50), one | two),
        ):
            with self.subTest(operator=operator, value=value):
                domain = [
                    ("id", "in", members.ids),
                    ("agreement_until", operator, value),
                ]
                self.assertEqual(set(self.Member.search(domain)), set(found))

    def test_name_follows_the_contact(self):
        member = self.make_member("Before")
        member.partner_id.name = "After"
        self.assertEqual(member.name, "After")

    def test_contact_deleted(self):
        """Deleting a contact leaves nothing of the member, nor of its messages."""
        member = self.make_member("Gone", user_id=self.env.uid)
        self.contribute(member, self.proposition)
        member.role_ids.write({"agreement_file": b"c2lnbmVk"})
        self.relate(member.partner_id, self.make_customer("Friend"))
        member.message_post(body=member.name)
        member.activity_schedule("mail.mail_activity_data_todo")
        ids = {
            "crm.network.member": member.ids,
            "crm.network.role": member.role_ids.ids,
        }
        ids["crm.network.contribution"] = member.contribution_ids.ids
        member.partner_id.unlink()
        for model, gone in ids.items():
            self.assertFalse(self.env[model].browse(gone).exists(), model)
        found = [("res_id", "in", ids["crm.network.member"])]
        for model, name in (("mail.message", "model"), ("mail.activity", "res_model")):
            left = self.env[model].search([*found, (name, "=", "crm.network.member")])
            self.assertFalse(left, model)
        documents = [("res_model", "=", "crm.network.role")]
        documents += [("res_id", "in", ids["crm.network.role"])]
        left = self.env["ir.attachment"].search(
            [("res_field", "!=", False), *documents]
        )
        self.assertFalse(left)
        self.assertFalse(self.Relation.search([("partner_id", "=", False)]))

    def test_contact_archived(self):
        """A member is archived with its contact, and comes back with it."""
        member = self.make_member("Retired")
        member.partner_id.active = False
        self.assertFalse(member.active)
        member.partner_id.active = True
        self.assertTrue(member.active)

    def test_member_on_a_contact(self):
        """A contact shows what it is to the network of the current company."""
        member = self.make_member("Carrier", "supplier")

        def shown():
            self.env.invalidate_all()
            parts = {p["key"]: p for p in member.partner_id.get_customer_view()}
            return [(line["text"], line["id"]) for line in parts["network"]["lines"]]

        self.assertEqual(shown(), [("Member of our network: Supplier", member.id)])
        member.active = False
        self.assertFalse(shown())
