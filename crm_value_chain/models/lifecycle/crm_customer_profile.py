from odoo import api, fields, models
from odoo.tools import format_date

from ..customer.rule_explanation import missing_in_words


class CrmCustomerProfile(models.Model):
    _inherit = "crm.customer.profile"

    ladder_stage_id = fields.Many2one(
        "crm.ladder.stage",
        ondelete="set null",
        readonly=True,
        group_expand="_group_expand_classes",
    )
    highest_ladder_stage_id = fields.Many2one(
        "crm.ladder.stage",
        "Highest Stage Reached",
        ondelete="set null",
        readonly=True,
    )
    ladder_stage_since = fields.Date("On This Stage since", readonly=True)
    ladder_stage_days = fields.Integer(
        "Days on This Stage", compute="_compute_ladder_stage_days"
    )
    ladder_override_id = fields.Many2one(
        "crm.customer.override",
        "Stage Set by Hand",
        compute="_compute_ladder_override_id",
    )
    ladder_explanation = fields.Json(compute="_compute_ladder_explanation")

    @api.model
    def _classifications(self):
        return [*super()._classifications(), "crm.ladder.stage"]

    @api.depends("ladder_stage_since")
    def _compute_ladder_stage_days(self):
        today = fields.Date.today()
        for profile in self:
            since = profile.ladder_stage_since
            profile.ladder_stage_days = (today - since).days if since else 0

    @api.depends("override_ids.active", "override_ids.date_until")
    def _compute_ladder_override_id(self):
        today = fields.Date.today()
        for profile in self:
            profile.ladder_override_id = profile.override_ids.filtered(
                lambda o: (
                    o.dimension == "ladder"
                    and o.active
                    and (not o.date_until or o.date_until >= today)
                )
            )[:1]

    def action_end_override(self):
        """Go back from a stage set by hand to the rules."""
        self.ladder_override_id.active = False

    @api.depends("ladder_stage_id", "ladder_override_id")
    def _compute_value_chain_badge(self):
        return super()._compute_value_chain_badge()

    @api.model
    def _badge_columns(self, query):
        return super()._badge_columns(query) | {
            "stage_id": self._field_to_sql(query.table, "ladder_stage_id", query),
            "overridden": self.env["crm.customer.override"]._holds_sql(
                self._field_to_sql(query.table, "id", query), "ladder"
            ),
        }

    @api.model
    def _badge(self, row):
        labels = row["ladder"]
        label = labels.get(row["stage_id"], labels[None])
        return super()._badge(row) | label | {"overridden": row["overridden"]}

    @api.model
    def _badge_of_company(self, company_id):
        ladder = self.env["crm.ladder.stage"]._labels(company_id)
        return super()._badge_of_company(company_id) | {"ladder": ladder}

    @api.depends_context("lang", "uid")
    def _compute_ladder_explanation(self):
        for profile in self:
            profile.ladder_explanation = profile._ladder_explanation()

    def get_ladder_explanation(self):
        """Why the customer stands on its stage, and what the next one needs.

        :rtype: dict
        :raises AccessError: if the user may not read this customer
        """
        self.ensure_one()
        self.check_access("read")
        return self._ladder_explanation()

    def _ladder_explanation(self):
        stages = self.env["crm.ladder.stage"].search(
            [
                ("company_id", "in", (self.company_id.id, False)),
                ("active", "=", True),
            ]
        )
        stage = self.ladder_stage_id
        above = stages.filtered(lambda s: s.sequence > stage.sequence and s != stage)[
            :1
        ]
        missing = above._explain(self)[1] if above else []
        override = self.ladder_override_id
        return {
            "customer": self.partner_id.display_name,
            "profile_id": self.id,
            "headline": self._ladder_sentences(above, missing),
            "stages": self._ladder_steps(stages),
            "stage": {
                "id": stage.id,
                "name": stage.name,
                "since": fields.Date.to_string(self.ladder_stage_since) or None,
                "days": self.ladder_stage_days,
            },
            "why": stage._explain(self)[1] if stage else [],
            "next_stage": {"id": above.id, "name": above.name} if above else None,
            "missing": missing,
            "override": {"stage": override.ladder_stage_id.name, **override._told()}
            if override
            else None,
        }

    def _ladder_steps(self, stages):
        highest = self.highest_ladder_stage_id
        return [
            {
                "id": stage.id,
                "name": stage.name,
                "color": stage.color,
                "position": position,
                "current": stage == self.ladder_stage_id,
                "highest": stage == highest,
                "reached": bool(highest) and stage.sequence <= highest.sequence,
            }
            for position, stage in enumerate(stages, 1)
        ]

    def _ladder_sentences(self, above, missing):
        """The explanation in a few sentences. A hook: other stages add theirs."""
        if not self.ladder_stage_id:
            return [
                self.env._("The figures of this customer have not been computed yet.")
            ]
        sentences = [
            self.env._(
                "%(stage)s since %(date)s.",
                stage=self.ladder_stage_id.name,
                date=format_date(self.env, self.ladder_stage_since),
            )
        ]
        if self.ladder_override_id:
            sentences.append(
                self.env._(
                    "Set by hand by %(user)s: %(reason)s.",
                    user=self.ladder_override_id.user_id.name,
                    reason=self.ladder_override_id.reason.rstrip("."),
                )
            )
        sentences += self._rhythm_sentences()
        needs = missing_in_words(self.env, missing)
        if above and needs:
            sentences.append(
                self.env._(
                    "Missing for %(stage)s: %(conditions)s.",
                    stage=above.name,
                    conditions=needs,
                )
            )
        return sentences

    def _rhythm_sentences(self):
        """When the customer buys, in words. A hook: scoring adds the forecast."""
        if not self.purchase_count:
            return [self.env._("No purchase yet.")]
        last = format_date(self.env, self.last_purchase_date)
        if not self.mean_gap_days:
            return [self.env._("Bought once, on %s.", last)]
        if not self.recency_days:
            return [
                self.env._("Usually buys every %s days.", round(self.mean_gap_days))
            ]
        return [
            self.env._(
                "Usually buys every %(gap)s days, last %(days)s days ago.",
                gap=round(self.mean_gap_days),
                days=self.recency_days,
            )
        ]
