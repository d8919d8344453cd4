"""What lies where in a built store."""

from __future__ import annotations

from pathlib import Path

__all__ = ["GRAPH", "MARK", "TABLES", "is_built"]

MARK = "store.json"
GRAPH, TABLES = "graph", "tables"


def is_built(folder: Path) -> bool:
    """Whether ``folder`` holds a built store."""
    return (folder / MARK).is_file()
