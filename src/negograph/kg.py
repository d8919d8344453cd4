"""The knowledge graph: one small face on everything else."""

from __future__ import annotations

import os
import re
import shlex
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyoxigraph as ox

from negograph import dataset, questions, rdf, stores, tables
from negograph.answers import NOTHING, Answer, Subgraph, as_html, to_value
from negograph.corpus import Corpus
from negograph.dates import day_of
from negograph.errors import ExportError, QuestionError, StoreError, UnknownEntityError, did_you_mean, nearest
from negograph.ontology import Ontology, load_ontology, resource
from negograph.questions import Question
from negograph.reports import Report
from negograph.scanning import code_of
from negograph.screening import refuse_service

if TYPE_CHECKING:
    import networkx
    import pandas
    import rdflib

    from negograph.analysis import Brief
    from negograph.explorer import Page
    from negograph.stores import Watch

__all__ = ["Entity", "KnowledgeGraph", "build", "load"]


R = TypeVar("R", bound=Report)
_LIKE = 0.6
"""How like a name of the graph another must be to be taken for it."""
_NONE_LEFT = "none in what is left"
"""What people read where an answer about a slice has no rows: the sources may well tell of some."""


@dataclass(frozen=True)
class Entity:
    """What identifies a thing; whatever anyone says of it is in its claims."""

    id: str
    iri: str
    kind: str
    label: str
    aliases: tuple[str, ...]
    description: str
    start: str
    end: str
    part_of: tuple[str, ...]
    links: tuple[str, ...]
    """The same thing in other data sets, as IRIs."""

    def _repr_html_(self) -> str:
        facts = ((key, ", ".join(value) if isinstance(value, tuple) else value) for key, value in vars(self).items())
        return as_html(title=self.label, facts=[pair for pair in facts if pair[1]])


