"""A process that holds the graph and forks the children that do jobs.

It has one thread and never talks HTTP, so a fork of it is sound. A child reads its job from the
socket that came with the order and writes its reply there. One whose job was done well and in next
to no time waits for another, for as long as its lease lasts; any other ends. The zygote kills a
child at the end of its lease and tells how each child ended.
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

__all__ = ["DONE", "FOUND", "JOB", "LOST", "MEMORY", "ORDER", "OUTCOME", "TIME", "Zygote", "start"]

ORDER = struct.Struct("!Qd")
"""Number of a child, and when its lease ends by the clock that all processes share. A socket comes with the
order to fork it; without one the lease of the child that is there is renewed."""
OUTCOME = struct.Struct("!QB")
"""Number of a child and how it ended."""
JOB = struct.Struct("!QdI")
"""Number of a job, when it must end, and the length of what follows."""
FOUND = struct.Struct("!Q?Q")
"""Number of the job, whether the child takes another one, and the length of the reply that follows."""
DONE, TIME, MEMORY, LOST = range(4)

LARGEST = 64 * 2**20
"""Bytes of an answer."""
_LONG = 0.015
"""Seconds of work on a job after which a child lets others go first."""
_GROWN = 16 * 2**20
"""Bytes that a child may have grown by in its life and still take another job."""
_JOBS = 100
"""Jobs in the life of a child, at most."""
_TICK = 0.02
_NICE = 19
_OUT_OF_MEMORY = 86

Job = dict[str, Any]
Work = Callable[[Job], Reply]


@dataclass
class _Child:
    number: int
    started: float
    deadline: float
    worked: float = 0.0
    """Seconds that it had worked for when its job began."""
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
        work: turns a job into a reply; runs in a child.
        memory: bytes of address space that a child may take, and half of what all may hold at once.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid:
        theirs.close()
        ours.setblocking(False)
        return Zygote(pid, ours)
    try:
        ours.close()
        _Nursery(theirs, work, memory).run()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)  # nobody asks how it ended


class _Nursery:
    """The zygote's loop: orders in, children out, outcomes back."""

    def __init__(self, control: socket.socket, work: Work, memory: int) -> None:
        self.control, self.work, self.memory = control, work, memory
        self.children: dict[int, _Child] = {}
        self.pids: dict[int, int] = {}
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
            poll.poll(self._pause())
            with contextlib.suppress(BlockingIOError):
                os.read(self.wake, 4096)
            self._reap()
            if not self._listen():
                return self._close()
            self._watch()

    def _pause(self) -> int | None:
        """Milliseconds until a child is to be looked at."""
        if not self.children:
            return None
        now = time.monotonic()
        due = min(min(each.deadline, now + _TICK) for each in self.children.values())
        return max(0, math.ceil((due - now) * 1000))

    def _listen(self) -> bool:
        """Take all orders before a lease is held to have ended; ``False`` where the parent is gone."""
        while select.select([self.control], [], [], 0)[0]:  # recv_fds has flags, and ignores them
            try:
                message, files, _, _ = socket.recv_fds(self.control, ORDER.size, 1)
            except ConnectionResetError:  # gone before it had heard everything
                return False
            if not message:
                return False
            number, deadline = ORDER.unpack(message)
            if files:
                self._fork(number, deadline, files[0])
            elif pid := self.pids.get(number):
                child = self.children[pid]
                child.started, child.deadline, child.worked = time.monotonic(), deadline, _seconds_of(pid)
        return True

    def _fork(self, number: int, deadline: float, file: int) -> None:
        now = time.monotonic()
        try:
            pid = os.fork()
        except OSError:  # no process or memory to be had
            self._tell(number, LOST)
        else:
            if pid == 0:
                self._be_a_child(file)
            self.children[pid] = _Child(number, now, deadline)
            self.pids[number] = pid
        os.close(file)

    def _reap(self) -> None:
        while self.children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            child = self.children.pop(pid)
            del self.pids[child.number]
            if child.outcome == DONE and os.waitstatus_to_exitcode(status):
                code = os.waitstatus_to_exitcode(status)
                names = {_OUT_OF_MEMORY: MEMORY, -signal.SIGABRT: MEMORY, -signal.SIGXCPU: TIME}
                self._tell(child.number, names.get(code, LOST))
            elif child.outcome == DONE:
                self._tell(child.number, DONE)

    def _tell(self, number: int, outcome: int) -> None:
        with contextlib.suppress(OSError):  # a parent that is gone is noticed by the loop
            self.control.send(OUTCOME.pack(number, outcome))

    def _watch(self) -> None:
        """Kill who is over the limit, let others go before who takes long, and mind the memory of all."""
        now, held = time.monotonic(), {}
        for pid, child in self.children.items():
            if child.outcome != DONE:
                continue
            if now >= child.deadline:
                self._kill(pid, child, TIME)
            elif now - child.started > _TICK:
                if not child.long and _seconds_of(pid) - child.worked > _LONG:
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
        self._tell(child.number, outcome)

    def _close(self) -> None:
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)
        for pid in self.children:
            os.waitpid(pid, 0)

    def _be_a_child(self, file: int) -> None:
        """Do jobs and end; nothing that a job does can come back from here."""
        code = 1
        try:
            self.control.close()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            usual = os.nice(5)  # the zygote and the web server come first
            os.dup2(self.null, 2)  # what the engine prints when it dies is no part of the log
            _first_to_go()
            with socket.socket(fileno=file) as stream:
                _confine(self.memory)
                most = _peak() + _GROWN
                for left in reversed(range(_JOBS)):
                    if not self._serve(stream, usual, most if left else 0):
                        break
            code = 0
        except MemoryError:
            code = _OUT_OF_MEMORY
        except (OSError, EOFError):  # whoever asked is gone, or has no more to ask
            code = 0
        finally:
            os._exit(code)

    def _serve(self, stream: socket.socket, usual: int, most: int) -> bool:
        """Do one job; whether the child is fit for another: still of the usual priority, and below ``most`` bytes."""
        number, deadline, length = JOB.unpack(read_exactly(stream, JOB.size))
        _allow(deadline - time.monotonic())
        reply = self._reply(json.loads(read_exactly(stream, length)))
        data = reply.packed()
        fit = reply.status == 200 and os.getpriority(os.PRIO_PROCESS, 0) == usual and _peak() < most
        stream.sendall(FOUND.pack(number, fit, len(data)) + data)
        return fit

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


def _confine(memory: int) -> None:
    """No more files or sockets, no files written, a bound on memory."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _allow(seconds: float) -> None:
    """A bound on the time of a processor from here on, should nobody be there to keep the clock."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    until = math.ceil(time.process_time() + max(0.0, seconds)) + 1
    if most == resource.RLIM_INFINITY or until < most:
        resource.setrlimit(resource.RLIMIT_CPU, (until, most))


def _peak() -> int:
    """The most bytes that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


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
