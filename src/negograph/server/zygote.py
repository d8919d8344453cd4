"""A process that holds the graph and forks a child for each job.

It has one thread and never talks HTTP, so a fork of it is sound. A child reads its job from the
socket that came with the order, writes its reply there and ends; the zygote kills it at the limit
and tells how each child ended. Whatever a query does, it does to its own child.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import math
import os
import resource
import select
import signal
import socket
import struct
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from negograph.server.replies import Reply, problem, read_exactly

__all__ = ["DONE", "LOST", "MEMORY", "ORDER", "OUTCOME", "TIME", "Zygote", "start"]

ORDER = struct.Struct("!Qd")
"""Number of the job, and when it must end by the clock that all processes share; its socket comes with it."""
OUTCOME = struct.Struct("!QB")
"""Number of the job and how its child ended."""
LENGTH = struct.Struct("!I")
DONE, TIME, MEMORY, LOST = range(4)

LARGEST = 64 * 2**20
"""Bytes of an answer."""
_LONG = 0.015
"""Seconds of work after which a child lets others go first."""
_TICK = 0.02
_NICE = 19
_OUT_OF_MEMORY = 86

Job = dict[str, Any]
Work = Callable[[Job], Reply]


@dataclass
class _Child:
    job: int
    started: float
    deadline: float
    outcome: int = DONE
    long: bool = False


@dataclass(frozen=True)
class Zygote:
    """The process as its parent sees it."""

    pid: int
    control: socket.socket = field(repr=False)

    def stop(self, patience: float = 3.0) -> None:
        """End it and whatever it runs, and wait until it is gone."""
        self.control.close()
        until = time.monotonic() + patience
        while time.monotonic() < until:
            pid, _ = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return
            time.sleep(0.01)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def start(work: Work, memory: int) -> Zygote:
    """Fork the zygote; call it before there are threads.

    Args:
        work: turns a job into a reply; runs in a child of its own each time.
        memory: bytes of address space that a child may take, and half of what all may hold at once.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid:
        theirs.close()
        ours.setblocking(False)
        return Zygote(pid, ours)
    code = 1
    try:
        ours.close()
        _Nursery(theirs, work, memory).run()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


