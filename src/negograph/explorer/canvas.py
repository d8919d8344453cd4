"""The network as pyvis draws it: our own page around its engine, with a layout that stands still.

pyvis brings vis-network and its options, and holds where each node stands: what else there is to
know of a node or an edge, the page knows from its tables. pyvis's template, which fetches from the
web and puts text into HTML, stays unused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyvis
from pyvis.network import Network

from negograph.corpus import Corpus
from negograph.explorer.layout import layout
from negograph.explorer.ledger import Entry
from negograph.explorer.render import page, read

__all__ = ["Canvas"]

_MANY = 400
"""From so many edges on they are hidden while somebody drags the picture."""


class Canvas(Network):  # type: ignore[misc]
    """A pyvis network of what the ledger speaks of: deals, those bypassed, and what followed.

    The page draws it as it is, with the nodes where :func:`negograph.explorer.layout.layout` puts
    them; around one entity it draws that entity's neighbours instead.
    """

    def __init__(self, corpus: Corpus, rows: Sequence[Entry], document: Mapping[str, Any]) -> None:
        super().__init__(directed=True, width="100%", height="100%")
        pairs = dict.fromkeys((entry.deal, other) for entry in rows for other, _, _ in (*entry.around, *entry.then))
        known = corpus.entities.keys() | corpus.claims.keys()
        for name, (x, y) in layout([pair for pair in pairs if known.issuperset(pair)]).items():
            self.add_node(name, x=x, y=y)
        self.toggle_physics(False)
        self.toggle_hide_edges_on_drag(len(corpus.claims) > _MANY)
        self._document = document

    def generate_html(self, name: str = "index.html", local: bool = True, notebook: bool = False) -> str:
        """The page; the arguments are those of pyvis, and none is needed."""
        drawn = {
            "places": [[node["id"], node["x"], node["y"]] for node in self.nodes],
            "options": json.loads(self.options.to_json()),
        }
        return page({**self._document, "network": drawn}, _engine())


def _engine() -> str:
    """The source of vis-network as pyvis bundles it, in its smallest version, without the name of its source map."""
    folder = Path(pyvis.__file__).parent / "templates" / "lib"
    file = min(folder.glob("vis-*/vis-network.min.js"), key=lambda each: (each.stat().st_size, each.parent.name))
    source = read(file)
    # not splitlines: the source has characters in it that only Python takes for ends of lines
    lines = [line for line in source.split("\n") if not line.startswith("//# sourceMappingURL")]
    return "\n".join(lines) + "\n"
