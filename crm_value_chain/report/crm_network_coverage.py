from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.customer.client_argument import record_of
from ..models.network.network_roles import LIMITS, ROLES


# an idea of its own: who keeps which proposition, as a picture
# pylint: disable=consider-merging-classes-inherited
class CrmValueProposition(models.Model):
    """Coverage of the propositions by the network: where nobody stands, or just one."""

    _inherit = "crm.value.proposition"

    @api.model
    def get_network_coverage(self, segment_id=False):
        """Members behind each proposition by role, of those that the user may see.

        :param segment_id: only propositions and contributions for this segment
        :return: ``roles`` (key and name), ``segments`` (id and name), ``rows`` of a
            proposition each with ``cells`` in the order of the roles (``state``:
            empty, weak, single, fine or none; ``members``: how many; ``critical``:
            whether the promise needs what is to be done here; ``reasons``: why it is
            weak), ``gaps``: how many cells need action, ``may_add`` and
            ``explanation``
        :rtype: dict
        """
        self.check_access("read")
        segments = self.env["crm.segment"]
        segment = record_of(segments, segment_id) if segment_id else segments
        propositions = self.search(self._coverage_domain(segment))
        found = self._count_coverage(propositions, segment)
        words = self._weakness_words()
        rows = [
            {
                "id": proposition.id,
                "name": proposition.name,
                "cells": proposition._coverage_cells(found, words),
            }
            for proposition in propositions
        ]
        return {
            "roles": self.env["crm.network.role"]
            ._fields["role"]
            ._description_selection(self.env),
            "segments": self.env["crm.segment"]
            .search([("company_id", "=", self.env.company.id)])
            .mapped(lambda s: (s.id, s.name)),
            "rows": rows,
            "gaps": sum(
                cell["state"] in ("empty", "weak", "single")
                for row in rows
                for cell in row["cells"]
            ),
            "may_add": self._may_add_contributions(),
            "explanation": self._coverage_explanation(),
        }

    @api.model
    def _may_add_contributions(self):
        """Whether there are members that the user may change: all, or the own ones."""
        if not self.env["crm.network.contribution"].has_access("create"):
            return False
        user = self.env.user
        own = [("user_id", "=", user.id), ("company_id", "=", self.env.company.id)]
        return user.has_group("crm_value_chain.group_value_chain_manager") or bool(
            self.env["crm.network.member"].search_count(own, limit=1)
        )

    @api.model
    def _coverage_domain(self, segment):
        """Propositions of the company, made for a segment or for everybody."""
        domain = Domain("company_id", "=", self.env.company.id)
        if segment:
            domain &= Domain("segment_ids", "in", segment.ids) | Domain(
                "segment_ids", "=", False
            )
        return domain

    def _coverage_cells(self, found, words):
        """Cells of this proposition, in the order of the roles."""
        marked = self._needed_roles()
        cells = []
        for role, _name in ROLES:
            cell = found.get((self.id, role), {})
            members, sound = cell.get("members", 0), cell.get("sound", 0)
            critical = bool(cell.get("critical"))
            state = coverage_state(role in marked or critical, members, sound)
            cells.append(
                {
                    "role": role,
                    "state": state,
                    "members": members,
                    "critical": critical,
                    "reasons": [text for key, text in words.items() if cell.get(key)]
                    if state == "weak"
                    else [],
                }
            )
        return cells

    @api.model
    def _count_coverage(self, propositions, segment):
        """Members by proposition and role, and how many of them can be relied on.

        :rtype: dict[tuple[int, str], dict]
        """
        contributions = self.env["crm.network.contribution"]
        if not propositions or not contributions.has_access("read"):
            return {}
        self.env.flush_all()
        domain = Domain("company_id", "=", self.env.company.id)
        if segment:
            domain &= Domain("segment_id", "in", [segment.id, False])
        rows = self.env.execute_query_dict(
            self._coverage_query(propositions, contributions._search(domain))
        )
        return {(row["proposition_id"], row["role"]): row for row in rows}

    @api.model
    def _coverage_query(self, propositions, readable):
        made_for = propositions._fields["segment_ids"]
        return SQL(
            """
            WITH standing AS (
                SELECT member_id, role,
                       BOOL_OR(LEAST(date_to, agreement_until) >= %(soon)s
                               OR (date_to IS NULL AND agreement_until IS NULL))
                       AS lasts
                  FROM crm_network_role
                 WHERE (date_from IS NULL OR date_from <= %(today)s)
                   AND (date_to IS NULL OR date_to >= %(today)s)
                 GROUP BY 1, 2
            ),
            placed AS (
                SELECT member_id, role, is_critical, proposition_id
                  FROM crm_network_contribution
                 WHERE id IN %(readable)s AND proposition_id IS NOT NULL
                UNION ALL
                SELECT c.member_id, c.role, c.is_critical, made.%(proposition)s
                  FROM crm_network_contribution c
                  JOIN %(made_for)s made ON made.%(segment)s = c.segment_id
                 WHERE c.id IN %(readable)s AND c.proposition_id IS NULL
            ),
            members AS (
                SELECT placed.proposition_id, placed.role, member.id,
                       BOOL_OR(placed.is_critical) AS critical,
                       BOOL_OR(standing.member_id IS NOT NULL) AS stands,
                       BOOL_OR(member.quality IN %(low)s) AS low,
                       BOOL_OR(member.risk = 'high') AS risky,
                       BOOL_OR(NOT standing.lasts) AS ending
                  FROM placed
                  JOIN crm_network_member member
                    ON member.id = placed.member_id AND member.active
                  LEFT JOIN standing ON standing.member_id = member.id
                                    AND standing.role = placed.role
                 WHERE placed.proposition_id = ANY(%(propositions)s)
                 GROUP BY 1, 2, 3
            )
            SELECT proposition_id, role, COUNT(*) FILTER (WHERE stands) AS members,
                   COUNT(*) FILTER (WHERE stands AND NOT (COALESCE(low, FALSE)
                       OR COALESCE(risky, FALSE) OR ending)) AS sound,
                   -- also where the role of who does it is over: then nobody does
                   BOOL_OR(critical) AS critical,
                   BOOL_OR(low AND stands) AS low,
                   BOOL_OR(risky AND stands) AS risky, BOOL_OR(ending) AS ending
              FROM members GROUP BY 1, 2
            """,
            today=fields.Date.context_today(self),
            soon=fields.Date.add(fields.Date.context_today(self), days=LIMITS.notice),
            low=tuple(str(stars) for stars in range(1, LIMITS.quality + 1)),
            readable=readable.subselect(),
            made_for=SQL.identifier(made_for.relation),
            proposition=SQL.identifier(made_for.column1),
            segment=SQL.identifier(made_for.column2),
            propositions=propositions.ids,
        )

    @api.model
    def _weakness_words(self):
        return {
            "low": self.env._("poor quality"),
            "risky": self.env._("high risk"),
            "ending": self.env._("agreement or role about to end"),
        }

    @api.model
    def _coverage_explanation(self):
        """What the states mean, in sentences."""
        return self.env._(
            "Weak: of every member here the quality is at most %(stars)s stars, the "
            "risk is high, or the role or its agreement has ended or ends within "
            "%(days)s days. Which roles a proposition needs is set on it; it also "
            "needs those in which somebody does something critical.",
            stars=LIMITS.quality,
            days=LIMITS.notice,
        )

    def action_open_coverage(self, role, segment_id=False):
        """Open the members behind a cell of the coverage."""
        self.ensure_one()
        roles = self.env["crm.network.role"]._fields["role"]
        names = [
            name for key, name in roles._description_selection(self.env) if key == role
        ]
        if not names:
            raise UserError(self.env._("Nobody can contribute as “%s”.", role))
        place = Domain("proposition_id", "=", self.id) | (
            Domain("proposition_id", "=", False)
            & Domain("segment_id", "in", self.segment_ids.ids)
        )
        if segment_id:
            place &= Domain("segment_id", "in", [segment_id, False])
        lines = Domain("role", "=", role) & place
        return {
            "type": "ir.actions.act_window",
            "name": f"{self.name}: {names[0]}",
            "res_model": "crm.network.member",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [
                ("role_ids", "any", [("role", "=", role), ("is_present", "=", True)]),
                ("contribution_ids", "any", list(lines)),
            ],
        }

    def action_add_coverage(self, role, segment_id=False):
        """Add a member to an empty cell of the coverage."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who Contributes?"),
            "res_model": "crm.network.contribution",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_proposition_id": self.id,
                "default_role": role,
                "default_segment_id": segment_id,
            },
        }


def coverage_state(is_needed, members, sound):
    """What to think of a place in the network.

    :param is_needed: whether the promise cannot be kept without this role
    :param members: how many members there are
    :param sound: how many of them can be relied on
    """
    if not members:
        return "empty" if is_needed else "none"
    if not is_needed:
        return "fine"
    if not sound:
        return "weak"
    return "single" if members == 1 else "fine"
