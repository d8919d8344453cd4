"""The pool as the web server sees it: a bounded number of jobs, a bounded queue, a reply for each."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import time
from collections import deque
from itertools import count
from typing import Any

from negograph.server.replies import Reply, problem
from negograph.server.zygote import DONE, LENGTH, LOST, MEMORY, ORDER, OUTCOME, TIME

__all__ = ["Pool"]

_LONG = 0.04
"""Seconds after which a job no longer holds up those that wait."""
_GRACE = 1.0


class Pool:
    """Jobs for the zygote.

    A job that takes long gives its place to the next one, as long as there are not too many such:
    so short ones get through while long ones run to their limit.
    """

    def __init__(self, control: socket.socket, memory: int, *, places: int, queue: int, long: int = 32) -> None:
        self.control, self.memory = control, memory
        self.places, self.queue, self.long = places, queue, long
        self.running = self.taking_long = 0
        self.waiting: deque[asyncio.Future[None]] = deque()
        self.outcomes: dict[int, asyncio.Future[int]] = {}
        self.numbers = count(1)
        self.lost = asyncio.Event()
        """Set where the zygote is gone: nothing can be answered then."""

    def open(self) -> None:
        """Begin to listen to the zygote, in the running loop."""
        asyncio.get_running_loop().add_reader(self.control, self._hear)

    def close(self) -> None:
        """Stop listening."""
        asyncio.get_running_loop().remove_reader(self.control)

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
            await asyncio.wait_for(turn, seconds)
        except TimeoutError:
            return False
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the place was given at this very moment
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
        number = next(self.numbers)
        outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with ours:
            with theirs:
                try:
                    socket.send_fds(self.control, [ORDER.pack(number, deadline)], [theirs.fileno()])
                except OSError:
                    return problem(503, "the server is busy; try again in a moment", Retry_After="1")
            self.outcomes[number] = outcome
            reading: asyncio.Future[Any] = asyncio.ensure_future(_exchange(ours, json.dumps(job).encode()))
            try:
                async with asyncio.timeout(deadline - time.monotonic() + _GRACE):
                    await asyncio.wait((reading, outcome), return_when=asyncio.FIRST_COMPLETED)
                    if reading.done() and (reply := Reply.unpacked(reading.result())):
                        return reply
                    ended = await outcome  # a child that was killed may take a while to be gone
                    reply = Reply.unpacked(await reading) if ended == DONE else None
                    return reply or self._reason(ended, limit)
            except TimeoutError:
                return self._reason(TIME, limit)
            finally:
                self.outcomes.pop(number, None)
                reading.cancel()

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
            future = self.outcomes.get(number)
            if future and not future.done():
                future.set_result(ended)

    def _lose(self) -> None:
        """The zygote is gone: whoever waits is told."""
        with contextlib.suppress(OSError, ValueError):
            self.close()
        self.lost.set()
        for future in self.outcomes.values():
            if not future.done():
                future.set_result(LOST)


async def _exchange(stream: socket.socket, job: bytes) -> bytearray:
    """Send the job, and read until the child ends."""
    loop = asyncio.get_running_loop()
    found = bytearray()
    try:
        await loop.sock_sendall(stream, LENGTH.pack(len(job)) + job)
        while piece := await loop.sock_recv(stream, 2**18):
            found += piece
    except OSError:  # the child died before it had read everything
        pass
    return found
