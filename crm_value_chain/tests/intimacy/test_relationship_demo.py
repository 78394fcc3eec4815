from odoo.tests import tagged

from ..common import DemoCase


@tagged("post_install", "-at_install")
class TestRelationshipDemo(DemoCase):
    """The demo company talks with its customers, and listens."""

    def test_every_source_tells(self):
        """Each kind of interaction is there, and cost on most channels."""
        groups = self.env["crm.relationship.interaction"]._read_group(
            [], ["source"], ["__count", "cost:sum"]
        )
        counts = {source: count for source, count, _cost in groups}
        for source in ("message", "activity", "meeting", "order", "invoice", "history"):
            self.assertGreaterEqual(counts.get(source, 0), 10, source)
        self.assertGreater(sum(cost or 0 for _source, _count, cost in groups), 100)

    def test_episodes_of_every_kind(self):
        """Task and social, open and ended, well and badly, by hand and of documents."""
        episodes = self.env["crm.relationship.episode"].search([])
        kinds = episodes.type_id
        self.assertEqual(set(kinds.mapped("nature")), {"task", "social"})
        self.assertGreaterEqual(len(kinds), 7)
        self.assertEqual(
            set(episodes.mapped("outcome")), {"good", "neutral", "bad", False}
        )
        self.assertEqual(set(episodes.mapped("is_open")), {True, False})
        self.assertEqual(set(episodes.mapped("is_followed")), {True, False})

    def test_wishes(self):
        """People allow, refuse and withdraw; preferences have topics."""
        consents = self.env["crm.contact.consent"].search([])
        self.assertEqual(
            set(consents.mapped("state")), {"given", "refused", "withdrawn"}
        )
        jan = self.env.ref("base.res_partner_value_chain_nordlicht_contact")
        self.assertTrue(jan.consent_warning)
        self.assertTrue(self.env["crm.contact.preference"].search([]).topic_ids)
