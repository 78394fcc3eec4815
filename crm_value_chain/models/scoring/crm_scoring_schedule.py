import logging

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

OPEN = ("waiting", "running")
SEGMENTATION_WAITS = [("kind", "=", "segmentation"), ("state", "=", "waiting")]
CRONS = {
    "scoring": "ir_cron_retention_scoring",
    "segmentation": "ir_cron_portfolio_segmentation",
}
CHANGED_BATCH = 20_000
FEW_CHANGED = 100  # customers refreshed one by one, however small the company
FULL_EVERY = 7  # days
MAX_TRIES = 5  # a batch that others' changes break; then later again
SHARE_CHANGED = 0.07  # beyond this share of the customers a full run is cheaper


class CrmScoringSchedule(models.AbstractModel):
    """When runs are made, and who works on them: the two scheduled actions."""

    _name = "crm.scoring.schedule"
    _description = "Schedule of Scoring Runs"

    @api.model
    def _cron_retention_scoring(self):
        """Measure and score: companies that are due, then customers that changed.

        Only then is the segmentation called, which places them all.
        """
        self._plan("scoring")
        if not (self._work("scoring") and self._refresh_changed()):
            self._call_cron("scoring")
        if self.search_count(SEGMENTATION_WAITS, limit=1):
            self._call_cron("segmentation")

    @api.model
    def _cron_portfolio_segmentation(self):
        """Apply the classifications to companies that are due."""
        self._plan("segmentation")
        if not self._work("segmentation"):
            self._call_cron("segmentation")

    @api.model
    def _cron(self, kind):
        return self.env.ref(f"crm_value_chain.{CRONS[kind]}").sudo()

    @api.model
    def _call_cron(self, kind):
        self._cron(kind)._trigger()

    @api.model
    def _plan(self, kind):
        """Make the runs that are due.

        By the calendar every company is due once a day; by hand again. A trigger
        makes due only companies that were never scored, or whose customers
        changed in such numbers that a full run is cheaper.
        """
        today = fields.Date.today()
        open_runs = self.search([("kind", "=", kind), ("state", "in", OPEN)])
        late = open_runs.filtered(lambda r: r.origin == "night" and r.as_of != today)
        late._abandon()
        caller = self._caller()
        if kind == "segmentation" and caller == "trigger":
            return
        due = self.env["res.company"].search([]) - (open_runs - late).company_id
        if caller == "calendar":
            due -= self.search(
                [("kind", "=", kind), ("origin", "=", "night"), ("as_of", "=", today)]
            ).company_id
        elif caller == "trigger":
            due = due.filtered(lambda c: not self._is_scored(c) or self._is_stale(c))
        for company in due:
            full = caller != "calendar" or self._is_full_due(company)
            self.create(
                {
                    "kind": kind,
                    "company_id": company.id,
                    "origin": "night",
                    "is_full": full,
                }
            )

    @api.model
    def _is_full_due(self, company):
        """Whether tonight all customers of a company are computed anew."""
        done = [("kind", "=", "scoring"), ("company_id", "=", company.id)]
        done += [("origin", "!=", "change"), ("state", "in", ("done", "failed"))]
        last = self.search(done, limit=1)
        full = self.search([*done, ("is_full", "=", True)], limit=1)
        today = fields.Date.today()
        return (
            last.state != "done"
            or full.state != "done"
            or full.as_of <= fields.Date.subtract(today, days=FULL_EVERY)
            or not company.value_chain_as_of
            or not full.as_of <= company.value_chain_as_of <= today
            or not self.env["crm.rfm.cutoff"].search_count(
                [("company_id", "=", company.id)], limit=1
            )
            or self._is_stale(company)
            or self.env["crm.retention.model"]._is_due(company, today)
        )

    @api.model
    def _request(self, kind, companies):
        """Ask for a run of companies, unless one waits already."""
        waiting = self.search([("kind", "=", kind), ("state", "=", "waiting")])
        self.create(
            [
                {"kind": kind, "company_id": company.id}
                for company in companies - waiting.company_id
            ]
        )

    @api.model
    def _is_scored(self, company):
        """Whether a full scoring of the company was ever made."""
        return self.search_count(
            [
                ("kind", "=", "scoring"),
                ("origin", "!=", "change"),
                ("company_id", "=", company.id),
            ],
            limit=1,
        )

    @api.model
    def _is_stale(self, company):
        """Whether so many customers of the company changed that all are due."""
        [(changed,)] = self.env.execute_query(
            SQL(
                "SELECT COUNT(DISTINCT partner_id) FROM crm_customer_stale"
                " WHERE company_id = %s OR company_id IS NULL",
                company.id,
            )
        )
        if changed <= FEW_CHANGED:
            return False
        of_company = [("company_id", "=", company.id)]
        return changed > SHARE_CHANGED * self._profiles().search_count(of_company)

    def _abandon(self):
        """Close runs of a past day that were interrupted; a new one follows."""
        for run in self:
            run._note(self.env._("Interrupted. A later run took its place."))
            run._staging().drop()
        self._finish("failed")

    @api.model
    def _caller(self):
        """What makes the scheduled action run: ``calendar``, ``trigger`` or ``hand``.

        Both marks stay until the action is through, however often it is called.
        """
        now = fields.Datetime.now()
        cron_id = self.env.context.get("cron_id", 0)
        crons = self.env["ir.cron"]
        if crons.search_count([("id", "=", cron_id), ("nextcall", "<=", now)]):
            return "calendar"
        triggers = self.env["ir.cron.trigger"]
        due = [("cron_id", "=", cron_id), ("call_at", "<=", now)]
        return "trigger" if triggers.search_count(due, limit=1) else "hand"

    @api.model
    def _work(self, kind):
        """Work on the open runs until they are done or the time is up.

        :return: whether nothing is left, but what another worker is at
        """
        open_runs = [("kind", "=", kind), ("state", "in", OPEN)]
        IrCron = self.env["ir.cron"]
        for run in self.search(open_runs, order="id"):
            more, tries = True, MAX_TRIES
            while more:
                done, more, lost = run._try_step()
                tries = tries - 1 if lost else MAX_TRIES
                left = sum(other._left() for other in self.search(open_runs))
                time_left = IrCron._commit_progress(done, remaining=left)
                if not tries or (done and left and not time_left):
                    return False
        return True

    @api.model
    def _refresh_changed(self):
        """Bring the queued customers up to date.

        :return: whether the queue is empty
        """
        more, tries = True, MAX_TRIES
        while more:
            try:
                count, more = self._refresh_some()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                _logger.info("Changed customers are busy elsewhere: %s", error)
                self.env.cr.rollback()
                count, tries = 0, tries - 1
            time_left = self.env["ir.cron"]._commit_progress(count, remaining=int(more))
            if not (time_left and tries):
                break
        return not more

    @api.model
    def _refresh_some(self):
        """Refresh the customers that wait longest.

        :return: number of customers, and whether more wait
        :rtype: tuple[int, bool]
        """
        self._look_up_few()
        customers, more = self.env["crm.customer.stale"]._pop(CHANGED_BATCH)
        for company_id, ids in customers.items():
            self._change_run(company_id)._refresh(tuple(sorted(ids)))
        return sum(map(len, customers.values())), bool(customers) and more

    @api.model
    def _look_up_few(self):
        """Let the database look up few among many, until the end of the transaction.

        By default it takes rows to lie on a turning disk, and reads whole tables.
        """
        self.env.cr.execute("SET LOCAL random_page_cost = 1.1")

    def _is_segmentation_near(self):
        """Whether a segmentation of the company is about to place its customers."""
        waiting = [*SEGMENTATION_WAITS, ("company_id", "=", self.company_id.id)]
        return self._cron("segmentation").active and bool(
            self.search_count(waiting, limit=1)
        )

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
