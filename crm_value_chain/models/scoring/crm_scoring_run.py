import logging
import time
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..customer.scope import Scope
from .crm_scoring_schedule import OPEN

_logger = logging.getLogger(__name__)

BATCH = 100_000  # customers for each commit
LARGE_BATCH = 1_000_000  # where few of them are written
MAX_FAILURES = 100  # more than a few bad records: something else is wrong
KEEP_DAYS = 366

CHOSEN_BY_PEOPLE = ("kind", "company_id", "as_of")
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
SECONDS = tuple(
    f"{part}_seconds" for part in ("measure", "fit", "score", "write", "classify")
)


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
    _inherit = ["crm.scoring.schedule", "crm.scoring.phase"]
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
        "Status",
        default="waiting",
        readonly=True,
    )
    started_on = fields.Datetime(readonly=True)
    finished_on = fields.Datetime(readonly=True)
    is_full = fields.Boolean(
        "All Anew",
        default=True,
        readonly=True,
        help="Once a week, by hand, and after many changes everything is computed "
        "anew: models, cut-offs and every customer. Other nights renew the customers "
        "who changed, and those whose score has aged.",
    )
    phase = fields.Selection("_selection_phase", readonly=True)
    position = fields.Integer(readonly=True, help="Last contact done in the phase.")
    customer_count = fields.Integer("Customers", readonly=True)
    processed_count = fields.Integer("Customers Done", readonly=True)
    progress = fields.Integer(compute="_compute_progress")
    movement_count = fields.Integer("Movements", readonly=True)
    measure_seconds = fields.Float("Measuring (s)", readonly=True)
    fit_seconds = fields.Float("Fitting Models (s)", readonly=True)
    score_seconds = fields.Float("Scoring (s)", readonly=True)
    write_seconds = fields.Float("Writing (s)", readonly=True)
    classify_seconds = fields.Float("Classifying (s)", readonly=True)
    duration = fields.Float("Duration (s)", compute="_compute_duration")
    failure_ids = fields.One2many("crm.scoring.failure", "run_id", readonly=True)
    failure_count = fields.Integer("Failures", compute="_compute_failure_count")

    @api.constrains("as_of")
    def _check_as_of(self):
        for run in self:
            if not FIRST_DAY <= run.as_of <= LAST_DAY:
                raise ValidationError(self.env._("Choose a day between 1900 and 2100."))

    @api.depends("kind", "as_of")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for run in self:
            run.display_name = f"{kinds.get(run.kind, '')} {run.as_of or ''}".strip()

    @api.depends(*SECONDS)
    def _compute_duration(self):
        for run in self:
            run.duration = sum(run[name] for name in SECONDS)

    @api.model
    def _selection_phase(self):
        """The phases of all kinds of runs. A hook."""
        movements = self.env["crm.customer.movement"]._fields["dimension"]
        return [
            ("measure", self.env._("Measure and Forecast")),
            ("write", self.env._("Write")),
            ("age", self.env._("Forecast Aged Scores")),
            *(
                (f"classify:{dimension}", self.env._("Classify: %s", label))
                for dimension, label in movements._description_selection(self.env)
            ),
        ]

    def _phases(self):
        """Names of the phases of this run, in order. A hook.

        Each classification is one, and so in transactions of its own: the database
        checks all references of a row anew that a transaction writes twice.
        """
        self.ensure_one()
        if self.kind == "segmentation":
            classifications = self._profiles()._in_order()
            return [f"classify:{model._dimension}" for model in classifications]
        return ["measure", "write"] if self.is_full else ["age"]

    def _phases_in_one_go(self):
        """Names of the phases that take all customers together. A hook."""
        return {"measure"}

    @api.depends("state", "phase", "processed_count", "customer_count")
    def _compute_progress(self):
        for run in self:
            total = run.customer_count * len(run._phases())
            if run.state == "done":
                run.progress = 100
            else:
                run.progress = 100 - 100 * run._left() // total if total else 0

    def _left(self):
        """Customers that wait, counted once for each phase."""
        self.ensure_one()
        phases = self._phases()
        done = phases.index(self.phase) if self.phase in phases else 0
        ahead = len(phases) - done
        return max(self.customer_count * ahead - self.processed_count, 0)

    @api.depends("failure_ids")
    def _compute_failure_count(self):
        for run in self:
            run.failure_count = len(run.failure_ids)

    # ------------------------------------------------------------------
    # One run
    # ------------------------------------------------------------------

    def action_start(self):
        """Put runs in line for the scheduled action."""
        self.check_access("unlink")
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
        if not self.env.su:
            # how far a run is, only the run itself may say
            vals_list = [
                {name: vals[name] for name in CHOSEN_BY_PEOPLE if name in vals}
                for vals in vals_list
            ]
        runs = super().create(vals_list)
        for kind in set(runs.filtered(lambda r: r.origin == "manual").mapped("kind")):
            self._call_cron(kind)
        return runs

    def _try_step(self):
        """Do the next batch; leave it to another worker that is at it.

        :return: number of customers done, whether more wait, and whether the
            work was lost because somebody else wrote the same customers
        :rtype: tuple[int, bool, bool]
        """
        try:
            return *self._step(), False
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            _logger.info("%s is busy elsewhere: %s", self, error)
            self.env.cr.rollback()
            return 0, True, True
        except TooManyFailures as error:
            self._give_up(error)
        except Exception as error:  # the runs of other companies go on
            _logger.exception("%s cannot go on", self)
            self.env.cr.rollback()
            self._give_up(error)
        return 0, False, False

    def _give_up(self, error):
        """End the run as failed, with the reason on its list."""
        self._staging().drop()
        self._note(str(error).strip() or type(error).__name__)
        self._finish("failed")

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
        # sorts of large companies fit into memory; until the end of the transaction
        self.env.cr.execute("SET LOCAL work_mem = '128MB'")
        if not self.is_full:
            self._look_up_few()
        if self.state == "waiting" or self.phase not in self._phases():
            self._begin()
            return 0, True
        if self.phase in self._phases_in_one_go():
            getattr(self, f"_run_{self.phase}")()
            return 0, self._next_phase()
        scope, count = self._next_batch()
        if not scope:
            return 0, self._next_phase()
        name, _separator, *of_what = self.phase.partition(":")
        getattr(self, f"_run_{name}")(scope, *filter(None, of_what))
        self.write(
            {"position": scope.last, "processed_count": self.processed_count + count}
        )
        return count, True

    def _begin(self):
        """Drop what the run covers from the queue, or do what passing days do."""
        if self.kind == "scoring" and self.is_full:
            if self.as_of >= fields.Date.today():
                self.env.cr.execute(
                    SQL(
                        "DELETE FROM crm_customer_stale WHERE company_id = %s",
                        self.company_id.id,
                    )
                )
        elif self.kind == "scoring":
            with self._timed("score"):
                self._pass_days()
        elif self.is_full:
            with self._timed("classify"):
                self._prepare_classification()
        self.write(
            {
                "state": "running",
                "started_on": fields.Datetime.now(),
                "phase": self._phases()[0],
                "position": 0,
                "processed_count": 0,
                "customer_count": self.customer_count or self._count_customers(),
            }
        )

    def _count_customers(self):
        return self._profiles().search_count([("company_id", "=", self.company_id.id)])

    def _pass_days(self):
        """Do what the days since the last night do to those who have not changed."""
        company, since = self.company_id, self.company_id.value_chain_as_of
        stale = self.env["crm.customer.stale"]
        stale._queue_dated(company.id, since, self.as_of)  # entered, but dated later
        scope = Scope(company.id, self.as_of)
        self._profiles()._pass_years(scope, since)

    @api.model
    def _profiles(self):
        return self.env["crm.customer.profile"].with_context(active_test=False)

    def _next_batch(self):
        """Scope of the next customers of the phase, and their number."""
        size = BATCH if self.is_full else LARGE_BATCH
        following = SQL(
            "SELECT partner_id FROM crm_customer_profile"
            " WHERE company_id = %s AND partner_id > %s",
            self.company_id.id,
            self.position,
        )
        number = SQL("%s", self.customer_count)
        if self.position or self.customer_count > size:  # or all of them fit
            following = SQL("%s ORDER BY partner_id LIMIT %s", following, size)
            number = SQL("COUNT(*)")
        self.env.cr.execute(
            SQL(
                "SELECT MIN(partner_id), MAX(partner_id), %s FROM (%s) batch",
                number,
                following,
            )
        )
        first, last, count = self.env.cr.fetchone()
        if not first:
            return None, 0
        return Scope(self.company_id.id, self.as_of, first, last), count

    def _next_phase(self):
        """Go to the next phase, or finish. Returns whether there is one."""
        phases = self._phases()
        following = phases[phases.index(self.phase) + 1 :]
        if not following:
            if self.kind == "segmentation":
                with self._timed("classify"):
                    self._conclude_classification()
            self._staging().drop()
            self._finish("done")
            return False
        self.write({"phase": following[0], "position": 0, "processed_count": 0})
        return True

    def _finish(self, state):
        """Close runs; after a scoring that is done a segmentation waits."""
        now = fields.Datetime.now()
        self.write({"state": state, "finished_on": now})
        for run in self.filtered(lambda r: r.kind == "scoring" and state == "done"):
            run.company_id.sudo().value_chain_as_of = run.as_of
            self.create(
                {
                    "kind": "segmentation",
                    "company_id": run.company_id.id,
                    "origin": run.origin,
                    "as_of": run.as_of,
                    "is_full": run.is_full,
                    "customer_count": run.customer_count,
                }
            )

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
        known = self.failure_ids.filtered(
            lambda f: f.partner_id.id == partner_id and f.phase == self.phase
        )
        many = self.origin == "change" and len(self.failure_ids) >= MAX_FAILURES
        if known or many:
            return
        self._note(str(error).strip() or type(error).__name__, partner_id=partner_id)
        if self.origin != "change" and len(self.failure_ids) >= MAX_FAILURES:
            raise TooManyFailures(self.env._("More than %s failures.", MAX_FAILURES))

    def _note_rules(self, broken):
        """Show the rules that could not be applied, once in a run."""
        for rule, message in broken.items():
            if rule.name not in self.failure_ids.mapped("subject"):
                self._note(message, subject=rule.name)

    def _note(self, message, **about):
        """Put a line on the list of what went wrong in this run."""
        self.env["crm.scoring.failure"].create(
            {"run_id": self.id, "phase": self.phase, "message": message, **about}
        )

    def _refresh(self, ids):
        """Refresh some customers within this run.

        Where a segmentation is about to place everybody, it is left to that.
        """
        self.ensure_one()
        started = time.monotonic()
        scope = Scope(self.company_id.id, self.as_of, ids=ids)
        profiles = self._placing_profiles()
        place = not self._is_segmentation_near()

        def refresh(part):
            self._note_rules(profiles._refresh(part, place=place))

        try:
            self._guarded(refresh, scope)
        except TooManyFailures as error:  # the night tries the rest again
            _logger.warning("Changed customers of %s: %s", self.company_id.name, error)
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
        """Forget runs a year after they ended."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEEP_DAYS)
        self.search([("finished_on", "<", limit), ("state", "not in", OPEN)]).unlink()
