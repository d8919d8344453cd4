"""A case of one's own against the graph."""

from __future__ import annotations

from pathlib import Path

import pytest

import negograph
from negograph import DataError, KnowledgeGraph
from negograph.analysis import template
from negograph.analysis.assessment import OWN_CASE

from conftest import Run, Writer

CASE = """\
subject,predicate,object,context,target,start,gist
State: Yellow,initiated,Negotiation: Later talks,,,2024-05,Yellow opened talks.
State: Purple,counterpartIn,Later talks,,,,
Yellow,backs,State: Orange,,,,
Later talks,shutOut,Orange,,,,Orange was not told.
yellow,usedTactic,Bluff,later talks,purple,,
"""


@pytest.fixture
def case(tmp_path: Path) -> Path:
    file = tmp_path / "case.csv"
    file.write_text(CASE, encoding="utf-8")
    return file


def test_a_case_is_set_against_the_graph(small: KnowledgeGraph, case: Path) -> None:
    report = small.assess(case)
    assert report.title == "Later talks, set against the graph"
    (share,) = {row.share for row in report["precedents"]}
    assert share == "has 2 of 2 (16-100 %) of the steps"
    assert {row.precedent for row in report["precedents"]} == {"talks"}
    assert {row.earlier for row in report["precedents"]} == {"earlier"}
    assert {(row.followed, row.link) for row in report["what-followed"]} == {
        ("collapse", "cause claimed"),
        ("protest", "reaction"),
    }
    assert {(row.who, row.how, row.source, row.paragraph) for row in report["bypasses"]} == {
        ("orange", "shutOut", OWN_CASE, "5")
    }


def test_nothing_of_it_enters_the_graph(small: KnowledgeGraph, case: Path) -> None:
    before = small.claims(), small.entities(), len(small.store)
    small.assess(case)
    assert (small.claims(), small.entities(), len(small.store)) == before


def test_advice_that_was_ignored_elsewhere_by_the_same_step(folder: Writer, case: Path) -> None:
    kg = negograph.load(
        folder(
            entities=[{"id": "consult", "kind": "Advice", "label": "consult"}],
            relations=[
                {"id": "r0080", "subject": "green", "predicate": "recommends", "object": "consult", "locator": "1"},
                {
                    "id": "r0081",
                    "subject": "consult",
                    "predicate": "ignoredIn",
                    "object": "talks",
                    "source": "",
                    "evidence": "r0005",
                },
            ],
        )
    )
    (row,) = kg.assess(case)["advice"]
    assert (row.advice, row.step, row.ignoredIn, row.claim) == ("consult", "went around: ally", "talks", "r0080")
    assert (row.fateClaim, row.because) == ("r0081", "What r0081 says."), "the inference that it was ignored"


def test_the_one_left_out_is_proposed(folder: Writer, tmp_path: Path) -> None:
    kg = negograph.load(folder(entities=[{"id": "orange", "kind": "State", "label": "Orange"}]))
    file = tmp_path / "case.csv"
    file.write_text(
        "subject,predicate,object,context\n"
        "State: Yellow,initiated,Negotiation: Later talks,\n"
        "State: Purple,counterpartIn,Later talks,\n"
        "Orange,demanded,Issue: a seat,talks\n"
        "Later talks,about,a seat,\n",
        encoding="utf-8",
    )
    (row,) = kg.assess(file)["left-out"]
    assert (row.leftOut, row.ground) == ("orange", "moves or aims on an issue of the deal")


def test_a_kind_may_stand_each_time(small: KnowledgeGraph, case: Path) -> None:
    once = small.assess(case).to_csv()
    case.write_text(CASE.replace("Purple,counterpartIn,L", "Purple,counterpartIn,Negotiation: L"), encoding="utf-8")
    assert small.assess(case).to_csv() == once


def test_no_command_is_given_that_would_not_find_the_case(small: KnowledgeGraph, case: Path) -> None:
    report = small.assess(case)
    assert report.command.startswith(f"negograph assess {case}")
    assert {part.command for part in report} == {""}


def test_advice_against_it_or_withdrawn_is_no_advice(folder: Writer, case: Path) -> None:
    row = {"id": "r0080", "subject": "green", "predicate": "recommends", "object": "consult", "locator": "1"}
    fate = {"id": "r0081", "subject": "consult", "predicate": "ignoredIn", "object": "talks", "evidence": "r0005"}
    advice = [{"id": "consult", "kind": "Advice", "label": "consult"}]
    for cells, told in (({}, {"r0080"}), ({"polarity": "negated"}, set()), ({"rank": "deprecated"}, set())):
        kg = negograph.load(folder(entities=advice, relations=[{**row, **cells}, {**fate, "source": ""}]))
        assert {each.claim for each in kg.assess(case)["advice"]} == told


BAD = [
    ("Person: Blue,initiated,Negotiation: new\nState: Blue,met,red", 3, 1, "kind", "write one kind"),
    ("State: Azure,initiated,Negotiation: new", 2, 1, "known", "write 'blue'"),
    ("yellw,initiated,Negotiation: new", 2, 1, "reference", "write its kind before it"),
    ("leader,initated,Negotiation: new", 2, 8, "predicate", "initiated"),
    ("red,initiated,Negotiation: new\nred,usedTactic,blue", 3, 16, "range", "turn the row round"),
    ("leader,met,red", 0, 0, "case", "Negotiation: a name"),
    ("leader,initiated,Negotiation: new\nleader,met,", 3, 12, "object", "needs an object"),
    ("leader,initiated,Negotiation:  \u200bnew", 2, 18, "invisible", "delete it"),
]


@pytest.mark.parametrize(("rows", "line", "column", "code", "mend"), BAD, ids=[row[3] for row in BAD])
def test_what_is_wrong_is_named_with_its_place_and_mend(
    small: KnowledgeGraph, tmp_path: Path, rows: str, line: int, column: int, code: str, mend: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(f"subject,predicate,object\n{rows}\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        small.assess(file)
    problem = caught.value.problems[0]
    assert (problem.file, problem.line, problem.column) == (str(file), line, column), problem
    assert mend in problem.mend, problem


def test_every_sort_of_problem_is_told_in_one_run(small: KnowledgeGraph, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    rows = [
        "yellw,initiated,Negotiation: new,2024",
        "leader,initated,new,",
        "leader,met,,",
        "red,met,leader ,06/01/2019",
    ]
    file.write_text("\n".join(["subject,predicate,objct,start", *rows, "red,met"]) + "\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        small.assess(file)
    assert [(each.line, each.column, each.code) for each in caught.value.problems] == [
        (1, 19, "header"),
        (2, 1, "reference"),
        (3, 8, "predicate"),
        (4, 12, "object"),
        (5, 9, "whitespace"),
        (5, 17, "date"),
        (6, 5, "row-length"),
    ]


def test_a_missing_file_and_a_bad_header(small: KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"missing: .* \(name a file that is there\)"):
        small.assess(tmp_path / "nowhere.csv")
    file = tmp_path / "bad.csv"
    file.write_text("subject,predicate,objct\nred,met,blue\n", encoding="utf-8")
    with pytest.raises(DataError, match="did you mean 'object'"):
        small.assess(file)


def test_the_template_is_a_case_that_can_be_assessed(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(run("assess", "--template").stdout, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == template()
    found = run("assess", file)
    assert found.exit_code == 0, found.output
    assert "1 · US-Taliban talks" in found.stdout
    assert "consult Ukraine" in found.stdout


def test_a_file_or_the_template_is_needed(run: Run) -> None:
    assert run("assess").exit_code == 2