class KnowledgeGraph:
    """Negotiations, and who says what about them.

    >>> import negograph
    >>> kg = negograph.load()
    >>> kg.entity("Doha agreement").id
    'doha-agreement'
    """

    def __init__(
        self,
        store: ox.Store,
        ontology: Ontology,
        known: Mapping[str, Question],
        rules: Mapping[str, Question] | None = None,
        options: tuple[str, ...] | None = (),
        rows: Callable[[], Mapping[str, list[dict[str, str]]]] | None = None,
        empty: str = NOTHING,
    ) -> None:
        self.store = store
        self.ontology = ontology
        self.questions = known
        """The questions that :meth:`answer` knows, by name."""
        self.rules = rules or {}
        """The rules that propose hypotheses, by name."""
        self.options = options
        """What the command line needs to come to the same graph (data folder, slices); ``None`` where it cannot."""
        self.empty = empty
        """What people read where an answer has no rows."""
        self._rows = rows or (lambda: rdf.rows_of(store, ontology))

    def __len__(self) -> int:
        """The number of claims."""
        return len(self._tables["relations"])

    @property
    def version(self) -> str:
        """The version of the data; empty for a slice, for several folders as one, and for tables without one."""
        return dataset.version(self.store)

    def __repr__(self) -> str:
        return f"<KnowledgeGraph: {len(self._tables['entities'])} entities, {len(self)} claims>"

    def _repr_html_(self) -> str:
        count = Counter(self.ontology.classes[row["kind"]].label for row in self._tables["entities"])
        said = Counter(row["source"] or "inferences" for row in self._tables["relations"])
        facts = [
            ("entities", ", ".join(f"{number} {kind}" for kind, number in count.most_common())),
            ("claims", ", ".join(f"{number} {source}" for source, number in said.most_common())),
            ("questions", ", ".join(self.questions)),
            *([("version", self.version)] if self.version else []),
        ]
        return as_html(title="negograph", facts=facts)

    # Asking

    def answer(self, name: str, **parameters: str) -> Answer:
        """Answer a question by name; ``parameters`` narrow it, entities by id, label or alias.

        Raises:
            QuestionError: no such question or parameter, or a value of another kind than it takes.
            UnknownEntityError: a parameter names an entity that is not there.

        >>> import negograph
        >>> rows = negograph.load().answer("bypassed-allies", initiator="donald-trump")
        >>> {"deal", "bypassed", "manner", "tie", "followed", "link"} <= set(rows.variables)
        True
        """
        question = questions.named(self.questions, name)
        terms = questions.terms(question, parameters, self.ontology, self.corpus.resolve, self._source)
        found = questions.evaluate(self.store, self.ontology, question.bound(terms))
        assert isinstance(found, Answer)
        return questions.signed(found, question, terms, self._command, self.empty)

    def instead(self, name: str, **parameters: str) -> dict[str, list[str]]:
        """For each entity that narrows a question to nothing, those near it that leave rows in its place.

        Near is what is part of it or has it as a part, its members and offices, and whatever has a like name.

        Raises:
            QuestionError: no such question or parameter, or a value of another kind than it takes.
            UnknownEntityError: a parameter names an entity that is not there.

        >>> import negograph
        >>> negograph.load().instead("bypassed-allies", ally="NATO")["nato"][0]
        'nato-allies'
        """
        question = questions.named(self.questions, name)
        terms = questions.terms(question, parameters, self.ontology, self.corpus.resolve, self._source)
        found = {}
        for each in question.parameters:
            if each.type == "entity" and each.name in terms:
                own = str(to_value(terms[each.name], self.ontology.prefixes))
                found[own] = [
                    other
                    for other in self.corpus.kin(own, each.kinds)
                    if self._any(question.bound({**terms, each.name: self.corpus.entity(other)}))
                ]
        return found

    def _any(self, sparql: str) -> bool:
        found = questions.evaluate(self.store, self.ontology, sparql)
        return isinstance(found, Answer) and bool(found.solutions)

    def query(self, sparql: str) -> Answer | Subgraph | bool:
        """Run a SPARQL 1.1 query: an Answer for SELECT, a bool for ASK, a Subgraph for the others.

        The prefixes of the ontology (ng, ngi, ngc, ngs, prov, rdf, rdfs, skos, xsd ...) are
        declared already. SERVICE is refused, for nothing here asks another machine unless it is
        named; ``kg.store.query`` of pyoxigraph does what it is told.

        Raises:
            QueryError: the query cannot be parsed or evaluated, or it asks another engine (SERVICE).

        >>> import negograph
        >>> negograph.load().query("ASK { ngi:us-taliban-talks ng:bypassed ngi:afghan-government }")
        True
        """
        refuse_service(sparql, dict(self.ontology.prefixes))
        return questions.evaluate(self.store, self.ontology, sparql)

    def unheard(self, sparql: str) -> dict[str, list[str]]:
        """The ``ng: ngi: ngc: ngs:`` names of a query that the graph does not have, each with the nearest that it has.

        >>> import negograph
        >>> negograph.load().unheard("ASK { ngi:us-taliban-talk ng:sidelinned ?who }")
        {'ngi:us-taliban-talk': ['ngi:us-taliban-talks'], 'ng:sidelinned': ['ng:sidelined']}
        """
        terms = (str(to_value(triple.subject, self.ontology.prefixes)) for triple in self.ontology.triples)
        known: dict[str, Collection[str]] = {
            "ng": set(terms),
            "ngi": self.corpus.entities,
            "ngc": self.corpus.claims,
            "ngs": self.corpus.sources,
        }
        found = dict.fromkeys(re.findall(r"(?<![\w.-])(ng[ics]?):([\w-]+(?:\.[\w-]+)*)", code_of(sparql)))
        missing = [(space, name) for space, name in found if name not in known[space]]
        near = {(space, name): nearest(name, known[space], _LIKE) for space, name in missing}
        return {f"{space}:{name}": [f"{space}:{each}"] if each else [] for (space, name), each in near.items()}

    def entity(self, name: str) -> Entity:
        """The entity with this id, label or alias.

        Raises:
            UnknownEntityError: there is none, or several; the message names the nearest.
        """
        row = self.corpus.entities[self.resolve(name)]
        links = [row["wikidata"] and "wd:" + row["wikidata"], *row["same_as"].split("|")]
        return Entity(
            id=row["id"],
            iri=self.ontology.expand("ngi:" + row["id"]),
            kind=row["kind"],
            label=row["label"],
            aliases=tuple(filter(None, row["aliases"].split("|"))),
            description=row["description"],
            start=row["start"],
            end=row["end"],
            part_of=tuple(filter(None, row["part_of"].split("|"))),
            links=tuple(self.ontology.expand(link) for link in links if link),
        )

    def entities(self) -> tuple[str, ...]:
        """The ids of all entities, in alphabetical order."""
        return tuple(self.corpus.entities)

    def claims(self) -> tuple[str, ...]:
        """The ids of all claims, in the order of their numbers."""
        return tuple(self.corpus.claims)

    def claim(self, name: str) -> dict[str, str]:
        """The cells of a claim by column name, defaults spelt out; empty where nothing is said.

        Raises:
            UnknownEntityError: no claim has this id.

        >>> import negograph
        >>> negograph.load().claim("r0001")["source"]
        're-russia'
        """
        if name not in self.corpus.claims:
            raise UnknownEntityError(f"no claim '{name}'; they run from r0001")
        return tables.spelt_out("relations", [self.corpus.claims[name]], self.ontology)[0]

    def describe(self, entity: str | None, claims: Iterable[str] = (), *, source: str | None = None) -> Subgraph:
        """What the graph says of an entity, of some claims and of a source, statement by statement.

        Raises:
            UnknownEntityError: nothing is called so.
            QuestionError: no source has this id.
        """
        subjects = [f"ngc:{claim}" for claim in claims] + ([f"ngi:{self.resolve(entity)}"] if entity else [])
        subjects += [f"ngs:{self._source(source)}"] if source else []
        found = {
            quad.triple
            for subject in subjects
            for quad in self.store.quads_for_pattern(ox.NamedNode(self.ontology.expand(subject)), None, None)
        }
        return Subgraph(tuple(sorted(found, key=str)), self.ontology.prefixes)

    def resolve(self, name: str) -> str:
        """The id of the entity with this id, label or alias; neither case nor punctuation matters.

        Raises:
            UnknownEntityError: there is none, or several.
        """
        return self.corpus.resolve(name)

    # Slices

    def as_of(self, day: date | str) -> tuple[KnowledgeGraph, dict[str, int]]:
        """The graph without what begins after ``day``, and how many rows of each table that took away.

        Args:
            day: a day, or a text such as 2019, 2019-06 or 2019-06-30, of which the last day counts.

        Raises:
            DateError: the text is no date.
        """
        day = day_of(day) if isinstance(day, str) else day
        store, gone = rdf.as_of(self._tables, self.ontology, day)
        return self._slice(store, "--as-of", day.isoformat()), gone

    def heard(
        self, *, without: str | Iterable[str] = (), only: str | Iterable[str] = (), speakers: str | Iterable[str] = ()
    ) -> tuple[KnowledgeGraph, dict[str, int]]:
        """The graph as some voices tell it, and how many rows of each table that took away.

        Args:
            without: sources, or actors as speakers, that are not heard.
            only: sources; the claims of others go.
            speakers: actors, or sources in their own voice; the claims of others go.
                Each is one name or several.

        Raises:
            UnknownEntityError: no source and no entity is called so.

        >>> import negograph
        >>> kg, gone = negograph.load().heard(only=["dubois"])
        >>> {kg.claim(claim)["source"] for claim in kg.answer("tactics").claims}
        {'dubois'}
        """
        voices = {
            "--without": [self._voice(name) for name in _each(without)],
            "--only": [self._source(name) for name in _each(only)],
            "--speaker": [self._voice(name) for name in _each(speakers)],
        }
        lists = dict(zip(("without", "only", "speakers"), voices.values(), strict=True))
        store, gone = rdf.heard(self._tables, self.ontology, **lists)
        return self._slice(
            store, *(word for key, each in voices.items() for name in each for word in (key, name))
        ), gone

    def _slice(self, store: ox.Store, *options: str) -> KnowledgeGraph:
        """The same face on a part of the graph.

        On the command line a repeated --only or --speaker hears more and a repeated --as-of replaces the
        first, while a slice of a slice hears less: there is no command for that.
        """
        twice = {"--only", "--speaker", "--as-of"} & set(self.options or ()) & set(options)
        both = None if self.options is None or twice else (*self.options, *options)
        return KnowledgeGraph(store, self.ontology, self.questions, self.rules, both, empty=_NONE_LEFT)

    def _source(self, name: str) -> str:
        if name not in self.corpus.sources:
            known = list(self.corpus.sources)
            raise QuestionError(f"no source '{name}'; {did_you_mean(name, known, 'there are ' + ', '.join(known))}")
        return name

    def _voice(self, name: str) -> str:
        return name if name in self.corpus.sources else self.resolve(name)

    # Analysis

    def compare(self, negotiation: str, other: str | None = None) -> Report:
        """Playbook replay: the precedents of a case by likeness, or the case beside one of them.

        Raises:
            UnknownEntityError: nothing is called so.

        >>> import negograph
        >>> report = negograph.load().compare("ukraine-talks-2025", "us-taliban-talks")
        >>> ("russia", "taliban") in {(row.actor, row.plays) for row in report["roles"]}
        True
        """
        from negograph import analysis

        names = [self.resolve(name) for name in (negotiation, other) if name]
        return self._signed(analysis.compare(self.corpus, *names), "compare", *names)

    def audit(self, negotiation: str | None = None, *, full: bool = False) -> Report:
        """The analogy audit: each parallel that a speaker draws, beside what our own measure says.

        ``full`` shows all the steps that only one of two cases has; the rows hold them anyway.
        """
        from negograph import analysis

        names = [self.resolve(negotiation)] if negotiation else []
        made = analysis.audit(self.corpus, self._silencing, *names, full=full)
        return self._signed(made, "audit", *names, *(["--full"] if full else []))

    def brief(self, negotiation: str, *, full: bool = False) -> Brief:
        """The briefing on a negotiation, every sentence with its footnote; ``full`` shortens nothing."""
        from negograph import analysis

        name = self.resolve(negotiation)
        commands = {"precedents": self._command("compare", name), "left-out": self._command("detect", "--deal", name)}
        length = {"longest": None} if full else {}
        made = analysis.brief(self.corpus, name, self._rule("left-out"), commands=commands, **length)
        return self._signed(made, "brief", name, *(["--full"] if full else []))

    def detect(self, **parameters: str) -> Report:
        """Bypasses that no source names: hypotheses of a rule, narrowed by ``deal`` or ``actor``."""
        from negograph import analysis

        rule = self._rule("left-out")
        kinds = {each.name: each.kinds for each in rule.parameters}
        names = {key: self.corpus.resolve(value, kinds.get(key, ())) for key, value in parameters.items()}
        made = analysis.detect(self.corpus, rule, **names)
        return self._signed(made, "detect", *_options(names))

    def sensitivity(self, question: str, *, voices: str = "source", **parameters: str) -> Report:
        """Which answers of a question rest on one voice; ``voices`` is ``source`` or ``speaker``."""
        from negograph import analysis

        made = analysis.sensitivity(self.corpus, question, self._silencing, voices, parameters)
        given = parameters | ({"voices": voices} if voices != "source" else {})
        return self._signed(made, "sensitivity", question, *_options(given))

    def assess(self, file: Path | str) -> Report:
        """A case of one's own, in a CSV of the columns of relations.csv, set against the graph.

        Raises:
            DataError: the file is broken; it holds every problem.
        """
        from negograph import analysis

        rows = {name: list(each) for name, each in self._tables.items()}
        case, merged = analysis.read_case(Path(file), self.resolve, rows, self.ontology)
        own = KnowledgeGraph(rdf.store_of(merged, self.ontology), self.ontology, self.questions, self.rules, None)
        return self._signed(analysis.assess(own.corpus, case, self._rule("left-out")), "assess", str(file))

    def diff(self, newer: KnowledgeGraph) -> Report:
        """What changed from this version of the data to a ``newer`` one, row by row and cell by cell."""
        from negograph import analysis

        report = analysis.differences(self.corpus, newer.corpus)
        if self.version and newer.version:
            report = replace(report, title=f"What changed from version {self.version} to {newer.version}?")
        one, other = ((kg.options or ())[1::2] for kg in (self, newer))
        if any(set((kg.options or ())[::2]) != {"--data"} for kg in (self, newer)) or one[:-1] != other[:-1]:
            return report
        besides = [word for folder in one[:-1] for word in ("--data", folder)]
        return replace(report, command=shlex.join(["negograph", "diff", one[-1], other[-1], *besides]))

    def path(self, start: str, end: str, *, limit: int = 3, avoid: Iterable[str] = ()) -> Report:
        """The shortest explained paths between two entities, with a toll on hubs, around those of ``avoid``."""
        from negograph import analysis

        ends = [self.resolve(name) for name in (start, end)]
        around = [self.resolve(name) for name in avoid]
        words = [*ends, *(["--limit", str(limit)] if limit != 3 else [])]
        words += [word for name in around for word in ("--avoid", name)]
        return self._signed(analysis.path(self.corpus, *ends, limit=limit, avoid=around), "path", *words)

    def _rule(self, name: str) -> Question:
        return questions.named(self.rules, name)

    def _silencing(self, voice: str) -> Corpus:
        """The material without one voice."""
        return self.heard(without=[voice])[0].corpus

    def _signed(self, report: R, *words: str) -> R:
        """The report with the command that makes it again."""
        return replace(report, command=self._command(*words))

    def _command(self, *words: str) -> str:
        return "" if self.options is None else shlex.join(["negograph", *words, *self.options])

    # Taking it elsewhere

    def to_rdflib(self) -> rdflib.Graph:
        """A copy as an rdflib graph, with the prefixes bound."""
        import rdflib

        graph = rdflib.Graph(bind_namespaces="none")
        for prefix, base in self.ontology.prefixes.items():
            graph.bind(prefix, base)
        data = rdf.serialize((quad.triple for quad in self.store), "nt", {})
        graph.parse(data=data, format="nt")
        return graph

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """The network: nodes are entities, every claim is an edge keyed by its id, with its cells spelt out."""
        from negograph.network import network_of

        return network_of(self._spelt_out())

    def to_dataframes(self) -> dict[str, pandas.DataFrame]:
        """The tables (entities, relations, sources, coverage, stories) as DataFrames of text, indexed by id.

        Defaults are spelt out: a claim that is affirmed says so, and every claim has its modality.
        """
        import pandas

        frames = {}
        for name, rows in self._spelt_out().items():
            frame = pandas.DataFrame(rows, columns=list(self.ontology.columns[name]), dtype=str)
            frames[name] = frame.set_index("id") if "id" in frame else frame
        return frames

    def export(self, path: Path | str, *, format: str | None = None, rdf12: bool = False) -> None:
        """Write the graph to a file, in the format of its suffix unless ``format`` names one.

        ``.ttl .nt .nq .trig .jsonld .rdf .graphml .gexf .csv .sqlite``; a path that ends in a slash
        is a folder, which gets the CSV tables and a manifest.

        Raises:
            ExportError: the format is not known, or the file cannot be written; the old file, if
                there was one, is untouched then.
        """
        from negograph import export

        if format is None and (str(path).endswith(("/", os.sep)) or Path(path).is_dir()):
            if rdf12:
                raise ExportError(f"{path}: a folder of tables holds no RDF; rdf12 goes with a file")
            export.write_tables(self.store, self.ontology, Path(path))
        else:
            export.export(self.store, self.ontology, Path(path), suffix=format, rdf12=rdf12)

    def explore(self, path: Path | str | None = None, *, focus: str | None = None, story: str | None = None) -> Page:
        """The explorer: one HTML file that works from disk and asks the network for nothing.

        It opens on the entity or claim ``focus``, or on the first step of ``story``. Written to
        ``path`` where one is given; in a notebook the page that comes back shows itself.

        Raises:
            UnknownEntityError: ``focus`` is nothing that is there.
            QuestionError: there is no such story.
            ExportError: the file cannot be written.

        >>> import negograph
        >>> page = negograph.load().explore(focus="Doha agreement")
        >>> page.html[:15]
        '<!doctype html>'
        """
        from negograph.explorer import explore

        if focus is not None and focus not in self.corpus.claims:
            focus = self.resolve(focus)
        page = explore(self.corpus, focus=focus, story=story)
        if path is not None:
            page.write(path)
        return page

    def pages(self, folder: Path | str) -> int:
        """Write a page for each thing that has an IRI, as files: .html, .ttl and .jsonld; return how many.

        Beside them the data in every format, their description, and the explorer. Any web server can offer
        the folder; graph/w3id has the rules that lead from an IRI to its page.

        Raises:
            ExportError: the folder holds something else, or cannot be written.
        """
        from negograph.pages import write_pages

        return write_pages(self.corpus, Path(folder))

    # What it looks up by

    def _spelt_out(self) -> dict[str, list[dict[str, str]]]:
        return {name: tables.spelt_out(name, rows, self.ontology) for name, rows in self._tables.items()}

    @cached_property
    def _tables(self) -> Mapping[str, list[dict[str, str]]]:
        return self._rows()

    @cached_property
    def corpus(self) -> Corpus:
        """The tables as one body, which analyses work on."""
        return Corpus(self._tables, self.ontology, self.store, self.answer, self.empty)


