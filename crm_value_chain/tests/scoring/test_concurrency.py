from contextlib import ExitStack, contextmanager, suppress
from unittest.mock import patch

import psycopg2

from odoo import Command, api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tests.common import ADMIN_USER_ID
from odoo.tools import mute_logger

from ...models.customer.scope import Scope
from ...models.scoring import crm_scoring_phase


@tagged("post_install", "-at_install")
class TestConcurrency(BaseCase):
    """Real transactions side by side, on one customer that is deleted in the end."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.begin = fields.Datetime.now()
        self.empty_queue()
        with self.transaction() as env:
            partner = env["res.partner"].create({"name": "Between two workers"})
            product = env["product.product"].create({"name": "Between two workers"})
            self.product_id = product.id
            order = self.make_order(env, partner)
            order.action_confirm()
            self.draft_id = self.make_order(env, partner).id
            self.partner_id = partner.id
            profiles = env["crm.customer.profile"]
            profiles._insert_missing(
                Scope(env.company.id, fields.Date.today(), ids=(partner.id,))
            )
            profile = profiles.search([("partner_id", "=", partner.id)])
            self.profile_id = profile.id
            run = env["crm.scoring.run"].create(
                {
                    "origin": "night",
                    "state": "running",
                    "phase": "write",
                    "position": partner.id - 1,
                    "customer_count": 1,
                }
            )
            self.run_id = run.id
            env.flush_all()
            env.cr.execute(
                "DELETE FROM crm_customer_stale WHERE partner_id = %s", [partner.id]
            )
        self.addCleanup(self.clean_up)

    def empty_queue(self):
        """Do what waits already, so that only our customer is in the queue."""
        done = 1
        while done:
            with self.transaction() as env:
                done, _more = env["crm.scoring.run"]._refresh_some()

    def make_order(self, env, partner):
        line = {"product_id": self.product_id, "price_unit": 100, "tax_ids": False}
        return env["sale.order"].create(
            {"partner_id": partner.id, "order_line": [Command.create(line)]}
        )

    def clean_up(self):
        with self.transaction() as env:
            orders = env["sale.order"].search([("partner_id", "=", self.partner_id)])
            orders._action_cancel()
            orders.unlink()
            env["res.partner"].browse(self.partner_id).unlink()
            env["product.product"].browse(self.product_id).unlink()
            env["crm.scoring.run"].search([("create_date", ">=", self.begin)]).unlink()
            triggers = env["ir.cron.trigger"]
            triggers.search([("create_date", ">=", self.begin)]).unlink()

    @contextmanager
    def transaction(self):
        """A transaction of its own that never waits longer than a second."""
        with self.registry.cursor() as cr:
            cr.execute("SET LOCAL lock_timeout = '1s'")
            yield api.Environment(cr, ADMIN_USER_ID, {})

    def run_in(self, env):
        return env["crm.scoring.run"].browse(self.run_id)

    def purchases(self):
        with self.transaction() as env:
            profile = env["crm.customer.profile"].browse(self.profile_id)
            return profile.purchase_count, profile.purchase_amount

    def test_confirm_while_run(self):
        """Confirming an order while a run is at its customer never waits or fails."""
        with self.transaction() as worker:
            self.assertEqual(self.run_in(worker)._step(), (1, True))
            with self.transaction() as user:
                user["sale.order"].browse(self.draft_id).action_confirm()
        self.assertEqual(self.purchases(), (1, 100))
        with self.transaction() as env:
            env["crm.scoring.run"]._refresh_some()
        self.assertEqual(self.purchases(), (1, 200))

    def test_confirm_while_refresh(self):
        """Nor while the scheduled action refreshes that very customer."""
        with self.transaction() as user:
            user["sale.order"].browse(self.draft_id).action_confirm()
        with self.transaction() as worker:
            self.assertEqual(worker["crm.scoring.run"]._refresh_some()[0], 1)
            with self.transaction() as user:
                order = self.make_order(
                    user, user["res.partner"].browse(self.partner_id)
                )
                order.action_confirm()
        self.assertEqual(self.purchases(), (1, 200))
        with self.transaction() as worker:
            self.assertEqual(worker["crm.scoring.run"]._refresh_some()[0], 1)
        self.assertEqual(self.purchases(), (1, 300))

    def test_two_workers(self):
        """Two workers on one run: the second one leaves the batch to the first."""
        with self.transaction() as first:
            self.assertEqual(self.run_in(first)._try_step(), (1, True, False))
            with self.transaction() as second:
                self.assertEqual(self.run_in(second)._try_step(), (0, False, False))
        with self.transaction() as env:
            self.assertEqual(self.run_in(env).processed_count, 1)
        self.assertEqual(self.purchases(), (1, 100))

    def test_two_workers_on_the_queue(self):
        """Two workers on the queue: what one holds the other leaves alone."""
        with self.transaction() as user:
            user["sale.order"].browse(self.draft_id).action_confirm()
        with self.transaction() as first, self.transaction() as second:
            self.assertEqual(first["crm.scoring.run"]._refresh_some()[0], 1)
            self.assertEqual(second["crm.scoring.run"]._refresh_some()[0], 0)
        self.assertEqual(self.purchases(), (1, 200))

    def test_user_writes_the_same_profile(self):
        """A batch that a user's change breaks is done again, and keeps the change."""
        with self.transaction() as worker:
            run = self.run_in(worker)
            self.assertEqual(run.state, "running")
            with self.transaction() as user:
                profile = user["crm.customer.profile"].browse(self.profile_id)
                profile.active_reference = True
            with mute_logger("odoo.sql_db"):
                self.assertEqual(run._try_step(), (0, True, True))
            self.assertEqual(run._try_step(), (1, True, False))
        self.assertEqual(self.purchases(), (1, 100))
        with self.transaction() as env:
            profile = env["crm.customer.profile"].browse(self.profile_id)
            self.assertTrue(profile.active_reference)

    def test_scheduled_action_tries_again(self):
        """The scheduled action itself makes up for a batch that was lost."""
        lost = []
        original = crm_scoring_phase.CrmScoringPhase._run_write

        def _run_write(run, scope):
            if not lost:
                lost.append(True)
                with self.transaction() as user:
                    profile = user["crm.customer.profile"].browse(self.profile_id)
                    profile.active_reference = True
            return original(run, scope)

        with self.transaction() as worker, ExitStack() as stack:
            run = self.run_in(worker)
            model = type(run)
            stack.enter_context(patch.object(model, "_run_write", _run_write))
            stack.enter_context(patch.object(model, "_next_phase", lambda _run: False))
            stack.enter_context(mute_logger("odoo.sql_db"))
            worker["crm.scoring.run"]._work("scoring")
        self.assertTrue(lost)
        self.assertEqual(self.purchases(), (1, 100))

    def test_connection_lost(self):
        """A worker that dies at a batch leaves nothing behind; the next one does it."""
        with suppress(psycopg2.Error), self.registry.cursor() as cr:
            worker = api.Environment(cr, ADMIN_USER_ID, {})
            self.run_in(worker)._step()
            worker.flush_all()
            cr.execute("SELECT pg_backend_pid()")
            [pid] = cr.fetchone()
            with self.transaction() as env:
                env.cr.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        self.assertEqual(self.purchases(), (0, 0))
        with self.transaction() as env:
            self.assertEqual(self.run_in(env)._try_step(), (1, True, False))
        self.assertEqual(self.purchases(), (1, 100))
