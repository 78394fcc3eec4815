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

# columns of Odoo's that keep an activity type from being deleted
ACTIVITY_TYPES = [
    ("mail_activity", "activity_type_id"),
    ("mail_activity_plan_template", "activity_type_id"),
    ("mail_activity_type", "triggered_next_type_id"),
    ("ir_act_server", "activity_type_id"),
]


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
    """Drop what Odoo would leave behind, and what the next install would trust."""
    for table, column in INDEXES:
        name = SQL.identifier(make_index_name(table, column))
        env.cr.execute(SQL("DROP INDEX IF EXISTS %s", name))
    # how far episodes were made of the documents of the past
    parameters = env["ir.config_parameter"].sudo()
    parameters.search([("key", "=like", "crm_value_chain.episodes_until_%")]).unlink()
    _hand_over_activities(env)
    _leave_programs_in_use(env)
    _untie_records(env)


def _hand_over_activities(env):
    """Put a to-do in the place of our activity types, wherever they are in use.

    Odoo does so itself for activities when their type is deleted, but passes over those
    that are done, and would then keep the type.
    """
    env.flush_all()
    for table, column in ACTIVITY_TYPES:
        column = SQL.identifier(column)
        env.cr.execute(
            SQL(
                """
                UPDATE %s SET %s = %s
                 WHERE %s IN (SELECT res_id FROM ir_model_data
                               WHERE model = 'mail.activity.type'
                                 AND module = 'crm_value_chain')
                """,
                SQL.identifier(table),
                column,
                env.ref("mail.mail_activity_data_todo").id,
                column,
            )
        )
    env.invalidate_all()


def _leave_programs_in_use(env):
    """Leave loyalty programs of the demo data to those who hold a card of theirs.

    Odoo would try to delete them, log an error, and keep them too.
    """
    names = env["ir.model.data"].search(
        [("module", "=", "crm_value_chain"), ("model", "=", "loyalty.program")]
    )
    cards = env["loyalty.card"].with_context(active_test=False)
    held = cards.search([("program_id", "in", names.mapped("res_id"))]).program_id
    names.filtered(lambda name: name.res_id in held.ids).unlink()


def _untie_records(env):
    """Let our records go in any order.

    Odoo deletes what came with the addon before what people noted with it, and would
    log an error for each record that is still in use.
    """
    ours = [
        model._table
        for model in env.values()
        if model._auto and model._original_module == "crm_value_chain"
    ]
    env.flush_all()
    keys = env.execute_query(
        SQL(
            """
            SELECT using_table.relname, key.conname
              FROM pg_constraint key
              JOIN pg_class using_table ON using_table.oid = key.conrelid
              JOIN pg_class used_table ON used_table.oid = key.confrelid
             WHERE key.contype = 'f' AND key.confdeltype = 'r'
               AND used_table.relnamespace = current_schema::regnamespace
               AND used_table.relname = ANY(%s)
            """,
            ours,
        )
    )
    for table, key in keys:
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(key),
            )
        )
