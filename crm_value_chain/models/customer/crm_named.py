from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmNamed(models.AbstractModel):
    """Something that people know by its name, which blanks alone are not."""

    _name = "crm.named"
    _description = "Known by a Name"

    name = fields.Char(required=True)

    @api.constrains(lambda self: self._naming_fields())
    def _check_names(self):
        for name in self._naming_fields():
            if any(not (record[name] or "").strip() for record in self):
                label = self._fields[name]._description_string(self.env)
                raise ValidationError(
                    self.env._("%s: write a name, blanks alone are none.", label)
                )

    @api.model
    def _naming_fields(self):
        """Names of the fields that people know it by. A hook."""
        return ("name",)
