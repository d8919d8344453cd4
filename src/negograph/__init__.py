"""negograph: who negotiated with whom, who was bypassed, what followed, and who says so.

>>> import negograph
>>> kg = negograph.load()
>>> answer = kg.answer("bypassed-allies")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from negograph.errors import (
    DataError,
    ExportError,
    NegographError,
    Problem,
    QueryError,
    QuestionError,
    StoreError,
    UnknownEntityError,
)

if TYPE_CHECKING:
    from negograph.answers import Answer, Subgraph
    from negograph.kg import Entity, KnowledgeGraph, build, load
    from negograph.reports import Report
    from negograph.tables import check

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "DataError",
    "Entity",
    "ExportError",
    "KnowledgeGraph",
    "NegographError",
    "Problem",
    "QueryError",
    "QuestionError",
    "Report",
    "StoreError",
    "Subgraph",
    "UnknownEntityError",
    "__version__",
    "build",
    "check",
    "load",
]

_FROM = {
    "Answer": "answers",
    "Entity": "kg",
    "KnowledgeGraph": "kg",
    "Report": "reports",
    "Subgraph": "answers",
    "build": "kg",
    "check": "tables",
    "load": "kg",
}


def __getattr__(name: str) -> Any:
    """Import the heavy names when they are first asked for: a --help needs none of them."""
    if name not in _FROM:
        raise AttributeError(f"module 'negograph' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"negograph.{_FROM[name]}"), name)
