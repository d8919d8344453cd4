"""How soon the explorer can be used, beside the page that pyvis makes by default: ``python -m benchmarks.explorer``.

Prints a Markdown table. Every figure is the median of several loads in one headless Chromium; *usable*
is when the first view stands on the screen and answers (for pyvis: when its network has settled, which
is when its loading bar goes away).
"""

from __future__ import annotations

import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import negograph
from negograph import KnowledgeGraph, rdf, tables
from negograph.explorer import explore
from negograph.ontology import load_ontology, resource
from negograph.questions import read_questions

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
LOADS = 5
PATIENCE = 180_000  # milliseconds


def synthetic(entities: int, claims: int) -> KnowledgeGraph:
    """A graph of that size: one deal in forty things, one bypass in a hundred claims, a few very busy actors."""
    ontology, chance = load_ontology(), random.Random(1)
    kinds = ["Person", "State", "Group", "Issue", "Outcome", "Event", "Tactic", "Organisation"]
    named: list[dict[str, str]] = []
    for number in range(entities):
        kind = "Negotiation" if number % 40 == 0 else kinds[number % len(kinds)]
        start = f"{chance.randint(1990, 2025)}-{chance.randint(1, 12):02}" if kind in ("Negotiation", "Event") else ""
        named.append({"id": f"e{number}", "kind": kind, "label": f"{kind} number {number}", "start": start})
    of = {kind: [row["id"] for row in named if row["kind"] == kind] for kind in {row["kind"] for row in named}}
    said: list[dict[str, str]] = []
    for number in range(claims):
        deal, actor = chance.choice(of["Negotiation"]), of["Person"][int(len(of["Person"]) * chance.random() ** 3)]
        subject, predicate, target = chance.choice(
            [
                (deal, "ledTo", chance.choice(of["Outcome"])),
                (deal, "followedBy", chance.choice(of["Event"])),
                (actor, "partyTo", deal),
                (actor, "usedTactic", chance.choice(of["Tactic"])),
                (deal, "about", chance.choice(of["Issue"])),
                (actor, "initiated", deal),
                (actor, "met", chance.choice(of["Person"])),
            ]
            if number % 100
            else [(deal, "bypassed", chance.choice(of["State"]))]
        )
        said.append(
            {
                "id": f"r{number:04}",
                "subject": subject,
                "predicate": predicate,
                "object": target,
                "source": "text",
                "locator": str(1 + number % 90),
                "gist": f"What the text says of {subject} and {target} in sentence {number}.",
            }
        )
    rows: dict[str, list[dict[str, str]]] = {
        "entities": named,
        "relations": said,
        "sources": [{"id": "text", "title": "A text", "paragraphs": "90"}],
    }
    full = {
        name: tables.Table(
            name,
            tuple(tables.Row(0, {column: row.get(column, "") for column in columns}) for row in rows.get(name, [])),
        )
        for name, columns in ontology.columns.items()
    }
    return KnowledgeGraph(rdf.build(full, ontology), ontology, read_questions(resource("graph", "questions")))


def default_pyvis(kg: KnowledgeGraph, path: Path) -> None:
    """The page that somebody gets who hands the same network to pyvis and changes nothing."""
    from pyvis.network import Network

    network = Network(directed=True, cdn_resources="in_line")
    for row in kg.to_dataframes()["entities"].itertuples():
        network.add_node(row.Index, label=row.label)
    known = set(network.node_ids)
    for claim in map(kg.claim, kg.claims()):
        for end in (claim["subject"], claim["object"] or f"{claim['id']}:value"):
            if end not in known:
                known.add(end)
                network.add_node(end, label=end)
        network.add_edge(claim["subject"], claim["object"] or f"{claim['id']}:value", title=claim["gist"])
    path.write_text(network.generate_html(), encoding="utf-8")


