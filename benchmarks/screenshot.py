"""The picture in the README, drawn anew from the packaged data: ``python -m benchmarks.screenshot``."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import negograph

TARGET = Path(__file__).parents[1] / "docs" / "explorer.png"
STATE = "#focus=nato-allies"


def main() -> None:
    """Write docs/explorer.png: the ledger, with the panel of somebody who was gone around twice."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "explore.html"
        negograph.load().explore(path)
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1160, "height": 520}, color_scheme="light")
        page.goto(path.as_uri() + STATE)
        page.wait_for_selector("html[data-ready]")
        page.evaluate("() => { document.getElementById('filters').open = false }")
        page.screenshot(path=TARGET)
        browser.close()
    print(f"wrote {TARGET.name}")


if __name__ == "__main__":
    main()
