"""The graph on disk: built once, opened in an instant, and kept for whoever asks the same tables again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from negograph.stores.keeping import kept
from negograph.stores.places import is_built

if TYPE_CHECKING:
    from negograph.stores.building import Watch, build
    from negograph.stores.opening import Built, opened
    from negograph.stores.origin import digests

__all__ = ["Built", "Watch", "build", "digests", "is_built", "kept", "opened"]

_FROM = {"Built": "opening", "Watch": "building", "build": "building", "digests": "origin", "opened": "opening"}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: small tables need no store on disk."""
    if name not in _FROM:
        raise AttributeError(f"module 'negograph.stores' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"negograph.stores.{_FROM[name]}"), name)
