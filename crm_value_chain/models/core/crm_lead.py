from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..customer.badge_field import Badge
from ..customer.sql_field import by_sql
from .profile_field import (
    ProfileFloat,
    ProfileInteger,
    ProfileMonetary,
    check_related_access,
    copy_figures,
    known_first,
)
from .res_partner import PROFITABILITY, USER

ANSWERS = [("yes", "Yes"), ("no", "No"), ("unknown", "Unknown")]
QUESTIONS = ("qualification_need", "qualification_budget", "qualification_authority")
FIELDS_OF_THE_CUSTOMER = {
    "partner_id",
    "active",
    "company_id",
    *QUESTIONS,
}


class CrmLead(models.Model):
    _inherit = "crm.lead"

    qualification_need = fields.Selection(ANSWERS, "Needs It", default="unknown")
    qualification_need_note = fields.Char("Why (Need)")
    qualification_budget = fields.Selection(ANSWERS, "Can Pay", default="unknown")
    qualification_budget_note = fields.Char("Why (Budget)")
    qualification_authority = fields.Selection(ANSWERS, "May Decide", default="unknown")
    qualification_authority_note = fields.Char("Why (Authority)")
    is_qualified = fields.Boolean(
        "Qualified",
        compute="_compute_is_qualified",
        store=True,
        help="Needs it, can pay and may decide: three times yes. A suspect who is "
        "qualified is a prospect.",
    )
    customer_profile_id = fields.Many2one(
        related="partner_id.customer_profile_id", groups=USER
    )
    value_chain_badge = Badge(compute="_compute_value_chain_badge", groups=USER)
    ladder_stage_id = fields.Many2one(
        "crm.ladder.stage",
        compute="_compute_ladder_stage_id",
        search="_search_ladder_stage_id",
        groups=USER,
        help="Stage of the customer; without one, suspect or prospect as the three "
        "questions say.",
    )
    customer_currency_id = fields.Many2one(
        related="partner_id.customer_profile_id.currency_id",
        string="Customer Figures' Currency",
        groups=USER,
    )
    highest_ladder_stage_id = fields.Many2one(
        related="partner_id.customer_profile_id.highest_ladder_stage_id", groups=USER
    )
    ladder_stage_since = fields.Date(
        related="partner_id.customer_profile_id.ladder_stage_since", groups=USER
    )
    segment_id = fields.Many2one(
        related="partner_id.customer_profile_id.segment_id", groups=USER
    )
    loyalty_class_id = fields.Many2one(
        related="partner_id.customer_profile_id.loyalty_class_id", groups=USER
    )
    value_tier_id = fields.Many2one(
        related="partner_id.customer_profile_id.value_tier_id", groups=USER
    )
    loyalty_tier_id = fields.Many2one(
        related="partner_id.customer_profile_id.loyalty_tier_id", groups=USER
    )
    customer_classes = fields.Char(related="partner_id.customer_classes", groups=USER)
    first_purchase_date = fields.Date(
        related="partner_id.customer_profile_id.first_purchase_date", groups=USER
    )
    last_purchase_date = fields.Date(
        related="partner_id.customer_profile_id.last_purchase_date", groups=USER
    )
    purchase_count = ProfileInteger(
        related="partner_id.customer_profile_id.purchase_count",
        groups=USER,
        aggregator=None,
    )
    purchase_amount = ProfileMonetary(
        related="partner_id.customer_profile_id.purchase_amount",
        groups=USER,
        currency_field="customer_currency_id",
        aggregator=None,
    )
    average_purchase_amount = ProfileMonetary(
        related="partner_id.customer_profile_id.average_purchase_amount",
        groups=USER,
        currency_field="customer_currency_id",
        aggregator=None,
    )
    returns_amount = ProfileMonetary(
        related="partner_id.customer_profile_id.returns_amount",
        groups=USER,
        currency_field="customer_currency_id",
        aggregator=None,
    )
    yearly_amount = ProfileMonetary(
        related="partner_id.customer_profile_id.yearly_amount",
        groups=USER,
        currency_field="customer_currency_id",
        aggregator=None,
    )
    previous_yearly_amount = ProfileMonetary(
        related="partner_id.customer_profile_id.previous_yearly_amount",
        groups=USER,
        currency_field="customer_currency_id",
        aggregator=None,
    )
    amount_trend = ProfileFloat(
        related="partner_id.customer_profile_id.amount_trend",
        groups=USER,
        aggregator=None,
    )
    recency_days = ProfileInteger(
        related="partner_id.customer_profile_id.recency_days",
        groups=USER,
        aggregator=None,
    )
    tenure_days = ProfileInteger(
        related="partner_id.customer_profile_id.tenure_days",
        groups=USER,
        aggregator=None,
    )
    mean_gap_days = ProfileFloat(
        related="partner_id.customer_profile_id.mean_gap_days",
        groups=USER,
        aggregator=None,
    )
    margin = ProfileMonetary(
        related="partner_id.customer_profile_id.margin",
        groups=PROFITABILITY,
        currency_field="customer_currency_id",
        aggregator=None,
    )
    service_cost = ProfileMonetary(
        related="partner_id.customer_profile_id.service_cost",
        groups=PROFITABILITY,
        currency_field="customer_currency_id",
        aggregator=None,
    )
    profit = ProfileMonetary(
        related="partner_id.customer_profile_id.profit",
        groups=PROFITABILITY,
        currency_field="customer_currency_id",
        aggregator=None,
    )
    promotion_count = ProfileInteger(
        related="partner_id.customer_profile_id.promotion_count",
        groups=USER,
        aggregator=None,
    )
    promotion_share = ProfileFloat(
        related="partner_id.customer_profile_id.promotion_share",
        groups=USER,
        aggregator=None,
    )
    r_score = ProfileInteger(
        related="partner_id.customer_profile_id.r_score", groups=USER, aggregator=None
    )
    f_score = ProfileInteger(
        related="partner_id.customer_profile_id.f_score", groups=USER, aggregator=None
    )
    m_score = ProfileInteger(
        related="partner_id.customer_profile_id.m_score", groups=USER, aggregator=None
    )
    rfm_code = fields.Char(
        related="partner_id.customer_profile_id.rfm_code", groups=USER
    )
    share_of_wallet = ProfileFloat(
        related="partner_id.customer_profile_id.share_of_wallet",
        groups=USER,
        aggregator=None,
    )
    loyalty_type = fields.Selection(
        related="partner_id.customer_profile_id.loyalty_type", groups=USER
    )
    supplier_loyalty = fields.Selection(
        related="partner_id.customer_profile_id.supplier_loyalty", groups=USER
    )
    scored_on = fields.Date(
        related="partner_id.customer_profile_id.scored_on", groups=USER
    )

    @api.depends(*QUESTIONS)
    def _compute_is_qualified(self):
        for lead in self:
            lead.is_qualified = all(lead[question] == "yes" for question in QUESTIONS)

    # ------------------------------------------------------------------
    # Ladder stage, with a customer or without
    # ------------------------------------------------------------------

    @api.depends("customer_profile_id", "is_qualified")
    @api.depends_context("company", "uid")
    def _compute_ladder_stage_id(self):
        stages = self.env["crm.ladder.stage"]
        hidden = self._hidden()
        hidden.ladder_stage_id = False
        for lead in self - hidden:
            stage = lead.customer_profile_id.ladder_stage_id
            lead.ladder_stage_id = stage or stages._stage_without_profile(
                lead.is_qualified
            )

    @api.model
    def _search_ladder_stage_id(self, operator, value):
        field = self._fields["ladder_stage_id"]
        if isinstance(value, Domain):
            value = value.optimize_full(self.env["crm.ladder.stage"])
        return by_sql(field, operator, value)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr == "ladder_stage_id":
            self._check_field_access(self._fields[field_expr], "read")
            return self._ladder_stage_sql(alias, query)
        check_related_access(self, field_expr)
        return super()._field_to_sql(alias, field_expr, query)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        nulls = known_first(self, field_name, nulls)
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    def _ladder_stage_sql(self, alias, query):
        """The customer's stage, else the one that the lead itself says."""
        partners, partner_alias = self._fields["partner_id"].join(self, alias, query)
        profile_field = partners._fields["customer_profile_id"]
        _profiles, profile_alias = profile_field.join(partners, partner_alias, query)
        stages = self.env["crm.ladder.stage"]
        return SQL(
            """
            COALESCE(%s, CASE
                WHEN %s IS NULL AND EXISTS (
                    SELECT FROM crm_customer_profile hidden
                     WHERE hidden.partner_id = %s AND hidden.company_id = %s)
                THEN NULL WHEN %s THEN %s ELSE %s END)
            """,
            SQL.identifier(profile_alias, "ladder_stage_id"),
            SQL.identifier(profile_alias, "id"),
            SQL.identifier(partner_alias, "commercial_partner_id"),
            self.env.company.id,
            self._field_to_sql(alias, "is_qualified", query),
            stages._stage_without_profile(True).id or None,
            stages._stage_without_profile(False).id or None,
        )

    @api.depends("partner_id.value_chain_badge", "ladder_stage_id")
    @api.depends_context("company", "uid", "lang")
    def _compute_value_chain_badge(self):
        # as superuser only in order not to ask again whether the user sees the field
        customer_of = {
            lead._ids[0]: lead.partner_id._shown_customer().id for lead in self.sudo()
        }
        found = self.env["crm.customer.profile"]._badges(customer_of.values())
        badges = {
            lead: badge
            for lead, customer in customer_of.items()
            if (badge := found.get(customer)) and badge["stage"]
        }
        others = self.browse(id_ for id_ in self._ids if id_ not in badges)
        badges |= others._badges_without_profile()
        self._fields["value_chain_badge"].fill(self, map(badges.get, self._ids))

    def _badges_without_profile(self):
        """Badges of leads whose customers are on no stage: that of the lead itself.

        :return: badges by id, of those that may show one
        """
        badges = {}
        labels = self.env["crm.ladder.stage"]._labels(self.env.company.id)
        for lead in self:
            stage = lead.ladder_stage_id
            if stage and not lead._is_profiling_refused():
                badges[lead._ids[0]] = labels[stage.id]
        return badges

    def _compute_field_value(self, field):
        if not copy_figures(self, field):
            return super()._compute_field_value(field)

    def _is_profiling_refused(self):
        contact = self.partner_id.sudo()
        return (
            contact.profiling_refused or contact.commercial_partner_id.profiling_refused
        )

    def _hidden(self):
        """Leads whose customer has a profile that the user may not see."""
        unseen = self.filtered(lambda lead: not lead.customer_profile_id).sudo()
        hidden = (
            self.env["crm.customer.profile"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("partner_id", "in", unseen.partner_id.commercial_partner_id.ids),
                    ("company_id", "=", self.env.company.id),
                ]
            )
        )
        customers = hidden.partner_id
        return unseen.filtered(
            lambda lead: lead.partner_id.commercial_partner_id in customers
        ).sudo(self.env.su)

    def get_ladder_explanation(self):
        """Explanation of the ladder stage: the customer's, else the lead's own.

        :return: see the profile's; False if the customer refuses profiling, or is
            none of the user's
        """
        self.ensure_one()
        self.check_access("read")
        if self._is_profiling_refused() or self._hidden():
            return False
        if self.customer_profile_id.ladder_stage_id:
            return self.customer_profile_id.get_ladder_explanation()
        return self._explanation_without_profile()

    def _explanation_without_profile(self):
        stage = self.ladder_stage_id
        stages = self.env["crm.ladder.stage"].search(
            [("company_id", "in", (self.env.company.id, False))]
        )
        prospect = stages._stage_without_profile(True)
        nodes = [self._question_node(question) for question in QUESTIONS]
        return {
            "customer": self.partner_name or self.contact_name or self.name,
            "profile_id": False,
            "headline": [
                self.env._("%s: no customer yet.", stage.name),
                self.env._("Qualified: three times yes.")
                if self.is_qualified
                else self.env._(
                    "A lead that needs it, can pay and may decide is a prospect."
                ),
            ],
            "stages": [
                {
                    "id": step.id,
                    "name": step.name,
                    "color": step.color,
                    "position": position,
                    "current": step == stage,
                    "highest": step == stage,
                    "reached": step.sequence <= stage.sequence,
                }
                for position, step in enumerate(stages, 1)
            ],
            "stage": {"id": stage.id, "name": stage.name, "since": None, "days": 0},
            "why": nodes if self.is_qualified else [],
            "next_stage": None
            if self.is_qualified
            else {"id": prospect.id, "name": prospect.name},
            "missing": [] if self.is_qualified else nodes,
            "override": None,
        }

    def _question_node(self, question):
        """One of the three questions as a condition of `RuleExplanation`."""
        field = self._fields[question]
        answers = dict(field._description_selection(self.env))
        return {
            "type": "condition",
            "label": field._description_string(self.env),
            "operator": self.env._("is"),
            "value": answers["yes"],
            "actual": answers[self[question] or "unknown"],
            "holds": self[question] == "yes",
        }

    # ------------------------------------------------------------------
    # What changes a customer
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._queue_customers()
        return leads

    def write(self, vals):
        # the answers say so, nobody else
        vals = {name: vals[name] for name in vals if name != "is_qualified"}
        concerned = bool(vals.keys() & FIELDS_OF_THE_CUSTOMER)
        before = self.partner_id if concerned else self.partner_id.browse()
        result = super().write(vals)
        if concerned:
            self._queue_customers(before)
        elif "stage_id" in vals:
            # won or open again: only a qualified lead counts for the customer
            self.filtered("is_qualified")._queue_customers()
        return result

    @api.ondelete(at_uninstall=False)
    def _queue_customers_of_deleted(self):
        self._queue_customers()

    def _queue_customers(self, partners=()):
        """Have the figures of the customers computed again.

        :param partners: further contacts, such as the customer of before
        """
        Stale = self.env["crm.customer.stale"].sudo()
        for company, leads in self.sudo().grouped(CrmLead._customer_company).items():
            Stale._queue_partners(leads.partner_id.union(*partners), company)

    def _customer_company(self):
        """Company in which the lead makes somebody a customer."""
        return (
            self.company_id
            or self.team_id.company_id
            or self.user_id.company_id
            or self.create_uid.company_id
        )

    def _merge_get_fields_specific(self):
        """A merged lead keeps each answer that somebody knew, with its note."""

        def known(name, leads):
            question = name.removesuffix("_note")
            answered = leads.filtered(lambda lead: lead[question] in ("yes", "no"))
            return (answered or leads)[:1][name]

        specific = super()._merge_get_fields_specific()
        for question in QUESTIONS:
            specific |= {question: known, f"{question}_note": known}
        return specific

    def convert_opportunity(self, partner, user_ids=False, team_id=False):
        """Refuse leads that are not qualified, where the company demands it.

        :raises UserError: naming the leads and what to do
        """
        unqualified = self.filtered(
            lambda lead: (
                (lead.company_id or self.env.company).sudo().lead_qualification_required
                and lead.type == "lead"
                and not lead.is_qualified
            )
        )
        if unqualified:
            raise UserError(
                self.env._(
                    "Qualify before you convert: does the lead need it, can it pay, "
                    "may this person decide? Not three times yes: %s",
                    ", ".join(unqualified.mapped("name")),
                )
            )
        return super().convert_opportunity(partner, user_ids, team_id)
