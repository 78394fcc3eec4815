from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..customer.crm_customer_transaction import AS_TOLD, Window

SOURCES = {
    "sale.order": ("order", "points"),
    "account.move": ("invoice", "refund", "points_return"),
}


class Some(NamedTuple):
    """Some documents of a model: orders, or invoices and credit notes."""

    model: str
    ids: tuple[int, ...]

    def holds(self, source, res_id):
        """Condition that a document is one of them.

        :param SQL source: column of the source
        :param SQL res_id: column of the document's id
        """
        return SQL(
            "%s = ANY(%s) AND %s = ANY(%s)",
            source,
            list(SOURCES[self.model]),
            res_id,
            list(self.ids),
        )


class LoyaltyDocument(models.AbstractModel):
    """Which documents count towards the tiers of a program, and how much.

    What a customer bought is told by `crm.customer.transaction`; the points issued by
    what core notes on the order. One query, for the ledger of the night as for the
    preview of a scheme that nobody saved yet.
    """

    _name = "loyalty.document"
    _description = "Documents that Count for Loyalty Tiers"

    @api.model
    def _documents(self, scheme, as_of, only=None):
        """Query of what counts, until a day.

        Columns: ``member_id`` (contact), ``company_id``, ``source``, ``res_id``,
        ``date``, ``amount`` (untaxed, currency of the program), ``purchases``,
        ``points``.

        :param scheme: see scheme.py
        :param Some only: the documents concerned; None means all
        """
        sales = self._sales(scheme, as_of, only)
        if scheme.measure != "points":
            return sales
        return SQL(
            "%s UNION ALL %s",
            self._points(scheme, as_of, only),
            self._points_returned(scheme, as_of, sales),
        )

    @api.model
    def _sales(self, scheme, as_of, only=None):
        """Query of purchases and returns."""
        return SQL(
            """
            SELECT %(member)s AS member_id, t.company_id, t.source, t.res_id, t.date,
                   ROUND((t.amount * %(rate)s)::numeric, %(digits)s) AS amount,
                   %(purchases)s AS purchases, 0::numeric AS points
              FROM (%(transactions)s) t
              JOIN res_partner contact ON contact.id = t.partner_id
             WHERE t.company_id = ANY(%(companies)s)
               AND t.date BETWEEN %(first)s AND %(last)s
               AND t.amount IS NOT NULL AND %(some)s
            """,
            member=self._member(scheme),
            rate=self._rate(scheme),
            digits=scheme.digits,
            purchases=self._purchase_count(scheme),
            transactions=self._transactions(scheme, as_of, only),
            companies=list(scheme.company_ids),
            first=scheme.first_day(as_of),
            last=scheme.last_day(as_of),
            some=only.holds(SQL("t.source"), SQL("t.res_id")) if only else SQL("TRUE"),
        )

    @api.model
    def _transactions(self, scheme, as_of, only):
        """Query of the transactions, of one kind of documents if just some count.

        The database takes longer to plan what invoices say than to read an order.
        """
        days = Window(
            scheme.first_day(as_of), fields.Date.add(scheme.last_day(as_of), days=1)
        )
        view = self.env["crm.customer.transaction"].with_context(
            value_chain_customer=AS_TOLD, value_chain_window=days
        )
        if not only:
            return view._transactions()
        models_of = view._source_models()
        sources = view._transaction_sources().items()
        return SQL(" UNION ALL ").join(
            SQL("(%s)", source)
            for name, source in sources
            if models_of.get(name) == only.model
        )

    @api.model
    def _member(self, scheme):
        """Column of the ``contact`` that tells the member."""
        column = "id" if scheme.by_contact else "commercial_partner_id"
        return SQL.identifier("contact", column)

    @api.model
    def _purchase_count(self, scheme):
        """A sale counts once; a credit note over all of it takes that back."""
        if scheme.measure != "purchases":
            return SQL("CASE WHEN t.amount > 0 THEN 1 ELSE 0 END")
        return SQL(
            """
            CASE WHEN t.amount > 0 THEN 1
                 WHEN t.source != 'refund' THEN 0
                 ELSE COALESCE((
                    SELECT CASE WHEN refund.amount_untaxed >= COALESCE((
                                    SELECT SUM(amount_untaxed) FROM sale_order
                                     WHERE id IN (%s)), original.amount_untaxed)
                                THEN -1 ELSE 0 END
                      FROM account_move refund
                      LEFT JOIN account_move original
                        ON original.id = refund.reversed_entry_id
                     WHERE refund.id = t.res_id), 0)
            END
            """,
            SQL(
                """
                SELECT sold.order_id FROM account_move_line line
                  JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = line.id
                  JOIN sale_order_line sold ON sold.id = rel.order_line_id
                 WHERE line.move_id = refund.id
                """
            ),
        )

    @api.model
    def _issued(self, scheme):
        """Query of the points that each confirmed order gave in the program.

        Not core's history, which tells an order again that was confirmed again.
        """
        return SQL(
            """
            SELECT so.id, so.partner_id, so.company_id, so.date_order::date AS date,
                   so.amount_untaxed, SUM(given.points)::numeric AS points
              FROM sale_order_coupon_points given
              JOIN loyalty_card card ON card.id = given.coupon_id
              JOIN sale_order so ON so.id = given.order_id
             WHERE card.program_id = %s AND so.state = 'sale'
               AND so.company_id = ANY(%s)
             GROUP BY so.id
            """,
            scheme.program_id,
            list(scheme.company_ids),
        )

    @api.model
    def _points(self, scheme, as_of, only):
        """Query of the points earned."""
        return SQL(
            """
            SELECT %(member)s AS member_id, issued.company_id, 'points' AS source,
                   issued.id AS res_id, issued.date, 0::numeric AS amount,
                   0 AS purchases, issued.points
              FROM (%(issued)s) issued
              JOIN res_partner contact ON contact.id = issued.partner_id
             WHERE issued.date BETWEEN %(first)s AND %(last)s
               AND issued.points != 0 AND %(some)s
            """,
            member=self._member(scheme),
            issued=self._issued(scheme),
            first=scheme.first_day(as_of),
            last=scheme.last_day(as_of),
            some=only.holds(SQL("'points'"), SQL("issued.id")) if only else SQL("TRUE"),
        )

    @api.model
    def _points_returned(self, scheme, as_of, sales):
        """Query of the points that returns take back, by their share of the order.

        Core leaves the points to spend as they are; to qualify, they are gone.
        """
        return SQL(
            """
            SELECT sale.member_id, sale.company_id, 'points_return' AS source,
                   sale.res_id, sale.date, 0::numeric AS amount, 0 AS purchases,
                   -ROUND(SUM(issued.points * LEAST(1, part.amount
                              / NULLIF(issued.amount_untaxed, 0))), 2) AS points
              FROM (%(sales)s) sale
              JOIN (SELECT line.move_id, sold.order_id,
                           SUM(line.price_subtotal) AS amount
                      FROM account_move_line line
                      JOIN sale_order_line_invoice_rel rel
                        ON rel.invoice_line_id = line.id
                      JOIN sale_order_line sold ON sold.id = rel.order_line_id
                     WHERE line.is_downpayment IS NOT TRUE
                     GROUP BY line.move_id, sold.order_id) part
                ON part.move_id = sale.res_id
              JOIN (%(issued)s) issued ON issued.id = part.order_id
             WHERE sale.source = 'refund'
             GROUP BY sale.member_id, sale.company_id, sale.res_id, sale.date
            HAVING SUM(issued.points * part.amount) != 0
            """,
            sales=sales,
            issued=self._issued(scheme),
        )

    @api.model
    def _rate(self, scheme):
        """Factor from the currency of the company of ``t`` to the program's.

        A program of several companies adds up amounts of several currencies, at the
        rates of the days of the documents.
        """
        companies = self.env["res.company"].sudo().browse(scheme.company_ids)
        cases = [
            SQL(
                "WHEN %s THEN %s / %s",
                company.id,
                self._rate_of(scheme.currency_id, company),
                self._rate_of(company.currency_id.id, company),
            )
            for company in companies
            if company.currency_id.id != scheme.currency_id
        ]
        if not cases:
            return SQL("1")
        return SQL("CASE t.company_id %s ELSE 1 END", SQL(" ").join(cases))

    @api.model
    def _rate_of(self, currency_id, company):
        """Rate of a currency on the day of ``t``, as Odoo's own conversion has it."""
        rates = SQL(
            "SELECT rate FROM res_currency_rate WHERE currency_id = %s"
            " AND (company_id IS NULL OR company_id = %s)",
            currency_id,
            company.root_id.id,
        )
        return SQL(
            "COALESCE((%(rates)s AND name <= t.date"
            " ORDER BY company_id, name DESC LIMIT 1),"
            " (%(rates)s ORDER BY company_id, name LIMIT 1), 1)",
            rates=rates,
        )
