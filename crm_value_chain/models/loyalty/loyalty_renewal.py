from odoo import api, fields, models
from odoo.tools import SQL


class LoyaltyRenewal(models.AbstractModel):
    """Writes where the members stand: tiers, history, notices, the customer's figure.

    Set-based: the number of queries does not grow with the number of members.
    """

    _name = "loyalty.renewal"
    _description = "Renewal of Loyalty Tiers"

    @api.model
    def _renew(self, scheme, as_of):
        """Bring ledger and tiers of all members of a program up to date."""
        self.env["loyalty.qualification"]._reconcile(scheme, as_of)
        self._place(scheme, as_of)
        program = self.env["loyalty.program"].browse(scheme.program_id)
        self.env["loyalty.membership"]._withdraw_notices(program)

    @api.model
    def _place(self, scheme, as_of, members=None, climb_only=False):
        """Place members by what the ledger says, and note who moved.

        :param list members: ids of the contacts; None means all
        :param bool climb_only: nobody falls, and no grace begins
        :return: ids of the contacts who have another tier now
        """
        placement = self.env["loyalty.placement"]
        entries = self._entries(scheme, as_of, members)
        standing = placement._standing(scheme, as_of, entries, members)
        placed = placement._placed(scheme, as_of, standing, climb_only)
        changed = self.env.execute_query(self._writing(scheme, as_of, placed))
        self._forget_cached()
        noticed = [row[0] for row in changed if row[2]]
        self.env["loyalty.membership"].browse(noticed)._give_notice()
        return [partner for _id, partner, _notify, moved in changed if moved]

    @api.model
    def _forget_cached(self):
        self.env["loyalty.membership"].invalidate_model()
        self.env["loyalty.tier.movement"].invalidate_model()
        self.env["res.partner"].invalidate_model(["property_product_pricelist"])

    @api.model
    def _entries(self, scheme, as_of, members):
        """Query of the ledger, as far as it matters on a day."""
        some = SQL("TRUE")
        if members is not None:
            some = SQL("member.partner_id = ANY(%s)", list(members))
        return SQL(
            """
            SELECT member.partner_id AS member_id, entry.date, entry.amount,
                   entry.purchases, entry.points::numeric AS points
              FROM loyalty_qualification entry
              JOIN loyalty_membership member ON member.id = entry.membership_id
             WHERE entry.program_id = %s AND entry.date BETWEEN %s AND %s AND %s
            """,
            scheme.program_id,
            scheme.first_day(as_of),
            scheme.last_day(as_of),
            some,
        )

    @api.model
    def _writing(self, scheme, as_of, placed):
        """Statement that writes where members stand, and notes who moved."""
        values = self._values(scheme, as_of)
        return SQL(
            """
            WITH placed AS MATERIALIZED (%(placed)s),
            fresh AS (
                SELECT p.id, p.partner_id, p.rank, p.new_rank, p.tier_id AS old_tier,
                       %(old)s AS old_effective, p.effective_rank, p.now,
                       p.notice_on IS NULL AND p.new_notice IS NOT NULL AS notify,
                       %(values)s
                  FROM placed p WHERE p.id IS NOT NULL),
            moved AS (
                INSERT INTO loyalty_tier_movement (
                    membership_id, partner_id, program_id, company_id, date,
                    from_tier_id, to_tier_id, cause, reason, qualification,
                    create_uid, write_uid, create_date, write_date)
                SELECT f.id, f.partner_id, program.id, program.company_id, %(day)s,
                       f.old_tier, f.new_tier_id,
                       CASE WHEN f.effective_rank > f.old_effective THEN 'promotion'
                            WHEN f.new_rank < f.rank THEN 'demotion'
                            ELSE 'grant_end' END,
                       CASE WHEN f.effective_rank <= f.old_effective
                             AND f.new_rank >= f.rank THEN known.grant_reason END,
                       f.now, %(uid)s, %(uid)s, %(at)s, %(at)s
                  FROM fresh f
                  JOIN loyalty_membership known ON known.id = f.id
                  JOIN loyalty_program program ON program.id = %(program)s
                 WHERE f.old_tier IS DISTINCT FROM f.new_tier_id),
            changed AS (
                UPDATE loyalty_membership m
                   SET (%(columns)s) = ROW(%(new)s)
                  FROM fresh f
                 WHERE m.id = f.id AND ROW(%(kept)s) IS DISTINCT FROM ROW(%(new)s)
             RETURNING m.id, m.partner_id, f.notify,
                       f.old_tier IS DISTINCT FROM f.new_tier_id AS moved)
            SELECT id, partner_id, notify, moved FROM changed WHERE notify OR moved
            """,
            placed=placed,
            old=scheme.rank_of(SQL("p.tier_id")),
            values=SQL(", ").join(
                SQL("%s AS %s", value, SQL.identifier(f"new_{name}"))
                for name, value in values.items()
            ),
            day=as_of,
            uid=self.env.uid,
            at=fields.Datetime.now(),
            program=scheme.program_id,
            columns=SQL(", ").join(map(SQL.identifier, values)),
            new=SQL(", ").join(SQL.identifier("f", f"new_{name}") for name in values),
            kept=SQL(", ").join(SQL.identifier("m", name) for name in values),
        )

    @api.model
    def _values(self, scheme, as_of):
        """What to write on a membership, from the row ``p`` of its placement."""
        tier = scheme.by_rank(SQL("p.effective_rank"), scheme.tier_ids, SQL("int"))
        following = scheme.by_rank(
            SQL("p.effective_rank + 1"), scheme.thresholds, SQL("float8")
        )

        return {
            "tier_id": tier,
            "earned_tier_id": scheme.by_rank(
                SQL("p.new_rank"), scheme.tier_ids, SQL("int")
            ),
            "since": SQL(
                "CASE WHEN p.tier_id IS DISTINCT FROM %s THEN %s::date"
                " ELSE p.since END",
                tier,
                as_of,
            ),
            "qualification": SQL("p.now::float8"),
            "qualification_before": SQL("p.before::float8"),
            "period_start": SQL("p.start"),
            "progress": SQL(
                "CASE WHEN %(next)s IS NULL THEN 100 ELSE"
                " ROUND((100 * LEAST(GREATEST(p.now / %(next)s, 0), 1))::numeric, 2)"
                "::float8 END",
                next=following,
            ),
            "grace_until": SQL("p.new_grace"),
            "kept_until": SQL("p.new_kept"),
            "notice_on": SQL("p.new_notice"),
            "granted_tier_id": SQL(
                "CASE WHEN p.granted_rank >= 0 THEN p.granted_tier_id END"
            ),
        }

    # ------------------------------------------------------------------
    # The customer's own figure
    # ------------------------------------------------------------------

    @api.model
    def _customers(self, partner_ids):
        """Ids of the customers behind members."""
        partners = self.env["res.partner"].sudo().browse(partner_ids)
        return partners.commercial_partner_id.ids

    @api.model
    def _show_on_customers(self, programs, customers=None):
        """Write the highest tier of customers on their profiles.

        :param programs: programs that moved somebody; their companies are concerned
        :param list customers: ids of the customers; None means all
        """
        Program = self.env["loyalty.program"].sudo()
        for company in self.env["res.company"].browse(
            sorted({c for program in programs.sudo() for c in program._company_ids()})
        ):
            self._show_in_company(company, Program._tiered(company).ids, customers)

    @api.model
    def _show_in_company(self, company, program_ids, customers=None):
        """Write the highest tier of the customers of a company on their profiles.

        Of several programs the tier of the higher rank is shown, then that of the
        program which comes first. Of some customers those whom a scoring is at are
        left to the night.
        """
        some, shown, locked = SQL("TRUE"), SQL("TRUE"), SQL()
        if customers is not None:  # nobody who confirms an order waits for a scoring
            locked = SQL("FOR UPDATE OF profile SKIP LOCKED")
            some = SQL("contact.commercial_partner_id = ANY(%s)", list(customers))
            shown = SQL("profile.partner_id = ANY(%s)", list(customers))
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH best AS (
                    SELECT DISTINCT ON (contact.commercial_partner_id)
                           contact.commercial_partner_id AS customer_id, tier.id
                      FROM loyalty_membership member
                      JOIN res_partner contact ON contact.id = member.partner_id
                      JOIN (%(ranked)s) tier ON tier.id = member.tier_id
                      JOIN loyalty_program program ON program.id = member.program_id
                     WHERE program.id = ANY(%(programs)s) AND %(some)s
                     ORDER BY contact.commercial_partner_id, tier.rank DESC,
                              program.sequence, program.id)
                UPDATE crm_customer_profile p SET loyalty_tier_id = fresh.tier_id
                  FROM (SELECT profile.id, best.id AS tier_id
                          FROM crm_customer_profile profile
                          LEFT JOIN best ON best.customer_id = profile.partner_id
                         WHERE profile.company_id = %(company)s AND %(shown)s
                           AND profile.loyalty_tier_id IS DISTINCT FROM best.id
                        -- those few are joined with, not all profiles
                        OFFSET 0 %(locked)s) fresh
                 WHERE fresh.id = p.id
                """,
                ranked=self.env["loyalty.tier"]._ranked(),
                programs=list(program_ids),
                company=company.id,
                some=some,
                shown=shown,
                locked=locked,
            )
        )
        self.env["crm.customer.profile"].invalidate_model(["loyalty_tier_id"])
