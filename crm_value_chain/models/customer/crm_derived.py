from odoo import models


class CrmDerived(models.AbstractModel):
    """Stored fields that follow from others, so that nobody writes them.

    Odoo shows such fields readonly on the screen, and computes them for what is new,
    but takes what a client writes: a figure would be made up, or a record moved to
    another company than what it belongs to.
    """

    _name = "crm.derived"
    _description = "Has Fields That Follow from Others"

    def write(self, vals):
        """Leave out what follows from the rest."""
        return super().write(
            {
                name: value
                for name, value in vals.items()
                if name not in self._fields or not _is_derived(self._fields[name])
            }
        )


def _is_derived(field):
    return field.store and field.compute and field.readonly and not field.inverse
