from odoo import fields, models


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmLead(models.Model):
    _inherit = "crm.lead"

    consent_warning = fields.Char(
        related="partner_id.consent_warning",
        groups="crm_value_chain.group_value_chain_user",
    )
