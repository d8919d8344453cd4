"""Every command and every block of the docs runs. ``python tests/test_docs.py`` writes the output shown in them anew.

``console`` and ``pycon`` blocks show what they print. ``sh`` and ``python`` blocks of a page run in their order, in one
folder that has the files of which the docs speak; ``http://127.0.0.1:8000`` is a server of the tests. A block that cannot
run says so, visibly, in the line above it: ``*Not run by the tests: REASON.*``
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parents[1]
MADE = {ROOT / "docs" / "project", ROOT / "docs" / "questions"}
"""Folders that building the site makes."""
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted(page for page in (ROOT / "docs").rglob("*.md") if page.parent not in MADE),
]
BLOCK = re.compile(r"^(?P<indent> *)```(?P<kind>\S*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
NOT_RUN = re.compile(r"\*Not run by the tests: (.+)\.\*\n\n\Z")
SCRIPTS = Path(sys.executable).parent
SERVER = "http://127.0.0.1:8000"
KINDS = {"console", "pycon", "sh", "python", "sparql", "turtle", "ini", "dockerfile", "{eval-rst}", "text"}
"""Kinds of blocks; each is tried in its own way, but for ``text``, which is nothing to run."""


@dataclass(frozen=True)
class Block:
    """A block of a page, and why it is not run."""

    page: Path
    kind: str
    text: str
    reason: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}: {self.text.strip().splitlines()[0][:60]}"


def blocks_of(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in BLOCK.finditer(text):
        marked = NOT_RUN.search(text[: match.start()])
        body = "".join(line.removeprefix(match["indent"]) for line in match["text"].splitlines(keepends=True))
        yield Block(page, match["kind"], body, marked[1] if marked else "")


BLOCKS = [block for page in PAGES for block in blocks_of(page)]


def blocks(page: Path, *kinds: str) -> list[str]:
    return [block.text for block in BLOCKS if block.page == page and block.kind in kinds]


# What is shown


def answer_of(command: str) -> str:
    """What a ``$ negograph ...`` line prints on a terminal, 80 columns wide, without blanks at the ends of lines."""
    words = shlex.split(command)
    assert words[0] == "negograph", command
    environment = {**os.environ, "COLUMNS": "80"}
    done = subprocess.run(
        [SCRIPTS / words[0], *words[1:]],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        timeout=60,
    )
    assert done.returncode in (0, 1), done.stdout
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def run_console(text: str, _: Path) -> str:
    commands = [line for line in text.splitlines() if line.startswith("$ ")]
    return "".join(f"{command}\n{answer_of(command[2:])}" for command in commands)


SESSIONS: dict[Path, dict[str, object]] = {}
"""The names that the blocks of a page have defined so far."""


def run_pycon(text: str, page: Path) -> str:
    """A session with the interpreter, which goes on from block to block of a page."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        for line in text.splitlines():
            if line.startswith(">>> "):
                print(line)
                exec(compile(line[4:], "<docs>", "single"), SESSIONS.setdefault(page, {}))
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


RUNNERS = {"console": run_console, "pycon": run_pycon}


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.kind in RUNNERS], ids=str)
def test_a_block_shows_what_its_commands_print(block: Block) -> None:
    assert RUNNERS[block.kind](block.text, block.page) == block.text, "python tests/test_docs.py writes it anew"


# What is only run


def test_every_block_is_of_a_kind_that_is_tried() -> None:
    unknown = [str(block) for block in BLOCKS if block.kind not in KINDS]
    assert not unknown, "name the kind of the block, and how it is tried"


def test_few_blocks_are_not_run_and_each_says_why() -> None:
    left = [block for block in BLOCKS if block.reason]
    assert all(block.kind in ("sh", "python") for block in left)
    assert len(left) <= 13, [f"{block}: {block.reason}" for block in left]


OWN = {
    "entities": [
        {"id": "ruritania", "kind": "State", "label": "Ruritania"},
        {"id": "borduria", "kind": "State", "label": "Borduria"},
        {"id": "black-michael-front", "kind": "ArmedGroup", "label": "Black Michael Front"},
        {"id": "strelsau-talks", "kind": "Negotiation", "label": "talks at Strelsau"},
    ],
    "relations": [
        {"id": "r800001", "subject": "ruritania", "predicate": "initiated", "object": "strelsau-talks"},
        {"id": "r800002", "subject": "borduria", "predicate": "counterpartIn", "object": "strelsau-talks"},
        {"id": "r800003", "subject": "strelsau-talks", "predicate": "shutOut", "object": "black-michael-front"},
    ],
}


