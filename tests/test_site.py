"""The site: built strictly, every link leads somewhere, every question is answered, nothing comes from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from negograph import KnowledgeGraph
from test_pages import dead_links

from conftest import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as CONTRIBUTING says; a warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-d", str(folder / "work"), "docs", str(folder / "html")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr
    return folder / "html"


def words(page: Path) -> str:
    text = page.read_text(encoding="utf-8")
    article = re.search(r"<article.*</article>", text, re.DOTALL)
    plain = re.sub(r"<[^>]+>", " ", article[0] if article else text)
    return " ".join(plain.replace("&#39;", "'").replace("&amp;", "&").replace("’", "'").split())


def test_no_link_is_dead(site: Path) -> None:
    assert not list(dead_links(site))


def test_every_page_of_docs_is_in_the_navigation(site: Path) -> None:
    start = (site / "index.html").read_text(encoding="utf-8")
    sidebar = re.search(r'<div class="sidebar-tree">.*?</div>', start.split('class="sidebar-tree live"')[1], re.DOTALL)
    assert sidebar
    for page in sorted((ROOT / "docs").rglob("*.md")):
        path = page.relative_to(ROOT / "docs").with_suffix(".html").as_posix()
        if path != "index.html":
            assert f'href="{path}"' in sidebar[0], f"{path} cannot be found"


def test_a_page_that_no_list_names_is_found_all_the_same(tmp_path: Path) -> None:
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        from negograph_site import navigation
    finally:
        sys.path.pop(0)

    class App:
        srcdir = tmp_path

    (tmp_path / "of-a-new-kind.md").write_text("# New")
    found = navigation("## Explanation\n\n- [Model](explanation/model.md)\n\n## Reference\n", App())  # type: ignore[arg-type]
    assert re.search(r"Explanation\n\nexplanation/model\nof-a-new-kind\n", found)


def test_every_question_has_its_answer_and_its_sources(site: Path, kg: KnowledgeGraph) -> None:
    for name, question in kg.questions.items():
        page = site / "questions" / f"{name}.html"
        text, html = words(page), page.read_text(encoding="utf-8")
        assert question.title in text
        assert question.summary[:60] in text
        assert f"negograph ask {name}" in text
        assert "<table" in html, name
        assert html.count("<tr") > 1, name
        answer = kg.answer(name)
        assert re.search(rf"\b{len(answer)} rows:", text)
        for claim in answer.claims[:3]:
            assert f'href="../claim/{claim}.html"' in html, name
        for source in {kg.claim(claim)["source"] for claim in answer.claims} - {""}:
            assert f'href="../source/{source}.html"' in html, f"{name}: {source}"


def test_every_command_is_in_the_reference(site: Path) -> None:
    from negograph.cli import main

    text = words(site / "reference" / "cli.html")
    context = click.Context(main)
    for name in main.list_commands(context):
        assert f"negograph {name}" in text
        command = main.get_command(context, name)
        assert command is not None
        for parameter in command.params:
            for option in (each for each in parameter.opts if each.startswith("--")):
                assert option in text, f"{name} {option}"


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    import negograph

    html = (site / "reference" / "python.html").read_text(encoding="utf-8")
    for name in set(negograph.__all__) - {"__version__"}:
        assert f'id="negograph.{name}"' in html, name
    for name in ("answer", "query", "explore", "export", "pages", "version"):
        assert f'id="negograph.KnowledgeGraph.{name}"' in html, name


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"<(?:script|img|link|iframe)\b[^>]*\b(?:src|href)=\"(?:https?:)?//", text), page
    for sheet in (site / "_static").rglob("*.css"):
        assert not re.search(r"url\([\"']?(?:https?:)?//|@import", sheet.read_text(encoding="utf-8")), sheet


PAGES = [
    "index",
    "tutorial",
    "questions/bypassed-allies",
    "reference/cli",
    "reference/python",
    "codebook",
    "dataset",
    "ns",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pages_fit_the_screen_and_anybody_can_read_them(site: Path, chromium: Any, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab = context.new_page()
    asked, complaints = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    for name in [*PAGES, "id/doha-agreement", "ns/bypassed", "story/alaska-and-after"]:
        tab.goto(f"file://{site}/{name}.html")
        wide, inner = tab.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= inner, name
        if name not in ("codebook", "reference/cli", "reference/python"):  # long, and made of the same
            rules = {"runOnly": ["wcag2a", "wcag2aa"], "preload": False}
            found = [each["id"] for each in Axe().run(tab, options=rules).response["violations"]]
            assert not found, f"{name}: {found}"
    context.close()
    assert not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
    assert not complaints


def test_the_search_works_from_disk(site: Path, chromium: Any) -> None:
    tab = chromium.new_page()
    tab.goto(f"file://{site}/search.html?q=bypassed")
    tab.wait_for_selector("#search-results li a", timeout=10_000)
    assert "bypassed" in tab.inner_text("#search-results").lower()
    tab.close()