def loads(browser: Any, path: Path, ready: str, state: str = "", slower: int = 1, times: int = LOADS) -> float:
    """Median milliseconds from the navigation until ``ready`` holds in the page."""
    found = []
    for _ in range(times):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.route("**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort())
        if slower > 1:
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.goto(path.as_uri() + state, wait_until="commit")
        page.wait_for_function(
            f"() => {{ if (!window.readyAt && ({ready})) window.readyAt = performance.now(); return window.readyAt; }}",
            polling="raf",
            timeout=PATIENCE,
        )
        found.append(page.evaluate("() => window.readyAt"))
        page.close()
    return statistics.median(found)


def opens_network(browser: Any, path: Path, times: int = LOADS) -> float:
    """Median milliseconds from the click on the network's tab until its canvas is drawn."""
    found = []
    for _ in range(times):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready]")
        page.evaluate("() => { window.from = performance.now(); update({ view: 'network' }); }")
        page.wait_for_function(
            "() => { if (!window.readyAt && document.querySelector('.canvas[data-ready]'))"
            " window.readyAt = performance.now(); return window.readyAt; }",
            polling="raf",
        )
        found.append(page.evaluate("() => window.readyAt - window.from"))
        page.close()
    return statistics.median(found)


OURS = "document.documentElement.dataset.ready"
# pyvis fades its loading bar when the network has stabilised; without a bar the network draws at once
THEIRS = "window.network && (!document.getElementById('loadingBar') || document.getElementById('loadingBar').style.opacity === '0')"  # noqa: E501


def written(kg: KnowledgeGraph, path: Path) -> tuple[float, float]:
    """Seconds that writing the page took, and its size in megabytes."""
    begin = time.perf_counter()
    explore(kg.corpus).write(path)
    return time.perf_counter() - begin, path.stat().st_size / 1e6


def measure(browser: Any, folder: Path, say: Callable[[str, str, str], None]) -> None:
    """Take every measurement, and hand each to ``say`` with what it should reach."""
    kg, ours, theirs = negograph.load(), folder / "ours.html", folder / "theirs.html"
    seconds, size = written(kg, ours)
    default_pyvis(kg, theirs)
    say("file, curated data", f"{size:.2f} MB", "≤ 1.0 MB")
    say("writing it, curated data", f"{seconds:.1f} s", "")
    plain = loads(browser, ours, OURS)
    say("usable, curated data", f"{plain:.0f} ms", "≤ 500 ms")
    say("usable, processor six times slower", f"{loads(browser, ours, OURS, slower=6):.0f} ms", "≤ 1,000 ms")
    empty = Path(__file__).parent / "empty.html"
    say("an empty page, processor six times slower", f"{loads(browser, empty, OURS, slower=6):.0f} ms", "")
    say("network tab", f"{opens_network(browser, ours):.0f} ms", "≤ 400 ms")
    default = loads(browser, theirs, THEIRS, times=2)
    say("usable, default pyvis on the same claims", f"{default:,.0f} ms", "")
    say("ratio", f"{default / plain:.0f}", "≥ 40")
    for entities, claims, limit in ((5_000, 15_000, "≤ 2,000 ms"), (20_000, 60_000, "≤ 6,000 ms")):
        path = folder / f"{entities}.html"
        name = f"{entities:,} entities, {claims:,} claims"
        seconds, size = written(synthetic(entities, claims), path)
        say(f"usable, {name}", f"{loads(browser, path, OURS, times=3):,.0f} ms", limit)
        say(f"network tab, {name}", f"{opens_network(browser, path, times=2):,.0f} ms", "")
        say(f"file and writing it, {name}", f"{size:.1f} MB, {seconds:.0f} s", "")


def main() -> None:
    """Measure, and print a table."""
    from playwright.sync_api import sync_playwright

    print("| what | measured | to reach |\n| --- | ---: | ---: |", flush=True)
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        measure(browser, Path(folder), lambda what, found, goal: print(f"| {what} | {found} | {goal} |", flush=True))
        browser.close()


if __name__ == "__main__":
    main()
