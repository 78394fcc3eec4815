from odoo import models


class CrmValuePropositionReport(models.Model):
    """Tells the margin of deals by the cost that stands on their orders."""

    _inherit = "crm.value.proposition.report"
    _depends = {"sale.order": ["margin", "margin_percent"]}
