"""Children that live on: what they may do again, what ends them, and that no job feels another."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import random
import resource
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from negograph.server import zygote
from negograph.server.pool import Pool
from negograph.server.replies import Reply, problem
from serving import finished

SPARE = 2**30
LIMIT = 1.0
GRACE = 0.5
LOWEST = os.getpriority(os.PRIO_PROCESS, 0) + 5 >= zygote._NICE
"""Whether children cannot be put below what they begin with."""
DONE_BEFORE = [0]
"""Jobs that this process has done."""


def work(job: dict[str, Any]) -> Reply:
    """Does in a child what a test wants done there."""
    DONE_BEFORE[0] += 1
    spent = time.process_time()
    match job["do"]:
        case "work":
            while time.process_time() - spent < job["seconds"]:
                pass
        case "grow":
            bytearray(job["bytes"])[::4096] = b"x" * (job["bytes"] // 4096)
        case "refuse":
            return problem(400, "no")
        case "fail":
            raise ValueError("a mistake of ours")
        case "die" if DONE_BEFORE[0] > job["before"]:
            os.kill(os.getpid(), signal.SIGKILL)
        case "take":
            hold = [bytes(2**24) for _ in range(DONE_BEFORE[0] * SPARE // 2**25 + 8)]
            return Reply(str(len(hold)).encode())
        case "limits":
            soft = resource.getrlimit(resource.RLIMIT_CPU)[0]
            files = resource.getrlimit(resource.RLIMIT_NOFILE)
            memory = resource.getrlimit(resource.RLIMIT_AS)
            return Reply(repr((soft, spent, files, memory)).encode())
        case "open":
            with contextlib.suppress(OSError):
                os.open(__file__, os.O_RDONLY)
                return Reply(b"a file")
            return Reply(b"nothing")
        case "echo":
            return Reply(job["text"].encode())
    return Reply(str(os.getpid()).encode())


def memory() -> int:
    """Bytes of address space for a child: what this process takes already, and some to spare."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + SPARE


@pytest.fixture
def nursery() -> Iterator[zygote.Zygote]:
    running = zygote.start(work, memory())
    yield running
    running.stop()


def within(nursery: zygote.Zygote, test: Callable[[Pool], Awaitable[None]], places: int = 4) -> None:
    """Run a test with a pool of its own, in a thread of its own: the browser of other tests has a loop in this one."""

    async def run() -> None:
        pool = Pool(nursery.control, SPARE, places=places, queue=1000)
        pool.open()
        try:
            await test(pool)
        finally:
            pool.close()

    finished(run())


async def asked(pool: Pool, do: str, limit: float = 20, **more: object) -> str:
    """The body of the answer to one job."""
    reply = await pool.run({"do": do, **more}, limit)
    assert reply.status == 200, reply.body
    return reply.body.decode()


def below(nursery: zygote.Zygote) -> list[int]:
    return list(map(int, Path(f"/proc/{nursery.pid}/task/{nursery.pid}/children").read_text().split()))


def test_a_child_does_so_many_jobs_and_no_more(nursery: zygote.Zygote) -> None:
    async def test(pool: Pool) -> None:
        done = Counter([await asked(pool, "pid") for _ in range(2 * zygote._JOBS + 10)])
        assert len(done) >= 3
        assert 1 < max(done.values()) <= zygote._JOBS

    within(nursery, test)


@pytest.mark.parametrize(
    ("do", "more"),
    [
        pytest.param(
            "work",
            {"seconds": 2 * zygote._TICK + 4 * zygote._LONG},
            marks=pytest.mark.skipif(LOWEST, reason="no priority is lower"),
        ),
        ("grow", {"bytes": 2 * zygote._GROWN}),
        ("refuse", {}),
        ("fail", {}),
    ],
)
def test_who_took_much_or_failed_gets_no_other_job(nursery: zygote.Zygote, do: str, more: dict[str, object]) -> None:
    async def test(pool: Pool) -> None:
        first = await asked(pool, "pid")
        assert len(pool.idle) == 1
        await pool.run({"do": do, **more}, 20)
        assert not pool.idle
        assert await asked(pool, "pid") != first

    within(nursery, test)


def test_each_job_has_the_whole_limit_and_no_more(nursery: zygote.Zygote) -> None:
    async def test(pool: Pool) -> None:
        found = [eval(await asked(pool, "limits", limit)) for limit in (2, 60, 5)]
        for (soft, spent, files, most), limit in zip(found, (2, 60, 5), strict=True):
            assert math.ceil(limit) <= soft <= math.ceil(spent + limit) + 1
            assert (files, len(set(most)), most[0] > SPARE) == ((0, 0), 1, True)
        assert await asked(pool, "open") == "nothing"
        assert DONE_BEFORE == [0], "nothing comes back from a child"

    within(nursery, test)


def test_a_child_that_lived_on_is_stopped_in_time_and_replaced(nursery: zygote.Zygote) -> None:
    async def test(pool: Pool) -> None:
        first = await asked(pool, "pid")
        start = time.monotonic()
        reply = await pool.run({"do": "work", "seconds": 30}, LIMIT)
        assert (reply.status, b"stopped after 1 seconds" in reply.body) == (503, True)
        assert LIMIT <= time.monotonic() - start <= LIMIT + GRACE
        assert await asked(pool, "pid") != first

    within(nursery, test)


