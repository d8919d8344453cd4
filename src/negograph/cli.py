"""The command line: thin, every command a few lines on the knowledge graph.

Data goes to stdout, messages to stderr. Exit code 0 is fine, 1 a problem with the data or the
question, 2 wrong usage.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from negograph import __version__
from negograph.errors import DateError, NegographError, QuestionError

if TYPE_CHECKING:
    from negograph.answers import Answer
    from negograph.errors import Problem
    from negograph.kg import KnowledgeGraph
    from negograph.questions import Question

TABULAR = ("table", "json", "csv", "md")
STATEMENTS = ("ttl", "nt", "rdf", "jsonld")


def _data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--data DIR``, before or after the command's name."""

    def remember(context: click.Context, _: click.Parameter, value: Path | None) -> None:
        if value is not None:
            context.find_root().meta["negograph.data"] = value

    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="NEGOGRAPH_DATA",
        expose_value=False,
        callback=remember,
        help="Folder of the CSV tables (default: the packaged data).",
    )(command)


def _format_option(*formats: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(
        "--format", "form", type=click.Choice(formats), default=formats[0], show_default=True, help="How to print it."
    )


def _data(context: click.Context | None = None) -> Path | None:
    found: Path | None = (context or click.get_current_context()).find_root().meta.get("negograph.data")
    return found


def _load(context: click.Context | None = None) -> KnowledgeGraph:
    from negograph.kg import load

    return load(_data(context))


def _reporting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn the package's own errors into one message and exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except NegographError as error:
            click.echo(f"negograph: {error}", err=True)
            sys.exit(1)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, "-V", "--version", prog_name="negograph")
@_data_option
def main() -> None:
    """Who negotiated with whom, who was bypassed, what followed, and who says so.

    \b
    Start here:
      negograph ask bypassed-allies
      negograph show "Doha agreement"
      negograph questions

    \b
    Completion for your shell (bash, zsh or fish):
      eval "$(_NEGOGRAPH_COMPLETE=bash_source negograph)"
    """


