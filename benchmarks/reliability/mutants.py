"""R16: would the tests notice? mutmut changes the package; mutants drawn by a seed meet the tests about their part.

mutmut puts every mutant of a function beside it and switches one on at a time, in a forked process, with the tests
that reach the function. Each part of the package has its own copy of the project, so that a mutant meets the quick
tests about its part and no others.
"""

from __future__ import annotations

import configparser
import os
import random
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reliability.trials import ROOT, Trial, os_cores, say, scratch

__all__ = ["PARTS", "Part", "attempt", "interval", "known_equivalents", "r16"]

FULL = 120
"""Mutants that are drawn of a part, where it has as many."""
COPIED = ("benchmarks", "data", "docs", "graph", "tests", "src", "pyproject.toml", "README.md")
LIBRARIES = ("pandas", "rdflib", "pyoxigraph", "networkx", "click.testing", "hypothesis", "jinja2", "rich.console")
"""What is imported once, before a process is forked for each mutant; never the package itself."""
KILLED = {"killed": "killed", "timeout": "killed by the clock"}
EQUIVALENT = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True)
class Part:
    """A part of the package, and the tests that its mutants meet."""

    name: str
    files: str
    """A pattern below ``src/negograph``."""
    tests: tuple[str, ...]
    slow: str = ""
    """Words in the names of tests that take too long to run for every mutant."""

    @property
    def sources(self) -> list[Path]:
        """Its files, relative to the project."""
        return sorted(file.relative_to(ROOT) for file in (ROOT / "src" / "negograph").glob(self.files))


PARTS = (
    Part("dates", "dates.py", ("dates", "checking")),
    Part("tables", "tables/*.py", ("reading", "checking", "merging")),
    Part("rdf", "rdf/*.py", ("rdf", "voices"), "survives or parameters or sensitivity"),
    Part("questions", "questions.py", ("catalogue", "told")),
    Part("answers", "answers.py", ("told", "answers")),
    Part("ontology", "ontology.py", ("ontology", "checking")),
    Part("corpus", "corpus.py", ("told", "answers", "assess")),
    Part("texts", "texts.py", ("texts",)),
    Part("export", "export.py", ("export",), "two_readers or seed or kill_9 or full_disk"),
    Part("network", "network.py", ("network",)),
    Part("reports", "reports.py", ("told", "briefs")),
    Part("importers", "importers/*.py", ("imported", "importers"), "lost or progress or command_line"),
    Part("analysis", "analysis/*.py", ("told", "analysis", "assess"), "seed or same_rows or every_claim"),
    Part("terminal", "terminal.py", ("told", "cli"), "needs or completion"),
    Part("errors", "errors.py", ("told", "checking")),
)


def r16(share: float, seed: int) -> Trial:
    """A sample of the mutants of each part."""
    chosen = os.environ.get("PARTS", "").split(",")
    trial = Trial("R16", "mutants drawn at random from each part, each against the tests about the part", seed)
    began = time.time()
    for part in PARTS:
        if chosen == [""] or part.name in chosen:
            attempt(part, max(round(FULL * share), 3), trial)
    trial.seconds = time.time() - began
    return trial


def attempt(part: Part, most: int, trial: Trial) -> None:
    """Draw at most so many mutants of a part, and note which of them the tests do not see."""
    known = known_equivalents()
    every = [name for file in part.sources for name in _mutants_of(file)]
    drawn = sorted(random.Random(f"{trial.seed} {part.name}").sample(every, min(most, len(every))))
    began, before = time.time(), trial.counts.copy()
    with scratch() as base:
        _prepare(part, base)
        _mutmut(base, "run", "--max-children", str(os_cores()), *drawn)
        outcomes = dict(_outcomes(base))
        for name in drawn:
            trial.done += 1
            if outcomes[name] in KILLED:
                trial.counts[KILLED[outcomes[name]]] += 1
                continue
            line, instead = _change(_mutmut(base, "show", name))
            if (_function(name), line, instead) in known:
                trial.counts["the same in effect"] += 1
            else:
                trial.counts["survived"] += 1
                trial.expect(False, f"{name} ({outcomes[name]}): {line} → {instead}")
    counts = trial.counts - before
    killed = sum(counts[name] for name in KILLED.values())
    rate = interval(killed, killed + counts["survived"])
    told = ", ".join(f"{number} {what}" for what, number in counts.items())
    say(f"R16: {part.name}: {len(drawn)} of {len(every)}: {told}; {rate}; {time.time() - began:.0f} s")


