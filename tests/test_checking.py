"""The checker: every rule, planted and found; all of them in one run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import negograph
from negograph import DataError
from negograph.tables import cells, check

from conftest import Writer, writer


def entity(**cells: str) -> dict[str, list[dict[str, str]]]:
    return {"entities": [{"id": "thing", "kind": "Group", "label": "a thing", **cells}]}


def relation(**cells: str) -> dict[str, list[dict[str, str]]]:
    base = {"id": "r0099", "subject": "leader", "predicate": "met", "object": "red", "locator": "1"}
    return {"relations": [{**base, **cells}]}


def source(**cells: str) -> dict[str, list[dict[str, str]]]:
    return {"sources": [{"id": "other", "title": "Another text", "paragraphs": "0", **cells}]}


def coverage(**cells: str) -> dict[str, list[dict[str, str]]]:
    return {
        "sources": [{"id": "other", "title": "Another", "paragraphs": "1"}],
        "coverage": [
            {"source": "other", "paragraph": "1", "status": "nothing-to-code", "reason": "a caption", **cells}
        ],
    }


def step(**cells: str) -> dict[str, list[dict[str, str]]]:
    base = {
        "story": "around-green",
        "step": "4",
        "title": "Around Green",
        "header": "h",
        "text": "t",
        "claims": "r0001",
    }
    return {"stories": [{**base, **cells}]}


PLANTED: list[tuple[dict[str, list[dict[str, str]]], str, str, str]] = [
    # what is planted, the table, the code, a word of the message or the mend
    (entity(id="Thing"), "entities", "id", "form"),
    (entity(id="th\u0456ng"), "entities", "id", "no ASCII letter"),
    (entity(id="r0100"), "entities", "id", "claim"),
    (entity(id="x" * 61), "entities", "length", "60"),
    (entity(kind="Groop"), "entities", "kind", "did you mean 'Group'?"),
    (entity(kind=""), "entities", "required", "empty"),
    (entity(label=""), "entities", "required", "empty"),
    (entity(label="BLUE", kind="State"), "entities", "duplicate", "one id"),
    (entity(aliases="a||b"), "entities", "list", "empty"),
    (entity(aliases="a|a"), "entities", "list", "repeated"),
    (entity(aliases="a| b"), "entities", "whitespace", "blank"),
    (entity(start="2019-02-30"), "entities", "date", "day is out of range"),
    (entity(start=".."), "entities", "date", "only in 'end'"),
    (entity(start="06/01/2019"), "entities", "date", "2019-06-01 or 2019-01-06"),
    (entity(start="2018/2019"), "entities", "date", "start and end"),
    (entity(start="2019", end="2018"), "entities", "date-order", "before it begins"),
    (entity(part_of="wor"), "entities", "reference", "did you mean 'war'?"),
    (entity(part_of="thingg"), "entities", "reference", "add its row"),
    (entity(part_of="thing"), "entities", "cycle", "back to itself"),
    (entity(broader="bluff"), "entities", "broader", "Tactic"),
    (entity(subtype="summit"), "entities", "subtype", "never"),
    (entity(kind="Event", subtype="sumit"), "entities", "subtype", "did you mean 'summit'?"),
    (entity(kind="Event", status="signed"), "entities", "status", "never"),
    (entity(valence="1"), "entities", "valence", "only a verdict"),
    (entity(kind="Verdict"), "entities", "valence", "needs its valence"),
    (entity(kind="Verdict", valence="3"), "entities", "number", "out of range"),
    (entity(kind="Verdict", valence="+1"), "entities", "number", "whole number"),
    (entity(wikidata="22686"), "entities", "wikidata", "form"),
    (entity(wikidata="Q22686"), "entities", "duplicate", "leader"),
    (entity(same_as="javascript:alert(1)"), "entities", "iri", "no http"),
    (entity(same_as="https://x.org/a b"), "entities", "iri", "no http"),
    (entity(same_as="wd:Q5"), "entities", "iri", "write Q5 in the column"),
    (entity(same_as="http://www.wikidata.org/entity/Q5"), "entities", "iri", "write Q5 in the column"),
    (entity(description="-1+1"), "entities", "formula", "formula"),
    (entity(description="＝1+1"), "entities", "formula", "formula"),
    (relation(value="＠home"), "relations", "formula", "spreadsheets"),
    (relation(id="r99"), "relations", "id", "form"),
    (relation(subject="leeder"), "relations", "reference", "did you mean 'leader'?"),
    (relation(subject=""), "relations", "required", "empty"),
    (relation(subject="talks"), "relations", "domain", "Negotiation"),
    (relation(object="talks"), "relations", "range", "Negotiation"),
    (relation(object=""), "relations", "object", "empty"),
    (relation(predicate="meet"), "relations", "predicate", "did you mean 'met'?"),
    (relation(predicate="occurredOn", subject="deal", object="", value="Jun-19"), "relations", "date", "no date"),
    (relation(predicate="occurredOn", subject="deal", object=""), "relations", "value", "needs a value"),
    (relation(predicate="occurredOn", subject="deal", object="red", value="2019"), "relations", "object", "takes a value"),
    (relation(predicate="occurredOn", subject="deal", object="", value="2019", start="2019"), "relations", "date", "no meaning"),
    (relation(predicate="occurredOn", subject="deal", object="", value=".."), "relations", "date", "alone"),
    (relation(predicate="definedAs", subject="bluff", object="", value="=1"), "relations", "formula", "spreadsheets"),
    (relation(value="5,000"), "relations", "number", "5000"),
    (relation(value="@home"), "relations", "formula", "spreadsheets"),
    (relation(predicate="ignoredIn", subject="blue", object="talks"), "relations", "evidence", "needs evidence"),
    (relation(value="007"), "relations", "number", "plain number"),
    (relation(value="1e5x", object="red", context="blue"), "relations", "class", "takes Happening"),
    (relation(target="nobody"), "relations", "reference", "add its row"),
    (relation(aspect="blue"), "relations", "class", "Aspect"),
    (relation(modality="rumoured"), "relations", "modality", "allowed are"),
    (relation(predicate="ledTo", subject="talks", object="protest", modality="reported"), "relations", "modality", "never 'reported'"),
    (relation(predicate="hasTrait", object="bluff"), "relations", "range", "Trait"),
    (relation(polarity="no"), "relations", "polarity", "allowed are"),
    (relation(rank="best"), "relations", "rank", "allowed are"),
    (relation(confidence="sure"), "relations", "confidence", "allowed are"),
    (relation(source="txt"), "relations", "reference", "did you mean 'text'?"),
    (relation(source="", locator=""), "relations", "source", "without source"),
    (relation(source="", evidence="r0001"), "relations", "source", "inference"),
    (relation(locator=""), "relations", "locator", "which paragraph"),
    (relation(locator="4"), "relations", "locator", "3 paragraphs"),
    (relation(locator="3-2"), "relations", "locator", "rise"),
    (relation(locator="2|1"), "relations", "locator", "rise"),
    (relation(locator="p2"), "relations", "locator", "numbers alone"),
    (relation(locator="\u00b61"), "relations", "locator", "1, 3-4, 5|7"),
    (relation(attributed_to="war"), "relations", "class", "Actor"),
    (relation(gist=""), "relations", "required", "empty"),
    (relation(gist="x" * 201), "relations", "length", "200"),
    (relation(evidence="r0098"), "relations", "reference", "r0098"),
    (relation(evidence="r0099"), "relations", "evidence", "itself"),
    (relation(start="2019", end="2018"), "relations", "date-order", "before"),
    (relation(predicate="initiated", object="talks"), "relations", "duplicate", "r0001"),
    (relation(predicate="initiated", object="talks", modality="reported", polarity="affirmed"), "relations", "duplicate", "r0001"),
    ({"relations": [{**relation()["relations"][0], "id": each, "object": "red", "via": via} for each, via in (("r0097", "red|green"), ("r0098", "green|red"))]}, "relations", "duplicate", "r0097"),
    (source(paragraphs="many"), "sources", "number", "whole number"),
    (source(sha256="abc"), "sources", "sha256", "form"),
    (source(language="english please"), "sources", "language", "form"),
    (source(published="yesterday"), "sources", "date", "no date"),
    (coverage(paragraph="2"), "coverage", "coverage", "1 paragraphs"),
    (coverage(status="coded", reason=""), "coverage", "coverage", "no relation cites it"),
    (coverage(reason=""), "coverage", "coverage", "why"),
    (coverage(source="nowhere"), "coverage", "reference", "nowhere"),
    ({"coverage": [{"source": "text", "paragraph": "1", "status": "coded"}]}, "coverage", "coverage", "one row"),
    ({"sources": [{"id": "text", "paragraphs": "4"}]}, "coverage", "coverage", "not accounted for"),
    (step(story="Around"), "stories", "story", "form"),
    (step(story=""), "stories", "required", "empty"),
    (step(step="2"), "stories", "duplicate", "already in line 3"),
    (step(step="6"), "stories", "steps", "from step 3 to 6"),
    (step(story="arround-green"), "stories", "steps", "no step 1"),
    (step(step="0"), "stories", "number", "out of range"),
    (step(step="04"), "stories", "number", "leading zeros"),
    (step(step="last"), "stories", "number", "whole number"),
    (step(title="Round Green"), "stories", "title", "called 'Around Green' in line 2"),
    (step(title=""), "stories", "required", "empty"),
    (step(header=""), "stories", "required", "empty"),
    (step(header="x" * 81), "stories", "length", "80"),
    (step(text=""), "stories", "required", "empty"),
    (step(text="x" * 401), "stories", "length", "400"),
    (step(text="=1"), "stories", "formula", "formula"),
    (step(entities="gren"), "stories", "reference", "did you mean 'green'?"),
    (step(entities="green|green"), "stories", "list", "repeated"),
    (step(entities="r0001"), "stories", "reference", "r0001"),
    (step(claims=""), "stories", "required", "empty"),
    (step(claims="r0099"), "stories", "reference", "r0099"),
    (step(claims="green"), "stories", "reference", "green"),
]  # fmt: skip


TOLD = Path(__file__).with_name("problems.txt")
"""Every problem that a planted defect makes, to the letter: ``python tests/test_checking.py`` writes it anew."""


def told(planted: dict[str, list[dict[str, str]]], folder: Writer) -> list[str]:
    """What is planted, and the problems of it, as lines."""
    directory = folder(**planted)
    lines = [str(each).removeprefix(f"{directory}/") for each in check(directory)]
    return [json.dumps(planted, ensure_ascii=True), *(f"    {line}" for line in lines)]


def told_before() -> list[list[str]]:
    found: list[list[str]] = []
    for line in TOLD.read_text(encoding="utf-8").splitlines():
        if not line.startswith(" "):
            found.append([])
        found[-1].append(line)
    return found


@pytest.mark.parametrize("number", range(len(PLANTED)), ids=lambda number: f"{number}-{PLANTED[number][2]}")
def test_a_planted_defect_is_found(folder: Writer, number: int) -> None:
    planted, table, code, word = PLANTED[number]
    lines = told(planted, folder)
    assert any(line.startswith(f"    {table}.csv:") and f": {code}: " in line and word in line for line in lines), lines
    assert lines == told_before()[number], "python tests/test_checking.py writes it anew"


def test_an_id_stands_once(folder: Writer) -> None:
    directory = folder()
    file = directory / "relations.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join([*lines, lines[3].replace("president", "chancellor")]), encoding="utf-8")
    assert [str(each).removeprefix(f"{directory}/") for each in check(directory)] == [
        "relations.csv:14:1: duplicate-id: 'r0003' stands already in line 4 (give each row an id of its own)"
    ]


def test_sound_cells_are_remembered_up_to_a_number(folder: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = folder()
    file = directory / "relations.csv"
    file.write_text(
        file.read_text(encoding="utf-8").replace(",leader,", ",lead,").replace(",text,", ",test,"), encoding="utf-8"
    )
    told = check(directory)
    assert len(told) > 9
    for most in (0, 1):
        monkeypatch.setattr(cells, "_REMEMBERED", most)
        assert check(directory) == told


def test_the_steps_of_a_story_may_stand_anywhere(folder: Writer) -> None:
    directory = folder()
    head, *rows = (directory / "stories.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (directory / "stories.csv").write_text("".join([head, *reversed(rows)]), encoding="utf-8")
    assert check(directory) == []
    (directory / "stories.csv").write_text("".join([head, *reversed(rows[1:])]), encoding="utf-8")
    assert [(each.line, each.column, each.code) for each in check(directory)] == [(3, 14, "steps")]


@pytest.mark.parametrize("number", [2, 3])
def test_every_step_bears_the_title_of_the_first(folder: Writer, number: int) -> None:
    directory = folder()
    file = directory / "stories.csv"
    old = f"around-green,{number},Around Green"
    assert old in file.read_text(encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8").replace(old, f"around-green,{number},Around"), encoding="utf-8")
    (found,) = check(directory)
    assert (found.line, found.column, found.code) == (number + 1, 16, "title")


def test_two_gaps_are_two_findings(folder: Writer) -> None:
    found = check(folder(stories=[*step(step="5")["stories"], *step(step="8")["stories"]]))
    assert [(each.line, each.code, each.message) for each in found] == [
        (5, "steps", "'around-green' goes from step 3 to 5"),
        (6, "steps", "'around-green' goes from step 5 to 8"),
    ]


def tables_with_25_defects() -> dict[str, list[dict[str, str]]]:
    """Rows to add to the small tables, with the 25 defects of :data:`TWENTY_FIVE`."""
    entities = [
        {"id": "e1", "kind": "Planet", "label": "p"},
        {"id": "e2", "kind": "Group", "label": ""},
        {"id": "E3", "kind": "Group", "label": "three"},
        {"id": "e4", "kind": "Group", "label": "four", "start": "2019-13"},
        {"id": "e5", "kind": "Verdict", "label": "five"},
        {"id": "e6", "kind": "Group", "label": "six", "wikidata": "six"},
        {"id": "e7", "kind": "Group", "label": "seven", "part_of": "nothing"},
        {"id": "e8", "kind": "Group", "label": "eight", "status": "signed"},
        {"id": "e9", "kind": "Group", "label": "nine ", "aliases": "x|x"},
        {"id": "e10", "kind": "Group", "label": "=ten"},
    ]
    base = {"subject": "leader", "predicate": "met", "object": "red", "locator": "1"}
    relations = [
        {**base, "id": "r0101", "predicate": "mett"},
        {**base, "id": "r0102", "subject": "nobody"},
        {**base, "id": "r0103", "object": "war"},
        {**base, "id": "r0104", "modality": "assessed"},
        {**base, "id": "r0105", "locator": "9"},
        {**base, "id": "r0106", "source": "elsewhere"},
        {**base, "id": "r0107", "gist": ""},
        {**base, "id": "r0108", "start": "then"},
        {**base, "id": "r0109", "value": "1,5"},
        {**base, "id": "r0110", "evidence": "r9999"},
        {**base, "id": "r0111", "context": "red"},
        {**base, "id": "r0112", "polarity": "maybe"},
    ]
    sources = [{"id": "more", "title": "", "paragraphs": "-1"}]
    return {"entities": entities, "relations": relations, "sources": sources}


_ENTITY, _RELATION = 16, 14  # the lines on which the added rows begin
TWENTY_FIVE = {
    *(("entities", _ENTITY + offset, code) for offset, code in enumerate(["kind", "required", "id", "date", "valence", "wikidata", "reference", "status", "whitespace", "formula"])),
    ("entities", _ENTITY + 8, "list"),
    *(("relations", _RELATION + offset, code) for offset, code in enumerate(["predicate", "reference", "range", "modality", "locator", "reference", "required", "date", "number", "reference", "class", "polarity"])),
    ("sources", 3, "required"),
    ("sources", 3, "number"),
}  # fmt: skip
"""Table, line and code of each."""


def test_twenty_five_defects_in_one_run(folder: Writer) -> None:
    found = check(folder(**tables_with_25_defects()))
    assert len(TWENTY_FIVE) == 25
    assert {(Path(each.file).stem, each.line, each.code) for each in found} >= TWENTY_FIVE
    assert found == sorted(found, key=lambda each: [*"ersc"].index(Path(each.file).stem[0]))


def test_reading_broken_tables_raises_them_all(folder: Writer) -> None:
    directory = folder(**relation(subject="leeder", gist=""))
    with pytest.raises(DataError) as caught:
        negograph.load(directory)
    assert {each.code for each in caught.value.problems} == {"reference", "required"}
    assert "2 problems" in str(caught.value)


def test_a_circle_of_evidence_is_found(folder: Writer) -> None:
    more = [
        {
            "id": "r0013",
            "subject": "r0008",
            "predicate": "supports",
            "object": "r0009",
            "source": "",
            "evidence": "r0012",
        }
    ]
    directory = folder(relations=[*more, {"id": "r0012", "evidence": "r0013"}])
    assert [(each.line, each.code) for each in check(directory)] == [(13, "cycle"), (14, "cycle")]


def test_what_hangs_above_a_circle_is_not_blamed(folder: Writer) -> None:
    rows = [{"id": "a", "part_of": "b"}, {"id": "b", "part_of": "a"}, {"id": "c", "part_of": "a"}]
    found = check(folder(entities=[{"kind": "Group", "label": row["id"], **row} for row in rows]))
    assert [(each.line, each.code) for each in found] == [(16, "cycle"), (17, "cycle")]


def test_a_manifest_shows_a_table_that_was_cut_at_a_line_end(folder: Writer, tmp_path: Path) -> None:
    negograph.load(folder()).export(f"{tmp_path / 'out'}/")
    directory = tmp_path / "out"
    assert check(directory) == []
    lines = (directory / "coverage.csv").read_bytes().splitlines(keepends=True)
    (directory / "coverage.csv").write_bytes(b"".join(lines[:-1]))
    found = check(directory)
    mend = "(restore the table; if you meant to change it, delete manifest.json)"
    told = [str(each).removeprefix(f"{directory}/") for each in found]
    assert f"coverage.csv:0:0: manifest: 2 rows, not the 3 that manifest.json vouches for {mend}" in told
    (directory / "manifest.json").write_text('{"other.csv": {"rows": 5, "sha256": "x"}}')
    told = [str(each).removeprefix(f"{directory}/") for each in check(directory)]
    assert f"other.csv:0:0: manifest: 0 rows, not the 5 that manifest.json vouches for {mend}" in told
    (directory / "manifest.json").write_text("[]")
    told = [str(each).removeprefix(f"{directory}/") for each in check(directory)]
    assert f"manifest.json:0:0: manifest: cannot be read {mend}" in told


def test_problems_print_as_editors_read_them(folder: Writer) -> None:
    directory = folder(**relation(subject="leeder"))
    assert [str(each) for each in check(directory)] == [
        f"{directory}/relations.csv:14:7: reference: nothing has the id 'leeder' (did you mean 'leader'?)"
    ]


def test_the_order_of_dates_that_are_none_is_no_second_problem(folder: Writer) -> None:
    thing = {"id": "thing", "kind": "Group", "label": "a thing", "start": "2019-13", "end": "2018"}
    assert [(each.code, each.column) for each in check(folder(entities=[thing]))] == [("date", 23)]


def test_a_row_of_coverage_that_says_too_little_or_too_much(folder: Writer) -> None:
    rows = [{"source": "text", "paragraph": "4", "status": "coded"}]
    found = [each for each in check(folder(coverage=rows)) if each.file.endswith("coverage.csv")]
    assert [(each.line, each.column, each.code, each.message, each.mend) for each in found] == [
        (5, 6, "coverage", "'text' has 3 paragraphs", "delete the row")
    ]


def test_whoever_reaches_a_circle_by_two_ways_is_not_in_it(folder: Writer) -> None:
    """One and two are each other's part; three is part of both, and four of three: only the circle is blamed."""
    parts = {"one": "two|blue", "two": "one|red", "three": "one|two", "four": "three|one"}
    rows = [{"id": key, "kind": "Group", "label": key, "part_of": whole} for key, whole in parts.items()]
    found = [each for each in check(folder(entities=rows)) if each.code == "cycle"]
    assert [each.message for each in found] == ["'one' leads back to itself", "'two' leads back to itself"]


