from odoo import models


class CrmLoyaltyClass(models.Model):
    """One of the classes of loyalty, of which Wind (1982) names five.

    The first class in order whose rule matches takes the customer.
    """

    _name = "crm.loyalty.class"
    _inherit = ["crm.classification.mixin"]
    _description = "Loyalty Class"

    _dimension = "loyalty"
    _profile_field = "loyalty_class_id"
    _rank = 30
