"""Somebody's own query in a process of its own: it may run for ever, or bring the engine down."""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import NoReturn

import click

from negograph.cli.options import reporting

__all__ = ["guarded"]

_TICK = 0.005
_PR_SET_PDEATHSIG = 1


def guarded(work: Callable[[], None], limit: float | None) -> None:
    """Do ``work``, which prints, in a child; end it after ``limit`` seconds, and say so where it ends otherwise.

    Where there is no stdout that a child could share, or no fork, it runs here, without a limit.
    """
    if not hasattr(os, "fork") or not _shared():
        work()
        return
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:  # pragma: no cover - os._exit writes down nothing
        _be_the_child(work)
    try:
        code = _end_of(child, limit)
    except KeyboardInterrupt:
        _kill(child)
        click.echo("negograph: interrupted", err=True)
        sys.exit(130)
    if code is None:
        click.echo(f"negograph: the query took longer than {limit:g} seconds and was ended", err=True)
        code = 1
    elif code < 0:
        died = signal.Signals(-code).name
        click.echo(f"negograph: the engine died of this query ({died}): ask for less, or more simply", err=True)
        code = 1
    if code:
        sys.exit(code)


def _shared() -> bool:
    """Whether what a child prints arrives where we print."""
    try:
        return sys.stdout.fileno() == 1 and sys.stderr.fileno() == 2
    except (AttributeError, io.UnsupportedOperation, ValueError):
        return False


def _be_the_child(work: Callable[[], None]) -> NoReturn:  # pragma: no cover
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # Linux: whoever kills us means the query too
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # no engine in the middle of a query listens to Python
    code = 1
    try:
        reporting(work)()
        sys.stdout.flush()
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except BrokenPipeError:  # whoever read the rows has seen enough
        code = 0
    except Exception:  # a mistake of ours; nothing else would tell of it
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _end_of(child: int, limit: float | None) -> int | None:
    """The exit code of a child, minus the signal that ended it, or ``None`` where it had to be ended."""
    if limit is None:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    until = time.monotonic() + limit
    while time.monotonic() < until:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(_TICK)
    _kill(child)
    return None


def _kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