def test_what_a_circle_is_a_part_of_is_not_blamed(folder: Writer) -> None:
    parts = {"one": "two", "two": "one|top", "top": "left|right", "left": "peak", "right": "peak", "peak": "blue"}
    rows = [{"id": key, "kind": "Group", "label": key, "part_of": whole} for key, whole in parts.items()]
    found = [each for each in check(folder(entities=rows)) if each.code == "cycle"]
    assert [each.message for each in found] == ["'one' leads back to itself", "'two' leads back to itself"]


def test_a_paragraph_that_is_cited_has_something_to_code(folder: Writer) -> None:
    directory = folder()
    file = directory / "coverage.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("2,coded,", "2,nothing-to-code,"), encoding="utf-8")
    assert [str(each).removeprefix(f"{directory}/") for each in check(directory)] == [
        "coverage.csv:3:8: coverage: relations cite it (its status is coded)",
        "coverage.csv:3:24: coverage: why is there nothing to code? (say it in a few words)",
    ]


if __name__ == "__main__":
    import tempfile

    from negograph.ontology import load_ontology

    with tempfile.TemporaryDirectory() as name:
        written = [told(each, writer(Path(name), load_ontology())) for each, *_ in PLANTED]
    TOLD.write_text("".join(f"{line}\n" for lines in written for line in lines), encoding="utf-8")
