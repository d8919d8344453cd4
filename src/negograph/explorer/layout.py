"""Where the nodes stand: computed once, with a fixed seed, so that the picture never moves by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx

__all__ = ["layout"]

Place = tuple[int, int]

_SEED = 20
_MOST = 400
"""No more nodes than people can still tell apart; the ledger's order says which."""
_WIDE, _TALL = 150, 74
"""The room that a node and its label of two lines need, in pixels."""
_GAP = 70
_SHEET = 1800


def layout(pairs: Sequence[tuple[str, str]], labels: Mapping[str, str]) -> dict[str, Place]:
    """Return a place for each node of ``pairs``, island by island, none on top of another.

    Each connected part is laid out by force (T. Fruchterman and E. Reingold, Graph drawing by
    force-directed placement, 1991), starting from a fixed seed, then the parts are set in rows like
    words on a page, large ones first.
    """
    import networkx

    network: networkx.Graph[str] = networkx.Graph()
    for pair in pairs:
        if len(network.nodes | set(pair)) <= _MOST:
            network.add_edge(*pair)
    islands = [_island(network.subgraph(sorted(part)).copy()) for part in networkx.connected_components(network)]
    islands.sort(key=lambda island: (-len(island), min(island)))
    return dict(sorted(_in_rows(islands).items()))


def _island(part: networkx.Graph[str]) -> dict[str, Place]:
    """One connected part; its corner is the origin."""
    import networkx

    ordered: networkx.Graph[str] = networkx.Graph()
    ordered.add_nodes_from(sorted(part))
    ordered.add_edges_from(sorted(tuple(sorted(edge)) for edge in part.edges))
    # 'force' needs no scipy; beyond 500 nodes it would
    found = networkx.spring_layout(ordered, seed=_SEED, iterations=200, method="force")
    stretch = 0.75 * len(ordered) ** 0.5
    places = {name: (round(x * stretch * _WIDE), round(y * stretch * _TALL * 1.3)) for name, (x, y) in found.items()}
    return _at_origin(_apart(places))


def _apart(places: dict[str, Place]) -> dict[str, Place]:
    """Push nodes down until no label lies on another: rows from top to bottom, whatever collides one row further."""
    taken: list[Place] = []
    settled: dict[str, Place] = {}
    for name, (x, y) in sorted(places.items(), key=lambda item: (item[1][1], item[1][0], item[0])):
        while any(abs(x - left) < _WIDE and abs(y - top) < _TALL for left, top in taken):
            y += 6
        taken.append((x, y))
        settled[name] = (x, y)
    return settled


def _at_origin(places: dict[str, Place]) -> dict[str, Place]:
    left, top = (min(place[axis] for place in places.values()) for axis in (0, 1))
    return {name: (x - left, y - top) for name, (x, y) in places.items()}


def _in_rows(islands: Iterable[dict[str, Place]]) -> dict[str, Place]:
    """The islands side by side, in rows no wider than the sheet."""
    found: dict[str, Place] = {}
    x = y = height = 0
    for island in islands:
        width, tall = (max(place[axis] for place in island.values()) for axis in (0, 1))
        if x and x + width > _SHEET:
            x, y, height = 0, y + height + _GAP + _TALL, 0
        found |= {name: (x + left, y + top) for name, (left, top) in island.items()}
        x += width + _GAP + _WIDE
        height = max(height, tall)
    return found
