from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .class_on_day import Migration, class_on, moved_since


# an idea of its own: who went from which class to which
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """The migration of customers between the classes of two days."""

    _inherit = "crm.customer.profile"

    migration = fields.Char(
        compute="_compute_migration",
        search="_search_migration",
        help="Technical: finds the customers of a cell of the migration matrix.",
    )

    def _compute_migration(self):
        self.migration = False

    @api.model
    def _search_migration(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(
            Domain.custom(to_sql=self._migration_condition(text)) for text in value
        )

    @api.model
    def _migration_condition(self, text):
        """Condition on the profiles of a query, that they migrated as a text says."""
        try:
            migration = Migration.parse(text)
            classification = self._classification_of(migration.dimension)
        except (ValueError, UserError) as error:
            raise UserError(self.env._("“%s” is no migration.", text)) from error

        def condition(model, alias, query):
            ends = model._join_ends(query, classification, migration)
            wanted = (migration.from_id, migration.to_id)
            return SQL("(%s, %s) = (%s, %s)", *ends, *wanted)

        return condition

    @api.model
    def _join_ends(self, query, classification, days):
        """Join the movements to a query of profiles.

        :param days: with the days ``start`` and ``end``
        :return: SQL of the class of each customer on both days
        """
        self.env["crm.customer.movement"].flush_model()
        self.flush_model()
        for day in {days.start, days.end}:
            alias, table = moved_since(classification, day)
            same = SQL(
                "%s = %s",
                SQL.identifier(alias, "profile_id"),
                SQL.identifier(query.table, "id"),
            )
            query.add_join("LEFT JOIN", alias, table, same)
        return [
            class_on(classification, day, query.table) for day in (days.start, days.end)
        ]

    @api.model
    def get_migration_matrix(self, dimension, start, end):
        """How many customers went from which class to which, between two days.

        Of the customers whom the user may see, of the current company, who are
        customers now. Where a classification began between the days, everybody was
        where the first segmentation put them.

        :param str dimension: key of the classification, see ``crm.customer.movement``
        :param str start: first day; customers count as of its end
        :param str end: last day
        :return: ``classes`` (id, name, colour; id 0: in none) and ``cells``
            (from, to, customers, their value a year, their migration as text)
        :rtype: dict
        :raises UserError: if the days are not in order, or no days
        """
        self.check_access("read")
        days = self._check_migration(dimension, start, end)
        classification = self._classification_of(dimension)
        query = self._search([("company_id", "=", self.env.company.id)])
        ends = self._join_ends(query, classification, days)
        amount = self._field_to_sql(query.table, "yearly_amount", query)
        query.groupby = SQL("1, 2")
        total = SQL("COALESCE(SUM(%s), 0)::float8", amount)
        rows = self.env.execute_query(query.select(*ends, SQL("COUNT(*)"), total))
        return {
            "classes": self._classes(
                classification, {id_ for row in rows for id_ in row[:2]}
            ),
            "currency_id": self.env.company.currency_id.id,
            "cells": [
                {
                    "from": from_id,
                    "to": to_id,
                    "customers": customers,
                    "yearly_amount": yearly_amount,
                    "migration": str(days._replace(from_id=from_id, to_id=to_id)),
                }
                for from_id, to_id, customers, yearly_amount in rows
            ],
        }

    @api.model
    def _check_migration(self, dimension, start, end):
        try:
            days = Migration.parse(f"{dimension},{start},{end},0,0")
            self._classification_of(dimension)
        except (ValueError, UserError) as error:
            raise UserError(self.env._("Choose two days.")) from error
        if days.start > days.end:
            raise UserError(self.env._("The first day lies after the last one."))
        return days

    @api.model
    def _classes(self, classification, used):
        """Classes of the company in their order, and the archived ones in use."""
        classes = classification.with_context(active_test=False).search(
            [("company_id", "in", (self.env.company.id, False))]
        )
        found = [
            {"id": each.id, "name": self._name_of_class(each), "color": each.color}
            for each in classes
            if each.active or each.id in used
        ]
        if 0 in used:
            found.append({"id": 0, "name": self.env._("None"), "color": 0})
        return found

    @api.model
    def _name_of_class(self, each):
        """Name of a class; a portfolio may have replaced one of the same name."""
        return each.name if each.active else self.env._("%s (archived)", each.name)
