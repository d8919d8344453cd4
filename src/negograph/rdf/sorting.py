"""Statements in their one order: sorted as lines, then handed to the engine, which writes the formats.

A line of N-Triples sorts as the bytes that it is made of, but for one thing: what something is comes before all
else that is said of it. So nothing becomes a term in Python only to be sorted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from io import BytesIO
from itertools import groupby, islice
from tempfile import TemporaryFile
from typing import IO, Any

import pyoxigraph as ox

from negograph.rdf.writing import Stream

__all__ = ["Graph", "Sorted", "order", "serialize", "write"]

_TYPE = b"> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
_FIRST = _TYPE.replace(b"> ", b"> \0", 1)
_HELD = 2**21
"""Lines that are sorted in memory; where there are more, runs of so many wait on disk."""
_AT_ONCE = 2**20
"""Bytes that are cut into lines together."""
_TOGETHER = 500
_LOCAL = frozenset(b'<>"#/')
"""What does not stand in the part of an IRI that a prefix leaves over."""
_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}

Graph = ox.NamedNode | ox.DefaultGraph | None
"""The graph of some lines; ``None`` for triples, which stand in none."""


def order(triple: ox.Triple) -> bytes:
    """What a statement sorts by."""
    return str(triple).encode().replace(_TYPE, _FIRST)


class Sorted:
    """Lines of N-Triples, written in any order and as often as they come; read, each comes once and in its place."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._lines: list[bytes] = []
        self._taken: list[bytes] = []
        self._size = 0
        self._runs: list[IO[bytes]] = []
        self._unseen = {name: b"<" + base.encode() for name, base in prefixes.items()}
        self._prefixes = prefixes

    def write(self, data: bytes) -> int:
        """Take some bytes of N-Triples, which may end anywhere."""
        self._taken.append(data)
        self._size += len(data)
        if self._size >= _AT_ONCE:
            self._look()
        return len(data)

    def flush(self) -> None:
        """Nothing: the engine asks for it."""

    def used(self) -> dict[str, str]:
        """The prefixes of the IRIs in the lines."""
        self._look()
        return {name: base for name, base in self._prefixes.items() if name not in self._unseen}

    def chunks(self) -> Iterator[bytes]:
        """The lines, some hundreds at a time, for once."""
        self._look()
        self._lines.sort()
        runs: Iterable[bytes] = self._lines
        if self._runs:
            runs = merge(*(map(_without_end, run) for run in self._runs), self._lines)
        each = (line for line, _ in groupby(runs))
        while lines := list(islice(each, _TOGETHER)):
            yield b"\n".join([*lines, b""]).replace(b"\0", b"")
        for run in self._runs:
            run.close()

    def _look(self) -> None:
        """Cut what has been taken into lines; the last may still lack its end."""
        whole, end, rest = b"".join(self._taken).rpartition(b"\n")
        self._taken, self._size = [rest], len(rest)
        if end:
            self._unseen = {name: base for name, base in self._unseen.items() if not _stands_in(base, whole)}
            self._lines += whole.replace(_TYPE, _FIRST).split(b"\n")
            if len(self._lines) >= _HELD:
                self._spill()

    def _spill(self) -> None:
        self._lines.sort()
        run = TemporaryFile()  # noqa: SIM115  gone with its last reader
        run.write(b"\n".join([*self._lines, b""]))
        run.seek(0)
        self._runs.append(run)
        self._lines = []


def _without_end(line: bytes) -> bytes:
    return line[:-1]


def _stands_in(base: bytes, text: bytes) -> bool:
    """Whether an IRI in ``text`` is ``base`` and a local part."""
    place = text.find(base)
    while place >= 0:
        end = next((at for at in range(place + len(base), len(text)) if text[at] in _LOCAL), len(text))
        if text[end : end + 1] == b">":
            return True
        place = text.find(base, place + 1)
    return False


def write(parts: Mapping[Graph, Sorted], suffix: str, out: IO[bytes]) -> None:
    """Write sorted lines in an RDF format (ttl, nt, nq, trig, jsonld, rdf), graph by graph."""
    used = {name: base for part in parts.values() for name, base in part.used().items()}
    head: Any = _Head(out, len(used) if suffix in ("ttl", "trig") else 0)
    ox.serialize(_statements(parts), head, format=_FORMATS[suffix], prefixes=dict(sorted(used.items())))


def _statements(parts: Mapping[Graph, Sorted]) -> Iterator[Any]:
    for graph in sorted(parts, key=str):
        text: Any = Stream(parts[graph].chunks())
        parsed = ox.parse(text, format=ox.RdfFormat.N_TRIPLES, lenient=True)
        if graph is None:
            yield from parsed
        else:
            yield from (ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed)


class _Head:
    """A stream whose first lines, the prefixes, are sorted: the library writes them in no order of its own."""

    def __init__(self, out: IO[bytes], lines: int) -> None:
        self._out, self._left, self._held = out, lines, b""

    def write(self, data: bytes) -> int:
        if self._left:
            self._held += data
            if self._held.count(b"\n") < self._left:
                return len(data)
            *head, rest = self._held.split(b"\n", self._left)
            self._out.write(b"\n".join([*sorted(head), rest]))
            self._left = 0
        else:
            self._out.write(data)
        return len(data)

    def flush(self) -> None:
        self._out.flush()


def serialize(statements: Iterable[ox.Quad] | Iterable[ox.Triple], suffix: str, prefixes: Mapping[str, str]) -> str:
    """Write statements in an RDF format (ttl, nt, nq, trig, jsonld, rdf), the same bytes every time."""
    texts: dict[Graph, list[str]] = defaultdict(list)
    for each in statements:
        graph, triple = (each.graph_name, each.triple) if isinstance(each, ox.Quad) else (None, each)
        assert not isinstance(graph, ox.BlankNode), "every graph here has a name"
        texts[graph].append(f"{triple} .\n")
    parts = {graph: Sorted(prefixes) for graph in texts}
    for graph, part in parts.items():
        part.write("".join(texts[graph]).encode())
    out = BytesIO()
    write(parts, suffix, out)
    return out.getvalue().decode()
