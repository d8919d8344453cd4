"""The explorer in a browser: it says what SPARQL says, asks for nothing, lets nothing in, and serves everybody."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from markupsafe import escape

import negograph
from negograph import KnowledgeGraph, UnknownEntityError
from negograph.errors import ExportError, QuestionError
from negograph.explorer import Page as Written
from negograph.explorer import explore
from negograph.explorer.document import _column
from negograph.explorer.layout import layout
from negograph.explorer.ledger import ledger
from negograph.explorer.render import as_json
from test_told import MORE

from conftest import ROOT, SMALL, Writer, writer

KNOWN = Path(__file__).with_name("page.json")
VIEWS = ("ledger", "lanes", "network", "table")
STORIES = [
    {
        "story": "doha",
        "title": "Around Kabul",
        "step": "1",
        "header": "Talks",
        "text": "They talk.",
        "entities": "us-taliban-talks|taliban",
        "claims": "r0005",
    },
    {
        "story": "doha",
        "title": "Around Kabul",
        "step": "2",
        "header": "Collapse",
        "text": "It falls.",
        "entities": "collapse-of-afghan-government",
        "claims": "r0009",
    },
    {
        "story": "doha",
        "title": "Around Kabul",
        "step": "3",
        "header": "Left",
        "text": "They leave.",
        "entities": "us-taliban-talks|donald-trump",
        "claims": "",
    },
    {
        "story": "allies",
        "title": "Allies",
        "step": "1",
        "header": "NATO",
        "text": "Told later.",
        "entities": "nato-allies",
        "claims": "",
    },
]


def with_stories(kg: KnowledgeGraph, rows: list[dict[str, str]] = STORIES, **more: Any) -> Written:
    return explore(replace(kg.corpus, tables={**kg.corpus.tables, "stories": rows}), **more)


@pytest.fixture(scope="session")
def file(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explorer") / "explore.html"
    with_stories(kg).write(path)
    return path


class Tab:
    """A page in the browser, with everything that it asked for and complained of."""

    def __init__(self, browser: Any, file: Path, **context: Any) -> None:
        self.file = file
        self.context = browser.new_context(
            accept_downloads=True, **{"viewport": {"width": 1280, "height": 900}, **context}
        )
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append("dialog"), dialog.dismiss()))
        self.context.route(
            "**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort()
        )

    def open(self, state: str = "") -> Any:
        if self.page.url.startswith("file:"):
            self.page.evaluate(
                "wanted => { history.replaceState(null, '', `#${wanted}`); state = stateOf(location.hash); draw(); }",
                state,
            )
        else:
            self.page.goto(self.file.as_uri() + ("#" + state if state else ""))
        self.page.wait_for_selector("html[data-ready]")
        if "view=network" in state:
            self.page.wait_for_selector(".canvas[data-ready]")
        return self.page

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def tab(chromium: Any, file: Path) -> Iterator[Tab]:
    found = Tab(chromium, file)
    yield found
    found.close()
    assert found.complaints == []
    assert [url for url in found.requests if not url.startswith(("file:", "blob:"))] == []


# The file


def test_the_page_is_the_same_bytes_in_every_process(kg: KnowledgeGraph, tmp_path: Path) -> None:
    script = "import negograph, sys; sys.stdout.buffer.write(negograph.load().explore().html.encode())"
    ours = kg.explore().html.encode()
    for seed in ("0", "4711"):
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}, check=True
        )
        assert done.stdout == ours


def test_the_page_is_small_and_locked(kg: KnowledgeGraph) -> None:
    html = kg.explore().html
    assert len(html.encode()) <= 1_000_000
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;; script-src &#39;sha256-")
    assert "unsafe" not in policy[1]
    assert not re.search(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="?https?:', html)


def test_only_our_scripts_and_style_may_run(kg: KnowledgeGraph) -> None:
    html, home = kg.explore().html, ROOT / "src" / "negograph" / "explorer" / "page"
    (style,) = re.findall("<style>(.*?)</style>", html, re.DOTALL)
    (script,) = re.findall("<script>(.*?)</script>", html, re.DOTALL)
    (engine,) = re.findall('id="engine">(.*?)</script>', html)
    assert style == (home / "style.css").read_text(encoding="utf-8")
    parts = [file.read_text(encoding="utf-8") for file in home.glob("*.js")]
    assert all(part in script for part in parts)
    assert len(script) == sum(map(len, parts))
    texts = (script, gzip.decompress(b64decode(engine)).decode(), style)
    ours, bundled, looks = (f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts)
    policy = f"default-src 'none'; script-src {ours} {bundled}; style-src {looks}; base-uri 'none'; form-action 'none'"
    assert f'content="{escape(policy)}"' in html


def test_json_cannot_end_its_element() -> None:
    text = as_json(["</script><!--<script>", "\u2028 & 'x'"])
    assert "<" not in text
    assert "&" not in text
    assert json.loads(text) == ["</script><!--<script>", "\u2028 & 'x'"]


def test_the_page_shows_itself_in_a_notebook(small: KnowledgeGraph) -> None:
    html = small.explore()._repr_html_()
    assert html.startswith("<iframe")
    assert html.count("<") == 2  # everything else is escaped into srcdoc


def test_a_page_is_written_whole_or_not_at_all(small: KnowledgeGraph, tmp_path: Path) -> None:
    small.explore(tmp_path / "a.html")
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == small.explore().html
    with pytest.raises(ExportError):
        small.explore(tmp_path / "missing" / "a.html")


def test_what_is_not_there_cannot_be_opened(small: KnowledgeGraph) -> None:
    with pytest.raises(UnknownEntityError, match="did you mean"):
        small.explore(focus="Taalks")
    with pytest.raises(QuestionError, match="no stories"):
        with_stories(small, [], story="doha")
    with pytest.raises(QuestionError, match="there are allies, doha"):
        with_stories(small, story="zzz")
    with pytest.raises(QuestionError, match="doha"):
        with_stories(small, story="dohaa")


def test_the_command_writes_a_file_or_to_stdout(
    run: Callable[..., Any], folder: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = folder()
    target = tmp_path / "out.html"
    done = run("explore", "--data", data, "-o", target, "--focus", "Azure")
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"wrote {target}" in done.stderr
    assert '"start":{"focus":"blue","story":""}' in target.read_text(encoding="utf-8")
    assert run("explore", "--data", data, "-o", "-").stdout == negograph.load(data).explore().html
    assert run("explore", "--data", data, "-o", "-", "--open").exit_code == 2
    assert run("explore", "--data", data, "--focus", "nobody").exit_code == 1
    assert run("explore", "--data", data, "-o", tmp_path / "no" / "x.html").exit_code == 1
    shown: list[str] = []
    monkeypatch.setattr("webbrowser.open", shown.append)
    assert run("explore", "--data", data, "-o", target, "--open").exit_code == 0
    assert shown == [target.as_uri()]


def held(html: str) -> dict[str, Any]:
    """What a page knows."""
    found = re.search('<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return dict(json.loads(found[1]))


def known_of(folder: Writer) -> tuple[str, dict[str, list[int]]]:
    """What the page of the tables of tests/told.txt knows, of the vocabulary an example of each sort; and the places."""
    known = held(negograph.load(folder(**MORE)).explore(focus="talks").html)
    words, network = known["vocabulary"], known["network"]
    predicates = ("sidelined", "occurredOn", "followedBy", "ledTo")
    words["kinds"] = {name: words["kinds"][name] for name in ("Negotiation", "Event", "Person")}
    words["predicates"] = {name: words["predicates"][name] for name in predicates}
    words["terms"] = {"Rank": words["terms"]["Rank"]}
    known["prefixes"] = {name: known["prefixes"][name] for name in ("ng", "ngi")}
    network["options"] = {name: network["options"][name] for name in ("physics", "interaction")}
    places = {name: [x, y] for name, x, y in network.pop("places")}
    return json.dumps(known, indent=1, ensure_ascii=False) + "\n", places


def test_the_page_knows_what_is_written_down(folder: Writer) -> None:
    known, places = known_of(folder)
    assert known == KNOWN.read_text(encoding="utf-8"), "python tests/test_explorer.py writes it anew"
    ledger = json.loads(known)["ledger"]
    assert places.keys() == {
        each for deal, _, around, then in ledger for other, *_ in (*around, *then) for each in (deal, other)
    }


def test_tables_without_a_row_are_a_page(small: KnowledgeGraph) -> None:
    nothing = {name: [] for name in small.ontology.columns}
    without = replace(small.corpus, tables=nothing, ask=lambda name: replace(small.answer(name), solutions=()))
    known = held(explore(without).html)
    assert known["tables"] == {name: {"count": 0, "columns": {}} for name in ("entities", "relations", "sources")}
    assert (known["ledger"], known["conflicts"], known["stories"]) == ([], [], [])


def test_the_engine_names_no_map_of_its_source(small: KnowledgeGraph) -> None:
    found = re.search('id="engine">(.*?)</script>', small.explore().html)
    assert found is not None
    engine = gzip.decompress(b64decode(found[1])).decode()
    assert "vis-network" in engine
    assert "sourcemappingurl" not in engine.lower()


def test_the_layout_fills_a_sheet_of_the_shape_of_a_screen() -> None:
    for many, size in ((40, 3), (9, 12), (1, 60)):
        spots = layout([(f"{n}-0", f"{n}-{other}") for n in range(many) for other in range(1, size)]).values()
        wide, tall = (max(line) - min(line) for line in zip(*spots, strict=True))
        assert (min(x for x, _ in spots), min(y for _, y in spots)) == (0, 0)
        assert 1.1 <= (wide + 178) / (tall + 58) <= 2.4, (many, wide, tall)
        full = len(spots) * 178 * 58 / ((wide + 178) * (tall + 58))
        assert 0.5 <= full <= 1, (many, full)


def test_the_layout_lets_no_box_lie_on_another(kg: KnowledgeGraph) -> None:
    rows = ledger(kg.corpus)
    places = layout([(row.deal, other) for row in rows for other, _, _ in (*row.around, *row.then)])
    spots = sorted(places.values())
    assert len(spots) > 50
    for number, (x, y) in enumerate(spots):
        assert all(abs(x - left) >= 150 or abs(y - top) >= 40 for left, top in spots[number + 1 :])
    assert layout([]) == {}


def test_the_layout_ends_where_nobody_can_tell_the_nodes_apart() -> None:
    places = layout([("hub", f"n{number:03d}") for number in range(400)])
    assert len(places) == 160
    assert set(places) == {"hub", *(f"n{number:03d}" for number in range(159))}


def test_a_bypass_that_nothing_followed_has_a_row_without_a_sequel(folder: Callable[..., Path]) -> None:
    later = {"id": "later", "kind": "Negotiation", "label": "Later talks"}
    row = {"id": "r0050", "subject": "later", "predicate": "sidelined", "object": "green", "locator": "1"}
    lone = negograph.load(folder(entities=[later], relations=[row]))
    (entry,) = (each for each in ledger(lone.corpus) if each.deal == "later")
    assert (entry.part, [line[1] for line in entry.around], entry.then) == ("bypass", ["r0050"], [])


# The page says what SPARQL says


def test_the_ledger_holds_the_answers_to_its_two_questions(kg: KnowledgeGraph) -> None:
    rows = {row.deal: row for row in ledger(kg.corpus)}
    bypasses = kg.answer("bypassed-allies")
    assert {(row.deal, *line) for row in rows.values() for line in row.around} == {
        (row.deal, row.bypassed, row.claim, row.tie or "") for row in bypasses
    }
    for row in bypasses:
        if row.linkClaim:
            assert (row.followed, row.linkClaim, row.link) in rows[row.deal].then
    shown = {(line[1], line[2]) for row in rows.values() for line in row.then}
    assert {(row.claim, row.link) for row in kg.answer("what-followed")} <= shown
    deals = {row["id"] for row in kg._tables["entities"] if row["kind"] in ("Agreement", "Negotiation")}
    assert deals <= rows.keys()


def test_the_ledger_in_the_page_has_every_line(tab: Tab, kg: KnowledgeGraph) -> None:
    page = tab.open("open=bare|bypass|event|followed&page=9")
    deals = page.eval_on_selector_all("[data-deal]", "all => all.map(each => each.dataset.deal)")
    rows = ledger(kg.corpus)
    assert sorted(deals) == sorted(row.deal for row in rows)
    around = {row.deal for row in rows if row.around}
    for row in rows:
        says = page.eval_on_selector_all(f'[data-deal="{row.deal}"] .says', "all => all.map(each => each.dataset.id)")
        assert set(says) == {claim for _, claim, _ in (*row.around, *row.then)}
        parts = {part for part in kg.corpus.within(row.deal)[1:] if part in around}
        links = page.eval_on_selector_all(
            f'[data-deal="{row.deal}"] .went-around .to-row',
            "all => all.map(each => each.dataset.key.split(' ').pop())",
        )
        if row.part != "bare":
            assert set(links) == parts
            said = page.text_content(f'[data-deal="{row.deal}"] .went-around')
            assert ("none recorded in the sources" in said) == (not row.around and not parts)
    text = page.text_content(".part.bypass")
    for link in {row.link for row in kg.answer("bypassed-allies") if row.link}:
        assert link in text


def test_a_row_leads_to_what_is_recorded_of_its_parts(tab: Tab, kg: KnowledgeGraph) -> None:
    whole, part = "ukraine-talks-2025", "us-russia-talks-2025"
    assert {row.talks for row in kg.answer("bypasses", deal=whole)} == {part}
    page = tab.open("open=followed")
    link = page.locator(f'[data-deal="{whole}"] .went-around .to-row')
    assert link.inner_text() == "Trump's second-term talks with Putin →"
    link.focus()
    page.keyboard.press("Enter")
    assert focused(page) == f"deal {part}"
    assert page.locator(f'[data-deal="{part}"] .deal').is_visible()
    words = page.evaluate(
        "() => lanesScene(judged(state), 1200).items.map(item => item.label).filter(label => label?.startsWith('Trump\\'s dealings over Ukraine,'))"
    )
    assert ["in a part: Trump's second-term talks with Putin" in each for each in words] == [True]
    page = tab.open("open=bare")
    assert page.inner_text('[data-deal="us-ukraine-minerals-talks"] .in-parts') == (
        "in a part:\nUS-Ukraine resource agreement →"
    )


def test_the_days_of_the_page_are_those_of_the_graph(kg: KnowledgeGraph) -> None:
    ends = [ox.NamedNode(kg.ontology.expand(name)) for name in ("ng:earliest", "ng:latest")]
    for name in (*kg.entities(), *kg.claims()):
        days = kg.corpus.days(name)
        ours = [day and day.isoformat() for day in (days.earliest, days.latest)]
        quads = [next(kg.store.quads_for_pattern(kg.corpus.thing(name), end, None), None) for end in ends]
        assert ours == [quad and quad.object.value for quad in quads], name


def test_every_claim_is_reached_with_speaker_source_and_paragraph(tab: Tab, kg: KnowledgeGraph) -> None:
    page = tab.open("view=table")
    expected = {}
    labels = {row["id"]: row["label"] for row in kg._tables["entities"]}
    for name in kg.claims():
        claim = kg.claim(name)
        voice = "own voice" if claim["source"] not in ("", "editorial") else "the curators"
        speakers = (
            ", ".join(labels[each] for each in claim["attributed_to"].split("|")) if claim["attributed_to"] else voice
        )
        place = claim["source"] + (" ¶" + claim["locator"].replace("|", ", ") if claim["locator"] else "")
        expected[name] = (claim["gist"], speakers, place)
    found = {}
    while True:
        rows = page.eval_on_selector_all(
            "tbody tr",
            "all => all.map(row => [row.dataset.claim, ...['.gist', '.speaker', '.where'].map(name => row.querySelector(name).firstChild.textContent)])",
        )
        found |= {name: (gist, speaker, where) for name, gist, speaker, where in rows}
        button = page.locator('button[data-key="next"]')
        if button.is_disabled():
            break
        button.click()
    assert found.keys() == expected.keys()
    for name, (gist, speaker, where) in expected.items():
        assert found[name][:2] == (gist, speaker)
        assert found[name][2] == where if where else found[name][2].startswith("inferred")


def test_the_panel_says_everything_of_a_claim(tab: Tab) -> None:
    page = tab.open("focus=r0005")
    text = page.inner_text("#panel")
    for words in (
        "re-russia ¶1",
        "own voice",
        "shut out",
        "Afghan government",
        "US-Taliban talks",
        "negograph show r0005",
    ):
        assert words in text


def test_conflicting_claims_stand_side_by_side(tab: Tab, kg: KnowledgeGraph) -> None:
    page = tab.open("focus=hanoi-summit")
    row = kg.answer("disagreements", about="hanoi-summit")[0]
    text = page.inner_text(".conflict >> nth=0")
    assert row.oneSays in text
    assert row.otherSays in text
    assert "but says" in text


def opened_on(chromium: Any, kg: KnowledgeGraph, folder: Path) -> Tab:
    """A tab on the explorer of some tables."""
    kg.explore(folder / "opened.html")
    return Tab(chromium, folder / "opened.html")


NOT_SO = {
    "denied": {"polarity": "negated"},
    "withdrawn": {"rank": "deprecated"},
    "foretold": {"modality": "predicted"},
}
"""Marks of claims that do not say that something is so, by what the page calls them."""


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["a", "", "", "b", ""], {0: "a", 3: "b"}),
        (["a", "", "", "b"], ["a", "", "", "b"]),
        (["a", "b", "a", "a", "a"], [["a", "b"], [0, 1, 0, 0, 0]]),
        (["a", "b", "a", "b"], ["a", "b", "a", "b"]),
        (["", ""], {}),
        ([], []),
    ],
)
def test_a_column_is_told_in_the_shortest_way(cells: list[str], told: object) -> None:
    assert _column(cells) == told


def test_the_page_takes_for_so_what_the_corpus_does(
    tab: Tab, chromium: Any, kg: KnowledgeGraph, folder: Callable[..., Path], tmp_path: Path
) -> None:
    accepted = "() => claims.filter(accepted).map(claim => claim.id)"
    page = tab.open()
    assert page.evaluate(accepted) == [row["id"] for row in kg.corpus.accepted]
    marked = [
        {"id": f"r{number:04d}", "subject": "blue", "predicate": "partyTo", "object": "deal", "locator": "1", **marks}
        for number, marks in enumerate([*NOT_SO.values(), {"modality": "alleged"}, {"confidence": "low"}], 50)
    ]
    tables = negograph.load(folder(relations=marked))
    opened = opened_on(chromium, tables, tmp_path)
    found = opened.open().evaluate(accepted)
    assert found == [row["id"] for row in tables.corpus.accepted]
    assert {f"r00{number}" for number in range(50, 55)} & set(found) == {"r0053", "r0054"}
    opened.close()


@pytest.mark.parametrize("kind", NOT_SO)
def test_a_seat_that_nobody_says_was_taken_is_not_shown_as_one(
    kind: str, chromium: Any, folder: Callable[..., Path], tmp_path: Path
) -> None:
    seats = [
        {"id": "r0050", "subject": "blue", "predicate": "counterpartIn", "object": "talks"},
        {"id": "r0051", "subject": "green-army", "predicate": "partyTo", "object": "deal"},
    ]
    tables = negograph.load(folder(relations=[{"locator": "1", **seat, **NOT_SO[kind]} for seat in seats]))
    opened = opened_on(chromium, tables, tmp_path)
    page = opened.open()
    assert page.inner_text('[data-deal="talks"] .about') == "2018 – 2020 · with Red"
    page = opened.open("view=lanes")
    lanes = page.evaluate("() => lanesModel().deals.map(deal => [deal.deal, deal.parties])")
    assert lanes == [["talks", ["leader", "red"]]]
    page = opened.open("view=table")
    said = page.inner_text('[data-claim="r0051"] .link')
    assert said == {"denied": "✗not: was party to", "withdrawn": "withdrawn: was party to"}.get(
        kind, "◷foretold: was party to"
    )
    opened.close()


def test_a_bypass_that_somebody_denies_bears_no_cross(
    chromium: Any, folder: Callable[..., Path], tmp_path: Path
) -> None:
    denied = {"id": "r0050", "subject": "deal", "predicate": "bypassed", "object": "green", "polarity": "negated"}
    withdrawn = {"id": "r0051", "subject": "talks", "predicate": "ledTo", "object": "protest", "rank": "deprecated"}
    tables = negograph.load(folder(relations=[{"locator": "1", **each} for each in (denied, withdrawn)]))
    opened = opened_on(chromium, tables, tmp_path)
    page = opened.open()
    looks = page.evaluate("() => ['r0005', 'r0050', 'r0051'].map(id => lookOfClaim(claimById.get(id)).look)")
    assert looks == ["bypass", "denied", "plain"]
    opened.close()


@pytest.mark.parametrize(
    ("marks", "counted"),
    [
        ({}, {"good": 1, "even": 0, "bad": 1}),
        ({"polarity": "negated"}, {"good": 2, "even": 0, "bad": 0}),
        ({"rank": "deprecated"}, {"good": 1, "even": 0, "bad": 0}),
        ({"modality": "predicted"}, {"good": 1, "even": 0, "bad": 0}),
    ],
)
def test_verdicts_that_were_passed_are_counted(
    marks: dict[str, str], counted: dict[str, int], chromium: Any, folder: Callable[..., Path], tmp_path: Path
) -> None:
    tables = negograph.load(folder(relations=[{"id": "r0009", **marks}]))
    opened = opened_on(chromium, tables, tmp_path)
    assert opened.open().evaluate("() => verdicts().get('talks')") == counted
    opened.close()


# State and hash


def states(kg: KnowledgeGraph, number: int) -> list[str]:
    chance = random.Random(7)
    some = {
        "view": VIEWS,
        "focus": ["", "nato-allies", "r0009", "us-taliban-talks", "us-taliban-talks~afghan-government", "donald-trump"],
        "search": ["", "taliban", "ü & <b>#%"],
        "kinds": ["", "Person", "Agreement|Negotiation"],
        "links": ["", "cause claimed", "denied: cause claimed|foretold"],
        "groups": ["", "judgement"],
        "sources": ["", "re-russia", "dubois|strong-arms"],
        "speakers": ["", "=own", "daniel-fried|=curators"],
        "from": ["", "2018-01"],
        "to": ["", "2025-03"],
        "undated": ["yes", "no"],
        "hide": ["yes", "no"],
        "hops": ["0", "1", "2"],
        "story": ["", "doha"],
        "step": ["1", "2", "3"],
        "sort": ["id", "-speaker", "when"],
        "page": ["1", "2"],
        "open": ["bypass", "bare|event", "bypass|followed"],
        "path": ["", "", "hamas"],
    }
    from urllib.parse import urlencode

    return [urlencode({key: chance.choice(values) for key, values in some.items()}) for _ in range(number)]


def snapshot(page: Any) -> str:
    return str(
        page.evaluate(
            "() => ['view', 'panel', 'story', 'facets', 'status'].map(id => document.getElementById(id).outerHTML.replace(/<canvas[^>]*>/g, '')).join('\\n')"
        )
    )


def test_every_state_comes_back_from_its_hash(chromium: Any, file: Path, kg: KnowledgeGraph) -> None:
    first, second = Tab(chromium, file), Tab(chromium, file)
    for given in states(kg, 60):
        page = first.open(given)
        page.wait_for_function(
            "() => state && lastDrawn && (state.view !== 'network' || document.querySelector('.canvas[data-ready]'))"
        )
        said = page.evaluate("() => hashOf(state)")
        assert page.evaluate("said => hashOf(stateOf(said))", said) == said
        page.evaluate("() => update({})")
        again = second.context.new_page()
        again.goto(f"{file.as_uri()}#{said}")
        again.wait_for_selector("html[data-ready]")
        if "view=network" in said:
            for each in (page, again):
                each.wait_for_selector(".canvas[data-ready]")
        assert snapshot(again) == snapshot(page), said
        again.close()
    assert first.complaints == second.complaints == []
    first.close()
    second.close()


def test_nonsense_in_the_hash_is_left_out(tab: Tab) -> None:
    page = tab.open(
        "view=<b>&focus=nobody&story=none&step=99&sort=x&page=-3&from=yesterday&hops=7&path=%00&kinds=Nobody&sources=x|y&__proto__=1&constructor=2"
    )
    assert page.evaluate("() => hashOf(state)") == "hops=2"
    assert page.locator(".part.bypass").count() == 1


def test_the_page_opens_where_it_was_told_to(chromium: Any, kg: KnowledgeGraph, tmp_path: Path) -> None:
    with_stories(kg, focus="nato-allies", story="doha").write(tmp_path / "x.html")
    opened = Tab(chromium, tmp_path / "x.html")
    page = opened.open()
    assert "NATO allies of the United States" in page.inner_text("#panel h2")
    assert "Around Kabul · step 1 of 3" in page.inner_text("#story")
    opened.close()


# By keyboard


def focused(page: Any) -> str:
    return str(page.evaluate("() => document.activeElement.dataset.key || document.activeElement.id || ''"))


def tab_to(page: Any, key: str, way: str = "Tab") -> None:
    for _ in range(200):
        if focused(page) == key:
            return
        page.keyboard.press(way)
    raise AssertionError(f"the keyboard does not reach {key}")


def test_a_story_by_keyboard_alone(tab: Tab) -> None:
    page = tab.open("story=doha")
    assert "Talks" in page.inner_text("#story")
    assert page.locator(".line:not(.faded) .says").count() >= 1
    page.keyboard.press("ArrowRight")
    assert "Collapse" in page.inner_text("#story")
    lit = page.eval_on_selector_all(
        ".row .line:not(.faded) .says:not(.faded)", "all => all.map(each => each.dataset.id)"
    )
    assert set(lit) == {"r0009"}
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert "step 3 of 3" in page.inner_text("#story")
    page.keyboard.press("ArrowLeft")
    assert "step 2 of 3" in page.inner_text("#story")
    tab_to(page, "story end")
    page.keyboard.press("Enter")
    assert page.locator("#story").is_hidden()


def test_filters_by_keyboard_alone(tab: Tab) -> None:
    page = tab.open("view=table")
    before = page.inner_text("#status")
    tab_to(page, "sources dubois")
    page.keyboard.press("Space")
    assert focused(page) == "sources dubois"
    assert page.inner_text("#status") != before
    where = page.eval_on_selector_all("tbody .where", "all => all.map(each => each.textContent)")
    assert where
    assert all(each.startswith("dubois") for each in where)
    tab_to(page, "clear", "Shift+Tab")
    page.keyboard.press("Enter")
    assert page.inner_text("#status") == before
    tab_to(page, "time from")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert "from=" in page.url
    tab_to(page, "undated")
    page.keyboard.press("Space")
    assert "undated=no" in page.url


def test_the_panel_by_keyboard_alone(tab: Tab) -> None:
    page = tab.open()
    page.keyboard.press("/")
    page.keyboard.type("NATO all")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#search", "aria-activedescendant") == "suggestion-0"
    page.keyboard.press("Enter")
    assert "NATO allies" in page.inner_text("#panel h2")
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()
    tab_to(page, "deal us-taliban-talks")
    page.keyboard.press("Enter")
    assert focused(page) == "panel"
    page.keyboard.press("Escape")
    assert focused(page) == "deal us-taliban-talks"


def test_an_alias_finds_its_entity(tab: Tab) -> None:
    page = tab.open()
    page.fill("#search", "president trump")
    assert page.inner_text("#suggestions [role=option] >> nth=0").startswith("●")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.inner_text("#panel h2") == "Donald Trump"


def test_search_lights_what_says_it(tab: Tab) -> None:
    page = tab.open("view=table&search=evacuat")
    gists = page.eval_on_selector_all("tbody tr", "all => all.map(each => each.textContent.toLowerCase())")
    assert gists
    assert all("evacuat" in each for each in gists)


def test_a_path_explains_itself(tab: Tab) -> None:
    page = tab.open("view=network&focus=us-taliban-talks&path=hamas")
    assert "Hamas" in page.inner_text(".path h2")
    hops = page.eval_on_selector_all(".path ol > li", "all => all.length")
    assert 1 <= hops <= 6
    assert page.locator(".path .claim .where").count() >= hops
    assert "Donald Trump" not in page.inner_text(".path ol > li >> nth=0")


def test_the_other_end_of_a_path_is_picked_anywhere(tab: Tab) -> None:
    page = tab.open("focus=us-taliban-talks")
    page.locator('button[data-key="act path"]').click()
    assert "other end" in page.inner_text("#status")
    page.fill("#search", "Hamas")
    page.keyboard.press("Enter")
    page.wait_for_selector(".canvas[data-ready]")
    assert "path=hamas" in page.url
    page.locator('button[data-key="act path"]').click()
    page.locator('button[data-key="view lanes"]').click()
    page.locator('[data-key="lane qatar"]').click()
    assert "view=network" in page.url
    assert "path=qatar" in page.url


def test_a_claim_opens_beside_the_page_it_stands_on(tab: Tab) -> None:
    page = tab.open("view=table&page=3")
    page.locator("tbody button.says >> nth=0").click()
    assert "page=3" in page.url
    assert page.locator("#panel").is_visible()
    page.locator('button[data-key="sources dubois"], input[data-key="sources dubois"]').click()
    assert "page=" not in page.url


def test_the_network_lights_the_focus_and_walks_through_no_hub(tab: Tab) -> None:
    page = tab.open("view=network&focus=nato-allies")
    assert page.evaluate("() => lastDrawn.view.found.nodes.filter(node => node.lit).length") < page.evaluate(
        "() => lastDrawn.view.found.nodes.length"
    )
    lit = page.evaluate("() => lastDrawn.view.found.nodes.filter(node => node.lit).map(node => node.id)")
    assert {"us-taliban-talks", "us-russia-talks-2025"} <= set(lit)
    page = tab.open("view=network&focus=donald-trump&hops=2")
    assert page.evaluate("() => lastDrawn.view.found.nodes.length") <= 80
    assert "not drawn" in page.inner_text(".network .note")


@pytest.mark.parametrize("width", [390, 1000])
def test_the_panel_leaves_the_network_in_sight(chromium: Any, file: Path, width: int) -> None:
    opened = Tab(chromium, file, viewport={"width": width, "height": 844})
    page = opened.open("view=network&focus=us-taliban-talks")
    canvas, panel = (page.locator(each).bounding_box() for each in (".canvas", "#panel"))
    assert canvas["y"] >= 0
    assert canvas["y"] + canvas["height"] <= panel["y"]
    assert canvas["height"] >= 190
    at = page.evaluate("() => drawnNetwork.net.canvasToDOM(drawnNetwork.net.getPosition('us-taliban-talks'))")
    assert 0 < at["x"] < canvas["width"]
    assert 0 < at["y"] < canvas["height"]
    opened.close()


def test_what_opened_the_panel_stays_in_sight(chromium: Any, file: Path) -> None:
    opened = Tab(chromium, file, viewport={"width": 390, "height": 844})
    page = opened.open()
    button = page.locator('[data-key="card us-taliban-talks us-military-leadership"]')
    box = button.bounding_box()
    assert box["y"] > 500, "it is where the panel will be"
    button.click()
    box, panel = button.bounding_box(), page.locator("#panel").bounding_box()
    assert 0 <= box["y"] <= panel["y"] - box["height"]
    opened.close()


def test_names_stand_in_lists_and_numbers_say_what_they_count(tab: Tab, kg: KnowledgeGraph) -> None:
    page = tab.open("focus=ukraine-talks-2025")
    names = page.eval_on_selector_all("#panel dd .names li", "all => all.map(each => each.innerText)")
    assert len(names) > 5
    assert not any("," in name for name in names)
    persons = {name for name in kg.entities() if kg.entity(name).kind == "Person"}
    claims = [each for each in map(kg.claim, kg.claims()) if persons & {each["subject"], each["object"]}]
    assert "counts claims, not things" in page.inner_text("#facets")
    box = page.locator('label:has([data-key="kinds Person"])')
    assert int(box.locator(".count").inner_text()) == len(claims) > len(persons)


# Files of what is on screen


def download(page: Any, name: str) -> bytes:
    if not page.locator(".menu[open]").count():
        page.locator(".menu summary").click()
    with page.expect_download() as waiting:
        page.locator(f'button[data-key="export {name}"]').click()
    return Path(waiting.value.path()).read_bytes()


@pytest.mark.parametrize("view", VIEWS)
def test_exports_hold_what_is_on_screen(tab: Tab, kg: KnowledgeGraph, view: str) -> None:
    page = tab.open(f"view={view}&sources=re-russia&hide=yes")
    shown = page.evaluate("() => claimsOnScreen().map(claim => claim.id)")
    assert shown
    if view == "ledger":
        assert set(shown) == set(page.eval_on_selector_all("#view .says", "all => all.map(each => each.dataset.id)"))
    if view == "table":
        assert page.eval_on_selector_all("tbody tr", "all => all.map(each => each.dataset.claim)") == shown[:100]
    rows = list(csv.DictReader(io.StringIO(download(page, "CSV").decode())))
    assert [row["id"] for row in rows] == shown
    assert all(row["source"] == "re-russia" and row["gist"] == kg.claim(row["id"])["gist"] for row in rows)
    tree = ElementTree.fromstring(download(page, "GEXF"))
    edges = list(tree.iter("{http://www.gexf.net/1.2draft}edge"))
    assert [edge.get("id") for edge in edges] == shown
    nodes = {node.get("id") for node in tree.iter("{http://www.gexf.net/1.2draft}node")}
    assert {end for edge in edges for end in (edge.get("source"), edge.get("target"))} == nodes
    graph = set(ox.parse(download(page, "Turtle"), format=ox.RdfFormat.TURTLE))
    ours = {quad.triple for quad in graph if "/claim/" in quad.subject.value}  # type: ignore[union-attr]
    assert ours == set(kg.describe(None, shown))


@pytest.mark.parametrize("view", VIEWS)
def test_pictures_are_pictures(tab: Tab, view: str) -> None:
    page = tab.open(f"view={view}&sources=re-russia")
    if view in ("ledger", "lanes"):
        tree = ElementTree.fromstring(download(page, "SVG"))
        texts = " ".join(each.text or "" for each in tree.iter("{http://www.w3.org/2000/svg}text"))
        assert "US-Taliban talks" in texts
        assert "collapse of the Afghan government" in texts
    if view != "table":
        assert download(page, "PNG")[:8] == b"\x89PNG\r\n\x1a\n"
    else:
        page.locator(".menu summary").click()
        assert page.locator('button[data-key="export PNG"]').is_disabled()


def test_turtle_of_the_page_is_that_of_the_graph(tab: Tab, kg: KnowledgeGraph) -> None:
    page = tab.open()
    text = page.evaluate("() => turtle(claims, entities.map(row => row.id))")
    found = {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)}
    spaces = tuple(kg.ontology.expand(prefix + ":") for prefix in ("ngi", "ngc"))
    expected = {quad.triple for quad in kg.store if quad.subject.value.startswith(spaces)}  # type: ignore[union-attr]
    assert found == expected


def test_the_panel_copies_link_turtle_and_command(
    chromium: Any, file: Path, kg: KnowledgeGraph, run: Callable[..., Any]
) -> None:
    opened = Tab(chromium, file, permissions=["clipboard-read", "clipboard-write"])
    page = opened.open("focus=us-taliban-talks&view=table")

    def copied(key: str) -> str:
        page.locator(f'button[data-key="{key}"]').click()
        page.wait_for_function("() => document.getElementById('status').textContent.startsWith('Copied')")
        return str(page.evaluate("() => navigator.clipboard.readText()"))

    assert copied("act link") == page.url
    turtle = {quad.triple for quad in ox.parse(copied("act turtle"), format=ox.RdfFormat.TURTLE)}
    claims = page.evaluate("() => claimsInPanel(state.focus).map(claim => claim.id)")
    assert set(kg.describe("us-taliban-talks", claims)) <= turtle
    command = copied("act command").split()
    assert command[0] == "negograph"
    assert run(*command[1:]).exit_code == 0
    opened.close()


def test_paper_shows_the_ledger_with_its_sources(tab: Tab) -> None:
    page = tab.open()
    page.emulate_media(media="print")
    assert page.locator(".top").is_hidden()
    assert page.locator(".filters").is_hidden()
    assert page.locator(".part.bypass .says .where >> nth=0").is_visible()


# For everybody


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(chromium: Any, file: Path, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for view in VIEWS:
        for more in ("", "&focus=us-taliban-talks&story=doha&sources=re-russia"):
            opened = Tab(chromium, file, viewport={"width": width, "height": 900}, color_scheme=scheme)
            page = opened.open(f"view={view}{more}")
            page.evaluate("() => { document.getElementById('filters').open = true }")
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            opened.close()


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` or ``#rgb``, as WCAG 2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_mark_can_be_read(tab: Tab, scheme: str, media: str) -> None:
    assert round(contrast("#000", "#ffffff")) == 21
    page = tab.open()
    page.emulate_media(media=media, color_scheme=scheme)
    looks = page.evaluate("() => [...Object.values(LINKS), DENIED, BYPASS].map(({ look }) => look)")
    assert {"denied", "foretold", "bypass"} <= set(looks)
    for theme in ("", scheme):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        grounds = page.evaluate("() => ['paper', 'raised', 'wash'].map(toneOf)")
        assert (luminance(grounds[0]) < 0.5) == (scheme == "dark" and media == "screen")
        for name in [*looks, "ink", "quiet", "faded", "good", "even", "bad"]:
            tone = page.evaluate("toneOf", name)
            assert min(contrast(tone, ground) for ground in grounds) >= 4.5, (name, tone)


def test_nothing_hangs_on_colour_alone(tab: Tab) -> None:
    page = tab.open("open=bypass|event|followed&page=9")
    looks = page.eval_on_selector_all(
        ".row .line",
        "all => all.map(each => [each.querySelector('.link').textContent, each.querySelector('.sign').textContent, getComputedStyle(each).borderLeftStyle + getComputedStyle(each).borderLeftWidth + getComputedStyle(each).borderLeftColor])",
    )
    by_link: dict[str, set[tuple[str, str]]] = {}
    for words, mark, border in looks:
        by_link.setdefault(re.sub(r" \(.*", "", words[len(mark) :]), set()).add((mark, border))
    links = {
        words: style
        for words, style in by_link.items()
        if words in ("merely after", "cause claimed", "part of the cause claimed", "reaction", "foretold")
    }
    assert len(links) == 5
    assert all(len(style) == 1 for style in links.values())
    assert (
        len({next(iter(style)) for style in links.values()})
        == len({next(iter(style))[0] for style in links.values()})
        == 5
    )


# Against whoever means harm

SNIPPETS = [
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<svg onload=window.hit=1>",
    "</script><script>window.hit=1</script>",
    "<!--<script>",
    "-->",
    "]]>",
    "<iframe src=javascript:window.hit=1>",
    "javascript:window.hit=1",
    "data:text/html,<script>window.hit=1</script>",
    "<a href=javascript:window.hit=1>x</a>",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=http://127.0.0.1:9/x.css>",
    "<base href=http://127.0.0.1:9/>",
    "<meta http-equiv=refresh content=0;url=http://127.0.0.1:9/>",
    "{{7*7}}",
    "${window.hit=1}",
    "{% raw %}",
    "'\";window.hit=1//",
    "\\u003cscript\\u003e",
    "&lt;script&gt;",
    "&#60;img src=x onerror=window.hit=1&#62;",
    "\u2028window.hit=1\u2029",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "<b>bold</b>",
    "<math><mtext><img src onerror=window.hit=1>",
    "<details open ontoggle=window.hit=1>",
    "<video><source onerror=window.hit=1>",
    "<object data=http://127.0.0.1:9/>",
    "<form action=http://127.0.0.1:9/><button>x",
    "<input autofocus onfocus=window.hit=1>",
    "<body onload=window.hit=1>",
    "<template><script>window.hit=1</script>",
    "\u202egnp.exe",
    "\ufeff<script>window.hit=1</script>",
    "=cmd|'/c calc'!A1",
    "@SUM(1+1)",
    "+1+1",
    "-2+3",
    "%3Cscript%3E",
    "<ScRiPt>window.hit=1</sCrIpT>",
    "<x onclick=window.hit=1>click",
    "http://127.0.0.1:9/pixel.png",
    "//127.0.0.1:9/x.js",
    "url(http://127.0.0.1:9/x)",
    "*bold* _it_ `code`",
    "<u>multi</u><i>font</i>",
    'a" onmouseover="window.hit=1',
]
WRAPS = ["{}", "x{}", "{}y", "«{}»", '"{}"', "'>{}"]
ELEMENTS = """
    html head body meta title script style noscript header nav main section aside form fieldset legend details summary
    a h1 h2 h3 h4 p div span ul ol li dl dt dd code button label input select option table caption thead tbody tr th td
    canvas svg g line circle rect text