def test_a_job_that_a_worn_child_does_not_survive_is_done_by_a_fresh_one(nursery: zygote.Zygote) -> None:
    async def test(pool: Pool) -> None:
        for _ in range(5):
            worn = await asked(pool, "pid")
            assert await asked(pool, "die", before=1) != worn
        assert int(await asked(pool, "take")) > 0, "too much for a child that has done a job before"
        reply = await pool.run({"do": "die", "before": 0}, 20)
        assert (reply.status, b"gave up" in reply.body) == (400, True)

    within(nursery, test)


def test_a_child_that_is_killed_while_it_waits_is_not_missed(nursery: zygote.Zygote) -> None:
    async def test(pool: Pool) -> None:
        for turn in range(10):
            os.kill(int(await asked(pool, "pid")), signal.SIGKILL)
            await asyncio.sleep(0.01 * (turn % 2))  # told of it by the zygote, or not yet
            assert await asked(pool, "echo", text="x") == "x"

    within(nursery, test)


def test_nobody_waits_beyond_the_lease(nursery: zygote.Zygote) -> None:
    async def test(pool: Pool) -> None:
        before = set(below(nursery))
        child = int(await asked(pool, "pid", LIMIT))
        assert set(below(nursery)) - before == {child}
        until = time.monotonic() + LIMIT + 10
        while child in below(nursery) and time.monotonic() < until:
            await asyncio.sleep(0.02)
        assert child not in below(nursery)
        await asyncio.sleep(0.05)
        assert not pool.idle
        assert int(await asked(pool, "pid")) != child

    within(nursery, test)


def test_children_end_with_the_pool(nursery: zygote.Zygote) -> None:
    async def test(pool: Pool) -> None:
        children = {int(each) for each in await asyncio.gather(*(asked(pool, "pid", 60) for _ in range(40)))}
        assert 1 <= len(pool.idle) <= 4
        pool.close()
        until = time.monotonic() + 20
        while children & set(below(nursery)) and time.monotonic() < until:
            await asyncio.sleep(0.02)
        assert not children & set(below(nursery))
        pool.open()

    within(nursery, test)


def test_each_gets_the_answer_to_what_it_asked(nursery: zygote.Zygote) -> None:
    """Some clients go away, some jobs never end or kill their child, answers are short and long."""

    async def test(pool: Pool) -> None:
        async def client(seed: int) -> int:
            choose, right = random.Random(seed), 0
            for turn in range(30):
                text = f"{seed} {turn} " + "x" * choose.choice((0, 10, 3_000, 300_000))
                asking = asyncio.ensure_future(asked(pool, "echo", text=text))
                if choose.random() < 0.1:
                    await asyncio.sleep(choose.uniform(0, 0.02))
                    asking.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    assert await asking == text
                    right += 1
            return right

        async def nuisance() -> None:
            for _ in range(5):
                await pool.run({"do": "die", "before": 0}, 20)
                await pool.run({"do": "work", "seconds": 30}, 0.1)

        right, *_ = await asyncio.gather(asyncio.gather(*map(client, range(20))), nuisance(), nuisance())
        assert 20 * 30 * 0.7 < sum(right) <= 20 * 30
        assert len(pool.idle) <= 4
        assert (pool.running, pool.taking_long) == (0, 0)

    within(nursery, test)


def test_a_reply_to_another_job_is_not_taken() -> None:
    """A child that answers with the wrong number is asked nothing more."""

    async def test(pool: Pool) -> None:
        answers = [await asked(pool, "pid") for _ in range(6)]
        assert all(one != other for one, other in pairwise(answers)), "each time by a fresh one"

    class Shifted(zygote._Nursery):
        def _serve(self, stream: Any, usual: int, most: int) -> bool:
            class Other:
                """Adds one to the number in each reply after the first."""

                def recv(self, count: int) -> bytes:
                    return bytes(stream.recv(count))

                def sendall(self, data: bytes) -> None:
                    number, fit, length = zygote.FOUND.unpack_from(data)
                    number += DONE_BEFORE[0] > 1
                    stream.sendall(zygote.FOUND.pack(number, fit, length) + data[zygote.FOUND.size :])

            return super()._serve(Other(), usual, most)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zygote, "_Nursery", Shifted)
        running = zygote.start(work, memory())
    try:
        within(running, test)
    finally:
        running.stop()


def test_a_zygote_that_falls_behind_is_waited_for(nursery: zygote.Zygote) -> None:
    async def test(pool: Pool) -> None:
        os.kill(nursery.pid, signal.SIGSTOP)
        asking = [asyncio.ensure_future(asked(pool, "echo", text=str(number))) for number in range(600)]
        late = asyncio.ensure_future(pool.run({"do": "echo", "text": ""}, 0.2))
        await asyncio.sleep(0.5)
        os.kill(nursery.pid, signal.SIGCONT)
        assert await asyncio.gather(*asking) == list(map(str, range(600)))
        assert (await late).status == 503

    within(nursery, test, places=700)
