"""What can go wrong, as one tree of exceptions below :class:`NegographError`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A mend that names the known word nearest to ``word``, or ``otherwise``.

    >>> did_you_mean("natto", ["nato", "taliban"], "no idea")
    "did you mean 'nato'?"
    """
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else otherwise


def nearest(word: str, known: Iterable[str], likeness: float = 0.5) -> str:
    """The known word that is most like ``word``; empty where none is.

    >>> nearest("natto", ["nato", "taliban"])
    'nato'
    """
    import difflib

    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=likeness)), "")


def indefinite(noun: str) -> str:
    """A noun behind its article.

    >>> indefinite("Event"), indefinite("Group")
    ('an Event', 'a Group')
    """
    return f"{'an' if noun[0] in 'AEIO' else 'a'} {noun}"


def mismatch(name: str, kind: str, kinds: Iterable[str]) -> str:
    """Why an entity of one kind cannot stand where others are asked for.

    >>> mismatch("Ukraine", "State", ["Happening"])
    "'Ukraine' is a State, and what is asked for is a Happening"
    """
    return f"'{name}' is {indefinite(kind)}, and what is asked for is {' or '.join(map(indefinite, kinds))}"


def printable(text: str, keep: str = "") -> str:
    """``text`` with whatever a terminal would act on, or not show, spelt out; but for the characters in ``keep``.

    >>> print(printable("red\\x1b[31m"))
    red\\x1b[31m
    """
    return "".join(
        each if each.isprintable() or each in keep else each.encode("unicode_escape").decode() for each in text
    )


class NegographError(Exception):
    """Base of every error that negograph raises on purpose."""


@dataclass(frozen=True, order=True)
class Problem:
    """One defect of one cell, row or file.

    ``line`` and ``column`` count from 1, as editors do; ``column`` is a column of
    characters. Both are 0 where a whole file is meant.

    >>> print(Problem("relations.csv", 7, 4, "reference", "no entity 'natto'", "did you mean 'nato'?"))
    relations.csv:7:4: reference: no entity 'natto' (did you mean 'nato'?)
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    mend: str

    def __str__(self) -> str:
        return printable(f"{self.file}:{self.line}:{self.column}: {self.code}: {self.message} ({self.mend})")

    def to_dict(self) -> dict[str, str | int]:
        """The same as a dictionary, for JSON."""
        return asdict(self)


class DataError(NegographError):
    """The tables are broken; ``problems`` holds every defect that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        count = len(self.problems)
        lines = [f"{count} problem{'s' if count != 1 else ''} in the tables:"]
        super().__init__("\n".join([*lines, *map(str, self.problems)]))


class OntologyError(NegographError):
    """The ontology lacks something that the tables need, or contradicts itself."""


class DateError(NegographError, ValueError):
    """Not an EDTF date, or not one that this project can put on a calendar."""


class QuestionError(NegographError):
    """No such question, or a parameter that does not fit it."""


class QueryError(NegographError):
    """A SPARQL query that cannot be parsed or evaluated."""


class EndpointError(NegographError):
    """An engine elsewhere that cannot be reached, refuses, or does not answer as the protocol asks."""


class UnknownEntityError(NegographError, KeyError):
    """No entity has this id, label or alias."""

    def __str__(self) -> str:  # KeyError would show the message in quotation marks
        return str(self.args[0])


class LayoutError(NegographError):
    """A file of another data set is not laid out, or not encoded, as that data set is."""


class ExportError(NegographError):
    """A file cannot be written, or its format is not known."""


class ClusterError(NegographError):
    """Spark is missing, or cannot read the tables or write the parts."""


class StoreError(NegographError):
    """A built store cannot be written, or not be opened: it is damaged, or made by another version."""


class ServerError(NegographError):
    """The server cannot start or go on: packages are missing, the port is taken."""
