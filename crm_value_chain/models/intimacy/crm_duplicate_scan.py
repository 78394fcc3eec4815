import json
import logging
from datetime import timedelta
from functools import cache

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ...analytics import matching
from . import duplicate_contact

_logger = logging.getLogger(__name__)

PHASES = ("identities", "keys", "pairs", "compare")
CONTACTS = 10_000  # for each commit
PAIRS = 100_000  # many, as their contacts are read anew for each batch
SLICES = 16  # of the keys
LOWEST, KEYS = -(2**31), 2**32
OPEN = ("waiting", "running")
FULL_EVERY = 30  # days
KEEP_DAYS = 90
TRIES = 5  # of a step that others cross


class CrmDuplicateScan(models.Model):
    """One search for duplicates among the contacts, and its record.

    It goes through its phases in batches and commits each with the position reached:
    a scan that is killed goes on where it was. Every night the contacts that changed
    are compared with all; once a month, and on demand, all with all.
    """

    _name = "crm.duplicate.scan"
    _description = "Search for Duplicates"
    _order = "id desc"

    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        "Status",
        default="waiting",
        required=True,
        readonly=True,
    )
    phase = fields.Selection(
        [
            ("identities", "Bring Identities up to Date"),
            ("keys", "Read Contacts"),
            ("pairs", "Find Pairs to Compare"),
            ("compare", "Compare"),
        ],
        default="identities",
        readonly=True,
    )
    position = fields.Integer(readonly=True)
    last = fields.Integer("Until", readonly=True)
    since = fields.Datetime(
        "Changed since", readonly=True, help="Empty: all contacts are compared."
    )
    user_id = fields.Many2one(
        "res.users", "Asked by", readonly=True, ondelete="set null"
    )
    started_on = fields.Datetime(readonly=True)
    finished_on = fields.Datetime("Finished on", readonly=True)
    contact_count = fields.Integer("Contacts", readonly=True)
    candidate_count = fields.Integer("Pairs Compared", readonly=True)
    found_count = fields.Integer("Likely Duplicates", readonly=True)
    failures = fields.Text("Skipped", readonly=True)
    progress = fields.Integer(compute="_compute_progress")

    @api.depends("state", "phase", "position", "last")
    def _compute_progress(self):
        for scan in self:
            share = min(scan.position / scan.last, 1) if scan.last else 0
            done = PHASES.index(scan.phase or PHASES[0]) + share
            scan.progress = 100 if scan.state == "done" else 100 * done / len(PHASES)

    @api.depends("started_on")
    def _compute_display_name(self):
        for scan in self:
            day = scan.started_on and fields.Date.to_string(scan.started_on)
            scan.display_name = f"{self.env._('Search')} {day or ''}".strip()

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------

    @api.model
    def _request(self):
        """Have all contacts compared in the background, and say so."""
        self.env["crm.customer.duplicate"].check_access("read")
        scans = self.sudo()
        running = scans.search([("state", "in", OPEN), ("since", "=", False)], limit=1)
        if not running:
            scans.create({"user_id": self.env.uid})
        scans._call_cron()
        message = (
            self.env._("The search is at %s%% already.", running.progress)
            if running
            else self.env._("Duplicates are looked for in the background.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message},
        }

    @api.model
    def _call_cron(self):
        self.env.ref("crm_value_chain.ir_cron_duplicate_scan").sudo()._trigger()

    @api.model
    def _cron_find_duplicates(self):
        """Keep identities in step, and look for duplicates."""
        self._plan()
        crons = self.env["ir.cron"]
        crons._commit_progress()  # a step that others cross is rolled back
        for scan in self.search([("state", "in", OPEN)], order="id"):
            more = True
            common = self._common_words_once()
            while more:
                more = scan._try_step(common)
                left = 100 - scan.progress
                if not crons._commit_progress(1, remaining=left) and more:
                    return self._call_cron()

    @api.model
    def _plan(self):
        """Make the scan of the night, unless one is under way."""
        now = fields.Datetime.now()
        self.search([("finished_on", "<", now - timedelta(days=KEEP_DAYS))]).unlink()
        if self.search_count([("state", "in", OPEN)], limit=1):
            return
        done = [("state", "=", "done")]
        full = self.search([*done, ("since", "=", False)], limit=1)
        due = not full or full.started_on < now - timedelta(days=FULL_EVERY)
        last = self.search(done, limit=1)
        self.create({"since": False if due else last.started_on})

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def _run(self):
        """Do all steps at once: for tests, and for who can wait."""
        common = self._common_words_once()
        while self._step(common):
            pass

    @api.model
    def _common_words_once(self):
        """What tells the words in many names: it reads all, but only where asked."""
        return cache(lambda: duplicate_contact.common_words(self.env))

    def _try_step(self, common):
        """Do the next step; a scan that cannot go on says why and ends.

        A step that others cross, who merge or delete contacts or decide about pairs
        meanwhile, is done anew, on what they left.
        """
        for tries_left in reversed(range(TRIES)):
            try:
                with self.env.cr.savepoint():
                    return self._step(common)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                # what others did is seen in a new transaction only
                self.env.cr.rollback()
                if not tries_left:
                    return self._give_up(error)
                _logger.info("%s is crossed by others: %s", self, error)
            except Exception as error:
                return self._give_up(error)

    def _give_up(self, error):
        """End the scan as failed, with the reason: the next night begins anew."""
        _logger.error("%s cannot go on", self, exc_info=error)
        self._note({"": error})
        self._finish("failed")
        return False

    def _step(self, common):
        """Do the next batch.

        :param common: function that tells the words in many names
        :return: whether there is more to do
        """
        self.ensure_one()
        if self.state not in OPEN:
            return False
        if self.state == "waiting":
            self._begin()
        else:
            getattr(self, f"_step_{self.phase}")(common)
        if self.position >= self.last:
            following = PHASES[PHASES.index(self.phase) + 1 :]
            if not following:
                self._finish("done")
                return False
            self._enter(following[0])
        return True

    def _begin(self):
        self._empty_candidates()
        self.write({"state": "running", "started_on": fields.Datetime.now()})
        self._enter(PHASES[0])

    def _enter(self, phase):
        last = {
            "pairs": SQL("SELECT %s", SLICES),
            "compare": SQL("SELECT MAX(partner_a) FROM crm_duplicate_candidate"),
        }.get(phase, SQL("SELECT MAX(id) FROM res_partner"))
        [(number,)] = self.env.execute_query(last)
        self.write({"phase": phase, "position": 0, "last": number or 0})

    def _finish(self, state):
        self._empty_candidates()
        if state == "done":
            self._forget_unfound()
        self.write({"state": state, "finished_on": fields.Datetime.now()})

    def _empty_candidates(self):
        self.env.cr.execute("TRUNCATE crm_duplicate_candidate")

    def _changed(self):
        """Condition that a contact `c` changed, if only those are looked at."""
        return SQL("c.write_date >= %s", self.since) if self.since else None

    def _next_contacts(self):
        """The next batch of contacts by id, as a condition; moves on."""
        until = self.position + CONTACTS
        batch = SQL("c.id BETWEEN %s AND %s", self.position + 1, until)
        self.position = until
        changed = self._changed()
        return SQL("(%s AND %s)", batch, changed) if changed else batch

    def _step_identities(self, _common):
        first = self.position + 1
        self.env["crm.customer.identity"]._follow_range(first, self.position + CONTACTS)
        self.position += CONTACTS

    def _step_keys(self, _common):
        contacts = self._next_contacts()
        self._note(self.env["crm.duplicate.key"]._renew(contacts))
        [(count,)] = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM res_partner c WHERE %s AND %s",
                duplicate_contact.COMPARED,
                contacts,
            )
        )
        self.contact_count += count

    def _step_pairs(self, _common):
        # sorts fit into memory; until the end of the transaction
        self.env.cr.execute("SET LOCAL work_mem = '128MB'")
        width = KEYS // SLICES
        first = LOWEST + self.position * width
        self.env["crm.duplicate.key"]._pair(first, first + width - 1, self._changed())
        self.position += 1

    def _step_compare(self, common):
        """Compare the next pairs, and note those that are likely."""
        pairs, until = self._next_pairs()
        words = pairs and common()
        ids = sorted({partner for pair in pairs for partner in pair})
        found = duplicate_contact.rows(self.env, SQL("c.id = ANY(%s)", ids))
        rows = {row[0].id: row for row in found}
        cards, _failed = duplicate_contact.cards(found)
        likely, failed = [], {}
        for a, b in pairs:
            if not (a in cards and b in cards):
                continue
            if not duplicate_contact.may_be_one(rows[a], rows[b]):
                continue
            try:
                match = matching.compare(cards[a], cards[b], words)
            except Exception as error:  # one bad record stops nobody
                failed[a] = error
                continue
            if match.is_likely:
                likely.append((a, b, rows[a][1] or rows[b][1], match))
        self._keep(likely)
        self._note(failed)
        self.candidate_count += len(pairs)
        self.found_count += len(likely)
        self.position = until

    def _next_pairs(self):
        """The next pairs to compare, and the last of the contacts they are of."""
        pairs = self.env.execute_query(
            SQL(
                """
                SELECT partner_a, partner_b FROM crm_duplicate_candidate
                 WHERE partner_a > %(position)s AND partner_a <= COALESCE((
                       SELECT partner_a FROM crm_duplicate_candidate
                        WHERE partner_a > %(position)s
                        ORDER BY partner_a OFFSET %(count)s LIMIT 1), %(last)s)
                """,
                position=self.position,
                count=PAIRS,
                last=self.last,
            )
        )
        return pairs, max((a for a, _b in pairs), default=self.last)

    def _keep(self, likely):
        """Note likely pairs; what people decided about a pair stays."""
        if not likely:
            return
        columns = zip(
            *((a, b, c, m.probability, _json(m.levels)) for a, b, c, m in likely),
            strict=True,
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_customer_duplicate AS known
                       (partner_a_id, partner_b_id, company_id, score, levels, state,
                        scan_id, create_uid, create_date, write_uid, write_date)
                SELECT a, b, company, score, levels::jsonb, 'open', %(scan)s,
                       1, %(now)s, 1, %(now)s
                  FROM UNNEST(
                       %(a)s::int[], %(b)s::int[], %(c)s::int[], %(s)s::float[],
                       %(l)s::text[]) found(a, b, company, score, levels)
                ON CONFLICT (partner_a_id, partner_b_id) DO UPDATE
                   SET score = EXCLUDED.score, levels = EXCLUDED.levels,
                       scan_id = EXCLUDED.scan_id, company_id = EXCLUDED.company_id
                """,
                scan=self.id,
                now=fields.Datetime.now(),
                **dict(zip("abcsl", map(list, columns), strict=True)),
            )
        )
        self.env["crm.customer.duplicate"].invalidate_model()

    def _forget_unfound(self):
        """Drop open pairs that are not alike any more: somebody corrected them."""
        changed = SQL("TRUE")
        if self.since:
            changed = SQL(
                """
                EXISTS (SELECT FROM res_partner c
                         WHERE c.id IN (d.partner_a_id, d.partner_b_id) AND %s)
                """,
                self._changed(),
            )
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_customer_duplicate d
                 WHERE d.state = 'open' AND d.scan_id IS DISTINCT FROM %s AND (%s
                       OR EXISTS (SELECT FROM res_partner c
                                   WHERE c.id IN (d.partner_a_id, d.partner_b_id)
                                     AND NOT c.active))
                """,
                self.id,
                changed,
            )
        )
        self.env["crm.customer.duplicate"].invalidate_model()

    def _note(self, failed):
        """Say which contacts were skipped, and why."""
        for contact_id, error in failed.items():
            _logger.warning("Contact %s skipped in %s: %s", contact_id, self, error)
        lines = [
            f"{contact_id}: {error}".strip(": ") for contact_id, error in failed.items()
        ]
        if lines:
            self.failures = "\n".join([*filter(None, [self.failures]), *lines][:100])


def _json(levels):
    return json.dumps(levels)
