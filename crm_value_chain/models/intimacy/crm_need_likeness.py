from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

MOST_ALIKE = 80
MOST_PRODUCTS = 3  # of each customer


class CrmNeedLikeness(models.TransientModel):
    """A customer whose needs are like those of another one, for a list on screen.

    Whoever asked for the list sees it, and nobody else.
    """

    _name = "crm.need.likeness"
    _description = "Customer with Like Needs"
    _order = "likeness desc, id"
    _rec_name = "profile_id"

    profile_id = fields.Many2one(
        "crm.customer.profile", "Customer", required=True, ondelete="cascade"
    )
    likeness = fields.Float(
        readonly=True,
        aggregator="avg",
        help="1 where the same needs matter in the same proportion, 0 where none is "
        "shared: the cosine of the importance of all needs.",
    )
    shared_need_ids = fields.Many2many("crm.need", string="Shared Needs")
    other_need_ids = fields.Many2many(
        "crm.need",
        "crm_need_likeness_other_rel",
        string="Other Needs",
        help="What this customer needs beyond the needs that are shared.",
    )
    product_ids = fields.Many2many(
        "product.template",
        string="Also Buys",
        help="Products that this customer ordered most of, and the other one never.",
    )
    segment_id = fields.Many2one(related="profile_id.segment_id")
    ladder_stage_id = fields.Many2one(related="profile_id.ladder_stage_id")
    yearly_amount = fields.Monetary(related="profile_id.yearly_amount")
    currency_id = fields.Many2one(related="profile_id.currency_id")

    @api.model
    def _of(self, profile):
        """The customers with the most similar needs, as far as the user sees them.

        :raises UserError: if no need of the customer is known
        """
        if not profile.need_fact_ids:
            raise UserError(
                self.env._(
                    "No need of %s is known yet: there is nothing to compare.",
                    profile.display_name,
                )
            )
        mine = profile.need_ids
        found = self._most_alike(profile)
        others = profile.browse(id_ for id_, _likeness in found)
        others.mapped("need_ids")  # all of them at once
        products = self._bought_elsewhere(profile, others.partner_id)
        # nobody makes lines by hand, which would show figures of any customer
        return self.sudo().create(
            [
                {
                    "profile_id": other.id,
                    "likeness": likeness,
                    "shared_need_ids": (other.need_ids & mine).ids,
                    "other_need_ids": (other.need_ids - mine).ids,
                    "product_ids": products.get(other.partner_id.id, []),
                }
                for other, (_id, likeness) in zip(others, found, strict=True)
            ]
        )

    @api.model
    def _most_alike(self, profile):
        """Ids of profiles with their likeness, the most alike first.

        :rtype: list[tuple[int, float]]
        """
        self.env["crm.customer.need"].flush_model()
        company = [("company_id", "=", profile.company_id.id)]
        visible = profile.with_context(active_test=True)._search(
            [*company, ("id", "!=", profile.id)]
        )
        return self.env.execute_query(
            SQL(
                """
                WITH mine AS (
                    SELECT need_id, importance FROM crm_customer_need
                     WHERE profile_id = %(profile)s),
                other AS (
                    SELECT fact.profile_id,
                           SUM(fact.importance * mine.importance) AS shared,
                           SUM(fact.importance ^ 2) AS weight
                      FROM crm_customer_need fact
                      LEFT JOIN mine ON mine.need_id = fact.need_id
                     WHERE fact.company_id = %(company)s
                     GROUP BY fact.profile_id)
                SELECT profile_id,
                       shared / sqrt(weight * (SELECT SUM(importance ^ 2) FROM mine))
                           AS likeness
                  FROM other
                 WHERE shared > 0 AND profile_id IN %(visible)s
                 ORDER BY likeness DESC, profile_id LIMIT %(most)s
                """,
                profile=profile.id,
                company=profile.company_id.id,
                visible=visible.subselect(),
                most=MOST_ALIKE,
            )
        )

    @api.model
    def _bought_elsewhere(self, profile, customers):
        """Products that other customers order, and a customer never did.

        :return: ids of the products that each ordered most of, by id of the customer
        :rtype: dict[int, list[int]]
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH bought AS (
                    SELECT contact.commercial_partner_id AS customer_id,
                           product.product_tmpl_id AS product_id,
                           SUM(line.price_subtotal
                               / COALESCE(NULLIF(deal.currency_rate, 0), 1)) AS amount
                      FROM res_partner contact
                      JOIN sale_order deal ON deal.partner_id = contact.id
                      JOIN sale_order_line line ON line.order_id = deal.id
                      JOIN product_product product ON product.id = line.product_id
                     WHERE contact.commercial_partner_id = ANY(%(customers)s)
                       AND deal.company_id = %(company)s AND deal.state = 'sale'
                       AND line.price_subtotal > 0
                       AND line.is_downpayment IS NOT TRUE
                     GROUP BY 1, 2),
                place AS (
                    SELECT customer_id, product_id,
                           ROW_NUMBER() OVER (
                               PARTITION BY customer_id
                               ORDER BY amount DESC, product_id) AS place
                      FROM bought
                     WHERE product_id NOT IN (
                           SELECT product_id FROM bought
                            WHERE customer_id = %(customer)s))
                SELECT customer_id, ARRAY_AGG(product_id ORDER BY place)
                  FROM place WHERE place <= %(most)s GROUP BY customer_id
                """,
                customers=(customers | profile.partner_id).ids,
                company=profile.company_id.id,
                customer=profile.partner_id.id,
                most=MOST_PRODUCTS,
            )
        )
        return dict(rows)

    def action_open_customer(self):
        """Open the customer."""
        self.ensure_one()
        return self.profile_id.get_formview_action()
