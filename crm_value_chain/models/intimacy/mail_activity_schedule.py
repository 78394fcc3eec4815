from odoo import api, fields, models

from odoo.addons.mail.tools.parser import parse_res_ids


class MailActivitySchedule(models.TransientModel):
    _inherit = "mail.activity.schedule"

    consent_warning = fields.Char(
        "Refused",
        compute="_compute_consent_warning",
        groups="crm_value_chain.group_value_chain_user",
        help="Who does not want to be contacted, and how.",
    )

    @api.depends("res_model", "res_ids")
    @api.depends_context("uid", "lang")
    def _compute_consent_warning(self):
        for wizard in self:
            people = wizard._contacts_concerned()
            warned = people.filtered("consent_warning")
            wizard.consent_warning = ". ".join(
                # other addresses need no name
                f"{person.name or person.display_name}: {person.consent_warning}"
                for person in warned
            )

    def _contacts_concerned(self):
        """Contacts with whom the activities are planned."""
        people = self.env["res.partner"]
        if self.res_model not in self.env or not self.res_ids:
            return people
        documents = self.env[self.res_model].browse(
            parse_res_ids(self.res_ids, self.env)
        )
        if documents._name == people._name:
            return documents
        field = documents._fields.get("partner_id")
        is_contact = field is not None and field.comodel_name == people._name
        return documents.partner_id if is_contact else people
