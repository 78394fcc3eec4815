"""Documents of Odoo's demo companies and of ours, dated in the last two years."""

from datetime import datetime, time

from odoo import Command

from .demo_file import days_ago, rows

ORDERS = ("quotation", "order", "invoiced")
OURS = "base.res_partner_value_chain_harbour"  # a customer of no other demo data
MOVE_TYPES = {"invoice": "out_invoice", "return": "out_refund"}


def load(env):
    """Make the documents of sales.csv, each of one line.

    A ``quotation``; an ``order``, perhaps ``invoiced``; an ``invoice`` that comes from
    no order; a ``return``, which is a credit note. Nothing is made twice: documents
    stay when the addon is uninstalled.
    """
    if env.ref(OURS).sale_order_ids:
        return
    sales = rows("sales.csv")
    orders = _make_orders(env, [sale for sale in sales if sale["document"] in ORDERS])
    if env["account.journal"].search_count(
        [("type", "=", "sale"), ("company_id", "=", env.company.id)], limit=1
    ):
        _invoice(orders)
        _make_moves(env, [sale for sale in sales if sale["document"] in MOVE_TYPES])


def _make_orders(env, sales):
    """Orders by the document that they shall become."""
    orders = env["sale.order"].create([_order(env, sale) for sale in sales])
    documents = orders.grouped(
        dict(zip(orders, (sale["document"] for sale in sales), strict=True)).get
    )
    confirmed = documents["order"] | documents["invoiced"]
    days = {order: order.date_order for order in confirmed}
    confirmed.action_confirm()  # which dates them today
    for order, day in days.items():
        order.date_order = day
    return documents["invoiced"]


def _invoice(orders):
    """Invoice orders on the days on which they were made."""
    for line in orders.order_line:
        line.qty_delivered = line.product_uom_qty
    due = orders.filtered(lambda order: order.invoice_status == "to invoice")
    invoices = due._create_invoices(grouped=True)
    for order in due:
        order.invoice_ids.invoice_date = order.date_order.date()
    invoices.action_post()


def _make_moves(env, sales):
    env["account.move"].create([_move(env, sale) for sale in sales]).action_post()


def _order(env, sale):
    partner = env.ref(sale["customer"])
    return {
        "partner_id": partner.id,
        "user_id": _salesperson(env, partner),
        "date_order": datetime.combine(days_ago(sale["days_ago"]), time(10)),
        "order_line": [
            Command.create(
                {
                    "product_id": env.ref(sale["product"]).id,
                    "product_uom_qty": float(sale["quantity"]),
                }
            )
        ],
    }


def _move(env, sale):
    partner = env.ref(sale["customer"])
    return {
        "move_type": MOVE_TYPES[sale["document"]],
        "partner_id": partner.id,
        "invoice_user_id": _salesperson(env, partner),
        "invoice_date": days_ago(sale["days_ago"]),
        "invoice_line_ids": [
            Command.create(
                {
                    "product_id": env.ref(sale["product"]).id,
                    "quantity": float(sale["quantity"]),
                }
            )
        ],
    }


def _salesperson(env, partner):
    return (partner.user_id or env.ref("base.user_admin")).id
