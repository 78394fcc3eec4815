from typing import NamedTuple

from odoo import api, models

SEGMENT_POINTS = 5  # as much as a need that decides
NEED_POINTS = 3  # of a need noted on a lead, where nobody said how much it matters
MOST_SUGGESTIONS = 3


class Wish(NamedTuple):
    """What is known of somebody to whom we want to offer something."""

    company: models.BaseModel
    segment: models.BaseModel
    needs: dict  # importance by need


# an idea of its own: what suits a customer
# pylint: disable=consider-merging-classes-inherited
class CrmValueProposition(models.Model):
    """Suggests propositions: those that meet the most important needs come first.

    points = sum of the importance of the customer's needs that it meets
             + 5 if it is made for the customer's segment
    """

    _inherit = "crm.value.proposition"

    @api.model
    def _suggest(self, wishes):
        """Propositions in use that suit, the best first, in a fixed number of queries.

        :param wishes: list of `Wish`
        :return: for each wish a list of at most three dicts with ``id``, ``name``,
            ``points`` and ``why``
        :rtype: list[list[dict]]
        """
        companies = {wish.company.id for wish in wishes}
        offers = self.search_fetch(
            [
                ("current_version_id", "!=", False),
                ("company_id", "in", list(companies)),
            ],
            ["name", "segment_ids", "need_ids", "company_id"],
        )
        return [offers._ranked(wish) for wish in wishes]

    def _ranked(self, wish):
        found = []
        for offer in self.filtered(lambda offer: offer.company_id == wish.company):
            points, why = offer._points(wish)
            if points:
                found.append((-points, len(found), offer, why))
        return [
            {
                "id": offer.id,
                "name": offer.name,
                "points": -minus,
                "why": why,
            }
            for minus, _place, offer, why in sorted(found)[:MOST_SUGGESTIONS]
        ]

    def _points(self, wish):
        """How well it suits, and why, in words."""
        met = {need: wish.needs[need] for need in self.need_ids if need in wish.needs}
        points, reasons = sum(met.values()), []
        if met:
            ranked = sorted(met.items(), key=lambda item: -item[1])
            names = ", ".join(f"{need.name} ({weight})" for need, weight in ranked)
            reasons.append(self.env._("meets the needs: %s", names))
        if wish.segment and wish.segment in self.segment_ids:
            points += SEGMENT_POINTS
            reasons.append(self.env._("made for the segment %s", wish.segment.name))
        text = "; ".join(reasons)
        return points, text[:1].upper() + text[1:]

    @api.model
    def _wishes_of_profiles(self, profiles):
        """What is known of customers, as far as the user may see it."""
        may_read = self.env["crm.customer.need"].has_access("read")
        return [
            Wish(
                profile.company_id,
                profile.segment_id,
                {
                    fact.need_id: fact.importance
                    for fact in (profile.need_fact_ids if may_read else ())
                },
            )
            for profile in profiles
        ]
