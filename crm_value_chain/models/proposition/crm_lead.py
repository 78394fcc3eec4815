from odoo import api, fields, models


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.value.choice"]

    lead_need_ids = fields.Many2many(
        "crm.need",
        string="Needs",
        domain="[('company_id', 'in', (False, company_id))]",
        help="What this lead is after. The needs of a customer stand on the profile, "
        "with their importance; both are looked at for suggestions.",
    )
    lost_factor_id = fields.Many2one(
        "crm.value.factor",
        "Lost by",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        tracking=True,
        help="The factor of the value proposition that lost the deal.",
    )

    @api.depends(
        "partner_id",
        "company_id",
        "lead_need_ids",
    )
    def _compute_value_suggestions(self):
        return super()._compute_value_suggestions()

    def _noted_needs(self):
        return self.lead_need_ids._origin

    def _compute_company_id(self):
        """Drop what the company does not offer that follows from who works on it."""
        result = super()._compute_company_id()
        for lead in self.sudo():
            company = lead.value_proposition_id.company_id
            if company and lead.company_id and lead.company_id != company:
                lead.value_proposition_id = False
        return result

    @api.depends("lead_need_ids", "value_proposition_id")
    def _compute_idic_card(self):
        return super()._compute_idic_card()

    def _are_needs_known(self):
        return super()._are_needs_known() or bool(self.lead_need_ids)

    def _evidence_of_lead(self):
        return [
            *super()._evidence_of_lead(),
            (
                *("customise", "proposition", self.env._("Value proposition chosen")),
                self.env._("Choose the value proposition that meets what is needed."),
                self.value_proposition_id,
            ),
        ]

    @api.constrains("lost_factor_id")
    def _check_lost_factor(self):
        """Name only what the user may read: no factor of a draft, or elsewhere."""
        self.lost_factor_id.sudo(False).check_access("read")

    def write(self, vals):
        """What is won or open again was not lost by anything."""
        if "lost_reason_id" in vals and not vals["lost_reason_id"]:
            vals = {"lost_factor_id": False, **vals}
        return super().write(vals)

    def _prepare_opportunity_quotation_context(self):
        """Hand the proposition and its version to the quotation."""
        context = super()._prepare_opportunity_quotation_context()
        if self._has_field_access(self._fields["value_proposition_id"], "read"):
            chosen = self._choice_for_orders(context.get("default_company_id"))
            context |= {f"default_{name}": value for name, value in chosen.items()}
        return context

    def _choice_for_orders(self, company_id):
        """What was chosen here, as values of an order of a company."""
        lead = self.sudo()
        if lead.value_proposition_id.company_id.id != company_id:
            return {}
        return {
            "value_proposition_id": lead.value_proposition_id.id,
            "value_proposition_version_id": lead.value_proposition_version_id.id,
        }

    def _merge_get_fields_specific(self):
        """A merged lead keeps the first choice and all needs that were noted."""

        def first(name, leads):
            chosen = leads.filtered("value_proposition_id")
            return chosen[:1][name].id

        return super()._merge_get_fields_specific() | {
            "value_proposition_id": first,
            "value_proposition_version_id": first,
            "lead_need_ids": lambda name, leads: leads.mapped(name),
            "lost_factor_id": lambda name, leads: (
                not leads[:1].probability and leads.filtered(name)[:1][name].id
            ),
        }
