"""Questions: one ``.rq`` file each, with a header that says what it asks and what it takes.

A header line reads ``#+ key: value``. The keys are

``title``
    the question, in one sentence;
``summary``
    what a row is (may come several times: the lines are joined);
``parameter``
    ``NAME TYPE what it restricts``; the variable ``?NAME`` is unbound in the query as it stands,
    and bound to a term when somebody gives a value (may come several times);
``section``
    ``TITLE | COLUMN COLUMN+ ...``, how people are shown the rows: the first of several groups
    them, and a ``+`` joins the values of rows that are otherwise alike;
``expect``
    ``VARIABLE=VALUE ...``, a row that the packaged data must yield.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from negograph.answers import Answer, Section, Subgraph
from negograph.errors import QueryError, QuestionError, did_you_mean
from negograph.ontology import Ontology
from negograph.scanning import code_of

__all__ = ["Parameter", "Question", "evaluate", "named", "read_questions"]

TYPES = ("entity", "source", "predicate", "text")
_HEADER = re.compile(r"#\+ ([a-z]+): (.+)")
_WHERE = re.compile(r"^WHERE \{$", re.MULTILINE)


@dataclass(frozen=True)
class Parameter:
    """What a question can be narrowed by."""

    name: str
    type: str
    help: str


@dataclass(frozen=True)
class Question:
    """A named question: SPARQL that any engine runs as it stands, and how to show its rows."""

    name: str
    title: str
    summary: str
    parameters: tuple[Parameter, ...]
    sections: tuple[Section, ...]
    expect: tuple[tuple[str, str], ...]
    text: str

    def bound(self, values: Mapping[str, ox.NamedNode | ox.Literal]) -> str:
        """The query with parameters bound to terms, by one VALUES block at the head of its pattern.

        Raises:
            QuestionError: there is no such parameter.
        """
        known = [parameter.name for parameter in self.parameters]
        for name in values:
            if name not in known:
                takes = f"it takes {', '.join(known)}" if known else "it takes none"
                raise QuestionError(f"the question '{self.name}' has no parameter '{name}'; {takes}")
        blocks = "".join(f" VALUES ?{name} {{ {term} }}" for name, term in values.items())
        return _WHERE.sub(lambda _: "WHERE {" + blocks, self.text, count=1)


def read_questions(directory: Path) -> dict[str, Question]:
    """Read every ``.rq`` file of ``directory``, by name.

    Raises:
        QuestionError: a header that cannot be read.
    """
    return {file.stem: _question(file) for file in sorted(directory.glob("*.rq"))}


def named(known: Mapping[str, Question], name: str) -> Question:
    """The question of that name.

    Raises:
        QuestionError: there is none; the message names the nearest.
    """
    if name in known:
        return known[name]
    raise QuestionError(f"no question '{name}'; {did_you_mean(name, known, 'there are ' + ', '.join(known))}")


def _question(file: Path) -> Question:
    text = file.read_text(encoding="utf-8")
    found: dict[str, list[str]] = {key: [] for key in ("title", "summary", "parameter", "section", "expect")}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#+"):
            continue
        match = _HEADER.fullmatch(line)
        if match is None or match[1] not in found:
            raise QuestionError(
                f"{file}:{number}:1: header: a header line is '#+ KEY: value' with KEY {', '.join(found)}"
            )
        found[match[1]].append(match[2].strip())
    if len(found["title"]) != 1 or not _WHERE.search(text):
        raise QuestionError(f"{file}: a question needs one '#+ title:' and a line 'WHERE {{'")
    return Question(
        name=file.stem,
        title=found["title"][0],
        summary=" ".join(found["summary"]),
        parameters=tuple(_parameter(line, file) for line in found["parameter"]),
        sections=tuple(_section(line) for line in found["section"]),
        expect=tuple((name, value) for line in found["expect"] for name, _, value in [line.partition("=")]),
        text=text,
    )


def _parameter(line: str, file: Path) -> Parameter:
    name, kind, what = (*line.split(maxsplit=2), "", "")[:3]
    if kind not in TYPES or not what:
        raise QuestionError(f"{file}: a parameter is 'NAME TYPE help' with TYPE {', '.join(TYPES)}, not '{line}'")
    return Parameter(name, kind, what)


def _section(line: str) -> Section:
    title, _, names = line.rpartition("|")
    columns = names.split()
    joined = frozenset(name[:-1] for name in columns if name.endswith("+"))
    return Section(title.strip(), tuple(name.removesuffix("+") for name in columns), joined)


def evaluate(
    store: ox.Store, ontology: Ontology, sparql: str, title: str = "", sections: tuple[Section, ...] = ()
) -> Answer | Subgraph | bool:
    """Run a SPARQL query; the prefixes of the ontology are declared already.

    Raises:
        QueryError: it cannot be parsed, is nested too deeply, or asks for what this engine does not do.
    """
    code_of(sparql)  # for the depth of its brackets
    try:
        result = store.query(sparql, prefixes=dict(ontology.prefixes))
        if isinstance(result, ox.QueryBoolean):
            return bool(result)
        if isinstance(result, ox.QueryTriples):
            return Subgraph(tuple(sorted(set(result), key=str)), ontology.prefixes)
        names = tuple(variable.value for variable in result.variables)
        solutions = tuple(tuple(solution[name] for name in names) for solution in result)
    except (SyntaxError, ValueError, RuntimeError, OSError) as error:
        raise QueryError(_plain(str(error))) from error
    return Answer(names, solutions, ontology.prefixes, store, title, sections)


def _plain(message: str) -> str:
    """The engine's message in one line, without the long list of what it would have accepted."""
    match = re.match(r"error at (\d+):(\d+): expected (.*)", message, re.DOTALL)
    if match is None:
        return " ".join(message.split())
    what = match[3].removeprefix("one of ")
    hint = f"expected {what}" if len(what) < 60 else "the query cannot go on like this"
    return f"line {match[1]}, column {match[2]}: {hint}"
