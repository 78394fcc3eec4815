from odoo import fields, models


# the setting of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class ResCompany(models.Model):
    _inherit = "res.company"

    quotation_value_proposition = fields.Boolean(
        "Value Proposition on Quotations",
        help="New quotations print the value proposition that was chosen.",
    )
