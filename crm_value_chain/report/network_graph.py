"""Nodes around a start and how they are related, without Odoo."""


class Graph:
    """Nodes by their distance from the start, and the words on their relations."""

    def __init__(self, start):
        self.distances = {key: 0 for key in sorted(start)}
        self.edges = {}  # pair of keys: {(words from the first, from the second): None}

    def add(self, edges):
        """Take edges, and the nodes at their ends one step further away.

        :return: the nodes that are new
        """
        step = max(self.distances.values(), default=0) + 1
        new = {}
        for first, second, *words in edges:
            for key in (first, second):
                if key not in self.distances:
                    new[key] = step
            self._relate(first, second, *words)
        self.distances |= {key: new[key] for key in sorted(new)}
        return set(new)

    def connect(self, edges):
        """Take edges between nodes that are there already."""
        for first, second, *words in edges:
            if first in self.distances and second in self.distances:
                self._relate(first, second, *words)

    def _relate(self, first, second, there, back):
        if first == second:
            return
        if second < first:
            first, second, there, back = second, first, back, there
        self.edges.setdefault((first, second), {})[there, back] = None

    def keep(self, keys):
        """Leave out all other nodes, and who can no longer be reached without them."""
        self.distances = {
            key: step for key, step in self.distances.items() if key in keys
        }
        self.edges = {
            pair: words
            for pair, words in self.edges.items()
            if all(key in self.distances for key in pair)
        }
        reached = self._reached()
        self.distances = {
            key: step for key, step in self.distances.items() if key in reached
        }
        self.edges = {
            pair: words
            for pair, words in self.edges.items()
            if pair[0] in reached and pair[1] in reached
        }

    def _reached(self):
        """Nodes that the start is related to, by way of others."""
        neighbours = {}
        for first, second in self.edges:
            neighbours.setdefault(first, []).append(second)
            neighbours.setdefault(second, []).append(first)
        reached = {key for key, step in self.distances.items() if not step}
        ahead = list(reached)
        while ahead:
            for key in neighbours.get(ahead.pop(), ()):
                if key not in reached:
                    reached.add(key)
                    ahead.append(key)
        return reached

    def rim(self):
        """The nodes furthest from the start."""
        furthest = max(self.distances.values(), default=0)
        return {key for key, step in self.distances.items() if step == furthest}

    def nearest(self, number):
        """So many nodes, those with the fewest steps and then the most relations."""
        degree = {}
        for pair in self.edges:
            for key in pair:
                degree[key] = degree.get(key, 0) + 1
        ranked = sorted(
            self.distances,
            key=lambda key: (self.distances[key], -degree.get(key, 0), key),
        )
        return set(ranked[:number])
