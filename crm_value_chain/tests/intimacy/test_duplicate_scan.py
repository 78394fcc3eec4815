import logging
import os
import random
from contextlib import contextmanager
from unittest.mock import patch

import psycopg2

from odoo import api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tests.common import ADMIN_USER_ID
from odoo.tools import mute_logger

from ...analytics import matching
from ...models.intimacy import crm_duplicate_scan, duplicate_contact
from .duplicate_generator import generate, insert
from .identity_case import IdentityCase

_logger = logging.getLogger(__name__)

CONTACTS = 10_000
SEEDS = [int(seed) for seed in os.environ.get("DUPLICATE_SEEDS", "11").split(",")]
SCAN = "odoo.addons.crm_value_chain.models.intimacy.crm_duplicate_scan"


def word(dice):
    """A name that nobody else has."""
    return "".join(dice.choices("abcdefghijklmnoprstuvwz", k=10))


@tagged("post_install", "-at_install")
class TestDuplicateScan(IdentityCase):
    def scan(self, **values):
        scan = self.env["crm.duplicate.scan"].create(values)
        scan._run()
        return scan

    def found(self, ids):
        """Pairs that the scan found among some contacts, as positions."""
        self.env.cr.execute(
            "SELECT partner_a_id, partner_b_id FROM crm_customer_duplicate"
            " WHERE partner_a_id = ANY(%s) AND partner_b_id = ANY(%s)",
            [ids, ids],
        )
        position = {contact: number for number, contact in enumerate(ids)}
        return {
            tuple(sorted((position[a], position[b]))) for a, b in self.env.cr.fetchall()
        }

    def test_planted_duplicates_are_found_and_few_others(self):
        """Of 10,000 contacts with 1,500 duplicates; DUPLICATE_SEEDS=1,2 for others."""
        for seed in SEEDS:
            with self.subTest(seed=seed):
                rows, planted = generate(CONTACTS, seed)
                ids = insert(self.env, rows)
                self.scan()
                found = self.found(ids)
                right = len(found & planted)
                precision, recall = right / len(found), right / len(planted)
                self.assertGreaterEqual(len(planted), 1500)
                self.assertGreaterEqual(precision, 0.97, "precision")
                self.assertGreaterEqual(recall, 0.90, "recall")
                _logger.info("Seed %s: %.4f, %.4f", seed, precision, recall)
                self.env.cr.execute(
                    "UPDATE res_partner SET active = FALSE WHERE id = ANY(%s)", [ids]
                )

    def test_a_switchboard_of_five_thousand_does_not_explode(self):
        """Everybody is compared with a few who share the phone."""
        dice = random.Random(1)
        rows = [
            {
                "name": f"{word(dice)} {word(dice)}",
                "email": "",
                "phone": "+49 30 1234567",
                "street": "Park Road 1",
                "zip": "10115",
                "city": "Berlin",
                "is_company": False,
            }
            for _ in range(5000)
        ]
        rows.append(dict(rows[42]))
        ids = insert(self.env, rows)
        scan = self.scan()
        self.assertLess(scan.candidate_count, 5000 * 100)
        self.assertEqual(self.found(ids), {(42, 5000)})

    def test_a_bad_record_is_skipped_and_named(self):
        good = [
            self.make_customer("Katharina Schmidt", email="k.schmidt@example.com")
            for _ in range(2)
        ]
        bad = self.make_customer("Bad Record", email="bad@example.com")
        real = matching.card

        def card(contact):
            if contact.id == bad.id:
                raise ValueError("broken")
            return real(contact)

        with (
            patch.object(duplicate_contact, "card", card),
            mute_logger(SCAN),
        ):
            scan = self.scan()
        self.assertEqual(scan.state, "done")
        self.assertIn(f"{bad.id}: broken", scan.failures)
        self.assertEqual(self.found([c.id for c in good]), {(0, 1)})

    def test_a_scan_goes_on_where_it_was_left(self):
        for _ in range(2):
            self.make_customer("Katharina Schmidt", email="k.schmidt@example.com")
        scan = self.env["crm.duplicate.scan"].create({})
        with (
            patch.object(crm_duplicate_scan, "CONTACTS", 50),
            patch.object(crm_duplicate_scan, "PAIRS", 3),
        ):
            steps = 1
            while self.env["crm.duplicate.scan"].browse(scan.id)._step(frozenset):
                steps += 1
                self.env.flush_all()
                self.env.invalidate_all()
        self.assertGreater(steps, 20)
        self.assertEqual(scan.state, "done")
        one_go = self.scan()
        self.assertEqual(scan.found_count, one_go.found_count)

    def test_a_scan_that_cannot_go_on_says_why(self):
        scan = self.env["crm.duplicate.scan"].create({})
        scan._step(frozenset)

        def broken(*_args):
            raise ValueError("no such thing")

        with (
            patch.object(type(scan), "_step_identities", broken),
            mute_logger(SCAN),
        ):
            self.assertFalse(scan._try_step(frozenset))
        self.assertEqual(scan.state, "failed")
        self.assertIn("no such thing", scan.failures)

    def test_common_words_are_read_once_and_where_pairs_are_compared(self):
        for _ in range(3):
            self.make_customer("Katharina Schmidt", email="k.schmidt@example.com")
        scan = self.env["crm.duplicate.scan"].create({})
        read = duplicate_contact.common_words
        with (
            patch.object(duplicate_contact, "common_words", wraps=read) as words,
            patch.object(crm_duplicate_scan, "PAIRS", 1),
        ):
            common = scan._common_words_once()
            while scan.phase != "compare":
                scan._step(common)
            words.assert_not_called()
            while scan._step(common):
                pass
            words.assert_called_once()

    def test_the_button_starts_one_scan_in_the_background(self):
        scans = self.env["crm.duplicate.scan"]
        scans.search([]).unlink()
        pairs = self.Pair.with_user(self.owner)
        action = pairs.action_find()
        self.assertEqual(action["tag"], "display_notification")
        pairs.action_find()
        scan = scans.search([])
        self.assertEqual(len(scan), 1)
        self.assertEqual((scan.state, scan.user_id), ("waiting", self.owner))

    def test_the_scheduled_action_keeps_in_step_and_finds(self):
        twins = [
            self.make_customer("Katharina Schmidt", email="k.schmidt@example.com")
            for _ in range(2)
        ]
        self.commit()
        self.env.cr.execute("DELETE FROM crm_customer_identity")
        self.env["crm.duplicate.scan"].search([]).unlink()
        cron = self.env.ref("crm_value_chain.ir_cron_duplicate_scan")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.found([twin.id for twin in twins]), {(0, 1)})
        self.assertEqual(
            len(self.by_identity("k.schmidt@example.com") & (twins[0] | twins[1])), 2
        )

    def test_every_night_looks_at_changes_and_every_month_at_all(self):
        scans = self.env["crm.duplicate.scan"]
        scans.search([]).unlink()
        scans._plan()
        first = scans.search([], limit=1)
        self.assertFalse(first.since)
        scans._plan()
        self.assertEqual(scans.search_count([]), 1, "one is under way")
        first._run()
        scans._plan()
        second = scans.search([], limit=1)
        self.assertEqual(second.since, first.started_on)
        second._run()
        first.started_on = "2020-01-01 00:00:00"
        scans._plan()
        self.assertFalse(scans.search([], limit=1).since)


