"""The commands that ask: questions, ask, query and show."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeGuard

import click

from negograph.cli.catalogue import QuestionGroup, catalogue, given, parameter_options
from negograph.cli.options import (
    ANSWERS,
    STATEMENTS,
    TABULAR,
    asked,
    complete_shown,
    data_option,
    endpoint_options,
    format_option,
    load,
    print_result,
    print_rows,
    query_options,
    reporting,
    slice_options,
    time_limit,
)
from negograph.cli.root import main

if TYPE_CHECKING:
    from negograph.endpoint import Endpoint
    from negograph.kg import KnowledgeGraph
    from negograph.questions import Question


@main.command()
@data_option
@format_option(*TABULAR)
@reporting
def questions(form: str) -> None:
    """List the questions, with what each can be narrowed by.

    \b
    Examples:
      negograph questions
      negograph questions --format json
    """
    known = list(catalogue().values())
    if form == "table":
        for question in known:
            click.secho(question.name, bold=True)
            click.echo(f"  {question.title}")
            click.secho(
                "  " + " ".join(f"[--{each.name} {each.type.upper()}]" for each in question.parameters), dim=True
            )
        return
    rows = [
        {
            "name": question.name,
            "title": question.title,
            "summary": question.summary,
            "parameters": [parameter.to_dict() for parameter in question.parameters],
        }
        for question in known
    ]
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    elif form == "csv":
        import csv

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(["name", "title", "parameters"])
        writer.writerows([each.name, each.title, "|".join(p.name for p in each.parameters)] for each in known)
    else:
        for each in known:
            takes = "".join(f"\n  - `--{p.name}`: {p.help}" for p in each.parameters)
            click.echo(f"- **{each.name}**: {each.title}{takes}")


def _is_here(kg: KnowledgeGraph | Endpoint) -> TypeGuard[KnowledgeGraph]:
    """Whether the graph is in here; to ask costs no import of what speaks HTTP."""
    from negograph.kg import KnowledgeGraph

    return isinstance(kg, KnowledgeGraph)


def _as_command(question: Question) -> click.Command:
    @reporting
    def run(form: str, **values: str | None) -> None:
        kg, narrowed = asked(), given(values)
        found = kg.answer(question.name, **narrowed)
        print_rows(found, form)
        if not found.solutions and _is_here(kg):
            for name, others in kg.instead(question.name, **narrowed).items():
                if others:
                    click.echo(f"nothing for {name}; there are rows for {', '.join(others)}", err=True)

    command = click.Command(
        question.name,
        params=parameter_options(question),
        callback=run,
        help=f"{question.title}\n\n{question.summary}",
        short_help=question.title,
    )
    return endpoint_options(slice_options(data_option(format_option(*ANSWERS)(command))))  # type: ignore[return-value]


@main.group(cls=QuestionGroup, make=_as_command)
@data_option
def ask() -> None:
    """Answer a question by its name.

    An entity is given by its id, its label or an alias. Each question has a --help of its own.

    \b
    Examples:
      negograph ask bypassed-allies
      negograph ask bypassed-allies --ally "NATO allies" --format md
      negograph ask tactics --negotiation us-taliban-talks --as-of 2020
      negograph ask judgements --about doha-agreement --without re-russia
      negograph ask tactics --endpoint http://localhost:7878/query
    """


@main.command()
@click.argument("file", required=False, type=click.File("r", encoding="utf-8"))
@click.option("-e", "--execute", "text", metavar="SPARQL", help="The query itself.")
@query_options
@slice_options
@data_option
@format_option(*dict.fromkeys((*ANSWERS, *STATEMENTS)))
@reporting
def query(file: Any, text: str | None, form: str) -> None:
    """Run a SPARQL query from FILE, from stdin (-), or from -e.

    SELECT, ASK, CONSTRUCT and DESCRIBE. The prefixes ng, ngi, ngc, ngs, ngp, rdf, rdfs, skos, prov,
    dcterms, schema, xsd and more are declared already. The query runs in a process of its own: the
    time limit, Ctrl-C and a crash of the engine end it alone.

    \b
    Examples:
      negograph query -e "SELECT ?who { ngi:us-taliban-talks ng:sidelined ?who }"
      negograph query my.rq --format csv > rows.csv
      negograph query my.rq --time-limit 10
      negograph query -e "DESCRIBE ngi:doha-agreement" --format ttl
      negograph query my.rq --endpoint http://localhost:8890/sparql
    """
    from negograph.cli.guarding import guarded

    if (file is None) == (text is None):
        raise click.UsageError("give one query: a FILE, - for stdin, or -e SPARQL")
    sparql = text if text is not None else file.read()

    def run() -> None:
        kg = asked(limited=True)
        found = kg.query(sparql)
        print_result(found, form)
        if not (found if isinstance(found, bool) else len(found)) and _is_here(kg):
            for name, near in kg.unheard(sparql).items():
                hint = f"; did you mean {' or '.join(near)}?" if near else ""
                click.echo(f"the graph has no {name}{hint}", err=True)

    guarded(run, time_limit())


@main.command()
@click.argument("name", metavar="ID", shell_complete=complete_shown)
@slice_options
@data_option
@format_option("table", "json", "md", "ttl")
@reporting
def show(name: str, form: str) -> None:
    """The dossier of an entity: what it is, every claim about it, and the dissent.

    ID is an id, a label or an alias; or the id of a claim (r0012) or of a source (re-russia).

    \b
    Examples:
      negograph show "Doha agreement"
      negograph show donald-trump --format md
      negograph show r0012
      negograph show re-russia
    """
    from negograph.rdf import is_claim

    kg = load()
    if name in kg.claims() or (is_claim(name) and name not in kg.entities()):
        _show_row(kg.claim(name), "gist", kg.describe(None, (name,)), form)
        return
    if name in kg.corpus.sources:
        count = sum(row["source"] == name for row in kg.corpus.claims.values())
        about = kg.describe(None, source=name)
        _show_row({**kg.corpus.sources[name], "claims": str(count)}, "title", about, form)
        return
    entity = kg.entity(name)
    parts = kg.answer("record", entity=entity.id), kg.answer("disagreements", about=entity.id)
    facts = [(key, ", ".join(value) if isinstance(value, tuple) else value) for key, value in vars(entity).items()]
    if form == "json":
        names = ("record", "disagreements")
        answers = {key: json.loads(answer.to_json()) for key, answer in zip(names, parts, strict=True)}
        click.echo(json.dumps({**vars(entity), **answers}, ensure_ascii=False, indent=1))
    elif form == "ttl":
        click.echo(kg.describe(entity.id, parts[0].claims).to_turtle(), nl=False)
    elif form == "md":
        from negograph.answers import markdown_text

        click.echo(f"# {markdown_text(entity.label)}\n")
        click.echo("".join(f"- {key}: {markdown_text(value)}\n" for key, value in facts if value))
        for answer in parts:
            click.echo(answer.to_markdown())
    else:
        from negograph.terminal import print_answer, print_pairs

        print_pairs(entity.label, facts)
        for answer in parts:
            click.echo()
            print_answer(answer)


def _show_row(row: Mapping[str, str], title: str, statements: Any, form: str) -> None:
    """A claim or a source, cell by cell, under its cell ``title``."""
    if form == "json":
        click.echo(json.dumps(dict(row), ensure_ascii=False, indent=1))
    elif form == "ttl":
        click.echo(statements.to_turtle(), nl=False)
    elif form == "md":
        from negograph.answers import markdown_text

        click.echo("".join(f"- {key}: {markdown_text(value)}\n" for key, value in row.items() if value), nl=False)
    else:
        from negograph.terminal import print_pairs

        print_pairs(row[title], row.items())
