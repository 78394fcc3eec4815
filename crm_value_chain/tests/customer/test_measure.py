import csv
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.tests import tagged, users
from odoo.tools import SQL, mute_logger
from odoo.tools.misc import file_open

from ..common import ValueChainCommon
from .history import figures, random_history

SAMPLE = "crm_value_chain/demo/cdnow_sample.csv"


class MeasureCase(ValueChainCommon):
    """Compares all figures in the database with what they are by hand."""

    @classmethod
    def record(cls, histories, company=None):
        """Write down the purchases of customers, by contact."""
        company = company or cls.company
        cls.env["crm.historical.purchase"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "date": day,
                    "amount": amount,
                }
                for partner, history in histories.items()
                for day, amount in history
            ]
        )

    def stored(self, names, company=None):
        """Fields of the profiles as the database tells them, by contact id."""
        table = self.Profile._table
        columns = [
            SQL(
                "%s AS %s",
                self.Profile._field_to_sql(table, name),
                SQL.identifier(name),
            )
            for name in names
        ]
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT partner_id, %s FROM crm_customer_profile WHERE company_id = %s",
                SQL(", ").join(columns),
                (company or self.company).id,
            )
        )
        return {row.pop("partner_id"): row for row in rows}

    def assert_figures(self, histories, as_of, company=None, digits=2, needs=None):
        """All figures of all customers are those computed by hand."""
        needs = needs or {}
        expected = {
            partner.id: figures(history, as_of, digits, needs.get(partner, 0.0))
            for partner, history in histories.items()
        }
        stored = self.stored(next(iter(expected.values())), company)
        for partner_id, right in expected.items():
            found = stored.get(partner_id, dict.fromkeys(right))
            found["purchase_count"] = found["purchase_count"] or 0
            for name, value in right.items():
                context = f"{name} as of {as_of} of {partner_id}"
                if isinstance(value, float):
                    self.assertAlmostEqual(found[name], value, 9, context)
                elif isinstance(value, Decimal):
                    self.assertEqual(str(found[name]), str(float(value)), context)
                else:
                    self.assertEqual(found[name], value, context)


