"""Asking on the command line: what is refused, what is hinted at, and what Tab offers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import Result

from negograph import KnowledgeGraph, QueryError, QuestionError
from negograph.cli import main
from negograph.errors import DateError

from conftest import Writer

Run = Callable[..., Result]


# An answer that is empty


def test_an_empty_answer_names_those_near_that_have_rows(run: Run) -> None:
    found = run("ask", "bypassed-allies", "--ally", "NATO")
    assert (found.exit_code, "none recorded in the sources" in found.stdout) == (0, True)
    assert found.stderr.startswith("nothing for nato; there are rows for nato-allies")
    assert run("ask", "bypassed-allies", "--ally", "NATO allies").stderr == ""


def test_members_and_parts_are_near(folder: Writer) -> None:
    import negograph

    club = {"id": "club", "kind": "Organisation", "label": "The Club"}
    member = {"id": "r0071", "subject": "green", "predicate": "memberOf", "object": "club", "locator": "1"}
    kg = negograph.load(folder(entities=[club], relations=[member]))
    assert kg.instead("bypassed-allies", ally="club") == {"club": ["green"]}
    other = {"id": "other", "title": "Another text", "paragraphs": "1"}
    talks = {"id": "more-talks", "kind": "Negotiation", "label": "More talks", "part_of": "talks"}
    kg = negograph.load(
        folder(
            entities=[talks],
            sources=[other],
            coverage=[{"source": "other", "paragraph": "1", "status": "nothing-to-code", "reason": "A title"}],
        )
    )
    assert kg.instead("coverage", negotiation="more-talks", source="text") == {"more-talks": ["talks"]}
    assert kg.instead("coverage", negotiation="more-talks", source="other") == {"more-talks": []}


# SPARQL


@pytest.mark.parametrize(
    ("sparql", "said"),
    [
        ("SELECT * {\n ?s ngx:a ?o }", "line 2, column 10: the prefix ngx: is not declared"),
        ("INSERT DATA { ngi:a ng:met ngi:b }", "the graph is read-only: ask with SELECT, ASK, CONSTRUCT or DESCRIBE"),
        ("DELETE WHERE { ?s ?p ?o }", "the graph is read-only: ask with SELECT, ASK, CONSTRUCT or DESCRIBE"),
        ("SELECT ?x { ?x ng:add ", "line 1, column 23: the query cannot go on like this"),
    ],
)
def test_what_the_engine_knows_is_said(small: KnowledgeGraph, sparql: str, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        small.query(sparql)
    assert str(caught.value) == said


def test_names_that_the_graph_does_not_have_are_told_of_an_empty_result(run: Run) -> None:
    found = run("query", "-e", "SELECT ?who { ngi:us-taliban-talk ng:sidelinned ?who } # ngi:nobody")
    assert found.exit_code == 0
    assert found.stderr.splitlines() == [
        "the graph has no ngi:us-taliban-talk; did you mean ngi:us-taliban-talks?",
        "the graph has no ng:sidelinned; did you mean ng:sidelined?",
    ]
    assert run("query", "-e", "SELECT ?x { ngc:r0001 ng:gist 'no such gist' . ngs:re-russia ?p ?x }").stderr == ""
    assert "no ngs:nowhere-at-all\n" in run("query", "-e", "ASK { ?x ?y ngs:nowhere-at-all }").stderr


# Where the data come from


def test_an_option_goes_before_the_environment(run: Run, folder: Writer) -> None:
    own = {"NEGOGRAPH_DATA": str(folder())}
    assert "again: negograph show r0001" not in run("ask", "tactics", env=own).stdout
    packaged = run("ask", "tactics", "--format", "csv").stdout
    assert run("ask", "tactics", "--format", "csv", env=own).stdout != packaged
    assert run("--data", "packaged", "ask", "tactics", "--format", "csv", env=own).stdout == packaged
    assert run("ask", "--data", "packaged", "tactics", "--format", "csv", env=own).stdout == packaged
    assert run("ask", "tactics", "--format", "csv", "--data", "packaged", env=own).stdout == packaged


def test_an_option_beside_an_endpoint_is_refused_whatever_the_environment(run: Run, folder: Writer) -> None:
    own = {"NEGOGRAPH_DATA": str(folder())}
    endpoint = ("ask", "tactics", "--endpoint", "http://127.0.0.1:9/")
    assert "cannot go with --endpoint" in run(*endpoint, "--data", "packaged", env=own).stderr
    assert "cannot be reached" in run(*endpoint, env=own).stderr


# Completion


def completed(arguments: list[str], incomplete: str) -> list[str]:
    completion = ShellComplete(main, {}, "negograph", "_NEGOGRAPH_COMPLETE")
    return [each.value for each in completion.get_completions(arguments, incomplete)]


def test_tab_offers_what_the_parameter_takes(kg: KnowledgeGraph) -> None:
    deals = completed(["ask", "bypasses", "--deal"], "us-")
    assert "us-taliban-talks" in deals
    assert all(kg.corpus.is_a(each, "Happening") for each in deals)
    assert completed(["ask", "bypasses", "--tie"], "A") == ["ally"]
    assert completed(["ask", "bypasses", "--manner"], "s") == ["shutOut", "sidelined"]
    assert completed(["ask", "coverage", "--source"], "re-") == ["re-russia"]


@pytest.mark.parametrize(
    ("arguments", "incomplete", "found"),
    [
        (["ask", "tactics", "--without"], "re-r", "re-russia"),
        (["ask", "tactics", "--only"], "re-r", "re-russia"),
        (["ask", "tactics", "--speaker"], "steven-p", "steven-pifer"),
        (["show"], "re-r", "re-russia"),
        (["show"], "r000", "r0001"),
        (["explore", "--focus"], "doha", "doha-agreement"),
    ],
)
def test_tab_knows_voices_sources_and_claims(arguments: list[str], incomplete: str, found: str) -> None:
    assert found in completed(arguments, incomplete)


def test_tab_knows_stories(kg: KnowledgeGraph) -> None:
    assert completed(["explore", "--story"], "") == sorted({row["story"] for row in kg.corpus.tables["stories"]})


def test_tab_is_quiet_where_there_are_no_sound_data(folder: Writer, tmp_path: Path) -> None:
    broken = folder(relations=[{"id": "r0005", "object": "gren"}])
    for directory in (broken, tmp_path / "nowhere"):
        assert completed(["show", "--data", str(directory)], "g") == []


# Files for engines


@pytest.mark.parametrize(
    ("suffix", "words"), [("nt", ("= nt ", '"ntriples"')), ("ttl", ("= ttl ", '"turtle"')), ("rdf", ('"rdfxml"',))]
)
def test_the_instructions_name_the_format_of_the_file(
    run: Run, folder: Writer, tmp_path: Path, suffix: str, words: tuple[str, ...]
) -> None:
    found = run("publish", "--protocol", "file", "-o", tmp_path / f"ng.{suffix}", "--data", folder())
    assert found.exit_code == 0
    assert all(word in found.stdout for word in words)


@pytest.mark.parametrize("name", ["x.csv", "x.trig", "x"])
def test_a_file_that_is_not_one_graph_is_no_file_for_engines(run: Run, tmp_path: Path, name: str) -> None:
    found = run("publish", "--protocol", "file", "-o", tmp_path / name)
    assert found.exit_code == 2
    assert ".nt, .ttl, .rdf" in found.stderr
    assert not (tmp_path / name).exists()


# Slices and descriptions in Python


def test_a_voice_is_a_name_or_several(kg: KnowledgeGraph) -> None:
    assert len(kg.heard(without="re-russia")[0]) == len(kg.heard(without=["re-russia"])[0]) < len(kg)
    assert len(kg.heard(only="dubois")[0]) == len(kg.heard(only=("dubois",))[0])
    assert len(kg.heard(speakers="Steven Pifer")[0]) > 0


def test_a_day_is_a_date_or_a_text(small: KnowledgeGraph) -> None:
    assert small.as_of("2020")[1] == small.as_of(date(2020, 12, 31))[1]
    for bad in ("soon", ".."):
        with pytest.raises(DateError):
            small.as_of(bad)


def test_a_source_can_be_described(kg: KnowledgeGraph) -> None:
    assert kg.describe(None, source="re-russia").to_turtle() == kg.query("DESCRIBE ngs:re-russia").to_turtle()  # type: ignore[union-attr]
    with pytest.raises(QuestionError, match="no source"):
        kg.describe(None, source="nowhere")


# Folders of tables


def test_a_folder_ends_in_a_slash_and_holds_no_rdf(run: Run, folder: Writer, tmp_path: Path) -> None:
    assert "a folder of tables ends in a slash" in run("export", "-o", tmp_path / "newdir", "--data", folder()).stderr
    found = run("export", "-o", f"{tmp_path}/new/", "--rdf12", "--data", folder())
    assert found.exit_code == 1
    assert "rdf12 goes with a file" in found.stderr
    assert not (tmp_path / "new").exists()
