from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .rule_explanation import RuleExplanation, parse_domain


class CrmClassificationMixin(models.AbstractModel):
    """Ordered classes, each with a rule; a customer stands in just one of them.

    The rule is a domain on the customer profile: one to enter, and one to stay.
    The first class in order that matches wins, or the last one with
    ``_highest_wins``. A customer set by hand stays where people put it.
    """

    _name = "crm.classification.mixin"
    _inherit = [
        "crm.cached.names",
        "crm.customer.rule",
        "crm.classification.placement",
        "crm.classification.preview",
    ]
    _description = "Classification of Customers"

    _rule_fields = ("domain", "keep_domain")
    #: key of this classification in movements and overrides
    _dimension = None
    #: field of the profile that holds the class
    _profile_field = None
    #: whether the last class that matches wins, instead of the first
    _highest_wins = False
    #: classifications are applied in this order: rules may speak of those before
    _rank = 0
    #: whether a screen of its own says why a customer stands where it does
    _explains_itself = False

    color = fields.Integer()
    active = fields.Boolean(help="Archived: nobody is placed here any more.")
    description = fields.Text(
        translate=True, help="What it means for a customer to stand here."
    )
    domain = fields.Char(
        "Rule to Enter",
        help="A customer whose profile matches may stand here. An empty rule "
        "matches everybody.",
    )
    keep_domain = fields.Char(
        "Rule to Stay",
        help="A customer who stands here already, or higher on a ladder, stays as "
        "long as this matches. Empty: the rule to enter. A slightly milder rule keeps "
        "customers near the limit from moving to and fro.",
    )
    customer_count = fields.Integer(compute="_compute_customer_count")
    preview = fields.Json(
        compute="_compute_preview", groups="crm_value_chain.group_value_chain_manager"
    )

    def _has_rule_to_stay(self):
        """Whether there is a rule to stay; the editor leaves "[]" for none."""
        self.ensure_one()
        return (self.keep_domain or "").strip() not in ("", "[]")

    @api.model
    def _rules(self, company):
        """Classes of a company, the one that wins first."""
        rules = self.sudo().search(
            [("company_id", "in", (company.id, False)), ("active", "=", True)]
        )
        return rules.sorted(reverse=True) if self._highest_wins else rules

    @api.model
    def _history_fields(self):
        """Fields that speak of a class, by their model. A hook.

        :rtype: dict[str, tuple[str, ...]]
        """
        ends = (f"{self._dimension}_from_id", f"{self._dimension}_to_id")
        return {
            "crm.customer.movement": ends,
            "crm.customer.override": (self._profile_field,),
            "crm.customer.profile": (self._profile_field,),
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_history(self):
        for model, names in self._history_fields().items():
            records = self.env[model].sudo().with_context(active_test=False)
            for name in names:
                if found := records.search([(name, "in", self.ids)], limit=1):
                    raise UserError(
                        self.env._(
                            "Customers stand on “%s”, or once did. Archive it instead: "
                            "nobody is placed there any more, and the history of the "
                            "customers remains.",
                            found[name].name,
                        )
                    )

    def action_open_customers(self):
        """Open the customers who stand here."""
        self.ensure_one()
        return self.env["crm.customer.profile"]._action_open(
            self.name,
            [
                (self._profile_field, "=", self.id),
                ("company_id", "=", (self.company_id or self.env.company).id),
            ],
        )

    # ------------------------------------------------------------------
    # Explanation
    # ------------------------------------------------------------------

    def _explain(self, profile):
        """Conditions of this class for one customer, with what is actual.

        :return: whether the customer may stand here, and the nodes of
            `RuleExplanation`; of the rule to stay where that is what holds
        :rtype: tuple[bool, list[dict]]
        """
        self.ensure_one()
        explanation = RuleExplanation(profile)
        rule = self.sudo()  # explained also to those who may not read its text
        texts = [rule.domain]
        if rule._has_rule_to_stay() and rule._keeps(profile[self._profile_field]):
            texts.append(rule.keep_domain)
        nodes = []
        for text in texts:
            try:
                with self.env.cr.savepoint(flush=False):
                    nodes = explanation.nodes(parse_domain(text))
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception as error:  # a rule may be broken in any way
                return False, [self._broken_node(error)]
            if all(node["holds"] for node in nodes):
                return True, nodes
        return False, nodes

    def _keeps(self, current):
        """Whether the rule to stay is for customers of a class.

        Where the highest class wins, also for those above: who falls is stopped by
        it like those who stand here.
        """
        if not (self._highest_wins and current.active):
            return current == self
        return (current.sequence, current.id) >= (self.sequence, self.id)

    def _broken_node(self, error):
        return {
            "type": "condition",
            "label": self.env._("Rule of “%s”", self.name),
            "operator": self.env._("cannot be applied"),
            "value": str(error),
            "actual": "",
            "holds": False,
        }
