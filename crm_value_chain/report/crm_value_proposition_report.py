from odoo import api, fields, models
from odoo.tools import SQL

from ..models.core.res_partner import PROFITABILITY
from ..models.proposition.value_words import SACRIFICES, SOURCES


class CrmValuePropositionReport(models.Model):
    """Deals, and what they were sold with: each opportunity, and each quotation that
    comes from none.

    An opportunity without a choice of its own counts for what its quotation was sold
    with, the confirmed one first. A quotation that was cancelled before it was sent is
    no deal: its episode tells, and when it was cancelled.
    """

    _name = "crm.value.proposition.report"
    _description = "Performance of Value Propositions"
    _auto = False
    _order = "opened_on desc, id desc"
    _rec_name = "name"
    # what Odoo writes to the database before it reads the view
    _depends = {
        "crm.lead": [
            "name",
            "type",
            "active",
            "partner_id",
            "company_id",
            "user_id",
            "team_id",
            "won_status",
            "expected_revenue",
            "date_closed",
            "lost_reason_id",
            "lost_factor_id",
            "value_proposition_id",
            "value_proposition_version_id",
        ],
        "crm.lost.reason": ["value_source"],
        "crm.value.factor": ["source"],
        "crm.customer.profile": ["segment_id"],
        "crm.relationship.episode": ["order_id", "end_date"],
        "sale.order": [
            "name",
            "state",
            "opportunity_id",
            "partner_id",
            "company_id",
            "user_id",
            "team_id",
            "amount_untaxed",
            "currency_rate",
            "date_order",
            "value_proposition_id",
            "value_proposition_version_id",
        ],
    }

    name = fields.Char("Deal", readonly=True)
    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    order_id = fields.Many2one("sale.order", "Quotation", readonly=True)
    proposition_id = fields.Many2one("crm.value.proposition", readonly=True)
    version_id = fields.Many2one("crm.value.proposition.version", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    segment_id = fields.Many2one("crm.segment", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("won", "Won"), ("lost", "Lost")], readonly=True
    )
    opened_on = fields.Datetime(readonly=True)
    closed_on = fields.Datetime(readonly=True)
    won_count = fields.Integer("Won", readonly=True)
    closed_count = fields.Integer("Won or Lost", readonly=True)
    # no mean of it is offered, as no rate: what few deals can tell of both stands on
    # the versions, with intervals
    days_to_win = fields.Float(
        "Days to Win",
        readonly=True,
        aggregator=None,
        help="From its creation until it was won.",
    )
    won_amount = fields.Monetary(
        "Amount Won",
        readonly=True,
        help="Of won deals: their confirmed orders, untaxed, in company currency; "
        "where there are none, the expected revenue.",
    )
    amount = fields.Monetary(
        "Amount, Won or Not",
        readonly=True,
        help="Confirmed orders, untaxed, in company currency; where there are none, "
        "the expected revenue or the quotation.",
    )
    order_amount = fields.Monetary(
        "Confirmed Orders", readonly=True, help="Untaxed, in company currency."
    )
    margin = fields.Monetary(
        readonly=True,
        groups=PROFITABILITY,
        help="Of confirmed orders, where the cost of all of them is known.",
    )
    lost_reason_id = fields.Many2one("crm.lost.reason", readonly=True)
    lost_factor_id = fields.Many2one(
        "crm.value.factor", "Lost by Factor", readonly=True
    )
    lost_source = fields.Selection(
        SOURCES,
        "Lost by Source",
        readonly=True,
        help="The source of the factor that lost the deal; where none was named, that "
        "of the lost reason.",
    )
    lost_kind = fields.Selection(
        [("benefit", "Benefit"), ("sacrifice", "Sacrifice")], readonly=True
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT deal.*,
                   CASE WHEN deal.lost_source IS NULL THEN NULL
                        WHEN deal.lost_source IN %(sacrifices)s THEN 'sacrifice'
                        ELSE 'benefit' END AS lost_kind,
                   (deal.state = 'won')::int AS won_count,
                   (deal.state != 'open')::int AS closed_count,
                   CASE WHEN deal.state = 'won' THEN deal.amount END AS won_amount,
                   CASE WHEN deal.state = 'won' THEN GREATEST(0, EXTRACT(
                        EPOCH FROM deal.closed_on - deal.opened_on) / 86400.0) END
                   AS days_to_win,
                   profile.segment_id
              FROM (%(opportunities)s UNION ALL %(orders)s) deal
              LEFT JOIN crm_customer_profile profile
                ON profile.partner_id = deal.partner_id
               AND profile.company_id = deal.company_id
            """,
            sacrifices=tuple(key for key, _label in SACRIFICES),
            opportunities=self._opportunities(),
            orders=self._orders_alone(),
        )

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Find also what this transaction itself has cancelled."""
        self.env["crm.relationship.episode"].sudo()._follow_waiting()
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _opportunities(self):
        return SQL(
            """
            SELECT lead.id * 2 AS id,
                   lead.name,
                   lead.id AS lead_id,
                   sold.order_id,
                   COALESCE(lead.value_proposition_id, sold.proposition_id)
                   AS proposition_id,
                   CASE WHEN lead.value_proposition_id IS NULL THEN sold.version_id
                        ELSE lead.value_proposition_version_id END AS version_id,
                   COALESCE(lead.company_id, team.company_id, seller.company_id)
                   AS company_id,
                   partner.commercial_partner_id AS partner_id,
                   lead.user_id,
                   lead.team_id,
                   CASE lead.won_status WHEN 'won' THEN 'won' WHEN 'lost' THEN 'lost'
                        ELSE 'open' END AS state,
                   lead.create_date AS opened_on,
                   CASE WHEN lead.won_status IN ('won', 'lost') THEN lead.date_closed
                        END AS closed_on,
                   COALESCE(sold.amount, lead.expected_revenue) AS amount,
                   sold.amount AS order_amount,
                   sold.margin,
                   CASE WHEN lead.won_status = 'lost' THEN lead.lost_reason_id END
                   AS lost_reason_id,
                   CASE WHEN lead.won_status = 'lost' THEN lead.lost_factor_id END
                   AS lost_factor_id,
                   CASE WHEN lead.won_status = 'lost'
                        THEN COALESCE(factor.source, reason.value_source) END
                   AS lost_source
              FROM crm_lead lead
              LEFT JOIN res_partner partner ON partner.id = lead.partner_id
              LEFT JOIN crm_team team ON team.id = lead.team_id
              LEFT JOIN res_users seller
                ON seller.id = COALESCE(lead.user_id, lead.create_uid)
              LEFT JOIN crm_lost_reason reason ON reason.id = lead.lost_reason_id
              LEFT JOIN crm_value_factor factor ON factor.id = lead.lost_factor_id
              LEFT JOIN (%s) sold ON sold.lead_id = lead.id
             WHERE lead.type = 'opportunity'
               AND (lead.active OR lead.won_status = 'lost')
            """,
            self._orders_of_opportunities(),
        )

    @api.model
    def _orders_of_opportunities(self):
        """Of each opportunity: its confirmed orders, and what they were sold with."""
        return SQL(
            """
            SELECT so.opportunity_id AS lead_id,
                   (ARRAY_AGG(so.id ORDER BY (so.state = 'sale') DESC, so.id DESC))[1]
                   AS order_id,
                   (ARRAY_AGG(so.value_proposition_id
                              ORDER BY (so.state = 'sale') DESC, so.id DESC)
                       FILTER (WHERE so.value_proposition_id IS NOT NULL))[1]
                   AS proposition_id,
                   (ARRAY_AGG(so.value_proposition_version_id
                              ORDER BY (so.state = 'sale') DESC, so.id DESC)
                       FILTER (WHERE so.value_proposition_id IS NOT NULL))[1]
                   AS version_id,
                   SUM(%(amount)s) FILTER (WHERE so.state = 'sale') AS amount,
                   CASE WHEN BOOL_AND(%(margin)s IS NOT NULL)
                             FILTER (WHERE so.state = 'sale')
                        THEN SUM(%(margin)s) FILTER (WHERE so.state = 'sale') END
                   AS margin
              FROM sale_order so
             WHERE so.opportunity_id IS NOT NULL
             GROUP BY so.opportunity_id
            """,
            amount=self._order_amount(),
            margin=self._order_margin(),
        )

    @api.model
    def _orders_alone(self):
        return SQL(
            """
            SELECT so.id * 2 + 1 AS id,
                   so.name,
                   NULL::int AS lead_id,
                   so.id AS order_id,
                   so.value_proposition_id AS proposition_id,
                   so.value_proposition_version_id AS version_id,
                   so.company_id,
                   partner.commercial_partner_id AS partner_id,
                   so.user_id,
                   so.team_id,
                   CASE so.state WHEN 'sale' THEN 'won' WHEN 'cancel' THEN 'lost'
                        ELSE 'open' END AS state,
                   so.create_date AS opened_on,
                   CASE so.state WHEN 'sale' THEN so.date_order
                        WHEN 'cancel' THEN episode.end_date END AS closed_on,
                   %(amount)s AS amount,
                   CASE WHEN so.state = 'sale' THEN %(amount)s END AS order_amount,
                   CASE WHEN so.state = 'sale' THEN %(margin)s END AS margin,
                   NULL::int AS lost_reason_id,
                   NULL::int AS lost_factor_id,
                   NULL AS lost_source
              FROM sale_order so
              LEFT JOIN res_partner partner ON partner.id = so.partner_id
              LEFT JOIN crm_relationship_episode episode
                ON episode.order_id = so.id AND so.state = 'cancel'
             WHERE so.opportunity_id IS NULL
               AND (so.state != 'cancel' OR episode.id IS NOT NULL)
            """,
            amount=self._order_amount(),
            margin=self._order_margin(),
        )

    @api.model
    def _order_amount(self):
        return SQL("so.amount_untaxed / COALESCE(NULLIF(so.currency_rate, 0), 1)")

    @api.model
    def _order_margin(self):
        """The margin of the order ``so``, as the transactions tell it."""
        return SQL("(%s)", self.env["crm.customer.transaction"]._order_margin())
