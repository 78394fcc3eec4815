from odoo import api, models
from odoo.tools import SQL


# an idea of its own: the portfolio as a picture
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """The portfolio map: value against retention, class by class."""

    _inherit = "crm.customer.profile"

    @api.model
    def get_portfolio_map(self, dimension):
        """Value and retention of each class, of the customers whom the user may see.

        :param str dimension: key of the classification, see ``crm.customer.movement``
        :return: ``field`` of the profile, ``currency_id``, and ``classes``: of each
            with a customer id (0: in none), name, colour, ``customers``,
            ``yearly_amount`` and ``clv`` (totals), ``chance`` (mean chance of buying,
            of the buyers), ``retention`` (share of the buyers of the year before who
            bought in the last year; None without such), ``profit`` (total where known;
            only for those who may see it)
        :rtype: dict
        """
        self.check_access("read")
        classification = self._classification_of(dimension)
        query = self._search([("company_id", "=", self.env.company.id)])
        figures = self._map_figures(query)
        class_id = SQL(
            "COALESCE(%s, 0)",
            self._field_to_sql(query.table, classification._profile_field, query),
        )
        query.groupby = SQL("1")
        rows = self.env.execute_query(query.select(class_id, *figures.values()))
        found = {row[0]: dict(zip(figures, row[1:], strict=True)) for row in rows}
        return {
            "field": classification._profile_field,
            "currency_id": self.env.company.currency_id.id,
            "classes": [
                each | found[each["id"]]
                for each in self._classes(classification, found.keys())
                if each["id"] in found
            ],
        }

    @api.model
    def _map_figures(self, query):
        """SQL of what the map shows of a class, by name."""
        names = ["yearly_amount", "previous_yearly_amount", "clv"]
        names += ["purchase_probability", "purchase_count"]
        column = self._columns(query, *names)
        retained = SQL(
            "COUNT(*) FILTER (WHERE %(before)s > 0 AND %(now)s > 0)::float8"
            " / NULLIF(COUNT(*) FILTER (WHERE %(before)s > 0), 0)",
            before=column["previous_yearly_amount"],
            now=column["yearly_amount"],
        )
        figures = {
            "customers": SQL("COUNT(*)"),
            "yearly_amount": SQL(
                "COALESCE(SUM(%s), 0)::float8", column["yearly_amount"]
            ),
            "clv": SQL("COALESCE(SUM(%s), 0)::float8", column["clv"]),
            "chance": SQL(
                "AVG(%s) FILTER (WHERE %s > 0)::float8",
                column["purchase_probability"],
                column["purchase_count"],
            ),
            "retention": retained,
        }
        if self._has_field_access(self._fields["profit"], "read"):
            profit = self._field_to_sql(query.table, "profit", query)
            figures["profit"] = SQL("SUM(%s)::float8", profit)
        return figures
