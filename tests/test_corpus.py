"""The tables as one body: when things were, and what is near to what."""

from __future__ import annotations

from datetime import date

import pytest

import negograph
from negograph import KnowledgeGraph
from negograph.dates import Bounds
from test_told import MORE

from conftest import Writer

CLUB = {"id": "club", "kind": "Organisation", "label": "The Club", "start": "1990"}
MEMBERS = [
    {"id": "r0201", "subject": "yellow", "predicate": "memberOf", "object": "club", "locator": "1"},
    {"id": "r0202", "subject": "purple", "predicate": "praised", "object": "club", "locator": "1"},
]


@pytest.fixture
def clubs(folder: Writer) -> KnowledgeGraph:
    return negograph.load(
        folder(**{**MORE, "entities": [*MORE["entities"], CLUB], "relations": [*MORE["relations"], *MEMBERS]})
    )


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("talks", "2018-01-01", "2020-12-31"),
        ("later-talks", "2024-01-01", None),  # that they ended is nowhere said
        ("deal", "2020-02-01", "2020-02-29"),  # at one point in time
        ("collapse", "2021-08-15", "2021-08-15"),
        ("club", "1990-01-01", None),
        ("blue", None, None),
        ("r0010", "2020-02-29", "2020-02-29"),  # a claim about a date
        ("r0105", "2024-03-01", None),
        ("r0001", None, None),
    ],
)
def test_a_thing_is_within_its_dates(clubs: KnowledgeGraph, name: str, first: str | None, last: str | None) -> None:
    days = (date.fromisoformat(day) if day else None for day in (first, last))
    assert clubs.corpus.days(name) == Bounds(*days)


@pytest.mark.parametrize(
    ("name", "kinds", "near"),
    [
        ("club", (), {"yellow"}),
        ("club", ("State",), {"yellow"}),
        ("club", ("Person",), {"leader"}),  # by its name
        ("yellow", (), {"club"}),
        ("talks", (), {"later-talks", "war", "deal"}),
        ("green", (), {"green-army"}),
        ("later-talks", ("Negotiation",), set()),
    ],
)
def test_what_somebody_may_have_meant_is_near(
    clubs: KnowledgeGraph, name: str, kinds: tuple[str, ...], near: set[str]
) -> None:
    assert set(clubs.corpus.kin(name, kinds)) == near
