"""R16: would the tests notice? mutmut changes the package; mutants drawn by a seed meet the tests about their part.

mutmut puts every mutant of a function beside it and switches one on at a time, in a forked process, with the tests
that reach the function. Each part of the package has its own copy of the project, so that a mutant meets the quick
tests about its part and no others. Parts whose code runs in processes that the tests start (the server, Spark) can't
be watched by mutmut: there each mutant meets all the tests of its part, in a pytest of its own.

Each part gives as many mutants as it has of the whole, so that the share killed of all that were drawn is that of
the package.
"""

from __future__ import annotations

import ast
import configparser
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import unified_diff
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from benchmarks.reliability.trials import ROOT, Trial, os_cores, say, scratch

if TYPE_CHECKING:
    from mutmut.mutation.file_mutation import MutatedFile

__all__ = ["PARTS", "Part", "attempt", "interval", "known_equivalents", "portions", "r16"]

FULL = 450
"""Mutants that are drawn of the package."""
COPIED = ("benchmarks", "data", "docs", "graph", "tests", "src", "pyproject.toml", "README.md", "CITATION.cff")
LIBRARIES = ("pandas", "rdflib", "pyoxigraph", "networkx", "click.testing", "hypothesis", "jinja2", "rich.console")
"""What is imported once, before a process is forked for each mutant; never the package itself."""
KILLED = {"killed": "killed", "timeout": "killed by the clock"}
EQUIVALENT = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True)
class Part:
    """A part of the package, and the tests that its mutants meet."""

    name: str
    files: str
    """Patterns below ``src/negograph``, with a blank between."""
    tests: tuple[str, ...]
    slow: str = ""
    """Words in the names of tests that take too long to run for every mutant, or need a machine without other work."""
    apart: bool = False
    """Whether its code runs in processes that the tests start."""

    @property
    def sources(self) -> list[Path]:
        """Its files, relative to the project."""
        home = ROOT / "src" / "negograph"
        return sorted(file.relative_to(ROOT) for pattern in self.files.split() for file in home.glob(pattern))

    @property
    def files_of_tests(self) -> list[str]:
        """The files of tests that its mutants meet."""
        return [f"tests/test_{name}.py" for name in self.tests]


PARTS = (
    Part("dates", "dates.py", ("dates", "checking")),
    Part("errors", "errors.py", ("told", "checking")),
    Part("ontology", "ontology.py", ("ontology", "checking")),
    Part("tables", "tables/*.py", ("reading", "checking", "merging")),
    Part("rdf", "rdf/*.py", ("rdf", "voices"), "survives or parameters or sensitivity"),
    Part("scanning", "scanning.py screening.py", ("scanning", "screening")),
    Part("naming", "naming.py", ("naming",)),
    Part("questions", "questions.py", ("catalogue", "told")),
    Part("answers", "answers.py", ("told", "answers", "shown")),
    Part("corpus", "corpus.py", ("corpus", "told", "answers", "assess", "asking", "commands")),
    Part("texts", "texts.py", ("texts",)),
    Part("network", "network.py", ("network",)),
    Part("reports", "reports.py", ("told", "briefs", "shown")),
    Part("analysis", "analysis/*.py", ("analysed", "told", "analysis", "assess"), "seed or same_rows or every_claim"),
    Part("export", "export.py", ("export",), "two_readers or seed or kill_9 or full_disk"),
    Part("importers", "importers/*.py", ("imported", "importers"), "lost or progress or command_line"),
    Part("stores", "stores/*.py", ("stored", "stores"), "kill or process or disk or two_at"),
    Part("endpoint", "endpoint/*.py", ("wired", "endpoint"), "real_engine or caps or in_place"),
    Part(
        "kg",
        "__init__.py kg.py",
        ("commands", "told", "answers", "shown", "asking", "voices", "network", "briefs", "stores"),
        "needs or completion or kill or process or disk or two_at or survives",
    ),
    Part("explorer", "explorer/*.py", ("explorer",), "browser"),
    Part("pages", "pages/*.py", ("pages",)),
    Part("dataset", "dataset.py", ("dataset",)),
    Part("derived", "derived.py", ("derived",), "conforms"),
    Part("terminal", "terminal.py", ("told", "cli", "shown"), "needs or completion"),
    Part("cli", "cli/[!g]*.py", ("help", "options", "told", "cli", "texts", "merging"), "completion"),
    Part("guarding", "cli/guarding.py", ("guarding",), apart=True),
    Part("spark", "spark/*.py", ("spark_rows", "spark"), "packaged_data", apart=True),
    Part(
        "server",
        "server/*.py",
        ("exchanges", "server_children", "server_site", "server_pool"),
        "falls_behind or in_time_and_replaced or gets_the_answer or beyond_the_lease",
        apart=True,
    ),
)


