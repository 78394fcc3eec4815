from odoo import Command, api, fields, models

from .crm_contact_consent import AGAINST
from .crm_contact_preference import FREQUENCIES, TIMES

USER = "crm_value_chain.group_value_chain_user"
SELLER = "sales_team.group_sale_salesman"
SELLER_OF_ALL = "sales_team.group_sale_salesman_all_leads"


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class ResPartner(models.Model):
    """How a person likes to be dealt with, and what it allowed us."""

    _inherit = "res.partner"

    contact_preference_ids = fields.One2many(
        "crm.contact.preference", "partner_id", groups=USER
    )
    contact_consent_ids = fields.One2many(
        "crm.contact.consent", "partner_id", "Consents", groups=USER
    )
    preferred_channel_id = fields.Many2one(
        "crm.interaction.channel",
        compute="_compute_preferences",
        inverse="_inverse_preferences",
        domain=[("is_reachable", "=", True)],
        groups=USER,
    )
    preferred_time_of_day = fields.Selection(
        TIMES,
        "Best Time",
        compute="_compute_preferences",
        inverse="_inverse_preferences",
        groups=USER,
    )
    preferred_frequency = fields.Selection(
        FREQUENCIES,
        "How Often",
        compute="_compute_preferences",
        inverse="_inverse_preferences",
        groups=USER,
    )
    preferred_topic_ids = fields.Many2many(
        "crm.contact.topic",
        string="Topics",
        compute="_compute_preferences",
        inverse="_inverse_preferences",
        groups=USER,
    )
    preference_note = fields.Char(
        "What Else to Mind",
        compute="_compute_preferences",
        inverse="_inverse_preferences",
        groups=USER,
    )
    consent_warning = fields.Char(
        "Refused",
        compute="_compute_consent_warning",
        groups=USER,
        help="On which channels the person does not want to be contacted.",
    )

    are_wishes_shown = fields.Boolean(
        compute="_compute_are_wishes_shown",
        groups=USER,
        help="Whether the user sees what the person prefers and allowed.",
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("uid")
    def _compute_are_wishes_shown(self):
        """Whoever sees own documents only sees the wishes of own customers' people."""
        user = self.env.user
        own_only = user.has_group(SELLER) and not user.has_group(SELLER_OF_ALL)
        for partner in self:
            customer = partner.commercial_partner_id
            partner.are_wishes_shown = not own_only or customer.is_own_customer

    @api.model
    def _preference_fields(self):
        """Fields of a contact by those of its preferences."""
        return {
            "channel_id": "preferred_channel_id",
            "time_of_day": "preferred_time_of_day",
            "frequency": "preferred_frequency",
            "topic_ids": "preferred_topic_ids",
            "note": "preference_note",
        }

    @api.depends(
        "contact_preference_ids.channel_id",
        "contact_preference_ids.time_of_day",
        "contact_preference_ids.frequency",
        "contact_preference_ids.topic_ids",
        "contact_preference_ids.note",
    )
    def _compute_preferences(self):
        for partner in self:
            preference = partner.contact_preference_ids[:1]
            for name, shown in self._preference_fields().items():
                partner[shown] = preference[name]

    def _inverse_preferences(self):
        for partner in self:
            known = {
                name: Command.set(partner[shown].ids)
                if name == "topic_ids"
                else partner[shown]
                for name, shown in self._preference_fields().items()
            }
            known["topic_ids"] = [known["topic_ids"]]
            known["channel_id"] = partner.preferred_channel_id.id
            preference = partner.contact_preference_ids
            if preference:
                preference.write(known)
            elif any(partner[shown] for shown in self._preference_fields().values()):
                preference.create({"partner_id": partner.id, **known})

    @api.depends("contact_consent_ids.state")
    @api.depends_context("uid", "lang")
    def _compute_consent_warning(self):
        consents = self.env["crm.contact.consent"].sudo()._holding(self)
        against = consents.filtered(
            lambda c: c.state in AGAINST and c.purpose == "contact"
        ).grouped("partner_id")
        for partner in self:
            refused = against.get(partner._origin.sudo(), consents.browse())
            partner.consent_warning = ". ".join(c._in_words() for c in refused)

    def write(self, vals):
        """Forget what people like to hear about, of those who refuse profiling.

        How to reach them, and what they allowed, stays: it is there for them.
        """
        result = super().write(vals)
        if vals.get("profiling_refused"):
            self.sudo().contact_preference_ids.topic_ids = [Command.clear()]
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_consents(self):
        """Erase the proof of consents too, which the database would leave behind."""
        self.sudo().with_context(active_test=False).contact_consent_ids.unlink()

    def action_open_interactions(self):
        """Open what happened with this contact, or with all people of a customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_relationship_interaction_action"
        )
        return action | {"domain": self._domain_of_people(), "context": {}}

    def action_note_consent(self):
        """Note what this person allows or refuses."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Note Consent"),
            "res_model": "crm.contact.consent",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": self.id},
        }