def _mutants_of(file: Path) -> Iterator[str]:
    """The names of the mutants of a file, as mutmut makes them."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    module = ".".join(file.with_suffix("").parts[1:]).removesuffix(".__init__")
    for name in mutate_file_contents(str(file), (ROOT / file).read_text(encoding="utf-8")).mutant_names:
        yield f"{module}.{name}"


def interval(hits: int, of: int) -> str:
    """A share and its exact 95 % interval (C. Clopper and E. Pearson, 1934), in words.

    >>> interval(16, 20)
    '80 % killed (56-94)'
    """
    from scipy.stats import binomtest

    if not of:
        return "none"
    found = binomtest(hits, of).proportion_ci(method="exact")
    return f"{100 * hits / of:.0f} % killed ({100 * found.low:.0f}-{100 * found.high:.0f})"


def known_equivalents() -> dict[tuple[str, str, str], str]:
    """Mutants that do the same as the original: (function, line, line instead) to why it is so."""
    listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["mutant"]
    return {(each["function"], each["line"], each["instead"]): each["why"] for each in listed}


def _prepare(part: Part, base: Path) -> None:
    """A copy of the project, with mutmut's configuration for the part."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, base / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, base / name)
    (base / "libraries").write_text("\n".join(LIBRARIES))
    (base / "mutants" / "src").mkdir(parents=True)  # Python never looks again into a path that was missing at its start
    leave = ["-k", f"not ({part.slow})"] if part.slow else []
    lists = {
        "source_paths": ["src"],
        "only_mutate": [str(file) for file in part.sources],
        "also_copy": [name for name in COPIED if name != "src"],
        "pytest_add_cli_args_test_selection": [f"tests/test_{name}.py" for name in part.tests],
        # a library that is there before pytest is cannot be rewritten by it, which is no defect here
        "pytest_add_cli_args": ["-o", "addopts=", "-p", "no:cacheprovider", "-W", _NOT_REWRITTEN, *leave],
    }
    settings = configparser.ConfigParser(interpolation=None)
    settings["mutmut"] = {name: "\n".join(["", *values]) for name, values in lists.items()} | {
        "process_isolation": "forkserver",
        "forkserver_warmup": "import",
        "preload_modules_file": "libraries",
        # seconds for loading and fixtures, which mutmut's estimate leaves out, on a busy machine
        "timeout_constant": "20",
        "timeout_multiplier": "5",
    }
    with (base / "setup.cfg").open("w") as stream:
        settings.write(stream)


_NOT_REWRITTEN = "ignore::pytest.PytestAssertRewriteWarning"


def _mutmut(base: Path, *words: str) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": str(base / "mutants" / "src"),  # for the commands that tests start
        "HYPOTHESIS_MAX_EXAMPLES": "20",
    }
    line = [str(Path(sys.executable).with_name("mutmut")), *words]
    done = subprocess.run(line, cwd=base, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"mutmut {words[0]} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


def _outcomes(base: Path) -> Iterator[tuple[str, str]]:
    for text in _mutmut(base, "results", "--all", "true").splitlines():
        name, colon, outcome = text.strip().rpartition(": ")
        if colon:
            yield name, outcome


def _function(name: str) -> str:
    """``negograph.dates.x_bounds__mutmut_7`` without what numbers it."""
    return name.rpartition("__mutmut_")[0]


def _change(diff: str) -> tuple[str, str]:
    """The lines that a mutant changes, and what they become."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    before, after = (" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return before, after
