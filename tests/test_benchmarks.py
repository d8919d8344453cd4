"""The benchmarks run and agree; never how long they take."""

from __future__ import annotations

from pathlib import Path

import pytest

import negograph
from benchmarks import tables as generated
from negograph.tables import check


@pytest.fixture(scope="session")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generated tables of a thousand rows."""
    directory = tmp_path_factory.mktemp("generated") / "tables"
    generated.write(directory, 1000)
    return directory


def test_generated_tables_are_sound_and_every_question_has_rows(thousand: Path) -> None:
    assert check(thousand) == []
    kg = negograph.load(thousand)
    assert [name for name in kg.questions if not kg.answer(name).solutions] == []


def test_the_same_seed_gives_the_same_bytes(thousand: Path, tmp_path: Path) -> None:
    counts = generated.write(tmp_path / "again", 1000)
    generated.write(tmp_path / "other", 1000, seed=2)
    assert sum(counts.values()) >= 1000
    for name in counts:
        text = (thousand / f"{name}.csv").read_bytes()
        assert text == (tmp_path / "again" / f"{name}.csv").read_bytes()
        assert text.count(b"\n") == counts[name] + 1
    assert (thousand / "relations.csv").read_bytes() != (tmp_path / "other" / "relations.csv").read_bytes()


def test_a_generated_chain(tmp_path: Path) -> None:
    generated.write_chain(tmp_path, 40, nested=True)
    kg = negograph.load(tmp_path)
    found = kg.query("SELECT ?last { ngi:event-0 ng:followedBy+ ?last }")
    assert isinstance(found, negograph.Answer)
    assert len(found.solutions) == 40
