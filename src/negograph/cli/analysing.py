"""The commands that analyse: brief, compare, audit, detect, sensitivity, assess and path."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from negograph.cli.catalogue import QuestionGroup, given, parameter_options
from negograph.cli.options import (
    ANSWERS,
    complete_entity,
    data_option,
    format_option,
    load,
    print_rows,
    reporting,
    slice_options,
)
from negograph.cli.root import main

if TYPE_CHECKING:
    from negograph.questions import Question


@main.command()
@click.argument("negotiation", shell_complete=complete_entity)
@click.argument("other", required=False, shell_complete=complete_entity)
@slice_options
@data_option
@format_option(*ANSWERS)
@reporting
def compare(negotiation: str, other: str | None, form: str) -> None:
    """Playbook replay: which earlier talks a case resembles, or the two side by side.

    With one NEGOTIATION: its precedents, the likest first. With OTHER: step by step what both have,
    what is new and what is missing, who plays whose part, and what followed OTHER.

    \b
    Examples:
      negograph compare ukraine-talks-2025
      negograph compare ukraine-talks-2025 us-taliban-talks
      negograph compare ukraine-talks-2025 us-taliban-talks --without re-russia
    """
    print_rows(load().compare(negotiation, other), form)


@main.command()
@click.argument("negotiation", required=False, shell_complete=complete_entity)
@click.option("--full", is_flag=True, help="Show all the steps that only one of two cases has.")
@slice_options
@data_option
@format_option(*ANSWERS)
@reporting
def audit(negotiation: str | None, full: bool, form: str) -> None:
    """Put the parallels that speakers draw to the test of the steps that are told.

    For each parallel and contrast: who draws it, the steps that the two cases share, those that only
    one has, and whether our own measure agrees, with and without the source that draws it.

    \b
    Examples:
      negograph audit
      negograph audit us-russia-talks-2025 --format md
      negograph audit --full
    """
    print_rows(load().audit(negotiation, full=full), form)


@main.command()
@click.argument("negotiation", shell_complete=complete_entity)
@click.option("-o", "--output", metavar="FILE", help="Write a .md or .html file instead of printing.")
@click.option("--full", is_flag=True, help="Shorten no section.")
@slice_options
@data_option
@format_option("md", "html", "table", "json", "csv", "ttl")
@reporting
def brief(negotiation: str, output: str | None, full: bool, form: str) -> None:
    """The briefing on a negotiation: what the sources say of it, every sentence with its footnote.

    \b
    Examples:
      negograph brief us-taliban-talks
      negograph brief "Doha agreement" -o doha.html
      negograph brief ukraine-talks-2025 --full --only strong-arms
    """
    if output and Path(output).suffix not in (".md", ".html"):
        raise click.BadParameter("name a file that ends in .md or .html", param_hint="--output")
    made = load().brief(negotiation, full=full)
    if output:
        from negograph.export import write_atomically

        text = made.to_html() if output.endswith(".html") else made.to_markdown()
        with write_atomically(Path(output)) as stream:
            stream.write(text.encode())
        click.echo(f"wrote {output}", err=True)
    elif form == "html":
        click.echo(made.to_html(), nl=False)
    else:
        print_rows(made, form)


@main.command()
@click.option("--deal", metavar="ENTITY", help="Only these talks or this deal.", shell_complete=complete_entity)
@click.option("--actor", metavar="ENTITY", help="Only this actor.", shell_complete=complete_entity)
@slice_options
@data_option
@format_option(*ANSWERS)
@reporting
def detect(form: str, **values: str | None) -> None:
    """Propose who may have been left out of talks, though no source says so.

    The products are hypotheses of a rule (graph/hypotheses/left-out.rq), with the claims that give
    the absent one a stake; they never enter the graph. --format ttl gives them as ng:Hypothesis.

    \b
    Examples:
      negograph detect
      negograph detect --actor Israel
      negograph detect --deal us-hamas-talks --format ttl
    """
    print_rows(load().detect(**given(values)), form)


def _as_sensitivity(question: Question) -> click.Command:
    @reporting
    def run(form: str, voices: str, **values: str | None) -> None:
        print_rows(load().sensitivity(question.name, voices=voices, **given(values)), form)

    voice = click.Option(
        ["--voices"],
        type=click.Choice(["source", "speaker"]),
        default="source",
        show_default=True,
        help="What a voice is.",
    )
    command = click.Command(
        question.name,
        params=[*parameter_options(question), voice],
        callback=run,
        help=f"Which answers rest on one voice? The question: {question.title}",
        short_help=question.title,
    )
    return slice_options(data_option(format_option(*ANSWERS)(command)))  # type: ignore[return-value]


@main.group(cls=QuestionGroup, make=_as_sensitivity)
@data_option
def sensitivity() -> None:
    """Ask a question again without each voice: which answers change?

    \b
    Examples:
      negograph sensitivity bypassed-allies
      negograph sensitivity judgements --about doha-agreement --voices speaker
    """


@main.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--template", is_flag=True, help="Print a case to start from.")
@slice_options
@data_option
@format_option(*ANSWERS)
@reporting
def assess(file: Path | None, template: bool, form: str) -> None:
    """Set a case of your own against the graph: a small CSV with columns of relations.csv.

    Nearest precedents, what followed there, advice that it breaks, whom it leaves out. Things that
    the graph knows go by id, label or alias; a new one is written with its kind where it first
    stands (State: Ruritania). Nothing of your case enters the data.

    \b
    Examples:
      negograph assess --template > my-case.csv
      negograph assess my-case.csv
    """
    if template:
        from negograph.analysis import template as text

        click.echo(text(), nl=False)
    elif file is None:
        raise click.UsageError("give a FILE, or --template to print one to start from")
    else:
        print_rows(load().assess(file), form)


@main.command()
@click.argument("old", type=click.Path(path_type=Path, file_okay=False))
@click.argument("new", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--data",
    "besides",
    type=click.Path(path_type=Path, file_okay=False),
    multiple=True,
    help="Read both together with this folder, to which their rows refer (may be repeated).",
)
@format_option(*ANSWERS)
@reporting
def diff(old: Path, new: Path, besides: tuple[Path, ...], form: str) -> None:
    """What changed between two versions of the data: two folders of tables.

    \b
    Examples:
      negograph diff data-2025 data-2026
      negograph diff old/ new/ --format csv > changes.csv
      negograph diff my-data-before my-data --data packaged
    """
    from negograph.kg import load as load_folder

    print_rows(load_folder((*besides, old)).diff(load_folder((*besides, new))), form)


@main.command()
@click.argument("start", metavar="A", shell_complete=complete_entity)
@click.argument("end", metavar="B", shell_complete=complete_entity)
@click.option("--limit", type=click.IntRange(1, 20), default=3, show_default=True, help="How many paths.")
@click.option("--avoid", multiple=True, metavar="ENTITY", help="Not through this one (may be repeated).")
@slice_options
@data_option
@format_option(*ANSWERS)
@reporting
def path(start: str, end: str, limit: int, avoid: tuple[str, ...], form: str) -> None:
    """How do A and B hang together? The shortest paths, every hop explained by its claims.

    \b
    Examples:
      negograph path "Ashraf Ghani" "NATO allies"
      negograph path "Ashraf Ghani" "NATO allies" --avoid donald-trump --limit 1
    """
    print_rows(load().path(start, end, limit=limit, avoid=avoid), form)
