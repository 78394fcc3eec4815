import csv
from datetime import date, timedelta
from unittest.mock import patch

import numpy as np

from odoo.exceptions import AccessError
from odoo.tests import tagged, users
from odoo.tools import SQL, mute_logger
from odoo.tools.misc import file_open

from ...analytics import History, RetentionModel
from ...models.customer.scope import Scope
from ...models.scoring import crm_retention_model, retention_fit
from ..analytics.shops import shop
from ..analytics.test_degenerate import HISTORIES
from ..common import ValueChainCommon

SAMPLE = "crm_value_chain/demo/cdnow_sample.csv"
CUT = date(1997, 9, 30)
EPOCH = date(1970, 1, 1)
LOGGER = crm_retention_model.__name__


class RetentionCase(ValueChainCommon):
    """Ways to fit the models of the company, and to look at them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Model = cls.env["crm.retention.model"]
        cls.Kind = cls.env["crm.customer.kind"]
        cls.make_user("retention_seller", "sales_team.group_sale_salesman_all_leads")
        cls.make_user("retention_manager", "sales_team.group_sale_manager")

    @classmethod
    def record(cls, purchases):
        """Write down purchases: contact id, day, amount."""
        cls.env["crm.historical.purchase"].create(
            [
                {
                    "partner_id": partner_id,
                    "company_id": cls.company.id,
                    "currency_id": cls.company.currency_id.id,
                    "date": day,
                    "amount": amount,
                }
                for partner_id, day, amount in purchases
            ]
        )

    @classmethod
    def open_shop(cls, customers, share_of_companies=0.0, **options):
        """Customers who bought until today in a shop that we make up."""
        partners = cls.env["res.partner"].create(
            [
                {
                    "name": f"Shopper {n}",
                    "is_company": n < share_of_companies * customers,
                }
                for n in range(customers)
            ]
        )
        customer, day, amount = shop(customers=customers, weeks=80, **options)
        first = cls.today - timedelta(days=int(day.max()))
        cls.record(
            (partners[who].id, first + timedelta(days=int(days)), round(paid, 2))
            for who, days, paid in zip(customer, day, amount, strict=True)
        )
        return partners

    def history(self):
        """The purchases of the company's customers, as the scoring reads them."""
        self.env.flush_all()
        transactions = self.env["crm.customer.transaction"]._transactions()
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, date - DATE '1970-01-01', amount::float8"
                " FROM (%s) sale WHERE company_id = %s",
                transactions,
                self.company.id,
            )
        )
        columns = list(zip(*rows, strict=True)) or [(), (), ()]
        customer, day = (np.array(column, np.int64) for column in columns[:2])
        return History(customer, day, np.array(columns[2], np.float64))

    def renew(self, as_of=None, **options):
        """Fit the models of the company anew."""
        day = as_of or self.today
        kind_of = self.Kind._kind_of(Scope(self.company.id, day))
        options = {"kind_of": kind_of} | options
        return self.Model._renew(self.company, day, self.history(), **options)


