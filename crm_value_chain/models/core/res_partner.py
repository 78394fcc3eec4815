from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..customer.badge_field import Badge
from ..customer.sql_field import by_sql
from .profile_field import (
    CustomerProfile,
    ProfileFloat,
    ProfileInteger,
    ProfileMonetary,
    check_related_access,
    copy_figures,
    known_first,
)

USER = "crm_value_chain.group_value_chain_user"
PROFITABILITY = "crm_value_chain.group_profitability"
FIELDS_OF_THE_CUSTOMER = {"parent_id", "is_company", "active", "company_id"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    profiling_refused = fields.Boolean(
        tracking=True,
        copy=False,
        groups=USER,
        help="Objects to profiling. The figures of a customer are deleted at once and "
        "no new ones are made; on a contact person of a customer they are not shown.",
    )
    is_own_customer = fields.Boolean(
        compute="_compute_is_own_customer",
        search="_search_is_own_customer",
        groups=USER,
        help="The user's own, nobody's, or with an opportunity of the user's or "
        "nobody's, also on one of its contacts. Who sees own documents only sees the "
        "figures of these customers.",
    )
    customer_profile_ids = fields.One2many(
        "crm.customer.profile", "partner_id", "Customer Profiles", groups=USER
    )
    customer_profile_id = CustomerProfile(
        "crm.customer.profile",
        compute="_compute_value_chain_badge",
        compute_sudo=True,
        search="_search_customer_profile_id",
        groups=USER,
        help="Profile of the customer this contact belongs to, in the current company.",
    )
    value_chain_badge = Badge(
        compute="_compute_value_chain_badge", compute_sudo=True, groups=USER
    )
    customer_currency_id = fields.Many2one(
        related="customer_profile_id.currency_id",
        string="Customer Figures' Currency",
        groups=USER,
    )
    ladder_stage_id = fields.Many2one(
        related="customer_profile_id.ladder_stage_id", groups=USER
    )
    highest_ladder_stage_id = fields.Many2one(
        related="customer_profile_id.highest_ladder_stage_id", groups=USER
    )
    ladder_stage_since = fields.Date(
        related="customer_profile_id.ladder_stage_since", groups=USER
    )
    segment_id = fields.Many2one(related="customer_profile_id.segment_id", groups=USER)
    loyalty_class_id = fields.Many2one(
        related="customer_profile_id.loyalty_class_id", groups=USER
    )
    value_tier_id = fields.Many2one(
        related="customer_profile_id.value_tier_id", groups=USER
    )
    loyalty_tier_id = fields.Many2one(
        related="customer_profile_id.loyalty_tier_id", groups=USER
    )
    customer_classes = fields.Char(
        "Segment, Loyalty, Value",
        compute="_compute_customer_classes",
        compute_sudo=True,
        groups=USER,
    )
    first_purchase_date = fields.Date(
        related="customer_profile_id.first_purchase_date", groups=USER
    )
    last_purchase_date = fields.Date(
        related="customer_profile_id.last_purchase_date", groups=USER
    )
    purchase_count = ProfileInteger(
        related="customer_profile_id.purchase_count", groups=USER
    )
    purchase_amount = ProfileMonetary(
        related="customer_profile_id.purchase_amount",
        groups=USER,
        currency_field="customer_currency_id",
    )
    average_purchase_amount = ProfileMonetary(
        related="customer_profile_id.average_purchase_amount",
        groups=USER,
        currency_field="customer_currency_id",
    )
    returns_amount = ProfileMonetary(
        related="customer_profile_id.returns_amount",
        groups=USER,
        currency_field="customer_currency_id",
    )
    yearly_amount = ProfileMonetary(
        related="customer_profile_id.yearly_amount",
        groups=USER,
        currency_field="customer_currency_id",
    )
    previous_yearly_amount = ProfileMonetary(
        related="customer_profile_id.previous_yearly_amount",
        groups=USER,
        currency_field="customer_currency_id",
    )
    amount_trend = ProfileFloat(related="customer_profile_id.amount_trend", groups=USER)
    recency_days = ProfileInteger(
        related="customer_profile_id.recency_days", groups=USER
    )
    tenure_days = ProfileInteger(related="customer_profile_id.tenure_days", groups=USER)
    mean_gap_days = ProfileFloat(
        related="customer_profile_id.mean_gap_days", groups=USER
    )
    margin = ProfileMonetary(
        related="customer_profile_id.margin",
        groups=PROFITABILITY,
        currency_field="customer_currency_id",
    )
    service_cost = ProfileMonetary(
        related="customer_profile_id.service_cost",
        groups=PROFITABILITY,
        currency_field="customer_currency_id",
    )
    profit = ProfileMonetary(
        related="customer_profile_id.profit",
        groups=PROFITABILITY,
        currency_field="customer_currency_id",
    )
    promotion_count = ProfileInteger(
        related="customer_profile_id.promotion_count",
        groups=USER,
    )
    promotion_share = ProfileFloat(
        related="customer_profile_id.promotion_share",
        groups=USER,
    )
    r_score = ProfileInteger(related="customer_profile_id.r_score", groups=USER)
    f_score = ProfileInteger(related="customer_profile_id.f_score", groups=USER)
    m_score = ProfileInteger(related="customer_profile_id.m_score", groups=USER)
    rfm_code = fields.Char(related="customer_profile_id.rfm_code", groups=USER)
    share_of_wallet = ProfileFloat(
        related="customer_profile_id.share_of_wallet", groups=USER
    )
    loyalty_type = fields.Selection(
        related="customer_profile_id.loyalty_type", groups=USER
    )
    supplier_loyalty = fields.Selection(
        related="customer_profile_id.supplier_loyalty", groups=USER
    )
    scored_on = fields.Date(related="customer_profile_id.scored_on", groups=USER)

    @api.depends(
        "user_id", "opportunity_ids.user_id", "child_ids.opportunity_ids.user_id"
    )
    @api.depends_context("uid")
    def _compute_is_own_customer(self):
        customers = self.sudo()
        customers.fetch(["user_id"])
        mine = (False, self.env.uid)
        others = customers.filtered(lambda partner: partner.user_id.id not in mine)
        rows = others and self.env.execute_query(
            own_deals(self, SQL("= ANY(%s)", others._origin.ids))
        )
        foreign = set(others._origin.ids) - {partner_id for (partner_id,) in rows}
        for partner in self:
            partner.is_own_customer = partner._origin.id not in foreign

    @api.model
    def _search_is_own_customer(self, operator, value):
        if operator != "in":
            return NotImplemented
        own = Domain.custom(to_sql=own_customer_sql)
        return own if True in value else ~own

    @api.depends("commercial_partner_id", "profiling_refused")
    @api.depends_context("company", "uid", "lang")
    def _compute_value_chain_badge(self):
        """Profile and badge of the customer, which come by the same query."""
        # as the user, though fields that are related through these are read as
        # superuser: whoever may see only some customers sees the figures of no others
        profiles = self.env["crm.customer.profile"].sudo(False)
        customers = [contact._shown_customer().id for contact in self]
        found = profiles._badges(customers)
        badges = [found.get(customer) for customer in customers]
        ids = [badge and badge["profile_id"] for badge in badges]
        self._fields["value_chain_badge"].fill(self, badges)
        self._fields["customer_profile_id"]._insert_cache(self, ids)

    @api.depends("customer_profile_id")
    @api.depends_context("company", "uid", "lang")
    def _compute_customer_classes(self):
        for contact in self:
            contact.customer_classes = contact.customer_profile_id._classes_in_words()

    def _shown_customer(self):
        """Customer whose figures this contact shows; nobody's if it is refused."""
        if self.profiling_refused:
            return self.browse()
        return self.commercial_partner_id._origin

    @api.model
    def _search_customer_profile_id(self, operator, value):
        field = self._fields["customer_profile_id"]
        if isinstance(value, Domain):
            value = value.optimize_full(self.env["crm.customer.profile"].sudo())
            operator = f"{operator.rstrip('!')}!"
        return by_sql(field, operator, value)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr == "customer_profile_id":
            field = self._fields[field_expr]
            self._check_field_access(field, "read")
            return field.joined_id(self, alias, query)
        check_related_access(self, field_expr)
        return super()._field_to_sql(alias, field_expr, query)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        nulls = known_first(self, field_name, nulls)
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    def _read_group_select(self, aggregate_spec, query):
        """Count the figures of a customer once, not again for each contact."""
        expression = super()._read_group_select(aggregate_spec, query)
        field = self._fields.get(aggregate_spec.split(":")[0])
        if not (field and (field.related or "").startswith("customer_profile_id.")):
            return expression
        return SQL(
            "%s FILTER (WHERE %s = %s)",
            expression,
            SQL.identifier(self._table, "id"),
            SQL.identifier(self._table, "commercial_partner_id"),
        )

    def _compute_field_value(self, field):
        if not copy_figures(self, field):
            return super()._compute_field_value(field)

    def get_ladder_explanation(self):
        """Explanation of the customer's ladder stage, see the profile's.

        :return: False where there is no profile
        """
        self.ensure_one()
        profile = self.customer_profile_id
        return profile.get_ladder_explanation() if profile else False

    def action_open_customer_profile(self):
        """Open the profile of the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.customer.profile",
            "res_id": self.customer_profile_id.id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------------
    # What changes a customer
    # ------------------------------------------------------------------

    def write(self, vals):
        """Queue customers that change, and forget those who refuse profiling."""
        concerned = bool(vals.keys() & FIELDS_OF_THE_CUSTOMER)
        before = self.commercial_partner_id.ids if concerned else []
        result = super().write(vals)
        if concerned and self:
            self.env["crm.customer.stale"].sudo()._queue_moved(self, before)
        if "profiling_refused" in vals:
            self._apply_profiling_refusal()
        return result

    def _apply_profiling_refusal(self):
        """Delete the profiles of those who refuse; queue those who agree again.

        A contact person of a customer just shows no figures any more: the profile
        is the customer's.

        :raises AccessError: for a customer that is not the user's
        """
        refusing = self.filtered("profiling_refused")
        profiles = self.env["crm.customer.profile"].with_context(active_test=False)
        wiped = profiles.sudo().search([("partner_id", "in", refusing.ids)])
        if not self.env.su:
            wiped.sudo(False).check_access("write")
        wiped.unlink()
        self.env["crm.customer.stale"].sudo()._queue_partners(self - refusing)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_historical_purchases(self):
        """Keep what was bought, as Odoo does for contacts with orders or invoices."""
        purchase = (
            self.env["crm.historical.purchase"]
            .sudo()
            .search([("partner_id", "in", self.ids)], limit=1)
        )
        if purchase:
            raise UserError(
                self.env._(
                    "%s has historical purchases and cannot be deleted. Archive the "
                    "contact, merge it with another one, or delete the purchases "
                    "first.",
                    purchase.partner_id.display_name,
                )
            )


def own_customer_sql(partners, alias, query):
    """Condition that a customer is the user's own or nobody's, or has such a deal."""
    user = SQL.identifier(alias, "user_id", to_flush=partners._fields["user_id"])
    return SQL(
        "(%s = %s OR %s IS NULL OR EXISTS (%s))",
        user,
        partners.env.uid,
        user,
        own_deals(partners, SQL("= %s", SQL.identifier(alias, "id"))),
    )


def own_deals(partners, customers):
    """Query of the customers of opportunities that are the user's own or nobody's.

    :param partners: contacts, of the user
    :param SQL customers: comparison of the customer's id
    """

    def column(model, table, name):
        field = partners.env[model]._fields[name]
        return SQL.identifier(table, name, to_flush=field)

    user = column("crm.lead", "deal", "user_id")
    customer = column("res.partner", "contact", "commercial_partner_id")
    return SQL(
        """
        SELECT %(customer)s FROM res_partner contact
          JOIN crm_lead deal ON %(contact)s = contact.id
         WHERE %(customer)s %(customers)s AND %(type)s = 'opportunity'
           AND (%(user)s = %(uid)s OR %(user)s IS NULL)
        """,
        customer=customer,
        customers=customers,
        contact=column("crm.lead", "deal", "partner_id"),
        type=column("crm.lead", "deal", "type"),
        user=user,
        uid=partners.env.uid,
    )
