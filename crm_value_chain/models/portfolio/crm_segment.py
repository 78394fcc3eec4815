from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .portfolio_figures import NOTHING, add_up, aggregates
from .strategy import STRATEGIES, propose, reason_in_words

PROFITABILITY = "crm_value_chain.group_profitability"


class CrmSegment(models.Model):
    """A part of the customer portfolio, with a strategy of its own.

    The first segment in order whose rule matches takes the customer.
    """

    _name = "crm.segment"
    _inherit = ["crm.classification.mixin"]
    _description = "Customer Segment"

    _dimension = "segment"
    _profile_field = "segment_id"
    _rank = 40

    company_id = fields.Many2one(
        required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one(
        "res.users", "Owner", help="Answers for the goals of this segment."
    )
    goal_ids = fields.One2many("crm.segment.goal", "segment_id", "Goals")
    currency_id = fields.Many2one(related="company_id.currency_id")
    strategy = fields.Selection(
        STRATEGIES,
        help="What we want with these customers.\n"
        "Start: begin relationships, turn them into customers.\n"
        "Protect: keep them, for others want them too.\n"
        "Re-engineer: serve them at lower cost, so that they become profitable.\n"
        "Enhance: sell them more and other things.\n"
        "Harvest: take what comes, invest no more.\n"
        "End: stop spending on them.\n"
        "Win back: regain customers who have left.",
    )
    proposed_strategy = fields.Selection(
        STRATEGIES,
        compute="_compute_figures",
        help="What the figures of these customers speak for.",
    )
    proposal_reason = fields.Char("Because", compute="_compute_figures")
    yearly_amount = fields.Monetary(
        "Value a Year",
        compute="_compute_figures",
        help="Untaxed amount of the last twelve months, of all customers here.",
    )
    clv = fields.Monetary("Customer Lifetime Value", compute="_compute_figures")
    purchase_probability = fields.Float(
        "Mean Chance of Buying",
        compute="_compute_figures",
        help="Probability of a purchase within the horizon, on average of the buyers.",
    )
    purchase_amount = fields.Monetary(
        "Revenue",
        compute="_compute_figures",
        help="Untaxed amount since the first purchases, less returns.",
    )
    margin = fields.Monetary(
        compute="_compute_figures",
        groups=PROFITABILITY,
        help="Revenue less cost of goods, of the sales whose cost is known.",
    )
    service_cost = fields.Monetary(
        "Cost to Serve", compute="_compute_figures", groups=PROFITABILITY
    )
    profit = fields.Monetary(
        compute="_compute_figures",
        groups=PROFITABILITY,
        help="Margin less cost to serve, of the customers of whom it is known.",
    )
    profit_gap = fields.Char(
        "What Is Missing", compute="_compute_figures", groups=PROFITABILITY
    )
    portfolio_number = fields.Integer(
        readonly=True,
        copy=False,
        help="Which ready-made portfolio of the company made this segment.",
    )
    replaced_by_number = fields.Integer(
        readonly=True,
        copy=False,
        help="Which ready-made portfolio of the company replaced this segment.",
    )

    @api.depends_context("uid", "lang")
    def _compute_figures(self):
        figures = self._read_figures(self.company_id._origin)
        for segment in self:
            company = segment.company_id._origin
            group = figures.get((company.id, segment._origin.id), NOTHING)
            everybody = add_up(
                found
                for (owner, _segment), found in figures.items()
                if owner == company.id
            )
            strategy, reason = propose(group, everybody)
            segment.yearly_amount = group["yearly_amount"]
            segment.clv = group["clv"]
            segment.purchase_probability = group["chance"]
            segment.purchase_amount = group["purchase_amount"]
            segment._take_profit(group)
            segment.proposed_strategy = strategy
            segment.proposal_reason = strategy and reason_in_words(
                self.env, reason, group
            )

    def _take_profit(self, group):
        """Take over the confidential figures, and what of them is not known."""
        for name in ("margin", "service_cost", "profit"):
            self[name] = group[name]
        unknown, buyers = group["profit_unknown"], group["buyers"]
        self.profit_gap = unknown and self.env._(
            "Of %(unknown)s of %(buyers)s buyers the cost of goods is known of less "
            "than 90%% of what they bought: they do not count in the profit.",
            unknown=unknown,
            buyers=buyers,
        )

    @api.model
    def _read_figures(self, companies):
        """Figures of each segment of companies, for whom the user may read.

        :rtype: dict[tuple[int, int | None], dict]
        """
        profiles = self.env["crm.customer.profile"]
        profiles.flush_model()
        names = aggregates(profiles)
        readable = profiles._search(
            [("company_id", "in", companies.ids), ("active", "=", True)]
        )
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT p.company_id, p.segment_id, %s FROM crm_customer_profile p"
                " WHERE p.id IN %s GROUP BY 1, 2",
                SQL(", ").join(
                    SQL("%s AS %s", figure, SQL.identifier(name))
                    for name, figure in names.items()
                ),
                readable.subselect(),
            )
        )
        return {(row["company_id"], row["segment_id"]): row for row in rows}

    @api.model
    def _nowhere_in_words(self, number):
        if not number:
            return False
        return self.env._(
            "In no segment: %s. A last segment without conditions takes all the rest.",
            number,
        )

    def action_use_proposal(self):
        """Take over the proposed strategies."""
        for segment in self.filtered("proposed_strategy"):
            segment.strategy = segment.proposed_strategy

    def action_restore_previous(self):
        """Archive the segments of the last ready-made portfolio and bring back those
        that it replaced.

        :raises UserError: if there is no such portfolio
        """
        mine = self.with_context(active_test=False).search(
            [("company_id", "=", self.env.company.id)]
        )
        number = max(mine.filtered("active").mapped("portfolio_number"), default=0)
        if not number:
            raise UserError(
                self.env._("No ready-made portfolio is in use that could be undone.")
            )
        made = mine.filtered(lambda s: s.portfolio_number == number)
        replaced = mine.filtered(lambda s: s.replaced_by_number == number)
        made.write({"active": False, "portfolio_number": 0})
        replaced.write({"active": True, "replaced_by_number": 0})
        return {"type": "ir.actions.client", "tag": "soft_reload"}
