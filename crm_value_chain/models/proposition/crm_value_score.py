from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...analytics.customer_value import HIGHEST_SCORE


class CrmValueScore(models.Model):
    """How an alternative does on a factor. Not known: there is no such record."""

    _name = "crm.value.score"
    _inherit = ["crm.derived"]
    _description = "Score of an Alternative"
    _order = "factor_id, alternative_id"
    _rec_name = "score"

    factor_id = fields.Many2one(
        "crm.value.factor", required=True, index=True, ondelete="cascade"
    )
    alternative_id = fields.Many2one(
        "crm.value.alternative", required=True, index=True, ondelete="cascade"
    )
    version_id = fields.Many2one(related="factor_id.version_id", store=True)
    company_id = fields.Many2one(related="factor_id.company_id", store=True)
    score = fields.Float(
        required=True, aggregator="avg", help="From 0, none of it, to 10."
    )

    _factor_alternative_unique = models.UniqueIndex(
        "(factor_id, alternative_id)", "An alternative has one score for each factor."
    )

    @api.constrains("score")
    def _check_score(self):
        for score in self:
            check_range(self.env, score.score, score.factor_id.name)

    @api.constrains("factor_id", "alternative_id")
    def _check_version(self):
        if any(s.alternative_id.version_id != s.version_id for s in self):
            raise ValidationError(
                self.env._("Factor and alternative must be of the same version.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Note scores, in drafts only."""
        made = super().create(vals_list)
        made.factor_id.version_id._check_draft()
        return made

    def write(self, vals):
        """Change scores, of drafts only."""
        self.factor_id.version_id._check_draft()
        result = super().write(vals)
        self.factor_id.version_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_of_drafts_only(self):
        self.factor_id.version_id._check_draft()


def check_range(env, score, factor):
    """Refuse scores outside of the scale.

    :raises ValidationError: naming the factor
    """
    if not 0 <= score <= HIGHEST_SCORE:
        raise ValidationError(
            env._(
                "%(factor)s: a score is a number from 0 to %(highest)s, not %(score)s. "
                "How bad something is for the customer is a high score of a sacrifice, "
                "never a negative one.",
                factor=factor,
                highest=f"{HIGHEST_SCORE:g}",
                score=f"{score:g}",
            )
        )
