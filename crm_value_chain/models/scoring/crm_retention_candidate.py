from odoo import api, fields, models
from odoo.tools.misc import formatLang

from .method_words import method_words

# as the papers write the parameters, in their order
SYMBOLS = {
    "r": "r",
    "alpha": "α",
    "a": "a",
    "b": "b",
    "s": "s",
    "beta": "β",
    "p": "p",
    "q": "q",
    "gamma": "γ",
}


class CrmRetentionCandidate(models.Model):
    """A model or a simple rule that was tried, and how it fared on earlier days."""

    _name = "crm.retention.candidate"
    _description = "Candidate for the Retention Model"
    _order = "model_id, sequence, id"

    model_id = fields.Many2one(
        "crm.retention.model", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="model_id.company_id", store=True)
    sequence = fields.Integer()
    name = fields.Char(required=True, help="As the analytics call it.")
    label = fields.Char("Method", compute="_compute_label")
    kind = fields.Selection(
        [
            ("model", "Model"),
            ("corrected", "Model, corrected"),
            ("rule", "Simple rule"),
            ("amount", "Model of amounts"),
        ],
        "What",
        required=True,
        help="Models are those of the literature, as published. Corrected: with what "
        "the company's own past taught about their errors. Simple rules are what a "
        "model has to beat to be used.",
    )
    values = fields.Json("Values of the Parameters")
    parameters = fields.Char(
        compute="_compute_parameters",
        help="As fitted to all purchases until the day of the fit; times in weeks.",
    )
    log_likelihood = fields.Float(
        "Log-Likelihood",
        help="How well the model explains the purchases it was fitted to: the nearer "
        "to zero the better, among models of the same purchases.",
        aggregator=None,
    )
    is_tested = fields.Boolean()
    loss = fields.Float(
        "Log Loss",
        aggregator=None,
        help="Error of the chances of buying on earlier days, punishing most what was "
        "said with certainty and was wrong. The least one is used.",
    )
    auc = fields.Float("AUC", aggregator=None)
    brier = fields.Float("Brier Score", aggregator=None)
    ece = fields.Float("ECE", aggregator=None)
    mae = fields.Float("MAE", aggregator=None)
    total_error = fields.Float(aggregator=None)
    is_used = fields.Boolean("In Use", help="For the chance of buying.")
    is_used_count = fields.Boolean(
        "In Use for Numbers", help="For the number of purchases."
    )
    used_for = fields.Char(compute="_compute_used_for")

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_label(self):
        for candidate in self:
            candidate.label = method_words(self.env, candidate.name)

    @api.depends("is_used", "is_used_count", "kind")
    @api.depends_context("lang")
    def _compute_used_for(self):
        for candidate in self:
            candidate.used_for = candidate._used_for()

    def _used_for(self):
        if self.kind == "amount":
            return self.env._("Amounts")
        if self.is_used and self.is_used_count:
            return self.env._("Chance and number")
        if self.is_used:
            return self.env._("Chance")
        return self.env._("Number") if self.is_used_count else False

    @api.depends("values")
    @api.depends_context("lang")
    def _compute_parameters(self):
        for candidate in self:
            values = candidate.values or {}
            candidate.parameters = ", ".join(
                f"{symbol} = {formatLang(self.env, values[name], digits=4)}"
                for name, symbol in SYMBOLS.items()
                if name in values
            )
