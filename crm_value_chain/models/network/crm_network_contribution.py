from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .network_roles import ROLES


class CrmNetworkContribution(models.Model):
    """What a member does in a role for a proposition, or for a segment's customers."""

    _name = "crm.network.contribution"
    _inherit = ["crm.derived", "crm.named"]
    _description = "Network Contribution"
    _order = "is_critical desc, id"
    _rec_name = "member_id"

    member_id = fields.Many2one(
        "crm.network.member", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="member_id.company_id", store=True)
    user_id = fields.Many2one(related="member_id.user_id", string="Our Owner")
    role = fields.Selection(
        ROLES,
        "As",
        required=True,
        default="partner",
        help="In which role. The member gets it from now on if it does not have it.",
    )
    proposition_id = fields.Many2one(
        "crm.value.proposition", index=True, ondelete="cascade"
    )
    segment_id = fields.Many2one(
        "crm.segment",
        index=True,
        ondelete="cascade",
        help="Only for these customers. Without a proposition it counts for all those "
        "made for the segment.",
    )
    name = fields.Char("Contributes", required=True, help="What exactly it does.")
    is_critical = fields.Boolean(
        "Critical", help="Without it we cannot keep the promise."
    )
    alternative_count = fields.Integer(
        "Alternatives",
        compute="_compute_alternative_count",
        help="Other members that contribute to the same proposition in the same role.",
    )
    quality = fields.Selection(related="member_id.quality")
    risk = fields.Selection(related="member_id.risk")

    _to_something = models.Constraint(
        "CHECK (proposition_id IS NOT NULL OR segment_id IS NOT NULL)",
        "Say to which proposition or segment it contributes.",
    )
    _contribution_unique = models.UniqueIndex(
        "(member_id, role, COALESCE(proposition_id, 0), COALESCE(segment_id, 0))",
        "The member contributes there in this role already: change it there.",
    )

    @api.constrains("member_id", "proposition_id", "segment_id")
    def _check_companies(self):
        for line in self:
            owners = line.proposition_id.company_id | line.segment_id.company_id
            if owners - line.member_id.company_id:
                raise ValidationError(
                    self.env._(
                        "%(member)s belongs to the network of %(company)s: choose a "
                        "proposition or segment of that company.",
                        member=line.member_id.name,
                        company=line.member_id.company_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Note contributions; who contributes in a role has it."""
        lines = super().create(vals_list)
        lines._add_roles()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"member_id", "role"}:
            self.check_access("write")  # also of what they became
            self._add_roles()
        return result

    def _add_roles(self):
        """Give members the roles in which they contribute and that they lack."""
        wanted = dict.fromkeys((line.member_id, line.role) for line in self)
        self.env["crm.network.role"].create(
            [
                {"member_id": member.id, "role": role}
                for member, role in wanted
                if role not in member.role_ids.mapped("role")
            ]
        )

    @api.depends("member_id", "role", "proposition_id")
    def _compute_alternative_count(self):
        # as superuser, like any figure of a member: a count names nobody
        lines = self.sudo()
        members = {
            (proposition.id, role): found
            for proposition, role, found in lines._read_group(
                [
                    ("proposition_id", "in", lines.proposition_id.ids),
                    ("member_id.active", "=", True),
                ],
                ["proposition_id", "role"],
                ["member_id:recordset"],
            )
        }
        for line in lines:
            others = members.get((line.proposition_id.id, line.role))
            line.alternative_count = len(others - line.member_id) if others else 0
