import math

import numpy as np

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..customer.binary_copy import day_number

GRADES = (2, 3, 4, 5)
LIMITS = frozenset(f"limit_{grade}" for grade in GRADES)
LIMIT_HELP = (
    "For recency, at most so many days since the last purchase; less than none is "
    "for nobody. For frequency and monetary value, at least so much since the first "
    "purchase."
)


class CrmRfmCutoff(models.Model):
    """From which value on a customer gets a higher score, 1 to 5.

    Kept and shown, so that every score can be checked by hand. With quintiles
    they are computed by each full scoring, with fixed cut-offs people set them.
    """

    _name = "crm.rfm.cutoff"
    _description = "RFM Cut-off"
    _order = "company_id, id"
    _rec_name = "measure"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    measure = fields.Selection(
        [
            ("recency", "Recency: days since the last purchase"),
            ("frequency", "Frequency: purchases since the first one"),
            ("monetary", "Monetary value: amount since the first purchase"),
        ],
        required=True,
    )
    limit_2 = fields.Float("Score 2", help=LIMIT_HELP)
    limit_3 = fields.Float("Score 3", help=LIMIT_HELP)
    limit_4 = fields.Float("Score 4", help=LIMIT_HELP)
    limit_5 = fields.Float("Score 5", help=LIMIT_HELP)
    computed_on = fields.Date(readonly=True, help="Empty: set by people.")
    rfm_method = fields.Selection(related="company_id.rfm_method")
    currency_id = fields.Many2one(related="company_id.currency_id")

    _measure_unique = models.UniqueIndex(
        "(company_id, measure)", "There is one set of cut-offs for each measure."
    )

    @api.constrains("measure", "limit_2", "limit_3", "limit_4", "limit_5")
    def _check_order(self):
        for cutoff in self.filtered("measure"):
            limits = [cutoff[f"limit_{grade}"] for grade in GRADES]
            in_order = limits == sorted(limits, reverse=cutoff.measure == "recency")
            if not in_order or not all(map(math.isfinite, limits)):
                raise ValidationError(
                    self.env._(
                        "The limits for %s must rise from score 2 to score 5 "
                        "(for recency: fall).",
                        dict(self._fields["measure"]._description_selection(self.env))[
                            cutoff.measure
                        ],
                    )
                )

    def write(self, vals):
        """Change limits; who changes them by hand answers for them from then on."""
        if LIMITS & vals.keys() and "computed_on" not in vals:
            vals = vals | {"computed_on": False}
        return super().write(vals)

    @api.model
    def _measures(self):
        """Field of the profile behind each measure. A hook.

        Of a date the days since count, and less of them is better.

        :rtype: dict[str, str]
        """
        return {
            "recency": "last_purchase_date",
            "frequency": "purchase_count",
            "monetary": "purchase_amount",
        }

    @api.model
    def _is_date(self, name):
        return self.env["crm.customer.profile"]._fields[name].type == "date"

    @api.model
    def _renew(self, scope, staging):
        """Compute the quintiles of a company's buyers from their staged figures.

        A fifth of the buyers gets each score as far as ties allow: equal values
        get the same score, the lower one. Fixed cut-offs are left alone, once
        they are there. Without buyers there is nothing to compute from.
        """
        company = self.env["res.company"].browse(scope.company_id)
        known = self.search([("company_id", "=", company.id)]).grouped("measure")
        measures = self._measures()
        buyers = staging.buyers(set(measures.values()))
        today = day_number(scope.as_of)
        fixed = company.rfm_method == "fixed"
        for measure, name in measures.items():
            cutoff = known.get(measure, self.browse())
            if fixed and cutoff:
                continue
            values = buyers[name]
            if since := self._is_date(name):
                values = today - values
            limits = quintiles(values, descending=since)
            if not limits:
                cutoff.unlink()
                continue
            vals = dict(zip(sorted(LIMITS), limits, strict=True))
            vals["computed_on"] = scope.as_of
            if cutoff:
                cutoff.write(vals)
            else:
                self.create(vals | {"company_id": company.id, "measure": measure})

    @api.model
    def _grades(self, company, as_of, column):
        """SQL of the score 1 to 5 of each measure, empty without cut-offs.

        :param column: function that gives the SQL of a field of the profile
        :rtype: dict[str, SQL]
        """
        cutoffs = self.search([("company_id", "=", company.id)]).grouped("measure")
        grades = {}
        for measure, name in self._measures().items():
            grades[measure] = SQL("NULL::int")
            if cutoff := cutoffs.get(measure):
                points = [
                    SQL("(%s)::int", self._reaches(name, column, as_of, limit))
                    for limit in (cutoff[f"limit_{grade}"] for grade in GRADES)
                ]
                grades[measure] = SQL("(1 + %s)", SQL(" + ").join(points))
        return grades

    @api.model
    def _reaches(self, name, column, as_of, limit):
        """SQL of whether a field is at least as good as a limit.

        Whole numbers are compared with whole numbers: that is a third of the work.
        """
        if self._is_date(name):
            return SQL("%s - %s <= %s", as_of, column(name), math.floor(limit))
        if self.env["crm.customer.profile"]._fields[name].type == "integer":
            limit = math.ceil(limit)
        return SQL("%s >= %s", column(name), limit)


def quintiles(values, descending=False):
    """Return the limits from which scores 2 to 5 begin; none without values.

    A limit is the first value beyond the quintile, so that a value which very many
    share (one purchase, say) gets one low score. A score that nobody reaches begins
    just beyond the best value there is.

    :param numpy.ndarray values: NaN where there is none
    :param bool descending: less is better
    """
    ranked = np.sort(values[~np.isnan(values)] * (-1 if descending else 1))
    if not len(ranked):
        return []
    places = np.ceil(np.arange(1, 5) / 5 * len(ranked)).astype(int) - 1
    beyond = np.searchsorted(ranked, ranked[places], side="right")
    limits = np.append(ranked, ranked[-1] + 1)[beyond]
    return [float(limit) for limit in (-limits if descending else limits)]
