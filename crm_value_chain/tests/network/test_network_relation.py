from contextlib import contextmanager

from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from odoo import api
from odoo.exceptions import UserError, ValidationError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, Form, get_db_name, tagged
from odoo.tests.common import ADMIN_USER_ID
from odoo.tools import mute_logger

from .network_case import NetworkCase


@tagged("post_install", "-at_install")
class TestNetworkRelation(NetworkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one = cls.make_customer("One", is_company=True)
        cls.two = cls.make_customer("Two", is_company=True)

    def told(self, partner):
        """How a contact is related to others, in words from its own end."""
        self.env.invalidate_all()
        return [
            (side.label, side.other_partner_id) for side in partner.network_side_ids
        ]

    def test_both_ways(self):
        """A relation is noted once and read from either end."""
        self.relate(self.one, self.two)
        self.assertEqual(self.told(self.one), [("recommended", self.two)])
        self.assertEqual(self.told(self.two), [("was recommended by", self.one)])

    def test_without_direction(self):
        self.relate(self.one, self.two, self.works_with)
        self.assertEqual(self.told(self.one), [("works with", self.two)])
        self.assertEqual(self.told(self.two), [("works with", self.one)])

    def test_in_the_language_of_the_reader(self):
        """Both names are translated."""
        self.env["res.lang"]._activate_lang("fr_FR")
        kind = self.recommended.with_context(lang="fr_FR")
        kind.write({"name": "a recommandé", "inverse_name": "fut recommandé par"})
        self.relate(self.one, self.two)
        french = self.two.with_context(lang="fr_FR")
        self.assertEqual(french.network_side_ids.label, "fut recommandé par")
        self.assertEqual(self.two.network_side_ids.label, "was recommended by")

    def test_people_of_a_company(self):
        """A company shows the relations of its people too."""
        person = self.make_customer("Person", parent_id=self.one.id)
        self.relate(person, self.two)
        self.assertEqual(self.told(self.one), [("recommended", self.two)])
        self.assertEqual(self.one.network_side_ids.partner_id, person)

    def test_member_and_profile(self):
        """Member and customer profile show the relations of their own company only."""
        self.buy(self.one)
        self.score()
        member = self.make_member(self.one)
        other = self.env["res.company"].create({"name": "Other"})
        ours = self.relate(self.one, self.two)
        self.relate(self.one, self.two, self.works_with, company_id=other.id)
        both = self.env(
            context=dict(
                self.env.context, allowed_company_ids=(self.company | other).ids
            )
        )
        for record in (member, self.profile(self.one)):
            record = record.with_env(both)
            sides = record["side_ids" if record == member else "network_side_ids"]
            self.assertEqual(sides.relation_id, ours)

    def test_to_itself(self):
        with self.assertRaisesRegex(ValidationError, "One cannot be related to itself"):
            self.relate(self.one, self.one)

    def test_double(self):
        """The same relation twice at the same time is a mistake."""
        self.relate(self.one, self.two)
        with self.assertRaisesRegex(ValidationError, "noted already"):
            self.relate(self.one, self.two, date_from=self.day(-5))

    def test_double_from_the_other_end(self):
        """A relation without direction is the same from either end."""
        self.relate(self.one, self.two, self.works_with)
        with self.assertRaisesRegex(ValidationError, "noted already"):
            self.relate(self.two, self.one, self.works_with)

    def test_no_doubles(self):
        """Another direction, type, time or company is another relation."""
        self.relate(self.one, self.two, date_to=self.day(-10))
        self.relate(self.one, self.two, date_from=self.day(-9))
        self.relate(self.two, self.one)
        self.relate(self.one, self.two, self.works_with)
        other = self.env["res.company"].create({"name": "Other"})
        self.relate(self.one, self.two, company_id=other.id)

    def test_double_by_change(self):
        """Nor may a relation be changed into one that is there."""
        self.relate(self.one, self.two)
        other = self.relate(self.one, self.two, self.works_with, date_from=self.day(-5))
        with self.assertRaisesRegex(ValidationError, "noted already"):
            other.type_id = self.recommended

    def test_contact_of_another_company(self):
        """Relations and members are contacts of the company or of all."""
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.make_customer("Foreign", company_id=other.id)
        for ends in ((self.one, foreign), (foreign, self.one)):
            with self.assertRaisesRegex(UserError, "Foreign"):
                self.relate(*ends)
        with self.assertRaisesRegex(UserError, "Foreign"):
            self.make_member(foreign)
        self.relate(foreign, self.two, company_id=other.id)

    def test_reversed_dates(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.relate(self.one, self.two, date_from=self.day(1), date_to=self.day(-1))

    def test_present(self):
        """What has ended or not begun is not at present."""
        ended = self.relate(self.one, self.two, date_to=self.day(-1))
        future = self.relate(self.one, self.two, date_from=self.day(1))
        now = self.relate(
            self.one, self.two, date_from=self.day(0), date_to=self.day(0)
        )
        self.assertEqual(
            [r.is_present for r in (ended, future, now)], [False, False, True]
        )
        mine = [("partner_id", "=", self.one.id)]
        self.assertEqual(self.Relation.search([*mine, ("is_present", "=", True)]), now)
        self.assertEqual(
            self.Relation.search([*mine, ("is_present", "=", False)]), ended | future
        )

    def test_add_from_a_contact(self):
        """The form of a new relation begins with whom one comes from."""
        action = self.one.action_add_network_relation()
        with Form(self.Relation.with_context(**action["context"])) as form:
            form.type_id = self.recommended
            form.other_partner_id = self.two
        self.assertEqual(self.told(self.one), [("recommended", self.two)])

    def test_type_in_use(self):
        """A type that relations have cannot be deleted, but archived."""
        self.relate(self.one, self.two)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.recommended.unlink()
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestNetworkAtOnce(BaseCase):
    """Two who note the same at the same moment, in real transactions."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.transaction() as env:
            names = [{"name": "At Once"}, {"name": "Together"}]
            partners = env["res.partner"].create(names)
            self.partner_ids = partners.ids
            member = env["crm.network.member"].create({"partner_id": partners[0].id})
            self.member_id = member.id
        self.addCleanup(self.clean_up)

    def clean_up(self):
        with self.transaction() as env:
            env["res.partner"].browse(self.partner_ids).unlink()

    @contextmanager
    def transaction(self):
        """A transaction of its own that never waits longer than a second."""
        with self.registry.cursor() as cr:
            cr.execute("SET LOCAL lock_timeout = '1s'")
            yield api.Environment(cr, ADMIN_USER_ID, {})

    def relate(self, env):
        kind = env.ref("crm_value_chain.crm_network_relation_type_recommended")
        first, second = self.partner_ids
        env["crm.network.relation"].create(
            {"partner_id": first, "other_partner_id": second, "type_id": kind.id}
        )

    def give_role(self, env):
        env["crm.network.role"].create({"member_id": self.member_id, "role": "owner"})

    def assert_second_fails(self, work, error):
        """Of two transactions that begin together the second one cannot do it."""
        with self.transaction() as late:
            late.cr.execute("SELECT 1 FROM res_partner LIMIT 1")  # from here it sees
            with self.transaction() as early:
                work(early)
            with self.assertRaises(error), mute_logger("odoo.sql_db"):
                work(late)
            late.cr.rollback()

    def test_relation(self):
        self.assert_second_fails(self.relate, IntegrityError)

    def test_role(self):
        """Odoo tries again what fails in this way: it finds the other's role then."""
        self.assert_second_fails(self.give_role, SerializationFailure)
        with self.transaction() as env, self.assertRaises(ValidationError):
            self.give_role(env)
