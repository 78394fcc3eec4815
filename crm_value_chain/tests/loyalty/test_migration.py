import importlib.util

from odoo.tests import tagged
from odoo.tools import SQL
from odoo.tools.misc import file_path

from ..common import ValueChainCommon

FOLDER = "crm_value_chain/migrations/19.0.1.1.0"
OLD_RULE = (
    '[("purchase_count", ">=", 2), "|", ("share_of_wallet", ">", 0.5),'
    ' ("is_supplier_of_choice", "=", True), ("satisfaction", "in", ["8", "9", "10"])]'
)


def script(name, folder=FOLDER):
    """A migration script, as a module."""
    path = file_path(f"{folder}/{name}.py")
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@tagged("post_install", "-at_install")
class TestMigration(ValueChainCommon):
    """From plain numbers, as issue 1 had them, to dated entries."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.post = script("post-attitudes")
        cls.customer = cls.make_customer()
        cls.buy(cls.customer)
        cls.buy(cls.customer, days_ago=9)
        cls.score()

    def old_column(self, name, value):
        """Let a profile have a plain number as it had it before."""
        self.env.flush_all()
        column = SQL.identifier(f"{name}_of_people")
        self.env.cr.execute(
            SQL("ALTER TABLE crm_customer_profile ADD COLUMN %s varchar", column)
        )
        self.env.cr.execute(
            SQL(
                "UPDATE crm_customer_profile SET %s = %s WHERE id = %s",
                *(column, value, self.profile(self.customer).id),
            )
        )

    def test_numbers_become_entries(self):
        """What people knew is known afterwards, and places the customer as before."""
        self.old_column("satisfaction", "8")
        self.old_column("would_recommend", "10")
        self.profile(self.customer).is_supplier_of_choice = True
        self.post.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        profile = self.profile(self.customer)
        self.assertEqual((profile.satisfaction, profile.would_recommend), (8, 10))
        self.assertEqual(
            {(e.metric, e.score, e.source) for e in profile.attitude_ids},
            {("satisfaction", 8, "other"), ("recommendation", 10, "other")},
        )
        self.assertEqual(profile.attitude_ids.company_id, self.company)
        self.score()
        self.assertEqual(profile.ladder_stage_id, self.stages["loyal"])

    def test_rules(self):
        """Rules on the old texts compare numbers; a broken rule stays as it is."""
        for old, new in (
            (OLD_RULE, OLD_RULE.replace('"in", ["8", "9", "10"]', '">=", 8')),
            (
                '[("would_recommend", "in", ["1", "3"])]',
                '[("would_recommend", "in", [1, 3])]',
            ),
            (
                '[("list_ids", "any", [("satisfaction", "=", "7")])]',
                '[("list_ids", "any", [("satisfaction", "=", 7)])]',
            ),
            ('[("satisfaction", "=", "0")]', '[("satisfaction", "=", 0)]'),
            ('[("satisfaction", "!=", False)]', '[("satisfaction", "!=", False)]'),
            ('["&", broken', '["&", broken'),
        ):
            self.assertEqual(
                self.post.rewritten(old).replace("'", '"'), new.replace("'", '"')
            )

    def test_stored_rules(self):
        """The stages of the ladder are rewritten, of whichever company."""
        stage = self.stages["loyal"]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_ladder_stage SET domain = %s WHERE id = %s",
            [OLD_RULE, stage.id],
        )
        self.post.migrate(self.env.cr, "19.0.1.0.0")
        stage.invalidate_recordset()
        self.assertIn("'>=', 8", stage.domain)
        self.assertFalse(stage._usable()[1])

    def test_value_tiers(self):
        """A company from before value tiers gets them."""
        tiers = self.env["crm.value.tier"]
        company = self.env["res.company"].create({"name": "From before"})
        of_company = [("company_id", "=", company.id)]
        tiers.search(of_company).unlink()
        self.post.migrate(self.env.cr, "19.0.1.0.0")
        self.assertEqual(tiers.search(of_company).mapped("name"), ["A", "B", "C"])
