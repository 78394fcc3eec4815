from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .value_case import ValueCase


@tagged("post_install", "-at_install")
class TestValue(ValueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proposition = cls.make_proposition(approve=False)
        cls.version = cls.proposition.version_ids
        cls.rival = cls.version.alternative_ids

    def test_by_hand(self):
        """(5 × 8 + 2 × 5) / (4 × 5) = 2.5; the rival (5 × 4 + 2 × 5) / (4 × 7.5)."""
        self.assertEqual(self.version.value_ratio, 2.5)
        self.assertEqual(self.proposition.value_ratio, 2.5)
        ours, theirs = self.version.value_curve["columns"]
        self.assertEqual((ours["name"], ours["value"]), ("We", 2.5))
        self.assertEqual((theirs["name"], theirs["value"]), ("Rival", 1))
        self.assertIn("150% more", self.version.value_text)

    def test_advantage(self):
        """Points by which we beat the best alternative; less sacrifice is better."""
        found = {factor.name: factor.advantage for factor in self.version.factor_ids}
        self.assertEqual(found, {"Fast": 4, "Quiet": 0, "Price": 2.5})
        second = self.env["crm.value.alternative"].create(
            {"version_id": self.version.id, "name": "Cheap"}
        )
        price = self.factor(self.version, "Price")
        self.version.set_value_number(price.id, second.id, 1)
        self.assertEqual(price.best_alternative_id, second)
        self.assertEqual(price.advantage, -4)

    def test_zero_sacrifices(self):
        """Are said to be a mistake, and never divide by zero."""
        self.factor(self.version, "Price").our_score = 0
        self.assertIs(self.version.value_ratio, False)
        self.assertIn("add up to zero", self.version.value_text)
        self.assertIn("Price", self.version.value_text)
        with self.assertRaisesRegex(UserError, "add up to zero"):
            self.version.action_submit()

    def test_missing_weight(self):
        """The factor is named."""
        self.factor(self.version, "Quiet").weight = False
        self.assertIs(self.version.value_ratio, False)
        self.assertIn("the weight is missing of: Quiet", self.version.value_text)

    def test_missing_score(self):
        """Of us nothing is computed; an alternative is just left out."""
        fast = self.factor(self.version, "Fast")
        fast.score_ids.unlink()
        self.assertEqual(self.version.value_ratio, 2.5)
        self.assertEqual(self.version.value_text, "2.50; no alternative is scored yet.")
        rival = self.version.value_curve["columns"][1]
        self.assertIsNone(rival["value"])
        self.assertIn("the score is missing of: Fast", rival["why"])
        fast.our_score = False
        self.assertIn("the score is missing of: Fast", self.version.value_text)

    def test_alternative_without_benefit(self):
        """An alternative that is worth nothing is scored; no percentage is of zero."""
        for name in ("Fast", "Quiet"):
            self.factor(self.version, name).score_ids.score = 0
        self.assertEqual(
            self.version.value_text,
            "2.50, more than the best alternative, “Rival” (0.00).",
        )

    def test_nothing_yet(self):
        """An empty version says what to begin with."""
        empty = self.env["crm.value.proposition"].create({"name": "Empty"})
        self.assertIn("no benefit yet", empty.value_text)
        self.assertEqual(empty.value_curve["rows"], [])

    def test_bad_numbers(self):
        """Negative scores and weights, and scores above ten, are refused clearly."""
        fast = self.factor(self.version, "Fast")
        for change, message in (
            (lambda: fast.write({"our_score": -1}), "from 0 to 10, not -1"),
            (lambda: fast.write({"our_score": 10.5}), "from 0 to 10, not 10.5"),
            (lambda: fast.score_ids.write({"score": -3}), "from 0 to 10, not -3"),
            (
                lambda: self.version.set_value_number(fast.id, self.rival.id, 99),
                "from 0 to 10, not 99",
            ),
            (lambda: fast.write({"weight": -1}), "a weight cannot be negative"),
            (lambda: fast.write({"weight": float("nan")}), "a number up to 1000"),
            (lambda: fast.write({"weight": float("inf")}), "a number up to 1000"),
            (lambda: fast.write({"proof_url": "javascript:alert(1)"}), "A link begins"),
        ):
            with self.subTest(message=message), self.assertRaises(ValidationError) as e:
                with self.cr.savepoint():
                    change()
            self.assertIn(message, str(e.exception))

    def test_table_of_scores(self):
        """Numbers typed into the table are kept; an empty cell is not known."""
        fast = self.factor(self.version, "Fast")
        version = self.version.with_user(self.manager)
        curve = version.set_value_number(fast.id, "weight", 7)
        version.set_value_number(fast.id, False, 0)
        curve = version.set_value_number(fast.id, self.rival.id, 3)
        row = next(row for row in curve["rows"] if row["id"] == fast.id)
        self.assertEqual((row["weight"], row["scores"]), (7, [0, 3]))
        version.set_value_number(fast.id, False, None)
        curve = version.set_value_number(fast.id, self.rival.id, None)
        row = next(row for row in curve["rows"] if row["id"] == fast.id)
        self.assertEqual(row["scores"], [None, None])
        self.assertTrue(curve["is_editable"])
        self.assertFalse(self.version.with_user(self.seller)._curve()["is_editable"])

    def test_a_score_is_of_one_version(self):
        """No score crosses from one version to another."""
        other = self.make_proposition("Other", approve=False).version_ids
        with self.assertRaises(ValidationError):
            self.env["crm.value.score"].create(
                {
                    "factor_id": self.factor(self.version, "Fast").id,
                    "alternative_id": other.alternative_ids.id,
                    "score": 1,
                }
            )

    def test_sources_tell_benefits_from_sacrifices(self):
        kinds = {factor.source: factor.kind for factor in self.version.factor_ids}
        self.assertEqual(
            kinds,
            {"responsiveness": "benefit", "product": "benefit", "money": "sacrifice"},
        )

    def test_promises(self):
        """End after they begin; are kept in the own network; are valid in between."""
        promise = self.version.promise_ids
        self.assertTrue(promise.is_present)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            promise.date_to = "2000-01-01"
            promise.flush_recordset()
        promise.invalidate_recordset()
        promise.write({"date_from": "1999-01-01", "date_to": "2000-01-01"})
        self.assertFalse(promise.is_present)
        Promise = self.env["crm.value.promise"]
        domain = [("version_id", "=", self.version.id)]
        self.assertFalse(Promise.search([*domain, ("is_present", "=", True)]))
        self.assertEqual(Promise.search([*domain, ("is_present", "=", False)]), promise)
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self.env["crm.network.member"].create(
            {"partner_id": self.make_customer().id, "company_id": other.id}
        )
        with self.assertRaisesRegex(ValidationError, "another company"):
            promise.member_id = stranger

    def test_the_form_shows_new_factors_at_once(self):
        """Before they are saved, the value says what they lack."""
        with Form(self.version.with_user(self.manager)) as form:
            with form.factor_ids.new() as line:
                line.name = "Green"
                line.source = "assurance"
            self.assertIn("Green", form.value_curve["text"])

    def test_references_that_still_speak(self):
        """Who does not agree any more is not named, and a merge keeps who does."""
        customer, twin = self.make_customer("Old"), self.make_customer("New")
        for each in (customer, twin):
            self.buy(each)
        self.score()
        self.profile(customer).active_reference = True
        fast = self.factor(self.version, "Fast")
        fast.reference_ids = customer
        self.approve(self.version)
        arguments = self.version._arguments()["strengths"]
        self.assertEqual(arguments[0]["references"], ["Old"])
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((customer | twin).ids, twin, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(fast.reference_ids, twin)
        self.assertEqual(fast._argument()["references"], ["New"])
        self.profile(twin).active_reference = False
        self.assertEqual(fast._argument()["references"], [])
