from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class LoyaltyQualification(models.Model):
    """Ledger of what counts towards a tier: entries are added, never changed.

    An order or credit note that is no more, or that changed, is taken back by an entry
    that reverses its first one. So an order never counts twice, and everything that a
    tier was ever given for can be read. Points to spend are core's, on the loyalty
    card; nothing here touches them.
    """

    _name = "loyalty.qualification"
    _description = "Loyalty Qualification Entry"
    _order = "date desc, id desc"
    _rec_name = "source"
    _log_access = False

    membership_id = fields.Many2one(
        "loyalty.membership", required=True, index=True, ondelete="cascade"
    )
    program_id = fields.Many2one("loyalty.program", required=True, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        help="Of the document. A shared program counts those of several companies.",
    )
    currency_id = fields.Many2one(related="program_id.currency_id")
    partner_id = fields.Many2one(related="membership_id.partner_id", string="Member")
    date = fields.Date(required=True, help="Day on which it counts.")
    booked_on = fields.Datetime(required=True, default=fields.Datetime.now)
    source = fields.Selection(
        [
            ("order", "Sales Order"),
            ("invoice", "Invoice"),
            ("refund", "Credit Note"),
            ("history", "Historical Purchase"),
            ("points", "Points of an Order"),
            ("points_return", "Points of a Return"),
        ],
        required=True,
    )
    res_id = fields.Many2oneReference(
        "Document ID", model_field="res_model", required=True
    )
    res_model = fields.Char(compute="_compute_res_model")
    version = fields.Integer(help="How often the document was counted before.")
    amount = fields.Monetary(help="Untaxed, in the currency of the program.")
    purchases = fields.Integer()
    points = fields.Float("Points Earned")
    reversal_of_id = fields.Many2one(
        "loyalty.qualification", "Takes Back", ondelete="cascade"
    )

    _counted_once = models.UniqueIndex(
        "(program_id, source, res_id, version) WHERE reversal_of_id IS NULL",
        "A document counts only once.",
    )
    _reversed_once = models.UniqueIndex(
        "(reversal_of_id) WHERE reversal_of_id IS NOT NULL",
        "An entry is taken back only once.",
    )

    @api.depends("source")
    def _compute_res_model(self):
        res_models = self.env["crm.customer.transaction"]._source_models() | {
            "points": "sale.order",
            "points_return": "account.move",
        }
        for entry in self:
            entry.res_model = res_models.get(entry.source)

    def write(self, vals):
        """Refuse: what was counted is taken back by an entry of its own."""
        if vals:
            raise UserError(
                self.env._("An entry of the ledger stays as it is. It is taken back.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("An entry of the ledger stays as it is. It is taken back.")
        )

    def action_open_document(self):
        """Open the order, invoice or purchase behind the entry."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    @api.model
    def _reconcile(self, scheme, as_of, only=None):
        """Make the ledger say what the documents say, until a day.

        Buyers who are not members yet become such. Whatever changed or vanished is
        taken back; whatever is not counted yet is added.

        :param Some only: the documents concerned; None means all
        """
        documents = self.env["loyalty.document"]._documents(scheme, as_of, only)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH document AS MATERIALIZED (%(documents)s),
                joined AS (%(join)s),
                member AS (
                    SELECT id, partner_id FROM loyalty_membership
                     WHERE program_id = %(program)s
                     UNION ALL SELECT id, partner_id FROM joined),
                told AS MATERIALIZED (
                    SELECT member.id AS membership_id, document.* FROM document
                      JOIN member ON member.partner_id = document.member_id),
                open AS MATERIALIZED (%(open)s),
                wrong AS (
                    SELECT open.* FROM open
                     WHERE NOT EXISTS (SELECT FROM told WHERE %(same)s)),
                taken_back AS (
                    INSERT INTO loyalty_qualification (
                        membership_id, program_id, company_id, date, booked_on, source,
                        res_id, version, amount, purchases, points, reversal_of_id)
                    SELECT membership_id, program_id, company_id, date, %(now)s, source,
                           res_id, version, -amount, -purchases, -points, id
                      FROM wrong)
                INSERT INTO loyalty_qualification (
                    membership_id, program_id, company_id, date, booked_on, source,
                    res_id, version, amount, purchases, points)
                SELECT told.membership_id, %(program)s, told.company_id, told.date,
                       %(now)s, told.source, told.res_id,
                       (SELECT COALESCE(MAX(version) + 1, 0)
                          FROM loyalty_qualification earlier
                         WHERE earlier.program_id = %(program)s
                           AND earlier.source = told.source
                           AND earlier.res_id = told.res_id
                           AND earlier.reversal_of_id IS NULL),
                       told.amount, told.purchases, told.points
                  FROM told
                 WHERE NOT EXISTS (SELECT FROM open WHERE %(same)s)
                """,
                documents=documents,
                join=self._join(scheme),
                open=self._open(scheme, as_of, only),
                same=self._same(),
                program=scheme.program_id,
                now=fields.Datetime.now(),
            )
        )
        self.env["loyalty.membership"].invalidate_model()
        self.invalidate_model()

    @api.model
    def _join(self, scheme):
        """Statement that makes members of the buyers in ``document``."""
        return SQL(
            """
            INSERT INTO loyalty_membership (
                program_id, company_id, partner_id, joined_on, since, tier_id,
                earned_tier_id, create_uid, write_uid, create_date, write_date)
            SELECT program.id, program.company_id, buyer.member_id, buyer.date,
                   buyer.date, %(base)s, %(base)s, %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM (SELECT member_id, MIN(date) AS date FROM document
                     GROUP BY member_id) buyer
              JOIN loyalty_program program ON program.id = %(program)s
             WHERE NOT EXISTS (SELECT FROM loyalty_membership known
                                WHERE known.program_id = program.id
                                  AND known.partner_id = buyer.member_id)
                ON CONFLICT DO NOTHING
            RETURNING id, partner_id
            """,
            base=scheme.tier_ids[0],
            uid=self.env.uid,
            now=fields.Datetime.now(),
            program=scheme.program_id,
        )

    @api.model
    def _open(self, scheme, as_of, only):
        """Query of the entries that were not taken back, of the documents told."""
        days = SQL("date BETWEEN %s AND %s", scheme.first_day(as_of), as_of)
        # told now, but counted on a day that is not asked for
        moved = SQL("(source, res_id) IN (SELECT source, res_id FROM document)")
        told = SQL("(%s OR %s)", days, moved)
        if only:
            told = only.holds(SQL("source"), SQL("res_id"))
        return SQL(
            """
            SELECT entry.* FROM loyalty_qualification entry
             WHERE program_id = %s AND reversal_of_id IS NULL AND %s
               AND NOT EXISTS (SELECT FROM loyalty_qualification back
                                WHERE back.reversal_of_id = entry.id)
            """,
            scheme.program_id,
            told,
        )

    @api.model
    def _same(self):
        """Condition that ``told`` and ``open`` say the same of the same document."""
        keys = ("source", "res_id", "membership_id", "company_id", "date")
        same = [
            SQL("told.%s = open.%s", SQL.identifier(key), SQL.identifier(key))
            for key in keys
        ]
        figures = SQL(
            "ROUND(told.amount, 4) = ROUND(open.amount, 4)"
            " AND told.purchases = open.purchases"
            " AND ROUND(told.points, 4) = ROUND(open.points::numeric, 4)"
        )
        return SQL(" AND ").join([*same, figures])
