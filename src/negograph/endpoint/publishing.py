"""Put the graph on an engine elsewhere, and see whether it answers there as it does here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Template
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pyoxigraph as ox

from negograph.answers import Answer
from negograph.endpoint.asking import Endpoint, refusal
from negograph.endpoint.http import Address, send
from negograph.errors import EndpointError
from negograph.rdf import serialize

__all__ = ["LOADED", "differences", "loading", "put_graph"]

_HINT = (
    "the address of the Graph Store Protocol is often another than that of queries: "
    "/store (Oxigraph), /DATASET/data (Fuseki), /sparql-graph-crud-auth (Virtuoso)"
)


def put_graph(
    store: ox.Store,
    url: str,
    *,
    graph: str = "",
    time_limit: float = 600.0,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Replace a graph by ``store``, with one PUT of the SPARQL 1.1 Graph Store HTTP Protocol.

    Args:
        url: where the engine speaks that protocol, which is seldom where it takes queries.
        graph: IRI of the graph; the default graph where it is empty.
        time_limit: seconds for all of it.
        progress: is told how many of how many bytes have gone out.

    Raises:
        EndpointError: the engine cannot be reached or refuses; the graph there is as it was, or cut
            short where the engine does not write all or nothing. A second run puts it right.
    """
    address = Address.read(url)
    parts = urlsplit(address.url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in ("graph", "default")]
    named = urlencode([*query, ("graph", graph)]) if graph else "&".join(filter(None, [urlencode(query), "default"]))
    target = Address(urlunsplit(parts._replace(query=named)), address.user, address.password)
    data = serialize((quad.triple for quad in store), "nt", {}).encode()
    told = (lambda sent: progress(sent, len(data))) if progress else None
    headers = {"Content-Type": "application/n-triples", "Accept": "*/*"}
    try:
        reply = send("PUT", target, headers, data, limit=time_limit, progress=told)
    except EndpointError as error:
        raise EndpointError(f"{error}; the graph there may be missing or cut short: publish it again") from error
    if not 200 <= reply.status < 300:
        hint = f"; {_HINT}" if reply.status in (400, 404, 405, 415, 501) else ""
        raise EndpointError(f"nothing is published: {refusal(target, reply)}{hint}")


LOADED = {".nt": ("nt", "ntriples"), ".ttl": ("ttl", "turtle"), ".rdf": ("", "rdfxml")}
"""Suffixes of files that hold one graph, and what QLever (which reads no RDF/XML) and Neptune call their formats."""


def loading(file: Path, graph: str) -> str:
    """How engines load a file in bulk: commands to copy, for each engine.

    Raises:
        EndpointError: its suffix is none of ``LOADED``.
    """
    if file.suffix not in LOADED:
        raise EndpointError(f"'{file.name}' is no file that engines load as one graph: take {', '.join(LOADED)}")
    qlever, neptune = LOADED[file.suffix]
    text = Path(__file__).with_name("loading.txt").read_text(encoding="utf-8")
    name = graph or "https://w3id.org/negograph/"
    told = {"file": file, "folder": file.resolve().parent, "name": file.name, "graph": name}
    return Template(text).substitute(told, qlever=qlever or "nt (write a .nt: it reads no RDF/XML)", neptune=neptune)


def differences(ask: Callable[[str], Answer], endpoint: Endpoint) -> Iterator[tuple[str, int, int]]:
    """Ask every question here and there; yield its name, the rows missing there, and the rows too many.

    Args:
        ask: answers a question by its name from the graph here, such as :meth:`KnowledgeGraph.answer`.

    Raises:
        EndpointError, QueryError: a question cannot be asked there at all.
    """
    for name in endpoint.questions:
        here, there = Counter(ask(name).solutions), Counter(endpoint.answer(name).solutions)
        missing, surplus = here - there, there - here
        yield name, missing.total(), surplus.total()
