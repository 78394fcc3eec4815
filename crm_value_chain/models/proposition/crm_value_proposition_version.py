from odoo import api, fields, models
from odoo.exceptions import UserError

CONTENT = ("promise", "factor_ids", "alternative_ids", "promise_ids")
# set by the steps of the approval only
STEPS = (
    "state",
    "number",
    "submitted_by_id",
    "submitted_on",
    "approved_by_id",
    "approved_on",
    "ended_on",
)


class CrmValuePropositionVersion(models.Model):
    """What a value proposition said at a time. Once approved it stays as it was."""

    _name = "crm.value.proposition.version"
    _inherit = ["mail.thread", "crm.derived"]
    _description = "Version of a Value Proposition"
    _order = "proposition_id, number desc, id desc"
    _rec_names_search = ["proposition_id"]
    _check_company_auto = True

    proposition_id = fields.Many2one(
        "crm.value.proposition", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="proposition_id.company_id", store=True, index=True
    )
    number = fields.Integer("Version", readonly=True, copy=False, aggregator=None)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("approved", "In Use"),
            ("replaced", "Replaced"),
            ("retired", "Retired"),
        ],
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    change_note = fields.Char(
        "Why This Version", copy=False, help="What made a new version necessary."
    )
    promise = fields.Char(
        translate=True, help="What the customer gets from us, in one sentence."
    )
    factor_ids = fields.One2many("crm.value.factor", "version_id", "Factors", copy=True)
    alternative_ids = fields.One2many(
        "crm.value.alternative", "version_id", "Alternatives", copy=True
    )
    promise_ids = fields.One2many(
        "crm.value.promise", "version_id", "Binding Promises", copy=True
    )
    submitted_by_id = fields.Many2one(
        "res.users", "Submitted by", readonly=True, copy=False, ondelete="set null"
    )
    submitted_on = fields.Datetime(readonly=True, copy=False)
    approved_by_id = fields.Many2one(
        "res.users",
        "Approved by",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Any manager, also the one who wrote or submitted it: agree among you "
        "whether a second one shall look at it.",
    )
    approved_on = fields.Datetime(readonly=True, copy=False)
    ended_on = fields.Datetime(
        "In Use until", readonly=True, copy=False, help="Replaced or retired then."
    )

    _number_unique = models.UniqueIndex(
        "(proposition_id, number)", "Another version has this number."
    )
    _one_in_use = models.UniqueIndex(
        "(proposition_id) WHERE state = 'approved'",
        "Only one version of a value proposition is in use.",
    )
    _one_at_work = models.UniqueIndex(
        "(proposition_id) WHERE state IN ('draft', 'submitted')",
        "There is a draft already: change that one.",
    )

    @api.depends("proposition_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(name)s, version %(number)s",
                name=version.proposition_id.name or "",
                number=version.number,
            )

    # ------------------------------------------------------------------
    # What was approved stays as it was
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Make drafts, whatever else is asked for, each with the next number."""
        vals_list = [
            {name: value for name, value in vals.items() if name not in STEPS}
            for vals in vals_list
        ]
        numbers = self._last_numbers(vals.get("proposition_id") for vals in vals_list)
        for vals in vals_list:
            proposition = vals.get("proposition_id")
            numbers[proposition] = vals["number"] = numbers.get(proposition, 0) + 1
        return super().create(vals_list)

    @api.model
    def _last_numbers(self, proposition_ids):
        groups = self.sudo()._read_group(
            [("proposition_id", "in", list(proposition_ids))],
            ["proposition_id"],
            ["number:max"],
        )
        return {proposition.id: number for proposition, number in groups}

    def write(self, vals):
        """Change drafts.

        :raises UserError: if a version was submitted or approved, or a step of the
            approval would be skipped
        """
        if set(STEPS) & vals.keys():
            raise UserError(
                self.env._("Submit, approve or retire a version by its buttons.")
            )
        if {"proposition_id", *CONTENT} & vals.keys():
            self._check_draft()
        return super().write(vals)

    def _check_draft(self):
        """Refuse changes of what was submitted or approved.

        :raises UserError: saying what to do instead
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for version in self:
            if version.state == "submitted":
                raise UserError(
                    self.env._(
                        "%s waits for its approval: set it back to draft to change it.",
                        version.display_name,
                    )
                )
            if version.state != "draft":
                raise UserError(
                    self.env._(
                        "%(name)s (%(state)s) stays as it was approved: make a new "
                        "version to change it.",
                        name=version.display_name,
                        state=labels[version.state],
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_of_drafts_only(self):
        self._check_draft()

    def copy(self, default=None):
        """Copy versions with their factors, alternatives, scores and promises."""
        copies = super().copy(default)
        for version, new in zip(self, copies, strict=True):
            version._copy_scores(new)
        return copies

    def _copy_scores(self, new):
        # content is copied in the order of its ids
        alternatives = dict(
            zip(
                self.alternative_ids.sorted("id"),
                new.alternative_ids.sorted("id"),
                strict=True,
            )
        )
        factors = zip(
            self.factor_ids.sorted("id"), new.factor_ids.sorted("id"), strict=True
        )
        self.env["crm.value.score"].create(
            [
                {
                    "factor_id": copied.id,
                    "alternative_id": alternatives[score.alternative_id].id,
                    "score": score.score,
                }
                for factor, copied in factors
                for score in factor.score_ids
            ]
        )

    def _step(self, state, **values):
        """Take a step of the approval, which nobody can write."""
        self.check_access("write")
        result = super().write({"state": state, **values})
        self.flush_recordset()  # one in use at a time, in this order
        return result

    def action_new_version(self):
        """Open the draft of these versions' proposition; make one if there is none."""
        self.ensure_one()
        return self.proposition_id.action_new_version()

    def action_open(self):
        """Open this version."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "name": self.display_name,
        }
