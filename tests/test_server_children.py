"""The pool and the zygote step by step, with a clock and processes that a test plays."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import resource
import select
import signal
import socket
import time
from collections.abc import Callable, Coroutine, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from negograph.server import pool as pooling
from negograph.server import zygote
from negograph.server.pool import Pool
from negograph.server.replies import Reply, problem
from negograph.server.zygote import DONE, FOUND, JOB, LOST, MEMORY, ORDER, OUTCOME, TIME
from serving import finished

SOCKETS: list[socket.socket] = []
BUSY = problem(503, "the server is busy; try again in a moment", Retry_After="1")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The time that pool and zygote read; it goes on only when a test says so."""
    found = SimpleNamespace(now=1000.0)
    for module in (pooling, zygote):
        monkeypatch.setattr(
            module, "time", SimpleNamespace(monotonic=lambda: found.now, process_time=lambda: found.now)
        )
    return found


def pool_of(control: Any = None, places: int = 1, queue: int = 1, **more: Any) -> Any:
    return Pool(control, 3 * 2**29, places=places, queue=queue, **more)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Closes what a test leaves open."""
    yield
    while SOCKETS:
        SOCKETS.pop().close()


def child_of(number: int = 1, lease: float = 1010.0, *, fresh: bool = True) -> Any:
    """A child as the pool knows it, and at its other end the one who plays it; in a running loop."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    SOCKETS.extend((ours, theirs))
    child = pooling._Child(number, ours, asyncio.get_running_loop().create_future(), lease, fresh)
    return child, theirs


def in_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    finished(asyncio.wait_for(test(), 20))


# The pool: its turn


def test_a_job_has_its_limit_from_when_it_came_and_three_quarters_of_it_to_wait(clock) -> None:
    noted: list[Any] = []

    async def turn(seconds: float) -> bool:
        noted.append(seconds)
        clock.now += 3
        return seconds < 7

    async def do(*given: Any) -> Reply:
        noted.append(given)
        return Reply(b"x")

    async def test() -> None:
        pool = pool_of()
        pool._turn, pool._do, pool.running = turn, do, 1
        assert await pool.run({"a": 1}, 8.0) == Reply(b"x")
        assert noted == [6.0, ({"a": 1}, 8.0, 1008.0)]
        assert (pool.running, pool.taking_long) == (0, 0)
        assert await pool.run({"a": 1}, 12.0) == BUSY
        assert (len(noted), pool.running) == (3, 0)

    in_loop(test)


def test_a_long_job_gives_its_place_away_unless_too_many_do() -> None:
    async def test() -> None:
        pool, ready, begun = pool_of(queue=9, long=2), asyncio.Event(), list[str]()

        async def do(job: dict[str, str], *_: float) -> Reply:
            begun.append(job["name"])
            await ready.wait()
            return Reply(job["name"].encode())

        async def after(*names: str) -> tuple[int, int, int]:
            asked.extend(asyncio.ensure_future(pool.run({"name": name}, 20)) for name in names)
            await asyncio.sleep(3 * pooling._LONG)
            return pool.running, pool.taking_long, len(pool.waiting)

        asked: list[Any] = []
        pool._do = do
        assert await after("a") == (0, 1, 0)
        assert await after("b") == (0, 2, 0)
        assert await after("c", "d") == (1, 2, 1)
        assert begun == ["a", "b", "c"]
        ready.set()
        assert [reply.body for reply in await asyncio.gather(*asked)] == [b"a", b"b", b"c", b"d"]
        assert (pool.running, pool.taking_long, len(pool.waiting)) == (0, 0, 0)

    in_loop(test)
    assert pool_of().long == 32


def test_who_waits_gets_the_place_of_who_leaves_and_too_many_do_not_wait() -> None:
    async def test() -> None:
        pool = pool_of(places=2, queue=2)
        assert [await pool._turn(9), await pool._turn(9), pool.running] == [True, True, 2]
        first, second = (asyncio.ensure_future(pool._turn(9)) for _ in range(2))
        await asyncio.sleep(0)
        assert (len(pool.waiting), await pool._turn(9)) == (2, False)
        pool._leave()
        assert (await first, second.done(), pool.running) == (True, False, 2)
        pool._leave()
        assert (await second, pool.running) == (True, 2)
        pool._leave()
        assert pool.running == 1
        pool.waiting.append(asyncio.get_running_loop().create_future())
        assert not await pool._turn(0.01), "others came before"
        late = asyncio.ensure_future(pool._turn(9))
        await asyncio.sleep(0)
        assert len(pool.waiting) == 2 or late.done(), "one whose time is over still counts until somebody leaves"
        pool.waiting.clear()
        pool.lost.set()
        assert not await pool._turn(9)

    in_loop(test)


