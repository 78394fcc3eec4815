import math

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CrmInteractionChannel(models.Model):
    """A way on which we and customers reach each other, and what one use of it costs.

    Those that Odoo's own documents stand for have a code; people add their own.
    """

    _name = "crm.interaction.channel"
    _inherit = ["crm.named"]
    _description = "Interaction Channel"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(readonly=True, copy=False)
    sequence = fields.Integer(default=50)
    active = fields.Boolean(default=True)
    icon = fields.Char(
        default="fa-comment-o", help="Name of a Font Awesome icon, such as fa-phone."
    )
    is_reachable = fields.Boolean(
        "Can Be Chosen",
        default=True,
        help="A person may prefer or refuse to be reached in this way. An order, say, "
        "is an interaction too, but nobody is reached by it.",
    )
    cost = fields.Float(
        company_dependent=True,
        digits=(16, 2),
        groups="crm_value_chain.group_profitability",
        help="What one interaction costs your company on average, in its currency: "
        "minutes of the people times their rate, postage, fees.",
    )

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "There is one channel of each code."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Add channels, of which each use costs something or nothing."""
        self._check_costs(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Change channels; each use costs something or nothing."""
        self._check_costs([vals])
        return super().write(vals)

    @api.model
    def _check_costs(self, vals_list):
        """Refuse what no cost can be, before Odoo rounds it: NaN it could not.

        :raises ValidationError: naming what is wrong
        """
        for cost in (vals.get("cost") for vals in vals_list):
            if isinstance(cost, float | int) and not 0 <= cost < math.inf:
                raise ValidationError(
                    self.env._("An interaction costs zero or more, not %s.", cost)
                )

    @api.model
    def _id_of(self, code):
        """Id of the channel with a code; None where somebody deleted it."""
        return (
            self.env["ir.model.data"]._xmlid_to_res_id(
                f"crm_value_chain.interaction_channel_{code}"
            )
            or None
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_known(self):
        """Keep the channels that documents stand for.

        :raises UserError: if one of these has a code
        """
        for channel in self:
            if channel.code:
                raise UserError(
                    self.env._(
                        "Interactions on %s come from Odoo's own documents: archive "
                        "the channel instead of deleting it.",
                        channel.name,
                    )
                )
