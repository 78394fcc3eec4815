import logging
import time

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..customer.scope import Scope

_logger = logging.getLogger(__name__)

BATCH = 100_000  # customers for each commit
CHANGED_BATCH = 5_000
MAX_FAILURES = 100  # more than a few bad records: something else is wrong
KEEP_DAYS = 366

PHASES = {"scoring": ["measure", "score"], "segmentation": ["classify"]}


class TooManyFailures(Exception):
    """So many customers fail that the run as a whole is broken."""


class CrmScoringRun(models.Model):
    """One pass over the customers of a company, and its record.

    A run goes through its phases in batches of customers, in the order of the
    contact's id, and commits each with the position it reached. So it resumes
    where it was killed, and two workers share one run without harm: whoever
    holds the row of the run works on the next batch.
    """

    _name = "crm.scoring.run"
    _description = "Scoring Run"
    _order = "id desc"

    kind = fields.Selection(
        [("scoring", "Retention Scoring"), ("segmentation", "Portfolio Segmentation")],
        "What",
        required=True,
        default="scoring",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    origin = fields.Selection(
        [
            ("night", "Schedule"),
            ("manual", "Compute Now"),
            ("change", "Changed Customers"),
        ],
        "Started by",
        default="manual",
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, readonly=True
    )
    as_of = fields.Date(
        required=True,
        default=fields.Date.today,
        help="Purchases after this day do not count. Any day but today shows the "
        "past, until the next night.",
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        default="waiting",
        readonly=True,
    )
    started_on = fields.Datetime(readonly=True)
    finished_on = fields.Datetime(readonly=True)
    phase = fields.Char(readonly=True)
    position = fields.Integer(readonly=True, help="Last contact done in the phase.")
    customer_count = fields.Integer("Customers", readonly=True)
    processed_count = fields.Integer("Customers Done", readonly=True)
    progress = fields.Integer(compute="_compute_progress")
    movement_count = fields.Integer("Movements", readonly=True)
    measure_seconds = fields.Float("Measuring (s)", readonly=True)
    score_seconds = fields.Float("Scoring (s)", readonly=True)
    classify_seconds = fields.Float("Classifying (s)", readonly=True)
    duration = fields.Float("Duration (s)", compute="_compute_duration")
    failure_ids = fields.One2many("crm.scoring.failure", "run_id", readonly=True)
    failure_count = fields.Integer("Failures", compute="_compute_failure_count")

    @api.depends("kind", "as_of")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for run in self:
            run.display_name = f"{kinds.get(run.kind, '')} {run.as_of or ''}".strip()

    @api.depends("measure_seconds", "score_seconds", "classify_seconds")
    def _compute_duration(self):
        for run in self:
            run.duration = (
                run.measure_seconds + run.score_seconds + run.classify_seconds
            )

    @api.depends("state", "phase", "processed_count", "customer_count")
    def _compute_progress(self):
        for run in self:
            phases = PHASES[run.kind or "scoring"]
            total = run.customer_count * len(phases)
            done = run.state == "done" or not total
            run.progress = 100 if done else 100 * run.processed_count // total

    @api.depends("failure_ids")
    def _compute_failure_count(self):
        for run in self:
            run.failure_count = len(run.failure_ids)

    # ------------------------------------------------------------------
    # Scheduled actions
    # ------------------------------------------------------------------

    @api.model
    def _cron_retention_scoring(self):
        """Measure and score: companies that are due, then customers that changed."""
        self._plan("scoring")
        if not (self._work("scoring") and self._refresh_changed()):
            self._call_cron("scoring")

    @api.model
    def _cron_portfolio_segmentation(self):
        """Apply the classifications to companies that are due."""
        self._plan("segmentation")
        if not self._work("segmentation"):
            self._call_cron("segmentation")

    @api.model
    def _call_cron(self, kind):
        name = {
            "scoring": "ir_cron_retention_scoring",
            "segmentation": "ir_cron_portfolio_segmentation",
        }[kind]
        self.env.ref(f"crm_value_chain.{name}").sudo()._trigger()

    @api.model
    def _plan(self, kind):
        """Make the runs that are due today.

        Called by the calendar (or by hand) every company is due; called by a
        trigger, only those that had no scoring yet today.
        """
        today = fields.Date.today()
        runs = self.search([("kind", "=", kind), ("origin", "!=", "change")])
        open_runs = runs.filtered(lambda run: run.state in ("waiting", "running"))
        late = open_runs.filtered(
            lambda run: run.origin == "night" and run.as_of != today
        )
        late._finish("failed")
        busy = (open_runs - late).company_id
        if self._is_triggered():
            busy |= runs.filtered(lambda run: run.as_of == today).company_id
            if kind == "segmentation":
                return
        for company in self.env["res.company"].search([]) - busy:
            self.create({"kind": kind, "company_id": company.id, "origin": "night"})

    @api.model
    def _is_triggered(self):
        """Whether the cron runs because something called it in between."""
        return bool(
            self.env["ir.cron.trigger"].search_count(
                [
                    ("cron_id", "=", self.env.context.get("cron_id", 0)),
                    ("call_at", "<=", fields.Datetime.now()),
                ],
                limit=1,
            )
        )

    @api.model
    def _work(self, kind):
        """Work on the open runs until they are done or the time is up.

        :return: whether nothing is left, but what another worker is at
        """
        open_runs = [("kind", "=", kind), ("state", "in", ("waiting", "running"))]
        IrCron = self.env["ir.cron"]
        for run in self.search(open_runs, order="id"):
            more = True
            while more:
                done, more = run._try_step()
                left = sum(
                    other.customer_count * len(PHASES[kind]) - other.processed_count
                    for other in self.search(open_runs)
                )
                if not IrCron._commit_progress(done, remaining=max(left, 0)) and left:
                    return False
        return True

    # ------------------------------------------------------------------
    # One run
    # ------------------------------------------------------------------

    def action_start(self):
        """Put runs in line for the scheduled action."""
        for run in self:
            run._call_cron(run.kind)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The figures are computed in the background. See Scoring Runs."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    @api.model_create_multi
    def create(self, vals_list):
        """Make runs; those that people make start at once."""
        runs = super().create(vals_list)
        for kind in set(runs.filtered(lambda r: r.origin == "manual").mapped("kind")):
            self._call_cron(kind)
        return runs

    def _try_step(self):
        """Do the next batch; leave it to another worker that is at it.

        :return: number of customers done, and whether more wait
        :rtype: tuple[int, bool]
        """
        try:
            return self._step()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            _logger.info("%s is busy elsewhere: %s", self, error)
            self.env.cr.rollback()
            return 0, False
        except TooManyFailures:
            self._finish("failed")
            return 0, False

    def _step(self):
        """Do the next batch of the run, or take note that it is done."""
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM crm_scoring_run WHERE id = %s FOR UPDATE SKIP LOCKED",
                self.id,
            )
        )
        if not self.env.cr.fetchone():
            return 0, False
        self.invalidate_recordset()
        if self.state == "waiting":
            self._begin()
        scope, count = self._next_batch()
        if scope:
            started = time.monotonic()
            getattr(self, f"_run_{self.phase}")(scope)
            self[f"{self.phase}_seconds"] += time.monotonic() - started
            self.write(
                {
                    "position": scope.last,
                    "processed_count": self.processed_count + count,
                }
            )
            return count, True
        return 0, self._next_phase()

    def _begin(self):
        """Make the missing profiles, and drop what the run covers from the queue."""
        scope = Scope(self.company_id.id, self.as_of)
        if self.kind == "scoring":
            self.env.cr.execute(
                SQL(
                    "DELETE FROM crm_customer_stale WHERE company_id = %s",
                    scope.company_id,
                )
            )
            self.env["crm.customer.profile"]._insert_missing(scope)
        profiles = self._profiles()
        self.write(
            {
                "state": "running",
                "started_on": fields.Datetime.now(),
                "phase": PHASES[self.kind][0],
                "position": 0,
                "processed_count": 0,
                "customer_count": profiles.search_count(
                    [("company_id", "=", scope.company_id)]
                ),
            }
        )

    @api.model
    def _profiles(self):
        return self.env["crm.customer.profile"].with_context(active_test=False)

    def _next_batch(self):
        """Scope of the next customers of the phase, and their number."""
        self.env.cr.execute(
            SQL(
                """
                SELECT MIN(partner_id), MAX(partner_id), COUNT(*)
                  FROM (SELECT partner_id FROM crm_customer_profile
                         WHERE company_id = %s AND partner_id > %s
                         ORDER BY partner_id LIMIT %s) batch
                """,
                self.company_id.id,
                self.position,
                BATCH,
            )
        )
        first, last, count = self.env.cr.fetchone()
        if not count:
            return None, 0
        return Scope(self.company_id.id, self.as_of, first, last), count

    def _next_phase(self):
        """Go to the next phase, or finish. Returns whether there is one."""
        phases = PHASES[self.kind]
        self._drop_collected()
        following = phases[phases.index(self.phase) + 1 :]
        if not following:
            self._finish("done")
            return False
        if following[0] == "score":
            self.env["crm.customer.profile"]._prepare_scoring(
                self.company_id, self.as_of
            )
        self.write({"phase": following[0], "position": 0})
        return True

    def _finish(self, state):
        """Close runs; a scoring that is done calls the segmentation."""
        now = fields.Datetime.now()
        self.write({"state": state, "finished_on": now})
        for run in self.filtered(lambda r: r.kind == "scoring" and state == "done"):
            self.create(
                {
                    "kind": "segmentation",
                    "company_id": run.company_id.id,
                    "origin": run.origin,
                    "as_of": run.as_of,
                }
            )
            self._call_cron("segmentation")

    # ------------------------------------------------------------------
    # Phases
    # ------------------------------------------------------------------

    def _run_measure(self, scope):
        profiles, table = self._profiles(), self._collected_table()
        collected = None
        if scope.first != scope.last and self.customer_count > BATCH:
            self._collect(table, scope)
            collected = table
        self._guarded(lambda part: profiles._measure(part, collected), scope)

    def _run_score(self, scope):
        self._guarded(self._profiles()._score, scope)

    def _run_classify(self, scope):
        first = not self.search_count(
            [
                ("kind", "=", "segmentation"),
                ("state", "=", "done"),
                ("company_id", "=", self.company_id.id),
            ],
            limit=1,
        )
        profiles = self._profiles().with_context(value_chain_first_placement=first)
        before = self._last_movement()
        self._guarded(lambda part: self._note_rules(profiles._classify(part)), scope)
        self.movement_count += self.env["crm.customer.movement"].search_count(
            [("id", ">", before), ("company_id", "=", self.company_id.id)]
        )

    @api.model
    def _last_movement(self):
        return self.env["crm.customer.movement"].search([], order="id desc", limit=1).id or 0

    # A large company is measured in one go into a temporary table: one pass over
    # all its transactions costs far less than one for each batch. The table lives
    # as long as the connection; whoever resumes a run collects again.

    def _collected_table(self):
        return SQL.identifier(f"crm_measured_{self.id}")

    def _collect(self, table, scope):
        self.env.cr.execute(
            SQL("SELECT to_regclass(%s)", f"pg_temp.crm_measured_{self.id}")
        )
        if self.env.cr.fetchone()[0]:
            return
        self.env.cr.execute(
            SQL(
                "SELECT MAX(partner_id) FROM crm_customer_profile WHERE company_id = %s",
                scope.company_id,
            )
        )
        rest = scope._replace(last=self.env.cr.fetchone()[0])
        self._guarded(lambda part: self._profiles()._collect(table, part), rest)
        self.env.cr.execute(SQL("CREATE INDEX ON %s (partner_id)", table))
        self.env.cr.execute(SQL("ANALYZE %s", table))

    def _drop_collected(self):
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", self._collected_table()))

    # ------------------------------------------------------------------
    # Failures
    # ------------------------------------------------------------------

    def _guarded(self, work, scope):
        """Do work on a scope; where it fails, on its halves, to skip just the bad.

        :raises TooManyFailures: so that a broken program does not try them all
        """
        try:
            with self.env.cr.savepoint():
                work(scope)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            if halves := scope.halves():
                for half in halves:
                    self._guarded(work, half)
            else:
                self._note_failure(scope, error)

    def _note_failure(self, scope, error):
        """Skip a customer, log it and show it."""
        partner_id = scope.ids[0] if scope.ids else scope.first
        _logger.warning(
            "Customer %s skipped in %s of company %s: %s",
            partner_id,
            self.phase,
            scope.company_id,
            error,
        )
        self.env["crm.scoring.failure"].create(
            {
                "run_id": self.id,
                "partner_id": partner_id,
                "phase": self.phase,
                "message": str(error).strip() or type(error).__name__,
            }
        )
        if len(self.failure_ids) >= MAX_FAILURES:
            raise TooManyFailures(self.env._("More than %s failures.", MAX_FAILURES))

    def _note_rules(self, broken):
        """Show the rules that could not be applied, once in a run."""
        for rule, message in broken.items():
            if rule.name not in self.failure_ids.mapped("subject"):
                self.env["crm.scoring.failure"].create(
                    {
                        "run_id": self.id,
                        "subject": rule.name,
                        "phase": self.phase,
                        "message": message,
                    }
                )

    # ------------------------------------------------------------------
    # Changed customers
    # ------------------------------------------------------------------

    @api.model
    def _refresh_changed(self):
        """Bring the queued customers up to date.

        :return: whether the queue is empty
        """
        more, time_left = True, True
        while more:
            customers, more = self.env["crm.customer.stale"]._pop(CHANGED_BATCH)
            for company_id, ids in customers.items():
                run = self._change_run(company_id)
                run._refresh(tuple(sorted(ids)))
            count = sum(map(len, customers.values()))
            time_left = self.env["ir.cron"]._commit_progress(
                count, remaining=int(more)
            )
            if not time_left or not customers:
                break
        return not more

    @api.model
    def _change_run(self, company_id):
        """The one record of a day for the customers that changed."""
        today = fields.Date.today()
        domain = [
            ("origin", "=", "change"),
            ("company_id", "=", company_id),
            ("as_of", "=", today),
        ]
        return self.search(domain, limit=1) or self.create(
            {
                "kind": "scoring",
                "origin": "change",
                "company_id": company_id,
                "state": "done",
                "phase": "measure",
                "started_on": fields.Datetime.now(),
            }
        )

    def _refresh(self, ids):
        """Refresh some customers within this run."""
        self.ensure_one()
        started = time.monotonic()
        scope = Scope(self.company_id.id, self.as_of, ids=ids)
        profiles = self._profiles()
        self._guarded(lambda part: self._note_rules(profiles._refresh(part)), scope)
        self.write(
            {
                "finished_on": fields.Datetime.now(),
                "customer_count": self.customer_count + len(ids),
                "processed_count": self.processed_count + len(ids),
                "measure_seconds": self.measure_seconds + time.monotonic() - started,
            }
        )

    @api.autovacuum
    def _gc_runs(self):
        """Forget runs after a year."""
        limit = fields.Date.subtract(fields.Date.today(), days=KEEP_DAYS)
        self.search([("as_of", "<", limit), ("state", "in", ("done", "failed"))]).unlink()
