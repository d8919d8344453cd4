"""The group that all commands hang on."""

from __future__ import annotations

import click

from negograph import __version__
from negograph.cli.options import data_option


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, "-V", "--version", prog_name="negograph")
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
      eval "$(_NEGOGRAPH_COMPLETE=bash_source negograph)"
    """
