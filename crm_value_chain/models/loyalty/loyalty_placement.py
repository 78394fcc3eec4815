from odoo import api, models
from odoo.tools import SQL


class LoyaltyPlacement(models.AbstractModel):
    """Which tier each member stands in: one query, for the night and the preview.

    A tier is kept by what the member reached in this period or in the one before (a
    rolling year has just one). Who does not keep it has the days of grace, and a notice
    within them; nobody falls without it, and there is none where nobody could be told.
    After falling by one tier the member keeps the lower one for a whole period.
    """

    _name = "loyalty.placement"
    _description = "Placement of Members in Loyalty Tiers"

    @api.model
    def _standing(self, scheme, as_of, entries, members=None):
        """Query of what each member reached, and where it stands.

        Columns: those of the membership (``id`` and so on, NULL for a buyer who is no
        member yet), ``partner_id``, ``rank`` of the tier earned, what was reached
        ``now`` and ``before``, and the ``start`` of the period.

        :param SQL entries: query of ``member_id``, ``date`` and the figures
        :param list members: ids of the members; None means all
        """
        start, before = scheme.starts(as_of, SQL("member.joined"))
        return SQL(
            """
            WITH entry AS MATERIALIZED (%(entries)s),
            member AS (
                SELECT known.*, total.member_id,
                       COALESCE(known.partner_id, total.member_id) AS contact_id,
                       COALESCE(known.joined_on, total.first_day) AS joined
                  FROM (SELECT member_id, MIN(date) AS first_day
                          FROM entry GROUP BY member_id) total
                  FULL JOIN (%(known)s) known ON known.partner_id = total.member_id)
            SELECT member.id, member.contact_id AS partner_id, member.tier_id,
                   member.granted_tier_id, member.grant_until, member.since,
                   member.grace_until, member.kept_until, member.notice_on,
                   %(rank)s AS rank, %(start)s AS start,
                   COALESCE(SUM(entry.%(measure)s)
                       FILTER (WHERE entry.date >= %(start)s), 0) AS now,
                   COALESCE(SUM(entry.%(measure)s)
                       FILTER (WHERE entry.date >= %(before)s
                                 AND entry.date < %(start)s), 0) AS before
              FROM member LEFT JOIN entry ON entry.member_id = member.contact_id
             GROUP BY member.id, member.contact_id, member.tier_id, member.joined,
                      member.granted_tier_id, member.grant_until, member.since,
                      member.grace_until, member.kept_until, member.notice_on,
                      member.earned_tier_id
            """,
            entries=entries,
            known=self._known(scheme, members),
            rank=scheme.rank_of(SQL("member.earned_tier_id")),
            start=start,
            before=before,
            measure=SQL.identifier(scheme.measure),
        )

    @api.model
    def _known(self, scheme, members):
        """Query of the memberships."""
        some = SQL("TRUE")
        if members is not None:
            some = SQL("partner_id = ANY(%s)", list(members))
        return SQL(
            "SELECT * FROM loyalty_membership WHERE program_id = %s AND %s",
            scheme.program_id or None,
            some,
        )

    @api.model
    def _placed(self, scheme, as_of, standing, climb_only=False):
        """Query of the rank that each member has from a day on.

        :param SQL standing: see `_standing`
        :param bool climb_only: nobody falls, and no grace begins
        """
        reached = SQL(
            """
            SELECT s.*, GREATEST(s.now, s.before) AS best, %(reached)s AS reached,
                   %(granted)s AS granted_rank
              FROM (%(standing)s) s
            """,
            reached=scheme.rank_reached(SQL("GREATEST(s.now, s.before)")),
            granted=self._granted_rank(scheme, as_of),
            standing=standing,
        )
        failing = SQL(
            "SELECT r.*, %s AS failing FROM (%s) r",
            self._failing(scheme, as_of, climb_only),
            reached,
        )
        due = SQL(
            "SELECT f.*, %s AS due FROM (%s) f", self._due(scheme, as_of), failing
        )
        ranked = SQL(
            "SELECT d.*, %s AS new_rank, %s AS new_grace, %s AS new_kept FROM (%s) d",
            self._new_rank(scheme),
            self._new_grace(scheme, as_of, climb_only),
            self._new_kept(scheme, as_of),
            due,
        )
        return SQL(
            """
            SELECT n.*, %s AS new_notice, GREATEST(n.new_rank, n.granted_rank)
                AS effective_rank FROM (%s) n
            """,
            self._new_notice(scheme, as_of, climb_only),
            ranked,
        )

    @api.model
    def _granted_rank(self, scheme, as_of):
        """Rank granted by hand; -1 where there is none, or no longer."""
        return SQL(
            "CASE WHEN s.granted_tier_id IS NULL OR s.grant_until < %s THEN -1"
            " ELSE %s END",
            as_of,
            scheme.rank_of(SQL("s.granted_tier_id")),
        )

    @api.model
    def _failing(self, scheme, as_of, climb_only):
        """Whether the member does not keep its tier, and no one-tier fall holds it."""
        if climb_only or scheme.demotion == "never":
            return SQL("FALSE")
        return SQL("r.reached < r.rank AND (r.kept_until >= %s) IS NOT TRUE", as_of)

    @api.model
    def _due(self, scheme, as_of):
        """Whether the grace of one who fails is over, and it had its notice."""
        if not scheme.grace_days:
            return SQL("f.failing")
        noticed = SQL("f.notice_on < %s", as_of) if scheme.notice_days else SQL("TRUE")
        return SQL("f.failing AND f.grace_until < %s AND %s", as_of, noticed)

    @api.model
    def _new_rank(self, scheme):
        falls_to = SQL("d.reached")
        if scheme.demotion == "one":
            falls_to = SQL("GREATEST(d.reached, d.rank - 1)")
        return SQL(
            "CASE WHEN d.due IS TRUE THEN %s ELSE GREATEST(d.rank, d.reached) END",
            falls_to,
        )

    @api.model
    def _new_grace(self, scheme, as_of, climb_only):
        """Last day of grace: a late notice makes it longer."""
        if climb_only:
            return SQL("CASE WHEN d.reached < d.rank THEN d.grace_until END")
        return SQL(
            """
            CASE WHEN NOT d.failing OR d.due THEN NULL
                 WHEN d.grace_until IS NULL THEN %(day)s::date + %(grace)s
                 WHEN d.grace_until < %(day)s THEN %(day)s::date + %(notice)s
                 ELSE d.grace_until END
            """,
            day=as_of,
            grace=scheme.grace_days,
            notice=scheme.notice_days,
        )

    @api.model
    def _new_kept(self, scheme, as_of):
        """Until when one who fell by one tier keeps the lower one."""
        fallen = SQL("NULL::date")
        if scheme.demotion == "one":
            fallen = scheme.last_of_period(as_of, SQL("d.start"))
        return SQL(
            """
            CASE WHEN d.due IS TRUE THEN %s
                 WHEN d.reached < d.rank AND d.kept_until >= %s THEN d.kept_until END
            """,
            fallen,
            as_of,
        )

    @api.model
    def _new_notice(self, scheme, as_of, climb_only):
        """Day of the notice: within the last days of grace, if somebody gets it."""
        if climb_only or not scheme.notice_days:
            return SQL("CASE WHEN n.new_grace IS NOT NULL THEN n.notice_on END")
        return SQL(
            """
            CASE WHEN n.new_grace IS NULL THEN NULL
                 WHEN n.notice_on IS NOT NULL THEN n.notice_on
                 WHEN n.new_grace - %(notice)s <= %(day)s::date AND %(told)s
                 THEN %(day)s::date END
            """,
            notice=scheme.notice_days,
            day=as_of,
            told=self._somebody_is_told(scheme),
        )

    @api.model
    def _somebody_is_told(self, scheme):
        """Whether a member has a `_responsible`, as the membership finds it."""
        return SQL(
            """
            EXISTS (SELECT FROM res_partner member
                      JOIN res_partner customer
                        ON customer.id = member.commercial_partner_id
                      JOIN res_users told
                        ON told.id IN (member.user_id, customer.user_id, %s)
                     WHERE member.id = n.partner_id AND told.active)
            """,
            scheme.responsible_id,
        )