def test_a_place_that_is_given_to_who_goes_away_is_given_on() -> None:
    async def test() -> None:
        pool = pool_of(queue=5)
        assert await pool._turn(9)
        gone, given, last = (asyncio.ensure_future(pool._turn(9)) for _ in range(3))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait({gone})
        assert (pool.running, len(pool.waiting)) == (1, 3)
        pool._leave()  # whoever has gone is passed over
        given.cancel()  # at the very moment at which it got its place
        await asyncio.wait({given, last})
        assert (given.cancelled(), last.result(), pool.running, len(pool.waiting)) == (True, True, 1, 0)
        loop = asyncio.get_running_loop()
        late = asyncio.ensure_future(pool._turn(0.02))
        await asyncio.sleep(0)
        loop.call_later(0.01, pool._leave)
        time.sleep(0.05)  # both moments are over when the loop looks again, and the place comes first
        assert (await late, pool.running) == (True, 1)

    in_loop(test)


# The pool: a job and its child


@pytest.mark.parametrize(
    ("lived", "found", "late", "expected", "asked"),
    [
        (False, [Reply(b"a")], False, Reply(b"a"), ["new"]),
        (False, [Reply(b"a", status=500)], False, Reply(b"a", status=500), ["new"]),
        (False, [LOST], False, "nested", ["new"]),
        (True, [Reply(b"a")], False, Reply(b"a"), ["old"]),
        (True, [Reply(b"a", status=499)], False, Reply(b"a", status=499), ["old"]),
        (True, [Reply(b"a", status=500), Reply(b"b")], False, Reply(b"b"), ["old", "new"]),
        (True, [MEMORY, Reply(b"b", status=503)], False, Reply(b"b", status=503), ["old", "new"]),
        (True, [LOST, MEMORY], False, "memory", ["old", "new"]),
        (True, [TIME], True, "stopped after 8 seconds", ["old"]),
        (True, [Reply(b"a", status=500)], True, Reply(b"a", status=500), ["old"]),
        (True, [LOST], False, BUSY, ["old"]),
        (False, [], False, BUSY, []),
    ],
)
def test_a_job_that_fails_in_a_worn_child_is_done_again(clock, lived, found, late, expected, asked) -> None:
    async def test() -> None:
        pool, noted, replies = pool_of(), list[str](), list(found)
        old, _ = child_of(1, fresh=False)
        new, _ = child_of(2)

        def living(deadline: float) -> Any:
            assert deadline == 1008.0
            return old if lived else None

        async def fresh(deadline: float) -> Any:
            assert deadline == 1008.0
            if not replies:
                raise OSError("no more sockets")
            return new

        async def ask(child: Any, job: bytes, deadline: float) -> Any:
            assert (json.loads(job), deadline) == ({"a": 1}, 1008.0)
            noted.append("new" if child.fresh else "old")
            child.fresh = False
            clock.now += 8.0 * late
            return replies.pop(0)

        pool._lived, pool._fresh, pool._ask = living, fresh, ask
        reply = await pool._do({"a": 1}, 8.0, 1008.0)
        assert expected in reply.body.decode() if isinstance(expected, str) else reply == expected
        assert noted == asked

    in_loop(test)


def test_what_is_told_of_a_job_that_did_not_end() -> None:
    pool = pool_of()
    assert pool._reason(TIME, 1 / 3) == problem(
        503, "stopped after 0.33 seconds, the limit for a query here; ask for less"
    )
    assert pool._reason(MEMORY, 2) == problem(503, "stopped: it needed more memory than a query may have (1.5 GB)")
    given_up = problem(400, "the engine gave up on this query: it is nested or chained too deeply")
    assert pool._reason(LOST, 2) == pool._reason(DONE, 2) == given_up


def test_the_child_that_waits_is_the_last_one_whose_lease_lasts(clock) -> None:
    async def test() -> None:
        clock.now = 0.0
        sent: list[bytes] = []
        pool = pool_of(SimpleNamespace(send=sent.append))
        assert pool._lived(7.0) is None
        good, other = child_of(1, pooling._SPARE + 0.001)[0], child_of(2, 9.0)[0]
        short = child_of(3, pooling._SPARE)[0]
        pool.idle = [other, good, short]
        pool.children = {each.number: each for each in pool.idle}
        assert pool._lived(7.0) is good
        assert (good.lease, sent, pool.idle) == (7.0, [ORDER.pack(1, 7.0)], [other])
        assert (short.stream.fileno(), sorted(pool.children)) == (-1, [1, 2])

        def fail(_: bytes) -> None:
            raise BlockingIOError

        pool.control.send = fail
        assert pool._lived(7.0) is None
        assert (other.stream.fileno(), pool.idle, sorted(pool.children)) == (-1, [], [1])

    in_loop(test)


