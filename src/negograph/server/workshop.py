"""What a child of the zygote can do: answer a query, a question, a report, or draw a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import pyoxigraph as ox

from negograph import dataset, export, rdf
from negograph.analysis import Brief
from negograph.answers import Answer
from negograph.errors import DateError, NegographError, QuestionError, UnknownEntityError
from negograph.kg import KnowledgeGraph
from negograph.reports import Report
from negograph.server.describing import description
from negograph.server.pages import Pages, policy
from negograph.server.querying import Endpoint
from negograph.server.replies import Reply, problem
from negograph.server.requests import REPORTS
from negograph.server.results import write_statements

__all__ = ["Workshop"]

Job = dict[str, Any]


class Workshop:
    """The graph and everything that children need, made ready once: a child can open no file.

    Every kind of job is done once before the first fork, so that whatever is loaded late is there.
    """

    def __init__(self, kg: KnowledgeGraph, rows: int) -> None:
        self.kg = kg
        store = rdf.with_named_graphs(kg.store, kg.ontology)
        graphs = frozenset(str(graph.value) for graph in store.named_graphs())
        self.endpoint = Endpoint(store, dict(kg.ontology.prefixes), graphs, rows)
        self.pages = Pages(kg)
        self._kinds: dict[str, Callable[[Job], Reply]] = {
            "query": self.endpoint.answer,
            "question": self._question,
            "report": self._report,
            "thing": self.pages.thing,
            "data": self._data,
            "void": partial(self._statements, self._dataset),
            "description": partial(self._statements, description),
            "questions": self.pages.questions,
            "page": self.pages.page,
        }
        self._warm()

    def do(self, job: Job) -> Reply:
        """Do a job; what is wrong with it becomes a refusal."""
        try:
            return self._kinds[job["op"]](job)
        except UnknownEntityError as error:
            return problem(404 if job["op"] == "thing" else 400, str(error))
        except (QuestionError, DateError) as error:
            return problem(400, str(error))
        except NegographError as error:
            return problem(500, str(error))

    def _question(self, job: Job) -> Reply:
        answer = self._sliced(job["slices"]).answer(job["name"], **job["parameters"])
        return self._written(answer, job, self.kg.questions[job["name"]].parameters)

    def _report(self, job: Job) -> Reply:
        kg, given = self._sliced(job["slices"]), dict(job["parameters"])
        full = given.get("full", "") not in ("", "0", "false")
        kinds: dict[str, Callable[[], Report]] = {
            "compare": lambda: kg.compare(given["negotiation"], given.get("other")),
            "brief": lambda: kg.brief(given["negotiation"], full=full),
            "audit": lambda: kg.audit(given.get("negotiation"), full=full),
            "detect": lambda: kg.detect(**given),
            "path": lambda: kg.path(given["start"], given["end"]),
        }
        return self._written(kinds[job["kind"]](), job, REPORTS[job["kind"]].parameters)

    def _sliced(self, slices: Mapping[str, list[str]]) -> KnowledgeGraph:
        kg = self.kg
        if days := slices.get("as-of"):
            kg, _ = kg.as_of(days[-1])
        voices = {"without": "without", "only": "only", "speaker": "speakers"}
        heard = {name: slices[key] for key, name in voices.items() if key in slices}
        return kg.heard(**heard)[0] if heard else kg

    def _written(self, result: Answer | Report, job: Job, takes: Any) -> Reply:
        if job["form"] == "html" and isinstance(result, Brief):
            page = result.to_html()
            return Reply(page.encode(), job["type"], headers={"Content-Security-Policy": policy(page)})
        if job["form"] == "html":
            return self.pages.answer(result, job, takes)
        writers = {"json": result.to_json, "csv": result.to_csv, "md": result.to_markdown, "ttl": result.to_turtle}
        return Reply(writers[job["form"]]().encode(), job["type"])

    def _data(self, job: Job) -> Reply:
        _, write = export.FORMATS[job["form"]]
        return Reply(write(self.kg.store, self.kg.ontology), job["type"])

    def _statements(self, make: Callable[..., Any], job: Job) -> Reply:
        triples = make(self.endpoint.store, job["base"])
        return Reply(write_statements(triples, job["form"], self.endpoint.prefixes), job["type"])

    def _dataset(self, store: ox.Store, base: str) -> Iterator[ox.Triple]:
        base = base or "http://localhost"
        return dataset.void(store, self.kg.ontology, base, endpoint=f"{base}/sparql")

    def _warm(self) -> None:
        """One job of each kind."""
        common: Job = {"base": "http://localhost", "type": "", "slices": {}}
        first = next(iter(self.kg.entities()), "")
        for form in ("html", "json", "csv", "md", "ttl"):
            for name in list(self.kg.questions)[:1]:
                self.do({**common, "op": "question", "name": name, "parameters": {}, "form": form})
        talks = [row["id"] for row in self.kg.corpus.entities.values() if row["kind"] == "Negotiation"][:2] or [first]
        reports: list[tuple[str, dict[str, Any]]] = [("detect", {}), ("path", {"start": first, "end": first})]
        reports += [(kind, {"negotiation": each}) for kind in ("brief", "compare") for each in talks]
        reports += [("compare", {"negotiation": talks[0], "other": talks[1]})] if len(talks) > 1 else []
        for kind, given in reports:
            self.do({**common, "op": "report", "kind": kind, "parameters": given, "form": "html"})
        for form in ("html", "ttl", "jsonld"):
            self.do({**common, "op": "thing", "path": f"id/{first}", "form": form})
            self.do({**common, "op": "thing", "path": "ns", "form": form})
        for form in ("graphml", "gexf", "csv"):
            self.do({**common, "op": "data", "form": form})
        for op in ("void", "description"):
            self.do({**common, "op": op, "form": "rdf"})
        for query in ("SELECT * FROM <x:y> {}", "LOAD <x:y>", "ASK {}", "nonsense"):
            asked: Job = {"query": query, "default": [], "named": [], "accept": None, "format": None}
            self.do({**common, **asked, "op": "query"})
        for name in ("home", "start", "query", "truncated"):
            self.do({**common, "op": "page", "name": name, "form": "html"})
