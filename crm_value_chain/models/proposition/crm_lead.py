from odoo import api, fields, models
from odoo.exceptions import ValidationError


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
            if foreign := lead._foreign_needs():
                lead.lead_need_ids -= foreign
        return result

    def _foreign_needs(self):
        """Needs that another company has in its catalogue."""
        company = self.company_id
        return company and self.lead_need_ids.filtered(
            lambda need: need.company_id and need.company_id != company
        )

    @api.constrains("lead_need_ids", "company_id")
    def _check_company_of_needs(self):
        for lead in self.sudo():
            if foreign := lead._foreign_needs():
                raise ValidationError(
                    self.env._(
                        "“%(need)s” is a need that customers of another company than "
                        "%(company)s have: choose another one.",
                        need=foreign[0].display_name,
                        company=lead.company_id.name,
                    )
                )

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
        """Name only what was offered, and what the user may read: no draft."""
        self.lost_factor_id.sudo(False).check_access("read")
        for lead in self.sudo():
            if lead.lost_factor_id and not lead._is_lost_by_what_was_offered():
                raise ValidationError(
                    self.env._(
                        "“%(factor)s” is no factor of the value proposition that "
                        "“%(lead)s” was sold with: choose one of that, or none.",
                        factor=lead.lost_factor_id.name,
                        lead=lead.name,
                    )
                )

    def _is_lost_by_what_was_offered(self):
        """Whether the factor is one of the proposition of the lead, or of its orders.

        See `crm.value.proposition.report`: it looks at orders where the lead has none.
        """
        offered = self.value_proposition_id or self.order_ids.value_proposition_id
        return self.lost_factor_id.version_id.proposition_id in offered

    def write(self, vals):
        """What is won or open again was not lost by anything.

        Nor is what was offered with another proposition lost by a factor of the old.
        """
        if "lost_reason_id" in vals and not vals["lost_reason_id"]:
            vals = {"lost_factor_id": False, **vals}
        result = super().write(vals)
        if "value_proposition_id" in vals and "lost_factor_id" not in vals:
            lost = self.sudo().filtered("lost_factor_id")
            lost = lost.filtered(lambda lead: not lead._is_lost_by_what_was_offered())
            lost.lost_factor_id = False
        return result

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

        def lost_factor(name, leads):
            proposition = leads.filtered("value_proposition_id")[
                :1
            ].value_proposition_id
            factors = [] if leads[:1].probability else leads.sudo()[name]
            return next(
                (
                    factor.id
                    for factor in factors
                    if factor.version_id.proposition_id == proposition
                ),
                False,
            )

        def needs(name, leads):
            company = leads.filtered("company_id")[:1].company_id
            return leads[name].filtered(
                lambda need: (
                    not (need.company_id and company) or need.company_id == company
                )
            )

        return super()._merge_get_fields_specific() | {
            "value_proposition_id": first,
            "value_proposition_version_id": first,
            "lead_need_ids": needs,
            "lost_factor_id": lost_factor,
        }
