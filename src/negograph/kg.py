"""The knowledge graph: one small face on everything else."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from negograph import questions, rdf, tables
from negograph.answers import Answer, Subgraph, serialize
from negograph.errors import QuestionError, UnknownEntityError, did_you_mean
from negograph.ontology import Ontology, load_ontology, resource
from negograph.questions import Question

if TYPE_CHECKING:
    import networkx
    import pandas
    import rdflib

    from negograph.explorer import Page

__all__ = ["Entity", "KnowledgeGraph", "load"]


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


class KnowledgeGraph:
    """Negotiations, and who says what about them.

    >>> import negograph
    >>> kg = negograph.load()
    >>> kg.entity("Doha agreement").id
    'doha-agreement'
    """

    def __init__(self, store: ox.Store, ontology: Ontology, known: Mapping[str, Question]) -> None:
        self.store = store
        self.ontology = ontology
        self.questions = known
        """The questions that :meth:`answer` knows, by name."""

    def __len__(self) -> int:
        """The number of claims."""
        return len(self._tables["relations"])

    def __repr__(self) -> str:
        return f"<KnowledgeGraph: {len(self._tables['entities'])} entities, {len(self)} claims>"

    # Asking

    def answer(self, name: str, **parameters: str) -> Answer:
        """Answer a question by name; ``parameters`` narrow it, entities by id, label or alias.

        Raises:
            QuestionError: no such question or parameter.
            UnknownEntityError: a parameter names an entity that is not there.

        >>> import negograph
        >>> rows = negograph.load().answer("bypassed-allies", initiator="donald-trump")
        >>> {"deal", "bypassed", "manner", "tie", "followed", "link"} <= set(rows.variables)
        True
        """
        question = questions.named(self.questions, name)
        types = {parameter.name: parameter.type for parameter in question.parameters}
        terms = {key: self._term(types.get(key, "text"), value) for key, value in parameters.items()}
        found = questions.evaluate(self.store, self.ontology, question.bound(terms), question.title, question.sections)
        assert isinstance(found, Answer)
        return found

    def query(self, sparql: str) -> Answer | Subgraph | bool:
        """Run a SPARQL 1.1 query: an Answer for SELECT, a bool for ASK, a Subgraph for the others.

        The prefixes of the ontology (ng, ngi, ngc, ngs, prov, rdf, rdfs, skos, xsd ...) are
        declared already.

        Raises:
            QueryError: the query cannot be parsed or evaluated.

        >>> import negograph
        >>> negograph.load().query("ASK { ngi:us-taliban-talks ng:bypassed ngi:afghan-government }")
        True
        """
        return questions.evaluate(self.store, self.ontology, sparql)

    def entity(self, name: str) -> Entity:
        """The entity with this id, label or alias.

        Raises:
            UnknownEntityError: there is none, or several; the message names the nearest.
        """
        row = self._rows_by_id[self.resolve(name)]
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
        return tuple(self._rows_by_id)

    def claims(self) -> tuple[str, ...]:
        """The ids of all claims, in the order of their numbers."""
        return tuple(self._claims_by_id)

    def claim(self, name: str) -> dict[str, str]:
        """The cells of a claim by column name, empty where nothing is said.

        Raises:
            UnknownEntityError: no claim has this id.

        >>> import negograph
        >>> negograph.load().claim("r0001")["source"]
        're-russia'
        """
        if name not in self._claims_by_id:
            raise UnknownEntityError(f"no claim '{name}'; they run from r0001")
        return dict(self._claims_by_id[name])

    def describe(self, entity: str | None, claims: Iterable[str] = ()) -> Subgraph:
        """What the graph says of an entity and of some claims, statement by statement."""
        subjects = [f"ngc:{claim}" for claim in claims] + ([f"ngi:{self.resolve(entity)}"] if entity else [])
        found = {
            quad.triple
            for subject in subjects
            for quad in self.store.quads_for_pattern(ox.NamedNode(self.ontology.expand(subject)), None, None)
        }
        return Subgraph(tuple(sorted(found, key=str)), self.ontology.prefixes)

    def resolve(self, name: str) -> str:
        """The id of the entity with this id, label or alias; case does not matter.

        Raises:
            UnknownEntityError: there is none, or several.
        """
        if name in self._rows_by_id:
            return name
        ids = self._names.get(name.casefold(), ())
        if len(ids) == 1:
            return ids[0]
        if ids:
            raise UnknownEntityError(f"'{name}' may be {' or '.join(ids)}: use the id")
        near = difflib.get_close_matches(name.casefold(), [*self._names, *self._rows_by_id], n=3, cutoff=0.5)
        nearest = dict.fromkeys(each for word in near for each in self._names.get(word, (word,)))
        hint = f"did you mean {' or '.join(nearest)}?" if nearest else "search with: negograph query"
        raise UnknownEntityError(f"nothing is called '{name}'; {hint}")

    def as_of(self, day: date) -> tuple[KnowledgeGraph, dict[str, int]]:
        """The graph without what begins after ``day``, and how many rows of each table that took away."""
        store, gone = rdf.as_of(self.store, self.ontology, day)
        return KnowledgeGraph(store, self.ontology, self.questions), gone

    # Taking it elsewhere

    def to_rdflib(self) -> rdflib.Graph:
        """A copy as an rdflib graph, with the prefixes bound."""
        import rdflib

        graph = rdflib.Graph(bind_namespaces="none")
        for prefix, base in self.ontology.prefixes.items():
            graph.bind(prefix, base)
        data = serialize((quad.triple for quad in self.store), "nt", {})
        graph.parse(data=data, format="nt")
        return graph

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """The network: nodes are entities, every claim is an edge keyed by its id."""
        from negograph.network import network_of

        return network_of(self._tables)

    def to_dataframes(self) -> dict[str, pandas.DataFrame]:
        """The tables (entities, relations, sources, coverage) as DataFrames of text, indexed by id."""
        import pandas

        frames = {}
        for name, rows in self._tables.items():
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

        if focus is not None and focus not in self._claims_by_id:
            focus = self.resolve(focus)
        page = explore(self._tables, self.ontology, self.answer, focus=focus, story=story)
        if path is not None:
            page.write(path)
        return page

    # What it looks up by

    @cached_property
    def _tables(self) -> dict[str, list[dict[str, str]]]:
        return rdf.rows_of(self.store, self.ontology)

    @cached_property
    def _rows_by_id(self) -> dict[str, dict[str, str]]:
        return {row["id"]: row for row in self._tables["entities"]}

    @cached_property
    def _claims_by_id(self) -> dict[str, dict[str, str]]:
        return {row["id"]: row for row in self._tables["relations"]}

    @cached_property
    def _names(self) -> dict[str, tuple[str, ...]]:
        """Label or alias, case folded, to ids; a label goes before an alias of something else."""
        labels: dict[str, tuple[str, ...]] = {}
        aliases: dict[str, tuple[str, ...]] = {}
        for row in self._tables["entities"]:
            labels[row["label"].casefold()] = (*labels.get(row["label"].casefold(), ()), row["id"])
            for alias in filter(None, row["aliases"].split("|")):
                aliases[alias.casefold()] = (*aliases.get(alias.casefold(), ()), row["id"])
        return {**aliases, **labels}

    def _term(self, type: str, value: str) -> ox.NamedNode | ox.Literal:
        """A parameter's value as a term."""
        if type == "entity":
            return ox.NamedNode(self.ontology.expand("ngi:" + self.resolve(value)))
        if type == "source":
            known = [row["id"] for row in self._tables["sources"]]
            if value not in known:
                raise QuestionError(
                    f"no source '{value}'; {did_you_mean(value, known, 'there are ' + ', '.join(known))}"
                )
            return ox.NamedNode(self.ontology.expand("ngs:" + value))
        if type == "predicate":
            if value not in self.ontology.predicates:
                hint = did_you_mean(value, self.ontology.predicates, "docs/codebook.md has them all")
                raise QuestionError(f"no predicate '{value}'; {hint}")
            return ox.NamedNode(self.ontology.predicates[value].iri)
        return ox.Literal(value)


def load(path: Path | str | None = None) -> KnowledgeGraph:
    """Load the packaged data, or the tables in the directory ``path``.

    Raises:
        DataError: the tables are broken; it holds every problem.

    >>> import negograph
    >>> len(negograph.load()) > 200
    True
    """
    ontology = load_ontology()
    found = tables.read(path or resource("data"), ontology)
    return KnowledgeGraph(
        rdf.build(found, ontology), ontology, questions.read_questions(resource("graph", "questions"))
    )