@tagged("post_install", "-at_install")
class TestRetentionModelCdnow(RetentionCase):
    """The models of the CDNOW sample are those that the papers publish."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with file_open(SAMPLE) as file:
            rows = list(csv.DictReader(file))
        numbers = sorted({int(row["customer_id"]) for row in rows})
        partners = cls.env["res.partner"].create(
            [{"name": f"Listener {number}"} for number in numbers]
        )
        ids = dict(zip(numbers, partners.ids, strict=True))
        cls.record(
            (ids[int(row["customer_id"])], row["date"], float(row["amount_usd"]))
            for row in rows
        )
        cls.company.value_chain_horizon_days = 39 * 7
        cls.env.flush_all()
        others = SQL("UPDATE res_company SET active = (id = %s)", cls.company.id)
        cls.env.cr.execute(others)
        cls.env.invalidate_all()

    def fitted(self):
        """The model in use after the scheduled action, as of the papers' day."""
        run = self.env["crm.scoring.run"].create(
            {"company_id": self.company.id, "as_of": CUT}
        )
        self.run_cron()
        self.assertEqual((run.state, run.failure_count), ("done", 0))
        return self.Model._current(self.company)[False]

    def assert_published(self, model, name, likelihood, **published):
        """Parameters and log-likelihood agree to three decimals.

        `numbers.md` tells four decimals, the papers three.
        """
        line = model.candidate_ids.filtered(lambda each: each.name == name)
        for parameter, value in published.items():
            if isinstance(value, tuple):  # a rounded source, and how far it is off
                value, tolerance = value
                self.assertAlmostEqual(line.values[parameter], value, delta=tolerance)
            else:
                self.assertAlmostEqual(line.values[parameter], value, 3, parameter)
        self.assertAlmostEqual(line.log_likelihood, likelihood, delta=0.0051)

    def test_published_parameters(self):
        """BG/NBD, MBG/NBD, Pareto/NBD and Gamma-Gamma, to three decimals.

        Two are told less exactly where they come from: the likelihood of Pareto/NBD is
        flat along s and beta together, and Gamma-Gamma's along q and gamma, so that
        optimisers stop up to 0.002 of the value away from each other.
        """
        model = self.fitted()
        self.assert_published(
            model, "BG/NBD", -9582.43, r=0.2426, alpha=4.4136, a=0.7929, b=2.4259
        )
        self.assert_published(
            model, "MBG/NBD", -9582.14, r=0.5248, alpha=6.1831, a=0.8914, b=1.6140
        )
        self.assert_published(
            model,
            "Pareto/NBD",
            -9594.98,
            r=0.5533,
            alpha=(10.5776, 0.001),
            s=(0.6063, 0.0012),
            beta=(11.6696, 0.023),
        )
        self.assert_published(
            model,
            "Gamma-Gamma",
            -4055.92,
            p=(6.249, 0.001),
            q=(3.745, 0.0075),
            gamma=(15.448, 0.031),
        )
        words = model.candidate_ids.filtered(lambda line: line.name == "BG/NBD")
        self.assertTrue(words.parameters.startswith("r = 0.2426, α = 4.4136, a = "))

    def test_what_the_record_tells(self):
        """The sample, the days, the figures, and why this model was chosen."""
        model = self.fitted()
        self.assertEqual((model.population, model.sample), (2357, 2357))
        self.assertEqual(model.repeater_count, 2357 - 1411)
        self.assertEqual(model.purchase_count, 4814)
        self.assertEqual((model.first_day, model.as_of), (date(1997, 1, 1), CUT))
        self.assertEqual(model.last_day, CUT)
        used = model.candidate_ids.filtered("is_used")
        self.assertIn(model.method, used.mapped("name"))
        tested = model.candidate_ids.filtered("is_tested")
        self.assertEqual(len(tested), 9)
        self.assertEqual(min(tested.mapped("loss")), model.loss)
        self.assertLess(model.loss, model.baseline_loss)
        self.assertIn(model.baseline_label, model.summary)
        self.assertEqual(len(model.deciles), 10)
        self.assertEqual(
            sum(tenth["customers"] for tenth in model.deciles), model.tested_count
        )
        self.assertEqual(len(model.tracking["actual"]), 39)
        self.assertEqual(model.tracking["actual"][-1], 4814 - 2357)

    def test_stored_model_scores_as_the_fitted_one(self):
        """What the database holds is all that scoring needs."""
        model = self.fitted()
        self.env.invalidate_all()
        direct = RetentionModel(39).fit_history(self.history(), (CUT - EPOCH).days)
        known = self.history().summary((CUT - EPOCH).days)
        row = known.x, known.t_x, known.T, known.amount
        np.testing.assert_allclose(
            model._scorer().predict(*row).probability,
            direct.predict(*row).probability,
            rtol=1e-9,
        )