def r16(share: float, seed: int) -> Trial:
    """A sample of the mutants of the package, in proportion to what each part has of them."""
    chosen = os.environ.get("PARTS", "")
    trial = Trial("R16", "mutants drawn at random from the package, each against the tests about its part", seed)
    began = time.time()
    many = portions({part.name: len(_mutants(part)) for part in PARTS}, round(FULL * share))
    for part in PARTS:
        if not chosen or part.name in chosen.split(","):
            attempt(part, many[part.name], trial)
    trial.seconds = time.time() - began
    return trial


def portions(sizes: Mapping[str, int], whole: int) -> dict[str, int]:
    """So many in all, to each its due and none without one: the largest remainders round up.

    >>> portions({"a": 70, "b": 26, "c": 4}, 10)
    {'a': 7, 'b': 3, 'c': 1}
    """
    due = {name: size * whole / sum(sizes.values()) for name, size in sizes.items()}
    found = {name: int(each) for name, each in due.items()}
    left = sorted(due, key=lambda name: found[name] - due[name])[: whole - sum(found.values())]
    return {name: max(each + (name in left), 1) for name, each in found.items()}


def attempt(part: Part, most: int, trial: Trial) -> None:
    """Draw at most so many mutants of a part, and note which of them the tests do not see."""
    known, every = known_equivalents(), _mutants(part)
    drawn = sorted(random.Random(f"{trial.seed} {part.name}").sample(sorted(every), min(most, len(every))))
    began, before = time.time(), trial.counts.copy()
    with scratch() as base:
        outcomes = _one_by_one(part, base, drawn) if part.apart else _by_mutmut(part, base, drawn)
    for name in drawn:
        trial.done += 1
        if outcomes[name] in KILLED:
            trial.counts[KILLED[outcomes[name]]] += 1
            continue
        line, instead = _change(name, every[name])
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


@cache
def _mutants(part: Part) -> dict[str, Path]:
    """The names of the mutants of a part, and the file of each."""
    found = {}
    for file in part.sources:
        module = ".".join(file.with_suffix("").parts[1:]).removesuffix(".__init__")
        found |= {f"{module}.{name}": file for name in _mutated(file).mutant_names}
    return found


@cache
def _text(file: Path) -> str:
    """A file as it stands when the run begins."""
    return (ROOT / file).read_text(encoding="utf-8")


@cache
def _mutated(file: Path) -> MutatedFile:
    """A file with every mutant of every function in it, as mutmut makes them."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    return mutate_file_contents(str(file), _text(file))


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


def _copy(base: Path) -> None:
    """A copy of the project."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, base / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, base / name)


def _options(part: Part) -> list[str]:
    # a library that is there before pytest is cannot be rewritten by it, which is no defect here
    leave = ["-k", f"not ({part.slow})"] if part.slow else []
    return ["-o", "addopts=", "-p", "no:cacheprovider", "-W", _NOT_REWRITTEN, *leave]


_NOT_REWRITTEN = "ignore::pytest.PytestAssertRewriteWarning"


def _by_mutmut(part: Part, base: Path, drawn: list[str]) -> dict[str, str]:
    """What mutmut finds: the name of a mutant, and what became of it."""
    _copy(base)
    (base / "libraries").write_text("\n".join(LIBRARIES))
    (base / "mutants" / "src").mkdir(parents=True)  # Python never looks again into a path that was missing at its start
    lists = {
        "source_paths": ["src"],
        "only_mutate": [str(file) for file in part.sources],
        "also_copy": [name for name in COPIED if name != "src"],
        "pytest_add_cli_args_test_selection": part.files_of_tests,
        "pytest_add_cli_args": [*_options(part), "-p", "benchmarks.reliability.reaching"],
    }
    settings = configparser.ConfigParser(interpolation=None)
    settings["mutmut"] = {name: "\n".join(["", *values]) for name, values in lists.items()} | {
        "process_isolation": "forkserver",
        "forkserver_warmup": "import",
        "preload_modules_file": "libraries",
        # seconds for loading and fixtures, which mutmut's estimate leaves out, on a busy machine
        "timeout_constant": "60",
        "timeout_multiplier": "5",
    }
    with (base / "setup.cfg").open("w") as stream:
        settings.write(stream)
    _mutmut(base, "run", "--max-children", str(os_cores()), *drawn)
    told = (text.strip().rpartition(": ") for text in _mutmut(base, "results", "--all", "true").splitlines())
    return {name: outcome for name, colon, outcome in told if colon}


