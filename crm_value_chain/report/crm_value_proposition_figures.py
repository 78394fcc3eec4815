from odoo import api, models
from odoo.tools import SQL


# an idea of its own: what the deals of a proposition add up to
# pylint: disable=consider-merging-classes-inherited
class CrmValuePropositionReport(models.Model):
    _inherit = "crm.value.proposition.report"

    @api.model
    def _figures(self, domain):
        """Figures by version of the deals that the user may see, in one query.

        :return: dicts of version_id, ``won``, ``closed``, ``amount`` (of won deals),
            ``days`` (a list); to whom may see it also, of the won deals whose margin
            is known, ``margin``, ``revenue``, their ``margin_squares``,
            ``revenue_squares`` and ``products``, and ``known``, how many they are
        :rtype: list[dict]
        """
        query = self._search(domain)
        names = ("version_id", "state", "amount", "days_to_win", "order_amount")
        column = {name: self._field_to_sql(query.table, name, query) for name in names}
        won = SQL("%s = 'won'", column["state"])
        figures = {
            "version_id": column["version_id"],
            "won": SQL("COUNT(*) FILTER (WHERE %s)", won),
            "closed": SQL("COUNT(*) FILTER (WHERE %s != 'open')", column["state"]),
            "amount": SQL(
                "COALESCE(SUM(%s) FILTER (WHERE %s), 0)::float8", column["amount"], won
            ),
            "days": SQL(
                "COALESCE(ARRAY_AGG(%(days)s::float8)"
                " FILTER (WHERE %(days)s IS NOT NULL), '{}')",
                days=column["days_to_win"],
            ),
        }
        if self._has_field_access(self._fields["margin"], "read"):
            margin = self._field_to_sql(query.table, "margin", query)
            figures |= self._margin_figures(won, margin, column["order_amount"])
        query.groupby = SQL("1")
        query.order = None
        return self.env.execute_query_dict(
            query.select(
                *(
                    SQL("%s AS %s", figure, SQL.identifier(name))
                    for name, figure in figures.items()
                )
            )
        )

    @api.model
    def _margin_figures(self, won, margin, revenue):
        """What the share of the margin and its interval are told from."""
        known = SQL("%s AND %s IS NOT NULL", won, margin)

        def total(first, second=None):
            figure = SQL("%s::float8 * %s::float8", first, second or SQL("1"))
            return SQL("SUM(%s) FILTER (WHERE %s)", figure, known)

        return {
            "known": SQL("COUNT(*) FILTER (WHERE %s)", known),
            "margin": total(margin),
            "revenue": total(revenue),
            "margin_squares": total(margin, margin),
            "revenue_squares": total(revenue, revenue),
            "products": total(margin, revenue),
        }

    def action_open(self):
        """Open the opportunity, or the quotation that comes from none."""
        self.ensure_one()
        record = self.lead_id or self.order_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }
