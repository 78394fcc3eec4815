from odoo import api, fields, models


class CrmCustomerFact(models.AbstractModel):
    """Something that people note about a customer in a company.

    Whoever notes or changes a fact answers for it. A fact goes with its profile:
    who refuses profiling or is erased takes it along, who is merged hands it over.
    """

    _name = "crm.customer.fact"
    _description = "Fact about a Customer"

    profile_id = fields.Many2one(
        "crm.customer.profile",
        "Customer",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="profile_id.company_id", store=True)
    partner_id = fields.Many2one(related="profile_id.partner_id", string="Contact")
    user_id = fields.Many2one(
        "res.users",
        "Noted by",
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="set null",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Note facts; whoever does so answers for them."""
        if not self.env.su:
            vals_list = [vals | {"user_id": self.env.uid} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """Change facts, but not into facts of customers whom the user may not see."""
        if not self.env.su:
            vals = {name: vals[name] for name in vals if name != "user_id"}
        result = super().write(vals)
        if not self.env.su:
            self.check_access("write")  # also of what they became
        return result

    @api.model
    def _of_everywhere(self):
        """All models of facts, empty."""
        names = self.env.registry.descendants(["crm.customer.fact"], "_inherit")
        models_ = (self.env[name].sudo() for name in sorted(names))
        return [model for model in models_ if not model._abstract]

    @api.model
    def _move(self, merged, kept):
        """Hand the facts of a profile that is about to go to the one that stays."""
        facts = self.with_context(active_test=False).search(
            [("profile_id", "=", merged.id)]
        )
        facts._new_beside(kept).profile_id = kept

    def _new_beside(self, kept):
        """Those of these facts that a profile does not know yet. A hook."""
        return self
