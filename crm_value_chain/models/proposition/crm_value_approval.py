from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError


# an idea of its own: the way from a draft to what sellers use
# pylint: disable=consider-merging-classes-inherited
class CrmValuePropositionVersion(models.Model):
    _inherit = "crm.value.proposition.version"

    def action_submit(self):
        """Ask for approval.

        :raises UserError: if something is missing that a seller would need
        """
        for version in self:
            version._check_draft()
            version._check_complete()
            version._step(
                "submitted",
                submitted_by_id=self.env.uid,
                submitted_on=fields.Datetime.now(),
            )
            version._tell(self.env._("Submitted for approval."))

    def _check_complete(self):
        if not (self.promise or "").strip():
            raise UserError(
                self.env._("Say in one sentence what the customer gets from us.")
            )
        if self._value_of().obstacle:
            raise UserError(self.value_text)
        unkept = self.promise_ids.filtered(lambda promise: not promise.is_kept)
        if unkept:
            raise UserError(
                self.env._(
                    "Say who keeps the promise: %s", ", ".join(unkept.mapped("name"))
                )
            )

    def action_back_to_draft(self):
        """Give a submitted version back to its authors.

        :raises UserError: if it is not submitted
        """
        self._check_state("submitted")
        for version in self:
            version._step("draft", submitted_by_id=False, submitted_on=False)
            version._tell(self.env._("Not approved: back to draft."))

    def action_approve(self):
        """Put submitted versions to use, in the place of the ones in use so far.

        Any manager may, also of what he or she submitted: both names are kept.

        :raises UserError: if one is not submitted
        """
        self._check_manager()
        self._check_state("submitted")
        now = fields.Datetime.now()
        for version in self:
            before = version.proposition_id.current_version_id
            before._step("replaced", ended_on=now)
            version._step("approved", approved_by_id=self.env.uid, approved_on=now)
            version._tell(
                self.env._("Approved: sellers use it from now on."), changes=True
            )

    def action_retire(self):
        """Take versions out of use, without another in their place.

        :raises UserError: if one is not in use
        """
        self._check_manager()
        self._check_state("approved")
        for version in self:
            version._step("retired", ended_on=fields.Datetime.now())
            version._tell(self.env._("Retired: not offered any more."))

    def _check_manager(self):
        if not (
            self.env.su
            or self.env.user.has_group("crm_value_chain.group_value_chain_manager")
        ):
            raise UserError(self.env._("Only a manager approves and retires versions."))

    def _check_state(self, state):
        labels = dict(self._fields["state"]._description_selection(self.env))
        wrong = self.filtered(lambda version: version.state != state)
        if wrong:
            raise ValidationError(
                self.env._(
                    "%(name)s is not in the state “%(state)s”.",
                    name=wrong[0].display_name,
                    state=labels[state],
                )
            )

    def _tell(self, message, changes=False):
        """Say it on the version and on its proposition.

        :param changes: whether to say on the proposition, which sellers read too, what
            is different now
        """
        self.message_post(body=message)
        lines = self.changes.splitlines() if changes and self.changes else []
        text = [f"{self.display_name}: {message}", *lines]
        self.proposition_id.message_post(body=Markup("<br/>").join(text))
