from odoo import api, fields, models

from .idic import steps_with
from .res_partner_idic import USER


# the fields of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class CrmLead(models.Model):
    """How far the four steps are with the customer of a lead, or the lead itself."""

    _inherit = "crm.lead"

    idic_card = fields.Json(
        "IDIC",
        compute="_compute_idic_card",
        groups=USER,
    )

    @api.depends(
        "activity_ids",
        "contact_name",
        "email_from",
        "expected_revenue",
        "partner_id",
        "partner_name",
        "phone",
        "qualification_need",
        "user_id",
    )
    @api.depends_context("company", "lang", "uid")
    def _compute_idic_card(self):
        cards = self.customer_profile_id._idic_cards()
        silent = self._hidden()
        for lead in self:
            if lead in silent or lead._is_profiling_refused():
                lead.idic_card = False
            else:
                own = cards.get(lead.customer_profile_id.id)
                lead.idic_card = own or lead._idic_card_without_customer()

    def _idic_card_without_customer(self):
        """What the lead itself gives; see the profile's card."""
        found = [
            (step, {"key": key, "label": label, "fix": fix, "there": bool(there)})
            for step, key, label, fix, there in self._evidence_of_lead()
        ]
        return {"steps": steps_with(self.env, found)}

    def _evidence_of_lead(self):
        """Step, key, label, what to do, and whether it is there, of each evidence."""
        self.ensure_one()
        env = self.env
        return [
            (
                *("identify", "name", env._("Name known")),
                env._("Enter the company or the person that is interested."),
                self.partner_name or self.contact_name or self.partner_id,
            ),
            (
                *("identify", "email", env._("E-mail address known")),
                env._("Ask for an e-mail address."),
                self.email_from,
            ),
            (
                *("identify", "phone", env._("Phone number known")),
                env._("Ask for a phone number."),
                self.phone,
            ),
            (
                *("identify", "customer", env._("Linked to a contact")),
                env._("Choose or create the contact of this lead."),
                self.partner_id,
            ),
            (
                *("differentiate", "value", env._("Expected revenue known")),
                env._("Estimate what the deal is worth."),
                self.expected_revenue > 0,
            ),
            (
                *("differentiate", "needs", env._("Needs known")),
                env._("Find out whether and why it is needed: tab Qualification."),
                self._are_needs_known(),
            ),
            (
                *("interact", "salesperson", env._("Somebody answers for it")),
                env._("Assign a salesperson."),
                self.user_id,
            ),
            (
                *("interact", "planned", env._("Next step planned")),
                env._("Schedule an activity."),
                self.activity_ids,
            ),
            (
                *("customise", "treatment", env._("Treatment in force")),
                env._("First make it a customer: then choose what to do differently."),
                False,
            ),
        ]

    def _are_needs_known(self):
        """Whether somebody found out what is needed. A hook."""
        return self.qualification_need in ("yes", "no")
