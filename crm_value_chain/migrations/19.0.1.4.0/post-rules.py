"""Remove rules in whose place others stand; rules are never updated by themselves."""

from odoo import SUPERUSER_ID, api

RULES = (
    "crm_customer_attitude_own_change_rule",
    "crm_customer_attitude_all_change_rule",
    "crm_network_relation_own_change_rule",
    "crm_network_relation_all_change_rule",
)


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name in RULES:
        rule = env.ref(f"crm_value_chain.{name}", raise_if_not_found=False)
        if rule:
            rule.unlink()
