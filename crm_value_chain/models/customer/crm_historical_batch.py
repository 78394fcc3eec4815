from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CrmHistoricalBatch(models.Model):
    """One import of historical purchases: what it brought, and a way back."""

    _name = "crm.historical.batch"
    _description = "Import of Historical Purchases"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("File", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users", "Imported by", readonly=True, default=lambda self: self.env.user
    )
    state = fields.Selection(
        [("done", "Imported"), ("undone", "Undone")],
        "Status",
        default="done",
        required=True,
        readonly=True,
    )
    undone_on = fields.Datetime(readonly=True)
    undone_by_id = fields.Many2one("res.users", readonly=True)
    purchase_ids = fields.One2many("crm.historical.purchase", "batch_id")
    purchase_count = fields.Integer(
        "Purchases", readonly=True, help="After an undo: what the import had brought."
    )
    customer_count = fields.Integer("Customers", readonly=True)
    amount = fields.Monetary(readonly=True, help="In company currency.")
    date_from = fields.Date("First Purchase", readonly=True)
    date_to = fields.Date("Last Purchase", readonly=True)
    file_row_count = fields.Integer("Rows of the File", readonly=True)
    import_id = fields.Integer(
        readonly=True, help="The import dialog that the rows came from."
    )
    content_hash = fields.Char(
        readonly=True, help="Tells whether two imports bring the same purchases."
    )
    is_incomplete = fields.Boolean(compute="_compute_is_incomplete")
    overlap_date = fields.Date(
        "First Sale in Odoo",
        compute="_compute_overlap_date",
        help="Set if the import has purchases from that day on: they may be recorded "
        "in Odoo as orders or invoices, too.",
    )

    _content_unique = models.UniqueIndex(
        "(company_id, content_hash) WHERE state = 'done' AND content_hash IS NOT NULL",
        "The same purchases are just being imported by somebody else.",
    )

    @api.depends("state", "purchase_count", "file_row_count")
    def _compute_is_incomplete(self):
        for batch in self:
            batch.is_incomplete = (
                batch.state == "done" and batch.purchase_count < batch.file_row_count
            )

    @api.depends("state", "date_to", "company_id")
    def _compute_overlap_date(self):
        first_sales = {
            company.id: self._first_sale_in_odoo(company) for company in self.company_id
        }
        for batch in self:
            first = first_sales.get(batch.company_id.id)
            late = batch.state == "done" and first and batch.date_to
            batch.overlap_date = first if late and batch.date_to >= first else False

    @api.model
    def _first_sale_in_odoo(self, company):
        """Day of the first order or invoice of a company, found by index."""
        self.env["sale.order"].flush_model(["company_id", "date_order", "state"])
        self.env["account.move"].flush_model(
            ["company_id", "invoice_date", "move_type", "state"]
        )
        queries = [
            SQL(
                """
                (SELECT invoice_date AS day
                   FROM account_move
                  WHERE company_id = %s AND state = 'posted'
                    AND move_type IN ('out_invoice', 'out_receipt')
                    AND invoice_date IS NOT NULL
                  ORDER BY invoice_date
                  LIMIT 1)
                """,
                company.id,
            )
        ]
        if company.value_chain_source != "invoice":
            queries.append(
                SQL(
                    """
                    (SELECT date_order::date AS day
                       FROM sale_order
                      WHERE company_id = %s AND state = 'sale'
                      ORDER BY date_order
                      LIMIT 1)
                    """,
                    company.id,
                )
            )
        [(first,)] = self.env.execute_query(
            SQL("SELECT MIN(day) FROM (%s) sale", SQL(" UNION ALL ").join(queries))
        )
        return first

    @api.ondelete(at_uninstall=False)
    def _unlink_only_without_purchases(self):
        if self.purchase_ids:
            raise UserError(
                self.env._("Undo an import before you delete the record of it.")
            )

    @api.model
    def _is_first_part(self):
        """Whether `load` gets a file from its first row on.

        A test of a later part (it leaves nothing that would tell) is none.
        """
        dialog = self.env.context.get("historical_import") or {}
        return not (dialog.get("dryrun") and dialog.get("skip"))

    @api.model
    def _running(self):
        """Batch that the part of a file which is loaded now belongs to, if any.

        A file comes in several calls of `load`, which share the import dialog.
        """
        dialog = self.env.context.get("historical_import")
        if not dialog:
            return self
        batch = self.search(
            [
                ("import_id", "=", dialog["id"]),
                ("company_id", "=", self.env.company.id),
            ],
            limit=1,
        )
        if batch.state == "undone":
            if dialog["skip"]:
                raise UserError(
                    self.env._(
                        "The first part of this import was undone: start again from "
                        "the first row."
                    )
                )
            return self.browse()
        return batch

    @api.model
    def _start(self, rows):
        """Make the batch of an import.

        :param HistoricalImport rows: all rows of the file, checked
        """
        dialog = self.env.context.get("historical_import") or {}
        today = fields.Date.context_today(self)
        return self.create(
            {
                "name": dialog.get("name")
                or self.env._("Import of %s", fields.Date.to_string(today)),
                "company_id": self.env.company.id,
                "import_id": dialog.get("id"),
                "file_row_count": len(rows.rows),
                "content_hash": rows.content_hash(),
            }
        )

    def _tally(self):
        """Count what the imports have brought; undone ones keep what they had."""
        live = self.filtered(lambda batch: batch.state == "done")
        if not live:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_historical_batch batch
                   SET purchase_count = tally.purchases,
                       customer_count = tally.customers,
                       amount = tally.amount,
                       date_from = tally.first,
                       date_to = tally.last
                  FROM (SELECT batch.id,
                               COUNT(purchase.id) AS purchases,
                               COUNT(DISTINCT contact.commercial_partner_id)
                                   AS customers,
                               COALESCE(SUM(purchase.company_amount), 0) AS amount,
                               MIN(purchase.date) AS first,
                               MAX(purchase.date) AS last
                          FROM crm_historical_batch batch
                          LEFT JOIN crm_historical_purchase purchase
                            ON purchase.batch_id = batch.id
                          LEFT JOIN res_partner contact
                            ON contact.id = purchase.partner_id
                         WHERE batch.id = ANY(%s)
                         GROUP BY batch.id) tally
                 WHERE tally.id = batch.id
                """,
                live.ids,
            )
        )
        live.invalidate_recordset()

    def action_undo(self):
        """Delete the purchases of the imports, and note who did it and when."""
        self.check_access("write")
        purchases = self.env["crm.historical.purchase"]
        purchases.check_access("unlink")
        for batch in self.filtered(lambda batch: batch.state == "done"):
            batch._delete_purchases()
            batch.write(
                {
                    "state": "undone",
                    "undone_on": fields.Datetime.now(),
                    "undone_by_id": self.env.uid,
                }
            )
        purchases.invalidate_model()

    def _delete_purchases(self):
        """Delete the purchases of one import with their external ids, set-based."""
        self.env.flush_all()
        deleted = self.env.execute_query(
            SQL(
                "DELETE FROM crm_historical_purchase WHERE batch_id = %s"
                " RETURNING id, partner_id",
                self.id,
            )
        )
        self.env.execute_query(
            SQL(
                "DELETE FROM ir_model_data"
                " WHERE model = 'crm.historical.purchase' AND res_id = ANY(%s)"
                " RETURNING id",
                [purchase_id for purchase_id, _partner_id in deleted],
            )
        )
        self.env["crm.customer.stale"].sudo()._queue_partners(
            list({partner_id for _purchase_id, partner_id in deleted}),
            self.company_id,
        )

    def action_view_purchases(self):
        """Open the purchases of the import."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_historical_purchase_action"
        )
        action["domain"] = [("batch_id", "in", self.ids)]
        action["context"] = {}
        return action
