"""Fills a database without our addon with the customers and orders of a shop.

Sets of rows straight into Odoo's tables; each is a copy of an exemplar that Odoo
made, but for the columns named here. Orders have no lines, which neither the addon
nor the lists and forms that are measured look at one by one.
"""

import io

import numpy as np

from odoo.tools import SQL

from .inside_exemplars import exemplars, salespeople
from .inside_schema import bare
from .inside_shop import shop

TABLES = ("res_partner", "crm_lead", "sale_order")
EPOCH = np.datetime64("2000-01-01", "us")  # of timestamps in COPY BINARY

PARTNERS = """
    SELECT %(partner)s + number AS id,
           CASE WHEN number %% 10 < 3 THEN 'company' ELSE 'person' END AS kind,
           name, name AS complete_name,
           CASE WHEN number %% 10 < 3 THEN name END AS commercial_company_name,
           %(partner)s + number AS commercial_partner_id,
           NULL::int AS parent_id,
           (%(users)s)[1 + number %% 3] AS user_id,
           'customer' || number || '@example.com' AS email,
           'customer' || number || '@example.com' AS email_normalized,
           joined AS create_date, joined AS write_date
      FROM (SELECT *, CASE WHEN number %% 10 < 3 THEN (%(companies)s)[1 + number %% 7]
                           ELSE (%(people)s)[1 + number %% 9] END
                      || ' ' || number AS name
              FROM bench_customer) customer
"""
# every fiftieth customer, a company, has a contact who places half of its orders
CONTACTS = """
    SELECT %(partner)s + %(customers)s + number / 50 AS id, 'contact' AS kind,
           'Buyer ' || number AS name,
           customer.name || ', Buyer ' || number AS complete_name,
           customer.name AS commercial_company_name,
           customer.id AS commercial_partner_id, customer.id AS parent_id,
           customer.user_id,
           'buyer' || number || '@example.com' AS email,
           'buyer' || number || '@example.com' AS email_normalized,
           customer.create_date, customer.write_date
      FROM (SELECT *, id - %(partner)s AS number FROM res_partner) customer
     WHERE number > 0 AND number %% 50 = 0
"""
# one for twenty customers: of five, four are opportunities of a customer
LEADS = """
    SELECT %(lead)s + number AS id,
           CASE WHEN number %% 5 = 0 THEN 'lead'
                ELSE 'stage ' || (ARRAY[0, 0, 0, 1, 1, 1, 2, 2, 2, 3])[1 + number %% 10]
           END AS kind,
           'Request ' || number AS name,
           CASE WHEN number %% 5 > 0 THEN customer.id END AS partner_id,
           customer.commercial_company_name AS partner_name,
           customer.name AS contact_name,
           customer.email AS email_from, customer.email_normalized,
           '@example.com' AS email_domain_criterion,
           CASE WHEN number %% 5 > 0 THEN customer.user_id END AS user_id,
           (ARRAY['0', '0', '0', '1', '1', '2', '3'])[1 + number %% 7] AS priority,
           revenue AS expected_revenue,
           CASE WHEN number %% 10 = 9 THEN revenue ELSE 0 END AS prorated_revenue,
           created AS create_date, created AS write_date, created AS date_open,
           created AS date_last_stage_update
      FROM (SELECT number, 100 + number::bigint * 7919 %% 5000 AS revenue,
                   CURRENT_DATE - number %% 180 - INTERVAL '9 hours' AS created,
                   %(partner)s + 20 * number - number %% 20 AS partner_id
              FROM GENERATE_SERIES(1, %(customers)s / 20) number) request
      JOIN res_partner customer ON customer.id = request.partner_id
     ORDER BY number
"""
ORDERS = """
    SELECT %(order)s + number AS id, 'order' AS kind,
           %(name)s AS name,
           partner_id, partner_id AS partner_invoice_id,
           partner_id AS partner_shipping_id,
           (%(users)s)[1 + customer %% 3] AS user_id,
           amount AS amount_untaxed, amount AS amount_total,
           date_order, date_order AS create_date, date_order AS write_date,
           date_order::date + 30 AS validity_date
      FROM (SELECT *, ROUND(cents / 100.0, 2) AS amount,
                   %(partner)s + CASE WHEN customer %% 50 = 0 AND number %% 2 = 0
                                      THEN %(customers)s + customer / 50
                                      ELSE customer END AS partner_id
              FROM (SELECT *, ROW_NUMBER() OVER () AS number
                      FROM bench_order) numbered) bought
"""
# for each opportunity that is not won
QUOTATIONS = """
    SELECT %(order)s + number AS id, 'quotation' AS kind, %(name)s AS name,
           partner_id, partner_id AS partner_invoice_id,
           partner_id AS partner_shipping_id,
           lead_id AS opportunity_id, user_id,
           expected_revenue AS amount_untaxed, expected_revenue AS amount_total,
           create_date AS date_order, create_date, write_date,
           create_date::date + 30 AS validity_date
      FROM (SELECT *, id AS lead_id,
                   %(orders)s + ROW_NUMBER() OVER (ORDER BY id) AS number
              FROM crm_lead WHERE partner_id IS NOT NULL AND won_status != 'won') lead
"""
# S00001, S100000
ORDER_NAME = """
    'S' || LPAD((%(order)s + number)::text,
                GREATEST(5, LENGTH((%(order)s + number)::text)), '0')
"""
NAMES = {
    "companies": "Northwind Harbour Meridian Oakfield Juniper Cobalt Lantern",
    "people": "Alice Bela Chiara Dmitri Esther Farid Greta Hugo Ines",
}


