import datetime
import io
from unittest.mock import patch

from openpyxl import Workbook

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from .historical_case import HistoricalCase

PART = "odoo.addons.crm_value_chain.models.core.base_import_import.SMALLEST_PART"


@tagged("post_install", "-at_install")
class TestHistoricalImport(HistoricalCase):
    def test_customer_is_found_by_reference_mail_tax_number_or_name(self):
        purchases, messages = self.import_csv(
            "C001,2020-01-01,1",
            "anna@example.COM,2020-01-02,2",
            "XX12345,2020-01-03,3",
            "bolt ltd,2020-01-04,4",
            "bo@bolt.example,2020-01-05,5",
            '"Bolt Ltd, Bo Buyer",2020-01-06,6',
        )
        self.assertFalse(messages)
        self.assertEqual(
            purchases.partner_id.mapped("name"), ["Anna Adler", "Bolt Ltd", "Bo Buyer"]
        )
        self.assertEqual(
            purchases.mapped(lambda p: p.partner_id.commercial_partner_id),
            self.anna | self.bolt,
        )
        self.assertEqual(
            [purchase.partner_id.id for purchase in purchases],
            [
                *self.anna.ids * 2,
                *self.bolt.ids * 2,
                *self.bolt_buyer.ids * 2,
            ],
        )

    def test_unknown_customers_are_reported_by_row_and_nothing_is_written(self):
        purchases, messages = self.import_csv(
            "C001,2020-01-01,1", "Nobody,2020-01-02,2", ",2020-01-03,3"
        )
        self.assertFalse(purchases)
        self.assertRowErrors(
            messages,
            [(1, "partner_id", "“Nobody”"), (2, "partner_id", "missing")],
        )
        self.assertFalse(self.Purchase.search([("company_id", "=", self.company.id)]))
        self.assertFalse(self.Batch.search([("company_id", "=", self.company.id)]))

    def test_ambiguous_name_is_reported_with_the_candidates(self):
        self.env["res.partner"].create({"name": "anna adler", "ref": "C009"})
        _purchases, messages = self.import_csv("Anna Adler,2020-01-01,1")
        self.assertRowErrors(messages, [(0, "partner_id", "any of 2 customers")])
        self.assertIn("(C001)", messages[0]["message"])
        self.assertIn("(C009)", messages[0]["message"])

    def test_ambiguous_mail_is_reported(self):
        self.env["res.partner"].create({"name": "A.", "email": "anna@example.com"})
        _purchases, messages = self.import_csv("anna@example.com,2020-01-01,1")
        self.assertRowErrors(messages, [(0, "partner_id", "any of 2 customers")])

    def test_reference_of_one_and_name_of_another_is_ambiguous(self):
        self.env["res.partner"].create({"name": "C001"})
        _purchases, messages = self.import_csv("C001,2020-01-01,1")
        self.assertRowErrors(messages, [(0, "partner_id", "any of 2 customers")])

    def test_contacts_of_one_customer_are_not_ambiguous(self):
        self.bolt_buyer.email = self.bolt.email = "office@bolt.example"
        purchases, _messages = self.import_csv("office@bolt.example,2020-01-01,1")
        self.assertEqual(purchases.partner_id, self.bolt)

    def test_archived_contact_counts_only_where_no_other_matches(self):
        self.anna.active = False
        purchases, _messages = self.import_csv("C001,2020-01-01,1")
        self.assertEqual(purchases.partner_id, self.anna)
        namesake = self.env["res.partner"].create({"name": "Anna Adler"})
        purchases, _messages = self.import_csv("Anna Adler,2020-01-02,1")
        self.assertEqual(purchases.partner_id, namesake)

    def test_contact_of_another_company_is_unknown(self):
        self.anna.company_id = self.other_company
        _purchases, messages = self.import_csv("C001,2020-01-01,1")
        self.assertRowErrors(messages, [(0, "partner_id", "No customer")])

    def test_customer_by_database_id_or_external_id(self):
        self.env["ir.model.data"].create(
            {
                "module": "__import__",
                "name": "anna",
                "model": "res.partner",
                "res_id": self.anna.id,
            }
        )
        for path, text in ((".id", self.anna.id), ("id", "anna")):
            purchases, messages = self.import_csv(
                f"{text},2020-01-01,{len(path)}",
                names=[f"partner_id/{path}", "date", "amount"],
            )
            self.assertFalse(messages)
            self.assertEqual(purchases.partner_id, self.anna)
            _purchases, messages = self.import_csv(
                "999999999,2020-01-01,9",
                names=[f"partner_id/{path}", "date", "amount"],
            )
            self.assertRowErrors(messages, [(0, "partner_id", "No customer")])

    def test_missing_columns_are_named(self):
        _purchases, messages = self.import_csv("C001,1", header="Customer,Colour")
        self.assertEqual(len(messages), 1)
        self.assertIn("Date, Amount", messages[0]["message"])
        self.assertNotIn("Customer", messages[0]["message"])

    def test_bad_cells_are_reported_by_row(self):
        future = datetime.date.today() + datetime.timedelta(days=3)
        _purchases, messages = self.import_csv(
            "C001,2020-01-01,twelve",
            "C001,2020-13-01,1",
            f"C001,{future},1",
            "C001,,1",
            "C001,2020-01-01,",
            "C001,2020-01-01,nan",
            "C001,1002-01-01,1",
            "C001,2020-01-01,1e400",
        )
        self.assertRowErrors(
            messages,
            [
                (1, "date", "is not a date"),
                (2, "date", "in the future"),
                (3, "date", "missing"),
                (6, "date", "too long ago"),
                (0, "amount", "twelve"),
                (4, "amount", "missing"),
                (5, "amount", "nan"),
                (7, "amount", "amount"),
            ],
        )

    def test_amount_in_a_date_column_and_the_other_way_round(self):
        _purchases, messages = self.import_csv(
            "C001,2020-01-01,15.5", names=["partner_id", "amount", "date"]
        )
        self.assertEqual({m["field"] for m in messages}, {"amount", "date"})

    def test_one_wrong_date_does_not_turn_the_others(self):
        lines = ["C001,2020-01-05,1", "C001,2020-13-01,1"]
        _purchases, messages = self.import_csv(*lines)
        self.assertRowErrors(messages, [(1, "date", "is not a date")])
        purchases, _messages = self.import_csv(*lines[:1])
        self.assertEqual(purchases.date, datetime.date(2020, 1, 5))

    def test_only_the_first_errors_are_listed(self):
        _purchases, messages = self.import_csv(
            *[f"Nobody {number},2020-01-01,1" for number in range(150)]
        )
        self.assertEqual(len(messages), 101)
        self.assertIn("150 errors", messages[-1]["message"])

    def test_zero_and_negative_amounts_are_kept(self):
        purchases, _messages = self.import_csv(
            "C001,2020-01-01,0", "C001,2020-01-02,-12.5"
        )
        self.assertEqual(purchases.mapped("amount"), [0, -12.5])

    def test_short_rows_are_filled_and_long_ones_refused(self):
        purchases, messages = self.import_csv(
            "C001,2020-01-01,1", header="Customer,Date,Amount,Description"
        )
        self.assertFalse(messages)
        self.assertEqual(purchases.amount, 1)
        dialog = self.open_import("Customer,Date,Amount\nC001,2020-01-01,1,234.50")
        preview = dialog.parse_preview({"has_headers": True, "quoting": '"'})
        self.assertIn("more cells", preview["error"])

    def test_empty_file_is_refused_with_a_message(self):
        preview = self.open_import("").parse_preview(
            {"has_headers": True, "quoting": '"'}
        )
        self.assertIn("no content", preview["error"])

    def test_file_without_purchases_or_without_sense_is_refused(self):
        for content, name, message in (
            ("Customer,Date,Amount", "titles.csv", "no purchase below"),
            ("Customer,Date,Amount\n,,\n,,\n", "titles.csv", "no purchase below"),
            (",,\n,,\n", "empty.csv", "no rows"),
            (b"PK\x03\x04 not a book", "broken.xlsx", "broken.xlsx"),
            (bytes(range(256)) * 4, "rubbish.csv", "decoding the file"),
            (b"\x00\x01\n\x02\x03\n", "rubbish.csv", "rubbish.csv"),
        ):
            with self.subTest(name=name, message=message):
                dialog = self.open_import(content, name)
                options = {"has_headers": True, "quoting": '"'}
                self.assertIn(message, dialog.parse_preview(options)["error"])
                result = dialog.execute_import(
                    ["partner_id", "date", "amount"], ["a", "b", "c"], dict(options)
                )
                self.assertIn(message, result["messages"][0]["message"])

    def test_file_that_does_not_prove_the_order_of_day_and_month_is_asked_about(self):
        dialog = self.open_import("Customer,Date,Amount\nC001,02/03/2024,1")
        for dryrun in (True, False):
            ids, messages = self.run_import(dialog, dryrun=dryrun)
            if dryrun:
                self.assertEqual(messages[0]["type"], "warning")
                self.assertIn("3 February 2024", messages[0]["message"])
                self.assertFalse(ids)
        self.assertFalse(messages)
        self.assertEqual(str(self.Purchase.browse(ids).date), "2024-02-03")

    def test_format_that_the_user_chose_is_not_asked_about(self):
        purchases, messages = self.import_csv(
            "C001,02/03/2024,1", date_format="%d/%m/%Y"
        )
        self.assertFalse(messages)
        self.assertEqual(str(purchases.date), "2024-03-02")

    def test_file_that_proves_the_date_format_is_not_asked_about(self):
        purchases, messages = self.import_csv(
            "C001,02/03/2024,1", "C001,02/13/2024,1", "C001,05/05/2024,1"
        )
        self.assertFalse(messages)
        self.assertEqual(str(min(purchases.mapped("date"))), "2024-02-03")

    def test_xlsx_with_real_dates_and_numbers(self):
        book = Workbook()
        book.active.append(["Customer", "Date", "Amount", "Reference"])
        book.active.append(["C001", datetime.date(2020, 2, 29), 12.34, 20200017])
        book.active.append(["C002", datetime.datetime(2020, 3, 1, 9, 30), -5, None])
        content = io.BytesIO()
        book.save(content)
        ids, messages = self.run_import(
            self.open_import(content.getvalue(), "sales.xlsx")
        )
        self.assertFalse(messages)
        self.assertRecordValues(
            self.Purchase.browse(ids),
            [
                {
                    "partner_id": self.anna.id,
                    "date": datetime.date(2020, 2, 29),
                    "amount": 12.34,
                    "reference": "20200017",
                },
                {
                    "partner_id": self.bolt.id,
                    "date": datetime.date(2020, 3, 1),
                    "amount": -5,
                    "reference": False,
                },
            ],
        )

    def test_template_imports_once_its_customers_exist(self):
        [template] = self.Purchase.get_import_templates()
        path = template["template"].removeprefix("/")
        with file_open(path, "rb") as file:
            dialog = self.open_import(file.read(), "template.xlsx")
        names, headers, _options = self.preview(dialog)
        self.assertNotIn(False, names, headers)
        _ids, messages = self.run_import(dialog)
        self.assertEqual({m["field"] for m in messages}, {"partner_id"})
        self.env["res.partner"].create(
            [
                {"name": "First", "ref": "C0042"},
                {"name": "Second", "email": "jane.doe@example.com"},
                {"name": "Third", "vat": "BE0477472701"},
                {"name": "Example Company"},
            ]
        )
        ids, messages = self.run_import(dialog)
        self.assertFalse(messages)
        self.assertEqual(len(ids), 4)

    def test_a_test_run_leaves_nothing(self):
        self.empty_queue()
        ids, messages = self.import_csv("C001,2020-01-01,1", dryrun=True)
        self.assertTrue(ids)
        self.assertFalse(messages)
        domain = [("company_id", "=", self.company.id)]
        self.assertFalse(self.Purchase.search(domain))
        self.assertFalse(self.Batch.search(domain))
        self.assertFalse(self.queued())

    def test_parts_of_a_file_end_in_one_batch(self):
        lines = [f"C001,2020-01-{day:02},{day}" for day in range(1, 26)]
        with patch(PART, 10):
            purchases, messages = self.import_csv(*lines, limit=10)
        self.assertFalse(messages)
        self.assertEqual(len(purchases), 25)
        self.assertEqual(len(purchases.batch_id), 1)
        self.assertEqual(purchases.batch_id.purchase_count, 25)
        self.assertFalse(purchases.batch_id.is_incomplete)

    def test_error_in_a_late_part_is_found_before_the_first_is_written(self):
        lines = [f"C001,2020-01-{day:02},{day}" for day in range(1, 26)]
        lines[22] = "Nobody,2020-01-23,23"
        with patch(PART, 10):
            dialog = self.open_import("\n".join(["Customer,Date,Amount", *lines]))
            names, headers, options = self.preview(dialog)
            result = dialog.execute_import(names, headers, dict(options, limit=10))
        self.assertRowErrors(result["messages"], [(22, "partner_id", "Nobody")])
        self.assertFalse(self.Batch.search([("company_id", "=", self.company.id)]))

    def test_rows_of_a_late_part_are_counted_in_the_file(self):
        lines = [f"C001,2020-01-{day:02},{day}" for day in range(1, 26)]
        lines[22] = "Nobody,2020-01-23,23"
        with patch(PART, 10):
            dialog = self.open_import("\n".join(["Customer,Date,Amount", *lines]))
            names, headers, options = self.preview(dialog)
            result = dialog.execute_import(
                names, headers, dict(options, limit=10, skip=20), dryrun=True
            )
        self.assertRowErrors(result["messages"], [(22, "partner_id", "Nobody")])

    def test_import_queues_its_customers(self):
        self.empty_queue()
        self.import_csv("C001,2020-01-01,1", "bo@bolt.example,2020-01-01,1")
        self.assertEqual(
            self.queued(),
            {(self.anna.id, self.company.id), (self.bolt.id, self.company.id)},
        )

    def test_new_contacts_are_made_only_if_the_user_says_so(self):
        purchases, messages = self.import_csv(
            "New One,2020-01-01,1",
            "New One,2020-01-02,2",
            "C001,2020-01-02,2",
            name_create_enabled_fields={"partner_id": True},
        )
        self.assertFalse(messages)
        self.assertEqual(purchases.partner_id.mapped("name"), ["New One", "Anna Adler"])

    def test_file_that_was_imported_is_refused_in_any_form(self):
        self.import_csv("C001,2020-01-01,1", "C002,2020-01-02,2")
        purchases, messages = self.import_csv(
            "2,2020-01-02,C002", "1,2020-01-01,C001", header="Amount,Date,Customer"
        )
        self.assertFalse(purchases)
        self.assertIn("sales.csv", messages[0]["message"])
        self.assertIn("Undo that import first", messages[0]["message"])

    def test_sale_with_a_reference_is_recorded_once(self):
        header = "Customer,Date,Amount,Reference"
        self.import_csv("C001,2020-01-01,1,A1", header=header)
        _purchases, messages = self.import_csv(
            "C001,2020-01-01,1,A1",
            "C001,2021-01-01,1,A1",
            "C002,2020-01-01,1,A1",
            "C001,2020-01-05,1,A2",
            "C001,2020-01-05,2,A2",
            "C001,2020-01-05,1,A2",
            header=header,
        )
        self.assertRowErrors(
            messages,
            [
                (0, "reference", "recorded already: sales.csv"),
                (5, "reference", "twice in the file"),
            ],
        )

    def test_sale_that_is_an_order_in_odoo_is_refused(self):
        self.order(self.anna, name="SO-OLD-1")
        _purchases, messages = self.import_csv(
            "C001,2020-01-01,1,SO-OLD-1", header="Customer,Date,Amount,Reference"
        )
        self.assertRowErrors(messages, [(0, "reference", "Sales Order")])

    def test_import_only_adds(self):
        purchases, _messages = self.import_csv(
            "mine,C001,2020-01-01,1", header="External ID,Customer,Date,Amount"
        )
        _purchases, messages = self.import_csv(
            "mine,C001,2020-01-01,2",
            "new,C001,2020-01-01,2",
            header="External ID,Customer,Date,Amount",
        )
        self.assertRowErrors(messages, [(0, "id", "there already")])
        result = self.Purchase.with_user(self.manager).load(
            [".id", "partner_id", "date", "amount"],
            [[str(purchases.id), "C001", "2020-01-01", "3"]],
        )
        self.assertIn("only adds", result["messages"][0]["message"])
        self.assertEqual(purchases.amount, 1)

    def test_load_without_the_dialog_makes_a_batch_too(self):
        result = self.Purchase.with_user(self.manager).load(
            ["partner_id", "date", "amount"], [["C001", "2020-01-01", "3"]]
        )
        purchase = self.Purchase.browse(result["ids"])
        self.assertTrue(purchase.batch_id)
        self.assertEqual(purchase.batch_id.user_id, self.manager)

    def test_currency_is_found_by_its_code_and_must_be_active(self):
        header = "Customer,Date,Amount,Currency"
        self.env.ref("base.GBP").active = False
        _purchases, messages = self.import_csv(
            "C001,2020-01-01,1,GBP", "C001,2020-01-01,1,", header=header
        )
        self.assertRowErrors(messages, [(0, "currency_id", "not an active")])

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_salesperson_cannot_import(self):
        with self.assertRaises(AccessError):
            self.import_csv("C001,2020-01-01,1", user=self.salesperson)

    def test_query_count_does_not_depend_on_the_rows(self):
        def lines(count, month):
            days = [f"2020-{month}-{1 + number % 28:02}" for number in range(count)]
            return [
                f"C00{1 + number % 2},{day},{number},,R{number}"
                for number, day in enumerate(days)
            ]

        header = "Customer,Date,Amount,Currency,Reference"
        self.import_csv(*lines(2, "01"), header=header)
        with self.assertQueryCount(60):
            self.import_csv(*lines(500, "02"), header=header)
