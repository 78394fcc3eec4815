import logging
import time
from contextlib import contextmanager

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..customer.scope import Scope

_logger = logging.getLogger(__name__)

LARGEST_PART = 12_000_000  # transactions in memory at a time: about a gigabyte
SAMPLE = 50_000  # customers that the models are fitted to


class CrmScoringPhase(models.AbstractModel):
    """What a run does in each of its phases, taking the time.

    A company is measured in one go into a temporary table: one pass over all its
    transactions costs far less than one for each batch. The table lives as long as the
    connection; whoever resumes a run measures again.
    """

    _name = "crm.scoring.phase"
    _description = "Phases of a Scoring Run"

    def _staging(self):
        scope = Scope(self.company_id.id, self.as_of)
        return self._profiles()._staging(scope, f"measured_{self.id}")

    def _run_measure(self):
        """Measure and forecast all customers, and put the figures in line."""
        profiles, staging = self._profiles(), self._staging()
        [(last,)] = self.env.execute_query(SQL("SELECT MAX(id) FROM res_partner"))
        scope = Scope(self.company_id.id, self.as_of, last=last)
        staging.make(profiles._collected_fields())
        with self._timed("measure"):
            counts = profiles._read_counts(scope)
        for part in scope.parts(self._count_parts()):
            self._guarded(lambda part: self._collect(staging, part, counts), part)
        with self._timed("measure"):
            profiles._complete(staging, scope, counts)
        with self._timed("score"):
            profiles._prepare_scoring(scope, staging)
        for partner_id in set(staging.lost):
            self._note_failure(scope._replace(ids=(partner_id,)), profiles._too_large())
        self.customer_count = self._count_customers()

    def _collect(self, staging, part, counts):
        """Measure and forecast a part of the customers, taking the time."""
        started = time.monotonic()
        renew = self._renewal(staging)
        for phase in self._profiles()._collect(staging, part, counts, renew):
            now = time.monotonic()
            self[f"{phase}_seconds"] += now - started
            started = now

    def _count_parts(self):
        """In how many parts the customers are measured, so that each fits in memory."""
        documents = set(self.env["crm.customer.transaction"]._source_models().values())
        tables = [self.env[name]._table for name in documents]
        [(rows,)] = self.env.execute_query(
            SQL(
                "SELECT SUM(GREATEST(reltuples, 0)) FROM pg_class"
                " WHERE oid = ANY(%s::regclass[])",
                tables,
            )
        )
        return 1 + int(rows // LARGEST_PART)

    def _renewal(self, staging):
        """What fits the models anew to the first purchases that are read, where due."""
        if staging.fitted:
            return None
        models = self.env["crm.retention.model"]
        if self.origin != "manual" and not models._is_due(self.company_id, self.as_of):
            return None

        def fit(purchases):
            self._fit(purchases)
            staging.fitted = True

        return fit

    def _fit(self, purchases):
        """Fit the models to a sample of the customers."""
        from ...analytics import History  # loads scipy, which only this needs

        refused = self.env["res.partner"].with_context(active_test=False)
        refused = refused._search([("profiling_refused", "=", True)])
        refused = [row[0] for row in self.env.execute_query(refused.select())]
        customers = self._count_customers() or purchases.count_customers()
        share = min(1.0, SAMPLE / max(1, customers))
        sample = purchases.sample(share, refused)
        history = History(sample.customer, sample.day, sample.amount)
        kind_of = self.env["crm.customer.kind"]._kind_of(
            Scope(self.company_id.id, self.as_of)
        )
        models = self.env["crm.retention.model"]._renew(
            self.company_id,
            self.as_of,
            history,
            kind_of,
            population=round(history.n_customers / share * self._count_parts()),
        )
        for model in models.values():
            if model.failure:
                self._note(model.failure, subject=model.display_name)

    def _run_write(self, scope):
        profiles, staging = self._profiles(), self._staging()
        if not staging.exists():  # whoever measured is gone
            self._run_measure()
        with self._timed("write"):
            self._guarded(lambda part: profiles._write_staged(staging, part), scope)

    def _run_age(self, scope):
        with self._timed("score"):
            self._guarded(self._profiles()._age, scope)

    @contextmanager
    def _timed(self, part):
        """Count the seconds of a part of the work."""
        started = time.monotonic()
        yield
        self[f"{part}_seconds"] += time.monotonic() - started

    def _run_classify(self, scope, dimension):
        classification = self._placing_profiles()._classification_of(dimension)
        before = self._last_movement()
        with self._timed("classify"):
            self._guarded(
                lambda part: self._note_rules(classification._classify(part)), scope
            )
        self.movement_count += self.env["crm.customer.movement"].search_count(
            [("id", ">", before), ("company_id", "=", self.company_id.id)]
        )

    def _prepare_classification(self):
        """Fix what rules need to know of all customers."""
        self._attempt("_prepare_classification")

    def _conclude_classification(self):
        """Do what follows when all customers are placed."""
        self._attempt("_conclude_classification")

    def _attempt(self, name):
        """Do what is for the whole company; where it fails, say so and go on."""
        scope = Scope(self.company_id.id, self.as_of)
        try:
            with self.env.cr.savepoint():
                getattr(self._profiles(), name)(scope)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # what follows from the classes can wait
            _logger.exception("%s: %s", self, name)
            self._note(str(error).strip() or type(error).__name__)

    def _placing_profiles(self):
        """The profiles, knowing of which classifications the history just begins.

        Of those never applied to the company, and of those whose rules are all
        younger than the last segmentation.
        """
        last = self.search(
            [
                ("kind", "=", "segmentation"),
                ("state", "=", "done"),
                ("company_id", "=", self.company_id.id),
            ],
            limit=1,
        )
        profiles = self._profiles()
        begins = tuple(
            classification._name
            for classification in profiles._in_order()
            if not last
            or not self._has_history(classification)
            or all(
                rule.create_date > last.create_date
                for rule in classification._rules(self.company_id)
            )
        )
        return profiles.with_context(value_chain_first_placement=begins)

    def _has_history(self, classification):
        """Whether customers of the company were placed by a classification before."""
        of_company = [
            ("company_id", "=", self.company_id.id),
            ("dimension", "=", classification._dimension),
        ]
        return any(
            self.env[model].search_count(of_company, limit=1)
            for model in ("crm.portfolio.snapshot", "crm.customer.movement")
        )

    @api.model
    def _last_movement(self):
        return (
            self.env["crm.customer.movement"].search([], order="id desc", limit=1).id
            or 0
        )