def fill(env, customers):
    """Fill the database; return how many rows each table has got.

    :rtype: dict[str, int]
    """
    cr = env.cr
    cr.execute("SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '512MB'")
    users = salespeople(env)
    kinds = exemplars(env)
    joined, orders = shop(customers)
    stage(cr, customers, joined, orders)
    facts = {
        **{key: names.split() for key, names in NAMES.items()},
        "customers": customers,
        "orders": len(orders[0]),
        "users": users.ids,
        "partner": highest(cr, "res_partner"),
        "order": highest(cr, "sale_order"),
        "lead": highest(cr, "crm_lead"),
    }
    facts["name"] = SQL(ORDER_NAME, order=facts["order"])
    with bare(cr, TABLES):
        for table, query in (
            ("res_partner", PARTNERS),
            ("res_partner", CONTACTS),
            ("crm_lead", LEADS),
            ("sale_order", ORDERS),
            ("sale_order", QUOTATIONS),
        ):
            multiply(cr, table, kinds[table], SQL(query, **facts))
    follow(env)
    cr.execute("DROP TABLE bench_customer, bench_order")
    env.cr.commit()
    return {table: count(cr, table) for table in TABLES}


def stage(cr, customers, joined, orders):
    """Copy the shop into temporary tables, in the order of time."""
    cr.execute(
        """
        CREATE TEMP TABLE bench_customer (number int, joined timestamp);
        CREATE TEMP TABLE bench_order (customer int, date_order timestamp, cents int)
        """
    )
    customer, moment, cents = orders
    copy(cr, "bench_customer", np.arange(1, customers + 1), joined)
    copy(cr, "bench_order", customer, moment, cents)


def copy(cr, table, *columns):
    """Copy arrays of whole numbers (int) and moments (timestamp) into a table."""
    types, values = [("fields", ">i2")], []
    for number, column in enumerate(columns):
        size = 4
        if column.dtype.kind == "M":
            size, column = 8, (column - EPOCH).astype(np.int64)
        types += [(f"size{number}", ">i4"), (f"value{number}", f">i{size}")]
        values.append((size, column))
    rows = np.empty(len(columns[0]), types)
    rows["fields"] = len(columns)
    for number, (size, column) in enumerate(values):
        rows[f"size{number}"], rows[f"value{number}"] = size, column
    data = b"PGCOPY\n\xff\r\n\0" + bytes(8) + rows.tobytes() + b"\xff\xff"
    cr.copy_expert(f"COPY {table} FROM STDIN (FORMAT binary)", io.BytesIO(data))


def multiply(cr, table, kinds, query):
    """Insert the rows of a query, the other columns as in the exemplar of its kind."""
    cr.execute(SQL("SELECT * FROM (%s) given LIMIT 0", query))
    given = [column.name for column in cr.description]
    cr.execute(SQL("SELECT * FROM %s LIMIT 0", SQL.identifier(table)))
    columns = [column.name for column in cr.description]
    values = [f"{'given' if name in given else 'e'}.{name}" for name in columns]
    cr.execute(
        SQL(
            """
            WITH e AS MATERIALIZED (
                SELECT kinds.kind AS exemplar_kind, row.*
                  FROM (VALUES %(kinds)s) kinds (kind, data),
                       JSONB_POPULATE_RECORD(NULL::%(table)s, data::jsonb) row)
            INSERT INTO %(table)s (%(columns)s)
            SELECT %(values)s
              FROM (%(query)s) given JOIN e ON exemplar_kind = given.kind
            """,
            table=SQL.identifier(table),
            columns=SQL(", ".join(columns)),
            values=SQL(", ".join(values)),
            kinds=SQL(", ").join(SQL("%s", kind) for kind in kinds.items()),
            query=query,
        )
    )


def follow(env):
    """Let ids and the numbers of orders go on after those that are taken."""
    for table in TABLES:
        env.cr.execute(
            SQL("SELECT SETVAL(%s, %s)", f"{table}_id_seq", highest(env.cr, table))
        )
    sequence = env["ir.sequence"].search([("code", "=", "sale.order")])
    sequence.number_next_actual = highest(env.cr, "sale_order") + 1


def highest(cr, table):
    cr.execute(SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table)))
    return cr.fetchone()[0]


def count(cr, table):
    cr.execute(SQL("SELECT COUNT(*) FROM %s", SQL.identifier(table)))
    return cr.fetchone()[0]
