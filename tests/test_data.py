"""The curated data keep the rules that no program can enforce on everyone's tables."""

from __future__ import annotations

from collections import Counter

import pytest

from negograph import KnowledgeGraph, check
from negograph.tables.scope import paragraphs

from conftest import ROOT

VERIFIED = {
    "united-states": "Q30", "russia": "Q159", "ukraine": "Q212", "china": "Q148", "north-korea": "Q423", "south-korea": "Q884",
    "israel": "Q801", "iran": "Q794", "afghanistan": "Q889", "saudi-arabia": "Q851", "united-arab-emirates": "Q878",
    "bahrain": "Q398", "morocco": "Q1028", "sudan": "Q1049", "qatar": "Q846", "egypt": "Q79", "canada": "Q16", "mexico": "Q96",
    "greenland": "Q223", "poland": "Q36", "donald-trump": "Q22686", "joe-biden": "Q6279",
    "barack-obama": "Q76", "mike-pence": "Q24313", "jd-vance": "Q28935729", "marco-rubio": "Q324546", "mike-pompeo": "Q473239",
    "john-bolton": "Q311269", "peter-navarro": "Q7176052", "vladimir-putin": "Q7747", "benjamin-netanyahu": "Q43723",
    "xi-jinping": "Q15031", "kim-jong-un": "Q56226", "volodymyr-zelensky": "Q3874799", "nato": "Q7184", "european-union": "Q458",
    "wto": "Q7825", "united-nations": "Q1065", "hamas": "Q38799", "islamic-state": "Q2429253", "abraham-accords": "Q99495661",
    "doha-agreement": "Q107354956", "iran-nuclear-deal": "Q17001802", "us-withdrawal-from-iran-nuclear-deal": "Q52836581",
    "gaza-ceasefire-2025": "Q131760224", "state-of-palestine": "Q219060",
}  # fmt: skip
"""The Wikidata ids that have been verified; any other cell stays empty."""


@pytest.fixture(scope="module")
def entities(kg: KnowledgeGraph) -> dict[str, dict[str, str]]:
    return {
        str(key): {str(name): str(cell) for name, cell in row.items()}
        for key, row in kg.to_dataframes()["entities"].to_dict("index").items()
    }


@pytest.fixture(scope="module")
def claims(kg: KnowledgeGraph) -> list[dict[str, str]]:
    return [kg.claim(claim) for claim in kg.claims()]


def test_no_problems() -> None:
    assert check(ROOT / "data") == []


def test_there_is_plenty(kg: KnowledgeGraph) -> None:
    assert len(kg) > 500
    assert len(kg.entities()) > 300


def test_only_verified_wikidata_ids(entities: dict[str, dict[str, str]]) -> None:
    verified = set(VERIFIED.values())
    for identifier, row in entities.items():
        if row["wikidata"]:
            assert row["wikidata"] in verified, f"{identifier}: {row['wikidata']} has not been verified"
            assert VERIFIED.get(identifier, row["wikidata"]) == row["wikidata"], identifier


def test_every_entity_has_a_part_in_some_claim(
    kg: KnowledgeGraph, claims: list[dict[str, str]], entities: dict[str, dict[str, str]]
) -> None:
    columns = ("subject", "object", "context", "target", "aspect", "attributed_to", "via")
    used = {item for claim in claims for name in columns for item in claim[name].split("|")}
    used |= {item for row in entities.values() for name in ("part_of", "broader") for item in row[name].split("|")}
    assert set(entities) - used == set()


def test_every_source_is_covered_paragraph_by_paragraph(kg: KnowledgeGraph, claims: list[dict[str, str]]) -> None:
    frames = kg.to_dataframes()
    cited = {
        (claim["source"], number) for claim in claims if claim["locator"] for number in paragraphs(claim["locator"])
    }
    for source, row in frames["sources"].iterrows():
        rows = frames["coverage"][frames["coverage"]["source"] == source]
        assert [int(number) for number in rows["paragraph"]] == list(range(1, int(row["paragraphs"]) + 1))
        coded = {int(number) for number in rows[rows["status"] == "coded"]["paragraph"]}
        assert coded == {number for name, number in cited if name == source}


def test_every_reading_has_its_confidence(claims: list[dict[str, str]]) -> None:
    assert {claim["id"] for claim in claims if not claim["confidence"]} == set()


def test_editorial_rows_never_name_a_paragraph(claims: list[dict[str, str]]) -> None:
    editorial = [claim for claim in claims if claim["source"] == "editorial"]
    assert editorial
    for claim in editorial:
        assert (claim["locator"], claim["attributed_to"], claim["via"]) == ("", "", "")


def test_every_agreement_belongs_to_talks_or_to_nothing_but_its_like(entities: dict[str, dict[str, str]]) -> None:
    for identifier, row in entities.items():
        for part_of in filter(None, row["part_of"].split("|")):
            assert not (row["kind"] == "Negotiation" and entities[part_of]["kind"] == "Event"), identifier
            assert not (row["kind"] == "Conflict" and entities[part_of]["kind"] != "Conflict"), identifier


def test_no_source_says_the_same_twice(claims: list[dict[str, str]]) -> None:
    said = Counter((claim["source"], claim["gist"]) for claim in claims)
    assert {gist: count for gist, count in said.items() if count > 1} == {}


def test_every_entity_of_a_step_stands_in_one_of_its_claims(kg: KnowledgeGraph) -> None:
    columns = ("subject", "object", "context", "target", "aspect", "attributed_to", "via")
    for _, step in kg.to_dataframes()["stories"].iterrows():
        rests_on = [kg.claim(claim) for claim in step["claims"].split("|")]
        named = {item for claim in rests_on for name in columns for item in claim[name].split("|")}
        assert set(filter(None, step["entities"].split("|"))) <= named, (step["story"], step["step"])
        assert step["entities"], (step["story"], step["step"])


def test_stories_are_short_and_seven(kg: KnowledgeGraph) -> None:
    stories = kg.to_dataframes()["stories"]
    steps = stories.groupby("story").size()
    assert len(steps) == 7
    assert steps.between(5, 9).all()
    for text in stories["text"]:
        assert text.endswith(".")
    for header in (*stories["header"], *stories["title"]):
        assert not header.endswith(".")


def test_the_story_of_the_bypasses_tells_them_all(kg: KnowledgeGraph, claims: list[dict[str, str]]) -> None:
    stories = kg.to_dataframes()["stories"]
    told = {claim for cell in stories[stories["story"] == "went-around"]["claims"] for claim in cell.split("|")}
    kinds = {"bypassed", "shutOut", "informedAfterwards", "sidelined"}
    assert {claim["id"] for claim in claims if claim["predicate"] in kinds and claim["polarity"] != "negated"} <= told


def test_prose_is_plain(claims: list[dict[str, str]], entities: dict[str, dict[str, str]]) -> None:
    for claim in claims:
        assert claim["gist"][0].isupper() or claim["gist"][0].isdigit() or claim["gist"][0] == '"', claim["id"]
        assert claim["gist"].endswith((".", '."', "?")), claim["id"]
    for identifier, row in entities.items():
        assert len(row["label"]) <= 80, identifier
        assert not row["description"].endswith("."), identifier
