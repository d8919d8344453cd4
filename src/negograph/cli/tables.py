"""The commands about the tables as a whole: check, build, export and pages."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from negograph.cli.options import (
    data_folders,
    data_option,
    format_option,
    load,
    progress,
    reporting,
    slice_options,
    tables_named,
)
from negograph.cli.root import main
from negograph.errors import printable

if TYPE_CHECKING:
    from negograph.errors import Problem


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
@data_option
@format_option("text", "json")
@reporting
def check(texts: Path | None, listing: Path | None, form: str) -> None:
    """Check the tables and report every problem in one run.

    A line of the report is PATH:LINE:COLUMN: CODE: MESSAGE (MEND). Exit code 1 where there is one.
    With --texts, also: the SHA-256 and the paragraphs of each text, and that no cell shares seven
    words in a row with a text. Of several folders, one none of whose texts are there is left at that.

    \b
    Examples:
      negograph check
      negograph check --data my-data --format json
      negograph check --data packaged --data my-data
      negograph check --data packaged --data my-data --texts my-texts
      negograph check --texts my-texts --listing side-by-side.md
    """
    from negograph.tables import check as problems_of

    if listing and not texts:
        raise click.UsageError("--listing needs the texts: --texts DIR")
    named = tables_named()
    problems = problems_of(named)
    if texts and not problems:
        problems = _compare(named, texts, listing)
    if form == "json":
        click.echo(_json([problem.to_dict() for problem in problems]))
    else:
        for problem in problems:
            click.echo(str(problem))
    count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}" if problems else "no problems"
    click.echo(printable(f"{' + '.join(map(str, named))}: {count}"), err=True)
    sys.exit(1 if problems else 0)


def _json(rows: list[dict[str, str | int]]) -> str:
    """Rows as JSON, readable, and with nothing in it that a terminal would act on."""
    text = json.dumps(rows, ensure_ascii=False, indent=1)
    return "".join(each if each.isprintable() or each == "\n" else json.dumps(each)[1:-1] for each in text)


def _compare(folders: list[Path], directory: Path, target: Path | None) -> list[Problem]:
    from negograph import tables, texts
    from negograph.export import write_atomically
    from negograph.ontology import load_ontology

    read = tables.read(folders)
    if target:
        with write_atomically(target) as stream:
            stream.write("\n".join(texts.listing(read, directory)).encode())
    return texts.check_texts(read, load_ontology(), folders, directory)


@main.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="The folder of the store; a store that is there is replaced.",
)
@data_option
@reporting
def build(output: Path) -> None:
    """Build a store of the tables on disk, which every command then opens in an instant.

    Give it to --data in place of the tables. It is read-only, and whole or not there at all: a
    crash leaves the old one. Tables of more than some 10,000 rows are kept like this anyway, in
    your cache directory; NEGOGRAPH_CACHE=DIR moves it, NEGOGRAPH_CACHE=off does without.

    \b
    Examples:
      negograph build -o my-store --data my-data
      negograph ask bypassed-allies --data my-store
      negograph build -o everything --data packaged --data my-data
    """
    from negograph.kg import build

    with progress() as watch:
        build(output, data_folders() or None, watch=watch)
    click.echo(printable(f"wrote {output}"), err=True)


@main.command()
@click.option("-o", "--output", required=True, metavar="FILE", help="Where to write; the suffix says the format.")
@click.option("--format", "form", metavar="SUFFIX", help="The format, where the suffix does not say it.")
@click.option("--rdf12", is_flag=True, help="Claims as RDF 1.2 reifiers (ttl, nt, nq, trig).")
@slice_options
@data_option
@reporting
def export(output: str, form: str | None, rdf12: bool) -> None:
    """Write the whole graph to a file: all of it, or nothing.

    \b
    .ttl .nt .rdf .jsonld   RDF
    .nq .trig               RDF, one named graph a source
    .graphml .gexf          network: entities and claims
    .csv                    every claim in one flat table
    .sqlite                 the tables as a database
    a folder (DIR/)         the CSV tables, in canonical form

    \b
    Examples:
      negograph export -o negograph.ttl
      negograph export -o world.trig --rdf12
      negograph export -o my-data/
    """
    load().export(output, format=form, rdf12=rdf12)
    click.echo(f"wrote {output}", err=True)


@main.command()
@click.option("-o", "--output", required=True, metavar="DIR", help="The folder to write, new or written before.")
@slice_options
@data_option
@reporting
def pages(output: str) -> None:
    """Write a page for each entity, claim, source and term: a folder to publish.

    Each thing as .html, .ttl and .jsonld under the path of its IRI, an index, the data in every format, their
    description (DCAT, VoID), and the explorer. The pages need no server of ours, no script and no network;
    docs/howto/publish.md says how IRIs lead to them.

    \b
    Examples:
      negograph pages -o site
      negograph pages -o site --data my-data
    """
    count = load().pages(output)
    click.echo(f"wrote {count} files into {output}", err=True)
