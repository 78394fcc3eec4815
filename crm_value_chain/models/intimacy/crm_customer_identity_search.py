from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import create_index, escape_psql, make_index_name

from .identity_text import could_be, slips

FEWEST_LETTERS = 3  # of a part of an identity
MOST_SIMILAR = 20  # customers
SIMILAR = 0.35  # share of groups of three letters in common
AS_SIMILAR = 0.85  # of the most similar one: what is less so is hardly meant


# finding somebody is an idea of its own
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerIdentity(models.Model):
    _inherit = "crm.customer.identity"

    likeness = fields.Char(
        "Like",
        compute="_compute_likeness",
        search="_search_likeness",
        help="Finds also what is slightly misspelt.",
    )

    def init(self):
        """Index what stands before the @, see `_likeness_sql`."""
        if self.env.registry.has_trigram:
            create_index(
                self.env.cr,
                make_index_name(self._table, "mailbox"),
                self._table,
                ["split_part(normalized, '@', 1) gin_trgm_ops"],
                method="gin",
                where="kind = 'email'",
            )

    @api.depends("value")
    def _compute_likeness(self):
        for identity in self:
            identity.likeness = identity.value

    @api.model
    def _search_likeness(self, operator, value):
        return self._owners("id", "id", operator, value)

    @api.model
    def _owners(self, name, owner, operator, value):
        """Domain of the records that a condition on what identifies them means.

        :param name: field of these records that holds the contact
        :param owner: field of the identity that leads to it
        """
        if operator in ("in", "not in") and not any(value):
            known = Domain(name, "in", self._search([]).subselect(owner))
            return ~known if operator == "in" else known
        if operator == "ilike":
            domain = self._domain_like(value)
        elif operator == "in":
            domain = Domain.OR(
                self._domain_like(text, exact=True) for text in value if text
            )
        else:
            return NotImplemented
        return Domain(name, "in", self._search(domain).subselect(owner))

    @api.model
    def _domain_like(self, text, exact=False):
        """Domain of the identities that a text means, as well as it is known.

        Those that are exactly this; if there are none, those that it is a part of;
        if there are none, numbers that one slip makes this, or what is written much
        like it. So a number that is known finds one customer, not all like it.

        :param bool exact: whether no other than the first will do
        """
        self._follow_waiting()
        forms = sorted(could_be(text or "", self.env.company.partner_id))
        same = Domain("normalized", "in", forms)
        if exact or not forms or self.search_count(same, limit=1):
            return same
        parts = [form for form in forms if len(form) >= FEWEST_LETTERS]
        within = Domain.OR(
            Domain("normalized", "like", escape_psql(part)) for part in parts
        )
        if parts and self._any(within):
            return within
        return Domain("id", "in", self._slipped_ids(text) or self._similar_ids(parts))

    @api.model
    def _any(self, domain):
        """Whether there is such an identity.

        PostgreSQL would read row after row until it found one, and so all of them
        where there is none: of what is materialized it does not know that one will do.
        """
        query = self._search(domain).select(SQL("1"))
        found = SQL("WITH found AS MATERIALIZED (%s) SELECT FROM found LIMIT 1", query)
        return bool(self.env.execute_query(found))

    @api.model
    def _slipped_ids(self, text):
        """Ids of the numbers that somebody means who typed one digit wrong.

        A number with a slip may share too few groups of three with the right one.
        """
        patterns = sorted(slips(text))
        if not (patterns and self.env.registry.has_trigram):
            return []
        column = SQL("%s.normalized", SQL.identifier(self._table))
        meant = SQL("%s LIKE ANY(%s)", column, patterns)
        query = self._search(Domain.custom(to_sql=lambda *_args: meant))
        query.order = SQL("similarity(%s, %s) DESC", column, text)
        query.limit = MOST_SIMILAR
        return list(query)

    @api.model
    def _similar_ids(self, forms):
        """Ids of the identities most similar to what somebody typed, best first.

        Where one is much more similar than others it alone is meant: many a mailbox
        is called *info*. Without PostgreSQL's trigrams nothing is similar.
        """
        if not (forms and self.env.registry.has_trigram):
            return []
        alike, scores = zip(*map(self._likeness_sql, forms), strict=True)
        self.env.cr.execute(
            SQL(
                "SELECT set_config('pg_trgm.similarity_threshold', %s, true)",
                str(SIMILAR),
            )
        )
        likely = SQL("(%s)", SQL(" OR ").join(alike))
        query = self._search(Domain.custom(to_sql=lambda *_args: likely))
        score = SQL("GREATEST(%s)", SQL(", ").join(scores))
        query.order = SQL("%s DESC", score)
        query.limit = MOST_SIMILAR
        id_ = SQL.identifier(self._table, "id")
        found = self.env.execute_query(query.select(id_, score))
        return [id_ for id_, score in found if score >= AS_SIMILAR * found[0][1]]

    @api.model
    def _likeness_sql(self, form):
        """Condition that an identity is written much like this, and how much.

        An address of e-mail is looked up by what stands before the @: the rest is
        common to so many that looking it up takes a hundred times as long.
        """
        unaccent = self.env.registry.unaccent
        table = SQL.identifier(self._table)
        column = SQL("%s.normalized", table)
        score = SQL("similarity(%s, %s)", column, form)
        if "@" not in form:
            return SQL("%s %% %s", unaccent(column), unaccent(SQL("%s", form))), score
        mailbox = SQL("split_part(%s, '@', 1)", column)
        is_email = SQL("%s.kind = 'email'", table)
        local = form.partition("@")[0]
        return SQL("(%s AND %s %% %s)", is_email, mailbox, local), score
