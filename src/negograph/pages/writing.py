"""The pages as files: what the server shows, for any web server that offers a folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from negograph import export
from negograph.corpus import Corpus
from negograph.dataset import DUMPS
from negograph.errors import ExportError
from negograph.explorer import explore
from negograph.ontology import resource
from negograph.pages.places import Addresses, environment
from negograph.pages.things import Things

__all__ = ["files_of", "write_pages"]

MENU = (
    ("negograph", "dataset.html"),
    ("Explorer", "explore.html"),
    ("Vocabulary", "ns.html"),
    ("Data", "data.ttl"),
)
_MARK = "static/pages.css"
"""A file by which a folder is known to be of our making."""


def files_of(corpus: Corpus, menu: tuple[tuple[str, str], ...] = MENU) -> Iterator[tuple[str, bytes]]:
    """Path and content of every file: each thing as .html, .ttl and .jsonld, the data as a whole, the explorer."""
    things = Things(corpus, environment())
    for path in things.paths():
        at = Addresses(things.places, menu, root="../" * path.count("/"), files=True)
        yield f"{path}.html", things.page(path, at).encode()
        graph = things.graph(path)
        for suffix in ("ttl", "jsonld"):
            yield f"{path}.{suffix}", graph.to_text(suffix).encode()
    for suffix in DUMPS:
        yield f"data.{suffix}", export.written(suffix, corpus.store, corpus.ontology, corpus.tables)
    yield "explore.html", explore(corpus).html.encode()
    for file in sorted(resource("pages", "static").iterdir()):
        yield f"static/{file.name}", file.read_bytes()


def write_pages(corpus: Corpus, target: Path) -> int:
    """Write the pages into the folder ``target``, all of them or none; an older version of them is replaced.

    Returns:
        How many files there are.

    Raises:
        ExportError: the folder holds something else, or cannot be written.
    """
    target = Path(os.path.realpath(target))
    if target.exists() and not (target.is_dir() and (not any(target.iterdir()) or (target / _MARK).exists())):
        raise ExportError(f"{target}: there is something else in it; name a new folder; nothing was written")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as work:
            count = _write(corpus, Path(work) / "new")
            _swap(Path(work) / "new", target, Path(work) / "old")
    except OSError as error:
        raise ExportError(f"{target}: {error.strerror}; nothing was written") from error
    return count


def _swap(new: Path, target: Path, old: Path) -> None:
    """Put ``new`` in the place of ``target``; where that fails, what was there stays."""
    there = target.exists()
    if there:
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if there:
            old.rename(target)
        raise


def _write(corpus: Corpus, folder: Path) -> int:
    count = 0
    for name, data in files_of(corpus):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        count += 1
    shutil.copyfile(folder / "dataset.html", folder / "index.html")
    return count + 1
