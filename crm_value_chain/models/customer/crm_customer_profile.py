from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .scope import Scope
from .sql_field import DaysSince, by_sql

MOST_MONTHS = 120  # in a chart
LARGEST_NEED = 1e13  # beyond it a float does not hold cents


class CrmCustomerProfile(models.Model):
    """What is known about a customer in one company: one narrow row.

    The figures are filled by the set-based passes of ``crm.customer.measure``;
    people write the few facts that no data can tell.
    """

    _name = "crm.customer.profile"
    _inherit = ["crm.customer.measure", "crm.customer.view", "crm.customer.year"]
    _description = "Customer Profile"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _order = "yearly_amount desc nulls last, id"

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(default=True, help="Follows the contact.")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")

    first_purchase_date = fields.Date("First Purchase", readonly=True)
    last_purchase_date = fields.Date("Last Purchase", readonly=True)
    purchase_count = fields.Integer(
        "Purchases",
        readonly=True,
        help="Days with a purchase: several on one day count once, one of amount "
        "zero counts, a return does not.",
    )
    purchase_amount = fields.Monetary(
        "Purchased",
        readonly=True,
        help="Untaxed amount of all purchases less returns.",
    )
    returns_amount = fields.Monetary(
        "Returned", readonly=True, help="Untaxed amount of all returns."
    )
    average_purchase_amount = fields.Monetary(
        "Average Purchase",
        readonly=True,
        aggregator="avg",
        help="Amount of a day with a purchase on average, before returns.",
    )
    yearly_amount = fields.Monetary(
        "Value a Year",
        readonly=True,
        help="Untaxed amount of the last twelve months, less returns.",
    )
    previous_yearly_amount = fields.Monetary(
        "Value the Year before",
        readonly=True,
        help="Untaxed amount of the twelve months before the last twelve, less "
        "returns. Empty where nothing was bought, or all of it was returned.",
    )
    amount_trend = fields.Float(
        "Trend",
        readonly=True,
        aggregator="avg",
        help="Value a year compared with the year before: 0.2 is a fifth more, -1 "
        "is nothing any more. Empty where there was nothing before.",
    )
    recency_days = DaysSince(
        "Days since Last Purchase",
        since="last_purchase_date",
        compute="_compute_days",
        search="_search_recency_days",
        aggregator="avg",
        help="Until the day of the last retention scoring.",
    )
    tenure_days = DaysSince(
        "Days since First Purchase",
        since="first_purchase_date",
        compute="_compute_days",
        search="_search_tenure_days",
        aggregator="avg",
        help="Until the day of the last retention scoring.",
    )
    mean_gap_days = fields.Float(
        "Usual Gap",
        readonly=True,
        aggregator="avg",
        help="Days between two purchases on average.",
    )
    margin = fields.Monetary(
        readonly=True,
        groups="crm_value_chain.group_profitability",
        help="Revenue less cost of goods, of the sales whose cost is known.",
    )
    costed_share = fields.Float(
        "Cost Known",
        readonly=True,
        aggregator="avg",
        groups="crm_value_chain.group_profitability",
        help="Purchases and returns whose cost of goods is known, as a share of the "
        "amount of all of them.",
    )
    qualified_lead_count = fields.Integer(
        "Qualified Leads",
        readonly=True,
        help="Open leads and opportunities whose three questions are all answered "
        "yes: needs it, can pay, may decide.",
    )
    quotation_count = fields.Integer(
        "Open Quotations", readonly=True, help="Quotations that are not yet orders."
    )
    scored_on = fields.Date(
        "Figures as of", readonly=True, help="Day on which the figures were true."
    )

    estimated_yearly_need = fields.Monetary(
        help="What the customer spends in a year on what we sell, with anyone."
    )
    share_of_wallet = fields.Float(
        "Share of Wallet",
        readonly=True,
        aggregator="avg",
        help="Value a year divided by the estimated yearly need.",
    )
    is_supplier_of_choice = fields.Boolean(
        "We Are Supplier of Choice",
        help="The customer gives us more than half of its spending.",
    )
    active_reference = fields.Boolean(help="The customer agreed to speak for us.")

    movement_ids = fields.One2many("crm.customer.movement", "profile_id")
    override_ids = fields.One2many("crm.customer.override", "profile_id")
    purchase_history = fields.Json(compute="_compute_purchase_history")

    _need_is_sane = models.Constraint(
        f"CHECK (estimated_yearly_need BETWEEN 0 AND {LARGEST_NEED:.0f})",
        "The estimated yearly need is an amount of zero or more.",
    )
    _company_partner_unique = models.UniqueIndex(
        "(company_id, partner_id)", "A customer has one profile in each company."
    )

    def init(self):
        # room on each page, so that the nightly update stays on the same page
        # and touches no index (PostgreSQL's heap-only tuples)
        self.env.cr.execute("ALTER TABLE crm_customer_profile SET (fillfactor = 50)")

    @api.model
    def _group_expand_classes(self, classes, domain):
        """All classes of the companies at hand, also those that nobody stands in."""
        present = classes.search(
            [
                ("company_id", "in", [*self.env.companies.ids, False]),
                ("active", "=", True),
            ]
        )
        return (present | classes).sorted()

    @api.depends(
        "first_purchase_date",
        "last_purchase_date",
        "scored_on",
        "company_id.value_chain_as_of",
    )
    def _compute_days(self):
        for profile in self:
            for name in ("recency_days", "tenure_days"):
                profile[name] = self._fields[name].days(profile)

    def _figures_day(self):
        """Day on which the figures of this customer are true."""
        self.ensure_one()
        days = (self.scored_on, self.company_id.sudo().value_chain_as_of)
        return max(filter(None, days), default=fields.Date.today())

    @api.model
    def _figures_day_sql(self, alias):
        """SQL of the day on which the figures of the profile in a table are true."""
        scored = self._field_to_sql(alias, "scored_on")
        companies = self.env["res.company"].sudo().search([])
        nights = [
            SQL("WHEN %s THEN %s::date", company.id, company.value_chain_as_of)
            for company in companies
            if company.value_chain_as_of
        ]
        if not nights:
            return scored
        company = self._field_to_sql(alias, "company_id")
        return SQL(
            "GREATEST(%s, CASE %s %s END)", scored, company, SQL(" ").join(nights)
        )

    @api.model
    def _search_recency_days(self, operator, value):
        return by_sql(self._fields["recency_days"], operator, value)

    @api.model
    def _search_tenure_days(self, operator, value):
        return by_sql(self._fields["tenure_days"], operator, value)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Sort customers without a figure last, in whichever direction."""
        nulls = nulls or SQL("NULLS LAST")
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    @api.model
    def _fields_set_by_people(self):
        """Names of the facts that people know. A hook for other stages."""
        return {
            "estimated_yearly_need",
            "is_supplier_of_choice",
            "active_reference",
        }

    @api.model
    def _fields_people_may_write(self):
        """Names of the facts, and of lists of what people note. A hook."""
        return self._fields_set_by_people()

    def write(self, vals):
        """Take what people know and place the customer anew at once."""
        computed = vals.keys() - self._fields_people_may_write()
        if computed and not self.env.su:
            labels = [
                self._fields[name]._description_string(self.env) for name in computed
            ]
            raise UserError(
                self.env._(
                    "These figures follow from the customer's purchases and from the "
                    "rules: %s. Set the stage by hand to override a rule.",
                    ", ".join(sorted(labels)),
                )
            )
        result = super().write(vals)
        if vals.keys() & self._fields_set_by_people():
            self.sudo()._place_anew()
        return result

    def _place_anew(self):
        """Score and classify these customers again, without measuring.

        Those who were never measured wait for their first scoring.
        """
        for scope in self.filtered("scored_on")._scopes():
            self._score(scope)
            self._classify(scope)

    def _scopes(self):
        """These customers as scopes, one for each company and day of the figures."""
        groups = self.grouped(lambda p: (p.company_id, p._figures_day()))
        return [
            Scope(company.id, as_of, ids=tuple(profiles.partner_id.ids))
            for (company, as_of), profiles in groups.items()
        ]

    @api.model
    def _merge_customers(self, sources, target):
        """Give what people know of some customers to the one they merge into.

        Of two profiles in one company only the target's stays; it takes over the
        facts that it lacks, the movements, and an override if it has none.

        :param sources: contacts that are about to be merged
        :param target: the contact they become
        """
        profiles = self.with_context(active_test=False).search(
            [("partner_id", "in", (sources | target).ids)]
        )
        for group in profiles.grouped("company_id").values():
            kept = group.filtered(lambda p: p.partner_id == target)[:1] or group[:1]
            for merged in group - kept:
                kept._take_over(merged)
            (group - kept).unlink()

    def _take_over(self, merged):
        """Take facts, movements and overrides of a profile about to go."""
        known = {
            name: merged[name]
            for name in self._fields_set_by_people()
            if merged[name] and not self[name]
        }
        self.write(known)
        merged.movement_ids.write(
            {"profile_id": self.id, "partner_id": self.partner_id.id}
        )
        held = self.override_ids.filtered("active").mapped("dimension")
        free = merged.override_ids.filtered(
            lambda o: not o.active or o.dimension not in held
        )
        free.with_context(value_chain_replaced=True).profile_id = self
        for facts in self.env["crm.customer.fact"]._of_everywhere():
            facts._move(merged, self)
        self.invalidate_recordset()

    def action_refresh(self):
        """Measure, score and classify these customers now."""
        self.check_access("read")
        profiles = self.sudo()
        today = fields.Date.today()
        for company, members in profiles.grouped("company_id").items():
            profiles._refresh(
                Scope(company.id, today, ids=tuple(members.partner_id.ids))
            )

    def _compute_purchase_history(self):
        """Amounts and number of purchases by month, without gaps."""
        for profile in self:
            known = Domain(
                [
                    ("partner_id", "=", profile.partner_id.id),
                    ("company_id", "=", profile.company_id.id),
                    ("date", "<=", profile.scored_on or fields.Date.today()),
                ]
            )
            amounts = profile._by_month(known, "amount:sum")
            counts = profile._by_month(known & Domain("amount", ">=", 0), "__count")
            months = _months(min(amounts), max(amounts)) if amounts else []
            profile.purchase_history = {
                "months": [month.strftime("%Y-%m") for month in months],
                "amounts": [float(amounts.get(month, 0)) for month in months],
                "counts": [counts.get(month, 0) for month in months],
                "currency_id": profile.currency_id.id,
            }

    @api.model
    def _by_month(self, domain, aggregate):
        """Aggregate of the transactions of each month."""
        transactions = self.env["crm.customer.transaction"].sudo()
        return dict(transactions._read_group(domain, ["date:month"], [aggregate]))

    @api.model
    def _action_open(self, name, domain):
        """Action that opens some customers under a name, in all the usual views."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_customer_profile_action"
        )
        views = ("list", "kanban", "pivot", "graph", "form")
        return action | {
            "display_name": name,
            "view_mode": ",".join(views),
            "views": [(False, view) for view in views],
            "domain": domain,
            "context": {},
        }

    def action_open_partner(self):
        """Open the contact."""
        self.ensure_one()
        return self.partner_id.get_formview_action()

    def action_open_transactions(self):
        """Open the purchases and returns of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_customer_transaction_action"
        )
        return action | {
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            "context": {},
        }


def _months(first, last):
    """First days of the months from one to another, of the last ones at most."""
    first = max(first, fields.Date.subtract(last, months=MOST_MONTHS - 1))
    months = []
    while first <= last:
        months.append(first)
        first = fields.Date.add(first, months=1)
    return months
