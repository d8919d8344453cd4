"""The command that puts the graph on an engine elsewhere: publish."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from negograph.cli.options import SECONDS, data_option, load, reporting, slice_options
from negograph.cli.root import main


@main.command()
@click.option("--endpoint", metavar="URL", help="Where the engine speaks the Graph Store HTTP Protocol.")
@click.option(
    "--graph", default="", metavar="IRI", help="The named graph that is replaced (default: the default graph)."
)
@click.option(
    "--protocol",
    type=click.Choice(["graph-store", "file"]),
    default="graph-store",
    show_default=True,
    help="PUT it, or write a file and say how engines load it.",
)
@click.option("-o", "--output", metavar="FILE", help="With --protocol file: where to write (.nt, .ttl, .rdf).")
@click.option(
    "--check", metavar="URL", help="Ask every question of this SPARQL endpoint, and compare with the graph here."
)
@click.option(
    "--time-limit", type=SECONDS, metavar="SECONDS", help="Wait so long (default: 600 to publish, 60 to ask)."
)
@slice_options
@data_option
@reporting
def publish(
    endpoint: str | None, graph: str, protocol: str, output: str | None, check: str | None, time_limit: float | None
) -> None:
    """Put the graph on a SPARQL engine, and check that it answers there as here.

    One PUT replaces the graph on the engine. NEGOGRAPH_AUTH=user:password, or the URL, holds the
    password of an engine that asks for one.

    \b
    Examples:
      negograph publish --endpoint http://localhost:7878/store
      negograph publish --endpoint URL --graph https://example.org/deals
      negograph publish --protocol file -o negograph.nt
      negograph publish --check http://localhost:7878/query
    """
    if protocol == "file":
        if endpoint or not output:
            raise click.UsageError("--protocol file writes a file and sends nothing: give -o FILE and no --endpoint")
        from negograph.endpoint import LOADED

        if Path(output).suffix not in LOADED:
            raise click.BadParameter(f"name a file that ends in {', '.join(LOADED)}", param_hint="--output")
    elif output:
        raise click.UsageError("-o FILE goes with --protocol file")
    elif not (endpoint or check):
        raise click.UsageError("give --endpoint URL to publish, --check URL to compare, or --protocol file -o FILE")
    from negograph.endpoint import connect, differences, loading, put_graph

    engine = connect(check, graph=graph, **({"time_limit": time_limit} if time_limit else {})) if check else None
    kg = load()
    if output:
        kg.export(output)
        click.echo(f"wrote {output}: {len(kg.store)} statements", err=True)
        click.echo(loading(Path(output), graph), nl=False)
    if endpoint:
        put_graph(kg.store, endpoint, graph=graph, time_limit=time_limit or 600.0, progress=_progress)
        click.echo(f"published {len(kg.store)} statements", err=True)
    if engine:
        worse = 0
        for name, missing, surplus in differences(kg.answer, engine):
            if missing or surplus:
                worse += 1
                click.echo(f"{name}: {missing} rows missing there, {surplus} too many")
        count = len(engine.questions)
        click.echo(f"{count - worse} of {count} questions give the same rows there as here", err=True)
        sys.exit(1 if worse else 0)


def _progress(sent: int, total: int) -> None:
    """On a line of its own at a terminal, once at the end elsewhere."""
    if sys.stderr.isatty():
        click.echo(f"\r{sent:,} of {total:,} bytes", nl=sent == total, err=True)
    elif sent == total:
        click.echo(f"sent {total:,} bytes", err=True)
