import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, format_date

from ..customer.binary_copy import EPOCH, day_number
from . import retention_fit
from .method_words import method_words

_logger = logging.getLogger(__name__)

KEPT = 52  # models of a company and kind: a year of weeks
LIFE_DAYS = 7
SHARE_CHANGED = 0.1  # purchases gained or lost, beyond which a fit is out of date
GRADES = [
    ("A", "A: rely on it"),
    ("B", "B: good"),
    ("C", "C: use the order, not the level"),
    ("D", "D: no model beat the simple rules"),
    ("E", "E: not tested"),
]


class CrmRetentionModel(models.Model):
    """What forecasts the purchases of a company's customers, as fitted on a day.

    Chosen by how forecasts would have fared on earlier days, see `analytics.choice`.
    There is one for all customers and one for each kind with enough history; earlier
    ones are kept, to see how they developed.
    """

    _name = "crm.retention.model"
    _description = "Retention Model"
    _rec_names_search = ["method"]
    _order = "as_of desc, id desc"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade"
    )
    kind_id = fields.Many2one(
        "crm.customer.kind",
        "Kind of Customers",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: all customers.",
    )
    customers_name = fields.Char("Whose", compute="_compute_customers_name")
    is_current = fields.Boolean("In Use")
    as_of = fields.Date(
        "Fitted as of",
        required=True,
        help="What was known at the end of this day is what the model was fitted to.",
    )
    fitted_on = fields.Datetime()
    method = fields.Char(
        "Chance from", help="What the chance of buying is computed with."
    )
    label = fields.Char("Method", compute="_compute_label")
    count_label = fields.Char("Numbers from", compute="_compute_label")
    baseline_label = fields.Char("Best Rule", compute="_compute_label")
    count_method = fields.Char(
        "Number from", help="What the expected number of purchases is computed with."
    )
    grade = fields.Selection(
        GRADES,
        help="How far to rely on the forecasts, by how they would have fared on "
        "earlier days. A: chances right to 1.5 points beyond chance, totals within "
        "10%. B: 3 points, 20%. C: ranks better than simple rules, but chances or "
        "totals were off. D: no model beat the simple rules. E: too little history.",
    )
    grade_words = fields.Char("What the Grade Means", compute="_compute_grade_words")
    summary = fields.Text(compute="_compute_summary")
    population = fields.Integer(
        "Customers", help="Customers with a purchase until the day of the fit."
    )
    sample = fields.Integer(
        "Fitted to", help="Customers drawn at random where there are very many."
    )
    repeater_count = fields.Integer(
        "Bought Again", help="Of the customers fitted to, those with two or more."
    )
    purchase_count = fields.Integer(
        "Purchases",
        help="Days with a purchase until the day of the fit; estimated where the model "
        "was fitted to a sample.",
    )
    first_day = fields.Date("History from")
    last_day = fields.Date("History to", help="Day of the last purchase.")
    horizon_days = fields.Integer(
        "Horizon", help="Days ahead that the forecasts look and were tested for."
    )
    tested_count = fields.Integer(
        "Forecasts Tried", help="On all earlier days of the test together."
    )
    window_count = fields.Integer("Earlier Days Tried")
    log_likelihood = fields.Float(
        "Log-Likelihood", aggregator=None, help="Of the model in use."
    )
    loss = fields.Float(
        "Error of the Chances",
        aggregator="avg",
        help="Log loss: the error of the chances of buying, punishing most what was "
        "said with certainty and was wrong. The least one is used.",
    )
    auc = fields.Float(
        "Ranking (AUC)",
        aggregator="avg",
        help="How well customers are ranked: how often a customer who then bought was "
        "given a higher chance than one who did not. 0.5 is guessing, 1 is perfect.",
    )
    brier = fields.Float(
        "Brier Score",
        aggregator="avg",
        help="Mean squared error of the chances of buying: the lower, the better.",
    )
    ece = fields.Float(
        "Calibration Error",
        aggregator="avg",
        help="By how much the chances were off, on average over tenths of the "
        "customers (ECE): 0.02 is two points too high or too low.",
    )
    mae = fields.Float(
        "Error per Customer",
        aggregator="avg",
        help="By how many purchases the forecast for a customer was off, on average "
        "(mean absolute error, MAE).",
    )
    total_error = fields.Float(
        aggregator="avg",
        help="By how much the forecast of all purchases together was too high "
        "(or, if negative, too low).",
    )
    baseline_method = fields.Char(
        "Best Simple Rule", help="That for the chance of buying."
    )
    baseline_count_method = fields.Char("Best Simple Rule for Numbers")
    baseline_loss = fields.Float(aggregator=None)
    baseline_auc = fields.Float(aggregator=None)
    baseline_brier = fields.Float(aggregator=None)
    baseline_ece = fields.Float(aggregator=None)
    baseline_mae = fields.Float(aggregator=None)
    baseline_total_error = fields.Float(aggregator=None)
    parameters = fields.Json(help="All that scoring needs.")
    deciles = fields.Json()
    tracking = fields.Json()
    kinds = fields.Json(help="The kinds when it was fitted, and what they have.")
    seconds = fields.Float("Fitting Took (s)", aggregator=None)
    failure = fields.Char(
        "Last Fit Failed", help="Why the last attempt to fit anew came to nothing."
    )
    candidate_ids = fields.One2many(
        "crm.retention.candidate", "model_id", "What Was Tried"
    )

    _current_unique = models.UniqueIndex(
        "(company_id, COALESCE(kind_id, 0)) WHERE is_current",
        "There is one model in use for each kind of customers.",
    )

    @api.depends("kind_id")
    @api.depends_context("lang")
    def _compute_customers_name(self):
        for model in self:
            model.customers_name = model.kind_id.name or self.env._("All customers")

    @api.depends("kind_id", "as_of")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for model in self:
            day = format_date(self.env, model.as_of)
            model.display_name = f"{model.customers_name}, {day}"

    @api.depends("method", "count_method", "baseline_method")
    @api.depends_context("lang")
    def _compute_label(self):
        for model in self:
            model.label = method_words(self.env, model.method)
            model.count_label = method_words(self.env, model.count_method)
            model.baseline_label = method_words(self.env, model.baseline_method)

    @api.depends("grade")
    @api.depends_context("lang")
    def _compute_grade_words(self):
        for model in self:
            model.grade_words = model._grade_words()

    def _grade_words(self):
        return {
            "A": self.env._(
                "Rely on it: on earlier days chances and totals came out as forecast."
            ),
            "B": self.env._(
                "Good: on earlier days chances came out about right, and totals within "
                "a fifth."
            ),
            "C": self.env._(
                "Use the order of the customers, not the level: on earlier days it "
                "ranked them better than simple rules do, but chances or totals were "
                "off."
            ),
            "D": self.env._(
                "On earlier days no model beat the simple rules, so the best rule is "
                "used."
            ),
            "E": self.env._(
                "Not tested: there is too little history to try it on earlier days."
            ),
        }.get(self.grade, "")

    @api.depends("grade", "loss", "baseline_loss", "auc", "repeater_count", "method")
    @api.depends_context("lang")
    def _compute_summary(self):
        for model in self:
            model.summary = " ".join(model._sentences())

    def _sentences(self):
        """How good it is, and why it was chosen, in sentences."""
        self.ensure_one()
        if not self.tested_count:
            return [self.grade_words, self._why_untested()]
        return [self.grade_words, self._why_chosen(), *self._how_good()]

    def _why_chosen(self):
        """What it did better than the simple rules, or they than the models."""
        if self.grade == "D":
            return self.env._(
                "“%s” erred least in the chances of buying.", self.baseline_label
            )
        return self.env._(
            "Its chances of buying erred by %(less).1f%% less than those of the best "
            "simple rule, “%(rule)s” (log loss %(ours).3f against %(theirs).3f).",
            less=100 * (1 - self.loss / (self.baseline_loss or 1)),
            rule=self.baseline_label,
            ours=self.loss,
            theirs=self.baseline_loss,
        )

    def _how_good(self):
        """How far its ranking, its chances and its numbers go."""
        ranking = self.env._(
            "Of two customers, one of whom then bought and one did not, it had given "
            "the buyer the higher chance in %s of 100 cases.",
            round(100 * self.auc),
        )
        level = self.env._(
            "Its chances were off by %(points).1f points on average, the total number "
            "of purchases by %(total)+.0f%%.",
            points=100 * self.ece,
            total=100 * self.total_error,
        )
        return [ranking, level]

    def _why_untested(self):
        """Which limit of `analytics.choice` there is too little for."""
        from ...analytics.choice import FEWEST_CUSTOMERS, FEWEST_REPEATERS

        if self.repeater_count < FEWEST_REPEATERS:
            return self.env._(
                "%(count)s customers bought again, a model needs %(limit)s: a rule of "
                "thumb is used.",
                count=self.repeater_count,
                limit=FEWEST_REPEATERS,
            )
        if self.sample < FEWEST_CUSTOMERS:
            return self.env._(
                "%(count)s customers have bought, a test needs %(limit)s: %(method)s "
                "is used as published.",
                count=self.sample,
                limit=FEWEST_CUSTOMERS,
                method=self.label,
            )
        return self.env._(
            "The history is too short, or too few bought in it: %s is used as "
            "published.",
            self.label,
        )

    # ------------------------------------------------------------------
    # Use
    # ------------------------------------------------------------------

    @api.model
    def _current(self, company):
        """The models in use, for whoever has customers scored.

        :return: by the id of the kind, False for all customers
        :rtype: dict[int | bool, recordset]
        """
        in_use = [("company_id", "=", company.id), ("is_current", "=", True)]
        current = self.sudo().search(in_use)
        return {model.kind_id.id: model for model in current}

    @api.model
    def _in_use(self, company):
        """The models that score the customers of a company, see `_current`.

        The model of a kind whose rule has changed since waits until it is fitted anew.
        """
        current = self._current(company)
        fitted = (
            {kind["id"]: kind["domain"] for kind in current[False].kinds or []}
            if (False in current)
            else {}
        )
        kinds = self.env["crm.customer.kind"]._of_company(company)
        same = {kind.id for kind in kinds if fitted.get(kind.id) == kind.domain}
        return {id_: model for id_, model in current.items() if not id_ or id_ in same}

    def _scorer(self):
        """What scores customers by this model.

        :rtype: analytics.RetentionModel
        """
        self.ensure_one()
        from ...analytics import RetentionModel

        return RetentionModel.from_dict(self.parameters)

    @api.model
    def _is_due(self, company, as_of):
        """Whether the models of a company are out of date.

        Weekly, when the horizon or the kinds changed, and when a tenth of the purchases
        came or went: the profiles must be measured already.
        """
        model = self._current(company).get(False)
        if not model or not 0 <= (as_of - model.as_of).days < LIFE_DAYS:
            return True
        if model.failure or model.horizon_days != company.value_chain_horizon_days:
            return True
        kinds = self.env["crm.customer.kind"]._of_company(company)
        known = [(kind["id"], kind["domain"]) for kind in model.kinds or []]
        if known != [(kind.id, kind.domain) for kind in kinds]:
            return True
        self.env["crm.customer.profile"].flush_model(["purchase_count"])
        [(purchases,)] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(SUM(purchase_count), 0) FROM crm_customer_profile"
                " WHERE company_id = %s AND active",
                company.id,
            )
        )
        change = abs(purchases - model.purchase_count)
        return change > SHARE_CHANGED * max(model.purchase_count, 1)

    def action_renew(self):
        """Have the models fitted anew, and all customers scored, in the background."""
        company = self.company_id[:1] or self.env.company
        runs = self.env["crm.scoring.run"]
        return runs.create({"company_id": company.id}).action_start()

    # ------------------------------------------------------------------
    # Fitting
    # ------------------------------------------------------------------

    @api.model
    def _renew(self, company, as_of, history, kind_of=None, population=None):
        """Fit the models of a company anew.

        Where fitting breaks, the earlier model stays in use and its `failure` says why.

        :param date as_of: what came later does not count
        :param analytics.History history: purchases of the customers, or of a random
            sample of them; contacts' ids, days since 1970-01-01, company currency
        :param kind_of: which contact is of which kind, see `crm.customer.kind`
        :param int population: customers with a purchase that the sample stands for
        :return: the models in use by the id of the kind, False for all customers
        :rtype: dict[int | bool, recordset]
        """
        self = self.sudo()
        day, horizon = day_number(as_of), company.value_chain_horizon_days
        each_is = (population or history.n_customers) / max(history.n_customers, 1)
        everyone = self._try_fit(company, False, history, day, horizon, each_is)
        kinds = self.env["crm.customer.kind"]._of_company(company)
        own, known = self.browse(), []
        for kind, part in self._parts(kinds, history, kind_of):
            model, counts = self._fit_kind(company, kind, part, day, horizon, each_is)
            own |= model
            known.append(counts | {"id": kind.id, "domain": kind.domain})
        everyone.kinds = known
        left = self.browse(m.id for m in self._current(company).values())
        (left - everyone - own).is_current = False
        return self._current(company)

    @api.model
    def _parts(self, kinds, history, kind_of):
        """The history of each kind."""
        import numpy as np

        from ...analytics import History

        partners, ids = kind_of if kind_of is not None else (np.zeros(0, int),) * 2
        for kind in kinds:
            of_kind = np.isin(history.customer, partners[ids == kind.id])
            yield (
                kind,
                History(
                    history.customer[of_kind],
                    history.day[of_kind],
                    history.amount[of_kind],
                ),
            )

    @api.model
    def _fit_kind(self, company, kind, history, day, horizon, each_is):
        """The model of a kind, if it has enough history to test one, and its counts."""
        from ...analytics.choice import FEWEST_CUSTOMERS, FEWEST_REPEATERS

        x = history.summary(day).x
        counts = {
            "customers": round(len(x) * each_is),
            "repeaters": round(int((x > 0).sum()) * each_is),
        }
        if len(x) < FEWEST_CUSTOMERS or (x > 0).sum() < FEWEST_REPEATERS:
            return self.browse(), counts
        model = self._try_fit(company, kind.id, history, day, horizon, each_is)
        return model, counts

    @api.model
    def _try_fit(self, company, kind_id, history, day, horizon, each_is):
        """Fit and store a model; keep the earlier one where that breaks.

        :return: the model in use; none for a kind that could not be tested
        """
        earlier = self._current(company).get(kind_id, self.browse())
        try:
            with self.env.cr.savepoint():
                return self._fit(company, kind_id, history, day, horizon, each_is)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # the customers are to be scored all the same
            _logger.exception("No model could be fitted for %s", company.name)
            failure = str(error).strip() or type(error).__name__
            if not earlier and not kind_id:
                rule = retention_fit.nothing_fitted(day, horizon)
                earlier = self._store(company, kind_id, rule, each_is, 0.0)
            earlier.failure = failure
            return earlier

    @api.model
    def _fit(self, company, kind_id, history, day, horizon, each_is):
        started = time.monotonic()
        population = history.until(day).n_customers * each_is
        fitted = retention_fit.fit(history, day, horizon)
        if kind_id and fitted.model.choice_ is None:
            return self.browse()
        each_is = population / max(fitted.history.n_customers, 1)
        return self._store(company, kind_id, fitted, each_is, started)

    @api.model
    def _store(self, company, kind_id, fitted, each_is, started):
        """Write a fitted model down, and put it to use."""
        vals = self._values(fitted, each_is) | {
            "company_id": company.id,
            "kind_id": kind_id,
            "as_of": EPOCH + timedelta(days=fitted.as_of),
            "fitted_on": fields.Datetime.now(),
            "is_current": True,
            "failure": False,
        }
        vals["seconds"] = time.monotonic() - started if started else 0.0
        same = [("company_id", "=", company.id), ("kind_id", "=", kind_id)]
        self.search([*same, ("is_current", "=", True)]).is_current = False
        self.flush_model(["is_current"])
        again = self.search([*same, ("as_of", "=", vals["as_of"])], limit=1)
        if again:
            again.candidate_ids.unlink()
            again.write(vals)
        model = again or self.create(vals)
        if not model.tested_count:
            model._forget_figures()
        return model

    def _forget_figures(self):
        """Have means over models leave out those that were not tested."""
        self.flush_recordset()
        names = [n for n in self._figure_fields() if self._fields[n].type == "float"]
        nothing = SQL(", ").join(SQL("%s = NULL", SQL.identifier(n)) for n in names)
        self.env.cr.execute(
            SQL("UPDATE crm_retention_model SET %s WHERE id = %s", nothing, self.id)
        )
        self.invalidate_recordset(names)

    @api.model
    def _values(self, fitted, each_is):
        """Fields that tell a fitted model; those of figures are 0 if not tested."""
        model, history = fitted.model, fitted.history
        figures = dict.fromkeys(self._figure_fields(), False)
        days = history.day
        return {
            **figures,
            **retention_fit.figures(fitted),
            "method": model.method_,
            "count_method": model.count_method_,
            "grade": model.grade_.letter,
            "population": round(model.n_customers_ * each_is),
            "sample": model.n_customers_,
            "repeater_count": model.n_repeaters_,
            "purchase_count": round(len(history) * each_is),
            "first_day": EPOCH + timedelta(days=int(days.min())) if len(days) else None,
            "last_day": EPOCH + timedelta(days=int(days.max())) if len(days) else None,
            "horizon_days": fitted.horizon_days,
            "log_likelihood": retention_fit.log_likelihood(model),
            "parameters": model.to_dict(),
            "deciles": retention_fit.deciles(model),
            "tracking": retention_fit.tracking(fitted, each_is),
            "candidate_ids": [
                fields.Command.create({"sequence": number, **line})
                for number, line in enumerate(retention_fit.candidates(model))
            ],
        }

    @api.model
    def _figure_fields(self):
        names = ["loss", *retention_fit.FIGURES]
        rules = [f"baseline_{name}" for name in (*names, "method", "count_method")]
        return [*names, *rules, "tested_count", "window_count"]

    @api.autovacuum
    def _gc_models(self):
        """Forget models that were in use more than about a year ago."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id
                  FROM (SELECT id, is_current, ROW_NUMBER() OVER (
                               PARTITION BY company_id, kind_id
                                   ORDER BY as_of DESC, id DESC) AS age
                          FROM crm_retention_model) model
                 WHERE age > %s AND NOT is_current
                """,
                KEPT,
            )
        )
        self.browse(row[0] for row in rows).unlink()
