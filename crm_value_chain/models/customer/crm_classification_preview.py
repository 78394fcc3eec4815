from collections import defaultdict

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .scope import Scope


class CrmClassificationPreview(models.AbstractModel):
    """How many customers the rules put where, before they are saved.

    Part of ``crm.classification.mixin``, which says what a rule is.
    """

    _name = "crm.classification.preview"
    _description = "Preview of a Classification"

    @api.depends_context("company")
    def _compute_customer_count(self):
        counts = dict(
            self.env["crm.customer.profile"]._read_group(
                [
                    (self._profile_field, "in", self.ids),
                    ("company_id", "=", self.env.company.id),
                ],
                [self._profile_field],
                ["__count"],
            )
        )
        for rule in self:
            rule.customer_count = counts.get(rule._origin, 0)

    @api.depends_context("company")
    @api.depends("domain", "keep_domain", "sequence", "name", "color")
    def _compute_preview(self):
        for rule in self:
            rule.preview = rule._preview(rule.company_id or self.env.company)

    def _preview(self, company):
        """How many customers the rules put where, with this one as edited.

        :return: counts of now and then for each rule, the total, and a warning
        :rtype: dict
        """
        self.ensure_one()
        if not self.env.su and company._origin not in self.env.companies:
            return {
                "rules": [],
                "total": 0,
                "warning": self.env._("Choose the company at the top to see this."),
            }
        rules = self._rules_as_edited(company)
        counts, broken = self._preview_counts(rules, company)
        now, then = defaultdict(int), defaultdict(int)
        for old, new, count in counts:
            now[old] += count
            then[new] += count
        return {
            "rules": [
                {
                    "id": rule._origin.id,
                    "name": rule.name or "",
                    "color": rule.color,
                    "now": now.get(rule._origin.id, 0),
                    "then": then.get(rule._origin.id or 0, 0),
                }
                for rule in sorted(rules, key=lambda r: (r.sequence, r._origin.id or 0))
            ],
            "total": sum(then.values()),
            "warning": self._preview_warning(then, broken),
        }

    def _rules_as_edited(self, company):
        """Rules of a company with this one as edited, the one that wins first."""
        rules = [rule for rule in self._rules(company) if rule != self._origin]
        return sorted(
            [*rules, *self.filtered("active")],
            key=lambda rule: (rule.sequence, rule._origin.id or 0),
            reverse=self._highest_wins,
        )

    def _preview_counts(self, rules, company):
        """Customers by the class they stand in and the one they would stand in.

        :return: rows of old class, new class and number; what is wrong with rules
        """
        company = company._origin
        day = self._profiles().search_fetch(
            [("company_id", "=", company.id)], ["scored_on"], order="id", limit=1
        )
        scope = Scope(company.id, day.scored_on or fields.Date.today())
        self.env.flush_all()
        edited, refused = self._usable_as_edited()
        saved = self.browse().union(*(rule for rule in rules if rule != self))
        usable, broken = saved._usable("_read_condition")
        try:
            with self.env.cr.savepoint(flush=False):
                counts = self._count_placed(rules, usable | edited, scope)
        except psycopg2.Error:  # a rule that only the database finds broken
            usable, broken = saved._usable()
            counts = self._count_placed(rules, usable | edited, scope)
        return counts, broken | refused

    def _usable_as_edited(self):
        """This rule as edited, if it can be applied, and else what is wrong."""
        texts = {self.domain, self.keep_domain}
        try:
            for text in texts - {self._origin.domain, self._origin.keep_domain}:
                self._check_reach(text)
        except ValidationError as error:
            return self.browse(), {self: str(error)}
        return self._usable()

    def _count_placed(self, rules, usable, scope):
        placement = self._placement(rules, usable, scope)
        return self.env.execute_query(
            SQL(
                "SELECT placed.old, placed.new, COUNT(*) FROM (%s) placed"
                " WHERE placed.active GROUP BY 1, 2",
                placement,
            )
        )

    def _preview_warning(self, then, broken):
        """What is remarkable about the rule as edited, in words, or False."""
        count, total = then.get(self._origin.id or 0, 0), sum(then.values())
        if self in broken:
            return self.env._("This rule cannot be applied: %s", broken[self])
        if total and not count:
            return self.env._("This rule catches nobody.")
        if total and count == total:
            return self.env._("This rule catches everybody.")
        return False
