"""Stores that are kept for the next question on the same tables.

They live in the user's cache directory, each under a name made of the SHA-256 of the tables, of the
ontology and of our own code: a table that changes has another name, so a store is never stale.
Whatever goes wrong with the cache, the question is answered without it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from negograph.dataset import read_description
from negograph.errors import StoreError
from negograph.ontology import Ontology
from negograph.stores.locking import LOCKS, alone
from negograph.stores.places import MARK

if TYPE_CHECKING:
    from negograph.stores.building import Rows, Watch
    from negograph.stores.opening import Built

__all__ = ["VARIABLE", "kept"]

VARIABLE = "NEGOGRAPH_CACHE"
"""The environment variable that names the directory of the cache, or says ``off``."""
_WORTH = 2 * 2**20
"""Bytes of tables from which on a kept store saves more than it costs."""
_MOST = 8
_LONGEST = 30 * 24 * 3600
"""How many stores are kept, and how many seconds one that nobody asks."""


def kept(folders: list[Path], ontology: Ontology, read: Callable[[], Rows], watch: Watch | None = None) -> Built | None:
    """The store of the tables in ``folders``, from the cache or put there; ``None`` where there is no cache for them.

    Args:
        folders: the data folders.
        ontology: their ontology.
        read: reads and checks the tables; called only where the cache has nothing.
        watch: is told how far the work has come.
    """
    place = _directory()
    if place is None or not LOCKS or _size(folders, ontology) < _WORTH:
        return None
    from negograph.stores.building import build
    from negograph.stores.origin import digests, key_of

    data = digests(folders, ontology)
    entry = place / key_of(data)
    with contextlib.suppress(StoreError):
        return _used(entry)
    if watch:
        watch("reading and checking the tables", 0, 0)
    rows, about = read(), read_description(folders)
    with contextlib.suppress(StoreError, OSError):
        if digests(folders, ontology) == data:  # nobody changed the tables while they were read
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            build(rows, about, ontology, entry, data, watch=watch, wait=False)
            _sweep(place, entry)
            return _used(entry)
    return None


def _used(entry: Path) -> Built:
    from negograph.stores.opening import opened

    built = opened(entry)
    with contextlib.suppress(OSError):
        os.utime(entry / MARK)
    return built


def _size(folders: list[Path], ontology: Ontology) -> int:
    files = [folder / f"{name}.csv" for folder in folders for name in ontology.columns]
    return sum(file.stat().st_size for file in files if file.is_file())


def _directory() -> Path | None:
    told = os.environ.get(VARIABLE, "")
    if told:
        return None if told.casefold() == "off" else Path(told)
    with contextlib.suppress(RuntimeError):  # somebody without a home
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Caches" / "negograph"
        given = Path(os.environ.get("XDG_CACHE_HOME", ""))
        return (given if given.is_absolute() else Path.home() / ".cache") / "negograph"
    return None


def _sweep(place: Path, current: Path) -> None:
    """Delete what nobody has asked for a long time, and the oldest where there are too many."""
    from negograph.stores.building import unfinished

    entries = sorted((each for each in place.iterdir() if each.is_dir()), key=_last_used, reverse=True)
    for rank, entry in enumerate(entries):
        if entry != current and (rank >= _MOST or time.time() - _last_used(entry) > _LONGEST):
            with contextlib.suppress(OSError), alone(entry, wait=False) as ours:
                if ours and all(unfinished(body) for body in entry.iterdir() if body.is_dir()):
                    (entry / MARK).unlink(missing_ok=True)
                    shutil.rmtree(entry, ignore_errors=True)


def _last_used(entry: Path) -> float:
    for path in (entry / MARK, entry):
        with contextlib.suppress(OSError):
            return path.stat().st_mtime
    return 0.0