def test_a_child_is_ordered_with_its_socket_and_waited_for_until_the_deadline(clock) -> None:
    async def test() -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, theirs:
            pool = pool_of(ours)
            child = await pool._fresh(1007.0)
            SOCKETS.append(child.stream)
            message, files, _, _ = socket.recv_fds(theirs, ORDER.size, 1)
            assert ORDER.unpack(message) == (1, 1007.0) == (child.number, child.lease)
            assert (pool.children, child.fresh, child.stream.getblocking()) == ({1: child}, True, False)
            with socket.socket(fileno=files[0]) as other:
                other.send(b"x")
                assert child.stream.recv(1) == b"x"
            second = await pool._fresh(1007.0)
            SOCKETS.append(second.stream)
            assert second.number == 2
            tries: list[Any] = []

            def ordered(child: Any, _: socket.socket) -> bool:
                tries.append(child)
                clock.now += 3.5
                return len(tries) == 9

            pool._ordered = ordered
            with pytest.raises(TimeoutError):
                await pool._fresh(1007.0)
            assert len(tries) == 2, "at the deadline, and not after it"
            assert (tries[0].stream.fileno(), sorted(pool.children)) == (-1, [1, 2])

    in_loop(test)


def test_an_order_that_finds_no_room_comes_later() -> None:
    async def test() -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, theirs:
            ours.setblocking(False)
            pool, (child, end) = pool_of(ours), child_of()
            orders = 0
            while pool._ordered(child, end) and orders < 10_000:
                orders += 1
            assert 0 < orders < 10_000
            theirs.recv(ORDER.size)
            for _ in range(orders):
                theirs.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    theirs.recv(ORDER.size)
            assert pool._ordered(child, end)

    in_loop(test)


@pytest.mark.parametrize(("fit", "places", "kept"), [(True, 1, True), (False, 1, False), (True, 0, False)])
def test_a_fit_child_waits_for_another_job_where_there_is_room(clock, monkeypatch, fit, places, kept) -> None:
    allowed: list[float] = []
    timeout = asyncio.timeout
    monkeypatch.setattr(asyncio, "timeout", lambda seconds: allowed.append(seconds) or timeout(seconds))

    async def test() -> None:
        pool, (child, end) = pool_of(places=places), child_of(7)
        pool.children[7] = child
        with end:
            asking = asyncio.ensure_future(pool._ask(child, b"job", 1004.0))
            await asyncio.sleep(0.01)
            assert end.recv(99) == JOB.pack(1, 1004.0, 3) + b"job"
            data = Reply(b"x").packed()
            end.sendall(FOUND.pack(1, fit, len(data)) + data)
            assert await asking == Reply(b"x")
        assert allowed == [4.0 + pooling._GRACE]
        assert (pool.idle == [child], child.stream.fileno() != -1, 7 in pool.children) == (kept, kept, kept)
        assert not child.fresh

    in_loop(test)


def test_how_a_child_ended_is_told_where_it_said_nothing(clock, monkeypatch) -> None:
    monkeypatch.setattr(pooling, "_GRACE", 0.05)

    async def asked(ended: int | None, *, close: bool) -> Any:
        pool, (child, end) = pool_of(), child_of(7)
        pool.children[7] = child
        asking = asyncio.ensure_future(pool._ask(child, b"job", clock.now))
        await asyncio.sleep(0.01)
        if close:
            end.close()
            await asyncio.sleep(0.005)
        if ended is not None:
            child.ended.set_result(ended)
        found = await asking
        assert (pool.idle, pool.children, child.stream.fileno()) == ([], {}, -1)
        end.close()
        return found

    async def test() -> None:
        assert [await asked(outcome, close=True) for outcome in (MEMORY, TIME, LOST, DONE)] == [
            MEMORY,
            TIME,
            LOST,
            LOST,
        ]
        assert await asked(MEMORY, close=False) == MEMORY
        assert await asked(None, close=False) == TIME
        assert await asked(None, close=True) == TIME

    in_loop(test)


