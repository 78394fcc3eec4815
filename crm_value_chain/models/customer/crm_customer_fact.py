import re

from odoo import api, fields, models


class CrmCustomerFact(models.AbstractModel):
    """Something that people note about a customer in a company.

    A fact goes with its profile: who refuses profiling or is erased takes it along,
    who is merged hands it over.
    """

    _name = "crm.customer.fact"
    _inherit = ["crm.noted", "crm.derived"]
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

    @api.model_create_multi
    def create(self, vals_list):
        """Note facts, but none of a customer whom the user does not see.

        Asked first: that a fact is known already tells something of the customer, too.
        """
        if not self.env.su:
            ids = [vals["profile_id"] for vals in vals_list if vals.get("profile_id")]
            self.env["crm.customer.profile"].browse(ids).check_access("read")
        return super().create(vals_list)

    def onchange(self, values, field_names, fields_spec):
        """Fill in what follows, but nothing of a customer whom the user does not see.

        What is related to the customer is read as superuser.
        """
        named = self.new({"profile_id": values.get("profile_id")})
        named.profile_id._origin.check_access("read")
        return super().onchange(values, field_names, fields_spec)

    def _learned_in_future(self):
        """Facts of a ``date`` that is still to come, in UTC and where the user is."""
        today = self._today()
        return self.filtered(lambda fact: fact.date and fact.date > today)

    @api.model
    def _today(self):
        """The day by now, in UTC or where the user is: whichever is later."""
        return max(fields.Date.today(), fields.Date.context_today(self))

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
        about = self._about()
        known = about and self.search([("profile_id", "=", kept.id)]).grouped(about)
        doubles = facts.filtered(lambda fact: about and fact[about] in known)
        for fact in doubles:
            known[fact[about]]._learn_from(fact)
        (facts - doubles).profile_id = kept

    @api.model
    def _about(self):
        """Name of the field of which a customer has each only once. A hook."""
        return None

    def _learn_from(self, double):
        """Take what a double says that is about to go, where this does not. A hook."""
        for name in self._remarks():
            ours, theirs = self[name] or "", double[name] or ""
            if theirs and not re.search(rf"(?<!\w){re.escape(theirs)}(?!\w)", ours):
                self[name] = "; ".join(filter(None, (ours, theirs)))

    @api.model
    def _remarks(self):
        """Names of the fields in which people say what else they know. A hook."""
        return ()
