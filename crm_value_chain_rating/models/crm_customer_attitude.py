from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CrmCustomerAttitude(models.Model):
    """Adds the ratings that customers gave: each is an entry of satisfaction."""

    _inherit = "crm.customer.attitude"

    rating_id = fields.Many2one("rating.rating", readonly=True, ondelete="cascade")

    _rating_unique = models.UniqueIndex(
        "(rating_id) WHERE rating_id IS NOT NULL", "A rating counts once."
    )

    def write(self, vals):
        self._check_no_rating()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ratings(self):
        self._check_no_rating()

    def _check_no_rating(self):
        """Refuse changes by people: what a customer rated, only the customer changes.

        :raises UserError: if one of these follows from a rating
        """
        if not self.env.su and self.rating_id:
            raise UserError(
                self.env._(
                    "This is what the customer rated: note what you know beside it."
                )
            )

    @api.model
    def _take_ratings(self, scope=None, ids=None):
        """Make entries of ratings that have none, and queue their customers.

        A rating counts for the company of what was rated; where that has none, for
        the contact's, and else for the one in which the customer bought last.

        :param scope: customers whose ratings count; all without
        :param ids: ratings to look at; all without
        """
        some = SQL("rating.id = ANY(%s)", list(ids)) if ids else SQL("TRUE")
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_customer_attitude
                       (profile_id, company_id, date, metric, score, source, note,
                        rating_id, create_uid, create_date, write_uid, write_date)
                SELECT holder.id, holder.company_id,
                       COALESCE(rating.rated_on, rating.write_date)::date,
                       'satisfaction', LEAST(10, ROUND(2 * rating.rating))::int,
                       'rating', LEFT(rating.feedback, 1000),
                       rating.id, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM rating_rating rating
                  JOIN res_partner contact ON contact.id = rating.partner_id
                  JOIN LATERAL (
                       SELECT profile.id, profile.company_id, profile.partner_id
                         FROM crm_customer_profile profile
                        WHERE profile.partner_id = contact.commercial_partner_id
                          AND profile.company_id = COALESCE(
                              %(company)s, contact.company_id, profile.company_id)
                        ORDER BY profile.last_purchase_date DESC NULLS LAST, profile.id
                        LIMIT 1) holder ON TRUE
                 WHERE rating.consumed AND rating.rating > 0
                   AND %(some)s AND %(holds)s
                   AND NOT EXISTS (SELECT FROM crm_customer_attitude known
                                    WHERE known.rating_id = rating.id)
                    ON CONFLICT DO NOTHING
             RETURNING profile_id
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                company=self._rated_company(some),
                some=some,
                holds=self._held(scope),
            )
        )
        self._queue_rated([profile_id for (profile_id,) in self.env.cr.fetchall()])

    @api.model
    def _drop_ratings(self, ids=None):
        """Delete the entries of ratings, or of all, and queue their customers."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_customer_attitude WHERE %s RETURNING profile_id",
                SQL("rating_id IS NOT NULL")
                if ids is None
                else SQL("rating_id = ANY(%s)", list(ids)),
            )
        )
        self._queue_rated([profile_id for (profile_id,) in self.env.cr.fetchall()])

    @api.model
    def _held(self, scope):
        """Condition that the profile ``holder`` is in a scope."""
        if not scope:
            return SQL("TRUE")
        return SQL(
            "holder.company_id = %s AND %s",
            scope.company_id,
            scope.holds(SQL("holder.partner_id")),
        )

    @api.model
    def _rated_company(self, some):
        """SQL of the company of what was rated, if there is one.

        :param SQL some: condition of the ratings concerned
        """
        rated = self.env.execute_query(
            SQL(
                "SELECT DISTINCT res_model FROM rating_rating rating"
                " WHERE consumed AND %s",
                some,
            )
        )
        arms = []
        for (name,) in rated:
            model = self.env.get(name)
            field = model is not None and model._fields.get("company_id")
            if field and field.store and field.comodel_name == "res.company":
                arms.append(
                    SQL(
                        "WHEN %s THEN"
                        " (SELECT company_id FROM %s WHERE id = rating.res_id)",
                        name,
                        SQL.identifier(model._table),
                    )
                )
        if not arms:
            return SQL("NULL::int")
        return SQL("(CASE rating.res_model %s END)", SQL(" ").join(arms))

    @api.model
    def _queue_rated(self, profile_ids):
        """Have customers measured whose entries changed in the database."""
        if not profile_ids:
            return
        self.invalidate_model()
        self.env["crm.customer.profile"].invalidate_model(["attitude_ids"])
        self.env["crm.customer.stale"]._queue(
            SQL(
                "SELECT partner_id, company_id FROM crm_customer_profile"
                " WHERE id = ANY(%s)",
                profile_ids,
            )
        )
