"""Names as people write them lead to the ids that they mean."""

from __future__ import annotations

import pytest

from negograph.naming import nearest, slug, words

KNOWN = {
    "doha-agreement": ["Doha agreement", "Agreement for Bringing Peace to Afghanistan"],
    "doha-talks": ["Talks in Doha"],
    "trade-deal": ["Deal on trade"],
    "steel-deal": ["Deal on steel"],
    "erdogan": ["Recep Tayyip Erdoğan", ""],
    "kim": ["Kim Jong-un"],
    "x9": [],
}


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Trump's talks", "trump talks"),
        ("the allies’S rôle", "the allies role"),
        ("snake_case  Kim\tJong-un", "snake case kim jong un"),
        ("Straße 12", "strasse 12"),
        ("it's 's-Hertogenbosch", "it hertogenbosch"),
        ("?!", ""),
    ],
)
def test_a_name_is_folded_to_its_words(text: str, folded: str) -> None:
    assert words(text) == tuple(folded.split())
    assert slug(text) == folded.replace(" ", "-")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("doha-agreement", ["doha-agreement"]),  # to the letter
        ("agreement", ["doha-agreement"]),
        ("doha", ["doha-agreement", "doha-talks"]),  # alike, by their ids
        ("talks in doha", ["doha-talks"]),
        ("deal", ["steel-deal", "trade-deal"]),
        ("trade deals", ["trade-deal"]),  # begins as it does
        ("agrement", ["doha-agreement"]),  # a slip
        ("Erdogann Tayip", ["erdogan"]),
        ("dea", []),  # too short to begin another, too far from any
        ("tradex steelx", ["steel-deal", "trade-deal"]),
        ("X9", ["x9"]),
        ("dohatalks", ["doha-agreement", "doha-talks"]),
        ("qqqq", []),
        ("", []),
    ],
)
def test_the_names_that_share_most_come_first(name: str, found: list[str]) -> None:
    assert nearest(name, KNOWN) == found


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    known = {f"talks-{number}": [f"Talks in {place}"] for number, place in enumerate(("Doha", "Riyadh", "Geneva"))}
    assert nearest("talks geneva", known) == ["talks-2"]
    assert nearest("talks geneva", {**known, "talks-2": ["Meeting in Geneva"]})[0] == "talks-2"
    assert nearest("talks", known) == ["talks-0", "talks-1", "talks-2"]
    assert nearest("talks", known, most=1) == ["talks-0"]


def test_of_two_as_near_the_one_oftener_meant_goes_first() -> None:
    assert nearest("deal", KNOWN, {"trade-deal": 5}) == ["trade-deal", "steel-deal"]
    assert nearest("deal", KNOWN, {"trade-deal": 5, "steel-deal": 50}) == ["steel-deal", "trade-deal"]
    assert nearest("deal", KNOWN, {"trade-deal": 10**6}) == ["trade-deal"]
    assert nearest("doha agreement", KNOWN, {"doha-talks": 20}) == ["doha-agreement"]


def test_nothing_is_near_to_nothing() -> None:
    assert nearest("doha", {}) == []
