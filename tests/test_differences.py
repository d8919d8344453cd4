"""Two versions of the data, side by side."""

from __future__ import annotations

from pathlib import Path

import negograph

from conftest import Run, Writer


def test_every_change_is_named_by_row_and_cell(folder: Writer) -> None:
    old = negograph.load(
        folder(
            "old", relations=[{"id": "r0090", "subject": "red", "predicate": "met", "object": "blue", "locator": "1"}]
        )
    )
    new = negograph.load(
        folder(
            "new",
            entities=[{"id": "blue", "label": "Indigo"}, {"id": "grey", "kind": "State", "label": "Grey"}],
            relations=[{"id": "r0005", "gist": "Another gist.", "confidence": "low"}],
        )
    )
    report = old.diff(new)
    assert [(row.change, row.row, row.column, row.before, row.after) for row in report["entities"]] == [
        ("added", "grey", None, None, None),
        ("changed", "blue", "label", "Blue", "Indigo"),
    ]
    assert [(row.change, row.row, row.column, row.before, row.after) for row in report["relations"]] == [
        ("removed", "r0090", None, None, None),
        ("changed", "r0005", "confidence", "", "low"),
        ("changed", "r0005", "gist", "What r0005 says.", "Another gist."),
    ]
    assert [row.gist for row in report["relations"]] == ["What r0090 says.", "Another gist.", "Another gist."]
    assert report["relations"].title == "relations: 0 added, 1 removed, 1 changed"
    assert len(report["sources"]) == 0


def test_nothing_changed(folder: Writer) -> None:
    report = negograph.load(folder("one")).diff(negograph.load(folder("two")))
    assert not any(len(part) for part in report)


def test_the_command(run: Run, folder: Writer) -> None:
    one, two = folder("one"), folder("two", entities=[{"id": "blue", "label": "Indigo"}])
    found = run("diff", one, two)
    assert "Indigo" in found.stdout
    assert f"again: negograph diff {one} {two}" in found.stdout
    assert run("diff", one, two, "--format", "csv").stdout.startswith("part,change,row")


def test_a_difference_is_signed_only_by_a_command_that_gives_it(folder: Writer) -> None:
    old, new = negograph.load(folder("one")), negograph.load(folder("two"))
    assert old.diff(new).command == f"negograph diff {folder('one')} {folder('two')}"
    both = negograph.load([folder("one"), folder("two")])
    part = old.heard(only=["text"])[0]
    assert [old.diff(other).command for other in (both, part, negograph.load())] == ["", "", ""]
    assert part.diff(new).command == ""


def test_what_rests_on_another_folder_is_compared_together_with_it(run: Run, folder: Writer, tmp_path: Path) -> None:
    base = folder("base")
    for name, gist in (("old", "First."), ("new", "Second.")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "entities.csv").write_text("id,kind,label\n", encoding="utf-8")
        (tmp_path / name / "sources.csv").write_text("id,title,paragraphs\n", encoding="utf-8")
        (tmp_path / name / "relations.csv").write_text(
            f"id,subject,predicate,object,source,locator,gist\nr2001,talks,shutOut,green,text,1,{gist}\n",
            encoding="utf-8",
        )
    assert run("diff", tmp_path / "old", tmp_path / "new").exit_code == 1
    found = run("diff", tmp_path / "old", tmp_path / "new", "--data", base)
    assert found.exit_code == 0, found.output
    assert f"again: negograph diff {tmp_path / 'old'} {tmp_path / 'new'} --data {base}" in found.stdout.replace(
        "\n", " "
    )
    assert "First." in found.stdout
    assert "0 added, 0 removed, 1 changed" in found.stdout


def test_slices_and_other_grounds_have_no_command(folder: Writer) -> None:
    one, two = negograph.load(folder("one")), negograph.load(folder("two"))
    assert one.diff(two.heard(without=["leader"])[0]).command == ""
    assert one.diff(negograph.load([folder("three"), folder("four")])).command == ""
