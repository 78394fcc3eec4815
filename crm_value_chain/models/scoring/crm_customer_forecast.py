from odoo import api, fields, models

from .score_explanation import ScoreExplanation
from .score_sentences import AT_RISK, ScoreSentences, is_past


# each stage of the value chain adds its own fields, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """How the profile tells its forecasts."""

    _inherit = "crm.customer.profile"

    score_explanation = fields.Json(compute="_compute_score_explanation")
    scoring_grade = fields.Selection(related="retention_model_id.grade")
    horizon_days = fields.Integer(compute="_compute_horizon_days")

    @api.depends("retention_model_id", "company_id.value_chain_horizon_days")
    def _compute_horizon_days(self):
        """Days ahead that the chance looks, as set when it was computed."""
        for profile in self:
            company = profile.company_id.sudo()
            profile.horizon_days = (
                profile.retention_model_id.horizon_days
                or company.value_chain_horizon_days
            )

    @api.depends_context("lang", "uid")
    def _compute_score_explanation(self):
        for profile in self:
            profile.score_explanation = profile._score_explanation()

    def get_score_explanation(self):
        """What the forecasts of this customer rest on.

        :return: ``sentences``; ``method``, ``grade`` and ``grade_words`` of the model;
            ``chart``, ``next`` (purchase), ``clv`` and ``risk``, each None where there
            is nothing to tell. Of a ``clv`` from a margin that the user may not know
            there is just the total: ``value`` is None, ``rows`` are empty. Dates are
            ISO strings, chances and rates shares of 1.
        :rtype: dict
        :raises AccessError: if the user may not read this customer
        """
        self.ensure_one()
        self.check_access("read")
        return self._score_explanation()

    def get_ladder_explanation(self):
        """Add the forecast, for its chart; its sentences are in the headline."""
        return super().get_ladder_explanation() | {"score": self._score_explanation()}

    def _score_explanation(self):
        scorer, model = self._scored_by(), self.retention_model_id
        nothing = dict.fromkeys(("chart", "next", "clv", "risk"))
        return {
            "sentences": self._rhythm_sentences(),
            "horizon_days": self.horizon_days,
            "currency_id": self.currency_id.id,
            "usual": self.mean_gap_days or None,
            "method": model.method if scorer else None,
            "grade": model.grade if scorer else None,
            "grade_words": model.grade_words if scorer else None,
            **(ScoreExplanation(self, scorer).parts() if scorer else nothing),
        }

    def _rhythm_sentences(self):
        """With scores the rhythm is told along with the chance."""
        if not self.purchase_count and self.scored_on:
            return [self.score_reason]
        scorer = self._scored_by()
        if not scorer:
            return super()._rhythm_sentences()
        return ScoreSentences(self, scorer).all()

    def _scored_by(self):
        """The fitted model that scored this customer; None if none did."""
        if not (self.purchase_count and self.scored_on and self.retention_model_id):
            return None
        return self.retention_model_id.sudo()._scorer()

    @api.depends("purchase_probability", "churn_risk", "next_purchase_date")
    def _compute_value_chain_badge(self):
        return super()._compute_value_chain_badge()

    @api.model
    def _badge_columns(self, query):
        names = ("purchase_probability", "churn_risk", "next_purchase_date")
        return super()._badge_columns(query) | self._columns(
            query, *names, "retention_model_id"
        )

    @api.model
    def _badge(self, row):
        """Colour those whom a call may keep: at risk, or overdue and still buying.

        The expected day is in the middle of a wide interval, and often before the
        usual gap is over: nobody is late as long as that lasts.
        """
        risk = row["churn_risk"] or "none"
        scored = bool(row["purchase_count"] and row["retention_model_id"])
        overdue = scored and is_past(row["next_purchase_date"])
        late = overdue and self._badge_gap(row) > (row["mean_gap_days"] or 0)
        return super()._badge(row) | {
            "chance": row["purchase_probability"] or 0.0 if scored else None,
            "risk": risk,
            "overdue": overdue,
            "late": risk in AT_RISK or (late and risk != "lapsed"),
        }
