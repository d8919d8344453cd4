"""Ways that are seldom gone: bars of progress, forks, disks and folders that fail, addresses that are none."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.progress import Progress

import negograph
from negograph import DataError, KnowledgeGraph, StoreError, UnknownEntityError, dataset
from negograph.cli import guarding, options, publishing
from negograph.endpoint import http
from negograph.errors import EndpointError
from negograph.importers.output import Output
from negograph.pages import Things, environment
from negograph.stores import building, keeping, locking, opening

from conftest import Run, Writer

# The command line


def test_work_that_takes_long_shows_a_bar_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(Progress, "start", lambda bar: told.append("start"))
    monkeypatch.setattr(Progress, "stop", lambda bar: told.append("stop"))
    monkeypatch.setattr(Progress, "update", lambda bar, task, **cells: told.append(cells))
    with options.progress() as watch:
        watch("unseen", 1, 2)
    assert told == []
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with options.progress() as watch:
        watch("loading", 1, 2)
        watch("writing", 0, 0)
    loading, writing = (
        {"description": "loading", "completed": 1, "total": 2},
        {"description": "writing", "completed": 0, "total": None},
    )
    assert told == ["start", loading, writing, "stop"]


def test_what_is_sent_is_told_in_one_line_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publishing._progress(5, 10)
    publishing._progress(10, 10)
    assert capsys.readouterr().err == "sent 10 bytes\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    publishing._progress(5000, 10000)
    publishing._progress(10000, 10000)
    assert capsys.readouterr().err == "\r5,000 of 10,000 bytes\r10,000 of 10,000 bytes\n"


def test_the_server_gets_what_the_command_was_told(
    monkeypatch: pytest.MonkeyPatch, run: Run, folder: Writer, small: KnowledgeGraph
) -> None:
    import negograph.server

    served: list[Any] = []
    monkeypatch.setattr(negograph.server, "serve", lambda kg, settings: served.append((kg, settings)))
    assert run("serve", "--data", folder(), "--port", "81", "--workers", "3", "--row-limit", "7").exit_code == 0
    ((kg, settings),) = served
    assert set(kg.store) == set(small.store)
    assert (settings.port, settings.places, settings.row_limit) == (81, 3, 7)


def test_pages_are_counted(run: Run, folder: Writer, tmp_path: Path) -> None:
    done = run("pages", "--data", folder(), "-o", tmp_path / "site")
    count = sum(file.is_file() for file in (tmp_path / "site").rglob("*"))
    assert (done.exit_code, done.stderr) == (0, f"wrote {count} files into {tmp_path / 'site'}\n")


# A query in a process of its own


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    """As if what a child prints arrived where we print."""
    monkeypatch.setattr(guarding, "_shared", lambda: True)
    return capfd


def ended(work: Callable[[], None], limit: float | None) -> object:
    with pytest.raises(SystemExit) as end:
        guarding.guarded(work, limit)
    return end.value.code


def test_a_child_that_does_well_is_no_news(shared: pytest.CaptureFixture[str]) -> None:
    for limit in (None, 60):
        guarding.guarded(lambda: print("row", flush=True), limit)
    assert shared.readouterr() == ("row\nrow\n", "")


def test_a_child_that_takes_too_long_is_ended(shared: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    assert ended(lambda: time.sleep(600), 0.2) == 1
    assert time.monotonic() - began < 60
    assert shared.readouterr().err == "negograph: the query took longer than 0.2 seconds and was ended\n"


@pytest.mark.parametrize("limit", [None, 60])
def test_how_a_child_ended_is_told(shared: pytest.CaptureFixture[str], limit: float | None) -> None:
    assert ended(lambda: sys.exit(3), limit) == 3
    assert shared.readouterr().err == ""
    assert ended(lambda: os.kill(os.getpid(), signal.SIGKILL), limit) == 1
    told = "negograph: the engine died of this query (SIGKILL): ask for less, or more simply\n"
    assert shared.readouterr().err == told


def test_whoever_interrupts_ends_the_child(shared: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    children: list[int] = []

    def interrupted(child: int, limit: float | None) -> None:
        children.append(child)
        raise KeyboardInterrupt

    monkeypatch.setattr(guarding, "_end_of", interrupted)
    assert ended(lambda: time.sleep(600), None) == 130
    assert shared.readouterr().err == "negograph: interrupted\n"
    with pytest.raises(ChildProcessError):
        os.waitpid(children[0], 0)


def test_where_nothing_is_shared_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    guarding.guarded(lambda: done.append(os.getpid()), 60)
    monkeypatch.setattr(sys, "stdout", object())
    guarding.guarded(lambda: done.append(os.getpid()), 60)
    assert done == [os.getpid()] * 2


# Folders, files and stores


def test_a_description_is_read_or_refused(folder: Writer) -> None:
    data = folder()
    assert dataset.read_description([data]) == dataset.read_description([data, data]) == ()
    (data / dataset.FILE).write_text("<x> a", encoding="utf-8")
    with pytest.raises(DataError, match="no Turtle"):
        dataset.read_description([data])
    (data / dataset.FILE).unlink()
    (data / dataset.FILE).mkdir()
    (found,) = dataset.problems_of(data)
    assert (found.line, found.column, found.code) == (0, 0, "dataset")
    assert found.message.startswith("cannot be read")


def test_a_graph_in_memory_is_no_store_from_the_cache(
    folder: Writer, small: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(keeping.VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(keeping, "_WORTH", 0)
    assert set(negograph.load(folder(), in_memory=True).store) == set(small.store)
    assert not (tmp_path / "cache").exists()


def test_what_takes_long_is_told_before_a_store_is_kept(
    folder: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(keeping.VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(keeping, "_WORTH", 0)
    told: list[tuple[str, int, int]] = []
    negograph.load(folder(), watch=lambda *words: told.append(words))
    assert told[0] == ("reading and checking the tables", 0, 0)
    assert ("writing", 0, 0) in told


def test_the_description_of_tables_is_kept_in_their_store(folder: Writer, tmp_path: Path) -> None:
    data = folder()
    text = '<urn:mine> a <http://www.w3.org/ns/dcat#Dataset> ; <http://www.w3.org/ns/dcat#version> "7.1" .'
    (data / dataset.FILE).write_text(text, encoding="utf-8")
    negograph.build(tmp_path / "store", data)
    assert negograph.load(tmp_path / "store").version == "7.1"
    assert negograph.load(tmp_path / "store", in_memory=True).version == "7.1"


@pytest.mark.parametrize("error", [RuntimeError("no room"), OSError(28, "no room")])
def test_a_store_that_cannot_be_written_is_told(
    error: Exception, folder: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("negograph.stores.building.ox.Store", fail)
    with pytest.raises(StoreError, match="no room; no store was written"):
        negograph.build(tmp_path / "store", folder())
    assert not (tmp_path / "store" / "store.json").exists()


def test_a_mark_that_cannot_be_written_is_told(folder: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise negograph.ExportError("no room for the mark")

    monkeypatch.setattr("negograph.stores.building.write_atomically", fail)
    with pytest.raises(StoreError, match="no room for the mark"):
        negograph.build(tmp_path / "store", folder())
    assert list((tmp_path / "store").iterdir()) == []


def test_a_store_that_others_keep_replacing_is_given_up(
    folder: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    negograph.build(tmp_path / "store", folder())
    names = iter(range(1000))

    def gone(*_: object) -> None:
        raise FileNotFoundError(2, "gone", "lock")

    monkeypatch.setattr(opening, "_opened", gone)
    monkeypatch.setattr(opening, "_manifest", lambda _: {"store": str(next(names))})
    with pytest.raises(StoreError, match="somebody replaces it all the time"):
        negograph.load(tmp_path / "store")


def test_whoever_builds_alone_lets_nobody_read(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").is_dir() else 0
    with locking.alone(tmp_path / "lock", wait=False) as ours, pytest.raises(BlockingIOError):
        locking.reading(tmp_path / "lock")
    assert ours
    assert (len(os.listdir("/proc/self/fd")) if before else 0) == before


def test_a_store_without_a_lock_is_gone_and_one_that_cannot_be_read_is_not(tmp_path: Path) -> None:
    assert building.unfinished(tmp_path)
    (tmp_path / "lock").symlink_to(tmp_path / "lock")  # a loop
    assert not building.unfinished(tmp_path)


def test_nothing_is_older_than_what_is_not_there(tmp_path: Path) -> None:
    assert keeping._last_used(tmp_path / "missing") == 0.0


def test_whoever_has_no_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("no home")

    for name in (keeping.VARIABLE, "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert keeping._directory() is None


def test_pages_that_cannot_take_their_place_leave_what_was_there(
    small: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.pages(tmp_path / "site")
    before = (tmp_path / "site" / "index.html").stat().st_ino
    real = Path.rename

    def rename(path: Path, target: Path) -> Path:
        if Path(target) == tmp_path / "site" and "old" not in path.name:
            raise OSError(28, "no room")
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(negograph.ExportError, match="no room"):
        small.pages(tmp_path / "site")
    assert (tmp_path / "site" / "index.html").stat().st_ino == before
    assert [each.name for each in tmp_path.iterdir() if "site" in each.name] == ["site"]
    monkeypatch.setattr(Path, "rename", lambda path, target: rename(path, tmp_path / "site"))
    with pytest.raises(negograph.ExportError, match="no room"):
        small.pages(tmp_path / "new")
    assert not (tmp_path / "new").exists()


# Names and addresses


@pytest.mark.parametrize("path", ["id/nobody", "nothing/at-all", "id/", "claim/r9999", "id/a%20b", "ns/Nothing"])
def test_a_page_of_nothing_is_refused(small: KnowledgeGraph, path: str) -> None:
    with pytest.raises(UnknownEntityError, match="there is no"):
        Things(small.corpus, environment()).text(path, "ttl")


def test_an_address_that_is_none_is_no_place_to_go() -> None:
    with pytest.raises(EndpointError):
        http._redirected(http.Address.read("http://127.0.0.1:1/sparql"), "http://[::1")


def test_a_long_title_comes_after_what_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[dict[str, str]] = []
    monkeypatch.setattr(Output, "entity", lambda made, name, kind, label, **cells: written.append(cells))
    made = object.__new__(Output)
    for title in ("Short", "word " * 40):
        made.titled("pax-1", "Agreement", title, "PA-X 1", description="A draft.")
    full = ("word " * 40).strip()
    assert written == [{"description": "A draft."}, {"description": f"A draft. In full: {full}"}]
