"""R1 to R3: a broken table is never loaded, a sound one never changed, and every defect is told at once."""

from __future__ import annotations

import csv
import json
import random
import shutil
import time
import unicodedata
from pathlib import Path

from benchmarks.mutations import mutate, rows_by_the_letter
from benchmarks.reliability.trials import (
    ROOT,
    Rows,
    Trial,
    command_line,
    in_parts,
    os_cores,
    row_of_relations,
    say,
    scratch,
    small_rows,
    write_folder,
)
from negograph import rdf, tables
from negograph.export import tables_as_csv
from negograph.kg import load
from negograph.ontology import Column, Ontology, load_ontology

__all__ = ["r1", "r2", "r3"]

WHOLE_FILE = {"missing", "empty", "manifest", "coverage"}
"""Codes of problems that no line has: a file that is not there, a paragraph that no row accounts for."""


def r1(share: float, seed: int) -> Trial:
    """Mutated tables through the command line."""
    total = max(int(10_000 * share), 20)
    trial = Trial("R1", "mutated tables, 9 of 10 small, 1 of 10 packaged, each command a process of its own", seed)
    began, workers = time.time(), os_cores()
    with scratch() as base:
        _bases(base)

        def part(which: int) -> None:
            for at in range(which, total, workers):
                print(json.dumps(_mutated(base, which, seed * 1_000_003 + at)), flush=True)
                if which == 0 and at % 200 == 0:
                    say(f"R1: {at:,} of {total:,}, {time.time() - began:.0f} s")

        for finished in in_parts(part, workers):
            trial.expect(finished.code == 0, finished.err[-2000:])
            for line in finished.out.splitlines():
                outcome, what, failures = json.loads(line)
                trial.done += 1
                trial.counts[outcome] += 1
                trial.failures += [f"{what}: {failure}" for failure in failures]
    trial.seconds = time.time() - began
    trial.expect(trial.done == total, f"only {trial.done} of {total} were run")
    return trial


def _bases(base: Path) -> None:
    """The small and the packaged tables, with and without a manifest."""
    write_folder(base / "small", small_rows())
    shutil.copytree(ROOT / "data", base / "packaged")
    for name in ("small", "packaged"):
        load(base / name).export(f"{base / name}-vouched/")


def _mutated(base: Path, worker: int, seed: int) -> tuple[str, str, list[str]]:
    """(outcome, what was done, failures) of one mutation."""
    chance = random.Random(seed)
    name = chance.choices(("small", "packaged"), (9, 1))[0] + chance.choices(("", "-vouched"), (7, 1))[0]
    folder, out = base / f"work{worker}", base / f"out{worker}"
    for each in (folder, out):
        shutil.rmtree(each, ignore_errors=True)
    shutil.copytree(base / name, folder)
    table, mutators = mutate(folder, seed)
    changed = (folder / table).read_bytes() != (base / name / table).read_bytes()
    what = f"seed {seed}, {name} {table}, {mutators}"
    checked = command_line("check", "--data", folder, "--format", "json")
    failures = _traces(checked.err)
    if checked.code == 1:
        failures += _told(checked.out, folder)
        if chance.random() < 0.1:  # the loader runs the same checks; a sample shows that it heeds them
            exported = command_line("export", "--data", folder, "-o", f"{out}/")
            failures += _traces(exported.err)
            failures += [] if exported.code == 1 and not out.exists() else ["refused by check, taken by export"]
        return "refused", what, failures
    if checked.code != 0:
        return "failed", what, [*failures, f"check ended with {checked.code}"]
    if changed and name.endswith("vouched"):
        failures.append("changed, vouched for, and not refused")
    exported = command_line("export", "--data", folder, "-o", f"{out}/")
    failures += _traces(exported.err)
    if exported.code != 0:
        return "failed", what, [*failures, f"export ended with {exported.code}: {exported.err[-300:]}"]
    return "accepted, and read to the letter", what, failures + _compared(folder, out, load_ontology())


def _traces(err: str) -> list[str]:
    return [f"a traceback: {err[-300:]}"] if "Traceback" in err else []


def _told(text: str, folder: Path) -> list[str]:
    """What a list of problems lacks."""
    problems = json.loads(text)
    failures = [] if problems else ["refused without a reason"]
    for each in problems:
        placed = each["line"] >= 1 and each["column"] >= 1
        whole = each["line"] == each["column"] == 0 and each["code"] in WHOLE_FILE
        if not (placed or whole) or not (each["code"] and each["message"] and each["mend"]):
            failures.append(f"a problem without a place or a mend: {each}")
        if Path(each["file"]).parent != folder:
            failures.append(f"a problem of no table: {each}")
    return failures


