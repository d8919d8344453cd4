"""The command that serves: the graph over HTTP."""

from __future__ import annotations

import re

import click

from negograph.cli.options import data_option, load, reporting, slice_options
from negograph.cli.root import main


def _size(_: click.Context, __: click.Parameter, value: str) -> int:
    """The number of bytes of ``500M`` or ``1.5G``."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([MG])", value)
    size = int(float(match[1]) * 2 ** {"M": 20, "G": 30}[match[2]]) if match else 0
    if size < 2**28:
        raise click.BadParameter(f"'{value}' is no size of at least 256M; write 500M or 1.5G")
    return size


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free one.")
@click.option(
    "--time-limit", type=click.FloatRange(0.1, 600), default=2.0, show_default=True, help="Seconds a query may take."
)
@click.option("--row-limit", type=click.IntRange(1), default=10_000, show_default=True, help="Rows of an answer.")
@click.option(
    "--memory-limit", metavar="SIZE", callback=_size, default="1.5G", show_default=True, help="Memory of a query."
)
@click.option("--workers", type=click.IntRange(1, 64), default=None, help="Queries at once (default: two a core).")
@click.option("--queue", type=click.IntRange(0), default=64, show_default=True, help="How many may wait.")
@click.option("--cors/--no-cors", default=True, show_default=True, help="Whether scripts of any site may read.")
@slice_options
@data_option
@reporting
def serve(
    host: str,
    port: int,
    time_limit: float,
    row_limit: int,
    memory_limit: int,
    workers: int | None,
    queue: int,
    cors: bool,
) -> None:
    """Serve the graph: SPARQL, the questions over HTTP, and a page for each thing.

    Read-only. A query runs in a process of its own, which ends at the limits. It needs the extra:
    pip install 'negograph[server]'. docs/serving.md has the addresses and how to run it for good.

    \b
    Examples:
      negograph serve
      negograph serve --port 8080 --time-limit 5
      negograph serve --host 0.0.0.0 --data my-data
    """
    from negograph.server import Settings, serve

    given = {"places": workers} if workers else {}
    settings = Settings(host, port, time_limit, row_limit, memory_limit, queue=queue, cors=cors, **given)
    serve(load(in_memory=True), settings)
