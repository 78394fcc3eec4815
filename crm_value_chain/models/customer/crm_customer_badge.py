from functools import cache

from odoo import api, fields, models
from odoo.tools import SQL

from .badge_field import Badge, stored_ids


# an idea of its own: what lists and cards show of a customer in one line
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """The one-line badge, of all customers on a page by one query."""

    _inherit = "crm.customer.profile"

    value_chain_badge = Badge(compute="_compute_value_chain_badge")

    @api.depends(
        "company_id.value_chain_as_of",
        "last_purchase_date",
        "mean_gap_days",
        "purchase_count",
        "scored_on",
        "yearly_amount",
    )
    @api.depends_context("lang", "uid")
    def _compute_value_chain_badge(self):
        ids = stored_ids(self)
        query, columns = self._badge_query()
        query.add_where(SQL("%s = ANY(%s)", SQL.identifier(query.table, "id"), ids))
        rows = self.env.execute_query(query.select(*columns.values()))
        badges = self._badges_of(columns, rows)
        by_id = {badge["profile_id"]: badge for badge in badges}
        self._fields["value_chain_badge"].fill(self, map(by_id.get, ids))

    @api.model
    def _badges(self, contact_ids):
        """Badges of contacts whose customers the user may see and who do not refuse.

        :param contact_ids: ids of contacts, of whatever customers
        :return: badges in the current company, by id of the contact
        :rtype: dict[int, dict]
        """
        contact_ids = list(contact_ids)
        if not (contact_ids and self.has_access("read")):
            return {}
        query, columns = self._badge_query()
        query.add_where(
            SQL(
                "%s = contact.commercial_partner_id AND %s = %s",
                SQL.identifier(query.table, "partner_id"),
                SQL.identifier(query.table, "company_id"),
                self.env.company.id,
            )
        )
        self.env["res.partner"].flush_model(
            ["commercial_partner_id", "profiling_refused"]
        )
        # OFFSET 0: PostgreSQL is to look few customers up, one by one, rather than to
        # join all there are in order to find out whose they are
        rows = self.env.execute_query(
            SQL(
                """
                SELECT badge.*, contact.id
                  FROM res_partner contact
                 CROSS JOIN LATERAL (%s OFFSET 0) badge
                 WHERE contact.id = ANY(%s) AND contact.profiling_refused IS NOT TRUE
                """,
                query.select(*columns.values()),
                contact_ids,
            )
        )
        ids = [contact_id for *_figures, contact_id in rows]
        return dict(zip(ids, self._badges_of(columns, rows), strict=True))

    @api.model
    def _badges_of(self, columns, rows):
        """Badges of customers, of whom rows hold the columns first."""
        of_company = cache(self._badge_of_company)
        for row in rows:
            figures = dict(zip(columns, row, strict=False))
            yield self._badge(figures | of_company(figures["company_id"]))

    @api.model
    def _badge_of_company(self, company_id):
        """What the badges of a company have in common. A hook: stages add theirs.

        :rtype: dict
        """
        company = self.env["res.company"].sudo().browse(company_id)
        return {
            "currency_id": company.currency_id.id,
            "as_of": company.value_chain_as_of,
        }

    @api.model
    def _badge_query(self):
        """The customers that the user may see, and what their badges rest on.

        :return: a query, and SQL by name
        :rtype: tuple[Query, dict[str, SQL]]
        """
        query = self.with_context(active_test=False)._search([])
        return query, self._badge_columns(query)

    @api.model
    def _badge_columns(self, query):
        """What a badge rests on. A hook: each stage adds its own.

        :param query: of profiles, which may be joined
        :return: SQL by name
        :rtype: dict[str, SQL]
        """
        names = (
            *("id", "purchase_count", "last_purchase_date", "mean_gap_days"),
            *("yearly_amount", "scored_on", "company_id"),
        )
        return self._columns(query, *names)

    @api.model
    def _columns(self, query, *names):
        """SQL of stored fields, by name."""
        return {name: self._field_to_sql(query.table, name, query) for name in names}

    @api.model
    def _badge(self, row):
        """The badge that follows from the columns. A hook, as the columns are.

        :param dict row: values by name; None where there is none
        :rtype: dict
        """
        bought = bool(row["purchase_count"])
        usual = row["mean_gap_days"]
        return {
            "profile_id": row["id"],
            "gap": self._badge_gap(row) if bought else None,
            "usual": round(usual) if bought and usual else None,
            "yearly_amount": row["yearly_amount"] or 0.0 if bought else None,
            "currency_id": row["currency_id"],
        }

    @api.model
    def _badge_gap(self, row):
        """Days since the last purchase; as ``recency_days``."""
        since = row["last_purchase_date"]
        days = (row["scored_on"], row["as_of"])
        until = max(filter(None, days), default=None) or fields.Date.today()
        return (until - since).days if since else 0
