"""The group that all commands hang on, and where each of them is."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from negograph import __version__
from negograph.cli.options import data_option

COMMANDS = {
    "ask": ("asking", "Answer a question by its name."),
    "assess": ("analysing", "Set a case of your own against the graph."),
    "audit": ("analysing", "Put the parallels that speakers draw to the test."),
    "brief": ("analysing", "The briefing on a negotiation, with footnotes."),
    "build": ("tables", "Build a store on disk, which opens in an instant."),
    "check": ("tables", "Check the tables and report every problem in one run."),
    "compare": ("analysing", "Which earlier talks a case resembles; two side by side."),
    "completion": ("completing", "Print the script that completes commands and ids."),
    "detect": ("analysing", "Propose who may have been left out of talks."),
    "diff": ("analysing", "What changed between two versions of the data."),
    "explore": ("exploring", "Write the explorer: the whole graph as one HTML file."),
    "export": ("tables", "Write the whole graph to a file: all of it, or nothing."),
    "import": ("importing", "Bring other people's data into tables of ours."),
    "pages": ("tables", "Write a page for each thing: a folder to publish."),
    "path": ("analysing", "How do A and B hang together? The shortest paths."),
    "publish": ("publishing", "Put the graph on a SPARQL engine, and check it there."),
    "query": ("asking", "Run a SPARQL query from a file, from stdin, or from -e."),
    "questions": ("asking", "List the questions, with what each can be narrowed by."),
    "sensitivity": ("analysing", "Ask a question again without each voice."),
    "serve": ("serving", "Serve the graph: SPARQL, questions, pages."),
    "show": ("asking", "Everything about an entity, and the dissent."),
    "spark": ("parts", "Check and build tables too large for one machine."),
}
"""Name to the module that has the command, and what --help says of it in one line."""


class Commands(click.Group):
    """Commands that are imported when they are run: a list of them needs none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name, (_, summary) in COMMANDS.items():
            self.add_command(click.Command(name, short_help=summary))  # gives way to the real one

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself."""
        if cmd_name in COMMANDS:
            import_module(f"negograph.cli.{COMMANDS[cmd_name][0]}")
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


def _show_version(context: click.Context, _: click.Parameter, value: bool) -> None:
    """The versions of the package and of its data."""
    if value and not context.resilient_parsing:
        from negograph.dataset import packaged_version

        click.echo(f"negograph {__version__}, data {packaged_version()}")
        context.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
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
