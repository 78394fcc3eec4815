from lxml import etree

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestPhone(TransactionCase):
    """What people see of the rooms on a phone, where Odoo prefers cards to lists."""

    def _lists(self):
        """Actions of the rooms' menus that show a list first."""
        rooms = self.env["ir.ui.menu"]
        for name in ("intimacy", "network", "proposition"):
            rooms |= self.env.ref(f"crm_value_chain.menu_{name}")
        menus = rooms.search([("id", "child_of", rooms.ids)])
        actions = [menu.action for menu in menus if menu.action]
        return [
            action
            for action in actions
            if action._name == "ir.actions.act_window"
            and action.view_mode.startswith("list")
        ]

    def test_each_list_has_cards_that_open(self):
        """Each list of the rooms has cards, and a tap on one opens what it shows."""
        actions = self._lists()
        self.assertGreater(len(actions), 10)
        for action in actions:
            with self.subTest(action=action.name):
                modes = action.view_mode.split(",")
                self.assertIn("kanban", modes)
                views = self.env[action.res_model].get_views([(False, "kanban")])
                card = etree.fromstring(views["views"]["kanban"]["arch"])
                self.assertTrue("form" in modes or card.get("action"))
