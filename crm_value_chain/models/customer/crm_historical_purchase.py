from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_date

from .dated_rates import DatedRates
from .historical_import import (
    LARGEST_AMOUNT,
    OLDEST_YEAR,
    FoundValues,
    HistoricalImport,
)


class CrmHistoricalPurchase(models.Model):
    """What a customer bought before the company ran Odoo.

    Comes in by Odoo's own import, which this model makes exact: customers are found
    for all rows at once and never guessed, the whole file is checked before its
    first row is written, and every import is a batch that can be undone.
    """

    _name = "crm.historical.purchase"
    _description = "Historical Purchase"
    _order = "date desc, id desc"
    _rec_name = "reference"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="In a file: reference, e-mail, tax number or name of the contact.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    date = fields.Date(required=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.company.currency_id,
    )
    amount = fields.Monetary(
        required=True,
        aggregator=None,
        help="Untaxed, in the currency of the document. Returns are negative.",
    )
    margin = fields.Monetary(
        aggregator=None,
        groups="crm_value_chain.group_profitability",
        help="Amount less cost of goods, in the currency of the document. "
        "Zero where the cost is not known.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    company_amount = fields.Monetary(
        "Amount in Company Currency",
        currency_field="company_currency_id",
        compute="_compute_company_amount",
        store=True,
        precompute=True,
        help="Converted at the rate of the date.",
    )
    reference = fields.Char(
        index="btree_not_null",
        help="Number of the order or invoice. With a reference, the same sale "
        "cannot be recorded twice.",
    )
    description = fields.Char()
    batch_id = fields.Many2one(
        "crm.historical.batch",
        "Import",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )

    @api.depends("amount", "date", "currency_id", "company_id.currency_id")
    def _compute_company_amount(self):
        for company, purchases in self.grouped("company_id").items():
            rates = DatedRates(company, purchases.currency_id)
            for purchase in purchases:
                currency = purchase.currency_id or company.currency_id
                day = purchase.date or fields.Date.context_today(purchase)
                purchase.company_amount = rates.convert(purchase.amount, currency, day)

    @api.depends("reference", "partner_id", "date")
    def _compute_display_name(self):
        for purchase in self:
            purchase.display_name = purchase.reference or ", ".join(
                filter(
                    None,
                    [
                        purchase.partner_id.display_name,
                        purchase.date and format_date(self.env, purchase.date),
                    ],
                )
            )

    @api.constrains("date")
    def _check_date(self):
        today = fields.Date.context_today(self)
        for purchase in self.filtered("date"):
            if purchase.date > today:
                raise ValidationError(
                    self.env._(
                        "A historical purchase lies in the past, but %s is in the "
                        "future.",
                        format_date(self.env, purchase.date),
                    )
                )
            if purchase.date.year < OLDEST_YEAR:
                raise ValidationError(
                    self.env._("%s is too long ago.", purchase.date.isoformat())
                )

    @api.constrains("currency_id")
    def _check_currency(self):
        for company, purchases in self.grouped("company_id").items():
            rates = DatedRates(company, purchases.currency_id)
            for currency in purchases.currency_id:
                if not rates.is_known(currency):
                    raise ValidationError(
                        self.env._("There is no exchange rate of %s.", currency.name)
                    )

    @api.constrains("reference", "partner_id", "date")
    def _check_recorded_once(self):
        """A sale may have several lines, but from one import only.

        Rows of an import were compared before, in `HistoricalImport`.
        """
        with_reference = self.filtered("reference")
        if not with_reference or self._found_values():
            return
        with_reference.flush_recordset()
        same_references = self.env.execute_query(
            SQL(
                """
                SELECT purchase.id, purchase.batch_id, purchase.reference,
                       purchase.date, purchase.company_id,
                       contact.commercial_partner_id
                  FROM crm_historical_purchase purchase
                  JOIN res_partner contact ON contact.id = purchase.partner_id
                 WHERE purchase.reference = ANY(%s)
                 ORDER BY purchase.id
                """,
                list(set(with_reference.mapped("reference"))),
            )
        )
        checked = set(with_reference.ids)
        origins = defaultdict(set)
        concerned = set()
        for purchase_id, batch_id, *sale in same_references:
            origins[tuple(sale)].add(batch_id or f"by hand {purchase_id}")
            if purchase_id in checked:
                concerned.add(tuple(sale))
        for sale in concerned:
            if len(origins[sale]) > 1:
                raise ValidationError(
                    self.env._(
                        "The sale “%s” of this customer and date is recorded already.",
                        sale[0],
                    )
                )

    def _check_company(self, fnames=None):
        """As ever, but an import has looked only among the contacts it may use."""
        if self._found_values():
            return None
        return super()._check_company(fnames)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_usable_amounts(vals)
        purchases = super().create(vals_list)
        purchases._figures_changed()
        return purchases

    def write(self, vals):
        self._check_usable_amounts(vals)
        self._figures_changed()
        result = super().write(vals)
        self._figures_changed()
        return result

    def unlink(self):
        self._figures_changed()
        batches = self.batch_id
        result = super().unlink()
        batches._tally()
        return result

    @api.model
    def _check_usable_amounts(self, vals):
        """Refuse infinite amounts and the like before rounding fails on them."""
        for name in ("amount", "margin"):
            if not abs(vals.get(name) or 0) < LARGEST_AMOUNT:
                raise ValidationError(
                    self.env._("“%s” is not a usable amount.", vals[name])
                )

    def _figures_changed(self):
        """Queue the customers for scoring, and count the imports again."""
        stale = self.env["crm.customer.stale"].sudo()
        for company, purchases in self.grouped("company_id").items():
            stale._queue_partners(purchases.partner_id, company)
        self.batch_id._tally()

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Import Template for Historical Purchases"),
                "template": "/crm_value_chain/static/xls/historical_purchases.xlsx",
            }
        ]

    @api.model
    def load(self, fields, data):
        """Import rows as one batch, or report all that is wrong with them.

        Differs from Odoo's own `load`: customers are found for all rows at once, by
        reference, e-mail, tax number or name, and an ambiguous one is an error. The
        first call for a file checks all its rows, so that a file with errors
        changes nothing, however many calls it takes. Data files of modules are
        loaded as ever.
        """
        if self.env.context.get("install_module") or not data:
            return super().load(fields, data)
        batches = self.env["crm.historical.batch"]
        batch = batches._running()
        limit = self.env.context.get("_import_limit") or len(data)
        whole = not batch and batches._is_first_part()
        rows = HistoricalImport(self, fields, data if whole else data[:limit], batch)
        if not (rows.check_columns() and rows.check_rows()):
            return rows.result()
        if whole and not rows.check_file():
            return rows.result()
        with self.env.cr.savepoint() as savepoint:
            rows.create_new_customers(limit)
            batch = batch or batches._start(rows)
            names, cells = rows.other_columns(limit)
            result = super(
                CrmHistoricalPurchase,
                self.with_context(
                    _import_limit=None,
                    historical_values=rows.found_values(limit, batch),
                ),
            ).load(names, cells)
            if not result["ids"]:
                savepoint.rollback()
        if result["ids"] and len(data) > limit:
            result["nextrow"] = limit
        return result

    @api.model
    def _load_records(self, data_list, update=False):
        """Add what the import found itself to the records that `load` creates."""
        found = self._found_values()
        if found:
            for data in data_list:
                data["values"].update(found.rows[data["info"]["rows"]["from"]])
        return super()._load_records(data_list, update)

    @api.model
    def _found_values(self):
        """What the running import has checked and found; None outside of `load`.

        No caller from outside can put an object of this class into the context.
        """
        found = self.env.context.get("historical_values")
        return found if isinstance(found, FoundValues) else None

    @api.model
    def _transaction_source(self):
        """Query of the historical purchases, for `crm.customer.transaction`."""
        transactions = self.env["crm.customer.transaction"]
        return SQL(
            """
            SELECT purchase.id::bigint * 10 + 3 AS id,
                   %(customer)s AS partner_id,
                   purchase.company_id,
                   purchase.date,
                   purchase.company_amount AS amount,
                   CASE purchase.amount
                       WHEN 0 THEN NULLIF(purchase.margin, 0)
                       ELSE NULLIF(purchase.margin, 0)
                            * purchase.company_amount / purchase.amount
                   END AS margin,
                   'history' AS source,
                   purchase.reference,
                   purchase.id AS res_id
              FROM crm_historical_purchase purchase %(contact)s
             WHERE %(dated)s
            """,
            dated=transactions._dated(SQL("purchase.date")),
            **transactions._customer_of(SQL("purchase.partner_id")),
        )
