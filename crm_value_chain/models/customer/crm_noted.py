from odoo import api, fields, models


class CrmNoted(models.AbstractModel):
    """Something that people note; whoever notes it answers for it."""

    _name = "crm.noted"
    _description = "Noted by Somebody"

    user_id = fields.Many2one(
        "res.users",
        "Noted by",
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="set null",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Note something in the name of the user."""
        if not self.env.su:
            vals_list = [vals | {"user_id": self.env.uid} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """Change what was noted, but not into what the user may not see.

        Nobody puts a note into the mouth of a colleague.
        """
        if not self.env.su and vals.get("user_id", self.env.uid) != self.env.uid:
            vals = {name: vals[name] for name in vals if name != "user_id"}
        result = super().write(vals)
        if not self.env.su:
            for operation in ("read", "write"):
                self.check_access(operation)  # also of what it became
        return result