def test_a_reply_is_read_though_its_child_ended_first(clock) -> None:
    async def test() -> None:
        pool, (child, end) = pool_of(), child_of(7)
        asking = asyncio.ensure_future(pool._ask(child, b"job", 1004.0))
        await asyncio.sleep(0.01)
        child.ended.set_result(DONE)
        await asyncio.sleep(0.01)
        data = Reply(b"x").packed()
        with end:
            end.sendall(FOUND.pack(1, True, len(data)) + data)
        assert await asking == Reply(b"x")
        assert not pool.idle, "it has ended"

    in_loop(test)


def test_an_exchange_takes_a_whole_reply_to_its_own_question_and_no_other() -> None:
    data = Reply(b"x" * 9).packed()
    whole = FOUND.pack(5, True, len(data)) + data
    said: list[tuple[list[bytes], Any]] = [
        ([whole], (True, Reply(b"x" * 9))),
        ([FOUND.pack(5, False, len(data)), data], (False, Reply(b"x" * 9))),
        ([whole[:3], whole[3:30], whole[30:]], (True, Reply(b"x" * 9))),
        ([whole[:-1]], None),
        ([whole[:3]], None),
        ([], None),
        ([FOUND.pack(6, True, len(data)) + data], None),
        ([FOUND.pack(5, True, 4) + b"none"], None),
    ]

    async def test() -> None:
        for pieces, expected in said:
            child, end = child_of()
            asking = asyncio.ensure_future(pooling._exchange(child.stream, 5, 1004.0, b"job"))
            await asyncio.sleep(0.002)
            assert end.recv(99) == JOB.pack(5, 1004.0, 3) + b"job"
            for piece in pieces:
                end.sendall(piece)
                await asyncio.sleep(0.002)
            if (expected is None and sum(map(len, pieces)) < len(whole) - 1) or pieces == [whole[:-1]]:
                end.shutdown(socket.SHUT_WR)
            assert await asking == expected
            refused = pieces and pieces[0][:8] == FOUND.pack(6, True, 0)[:8]
            if refused:
                assert end.recv(1) == b"", "it is told to go"
            end.close()
            child.stream.close()
        child, end = child_of()
        end.close()
        assert await pooling._exchange(child.stream, 5, 1004.0, b"job") is None
        child.stream.close()

    in_loop(test)
    lacking = [pooling._lacks(bytearray(whole[:length])) for length in (0, FOUND.size - 1, FOUND.size, len(whole) - 1)]
    assert lacking == [True] * 4
    assert not pooling._lacks(bytearray(whole))
    assert not pooling._lacks(bytearray(FOUND.pack(1, True, 0)))


def test_what_the_zygote_says_reaches_who_waits_for_it() -> None:
    async def test() -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        pool = pool_of(ours, places=5)
        pool.open()
        busy, idle, left, done = (child_of(number)[0] for number in (1, 2, 3, 4))
        pool.children = {each.number: each for each in (busy, idle, left, done)}
        pool.idle = [idle]
        for number, outcome in ((9, LOST), (1, MEMORY), (2, DONE)):
            theirs.send(OUTCOME.pack(number, outcome))
        await asyncio.sleep(0.01)
        assert (busy.ended.result(), idle.ended.result(), left.ended.done()) == (MEMORY, DONE, False)
        assert (pool.idle, sorted(pool.children), idle.stream.fileno()) == ([], [1, 3, 4], -1)
        pool.idle = [done]
        assert not pool.lost.is_set()
        theirs.close()
        await asyncio.sleep(0.01)
        assert (pool.lost.is_set(), left.ended.result(), busy.ended.result(), pool.idle) == (True, LOST, MEMORY, [])
        assert not asyncio.get_running_loop().remove_reader(ours), "nobody listens any more"
        ours.close()
        for child in (busy, left):
            child.stream.close()

    in_loop(test)


def test_a_broken_connection_to_the_zygote_is_the_end_of_it() -> None:
    async def test() -> None:
        def fail(_: int) -> bytes:
            raise ConnectionResetError

        pool = pool_of(SimpleNamespace(recv=fail, fileno=lambda: -1))
        pool._hear()
        assert pool.lost.is_set()

    in_loop(test)


# The zygote


@pytest.fixture
def nursery(clock) -> Iterator[Any]:
    """The zygote's loop without its process; ``other`` is the parent's end."""
    ours, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    found: Any = object.__new__(zygote._Nursery)
    found.control, found.work, found.memory = ours, lambda job: Reply(b"x"), 100
    found.children, found.pids, found.null, found.other = {}, {}, 99, other
    with ours, other:
        yield found


def put(nursery: Any, pid: int, number: int, **more: Any) -> Any:
    child = zygote._Child(number, more.pop("started", 1000.0), more.pop("deadline", 1005.0), **more)
    nursery.children[pid], nursery.pids[number] = child, pid
    return child


