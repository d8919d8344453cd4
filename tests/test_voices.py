"""Voices left out, and what depends on them."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import replace
from datetime import date

import pytest

import negograph
from negograph import KnowledgeGraph, QuestionError, UnknownEntityError
from negograph.analysis.sensitivity import statements
from negograph.answers import Answer
from negograph.cli.analysing import _as_sensitivity
from negograph.cli.asking import _as_command
from negograph.cli.catalogue import catalogue

from conftest import Run, Writer

TWO_SOURCES: dict[str, list[dict[str, str]]] = {
    "sources": [{"id": "other", "title": "Another text", "paragraphs": "2"}],
    "coverage": [{"source": "other", "paragraph": str(n), "status": "coded"} for n in (1, 2)],
    "relations": [
        {
            "id": "r0080",
            "subject": "talks",
            "predicate": "sidelined",
            "object": "green",
            "source": "other",
            "locator": "1",
        },
        {
            "id": "r0081",
            "subject": "talks",
            "predicate": "sidelined",
            "object": "blue",
            "source": "other",
            "locator": "2",
        },
        {
            "id": "r0082",
            "subject": "deal",
            "predicate": "assessedAs",
            "object": "success",
            "aspect": "outcome-of-talks",
            "locator": "1",
            "attributed_to": "leader|green",
        },
    ],
}


@pytest.fixture
def two(folder: Writer) -> KnowledgeGraph:
    return negograph.load(folder(**TWO_SOURCES))


def test_a_source_takes_with_it_what_it_relays(two: KnowledgeGraph) -> None:
    left, gone = two.heard(without=["text"])
    assert set(left.claims()) == {"r0080", "r0081"}
    assert gone["relations"] == len(two) - 2
    assert left.query("ASK { ngi:talks ng:sidelined ngi:green }") is True, "the other text says so too"
    assert left.entities() == two.entities(), "entities claim nothing"


def test_a_speaker_is_struck_from_joint_claims_and_silenced_in_its_own(two: KnowledgeGraph) -> None:
    left, _ = two.heard(without=["The Leader"])
    assert left.claim("r0082")["attributed_to"] == "green"
    assert "r0008" not in left.claims()
    assert "r0012" not in left.claims(), "an inference goes with its evidence"


def test_only_one_source_or_speaker(two: KnowledgeGraph) -> None:
    assert set(two.heard(only=["other"])[0].claims()) == {"r0080", "r0081"}
    assert set(two.heard(speakers=["leader"])[0].claims()) == {"r0008", "r0082"}
    own_voice = two.heard(speakers=["other"])[0]
    assert set(own_voice.claims()) == {"r0080", "r0081"}
    assert "r0012" in two.heard(only=["text"])[0].claims(), "an inference stays as long as its evidence does"


def test_slices_add_up_and_stand_in_the_command(two: KnowledgeGraph) -> None:
    left = two.heard(without=["text"])[0].heard(only=["other"])[0]
    assert left.answer("bypassed-allies").command.endswith("--without text --only other")


def test_a_claim_of_another_source_goes_though_it_names_evidence(folder: Writer) -> None:
    """Only an inference of the curators has no source, and hangs on its evidence alone."""
    rests = {**TWO_SOURCES["relations"][1], "evidence": "r0005"}
    kg = negograph.load(folder(**TWO_SOURCES | {"relations": [TWO_SOURCES["relations"][0], rests]}))
    left = set(kg.heard(only=["text"])[0].claims())
    assert "r0081" not in left
    assert "r0012" in left


def test_a_slice_of_a_slice_has_a_command_only_where_one_gives_it(two: KnowledgeGraph) -> None:
    both = two.heard(only=["text"])[0].heard(only=["other"])[0]
    assert "r0080" not in both.claims()
    assert both.answer("bypassed-allies").command == "", "--only text --only other would hear either"
    assert both.as_of(date(2020, 1, 1))[0].answer("bypassed-allies").command == ""
    twice = two.heard(without=["text"])[0].heard(without=["green"])[0]
    assert twice.answer("bypassed-allies").command.endswith("--without text --without green")


def test_a_voice_that_is_not_there(two: KnowledgeGraph) -> None:
    with pytest.raises(QuestionError, match="did you mean 'other'"):
        two.heard(only=["othr"])
    with pytest.raises(UnknownEntityError, match="green"):
        two.heard(without=["gren"])


def test_statements_are_what_rows_say_whoever_says_it(two: KnowledgeGraph) -> None:
    said = statements(two.corpus, two.answer("repeated-bypasses", bypassed="green"))
    assert said == {}
    bypasses = two.answer("bypassed-allies", ally="green")
    assert {row.source for row in bypasses} == {"text", "other"}
    assert len({key[:3] for key in statements(two.corpus, bypasses)}) == 1


def test_an_answer_goes_only_with_its_last_voice(two: KnowledgeGraph) -> None:
    rows = list(two.sensitivity("moves")["changes"])
    assert rows == []
    part = two.sensitivity("bypassed-allies", ally="blue")["changes"]
    gone = {(row.voice, row.change) for row in part}
    assert gone == {("other", "goes"), ("text", "goes"), ("text", "appears")}
    assert "r0081" in {row.claim for row in part if row.voice == "other"}
    assert all(row.saidBy and row.source and row.paragraph for row in part), "what appears has its source, too"
    with pytest.raises(QuestionError, match="'relay'"):
        two.sensitivity("moves", voices="relay")


def test_by_speaker(two: KnowledgeGraph) -> None:
    report = two.sensitivity("judgements", voices="speaker", about="talks")
    effects = {row.voice: row.effect for row in report["voices"]}
    assert effects == {"leader": "1 of 3 answers go", "green": "0 of 3 answers go: nothing changes"}
    assert "1 of 3 answers are a source's own voice, and no speaker's: --voices source." in report.notes


def test_a_source_that_speaks_itself_is_not_none_recorded(two: KnowledgeGraph) -> None:
    text = two.sensitivity("bypasses", voices="speaker").to_markdown()
    assert "every answer is a source's own voice (--voices source)" in text
    assert "nothing changes" in text
    assert "none recorded" not in text
    nothing = two.sensitivity("moves", voices="speaker").to_markdown()
    assert nothing.count("none recorded in the sources") == 2


def test_each_answer_is_told_once_with_all_that_give_it(two: KnowledgeGraph) -> None:
    report = two.sensitivity("judgements", about="deal")
    assert [part.name for part in report] == ["voices", "changes"]
    ((heading, [(section, rows)]),) = report["changes"].groups()
    assert heading == "text · goes"
    assert sorted(rows) == sorted(set(rows))
    assert ("Deal · outcome · for · success · assessed", "Green in text ¶1, The Leader in text ¶1") in rows
    assert section.readable(rows)[0] == ["answer", "given by"]
    assert "one combination of judged, aspect, stance, verdict, modality." in report.notes[0]


def apart(kg: KnowledgeGraph, answer: Answer) -> bool:
    """Whether the claims behind each statement of an answer say one thing."""
    said: dict[tuple[object, ...], set[tuple[str, ...]]] = defaultdict(set)
    for key, claims in by_statement(answer, kg).items():
        for column, claim in claims:
            row = kg.claim(claim)
            meant = (*(row[name] for name in ("subject", "predicate", "object", "polarity")), kg.corpus.modality(row))
            said[column, *key].add(meant)
    return all(len(each) == 1 for each in said.values())


def by_statement(answer: Answer, kg: KnowledgeGraph) -> dict[tuple[object, ...], list[tuple[str, str]]]:
    found: dict[tuple[object, ...], list[tuple[str, str]]] = defaultdict(list)
    for index, row in enumerate(answer.rows):
        (key,) = statements(kg.corpus, replace(answer, solutions=answer.solutions[index : index + 1]))
        named = zip(answer.variables, row, strict=True)
        found[key] += [(name, value) for name, value in named if isinstance(value, str) and value in kg.corpus.claims]
    return found


def test_no_two_claims_fall_together_that_say_different_things(kg: KnowledgeGraph) -> None:
    """Unless the header of a question names what an answer is."""
    for name, question in kg.questions.items():
        if not question.answer:
            assert apart(kg, kg.answer(name)), f"{name} needs a line '#+ answer:'"
    assert not apart(kg, replace(kg.answer("record"), telling=("entity", "part", "relation")))


def test_what_is_denied_or_foretold_is_another_answer(folder: Writer) -> None:
    cells = {"subject": "red", "predicate": "signed", "object": "deal", "locator": "1"}
    kg = negograph.load(
        folder(
            relations=[
                {"id": "r0090", **cells},
                {"id": "r0091", **cells, "polarity": "negated"},
                {"id": "r0092", **cells, "modality": "predicted"},
            ]
        )
    )
    said = statements(kg.corpus, kg.answer("parties", actor="red", role="signed"))
    assert [text.split(" · ")[2] for text in said.values()] == ["foretold: signed", "not: signed", "signed"]


@pytest.mark.parametrize(("name", "given"), [("record", {"entity": "green"}), ("speaker", {"by": "green"})])
def test_where_rows_are_claims_each_claim_is_an_answer(two: KnowledgeGraph, name: str, given: dict[str, str]) -> None:
    answer = two.answer(name, **given)
    said = statements(two.corpus, answer)
    assert len(said) == len(answer.claims) > 1
    assert all(two.claim(claim)["gist"] in " ".join(said.values()) for claim in answer.claims)


def test_the_command_line_leaves_voices_out(run: Run, folder: Writer) -> None:
    directory = folder(**TWO_SOURCES)
    found = run("ask", "bypassed-allies", "--data", directory, "--without", "text", "--format", "csv")
    assert "13 of 15 claims are left out" in found.stderr
    assert {line.split(",")[0] for line in found.stdout.splitlines()[1:]} == {"talks"}
    missing = run("show", "talks", "--data", directory, "--only", "txt")
    assert missing.exit_code == 1
    assert "did you mean 'text'" in missing.stderr


def test_sensitivity_on_the_command_line(run: Run, folder: Writer) -> None:
    directory = folder(**TWO_SOURCES)
    found = run("sensitivity", "bypassed-allies", "--ally", "blue", "--data", directory)
    assert found.exit_code == 0
    assert "answers go" in found.stdout
    assert run("sensitivity", "bypased-allies", "--data", directory).exit_code == 1
    assert "--voices" in run("sensitivity", "judgements", "--help").stdout


def test_no_option_stands_for_two_things() -> None:
    """A question may have any parameter that no option of the commands is called by."""
    for make in (_as_command, _as_sensitivity):
        for question in catalogue().values():
            names = [name for option in make(question).params for name in option.opts]
            assert len(names) == len(set(names)), question.name


def test_a_question_keeps_its_own_parameters(run: Run) -> None:
    """``--by`` narrows the advice to that of one speaker, whatever the voices are."""
    found = run("sensitivity", "advice", "--by", "Steven Pifer", "--voices", "speaker", "--format", "csv")
    assert found.exit_code == 0, found.output
    rows = [row for row in csv.DictReader(io.StringIO(found.stdout)) if row["part"] == "changes"]
    assert rows
    assert all("Steven Pifer" in row["answer"] for row in rows)
    assert {row["voice"] for row in rows} == {"steven-pifer"}
    assert run("ask", "advice", "--by", "Steven Pifer").exit_code == 0
