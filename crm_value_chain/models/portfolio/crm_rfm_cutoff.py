from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

GRADES = (2, 3, 4, 5)
LIMITS = frozenset(f"limit_{grade}" for grade in GRADES)
NOBODY = -1  # days: a recency that no customer reaches
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
        for cutoff in self:
            limits = [cutoff[f"limit_{grade}"] for grade in GRADES]
            if limits != sorted(limits, reverse=cutoff.measure == "recency"):
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
    def _renew(self, company, as_of):
        """Compute the quintiles of a company's buyers as of a day.

        A fifth of the buyers gets each score as far as ties allow: equal values
        get the same score, the lower one. Fixed cut-offs are left alone, once
        they are there. Without buyers there is nothing to compute from.
        """
        known = self.search([("company_id", "=", company.id)]).grouped("measure")
        fixed = company.rfm_method == "fixed"
        self.env["crm.customer.profile"].flush_model()
        measures = {
            "recency": (SQL("%s - last_purchase_date", as_of), True),
            "frequency": (SQL("purchase_count"), False),
            "monetary": (SQL("purchase_amount"), False),
        }
        for measure, (value, descending) in measures.items():
            cutoff = known.get(measure, self.browse())
            if fixed and cutoff:
                continue
            limits = self._quintiles(company, value, descending)
            if not limits:
                cutoff.unlink()
                continue
            vals = {
                f"limit_{grade}": limit
                for grade, limit in zip(GRADES, limits, strict=True)
            }
            vals["computed_on"] = as_of
            if cutoff:
                cutoff.write(vals)
            else:
                self.create(vals | {"company_id": company.id, "measure": measure})

    @api.model
    def _quintiles(self, company, value, descending):
        """Limits from which scores 2 to 5 begin; none where nobody buys.

        The limit is the first value beyond the quintile, so that a value which
        very many share (one purchase, say) gets one low score.
        """
        direction = SQL("DESC" if descending else "ASC")
        beyond = SQL("<") if descending else SQL(">")
        best = SQL("MAX") if descending else SQL("MIN")
        limits = [
            SQL("%s(value) FILTER (WHERE value %s q[%s])", best, beyond, grade - 1)
            for grade in GRADES
        ]
        self.env.cr.execute(
            SQL(
                """
                WITH buyer AS MATERIALIZED (
                    SELECT (%(value)s)::float8 AS value
                      FROM crm_customer_profile
                     WHERE company_id = %(company)s AND purchase_count > 0 AND active),
                quintile AS MATERIALIZED (
                    SELECT PERCENTILE_DISC(ARRAY[0.2, 0.4, 0.6, 0.8])
                           WITHIN GROUP (ORDER BY value %(direction)s) AS q
                      FROM buyer)
                SELECT %(limits)s, %(most)s(value) FROM buyer, quintile
                """,
                value=value,
                company=company.id,
                direction=direction,
                limits=SQL(", ").join(limits),
                most=SQL("MIN") if descending else SQL("MAX"),
            )
        )
        *limits, most = self.env.cr.fetchone()
        if most is None:
            return []
        # a score that nobody reaches begins just beyond the best value there is
        unreached = most + (NOBODY if descending else 1)
        return [unreached if limit is None else limit for limit in limits]

    @api.model
    def _score_columns(self, company, as_of):
        """Scores 1 to 5 of the profile ``p`` as of a day, empty without cut-offs."""
        cutoffs = self.search([("company_id", "=", company.id)]).grouped("measure")
        values = {
            "recency": (SQL("(%s - p.last_purchase_date)", as_of), SQL("<=")),
            "frequency": (SQL("p.purchase_count"), SQL(">=")),
            "monetary": (SQL("p.purchase_amount"), SQL(">=")),
        }
        return {
            measure: SQL(
                "(1 + %s)",
                SQL(" + ").join(
                    SQL(
                        "(%s %s %s)::int",
                        value,
                        reaches,
                        cutoffs[measure][f"limit_{g}"],
                    )
                    for g in GRADES
                ),
            )
            if measure in cutoffs
            else SQL("NULL::int")
            for measure, (value, reaches) in values.items()
        }
