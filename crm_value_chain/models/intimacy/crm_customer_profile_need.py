from odoo import api, fields, models

from .fact_records import FactRecords

LARGE_GAP = 2.5  # a need that decides, met by half


# the stage of the value chain adds its own fields, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """What the customer needs."""

    _inherit = "crm.customer.profile"

    need_fact_ids = fields.One2many(
        "crm.customer.need", "profile_id", "What the Customer Needs"
    )
    need_ids = FactRecords(
        "crm.need",
        "crm_customer_need",
        "profile_id",
        "need_id",
        "Needs",
        readonly=True,
        help="Needs of the customer that people noted.",
    )

    @api.model
    def _fields_people_may_write(self):
        return {*super()._fields_people_may_write(), "need_fact_ids"}

    def _know_needs_anew(self):
        """Place customers anew of whom other needs are known than before."""
        self.env["crm.customer.need"].flush_model(["profile_id", "need_id"])
        self.invalidate_recordset(["need_ids"])
        self.sudo()._place_anew()

    def action_open_needs(self):
        """Open the needs of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_customer_need_action"
        )
        return action | {
            "domain": [("profile_id", "=", self.id)],
            "context": {"default_profile_id": self.id},
        }

    def _view_parts(self):
        parts = super()._view_parts()
        if not self.env["crm.customer.need"].has_access("read"):
            return parts
        return [*parts, self._needs_part()]

    def _needs_part(self):
        return self._part(
            "needs",
            self.env._("Needs"),
            30,
            [self._need_line(fact) for fact in self.need_fact_ids],
            empty=self.env._("Ask what the customer needs, and note it."),
            action="action_open_needs",
        )

    @api.model
    def _need_line(self, fact):
        return {
            "text": fact.need_id.name,
            "detail": fact._in_words(),
            "tone": "danger" if fact.gap and fact.gap >= LARGE_GAP else None,
            "model": fact._name,
            "id": fact.id,
        }

    def action_open_like_needs(self):
        """Open the customers whose needs are most like those of this one."""
        self.ensure_one()
        self.check_access("read")
        alike = self.env["crm.need.likeness"]._of(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Needs like %s", self.display_name),
            "res_model": alike._name,
            "views": [(False, "list"), (False, "kanban")],
            "mobile_view_mode": "kanban",
            "domain": [("id", "in", alike.ids)],
        }
