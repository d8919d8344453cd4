"""Who may write into a folder, and who still reads what is in it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows: no locks there, so nothing is kept or swept
    fcntl = None  # type: ignore[assignment]

__all__ = ["LOCKS", "alone", "reading", "written"]

LOCKS = fcntl is not None
"""Whether this system has locks that end with the process that holds them."""


@contextmanager
def alone(path: Path, *, wait: bool) -> Iterator[bool]:
    """Be the only one at ``path``, a file or a folder; yields whether that came true.

    Raises:
        OSError: ``path`` cannot be opened.
    """
    if fcntl is None:  # pragma: no cover
        yield True
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def reading(path: Path) -> int | None:
    """Keep whoever wants to be :func:`alone` away from ``path`` until the descriptor is closed, or the process ends."""
    if fcntl is None:  # pragma: no cover
        return None
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        with contextlib.suppress(OSError):
            os.close(descriptor)
        raise
    return descriptor


def written(engine: Path) -> bool:
    """Whether another process has the engine's files open for writing; ``engine`` is the file that it locks."""
    if fcntl is None or not engine.exists():  # pragma: no cover
        return False
    descriptor = os.open(engine, os.O_RDONLY)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