def heard(nursery: Any) -> list[tuple[int, int]]:
    """What it told its parent."""
    found = []
    while select.select([nursery.other], [], [], 0)[0] and (message := nursery.other.recv(OUTCOME.size)):
        found.append(OUTCOME.unpack(message))
    return found


def test_what_it_is_made_of(monkeypatch) -> None:
    heard: list[Any] = []
    woken: list[Any] = []
    monkeypatch.setattr(signal, "signal", lambda *given: heard.append(given))
    monkeypatch.setattr(signal, "set_wakeup_fd", lambda *given, **more: woken.append((*given, more)))
    made = zygote._Nursery("control", "work", 7)  # type: ignore[arg-type]
    assert (made.control, made.work, made.memory, made.children, made.pids) == ("control", "work", 7, {}, {})
    assert heard[:2] == [(signal.SIGINT, signal.SIG_IGN), (signal.SIGTERM, signal.SIG_IGN)]
    assert (len(heard), heard[2][0], heard[2][1](1, None)) == (3, signal.SIGCHLD, None)
    assert woken == [(made.woken, {"warn_on_full_buffer": False})]
    for file in (made.wake, made.woken):
        assert (os.get_blocking(file), os.get_inheritable(file)) == (False, False)
        os.close(file)
    assert os.fstat(made.null).st_rdev == os.stat(os.devnull).st_rdev
    assert os.write(made.null, b"x") == 1
    assert os.read(made.null, 1) == b""
    os.close(made.null)


@pytest.mark.parametrize("library", ["trims", "cannot", "is none"])
def test_what_it_does_again_and_again(nursery, monkeypatch, library: str) -> None:
    steps: list[Any] = []

    def note(name: str, *answers: Any) -> Callable[..., Any]:
        left = list(answers)
        return lambda *given: steps.append((name, *given)) or (left.pop(0) if left else None)

    def loaded(name: None) -> Any:
        assert name is None
        if library == "is none":
            raise OSError
        return SimpleNamespace(malloc_trim=note("trim")) if library == "trims" else object()

    for name in ("collect", "freeze", "disable"):
        monkeypatch.setattr(zygote.gc, name, note(name))
    monkeypatch.setattr(zygote.ctypes, "CDLL", loaded)
    monkeypatch.setattr(select, "poll", lambda: SimpleNamespace(register=note("register"), poll=note("poll")))
    monkeypatch.setattr(nursery, "_pause", lambda: 77, raising=False)
    for name, answers in (("_reap", ()), ("_listen", (True, False)), ("_watch", ()), ("_close", ())):
        setattr(nursery, name, note(name, *answers))
    nursery.wake, woken = os.pipe2(os.O_NONBLOCK)
    os.write(woken, b"x" * 9)
    nursery.run()
    with pytest.raises(BlockingIOError):
        os.read(nursery.wake, 1)
    for file in (nursery.wake, woken):
        os.close(file)
    begin = [("collect",), ("freeze",), ("disable",)] + [("trim", 0)] * (library == "trims")
    listen = [("register", nursery.control, select.POLLIN), ("register", nursery.wake, select.POLLIN)]
    turn = [("poll", 77), ("_reap",), ("_listen",)]
    assert steps == [*begin, *listen, *turn, ("_watch",), *turn, ("_close",)]


def test_how_long_it_may_sleep(nursery, clock) -> None:
    assert nursery._pause() is None
    put(nursery, 11, 1)
    assert nursery._pause() == 1000 * zygote._TICK == 20
    put(nursery, 12, 2, deadline=1000.0051)
    assert nursery._pause() == 6
    clock.now = 1002.0
    assert nursery._pause() == 0


def test_orders_fork_a_child_or_renew_its_lease(nursery, monkeypatch, clock) -> None:
    forked: list[Any] = []
    nursery._fork = lambda number, deadline, file: forked.append((number, deadline, os.fstat(file).st_ino))
    monkeypatch.setattr(zygote, "_seconds_of", {11: 0.25}.get)
    child = put(nursery, 11, 1, started=990.0)
    begun = time.monotonic()
    assert nursery._listen()
    assert time.monotonic() - begun < 0.9, "nothing to take is no reason to wait"
    with open(os.devnull, "rb") as stream:
        socket.send_fds(nursery.other, [ORDER.pack(5, 1009.0)], [stream.fileno()])
        nursery.other.send(ORDER.pack(1, 1008.0))
        nursery.other.send(ORDER.pack(77, 1008.0))
        assert nursery._listen()
        assert forked == [(5, 1009.0, os.fstat(stream.fileno()).st_ino)]
    assert (child.started, child.deadline, child.worked) == (1000.0, 1008.0, 0.25)
    nursery.other.close()
    assert not nursery._listen()


