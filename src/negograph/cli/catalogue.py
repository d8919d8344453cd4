"""The questions as commands: one subcommand a question, made from the header of its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from negograph.cli.options import complete_entity, complete_source
from negograph.errors import QuestionError, printable

if TYPE_CHECKING:
    from negograph.questions import Parameter, Question


@cache
def catalogue() -> dict[str, Question]:
    """The questions by name."""
    from negograph.ontology import resource
    from negograph.questions import read_questions

    return read_questions(resource("graph", "questions"))


class QuestionGroup(click.Group):
    """One subcommand a question; ``make`` turns a question into a command."""

    def __init__(self, *args: Any, make: Callable[[Question], click.Command], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._make = make

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the questions."""
        return list(catalogue())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The question as a command."""
        question = catalogue().get(cmd_name)
        return None if question is None else self._make(question)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the question; a name that is not there gets a suggestion."""
        if args and not args[0].startswith("-"):
            from negograph.questions import named

            try:
                named(catalogue(), args[0])
            except QuestionError as error:
                click.echo(printable(f"negograph: {error}"), err=True)
                ctx.exit(1)
        return super().resolve_command(ctx, args)


class _Narrowing(click.Option):
    """A parameter of a question as an option."""

    def __init__(self, parameter: Parameter) -> None:
        completes = {"entity": complete_entity, "source": complete_source}
        super().__init__(
            [f"--{parameter.name}"],
            metavar=parameter.type.upper(),
            help=parameter.help[0].upper() + parameter.help[1:] + ".",
            shell_complete=completes.get(parameter.type, _complete_choice),
        )
        self.kinds, self.choices = parameter.kinds, parameter.choices


def _complete_choice(_: click.Context, option: click.Parameter, incomplete: str) -> list[str]:
    """The words of a closed list that begin so, whatever the case."""
    return [each for each in getattr(option, "choices", ()) if each.casefold().startswith(incomplete.casefold())]


def parameter_options(question: Question) -> list[click.Parameter]:
    """The parameters of a question as options."""
    return [_Narrowing(parameter) for parameter in question.parameters]


def given(values: Mapping[str, str | None]) -> dict[str, str]:
    """The parameters that somebody gave a value."""
    return {name: value for name, value in values.items() if value is not None}
