from odoo.tests import tagged

from ..common import DemoCase


@tagged("post_install", "-at_install")
class TestPropositionDemo(DemoCase):
    """The value propositions of the demo data, where it is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.propositions = cls.env["crm.value.proposition"].search(
            [("company_id", "=", cls.main.id)]
        )

    def test_each_is_in_use_and_beats_the_alternatives(self):
        self.assertGreaterEqual(len(self.propositions), 5)
        for version in self.propositions.current_version_id:
            with self.subTest(version=version.display_name):
                ours, *others = version.value_curve["columns"]
                self.assertTrue(others)
                for other in others:
                    self.assertGreater(ours["value"], other["value"])
                self.assertTrue(version.promise_ids)

    def test_a_version_was_replaced_and_another_waits(self):
        states = set(self.propositions.version_ids.mapped("state"))
        self.assertLessEqual({"approved", "replaced", "submitted"}, states)
        waiting = self.propositions.version_ids.filtered(
            lambda version: version.state == "submitted"
        )
        self.assertTrue(waiting.changes)

    def test_deals_tell_something(self):
        texts = self.propositions.mapped("win_rate_text")
        self.assertTrue(any("%" in text for text in texts))
        self.assertTrue(any("too few to tell" in text for text in texts))
        report = self.env["crm.value.proposition.report"]
        lost_by = report._read_group(
            [("state", "=", "lost"), ("company_id", "=", self.main.id)],
            ["lost_source"],
        )
        self.assertGreaterEqual(len(lost_by), 4)

    def test_leads_get_suggestions(self):
        lead = self.env.ref("crm_value_chain.demo_lead_nordlicht")
        names = [suggestion["name"] for suggestion in lead.value_suggestions]
        self.assertIn("Rooms for guests", names)

    def test_promises_are_kept_with_members(self):
        """Whoever is named on an approved version is a member of the network."""
        kept = self.propositions.current_version_id.promise_ids
        self.assertGreaterEqual(len(kept.member_id), 2)
        self.assertFalse(any(self.propositions.mapped("unkept_promises")))

    def test_texts_with_commas_stay_whole(self):
        """The quotation prints them as they were written."""
        lobby = self.env.ref("crm_value_chain.crm_value_proposition_lobby")
        lasting = lobby.current_version_id.factor_ids.filtered(
            lambda factor: factor.name == "Lasts ten years of guests"
        )
        self.assertTrue(lasting.argument.startswith("Tested for 100,000 sittings"))
        self.assertEqual(lasting.proof, "Test certificate")