@tagged("post_install", "-at_install")
class TestRetentionModel(RetentionCase):
    """A company's models: chosen, renewed, kept, and never a reason to stop."""

    def test_few_customers_get_a_rule_and_it_says_so(self):
        """With a handful of customers a rule of thumb takes over, graded E."""
        customer = self.make_customer()
        self.buy(customer, days_ago=40)
        self.buy(customer, days_ago=10)
        model = self.renew()[False]
        self.assertEqual((model.method, model.grade), ("rule of thumb", "E"))
        self.assertIn("1 customers bought again, a model needs 20", model.summary)
        self.assertFalse(model.tested_count)
        means = self.Model._read_group([("id", "=", model.id)], [], ["auc:avg"])
        self.assertFalse(means[0][0], "not tested is no figure of 0")
        self.assertFalse(model.deciles)
        self.assertTrue(model.candidate_ids.filtered("is_used"))
        self.assertEqual(len(model._scorer().predict(1, 2, 3).probability), 1)

    def test_nobody(self):
        """Without any purchase there is still something that scores."""
        model = self.renew()[False]
        self.assertEqual((model.grade, model.population), ("E", 0))
        self.assertFalse(model.first_day)
        self.assertTrue(np.isfinite(model._scorer().predict(0, 0, 1).probability).all())

    def test_odd_histories(self):
        """Histories that are no use to statistics break nothing, and leave no NaN."""
        for name, (customer, day, amount, as_of) in HISTORIES.items():
            with self.subTest(name):
                history = History(np.array(customer, int), np.array(day, int), amount)
                today = EPOCH + timedelta(days=as_of)
                model = self.Model._renew(self.company, today, history)[False]
                self.assertFalse(model.failure)
                self.assertTrue(model.grade and model.method and model.summary)
                told = model.read()[0], model.candidate_ids.read()
                self.assertNotRegex(str(told), r"\b(nan|inf)\b")

    def test_a_model_of_a_shop_is_tested(self):
        """With enough history the model is tried on earlier days, and graded."""
        self.open_shop(300)
        model = self.renew()[False]
        self.assertIn(model.grade, "ABCD")
        self.assertTrue(model.tested_count and model.window_count)
        self.assertEqual(model.horizon_days, 90)
        self.assertLess(0.5, model.auc)

    def test_renewal_keeps_history(self):
        """A new fit takes over; the earlier one is kept, and no longer in use."""
        self.open_shop(150)
        earlier = self.renew(self.today - timedelta(days=7))[False]
        model = self.renew()[False]
        self.assertNotEqual(model, earlier)
        self.assertEqual(self.Model._current(self.company), {False: model})
        self.assertTrue(earlier.exists() and not earlier.is_current)
        again = self.renew()[False]
        self.assertEqual(again, model, "one for each day")
        names = again.candidate_ids.mapped("name")
        self.assertEqual(len(names), len(set(names)))

    def test_only_a_year_of_models_is_kept(self):
        """The oldest models are forgotten, the one in use never."""
        oldest = self.renew(self.today - timedelta(days=900))[False]
        for week in range(crm_retention_model.KEPT + 2):
            oldest.copy(
                {"is_current": False, "as_of": self.today - timedelta(weeks=week)}
            )
        self.Model._gc_models()
        left = self.Model.search([("company_id", "=", self.company.id)])
        self.assertEqual(len(left), crm_retention_model.KEPT + 1)
        self.assertIn(oldest, left)

    def test_broken_fit_keeps_the_earlier_model(self):
        """What goes wrong is told on the model, which stays in use."""
        self.open_shop(150)
        earlier = self.renew(self.today - timedelta(days=7))[False]
        with patch.object(retention_fit, "fit", side_effect=ValueError("no luck")):
            with mute_logger(LOGGER):
                model = self.renew()[False]
        self.assertEqual(model, earlier)
        self.assertEqual((model.is_current, model.failure), (True, "no luck"))
        self.assertTrue(self.Model._is_due(self.company, self.today))
        self.assertFalse(self.renew()[False].failure)

    def test_broken_first_fit_leaves_a_rule(self):
        """If there is no earlier model, a rule of thumb serves until one is fitted."""
        self.open_shop(150)
        working = retention_fit.fit

        def breaks(history, *args):
            if len(history):
                raise ZeroDivisionError()
            return working(history, *args)

        with patch.object(retention_fit, "fit", breaks), mute_logger(LOGGER):
            model = self.renew()[False]
        self.assertEqual(model.method, "rule of thumb")
        self.assertEqual(model.failure, "ZeroDivisionError")

    def test_a_sample_stands_for_all(self):
        """Very many customers are sampled; numbers are told for all of them."""
        self.open_shop(300)
        with patch.object(retention_fit, "FITTED", 200):
            model = self.renew(population=3000)[False]
        self.assertEqual((model.population, model.sample), (3000, 200))
        purchases = len(self.history())
        self.assertAlmostEqual(model.purchase_count / (10 * purchases), 1, delta=0.2)

    def test_no_later_purchase_counts(self):
        """What came after the day of the fit changes nothing."""
        customers = self.open_shop(150)
        past = self.today - timedelta(days=30)
        before = self.renew(past)[False].parameters
        self.record((partner.id, self.today, 5.0) for partner in customers)
        self.assertEqual(self.renew(past)[False].parameters, before)

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------

    def test_due(self):
        """Weekly, for another horizon, and when a tenth of the purchases is new."""
        customers = self.open_shop(150)
        self.assertTrue(self.Model._is_due(self.company, self.today), "none yet")
        self.score()
        self.renew()
        self.assertFalse(self.Model._is_due(self.company, self.today))
        self.assertFalse(
            self.Model._is_due(self.company, self.today + timedelta(days=6))
        )
        self.assertTrue(
            self.Model._is_due(self.company, self.today + timedelta(days=7))
        )
        self.company.value_chain_horizon_days = 30
        self.assertTrue(self.Model._is_due(self.company, self.today))
        self.company.value_chain_horizon_days = 90
        self.record(
            (partner.id, self.today - timedelta(days=days), 5.0)
            for partner in customers
            for days in (2000, 2001)
        )
        self.score()
        self.assertTrue(self.Model._is_due(self.company, self.today))

    def test_due_when_kinds_change(self):
        """A kind that is new, gone or has another rule wants other models."""
        self.renew()
        kind = self.Kind.create({"name": "Companies", "domain": "[]"})
        self.assertTrue(self.Model._is_due(self.company, self.today))
        self.renew()
        self.assertFalse(self.Model._is_due(self.company, self.today))
        kind.domain = "[('partner_id.is_company', '=', True)]"
        self.assertTrue(self.Model._is_due(self.company, self.today))

    @users("retention_manager")
    def test_manager_has_it_fitted_anew(self):
        """The button asks for a run over all customers."""
        model = self.renew()[False].with_user(self.env.user)
        model.action_renew()
        run = self.env["crm.scoring.run"].search([], limit=1)
        self.assertEqual((run.company_id, run.kind), (self.company, "scoring"))
        self.assertEqual(run.origin, "manual")

    # ------------------------------------------------------------------
    # Who
    # ------------------------------------------------------------------

    @users("retention_seller")
    def test_salesperson_reads_only(self):
        """A salesperson sees models, and changes nothing."""
        model = self.renew()[False].with_user(self.env.user)
        self.assertTrue(model.read(["summary", "grade", "candidate_ids"]))
        self.assertTrue(model.candidate_ids.read(["parameters"]))
        for change in (
            lambda: model.write({"method": "mine"}),
            lambda: model.candidate_ids.unlink(),
            lambda: self.Kind.with_user(self.env.user).create({"name": "Mine"}),
            lambda: model.action_renew(),
        ):
            with self.assertRaises(AccessError):
                change()

    @users("retention_manager")
    def test_models_are_fitted_not_written(self):
        """Nobody makes a model up by hand."""
        model = self.renew()[False].with_user(self.env.user)
        with self.assertRaises(AccessError):
            model.write({"grade": "A"})

    @users("retention_seller")
    def test_other_companies_models_are_invisible(self):
        """Models, and what was tried, belong to a company."""
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        model = self.Model.sudo()._renew(other, self.today, History([], [], []))[False]
        self.assertTrue(model.candidate_ids)
        mine = self.env["crm.retention.model"].search([])
        self.assertNotIn(model, mine)
        tried = self.env["crm.retention.candidate"].search([])
        self.assertNotIn(model, tried.model_id)