@tagged("post_install", "-at_install")
class TestMeasure(MeasureCase):
    """Every figure of the profile follows from the purchases, whatever they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.make_customer()
        cls.make_user("measure_seller", "sales_team.group_sale_salesman_all_leads")

    def measured(self, *purchases, as_of=None):
        """Profile of a customer who bought so many days ago for so much."""
        for days_ago, amount in purchases:
            self.buy(self.customer, days_ago=days_ago, amount=amount)
        self.score(as_of=as_of)
        return self.profile(self.customer)

    def test_random_histories(self):
        """Figures of random histories are those computed by hand, on any day."""
        random = Random(19970101)
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(150)]
        )
        histories = {
            partner: random_history(random, self.today) for partner in partners
        }
        self.record(histories)
        needs = {p: random.choice((0, 0, 50, 2000)) for p in partners if histories[p]}
        self.score()
        for partner, need in needs.items():
            self.profile(partner).sudo().estimated_yearly_need = need
        self.score()
        self.assert_figures(histories, self.today, needs=needs)
        for days_ago in (1, 364, 365, 366, 700, 730, 731, 1300):
            as_of = self.today - timedelta(days=days_ago)
            self.score(as_of=as_of)
            self.assert_figures(histories, as_of, needs=needs)
        self.score()
        self.assert_figures(histories, self.today, needs=needs)

    def test_random_histories_without_cents(self):
        """In a currency without cents all amounts are whole."""
        yen = self.env.ref("base.JPY")
        yen.active = True
        company = self.env["res.company"].create(
            {"name": "Ladder Japan", "currency_id": yen.id}
        )
        self.env.user.company_ids |= company
        random = Random(7)
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(40)]
        )
        histories = {
            partner: [
                (day, float(round(amount)))
                for day, amount in random_history(random, self.today)
            ]
            for partner in partners
        }
        self.record(histories, company)
        self.score(company=company)
        self.assert_figures(histories, self.today, company, digits=0)

    def test_measuring_a_part_changes_no_other(self):
        """Measuring one customer leaves all others alone and gives the same."""
        other = self.make_customer("Other")
        self.buy(other, days_ago=5)
        self.measured((9, 10))
        self.buy(self.customer, days_ago=1, amount=5)
        self.buy(other, days_ago=1, amount=5)
        self.profile(self.customer).action_refresh()
        self.assertEqual(self.profile(self.customer).purchase_count, 2)
        self.assertEqual(self.profile(other).purchase_count, 1)

    def test_measuring_twice_writes_nothing(self):
        """A second pass finds nothing to change."""
        self.measured((9, 10), (3, -2))
        profile = self.profile(self.customer)
        versions = "SELECT xmin, ctid FROM crm_customer_profile WHERE id = %s"
        self.env.cr.execute(versions, [profile.id])
        before = self.env.cr.fetchone()
        self.score()
        self.env.cr.execute(versions, [profile.id])
        self.assertEqual(self.env.cr.fetchone(), before)

    # ------------------------------------------------------------------
    # What counts
    # ------------------------------------------------------------------

    def test_purchases_on_one_day_count_once(self):
        """Three sales on two days are two purchases."""
        profile = self.measured((5, 10), (5, 20), (2, 30))
        self.assertEqual(profile.purchase_count, 2)
        self.assertEqual(profile.purchase_amount, 60)
        self.assertEqual(profile.average_purchase_amount, 30)
        self.assertEqual(profile.mean_gap_days, 3)

    def test_return_is_no_purchase(self):
        """A return lowers the amount, but neither counts nor dates a purchase."""
        profile = self.measured((50, 100), (30, 100), (2, -40))
        self.assertEqual(profile.purchase_count, 2)
        self.assertEqual(profile.recency_days, 30)
        self.assertEqual(profile.purchase_amount, 160)
        self.assertEqual(profile.returns_amount, 40)
        self.assertEqual(profile.average_purchase_amount, 100)

    def test_gift_is_a_purchase(self):
        """A purchase of amount zero counts."""
        profile = self.measured((50, 100), (10, 0))
        self.assertEqual(profile.purchase_count, 2)
        self.assertEqual(profile.recency_days, 10)
        self.assertEqual(profile.average_purchase_amount, 50)

    def test_returns_only(self):
        """Who only gave back has never bought, and is worth less than nothing."""
        profile = self.measured((50, -100), (10, -1))
        self.assertEqual(profile.purchase_count, 0)
        self.assertFalse(profile.first_purchase_date)
        self.assertEqual(profile.purchase_amount, -101)
        self.assertEqual(profile.yearly_amount, -101)
        self.assertEqual((profile.r_score, profile.rfm_code), (0, False))
        self.assertEqual(profile.ladder_stage_id, self.stages["suspect"])
        badge = profile.value_chain_badge
        self.assertIsNone(badge["gap"])
        self.assertIsNone(badge["yearly_amount"])

    def test_more_returned_than_bought(self):
        """A negative total is shown as it is; no share of spending goes below zero."""
        self.measured((50, 100), (10, -300))
        profile = self.profile(self.customer)
        profile.estimated_yearly_need = 1000
        self.assertEqual(profile.purchase_amount, -200)
        self.assertEqual(profile.share_of_wallet, 0)
        self.assertTrue(profile.rfm_code)

    def test_future_order_does_not_count_yet(self):
        """An order dated tomorrow is a purchase from tomorrow on."""
        self.order(self.customer, days_ago=10, amount=5)
        self.order(self.customer, days_ago=-1, amount=7)
        self.score()
        profile = self.profile(self.customer)
        self.assertEqual((profile.purchase_count, profile.recency_days), (1, 10))
        self.score(as_of=self.today + timedelta(days=1))
        profile.invalidate_recordset()
        self.assertEqual((profile.purchase_count, profile.recency_days), (2, 0))

    def test_first_purchase_in_the_future_only(self):
        """Who has only an order of tomorrow is no customer yet."""
        self.order(self.customer, days_ago=-1, amount=7)
        self.score()
        profile = self.profile(self.customer)
        self.assertEqual(profile.purchase_count, 0)
        self.assertFalse(profile.last_purchase_date)
        self.assertEqual(profile.recency_days, 0)
        self.assertEqual(profile.ladder_stage_id, self.stages["suspect"])

    def test_last_twelve_months(self):
        """A year ends on the day and begins the day after that a year ago."""
        for as_of, inside, outside in (
            (date(2023, 5, 10), date(2022, 5, 11), date(2022, 5, 10)),
            (date(2024, 2, 29), date(2023, 3, 1), date(2023, 2, 28)),
            (date(2025, 2, 28), date(2024, 2, 29), date(2024, 2, 28)),
        ):
            customer = self.make_customer()
            self.record({customer: [(inside, 3), (outside, 50), (as_of, 4)]})
            self.score(as_of=as_of)
            self.assertEqual(self.profile(customer).yearly_amount, 7)

    def test_nothing_left_when_sales_go(self):
        """Without its only sale a customer has the figures of nobody."""
        order = self.order(self.customer, amount=5)
        self.score()
        order.action_cancel()
        self.score()
        profile = self.profile(self.customer)
        self.assertEqual(profile.purchase_count, 0)
        self.assertEqual(profile.purchase_amount, 0)
        self.assertFalse(profile.last_purchase_date)
        self.assertFalse(profile.rfm_code)
        self.assertEqual(profile.ladder_stage_id, self.stages["suspect"])
        self.assertEqual(profile.highest_ladder_stage_id, self.stages["first_time"])

    def test_company_without_any_sale(self):
        """Scoring a company that never sold anything does nothing, without error."""
        company = self.env["res.company"].create({"name": "Empty"})
        self.score(company=company)
        self.assertFalse(self.Profile.search([("company_id", "=", company.id)]))

    def test_infinite_amounts_are_left_out(self):
        """An amount that is no number, however it came about, spoils no figure."""
        self.measured((9, 10))
        for amount in ("NaN", "Infinity", "-Infinity"):
            purchase = self.buy(self.customer, days_ago=3, amount=1)
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE crm_historical_purchase SET company_amount = %s WHERE id = %s",
                [amount, purchase.id],
            )
        self.score()
        self.assert_figures(
            {self.customer: [(self.today - timedelta(days=9), 10)]}, self.today
        )

    # ------------------------------------------------------------------
    # Share of wallet
    # ------------------------------------------------------------------

    def test_share_of_wallet(self):
        """The share is what the last year brought of the estimated yearly need."""
        profile = self.measured((400, 500), (100, 150), (10, 100))
        stored = self.stored(["share_of_wallet"])
        self.assertIsNone(stored[self.customer.id]["share_of_wallet"])
        profile.estimated_yearly_need = 1000
        self.assertEqual(profile.share_of_wallet, 0.25)
        profile.estimated_yearly_need = 100
        self.assertEqual(profile.share_of_wallet, 1)
        profile.estimated_yearly_need = 0
        self.assertEqual(profile.share_of_wallet, 0)
        with (
            self.assertRaises(CheckViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            profile.estimated_yearly_need = -5
            profile.flush_recordset()

    # ------------------------------------------------------------------
    # Who has a profile
    # ------------------------------------------------------------------

    def test_customers_are_buyers_and_leads(self):
        """Whoever bought or has a lead has a profile; other contacts have none."""
        lead_only, quoted, stranger = (
            self.make_customer(name) for name in ("Lead", "Quoted", "Stranger")
        )
        contact = self.make_customer("Contact", parent_id=lead_only.id)
        self.env["crm.lead"].create(
            {
                "name": "Lead",
                "partner_id": contact.id,
                "company_id": self.company.id,
            }
        )
        self.order(quoted, confirm=False)
        self.buy(self.customer)
        self.score()
        self.assertTrue(self.profile(self.customer))
        self.assertEqual(self.profile(contact).partner_id, lead_only)
        self.assertEqual(self.profile(lead_only).purchase_count, 0)
        self.assertFalse(self.profile(stranger))

    def test_one_profile_in_each_company(self):
        """A customer of two companies has a profile in each, of its own sales."""
        other = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids |= other
        self.buy(self.customer, amount=10)
        self.buy(self.customer, amount=20, company=other)
        self.score()
        self.score(company=other)
        self.assertEqual(self.profile(self.customer).purchase_amount, 10)
        self.assertEqual(self.profile(self.customer, other).purchase_amount, 20)

    def test_refused_profiling(self):
        """Who refuses is forgotten at once and stays out; who agrees comes back."""
        self.measured((9, 10))
        self.customer.profiling_refused = True
        self.assertFalse(self.profile(self.customer))
        self.buy(self.customer, amount=10)
        self.score()
        self.assertFalse(self.profile(self.customer))
        self.customer.profiling_refused = False
        self.score()
        self.assertEqual(self.profile(self.customer).purchase_count, 2)

    def test_archived_customer(self):
        """Archived contacts are measured but leave the lists, and come back."""
        self.measured((9, 10))
        self.customer.active = False
        self.buy(self.customer, days_ago=1, amount=10)
        self.score()
        profile = self.profile(self.customer)
        self.assertEqual((profile.active, profile.purchase_count), (False, 2))
        self.assertNotIn(profile, self.env["crm.customer.profile"].search([]))
        self.customer.active = True
        self.score()
        self.assertIn(profile, self.env["crm.customer.profile"].search([]))

    # ------------------------------------------------------------------
    # Leads and quotations
    # ------------------------------------------------------------------

    def test_qualified_leads_and_quotations_are_counted(self):
        """Only leads answered yes three times count, and quotations still open."""
        contact = self.make_customer("Contact", parent_id=self.customer.id)
        answers = ("qualification_need", "qualification_budget")
        for authority in ("yes", "no", "unknown"):
            self.env["crm.lead"].create(
                {
                    "name": "Lead",
                    "partner_id": contact.id,
                    "company_id": self.company.id,
                    **dict.fromkeys(answers, "yes"),
                    "qualification_authority": authority,
                }
            )
        self.order(contact, confirm=False)
        self.order(contact, confirm=False).action_quotation_sent()
        cancelled = self.order(self.customer, confirm=False)
        cancelled.action_cancel()
        self.score()
        profile = self.profile(self.customer)
        self.assertEqual(profile.qualified_lead_count, 1)
        self.assertEqual(profile.quotation_count, 2)
        lead = self.env["crm.lead"].search(
            [("partner_id", "=", contact.id), ("is_qualified", "=", True)]
        )
        lead.action_set_lost()
        self.score()
        self.assertEqual(profile.qualified_lead_count, 0)

    # ------------------------------------------------------------------
    # What a user sees
    # ------------------------------------------------------------------

    @users("measure_seller")
    def test_history_by_month_has_no_gaps(self):
        """The chart shows every month from the first purchase to the last."""
        end = self.today.replace(day=1)
        self.record(
            {
                self.customer: [
                    (fields.Date.subtract(end, months=3), 10),
                    (fields.Date.subtract(end, months=3), 5),
                    (fields.Date.subtract(end, months=1), -4),
                ]
            }
        )
        self.score()
        profile = self.profile(self.customer).with_env(self.env)
        history = profile.purchase_history
        months = [
            fields.Date.subtract(end, months=n).strftime("%Y-%m") for n in (3, 2, 1)
        ]
        self.assertEqual(history["months"], months)
        self.assertEqual(history["amounts"], [15, 0, -4])
        self.assertEqual(history["counts"], [2, 0, 0])

    @users("measure_seller")
    def test_sorted_by_figures(self):
        """Customers without a figure come last, whichever way a list is sorted."""
        lead_only = self.make_customer("Lead")
        self.env["crm.lead"].sudo().create(
            {"name": "Lead", "partner_id": lead_only.id, "company_id": self.company.id}
        )
        best = self.make_customer("Best")
        self.buy(best, days_ago=1, amount=500)
        self.measured((90, 10))
        customers = self.env["crm.customer.profile"]
        for name in ("yearly_amount", "recency_days", "last_purchase_date"):
            for direction in ("asc", "desc"):
                found = customers.search([], order=f"{name} {direction}")
                self.assertEqual(found[-1].partner_id, lead_only)
        found = customers.search([], order="yearly_amount desc")
        self.assertEqual(found[0].partner_id, best)

    @users("measure_seller")
    def test_badge_tells_gap_and_rhythm(self):
        """The badge says how long ago the last purchase was, and what is usual."""
        self.measured((90, 10), (70, 10), (50, 10))
        profile = self.profile(self.customer).with_env(self.env)
        badge = profile.value_chain_badge
        self.assertEqual((badge["gap"], badge["usual"]), (50, 20))
        self.assertEqual(badge["yearly_amount"], 30)
        self.assertEqual(badge["currency_id"], self.company.currency_id.id)


@tagged("post_install", "-at_install")
class TestMeasureCdnow(MeasureCase):
    """The CDNOW sample gives the figures that are published for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with file_open(SAMPLE) as file:
            cls.rows = list(csv.DictReader(file))
        numbers = sorted({int(row["customer_id"]) for row in cls.rows})
        partners = cls.env["res.partner"].create(
            [{"name": f"Listener {n}", "ref": f"LISTENER-{n}"} for n in numbers]
        )
        cls.partners = dict(zip(numbers, partners, strict=True))
        cls.load()

    @classmethod
    def load(cls):
        purchases = cls.env["crm.historical.purchase"]
        result = purchases.load(
            ["partner_id", "date", "amount"],
            [
                [f"LISTENER-{row['customer_id']}", row["date"], row["amount_usd"]]
                for row in cls.rows
            ],
        )
        assert result["ids"], result["messages"][:3]

    def totals(self):
        """Profiles, purchases, customers with just one, and the amount of all."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT COUNT(*), COALESCE(SUM(purchase_count), 0),
                   COUNT(*) FILTER (WHERE purchase_count = 1),
                   COALESCE(SUM(purchase_amount), 0)
              FROM crm_customer_profile WHERE company_id = %s
            """,
            [self.company.id],
        )
        count, purchases, single, amount = self.env.cr.fetchone()
        return count, purchases, single, amount

    def test_published_figures(self):
        """2,357 customers, 6,696 days with a purchase; the same after an undo."""
        expected = (2357, 6696, 1218, 244091.94)
        self.score(as_of=date(1998, 6, 30))
        self.assertEqual(self.totals(), expected)
        self.env["crm.historical.batch"].search(
            [("company_id", "=", self.company.id)]
        ).action_undo()
        self.score(as_of=date(1998, 6, 30))
        self.assertEqual(self.totals()[1:3], (0, 0))
        self.load()
        self.score(as_of=date(1998, 6, 30))
        self.assertEqual(self.totals(), expected)

    def test_every_customer_by_hand(self):
        """Every figure of every customer is the one computed by hand.

        As of the end of September 1997: 4,814 purchases, 1,411 with a single one.
        """
        histories = {partner: [] for partner in self.partners.values()}
        for row in self.rows:
            histories[self.partners[int(row["customer_id"])]].append(
                (date.fromisoformat(row["date"]), float(row["amount_usd"]))
            )
        self.score(as_of=date(1998, 6, 30))
        self.assert_figures(histories, date(1998, 6, 30))
        self.score(as_of=date(1997, 9, 30))
        self.assertEqual(self.totals()[:3], (2357, 4814, 1411))
        self.assert_figures(histories, date(1997, 9, 30))