def test_a_parent_that_is_gone_in_the_middle_is_gone(nursery, monkeypatch) -> None:
    def fail(*_: Any) -> None:
        raise ConnectionResetError

    nursery.other.send(b"x")
    monkeypatch.setattr(socket, "recv_fds", fail)
    assert not nursery._listen()


def test_a_fork_and_a_fork_that_fails(nursery, monkeypatch) -> None:
    closed: list[int] = []
    monkeypatch.setattr(os, "close", closed.append)
    monkeypatch.setattr(os, "fork", lambda: 31)
    nursery._fork(5, 1009.0, 77)
    assert (nursery.children, nursery.pids) == ({31: zygote._Child(5, 1000.0, 1009.0)}, {5: 31})
    assert nursery.children[31] == zygote._Child(5, 1000.0, 1009.0, 0.0, DONE, False)
    monkeypatch.setattr(os, "fork", lambda: (_ for _ in ()).throw(BlockingIOError))
    nursery._fork(6, 1009.0, 78)
    assert (heard(nursery), closed, sorted(nursery.pids)) == ([(6, LOST)], [77, 78], [5])
    monkeypatch.setattr(os, "fork", lambda: 0)
    nursery._be_a_child = lambda file: (_ for _ in ()).throw(SystemExit(file))
    with pytest.raises(SystemExit, match="79"):
        nursery._fork(7, 1009.0, 79)


def test_how_each_child_ended_is_told(nursery, monkeypatch) -> None:
    ways = {
        11: (0, DONE),
        12: (zygote._OUT_OF_MEMORY << 8, MEMORY),
        13: (signal.SIGABRT, MEMORY),
        14: (signal.SIGXCPU, TIME),
        15: (1 << 8, LOST),
        16: (signal.SIGSEGV, LOST),
    }
    for pid in ways:
        put(nursery, pid, pid + 10)
    put(nursery, 17, 27, outcome=TIME)
    put(nursery, 18, 28, outcome=MEMORY)
    put(nursery, 19, 29)
    ended = [*((pid, int(status)) for pid, (status, _) in ways.items()), (17, int(signal.SIGKILL)), (18, 0), (0, 0)]
    asked: list[Any] = []
    monkeypatch.setattr(os, "waitpid", lambda *given: asked.append(given) or ended.pop(0))
    nursery._reap()
    assert heard(nursery) == [(pid + 10, outcome) for pid, (_, outcome) in ways.items()]
    assert (set(nursery.children), nursery.pids, set(asked)) == ({19}, {29: 19}, {(-1, os.WNOHANG)})
    ended.append((19, 0))
    nursery._reap()
    assert (heard(nursery), nursery.children, nursery.pids) == ([(29, DONE)], {}, {})


def test_nobody_to_tell_is_no_mistake(nursery) -> None:
    nursery.other.close()
    nursery._tell(1, DONE)


def test_the_watch_ends_who_is_over_the_limit_and_lets_others_go_first(nursery, monkeypatch, clock) -> None:
    killed: list[Any] = []
    put_back: list[Any] = []
    worked = {12: 1.0 + zygote._LONG, 13: 1.1 + zygote._LONG, 14: 9.0, 15: 9.0, 16: 9.0}
    held = {12: 90, 13: 110, 14: 9, 16: 0}
    monkeypatch.setattr(zygote, "_seconds_of", worked.__getitem__)
    monkeypatch.setattr(zygote, "_memory_of", held.__getitem__)
    monkeypatch.setattr(os, "setpriority", lambda *given: put_back.append(given))
    nursery._kill = lambda *given: killed.append(given)
    clock.now = 2000.0
    late = put(nursery, 11, 1, deadline=2000.0)
    just = put(nursery, 12, 2, deadline=2001.0, worked=1.0)
    long = put(nursery, 13, 3, deadline=2001.0, worked=1.0)
    put(nursery, 15, 5, deadline=2001.0, started=2000.0 - zygote._TICK / 2)
    put(nursery, 16, 6, deadline=1000.0, outcome=TIME)
    nursery._watch()
    assert killed == [(11, late, TIME)]
    assert put_back == [(os.PRIO_PROCESS, 13, 19)]
    assert (just.long, long.long) == (False, True)
    nursery._watch()
    assert len(put_back) == 1, "once is enough"
    already = put(nursery, 14, 4, deadline=2001.0, long=True)
    killed.clear()
    del nursery.children[11]
    nursery._watch()
    assert killed == [(13, long, MEMORY)], "the largest, where all together hold twice what one may"
    assert already.long
    assert len(put_back) == 1
    killed.clear()
    del nursery.children[14]
    nursery._watch()
    assert not killed, "exactly twice is not too much"