def _each(names: str | Iterable[str]) -> Iterable[str]:
    """One name, or several."""
    return (names,) if isinstance(names, str) else names


def _options(given: Mapping[str, str]) -> list[str]:
    """Parameters as the command line takes them."""
    return [word for key, value in given.items() for word in (f"--{key}", value)]


def load(path: tables.Folders | None = None, *, watch: Watch | None = None, in_memory: bool = False) -> KnowledgeGraph:
    """Load the packaged data, the tables in the directory ``path``, or the store that was built there.

    A list of directories is loaded as one body; ``packaged`` in it stands for the packaged data.
    Large tables are kept as a store in the user's cache directory (docs/decisions/0015): the next
    load of the same tables takes an instant.

    Args:
        path: the directory, or several.
        watch: is told what goes on, how far it has come and how far it has to go, where that takes long.
        in_memory: hold the graph in memory even where it is on disk; a process that forks needs that.

    Raises:
        DataError: the tables are broken; it holds every problem.
        StoreError: a built store is damaged, made by another version, or named beside others.

    >>> import negograph
    >>> len(negograph.load()) > 200
    True
    """
    ontology = load_ontology()
    named = [path] if isinstance(path, (str, Path)) else list(path or ())
    folders = tables.folders(named or resource("data"))
    read = cache(lambda: tables.read(folders, ontology))
    built = None
    if any(map(stores.is_built, folders)):
        built = stores.opened(_alone(folders), ontology if in_memory else None)
    elif not in_memory:
        built = stores.kept(folders, ontology, lambda: tables.canonical(read(), ontology), watch)
    return KnowledgeGraph(
        built.store if built else rdf.build(read(), ontology, dataset.read_description(folders)),
        ontology,
        questions.read_questions(resource("graph", "questions")),
        questions.read_questions(resource("graph", "hypotheses")),
        tuple(word for each in named for word in ("--data", str(each))),
        built.rows if built else lambda: tables.canonical(read(), ontology),
    )


def build(target: Path | str, path: tables.Folders | None = None, *, watch: Watch | None = None) -> None:
    """Build a store of the packaged data, or of the tables in ``path``, in the folder ``target``.

    :func:`load` opens it in an instant, however large it is. A store that is there already is
    replaced in one step.

    Raises:
        DataError: the tables are broken; it holds every problem.
        StoreError: ``target`` holds other things, or cannot be written.
    """
    ontology = load_ontology()
    folders = tables.folders(resource("data") if path is None else path)
    if any(map(stores.is_built, folders)):
        raise StoreError("a store is built of tables, not of another store")
    if watch:
        watch("reading and checking the tables", 0, 0)
    rows = tables.canonical(tables.read(folders, ontology), ontology)
    about = dataset.read_description(folders)
    stores.build(rows, about, ontology, Path(target), stores.digests(folders, ontology), watch=watch)


def _alone(folders: list[Path]) -> Path:
    """The only folder: a built store cannot be one of several."""
    if len(folders) > 1:
        store = next(filter(stores.is_built, folders))
        raise StoreError(f"{store} is a built store and stands alone; build one of all the tables together")
    return folders[0]
