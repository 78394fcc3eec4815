from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL


class CustomerProfile(fields.Many2one):
    """The profile of a contact's commercial partner in the current company.

    Nothing is stored on the contact. In SQL the field is a join, so that all
    that is related through it can be searched, sorted, grouped and summed. The
    join holds only the profiles that the user may see, also where Odoo follows
    related fields as superuser.
    """

    def join(self, model, alias, query):
        profiles = model.env[self.comodel_name]
        # an alias that no field can have: grouping by a dotted path makes one
        # from the name of the field
        coalias = query.make_alias(alias, f"{self.name}__sql")
        query.add_join(
            "LEFT JOIN",
            coalias,
            self._visible(profiles.sudo(False)),
            SQL(
                "%s = %s AND %s = %s AND %s IS NOT TRUE",
                SQL.identifier(coalias, "partner_id"),
                model._field_to_sql(alias, "commercial_partner_id", query),
                SQL.identifier(coalias, "company_id"),
                model.env.company.id,
                SQL.identifier(
                    alias,
                    "profiling_refused",
                    to_flush=model._fields["profiling_refused"],
                ),
            ),
        )
        return profiles, coalias

    def joined_id(self, model, alias, query):
        """SQL of the profile's id, joined into a query."""
        _profiles, coalias = self.join(model, alias, query)
        return SQL.identifier(coalias, "id")

    def _visible(self, profiles):
        """Table of the profiles that the user may read."""
        if profiles.env.su:
            return SQL.identifier(profiles._table)
        if not profiles.has_access("read"):
            return SQL(
                "(SELECT * FROM %s WHERE FALSE)", SQL.identifier(profiles._table)
            )
        visible = profiles.with_context(active_test=False)._search([])
        return visible.subselect(SQL("%s.*", SQL.identifier(profiles._table)))


class ProfileNumber:
    """Mixin of the fields that show a number of the profile.

    Odoo takes a record that is missing on the way for zero, and zero for "more
    than zero": every contact without a profile would be one with purchases.
    """

    def _search_related(self, records, operator, value):
        if operator not in ("<", ">"):
            return super()._search_related(records, operator, value)
        *path, name = self.related.split(".")
        domain = Domain(name, operator, value)
        for link in reversed(path):
            domain = Domain(link, "any!", domain)
        return domain


class ProfileInteger(ProfileNumber, fields.Integer):
    """A whole number of the profile."""


class ProfileFloat(ProfileNumber, fields.Float):
    """A fraction of the profile."""


class ProfileMonetary(ProfileNumber, fields.Monetary):
    """An amount of the profile."""


def copy_figures(records, field):
    """Copy the figures of the customers to contacts or leads, all of them at once.

    Odoo copies one figure of one record at a time, which takes longer than to read
    all of them.

    :param field: a figure that is to be computed
    :return: whether it was copied; if not, Odoo may do it
    :rtype: bool
    """
    if not (_source(records, field) and all(records._ids)):
        return False
    env = records.env
    ids = [record.customer_profile_id.id for record in records]
    profiles = env["crm.customer.profile"].browse({*ids} - {False}).sudo()
    figures = {
        figure: source
        for figure in records._fields.values()
        if (source := _source(records, figure))
    }
    profiles.fetch(["company_id", *(source.name for source in figures.values())])
    for figure, source in figures.items():
        known = source._get_cache(env)
        figure._insert_cache(records, map(known.get, ids))
    return True


def _source(model, field):
    """Column of the profile that a field of a contact or lead shows; None if none."""
    path, _dot, name = (field.related or "").rpartition(".")
    if path.rpartition(".")[2] != "customer_profile_id":
        return None
    source = model.env["crm.customer.profile"]._fields[name]
    return source if source.store and source.column_type else None


def check_related_access(model, field_expr):
    """Refuse SQL of a field whose groups the user is not in.

    Odoo follows related fields as superuser, and so lets everybody sort, group and
    sum by what only some may read.

    :raises AccessError: if the user may not read the field
    """
    field = model._fields.get(field_expr)
    if field is not None and field.related and not field.store:
        model._check_field_access(field, "read")


def known_first(model, field_expr, nulls):
    """Where those without a figure stand in a sorted list: last, either way.

    PostgreSQL takes them for the largest, so that a list of the best customers would
    begin with all who never bought.
    """
    field = model._fields.get(field_expr)
    of_profile = field is not None and "customer_profile_id." in (field.related or "")
    return SQL("NULLS LAST") if of_profile and not nulls else nulls
