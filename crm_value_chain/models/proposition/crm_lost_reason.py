from odoo import fields, models

from .value_words import HELP, SOURCES


class CrmLostReason(models.Model):
    _inherit = "crm.lost.reason"

    value_source = fields.Selection(
        SOURCES,
        "Source of Value",
        help="What the customers miss who give this reason; leads that name no factor "
        "count as lost by it. " + HELP,
    )
