import logging

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, ormcache

from .loyalty_document import Some
from .loyalty_program import NIGHT

_logger = logging.getLogger(__name__)

WAITING = "crm_value_chain.tiers"  # documents to count when the transaction ends


class LoyaltyAtOnce(models.AbstractModel):
    """Promotes members as soon as their order counts.

    When the transaction ends, once for all of its documents, and only in programs that
    promote at once. Nobody falls here: that is for the night.
    """

    _name = "loyalty.at.once"
    _description = "Promotion as Soon as the Order Counts"

    @api.model
    def _count_at_commit(self, documents):
        """Have orders or invoices counted when the transaction ends."""
        if not documents:
            return
        precommit = self.env.cr.precommit
        if WAITING not in precommit.data:
            precommit.data[WAITING] = {}
            precommit.add(self.sudo()._count_waiting)
        waiting = precommit.data[WAITING].setdefault(documents._name, set())
        waiting.update(documents.ids)

    @api.model
    def _count_waiting(self):
        waiting = self.env.cr.precommit.data.pop(WAITING, {})
        # what else waits for the commit fails in its own name, not in ours below
        self.env.cr.flush()
        for scheme in self._schemes():
            for model, ids in waiting.items():
                self._count(scheme, Some(model, tuple(sorted(ids))))

    @api.model
    @ormcache()
    def _schemes(self):
        """Rules of the programs that promote at once, which orders ask for all day.

        :rtype: tuple[crm_value_chain.models.loyalty.scheme.Scheme]
        """
        programs = self.env["loyalty.program"].search(
            [("tier_promotion", "=", "at_once"), ("tier_ids", "!=", False)]
        )
        return tuple(program._scheme() for program in programs)

    @api.model
    def _count(self, scheme, documents):
        """Count documents, and promote the members who reach a higher tier by them.

        The user who confirms an order never fails because of it: the night counts what
        could not be counted now.
        """
        try:
            with self.env.cr.savepoint():
                if self._is_free(scheme):
                    self._climb(scheme, documents)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("Orders do not count for the tiers of %s yet", scheme)

    @api.model
    def _is_free(self, scheme):
        """Whether the night is not at this program; nobody waits for it.

        From here on few rows are read among many: by default the database takes them
        to lie on a turning disk, and would read whole tables.
        """
        self.env.cr.execute(
            SQL(
                "SELECT PG_TRY_ADVISORY_XACT_LOCK_SHARED(%s, %s),"
                " SET_CONFIG('random_page_cost', '1.1', TRUE)",
                NIGHT,
                scheme.program_id,
            )
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _climb(self, scheme, documents):
        today = fields.Date.today()
        ledger = self.env["loyalty.qualification"]
        ledger._reconcile(scheme, today, documents)
        members = self._lock_members(scheme, documents)
        renewal = self.env["loyalty.renewal"]
        moved = members and renewal._place(scheme, today, members, climb_only=True)
        if moved:
            program = self.env["loyalty.program"].browse(scheme.program_id)
            renewal._show_on_customers(program, renewal._customers(moved))

    @api.model
    def _lock_members(self, scheme, documents):
        """Lock the members for whom documents count, or did.

        :return: ids of the contacts, without those whom another order is just placing
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id FROM loyalty_membership
                 WHERE id IN (SELECT membership_id FROM loyalty_qualification
                               WHERE program_id = %s AND reversal_of_id IS NULL AND %s)
                   FOR UPDATE SKIP LOCKED
                """,
                scheme.program_id,
                documents.holds(SQL("source"), SQL("res_id")),
            )
        )
        return [partner_id for (partner_id,) in rows]
