from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date


# the stage of the value chain adds its own fields, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """What we do differently for the customer."""

    _inherit = "crm.customer.profile"

    treatment_ids = fields.One2many(
        "crm.treatment", "profile_id", "What We Do Differently"
    )
    treatment_count = fields.Integer("Treatments", compute="_compute_treatment_count")
    contact_terms = fields.Json(
        compute="_compute_contact_terms",
        help="The terms that were agreed on the contact, as a part of a view.",
    )

    @api.model
    def _fields_people_may_write(self):
        return {*super()._fields_people_may_write(), "treatment_ids"}

    @api.depends(
        "treatment_ids.state", "treatment_ids.date_from", "treatment_ids.date_until"
    )
    def _compute_treatment_count(self):
        counts = dict(
            self.env["crm.treatment"]._read_group(
                Domain("profile_id", "in", self.ids)
                & self.env["crm.treatment"]._is_in_force(),
                ["profile_id"],
                ["__count"],
            )
        )
        for profile in self:
            profile.treatment_count = counts.get(profile._origin, 0)

    @api.depends("partner_id")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_contact_terms(self):
        for profile in self:
            profile.contact_terms = [profile._terms_part()]

    def _terms_part(self):
        """Pricelist, payment terms and fiscal position, as far as there are any."""
        labels = {
            "property_payment_term_id": self.env._("Payment terms"),
            "property_account_position_id": self.env._("Fiscal position"),
        }
        if self.env.user.has_group("product.group_product_pricelist"):
            labels = {"property_product_pricelist": self.env._("Pricelist")} | labels
        contact = self.partner_id.sudo().with_company(self.company_id)
        return self._part(
            "terms",
            self.env._("Terms of the Contact"),
            0,
            [
                {"text": contact[name].display_name, "detail": label}
                for name, label in labels.items()
                if contact[name]
            ],
            empty=self.env._(
                "None yet: agree on them on the contact, tab Sales & Purchase."
            ),
            action="action_open_partner",
        )

    def unlink(self):
        """Delete profiles, and what people were reminded of because of them."""
        treatments = self.env["crm.treatment"].sudo()
        reminded = [("profile_id", "in", self.ids), ("reminder_id", "!=", False)]
        treatments.search(reminded).reminder_id.unlink()
        return super().unlink()

    def action_open_treatments(self):
        """Open what we do differently for this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_treatment_action"
        )
        return action | {
            "domain": [("profile_id", "=", self.id)],
            "context": {"default_profile_id": self.id},
        }

    def _view_parts(self):
        parts = super()._view_parts()
        if not self.env["crm.treatment"].has_access("read"):
            return parts
        in_force = self.treatment_ids.filtered_domain(self.treatment_ids._is_in_force())
        coming = self.treatment_ids.filtered("is_coming").sorted("date_from")
        return [
            *parts,
            self._part(
                "treatments",
                self.env._("What We Do Differently"),
                50,
                [self._treatment_line(treatment) for treatment in in_force + coming],
                empty=self.env._("Nothing yet: everybody gets the same."),
                action="action_open_treatments",
            ),
        ]

    @api.model
    def _treatment_line(self, treatment):
        day = treatment.date_deadline or treatment.date_until
        details = [
            treatment.target_in_words,
            treatment.is_coming
            and self.env._("from %s", format_date(self.env, treatment.date_from)),
            day and self.env._("until %s", format_date(self.env, day)),
            treatment.reason,
        ]
        tone = "danger" if treatment.is_overdue else None
        return {
            "text": treatment.name,
            "detail": " · ".join(filter(None, details)),
            "tone": "muted" if treatment.is_coming else tone,
            "model": treatment._name,
            "id": treatment.id,
        }
