from datetime import timedelta

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from .difference_case import DifferenceCase


@tagged("post_install", "-at_install")
class TestDriver(DifferenceCase):
    """Why customers want a relationship with us."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.risk = cls.env.ref("crm_value_chain.crm_relationship_driver_risk")
        cls.complex = cls.env.ref("crm_value_chain.crm_relationship_driver_complex")

    def drive(self, profile, driver, **values):
        return self.env["crm.customer.driver"].create(
            {"profile_id": profile.id, "driver_id": driver.id, **values}
        )

    def test_catalogue(self):
        """The theory's drivers are there: five of companies, six of persons."""
        sides = self.env["crm.relationship.driver"].search([]).mapped("side")
        self.assertGreaterEqual(sides.count("b2b"), 5)
        self.assertGreaterEqual(sides.count("b2c"), 6)

    def test_side_of_the_customer(self):
        """Companies are offered B2B drivers, persons those of B2C."""
        self.assertEqual(self.own.driver_side, "b2b")
        self.assertEqual(self.others.driver_side, "b2c")

    @users("need_seller")
    def test_noted_on_the_form(self):
        """A salesperson notes a driver on the form of the customer."""
        with Form(self.own.with_env(self.env)) as form:
            with form.driver_fact_ids.new() as line:
                line.driver_id = self.risk
                line.strength = 5
                line.evidence = "Half of the yearly budget"
        fact = self.own.driver_fact_ids
        self.assertEqual(fact.driver_id, self.risk)
        self.assertEqual((fact.strength, fact.user_id), (5, self.env.user))

    @mute_logger("odoo.sql_db")
    def test_bad_input(self):
        """Strength lies between 1 and 5; a driver is noted once, in the past."""
        self.drive(self.own, self.risk)
        for values in (
            {"driver_id": self.complex.id, "strength": 6},
            {"driver_id": self.complex.id, "strength": 0},
            {"driver_id": self.risk.id},
        ):
            with (
                self.subTest(values=values),
                self.assertRaises(psycopg2.IntegrityError),
                self.cr.savepoint(),
            ):
                self.own.driver_fact_ids = [Command.create(values)]
        self.own.invalidate_recordset()
        with self.assertRaisesRegex(ValidationError, "not in the future"):
            self.drive(self.own, self.complex, date=self.today + timedelta(days=3))

    def test_who_sees(self):
        """Own customers, all, none: as with all facts."""
        facts = self.drive(self.own, self.risk) | self.drive(self.others, self.risk)
        for user, count in (
            (self.seller, 1),
            (self.seller_all, 2),
            (self.manager, 2),
            (self.stranger, 0),
        ):
            with self.subTest(user=user.login):
                found = self.as_user(user, facts).search_count(
                    [("id", "in", facts.ids)]
                )
                self.assertEqual(found, count)
        with self.assertRaises(AccessError):
            facts.with_user(self.outsider).search([])
        with self.assertRaises(AccessError):
            facts[1].with_user(self.seller).strength = 1

    @users("need_seller")
    def test_only_managers_keep_the_catalogue(self):
        with self.assertRaises(AccessError):
            self.risk.with_env(self.env).name = "Danger"

    def test_merge(self):
        """Who merges keeps the drivers of both, each once."""
        self.drive(self.own, self.risk, strength=5, evidence="Asks for references")
        self.drive(self.others, self.risk, strength=1, evidence="Pays for insurance")
        self.drive(self.others, self.complex)
        self.merge(self.foreign, into=self.customer)
        facts = self.own.driver_fact_ids
        self.assertEqual(
            {fact.driver_id: fact.strength for fact in facts},
            {self.risk: 5, self.complex: 3},
        )
        [risk] = facts.filtered(lambda fact: fact.driver_id == self.risk)
        self.assertEqual(risk.evidence, "Asks for references; Pays for insurance")

    def test_refusal(self):
        """Who refuses profiling takes the drivers along."""
        fact = self.drive(self.own, self.risk)
        self.customer.profiling_refused = True
        self.assertFalse(fact.exists())