def write_tables(folder: Path) -> None:
    """A small data folder, as a reader of the docs might have made it."""
    from hashlib import sha256

    from negograph.ontology import load_ontology

    folder.mkdir()
    text = (folder.parent / "my-texts" / "my-notes.md").read_bytes()
    source = {"id": "my-notes", "title": "My notes", "file": "my-notes.md", "paragraphs": "1"}
    tables = {**OWN, "sources": [{**source, "sha256": sha256(text).hexdigest()}]}
    cells = {"source": "my-notes", "locator": "1", "gist": "What I noted of these talks."}
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, list(load_ontology().columns[name]), restval="")
            writer.writeheader()
            writer.writerows({**cells, **row} if name == "relations" else row for row in rows)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of which the docs speak."""
    import test_importers as made_up

    folder = tmp_path_factory.mktemp("desk")
    made_up.write(folder / "pax_all_agreements_data.csv", made_up.PAX, [made_up.TREATY])
    made_up.write(folder / "ucdp-peace-agreements-221.csv", made_up.UCDP, [made_up.ACCORD])
    (folder / "my-texts").mkdir()
    (folder / "my-texts" / "my-notes.md").write_text(
        "[1] Ruritania and Borduria talked at Strelsau, behind closed doors.\n"
    )
    for name in ("my-data-before", "my-data"):
        write_tables(folder / name)
    for name in ("data", "graph", "notebooks"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    from serving import serving

    with serving() as running:
        yield running.url.rstrip("/")


def in_a_shell(text: str, folder: Path) -> None:
    environment = {**os.environ, "PATH": f"{SCRIPTS}:{os.environ['PATH']}", "BROWSER": "true", "HOME": str(folder)}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, f"{text}\n{done.stderr}\nmend it, or mark it: *Not run by the tests: REASON.*"


SHELL = {
    page: [block for block in BLOCKS if block.page == page and block.kind == "sh" and not block.reason]
    for page in PAGES
}


@pytest.mark.parametrize("page", [page for page in PAGES if SHELL[page]], ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_run(page: Path, desk: Path, request: pytest.FixtureRequest) -> None:
    for block in SHELL[page]:
        text = block.text
        if text.startswith("python3 -m venv"):
            assert "grep '^python3 -m venv' README.md" in (ROOT / ".ci" / "run").read_text(), "the gate runs these"
            continue
        if SERVER in text:
            text = text.replace(SERVER, request.getfixturevalue("server"))
        in_a_shell(text, desk)


@pytest.mark.parametrize("block", [each for each in BLOCKS if each.kind == "python" and not each.reason], ids=str)
def test_a_block_of_python_runs(block: Block, server: str) -> None:
    exec(compile(block.text.replace(SERVER, server), "<docs>", "exec"), {})


@pytest.mark.parametrize("block", [each for each in BLOCKS if each.kind == "sparql"], ids=str)
def test_a_question_in_the_docs_is_one(block: Block, tmp_path: Path, kg) -> None:
    from negograph.questions import evaluate, read_questions

    (tmp_path / "who-signed.rq").write_text(block.text, encoding="utf-8")
    question = read_questions(tmp_path)["who-signed"]
    answer = evaluate(kg.store, kg.ontology, question.text)
    assert len(answer) == len(set(answer.rows)) > 0
    assert answer.claims
    assert any(all(str(getattr(row, name)) == value for name, value in question.expect) for row in answer)


@pytest.mark.parametrize("block", [each for each in BLOCKS if each.kind == "turtle"], ids=str)
def test_a_predicate_in_the_docs_is_one(block: Block, tmp_path: Path) -> None:
    from negograph.ontology import load_ontology

    file = tmp_path / "ontology.ttl"
    file.write_text((ROOT / "graph" / "ontology.ttl").read_text(encoding="utf-8") + block.text, encoding="utf-8")
    new = set(load_ontology(file).predicates) - set(load_ontology().predicates)
    assert len(new) == 1


@pytest.mark.parametrize("block", [each for each in BLOCKS if each.kind in ("ini", "dockerfile")], ids=str)
def test_the_server_is_started_with_options_that_it_has(block: Block) -> None:
    from negograph.cli import main

    lines = re.findall(r"(?:^ExecStart=\S+|^CMD \[\"negograph\",) ?(.+?)\]?$", block.text, re.MULTILINE)
    assert lines
    for line in lines:
        name, *words = shlex.split(line.replace(",", " "))
        command = main.get_command(click.Context(main), name)
        assert command
        assert command.make_context(name, words)


# The README


def test_the_readme_opens_with_the_question_and_its_answer() -> None:
    first = blocks(ROOT / "README.md", "console")[0]
    assert "went around" in first
    assert "and then" in first


def test_the_readme_has_exactly_two_commands_that_set_up() -> None:
    commands = [line for text in blocks(ROOT / "README.md", "sh") for line in text.splitlines()]
    set_up = [line for line in commands if "pip install" in line]
    assert len(set_up) == 2
    assert set_up[0].endswith("negograph ask bypassed-allies")
    assert set_up[1].endswith("-m pytest")


def test_every_suffix_that_the_readme_names_is_one() -> None:
    from negograph.export import FORMATS

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if "export -o negograph.ttl" in line)
    assert set(re.findall(r"\.([a-z]+)\b", line)) == set(FORMATS), line


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)[)#]", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_project_speaks_of_itself_alone() -> None:
    """No path of a machine and no registry host in anything that is committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    words = re.compile(r"/work/|/root/|/tmp/(?!x)|pypi\.org|npmjs|files\.pythonhosted")
    for name in filter(lambda name: (ROOT / name).exists(), listed):
        if (
            name.endswith((".py", ".md", ".toml", ".ttl", ".rq", ".csv", ".json", ".cff", ".sh"))
            and name != "tests/test_docs.py"
        ):
            assert not words.search((ROOT / name).read_text(encoding="utf-8")), name


def renew(page: Path) -> str:
    """The text of a page with the output of its blocks as it is now."""

    def again(match: re.Match[str]) -> str:
        runner = RUNNERS.get(match["kind"])
        return f"```{match['kind']}\n{runner(match['text'], page)}```" if runner else match[0]

    return BLOCK.sub(again, page.read_text(encoding="utf-8"))


if __name__ == "__main__":
    for page in PAGES:
        if (new := renew(page)) != page.read_text(encoding="utf-8"):
            page.write_text(new, encoding="utf-8")
            print(f"wrote {page.relative_to(ROOT)}")
