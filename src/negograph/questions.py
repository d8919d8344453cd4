"""Questions: one ``.rq`` file each, with a header that says what it asks and what it takes.

A header line reads ``#+ key: value``. The keys are

``title``
    the question, in one sentence;
``summary``
    what a row is (may come several times: the lines are joined);
``parameter``
    ``NAME TYPE what it restricts``; the variable ``?NAME`` is unbound in the query as it stands,
    and bound to a term when somebody gives a value (may come several times). An ``entity`` may say
    of which classes it must be: ``entity:Actor|Issue``;
``choices``
    ``NAME WORD | WORD ...``, the closed list of what a parameter takes (may come several times);
``section``
    ``TITLE | COLUMN COLUMN+ COLUMN=HEAD ...``, how people are shown the rows: the first of several
    groups them, a ``+`` joins the values of rows that are otherwise alike, and a head is read above
    the column in place of its name, with ``_`` for a blank;
``answer``
    ``VARIABLE VARIABLE ...``, what a row says whoever says it, which ``sensitivity`` counts; needed only
    where the shown columns are not it: rows that agree on them would rest on claims that differ;
``expect``
    ``VARIABLE=VALUE ...``, a row that the packaged data must yield.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from negograph.answers import NOTHING, Answer, Section, Subgraph, to_value
from negograph.errors import QueryError, QuestionError, did_you_mean
from negograph.ontology import Ontology
from negograph.scanning import code_of
from negograph.screening import is_update

__all__ = ["NO_ROWS", "Parameter", "Question", "evaluate", "named", "plain", "read_questions", "signed", "terms"]

NO_ROWS = "no rows"
"""What people read where a query of their own finds nothing."""
TYPES = ("entity", "source", "predicate", "text")
_HEADER = re.compile(r"#\+ ([a-z]+): (.+)")
_WHERE = re.compile(r"^WHERE \{$", re.MULTILINE)
_PATTERN = re.compile(r"^WHERE \{", re.MULTILINE)
_FORM = re.compile(r"^(SELECT|CONSTRUCT)\b", re.MULTILINE)
_COLUMN = r"SELECT[^{{]*\?{0}\b|AS \?{0}\b|VALUES[^{{]*\?{0}\b|(ORDER|GROUP) BY.*\?{0}\b"


@dataclass(frozen=True)
class Parameter:
    """What a question can be narrowed by."""

    name: str
    type: str
    help: str
    kinds: tuple[str, ...] = ()
    """Names of the classes that an entity must be of; empty where any will do."""
    choices: tuple[str, ...] = ()
    """What a text or a predicate must be; empty where anything will do."""

    def to_dict(self) -> dict[str, str | list[str]]:
        """The same as a dictionary, for JSON; without what is empty."""
        lists = {"kinds": list(self.kinds), "choices": list(self.choices)}
        return {
            "name": self.name,
            "type": self.type,
            "help": self.help,
            **{key: each for key, each in lists.items() if each},
        }


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
    answer: tuple[str, ...] = ()
    """The variables that make up what a row says; none where the shown columns do."""

    def bound(self, values: Mapping[str, ox.NamedNode | ox.Literal]) -> str:
        """The query with parameters bound to terms.

        A term stands wherever its variable stood: every engine plans best for what is constant. A
        variable that is also a column cannot give way to a term; a VALUES block binds it.

        Raises:
            QuestionError: there is no such parameter.
        """
        known = [parameter.name for parameter in self.parameters]
        for name in values:
            if name not in known:
                takes = f"it takes {', '.join(known)}" if known else "it takes none"
                raise QuestionError(f"the question '{self.name}' has no parameter '{name}'; {takes}")
        start = _FORM.search(self.text)
        head, body = (self.text[: start.start()], self.text[start.start() :]) if start else ("", self.text)
        for name, term in values.items():
            body = _bound(body, name, str(term))
        return head + body

    def among(self, name: str, values: Iterable[ox.NamedNode | ox.Literal]) -> str:
        """The query with one variable, whichever, held to a list of terms."""
        return _with_values(self.text, name, " ".join(map(str, values)))


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


def _bound(body: str, name: str, term: str) -> str:
    """The query with one variable bound: by the term itself, or by VALUES where the variable is a column too."""
    if re.search(_COLUMN.format(name), body):
        return _with_values(body, name, term)
    body = re.sub(rf"BOUND\(\?{name}\)", "true", body)
    return re.sub(rf"\?{name}\b", lambda _: term, body)


def _with_values(text: str, name: str, terms: str) -> str:
    return _PATTERN.sub(lambda start: f"{start[0]} VALUES ?{name} {{ {terms} }}", text, count=1)


def terms(
    question: Question,
    given: Mapping[str, str],
    ontology: Ontology,
    entity: Callable[[str, tuple[str, ...]], str],
    source: Callable[[str], str],
) -> dict[str, ox.NamedNode | ox.Literal]:
    """What somebody gave as parameters, as terms; ``entity`` and ``source`` find the id that a name stands for.

    Raises:
        QuestionError: no such predicate, or none of those that a parameter takes.
    """
    parameters = {parameter.name: parameter for parameter in question.parameters}
    found: dict[str, ox.NamedNode | ox.Literal] = {}
    for name, text in given.items():
        parameter = parameters.get(name, Parameter(name, "text", ""))
        value = _chosen(text, parameter)
        match parameter.type:
            case "entity":
                found[name] = ox.NamedNode(ontology.expand("ngi:" + entity(value, parameter.kinds)))
            case "source":
                found[name] = ox.NamedNode(ontology.expand("ngs:" + source(value)))
            case "predicate":
                found[name] = _predicate(value, ontology)
            case _:
                found[name] = ox.Literal(value)
    return found


def _chosen(value: str, parameter: Parameter) -> str:
    """One of the choices of a parameter, whatever the case; the value itself where there are none."""
    folded = {each.casefold(): each for each in parameter.choices}
    if not folded or value.casefold() in folded:
        return folded.get(value.casefold(), value)
    hint = did_you_mean(value.casefold(), folded, "")
    near = hint and did_you_mean(value, parameter.choices, hint)
    otherwise = f"it is one of {', '.join(parameter.choices)}"
    raise QuestionError(f"no {parameter.name} '{value}'; {near or otherwise}")


def _predicate(value: str, ontology: Ontology) -> ox.NamedNode:
    if value not in ontology.predicates:
        hint = did_you_mean(value, ontology.predicates, "docs/codebook.md has them all")
        raise QuestionError(f"no predicate '{value}'; {hint}")
    return ox.NamedNode(ontology.predicates[value].iri)


def signed(
    found: Answer,
    question: Question,
    given: Mapping[str, ox.NamedNode | ox.Literal],
    command: Callable[..., str],
    empty: str = NOTHING,
) -> Answer:
    """An answer with what it answers: title, sections, and the ``command`` line that gives it again.

    ``empty`` is what people read where there are no rows.
    """
    words = [word for key, term in given.items() for word in (f"--{key}", str(to_value(term, found.prefixes)))]
    return replace(
        found,
        title=question.title,
        sections=question.sections,
        name=question.name,
        command=command("ask", question.name, *words),
        empty=empty,
        telling=question.answer,
    )


def _question(file: Path) -> Question:
    text = file.read_text(encoding="utf-8")
    keys = ("title", "summary", "parameter", "choices", "section", "answer", "expect")
    found: dict[str, list[str]] = {key: [] for key in keys}
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
        parameters=_parameters(found["parameter"], found["choices"], file),
        sections=tuple(_section(line) for line in found["section"]),
        expect=tuple((name, value) for line in found["expect"] for name, _, value in [line.partition("=")]),
        text=text,
        answer=tuple(name for line in found["answer"] for name in line.split()),
    )


def _parameters(lines: list[str], lists: list[str], file: Path) -> tuple[Parameter, ...]:
    """The parameters, each with its closed list if it has one."""
    parted = (line.partition(" ") for line in lists)
    choices = {name: tuple(each.strip() for each in words.split("|")) for name, _, words in parted}
    found = tuple(_parameter(line, choices, file) for line in lines)
    for name in choices.keys() - {each.name for each in found if each.type in ("text", "predicate")}:
        raise QuestionError(f"{file}: choices are of a parameter that is a text or a predicate, and '{name}' is none")
    return found


def _parameter(line: str, choices: Mapping[str, tuple[str, ...]], file: Path) -> Parameter:
    name, told, what = (*line.split(maxsplit=2), "", "")[:3]
    kind, _, classes = told.partition(":")
    if kind not in TYPES or not what or (classes and kind != "entity"):
        raise QuestionError(
            f"{file}: a parameter is 'NAME TYPE help' with TYPE {', '.join(TYPES)} or entity:CLASS, not '{line}'"
        )
    among = choices.get(name, ())
    return Parameter(
        name, kind, f"{what}: {', '.join(among)}" if among else what, tuple(filter(None, classes.split("|"))), among
    )


def _section(line: str) -> Section:
    title, _, names = line.rpartition("|")
    columns = [name.partition("=") for name in names.split()]
    joined = frozenset(name[:-1] for name, _, _ in columns if name.endswith("+"))
    heads = {name.removesuffix("+"): head.replace("_", " ") for name, _, head in columns if head}
    return Section(title.strip(), tuple(name.removesuffix("+") for name, _, _ in columns), joined, heads=heads)


def evaluate(store: ox.Store, ontology: Ontology, sparql: str) -> Answer | Subgraph | bool:
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
        raise QueryError(_update(sparql, ontology) or plain(str(error), sparql)) from error
    return Answer(names, solutions, ontology.prefixes, store, empty=NO_ROWS)


def _update(sparql: str, ontology: Ontology) -> str:
    """What to say of an update; nothing of anything else."""
    changes = re.search(r"\b(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|COPY|MOVE|ADD)\b", code_of(sparql), re.IGNORECASE)
    update = changes and is_update(sparql, dict(ontology.prefixes))
    return "the graph is read-only: ask with SELECT, ASK, CONSTRUCT or DESCRIBE" if update else ""


def plain(message: str, sparql: str = "") -> str:
    """The engine's message in one line, without the long list of what it would have accepted.

    Of the query it names the prefix that is not declared, where that is what the engine complains of.
    """
    match = re.match(r"error at (\d+):(\d+): expected (.*)", message, re.DOTALL)
    if match is None:
        return " ".join(message.split())
    what = match[3].removeprefix("one of ")
    if "Prefix not found" in what and (name := _prefix_before(sparql, int(match[1]), int(match[2]))):
        return f"line {match[1]}, column {match[2]}: the prefix {name} is not declared"
    hint = f"expected {what}" if len(what) < 60 else "the query cannot go on like this"
    return f"line {match[1]}, column {match[2]}: {hint}"


def _prefix_before(sparql: str, line: int, column: int) -> str:
    """The prefix of the name that ends, or goes on, at a place of the query."""
    lines = sparql.split("\n")
    names = re.finditer(r"[\w.-]*:", lines[line - 1]) if line <= len(lines) else ()
    return next((each[0] for each in reversed(list(names)) if each.start() < column), "")
