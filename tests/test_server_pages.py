"""The pages in a real browser: they work, they ask nobody else, and hostile text does nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from serving import Served, serving

from conftest import Writer

QUERY = "SELECT ?label WHERE { ngi:us-taliban-talks ng:sidelined ?who . ?who rdfs:label ?label }"


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving() as running:
        yield running


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A page of a headless browser that records what it asks for and what it complains about."""
    tab = chromium.new_page()
    tab.requests, tab.complaints = [], []
    tab.on("request", lambda request: tab.requests.append(request.url))
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.on("console", lambda message: tab.complaints.append(message.text) if message.type == "error" else None)
    tab.on("dialog", lambda dialog: (tab.complaints.append("a dialog"), dialog.dismiss()))
    yield tab
    tab.context.close()


def outside(page: Any, server: Served) -> list[str]:
    return [url for url in page.requests if not url.startswith((server.url, "data:", "blob:"))]


def test_the_editor_answers_a_query_and_asks_nobody_else(page: Any, server: Served) -> None:
    page.goto(server.url + "query", wait_until="networkidle")
    page.evaluate("text => document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.setValue(text)", "")
    page.click(".tabPanel.active .CodeMirror")
    page.keyboard.insert_text(QUERY)
    page.click(".tabPanel.active .yasqe_queryButton")
    page.wait_for_selector(".tabPanel.active .yasr table tbody tr", timeout=10_000)
    assert "Afghan government" in page.inner_text(".tabPanel.active .yasr")
    assert not outside(page, server)
    assert not page.complaints


def test_a_question_opens_as_a_tab(page: Any, server: Served) -> None:
    page.goto(server.url + "query", wait_until="networkidle")
    page.select_option("#question", label="Which deals bypassed which allies, and what followed?")
    text = page.evaluate("document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getValue()")
    assert "ng:bypassed" in text
    page.click(".tabPanel.active .yasqe_queryButton")
    page.wait_for_selector(".tabPanel.active .yasr table tbody tr", timeout=10_000)
    assert not outside(page, server)
    assert not page.complaints


def test_pages_run_no_script_and_ask_for_nothing_else(page: Any, server: Served) -> None:
    paths = ["questions", "questions/bypassed-allies", "id/doha-agreement", "claim/r0470", "brief/us-taliban-talks"]
    for path in ["", *paths, "compare?negotiation=ukraine-talks-2025"]:
        page.goto(server.url + path, wait_until="networkidle")
        assert page.inner_text("h1")
        width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width[0] <= width[1], path
    assert not outside(page, server)
    assert not page.complaints


def test_the_form_of_a_question_narrows_it(page: Any, server: Served) -> None:
    page.goto(server.url + "questions/bypassed-allies")
    page.click("summary")
    page.fill("#f-ally", "NATO allies")
    page.click("form button")
    page.wait_for_load_state("networkidle")
    assert "ally=NATO" in page.url
    assert "negograph ask bypassed-allies --ally nato-allies" in page.inner_text("main")
    assert page.input_value("#f-ally") == "NATO allies"


def test_hostile_text_does_nothing(page: Any, folder: Writer) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}"
    data = folder(
        entities=[{"id": "blue", "label": attack, "description": attack, "same_as": ""}],
        relations=[{"id": "r0005", "gist": f"What {attack}"}],
    )
    with serving("--data", str(data)) as running:
        for path in (
            "",
            "start",
            "id/blue",
            "claim/r0005",
            "claim/r0004",
            "questions/record?entity=blue",
            "source/text",
        ):
            got = running.get("/" + path, "text/html")
            assert got.status == 200, got.text[:300]
            if path:  # the explorer has scripts of its own, each locked by its digest
                assert not re.search(r"<script>|<img", got.text)
            else:
                assert "alert(1)</script>" not in got.text
            page.goto(running.url + path, wait_until="networkidle")
        for name in ("%22%3E%3Cscript%3Ealert(3)%3C/script%3E", "javascript:alert(4)"):
            refused = running.get(f"/questions/tactics?negotiation={name}")
            assert (refused.status, refused.type) == (400, "text/plain"), "text that is not sniffed for HTML"
        assert not outside(page, running)
    assert not page.complaints


def test_only_pages_and_the_web_become_links() -> None:
    import negograph
    from negograph.server.pages import Pages, policy

    pages = Pages(negograph.load())
    for iri in ("javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x"):
        assert pages.href(iri) == ""
    assert pages.href("https://w3id.org/negograph/id/a/../<b>") == "/id/a%2F..%2F%3Cb%3E"
    assert pages.href("https://example.org/x") == "https://example.org/x"
    assert "script-src 'none'" in policy("<p>no script</p>")


def test_what_is_vendored_is_what_was_released() -> None:
    from hashlib import sha256

    from conftest import ROOT

    folder = ROOT / "src" / "negograph" / "server" / "vendor" / "yasgui"
    listed = dict(line.split()[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    for name, digest in listed.items():
        assert sha256((folder / name).read_bytes()).hexdigest() == digest
    assert {path.name for path in Path(folder).iterdir()} >= {"LICENSE.txt", "README.md", *listed}
