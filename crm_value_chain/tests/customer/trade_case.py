from datetime import timedelta

from odoo import Command

from ..common import ValueChainCommon


class TradeCase(ValueChainCommon):
    """A company that orders, invoices and refunds, also in a foreign currency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        cls.customer = cls.make_customer("Customer", is_company=True)
        cls.buyer = cls.make_customer("Buyer", parent_id=cls.customer.id)
        cls.seller = cls.make_user(
            "transaction_seller", "sales_team.group_sale_salesman_all_leads"
        )
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        for days, rate in ((400, 0.5), (100, 0.8), (10, 1.25)):
            cls.env["res.currency.rate"].create(
                {
                    "name": cls.today - timedelta(days=days),
                    "rate": rate,
                    "currency_id": cls.euro.id,
                    "company_id": cls.company.id,
                }
            )

    @classmethod
    def invoice(cls, partner=None, days_ago=0, amount=100.0, post=True, **values):
        """An invoice that comes from no order."""
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or cls.customer).id,
                "company_id": cls.company.id,
                "invoice_date": cls.today - timedelta(days=days_ago),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": cls.product.id,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def invoice_order(cls, order, **values):
        """Invoice an order, in full or (with values) as a down payment."""
        wizard = cls.env["sale.advance.payment.inv"].create(
            {"sale_order_ids": [Command.set(order.ids)], **values}
        )
        before = order.invoice_ids
        wizard.create_invoices()
        move = order.invoice_ids - before
        move.invoice_date = cls.today
        move.action_post()
        return move

    @classmethod
    def reverse(cls, move, again=False, days_ago=0):
        """The credit note of an invoice, and the invoice after it."""
        wizard = (
            cls.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create(
                {
                    "journal_id": move.journal_id.id,
                    "date": cls.today - timedelta(days=days_ago),
                }
            )
        )
        action = wizard.modify_moves() if again else wizard.refund_moves()
        made = cls.env["account.move"].browse(action["res_id"])
        made.invoice_date = cls.today - timedelta(days=days_ago)
        made.action_post()
        return made
