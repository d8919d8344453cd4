"""A SPARQL query, answered: screened, evaluated on the dataset that it asks for, cut at the limit, written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from negograph.screening import Dataset, ForbiddenError, MalformedError, is_update, screen
from negograph.server import media
from negograph.server.replies import Reply, problem
from negograph.server.results import write_boolean, write_rows, write_statements

__all__ = ["FLEETING", "Endpoint"]

FLEETING = re.compile(r"now|rand|uuid|bnode", re.IGNORECASE)
"""What stands in a query whose answer is new each time."""
TRUNCATED = "Negograph-Truncated"
"""The header of an answer that was cut: how many rows it holds."""


@dataclass(frozen=True)
class Endpoint:
    """The dataset, and how queries on it are answered."""

    store: ox.Store
    prefixes: dict[str, str]
    graphs: frozenset[str]
    """IRIs of the named graphs."""
    rows: int
    """The most rows or statements of an answer."""

    def answer(self, job: dict[str, Any]) -> Reply:
        """Answer a query: ``query``, ``default`` and ``named`` graphs, ``accept``, ``format``, ``base``.

        The engine seeds its random numbers once a thread, so children of one process would all draw the
        same RAND and UUID: such a query gets a thread of its own.
        """
        if not FLEETING.search(job["query"]):
            return self._answer(job)
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(self._answer, job).result()

    def _answer(self, job: dict[str, Any]) -> Reply:
        query = job["query"]
        try:
            dataset = Dataset(tuple(job["default"]), tuple(job["named"]))
            self._know(dataset)
            self._know(screen(query, self.prefixes))
            return self._run(query, dataset, job)
        except ForbiddenError as error:
            return problem(403, str(error))
        except MalformedError as error:
            return self._malformed(query, self._said_by_the_engine(query) or str(error))
        except SyntaxError as error:
            return self._malformed(query, _plain(str(error)))
        except (ValueError, RuntimeError, OSError) as error:
            return problem(400, " ".join(str(error).split()))

    def _know(self, dataset: Dataset) -> None:
        for iri in (*dataset.default, *dataset.named):
            if iri not in self.graphs:
                known = ", ".join(f"<{each}>" for each in sorted(self.graphs))
                raise ForbiddenError(f"no graph <{iri}> here, and none is fetched; the graphs are {known}")

    def _said_by_the_engine(self, query: str) -> str:
        """What the engine's parser has against a query that rdflib's could not read."""
        try:
            ox.Store().query(query, prefixes=self.prefixes)
        except SyntaxError as error:
            return _plain(str(error))
        except (ValueError, RuntimeError, OSError):
            pass
        return ""

    def _malformed(self, query: str, sentence: str) -> Reply:
        if is_update(query, self.prefixes):
            return problem(403, "this server only answers queries: updates are not allowed")
        return problem(400, sentence)

    def _run(self, query: str, dataset: Dataset, job: dict[str, Any]) -> Reply:
        graphs: dict[str, Any] = {}
        if dataset:
            graphs["default_graph"] = [ox.NamedNode(iri) for iri in dataset.default]
            graphs["named_graphs"] = [ox.NamedNode(iri) for iri in dataset.named]
        result = self.store.query(query, prefixes=self.prefixes, **graphs)
        offered = media.STATEMENTS if isinstance(result, ox.QueryTriples) else media.ROWS
        form = media.choose(None, offered, job["format"]) if job["format"] else None
        form = form or media.choose(job["accept"], offered)
        if form is None:
            have = ", ".join(each.type for each in offered)
            return problem(406, f"this answer can be had as {have}")
        if isinstance(result, ox.QueryBoolean):
            return Reply(write_boolean(result, form.name), form.header)
        if isinstance(result, ox.QueryTriples):
            return self._statements(result, form)
        return self._rows(result, form, job["base"])

    def _rows(self, result: ox.QuerySolutions, form: media.Form, base: str) -> Reply:
        variables = [variable.value for variable in result.variables]
        rows: list[Sequence[Any]] = []
        for solution in result:
            if len(rows) == self.rows:
                link = f"{base}/truncated"
                return Reply(write_rows(variables, rows, form.name, link), form.header, headers=self._cut(link))
            rows.append(tuple(solution))
        return Reply(write_rows(variables, rows, form.name), form.header)

    def _statements(self, result: ox.QueryTriples, form: media.Form) -> Reply:
        found: dict[ox.Triple, None] = {}
        for triple in result:
            if len(found) == self.rows and triple not in found:
                note = f"truncated: these are the first {self.rows} statements, and there are more"
                return Reply(self._written(found, form, note), form.header, headers=self._cut(""))
            found[triple] = None
        return Reply(self._written(found, form), form.header)

    def _written(self, found: dict[ox.Triple, None], form: media.Form, note: str = "") -> bytes:
        ordered = sorted(found, key=lambda triple: (str(triple.subject), str(triple.predicate), str(triple.object)))
        return write_statements(ordered, form.name, self.prefixes, note)

    def _cut(self, link: str) -> dict[str, str]:
        about = {"Link": f'<{link}>; rel="describedby"'} if link else {}
        return {TRUNCATED: f"{self.rows}", **about}


def _plain(message: str) -> str:
    """The engine's message, with line and column, in one line and not too long."""
    match = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    text = " ".join((match[3] if match else message).split())
    text = text if len(text) < 300 else f"{text[:300]} ..."
    return f"line {match[1]}, column {match[2]}: {text}" if match else text
