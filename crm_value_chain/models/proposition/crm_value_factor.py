from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...analytics.customer_value import Factor, advantage
from ..customer.known_field import KnownFloat
from .crm_value_score import check_range
from .value_words import HELP, SACRIFICE_KEYS, SOURCES

HIGHEST_WEIGHT = 1000.0  # 10 is meant; whoever shares out 100 or 1000 points may


class CrmValueFactor(models.Model):
    """Something that the customer gets from us, or gives up for it."""

    _name = "crm.value.factor"
    _inherit = ["crm.value.content", "crm.named"]
    _description = "Value Factor"
    _order = "version_id, kind, sequence, id"

    name = fields.Char(
        "Factor", required=True, translate=True, help="In the words of the customer."
    )
    sequence = fields.Integer(default=10)
    source = fields.Selection(SOURCES, required=True, default="product", help=HELP)
    kind = fields.Selection(
        [("benefit", "Benefit"), ("sacrifice", "Sacrifice")],
        compute="_compute_kind",
        store=True,
    )
    level = fields.Selection(
        [
            ("core", "Core Benefit"),
            ("actual", "Actual Product"),
            ("augmented", "Augmented Product"),
        ],
        help="Core: what the customer really buys. Actual: the product as it is, with "
        "its quality, design, brand. Augmented: warranty, support, delivery.",
    )
    weight = fields.Float(
        default=0,
        aggregator="avg",
        help="How much it matters to the customer, from 1, hardly, to 10, decides. "
        "Benefits and sacrifices are weighed on the same scale.",
    )
    our_score = KnownFloat(
        aggregator="avg",
        help="How the customer sees us: 0, none of it, to 10. Of a sacrifice, a high "
        "score is bad: it asks much of the customer.",
    )
    score_ids = fields.One2many(
        "crm.value.score", "factor_id", "Alternatives' Scores", copy=False
    )
    best_alternative_id = fields.Many2one(
        "crm.value.alternative",
        compute="_compute_advantage",
        compute_sudo=True,
        store=True,
    )
    best_score = KnownFloat(
        "Best Alternative's Score",
        compute="_compute_advantage",
        compute_sudo=True,
        store=True,
        aggregator="avg",
        help="Of the alternative that does best here: the highest score of a benefit, "
        "the lowest of a sacrifice.",
    )
    advantage = KnownFloat(
        compute="_compute_advantage",
        compute_sudo=True,
        store=True,
        aggregator="avg",
        help="By how many points we are better than the best alternative; below zero "
        "we are worse.",
    )
    argument = fields.Text(translate=True, help="What to say about it, in a sentence.")
    objection = fields.Text(
        "Objection and Answer",
        translate=True,
        help="What customers hold against it, and what to answer.",
    )
    proof = fields.Text(translate=True, help="What shows that it is true.")
    proof_url = fields.Char("Link to the Proof")
    reference_ids = fields.Many2many(
        "res.partner",
        "crm_value_factor_reference_rel",
        "factor_id",
        "partner_id",
        "Reference Customers",
        domain="[('customer_profile_id.active_reference', '=', True)]",
        help="Customers who agreed to speak for us, and can tell of it. Who does not "
        "agree any more is not shown to the sellers.",
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Documents")

    @api.depends("source")
    def _compute_kind(self):
        for factor in self:
            is_sacrifice = factor.source in SACRIFICE_KEYS
            factor.kind = "sacrifice" if is_sacrifice else "benefit"

    @api.depends("our_score", "kind", "score_ids.score", "score_ids.alternative_id")
    def _compute_advantage(self):
        for factor in self:
            scores = factor.score_ids.sorted("score")
            best = scores[:1] if factor.kind == "sacrifice" else scores[-1:]
            known = bool(best) and factor.our_score is not False
            factor.best_alternative_id = best.alternative_id
            factor.best_score = best.score if best else False
            factor.advantage = known and advantage(
                factor.kind == "sacrifice", factor.our_score, best.score
            )

    @api.constrains("weight")
    def _check_weight(self):
        for factor in self:
            if factor.weight < 0:
                raise ValidationError(
                    self.env._("%s: a weight cannot be negative.", factor.name)
                )
            if not factor.weight <= HIGHEST_WEIGHT:  # as NaN is not
                raise ValidationError(
                    self.env._(
                        "%(factor)s: a weight is a number up to %(highest)s.",
                        factor=factor.name,
                        highest=f"{HIGHEST_WEIGHT:g}",
                    )
                )

    @api.constrains("our_score")
    def _check_our_score(self):
        for factor in self:
            if factor.our_score is not False:
                check_range(self.env, factor.our_score, factor.name)

    @api.constrains("proof_url")
    def _check_proof_url(self):
        for factor in self:
            url = (factor.proof_url or "").strip().lower()
            if url and not url.startswith(("http://", "https://")):
                raise ValidationError(
                    self.env._("A link begins with https:// or http://: %s", url)
                )

    def _as_seen(self, alternative):
        """These factors as the formula takes them.

        :param alternative: empty: us
        """
        return [
            Factor(
                factor.name,
                factor.kind == "sacrifice",
                factor.weight,
                factor._score_of(alternative),
            )
            for factor in self
        ]

    def _score_of(self, alternative):
        """The score of an alternative, or ours; None where not known."""
        if not alternative:
            return None if self.our_score is False else self.our_score
        found = self.score_ids.filtered(lambda s: s.alternative_id == alternative)
        return found[:1].score if found else None

    def _speaking_references(self):
        """Customers who still agree to speak for us, and may be named."""
        profiles = self.env["crm.customer.profile"].sudo()
        agreed = profiles.search(
            [
                ("partner_id", "in", self.reference_ids.commercial_partner_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("active_reference", "=", True),
            ]
        )
        return agreed.partner_id.sudo(False).with_env(self.env)