class _Nursery:
    """The zygote's loop: orders in, children out, outcomes back."""

    def __init__(self, control: socket.socket, work: Work, memory: int) -> None:
        self.control, self.work, self.memory = control, work, memory
        self.children: dict[int, _Child] = {}
        self.wake, self.woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.null = os.open(os.devnull, os.O_RDWR)
        for number in (signal.SIGINT, signal.SIGTERM):  # the parent says when to stop, by closing the control socket
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.woken, warn_on_full_buffer=False)

    def run(self) -> None:
        gc.collect()
        gc.freeze()
        gc.disable()  # a child is over before there is anything to collect, and would only touch shared pages
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)  # what a fork has to copy the map of
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        poll.register(self.wake, select.POLLIN)
        while True:
            events = dict(poll.poll(self._pause()))
            if self.wake in events:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.wake, 4096)
            self._reap()
            self._watch()
            if self.control.fileno() in events and not self._order():
                return self._close()

    def _pause(self) -> int | None:
        """Milliseconds until a child is to be looked at."""
        if not self.children:
            return None
        now = time.monotonic()
        due = min(min(each.deadline, now + _TICK) for each in self.children.values())
        return max(0, math.ceil((due - now) * 1000))

    def _order(self) -> bool:
        """Take one order; ``False`` where the parent is gone."""
        message, files, _, _ = socket.recv_fds(self.control, ORDER.size, 1)
        if not message:
            return False
        job, deadline = ORDER.unpack(message)
        now = time.monotonic()
        try:
            pid = os.fork()
        except OSError:  # no process or memory to be had
            self._tell(job, LOST)
        else:
            if pid == 0:
                self._be_a_child(files[0], deadline - now)
            self.children[pid] = _Child(job, now, deadline)
        for file in files:
            os.close(file)
        return True

    def _reap(self) -> None:
        while self.children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            child = self.children.pop(pid)
            if child.outcome == DONE and os.waitstatus_to_exitcode(status):
                code = os.waitstatus_to_exitcode(status)
                names = {_OUT_OF_MEMORY: MEMORY, -signal.SIGABRT: MEMORY, -signal.SIGXCPU: TIME}
                self._tell(child.job, names.get(code, LOST))
            elif child.outcome == DONE:
                self._tell(child.job, DONE)

    def _tell(self, job: int, outcome: int) -> None:
        with contextlib.suppress(OSError):  # a parent that is gone is noticed by the loop
            self.control.send(OUTCOME.pack(job, outcome))

    def _watch(self) -> None:
        """Kill who is over the limit, let others go before who takes long, and mind the memory of all."""
        now, held = time.monotonic(), {}
        for pid, child in self.children.items():
            if child.outcome != DONE:
                continue
            if now >= child.deadline:
                self._kill(pid, child, TIME)
            elif now - child.started > _TICK:
                if not child.long and _seconds_of(pid) > _LONG:
                    child.long = True
                    os.setpriority(os.PRIO_PROCESS, pid, _NICE)
                held[pid] = _memory_of(pid)
        if sum(held.values()) > 2 * self.memory:
            largest = max(held, key=lambda pid: held[pid])
            self._kill(largest, self.children[largest], MEMORY)

    def _kill(self, pid: int, child: _Child, outcome: int) -> None:
        """Kill it, and say so at once: giving back much memory takes a while."""
        child.outcome = outcome
        os.kill(pid, signal.SIGKILL)
        self._tell(child.job, outcome)

    def _close(self) -> None:
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)
        for pid in self.children:
            os.waitpid(pid, 0)

    def _be_a_child(self, file: int, limit: float) -> None:
        """Do one job and end; nothing that the job does can come back from here."""
        code = 1
        try:
            self.control.close()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.nice(5)  # the zygote and the web server come first
            os.dup2(self.null, 2)  # what the engine prints when it dies is no part of the log
            _first_to_go()
            with socket.socket(fileno=file) as stream:
                _confine(self.memory, limit)
                (length,) = LENGTH.unpack(read_exactly(stream, LENGTH.size))
                job = json.loads(read_exactly(stream, length))
                stream.sendall(self._reply(job).packed())
            code = 0
        except MemoryError:
            code = _OUT_OF_MEMORY
        except (OSError, EOFError):  # whoever asked is gone
            code = 0
        finally:
            os._exit(code)

    def _reply(self, job: Job) -> Reply:
        try:
            reply = self.work(job)
        except MemoryError:
            raise
        except BaseException as error:  # a panic of the engine is no Exception
            text = "".join(traceback.format_exception(error))
            return problem(500, "something went wrong here; it is in the server's log", X_Traceback=text)
        if len(reply.body) > LARGEST:
            return problem(503, f"the answer is larger than {LARGEST >> 20} MB and was not sent; ask for less")
        return reply


def _confine(memory: int, limit: float) -> None:
    """No more files or sockets, no files written, a bound on memory and on time."""
    seconds = max(0, math.ceil(limit)) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _first_to_go() -> None:
    """Where memory runs out for the machine, the kernel ends a query before the server."""
    with contextlib.suppress(OSError):
        file = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
        os.write(file, b"1000")
        os.close(file)


def _seconds_of(pid: int) -> float:
    """How long a process has worked."""
    try:
        with open(f"/proc/{pid}/schedstat", "rb") as stream:
            return int(stream.read().split()[0]) / 1e9
    except OSError:
        return 0.0


def _memory_of(pid: int) -> int:
    """Bytes that a process holds alone: resident, less what it shares with the zygote's files."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as stream:
            fields = stream.read().split()
    except OSError:
        return 0
    return (int(fields[1]) - int(fields[2])) * resource.getpagesize()