def test_a_kill_is_told_at_once(nursery, monkeypatch) -> None:
    killed: list[Any] = []
    monkeypatch.setattr(os, "kill", lambda *given: killed.append(given))
    child = put(nursery, 11, 1)
    nursery._kill(11, child, MEMORY)
    assert (child.outcome, killed, heard(nursery)) == (MEMORY, [(11, signal.SIGKILL)], [(1, MEMORY)])
    put(nursery, 12, 2)
    waited: list[Any] = []
    monkeypatch.setattr(os, "waitpid", lambda *given: waited.append(given))
    killed.clear()
    nursery._close()
    assert (killed, waited) == ([(11, signal.SIGKILL), (12, signal.SIGKILL)], [(11, 0), (12, 0)])


# A child


class Ended(BaseException):
    """In the place of the end of a process."""


@pytest.mark.parametrize(
    ("error", "code"),
    [(None, 0), (MemoryError, 86), (OSError, 0), (EOFError, 0), (ValueError, 1), (KeyboardInterrupt, 1)],
)
def test_a_child_does_its_jobs_and_ends(nursery, monkeypatch, error, code) -> None:
    steps: list[Any] = []
    served: list[Any] = []

    def note(name: str, answer: Any = None) -> Callable[..., Any]:
        return lambda *given: steps.append((name, *given)) or answer

    def end(code: int) -> None:
        raise Ended(code)

    def serve(stream: socket.socket, usual: int, most: int) -> bool:
        served.append((stream.fileno(), usual, most))
        if error and len(served) == 3:
            raise error
        return True

    monkeypatch.setattr(signal, "set_wakeup_fd", note("wakeup"))
    monkeypatch.setattr(signal, "signal", note("signal"))
    monkeypatch.setattr(os, "nice", note("nice", 7))
    monkeypatch.setattr(os, "dup2", note("dup2"))
    monkeypatch.setattr(os, "_exit", end)
    monkeypatch.setattr(zygote, "_first_to_go", note("first"))
    monkeypatch.setattr(zygote, "_confine", note("confine"))
    monkeypatch.setattr(zygote, "_peak", lambda: 1000)
    nursery._serve = serve
    ours, theirs = socket.socketpair()
    file = ours.detach()
    with theirs, pytest.raises(Ended) as ended:
        nursery._be_a_child(file)
    assert ended.value.args == (code,)
    assert steps == [
        ("wakeup", -1),
        ("signal", signal.SIGCHLD, signal.SIG_DFL),
        ("nice", 5),
        ("dup2", 99, 2),
        ("first",),
        ("confine", 100),
    ]
    assert nursery.control.fileno() == -1
    full = [(file, 7, 1000 + zygote._GROWN)] * 99 + [(file, 7, 0)]
    assert served == (full[:3] if error else full)


def test_a_child_that_is_not_fit_serves_no_more(nursery, monkeypatch) -> None:
    served: list[int] = []
    for name in ("nice", "dup2"):
        monkeypatch.setattr(os, name, lambda *_: 0)
    monkeypatch.setattr(os, "_exit", lambda code: (_ for _ in ()).throw(Ended(code)))
    for name in ("set_wakeup_fd", "signal"):
        monkeypatch.setattr(signal, name, lambda *_: None)
    for name in ("_first_to_go", "_confine"):
        monkeypatch.setattr(zygote, name, lambda *_: None)
    nursery._serve = lambda *_: served.append(1) or len(served) < 4
    ours, theirs = socket.socketpair()
    with theirs, pytest.raises(Ended, match="0"):
        nursery._be_a_child(ours.detach())
    assert len(served) == 4


@pytest.mark.parametrize(
    ("status", "priority", "most", "fit"),
    [(200, 7, 1001, True), (200, 7, 1000, False), (200, 19, 1001, False), (201, 7, 1001, False), (400, 7, 1001, False)],
)
def test_a_job_is_read_done_and_answered(nursery, monkeypatch, status, priority, most, fit) -> None:
    allowed: list[float] = []
    asked: list[Any] = []
    monkeypatch.setattr(zygote, "_allow", allowed.append)
    monkeypatch.setattr(zygote, "_peak", lambda: 1000)
    monkeypatch.setattr(os, "getpriority", lambda *given: asked.append(given) or priority)
    nursery.work = lambda job: Reply(json.dumps(job).encode(), status=status)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        job = json.dumps({"a": "b"}).encode()
        theirs.sendall(JOB.pack(4, 1003.0, len(job)) + job)
        assert nursery._serve(ours, 7, most) is fit
        data = Reply(job, status=status).packed()
        assert theirs.recv(999) == FOUND.pack(4, fit, len(data)) + data
    assert allowed == [3.0]
    assert set(asked) <= {(os.PRIO_PROCESS, 0)}


