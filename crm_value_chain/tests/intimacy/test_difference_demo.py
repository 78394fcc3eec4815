from odoo.tests import tagged

from ..common import DemoCase


@tagged("post_install", "-at_install")
class TestDifferenceDemo(DemoCase):
    """The demo data on needs, drivers and treatments, where it is installed."""

    def test_every_need_has_customers(self):
        for need in self.env["crm.need"].search([]):
            self.assertGreaterEqual(need.customer_count, 3, need.name)

    def test_needs_are_met_well_and_badly(self):
        facts = self.env["crm.customer.need"].search([])
        gaps = facts.filtered(lambda fact: fact.gap is not False).mapped("gap")
        self.assertLess(min(gaps), 1)
        self.assertGreater(max(gaps), 3)
        self.assertLess(len(gaps), len(facts), "of some it is not known")

    def test_all_kinds_of_treatments(self):
        treatments = self.env["crm.treatment"].search([])
        self.assertEqual(
            set(treatments.mapped("kind")),
            {"proposition", "terms", "service_level", "goal", "other"},
        )
        self.assertEqual(set(treatments.mapped("state")), {"active", "ended"})
        goals = treatments.filtered(lambda each: each.kind == "goal")
        self.assertEqual(
            set(goals.mapped("goal_state")), {"agreed", "reached", "missed"}
        )
        overdue = goals.filtered("is_overdue")
        self.assertTrue(overdue.reminder_id)

    def test_companies_and_persons_have_drivers(self):
        facts = self.env["crm.customer.driver"].search([])
        self.assertEqual(set(facts.mapped("side")), {"b2b", "b2c"})
        for fact in facts:
            self.assertEqual(fact.side, fact.profile_id.driver_side)
