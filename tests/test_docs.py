"""The docs' commands run, and show what they say. ``python tests/test_docs.py`` writes their output anew."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(console|pycon|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SCRIPTS = Path(sys.executable).parent


def blocks(page: Path, *kinds: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")) if kind in kinds]


def answer_of(command: str) -> str:
    """What a ``$ negograph ...`` line prints, 80 columns wide, without blanks at the ends of lines."""
    words = shlex.split(command)
    assert words[0] == "negograph", command
    environment = {**os.environ, "COLUMNS": "80"}
    done = subprocess.run([SCRIPTS / words[0], *words[1:]], capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == 0, done.stderr
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def run_console(text: str) -> str:
    commands = [line for line in text.splitlines() if line.startswith("$ ")]
    return "".join(f"{command}\n{answer_of(command[2:])}" for command in commands)


def run_pycon(text: str) -> str:
    """A session with the interpreter: the lines that are typed, each with what it shows."""
    import contextlib
    import io

    space: dict[str, object] = {}
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        for line in text.splitlines():
            if line.startswith(">>> "):
                print(line)
                exec(compile(line[4:], "<docs>", "single"), space)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


RUNNERS = {"console": run_console, "pycon": run_pycon}
CASES = [
    (page, kind, text)
    for page in PAGES
    for kind, text in BLOCK.findall(page.read_text(encoding="utf-8"))
    if kind in RUNNERS
]


@pytest.mark.parametrize(("page", "kind", "text"), CASES, ids=lambda value: str(value)[-40:])
def test_a_block_shows_what_its_commands_print(page: Path, kind: str, text: str) -> None:
    assert RUNNERS[kind](text) == text, "python tests/test_docs.py writes it anew"


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


def test_every_line_of_the_tour_runs(tmp_path: Path) -> None:
    text = next(text for text in blocks(ROOT / "README.md", "sh") if "negograph questions" in text)
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        done = subprocess.run(
            [SCRIPTS / words[0], *words[1:]], capture_output=True, text=True, cwd=tmp_path, timeout=60
        )
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "negograph.ttl").exists()


def test_every_suffix_that_the_readme_names_is_one() -> None:
    from negograph.export import FORMATS

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if "export -o negograph.ttl" in line)
    assert set(re.findall(r"\.([a-z]+)\b", line)) == set(FORMATS), line


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
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


if __name__ == "__main__":
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        new = BLOCK.sub(lambda match: f"```{match[1]}\n{RUNNERS.get(match[1], lambda same: same)(match[2])}```", text)
        if new != text:
            page.write_text(new, encoding="utf-8")
            print(f"wrote {page.relative_to(ROOT)}")
