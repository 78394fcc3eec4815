from odoo import api, fields, models


# an idea of its own: why a customer stands where it does
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """Why the customer stands in its classes; the ladder explains itself."""

    _inherit = "crm.customer.profile"

    classification_explanation = fields.Json(
        compute="_compute_classification_explanation"
    )

    @api.depends("override_ids.active")
    @api.depends_context("lang", "uid")
    def _compute_classification_explanation(self):
        for profile in self:
            profile.classification_explanation = [
                profile._classification_explanation(classification)
                for classification in self._in_order()
                if not classification._explains_itself
                and classification._rules(profile.company_id)
            ]

    def _classification_explanation(self, classification):
        """Class of a classification with its conditions, as `RuleExplanation` has them.

        :rtype: dict
        """
        self.ensure_one()
        field = self._fields[classification._profile_field]
        chosen = self[field.name]
        since = field.name.removesuffix("_id") + "_since"
        override = self._override_of(classification._dimension)
        return {
            "dimension": classification._dimension,
            "field": field.name,
            "label": field._description_string(self.env),
            "class": {
                "id": chosen.id,
                "name": chosen.name or "",
                "color": chosen.color,
                "description": chosen.description or "",
            },
            "since": fields.Date.to_string(self[since])
            if since in self._fields and self[since]
            else None,
            "why": chosen._explain(self)[1] if chosen else [],
            "override": override._told() if override else None,
        }

    def _override_of(self, dimension):
        """What sets this customer by hand in a classification now, if anything."""
        today = fields.Date.today()
        return self.override_ids.filtered(
            lambda o: (
                o.dimension == dimension
                and o.active
                and (not o.date_until or o.date_until >= today)
            )
        )[:1]

    def action_set_by_hand(self, dimension):
        """Open the form that sets this customer by hand in a classification."""
        self.ensure_one()
        field = self._classification_of(dimension)._profile_field
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_customer_override_action"
        )
        label = self._fields[field]._description_string(self.env)
        return action | {
            "name": self.env._("Set by Hand: %s", label),
            "context": {
                "default_profile_id": self.id,
                "default_dimension": dimension,
                f"default_{field}": self[field].id,
            },
        }

    def action_back_to_rules(self, dimension):
        """Go back from a class set by hand to the rules.

        :raises AccessError: if the user may not change what sets it
        """
        self.ensure_one()
        self._override_of(dimension).active = False
