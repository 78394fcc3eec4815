from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .idic import steps_with


# an idea of its own: how far the four steps are with a customer
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """The IDIC card: four steps, what shows that they are done, what is missing."""

    _inherit = "crm.customer.profile"

    idic_card = fields.Json("IDIC", compute="_compute_idic_card")
    idic_missing = fields.Char(
        compute="_compute_idic_missing",
        search="_search_idic_missing",
        help="Technical: finds the customers who lack evidence of a step of IDIC.",
    )

    @api.depends_context("lang", "uid")
    def _compute_idic_card(self):
        cards = self._idic_cards()
        for profile in self:
            profile.idic_card = cards.get(profile._origin.id, False)

    def _idic_cards(self):
        """IDIC cards of these customers, by one query; see `steps_with`.

        :rtype: dict[int, dict]
        """
        evidence = self.with_context(value_chain_few=True)._idic_evidence()
        self.env.flush_all()
        interactions = self.env["crm.relationship.interaction"].sudo()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, %s
                  FROM crm_customer_profile p
                 CROSS JOIN LATERAL (SELECT ARRAY(%s) AS ids OFFSET 0) ours
                 WHERE p.id = ANY(%s)
                """,
                SQL(", ").join(SQL("(%s) IS TRUE", each.sql) for each in evidence),
                interactions._ours_among(SQL("p.partner_id")),
                self._origin.ids,
            )
        )
        return {id_: self._idic_card(evidence, there) for id_, *there in rows}

    @api.model
    def _idic_card(self, evidence, there):
        """A card, of the evidence and whether each is there."""
        found = [
            (
                each.step,
                {"key": each.key, "label": each.label, "fix": each.fix, "there": known},
            )
            for each, known in zip(evidence, there, strict=True)
        ]
        return {"steps": steps_with(self.env, found)}

    def _compute_idic_missing(self):
        self.idic_missing = False

    @api.model
    def _search_idic_missing(self, operator, value):
        """Find customers who lack some evidence, by its name or that of its step."""
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._lacks_evidence(name) for name in value)

    @api.model
    def _lacks_evidence(self, name):
        """Domain of the customers who lack an evidence, or one of a step.

        :raises UserError: if there is no such evidence
        """
        meant = [each.sql for each in self._idic_evidence() if each.is_meant(name)]
        if not meant:
            raise UserError(self.env._("“%s” is no evidence of a step of IDIC.", name))

        def to_sql(model, alias, query):
            model.env.flush_all()
            return SQL(
                "%s IN (SELECT p.id FROM crm_customer_profile p"
                " WHERE (%s) IS NOT TRUE)",
                SQL.identifier(alias, "id"),
                SQL(" AND ").join(SQL("(%s)", each) for each in meant),
            )

        return Domain.custom(to_sql=to_sql)
