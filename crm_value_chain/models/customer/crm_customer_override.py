from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

FIXED = {"profile_id", "company_id", "dimension"}


class CrmCustomerOverride(models.Model):
    """A class that people gave a customer by hand; the rules respect it."""

    _name = "crm.customer.override"
    _description = "Customer Set by Hand"
    _order = "id desc"
    _rec_name = "reason"

    profile_id = fields.Many2one(
        "crm.customer.profile",
        "Customer",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="profile_id.company_id", store=True)
    dimension = fields.Selection([], "Classification", required=True)
    reason = fields.Char(required=True, help="Why the rule is wrong for this customer.")
    user_id = fields.Many2one(
        "res.users", "Set by", readonly=True, default=lambda self: self.env.user
    )
    date_until = fields.Date("Until", help="Last day. Empty: until it is ended.")
    active = fields.Boolean(default=True)
    class_name = fields.Char("Set to", compute="_compute_class_name")

    _one_active = models.UniqueIndex(
        "(profile_id, dimension) WHERE active",
        "A customer is set by hand only once in a classification.",
    )

    @api.constrains("date_until")
    def _check_date_until(self):
        # the rules go by the day in UTC, people by that of their own place
        today = min(fields.Date.today(), fields.Date.context_today(self))
        if any(o.active and o.date_until and o.date_until < today for o in self):
            raise ValidationError(self.env._("The last day lies in the past."))

    @api.constrains(lambda self: ("dimension", *self._class_fields()))
    def _check_class(self):
        for override in self:
            chosen = override[override._class_field()]
            if not chosen:
                raise ValidationError(
                    self.env._("Choose where the customer shall stand.")
                )
            if chosen.company_id not in (
                override.company_id,
                self.env["res.company"],
            ):
                raise ValidationError(
                    self.env._("“%s” belongs to another company.", chosen.name)
                )

    @api.depends(lambda self: ("dimension", *self._class_fields()))
    @api.depends_context("lang")
    def _compute_class_name(self):
        for override in self:
            chosen = override.dimension and override[override._class_field()]
            override.class_name = chosen.name if chosen else False

    def _told(self):
        """Who set the customer by hand, why and until when, for screens."""
        self.ensure_one()
        return {
            "reason": self.reason,
            "user": self.user_id.name,
            "until": fields.Date.to_string(self.date_until) or None,
        }

    def _class_field(self):
        """Name of the field that holds the class, here and on the profile."""
        self.ensure_one()
        profiles = self.env["crm.customer.profile"]
        return profiles._classification_of(self.dimension)._profile_field

    @api.model
    def _class_fields(self):
        names = self.env["crm.customer.profile"]._classifications()
        return [self.env[name]._profile_field for name in names]

    @api.constrains("reason")
    def _check_reason(self):
        if any(not (override.reason or "").strip() for override in self):
            raise ValidationError(self.env._("Say why the rule is wrong here."))

    @api.model_create_multi
    def create(self, vals_list):
        """Set customers by hand; an earlier override of the same kind ends."""
        for vals in vals_list:
            vals["user_id"] = self.env.uid
        for vals in vals_list:
            self.search(
                [
                    ("profile_id", "=", vals.get("profile_id")),
                    ("dimension", "=", vals.get("dimension")),
                ]
            ).with_context(value_chain_replaced=True).active = False
        self.flush_model(["active"])  # or the index meets the old and the new one
        overrides = super().create(vals_list)
        overrides._apply()
        return overrides

    def write(self, vals):
        """Change or end an override, which places the customer anew at once.

        Whoever changes more than its end answers for it from then on.

        :raises UserError: for another customer or classification
        """
        if not self.env.su:
            if vals.keys() & FIXED:
                raise UserError(
                    self.env._("Set the other customer by hand in its own right.")
                )
            if vals.keys() - {"active"}:
                vals = vals | {"user_id": self.env.uid}
        result = super().write(vals)
        if not self.env.context.get("value_chain_replaced"):
            self._apply()
        return result

    def unlink(self):
        """Go back to the rules."""
        profiles = self.profile_id
        result = super().unlink()
        profiles.sudo()._place_anew()
        return result

    @api.model
    def _holds_sql(self, profile_id, dimension):
        """SQL of whether people set a customer by hand, in a classification.

        :param SQL profile_id: the customer
        """
        self.flush_model(["profile_id", "dimension", "active", "date_until"])
        return SQL(
            """
            EXISTS (SELECT FROM crm_customer_override override
                     WHERE override.profile_id = %s AND override.dimension = %s
                       AND override.active
                       AND (override.date_until IS NULL OR override.date_until >= %s))
            """,
            profile_id,
            dimension,
            fields.Date.today(),
        )

    def _apply(self):
        self.profile_id.sudo()._place_anew()
