from odoo import fields, models


class CrmRetentionModel(models.Model):
    """What forecasts the purchases of a company's customers, as fitted on a day."""

    _name = "crm.retention.model"
    _description = "Retention Model"
    _order = "as_of desc, id desc"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    as_of = fields.Date(required=True, readonly=True)
    method = fields.Char(readonly=True)