@tagged("post_install", "-at_install")
class TestDuplicateScanBesideOthers(BaseCase):
    """Real transactions side by side, on contacts that are deleted in the end."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        twin = {"name": "Katharina Between", "email": "k.between@example.com"}
        with self.transaction() as env:
            since = fields.Datetime.now()
            self.ids = env["res.partner"].create([dict(twin) for _ in range(3)]).ids
            scans = env["crm.duplicate.scan"].create([{"since": since}] * 2)
            self.scan_ids = scans.ids
        self.addCleanup(self.clean_up)

    def clean_up(self):
        with self.transaction() as env:
            env["res.partner"].browse(self.ids).exists().unlink()
            env["crm.duplicate.scan"].browse(self.scan_ids).unlink()

    @contextmanager
    def transaction(self):
        """A transaction of its own that never waits longer than a second."""
        with self.registry.cursor() as cr:
            cr.execute("SET lock_timeout = '1s'")
            yield api.Environment(cr, ADMIN_USER_ID, {})

    def run_steps(self, number):
        """Do a scan as the scheduled action does, which commits each step."""
        with self.transaction() as env:
            scan = env["crm.duplicate.scan"].browse(self.scan_ids[number])
            common = scan._common_words_once()
            while scan._try_step(common):
                env.cr.commit()
        with self.transaction() as env:
            scan = env["crm.duplicate.scan"].browse(self.scan_ids[number])
            return scan.state, scan.failures

    def states(self):
        """State of the pairs by positions of their contacts."""
        with self.transaction() as env:
            pairs = env["crm.customer.duplicate"].search(
                [("partner_a_id", "in", self.ids)]
            )
            place = self.ids.index
            return {
                (place(p.partner_a_id.id), place(p.partner_b_id.id)): p.state
                for p in pairs
            }

    def test_others_delete_contacts_and_decide_about_pairs_meanwhile(self):
        """The step that they cross is done anew, on what they left."""
        self.assertEqual(self.run_steps(0), ("done", False))
        self.assertEqual(self.states(), dict.fromkeys([(0, 1), (0, 2), (1, 2)], "open"))
        model = self.registry["crm.duplicate.scan"]
        compare, tries = model._step_compare, []

        def crossed(scan, common):
            tries.append(scan.candidate_count)
            if len(tries) == 1:
                with self.transaction() as user:
                    pairs = user["crm.customer.duplicate"]
                    first = [("partner_a_id", "=", self.ids[0])]
                    pairs.search([*first, ("partner_b_id", "=", self.ids[1])]).write(
                        {"state": "dismissed"}
                    )
                    user["res.partner"].browse(self.ids[2]).unlink()
            return compare(scan, common)

        with patch.object(model, "_step_compare", crossed), mute_logger("odoo.sql_db"):
            self.assertEqual(self.run_steps(1), ("done", False))
        self.assertEqual(len(tries), 2)
        self.assertEqual(self.states(), {(0, 1): "dismissed"})

    def test_a_step_that_is_always_crossed_ends_the_scan(self):
        model = self.registry["crm.duplicate.scan"]
        crossed = psycopg2.errors.SerializationFailure("crossed")
        with (
            patch.object(model, "_step_keys", side_effect=crossed) as tried,
            mute_logger(SCAN),
        ):
            self.assertEqual(self.run_steps(0), ("failed", "crossed"))
        self.assertEqual(tried.call_count, crm_duplicate_scan.TRIES)
