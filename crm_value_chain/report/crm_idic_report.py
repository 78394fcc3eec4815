from odoo import api, models
from odoo.tools import SQL

from ..models.intimacy.idic import steps_with


# an idea of its own: the four steps, class by class
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """How far the four steps of IDIC are with the customers of each class."""

    _inherit = "crm.customer.profile"

    @api.model
    def get_idic_report(self, dimension):
        """With how many customers of each class each evidence is there.

        Of the customers of the current company whom the user may see.

        :param str dimension: key of the classification, see ``crm.customer.movement``
        :return: ``company_id``; ``field`` of the profile; ``steps`` of IDIC with
            their ``evidence`` (name, label, fix); ``classes``: of each with a customer
            id (0: in none), name, colour, ``customers``, and ``there``: customers by
            name of evidence
        :rtype: dict
        """
        self.check_access("read")
        classification = self._classification_of(dimension)
        evidence = self._idic_evidence()
        found = self._count_evidence(classification, evidence)
        return {
            "company_id": self.env.company.id,
            "field": classification._profile_field,
            "steps": steps_with(
                self.env,
                [(each.step, {"name": each.name} | _words(each)) for each in evidence],
            ),
            "classes": [
                each | found[each["id"]]
                for each in self._classes(classification, found.keys())
                if each["id"] in found
            ],
        }

    @api.model
    def _count_evidence(self, classification, evidence):
        """Customers, and how many of them have each evidence, by id of the class.

        A query for each, so that the database joins what they ask for, instead of
        asking it of each customer.
        """
        self.env.flush_all()
        conditions = {"": SQL("TRUE")} | {each.name: each.sql for each in evidence}
        rows = self.env.execute_query(
            SQL(" UNION ALL ").join(
                self._count_query(classification, name, condition)
                for name, condition in conditions.items()
            )
        )
        counts = {(name, class_id): count for name, class_id, count in rows}
        return {
            class_id: {
                "customers": customers,
                "there": {
                    each.name: counts.get((each.name, class_id), 0) for each in evidence
                },
            }
            for (name, class_id), customers in counts.items()
            if not name
        }

    @api.model
    def _count_query(self, classification, name, condition):
        """Query of a name, a class, and how many visible customers meet a condition."""
        visible = self._search([("company_id", "=", self.env.company.id)])
        return SQL(
            "(SELECT %s, COALESCE(%s, 0), COUNT(*) FROM crm_customer_profile p"
            " WHERE p.id IN %s AND %s GROUP BY 2)",
            name,
            SQL.identifier("p", classification._profile_field),
            visible.subselect(),
            condition,
        )


def _words(evidence):
    return {"label": evidence.label, "fix": evidence.fix}
