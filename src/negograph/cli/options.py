"""What commands share: the data and the slices of it, formats, errors, completion and printing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from negograph.errors import DateError, NegographError, QuestionError, printable

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rich.progress import Progress

    from negograph.answers import Answer
    from negograph.endpoint import Endpoint
    from negograph.kg import KnowledgeGraph
    from negograph.reports import Report
    from negograph.stores import Watch

TABULAR = ("table", "json", "csv", "md")
ANSWERS = (*TABULAR, "ttl")
STATEMENTS = ("ttl", "nt", "rdf", "jsonld")

SECONDS = click.FloatRange(min=0, min_open=True, max=86400)
"""A number of seconds, as an option takes it."""

Command = Callable[..., Any]
_DATA, _SLICES, _ENDPOINT = "negograph.data", "negograph.slices", "negograph.endpoint"
_TOLD = "negograph.told"
"""Whether the data were named on the command line, and not by the environment."""


def data_option(command: Command) -> Command:
    """``--data DIR``, before or after the command's name; several folders are read as one."""

    def remember(context: click.Context, option: click.Parameter, value: tuple[str, ...]) -> None:
        told = context.get_parameter_source(str(option.name)) is not ParameterSource.ENVIRONMENT
        meta = context.find_root().meta
        if value and (told or not meta.get(_TOLD)):  # each command reads the variable anew
            from pathlib import Path

            meta[_DATA], meta[_TOLD] = tuple(map(Path, value)), told

    return click.option(
        "--data",
        type=click.Path(file_okay=False),
        envvar="NEGOGRAPH_DATA",
        expose_value=False,
        multiple=True,
        callback=remember,
        help="Folder of the CSV tables (may be repeated; default: packaged, the packaged data), or a built store.",
    )(command)


def slice_options(command: Command) -> Command:
    """``--as-of DATE``, ``--without``, ``--only`` and ``--speaker``: which part of the graph answers."""

    def remember(context: click.Context, option: click.Parameter, value: Any) -> None:
        if value:
            context.find_root().meta.setdefault(_SLICES, {})[option.name] = value

    def option(*names: str, **kwargs: Any) -> None:
        nonlocal command
        command = click.option(*names, expose_value=False, callback=remember, **kwargs)(command)

    option("--as-of", metavar="DATE", help="Leave out what begins later (2019, 2019-06, 2019-06-30).")
    option(
        "--speaker",
        "speakers",
        multiple=True,
        metavar="WHO",
        shell_complete=complete_voice,
        help="Hear only this speaker (may be repeated).",
    )
    option(
        "--only",
        multiple=True,
        metavar="SOURCE",
        shell_complete=complete_source,
        help="Hear only this source (may be repeated).",
    )
    option(
        "--without",
        multiple=True,
        metavar="VOICE",
        shell_complete=complete_voice,
        help="Leave out this source or speaker (may be repeated).",
    )
    return command


def endpoint_options(command: Command, limit: str = "With --endpoint: wait so long (default: 60).") -> Command:
    """``--endpoint URL``, ``--graph`` and ``--time-limit``: ask an engine elsewhere."""

    def remember(context: click.Context, option: click.Parameter, value: Any) -> None:
        if value is not None:
            context.find_root().meta.setdefault(_ENDPOINT, {})[option.name] = value

    def option(*names: str, **kwargs: Any) -> None:
        nonlocal command
        command = click.option(*names, expose_value=False, callback=remember, **kwargs)(command)

    option("--time-limit", type=SECONDS, metavar="SECONDS", help=limit)
    option("--graph", metavar="IRI", help="With --endpoint: ask this named graph.")
    option("--endpoint", "url", metavar="URL", help="Ask this SPARQL 1.1 engine, not the graph in here.")
    return command


def query_options(command: Command) -> Command:
    """The same for a query of one's own, which ``--time-limit`` ends in here too."""
    return endpoint_options(command, "End it after so long (with --endpoint: 60 unless you say).")


def time_limit() -> float | None:
    """The seconds that a query in here has; an engine elsewhere gets its own."""
    given = click.get_current_context().find_root().meta.get(_ENDPOINT, {})
    return None if "url" in given else given.get("time_limit")


def format_option(*formats: str) -> Callable[[Command], Command]:
    """``--format``, the first of ``formats`` unless somebody says otherwise."""
    return click.option(
        "--format", "form", type=click.Choice(formats), default=formats[0], show_default=True, help="How to print it."
    )


def data_folders(context: click.Context | None = None) -> tuple[Path, ...]:
    """The folders that ``--data`` names; none is the packaged data."""
    found: tuple[Path, ...] = (context or click.get_current_context()).find_root().meta.get(_DATA, ())
    return found


def tables_named() -> list[Path]:
    """The folders of tables that ``--data`` names, or the packaged one, for what a built store cannot do."""
    from negograph.stores import is_built
    from negograph.tables import PACKAGED, folders

    named = folders(data_folders() or PACKAGED)
    if any(map(is_built, named)):
        raise click.UsageError("a built store has been checked; name the tables that it was built of")
    return named


