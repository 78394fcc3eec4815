from odoo import api, fields, models
from odoo.tools import SQL


class CrmCustomerStale(models.Model):
    """Queue of the customers whose figures have to be computed again.

    Users' transactions only insert here, so that they never wait for a lock;
    the retention scoring takes the rows away.
    """

    _name = "crm.customer.stale"
    _description = "Customer to Compute Again"
    _log_access = False
    _allow_sudo_commands = False

    partner_id = fields.Many2one("res.partner", "Customer", ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", ondelete="cascade", help="Empty: in every company."
    )

    @api.model
    def _queue_partners(self, partners, company=None):
        """Put the customers behind contacts in the queue and call the cron.

        :param partners: recordset of res.partner, or their ids
        :param company: the one company concerned; none means all
        """
        ids = partners.ids if isinstance(partners, models.BaseModel) else partners
        if not ids:
            return
        self._queue(
            SQL(
                "SELECT commercial_partner_id, %s::int"
                " FROM res_partner WHERE id = ANY(%s)",
                company.id if company else None,
                list(ids),
            )
        )

    @api.model
    def _queue_moved(self, partners, before):
        """Queue contacts whose customer may be another one now, and both customers.

        :param partners: the contacts as they are now
        :param list before: ids of the customers that they belonged to
        """
        self._queue(
            SQL(
                "SELECT DISTINCT id, NULL::int FROM (SELECT UNNEST(%s) AS id UNION"
                " SELECT commercial_partner_id FROM res_partner WHERE id = ANY(%s)) c",
                before,
                partners.ids,
            )
        )

    @api.model
    def _queue(self, customers):
        """Put the customers that a query selects in the queue.

        :param SQL customers: query of contact and company
        """
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env.cr.execute(
            SQL("INSERT INTO crm_customer_stale (partner_id, company_id) %s", customers)
        )
        self._call_cron()

    @api.model
    def _queue_dated(self, company_id, after, until):
        """Queue the customers of whom something of some days is not counted yet.

        :param date after: the day before the first one
        :param date until: the last day
        """
        sources = self.env["crm.customer.profile"]._dated_sources(
            company_id, after, until
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_customer_stale (partner_id, company_id)
                SELECT DISTINCT t.partner_id, t.company_id
                  FROM (%s) t
                  LEFT JOIN crm_customer_profile p USING (partner_id, company_id)
                 WHERE (p.scored_on >= t.date) IS NOT TRUE
                   AND NOT EXISTS (
                       SELECT FROM crm_customer_stale waiting
                        WHERE waiting.partner_id = t.partner_id
                          AND (waiting.company_id = t.company_id
                               OR waiting.company_id IS NULL))
                """,
                SQL(" UNION ALL ").join(sources),
            )
        )

    @api.model
    def _call_cron(self):
        """Trigger the retention scoring once per transaction."""
        called = self.env.cr.precommit.data
        if called.get("crm_value_chain.cron"):
            return
        called["crm_value_chain.cron"] = True
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "crm_value_chain.ir_cron_retention_scoring"
        )
        if cron_id:
            # as `_trigger` does, which reads the action first, while a user waits
            self.env["ir.cron.trigger"].sudo().create(
                {"cron_id": cron_id, "call_at": fields.Datetime.now()}
            )
            self.env.cr.postcommit.add(self.env["ir.cron"]._notifydb)

    @api.model
    def _pop(self, limit):
        """Take customers off the queue.

        Rows that another transaction holds are left to it.

        :return: ids of commercial partners by company, and whether more wait
        :rtype: tuple[dict[int, set[int]], bool]
        """
        self.env.cr.execute(
            SQL(
                """
                WITH taken AS (
                    DELETE FROM crm_customer_stale
                     WHERE id IN (SELECT id FROM crm_customer_stale
                                   ORDER BY id LIMIT %s
                                     FOR UPDATE SKIP LOCKED)
                 RETURNING partner_id, company_id)
                SELECT company.id, partner.commercial_partner_id
                  FROM taken
                  JOIN res_partner partner ON partner.id = taken.partner_id
                  JOIN res_company company
                    ON company.id = taken.company_id OR taken.company_id IS NULL
                 WHERE partner.commercial_partner_id IS NOT NULL
                 UNION  -- a customer that has become another's contact
                SELECT profile.company_id, profile.partner_id
                  FROM taken
                  JOIN crm_customer_profile profile
                    ON profile.partner_id = taken.partner_id
                   AND profile.company_id
                       = COALESCE(taken.company_id, profile.company_id)
                """,
                limit,
            )
        )
        customers = {}
        for company_id, partner_id in self.env.cr.fetchall():
            customers.setdefault(company_id, set()).add(partner_id)
        self.env.cr.execute("SELECT EXISTS (SELECT FROM crm_customer_stale)")
        return customers, self.env.cr.fetchone()[0]
