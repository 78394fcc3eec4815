from odoo import api, fields, models
from odoo.tools import SQL


# each stage of the value chain adds its own fields, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    _inherit = "crm.customer.profile"

    r_score = fields.Integer(
        "Recency Score",
        readonly=True,
        aggregator="avg",
        help="5 for the fifth of the buyers who bought last, 1 for the fifth whose "
        "last purchase is longest ago.",
    )
    f_score = fields.Integer(
        "Frequency Score",
        readonly=True,
        aggregator="avg",
        help="5 for the fifth of the buyers with the most purchases.",
    )
    m_score = fields.Integer(
        "Monetary Score",
        readonly=True,
        aggregator="avg",
        help="5 for the fifth of the buyers who spent the most.",
    )
    rfm_code = fields.Char(
        "RFM", readonly=True, help="Recency, frequency and monetary score in a row."
    )

    @api.model
    def _prepare_scoring(self, company, as_of):
        result = super()._prepare_scoring(company, as_of)
        self.env["crm.rfm.cutoff"]._renew(company, as_of)
        return result

    @api.model
    def _scores(self, scope):
        company = self.env["res.company"].browse(scope.company_id)
        scores = self.env["crm.rfm.cutoff"]._score_columns(company, scope.as_of)
        buyer = SQL("p.purchase_count > 0")
        columns = [scores[m] for m in ("recency", "frequency", "monetary")]
        r, f, m = (SQL("CASE WHEN %s THEN %s END", buyer, c) for c in columns)
        return super()._scores(scope) | {
            "r_score": r,
            "f_score": f,
            "m_score": m,
            "rfm_code": SQL("(%s)::text || (%s)::text || (%s)::text", r, f, m),
        }
