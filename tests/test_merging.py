"""Several folders of tables as one body: what is there twice, what contradicts, what is decided to be the same."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import negograph
from negograph import tables
from negograph.errors import DataError
from negograph.tables.sameness import representatives


def test_the_same_row_in_two_folders_is_one(folder) -> None:
    kg = negograph.load([folder("a"), folder("b")])
    assert len(kg) == len(negograph.load(folder("a")))
    assert kg.options[::2] == ("--data", "--data")


@pytest.mark.parametrize("turned", [False, True])
def test_a_folder_without_optional_columns_takes_none_from_the_other(folder, tmp_path: Path, turned: bool) -> None:
    one, two = folder("a"), tmp_path / "few"
    two.mkdir()
    (two / "entities.csv").write_text("label,kind,id\nNew,State,new\n", encoding="utf-8")
    (two / "sources.csv").write_text("id,title,paragraphs\n", encoding="utf-8")
    claim = "id,subject,predicate,object,source,locator,gist\nr2001,new,backs,blue,text,1,New backs Blue.\n"
    (two / "relations.csv").write_text(claim, encoding="utf-8")
    kg = negograph.load([two, one] if turned else [one, two])
    assert kg.claim("r0010")["value"] == "2020-02-29"
    assert kg.query("ASK { ngi:deal ng:occurredOn ?when . ngi:new ng:backs ngi:blue }") is True
    assert kg.entity("blue").aliases == ("Azure", "Bleu")


def test_other_cells_under_one_id_name_both_files(folder) -> None:
    one = folder("a")
    two = folder("b", entities=[{"id": "red", "label": "Crimson"}], relations=[{"id": "r0004", "object": "red"}])
    problems = tables.check([one, two])
    assert {problem.code for problem in problems} >= {"conflict"}
    entity, claim = (problem for problem in problems if problem.code == "conflict")
    assert (Path(entity.file).parent, entity.line) == (two, 5)
    assert str(one / "entities.csv") in entity.message
    assert "label" in entity.message
    where = one / "entities.csv"
    assert entity.message == f"'red' has other cells in {where}:5 (label)"
    assert entity.mend == "correct one of them, or give one an id of its own"
    assert claim.message == f"'r0004' has other cells in {one / 'relations.csv'}:5 (object)"
    assert claim.mend == "two claims never share an id: renumber one; an import has a range of its own"
    assert (entity.column, claim.column) == (1, 1)
    with pytest.raises(DataError):
        negograph.load([one, two])


def test_a_problem_says_in_which_folder_it_is(folder) -> None:
    two = folder("b", entities=[{"id": "blue"}, {"id": "new", "kind": "Sate", "label": "New"}])
    (problem,) = tables.check([folder("a"), two])
    assert (Path(problem.file).parent, problem.code) == (two, "kind")
    assert [problem.code for problem in tables.check([two, two.parent / "none"])] == ["missing"]
    assert tables.check([]) == []


def test_a_row_of_another_folder_is_named_with_it(folder) -> None:
    one = folder("a")
    again = {"id": "r2001", "subject": "blue", "predicate": "backs", "object": "green", "locator": "1"}
    two = folder("b", entities=[{"id": "azure", "kind": "State", "label": "BLUE"}], relations=[again])
    found = {(Path(each.file).parent, each.line, each.message) for each in tables.check([one, two])}
    assert found == {
        (two, 16, f"'blue' (line 2 of {one}) has it too"),
        (two, 14, f"says the same as r0004 (line 5 of {one})"),
    }
    alone = folder("c", entities=[{"id": "azure", "kind": "State", "label": "BLUE"}])
    decide(alone, ("red", "green", "not the same"))
    assert [each.message for each in tables.check(alone)] == ["'blue' (line 2) has it too"]


def test_a_paragraph_without_a_row_is_missed_in_the_folder_of_its_source(folder) -> None:
    source = {"id": "other", "title": "Another", "paragraphs": "2"}
    row = {"source": "other", "paragraph": "1", "status": "nothing-to-code", "reason": "a caption"}
    two = folder("b", sources=[source], coverage=[row])
    (problem,) = tables.check([folder("a"), two])
    assert (problem.file, problem.line) == (str(two / "coverage.csv"), 0)
    assert problem.message == "paragraphs 2 of 'other' are not accounted for"


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("table", "old", "new", "code"),
    [
        ("relations", ",object,", ",whom,", "header"),
        ("relations", ",", ";", "separator"),
        ("entities", "id,", "key,", "header"),
        ("entities", ",", "\t", "separator"),
        ("sources", ",title,", ",said,", "header"),
        ("coverage", ",status,", ",coded,", "header"),
    ],
)
def test_a_wrong_header_in_one_of_two_folders_is_all_that_is_said(
    folder, table: str, old: str, new: str, code: str, turned: bool
) -> None:
    one, two = folder("a"), folder("b", entities=[{"id": "crimson", "kind": "ArmedGroup", "label": "Crimson"}])
    decide(one, ("red", "crimson", "same"))
    file = two / f"{table}.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(old, new) if code == "separator" else text.replace(old, new, 1), encoding="utf-8")
    problems = tables.check([two, one] if turned else [one, two])
    assert {(each.file, each.line, each.code) for each in problems} == {(str(file), 1, code)}


def write(directory: Path, rows: list[dict[str, str]]) -> None:
    with (directory / "same.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, ["a", "b", "decision", "by", "note"])
        writer.writeheader()
        writer.writerows(rows)


def decide(directory: Path, *decisions: tuple[str, str, str]) -> None:
    rows = [{"a": a, "b": b, "decision": decision, "by": "me", "note": ""} for a, b, decision in decisions]
    write(directory, rows)


def test_what_is_decided_to_be_the_same_becomes_one(folder) -> None:
    extra = [
        {
            "id": "crimson",
            "kind": "ArmedGroup",
            "label": "Crimson",
            "description": "A band",
            "part_of": "green",
            "same_as": "pax:7",
        }
    ]
    claims = [
        {"id": "r0100", "subject": "crimson", "predicate": "counterpartIn", "object": "talks", "locator": "1"},
        {"id": "r0101", "subject": "crimson", "predicate": "attacked", "object": "green", "locator": "1"},
        {"id": "r0102", "subject": "r0100", "predicate": "supports", "object": "r0008", "locator": "1"},
    ]
    directory = folder("a", entities=extra, relations=claims)
    decide(directory, ("red", "crimson", "same"), ("blue", "green", "undecided"), ("red", "nobody", "same"))
    kg = negograph.load(directory)
    red = kg.entity("red")
    assert (red.aliases, red.description, red.part_of) == (("Crimson",), "A band", ("green",))
    assert kg.claim("r0101")["subject"] == "red"
    assert kg.claim("r0102")["subject"] == "r0002", "r0100 says what r0002 says, once both speak of one actor"
    assert "crimson" not in kg.entities()
    assert kg.resolve("Crimson") == "red"


def test_decisions_that_contradict_each_other_are_a_problem(folder) -> None:
    one, two = folder("a"), folder("b")
    decide(one, ("blue", "green", "same"))
    decide(two, ("green", "blue", "not the same"), ("red", "red", "same"), ("x", "", "same"), ("a", "b", "maybe"))
    problems = [problem for problem in tables.check([one, two]) if problem.file.endswith("same.csv")]
    assert [str(problem).removeprefix(f"{two}/") for problem in problems] == [
        "same.csv:2:12: decision: 'green' and 'blue' are made one by other rows (delete this row, or one that says 'same')",
        "same.csv:3:5: decision: a and b are one id (delete the row)",
        "same.csv:4:3: required: 'b' is empty (fill it in)",
        "same.csv:5:5: decision: 'maybe' is no decision (allowed are same, not the same, undecided)",
    ]


def test_a_decision_holds_clean_text(folder) -> None:
    directory = folder("a")
    pair = {"a": "blue", "b": "green", "decision": "undecided"}
    write(directory, [{**pair, "by": "me ", "note": "a\u200bb"}, {**pair, "by": "me", "note": "=1+1"}])
    found = [(Path(each.file).name, each.line, each.column, each.code) for each in tables.check(directory)]
    invisible = [("same.csv", 2, 22, "whitespace"), ("same.csv", 2, 26, "invisible")]
    assert found == [*invisible, ("same.csv", 3, 25, "formula")]


def test_chains_and_circles_of_sameness_end() -> None:
    same = {("a", "b"): "same", ("b", "c"): "same", ("c", "a"): "same", ("d", "a"): "not the same"}
    assert representatives(same, {"a", "b", "c", "d"}) == {"b": "a", "c": "a"}


def test_other_ids_that_are_not_the_same_are_no_contradiction(folder) -> None:
    """Neither is one side of the decision alone, nor an id that nobody knows."""
    directory = folder("a")
    decide(directory, ("blue", "green", "same"), ("red", "green", "not the same"), ("blue", "x", "not the same"))
    assert tables.check(directory) == []


def test_two_that_stand_for_a_third_are_the_same(folder) -> None:
    directory = folder("a")
    decide(directory, ("blue", "green", "same"), ("blue", "red", "same"), ("green", "red", "not the same"))
    (problem,) = tables.check(directory)
    assert (problem.line, problem.message) == (4, "'green' and 'red' are made one by other rows")


def test_a_merged_entity_names_neither_itself_nor_its_label_among_its_lists(folder) -> None:
    extra = [
        {"id": "azzurro", "kind": "State", "label": "Azzurro", "aliases": "Blue|Blau", "start": "1900"},
        {"id": "celeste", "kind": "Group", "label": "Celeste", "description": "A club", "part_of": "blue"},
    ]
    directory = folder("a", entities=extra)
    decide(directory, ("blue", "azzurro", "same"), ("blue", "celeste", "same"))
    frame = negograph.load(directory).to_dataframes()["entities"]
    blue = dict(frame.loc["blue"])
    assert blue["aliases"] == "Azure|Azzurro|Blau|Bleu|Celeste", "whoever knew it by its label finds it"
    assert blue["part_of"] == ""
    assert blue["start"] == "1900"
    assert blue["description"] == "", "a club says nothing about a state"


def test_a_label_that_is_a_name_with_a_remark_is_no_name(folder) -> None:
    """An import tells its actors apart by one: "Bleu (Zenda; PA-X)"."""
    extra = [
        {"id": "pax-bleu", "kind": "State", "label": "Republic of Blue (Zenda; PA-X)", "aliases": "Republic of Blue"},
        {"id": "blau", "kind": "State", "label": "Blau|Azul", "aliases": "Blau"},
    ]
    directory = folder("a", entities=extra)
    decide(directory, ("blue", "pax-bleu", "same"), ("blue", "blau", "same"))
    kg = negograph.load(directory)
    assert kg.entity("blue").aliases == ("Azure", "Blau", "Blau/Azul", "Bleu", "Republic of Blue")


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("spelt", [{}, {"modality": "reported", "polarity": "affirmed"}])
def test_what_renaming_repeats_goes_in_any_order_and_spelling(folder, turned: bool, spelt: dict[str, str]) -> None:
    """The claim that nobody touched stays, and takes over what rests on the other; so do claims above them."""
    base = {"predicate": "attacked", "object": "green", "locator": "1", "via": "blue|leader"}
    resting = {"predicate": "supports", "subject": "r0008", "object": "r0009", "source": ""}
    one = folder(
        "a",
        relations=[{"id": "r0100", "subject": "red", **base}, {"id": "r0101", **resting, "evidence": "r0100"}],
    )
    two = folder(
        "b",
        entities=[{"id": "crimson", "kind": "ArmedGroup", "label": "Crimson"}],
        relations=[
            {"id": "r2001", "subject": "crimson", **base, **spelt, "via": "leader|blue"},
            {"id": "r2002", "subject": "crimson", **base, **spelt, "gist": "Once more."},
            {"id": "r2003", **resting, "evidence": "r2001"},
        ],
    )
    decide(two, ("red", "crimson", "same"))
    kg = negograph.load([two, one] if turned else [one, two])
    assert {row for row in kg.claims() if row > "r0012"} == {"r0100", "r0101"}


def test_two_claims_that_repeat_each_other_untouched_are_a_problem_all_the_same(folder) -> None:
    base = {"subject": "red", "predicate": "attacked", "object": "green", "locator": "1"}
    directory = folder(
        entities=[{"id": "crimson", "kind": "ArmedGroup", "label": "Crimson"}],
        relations=[{"id": f"r010{number}", **base} for number in range(2)]
        + [{**base, "id": "r0102", "subject": "crimson"}],
    )
    decide(directory, ("red", "crimson", "same"))
    (problem,) = tables.check(directory)
    assert (problem.code, problem.line) == ("duplicate", 15)
