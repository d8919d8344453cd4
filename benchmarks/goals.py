"""The goals, set against what was measured: the table of docs/performance.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import exp, log, log10
from pathlib import Path
from statistics import geometric_mean, median
from typing import Any

BEGIN, END = "<!-- measured: written by python -m benchmarks -->", "<!-- end of what was measured -->"
SMALL, MEDIUM, LARGE, HUGE = 1_000, 10_000, 100_000, 1_000_000
GROWTH = 1.15
FLOOR = 0.005
"""Seconds below which the start of a question outweighs its work, so that no growth is told from them."""


@dataclass(frozen=True)
class Verdict:
    """One goal: what was measured, and whether that meets it (``None``: not measured); or what to judge by, no goal."""

    work: str
    goal: str
    measured: str
    met: bool | None

    def line(self) -> str:
        """A line of the table."""
        word = {True: "met", False: "**missed**", None: "not measured" if self.goal else ""}[self.met]
        return f"| {self.work} | {self.goal} | {self.measured} | {word} |"


class Results:
    """Everything that was measured, by piece and number of rows."""

    def __init__(self, kept: Mapping[tuple[str, int], Mapping[str, Any]]) -> None:
        self.kept = kept

    @classmethod
    def read(cls, folder: Path) -> Results:
        """The results in a folder."""
        found = [json.loads(file.read_bytes()) for file in sorted(folder.glob("*.json"))]
        return cls({(each["piece"], each["rows"]): each for each in found})

    def sizes(self, piece: str) -> list[int]:
        """The sizes at which a piece was measured."""
        return sorted(rows for name, rows in self.kept if name == piece)

    def rounds(self, piece: str, rows: int) -> list[Mapping[str, Any]]:
        """What a piece found, round by round, without the rounds that failed."""
        kept = self.kept.get((piece, rows), {"rounds": []})
        return [each for each in kept["rounds"] if "error" not in each]

    def median(self, piece: str, rows: int, what: str = "cpu") -> float | None:
        """The median of what was measured, where there is any."""
        found = [each[what] for each in self.rounds(piece, rows) if what in each]
        return median(found) if found else None

    def ratio(self, slow: str, fast: str, rows: int, slower: str = "cpu", faster: str = "cpu") -> float | None:
        """How many times longer ``slow`` takes than ``fast``."""
        over, under = self.median(slow, rows, slower), self.median(fast, rows, faster)
        return over / under if over is not None and under else None

    def questions(self, piece: str, rows: int, which: str = "questions") -> dict[str, Mapping[str, Any]]:
        """Question to seconds and rows, or to why there are none; ``floor`` has the joins to judge them by."""
        rounds = [each[which] for each in self.rounds(piece, rows) if which in each]
        return {
            name: min((each[name] for each in rounds if name in each), key=lambda found: found.get("cpu", 1e9))
            for name in (rounds[0] if rounds else ())
        }


# Goals


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.3g} times"


def _at_least(ratio: float | None, least: float, more: str = "") -> tuple[str, bool | None]:
    return _times(ratio) + (more if ratio is not None else ""), None if ratio is None else ratio >= least


def _at_most(ratio: float | None, most: float, more: str = "") -> tuple[str, bool | None]:
    return _times(ratio) + (more if ratio is not None else ""), None if ratio is None else ratio <= most


def verdicts(found: Results) -> list[Verdict]:
    """Every goal."""
    return [
        *_building(found),
        *_asking(found),
        *_checking(found),
        *_starting(found),
        Verdict(
            "networkx from rows in memory, 1e5",
            "≥ 2 times `from_pandas_edgelist`",
            *_at_least(found.ratio("network-pandas", "network-ours", LARGE), 2),
        ),
    ]


def _building(found: Results) -> Iterator[Verdict]:
    work = "CSV → N-Triples, 1e5"
    yield Verdict(work, "≥ 45 times rdflib", *_at_least(found.ratio("text-rdflib", "text-ours", LARGE), 45))
    peaks = {rows: found.median("text-ours", rows, "peak") for rows in found.sizes("text-ours")}
    told = ", ".join(f"{peak:.0f} MB at {_rows(rows)}" for rows, peak in peaks.items() if peak)
    met = all(peak <= 40 for peak in peaks.values() if peak) if HUGE in peaks else None
    yield Verdict("CSV → N-Triples, any size", "peak memory ≤ 40 MB", told, met)
    work = "CSV → queryable store"
    yield Verdict(f"{work}, 1e5", "≥ 7 times rdflib", *_at_least(found.ratio("store-rdflib", "store-ours", LARGE), 7))
    for rows, most in ((LARGE, 1.0), (HUGE, 1.3)):
        ratio = found.ratio("store-ours", "store-maplib", rows)
        goal = "no slower than maplib" if most == 1 else f"within {most} of maplib"
        yield Verdict(f"{work}, {_rows(rows)}", goal, *_at_most(ratio, most, " maplib's time"))
    ratio = found.ratio("turtle-rdflib", "turtle-ours", LARGE)
    yield Verdict("CSV → canonical sorted Turtle, 1e5", "≥ 10 times rdflib's Turtle", *_at_least(ratio, 10))


def _asking(found: Results) -> Iterator[Verdict]:
    size = LARGE if LARGE in found.sizes("questions-rdflib") else MEDIUM
    ratios = dict(_ratios(found, size))
    measured, met = "", None
    if ratios:
        mean = exp(sum(log(ratio) for ratio, _ in ratios.values()) / len(ratios))
        bounded = sum(1 for _, cut in ratios.values() if cut)
        more = f" (a lower bound: rdflib was stopped in {bounded} of them)" if bounded else ""
        where = "" if size == LARGE else f", at {_rows(size)} rows"
        measured, met = (
            f"{mean:.3g} times over {len(ratios)} questions{where}{more}",
            mean >= 25 if size == LARGE else None,
        )
    yield Verdict("our questions, 1e5, geometric mean", "≥ 25 times rdflib", measured, met)
    yield from _growing(found)
    yield from _beside(found)
    chain = found.questions("chain-ours", MEDIUM)
    bad = {name: _why(each) for name, each in chain.items() if "cpu" not in each and "QueryError" not in _why(each)}
    slowest = max((each.get("cpu", 0) for each in chain.values()), default=0)
    measured = f"{len(chain) - len(bad)} of {len(chain)}, the slowest in {slowest:.2f} s" if chain else ""
    measured += "".join(f"; {name}: {why}" for name, why in bad.items())
    yield Verdict(
        "a chain of 10,000: every question, a walk, `path`",
        "answers or refuses cleanly",
        measured,
        not bad if chain else None,
    )


def _growing(found: Results) -> Iterator[Verdict]:
    grown = dict(_growths(found))
    over = {name: slope for name, slope in grown.items() if slope is None or slope > GROWTH}
    told = ", ".join(f"{name} {'stopped' if slope is None else f'{slope:.2f}'}" for name, slope in over.items())
    measured = f"{len(grown) - len(over)} of {len(grown)}" + (f"; not {told}" if told else "") if grown else ""
    large = len(found.questions("questions-ours", HUGE).keys() & grown.keys())
    work = "our questions, 1e4 to 1e6"
    if large < len(grown):
        work += f" ({large} of them; the others to 1e5)" if large else " (measured to 1e5)"
    met = None if not grown or (not over and large < len(grown)) else not over
    yield Verdict(work, f"each grows by n^{GROWTH} at most", measured, met)
    floor = dict(_growths(found, "floor"))
    slopes = {name: slope for name, slope in grown.items() if slope is not None}
    if floor and slopes:
        plain = ", ".join(f"{name} n^{slope:.2f}" for name, slope in floor.items() if slope is not None)
        highest = max(slopes, key=lambda name: slopes[name])
        measured = (
            f"{plain}; questions: median n^{median(slopes.values()):.2f}, most n^{slopes[highest]:.2f} ({highest})"
        )
        yield Verdict("the same, beside the plainest joins in the same run", "", measured, None)


def _beside(found: Results) -> Iterator[Verdict]:
    """What has no goal, and helps to judge: the first round in a fork, the store on disk, Virtuoso."""
    for rows in (MEDIUM, LARGE):
        ours, where = found.questions("questions-ours", rows), f"{_rows(rows)}, geometric mean"
        if told := _mean(each["first"] / each["cpu"] for each in ours.values() if each.get("rounds", 1) > 1):
            yield Verdict(
                f"the first round in a fork, which copies what it touches, {where}", "", f"{told} the next", None
            )
        kept = found.questions("questions-kept", rows)
        if told := _mean(_shares(kept, ours)):
            yield Verdict(f"our questions on the store on disk, {where}", "", f"{told} those in memory", None)
        theirs = found.questions("questions-virtuoso", rows)
        if told := _mean(_shares(theirs, ours)):
            alone = _mean(_shares(theirs, ours, "server"))
            version = found.rounds("questions-virtuoso", rows)[0]["version"]
            measured = f"{told} ours in this process; {alone} for the server alone"
            if stopped := sum(1 for each in theirs.values() if "cpu" not in each):
                measured += f"; {stopped} of {len(theirs)} stopped or refused, and left out"
            yield Verdict(f"Virtuoso {version} over HTTP, {where}", "", measured, None)
    if told := _on_disk(found):
        yield Verdict("our questions on the store on disk, 1e5 to 1e6", "", told, None)


def _on_disk(found: Results) -> str:
    """How questions grow where each lookup goes through an index, beside the plainest join there."""
    grown, plain = (_tenfold(found, "questions-kept", which) for which in ("questions", "floor"))
    if not grown or not plain:
        return ""
    highest = max(sorted(grown), key=lambda name: grown[name])
    return (
        f"join n^{plain['join']:.2f}; questions: median n^{median(grown.values()):.2f}, "
        f"most n^{grown[highest]:.2f} ({highest}), over {len(grown)}"
    )


def _tenfold(found: Results, piece: str, which: str) -> dict[str, float]:
    """Question to the exponent by which it grows from 1e5 rows to 1e6, where it was answered at both."""
    few, many = (found.questions(piece, rows, which) for rows in (LARGE, HUGE))
    both = [name for name in few if "cpu" in few[name] and "cpu" in many.get(name, {})]
    return {name: log10(many[name]["cpu"] / few[name]["cpu"]) for name in both}


def _shares(
    theirs: Mapping[str, Mapping[str, Any]], ours: Mapping[str, Mapping[str, Any]], what: str = "cpu"
) -> Iterator[float]:
    for name, each in theirs.items():
        if what in each and "cpu" in ours.get(name, {}):
            yield each[what] / ours[name]["cpu"]


def _mean(ratios: Iterable[float]) -> str:
    """The geometric mean, and over how many."""
    found = list(ratios)
    return f"{geometric_mean(found):.3g} times (over {len(found)})" if found else ""


def _why(each: Mapping[str, Any]) -> str:
    return str(each.get("error") or f"stopped after {each.get('limit', 0):g} s")


def _ratios(found: Results, rows: int) -> Iterator[tuple[str, tuple[float, bool]]]:
    """Question to how many times rdflib's time is ours, and whether rdflib was stopped."""
    theirs = found.questions("questions-rdflib", rows)
    for name, ours in found.questions("questions-ours", rows).items():
        if name in theirs and "cpu" in ours and ("cpu" in theirs[name] or "limit" in theirs[name]):
            cut = "cpu" not in theirs[name]
            yield name, ((theirs[name]["limit"] if cut else theirs[name]["cpu"]) / ours["cpu"], cut)


