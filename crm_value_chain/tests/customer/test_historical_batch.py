import csv
import io

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from .historical_case import HistoricalCase


@tagged("post_install", "-at_install")
class TestHistoricalBatch(HistoricalCase):
    def test_batch_says_what_the_import_brought(self):
        purchases, _messages = self.import_csv(
            "C001,2020-01-01,1", "C002,2020-02-01,2.5", "bo@bolt.example,2019-05-05,-1"
        )
        self.assertRecordValues(
            purchases.batch_id,
            [
                {
                    "name": "sales.csv",
                    "user_id": self.manager.id,
                    "company_id": self.company.id,
                    "state": "done",
                    "purchase_count": 3,
                    "customer_count": 2,
                    "amount": 2.5,
                }
            ],
        )
        self.assertEqual(str(purchases.batch_id.date_from), "2019-05-05")
        self.assertEqual(str(purchases.batch_id.date_to), "2020-02-01")

    def test_undo_deletes_the_rows_of_the_import_and_keeps_the_record_of_it(self):
        mine, _messages = self.import_csv("C001,2020-01-01,1")
        others, _messages = self.import_csv("C002,2020-01-01,1")
        batch = mine.batch_id
        self.empty_queue()
        batch.action_undo()
        self.assertFalse(mine.exists())
        self.assertTrue(others.exists())
        self.assertRecordValues(
            batch,
            [
                {
                    "state": "undone",
                    "undone_by_id": self.manager.id,
                    "purchase_count": 1,
                }
            ],
        )
        self.assertTrue(batch.undone_on)
        self.assertEqual(self.queued(), {(self.anna.id, self.company.id)})

    def test_undo_takes_external_ids_along(self):
        header = "External ID,Customer,Date,Amount"
        purchases, _messages = self.import_csv("a1,C001,2020-01-01,1", header=header)
        purchases.batch_id.action_undo()
        self.assertFalse(
            self.env["ir.model.data"].search(
                [("model", "=", "crm.historical.purchase"), ("name", "=", "a1")]
            )
        )
        purchases, messages = self.import_csv("a1,C001,2020-01-01,1", header=header)
        self.assertFalse(messages)
        self.assertTrue(purchases)

    def test_import_that_was_undone_half_way_starts_again_from_the_first_row(self):
        dialog = self.open_import(
            "Customer,Date,Amount\nC001,2020-01-01,1\nC001,2020-01-02,2"
        )
        names, headers, options = self.preview(dialog)
        result = dialog.execute_import(names, headers, dict(options))
        self.Purchase.browse(result["ids"]).batch_id.action_undo()
        with self.assertRaisesRegex(UserError, "first row"):
            dialog.execute_import(names, headers, dict(options, skip=1))
        result = dialog.execute_import(names, headers, dict(options))
        self.assertEqual(len(result["ids"]), 2)

    def test_incomplete_import_says_so(self):
        purchases, _messages = self.import_csv("C001,2020-01-01,1", "C001,2020-01-02,2")
        batch = purchases.batch_id
        self.assertFalse(batch.is_incomplete)
        purchases[0].unlink()
        self.assertTrue(batch.is_incomplete)
        self.assertEqual(batch.purchase_count, 1)

    def test_import_that_reaches_into_the_time_of_odoo_says_so(self):
        purchases, _messages = self.import_csv("C001,2020-06-01,1")
        self.assertFalse(purchases.batch_id.overlap_date)
        self.order(self.anna).date_order = "2020-03-01"
        self.env.invalidate_all()
        self.assertEqual(str(purchases.batch_id.overlap_date), "2020-03-01")
        self.company.value_chain_source = "invoice"
        self.env.invalidate_all()
        self.assertFalse(purchases.batch_id.overlap_date)
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=self.company, install_demo=False
        )
        line = {"name": "Goods", "price_unit": 10, "tax_ids": False}
        self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.anna.id,
                "invoice_date": "2020-02-01",
                "invoice_line_ids": [Command.create(line)],
            }
        ).action_post()
        self.env.invalidate_all()
        self.assertEqual(str(purchases.batch_id.overlap_date), "2020-02-01")

    def test_only_an_undone_import_can_be_deleted(self):
        purchases, _messages = self.import_csv("C001,2020-06-01,1")
        batch = purchases.batch_id
        with self.assertRaisesRegex(UserError, "Undo"):
            batch.unlink()
        batch.action_undo()
        batch.unlink()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_only_a_manager_of_the_company_undoes(self):
        purchases, _messages = self.import_csv("C001,2020-06-01,1")
        batch = purchases.batch_id
        for user in (self.salesperson, self.other_manager):
            with self.assertRaises(AccessError):
                self.as_user(batch, user).action_undo()
        self.assertTrue(purchases.exists())


@tagged("post_install", "-at_install")
class TestHistoricalCdnow(HistoricalCase):
    """The published CDNOW sample: imported, undone and imported again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with file_open("crm_value_chain/demo/cdnow_sample.csv") as file:
            cls.content = file.read()
        rows = list(csv.DictReader(io.StringIO(cls.content)))
        cls.references = sorted({row["customer_id"] for row in rows}, key=int)
        cls.env["res.partner"].create(
            [
                {
                    "name": f"Music lover {reference}",
                    "ref": reference,
                    "company_id": cls.company.id,
                }
                for reference in cls.references
            ]
        )

    def _import(self):
        dialog = self.open_import(self.content, "cdnow.csv")
        ids, messages = self.run_import(
            dialog, names=["partner_id", "date", False, "amount"]
        )
        self.assertFalse(messages)
        return self.Purchase.browse(ids)

    def assertPublished(self, purchases):
        self.assertEqual(len(purchases), 6919)
        self.assertEqual(len(purchases.partner_id), 2357)
        [[days, amount]] = self.env["crm.historical.purchase"]._read_group(
            [("batch_id", "=", purchases.batch_id.id)],
            aggregates=["__count", "company_amount:sum"],
        )
        self.assertEqual(days, 6919)
        self.assertAlmostEqual(amount, 244_091.94, 2)
        days = {(purchase.partner_id, purchase.date) for purchase in purchases}
        self.assertEqual(len(days), 6696)

    def test_undone_and_repeated_it_says_the_same(self):
        purchases = self._import()
        self.assertPublished(purchases)
        purchases.batch_id.action_undo()
        self.assertFalse(purchases.exists())
        self.assertPublished(self._import())
