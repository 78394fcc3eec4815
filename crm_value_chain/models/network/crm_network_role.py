from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .network_roles import ROLES

AGREED = ("agreement", "agreement_url", "agreement_file", "agreement_until")


class CrmNetworkRole(models.Model):
    """What a member of the network is to us, from when to when, and as agreed how."""

    _name = "crm.network.role"
    _inherit = ["crm.period", "crm.derived"]
    _description = "Network Role"
    _order = "role, date_from desc, id"
    _rec_name = "role"

    member_id = fields.Many2one(
        "crm.network.member", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="member_id.company_id", store=True)
    partner_id = fields.Many2one(related="member_id.partner_id")
    role = fields.Selection(ROLES, required=True, default="partner")
    kind_id = fields.Many2one(
        "crm.network.kind",
        domain="[('role', '=', role)]",
        ondelete="restrict",
    )
    agreement = fields.Text(help="What was agreed, in a few words.")
    agreement_url = fields.Char("Link", help="Where the agreement can be read.")
    agreement_file = fields.Binary("Document", attachment=True)
    agreement_file_name = fields.Char()
    agreement_until = fields.Date(
        "Valid until",
        help="The last day of the agreement: the owner gets an activity before it.",
    )
    agreement_reminded = fields.Date(
        "Reminded of the End on", readonly=True, copy=False
    )
    brief = fields.Text(help="What we expect of the member in this role.")

    def write(self, vals):
        """Change roles, but not into those of members whom the user may not change."""
        result = super().write(vals)
        if "member_id" in vals:
            self.check_access("write")
        return result

    @api.onchange("role")
    def _onchange_role(self):
        if self.kind_id.role != self.role:
            self.kind_id = False

    @api.constrains("role", "kind_id")
    def _check_kind(self):
        for line in self.filtered("role"):
            if line.kind_id and line.kind_id.role != line.role:
                roles = dict(self._fields["role"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "“%(kind)s” is a kind of %(right)s, not of %(wrong)s.",
                        kind=line.kind_id.name,
                        right=roles[line.kind_id.role].lower(),
                        wrong=roles[line.role].lower(),
                    )
                )

    @api.constrains("member_id", "role", "kind_id", "date_from", "date_to", *AGREED)
    def _check_doubles(self):
        self._take_turns()
        for line in self:
            same = line._overlapping(line.date_from, line.date_to)
            for name in ("member_id", "kind_id"):
                same &= Domain(name, "=", line[name].id)
            same &= Domain("role", "=", line.role) & Domain("id", "!=", line.id)
            if any(line._is_double_of(other) for other in self.search(same)):
                raise ValidationError(
                    self.env._(
                        "%(member)s is %(role)s twice at the same time: change the "
                        "line that is there, unless another agreement was made.",
                        member=line.member_id.name,
                        role=line._in_words().lower(),
                    )
                )

    def _take_turns(self):
        """Let others who give roles to the same members wait, and then try again.

        Nobody sees what another transaction has not committed. Once it has, writing
        to the same row fails in such a way that Odoo does all of it anew.
        """
        self.env.execute_query(
            SQL(
                "UPDATE crm_network_member SET write_date = write_date"
                " WHERE id = ANY(%s) RETURNING id",
                self.member_id.ids,
            )
        )

    def _is_double_of(self, other):
        """Whether another line says the same, at the same time or not.

        Of two agreements each has a line, with its own document and end.
        """
        if (self.role, self.kind_id) != (other.role, other.kind_id):
            return False
        mine, others = self._agreed(), other._agreed()
        return not (mine and others) or mine == others

    def _agreed(self):
        """What was agreed, by the names of the fields; nothing if nothing was."""
        self.ensure_one()
        line = self.with_context(bin_size=False)
        return {name: line[name] for name in AGREED if line[name]}

    @api.depends("role", "kind_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line._in_words()

    def _in_words(self):
        """What the member is: its kind, where it is known."""
        roles = dict(self._fields["role"]._description_selection(self.env))
        return self.kind_id.name or roles.get(self.role, "")
