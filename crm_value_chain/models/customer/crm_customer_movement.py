from odoo import api, fields, models

from .rule_explanation import RuleExplanation, parse_domain


class CrmCustomerMovement(models.Model):
    """A customer moved from one class to another: when, and why."""

    _name = "crm.customer.movement"
    _description = "Customer Movement"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    profile_id = fields.Many2one(
        "crm.customer.profile", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    date = fields.Date(required=True)
    dimension = fields.Selection(
        [], "Classification", required=True, help="What the customer moved in."
    )
    cause = fields.Selection(
        [("rule", "Rule"), ("override", "Set by Hand")], required=True
    )
    reason = fields.Char(help="Given by whoever set it by hand.")
    user_id = fields.Many2one("res.users", "Set by", ondelete="set null")
    explanation = fields.Json(
        groups="crm_value_chain.group_profitability",  # a rule may speak of profit
        help="Rule and figures that made the movement.",
    )
    why = fields.Char(compute="_compute_why")

    @api.depends("cause", "reason", "explanation")
    @api.depends_context("lang", "uid")
    def _compute_why(self):
        for movement in self:
            movement.why = movement.reason or movement._conditions_in_words()

    def _conditions_in_words(self):
        """What made the movement, with the figures of its day.

        The conditions of the class left that no longer held; where all of them
        held, those of the class entered.
        """
        self.ensure_one()
        made = self.sudo().explanation or {}
        words = RuleExplanation(self.profile_id, made.get("figures"))
        try:
            left = words.nodes(parse_domain(made.get("left")))
            entered = words.nodes(parse_domain(made.get("domain")))
        except ValueError:
            return False
        nodes = [node for node in _leaves(left) if not node["holds"]]
        known = [
            f"{node['label']}: {node['actual']}" for node in nodes or _leaves(entered)
        ]
        return ", ".join(dict.fromkeys(known))


def _leaves(nodes):
    """Conditions at the ends of a tree of nodes."""
    for node in nodes:
        if node["type"] == "condition":
            yield node
        else:
            yield from _leaves(node["children"])
