from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .crm_value_content import CrmValueContent


class CrmValuePromise(models.Model):
    """Something that we bind ourselves to, and who sees to it that it is kept."""

    _name = "crm.value.promise"
    _inherit = ["crm.period", "crm.value.content", "crm.named"]
    _description = "Binding Promise"
    _order = "version_id, sequence, id"

    name = fields.Char("Promise", required=True, translate=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("guarantee", "Guarantee"),
            ("service_level", "Service Level"),
            ("recovery", "Recovery"),
        ],
        required=True,
        default="guarantee",
        help="Guarantee: what the customer gets whatever happens. Service level: how "
        "well we serve, measured. Recovery: what we do when something went wrong.",
    )
    measure = fields.Char(translate=True, help="What is measured.")
    target = fields.Char(translate=True, help="What the measure shall be at least.")
    date_from = fields.Date("Valid from", default=lambda self: self._first_day())
    date_to = fields.Date("Valid to")
    user_id = fields.Many2one(
        "res.users",
        "Kept by",
        index="btree_not_null",
        ondelete="set null",
        help="Who of us sees to it that the promise is kept.",
    )
    member_id = fields.Many2one(
        "crm.network.member",
        "Kept with",
        index="btree_not_null",
        ondelete="set null",
        domain="[('company_id', '=', company_id)]",
        help="The member of the network on whom it depends.",
    )
    is_kept = fields.Boolean(
        "Has a Keeper",
        compute="_compute_is_kept",
        search="_search_is_kept",
        compute_sudo=True,
        help="Somebody of us or of the network still sees to it: neither was deleted "
        "or archived.",
    )

    @api.model
    def _first_day(self):
        """Today, also for colleagues where the day has not begun yet."""
        return min(fields.Date.today(), fields.Date.context_today(self))

    @api.depends("user_id.active", "member_id.active")
    def _compute_is_kept(self):
        for promise in self:
            promise.is_kept = promise.user_id.active or promise.member_id.active

    @api.model
    def _search_is_kept(self, operator, value):
        if operator != "in":
            return NotImplemented
        there = [("active", "=", True)]
        kept = Domain("user_id", "any!", there) | Domain("member_id", "any!", there)
        return kept if True in value else ~kept

    @api.constrains("member_id", "company_id")
    def _check_member(self):
        for promise in self:
            member = promise.member_id.sudo()
            if member and member.company_id != promise.company_id:
                raise ValidationError(
                    self.env._(
                        "%s: who keeps it is a member of another company's network.",
                        promise.name,
                    )
                )

    def _is_over(self):
        """Whether it ended, and binds us no more."""
        return bool(self.date_to and self.date_to < fields.Date.context_today(self))

    def _keepers(self, gone=False):
        """Who keeps the promise, in words.

        :param gone: name also who kept it once, and is archived now
        """
        keepers = (self.user_id.sudo(), self.member_id.sudo())
        return ", ".join(
            each.name for each in keepers if each and (each.active or gone)
        )

    def _hand_over(self, member):
        """Be kept with the member that another one became.

        That is no change of what was approved, so it may be done at any time.
        """
        return super(CrmValueContent, self).write({"member_id": member.id})
