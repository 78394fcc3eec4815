from odoo.tests import tagged
from odoo.tools import SQL

from ...hooks import uninstall_hook
from ..common import ValueChainCommon


@tagged("post_install", "-at_install")
class TestUninstall(ValueChainCommon):
    def test_catalogues_go_before_what_was_noted_with_them(self):
        """Odoo deletes them first, and logs an error for each that is in use."""
        person, other = self.make_customer("Person"), self.make_customer("Other")
        channel = self.env["crm.interaction.channel"].create({"name": "Drone"})
        self.env["crm.contact.preference"].create(
            {"partner_id": person.id, "channel_id": channel.id}
        )
        words = "shares an office with"
        kind = self.env["crm.network.relation.type"].create(
            {"name": words, "inverse_name": words}
        )
        self.env["crm.network.relation"].create(
            {"partner_id": person.id, "other_partner_id": other.id, "type_id": kind.id}
        )
        uninstall_hook(self.env)
        for record in (channel, kind):
            record.unlink()
            self.assertFalse(record.exists())

    def test_programs_stay_for_who_holds_a_card(self):
        """Odoo cannot delete them, and is not asked to."""
        held, idle = self.env["loyalty.program"].create([{"name": n} for n in "AB"])
        self.env["loyalty.card"].create({"program_id": held.id})
        self.env["ir.model.data"].create(
            [
                {
                    "module": "crm_value_chain",
                    "name": f"program_{program.name}",
                    "model": program._name,
                    "res_id": program.id,
                }
                for program in (held, idle)
            ]
        )
        uninstall_hook(self.env)
        names = (held | idle).get_external_id()
        self.assertEqual(names, {held.id: "", idle.id: "crm_value_chain.program_B"})

    def test_nothing_else_is_untied(self):
        """What keeps records of Odoo's from being deleted stays as it is."""
        kept = self.restricting("loyalty_card", "account_move_line")
        self.assertTrue(kept)
        uninstall_hook(self.env)
        self.assertEqual(self.restricting("loyalty_card", "account_move_line"), kept)

    def restricting(self, *tables):
        """Names of the foreign keys of tables that keep what they point to."""
        query = SQL(
            "SELECT conname FROM pg_constraint JOIN pg_class c ON c.oid = conrelid"
            " WHERE confdeltype = 'r' AND c.relname = ANY(%s) ORDER BY 1",
            list(tables),
        )
        return self.env.execute_query(query)
