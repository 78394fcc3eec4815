import datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .historical_case import HistoricalCase


@tagged("post_install", "-at_install")
class TestHistoricalPurchase(HistoricalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.money = cls.env["res.currency"].create({"name": "TST", "symbol": "T"})
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": cls.money.id,
                    "company_id": company_id,
                    "name": day,
                    "rate": rate,
                }
                for company_id, day, rate in (
                    (cls.company.id, "2020-01-01", 2.0),
                    (cls.company.id, "2020-07-01", 4.0),
                    (False, "2019-01-01", 8.0),
                    (False, "2020-09-01", 16.0),
                )
            ]
        )

    def _buy(self, **values):
        return self.Purchase.with_user(self.manager).create(
            {"partner_id": self.anna.id, "date": "2020-01-01", "amount": 10, **values}
        )

    def test_amount_is_converted_at_the_date_of_the_sale(self):
        for day in (
            "2018-01-01",
            "2019-06-01",
            "2020-01-01",
            "2020-06-30",
            "2020-07-01",
            "2021-01-01",
        ):
            purchase = self._buy(currency_id=self.money.id, amount=100, date=day)
            expected = self.money._convert(
                100, self.company.currency_id, self.company, purchase.date
            )
            self.assertEqual(purchase.company_amount, expected, day)

    def test_imported_currency_is_converted(self):
        purchases, messages = self.import_csv(
            "C001,2020-02-01,100,tst",
            "C001,2020-08-01,100,",
            header="Customer,Date,Amount,Currency",
        )
        self.assertFalse(messages)
        self.assertEqual(purchases.mapped("company_amount"), [50, 100])

    def test_currency_without_any_rate_is_refused(self):
        poor = self.env["res.currency"].create({"name": "POR", "symbol": "P"})
        with self.assertRaisesRegex(ValidationError, "exchange rate of POR"):
            self._buy(currency_id=poor.id)
        _purchases, messages = self.import_csv(
            "C001,2020-02-01,100,POR", header="Customer,Date,Amount,Currency"
        )
        self.assertRowErrors(messages, [(0, "currency_id", "exchange rate of POR")])

    def test_future_date_is_refused(self):
        tomorrow = datetime.date.today() + datetime.timedelta(days=2)
        with self.assertRaisesRegex(ValidationError, "future"):
            self._buy(date=tomorrow)

    def test_what_is_no_number_is_refused(self):
        for amount in (float("nan"), float("inf"), 1e20):
            with self.assertRaisesRegex(ValidationError, "usable amount"):
                self._buy(amount=amount)

    def test_reference_is_recorded_once_per_customer_and_day(self):
        self._buy(reference="A1")
        self._buy(reference="A1", date="2021-01-01")
        self._buy(reference="A1", partner_id=self.bolt.id)
        with self.assertRaisesRegex(ValidationError, "recorded already"):
            self._buy(reference="A1")
        self._buy(reference="A2", partner_id=self.bolt.id)
        with self.assertRaisesRegex(ValidationError, "recorded already"):
            self._buy(reference="A2", partner_id=self.bolt_buyer.id)

    def test_purchase_made_by_hand_belongs_to_no_import(self):
        self.assertFalse(self._buy().batch_id)

    def test_transaction_follows_the_customer(self):
        purchase = self._buy(partner_id=self.bolt_buyer.id, reference="A1", amount=-7)
        transactions = self.env["crm.customer.transaction"]
        found = transactions.search(
            [("source", "=", "history"), ("res_id", "=", purchase.id)]
        )
        self.assertRecordValues(
            found,
            [
                {
                    "id": purchase.id * 10 + 3,
                    "partner_id": self.bolt.id,
                    "company_id": self.company.id,
                    "date": datetime.date(2020, 1, 1),
                    "amount": -7,
                    "reference": "A1",
                }
            ],
        )
        self.bolt_buyer.parent_id = self.anna
        self.env.invalidate_all()
        self.assertEqual(found.partner_id, self.anna)

    def test_merged_contact_keeps_the_purchases_of_both(self):
        purchases = self._buy() + self._buy(partner_id=self.bolt.id)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            [self.anna.id, self.bolt.id], self.bolt
        )
        self.env.invalidate_all()
        self.assertEqual(purchases.exists(), purchases)
        self.assertEqual(purchases.partner_id, self.bolt)

    def test_contact_with_purchases_is_not_deleted(self):
        purchase = self._buy()
        contacts = self.anna.with_user(
            new_test_user(self.env, "history_clerk", "base.group_partner_manager")
        )
        with self.assertRaisesRegex(UserError, "Anna Adler has historical purchases"):
            contacts.unlink()
        self.assertTrue(purchase.exists())
        purchase.unlink()
        contacts.unlink()
        self.assertFalse(self.anna.exists())

    def test_context_of_a_caller_switches_no_check_off(self):
        purchase = self._buy(reference="S1")
        lax = self.Purchase.with_context(historical_values={0: {}})
        values = {"date": "2020-01-01", "amount": 1}
        with self.assertRaisesRegex(ValidationError, "recorded already"):
            lax.create(
                {
                    **values,
                    "partner_id": self.anna.id,
                    "date": purchase.date,
                    "reference": "S1",
                }
            )
        self.bolt.company_id = self.other_company
        with self.assertRaisesRegex(UserError, "company"):
            lax.create({**values, "partner_id": self.bolt.id})

    def test_every_change_queues_old_and_new_customer(self):
        purchase = self._buy()
        self.empty_queue()
        purchase.partner_id = self.bolt
        anna, bolt = (self.anna.id, self.company.id), (self.bolt.id, self.company.id)
        self.assertEqual(self.queued(), {anna, bolt})
        self.empty_queue()
        purchase.unlink()
        self.assertEqual(self.queued(), {bolt})

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_salesperson_reads_only_and_other_companies_see_nothing(self):
        purchase = self._buy()
        self.assertEqual(purchase.with_user(self.salesperson).amount, 10)
        with self.assertRaises(AccessError):
            purchase.with_user(self.salesperson).amount = 5
        with self.assertRaises(AccessError):
            self.as_user(purchase, self.other_manager).read(["amount"])
        self.assertFalse(
            self.as_user(self.Purchase, self.other_manager).search(
                [("id", "=", purchase.id)]
            )
        )

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_margin_is_for_the_profitability_group(self):
        purchase = self._buy()
        self.assertNotIn(
            "margin", purchase.with_user(self.manager).fields_get(["margin"])
        )
        self.manager.group_ids += self.env.ref("crm_value_chain.group_profitability")
        purchase.with_user(self.manager).margin = 3
        self.env.flush_all()
        transaction = self.env["crm.customer.transaction"].browse(purchase.id * 10 + 3)
        self.assertEqual(transaction.margin, 3)
