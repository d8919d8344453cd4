"""A small seeded share of the proofs of docs/reliability.md; ``python -m benchmarks.reliability`` runs them in full."""

from __future__ import annotations

import os
import shutil
from difflib import ndiff
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


def test_a_mutant_that_no_test_is_about_survives() -> None:
    trial = Trial("R16", "what", 7)
    mutants.attempt(mutants.Part("dates", "dates.py", ("network",)), 4, trial)
    assert trial.done == 4
    assert trial.counts["survived"] == len(trial.failures) > 0
    assert all(failure.startswith("negograph.dates.x_") for failure in trial.failures)


def test_a_mutant_that_meets_a_pytest_of_its_own_is_killed() -> None:
    trial = Trial("R16", "what", 7)
    mutants.attempt(mutants.Part("dates", "dates.py", ("dates",), "walk or overlap", apart=True), 2, trial)
    assert (trial.done, trial.counts["killed"], trial.failures) == (2, 2, [])


def test_a_mutant_apart_stands_in_its_file_and_nothing_else_does() -> None:
    part = next(each for each in mutants.PARTS if each.name == "guarding")
    for name, file in mutants._mutants(part).items():
        text, changed = (ROOT / file).read_text(encoding="utf-8"), mutants._changed(name, file)
        compile(changed, name, "exec")
        assert "mutmut" not in changed
        lines = [line for line in ndiff(text.splitlines(), changed.splitlines()) if line.startswith(("- ", "+ "))]
        before, after = (" ".join(line[2:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
        assert (before, after) == mutants._change(name, file)
        assert before != after


def test_every_part_has_mutants_and_tests() -> None:
    for part in mutants.PARTS:
        assert part.sources, part.name
        assert all((ROOT / "tests" / f"test_{name}.py").is_file() for name in part.tests), part.name


def test_what_is_listed_as_the_same_in_effect_is_there() -> None:
    sources = sorted((ROOT / "src" / "negograph").rglob("*.py"))
    code = " ".join(" ".join(file.read_text(encoding="utf-8").split()) for file in sources)
    for (function, before, after), why in mutants.known_equivalents().items():
        assert " ".join(before.split()) in code, (function, before)
        assert before != after
        assert why.strip()


def test_a_share_comes_with_its_interval() -> None:
    assert mutants.interval(16, 20) == "80 % killed (56-94)"
    assert mutants.interval(0, 0) == "none"


def test_the_table_names_its_conditions() -> None:
    trial = Trial("R1", "what", 1, done=1000, failures=["x"])
    assert line(trial) == "| R1 | what | 1,000 | **1 failures** | 0 |"
    assert "seed 5" in conditions(5)
