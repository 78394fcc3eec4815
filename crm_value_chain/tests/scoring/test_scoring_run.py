from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ...models.scoring import crm_scoring_run
from ..common import ValueChainCommon

RUN_LOGGER = crm_scoring_run.__name__

POISON = """
    CREATE FUNCTION crm_test_poison() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {condition} THEN RAISE EXCEPTION 'poisonous record'; END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER crm_test_poison BEFORE UPDATE ON crm_customer_profile
        FOR EACH ROW EXECUTE FUNCTION crm_test_poison();
"""


class Killed(BaseException):
    """The process ends: nothing catches it, nothing is committed after it."""


class RunCase(ValueChainCommon):
    """Ten customers, so that batches of three make several steps of a phase."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute(
            SQL("UPDATE res_company SET active = (id = %s)", cls.company.id)
        )
        cls.env.invalidate_all()
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(10)]
        )
        for number, customer in enumerate(cls.customers[:8]):
            for purchase in range(number % 4 + 1):
                cls.buy(
                    customer,
                    days_ago=3 + 7 * number + 40 * purchase,
                    amount=50.0 + 10 * number,
                )
        cls.env["crm.lead"].create(
            [
                {"name": "Lead", "partner_id": partner.id, "company_id": cls.company.id}
                for partner in cls.customers[8:]
            ]
        )
        cls.Run = cls.env["crm.scoring.run"]

    def setUp(self):
        super().setUp()
        self.empty_queue()

    def batches_of(self, size):
        return patch.object(crm_scoring_run, "BATCH", size)

    def make_run(self, **values):
        return self.Run.create({"company_id": self.company.id, **values})

    def runs(self, kind="scoring", company=None, **values):
        domain = [
            ("kind", "=", kind),
            ("company_id", "=", (company or self.company).id),
        ]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.Run.search(domain)

    def run_both(self):
        self.run_cron("scoring")
        self.run_cron("segmentation")

    def figures(self, company=None):
        """All that a run computed for a company: profiles and movements."""
        company = company or self.company
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT (to_jsonb(p) - ARRAY['id', 'create_date', 'write_date'])::text"
                " FROM crm_customer_profile p WHERE company_id = %s"
                " ORDER BY partner_id",
                company.id,
            )
        )
        profiles = self.env.cr.fetchall()
        self.env.cr.execute(
            SQL(
                "SELECT partner_id, date, ladder_from_id, ladder_to_id, cause"
                " FROM crm_customer_movement WHERE company_id = %s ORDER BY 1, 2, 3, 4",
                company.id,
            )
        )
        return profiles, self.env.cr.fetchall()

    def forget(self):
        """Back to the day of the installation."""
        self.Profile.search([("company_id", "=", self.company.id)]).unlink()
        self.Run.search([("company_id", "=", self.company.id)]).unlink()
        self.env["crm.rfm.cutoff"].search(
            [("company_id", "=", self.company.id)]
        ).unlink()
        self.empty_queue()

    def poison(self, condition):
        """Let the database refuse to update some profiles."""
        self.env.flush_all()
        self.env.cr.execute(POISON.format(condition=condition))

    @contextmanager
    def killed_at(self, step):
        """Kill the process at the end of a step, before it is committed."""
        steps = iter(range(1, 100))
        original = type(self.Run)._step

        def _step(run):
            result = original(run)
            if next(steps) == step:
                run.env.cr.rollback()
                raise Killed()
            return result

        with patch.object(type(self.Run), "_step", _step), self.dies():
            yield

    @contextmanager
    def dies(self):
        """What is in here gets killed. (Odoo's `assertRaises` would roll all back.)"""
        try:
            yield
        except Killed:
            self.env.invalidate_all()
        else:
            self.fail("not killed")


@tagged("post_install", "-at_install")
class TestScoringRun(RunCase):
    def test_night(self):
        """The night measures and scores every customer, then places them."""
        self.run_both()
        scoring, placing = self.runs(), self.runs("segmentation")
        self.assertEqual(scoring.mapped("state"), ["done"])
        self.assertEqual(set(placing.mapped("state")), {"done"})
        self.assertEqual(scoring.origin, "night")
        self.assertEqual(scoring.customer_count, 10)
        self.assertEqual(scoring.progress, 100)
        profiles = self.profile(self.customers[0])
        self.assertEqual(profiles.purchase_count, 1)
        self.assertEqual(profiles.scored_on, self.today)
        self.assertEqual(profiles.ladder_stage_id, self.stages["first_time"])
        self.assertEqual(
            self.profile(self.customers[9]).ladder_stage_id, self.stages["suspect"]
        )

    def test_first_night_is_no_movement(self):
        """The first placement is where history begins; from then on moves count."""
        self.run_both()
        profiles = self.Profile.search([("company_id", "=", self.company.id)])
        self.assertFalse(profiles.movement_ids)
        self.buy(self.customers[9])
        self.run_both()
        movements = profiles.movement_ids
        climbed = movements.filtered(lambda movement: movement.dimension == "ladder")
        self.assertEqual(climbed.profile_id, self.profile(self.customers[9]))
        self.assertEqual(climbed.ladder_from_id, self.stages["suspect"])
        self.assertEqual(climbed.ladder_to_id, self.stages["first_time"])
        counts = self.runs("segmentation").mapped("movement_count")
        self.assertEqual(sum(counts), len(movements))

    def test_batches(self):
        """Any size of the batches gives the same figures, also by collecting."""
        self.run_both()
        undisturbed = self.figures()
        for size in (1, 3, 9, 10):
            with self.subTest(size=size), self.batches_of(size):
                self.forget()
                self.run_both()
                self.assertEqual(self.figures(), undisturbed)
                self.assertEqual(self.runs().processed_count, 10)

    def test_companies_take_turns(self):
        """Every company is scored by itself, on its own purchases."""
        other = self.env["res.company"].create({"name": "Other"})
        self.buy(self.customers[0], amount=7.0, company=other)
        self.run_both()
        self.assertEqual(self.runs(company=other).state, "done")
        self.assertEqual(self.profile(self.customers[0], other).purchase_amount, 7.0)
        self.assertEqual(self.profile(self.customers[0]).purchase_amount, 50.0)
        self.assertEqual(self.runs(company=other).customer_count, 1)

    def test_company_without_customers(self):
        """A company without any sale has a run that is done and says zero."""
        empty = self.env["res.company"].create({"name": "Empty"})
        self.run_both()
        run = self.runs(company=empty)
        self.assertEqual(run.state, "done")
        self.assertEqual(run.customer_count, 0)
        self.assertEqual(run.progress, 100)
        self.assertFalse(run.failure_ids)

    def test_time_is_up(self):
        """When its time is up the scheduled action stops and calls itself again."""
        cron = self.env.ref("crm_value_chain.ir_cron_retention_scoring")
        run = self.make_run()
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        IrCron = type(self.env["ir.cron"])
        with (
            self.batches_of(3),
            patch.object(IrCron, "_commit_progress", return_value=0),
        ):
            self.Run._cron_retention_scoring()
        self.assertEqual(run.state, "running")
        self.assertEqual(run.processed_count, 3)
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    def test_segmentation_follows_scoring(self):
        """A scoring that is done calls the segmentation of the same day."""
        day = self.today - timedelta(days=30)
        self.make_run(as_of=day)
        self.run_cron("scoring")
        placing = self.runs("segmentation", as_of=day)
        self.assertEqual(len(placing), 1)
        self.assertEqual(placing.state, "waiting")

    def test_past_day(self):
        """A run as of a past day shows the figures of that day until the night."""
        customer = self.customers[1]
        self.make_run(as_of=self.today - timedelta(days=20))
        with self.triggered():
            self.run_both()
        profile = self.profile(customer)
        self.assertEqual(profile.purchase_count, 1)
        self.assertEqual(profile.recency_days, 30)
        self.assertEqual(profile.scored_on, self.today - timedelta(days=20))
        self.assertEqual(profile.ladder_stage_id, self.stages["first_time"])
        self.run_both()
        self.assertEqual(profile.purchase_count, 2)
        self.assertEqual(profile.scored_on, self.today)
        self.assertEqual(profile.ladder_stage_id, self.stages["repeat"])

    @contextmanager
    def triggered(self):
        """As if something called the scheduled actions between two nights."""
        with patch.object(type(self.Run), "_caller", return_value="trigger"):
            self.make_run(origin="night", state="done")
            yield

    def test_compute_now(self):
        """“Compute now” makes a run and calls the scheduled action."""
        cron = self.env.ref("crm_value_chain.ir_cron_retention_scoring")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        manager = self.make_user("vc_run_manager", "sales_team.group_sale_manager")
        runs = self.env["crm.scoring.run"].with_user(manager)
        action = runs.create({}).action_start()
        self.assertEqual(action["tag"], "display_notification")
        run = self.runs()
        self.assertEqual((run.origin, run.user_id), ("manual", manager))
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
        self.run_cron()
        self.assertEqual(run.state, "done")

    def test_settings_compute_now(self):
        """The button of the settings makes a run of the current company."""
        action = self.env["res.config.settings"].create({}).action_compute_now()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(self.runs().origin, "manual")

    def test_old_runs_go(self):
        """Runs are forgotten a year after they ended, whatever day they showed."""
        old = self.make_run(state="done", as_of=self.today - timedelta(days=400))
        past = self.make_run(state="done", as_of="1998-06-30")
        old.finished_on = fields.Datetime.now() - timedelta(days=400)
        past.finished_on = fields.Datetime.now()
        self.Run._gc_runs()
        self.assertFalse(old.exists())
        self.assertTrue(past.exists())


@tagged("post_install", "-at_install")
class TestScoringSchedule(RunCase):
    @contextmanager
    def called_by(self, *, calendar=False, trigger=False):
        """Call the scheduled action as the scheduler does."""
        cron = self.env.ref("crm_value_chain.ir_cron_retention_scoring")
        now = fields.Datetime.now()
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE ir_cron SET nextcall = %s WHERE id = %s",
                now + timedelta(minutes=-1 if calendar else 60),
                cron.id,
            )
        )
        cron.invalidate_recordset(["nextcall"])
        if trigger:
            self.env["ir.cron.trigger"].create({"cron_id": cron.id, "call_at": now})
        yield self.Run.with_context(cron_id=cron.id)

    def plan(self, **call):
        with self.called_by(**call) as runs:
            runs._plan("scoring")
        return self.runs(state="waiting")

    def done(self, days_ago=0, **values):
        day = self.today - timedelta(days=days_ago)
        return self.make_run(state="done", origin="night", as_of=day, **values)

    def test_calendar(self):
        """Every night is a scoring of the company due."""
        self.done(days_ago=1)
        self.assertEqual(self.plan(calendar=True).origin, "night")

    def test_calendar_with_changes(self):
        """A change in the second of the night does not keep the night from running."""
        self.done(days_ago=1)
        self.assertTrue(self.plan(calendar=True, trigger=True))

    def test_calendar_once(self):
        """A company that is done is not scored again while others wait."""
        self.done()
        self.assertFalse(self.plan(calendar=True))

    def test_trigger(self):
        """A changed customer does not make the scoring of all due."""
        self.done(days_ago=1)
        self.assertFalse(self.plan(trigger=True))

    def test_trigger_first(self):
        """A company that was never scored is scored at the first occasion."""
        self.assertEqual(self.plan(trigger=True).origin, "night")

    def test_by_hand(self):
        """Whoever runs the scheduled action by hand gets a scoring at once."""
        self.done()
        self.assertTrue(self.plan())

    def test_open_run(self):
        """No second run is made while one is open."""
        run = self.make_run(origin="night")
        self.assertEqual(self.plan(calendar=True), run)

    def test_interrupted_run_of_yesterday(self):
        """A night run of a past day ends as failed and says why; a new one follows."""
        run = self.make_run(
            origin="night", state="running", as_of=self.today - timedelta(days=1)
        )
        self.assertTrue(self.plan(calendar=True))
        self.assertEqual(run.state, "failed")
        self.assertIn("Interrupted", run.failure_ids.message)


