import logging

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, Query

from .rule_access import check_rule_access
from .rule_explanation import RuleExplanation, parse_domain

_logger = logging.getLogger(__name__)


class CrmClassificationMixin(models.AbstractModel):
    """Ordered classes, each with a rule; a customer stands in just one of them.

    The rule is a domain on the customer profile: one to enter, and one to stay.
    The first class in order that matches wins, or the last one with
    ``_highest_wins``. A customer set by hand stays where people put it.
    """

    _name = "crm.classification.mixin"
    _inherit = ["crm.classification.placement", "crm.classification.preview"]
    _description = "Classification of Customers"
    _order = "sequence, id"

    #: key of this classification in movements and overrides
    _dimension = None
    #: field of the profile that holds the class
    _profile_field = None
    #: whether the last class that matches wins, instead of the first
    _highest_wins = False

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(
        default=True, help="Archived: nobody is placed here any more."
    )
    description = fields.Text(
        translate=True, help="What it means for a customer to stand here."
    )
    company_id = fields.Many2one(
        "res.company", ondelete="cascade", help="Empty: in every company."
    )
    domain = fields.Char(
        "Rule to Enter",
        default="[]",
        required=True,
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

    # ------------------------------------------------------------------
    # Rules
    # ------------------------------------------------------------------

    @api.constrains("domain", "keep_domain")
    def _check_rules(self):
        for rule in self:
            for text in filter(None, (rule.domain, rule.keep_domain)):
                rule._check_rule(text)

    def _check_rule(self, text):
        """Refuse a rule that cannot be applied.

        :raises ValidationError: with the reason in words
        """
        self.ensure_one()
        try:
            self._try_condition(text)
        except Exception as error:
            raise ValidationError(
                self.env._(
                    "The rule of “%(name)s” cannot be applied: %(reason)s\n"
                    "Use the fields of the customer profile.",
                    name=self.name,
                    reason=str(error).strip() or type(error).__name__,
                )
            ) from error

    @api.model_create_multi
    def create(self, vals_list):
        """Make classes, by rules on what their author may read.

        :raises ValidationError: naming the field that is not readable
        """
        classes = super().create(vals_list)
        for rule in classes:  # with what the context gave
            rule._check_reach(rule.domain)
            rule._check_reach(rule.keep_domain)
        return classes

    def write(self, vals):
        """Change classes, by rules on what their author may read.

        :raises ValidationError: naming the field that is not readable
        """
        # no constraint, for those are checked as the superuser
        for name in vals.keys() & {"domain", "keep_domain"}:
            if any(rule[name] != vals[name] for rule in self):
                self._check_reach(vals[name])
        return super().write(vals)

    @api.model
    def _check_reach(self, text):
        """Refuse a rule on what the user may not read, for its counts would tell.

        What is no rule at all is left to be refused in its own words.
        """
        if self.env.su:
            return
        try:
            domain = parse_domain(text)
        except ValueError:
            return
        check_rule_access(domain, self.env["crm.customer.profile"])

    def _has_rule_to_stay(self):
        """Whether there is a rule to stay; the editor leaves "[]" for none."""
        self.ensure_one()
        return (self.keep_domain or "").strip() not in ("", "[]")

    @api.model
    def _profiles(self, company=None):
        """All profiles, seen from a company: figures of a contact differ by it."""
        profiles = self.env["crm.customer.profile"].sudo()
        if company:
            profiles = profiles.with_company(company)
        return profiles.with_context(active_test=False)

    @api.model
    def _condition(self, text, query, company=None):
        """SQL condition of a rule's text on the profile ``p`` of a query."""
        profiles = self._profiles(company)
        domain = parse_domain(text)
        domain.validate(profiles)
        return domain.optimize_full(profiles)._to_sql(profiles, "p", query)

    @api.model
    def _try_condition(self, text):
        """Let the database prepare the condition, which finds what is wrong."""
        query = self._profile_query()
        query.add_where(self._condition(text, query))
        query.limit = 0
        with self.env.cr.savepoint(flush=False):
            self.env.cr.execute(query.select())

    @api.model
    def _read_condition(self, text):
        """Make the condition, without asking the database."""
        self._condition(text, self._profile_query())

    @api.model
    def _profile_query(self):
        return Query(self.env, "p", SQL.identifier("crm_customer_profile"))

    @api.model
    def _rules(self, company):
        """Classes of a company, the one that wins first."""
        rules = self.sudo().search(
            [("company_id", "in", (company.id, False)), ("active", "=", True)]
        )
        return rules.sorted(reverse=True) if self._highest_wins else rules

    def _usable(self, attempt="_try_condition"):
        """These rules without the broken ones, and what is wrong with each.

        :param attempt: method that fails for a broken rule's text
        :rtype: tuple[recordset, dict[recordset, str]]
        """
        broken = {}
        for rule in self:
            try:
                for text in filter(None, (rule.domain, rule.keep_domain)):
                    getattr(rule, attempt)(text)
            except Exception as error:  # a rule may be broken in any way
                _logger.warning("Rule %r cannot be applied: %s", rule.name, error)
                broken[rule] = str(error).strip() or type(error).__name__
        return self.browse().union(*(r for r in self if r not in broken)), broken

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
        texts = [self.domain]
        if self._has_rule_to_stay() and self._keeps(profile[self._profile_field]):
            texts.append(self.keep_domain)
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
