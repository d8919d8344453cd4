"""The group that all commands hang on."""

from __future__ import annotations

import click

from negograph import __version__
from negograph.cli.options import data_option


def _show_version(context: click.Context, _: click.Parameter, value: bool) -> None:
    """The versions of the package and of its data."""
    if value and not context.resilient_parsing:
        from negograph.dataset import packaged_version

        click.echo(f"negograph {__version__}, data {packaged_version()}")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.option(
    "-V",
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Print the versions.",
)
@data_option
def main() -> None:
    """Who negotiated with whom, who was bypassed, what followed, and who says so.

    \b
    Start here:
      negograph ask bypassed-allies
      negograph show "Doha agreement"
      negograph brief "US-Taliban talks"
      negograph questions

    \b
    Completion for your shell (bash, zsh or fish):
      eval "$(negograph completion bash)"
    """
