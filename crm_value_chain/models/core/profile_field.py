from odoo import fields
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
                "%s = %s AND %s = %s",
                SQL.identifier(coalias, "partner_id"),
                model._field_to_sql(alias, "commercial_partner_id", query),
                SQL.identifier(coalias, "company_id"),
                model.env.company.id,
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
