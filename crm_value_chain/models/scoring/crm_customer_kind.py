import psycopg2

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .crm_classification_mixin import FIELDS_OF_THE_RULE
from .crm_retention_model import GRADES


class CrmCustomerKind(models.Model):
    """Customers who buy differently from others, so that they get a model of their own.

    Businesses and private customers, say, or a country. The first kind in order whose
    rule matches is the customer's. A kind that has too little history to fit and test
    a model of its own uses the model of all customers.
    """

    _name = "crm.customer.kind"
    _inherit = ["crm.customer.rule"]
    _description = "Kind of Customers"

    active = fields.Boolean(help="Archived: no model of its own any more.")
    domain = fields.Char(
        help="The customers of this kind. The first kind in order that matches wins.",
    )
    model_id = fields.Many2one(
        "crm.retention.model", "Its Model", compute="_compute_model_id"
    )
    grade = fields.Selection(GRADES, compute="_compute_model_id")
    status = fields.Char(compute="_compute_status")

    @api.depends_context("company")
    def _compute_model_id(self):
        current = self.env["crm.retention.model"]._current(self.env.company)
        for kind in self:
            kind.model_id = current.get(kind._origin.id or 0)
            kind.grade = kind.model_id.grade

    @api.depends("model_id", "active")
    @api.depends_context("company", "lang")
    def _compute_status(self):
        everyone = self.env["crm.retention.model"]._current(self.env.company).get(False)
        for kind in self:
            kind.status = kind._status(everyone)

    def _status(self, everyone):
        """Which model its customers have, and why, in words."""
        self.ensure_one()
        if self.model_id:
            return self.env._("A model of its own: %s", self.model_id.label)
        known = (everyone and everyone.kinds) or []
        rule = (self._origin.id, self.domain)
        tried = [kind for kind in known if (kind["id"], kind["domain"]) == rule]
        if not tried:
            return self.env._("Fitted with the next scoring of all customers.")
        return self.env._(
            "The model of all customers: with %(customers)s customers, %(repeaters)s "
            "of whom bought again, too few purchases lie in the days on which a model "
            "of its own would be tested.",
            customers=tried[0]["customers"],
            repeaters=tried[0]["repeaters"],
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Fit the model of a new kind with a scoring of all customers."""
        kinds = super().create(vals_list)
        self._score_anew(kinds._companies())
        return kinds

    def write(self, vals):
        """Score anew those who come to a kind or leave it."""
        companies = self._companies()
        result = super().write(vals)
        if vals.keys() & FIELDS_OF_THE_RULE:
            self._score_anew(companies | self._companies())
        return result

    def unlink(self):
        """Score those of the kind by the model of all customers."""
        companies = self._companies()
        result = super().unlink()
        self._score_anew(companies)
        return result

    def _companies(self):
        """Companies whose customers these kinds divide."""
        if self.filtered(lambda kind: not kind.company_id):
            return self.env["res.company"].sudo().search([])
        return self.company_id

    @api.model
    def _score_anew(self, companies):
        if not self.env.context.get("install_mode"):
            self.env["crm.scoring.run"].sudo()._request("scoring", companies)

    @api.model
    def _of_company(self, company):
        """The kinds of a company, the one that wins first."""
        return self.sudo().search([("company_id", "in", (company.id, False))])

    @api.model
    def _kind_of(self, scope):
        """Which customers of a scope are of which kind.

        A broken rule takes nobody.

        :return: contact ids in rising order and the kind's id of each, without those
            of no kind; None where there are no kinds
        :rtype: tuple[numpy.ndarray, numpy.ndarray] | None
        """
        company = self.env["res.company"].browse(scope.company_id)
        kinds = self._of_company(company)
        if not kinds:
            return None
        self.env.flush_all()
        usable, _broken = kinds._usable("_read_condition")
        try:
            with self.env.cr.savepoint(flush=False):
                return usable._read_kinds(company, scope)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except psycopg2.Error:  # a rule that only the database finds broken
            usable, _broken = kinds._usable()
            return usable._read_kinds(company, scope)

    def _read_kinds(self, company, scope):
        """The rules of these kinds, applied to the customers of a scope at once."""
        import numpy as np

        query = self._profile_query()
        arms = [
            SQL(
                "WHEN %s THEN %s", self._condition(kind.domain, query, company), kind.id
            )
            for kind in self
        ]
        kind_id = SQL("CASE %s END", SQL(" ").join(arms)) if arms else SQL("NULL::int")
        query.add_where(SQL("p.company_id = %s", scope.company_id))
        query.add_where(scope.holds(SQL("p.partner_id")))
        [(partners, kinds)] = self.env.execute_query(
            SQL(
                """
                SELECT ARRAY_AGG(partner_id ORDER BY partner_id),
                       ARRAY_AGG(kind_id ORDER BY partner_id)
                  FROM (%s) placed
                 WHERE kind_id IS NOT NULL
                """,
                query.select(SQL("p.partner_id"), SQL("%s AS kind_id", kind_id)),
            )
        )
        return np.array(partners or [], np.int64), np.array(kinds or [], np.int64)