"""
PAYLOADS = [wrap.format(text) for wrap in WRAPS for text in SNIPPETS][:240]


def hostile(folder: Callable[..., Path], ontology: Any) -> KnowledgeGraph:
    """The small tables with a payload in every column of text, and an entity and a claim for every one of them."""
    from negograph import rdf, tables
    from negograph.ontology import resource
    from negograph.questions import read_questions

    entities = [
        {
            "id": f"h{number}",
            "kind": "Event",
            "label": text,
            "aliases": text.replace("|", " "),
            "description": text,
            "start": "2020-03",
            "part_of": "talks",
        }
        for number, text in enumerate(PAYLOADS)
    ]
    relations = [
        {
            "id": f"r{1000 + number}",
            "subject": "talks",
            "predicate": "ledTo" if number % 2 else "followedBy",
            "object": f"h{number}",
            "value": text,
            "gist": text,
            "note": text,
            "locator": "1",
            "attributed_to": "leader",
        }
        for number, text in enumerate(PAYLOADS)
    ]
    raw = {name: [dict(row) for row in rows] for name, rows in SMALL.items()}
    raw["entities"] += entities
    raw["relations"] = [
        {"source": "text", "gist": f"What {row['id']} says.", **row} for row in raw["relations"] + relations
    ]
    raw["entities"][4] |= {
        "label": PAYLOADS[0],
        "aliases": PAYLOADS[1],
        "description": PAYLOADS[3],
        "same_as": "javascript:window.hit=1",
    }
    raw["sources"][0] |= {"title": PAYLOADS[3], "authors": PAYLOADS[1], "publisher": PAYLOADS[2], "note": PAYLOADS[4]}
    full = {
        name: tables.Table(
            name, tuple(tables.Row(0, {column: row.get(column, "") for column in columns}) for row in raw[name])
        )
        for name, columns in ontology.columns.items()
    }
    return KnowledgeGraph(rdf.build(full, ontology), ontology, read_questions(resource("graph", "questions")))


def test_hostile_text_does_nothing(chromium: Any, folder: Callable[..., Path], ontology: Any, tmp_path: Path) -> None:
    kg = hostile(folder, ontology)
    assert len(PAYLOADS) >= 200
    rows = [
        {
            "story": "s",
            "title": text,
            "step": str(number + 1),
            "header": text,
            "text": text,
            "entities": "h1",
            "claims": "",
        }
        for number, text in enumerate(PAYLOADS)
    ]
    with_stories(kg, rows).write(tmp_path / "h.html")
    opened = Tab(chromium, tmp_path / "h.html")
    page = opened.open()
    allowed = set(re.findall(r"[a-z0-9]+", ELEMENTS))
    seen: dict[str, set[str]] = {}
    looks = [
        "page=9&open=bare|bypass|event|followed",
        "view=lanes",
        "view=network",
        "view=network&focus=talks&hops=2",
        "view=table&page=1",
        "view=table&page=2",
        "view=table&page=3",
        "focus=leader",
        "story=s&step=4",
        "search=%3Cimg",
        "view=network&focus=leader&path=h5",
    ]
    looks += [f"focus=h{number}" for number in range(0, len(PAYLOADS), 7)] + [
        f"focus=r{1000 + number}&story=s&step={number + 1}" for number in range(0, len(PAYLOADS), 7)
    ]
    for state in looks:
        opened.open(state)
        page.wait_for_timeout(30)
        seen[state] = set(
            page.evaluate("() => [...new Set([...document.querySelectorAll('*')].map(each => each.localName))]")
        )
        assert seen[state] <= allowed, (state, seen[state] - allowed)
        assert page.evaluate("() => window.hit") is None
        assert not page.evaluate(
            "() => [...document.querySelectorAll('*')].some(each => [...each.attributes].some(one => one.name.startsWith('on') || /^(javascript|data):/i.test(one.value) && one.name === 'href'))"
        )
        assert page.evaluate("() => document.scripts.length") <= 4
    opened.open("view=table&sort=id&page=1")
    text = page.inner_text("body")
    assert "<script>window.hit=1</script>" in text
    cells = list(csv.reader(io.StringIO(page.evaluate("() => csv(claims)"))))
    assert not any(cell[:1] in ("=", "+", "-", "@") for row in cells for cell in row)
    found = {
        quad.triple
        for quad in ox.parse(page.evaluate("() => turtle(claims)"), format=ox.RdfFormat.TURTLE)
        if "/claim/" in str(quad.subject)
    }
    assert found == set(kg.describe(None, kg.claims()))
    ElementTree.fromstring(page.evaluate("() => gexf(claims)"))
    ElementTree.fromstring(
        page.evaluate(
            "() => { lastDrawn.judgement = judged(state); return new XMLSerializer().serializeToString(picture(ledgerScene(judged(state)))) }"
        )
    )
    assert opened.complaints == []
    assert [url for url in opened.requests if not url.startswith("file:")] == []
    opened.close()


def test_a_frame_of_a_notebook_works_too(chromium: Any, small: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "n.html").write_text(
        "<!doctype html><meta charset=utf-8>" + str(small.explore()._repr_html_()), encoding="utf-8"
    )
    context = chromium.new_context()
    page = context.new_page()
    page.goto((tmp_path / "n.html").as_uri())
    frame = page.frame_locator("iframe")
    frame.locator('button[data-key="view table"]').click()
    assert frame.locator("tbody tr").count() == len(small)
    context.close()


def test_small_tables_and_empty_ones_draw_every_view(chromium: Any, small: KnowledgeGraph, tmp_path: Path) -> None:
    small.explore(tmp_path / "s.html")
    opened = Tab(chromium, tmp_path / "s.html")
    for view in VIEWS:
        page = opened.open(f"view={view}")
        assert page.inner_text("#status")
    opened.close()
    assert opened.complaints == []


# Nothing goes stale


def test_every_script_is_in_the_page_once() -> None:
    from negograph.explorer import render

    files = {file.stem for file in (Path(render.__file__).parent / "page").glob("*.js")}
    assert sorted(render._SCRIPTS) == sorted(files)


def test_every_link_of_the_ontology_has_a_look_of_its_own(ontology: Any) -> None:
    from negograph.explorer import render

    looks = render.read(Path(render.__file__).parent / "page" / "signs.js")
    for link in {each.link for each in ontology.predicates.values()} - {""}:
        assert re.search(rf'^  "?{link}"?: {{ sign', looks, re.MULTILINE), link


def test_the_docs_name_every_key_of_the_state(tab: Tab) -> None:
    text = (Path(__file__).parents[1] / "docs" / "explorer.md").read_text(encoding="utf-8")
    assert [key for key in tab.open().evaluate("() => Object.keys(DEFAULTS)") if f"`{key}`" not in text] == []


def test_no_page_of_code_makes_html_from_text() -> None:
    from negograph.explorer import render

    folder = Path(render.__file__).parent
    for file in folder.rglob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|fetch\(|XMLHttpRequest|localStorage",
            file.read_text(encoding="utf-8"),
        ), file.name
    for file in folder.rglob("*.py"):
        assert not re.search(r"</[a-z]+>", file.read_text(encoding="utf-8")), (
            f"{file.name}: HTML belongs into a template"
        )


if __name__ == "__main__":
    import tempfile

    from negograph.ontology import load_ontology

    with tempfile.TemporaryDirectory() as name:
        KNOWN.write_text(known_of(writer(Path(name), load_ontology()))[0], encoding="utf-8")
