from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..customer.client_argument import record_of
from ..customer.crm_customer_view import name_of, of_people
from .crm_relationship_interaction import DIRECTIONS
from .crm_relationship_interaction_sources import Ours

PAGE = 30
MOST_EPISODES = 8
# what is read of each, with what only the superuser reads of its origin
TOLD = ("date", "channel_id", "direction", "partner_id", "user_id")
ORIGIN = ("source", "res_model", "res_id", "origin_id")


# the time line of one customer is a part of its own
# pylint: disable=consider-merging-classes-inherited
class CrmRelationshipInteraction(models.Model):
    """The story of one customer: what happened, the newest first, page by page."""

    _inherit = "crm.relationship.interaction"

    @api.model
    def get_story(self, partner_id, before=None, channel_id=None, direction=None):
        """One page of what happened between a customer and us.

        Read with the rights of who looks.

        :param int partner_id: the customer, or one of its people
        :param before: where the page before ended, as it said in ``next``
        :param channel_id: only on this channel
        :param direction: only ``in`` or ``out``; what went both ways is in both
        :return: ``entries``, ``next`` (False at the end), and on the first page also
            ``episodes`` that are open, and the ``channels`` to choose from
        :rtype: dict
        """
        contact = record_of(self.env["res.partner"], partner_id)
        customer = contact.sudo().commercial_partner_id
        domain = self._story_domain(customer, before, channel_id, direction)
        found = self._newest(customer, domain, PAGE + 1)
        page = found[:PAGE]
        story = {
            "entries": [interaction._story_entry() for interaction in page],
            "next": page[-1]._story_place() if len(found) > PAGE else False,
        }
        if not before:
            episodes = self.env["crm.relationship.episode"]
            story["episodes"] = episodes._story_episodes(customer)
            story["channels"] = self._story_channels()
        return story

    @api.model
    def _newest(self, customer, domain, limit):
        """The newest interactions of a customer that the user may see.

        In one reading of the view, and with who of us is among its people known
        before: to plan a query of so many tables takes longer than to run it.
        """
        ours = self.env.execute_query(self._ours_among(SQL("%s", customer.id)))
        known = self.with_context(value_chain_ours=Ours(id_ for (id_,) in ours))
        query = known._search(domain, limit=limit, order=self._order)
        told = [self._fields[name] for name in TOLD + ORIGIN]
        return self.sudo()._fetch_query(query, told).sudo(self.env.su)

    @api.model
    def _story_domain(self, customer, before, channel_id, direction):
        """Domain of what a client asks for.

        :raises UserError: if there is no such channel, direction or page
        """
        domain = Domain("commercial_partner_id", "=", customer.id)
        if channel_id:
            channel = record_of(self.env["crm.interaction.channel"], channel_id)
            domain &= Domain("channel_id", "=", channel.id)
        if direction:
            if direction not in [key for key, _name in DIRECTIONS]:
                raise UserError(self.env._("“%s” is no direction.", direction))
            domain &= Domain("direction", "in", [direction, "both"])
        if before:
            date, id_ = self._read_place(before)
            domain &= Domain("date", "<", date) | (
                Domain("date", "=", date) & Domain("id", "<", id_)
            )
        return domain

    def _story_place(self):
        return [fields.Datetime.to_string(self.date), self.id]

    @api.model
    def _read_place(self, place):
        """When the last entry of the page before was, and its id.

        :raises UserError: if no page ended like that
        """
        try:
            day, id_ = place
            date = fields.Datetime.to_datetime(day)
            if not date:
                raise ValueError(day)
            return date, int(id_)
        except (TypeError, ValueError) as error:
            message = self.env._("The story does not go on there: load it anew.")
            raise UserError(message) from error

    def _story_entry(self):
        """An interaction as the time line shows it; the customer itself goes unsaid."""
        contact = self.partner_id - self.commercial_partner_id
        return {
            "id": self.id,
            "date": fields.Datetime.to_string(self.date),
            "channel": self.channel_id.name or "",
            "icon": self.channel_id.icon or "fa-comment-o",
            "direction": self.direction,
            "subject": self.subject or "",
            "model": self.document_model or False,
            "res_id": self.document_id or False,
            "contact": name_of(contact) or "",
            "user": name_of(self.user_id) or "",
        }

    @api.model
    def _story_channels(self):
        channels = self.env["crm.interaction.channel"].search_fetch([], ["name"])
        return [{"id": channel.id, "name": channel.name} for channel in channels]


class CrmRelationshipEpisode(models.Model):
    """The episodes that stand at the top of a story."""

    _inherit = "crm.relationship.episode"

    @api.model
    def _story_episodes(self, customer):
        """Episodes of a customer that are open, and the last ones that ended."""
        people = of_people(customer)
        is_open = self.search(people & Domain("end_date", "=", False), limit=50)
        ended = self.search(
            people & Domain("end_date", "!=", False),
            order="end_date desc, id desc",
            limit=max(MOST_EPISODES - len(is_open), 3),
        )
        return [episode._story_episode() for episode in is_open | ended]

    def _story_episode(self):
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.type_id.name,
            "icon": self.icon or "fa-flag-o",
            "nature": self.nature,
            "begin": fields.Datetime.to_string(self.begin_date),
            "end": fields.Datetime.to_string(self.end_date) or False,
            "days": self.days,
            "outcome": self.outcome or False,
            "note": self.outcome_note or self.lost_reason_id.name or "",
        }
