"""R16: would the tests notice? Small changes to the code, drawn by a seed, each against the tests about it."""

from __future__ import annotations

import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.reliability.trials import ROOT, Trial, say, scratch

__all__ = ["r16"]

TESTS = {
    "dates.py": ["test_dates.py", "test_checking.py"],
    "tables": ["test_reading.py", "test_checking.py"],
    "rdf": ["test_rdf.py", "test_voices.py", "test_export.py"],
}
"""Part of the package to the tests that are about it, the quick ones first."""
_OTHER: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """What a node could be instead."""
    made = copy.deepcopy(node)
    if isinstance(made, ast.Compare) and type(made.ops[0]) in _OTHER:
        made.ops[0] = _OTHER[type(made.ops[0])]()
        yield made
    elif isinstance(made, ast.BoolOp):
        made.op = ast.And() if isinstance(made.op, ast.Or) else ast.Or()
        yield made
    elif isinstance(made, ast.UnaryOp) and isinstance(made.op, ast.Not):
        yield made.operand
    elif isinstance(made, ast.BinOp) and isinstance(made.op, ast.Add | ast.Sub):
        made.op = ast.Sub() if isinstance(made.op, ast.Add) else ast.Add()
        yield made
    elif isinstance(made, ast.Constant) and isinstance(made.value, bool):
        yield ast.Constant(not made.value)
    elif isinstance(made, ast.Constant) and isinstance(made.value, int):
        yield ast.Constant(made.value + 1)
    elif isinstance(made, ast.IfExp):
        made.body, made.orelse = made.orelse, made.body
        yield made
    elif isinstance(made, ast.Continue):
        yield ast.Break()
    elif isinstance(made, ast.Return) and made.value is not None and not isinstance(made.value, ast.Constant):
        yield ast.Return(ast.Constant(None))


def _mutants(file: Path) -> Iterator[tuple[int, str, str]]:
    """(line, what became what, source) of each mutant of a file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            for index, node in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(node, ast.expr | ast.stmt):
                    continue
                for made in _changes(node):
                    _put(parent, name, index, made)
                    yield node.lineno, f"{ast.unparse(node)[:70]}  →  {ast.unparse(made)[:70]}", ast.unparse(tree)
                    _put(parent, name, index, node)


def _put(parent: ast.AST, name: str, index: int, node: ast.AST) -> None:
    value = getattr(parent, name)
    if isinstance(value, list):
        value[index] = node
    else:
        setattr(parent, name, node)


def r16(share: float, seed: int) -> Trial:
    """A sample of mutants of tables, dates and rdf."""
    total = max(int(200 * share), 5)
    trial = Trial("R16", "mutants of tables, dates and rdf, drawn at random, each against the tests about it", seed)
    began = time.time()
    package = ROOT / "src" / "negograph"
    files = [package / "dates.py", *sorted((package / "tables").glob("*.py")), *sorted((package / "rdf").glob("*.py"))]
    known = [(file, *mutant) for file in files for mutant in _mutants(file)]
    with scratch() as base:
        for name in ("src", "graph", "data", "tests", "benchmarks", "docs", "pyproject.toml", "README.md"):
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, base / name)
        for file, line, what, source in random.Random(seed).sample(known, total):
            place = file.relative_to(ROOT)
            before = file.read_text(encoding="utf-8")
            (base / place).write_text(source, encoding="utf-8")
            killed = _noticed(base, next(part for part in TESTS if part in place.parts))
            (base / place).write_text(before, encoding="utf-8")
            trial.done += 1
            trial.counts["killed" if killed else "survived"] += 1
            trial.expect(killed, f"{place}:{line}: {what}")
            say(f"R16: {trial.done} of {total}, {trial.counts['survived']} survived, {time.time() - began:.0f} s")
    trial.seconds = time.time() - began
    return trial


def _noticed(base: Path, part: str) -> bool:
    """Whether any test about this part of the package fails."""
    environment = {**os.environ, "PYTHONPATH": str(base / "src"), "HYPOTHESIS_MAX_EXAMPLES": "20"}
    line = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--no-header"]
    # what tells how a file is formatted or how stale it is says nothing about behaviour
    line += ["-k", "not metadata", *(f"tests/{name}" for name in TESTS[part])]
    try:
        done = subprocess.run(line, cwd=base, env=environment, capture_output=True, timeout=240)
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0
