from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

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
        [
            ("rule", "Rule"),
            ("override", "Set by Hand"),
            ("override_end", "Set by Hand Ended"),
        ],
        required=True,
    )
    reason = fields.Char(help="Given by whoever set it by hand.")
    user_id = fields.Many2one("res.users", "Set by", ondelete="set null")
    explanation = fields.Json(
        groups="crm_value_chain.group_profitability",  # a rule may speak of profit
        help="Rule and figures that made the movement.",
    )
    why = fields.Char(compute="_compute_why")
    from_class = fields.Char("From", compute="_compute_classes")
    to_class = fields.Char("To", compute="_compute_classes")

    @api.depends("dimension")
    @api.depends_context("lang")
    def _compute_classes(self):
        for dimension, movements in self.grouped("dimension").items():
            for movement in movements:
                movement.from_class = movement[f"{dimension}_from_id"].display_name
                movement.to_class = movement[f"{dimension}_to_id"].display_name

    @api.depends("cause", "reason", "explanation")
    @api.depends_context("lang", "uid")
    def _compute_why(self):
        for movement in self:
            if movement.cause == "override_end":
                movement.why = self.env._("No longer set by hand: %s", movement.reason)
            else:
                movement.why = movement.reason or movement._conditions_in_words()

    def _moved_up(self):
        """Whether it was a rule to enter that made the movement. A hook."""
        return True

    def _conditions_in_words(self):
        """What made the movement, with the figures of its day.

        Going up, the conditions of the class entered that held; going down, those
        of the class left that no longer did.
        """
        self.ensure_one()
        made = self.sudo().explanation or {}
        words = RuleExplanation(self.profile_id, made.get("figures"))
        attempts = [("domain", True)]
        if not self._moved_up():
            attempts.insert(0, ("left", False))
        for key, holds in attempts:
            try:
                nodes = words.nodes(parse_domain(made.get(key)))
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception as error:  # a rule may be broken in any way
                return self.env._("A rule that cannot be applied: %s", error)
            known = [
                f"{node['label']}: {node['actual']}" for node in _causes(nodes, holds)
            ]
            if known:
                return ", ".join(dict.fromkeys(known))
        return False


def _causes(nodes, holds):
    """Conditions because of which the nodes hold, or because of which they do not."""
    for node in nodes:
        if node["holds"] != holds:
            continue
        if node["type"] == "condition":
            yield node
        else:
            yield from _causes(
                node["children"], holds if node["type"] != "not" else not holds
            )
