import psycopg2

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .rule_explanation import parse_domain
from .time_limit import time_limit

#: seconds for the placing of a batch, before rules are looked at one by one: far below
#: the two minutes that Odoo gives a scheduled action
LONGEST_PLACING = 30


class CrmClassificationPlacement(models.AbstractModel):
    """The set-based pass of a classification: one statement for any number.

    Part of ``crm.classification.mixin``, which says what a rule is.
    """

    _name = "crm.classification.placement"
    _description = "Placing of Customers by Rules"

    @api.model
    def _keys(self, rules):
        """What stands for each rule in a placement: its id, below zero if not saved.

        :rtype: dict[recordset, int]
        """
        return {
            rule: rule._origin.id or -number for number, rule in enumerate(rules, 1)
        }

    @api.model
    def _matches(self, rules, usable, query, company):
        """Condition of each rule to take a customer, and to take or to keep it.

        :rtype: list[tuple[SQL, SQL]]
        """
        current = SQL.identifier("p", self._profile_field)
        matches, better = [], []
        for rule, key in self._keys(rules).items():
            better.append(key)
            stays = SQL("%s IS NOT DISTINCT FROM %s", current, key)
            if rule not in usable:
                matches.append((SQL("FALSE"), stays))
                continue
            enters = holds = self._condition(rule.domain, query, company)
            if rule._has_rule_to_stay():
                keep = self._condition(rule.keep_domain, query, company)
                if self._highest_wins:
                    stays = SQL("%s = ANY(%s)", current, list(better))
                holds = SQL("(%s) OR (%s AND %s)", enters, stays, keep)
            matches.append((enters, holds))
        return matches

    @api.model
    def _placement(self, rules, usable, scope, with_matches=False):
        """Query that places each customer of a scope.

        A broken rule keeps those it holds and takes nobody new. Who was set by hand
        to a class that is not among the rules goes by the rules again.

        :param with_matches: also select whether each rule by itself takes the
            customer, as m0, m1 …
        :return: id, partner_id, old and new class, override, reason, user
        """
        query = self._profile_query()
        company = self.env["res.company"].browse(scope.company_id)
        current = SQL.identifier("p", self._profile_field)
        keys = list(self._keys(rules).values())
        matches = self._matches(rules, usable, query, company)
        arms = [
            SQL("WHEN %s THEN %s", holds, key)
            for key, (_enters, holds) in zip(keys, matches, strict=True)
        ]
        by_rule = SQL("CASE %s END", SQL(" ").join(arms)) if arms else SQL("NULL")
        query.add_join(
            "LEFT JOIN",
            "o",
            self._overrides(keys, scope),
            SQL("o.profile_id = p.id AND (o.holds OR o.class_id = %s)", current),
        )
        query.add_where(SQL("p.company_id = %s", scope.company_id))
        query.add_where(scope.holds(SQL("p.partner_id")))
        by_themselves = [
            SQL("%s AS %s", enters, SQL.identifier(f"m{number}"))
            for number, (enters, _holds) in enumerate(matches)
        ]
        return query.select(
            SQL("p.id"),
            SQL("p.partner_id"),
            SQL("p.active"),
            SQL("%s AS old", current),
            SQL("CASE WHEN o.holds THEN o.class_id ELSE %s END AS new", by_rule),
            SQL(
                "CASE WHEN o.holds THEN 'override' WHEN NOT o.holds THEN 'override_end'"
                " ELSE 'rule' END AS cause"
            ),
            SQL("o.reason"),
            SQL("CASE WHEN o.holds THEN o.user_id END AS user_id"),
            *(by_themselves if with_matches else ()),
        )

    def _overrides(self, keys, scope):
        """For each customer the override that holds, or else the last to have ended.

        That is to have just ended: its last day has gone by since the last pass,
        which archives those; or people have ended it in this very transaction.

        :param list keys: of the rules; an override to another class does not hold
        """
        return SQL(
            """
            (SELECT DISTINCT ON (profile_id)
                    profile_id, class_id, reason, user_id, holds
               FROM (SELECT *, %(class_id)s AS class_id,
                            active AND %(class_id)s = ANY(%(keys)s)
                            AND COALESCE(date_until >= %(as_of)s, TRUE) AS holds
                       FROM crm_customer_override
                      WHERE dimension = %(dimension)s) override
              WHERE holds
                 OR CASE WHEN active THEN date_until < %(as_of)s
                         ELSE write_date >= %(now)s END
              ORDER BY profile_id, holds DESC, id DESC)
            """,
            class_id=SQL.identifier(self._profile_field),
            keys=keys,
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
        """JSON of the figures of the profile ``p`` that the rules speak of."""
        profiles = self._profiles().sudo()
        names = {
            str(condition.field_expr)
            for rule in rules
            for text in (rule.domain, rule.keep_domain)
            for condition in parse_domain(text).iter_conditions()
        }
        fields = {name: profiles._fields.get(name) for name in sorted(names)}
        pairs = [
            SQL("%s::text, %s", name, profiles._field_to_sql("p", name))
            for name, field in fields.items()
            if field and field.column_type and (field.store or hasattr(field, "since"))
        ]
        return SQL("jsonb_build_object(%s)", SQL(", ").join(pairs))

    @api.model
    def _classify(self, scope):
        """Place the customers of a scope and record who moved and why.

        The first placement of a whole company is where its history begins: it is
        no movement. The context key ``value_chain_first_placement`` names the
        classifications of which it is the first.

        :return: what is wrong with each broken rule
        :rtype: dict[recordset, str]
        """
        rules = self._rules(self.env["res.company"].browse(scope.company_id))
        self.env.flush_all()
        usable, broken = rules._usable("_read_condition")
        try:
            with time_limit(self.env, LONGEST_PLACING):
                self._place(rules, usable, scope)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except psycopg2.Error:
            # is it a rule that only the database finds broken or slow, or a customer?
            usable, broken = rules._usable()
            # no limit now: it is the number of customers that takes long
            self._place(rules, usable, scope)
        self._profiles().invalidate_model()
        return broken

    @api.model
    def _place(self, rules, usable, scope):
        """Move the customers of a scope to where the rules put them."""
        transition = {self._profile_field: SQL("placed.new")} | self._transition(scope)
        first = self.env.context.get("value_chain_first_placement", ())
        known = self._name not in first
        self.env.cr.execute(
            SQL(
                """
                WITH placed AS MATERIALIZED (
                    -- OFFSET: so that the rules are tried once for each customer
                    SELECT * FROM (%(placement)s OFFSET 0) placement
                     -- so put, the database expects few to move, as is the rule, and
                     -- looks those up instead of reading all profiles once more
                     WHERE (new IS NOT DISTINCT FROM old)::int = 0),
                moved AS (
                    UPDATE crm_customer_profile p
                       SET (%(columns)s) = ROW(%(values)s)
                      FROM placed
                     WHERE placed.id = p.id
                 RETURNING p.id, %(figures)s AS figures)
                INSERT INTO crm_customer_movement
                       (profile_id, partner_id, company_id, date, dimension,
                        %(old)s, %(new)s, cause, reason, user_id, explanation,
                        create_uid, create_date, write_uid, write_date)
                SELECT placed.id, placed.partner_id, %(company)s, %(as_of)s,
                       %(dimension)s, placed.old, placed.new,
                       placed.cause, placed.reason, placed.user_id,
                       jsonb_build_object(
                           'figures', moved.figures,
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
                 WHERE %(known)s
                """,
                placement=self._placement(rules, usable, scope),
                figures=self._figures(usable) if known else SQL("NULL::jsonb"),
                columns=SQL(", ").join(map(SQL.identifier, transition)),
                values=SQL(", ").join(transition.values()),
                old=SQL.identifier(f"{self._dimension}_from_id"),
                new=SQL.identifier(f"{self._dimension}_to_id"),
                company=scope.company_id,
                as_of=scope.as_of,
                dimension=self._dimension,
                table=SQL.identifier(self._table),
                known=known,
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
        since = f"{self._profile_field.removesuffix('_id')}_since"
        if since not in self._profiles()._fields:
            return {}
        return {since: SQL("%s::date", scope.as_of)}