@tagged("post_install", "-at_install")
class TestScoringKilled(RunCase):
    def test_killed_at_any_step(self):
        """A run killed at any moment ends in the figures of an undisturbed one."""
        self.run_both()
        undisturbed = self.figures()
        for kind, steps in (("scoring", 7), ("segmentation", 5)):
            for step in range(1, steps):
                with self.subTest(kind=kind, step=step), self.batches_of(4):
                    self.forget()
                    if kind == "segmentation":
                        self.run_cron("scoring")
                    with self.killed_at(step):
                        self.run_cron(kind)
                    self.assertTrue(self.runs(kind, state="running") or step == 1)
                    self.run_both()
                    self.assertEqual(self.figures(), undisturbed)
                    self.assertFalse(self.Run.search([("state", "=", "running")]))

    def test_killed_while_refreshing(self):
        """A changed customer stays in the queue until the figures are there."""
        self.run_both()
        self.buy(self.customers[9])
        waiting = self.queued()
        self.assertTrue(waiting)

        def _refresh(run, _ids):
            run.env.cr.rollback()
            raise Killed()

        with (
            patch.object(type(self.Run), "_refresh", _refresh),
            patch.object(type(self.Run), "_plan"),
            self.dies(),
        ):
            self.run_cron()
        self.assertEqual(self.queued(), waiting)
        self.run_cron()
        self.assertEqual(self.profile(self.customers[9]).purchase_count, 1)
        self.assertFalse(self.queued())


