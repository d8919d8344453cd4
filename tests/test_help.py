"""What every command says of itself on 80 columns, to the letter: ``python tests/test_help.py`` writes it anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from negograph.cli import main

HELP = Path(__file__).with_name("help.txt")


def names(command: click.Command, context: click.Context, *before: str) -> Iterator[tuple[str, ...]]:
    """The words by which each command is called; of what ``sensitivity`` asks again, one stands for all."""
    yield before
    if isinstance(command, click.Group):
        listed = command.list_commands(context)
        for name in listed[:1] if before == ("sensitivity",) else listed:
            found = command.get_command(context, name)
            assert found
            assert found.name == name
            yield from names(found, click.Context(found, parent=context, info_name=name), *before, name)


def helped() -> str:
    run = CliRunner().invoke
    texts = []
    for words in names(main, click.Context(main)):
        done = run(main, [*words, "--help"], prog_name="negograph")
        assert (done.exit_code, done.stderr) == (0, "")
        texts.append(f"$ {' '.join(['negograph', *words, '--help'])}\n{done.stdout}")
    return "\n".join(texts)


def test_every_command_says_what_is_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    found = helped()
    assert max(map(len, found.splitlines())) <= 80
    assert found == HELP.read_text(encoding="utf-8"), "python tests/test_help.py writes it anew"


if __name__ == "__main__":
    os.environ["COLUMNS"] = "80"
    HELP.write_text(helped(), encoding="utf-8")
