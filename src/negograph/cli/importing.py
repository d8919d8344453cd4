"""The commands that bring other people's data into our tables: import pax, ucdp, polecat, gdelt, icews."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from negograph.cli.options import Command, data_option, reporting, tables_named
from negograph.cli.root import main

if TYPE_CHECKING:
    from negograph.importers import Account
    from negograph.tables import Row


@main.group(name="import")
def importing() -> None:
    """Bring other people's data into tables of ours.

    FILE is your own copy: none of these data come with negograph. DIR gets the tables, same.csv
    (which actor is known under which id), undecided.csv (near names, for you to decide) and
    report.csv (what became of every record). Licences: docs/importing.md.

    \b
    Examples:
      negograph import pax pax_all_agreements_data.csv -o pax
      negograph import ucdp ucdp-peace-agreements-221.csv -o ucdp
      negograph detect --data packaged --data pax
    """


def _options(command: Command) -> Command:
    directory = click.Path(path_type=Path, file_okay=False)
    where = click.option("-o", "--output", required=True, type=directory, metavar="DIR", help="Where the tables go.")
    return where(data_option(reporting(command)))


def _known() -> tuple[Row, ...]:
    """The entities whose actors names are matched with: those of ``--data``, or the packaged ones."""
    from negograph import tables

    return tables.read(tables_named())["entities"].rows


def _progress(count: int) -> None:
    click.echo(f"{count:,} records read", err=True)


def _say(account: Account, directory: Path) -> None:
    click.echo(str(account), err=True)
    click.echo(f"wrote {directory}", err=True)


_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
_FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))


@importing.command()
@_FILE
@_options
def pax(file: Path, output: Path) -> None:
    """PA-X peace agreements (all agreements, CSV). Non-commercial licence.

    \b
    Examples:
      negograph import pax pax_all_agreements_data.csv -o pax
      negograph check --data packaged --data pax
    """
    from negograph.importers import import_pax

    _say(import_pax(file, output, _known(), _progress), output)


@importing.command()
@_FILE
@_options
def ucdp(file: Path, output: Path) -> None:
    """UCDP Peace Agreement Dataset (CSV). CC BY 4.0.

    \b
    Example:
      negograph import ucdp ucdp-peace-agreements-221.csv -o ucdp
    """
    from negograph.importers import import_ucdp

    _say(import_ucdp(file, output, _known(), _progress), output)


def _of_events(name: str, title: str, example: str) -> Callable[..., None]:
    @importing.command(name=name, help=f"{title}\n\n\b\nExample:\n  negograph import {name} {example} -o {name}")
    @_FILES
    @_options
    def command(files: tuple[Path, ...], output: Path) -> None:
        from negograph.importers import import_events

        _say(import_events(name, files, output, _known(), _progress), output)

    return command


_of_events("polecat", "POLECAT events (tab-separated, with headers). CC0.", "ngecEvents.DV.2024-01.txt")
_of_events("gdelt", "GDELT 2.0 events (tab-separated, 61 columns, no headers). Open.", "20250829120000.export.CSV")
_of_events("icews", "ICEWS events (tab-separated, with headers). CC0.", "Events.2020.tab")
