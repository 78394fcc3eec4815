"""Of what a rule may speak: facts of the customer that its author may read."""

from odoo.exceptions import ValidationError
from odoo.fields import Domain

#: relations that a path may follow, after the one to the contact
STEPS = 2
NESTED = {"any", "not any", "any!", "not any!"}
TO_ONE = {"many2one"}
TO_RECORDS = {"many2one", "many2many"}


def check_rule_access(domain, profiles):
    """Refuse a rule on what its author may not read, or on somebody else's records.

    Whoever writes a rule learns from its counts what the fields hold; so it may
    only speak of fields of the profile, of the contact, and of what these name
    (country, tags, salesperson …), each of them readable.

    :param domain: the rule
    :param profiles: empty profiles of the author, not of the superuser
    :raises ValidationError: naming the field
    """
    _check(domain, profiles, (), 0)


def _check(domain, model, labels, steps):
    for condition in domain.iter_conditions():
        comodel, path, further = _walk(model, str(condition.field_expr), labels, steps)
        if comodel is not None and condition.operator.lower() in NESTED:
            _check(Domain(condition.value), comodel, path, further)


def _walk(model, path, labels, steps):
    """Follow a dotted path.

    :return: model at its end, if any, the labels of the way, relations followed
    """
    for name in path.split("."):
        if model is None:  # part of a date, or a property
            break
        field = model._fields.get(name)
        if field is None:  # such a rule cannot be applied at all
            return None, labels, steps
        labels = (*labels, field._description_string(model.env))
        words = " › ".join(labels)
        if steps > STEPS:
            raise ValidationError(
                model.env._("“%s” is too far away from the customer.", words)
            )
        _check_field(model, field, words)
        if not field.relational:
            model = None
            continue
        if (model._name, name) != ("crm.customer.profile", "partner_id"):
            steps += 1
        model = model.env[field.comodel_name]
    return model, labels, steps


def _check_field(model, field, words):
    """Refuse a field that is not readable, or no plain fact."""
    readable = (
        model.has_access("read")
        and model._has_field_access(field, "read")
        and (not field.relational or model.env[field.comodel_name].has_access("read"))
    )
    if not readable:
        raise ValidationError(
            model.env._("You may not read “%s”, so no rule of yours uses it.", words)
        )
    own = model._name == "crm.customer.profile"
    if field.relational and not (
        field.type in TO_RECORDS and (field.store or (own and field.type in TO_ONE))
    ):
        raise ValidationError(
            model.env._("A rule cannot look through the records of “%s”.", words)
        )
