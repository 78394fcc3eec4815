"""What happens when the addon is installed on a database in use."""

from odoo.tools import SQL
from odoo.tools.sql import column_exists, make_index_name

LEAD_COLUMNS = {
    "qualification_need": "varchar DEFAULT 'unknown'",
    "qualification_budget": "varchar DEFAULT 'unknown'",
    "qualification_authority": "varchar DEFAULT 'unknown'",
    "is_qualified": "boolean DEFAULT false",
}

INDEXES = [("sale_order_line", "reward_id"), ("account_analytic_line", "partner_id")]


def pre_init_hook(env):
    """Add the columns of the leads at once, instead of a write for each lead."""
    for name, definition in LEAD_COLUMNS.items():
        if column_exists(env.cr, "crm_lead", name):
            continue
        column = SQL.identifier(name)
        # a constant default is kept in the catalogue: no row is rewritten
        env.cr.execute(
            SQL("ALTER TABLE crm_lead ADD COLUMN %s %s", column, SQL(definition))
        )
        env.cr.execute(SQL("ALTER TABLE crm_lead ALTER %s DROP DEFAULT", column))


def post_init_hook(env):
    """Give the companies value tiers; profiles, identities come in the background."""
    env["crm.value.tier"]._create_defaults(env["res.company"].search([]))
    env.ref("crm_value_chain.ir_cron_retention_scoring")._trigger()
    env.ref("crm_value_chain.ir_cron_duplicate_scan")._trigger()


def uninstall_hook(env):
    """Drop the indexes on Odoo's own columns, and what the next install would trust."""
    for table, column in INDEXES:
        name = SQL.identifier(make_index_name(table, column))
        env.cr.execute(SQL("DROP INDEX IF EXISTS %s", name))
    # how far episodes were made of the documents of the past
    parameters = env["ir.config_parameter"].sudo()
    parameters.search([("key", "=like", "crm_value_chain.episodes_until_%")]).unlink()