@tagged("post_install", "-at_install")
class TestScoringFailure(RunCase):
    def test_poisonous_record(self):
        """A record that cannot be written is skipped, logged and listed."""
        bad = self.customers[4]
        self.poison(f"NEW.partner_id = {bad.id}")
        with self.assertLogs(RUN_LOGGER, "WARNING") as logs, mute_logger("odoo.sql_db"):
            self.run_both()
        run = self.runs()
        self.assertEqual(run.state, "done")
        self.assertEqual(run.failure_ids.partner_id, bad)
        self.assertEqual(run.failure_ids.mapped("phase"), ["write"])
        self.assertIn("poisonous record", run.failure_ids[0].message)
        self.assertIn(f"Customer {bad.id} skipped", logs.output[0])
        self.assertFalse(self.profile(bad).purchase_count)
        for good in self.customers[:8] - bad:
            self.assertTrue(self.profile(good).purchase_count)
            self.assertTrue(self.profile(good).ladder_stage_id)

    def test_poisonous_record_in_batches(self):
        """With several batches, too, just the poisonous records are skipped."""
        bad = self.customers[0] | self.customers[3] | self.customers[9]
        self.poison(f"NEW.partner_id = ANY('{{{','.join(map(str, bad.ids))}}}')")
        with (
            self.batches_of(3),
            mute_logger("odoo.sql_db", RUN_LOGGER),
        ):
            self.run_both()
        run = self.runs()
        self.assertEqual(run.state, "done")
        self.assertEqual(run.failure_ids.partner_id, bad)
        scored = self.Profile.search(
            [("company_id", "=", self.company.id), ("scored_on", "=", self.today)]
        )
        self.assertEqual(scored.partner_id, self.customers - bad)

    def test_poison_while_collecting(self):
        """A customer whose transactions cannot be read is skipped, too."""
        bad = self.customers[2]
        Transaction = type(self.env["crm.customer.transaction"])
        original = Transaction._transaction_sources

        def _buyers(model, scope=None):
            return SQL("SELECT NULL::int AS partner_id, NULL::int AS company_id")

        def _transaction_sources(model):
            broken = SQL(
                "SELECT -1 AS id, partner.id AS partner_id, %s::int AS company_id,"
                " CURRENT_DATE AS date, 1.0 / (partner.id - partner.id) AS amount,"
                " NULL::numeric AS margin, 'history' AS source, 'X' AS reference,"
                " -1 AS res_id FROM res_partner partner WHERE partner.id = %s",
                self.company.id,
                bad.id,
            )
            return original(model) | {"broken": broken}

        for size in (3, 100):
            self.forget()
            self.Profile._insert_missing()
            with (
                self.subTest(size=size),
                patch.object(Transaction, "_transaction_sources", _transaction_sources),
                patch.object(Transaction, "_buyers", _buyers),
                self.batches_of(size),
                mute_logger("odoo.sql_db", RUN_LOGGER),
            ):
                self.run_cron()
                run = self.runs()
                self.assertEqual(run.state, "done")
                self.assertEqual(run.failure_ids.partner_id, bad)
                models = self.env["crm.retention.model"]
                self.assertTrue(models._current(self.company))  # fitted to the others
                self.assertEqual(self.profile(self.customers[3]).purchase_count, 4)

    def test_healed_record(self):
        """The next night makes up for a record that is well again."""
        bad = self.customers[4]
        self.poison(f"NEW.partner_id = {bad.id}")
        with mute_logger("odoo.sql_db", RUN_LOGGER):
            self.run_both()
        self.env.cr.execute("DROP TRIGGER crm_test_poison ON crm_customer_profile")
        self.run_both()
        self.assertEqual(self.profile(bad).purchase_count, 1)
        self.assertFalse(self.runs()[0].failure_ids)

    def test_too_many(self):
        """If all records fail the run ends as failed and says so; others go on."""
        other = self.env["res.company"].create({"name": "Other"})
        self.buy(self.customers[0], company=other)
        self.poison(f"NEW.company_id = {self.company.id}")
        with (
            patch.object(crm_scoring_run, "MAX_FAILURES", 5),
            mute_logger("odoo.sql_db", RUN_LOGGER),
        ):
            self.run_both()
        run = self.runs()
        self.assertEqual(run.state, "failed")
        self.assertTrue(run.finished_on)
        self.assertIn("More than 5 failures.", run.failure_ids.mapped("message"))
        self.assertEqual(self.runs(company=other).state, "done")
        self.assertEqual(self.profile(self.customers[0], other).purchase_count, 1)

    def test_run_that_cannot_go_on(self):
        """An error of the run as a whole ends it with a message; others go on."""
        other = self.env["res.company"].create({"name": "Other"})
        self.buy(self.customers[0], company=other)
        Cutoff = type(self.env["crm.rfm.cutoff"])
        original = Cutoff._renew

        def _renew(model, scope, staging):
            if scope.company_id == self.company.id:
                raise ZeroDivisionError("no cut-offs")
            return original(model, scope, staging)

        with patch.object(Cutoff, "_renew", _renew), mute_logger(RUN_LOGGER):
            self.assertIs(self.run_cron(), True)
        run = self.runs()
        self.assertEqual(run.state, "failed")
        self.assertIn("no cut-offs", run.failure_ids.mapped("message"))
        self.assertEqual(self.runs(company=other).state, "done")

    def test_broken_rule(self):
        """A rule that cannot be applied is listed once and keeps its customers."""
        self.run_both()
        before = self.profile(self.customers[1]).ladder_stage_id
        self.assertEqual(before, self.stages["repeat"])
        self.env.cr.execute(
            SQL(
                "UPDATE crm_ladder_stage SET domain = %s WHERE id = %s",
                '[("no_such_field", "=", 1)]',
                self.stages["repeat"].id,
            )
        )
        self.env.invalidate_all()
        with (
            self.batches_of(3),
            mute_logger(
                "odoo.addons.crm_value_chain.models.customer.crm_classification_mixin"
            ),
        ):
            self.run_both()
        self.env.invalidate_all()
        run = self.runs("segmentation")[0]
        self.assertEqual(run.state, "done")
        self.assertEqual(run.failure_ids.mapped("subject"), ["Repeat customer"])
        self.assertEqual(self.profile(self.customers[1]).ladder_stage_id, before)

    def test_poison_among_changed(self):
        """A poisonous record in the queue is skipped, the rest is refreshed."""
        self.run_both()
        bad, good = self.customers[8], self.customers[9]
        self.poison(f"NEW.partner_id = {bad.id}")
        self.buy(bad)
        self.buy(good)
        with (
            patch.object(type(self.Run), "_plan"),
            mute_logger("odoo.sql_db", RUN_LOGGER),
        ):
            self.assertIs(self.run_cron(), True)
        self.assertEqual(self.profile(good).purchase_count, 1)
        self.assertFalse(self.queued())
        self.assertEqual(self.runs(origin="change").failure_ids.partner_id, bad)

    def test_poison_changes_often(self):
        """A poisonous record that changes all day is listed once, and stops nobody."""
        self.run_both()
        bad, good = self.customers[8], self.customers[9]
        self.poison(f"NEW.partner_id = {bad.id}")
        with (
            patch.object(type(self.Run), "_plan"),
            patch.object(crm_scoring_run, "MAX_FAILURES", 3),
            mute_logger("odoo.sql_db", RUN_LOGGER),
        ):
            for _change in range(4):
                self.buy(bad, amount=1)
                self.buy(good, amount=1)
                self.assertIs(self.run_cron(), True)
        self.assertEqual(len(self.runs(origin="change").failure_ids), 1)
        self.assertEqual(self.profile(good).purchase_amount, 4.0)

    def test_all_changed_fail(self):
        """If the changed records of a company all fail the others are refreshed."""
        other = self.env["res.company"].create({"name": "Other"})
        self.buy(self.customers[0], company=other)
        self.run_both()
        self.poison(f"NEW.company_id = {self.company.id}")
        for customer in self.customers:
            self.buy(customer)
        self.buy(self.customers[0], company=other)
        with (
            patch.object(type(self.Run), "_plan"),
            patch.object(crm_scoring_run, "MAX_FAILURES", 3),
            mute_logger("odoo.sql_db", RUN_LOGGER),
        ):
            self.assertIs(self.run_cron(), True)
        self.assertEqual(self.profile(self.customers[0], other).purchase_amount, 200)
        self.assertFalse(self.queued())