def _compared(folder: Path, out: Path, ontology: Ontology) -> list[str]:
    """Tables whose rows, by the letter of RFC 4180, are not those that came out again."""
    failures = []
    for name in ontology.columns:
        file = folder / f"{name}.csv"
        try:
            told = rows_by_the_letter(file, ontology) if file.exists() else []
        except (ValueError, KeyError, csv.Error) as error:
            failures.append(f"{name}.csv was accepted, and has no reading: {error!r}")
            continue
        with (out / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            written = list(csv.DictReader(stream))
        if sorted(map(_cells, told)) != sorted(map(_cells, written)):
            failures.append(f"{name}.csv came out changed")
    return failures


def _cells(row: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(row.items())


def r2(share: float, seed: int) -> Trial:
    """Any Unicode text through the graph and back."""
    total = max(int(10_000 * share), 20)
    trial = Trial("R2", "tables of any Unicode text, to CSV, to the graph, to CSV: the same cells", seed)
    began, workers = time.time(), os_cores()
    ontology = load_ontology()

    def part(which: int) -> None:
        with scratch() as folder:
            for at in range(which, total, workers):
                print(json.dumps(_round_trip(folder, seed * 1_000_003 + at, ontology)), flush=True)

    for finished in in_parts(part, workers):
        trial.expect(finished.code == 0, finished.err[-2000:])
        for line in finished.out.splitlines():
            outcome, failures = json.loads(line)
            trial.done += 1
            trial.counts[outcome] += 1
            trial.failures += failures
    trial.seconds = time.time() - began
    trial.expect(trial.done == total, f"only {trial.done} of {total} were run")
    return trial


def _round_trip(folder: Path, seed: int, ontology: Ontology) -> tuple[str, list[str]]:
    """Tables of random text, nine of ten of it clean; what is not clean has to be refused."""
    chance = random.Random(seed)
    rows, wild = small_rows(), chance.random() < 0.1
    for name, columns in ontology.columns.items():
        for column in columns.values():
            if column.cell == "TextCell":
                for row in rows[name]:  # the steps of a story share its title
                    shared = column.name == "title" and row is not rows[name][0]
                    row[column.name] = rows[name][0]["title"] if shared else _cell(column, chance)
    if wild:
        place = chance.choice(rows["entities"])
        place["description"] = "a" + _wild(chance) + "b"
    write_folder(folder, rows, ontology)
    problems = tables.check(folder, ontology)
    if wild:
        # a wild cell is refused, or it is no wilder than Unicode allows and comes back as it is
        if problems:
            return "wild, refused", []
    elif problems:
        return "clean, refused", [f"seed {seed}: clean text is refused: {problems[0]}"]
    read = tables.read(folder, ontology)
    files = tables_as_csv(rdf.build(read, ontology), ontology)
    failures = []
    for name in ontology.columns:
        written = list(csv.DictReader(files[f"{name}.csv"].decode().splitlines(keepends=True)))
        told = rows_by_the_letter(folder / f"{name}.csv", ontology)
        if sorted(map(_cells, told)) != sorted(map(_cells, written)):
            failures.append(f"seed {seed}: {name}.csv came out changed")
    return "wild, the same again" if wild else "clean, the same again", failures


_PLANES = ((0x20, 0x7E), (0xA1, 0x24F), (0x250, 0x1FFF), (0x2010, 0xD7FF), (0xF900, 0xFFFD), (0x10000, 0x3FFFF))
_BY_HAND = "\",;|\\'\t<>&{}[]()#$%^*~`?!=+-@/\u200c\u200d"


def _cell(column: Column, chance: random.Random) -> str:
    """Clean text for a cell: what the rules of docs/reliability.md let through, by Unicode's own tables."""
    longest = min(column.max_length or 60, 60)
    items = []
    for _ in range(chance.choice((1, 2, 3)) if column.separator else 1):
        drawn = "".join(_character(chance) for _ in range(chance.randrange(longest // 3)))
        if column.separator:
            drawn = drawn.replace(column.separator, " ")
        text = unicodedata.normalize("NFC", drawn).strip()
        if not text and column.required:
            text = chance.choice(("NA", "007", "null", "true", "2019-06", "1e3")) + str(chance.random())
        if text and text[0] in "=+-@＝＋－＠":
            text = "a " + text
        items.append(text)
    return (column.separator or "").join(sorted({item for item in items if item}))


def _character(chance: random.Random) -> str:
    while True:
        low, high = chance.choices(_PLANES, (8, 4, 4, 6, 1, 4))[0]
        drawn = chance.choice(_BY_HAND) if chance.random() < 0.15 else chr(chance.randint(low, high))
        category = unicodedata.category(drawn)
        if drawn in "\u200c\u200d" or (
            category not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
            and ord(drawn) & 0xFFFE != 0xFFFE
            and not 0xFDD0 <= ord(drawn) <= 0xFDEF
            and drawn != "\ufffd"
        ):
            return drawn


def _wild(chance: random.Random) -> str:
    low, high = chance.choice(
        ((0, 0x1F), (0x7F, 0x9F), (0x2000, 0x206F), (0xE000, 0xF8FF), (0xFE00, 0xFFFF), (0, 0xD7FF))
    )
    return "".join(chr(chance.randint(low, high)) for _ in range(chance.choice((1, 2))))


def r3(share: float, seed: int) -> Trial:
    """The 25 planted defects, as text and as JSON, in one run each."""
    from test_checking import TWENTY_FIVE, tables_with_25_defects

    trial = Trial("R3", "25 planted defects in one run, as text and as JSON", seed)
    began = time.time()
    with scratch() as base:
        rows: Rows = small_rows()
        for name, more in tables_with_25_defects().items():
            rows[name] += map(row_of_relations, more) if name == "relations" else more
        folder = write_folder(base / "planted", rows)
        found = command_line("check", "--data", folder, "--format", "json")
        places = {(Path(each["file"]).stem, each["line"], each["code"]) for each in json.loads(found.out)}
        text = command_line("check", "--data", folder)
        for place in sorted(TWENTY_FIVE):
            table, line, code = place
            trial.done += 1
            told = f"{folder}/{table}.csv:{line}:" in text.out and f": {code}: " in text.out
            if trial.expect(place in places and told, f"{place} was not told"):
                trial.counts["told"] += 1
        trial.expect(found.code == text.code == 1, f"exit codes {found.code}, {text.code}")
    trial.seconds = time.time() - began
    return trial
