"""The graph on disk: built once, opened in an instant, and kept for whoever asks the same tables again."""

from negograph.stores.building import Watch, build
from negograph.stores.keeping import kept
from negograph.stores.opening import Built, is_built, opened
from negograph.stores.origin import digests

__all__ = ["Built", "Watch", "build", "digests", "is_built", "kept", "opened"]
