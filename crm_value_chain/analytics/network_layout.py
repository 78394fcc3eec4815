"""Where the nodes of a network stand on a map, so that relations can be followed."""

from __future__ import annotations

import math
from typing import Any

Point = tuple[float, float]

MOST_EXACT = 120  # nodes: up to so many the slower, clearer method pays
ROUNDS = 30  # of the quicker one: more of them change little
ROOM = 0.7  # for each node, in edges squared
SPACE = 1.6  # between parts that nothing connects, in units of an edge


def network_layout(
    count: int, edges: list[tuple[int, int]], center: int | None = None
) -> list[Point]:
    """Positions of nodes: who is related stands close together.

    Kamada & Kawai (1989) for small networks, Fruchterman & Reingold (1991) for large
    ones, part by part; the same network always looks the same.

    :param count: number of nodes, which are known by 0 … count - 1
    :param edges: pairs of nodes that are related
    :param center: the node that shall stand at the origin
    :return: x and y of each node; two that are related are about 1 apart
    """
    import networkx  # noqa: PLC0415 - costs memory: only who draws a map pays for it

    graph = networkx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from((a, b) for a, b in edges if a != b)
    parts = sorted(
        (sorted(part) for part in networkx.connected_components(graph)),
        key=lambda part: (center not in part, -len(part), part[0]),
    )
    placed = [_place(networkx, graph.subgraph(part), part, center) for part in parts]
    found = _pack(placed)
    return _around(found, center)


def _place(
    nx: Any, graph: Any, part: list[int], center: int | None
) -> dict[int, Point]:
    """Positions of the nodes of one connected part."""
    if len(part) == 1:
        return {part[0]: (0.0, 0.0)}
    # a copy in a fixed order: what the library computes depends on it
    ordered = nx.Graph()
    ordered.add_nodes_from(part)
    ordered.add_edges_from(sorted(tuple(sorted(edge)) for edge in graph.edges))
    hub = _hub(ordered) if center is None or center not in ordered else center
    start = _rings(nx, ordered, hub)
    if len(part) <= MOST_EXACT:
        found = nx.kamada_kawai_layout(ordered, pos=start)
    else:
        found = nx.spring_layout(
            ordered,
            pos=start,
            k=1.0 / math.sqrt(len(part)),
            iterations=ROUNDS,
            seed=1,
        )
    return _scaled(
        ordered, {node: (float(x), float(y)) for node, (x, y) in found.items()}
    )


def _hub(graph: Any) -> int:
    """The node with the most relations; the first one of several."""
    return min(graph.nodes, key=lambda node: (-graph.degree(node), node))


def _rings(nx: Any, graph: Any, hub: int) -> dict[int, Point]:
    """A first guess: rings around a node, each one's own behind it."""
    steps = nx.single_source_shortest_path_length(graph, hub)
    order = list(nx.dfs_preorder_nodes(graph, hub))
    turn = 2 * math.pi / max(len(order), 1)
    return {
        node: (
            steps[node] * math.cos(turn * place) / 4,
            steps[node] * math.sin(turn * place) / 4,
        )
        for place, node in enumerate(order)
    }


def _scaled(graph: Any, points: dict[int, Point]) -> dict[int, Point]:
    """The same picture in units of a usual edge, or larger where nodes would touch."""
    lengths = sorted(math.dist(points[a], points[b]) for a, b in graph.edges)
    _left, _top, width, height = _box(points)
    crowd = math.sqrt(ROOM * len(points) / max(width * height, 1e-9))
    usual = 1 / max(lengths[len(lengths) // 2], 1e-9)
    factor = max(usual, crowd) if len(points) > MOST_EXACT else usual
    return {node: (x * factor, y * factor) for node, (x, y) in points.items()}


def _pack(parts: list[dict[int, Point]]) -> dict[int, Point]:
    """Put unconnected parts side by side, in rows of about equal width."""
    boxes = [_box(part) for part in parts]
    area = sum((width + SPACE) * (height + SPACE) for _x, _y, width, height in boxes)
    widest = max([math.sqrt(area) * 1.4, *(box[2] for box in boxes)], default=0.0)
    found: dict[int, Point] = {}
    across = down = row = 0.0
    for part, (left, top, width, height) in zip(parts, boxes, strict=True):
        if across and across + width > widest:
            across, down, row = 0.0, down + row + SPACE, 0.0
        for node, (x, y) in part.items():
            found[node] = (x - left + across, y - top + down)
        across += width + SPACE
        row = max(row, height)
    return found


def _box(points: dict[int, Point]) -> tuple[float, float, float, float]:
    """Left, top, width and height of what holds some points."""
    xs = [x for x, _y in points.values()]
    ys = [y for _x, y in points.values()]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def _around(points: dict[int, Point], center: int | None) -> list[Point]:
    """Positions in order, with the center, or the middle, at the origin."""
    if not points:
        return []
    if center is None:
        left, top, width, height = _box(points)
        middle = (left + width / 2, top + height / 2)
    else:
        middle = points[center]
    return [
        (points[node][0] - middle[0], points[node][1] - middle[1])
        for node in sorted(points)
    ]
