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
        badges = self._read_badges("id", ids)
        self._fields["value_chain_badge"].fill(self, map(badges.get, ids))

    @api.model
    def _badges(self, customer_ids):
        """Badges of customers whom the user may see, in the current company.

        :param customer_ids: ids of commercial partners; may be empty or given twice
        :return: badges by id of the customer
        :rtype: dict[int, dict]
        """
        customer_ids = list(filter(None, set(customer_ids)))
        if not (customer_ids and self.has_access("read")):
            return {}
        return self._read_badges("partner_id", customer_ids, self.env.company)

    @api.model
    def _read_badges(self, name, values, company=None):
        """Badges of the profiles with some values of a field, as far as they are seen.

        Access rules are applied to what was read: as a part of the query they would
        cost more than all the rest of it.

        :return: badges by value
        :rtype: dict[int, dict]
        """
        query = self.sudo().with_context(active_test=False)._search([])
        columns = self._badge_columns(query)
        query.add_where(SQL("%s = ANY(%s)", columns[name], values))
        if company:
            query.add_where(SQL("%s = %s", columns["company_id"], company.id))
        rows = self.env.execute_query(query.select(*columns.values()))
        found = [dict(zip(columns, row, strict=True)) for row in rows]
        profiles = self.browse(figures["id"] for figures in found)
        for asked in ("partner_id", "company_id"):  # by the access rules
            answers = [figures[asked] for figures in found]
            self._fields[asked]._insert_cache(profiles, answers)
        visible = set(profiles._filtered_access("read")._ids)
        of_company = cache(self._badge_of_company)
        return {
            figures[name]: self._badge(figures | of_company(figures["company_id"]))
            for figures in found
            if figures["id"] in visible
        }

    @api.model
    def _badge_of_company(self, company_id):
        """What the badges of a company have in common. A hook: stages add theirs.

        :rtype: dict
        """
        company = self.env["res.company"].sudo().browse(company_id)
        shown = company.value_chain_card_class
        return {
            "currency_id": company.currency_id.id,
            "as_of": company.value_chain_as_of,
            "card_class": shown,
            "card_names": self._class_names(shown) if shown else {},
        }

    @api.model
    def _shown_classes(self):
        """Fields with what a customer is besides its stage, the rarest first. A hook.

        Their models know the ``_names`` of all their records.
        """
        return [
            classification._profile_field
            for classification in reversed(self._in_order())
            if classification._dimension != "ladder"
        ]

    def _classes_in_words(self):
        """Segment, class and tiers of this customer, in a line; may be empty."""
        names = (
            self._class_names(name).get(self[name].id) for name in self._shown_classes()
        )
        return " · ".join(filter(None, names))

    @api.model
    def _class_names(self, name):
        """Names of the classes that a field of the profile may hold, by id."""
        return self.env[self._fields[name].comodel_name]._names()

    @api.model
    def _badge_columns(self, query):
        """What a badge rests on. A hook: each stage adds its own.

        :param query: of profiles, which may be joined
        :return: SQL by name
        :rtype: dict[str, SQL]
        """
        names = (
            *("id", "purchase_count", "last_purchase_date", "mean_gap_days"),
            *("yearly_amount", "scored_on", "partner_id", "company_id"),
        )
        shown = self.env["res.company"]._card_classes()
        return self._columns(query, *names, *shown)

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
            "class": row["card_names"].get(row.get(row["card_class"])),
        }

    @api.model
    def _badge_gap(self, row):
        """Days since the last purchase; as ``recency_days``."""
        since = row["last_purchase_date"]
        days = (row["scored_on"], row["as_of"])
        until = max(filter(None, days), default=None) or fields.Date.today()
        return (until - since).days if since else 0