@main.command()
@click.option(
    "--texts",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="Compare with the source texts in this folder as well.",
)
@click.option(
    "--listing",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="With --texts: write each paragraph with its claims to a Markdown file.",
)
@_data_option
@_format_option("text", "json")
@_reporting
def check(texts: Path | None, listing: Path | None, form: str) -> None:
    """Check the tables and report every problem in one run.

    A line of the report is FILE:LINE:COLUMN: CODE: MESSAGE (MEND). Exit code 1 where there is one.
    With --texts, also: the SHA-256 and the paragraphs of each text, and that no cell shares seven
    words in a row with a text.

    \b
    Examples:
      negograph check
      negograph check --data my-data --format json
      negograph check --texts my-texts --listing side-by-side.md
    """
    from negograph.ontology import resource
    from negograph.tables import check as problems_of

    if listing and not texts:
        raise click.UsageError("--listing needs the texts: --texts DIR")
    folder = _data() or resource("data")
    problems = problems_of(folder)
    if texts and not problems:
        problems = _compare(folder, texts, listing)
    if form == "json":
        click.echo(json.dumps([problem.to_dict() for problem in problems], ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            click.echo(str(problem))
    count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}" if problems else "no problems"
    click.echo(f"{folder}: {count}", err=True)
    sys.exit(1 if problems else 0)


def _compare(folder: Path, directory: Path, target: Path | None) -> list[Problem]:
    from negograph import tables, texts
    from negograph.export import write_atomically
    from negograph.ontology import load_ontology

    read = tables.read(folder)
    if target:
        with write_atomically(target) as stream:
            stream.write("\n".join(texts.listing(read, directory)).encode())
    return texts.check_texts(read, load_ontology(), folder, directory)


@main.command()
@_data_option
@_format_option(*TABULAR)
@_reporting
def questions(form: str) -> None:
    """List the questions, with what each can be narrowed by.

    \b
    Examples:
      negograph questions
      negograph questions --format json
    """
    known = list(_questions().values())
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
            "parameters": [
                {"name": parameter.name, "type": parameter.type, "help": parameter.help}
                for parameter in question.parameters
            ],
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


@cache
def _questions() -> dict[str, Question]:
    from negograph.ontology import resource
    from negograph.questions import read_questions

    return read_questions(resource("graph", "questions"))


class _Questions(click.Group):
    """One subcommand a question, made from the header of its file."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the questions."""
        return list(_questions())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The question as a command."""
        question = _questions().get(cmd_name)
        return None if question is None else _as_command(question)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the question; a name that is not there gets a suggestion."""
        if args and not args[0].startswith("-"):
            from negograph.questions import named

            try:
                named(_questions(), args[0])
            except QuestionError as error:
                click.echo(f"negograph: {error}", err=True)
                ctx.exit(1)
        return super().resolve_command(ctx, args)


def _complete_entity(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Ids of entities that begin with what has been typed."""
    return sorted(row for row in _load(context).entities() if row.startswith(incomplete.casefold()))


def _as_command(question: Question) -> click.Command:
    @_reporting
    def run(form: str, as_of: str | None, **values: str | None) -> None:
        kg = _load()
        if as_of:
            kg = _sliced(kg, as_of)
        _print(kg.answer(question.name, **{name: value for name, value in values.items() if value is not None}), form)

    options: list[click.Parameter] = [
        click.Option(
            [f"--{parameter.name}"],
            metavar=parameter.type.upper(),
            help=parameter.help[0].upper() + parameter.help[1:] + ".",
            shell_complete=_complete_entity if parameter.type == "entity" else None,
        )
        for parameter in question.parameters
    ]
    options.append(
        click.Option(["--as-of"], metavar="DATE", help="Leave out what begins later (2019, 2019-06, 2019-06-30).")
    )
    command = click.Command(
        question.name,
        params=options,
        callback=run,
        help=f"{question.title}\n\n{question.summary}",
        short_help=question.title,
    )
    return _data_option(_format_option(*TABULAR)(command))  # type: ignore[return-value]


def _sliced(kg: KnowledgeGraph, text: str) -> KnowledgeGraph:
    from negograph.dates import bounds

    try:
        day = bounds(text).latest
    except DateError as error:
        raise click.BadParameter(str(error), param_hint="--as-of") from None
    if day is None:
        raise click.BadParameter("name a day, a month or a year", param_hint="--as-of")
    sliced, gone = kg.as_of(day)
    message = f"as of {day}: {gone['entities']} entities and {gone['relations']} claims that begin later are left out; "
    click.echo(message + "what bears no date stays", err=True)
    return sliced


@main.group(cls=_Questions)
@_data_option
def ask() -> None:
    """Answer a question by its name.

    An entity is given by its id, its label or an alias. Each question has a --help of its own.

    \b
    Examples:
      negograph ask bypassed-allies
      negograph ask bypassed-allies --ally NATO --format md
      negograph ask tactics --negotiation us-taliban-talks --as-of 2020
    """


@main.command()
@click.argument("file", required=False, type=click.File("r", encoding="utf-8"))
@click.option("-e", "--execute", "text", metavar="SPARQL", help="The query itself.")
@_data_option
@_format_option(*TABULAR, *STATEMENTS)
@_reporting
def query(file: Any, text: str | None, form: str) -> None:
    """Run a SPARQL query from FILE, from stdin (-), or from -e.

    SELECT, ASK, CONSTRUCT and DESCRIBE. The prefixes ng, ngi, ngc, ngs, ngp, rdf, rdfs, skos, prov,
    dcterms, schema, xsd and more are declared already.

    \b
    Examples:
      negograph query -e "SELECT ?who { ngi:us-taliban-talks ng:sidelined ?who }"
      negograph query my.rq --format csv > rows.csv
      negograph query -e "DESCRIBE ngi:doha-agreement" --format ttl
    """
    if (file is None) == (text is None):
        raise click.UsageError("give one query: a FILE, - for stdin, or -e SPARQL")
    _print(_load().query(text if text is not None else file.read()), form)


@main.command()
@click.argument("name", metavar="ID", shell_complete=_complete_entity)
@_data_option
@_format_option("table", "json", "md", "ttl")
@_reporting
def show(name: str, form: str) -> None:
    """The dossier of an entity: what it is, every claim about it, and the dissent.

    ID is an id, a label or an alias; or the id of a claim (r0012).

    \b
    Examples:
      negograph show "Doha agreement"
      negograph show donald-trump --format md
      negograph show r0012
    """
    kg = _load()
    if name in kg.claims():
        _show_claim(kg, name, form)
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
        click.echo(f"# {entity.label}\n")
        click.echo("".join(f"- {key}: {value}\n" for key, value in facts if value))
        for answer in parts:
            click.echo(answer.to_markdown())
    else:
        from negograph.terminal import print_answer, print_pairs

        print_pairs(entity.label, facts)
        for answer in parts:
            click.echo()
            print_answer(answer)


def _show_claim(kg: KnowledgeGraph, name: str, form: str) -> None:
    """A claim, cell by cell."""
    claim = kg.claim(name)
    if form == "json":
        click.echo(json.dumps(claim, ensure_ascii=False, indent=1))
    elif form == "ttl":
        click.echo(kg.describe(None, (name,)).to_turtle(), nl=False)
    elif form == "md":
        click.echo("".join(f"- {key}: {value}\n" for key, value in claim.items() if value), nl=False)
    else:
        from negograph.terminal import print_pairs

        print_pairs(claim["gist"], claim.items())


@main.command()
@click.option("-o", "--output", required=True, metavar="FILE", help="Where to write; the suffix says the format.")
@click.option("--format", "form", metavar="SUFFIX", help="The format, where the suffix does not say it.")
@click.option("--rdf12", is_flag=True, help="Claims as RDF 1.2 reifiers (ttl, nt, nq, trig).")
@_data_option
@_reporting
def export(output: str, form: str | None, rdf12: bool) -> None:
    """Write the whole graph to a file: all of it, or nothing.

    \b
    .ttl .nt .rdf .jsonld   RDF
    .nq .trig               RDF, one named graph a source
    .graphml .gexf          network: entities and claims
    .csv                    every claim in one flat table
    .sqlite                 the four tables as a database
    a folder (DIR/)         the CSV tables, in canonical form

    \b
    Examples:
      negograph export -o negograph.ttl
      negograph export -o world.trig --rdf12
      negograph export -o my-data/
    """
    _load().export(output, format=form, rdf12=rdf12)
    click.echo(f"wrote {output}", err=True)


@main.command()
@click.option(
    "-o", "--output", default="explore.html", show_default=True, metavar="FILE", help="Where to write; - is stdout."
)
@click.option(
    "--focus", metavar="ID", shell_complete=_complete_entity, help="Open on this entity (id, label, alias) or claim."
)
@click.option("--story", metavar="NAME", help="Open on the first step of this story.")
@click.option("--open", "show", is_flag=True, help="Show it in the browser.")
@_data_option
@_reporting
def explore(output: str, focus: str | None, story: str | None, show: bool) -> None:
    """Write the explorer: the whole graph as one HTML file.

    Ledger, lanes, network and table, with filters, search, and the speaker, source and paragraph of
    every claim. The file opens from disk, works offline and asks the network for nothing.

    \b
    Examples:
      negograph explore
      negograph explore -o nato.html --focus "NATO allies" --open
      negograph explore --data my-data -o - > page.html
    """
    if show and output == "-":
        raise click.UsageError("--open needs a file: -o FILE")
    page = _load().explore(focus=focus, story=story)
    if output == "-":
        sys.stdout.buffer.write(page.html.encode())
        return
    if show:
        page.open(output)
    else:
        page.write(output)
    click.echo(f"wrote {output}", err=True)


def _print(result: Any, form: str) -> None:
    """Print the result of a query in the format asked for, or say that it has none such."""
    from negograph.answers import Subgraph

    if isinstance(result, bool):
        document = {"head": {}, "boolean": result}
        click.echo(json.dumps(document) if form == "json" else str(result).lower())
    elif isinstance(result, Subgraph):
        if form not in ("table", *STATEMENTS):
            raise QuestionError(f"statements cannot be printed as {form}; take {', '.join(STATEMENTS)}")
        click.echo(result.to_text("ttl" if form == "table" else form), nl=False)
    elif form in STATEMENTS:
        raise QuestionError(f"rows cannot be printed as {form}; take {', '.join(TABULAR)}, or ask with CONSTRUCT")
    else:
        _print_rows(result, form)


def _print_rows(answer: Answer, form: str) -> None:
    if form == "table":
        from negograph.terminal import print_answer

        print_answer(answer)
    else:
        texts = {"json": answer.to_json, "csv": answer.to_csv, "md": answer.to_markdown}
        click.echo(texts[form](), nl=False)