def test_what_goes_wrong_in_a_job(nursery, monkeypatch) -> None:
    def work(job: dict[str, Any]) -> Reply:
        if job["error"]:
            raise job["error"]
        return Reply(b"x" * job["length"])

    nursery.work = work
    failed = nursery._reply({"error": KeyError("a mistake")})
    said = failed.headers.pop("X-Traceback")
    assert failed == problem(500, "something went wrong here; it is in the server's log")
    assert said.startswith("Traceback (most recent call last):\n")
    assert said.endswith("\nKeyError: 'a mistake'\n")
    assert nursery._reply({"error": KeyboardInterrupt()}).status == 500
    with pytest.raises(MemoryError):
        nursery._reply({"error": MemoryError()})
    monkeypatch.setattr(zygote, "LARGEST", 3 * 2**20)
    assert len(nursery._reply({"error": None, "length": 3 * 2**20}).body) == 3 * 2**20
    large = nursery._reply({"error": None, "length": 3 * 2**20 + 1})
    assert large == problem(503, "the answer is larger than 3 MB and was not sent; ask for less")


def test_the_limits_of_a_child(monkeypatch, clock) -> None:
    limits: list[Any] = []
    monkeypatch.setattr(resource, "setrlimit", lambda *given: limits.append(given))
    zygote._confine(77)
    none = (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE)
    assert limits == [(resource.RLIMIT_AS, (77, 77)), *((each, (0, 0)) for each in none)]
    for most, seconds, expected in (
        (resource.RLIM_INFINITY, 2.5, 1004),
        (resource.RLIM_INFINITY, -3.0, 1001),
        (1005, 2.5, 1004),
        (1004, 2.5, None),
        (1003, 2.5, None),
    ):
        limits.clear()
        asked: list[int] = []
        monkeypatch.setattr(
            resource, "getrlimit", lambda which, most=most, asked=asked: asked.append(which) or (5, most)
        )
        zygote._allow(seconds)
        assert limits == ([(resource.RLIMIT_CPU, (expected, most))] if expected else [])
        assert asked == [resource.RLIMIT_CPU]


def test_what_is_measured_of_a_process(monkeypatch) -> None:
    assert zygote._seconds_of(2**30) == zygote._memory_of(2**30) == 0
    asked: list[int] = []
    monkeypatch.setattr(resource, "getrusage", lambda who: asked.append(who) or SimpleNamespace(ru_maxrss=3))
    assert (zygote._peak(), asked) == (3 * 1024, [resource.RUSAGE_SELF])
    files = {"/proc/12/schedstat": b"2500000000 7 9\n", "/proc/12/statm": b"900 50 20 1 0 3 0\n"}
    monkeypatch.setattr(zygote, "open", lambda name, mode: io.BytesIO(files[name]), raising=False)
    assert zygote._seconds_of(12) == 2.5
    assert zygote._memory_of(12) == 30 * resource.getpagesize()


def test_a_child_is_the_first_to_go_where_memory_runs_out(monkeypatch) -> None:
    done: list[Any] = []
    monkeypatch.setattr(os, "open", lambda *given: done.append(given) or 88)
    monkeypatch.setattr(os, "write", lambda *given: done.append(given))
    monkeypatch.setattr(os, "close", lambda *given: done.append(given))
    zygote._first_to_go()
    assert done == [("/proc/self/oom_score_adj", os.O_WRONLY), (88, b"1000"), (88,)]
    monkeypatch.setattr(os, "open", lambda *_: (_ for _ in ()).throw(PermissionError))
    zygote._first_to_go()


def test_a_zygote_that_does_not_end_is_ended() -> None:
    for wait in (False, True):
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            ours.close()
            theirs.recv(1)  # until the parent closes its end
            while wait:
                signal.pause()
            os._exit(0)
        theirs.close()
        zygote.Zygote(pid, ours).stop(0.2 if wait else 20)
        assert ours.fileno() == -1
        with pytest.raises(ChildProcessError):
            os.waitpid(pid, 0)
