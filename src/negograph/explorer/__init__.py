"""The explorer: the whole graph as one HTML file that opens from disk and asks the network for nothing.

Four views of one state: a ledger of deals (who was gone around, what followed, who says so), lanes
over time, a network, and the table of all claims. The file holds its data, its style and its
script; a policy in its head forbids everything else, so that no text of the data can do anything.
"""

from __future__ import annotations

import webbrowser
from dataclasses import dataclass, field
from pathlib import Path

from negograph.corpus import Corpus
from negograph.errors import QuestionError, did_you_mean
from negograph.explorer.canvas import Canvas
from negograph.explorer.document import document
from negograph.explorer.ledger import ledger
from negograph.explorer.render import in_frame
from negograph.export import write_atomically

__all__ = ["Page", "explore"]


@dataclass(frozen=True)
class Page:
    """The explorer as HTML: it writes itself, and shows itself in a notebook."""

    html: str = field(repr=False)

    def write(self, path: Path | str) -> None:
        """Write the page as UTF-8: all of it, or nothing.

        Raises:
            ExportError: the file cannot be written; the old one, if there was one, is untouched.
        """
        with write_atomically(Path(path)) as stream:
            stream.write(self.html.encode())

    def open(self, path: Path | str) -> None:
        """Write the page and show it in the browser."""
        self.write(path)
        webbrowser.open(Path(path).resolve().as_uri())

    def _repr_html_(self) -> str:
        return in_frame(self.html)


def explore(corpus: Corpus, *, focus: str | None = None, story: str | None = None) -> Page:
    """Return the explorer of ``corpus``; the ledger is made of answers, so that page and SPARQL agree.

    The page opens on the entity or claim ``focus``, or on the first step of ``story``.

    Raises:
        QuestionError: there is no such story.
    """
    known = sorted({row["story"] for row in corpus.tables["stories"]})
    if story is not None and story not in known:
        hint = did_you_mean(story, known, f"there are {', '.join(known)}") if known else "the data have no stories"
        raise QuestionError(f"no story '{story}'; {hint}")
    rows = ledger(corpus)
    start = {"focus": focus or "", "story": story or ""}
    return Page(Canvas(corpus, rows, document(corpus, rows, start)).generate_html())
