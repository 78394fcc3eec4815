import logging
from collections import defaultdict

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, Query

from .rule_access import check_rule_access
from .rule_explanation import RuleExplanation, parse_domain
from .scope import Scope

_logger = logging.getLogger(__name__)


class CrmClassificationMixin(models.AbstractModel):
    """Ordered classes, each with a rule; a customer stands in just one of them.

    The rule is a domain on the customer profile: one to enter, and one to stay.
    The first class in order that matches wins, or the last one with
    ``_highest_wins``. A customer set by hand stays where people put it.
    """

    _name = "crm.classification.mixin"
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
    # The set-based pass
    # ------------------------------------------------------------------

    @api.model
    def _placement(self, rules, usable, scope):
        """Query that places each customer of a scope.

        A broken rule keeps those it holds and takes nobody new.

        :return: id, partner_id, old and new class, override, reason, user, figures
        """
        query = self._profile_query()
        company = self.env["res.company"].browse(scope.company_id)
        current = SQL.identifier("p", self._profile_field)
        arms, better = [], []
        for rule in rules:
            rule_id = rule._origin.id or 0
            better.append(rule_id)
            stays = SQL("%s IS NOT DISTINCT FROM %s", current, rule_id)
            if rule not in usable:
                condition = stays
            else:
                condition = self._condition(rule.domain, query, company)
                if rule._has_rule_to_stay():
                    keep = self._condition(rule.keep_domain, query, company)
                    if self._highest_wins:
                        stays = SQL("%s = ANY(%s)", current, list(better))
                    condition = SQL("(%s) OR (%s AND %s)", condition, stays, keep)
            arms.append(SQL("WHEN %s THEN %s", condition, rule_id))
        by_rule = SQL("CASE %s END", SQL(" ").join(arms)) if arms else SQL("NULL")
        by_hand = SQL.identifier("o", self._profile_field)
        query.add_join(
            "LEFT JOIN",
            "o",
            "crm_customer_override",
            SQL(
                "o.profile_id = p.id AND o.active AND o.dimension = %s"
                " AND (o.date_until IS NULL OR o.date_until >= %s)",
                self._dimension,
                scope.as_of,
            ),
        )
        query.add_join(
            "LEFT JOIN",
            "ended",
            self._ended_overrides(scope),
            SQL("ended.profile_id = p.id AND ended.class_id = %s", current),
        )
        query.add_where(SQL("p.company_id = %s", scope.company_id))
        query.add_where(scope.holds(SQL("p.partner_id")))
        return query.select(
            SQL("p.id"),
            SQL("p.partner_id"),
            SQL("p.active"),
            SQL("%s AS old", current),
            SQL("COALESCE(%s, %s) AS new", by_hand, by_rule),
            SQL(
                "CASE WHEN o.id IS NOT NULL THEN 'override'"
                " WHEN ended.profile_id IS NOT NULL THEN 'override_end'"
                " ELSE 'rule' END AS cause"
            ),
            SQL("CASE WHEN o.id IS NULL THEN ended.reason ELSE o.reason END AS reason"),
            SQL("o.user_id"),
            SQL("%s AS figures", self._figures(usable)),
        )

    def _ended_overrides(self, scope):
        """The last override of each customer that has just ended.

        Its last day has gone by since the last pass, which archives those; or
        people have ended it in this very transaction.
        """
        return SQL(
            "(SELECT DISTINCT ON (profile_id) profile_id, reason,"
            " %(target)s AS class_id FROM crm_customer_override"
            " WHERE dimension = %(dimension)s"
            " AND CASE WHEN active THEN date_until < %(as_of)s"
            " ELSE write_date >= %(now)s END"
            " ORDER BY profile_id, id DESC)",
            target=SQL.identifier(self._profile_field),
            dimension=self._dimension,
            as_of=scope.as_of,
            now=self.env.cr.now(),
        )

    @api.model
    def _archive_expired_overrides(self, scope):
        """End the overrides whose last day has gone by."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_customer_override o
                   SET active = false
                  FROM crm_customer_profile p
                 WHERE p.id = o.profile_id
                   AND p.company_id = %(company)s
                   AND %(holds)s
                   AND o.active
                   AND o.dimension = %(dimension)s
                   AND o.date_until < %(as_of)s
                """,
                company=scope.company_id,
                holds=scope.holds(SQL("p.partner_id")),
                dimension=self._dimension,
                as_of=scope.as_of,
            )
        )
        if self.env.cr.rowcount:
            overrides = self.env["crm.customer.override"]
            overrides.invalidate_model(["active"], flush=False)
            self._profiles().invalidate_model(["override_ids"], flush=False)

    def _figures(self, rules):
        """JSON of the profile's stored columns that the rules speak of."""
        fields_of_profile = self._profiles()._fields
        names = {
            str(condition.field_expr)
            for rule in rules
            for text in (rule.domain, rule.keep_domain)
            for condition in parse_domain(text).iter_conditions()
        }
        stored = sorted(
            name
            for name in names
            if name in fields_of_profile
            and fields_of_profile[name].column_type
            and fields_of_profile[name].store
        )
        pairs = [
            SQL("%s, %s", SQL("%s::text", name), SQL.identifier("p", name))
            for name in stored
        ]
        return SQL("jsonb_build_object(%s)", SQL(", ").join(pairs))

    @api.model
    def _classify(self, scope):
        """Place the customers of a scope and record who moved and why.

        The first placement of a whole company (context key
        ``value_chain_first_placement``) is where its history begins: it is no
        movement.

        :return: what is wrong with each broken rule
        :rtype: dict[recordset, str]
        """
        rules = self._rules(self.env["res.company"].browse(scope.company_id))
        self.env.flush_all()
        usable, broken = rules._usable("_read_condition")
        try:
            with self.env.cr.savepoint(flush=False):
                self._place(rules, usable, scope)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except psycopg2.Error:
            # is it a rule that only the database finds broken, or a customer?
            usable, broken = rules._usable()
            self._place(rules, usable, scope)
        self._profiles().invalidate_model()
        return broken

    @api.model
    def _place(self, rules, usable, scope):
        """Move the customers of a scope to where the rules put them."""
        transition = {self._profile_field: SQL("placed.new")} | self._transition(scope)
        self.env.cr.execute(
            SQL(
                """
                WITH placed AS MATERIALIZED (%(placement)s),
                moved AS (
                    UPDATE crm_customer_profile p
                       SET (%(columns)s) = ROW(%(values)s)
                      FROM placed
                     WHERE placed.id = p.id
                       AND placed.new IS DISTINCT FROM placed.old
                 RETURNING p.id)
                INSERT INTO crm_customer_movement
                       (profile_id, partner_id, company_id, date, dimension,
                        %(old)s, %(new)s, cause, reason, user_id, explanation,
                        create_uid, create_date, write_uid, write_date)
                SELECT placed.id, placed.partner_id, %(company)s, %(as_of)s,
                       %(dimension)s, placed.old, placed.new,
                       placed.cause, placed.reason, placed.user_id,
                       jsonb_build_object(
                           'figures', placed.figures,
                           'domain', entered.domain,
                           'left', CASE WHEN departed.keep_domain IN ('', '[]')
                                        THEN departed.domain
                                        ELSE COALESCE(departed.keep_domain,
                                                      departed.domain) END),
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM placed
                  JOIN moved USING (id)
                  LEFT JOIN %(table)s entered ON entered.id = placed.new
                  LEFT JOIN %(table)s departed ON departed.id = placed.old
                 WHERE placed.old IS NOT NULL OR %(known)s
                """,
                placement=self._placement(rules, usable, scope),
                columns=SQL(", ").join(map(SQL.identifier, transition)),
                values=SQL(", ").join(transition.values()),
                old=SQL.identifier(f"{self._dimension}_from_id"),
                new=SQL.identifier(f"{self._dimension}_to_id"),
                company=scope.company_id,
                as_of=scope.as_of,
                dimension=self._dimension,
                table=SQL.identifier(self._table),
                known=not self.env.context.get("value_chain_first_placement"),
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self._archive_expired_overrides(scope)

    @api.model
    def _transition(self, scope):
        """Further columns of the profile ``p`` to set when it moves. A hook.

        :return: expressions, which may speak of ``p`` and ``placed.new``
        :rtype: dict[str, SQL]
        """
        return {}

    # ------------------------------------------------------------------
    # Counts and preview
    # ------------------------------------------------------------------

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
