from collections import defaultdict

import psycopg2
from psycopg2.errors import QueryCanceled

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .scope import Scope
from .time_limit import time_limit

LONGEST_PREVIEW = 10  # seconds for all rules together


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
        same = [rule for rule in rules if rule._origin == self._origin]
        edited = same[0] if same else self
        counted, broken = edited._preview_counts(rules, company)
        counts = PreviewCounts(self._keys(rules), counted)
        shown = sorted(rules, key=lambda rule: (rule.sequence, rule._origin.id or 0))
        field = self._profiles()._fields[self._profile_field]
        return {
            "label": field._description_string(self.env),
            "rules": [
                edited._preview_row(rule, counts, broken.get(rule)) for rule in shown
            ],
            "total": counts.total,
            "nowhere": counts.nowhere,
            "nowhere_text": self._nowhere_in_words(counts.nowhere),
            "warning": edited._preview_warning(counts, broken),
        }

    def _preview_row(self, rule, counts, wrong):
        """What the preview shows of one of the rules."""
        key = counts.keys[rule]
        return {
            "id": rule._origin.id,
            "name": rule.name or "",
            "color": rule.color,
            "edited": rule == self,
            "now": counts.now[key],
            "then": counts.then[key],
            "matches": counts.matches[key],
            "taken": counts.taken[key],
            "note": self._preview_note(rule),
            "warning": wrong or self._remark(rule, counts),
        }

    @api.model
    def _preview_note(self, rule):
        """What else to show of a rule, in a few words, or False. A hook."""
        return False

    def _rules_as_edited(self, company):
        """Rules of a company with this one as edited, the one that wins first."""
        rules = [rule for rule in self._rules(company) if rule != self._origin]
        return sorted(
            [*rules, *self.filtered("active")],
            key=lambda rule: (rule.sequence, rule._origin.id or 0),
            reverse=self._highest_wins,
        )

    @api.model
    def _preview_scope(self, company):
        """All customers of a company, on the day on which its figures are true."""
        day = self._profiles().search_fetch(
            [("company_id", "=", company.id)], ["scored_on"], order="id", limit=1
        )
        return Scope(company.id, day.scored_on or fields.Date.today())

    def _preview_counts(self, rules, company):
        """Customers by the class they stand in and the one they would stand in.

        :return: rows of old class, new class, number and numbers whom each rule
            matches; what is wrong with rules
        """
        scope = self._preview_scope(company._origin)
        self.env.flush_all()
        edited, refused = self._usable_as_edited()
        saved = self.browse().union(*(rule for rule in rules if rule != self))
        usable, broken = saved._usable("_read_condition")
        try:
            return self._count_placed(rules, usable | edited, scope), broken | refused
        except QueryCanceled:
            return self._count_without_slow(rules, usable, edited, scope, refused)
        except psycopg2.Error:  # a rule that only the database finds broken
            usable, broken = saved._usable()
            counts = self._count_placed(rules, usable | edited, scope)
            return counts, broken | refused

    def _count_without_slow(self, rules, usable, edited, scope, refused):
        """Count without this rule, or without any, and say which took too long."""
        slow = self.env._("it takes too long to preview. Simplify it.")
        broken = refused | dict.fromkeys(edited, slow)
        try:
            return self._count_placed(rules, usable, scope), broken
        except QueryCanceled:
            broken |= usable._usable()[1]
            return self._count_placed(rules, self.browse(), scope), broken

    def _usable_as_edited(self):
        """This rule as edited, if it can be applied, and else what is wrong."""
        texts = {self.domain, self.keep_domain}
        try:
            for text in texts - {self._origin.domain, self._origin.keep_domain}:
                self._check_reach(text)
                self._check_companies(text)
        except ValidationError as error:
            return self.browse(), {self: str(error)}
        return self._usable()

    def _count_placed(self, rules, usable, scope):
        """Number of customers by old and new class and by the rules that match."""
        placement = self._placement(rules, usable, scope, with_matches=True)
        matches = [SQL.identifier(f"m{number}") for number in range(len(rules))]
        with time_limit(self.env, LONGEST_PREVIEW):
            return self.env.execute_query(
                SQL(
                    "SELECT placed.old, placed.new, COUNT(*), %s FROM (%s) placed"
                    " WHERE placed.active GROUP BY 1, 2",
                    SQL(
                        "ARRAY[%s]::bigint[]", SQL(", ").join(map(_number_of, matches))
                    ),
                    placement,
                )
            )

    def _preview_warning(self, counts, broken):
        """What is remarkable about the rule as edited, in words, or False."""
        if self in broken:
            return self.env._("This rule cannot be applied: %s", broken[self])
        return self._remark(self, counts)

    @api.model
    def _remark(self, rule, counts):
        """What is remarkable about the counts of a rule, in words, or False."""
        key, total = counts.keys.get(rule), counts.total
        if not total or key is None:
            return False
        if not counts.then[key]:
            if counts.matches[key] and counts.taken[key] == counts.matches[key]:
                return self._never_reached()
            return self.env._("This rule catches nobody.")
        if counts.then[key] == total:
            return self.env._("This rule catches everybody.")
        return False

    @api.model
    def _never_reached(self):
        if self._highest_wins:
            return self.env._(
                "This rule catches nobody: all whom it matches stand higher already."
            )
        return self.env._(
            "This rule is never reached: the rules above take all whom it matches."
        )

    @api.model
    def _nowhere_in_words(self, number):
        """How many customers no rule takes, in words, or False. A hook."""
        return False


def _number_of(condition):
    return SQL("COUNT(*) FILTER (WHERE %s)", condition)


class PreviewCounts:
    """Numbers of customers by the key of a rule, from the counted rows.

    ``now`` and ``then``: who stands there. ``matches``: whom the rule takes by itself;
    ``taken``: those of them whom a rule that comes before has taken.
    """

    def __init__(self, keys, rows):
        self.keys = keys
        self.now, self.then = defaultdict(int), defaultdict(int)
        self.matches, self.taken = defaultdict(int), defaultdict(int)
        order = list(keys.values())
        for old, new, count, matches in rows:
            self.now[old] += count
            self.then[new] += count
            place = order.index(new) if new in order else len(order)
            for number, (key, matching) in enumerate(zip(order, matches, strict=True)):
                self.matches[key] += matching
                self.taken[key] += matching if place < number else 0
        self.total = sum(self.then.values())
        self.nowhere = self.then[None]
