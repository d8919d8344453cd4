from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import Result

from conftest import Writer

TEXT = "[1] The leader opened the talks with the red side in the spring of that year.\n\n[2] Green was left out, and then\n\n[3] everything fell apart at once.\n"


@pytest.fixture
def library(tmp_path: Path, folder: Writer) -> Callable[..., tuple[Path, Path]]:
    """The small tables and a folder with their text."""

    def make(text: str = TEXT, **more: list[dict[str, str]]) -> tuple[Path, Path]:
        directory = tmp_path / "texts"
        directory.mkdir(exist_ok=True)
        (directory / "text.md").write_text(text, encoding="utf-8")
        source = {"id": "text", "file": "text.md", "sha256": sha256(TEXT.encode()).hexdigest()}
        return folder(sources=[source], **more), directory

    return make


def test_tables_and_texts_that_fit(run: Callable[..., Result], library: Callable[..., tuple[Path, Path]]) -> None:
    data, texts = library()
    found = run("check", "--data", data, "--texts", texts)
    assert (found.exit_code, found.stdout) == (0, "")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (TEXT.replace("Green", "Blue"), ["sha256"]),
        (TEXT + "\n[4] More.\n", ["sha256", "paragraphs"]),
        (TEXT.replace("[3]", "[4]"), ["sha256", "paragraphs"]),
    ],
)
def test_a_text_that_has_changed(
    run: Callable[..., Result], library: Callable[..., tuple[Path, Path]], text: str, codes: list[str]
) -> None:
    data, texts = library(text)
    found = run("check", "--data", data, "--texts", texts)
    assert found.exit_code == 1
    assert ("SHA-256" in found.stdout, "numbered paragraphs" in found.stdout) == (
        "sha256" in codes,
        "paragraphs" in codes,
    )


def test_a_text_that_is_not_there(run: Callable[..., Result], library: Callable[..., tuple[Path, Path]]) -> None:
    data, texts = library()
    (texts / "text.md").unlink()
    assert "no such file" in run("check", "--data", data, "--texts", texts).stdout


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"relations": [{"id": "r0005", "gist": "It is said: the leader OPENED the talks, with the red."}]}, True),
        ({"relations": [{"id": "r0005", "gist": "The leader opened the talks with others."}]}, False),
        ({"relations": [{"id": "r0005", "note": "left out, and then everything fell apart at"}]}, True),
        ({"entities": [{"id": "blue", "description": "talks with the red side in the spring"}]}, True),
        (
            {
                "stories": [
                    {
                        "story": "s",
                        "step": "1",
                        "title": "T",
                        "header": "h",
                        "text": "The talks with the red side in the spring.",
                        "claims": "r0001",
                    }
                ]
            },
            True,
        ),
        ({"sources": [{"id": "text", "title": "The leader opened the talks with the red side"}]}, False),
    ],
)
def test_seven_words_in_a_row_are_a_quotation(
    run: Callable[..., Result],
    library: Callable[..., tuple[Path, Path]],
    cells: dict[str, list[dict[str, str]]],
    found: bool,
) -> None:
    sources = cells.pop("sources", None)
    data, texts = library(**cells)
    if sources:
        file = data / "sources.csv"
        file.write_text(file.read_text(encoding="utf-8").replace("A text", sources[0]["title"]), encoding="utf-8")
    shown = run("check", "--data", data, "--texts", texts)
    assert ("quotation" in shown.stdout) == found
    assert shown.exit_code == int(found)


def test_the_listing_sets_each_claim_beside_its_paragraph(
    run: Callable[..., Result], library: Callable[..., tuple[Path, Path]], tmp_path: Path
) -> None:
    data, texts = library()
    target = tmp_path / "side.md"
    assert run("check", "--data", data, "--texts", texts, "--listing", target).exit_code == 0
    parts = target.read_text(encoding="utf-8").split("## ¶")
    assert "**r0005** What r0005 says." in parts[2]
    assert "**r0006**" in parts[2]
    assert "**r0006**" in parts[3]
    assert "says green" in parts[3]
    assert "r0005" not in parts[1]
    assert "Green was left out" in parts[2]
    assert run("check", "--listing", target).exit_code == 2


def test_a_source_without_a_text_is_left_alone(
    run: Callable[..., Result], library: Callable[..., tuple[Path, Path]]
) -> None:
    data, texts = library(
        coverage=[{"source": "other", "paragraph": "1", "status": "nothing-to-code", "reason": "a title"}]
    )
    file = data / "sources.csv"
    header = file.read_text(encoding="utf-8").splitlines()[0].split(",")
    cells = {"id": "other", "title": "Another", "paragraphs": "1"}
    with file.open("a", encoding="utf-8") as stream:
        stream.write(",".join(cells.get(name, "") for name in header) + "\n")
    found = run("check", "--data", data, "--texts", texts)
    assert (found.exit_code, found.stdout) == (0, "")
