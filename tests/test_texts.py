from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import Result

from negograph.ontology import Ontology
from negograph.tables import Row, Table
from negograph.texts import check_texts, listing

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
        ("A text whose paragraphs bear no numbers.\n", ["sha256", "paragraphs"]),
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


def test_texts_of_one_of_several_folders(
    run: Callable[..., Result], library: Callable[..., tuple[Path, Path]], tmp_path: Path
) -> None:
    """Those of the other are elsewhere; a cell of any folder that quotes one is found in its own file."""
    data, texts = library()
    own = tmp_path / "own"
    own.mkdir()
    (own / "entities.csv").write_text("id,kind,label\n", encoding="utf-8")
    (own / "sources.csv").write_text("sha256,id,title,file,paragraphs\n,mine,Mine,mine.md,1\n", encoding="utf-8")
    (own / "relations.csv").write_text(
        "gist,id,subject,predicate,object,source,locator\nI say that green was left out and then everything fell apart,"
        "r2001,talks,shutOut,green,mine,1\n",
        encoding="utf-8",
    )
    digest = sha256(b"[1] One.\n").hexdigest()
    (texts / "mine.md").write_bytes(b"[1] One.\n")
    both = ("--data", data, "--data", own, "--texts", texts)
    assert run("check", *both).stdout.splitlines() == [
        f"{own}/sources.csv:2:1: text: the text's SHA-256 is {digest} (write it into the cell)",
        f"{own}/relations.csv:2:1: quotation: 'green was left out and then everything' are 7 words of text in a row "
        "(say it in words of your own)",
    ]
    (texts / "text.md").unlink()
    assert [line.split(": ")[2] for line in run("check", *both).stdout.splitlines()] == [
        f"the text's SHA-256 is {digest} (write it into the cell)"
    ]
    (texts / "mine.md").unlink()
    told = run("check", *both).stdout
    assert (told.count("no such file"), f"{data}/sources.csv:2:" in told, f"{own}/sources.csv:2:" in told) == (
        2,
        True,
        True,
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


def test_what_does_not_fit_is_said_with_place_and_mend(tmp_path: Path, ontology: Ontology) -> None:
    """Every field of every problem; a source without a text, or whose text is gone, hides no other."""
    header = ("id", "file", "paragraphs", "sha256")
    lines = ["none,,1,", "gone,gone.md,2,", "text,text.md,3,old", "more,text.md,2,"]
    (tmp_path / "sources.csv").write_text("\n".join([",".join(header), *lines]) + "\n")
    rows = [Row(number, dict(zip(header, line.split(","), strict=True))) for number, line in enumerate(lines, 2)]
    text = "[1] One.\n[2] Two \xe9 byte.\n".encode("latin-1")
    (tmp_path / "text.md").write_bytes(text)
    found = check_texts({"sources": Table("sources", tuple(rows), header)}, ontology, [tmp_path], tmp_path)
    mend = "find the text that was read, or read the rows again"
    said = [(each.line, each.column, each.code, each.message, each.mend) for each in found]
    assert said == [
        (3, 6, "text", f"no such file in {tmp_path}", "put the text there"),
        (4, 16, "text", f"the text's SHA-256 is {sha256(text).hexdigest()}", mend),
        (4, 14, "text", "the text has 2 numbered paragraphs", "correct the number, or the text"),
        (5, 16, "text", f"the text's SHA-256 is {sha256(text).hexdigest()}", "write it into the cell"),
    ]
    assert {each.file for each in found} == {str(tmp_path / "sources.csv")}


@pytest.mark.parametrize(
    ("gist", "shared"),
    [
        ("b c d e f g h", "b c d e f g h"),
        ("x b c d e f g h x", "b c d e f g h"),
        ("B, c; d’e f g h i", "d'e f g h i j k"),
        ("c d e f g h", None),
        ("h i j k a b c", None),
    ],
)
def test_a_run_is_seven_words_wherever_it_stands(
    tmp_path: Path, ontology: Ontology, gist: str, shared: str | None
) -> None:
    """To the last run of a text and of a cell, and none that goes around their ends."""
    (tmp_path / "text.md").write_text("[1] a b c d e f g h\n[2] d'e f g h i j k\n", encoding="utf-8")
    source = Row(2, {"id": "text", "file": "text.md", "paragraphs": "2", "sha256": ""})
    claim = Row(2, dict.fromkeys(ontology.columns["relations"], "") | {"gist": gist.replace("i", "i j k")})
    (tmp_path / "sources.csv").write_text("id\n\n")
    (tmp_path / "relations.csv").write_text("gist\nx\n")
    tables = {"sources": Table("sources", (source,)), "relations": Table("relations", (claim,), ("gist",))}
    found = [each for each in check_texts(tables, ontology, [tmp_path], tmp_path) if each.code == "quotation"]
    message = f"'{shared}' are 7 words of text in a row"
    assert [(each.message, each.mend) for each in found] == (
        [(message, "say it in words of your own")] if shared else []
    )


def test_a_claim_is_listed_with_all_that_is_said_of_it(tmp_path: Path, ontology: Ontology) -> None:
    (tmp_path / "text.md").write_text("[1] One.\n[2] Two.\n", encoding="utf-8")
    source = Row(2, {"id": "text", "file": "text.md", "title": "A text"})
    empty = dict.fromkeys(ontology.columns["relations"], "") | {"source": "text"}
    told = {"id": "r1", "subject": "a", "predicate": "met", "object": "b", "gist": "They met.", "locator": "1-2"}
    more = {"modality": "alleged", "polarity": "negated", "confidence": "low", "attributed_to": "c"}
    dated = {"id": "r2", "subject": "a", "predicate": "occurredOn", "value": "2020", "gist": "Then.", "locator": "2"}
    other = {**told, "id": "r3", "source": "another"}
    claims = tuple(Row(2, empty | each) for each in ({**told, **more}, dated, other, {**told, "locator": ""}))
    tables = {"sources": Table("sources", (source,)), "relations": Table("relations", claims)}
    first = "- **r1** They met. (a met b; says c; alleged, negated, low)"
    assert list(listing(tables, tmp_path)) == [
        "# A text (text)\n",
        "\n## ¶1\n\nOne.\n",
        first,
        "\n## ¶2\n\nTwo.\n",
        first,
        "- **r2** Then. (a occurredOn 2020)",
        "",
    ]
