"""Records that a rule names must not belong to another company than the rule."""

from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .rule_access import NESTED


def check_rule_companies(domain, profiles, company):
    """Refuse a rule that names a record of another company.

    It would catch nobody, or tell what another company keeps to itself.

    :param domain: the rule
    :param profiles: empty profiles
    :param company: the one whose rule it is
    :raises ValidationError: naming the record
    """
    for condition in domain.iter_conditions():
        model = _model_at(profiles, str(condition.field_expr))
        if model is None:
            continue
        if condition.operator.lower() in NESTED:
            check_rule_companies(Domain(condition.value), model, company)
            continue
        for record in _named(model, condition.value):
            companies = _companies(record)
            if companies and company not in companies:
                raise ValidationError(
                    profiles.env._(
                        "“%(record)s” belongs to another company than %(company)s.",
                        record=record.display_name,
                        company=company.name,
                    )
                )


def _model_at(model, path):
    """Model of the records at the end of a path, None if there are none."""
    for name in path.split("."):
        if name == "id":
            break
        field = model._fields.get(name)
        if field is None or not field.relational:
            return None
        model = model.env[field.comodel_name]
    return model


def _named(model, value):
    """Records whose ids a condition's value holds."""
    values = value if isinstance(value, list | tuple | set) else [value]
    ids = {v for v in values if isinstance(v, int) and not isinstance(v, bool)}
    records = model.sudo().with_context(active_test=False)
    return records.browse(sorted(ids)).exists()


def _companies(record):
    """Companies to which a record is confined; none: to no one."""
    if record._name == "res.company":
        return record
    if "company_ids" in record._fields:
        return record.company_ids
    return record.company_id if "company_id" in record._fields else record.browse()
