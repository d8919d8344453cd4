"""Where the nodes stand: computed once, with a fixed seed, so that the picture never moves by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import networkx

__all__ = ["layout"]

Place = tuple[float, float]

_SEED = 20
_MOST = 160
"""No more nodes than people can still tell apart; the ledger's order says which."""
_LEAST = 3
"""A pair alone says no more as a picture than as a line of the ledger."""
_WIDE, _TALL = 178, 58
"""The room that a node with its label inside needs, in pixels."""
_GAP = 30
_ROUNDS = 120
_ASPECT = 1.7


def layout(pairs: Sequence[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    """Return a place for each node of ``pairs``, island by island, none on top of another.

    Each connected part is laid out by force (T. Fruchterman and E. Reingold, Graph drawing by
    force-directed placement, 1991), starting from a fixed seed; then nodes whose labels touch are
    pushed apart, and the parts are set in rows like words on a page, large ones first. Parts of
    fewer than three nodes are left out.
    """
    network: networkx.Graph[str] = networkx.Graph()
    for start, end in pairs:
        if len(network) + (start not in network) + (end not in network) <= _MOST:
            network.add_edge(start, end)
    parts = [sorted(part) for part in networkx.connected_components(network) if len(part) >= _LEAST]
    islands = [_island(part, network) for part in sorted(parts, key=lambda part: (-len(part), part))]
    return {name: (round(x), round(y)) for name, (x, y) in sorted(_in_rows(islands).items())}


def _island(part: Sequence[str], network: networkx.Graph[str]) -> dict[str, Place]:
    """One connected part; its corner is the origin."""
    ordered: networkx.Graph[str] = networkx.Graph()
    ordered.add_nodes_from(part)
    ordered.add_edges_from(sorted((min(edge), max(edge)) for edge in network.edges(part)))
    # the other methods need scipy
    found = networkx.spring_layout(ordered, seed=_SEED, iterations=200, method="force")
    stretch = 0.36 * len(part) ** 0.5
    places = {name: (float(x) * stretch * _WIDE, float(y) * stretch * _TALL * 1.6) for name, (x, y) in found.items()}
    return _at_origin(_apart(places))


def _apart(places: dict[str, Place]) -> dict[str, Place]:
    """Push apart every two nodes whose labels touch, each by half, along the shorter way."""
    names = sorted(places)
    x, y = ([places[name][axis] for name in names] for axis in (0, 1))
    for _ in range(_ROUNDS):
        touched = False
        for one, two in combinations(range(len(names)), 2):
            across, down = _WIDE - abs(x[one] - x[two]), _TALL - abs(y[one] - y[two])
            if across <= 0 or down <= 0:
                continue
            touched = True
            line, push = (x, across) if across / _WIDE < down / _TALL else (y, down)
            way = 1 if line[one] >= line[two] else -1
            line[one] += way * push / 2
            line[two] -= way * push / 2
        if not touched:
            break
    return dict(zip(names, zip(x, y, strict=True), strict=True))


def _at_origin(places: Mapping[str, Place]) -> dict[str, Place]:
    left, top = (min(place[axis] for place in places.values()) for axis in (0, 1))
    return {name: (x - left, y - top) for name, (x, y) in places.items()}


def _in_rows(islands: Sequence[Mapping[str, Place]]) -> dict[str, Place]:
    """The islands side by side, in rows that fill a sheet of about the shape of a screen."""
    sizes = [_size(island) for island in islands]
    sheet = (_ASPECT * sum(width * height for width, height in sizes)) ** 0.5
    found: dict[str, Place] = {}
    x = y = tallest = 0.0
    for island, (width, height) in zip(islands, sizes, strict=True):
        if x and x + width > sheet * 1.1:
            x, y, tallest = 0, y + tallest, 0
        found |= {name: (x + left, y + top) for name, (left, top) in island.items()}
        x += width
        tallest = max(tallest, height)
    return found


def _size(island: Mapping[str, Place]) -> Place:
    places: Iterable[Place] = island.values()
    across, down = (max(line) for line in zip(*places, strict=True))
    return across + _WIDE + _GAP, down + _TALL + _GAP