def _growths(found: Results, which: str = "questions") -> Iterator[tuple[str, float | None]]:
    """Question to the exponent by which its time grows from 1e4 rows to the most; ``None`` where it was stopped."""
    few = found.questions("questions-ours", MEDIUM, which)
    asked = {rows: found.questions("questions-ours", rows, which) for rows in (LARGE, HUGE)}
    for name, least in few.items():
        most = max((rows for rows, each in asked.items() if name in each), default=0)
        if most and "cpu" in least:
            end = asked[most][name].get("cpu")
            grown = None if end is None else log(max(end, FLOOR) / max(least["cpu"], FLOOR)) / log(most / MEDIUM)
            yield name, grown


def _checking(found: Results) -> Iterator[Verdict]:
    """At 1e5, or at the most rows that pySHACL was given: it is no faster at more of them."""
    rows = max(found.sizes("check-pyshacl"), default=LARGE)
    least = found.median("check-pyshacl", rows)
    ours = found.median("check-ours", LARGE)
    ratio = least / ours if least and ours else None
    told = "" if rows == LARGE else f", for pySHACL at {_rows(rows)} rows and ours at 1e5: a lower bound"
    if (same := found.ratio("check-pyshacl", "check-ours", rows)) and rows != LARGE:
        told += f"; {same:.3g} times at {_rows(rows)} both"
    measured, met = _at_least(ratio, 100, told)
    yield Verdict("check, 1e5, the same rules", "≥ 100 times pySHACL", measured, met if rows == LARGE or met else None)