def _mutmut(base: Path, *words: str) -> str:
    line = [str(Path(sys.executable).with_name("mutmut")), *words]
    done = subprocess.run(line, cwd=base, env=_environment(base / "mutants"), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"mutmut {words[0]} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


def _environment(base: Path) -> dict[str, str]:
    path = os.pathsep.join((str(base / "src"), str(base)))  # for the commands that tests start
    plain = {name: text for name, text in os.environ.items() if name != "PYTEST_ADDOPTS"}
    return {**plain, "PYTHONPATH": path, "HYPOTHESIS_MAX_EXAMPLES": "20"}


def _one_by_one(part: Part, base: Path, drawn: list[str]) -> dict[str, str]:
    """What a pytest for each mutant finds: so many at once as there are cores, each in a copy of its own."""
    copies: SimpleQueue[Path] = SimpleQueue()
    for number in range(os_cores()):
        _copy(base / str(number))
        copies.put(base / str(number))
    began = time.time()
    if _tested(part, base / "0", 3600) != "survived":
        raise RuntimeError(f"the tests of {part.name} fail without a mutant")
    limit = 300 + 5 * (time.time() - began)  # somebody else may come to need the machine

    def tried(name: str) -> str:
        copy, file = copies.get(), _mutants(part)[name]
        (copy / file).write_text(_changed(name, file), encoding="utf-8")
        try:
            return _tested(part, copy, limit)
        finally:
            (copy / file).write_text(_text(file), encoding="utf-8")
            copies.put(copy)

    with ThreadPoolExecutor(os_cores()) as pool:
        return dict(zip(drawn, pool.map(tried, drawn), strict=True))


@cache
def _functions(file: Path) -> dict[str, str]:
    """The lines of each function that mutmut has made of those of a file, by its name."""
    code = _mutated(file).code
    lines = code.splitlines(keepends=True)
    return {
        each.name: "".join(lines[each.lineno - 1 : each.end_lineno])
        for each in ast.walk(ast.parse(code))
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and "__mutmut_" in each.name
    }


def _before_and_after(name: str, file: Path) -> tuple[str, str]:
    """A function as it stands in its file, and what a mutant makes of it."""
    from mutmut.utils.format_utils import orig_function_and_class_names_from_key

    made, own = name.rpartition(".")[2], orig_function_and_class_names_from_key(name)[0].rpartition(".")[2]
    original = f"{_function(made)}__mutmut_orig"
    functions = _functions(file)
    return functions[original].replace(original, own, 1), functions[made].replace(made, own, 1)


def _changed(name: str, file: Path) -> str:
    """A file with one of its mutants in the place of the function, and nothing else of mutmut in it."""
    before, after = _before_and_after(name, file)
    if (many := _text(file).count(before)) != 1:
        raise RuntimeError(f"{file} has {many} functions that read like that of {name}")
    return _text(file).replace(before, after)


def _tested(part: Part, base: Path, limit: float) -> str:
    line = [sys.executable, "-m", "pytest", "-x", "-q", *_options(part), *part.files_of_tests]
    environment = _environment(base)
    process = subprocess.Popen(
        line, cwd=base, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        return "killed" if process.wait(limit) else "survived"
    except subprocess.TimeoutExpired:
        return "timeout"
    finally:
        with contextlib.suppress(ProcessLookupError):  # and whatever it has started
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _function(name: str) -> str:
    """``negograph.dates.x_bounds__mutmut_7`` without what numbers it."""
    return name.rpartition("__mutmut_")[0]


def _change(name: str, file: Path) -> tuple[str, str]:
    """The lines that a mutant changes, and what they become."""
    lines = list(unified_diff(*(text.splitlines() for text in _before_and_after(name, file)), n=0))[2:]
    before, after = (" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return before, after
