from odoo import api, fields, models
from odoo.fields import Domain

HIGH_COMMITMENT = 8  # of 10
RECENT_DAYS = 180  # since the first purchase
CURRENT = Domain("purchase_count", ">", 0) & Domain("churn_risk", "!=", "lapsed")


# an idea of its own: the customers whom it matters most to keep
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """Customers to retain: of high future value, committed, or recently acquired."""

    _inherit = "crm.customer.profile"

    to_retain = fields.Boolean(
        compute="_compute_retain_reasons",
        search="_search_to_retain",
        help="A current customer of high future value or volume, that others copy, "
        "learn from or open doors with, that is highly committed, or new.",
    )
    retain_reasons = fields.Char("Why", compute="_compute_retain_reasons")

    @api.model
    def _reasons_to_retain(self):
        """Rule of each reason to keep a customer, and its words. A hook.

        :rtype: list[tuple[str, Domain]]
        """
        kinds = self.env["crm.customer.significance"]._fields["kind"]
        newest = fields.Date.subtract(fields.Date.today(), days=RECENT_DAYS)
        return [
            (self.env._("High future value"), Domain("clv_score", "=", 5)),
            (self.env._("High volume"), Domain("m_score", "=", 5)),
            *(
                (label, Domain("significance_ids.kind", "=", kind))
                for kind, label in kinds._description_selection(self.env)
            ),
            (
                self.env._("Highly committed"),
                Domain("commitment", ">=", HIGH_COMMITMENT),
            ),
            (
                self.env._("Recently acquired"),
                Domain("first_purchase_date", ">=", newest),
            ),
        ]

    @api.depends(
        "clv_score",
        "churn_risk",
        "commitment",
        "first_purchase_date",
        "m_score",
        "purchase_count",
        "significance_ids.kind",
    )
    @api.depends_context("lang")
    def _compute_retain_reasons(self):
        current = self.filtered_domain(CURRENT)
        of_reason = [
            (words, current.filtered_domain(rule))
            for words, rule in self._reasons_to_retain()
        ]
        for profile in self:
            reasons = [words for words, holds in of_reason if profile in holds]
            profile.retain_reasons = ", ".join(reasons)
            profile.to_retain = bool(reasons)

    @api.model
    def _search_to_retain(self, operator, value):
        if operator != "in":
            return NotImplemented
        rules = Domain.OR(rule for _words, rule in self._reasons_to_retain())
        wanted = CURRENT & rules
        return wanted if True in value else ~wanted
