"""The command that writes the explorer."""

from __future__ import annotations

import sys

import click

from negograph.cli.options import complete_shown, complete_story, data_option, load, reporting, slice_options
from negograph.cli.root import main


@main.command()
@click.option(
    "-o", "--output", default="explore.html", show_default=True, metavar="FILE", help="Where to write; - is stdout."
)
@click.option(
    "--focus", metavar="ID", shell_complete=complete_shown, help="Open on this entity (id, label, alias) or claim."
)
@click.option("--story", metavar="NAME", shell_complete=complete_story, help="Open on the first step of this story.")
@click.option("--open", "show", is_flag=True, help="Show it in the browser.")
@slice_options
@data_option
@reporting
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
    page = load().explore(focus=focus, story=story)
    if output == "-":
        sys.stdout.buffer.write(page.html.encode())
        return
    if show:
        page.open(output)
    else:
        page.write(output)
    click.echo(f"wrote {output}", err=True)
