"""The graph as a networkx network: entities are nodes, every claim is an edge of its own.

A claim is keyed by its id, so that two claims about the same pair never overwrite each other, and
the dissent between them stays in the network.
"""

from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx

__all__ = ["network_of", "to_gexf", "to_graphml"]


def network_of(tables: Mapping[str, Sequence[Mapping[str, str]]]) -> networkx.MultiDiGraph[str]:
    """Return the network of ``tables`` (as :func:`negograph.tables.spelt_out` gives them).

    Nodes carry the cells of entities.csv. Edges carry those of relations.csv, the claim's id being
    the key: whether it is reported, foretold or denied stands on each of them. The column ``source``
    is called ``document`` there, because that name belongs to the edge's own end in many formats.
    Where an end is not an entity there is still a node for it: a claim that another claim is about
    (kind ``Claim``), or a value that stands in place of an object (kind ``Value``, its id
    ``r0012:value``).
    """
    import networkx

    network: networkx.MultiDiGraph[str] = networkx.MultiDiGraph(name="negograph")
    for entity in tables["entities"]:
        network.add_node(entity["id"], **{key: text for key, text in entity.items() if text and key != "id"})
    gists = {claim["id"]: claim["gist"] for claim in tables["relations"]}
    for claim in tables["relations"]:
        start, end = claim["subject"], claim["object"] or f"{claim['id']}:value"
        for each in (start, end):
            if each in gists:
                network.add_node(each, kind="Claim", label=gists[each])
        if not claim["object"]:
            network.add_node(end, kind="Value", label=claim["value"])
        named = {"document" if key == "source" else key: text for key, text in claim.items() if text}
        del named["subject"], named["id"]
        named.pop("object", None)
        network.add_edge(start, end, key=claim["id"], **named)
    return network


def to_graphml(network: networkx.MultiDiGraph[str]) -> str:
    """The network as GraphML, the same bytes every time."""
    import networkx

    return "\n".join(networkx.generate_graphml(network, named_key_ids=True)) + "\n"


def to_gexf(network: networkx.MultiDiGraph[str]) -> str:
    """The network as GEXF 1.2, the same bytes every time (networkx would write today's date)."""
    import networkx

    plain: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    plain.add_nodes_from(network.nodes(data=True))
    for start, end, key, data in network.edges(keys=True, data=True):
        # 'start' and 'end' are GEXF's own words for a lifetime, and EDTF isn't what it means by them
        renamed = {{"start": "from", "end": "until"}.get(name, name): text for name, text in data.items()}
        plain.add_edge(start, end, key=key, id=key, **renamed)
    for _, data in plain.nodes(data=True):
        for name, other in (("start", "from"), ("end", "until")):
            if name in data:
                data[other] = data.pop(name)
    buffer = io.BytesIO()
    networkx.write_gexf(plain, buffer)
    ElementTree.register_namespace("", "http://www.gexf.net/1.2draft")
    tree = ElementTree.fromstring(buffer.getvalue())
    for meta in tree.iter("{http://www.gexf.net/1.2draft}meta"):
        meta.attrib.pop("lastmodifieddate", None)
        meta[:] = []
    return ElementTree.tostring(tree, encoding="unicode") + "\n"
