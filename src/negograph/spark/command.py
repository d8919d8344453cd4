"""The command, for the cluster and for the command line alike."""

from __future__ import annotations

import sys

import click

from negograph.errors import NegographError, printable


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.option(
    "--data", required=True, metavar="URI", help="Folder of the tables: CSV or Parquet, each whole or in parts."
)
@click.option("-o", "--output", metavar="URI", help="Folder for the parts; it must not be there yet.")
@click.option("--graphs", is_flag=True, help="N-Quads with a graph a source, instead of N-Triples.")
@click.option("--check/--no-check", "checked", default=True, show_default=True, help="Check the tables first.")
@click.option("--master", metavar="URL", help="Where to run (local[4], spark://...); spark-submit says it otherwise.")
def spark(data: str, output: str | None, graphs: bool, checked: bool, master: str | None) -> None:
    """Check and build tables that are too large for one machine, with Spark.

    Writes parts of N-Triples or N-Quads that any store bulk-loads; sorted, they are what one machine
    writes. Without --output it only checks. It needs Java and the extra: pip install 'negograph[spark]'.
    docs/scale.md has the arithmetic.

    \b
    Examples:
      negograph spark --data big-tables --master "local[4]"
      negograph spark --data big-tables -o parts --graphs
      spark-submit .../negograph/spark/__main__.py --data s3a://bucket/tables
    """
    from negograph.spark import build, check, session

    if not output and not checked:
        raise click.UsageError("--no-check without --output leaves nothing to do")
    try:
        running = session(master)
        found = check(running, data) if checked else None
        for problem in found.problems if found else ():
            click.echo(str(problem))
        if found and found.problems:
            count = f"{len(found.problems)} problems" + ("" if found.complete else ", and more of the same kinds")
            click.echo(printable(f"{data}: {count}"), err=True)
            sys.exit(1)
        if output:
            build(running, data, output, graphs=graphs, checked=False)
        click.echo(printable(f"wrote {output}" if output else f"{data}: no problems"), err=True)
    except NegographError as error:
        click.echo(printable(f"negograph: {error}", keep="\n"), err=True)
        sys.exit(1)
