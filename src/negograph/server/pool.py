"""The pool as the web server sees it: a bounded number of jobs, a bounded queue, a reply for each."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import time
from collections import deque
from dataclasses import dataclass
from itertools import count
from typing import Any

from negograph.server.replies import Reply, problem
from negograph.server.zygote import DONE, FOUND, JOB, LOST, MEMORY, ORDER, OUTCOME, TIME

__all__ = ["Pool"]

_LONG = 0.04
"""Seconds after which a job no longer holds up those that wait."""
_MOMENT = 0.002
"""Seconds after which the zygote may have read an order."""
_GRACE = 1.0
_SPARE = 0.05
"""Seconds that the lease of a child must still last for it to get another job."""


@dataclass(eq=False)
class _Child:
    """A child of the zygote, and the connection to it that nothing else has."""

    number: int
    stream: socket.socket
    ended: asyncio.Future[int]
    lease: float
    fresh: bool = True
    """Whether it has not done a job yet."""


class Pool:
    """Jobs for the children of the zygote.

    A job that takes long gives its place to the next one, as long as there are not too many such:
    so short ones get through while long ones run to their limit.

    A child that says it is fit for another job is kept for one. Where such a child fails, the job is
    done again by a fresh one: no refusal depends on what was asked before.
    """

    def __init__(self, control: socket.socket, memory: int, *, places: int, queue: int, long: int = 32) -> None:
        self.control, self.memory = control, memory
        self.places, self.queue, self.long = places, queue, long
        self.running = self.taking_long = 0
        self.waiting: deque[asyncio.Future[None]] = deque()
        self.children: dict[int, _Child] = {}
        self.idle: list[_Child] = []
        self.numbers = count(1)
        self.lost = asyncio.Event()
        """Set where the zygote is gone: nothing can be answered then."""

    def open(self) -> None:
        """Begin to listen to the zygote, in the running loop."""
        asyncio.get_running_loop().add_reader(self.control, self._hear)

    def close(self) -> None:
        """Stop listening."""
        asyncio.get_running_loop().remove_reader(self.control)
        for child in self.idle[:]:
            self._part(child)

    async def run(self, job: dict[str, Any], limit: float) -> Reply:
        """Have a job done within ``limit`` seconds, the wait for its turn included, or be told why not."""
        came = time.monotonic()
        if not await self._turn(0.75 * limit):
            return problem(503, "the server is busy; try again in a moment", Retry_After="1")
        task = asyncio.ensure_future(self._do(job, limit, came + limit))
        long = False
        try:
            done, _ = await asyncio.wait({task}, timeout=_LONG)
            if not done and self.taking_long < self.long:
                long = True
                self.taking_long += 1
                self._leave()
            return await task
        finally:
            if long:
                self.taking_long -= 1
            else:
                self._leave()

    async def _turn(self, seconds: float) -> bool:
        """Wait for a place; ``False`` where too many wait already, or it takes too long."""
        if self.lost.is_set():
            return False
        if self.running < self.places and not self.waiting:
            self.running += 1
            return True
        if len(self.waiting) >= self.queue:
            return False
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        try:
            async with asyncio.timeout(seconds):
                await turn
        except TimeoutError:
            return not turn.cancelled()  # the place may have been given at this very moment
        except asyncio.CancelledError:
            if not turn.cancelled():
                self._leave()
            raise
        return True

    def _leave(self) -> None:
        """Give one's place to the next in the queue."""
        while self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.running -= 1

    async def _do(self, job: dict[str, Any], limit: float, deadline: float) -> Reply:
        text = json.dumps(job).encode()
        found: Reply | int = LOST
        for child in (self._lived(deadline), None):
            try:
                child = child or await self._fresh(deadline)
            except OSError:
                return problem(503, "the server is busy; try again in a moment", Retry_After="1")
            fresh = child.fresh
            found = await self._ask(child, text, deadline)
            good = isinstance(found, Reply) and found.status < 500
            if good or fresh or time.monotonic() >= deadline:
                break
        return found if isinstance(found, Reply) else self._reason(found, limit)

    def _lived(self, deadline: float) -> _Child | None:
        """A child that waits for another job, its lease renewed; ``None`` where there is none."""
        now = time.monotonic()
        while self.idle:
            child = self.idle[-1]
            if child.lease - now > _SPARE:
                with contextlib.suppress(OSError):
                    self.control.send(ORDER.pack(child.number, deadline))
                    self.idle.pop()
                    child.lease = deadline
                    return child
            self._part(child)
        return None

    async def _fresh(self, deadline: float) -> _Child:
        """A child that the zygote is about to fork; where it has many orders before this one, that is waited for.

        Raises:
            OSError: it cannot be told to in time, or there is no socket to be had.
        """
        ours, theirs = socket.socketpair()
        child = _Child(next(self.numbers), ours, asyncio.get_running_loop().create_future(), deadline)
        ours.setblocking(False)
        with theirs:
            try:
                while not self._ordered(child, theirs):
                    if time.monotonic() >= deadline:
                        raise TimeoutError
                    await asyncio.sleep(_MOMENT)
            except BaseException:
                ours.close()
                raise
        self.children[child.number] = child
        return child

    def _ordered(self, child: _Child, theirs: socket.socket) -> bool:
        """Tell the zygote to fork a child; ``False`` where it must read other orders first."""
        try:
            socket.send_fds(self.control, [ORDER.pack(child.number, child.lease)], [theirs.fileno()])
        except BlockingIOError:
            return False
        return True

    async def _ask(self, child: _Child, job: bytes, deadline: float) -> Reply | int:
        """The child's reply, or how it ended without one."""
        child.fresh = fit = False
        reading = asyncio.ensure_future(_exchange(child.stream, next(self.numbers), deadline, job))
        try:
            async with asyncio.timeout(deadline - time.monotonic() + _GRACE):
                await asyncio.wait((reading, child.ended), return_when=asyncio.FIRST_COMPLETED)
                found = reading.result() if reading.done() else None
                if not found:  # a child that was killed may take a while to be gone
                    ended = await asyncio.shield(child.ended)
                    found = await reading if ended == DONE else None
                    if not found:
                        return LOST if ended == DONE else ended
                fit, reply = found
                return reply
        except TimeoutError:
            return TIME
        finally:
            if fit and not child.ended.done() and len(self.idle) < self.places:
                self.idle.append(child)
            else:
                reading.cancel()
                await asyncio.wait((reading,))  # the loop must have let go of the socket before it is closed
                self._part(child)

    def _part(self, child: _Child) -> None:
        """Have no more to do with a child: it ends when it reads on, or when its lease does."""
        child.stream.close()
        self.children.pop(child.number, None)
        with contextlib.suppress(ValueError):
            self.idle.remove(child)

    def _reason(self, outcome: int, limit: float) -> Reply:
        if outcome == TIME:
            return problem(503, f"stopped after {limit:.2g} seconds, the limit for a query here; ask for less")
        if outcome == MEMORY:
            return problem(503, f"stopped: it needed more memory than a query may have ({self.memory / 2**30:.2g} GB)")
        return problem(400, "the engine gave up on this query: it is nested or chained too deeply")

    def _hear(self) -> None:
        while True:
            try:
                message = self.control.recv(OUTCOME.size)
            except BlockingIOError:
                return None
            except OSError:
                message = b""
            if not message:
                return self._lose()
            number, ended = OUTCOME.unpack(message)
            if child := self.children.get(number):
                child.ended.set_result(ended)
                if child in self.idle:
                    self._part(child)

    def _lose(self) -> None:
        """The zygote is gone: whoever waits is told."""
        with contextlib.suppress(ValueError):
            self.close()
        self.lost.set()
        for child in list(self.children.values()):
            if not child.ended.done():
                child.ended.set_result(LOST)


async def _exchange(stream: socket.socket, number: int, deadline: float, job: bytes) -> tuple[bool, Reply] | None:
    """Send a job, and read until there is a whole reply: whether the child takes another job, and the reply."""
    loop = asyncio.get_running_loop()
    found = bytearray()
    with contextlib.suppress(OSError):  # the child died before it had read everything
        await loop.sock_sendall(stream, JOB.pack(number, deadline, len(job)) + job)
        while _lacks(found) and (piece := await loop.sock_recv(stream, 2**18)):
            found += piece
    if _lacks(found):
        return None
    answered, fit, _ = FOUND.unpack_from(found)
    reply = Reply.unpacked(memoryview(found)[FOUND.size :]) if answered == number else None
    if reply is None:  # nothing that comes from there can be trusted
        stream.shutdown(socket.SHUT_RDWR)
        return None
    return fit, reply


def _lacks(found: bytearray) -> bool:
    """Whether more of a reply is to come."""
    return len(found) < FOUND.size or len(found) < FOUND.size + FOUND.unpack_from(found)[2]
