from odoo import api, fields, models

from ..portfolio.crm_segment import PROFITABILITY

# fields by the columns of the table that a proposition shows
SHOWN = {
    "deals_text": "closed",
    "win_rate_text": "rate",
    "days_text": "days",
    "amount_text": "amount",
    "margin_text": "margin",
}
SALES = "sales_team.group_sale_salesman"


# an idea of its own: how a version does, beside the other versions of all
# pylint: disable=consider-merging-classes-inherited
class CrmValuePropositionVersion(models.Model):
    """Performance of versions, each figure with what so few deals can tell of it."""

    _inherit = "crm.value.proposition.version"

    deals_text = fields.Char(
        "Won or Lost",
        compute="_compute_performance",
        groups=SALES,
        help="Of the deals that you may see.",
    )
    win_rate_text = fields.Char(
        "Win Rate",
        compute="_compute_performance",
        groups=SALES,
        help="With its interval at 95%. Below ten closed deals nothing can be told.",
    )
    all_win_rate_text = fields.Char(
        related="proposition_id.win_rate_text",
        related_sudo=False,
        string="Win Rate of All Versions",
        groups=SALES,
        help="The win rate of the proposition, whatever its version.",
    )
    days_text = fields.Char(
        "Median Days to Win",
        compute="_compute_performance",
        groups=SALES,
        help="With its interval at 95%. Below ten won deals nothing can be told.",
    )
    amount_text = fields.Char(
        "Average Won", compute="_compute_performance", groups=SALES
    )
    margin_text = fields.Char(
        "Margin of Orders",
        compute="_compute_performance",
        groups=PROFITABILITY,
        help="In all, and as a share of revenue with its interval at 95%, of the won "
        "deals whose cost is known. Of fewer than ten no share can be told.",
    )

    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_performance(self):
        """In the words of the proposition's table, with one query for all."""
        report = self.env["crm.value.proposition.report"]
        of_these = [("version_id", "in", self.ids)]
        found = report._figures(of_these) if report.has_access("read") else []
        figures = {each["version_id"]: each for each in found}
        for version in self:
            mine = figures.get(version._origin.id)
            row = version.proposition_id._performance_row("", [mine] if mine else [])
            for name, column in SHOWN.items():
                version[name] = row.get(column, "")

    def action_open_deals(self):
        """Open the deals that were sold with these versions."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_value_proposition_report_action"
        )
        return action | {
            "domain": [("version_id", "in", self.ids)],
            "view_mode": "list,pivot,graph",
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
        }
