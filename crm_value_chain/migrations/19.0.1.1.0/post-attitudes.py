"""Turn the plain numbers into entries, and the rules on them into comparisons."""

from ast import literal_eval

from odoo import SUPERUSER_ID, api, fields
from odoo.tools import SQL
from odoo.tools.sql import column_exists

from odoo.addons.crm_value_chain.models.customer.scope import Scope

METRIC_OF = {"satisfaction": "satisfaction", "would_recommend": "recommendation"}
RULES = ("crm_ladder_stage", "crm_segment", "crm_loyalty_class", "crm_customer_kind")
NESTED = ("any", "not any")
HIGHEST = 10


def migrate(cr, version):
    """Make entries of the old columns, rewrite rules, and add what is new."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, metric in METRIC_OF.items():
        column = f"{name}_of_people"
        if column_exists(cr, "crm_customer_profile", column):
            _make_entries(cr, column, metric)
    for table in RULES:
        for name in ("domain", "keep_domain"):
            if column_exists(cr, table, name):
                _rewrite_rules(cr, table, name)
    env.invalidate_all()
    companies = env["res.company"].search([])
    for company in companies:
        scope = Scope(company.id, fields.Date.today())
        env["crm.customer.profile"]._renew_attitudes(scope)
    env["crm.value.tier"]._create_defaults(companies)
    env["crm.scoring.run"]._request("scoring", companies)


def _make_entries(cr, column, metric):
    """Entries of the day on which people last wrote to a profile, as good as any."""
    cr.execute(
        SQL(
            """
            INSERT INTO crm_customer_attitude
                   (profile_id, company_id, date, metric, score, source, user_id,
                    create_uid, create_date, write_uid, write_date)
            SELECT id, company_id, LEAST(write_date::date, CURRENT_DATE), %(metric)s,
                   %(column)s::int, 'other', write_uid,
                   write_uid, NOW() AT TIME ZONE 'UTC', write_uid,
                   NOW() AT TIME ZONE 'UTC'
              FROM crm_customer_profile
             WHERE %(column)s ~ '^[0-9]+$'
            """,
            metric=metric,
            column=SQL.identifier(column),
        )
    )
    cr.execute(
        SQL("ALTER TABLE crm_customer_profile DROP COLUMN %s", SQL.identifier(column))
    )


def _rewrite_rules(cr, table, name):
    column = SQL.identifier(name)
    cr.execute(
        SQL(
            "SELECT id, %s FROM %s WHERE %s ~ 'satisfaction|would_recommend'",
            *(column, SQL.identifier(table), column),
        )
    )
    for rule_id, text in cr.fetchall():
        cr.execute(
            SQL(
                "UPDATE %s SET %s = %s WHERE id = %s",
                *(SQL.identifier(table), column, rewritten(text), rule_id),
            )
        )


def rewritten(text):
    """A rule's text with numbers where it compared texts; as it is if broken."""
    try:
        terms = [_condition(term) for term in literal_eval(text)]
    except (SyntaxError, TypeError, ValueError):
        return text
    return repr(terms)


def _condition(term):
    """A condition with numbers; a list that goes on to the best score is a limit."""
    if not (isinstance(term, list | tuple) and len(term) == 3):
        return term
    name, operator, value = term
    if operator in NESTED:
        return (name, operator, [_condition(each) for each in value])
    if name not in METRIC_OF:
        return term
    if not isinstance(value, list | tuple):
        return (name, operator, _number(value))
    numbers = sorted(map(_number, value))
    if operator == "in" and numbers and numbers == list(range(numbers[0], HIGHEST + 1)):
        return (name, ">=", numbers[0])
    return (name, operator, numbers)


def _number(value):
    return int(value) if isinstance(value, str) and value.isdecimal() else value
