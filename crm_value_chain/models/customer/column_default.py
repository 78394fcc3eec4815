from odoo.tools import SQL


def set_column_defaults(model, *names):
    """Let the database itself know the defaults of required fields.

    While Odoo loads its modules, others make companies and programs before this addon
    is there: their rows need a value all the same. To be called by a model's `init`.

    :param model: any records of the model
    :param names: stored selection fields with a constant default
    """
    for name in names:
        default = model._fields[name].default(model)
        model.env.cr.execute(
            SQL(
                "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s",
                SQL.identifier(model._table),
                SQL.identifier(name),
                default,
            )
        )
