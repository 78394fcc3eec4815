from odoo import api, models
from odoo.tools import ormcache


class CrmCachedNames(models.AbstractModel):
    """Records whose names badges show, which are read far more often than changed."""

    _name = "crm.cached.names"
    _description = "Names Kept in Mind"

    #: fields of which badges show something
    _label_fields = ("name",)

    @api.model
    @ormcache("self._name", "self.env.lang")
    def _names(self):
        """Names of all records, by id."""
        records = self.sudo().with_context(active_test=False).search([])
        return {record.id: record.name for record in records}

    def _is_kept_in_mind(self, names):
        """Whether something in the cache speaks of fields. A hook."""
        return bool({"sequence", "company_id", "active", *self._label_fields} & names)

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if self._is_kept_in_mind(vals.keys()):
            self.env.registry.clear_cache()
        return super().write(vals)

    def update_field_translations(self, *args, **kwargs):
        self.env.registry.clear_cache()
        return super().update_field_translations(*args, **kwargs)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
