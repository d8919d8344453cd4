"""Ask an engine elsewhere: the same questions, the same answers."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox

from negograph import questions
from negograph.answers import Answer, Subgraph
from negograph.endpoint.http import Address, Reply, send
from negograph.errors import EndpointError, QueryError, QuestionError, UnknownEntityError, mismatch
from negograph.naming import nearest, slug, words
from negograph.ontology import Ontology, load_ontology, resource
from negograph.questions import Question, read_questions
from negograph.scanning import code_of

__all__ = ["TIME_LIMIT", "Endpoint", "connect"]

TIME_LIMIT = 60.0
"""Seconds that an engine has for one answer."""
_CLAIMS_AT_ONCE = 50
_TELLING = 4
"""Letters of a word that is worth looking up."""
_WORDS_AT_MOST = 4
_STATEMENTS = {"application/n-triples": ox.RdfFormat.N_TRIPLES, "text/turtle": ox.RdfFormat.TURTLE}
_RESULTS = ("application/sparql-results+json", "application/json")
_AS_WRITTEN = 'DEFINE sql:select-option "order" '
"""Tells Virtuoso to join in the order of the query: the plans that it draws otherwise may lose rows, or not end."""
_FORM = re.compile(r"(?<![\w:.-])(SELECT|ASK|CONSTRUCT|DESCRIBE)(?![\w:.-])", re.IGNORECASE)


@dataclass(frozen=True)
class Endpoint:
    """A SPARQL 1.1 engine that holds the graph; it answers as a :class:`~negograph.KnowledgeGraph` does."""

    address: Address
    graph: str
    """IRI of the graph that is asked; empty for what the engine holds to be the default graph."""
    time_limit: float
    """Seconds for one answer."""
    ontology: Ontology = field(repr=False)
    questions: Mapping[str, Question] = field(repr=False)
    """The questions that :meth:`answer` knows, by name."""
    lookups: Mapping[str, Question] = field(repr=False)
    """The queries by which names and claims are looked up."""

    def answer(self, name: str, **parameters: str) -> Answer:
        """Answer a question by name; ``parameters`` narrow it, entities by id, label or alias.

        Raises:
            QuestionError: no such question, parameter, source or predicate.
            UnknownEntityError: a parameter names an entity that the engine does not have.
            EndpointError: the engine cannot be reached, or its answer cannot be read.
            QueryError: the engine refuses the query.
        """
        question = questions.named(self.questions, name)
        given = questions.terms(question, parameters, self.ontology, self._of_kind, self._source)
        found = self._rows(question.bound(given))
        return questions.signed(found, question, given, self._command)

    def query(self, sparql: str) -> Answer | Subgraph | bool:
        """Run a SPARQL 1.1 query: an Answer for SELECT, a bool for ASK, a Subgraph for the others.

        The prefixes of the ontology are declared already.

        Raises:
            EndpointError: the engine cannot be reached, or its answer cannot be read.
            QueryError: the engine refuses the query.
        """
        bare = _bare(sparql)
        form = _FORM.search(bare)
        if form and form[1].upper() in ("CONSTRUCT", "DESCRIBE"):
            return Subgraph(tuple(sorted(set(self._statements(sparql, bare)), key=str)), self.ontology.prefixes)
        reply = self._post(sparql, bare, _RESULTS[0])
        self._expect(reply, _RESULTS, "SPARQL results")
        found: ox.QuerySolutions | ox.QueryBoolean | None = None
        try:
            found = ox.parse_query_results(reply.body, ox.QueryResultsFormat.JSON)
            if isinstance(found, ox.QueryBoolean):
                json.loads(reply.body)  # the reader stops at the word, whether anything closes the text or not
                return bool(found)
            names, read = tuple(variable.value for variable in found.variables), list(found)
        except (SyntaxError, ValueError) as error:
            raise EndpointError(f"{self.address}: the results are broken or cut short ({error})") from error
        finally:
            found = None  # a traceback would keep it, and it must end in the thread that it began in
        solutions = tuple(tuple(solution[name] for name in names) for solution in read)
        self._all_of(reply, len(solutions), "rows")
        return Answer(names, solutions, self.ontology.prefixes, self, empty=questions.NO_ROWS)

    def resolve(self, name: str) -> str:
        """The id of the entity with this id, label or alias; case does not matter, nor punctuation in an id.

        Raises:
            UnknownEntityError: there is none, or several; the message names the nearest.
            EndpointError: the engine cannot be reached, or its answer cannot be read.
        """
        if self._is_known("ngi:", name):
            return name
        rows = self._named(name)
        for naming in ("label", "altLabel"):  # a label goes before an alias of something else
            same = [row for row in rows if row.name.lower() == name.lower() and row.naming.endswith("#" + naming)]
            ids = list(dict.fromkeys(row.entity for row in same))
            if len(ids) == 1:
                return str(ids[0])
            if ids:
                raise UnknownEntityError(f"'{name}' may be {' or '.join(ids)}: use the id")
        if self._is_known("ngi:", slug(name)):
            return slug(name)
        near = self._nearest(name, rows)
        hint = f"did you mean {' or '.join(near)}?" if near else "the engine may hold other data than you think"
        raise UnknownEntityError(f"nothing is called '{name}' at {self.address}; {hint}")

    def _of_kind(self, name: str, kinds: tuple[str, ...]) -> str:
        """The id of an entity of one of these classes."""
        found = self.resolve(name)
        own = {row.kind for row in self._known("ngi:", found)} if kinds else set()
        if kinds and not own & set(kinds):
            kinds_of = (each for each, known in self.ontology.classes.items() if each in own and known.is_kind)
            raise QuestionError(mismatch(name, next(kinds_of, "Thing"), kinds))
        return found

    def _named(self, text: str) -> list[Any]:
        """Rows of entities and names that hold the text."""
        return list(self._rows(self.lookups["named"].bound({"text": ox.Literal(text.lower())})))

    def _nearest(self, name: str, rows: list[Any]) -> list[str]:
        """The ids of those whose names hold the whole of it, or else the words of it that are long enough to tell."""
        found: dict[str, list[str]] = {}
        longest = sorted((word for word in words(name) if len(word) >= _TELLING), key=len)[-_WORDS_AT_MOST:]
        for row in rows or [row for word in longest for row in self._named(word)]:
            found.setdefault(row.entity, []).append(row.name)
        return nearest(name, found)

    def statements(self, claims: Iterable[str]) -> Iterator[ox.Triple]:
        """Everything that the engine says of these claims, and the names of what they name.

        Raises:
            EndpointError: the engine cannot be reached, or its answer cannot be read.
        """
        terms = [ox.NamedNode(self.ontology.expand("ngc:" + claim)) for claim in claims]
        for start in range(0, len(terms), _CLAIMS_AT_ONCE):
            sparql = self.lookups["claims"].among("claim", terms[start : start + _CLAIMS_AT_ONCE])
            yield from self._statements(sparql, _bare(sparql))

    def _command(self, *words: str) -> str:
        graph = ["--graph", self.graph] if self.graph else []
        return shlex.join(["negograph", *words, "--endpoint", self.address.url, *graph])

    def _source(self, name: str) -> str:
        if not self._is_known("ngs:", name):
            raise QuestionError(f"no source '{name}' at {self.address}; a source is given by its id")
        return name

    def _is_known(self, space: str, name: str) -> bool:
        """Whether there is a thing with that id: whatever could not be one is not asked for."""
        return bool(re.fullmatch(r"[a-z0-9][a-z0-9.-]*", name)) and len(self._known(space, name)) > 0

    def _known(self, space: str, name: str) -> Answer:
        thing = ox.NamedNode(self.ontology.expand(space + name))
        return self._rows(self.lookups["known"].bound({"thing": thing}))

    @cached_property
    def _hint(self) -> str:
        """What the engine needs to be told before a question; Virtuoso gives its name with any reply."""
        reply = self._post("ASK {}", "ASK {}", _RESULTS[0])
        return _AS_WRITTEN if reply.headers.get("server", "").lower().startswith("virtuoso") else ""

    def _rows(self, sparql: str) -> Answer:
        found = self.query(self._hint + sparql)
        assert isinstance(found, Answer)
        return found

    def _statements(self, sparql: str, bare: str) -> Iterable[ox.Triple]:
        reply = self._post(sparql, bare, ", ".join(f"{kind};q={1 - 0.1 * at}" for at, kind in enumerate(_STATEMENTS)))
        self._expect(reply, _STATEMENTS, "statements")
        try:
            quads = list(ox.parse(reply.body, format=_STATEMENTS[reply.type]))
        except (SyntaxError, ValueError) as error:
            raise EndpointError(f"{self.address}: the statements are broken or cut short ({error})") from error
        self._all_of(reply, len(quads), "statements")
        return [quad.triple for quad in quads]

    def _post(self, sparql: str, bare: str, accept: str) -> Reply:
        form = {"query": self._declared(sparql, bare)} | ({"default-graph-uri": self.graph} if self.graph else {})
        headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
        reply = send("POST", self.address, headers, urlencode(form).encode(), limit=self.time_limit)
        if 200 <= reply.status < 300:
            return reply
        engine_says = reply.type == "text/plain" or reply.type.endswith("json") or not reply.type
        if reply.status in (400, 500) and reply.said and engine_says:
            raise QueryError(f"{self.address} refuses the query: {questions.plain(reply.said)}")
        raise EndpointError(refusal(self.address, reply))

    def _declared(self, sparql: str, bare: str) -> str:
        """The query with those prefixes declared that it uses; on its first line, so that no line number shifts."""
        declared = set(re.findall(r"\bPREFIX\s+([\w-]*):", bare, re.IGNORECASE))
        used = set(re.findall(r"(?<![\w-])([A-Za-z][\w-]*):", bare)) - declared
        missing = [name for name in sorted(self.ontology.prefixes) if name in used]
        return "".join(f"PREFIX {name}: <{self.ontology.prefixes[name]}> " for name in missing) + sparql

    def _expect(self, reply: Reply, types: Iterable[str], what: str) -> None:
        if reply.type not in types:
            kind = "a web page" if "html" in reply.type else reply.type or "something without a type"
            raise EndpointError(f"{self.address} answers with {kind} and not with {what}: is it a SPARQL endpoint?")

    def _all_of(self, reply: Reply, count: int, what: str) -> None:
        """Some engines say in a header that they stopped early, and answer 200 all the same."""
        if "x-sql-state" in reply.headers:
            said = reply.headers.get("x-sql-message", "it ran out of its time")
            raise EndpointError(f"{self.address} gave up half-way, so the {what} are not all: {' '.join(said.split())}")
        most = reply.headers.get("x-sparql-maxrows", reply.headers.get("negograph-truncated", ""))
        if most.isdigit() and count >= int(most):
            raise EndpointError(
                f"{self.address} gives {most} {what} at most, so these may not be all: narrow the question"
            )


def _bare(sparql: str) -> str:
    """The words of a query: no comments, no strings, no IRIs."""
    return re.sub(r"<[^<>\s]*>\n", " ", code_of(sparql))


def refusal(address: Address, reply: Reply) -> str:
    """Why a request failed, in one sentence."""
    if reply.status in (401, 403):
        given = "refuses this user and password" if address.user else "asks for a user and a password"
        return f"{address} {given} (HTTP {reply.status}); NEGOGRAPH_AUTH=user:password holds them"
    return f"{address} answers HTTP {reply.status}" + (f": {reply.said}" if reply.said else "")


def connect(url: str, *, graph: str = "", time_limit: float = TIME_LIMIT) -> Endpoint:
    """The engine at ``url``, which holds the graph; nothing is sent before the first question.

    Args:
        url: where it answers SPARQL 1.1 queries; ``http://user:password@host/...`` where it asks for that,
            or the variable ``NEGOGRAPH_AUTH=user:password``.
        graph: IRI of the named graph to ask, where the engine's default graph is not the one.
        time_limit: seconds for one answer.

    Raises:
        EndpointError: not an http or https URL, or a graph that is no IRI.

    >>> import negograph
    >>> negograph.connect("http://localhost:3030/negograph/query").address
    Address(url='http://localhost:3030/negograph/query')
    """
    if graph:
        try:
            ox.NamedNode(graph)
        except ValueError as error:
            raise EndpointError(f"'{graph}' is no IRI, and so no name of a graph") from error
    known, lookups = (read_questions(resource("graph", name)) for name in ("questions", "queries"))
    return Endpoint(Address.read(url), graph, time_limit, load_ontology(), known, lookups)
