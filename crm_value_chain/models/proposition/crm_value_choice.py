from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .crm_value_suggestion import NEED_POINTS, Wish

USER = "crm_value_chain.group_value_chain_user"


class CrmValueChoice(models.AbstractModel):
    """A lead or a quotation that is sold with a value proposition."""

    _name = "crm.value.choice"
    _description = "Sold with a Value Proposition"

    value_proposition_id = fields.Many2one(
        "crm.value.proposition",
        index="btree_not_null",
        ondelete="restrict",
        groups=USER,
        help="What we offer this customer that beats the alternatives.",
    )
    value_proposition_version_id = fields.Many2one(
        "crm.value.proposition.version",
        "Proposition Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=USER,
        help="The version that was in use when the proposition was chosen.",
    )
    value_suggestions = fields.Json(
        compute="_compute_value_suggestions",
        groups=USER,
        help="A proposition gets the importance of each of the customer's needs that "
        "it meets, and 5 if it is made for the customer's segment.",
    )
    value_arguments = fields.Json(compute="_compute_value_arguments", groups=USER)

    # ------------------------------------------------------------------
    # The version goes with the proposition
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Take the version in use of the propositions that are chosen."""
        for vals in vals_list:
            if vals.get("value_proposition_id"):
                self._add_version(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Take the version in use when another proposition is chosen."""
        if "value_proposition_id" in vals:
            chosen = vals["value_proposition_id"]
            others = self.filtered(
                lambda record: record.value_proposition_id.id != chosen
            )
            if not others and "value_proposition_version_id" not in vals:
                return super().write(vals)
            vals = self._add_version(dict(vals))
        return super().write(vals)

    @api.model
    def _add_version(self, vals):
        if not vals.get("value_proposition_version_id"):
            proposition = self.env["crm.value.proposition"].browse(
                vals["value_proposition_id"] or ()
            )
            proposition.check_access("read")
            version = proposition.sudo().current_version_id
            if proposition and not version:
                raise UserError(
                    self.env._(
                        "“%s” has no approved version: it cannot be offered.",
                        proposition.sudo().name,
                    )
                )
            vals["value_proposition_version_id"] = version.id
        return vals

    def copy_data(self, default=None):
        """A copy is a new offer: of the version in use, if there still is one."""
        vals_list = super().copy_data(default)
        for vals in vals_list:
            chosen = vals.get("value_proposition_id")
            if chosen:
                proposition = self.env["crm.value.proposition"].sudo().browse(chosen)
                if not proposition.current_version_id:
                    del vals["value_proposition_id"]
        return vals_list

    @api.onchange("value_proposition_id")
    def _onchange_value_proposition_id(self):
        for record in self:
            record.value_proposition_version_id = (
                record.value_proposition_id.sudo().current_version_id
            )

    @api.constrains(
        "value_proposition_id", "value_proposition_version_id", "company_id"
    )
    def _check_value_proposition(self):
        for record in self.sudo():
            version = record.value_proposition_version_id
            if version.proposition_id != record.value_proposition_id:
                raise ValidationError(
                    self.env._("The version is not one of the value proposition.")
                )
            if (
                record.company_id
                and version
                and (version.company_id != record.company_id)
            ):
                raise ValidationError(
                    self.env._(
                        "%(version)s is offered by another company than "
                        "%(company)s: choose another proposition, or none.",
                        version=version.display_name,
                        company=record.company_id.name,
                    )
                )
            if version.state in ("draft", "submitted"):
                raise ValidationError(
                    self.env._("%s is not approved.", version.display_name)
                )

    def action_take_current_version(self):
        """Offer the version that is in use now."""
        for record in self:
            current = record.value_proposition_id.sudo().current_version_id
            if current:
                record.value_proposition_version_id = current

    # ------------------------------------------------------------------
    # Suggestions, with why
    # ------------------------------------------------------------------

    @api.depends_context("company", "uid", "lang")
    def _compute_value_suggestions(self):
        propositions = self.env["crm.value.proposition"]
        found = propositions._suggest(self._wishes())
        for record, suggestions in zip(self, found, strict=True):
            record.value_suggestions = suggestions

    def _wishes(self):
        """What is known of the customers: their segments and needs.

        :rtype: list[Wish]
        """
        propositions = self.env["crm.value.proposition"]
        places = [record._value_place() for record in self]
        profiles = self.env["crm.customer.profile"].search(
            [
                ("partner_id", "in", [customer.id for _company, customer in places]),
                ("company_id", "in", [company.id for company, _customer in places]),
            ]
        )
        known = {
            (profile.company_id, profile.partner_id): wish
            for profile, wish in zip(
                profiles, propositions._wishes_of_profiles(profiles), strict=True
            )
        }
        nobody = self.env["crm.segment"]
        wishes = []
        for record, place in zip(self, places, strict=True):
            wish = known.get(place) or Wish(place[0], nobody, {})
            noted = {need: NEED_POINTS for need in record._noted_needs()}
            wishes.append(wish._replace(needs=noted | wish.needs))
        return wishes

    def _value_place(self):
        """Company that sells, and customer; nobody where profiling is refused."""
        company = self.company_id._origin or self.env.company
        return company, self.partner_id._origin._shown_customer()

    def _noted_needs(self):
        """Needs that somebody noted here. A hook."""
        return self.env["crm.need"]

    # ------------------------------------------------------------------
    # Arguments at hand
    # ------------------------------------------------------------------

    @api.depends("value_proposition_version_id")
    @api.depends_context("uid", "lang")
    def _compute_value_arguments(self):
        for record in self:
            version = record.value_proposition_version_id
            readable = version and version.has_access("read")
            record.value_arguments = readable and version._arguments()
