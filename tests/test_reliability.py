"""A small seeded share of the proofs of docs/reliability.md; ``python -m benchmarks.reliability`` runs them in full."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from benchmarks.reliability import crashes, dates, exports, hostile, loading, mutants, shapes
from benchmarks.reliability.__main__ import PROOFS, conditions, line
from benchmarks.reliability.trials import Proof, Trial, forked

from conftest import ROOT

SHARES: list[tuple[Proof, float]] = [
    (loading.r1, 0.004),
    (loading.r2, 0.005),
    (loading.r3, 1),
    (shapes.r4, 0.012),
    (dates.r5, 0.02),
    (exports.r6, 0.1),
    (exports.r7, 0.1),
    (hostile.r8, 0.015),
    (crashes.r15, 0.01),
]


@pytest.mark.parametrize(("proof", "share"), SHARES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_share_of_each_proof(proof: Proof, share: float) -> None:
    trial = proof(share, 7)
    assert trial.failures == []
    assert trial.done


def test_every_promise_that_is_tried_is_in_the_documentation() -> None:
    text = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    for name in (*PROOFS, "R16"):
        assert f"| {name} |" in text, name
        assert f"**{name}" in text, name


def test_third_readers_are_there() -> None:
    missing = [tool for tool in exports.TOOLS if shutil.which(tool) is None]
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"{', '.join(missing)}: apt-get install raptor2-utils serdi")
    assert not missing


# The proofs can fail: what they would say of defects


def test_a_traceback_and_a_signal_are_seen() -> None:
    assert "ZeroDivisionError" in forked(lambda: 1 / 0).err
    assert forked(lambda: os.kill(os.getpid(), 9)).code == -9
    assert loading._traces(forked(lambda: 1 / 0).err)


def test_problems_without_a_place_are_seen() -> None:
    told = '[{"file": "/x/entities.csv", "line": 0, "column": 0, "code": "date", "message": "m", "mend": "m"}]'
    assert loading._told(told, Path("/x"))
    assert loading._told("[]", Path("/x"))


def test_a_changed_cell_is_seen(tmp_path: Path) -> None:
    from benchmarks.reliability.trials import small_rows, write_folder
    from negograph.ontology import load_ontology

    one = write_folder(tmp_path / "one", small_rows())
    rows = small_rows()
    rows["entities"][0]["label"] += "."
    assert loading._compared(one, one, load_ontology()) == []
    assert loading._compared(one, write_folder(tmp_path / "two", rows), load_ontology())


def test_elements_formulas_and_escapes_are_seen() -> None:
    trial = Trial("R8", "", 0)
    hostile._formulas("a,=1\n-2,-x\n", "here", trial)
    assert len(trial.failures) == 2
    assert hostile._tags("<p>x</p>") != hostile._tags("<p><img src=x></p>")
    assert hostile._tokens("a") != hostile._tokens("[a](javascript:x)") != hostile._tokens("<b>")
    assert hostile._acted_on("a\x1b[1m\u202e") == ["\x1b", "\u202e"]


def test_a_half_written_file_is_seen(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"ol")
    assert crashes._whole(crashes.Writer("x", lambda variant, out: None), tmp_path, {"x": b"old"}, {"x": b"new"})


def test_the_calendar_of_the_oracle() -> None:
    assert [str(day) for day in dates.days_of("2019-24~")] == ["2019-12-01", "2020-02-29"]
    assert [str(day) for day in dates.days_of("2019-02")] == ["2019-02-01", "2019-02-28"]


def test_mutants_are_programs() -> None:
    found = list(mutants._mutants(ROOT / "src" / "negograph" / "dates.py"))
    assert len(found) > 40
    for _, _, source in random.Random(1).sample(found, 5):
        compile(source, "dates.py", "exec")


def test_the_table_names_its_conditions() -> None:
    trial = Trial("R1", "what", 1, done=1000, failures=["x"])
    assert line(trial) == "| R1 | what | 1,000 | **1 failures** | 0 |"
    assert "seed 5" in conditions(5)
