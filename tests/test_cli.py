"""The command line, as its user meets it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import click
import pyoxigraph as ox
import pytest
import rdflib
from click.shell_completion import ShellComplete
from click.testing import Result

import negograph
from negograph import KnowledgeGraph, UnknownEntityError
from negograph.cli import main
from negograph.cli.root import COMMANDS
from negograph.export import FORMATS

from conftest import ROOT, Writer

Run = Callable[..., Result]


def test_help_shows_where_to_start(run: Run) -> None:
    found = run("--help")
    assert found.exit_code == 0
    assert "negograph ask bypassed-allies" in found.output
    for command in ("ask", "check", "export", "query", "questions", "show"):
        assert command in found.output


@pytest.mark.parametrize("command", ["ask", "check", "export", "publish", "query", "questions", "serve", "show"])
def test_every_command_helps_with_examples_within_80_columns(run: Run, command: str) -> None:
    found = run(command, "--help")
    assert found.exit_code == 0
    assert "Examples:" in found.output
    assert "--data" in found.output
    assert max(map(len, found.output.splitlines())) <= 80


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("negograph comp", "compare"),
        ("negograph ask byp", "bypassed-allies"),
        ("negograph show doha", "doha-agreement"),
    ],
)
def test_bash_completes_commands_questions_and_ids(run: Run, typed: str, found: str) -> None:
    script = f"{run('completion', 'bash').output}\nCOMP_WORDS=({typed}) COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n"
    script += '_negograph_completion negograph && printf "%s\\n" "${COMPREPLY[@]}"'
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=environment, timeout=60)
    assert found in done.stdout.split(), done.stderr


@pytest.mark.parametrize(("shell", "word"), [("zsh", "#compdef negograph"), ("fish", "complete --no-files")])
def test_the_other_shells_get_their_script(run: Run, shell: str, word: str) -> None:
    assert word in run("completion", shell).output


def test_a_part_of_a_name_finds_the_whole(run: Run) -> None:
    assert "did you mean doha-agreement" in run("show", "Doha").stderr


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Doha-Agreement", "doha-agreement"),
        ("Ukrainian government", "ukrainian-government"),
        ("european  allies", "european-allies"),
    ],
)
def test_the_words_of_an_id_are_a_name(kg: KnowledgeGraph, name: str, found: str) -> None:
    assert kg.resolve(name) == found


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Putin talks", "us-russia-talks-2025"),
        ("Trump-Putin talks", "us-russia-talks-2025"),
        ("Doha deal", "doha-agreement"),
        ("NATO alies", "nato-allies"),
    ],
)
def test_the_nearest_name_shares_the_telling_words(kg: KnowledgeGraph, name: str, first: str) -> None:
    with pytest.raises(UnknownEntityError, match=f"did you mean {first}"):
        kg.resolve(name)


def test_a_name_that_shares_a_part_is_near(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownEntityError, match="european-allies"):
        kg.resolve("Europe")


def test_a_claim_that_is_not_there_is_no_name(run: Run) -> None:
    assert run("show", "r9999").stderr == "negograph: no claim 'r9999'; they run from r0001\n"
    assert "no name is near it" in run("show", "zzzz").stderr


def test_pages_that_the_help_names_are_there() -> None:
    def helps(command: click.Command) -> str:
        return (command.help or "") + "".join(map(helps, getattr(command, "commands", {}).values()))

    context = click.Context(main)
    every = filter(None, (main.get_command(context, name) for name in main.list_commands(context)))
    named = re.findall(r"\b(?:docs|graph)/[\w/.-]*\w", "".join(map(helps, every)))
    assert len(named) > 3
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_version_is_one(run: Run) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert run("--version").output == f"negograph {project['version']}, data {negograph.load().version}\n"
    assert negograph.__version__ == project["version"]


def test_help_needs_none_of_the_heavy_libraries() -> None:
    script = "import sys; from negograph.cli import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert {"pandas", "networkx", "rdflib", "rich", "pyoxigraph", "numpy"}.isdisjoint(loaded.split())
    assert not any(f"negograph.cli.{module}" in loaded.split() for module, _ in COMMANDS.values())


def test_every_command_is_listed_in_one_line_and_lies_where_the_list_says(run: Run) -> None:
    listed = run("--help").stdout
    assert "..." not in listed.partition("Commands:")[2]
    context = click.Context(main)
    for name, (module, summary) in COMMANDS.items():
        command = main.get_command(context, name)
        assert command
        assert command.callback, f"{name} is only a stand-in: {module} has no such command"
        assert f"  {name:<11}  {summary}\n" in listed
    commands = [file.stem for file in (ROOT / "src/negograph/cli").glob("*.py") if "@main." in file.read_text("utf-8")]
    assert {*commands, "parts"} == {module for module, _ in COMMANDS.values()}
    assert set(main.commands) == set(COMMANDS), "a command that the list does not have"


def test_asking_needs_neither_pandas_nor_networkx_nor_rdflib() -> None:
    script = "import sys; from negograph.cli import main; main(['ask', 'bypassed-allies'], standalone_mode=False); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert {"pandas", "networkx", "rdflib", "numpy"}.isdisjoint(loaded.split())


# check


def test_check_is_quiet_and_green_on_sound_tables(run: Run, folder: Writer) -> None:
    found = run("check", "--data", folder())
    assert (found.exit_code, found.stdout) == (0, "")
    assert "no problems" in found.stderr
    assert run("check").exit_code == 0
    assert json.loads(run("check", "--format", "json").stdout) == []


def test_check_reports_every_problem_and_exits_with_1(run: Run, folder: Writer) -> None:
    directory = folder(
        entities=[{"id": "blue", "kind": "Stat"}], relations=[{"id": "r0005", "object": "gren", "gist": ""}]
    )
    found = run("check", "--data", directory)
    assert found.exit_code == 1
    assert found.stdout.splitlines() == [
        f"{directory}/entities.csv:2:6: kind: 'Stat' is no kind (did you mean 'State'?)",
        f"{directory}/relations.csv:6:23: reference: nothing has the id 'gren' (did you mean 'green'?)",
        f"{directory}/relations.csv:6:46: required: 'gist' is empty (fill it in)",
    ]
    assert "3 problems" in found.stderr
    problems = json.loads(run("--data", directory, "check", "--format", "json").stdout)
    assert [problem["code"] for problem in problems] == ["kind", "reference", "required"]
    assert set(problems[0]) == {"file", "line", "column", "code", "message", "mend"}


def test_a_folder_that_is_not_there(run: Run, tmp_path: Path) -> None:
    found = run("check", "--data", tmp_path / "nowhere")
    assert found.exit_code == 1
    assert "no such directory" in found.stdout


def test_asking_broken_tables_says_what_is_broken(run: Run, folder: Writer) -> None:
    found = run("ask", "bypassed-allies", "--data", folder(relations=[{"id": "r0005", "object": "gren"}]))
    assert found.exit_code == 1
    assert "did you mean 'green'?" in found.stderr
    assert found.stdout == ""


# questions and ask


def test_questions_lists_them_all(run: Run) -> None:
    for form in ("table", "md", "csv"):
        text = run("questions", "--format", form).stdout
        assert "bypassed-allies" in text
        assert "Which deals bypassed which allies, and what followed?" in text
    rows = {row["name"]: row for row in json.loads(run("questions", "--format", "json").stdout)}
    assert [parameter["name"] for parameter in rows["bypassed-allies"]["parameters"]] == ["ally", "initiator"]
    assert len(rows) >= 6


def test_ask_prints_four_formats(run: Run, folder: Writer) -> None:
    directory = folder()
    table = run("ask", "bypassed-allies", "--data", directory).stdout
    assert "sidelined" in table
    assert "cause claimed" in table
    assert max(len(line) for line in table.splitlines() if not line.startswith("again: ")) <= 80
    found = json.loads(run("ask", "bypassed-allies", "--data", directory, "--format", "json").stdout)
    assert found["results"]["bindings"][0]["deal"] == {"type": "uri", "value": "https://w3id.org/negograph/id/talks"}
    text = run("ask", "bypassed-allies", "--data", directory, "--format", "csv").stdout
    assert [row["followed"] for row in csv.DictReader(io.StringIO(text))] == ["protest", "collapse"]
    assert "## Talks" in run("ask", "bypassed-allies", "--data", directory, "--format", "md").stdout


def test_data_may_stand_before_the_command_or_in_the_environment(run: Run, folder: Writer) -> None:
    directory = folder()
    arguments = ("bypassed-allies", "--format", "csv")
    behind = run("ask", *arguments, "--data", directory).stdout
    assert run("--data", directory, "ask", *arguments).stdout == behind
    assert run("ask", "--data", directory, *arguments).stdout == behind
    assert run("ask", *arguments, env={"NEGOGRAPH_DATA": str(directory)}).stdout == behind
    assert run("ask", *arguments).stdout != behind


def test_parameters_take_ids_labels_and_aliases(run: Run, folder: Writer) -> None:
    directory = folder(
        relations=[{"id": "r0050", "subject": "deal", "predicate": "shutOut", "object": "blue", "locator": "1"}]
    )
    for name in ("blue", "Blue", "azure"):
        found = run("ask", "bypassed-allies", "--ally", name, "--data", directory, "--format", "csv")
        assert {row["bypassed"] for row in csv.DictReader(io.StringIO(found.stdout))} == {"blue"}


def test_misspelt_names_get_a_suggestion(run: Run) -> None:
    found = run("ask", "bypased-allies")
    assert (found.exit_code, found.stderr) == (
        1,
        "negograph: no question 'bypased-allies'; did you mean 'bypassed-allies'?\n",
    )
    found = run("ask", "bypassed-allies", "--ally", "NATO alies")
    assert found.exit_code == 1
    assert "nato" in found.stderr
    assert run("ask", "bypassed-allies", "--aly", "x").exit_code == 2
    assert run("asc").exit_code == 2
    assert run("ask", "bypassed-allies", "--format", "xml").exit_code == 2


def test_as_of_leaves_out_the_later(run: Run, folder: Writer) -> None:
    directory = folder()
    found = run("ask", "bypassed-allies", "--as-of", "2020", "--data", directory, "--format", "csv")
    assert [row["followed"] for row in csv.DictReader(io.StringIO(found.stdout))] == ["protest"]
    assert found.stderr.startswith("as of 2020-12-31: 1 entities and 1 claims")
    for bad in ("soon", "..", "2020-02-30"):
        assert run("ask", "bypassed-allies", "--as-of", bad).exit_code == 2


def test_nothing_found_is_said(run: Run, folder: Writer) -> None:
    found = run("ask", "bypassed-allies", "--ally", "red", "--data", folder())
    assert found.exit_code == 0
    assert "none recorded in the sources" in found.stdout


def test_long_sentences_are_set_as_a_list(run: Run, folder: Writer) -> None:
    gist = "The Leader is said to have bluffed in the talks with the red side, and to have known it all along."
    directory = folder(relations=[{"id": "r0011", "gist": gist}])
    text = run("ask", "tactics", "--data", directory).stdout
    assert "    Bluff · The Leader · Red" in text
    assert "— own voice · text ¶1, 3" in text
    assert max(len(line) for line in text.splitlines() if not line.startswith("again: ")) <= 80
    wide = run("ask", "tactics", "--data", directory, env={"COLUMNS": "200"}).stdout
    assert gist in wide


@pytest.mark.parametrize("columns", ["", "0", "wide", "-5"])
def test_a_width_that_is_none_is_80_columns(run: Run, folder: Writer, columns: str) -> None:
    found = run("ask", "tactics", "--data", folder(), env={"COLUMNS": columns})
    assert found.exit_code == 0, found.exception
    assert found.stdout == run("ask", "tactics", "--data", folder(), env={"COLUMNS": "80"}).stdout


# query


def test_the_columns_of_a_query_keep_their_names(run: Run) -> None:
    found = run("query", "-e", "SELECT ?end ?later ?reason { VALUES (?end ?later ?reason) { (1 2 3) } }")
    assert found.stdout.split()[:3] == ["end", "later", "reason"]


def test_query_from_everywhere(run: Run, tmp_path: Path) -> None:
    sparql = "SELECT ?who { ngi:us-taliban-talks ng:sidelined ?who }"
    expected = "who\nafghan-government\n"
    (tmp_path / "q.rq").write_text(sparql, encoding="utf-8")
    assert run("query", "-e", sparql, "--format", "csv").stdout == expected
    assert run("query", tmp_path / "q.rq", "--format", "csv").stdout == expected
    assert run("query", "-", "--format", "csv", input=sparql).stdout == expected
    assert run("query").exit_code == 2
    assert run("query", tmp_path / "q.rq", "-e", sparql).exit_code == 2
    assert run("query", tmp_path / "missing.rq").exit_code == 2


def test_query_ask_construct_describe(run: Run) -> None:
    ask = "ASK { ngi:us-taliban-talks ng:bypassed ngi:afghan-government }"
    assert run("query", "-e", ask).stdout == "true\n"
    assert json.loads(run("query", "-e", ask, "--format", "json").stdout) == {"head": {}, "boolean": True}
    describe = "DESCRIBE ngi:doha-agreement"
    assert "ngi:doha-agreement a ng:Agreement" in run("query", "-e", describe).stdout
    for form, name in (("ttl", "turtle"), ("nt", "nt"), ("rdf", "xml"), ("jsonld", "json-ld")):
        text = run("query", "-e", describe, "--format", form).stdout
        assert len(rdflib.Graph().parse(data=text, format=name)) > 5
    assert run("query", "-e", describe, "--format", "csv").exit_code == 1
    assert "CONSTRUCT" in run("query", "-e", "SELECT * { ngi:doha-agreement rdfs:label ?o }", "--format", "ttl").stderr


def test_a_broken_query_is_one_clear_line(run: Run) -> None:
    found = run("query", "-e", "SELECT ?x { ?x ng:about ")
    assert found.exit_code == 1
    assert found.stderr.startswith("negograph: line 1, column ")
    assert len(found.stderr.splitlines()) == 1


# show


def test_show_finds_by_id_label_and_alias(run: Run, folder: Writer) -> None:
    directory = folder()
    shown = {run("show", name, "--data", directory).stdout for name in ("blue", "Blue", "AZURE")}
    assert len(shown) == 1
    text = shown.pop()
    assert "Azure, Bleu" in text
    assert "r0004" in text
    assert "text ¶1" in text


def test_show_has_the_dissent(run: Run, folder: Writer) -> None:
    text = run("show", "talks", "--data", folder()).stdout
    assert "opposed verdicts" in text
    assert "What r0008 says." in text
    assert "What r0009 says." in text


def test_show_in_other_formats(run: Run, folder: Writer) -> None:
    directory = folder()
    found = json.loads(run("show", "talks", "--data", directory, "--format", "json").stdout)
    assert found["label"] == "Talks"
    assert {row["claim"]["value"].rsplit("/", 1)[-1] for row in found["record"]["results"]["bindings"]} >= {
        "r0005",
        "r0011",
    }
    assert found["disagreements"]["results"]["bindings"]
    assert "# Talks" in run("show", "talks", "--data", directory, "--format", "md").stdout
    text = run("show", "talks", "--data", directory, "--format", "ttl").stdout
    assert list(ox.parse(text, format=ox.RdfFormat.TURTLE))


def test_show_a_claim(run: Run, folder: Writer) -> None:
    directory = folder()
    assert "sidelined" in run("show", "r0005", "--data", directory).stdout
    assert json.loads(run("show", "r0005", "--data", directory, "--format", "json").stdout)["object"] == "green"
    assert "- locator: 2\n" in run("show", "r0005", "--data", directory, "--format", "md").stdout
    assert "ngc:r0005 a ng:Claim" in run("show", "r0005", "--data", directory, "--format", "ttl").stdout


def test_show_what_is_not_there(run: Run, folder: Writer) -> None:
    found = run("show", "Grean", "--data", folder())
    assert found.exit_code == 1
    assert "did you mean green" in found.stderr
    twins = [
        {"id": "north", "kind": "State", "label": "North", "aliases": "Twin"},
        {"id": "south", "kind": "State", "label": "South", "aliases": "Twin"},
    ]
    found = run("show", "twin", "--data", folder(entities=twins))
    assert "may be north or south" in found.stderr


# export


@pytest.mark.parametrize("suffix", FORMATS)
def test_export_writes_every_format(run: Run, folder: Writer, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"x.{suffix}"
    found = run("export", "-o", target, "--data", folder())
    assert (found.exit_code, found.stdout) == (0, "")
    assert found.stderr == f"wrote {target}\n"
    assert target.stat().st_size > 500


def test_export_says_what_it_cannot_do(run: Run, tmp_path: Path) -> None:
    assert "no format '.docx'" in run("export", "-o", tmp_path / "x.docx").stderr
    found = run("export", "-o", tmp_path / "no" / "x.ttl")
    assert found.exit_code == 1
    assert "nothing was written" in found.stderr
    assert run("export").exit_code == 2


def test_completion_knows_questions_and_entities() -> None:
    def complete(words: str, position: int) -> str:
        environment = {
            "_NEGOGRAPH_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(position),
            "PATH": "",
        }
        script = "from negograph.cli import main; main(prog_name='negograph')"
        return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment).stdout

    assert "bypassed-allies" in complete("negograph ask byp", 2)
    assert "us-taliban-talks" in complete("negograph ask tactics --negotiation us-t", 4)
    assert "doha-agreement" in complete("negograph show doha", 2)


def test_what_looks_like_an_option_is_no_question(run: Run) -> None:
    found = run("ask", "--", "-x")
    assert found.exit_code == 2
    assert "No such option '-x'" in found.stderr


def test_entities_are_completed_by_their_beginning(folder: Writer) -> None:
    completion = ShellComplete(main, {}, "negograph", "_NEGOGRAPH_COMPLETE")
    found = completion.get_completions(["show", "--data", str(folder())], "GREEN")
    assert [each.value for each in found] == ["green", "green-army"]


def test_a_narrow_terminal_gets_a_list_and_no_line_for_what_is_empty(
    small: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from negograph.terminal import print_answer

    monkeypatch.setenv("COLUMNS", "40")
    gist = "somebody said something that is too long for a column of this terminal"
    found = small.query(
        f'SELECT ?who ?gist ?where {{ VALUES (?who ?gist ?where) {{ ("Ann" "{gist}" "here") ("Bob" UNDEF "there") }} }}'
    )
    print_answer(found)
    lines = [line.strip() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert lines == [
        "Ann",
        "somebody said something that is",
        "too long for a column of this",
        "terminal",
        "— here",
        "Bob",
        "— there",
    ]


@pytest.mark.parametrize("size", ["16M", "500", "1.5T", "much"])
def test_a_size_of_memory_has_a_form_and_a_least(run: Run, size: str) -> None:
    found = run("serve", "--memory-limit", size)
    assert found.exit_code == 2
    assert f"'{size}' is no size of at least 256M; write 500M or 1.5G" in " ".join(found.stderr.split())


def test_no_message_acts_on_the_terminal(run: Run, folder: Writer) -> None:
    red = "\x1b[31mred\u202e\x9b"
    directory = folder(
        entities=[{"id": red, "kind": "Group", "label": "x"}, {"id": red, "kind": "Group", "label": "y"}],
        relations=[{"id": red, "subject": red, "predicate": "signed", "object": red, "locator": "1"}],
        coverage=[{"source": "text", "paragraph": red, "status": "coded"}] * 2,
    )
    for result in (
        run("--data", directory, "check"),
        run("--data", directory, "check", "--format", "json"),
        run("--data", directory, "show", "x"),
        run("show", red),
        run("ask", red),
        run("--data", directory / red, "check"),
    ):
        assert result.exit_code == 1
        assert "red" in result.output
        assert all(each.isprintable() or each == "\n" for each in result.output)
    found = json.loads(run("--data", directory, "check", "--format", "json").stdout)
    assert any(red in each["message"] for each in found)


def test_show_as_markdown_escapes_what_markdown_would_read(run: Run, folder: Writer) -> None:
    text = "<b>&amp; [x](javascript:alert(1)) `$a$` ~~b~~"
    directory = folder(
        entities=[{"id": "red", "label": text, "description": text}], relations=[{"id": "r0001", "gist": text}]
    )
    escaped = r"\<b\>\&amp; \[x\](javascript:alert(1)) \`\$a\$\` \~\~b\~\~"
    for name in ("red", "r0001"):
        result = run("--data", directory, "show", name, "--format", "md")
        assert escaped in result.stdout
        assert text not in result.stdout


def test_a_source_is_shown_with_what_it_counts(run: Run, folder: Writer) -> None:
    data = folder()
    shown = run("show", "text", "--data", data)
    assert shown.exit_code == 0
    assert "A text" in shown.stdout
    assert json.loads(run("show", "text", "--data", data, "--format", "json").stdout)["claims"] == "11"
    assert 'rdfs:label "A text"' in run("show", "text", "--data", data, "--format", "ttl").stdout
