from odoo import api, fields, models
from odoo.exceptions import UserError

from ..customer.known_field import KnownFloat


class CrmValueProposition(models.Model):
    """What we offer a group of customers that beats the alternatives.

    Whom it is for stands here; what it says stands in its versions, of which one is
    in use: the one that sellers take and quotations print.
    """

    _name = "crm.value.proposition"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.derived", "crm.named"]
    _description = "Value Proposition"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    promise = fields.Char(
        related="content_version_id.promise",
        related_sudo=False,
        readonly=False,
        help="What the customer gets from us, in one sentence.",
    )
    description = fields.Html(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        default=lambda self: self.env.user,
        ondelete="set null",
        tracking=True,
    )
    segment_ids = fields.Many2many(
        "crm.segment",
        string="Segments",
        check_company=True,
        help="The customers it is made for.",
    )
    need_ids = fields.Many2many(
        "crm.need",
        string="Needs",
        check_company=True,
        help="The needs that it meets.",
    )
    version_ids = fields.One2many(
        "crm.value.proposition.version", "proposition_id", "Versions", copy=False
    )
    current_version_id = fields.Many2one(
        "crm.value.proposition.version",
        "Version in Use",
        compute="_compute_versions",
        compute_sudo=True,
        store=True,
    )
    content_version_id = fields.Many2one(
        "crm.value.proposition.version",
        "Version Shown",
        compute="_compute_versions",
        compute_sudo=True,
        store=True,
        help="The version in use; where there is none, the newest.",
    )
    open_version_id = fields.Many2one(
        "crm.value.proposition.version",
        "Draft",
        compute="_compute_versions",
        compute_sudo=True,
        store=True,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("approved", "In Use"),
            ("retired", "Retired"),
        ],
        "Status",
        compute="_compute_versions",
        compute_sudo=True,
        store=True,
    )
    value_ratio = KnownFloat(
        "Value",
        compute="_compute_content",
        digits=(16, 2),
        help="As the customer sees it: the sum of weight × score of the benefits, "
        "divided by the sum of weight × score of the sacrifices.",
    )
    value_text = fields.Char("Value in Words", compute="_compute_content")
    value_curve = fields.Json(compute="_compute_content")
    factor_ids = fields.One2many("crm.value.factor", compute="_compute_content")
    promise_ids = fields.One2many(
        "crm.value.promise", string="Binding Promises", compute="_compute_content"
    )

    unkept_promises = fields.Char(
        "Promises without a Keeper",
        compute="_compute_unkept_promises",
        compute_sudo=True,
        help="They bind us, and who kept them was deleted or archived.",
    )

    @api.depends("current_version_id.promise_ids.is_kept")
    @api.depends_context("lang")
    def _compute_unkept_promises(self):
        for proposition in self:
            unkept = proposition.current_version_id.promise_ids.filtered(
                lambda promise: not promise.is_kept and not promise._is_over()
            )
            proposition.unkept_promises = ", ".join(unkept.mapped("name"))

    @api.depends("version_ids.state", "version_ids.number")
    def _compute_versions(self):
        for proposition in self:
            newest = proposition.version_ids.sorted("number", reverse=True)
            by_state = newest.grouped("state")
            in_use = by_state.get("approved", newest.browse())
            proposition.current_version_id = in_use
            proposition.content_version_id = (in_use or newest)[:1]
            proposition.open_version_id = newest.filtered(
                lambda version: version.state in ("draft", "submitted")
            )
            proposition.state = next(
                (state for state in ("approved", "submitted") if state in by_state),
                "retired" if "retired" in by_state else "draft",
            )

    @api.depends(
        "content_version_id.value_curve",
        "content_version_id.factor_ids",
        "content_version_id.promise_ids",
    )
    @api.depends_context("uid", "lang")
    def _compute_content(self):
        """What the version says that is shown, to whom may read it."""
        shown = self.content_version_id._filtered_access("read")
        for proposition in self:
            version = proposition.content_version_id & shown
            for name in (
                "value_ratio",
                "value_text",
                "value_curve",
                "factor_ids",
                "promise_ids",
            ):
                proposition[name] = version[name]

    def _compute_field_value(self, field):
        """Tell the promise of a draft to those only who may read the draft."""
        if field.name != "promise" or self.env.su:
            return super()._compute_field_value(field)
        shown = self.content_version_id._filtered_access("read")
        known = self.filtered(lambda each: each.content_version_id <= shown)
        (self - known).promise = False
        return super(CrmValueProposition, known)._compute_field_value(field)

    @api.model_create_multi
    def create(self, vals_list):
        """Make propositions, each with a first version, a draft."""
        promises = [vals.get("promise") for vals in vals_list]
        made = super().create(
            [
                {name: vals[name] for name in vals if name != "promise"}
                for vals in vals_list
            ]
        )
        without = [
            (proposition, promise)
            for proposition, promise in zip(made, promises, strict=True)
            if not proposition.version_ids
        ]
        self.env["crm.value.proposition.version"].create(
            [
                {"proposition_id": proposition.id, "promise": promise}
                for proposition, promise in without
            ]
        )
        return made

    def copy(self, default=None):
        """Copy propositions with what they say, as drafts."""
        copies = super().copy(default)
        for proposition, new in zip(self, copies, strict=True):
            said = proposition.content_version_id
            if said:
                new.version_ids.unlink()
                said.copy({"proposition_id": new.id})
        return copies

    def copy_data(self, default=None):
        """Name copies as such."""
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for proposition, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%s (copy)", proposition.name)
        return vals_list

    def action_new_version(self):
        """Open the draft; make one of the newest version if there is none."""
        self.ensure_one()
        draft = self.open_version_id
        if not draft:
            draft = (self.content_version_id or self.version_ids[:1]).copy()
        return draft.action_open()

    def action_open_content(self):
        """Open the version that is shown."""
        self.ensure_one()
        if not self.content_version_id:
            raise UserError(self.env._("Save the proposition first."))
        return self.content_version_id.action_open()

    def action_submit(self):
        """Submit the draft."""
        self._of_draft().action_submit()

    def action_approve(self):
        """Approve what was submitted."""
        self._of_draft().action_approve()

    def _of_draft(self):
        if any(not proposition.open_version_id for proposition in self):
            raise UserError(self.env._("There is no draft: make a new version."))
        return self.open_version_id
