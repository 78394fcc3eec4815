from psycopg2.errors import QueryCanceled

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

from ..models.customer.crm_classification_preview import LONGEST_PREVIEW
from ..models.customer.time_limit import time_limit
from ..models.portfolio.portfolio_figures import NOTHING, add_up, aggregates
from ..models.portfolio.ready_made import PORTFOLIOS, Stages, Tiers
from ..models.portfolio.strategy import propose, reason_in_words


class CrmPortfolioWizard(models.TransientModel):
    """Makes segments from a ready-made portfolio, once it has shown what they hold.

    What it makes are ordinary segments, to be changed like any other.
    """

    _name = "crm.portfolio.wizard"
    _description = "Ready-Made Portfolio"

    portfolio = fields.Selection(
        lambda self: self._options(), required=True, default="rfm"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    existing_count = fields.Integer(
        "Number of Segments", compute="_compute_existing_count"
    )
    mode = fields.Selection(
        [
            ("replace", "Replace them"),
            ("below", "Keep them, above the new ones"),
        ],
        "Segments So Far",
        required=True,
        default="replace",
        help="Replaced segments are archived, and come back with “Undo”. "
        "Kept ones come first: the new ones get the customers whom they do not take.",
    )
    preview = fields.Json(compute="_compute_preview")

    @api.model
    def _options(self):
        return [(key, self._text(made.name)) for key, made in PORTFOLIOS.items()]

    def _text(self, term):
        """A name or description in the language of the user."""
        translate = self.env._  # the term is marked where it stands
        return translate(term)

    @api.depends("company_id")
    def _compute_existing_count(self):
        for wizard in self:
            wizard.existing_count = len(wizard._existing())

    def _existing(self):
        return self.env["crm.segment"].search([("company_id", "=", self.company_id.id)])

    # ------------------------------------------------------------------
    # What it would make
    # ------------------------------------------------------------------

    @api.depends("portfolio", "mode", "company_id")
    @api.depends_context("lang")
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = wizard.portfolio and wizard._preview()

    def _preview(self):
        """Figures of each segment to be, and of those that are kept above.

        :rtype: dict
        """
        if self.company_id._origin not in self.env.companies:
            return False
        segments = self._segments_in_order()
        figures = self._figures(segments)
        everybody = add_up(figures.values())
        keys = self.env["crm.segment"]._keys(segments)
        rows = [
            self._row(segment, figures.get(key, NOTHING), everybody)
            for segment, key in keys.items()
        ]
        return {
            "description": self._text(PORTFOLIOS[self.portfolio].description),
            "rows": rows,
            "nowhere": figures.get(None, NOTHING)["customers"],
            "total": self._words(everybody, everybody)
            | {"customers": everybody["customers"]},
        }

    def _row(self, segment, group, everybody):
        strategies = self.env["crm.segment"]._fields["strategy"]
        strategy, reason = propose(group, everybody)
        return {
            "name": segment.name,
            "description": segment.description or "",
            "color": segment.color,
            "kept": bool(segment._origin),
            "customers": group["customers"],
            "share": group["customers"] / (everybody["customers"] or 1),
            "value_share": max(0, group["yearly_amount"])
            / (everybody["yearly_amount"] or 1),
            "strategy": dict(strategies._description_selection(self.env)).get(strategy),
            "reason": strategy and reason_in_words(self.env, reason, group),
            **self._words(group, everybody),
        }

    def _words(self, group, everybody):
        chance = group["chance"]
        return {
            "share_text": self._percent(group["customers"], everybody["customers"]),
            "amount_text": self._amount(group["yearly_amount"]),
            "clv_text": self._amount(group["clv"]),
            "chance_text": "" if chance is None else f"{chance:.0%}",
        }

    def _amount(self, amount):
        """An amount in whole units: nobody compares segments by their cents."""
        currency = self.company_id.currency_id
        return format_amount(self.env, round(amount), currency, trailing_zeroes=False)

    def _percent(self, part, whole):
        if 0 < part < 0.01 * whole:
            return "< 1%"
        return f"{part / (whole or 1):.0%}"

    def _segments_in_order(self):
        """The segments as they would be, those that win first at the top."""
        kept = self._existing() if self.mode == "below" else []
        new = [self.env["crm.segment"].new(vals) for vals in self._segment_values()]
        return [*kept, *new]

    def _figures(self, segments):
        """Figures of the customers by the segment in which the night would put them.

        :rtype: dict[int | None, dict]
        """
        saved = self.env["crm.segment"].union(*(s for s in segments if s._origin))
        new = self.env["crm.segment"].union(*(s for s in segments if not s._origin))
        kept, _broken = saved._usable()
        try:
            return self._count(segments, new | kept)
        except QueryCanceled:  # no rule of ours takes so long
            return self._count(segments, new)

    def _count(self, segments, usable):
        """Figures by segment, where just some of the rules can be applied."""
        model = self.env["crm.segment"]
        scope = model._preview_scope(self.company_id._origin)
        self.env.flush_all()
        figures = aggregates(self.env["crm.customer.profile"])
        query = SQL(
            "SELECT placed.new AS segment, %s FROM (%s) placed"
            " JOIN crm_customer_profile p ON p.id = placed.id"
            " WHERE placed.active GROUP BY 1",
            SQL(", ").join(
                SQL("%s AS %s", figure, SQL.identifier(name))
                for name, figure in figures.items()
            ),
            model._placement(segments, usable, scope),
        )
        with time_limit(self.env, LONGEST_PREVIEW):
            rows = self.env.execute_query_dict(query)
        return {row.pop("segment"): row for row in rows}

    # ------------------------------------------------------------------
    # Values of the segments
    # ------------------------------------------------------------------

    def _segment_values(self):
        """Values of the segments to be, in order.

        :rtype: list[dict]
        """
        return [
            {
                "name": self._text(segment.name),
                "description": self._text(segment.description),
                "color": segment.color,
                "domain": str([self._resolve(term) for term in segment.domain]),
                "company_id": self.company_id._origin.id,
            }
            for segment in PORTFOLIOS[self.portfolio].segments
        ]

    def _resolve(self, term):
        """A term of a rule, with the records that the company has."""
        if isinstance(term, str):
            return term
        name, operator, value = term
        if isinstance(value, Tiers):
            value = self._tiers(value.which).ids
        elif isinstance(value, Stages):
            value = self._stages(value.names).ids
        return (name, operator, value)

    def _tiers(self, which):
        tiers = self.env["crm.value.tier"]._rules(self.company_id._origin)
        parts = {"top": tiers[:1], "mid": tiers[1:-1], "low": tiers[-1:]}
        return parts.get(which, tiers[:-1])

    def _stages(self, names):
        refs = [
            self.env.ref(f"crm_value_chain.ladder_stage_{name}", False)
            for name in names
        ]
        return self.env["crm.ladder.stage"].union(*filter(None, refs))

    # ------------------------------------------------------------------
    # Making them
    # ------------------------------------------------------------------

    def action_create_portfolio(self):
        """Make the segments and have the customers placed in the background.

        :raises UserError: if the company has too few value tiers for this portfolio
        """
        self.ensure_one()
        self._check_tiers()
        segments = self.env["crm.segment"]
        every = segments.with_context(active_test=False).search(
            [("company_id", "=", self.company_id.id)]
        )
        numbers = every.mapped("portfolio_number") + every.mapped("replaced_by_number")
        number = max(numbers, default=0) + 1
        existing = self._existing()
        if self.mode == "replace":
            existing.write({"active": False, "replaced_by_number": number})
            existing = segments
        above = max(existing.mapped("sequence"), default=0)
        made = segments.create(
            [
                vals | {"sequence": above + 10 * place, "portfolio_number": number}
                for place, vals in enumerate(self._segment_values(), 1)
            ]
        )
        self._translate(made)
        self._take_strategies(made)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_segment_action"
        ) | {"target": "main"}

    def _check_tiers(self):
        rules = str(PORTFOLIOS[self.portfolio].segments)
        tiers = self.env["crm.value.tier"]._rules(self.company_id)
        if "Tiers(" in rules and len(tiers) < 2:
            raise UserError(
                self.env._("This portfolio needs two value tiers at least.")
            )

    def _translate(self, made):
        """Give the segments their names in every language of this database."""
        for code, _name in self.env["res.lang"].get_installed():
            if code == (self.env.lang or "en_US"):
                continue
            values = self.with_context(lang=code)._segment_values()
            for segment, vals in zip(made.with_context(lang=code), values, strict=True):
                segment.write({key: vals[key] for key in ("name", "description")})

    def _take_strategies(self, made):
        """Set the strategy that the figures of each segment speak for."""
        figures = self._figures(list(self._existing()))
        everybody = add_up(figures.values())
        for segment in made:
            strategy, _reason = propose(figures.get(segment.id, NOTHING), everybody)
            segment.strategy = strategy
