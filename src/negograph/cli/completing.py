"""The command that prints completion scripts."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from negograph.cli.root import main


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that completes commands, questions and ids of entities.

    bash: put the first line below into ~/.bashrc. zsh: the second into ~/.zshrc, after compinit. fish: run
    the third once.

    \b
    Examples:
      eval "$(negograph completion bash)"
      eval "$(negograph completion zsh)"
      negograph completion fish > ~/.config/fish/completions/negograph.fish
    """
    known = get_completion_class(shell)
    assert known is not None
    click.echo(known(main, {}, "negograph", "_NEGOGRAPH_COMPLETE").source(), nl=False)
