import logging

from psycopg2.errors import QueryCanceled

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, Query

from .rule_access import check_rule_access
from .rule_companies import check_rule_companies
from .rule_explanation import parse_domain
from .time_limit import time_limit

LONGEST_RULE = 5  # seconds that the database may take over a rule, for all customers

_logger = logging.getLogger(__name__)


class CrmCustomerRule(models.AbstractModel):
    """Something with a rule that says for which customers it is.

    The rule is a domain on the customer profile, as text. Nothing in it is evaluated,
    and it may only speak of what its author may read.
    """

    _name = "crm.customer.rule"
    _description = "Rule on Customers"
    _order = "sequence, id"

    #: fields that hold domains
    _rule_fields = ("domain",)

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", ondelete="cascade", help="Empty: in every company."
    )
    domain = fields.Char(
        "Rule",
        default="[]",
        required=True,
        help="Customers whose profile matches. An empty rule matches everybody.",
    )

    @api.constrains(lambda self: (*self._rule_fields, "company_id"))
    def _check_rules(self):
        for rule in self:
            for text in rule._rule_texts():
                rule._check_rule(text)

    def _rule_texts(self):
        """The domains of this rule, as text."""
        self.ensure_one()
        return list(filter(None, (self[name] for name in self._rule_fields)))

    def _check_rule(self, text):
        """Refuse a rule that cannot be applied.

        :raises ValidationError: with the reason in words
        """
        self.ensure_one()
        try:
            self._try_condition(text)
            self._check_companies(text)
        except Exception as error:
            raise ValidationError(
                self.env._(
                    "The rule of “%(name)s” cannot be applied: %(reason)s\n"
                    "Use the fields of the customer profile.",
                    name=self.name,
                    reason=str(error).strip() or type(error).__name__,
                )
            ) from error

    def _check_companies(self, text):
        """Refuse a rule of a company on records of another one."""
        if self.company_id:
            profiles = self._profiles()
            check_rule_companies(parse_domain(text), profiles, self.company_id._origin)

    @api.model_create_multi
    def create(self, vals_list):
        """Make rules on what their author may read.

        :raises ValidationError: naming the field that is not readable
        """
        rules = super().create(vals_list)
        for rule in rules:  # with what the context gave
            for text in rule.sudo()._rule_texts():
                rule._check_reach(text)
        return rules

    def write(self, vals):
        """Change rules on what their author may read.

        :raises ValidationError: naming the field that is not readable
        """
        # no constraint, for those are checked as the superuser
        for name in vals.keys() & set(self._rule_fields):
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
        """Let the database apply the condition, which finds what is wrong.

        :raises ValueError: if that takes too long
        """
        query = self._profile_query()
        query.add_where(self._condition(text, query))
        try:
            with time_limit(self.env, LONGEST_RULE):
                self.env.cr.execute(query.select(SQL("COUNT(*)")))
        except QueryCanceled as error:
            reason = self.env._("it takes too long. Simplify it.")
            raise ValueError(reason) from error

    @api.model
    def _read_condition(self, text):
        """Make the condition, without asking the database."""
        self._condition(text, self._profile_query())

    @api.model
    def _profile_query(self):
        return Query(self.env, "p", SQL.identifier("crm_customer_profile"))

    def _usable(self, attempt="_try_condition"):
        """These rules without the broken ones, and what is wrong with each.

        :param attempt: method that fails for a broken rule's text
        :rtype: tuple[recordset, dict[recordset, str]]
        """
        broken = {}
        for rule in self:
            try:
                for text in rule._rule_texts():
                    getattr(rule, attempt)(text)
            except Exception as error:  # a rule may be broken in any way
                _logger.warning("Rule %r cannot be applied: %s", rule.name, error)
                broken[rule] = str(error).strip() or type(error).__name__
        return self.browse().union(*(r for r in self if r not in broken)), broken
