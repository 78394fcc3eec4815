from odoo import api, fields, models
from odoo.exceptions import UserError


# a part of its own of what a member does
# pylint: disable=consider-merging-classes-inherited
class CrmNetworkMember(models.Model):
    """Members on whom promises depend that bind us."""

    _inherit = "crm.network.member"

    promise_ids = fields.One2many(
        "crm.value.promise", "member_id", "Binding Promises", readonly=True
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_only_keepers(self):
        """Keep who alone keeps a promise that binds us.

        :raises UserError: naming the promises
        """
        promises = self.sudo().promise_ids.filtered(
            lambda promise: (
                promise.version_state == "approved"
                and not promise.user_id.active
                and not promise._is_over()
            )
        )
        if promises:
            raise UserError(
                self.env._(
                    "%(members)s alone keeps what we bind ourselves to: %(promises)s. "
                    "Approve a version first in which somebody else does.",
                    members=", ".join(promises.member_id.mapped("name")),
                    promises=", ".join(
                        f"{promise.proposition_id.name}: {promise.name}"
                        for promise in promises
                    ),
                )
            )
