import logging
from functools import partial

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

WAITING = "crm_value_chain.episodes"  # documents that changed in this transaction
BATCH = 20_000  # documents of the past at a time
MONTHS = 24  # of the past that become episodes; what is still open always does
CURSOR = "crm_value_chain.episodes_until_%s"
OPEN = "crm_value_chain.episodes_open_until"  # the last one that was looked at again


# how documents open and close episodes is a part of its own
# pylint: disable=consider-merging-classes-inherited
class CrmRelationshipEpisode(models.Model):
    """Episodes that follow documents: one statement when a transaction ends."""

    _inherit = "crm.relationship.episode"

    @api.model
    def _episode_sources(self, some):
        """Queries of the episodes that documents tell. A hook for bridge addons.

        By the name of the many2one that holds the document, which has a unique index
        WHERE it is not empty. A query selects ``document_id, opens`` (whether it is
        worth an episode; those that have one go on to follow it), ``partner_id,
        company_id, type_id, name, begin_date, end_date`` (empty while open),
        ``outcome`` (empty: people say it), ``note, user_id``. Where the document
        tells no contact or no kind any more, the episode keeps those that it had.

        :param SQL some: condition on the table ``document``
        :rtype: dict[str, SQL]
        """
        return {
            "order_id": self._order_episodes(some),
            "lead_id": self._lead_episodes(some),
            "activity_id": self._activity_episodes(some),
        }

    @api.model
    def _order_episodes(self, some):
        """A quotation that was sent, until it is confirmed or cancelled.

        No order keeps the day on which it was cancelled: its episode does, whatever
        is changed of the order later.
        """
        kinds = self.env["crm.relationship.episode.type"]
        return SQL(
            """
            SELECT document.id AS document_id,
                   document.state IN ('sent', 'sale') AS opens,
                   document.partner_id, document.company_id,
                   CASE document.state WHEN 'sale' THEN %(purchase)s
                        WHEN 'cancel' THEN NULL
                        ELSE %(quotation)s END AS type_id,
                   document.name,
                   LEAST(document.date_order, document.create_date) AS begin_date,
                   CASE document.state WHEN 'sale' THEN document.date_order
                        WHEN 'cancel' THEN
                        COALESCE(cancelled.end_date, document.write_date)
                        END AS end_date,
                   CASE document.state WHEN 'sale' THEN 'good'
                        WHEN 'cancel' THEN 'bad' END AS outcome,
                   NULL::varchar AS note,
                   document.user_id
              FROM sale_order document
              LEFT JOIN crm_relationship_episode cancelled
                ON cancelled.order_id = document.id AND cancelled.outcome = 'bad'
             WHERE %(some)s
            """,
            purchase=kinds._id_of("purchase"),
            quotation=kinds._id_of("quotation"),
            some=some,
        )

    @api.model
    def _lead_episodes(self, some):
        """An enquiry or opportunity of a known contact, until it is won or lost."""
        kinds = self.env["crm.relationship.episode.type"]
        return SQL(
            """
            SELECT document.id AS document_id, TRUE AS opens,
                   document.partner_id, document.company_id,
                   CASE document.type WHEN 'lead' THEN %(enquiry)s
                        ELSE %(opportunity)s END AS type_id,
                   document.name,
                   document.create_date AS begin_date,
                   CASE WHEN document.won_status IN ('won', 'lost')
                        THEN COALESCE(document.date_closed, document.write_date)
                        WHEN NOT document.active THEN document.write_date
                   END AS end_date,
                   CASE WHEN document.won_status = 'won' THEN 'good'
                        WHEN document.won_status = 'lost' THEN 'bad'
                        WHEN NOT document.active THEN 'neutral' END AS outcome,
                   NULL::varchar AS note,
                   document.user_id
              FROM crm_lead document
             WHERE %(some)s
            """,
            enquiry=kinds._id_of("enquiry"),
            opportunity=kinds._id_of("opportunity"),
            some=some,
        )

    @api.model
    def _activity_episodes(self, some):
        """An activity whose type opens episodes, such as a complaint, until done.

        Its text tells the episode only of an activity on the contact itself: on an
        order, an opportunity or an invoice Odoo shows it to those who may read these.
        """
        return SQL(
            """
            SELECT document.id AS document_id, TRUE AS opens,
                   COALESCE(lead.partner_id, so.partner_id, move.partner_id,
                            contact.id) AS partner_id,
                   COALESCE(lead.company_id, so.company_id, move.company_id,
                            contact.company_id) AS company_id,
                   kind.episode_type_id AS type_id,
                   COALESCE(CASE WHEN contact.id IS NOT NULL
                                 THEN NULLIF(document.summary, '') END,
                            kind.name ->> 'en_US') AS name,
                   document.create_date AS begin_date,
                   CASE WHEN NOT document.active THEN document.write_date
                   END AS end_date,
                   NULL::varchar AS outcome,
                   CASE WHEN contact.id IS NOT NULL
                        THEN LEFT(document.feedback, 500) END AS note,
                   document.user_id
              FROM mail_activity document
              JOIN mail_activity_type kind ON kind.id = document.activity_type_id
              LEFT JOIN crm_lead lead
                ON document.res_model = 'crm.lead' AND lead.id = document.res_id
              LEFT JOIN sale_order so
                ON document.res_model = 'sale.order' AND so.id = document.res_id
              LEFT JOIN account_move move
                ON document.res_model = 'account.move' AND move.id = document.res_id
              LEFT JOIN res_partner contact
                ON document.res_model = 'res.partner' AND contact.id = document.res_id
             WHERE kind.episode_type_id IS NOT NULL AND %s
            """,
            some,
        )

    # ------------------------------------------------------------------
    # At the end of a transaction
    # ------------------------------------------------------------------

    @api.model
    def _follow(self, column, documents):
        """Have the episodes of documents opened or closed when the transaction ends.

        :param str column: many2one of the episode that holds them
        """
        if not documents:
            return
        precommit = self.env.cr.precommit
        if WAITING not in precommit.data:
            precommit.data[WAITING] = {}
            precommit.add(self.sudo()._follow_waiting)
        precommit.data[WAITING].setdefault(column, set()).update(documents.ids)

    @api.model
    def _follow_waiting(self):
        """Open and close what documents of this transaction ask for.

        Whoever confirms an order never fails because of it: the night follows what
        could not be followed now.
        """
        waiting = self.env.cr.precommit.data.pop(WAITING, None)
        if not waiting:
            return
        # what else waits fails in its own name, not in ours below
        self.env.flush_all()
        for column, ids in waiting.items():
            try:
                with self.env.cr.savepoint(flush=False):
                    self._sync(column, SQL("document.id = ANY(%s)", sorted(ids)))
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception:
                _logger.exception("Episodes of %s %s wait for the night", column, ids)

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Find also what this transaction itself has opened or closed."""
        self.sudo()._follow_waiting()
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _sync(self, column, some, since=None):
        """Open, close, reopen the episodes of some documents.

        Their kind follows too, unless somebody chose one that no document opens.

        :param str column: many2one of the episode that holds them
        :param SQL some: condition on the table ``document``
        :param datetime since: leave out what ended before and has no episode
        :return: number of episodes that changed
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_relationship_episode AS episode
                       (%(column)s, partner_id, company_id, type_id, name, begin_date,
                        end_date, outcome, outcome_note, user_id,
                        create_uid, create_date, write_uid, write_date)
                SELECT s.document_id, COALESCE(s.partner_id, known.partner_id),
                       s.company_id,
                       CASE WHEN known.type_id != ALL(%(kinds)s) THEN known.type_id
                            ELSE COALESCE(s.type_id, known.type_id) END,
                       s.name,
                       LEAST(s.begin_date, s.end_date), s.end_date,
                       s.outcome, CASE WHEN s.end_date IS NOT NULL THEN s.note END,
                       s.user_id, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (%(source)s) s
                  LEFT JOIN crm_relationship_episode known
                    ON known.%(column)s = s.document_id
                 WHERE s.name IS NOT NULL AND s.begin_date IS NOT NULL
                   AND (known.id IS NOT NULL OR s.opens
                        AND s.partner_id IS NOT NULL AND s.type_id IS NOT NULL
                        AND (s.end_date IS NULL OR s.end_date >= %(since)s))
                    ON CONFLICT (%(column)s) WHERE %(column)s IS NOT NULL DO UPDATE
                   SET partner_id = excluded.partner_id,
                       company_id = excluded.company_id,
                       type_id = excluded.type_id,
                       name = excluded.name,
                       begin_date = LEAST(episode.begin_date, excluded.begin_date,
                                          excluded.end_date),
                       end_date = excluded.end_date,
                       outcome = CASE WHEN excluded.end_date IS NOT NULL
                                 THEN COALESCE(excluded.outcome, episode.outcome) END,
                       outcome_note = COALESCE(NULLIF(episode.outcome_note, ''),
                                               excluded.outcome_note),
                       user_id = excluded.user_id,
                       write_uid = excluded.write_uid, write_date = excluded.write_date
                 WHERE (episode.partner_id, episode.company_id, episode.type_id,
                        episode.name, episode.end_date, episode.user_id)
                       IS DISTINCT FROM
                       (excluded.partner_id, excluded.company_id, excluded.type_id,
                        excluded.name, excluded.end_date, excluded.user_id)
                    OR COALESCE(excluded.outcome, episode.outcome)
                       IS DISTINCT FROM episode.outcome
                """,
                column=SQL.identifier(column),
                source=self._episode_sources(some)[column],
                kinds=self.env["crm.relationship.episode.type"]._of_documents().ids,
                since=since or "-infinity",
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        changed = self.env.cr.rowcount
        if changed:
            self.env[self._name].invalidate_model()
        return changed

    # ------------------------------------------------------------------
    # The past, and what nobody told: in the background
    # ------------------------------------------------------------------

    @api.model
    def _cron_follow(self):
        """Make episodes of the documents of the past, batch by batch.

        Then look again at what could not be followed at once: the newest documents,
        and those of which an episode is open.
        """
        Cron = self.env["ir.cron"]
        columns = self._document_fields()
        steps = [partial(self._follow_past, column) for column in columns]
        steps += [partial(self._follow_newest, column) for column in columns]
        for step in (*steps, self._follow_open):
            remaining = True
            while remaining:
                done, remaining = step()
                if not Cron._commit_progress(done, remaining=remaining):
                    self.env.ref("crm_value_chain.ir_cron_episodes")._trigger()
                    return

    @api.model
    def _follow_past(self, column):
        """Make episodes of the next documents; the last one is remembered.

        :return: how many documents were looked at, and how many are left
        """
        parameters = self.env["ir.config_parameter"].sudo()
        key = CURSOR % column
        first = int(parameters.get_param(key, 0)) + 1
        table = self.env[self._fields[column].comodel_name]._table
        last = first + BATCH - 1
        rows = self.env.execute_query(
            SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table))
        )
        highest = rows[0][0]
        if first > highest:
            return 0, 0
        self._follow_between(column, first, last)
        done = min(last, highest)
        parameters.set_param(key, str(done))
        return done - first + 1, highest - done

    @api.model
    def _follow_newest(self, column):
        """Look once more at the newest of the documents that were looked at.

        :return: how many ids were looked at, and that none are left
        """
        last = int(self.env["ir.config_parameter"].sudo().get_param(CURSOR % column, 0))
        self._follow_between(column, last - BATCH + 1, last)
        return min(last, BATCH), 0

    @api.model
    def _follow_between(self, column, first, last):
        """Make episodes of documents of a range of ids; of what is long over none."""
        since = fields.Datetime.subtract(self.env.cr.now(), months=MONTHS)
        some = SQL("document.id BETWEEN %s AND %s", first, last)
        self._sync(column, some, since=since)

    @api.model
    def _follow_open(self):
        """Follow the documents of the next episodes that are open.

        The last one is remembered, so that a night goes on where its time was over;
        behind the last of all the next night begins anew.

        :return: how many episodes were looked at, and how many are left
        """
        parameters = self.env["ir.config_parameter"].sudo()
        followed = SQL(" OR ").join(
            SQL("%s IS NOT NULL", SQL.identifier(column))
            for column in self._document_fields()
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM crm_relationship_episode
                 WHERE end_date IS NULL AND id > %s AND (%s) ORDER BY id
                """,
                int(parameters.get_param(OPEN, 0)),
                followed,
            )
        )
        batch = [id_ for (id_,) in rows[:BATCH]]
        left = len(rows) - len(batch)
        for column in self._document_fields() if batch else ():
            some = SQL(
                "document.id IN (SELECT %s FROM crm_relationship_episode"
                " WHERE id = ANY(%s))",
                SQL.identifier(column),
                batch,
            )
            self._sync(column, some)
        parameters.set_param(OPEN, str(batch[-1]) if left else "0")
        return len(batch), left