def load(context: click.Context | None = None, *, in_memory: bool = False) -> KnowledgeGraph:
    """The graph that the options ask for; what a slice leaves out is said on stderr."""
    from negograph.kg import load

    context = context or click.get_current_context()
    with progress() as watch:
        kg = load(data_folders(context), watch=watch, in_memory=in_memory)
    slices = dict(context.find_root().meta.get(_SLICES, {}))
    if "as_of" in slices:
        day = _day(slices.pop("as_of"))
        kg, gone = kg.as_of(day)
        message = f"as of {day}: {gone['entities']} entities and {gone['relations']} claims that begin later are left"
        click.echo(f"{message} out; what bears no date stays", err=True)
    if slices:
        before = len(kg)
        kg, gone = kg.heard(**slices)
        click.echo(f"{gone['relations']} of {before} claims are left out", err=True)
    return kg


def asked(*, limited: bool = False) -> KnowledgeGraph | Endpoint:
    """Whom to ask: the engine that ``--endpoint`` names, or the graph in here, which ``limited`` bounds by itself."""
    context = click.get_current_context()
    elsewhere = dict(context.find_root().meta.get(_ENDPOINT, {}))
    if "url" not in elsewhere:
        for name in elsewhere.keys() - ({"time_limit"} if limited else set()):
            raise click.UsageError(f"--{name.replace('_', '-')} needs --endpoint URL")
        return load(context)
    for key, names in {_TOLD: "--data", _SLICES: "--as-of, --without, --only and --speaker"}.items():
        if context.find_root().meta.get(key):
            raise click.UsageError(f"{names} cut or choose the graph in here and cannot go with --endpoint")
    from negograph.endpoint import connect

    return connect(**elsewhere)


@contextmanager
def progress() -> Iterator[Watch]:
    """A bar on stderr for work that takes long; nothing where nobody looks, and nothing before there is work."""
    shown: list[Progress] = []

    def watch(what: str, done: int, total: int) -> None:
        if not shown and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress

            shown.append(Progress(console=Console(stderr=True), transient=True))
            shown[0].add_task(what)
            shown[0].start()
        for bar in shown:
            bar.update(bar.task_ids[0], description=what, completed=done, total=total or None)

    try:
        yield watch
    finally:
        for bar in shown:
            bar.stop()


def _day(text: str) -> date:
    from negograph.dates import day_of

    try:
        return day_of(text)
    except DateError as error:
        raise click.BadParameter(str(error), param_hint="--as-of") from None


def reporting(command: Command) -> Command:
    """Turn the package's own errors into one message and exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except NegographError as error:
            click.echo(printable(f"negograph: {error}", keep="\n"), err=True)
            sys.exit(1)

    return run


def complete_entity(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Ids of entities that begin with what has been typed; of those kinds alone that the parameter takes."""
    kinds = getattr(parameter, "kinds", ())
    return _beginning(
        incomplete, context, lambda kg: [e for e in kg.entities() if not kinds or kg.corpus.is_a(e, *kinds)]
    )


def complete_source(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Ids of sources that begin with what has been typed."""
    return _beginning(incomplete, context, lambda kg: kg.corpus.sources)


def complete_voice(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Ids of sources and actors that begin with what has been typed."""
    return _beginning(
        incomplete, context, lambda kg: [*kg.corpus.sources, *(e for e in kg.entities() if kg.corpus.is_a(e, "Actor"))]
    )


def complete_shown(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Ids of whatever can be shown: entities, sources, and claims once a digit is there."""
    claims = any(map(str.isdigit, incomplete))
    return _beginning(
        incomplete, context, lambda kg: [*kg.entities(), *kg.corpus.sources, *(kg.claims() if claims else ())]
    )


def complete_story(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Names of stories that begin with what has been typed."""
    return _beginning(incomplete, context, lambda kg: {row["story"] for row in kg.corpus.tables["stories"]})


def _beginning(incomplete: str, context: click.Context, words: Callable[[KnowledgeGraph], Iterable[str]]) -> list[str]:
    """Those of the words that begin so; none where there are no sound data: nobody asked for a message yet."""
    from negograph.kg import load

    try:
        kg = load(data_folders(context))
    except NegographError:
        return []
    return sorted({each for each in words(kg) if each.startswith(incomplete.casefold())})


def print_result(result: Any, form: str) -> None:
    """Print the result of a query in the format asked for, or say that it has none such."""
    from negograph.answers import Subgraph

    if isinstance(result, bool):
        import json

        document = {"head": {}, "boolean": result}
        click.echo(json.dumps(document) if form == "json" else str(result).lower())
    elif isinstance(result, Subgraph):
        if form not in ("table", *STATEMENTS):
            raise QuestionError(f"statements cannot be printed as {form}; take {', '.join(STATEMENTS)}")
        click.echo(result.to_text("ttl" if form == "table" else form), nl=False)
    elif form not in ANSWERS or (form == "ttl" and result.solutions and not result.claims):
        raise QuestionError(f"these rows cannot be printed as {form}; take {', '.join(TABULAR)}, or ask with CONSTRUCT")
    else:
        print_rows(result, form)


def print_rows(result: Answer | Report, form: str) -> None:
    """Print an answer or a report in one of the tabular formats."""
    if form == "table":
        from negograph import terminal

        terminal.print_rows(result)
    else:
        texts = {"json": result.to_json, "csv": result.to_csv, "md": result.to_markdown, "ttl": result.to_turtle}
        click.echo(texts[form](), nl=False)
