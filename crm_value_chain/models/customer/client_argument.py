"""What a client sends as an argument of its own, and may have made up."""

from odoo.exceptions import UserError


def record_of(model, id_):
    """The record that a client names.

    :param model: the model it is of, as the user
    :raises UserError: if that is no id of a record that is there, which may be read
    """
    if not isinstance(id_, int) or isinstance(id_, bool) or not id_:
        raise UserError(model.env._("“%s” is no record.", id_))
    record = model.browse(id_)
    record.check_access("read")
    return record
