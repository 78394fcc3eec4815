from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..analytics import network_layout
from ..models.customer.client_argument import record_of
from ..models.network.network_roles import ROLES
from .network_graph import Graph

MOST_NODES = 500
MOST_EDGES = 2000  # of each kind that one step reads, the strongest first
MOST_STEPS = 3
SCALE = 180  # pixels between two that are related
CENTERS = {
    "res.partner": lambda record: record,
    "crm.network.member": lambda record: record.partner_id,
    "crm.customer.profile": lambda record: record.partner_id,
    "crm.value.proposition": lambda record: record,
}
CONTACT, PROPOSITION = "res.partner", "crm.value.proposition"


# an idea of its own: the network as a picture
# pylint: disable=consider-merging-classes-inherited
class CrmNetworkMember(models.Model):
    """The map: who is related to whom around a customer, a member, a proposition."""

    _inherit = "crm.network.member"

    @api.model
    def get_network_map(self, center=None, steps=2):
        """Members, customers and propositions around a center, and where they stand.

        Only what the user may read is on it, and only relations of today.

        :param center: dict of ``model`` and ``id``, of a contact, member, customer
            profile or proposition; None: all members
        :param steps: how many relations away from the center, 1 to 3
        :return: ``nodes`` (``key``, ``name``, ``model`` and ``id`` of what it opens,
            ``center`` (dict to draw the map around it), ``roles``, ``words``,
            ``distance``, ``x``, ``y``), ``edges`` (``source``, ``target``, ``labels``),
            ``total``: how many there are, at least (``is_complete``: exactly),
            ``most``: how many are drawn at most, and ``roles`` (key and name) for the
            legend
        :rtype: dict
        """
        self.check_access("read")
        start = self._map_start(center)
        graph, is_complete = self._walk(start, _number_of_steps(self.env, steps))
        records = self._readable_nodes(graph)
        graph.keep(records)
        total = len(graph.distances)
        graph.keep(graph.nearest(MOST_NODES))
        # how those on the rim are related to each other
        graph.connect(self._map_edges(graph.rim()))
        keys = list(graph.distances)
        nodes = self._map_nodes(keys, records, graph)
        place = {key: number for number, key in enumerate(keys)}
        edges = [
            {"source": place[a], "target": place[b], "labels": list(labels)}
            for (a, b), labels in graph.edges.items()
        ]
        middle = place.get(next(iter(start))) if center and start else None
        points = network_layout(
            len(keys), [(edge["source"], edge["target"]) for edge in edges], middle
        )
        for node, (x, y) in zip(nodes, points, strict=True):
            node.update(x=round(x * SCALE), y=round(y * SCALE))
        return {
            "nodes": nodes,
            "edges": edges,
            "total": total,
            "is_complete": is_complete,
            "most": MOST_NODES,
            "roles": self._map_roles(),
        }

    @api.model
    def _map_start(self, center):
        """Keys of the nodes that the walk begins with."""
        if not center:
            members = self.search([("company_id", "=", self.env.company.id)])
            return {(CONTACT, partner.id) for partner in members.partner_id}
        if not isinstance(center, dict) or center.get("model") not in list(CENTERS):
            raise UserError(
                self.env._("A map is drawn around a contact or a value proposition.")
            )
        record = record_of(self.env[center["model"]], center.get("id"))
        found = CENTERS[center["model"]](record)
        return {(found._name, found.id)} if found else set()

    @api.model
    def _walk(self, start, steps):
        """All that is within some steps of a start, as far as it can be drawn.

        :return: a graph, and whether nothing more lies behind it
        """
        graph = Graph(start)
        frontier = set(start)
        is_complete = True
        for _step in range(steps):
            if len(graph.distances) > MOST_NODES:
                return graph, False
            if frontier:
                edges = self._map_edges(frontier)
                is_complete = is_complete and len(edges) < MOST_EDGES
                frontier = graph.add(edges)
        return graph, is_complete

    @api.model
    def _map_edges(self, keys):
        """Relations that touch some nodes.

        A hook: each edge is a tuple of both keys and the words from either end.

        :param keys: model and id of nodes
        :rtype: list[tuple]
        """
        partners = [id_ for model, id_ in keys if model == CONTACT]
        propositions = [id_ for model, id_ in keys if model == PROPOSITION]
        return [
            *self._relation_edges(partners),
            *self._contribution_edges(partners, propositions),
            *self._document_edges(partners),
        ]

    @api.model
    def _relation_edges(self, partners):
        relations = self.env["crm.network.relation"].search_fetch(
            [
                ("company_id", "=", self.env.company.id),
                ("is_present", "=", True),
                "|",
                ("partner_id", "in", partners),
                ("other_partner_id", "in", partners),
            ],
            ["partner_id", "other_partner_id", "type_id"],
        )
        return [
            (
                (CONTACT, relation.partner_id.id),
                (CONTACT, relation.other_partner_id.id),
                relation.type_id.name,
                relation.type_id.inverse_name,
            )
            for relation in relations
        ]

    @api.model
    def _contribution_edges(self, partners, propositions):
        lines = self.env["crm.network.contribution"].search_fetch(
            [
                ("company_id", "=", self.env.company.id),
                ("proposition_id.active", "=", True),
                ("member_id.active", "=", True),
                "|",
                ("member_id.partner_id", "in", partners),
                ("proposition_id", "in", propositions),
            ],
            ["member_id", "proposition_id", "name"],
        )
        return [
            (
                (CONTACT, line.member_id.partner_id.id),
                (PROPOSITION, line.proposition_id.id),
                self.env._("contributes %s to", line.name),
                self.env._("relies for %s on", line.name),
            )
            for line in lines
        ]

    @api.model
    def _document_edges(self, partners):
        """Members and customers that orders and leads bring together."""
        words = self._document_words()
        edges = []
        for (model, name), (there, back) in words.items():
            documents = self.env[model]
            if not documents.has_access("read"):
                continue
            domain = self._documents_of(model, name, partners)
            rows = documents._read_group(
                domain,
                [name, "partner_id"],
                ["__count"],
                order="__count DESC, id:min",
                limit=MOST_EDGES,
            )
            edges += [
                (
                    (CONTACT, member.partner_id.id),
                    (CONTACT, customer.sudo().commercial_partner_id.id),
                    there % count,
                    back % count,
                )
                for member, customer, count in rows
            ]
        return edges

    @api.model
    def _document_words(self):
        return {
            ("sale.order", "network_member_id"): (
                self.env._("brought orders (%s) of"),
                self.env._("its orders (%s) were brought by"),
            ),
            ("sale.order", "delivery_member_ids"): (
                self.env._("delivers orders (%s) of"),
                self.env._("its orders (%s) are delivered by"),
            ),
            ("crm.lead", "network_member_id"): (
                self.env._("brought leads (%s) of"),
                self.env._("its leads (%s) were brought by"),
            ),
        }

    @api.model
    def _documents_of(self, model, name, partners):
        """Domain of the documents that bring some contacts together with members."""
        # not just any member: one of another company could not even be looked at
        domain = Domain(f"{name}.company_id", "=", self.env.company.id)
        domain &= Domain(f"{name}.active", "=", True)
        domain &= Domain("partner_id", "!=", False)
        domain &= Domain(f"{name}.partner_id", "in", partners) | Domain(
            "partner_id.commercial_partner_id", "in", partners
        )
        if model == "sale.order":
            domain &= Domain("state", "=", "sale")
            domain &= Domain("company_id", "=", self.env.company.id)
        return domain

    @api.model
    def _readable_nodes(self, graph):
        """Records of the nodes that are there and that the user may read, by key."""
        found = {}
        for model in (CONTACT, PROPOSITION):
            ids = [id_ for name, id_ in graph.distances if name == model]
            records = self.env[model].search_fetch([("id", "in", ids)], ["name"])
            found |= {(model, record.id): record for record in records}
        return found

    @api.model
    def _map_nodes(self, keys, records, graph):
        partners = self.env[CONTACT].browse(
            id_ for name, id_ in keys if name == CONTACT
        )
        company = ("company_id", "=", self.env.company.id)
        members = self.search([("partner_id", "in", partners.ids), company])
        of_partner = {member.partner_id.id: member for member in members}
        customers = set(
            self.env["crm.customer.profile"]
            .search([("partner_id", "in", partners.ids), company])
            .partner_id.ids
        )
        return [
            self._map_node(key, records[key], of_partner, customers)
            | {"distance": graph.distances[key]}
            for key in keys
        ]

    @api.model
    def _map_node(self, key, record, of_partner, customers):
        model, id_ = key
        member = (
            of_partner.get(id_, self.browse()) if model == CONTACT else self.browse()
        )
        roles = list(
            dict.fromkeys(member.role_ids.filtered("is_present").mapped("role"))
        )
        if model == PROPOSITION:
            roles = ["proposition"]
        elif id_ in customers and "customer" not in roles:
            roles.append("customer")
        opened = member or record
        return {
            "key": f"{model},{id_}",
            "name": record.display_name,
            "model": opened._name,
            "id": opened.id,
            "center": {"model": model, "id": id_},
            "roles": roles or ["contact"],
            "words": member.roles or "",
        }

    @api.model
    def _map_roles(self):
        """Roles on the map: the five of SCOPE, propositions, and all others."""
        names = dict(
            self.env["crm.network.role"]
            ._fields["role"]
            ._description_selection(self.env)
        )
        return [
            *((role, names[role]) for role, _name in ROLES),
            ("proposition", self.env._("Value Proposition")),
            ("contact", self.env._("Other Contact")),
        ]


def _number_of_steps(env, steps):
    if not isinstance(steps, int):
        raise UserError(env._("A map goes a number of steps far, not “%s”.", steps))
    return min(max(steps, 1), MOST_STEPS)