def _starting(found: Results) -> Iterator[Verdict]:
    ratio = found.ratio("cold-ask", "cold-pyoxigraph", 0)
    yield Verdict("cold `ask`, packaged data", "≤ 4 times bare Python with pyoxigraph", *_at_most(ratio, 4))
    yield Verdict("", "≥ 5 times sooner than rdflib", *_at_least(found.ratio("cold-rdflib", "cold-ask", 0), 5))
    yield Verdict("`--help`", "≤ 4 times bare Python", *_at_most(found.ratio("cold-help", "cold-python", 0), 4))
    first, second = (found.median("warm-ours", LARGE, which) for which in ("first", "second"))
    share = second / first if first and second else None
    told = f"{share:.1%} ({first:.2f} s, then {second:.2f} s)" if share and first and second else ""
    yield Verdict("second `ask`, 1e5", "≤ 10 % of the first", told, None if share is None else share <= 0.1)


# The page


def write(page: Path, found: Results) -> None:
    """Write the measured part of the page anew, and leave the rest as it stands."""
    text = page.read_text(encoding="utf-8") if page.exists() else f"# Performance\n\n{BEGIN}\n{END}\n"
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    page.write_text(f"{head}{BEGIN}\n\n{measured(found)}\n{END}{tail}", encoding="utf-8")


def measured(found: Results) -> str:
    """The tables, in Markdown."""
    parts = [conditions(found), "### Goals\n", "| work | goal | measured | |\n|---|---|---|---|"]
    parts += [each.line() for each in verdicts(found)]
    parts += ["\n### Pieces\n", _pieces(found), "\n### Questions\n", _questions(found)]
    return "\n".join(parts) + "\n"


def conditions(found: Results) -> str:
    """When and with what it was measured."""
    versions: dict[str, str] = {}
    for each in found.kept.values():
        versions |= each["versions"]
    days = sorted({each["date"] for each in found.kept.values()})
    cores = versions.pop("cores", "?")
    tools = ", ".join(f"{name} {number}" for name, number in versions.items())
    return f"{' to '.join(dict.fromkeys((days[0], days[-1]))) if days else ''}; {cores} cores; {tools}.\n"


def _rows(rows: int) -> str:
    return f"1e{len(str(rows)) - 1}" if rows >= LARGE else f"{rows:,}"


def _pieces(found: Results) -> str:
    """Seconds and memory of every piece at every size, and how it grows."""
    sizes = (SMALL, MEDIUM, LARGE, HUGE)
    lines = [
        f"| seconds of processors (peak MB) | {' | '.join(map(_rows, sizes))} | grows by |",
        "|---|" + "---|" * (len(sizes) + 1),
    ]
    for piece in dict.fromkeys(name for name, _ in found.kept):
        if piece.startswith("chain"):
            continue
        if piece.startswith("cold"):
            lines.append(f"| {piece}, packaged data | {_cell(found, piece, 0)} | | | | |")
            continue
        times = {rows: found.median(piece, rows) for rows in sizes}
        known = [(rows, seconds) for rows, seconds in times.items() if seconds]
        slope = ""
        if len(known) > 1:
            (few, less), (many, more) = known[-2:]
            slope = f"n^{log(more / less) / log(many / few):.2f}"
        lines.append(f"| {piece} | {' | '.join(_cell(found, piece, rows) for rows in sizes)} | {slope} |")
    return "\n".join(lines)


def _cell(found: Results, piece: str, rows: int) -> str:
    kept = found.kept.get((piece, rows))
    if kept is None:
        return ""
    seconds, peak = found.median(piece, rows), found.median(piece, rows, "peak")
    if seconds is None or peak is None:
        return str(kept["rounds"][-1].get("error", "")).split(":")[0] if kept["rounds"] else ""
    whole_command = piece.startswith(("cold", "warm", "build"))
    return f"{seconds:.3g}" if whole_command else f"{seconds:.3g} ({peak:.0f})"


def _questions(found: Results) -> str:
    """Every question: rows found at 1e5, seconds at each size, exponent, rdflib beside it."""
    sizes = (MEDIUM, LARGE, HUGE)
    ours = {rows: found.questions("questions-ours", rows) for rows in sizes}
    there = found.questions("questions-virtuoso", MEDIUM)
    disk = found.questions("questions-kept", LARGE)
    beside = LARGE if LARGE in found.sizes("questions-rdflib") else MEDIUM
    theirs, ratios = found.questions("questions-rdflib", beside), dict(_ratios(found, beside))
    slopes = dict(_growths(found))
    lines = [
        f"| question | rows at 1e5 | 10,000 | 1e5 | 1e6 | grows by | rdflib, {_rows(beside)} | times "
        "| on disk, 1e5 | Virtuoso, 10,000 |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    shown: Callable[[Mapping[str, Any]], str] = lambda each: (  # noqa: E731
        f"{each['cpu']:.3f}" if "cpu" in each else (_why(each) if each else "")
    )
    for name in dict.fromkeys(name for each in ours.values() for name in each):
        slope = slopes.get(name)
        cells = [
            name,
            f"{ours[LARGE].get(name, {}).get('rows', '')}",
            *(shown(ours[rows].get(name, {})) for rows in sizes),
        ]
        cells += ["" if slope is None else f"n^{slope:.2f}", shown(theirs.get(name, {}))]
        times = ratios.get(name)
        cells.append("" if times is None else f"{'> ' if times[1] else ''}{times[0]:.3g}")
        cells += [shown(disk.get(name, {})), shown(there.get(name, {}))]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
