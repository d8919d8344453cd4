"""What lies in a store, what is told of one that cannot be used, and who keeps whom away from it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import negograph
from negograph import StoreError, dataset, stores, tables
from negograph.errors import ExportError
from negograph.ontology import Ontology, resource
from negograph.stores import building, keeping, locking, opening, origin

from conftest import ROOT, Writer

ABOUT = """\
<https://example.org/my-data> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .
<https://example.org/my-data> <http://www.w3.org/ns/dcat#version> "7.1" .
"""
AGAIN = "build it again: negograph build -o DIR --data TABLES"


@pytest.fixture
def rows(folder: Writer, ontology: Ontology) -> building.Rows:
    return tables.canonical(tables.read(folder()), ontology)


@pytest.fixture
def store(rows: building.Rows, ontology: Ontology, tmp_path: Path) -> Path:
    about = [quad.triple for quad in ox.parse(ABOUT.encode(), format=ox.RdfFormat.N_TRIPLES)]
    stores.build(rows, about, ontology, tmp_path / "a" / "store", [{"relations.csv": "1f"}])
    return tmp_path / "a" / "store"


def manifest(store: Path) -> dict[str, Any]:
    return dict(json.loads((store / "store.json").read_bytes()))


def body(store: Path) -> Path:
    return store / str(manifest(store)["store"])


def refused(ask: Callable[[], object]) -> str:
    with pytest.raises(StoreError) as caught:
        ask()
    return str(caught.value)


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


@contextlib.contextmanager
def elsewhere(code: str, *words: object) -> Iterator[None]:
    """Another process runs some code, until the block ends."""
    line = [sys.executable, "-c", f"import fcntl, sys\n{code}\nprint(flush=True)\nsys.stdin.read()", *map(str, words)]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as held:
        assert held.stdout is not None
        held.stdout.readline()
        yield
        held.communicate()


# What lies in it


def test_what_lies_in_a_store(store: Path, rows: building.Rows, ontology: Ontology) -> None:
    document = manifest(store)
    assert sorted(each.name for each in store.iterdir()) == sorted([document["store"], "store.json"])
    assert (store / "store.json").read_text() == json.dumps(document, indent=1) + "\n"
    assert list(document) == ["store", "made by", "made from", "rows", "files"]
    assert len(document["store"]) == 16
    assert document["made by"] == origin.makers()
    assert document["made from"] == [{"relations.csv": "1f"}]
    assert document["rows"] == {"entities": 14, "relations": 12, "sources": 1, "coverage": 3, "stories": 3}
    inside = body(store)
    assert sorted(each.name for each in inside.iterdir()) == ["graph", "lock", "tables"]
    found = {str(file.relative_to(inside)): file.read_bytes() for file in inside.rglob("*") if file.is_file()}
    own = {name for name in found if name == "lock" or name.startswith(("graph/LOG", "graph/LOCK"))}
    assert {"lock", "graph/LOG", "graph/LOCK"} <= own
    assert document["files"] == {name: sha256(data).hexdigest() for name, data in found.items() if name not in own}
    assert found["tables/sources.csv"].decode().splitlines() == [
        ",".join(ontology.columns["sources"]),
        "text,,A text,,,2021,,3,,",
    ]
    assert found["tables/dataset.ttl"].decode() == ABOUT
    for name, columns in ontology.columns.items():
        head, *lines = found[f"tables/{name}.csv"].decode().split("\n")
        assert head == ",".join(columns)
        assert lines[-1] == ""
        assert len(lines) == len(rows[name]) + 1


def test_tables_that_nothing_describes_have_no_description(
    rows: building.Rows, ontology: Ontology, tmp_path: Path
) -> None:
    stores.build(rows, (), ontology, tmp_path / "store", [])
    assert not (body(tmp_path / "store") / "tables" / dataset.FILE).exists()


def test_a_description_is_in_the_graph_and_comes_back(store: Path, ontology: Ontology) -> None:
    for built in (stores.opened(store), stores.opened(store, ontology)):
        known = {
            str(quad.object)
            for quad in built.store.quads_for_pattern(ox.NamedNode("https://example.org/my-data"), None, None)
        }
        assert known == {"<http://www.w3.org/ns/dcat#Dataset>", '"7.1"'}
        assert list(built.rows()) == list(ontology.columns)


def test_everything_is_written_through(
    rows: building.Rows, ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []

    def fsync(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))

    before = descriptors()
    monkeypatch.setattr(building.os, "fsync", fsync)
    stores.build(rows, (), ontology, tmp_path / "store", [])
    inside = body(tmp_path / "store")
    assert {str(inside), str(tmp_path / "store"), *map(str, inside.rglob("*"))} <= set(synced)
    assert descriptors() == before


def test_cells_come_back_as_they_were(rows: building.Rows, ontology: Ontology, tmp_path: Path) -> None:
    odd = {**rows, "sources": [{**rows["sources"][0], "title": 'Ω "quoted",\r\nin\rlines\n', "note": " x "}]}
    stores.build(odd, (), ontology, tmp_path / "store", [])
    assert stores.opened(tmp_path / "store").rows() == {name: list(each) for name, each in odd.items()}


def test_how_far_it_is_is_told(
    rows: building.Rows, ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_OFTEN", 10)
    said: list[tuple[str, int, int]] = []
    stores.build(rows, (), ontology, tmp_path / "store", [], watch=lambda *each: said.append(each))
    rows_written = [("writing rows", done, 33) for done in (10, 20, 30, 33)]
    assert said == [*rows_written, ("indexing", 0, 0), ("writing", 0, 0)]


def test_rows_are_loaded_in_pieces_and_made_one(
    rows: building.Rows, ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    class Recorder:
        def __init__(self, path: str) -> None:
            done.append(Path(path).name)

        def bulk_load(self, part: Any, *, format: ox.RdfFormat, lenient: bool) -> None:
            lines = iter(lambda: part.read(2), b"")
            done.append(f"{b''.join(lines).decode()} {format.name} {lenient}")

        def optimize(self) -> None:
            done.append("optimize")

        def flush(self) -> None:
            done.append("flush")

    monkeypatch.setattr(building.ox, "Store", Recorder)
    monkeypatch.setattr(building.rdf, "chunks", lambda _: iter([b"a", b"b", b"c", b"d", b"e"]))
    monkeypatch.setattr(building, "_TOGETHER", 2)
    building._load(rows, (), ontology, tmp_path / "graph", lambda *_: None)
    piece = "N-Triples True"
    assert done == ["graph", f"ab {piece}", f"cd {piece}", f"e {piece}", "optimize", "flush"]


# What is told


def test_what_is_told_of_a_place_where_no_store_can_be(
    store: Path, rows: building.Rows, ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(target: Path, **more: Any) -> str:
        return refused(lambda: stores.build(rows, (), ontology, target, [], **more))

    file = tmp_path / "file"
    file.write_text("")
    assert build(file) == f"{file}: File exists; no store was written"
    assert build(file / "in" / "it") == f"{file}/in/it: Not a directory; no store was written"
    with locking.alone(store, wait=True):
        assert build(store, wait=False) == f"{store}: another process builds there"
    (store / ".store.json.part").touch()
    (store / "z").touch()
    (store / "0123456789abcdefg").touch()
    assert build(store) == f"{store}: holds 0123456789abcdefg, which is no part of a store; choose another folder"
    for name in ("z", "0123456789abcdefg"):
        (store / name).unlink()
    before = manifest(store)
    for error, words in (
        (OSError(28, "No space left on device"), f"{store}: No space left on device; no store was written"),
        (OSError("odd"), f"{store}: odd; no store was written"),
        (ExportError("no room"), "no room"),
    ):

        def fail(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(building, "_sync", fail)
        assert build(store) == words
        assert manifest(store) == before
        assert sorted(each.name for each in store.iterdir()) == sorted(
            [".store.json.part", before["store"], "store.json"]
        )


def test_what_the_engine_says_when_there_is_no_room_is_told(
    rows: building.Rows, ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def __init__(self, path: str) -> None:
            raise RuntimeError("IO error: no space")

    monkeypatch.setattr(building.ox, "Store", Full)
    target = tmp_path / "store"
    said = refused(lambda: stores.build(rows, (), ontology, target, []))
    assert said == f"{target}: IO error: no space; no store was written"
    assert list(target.iterdir()) == []


def test_what_is_told_of_a_store_that_cannot_be_used(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> str:
        return refused(lambda: stores.opened(store))

    before = descriptors()
    assert refused(lambda: stores.opened(tmp_path)) == f"{tmp_path}: holds no built store (No such file or directory)"
    document = manifest(store)
    damaged = f"{store}: store.json is damaged; {AGAIN}"
    for text in ("", "{", "[]", "1", '{"store": 1}', *(json.dumps(document | {name: 1}) for name in document)):
        (store / "store.json").write_text(text)
        assert told() == damaged
    for name in document:
        (store / "store.json").write_text(json.dumps({key: each for key, each in document.items() if key != name}))
        assert told() == damaged
    made = document["made by"]
    ours = f"{store}: was built by"
    for changed, words in (
        ({"negograph": "0.1"}, f"negograph 0.1, and this is {negograph.__version__}"),
        ({"pyoxigraph": "0.1", "code": "x"}, f"pyoxigraph 0.1, and this is {ox.__version__}"),
        ({"code": "x"}, "other code of the same version"),
        ({"ontology": "x"}, "another ontology"),
    ):
        (store / "store.json").write_text(json.dumps(document | {"made by": made | changed}))
        assert told() == f"{ours} {words}; {AGAIN}"
    (store / "store.json").write_text(json.dumps(document | {"made by": {}}))
    assert told() == f"{ours} negograph unknown, and this is {negograph.__version__}; {AGAIN}"
    (store / "store.json").write_text(json.dumps(document | {"files": document["files"] | {"tables/sources.csv": "x"}}))
    assert told() == f"{store}: tables/sources.csv is damaged; {AGAIN}"
    (store / "store.json").write_text(json.dumps(document | {"files": {"tables/no.csv": "x"}}))
    assert told() == f"{store}: no.csv is missing; {AGAIN}"
    (store / "store.json").write_text(json.dumps(document))
    with elsewhere("f = open(sys.argv[1], 'r+'); fcntl.lockf(f, fcntl.LOCK_EX)", body(store) / "graph" / "LOCK"):
        assert told() == f"{store}: another process has its files open for writing; a built store is only read"
    with locking.alone(body(store) / "lock", wait=True):
        assert told() == f"{store}: another process is busy with it; try again"

    class Refusing:
        @staticmethod
        def read_only(path: str) -> ox.Store:
            raise OSError(f"no such luck with {Path(path).name}")

    with monkeypatch.context() as patch:
        patch.setattr(opening.ox, "Store", Refusing)
        assert told() == f"{store}: cannot be opened (no such luck with graph); {AGAIN}"
    assert descriptors() == before, "none that is refused stays open"
    (body(store) / "lock").unlink()
    assert told() == f"{store}: lock is missing; {AGAIN}"


def test_a_store_that_somebody_replaces_all_the_time_is_given_up(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def gone(folder: Path, in_memory: Ontology | None) -> None:
        tries.append(len(tries))
        (store / "store.json").write_text(json.dumps(manifest(store) | {"store": f"{len(tries)}"}))
        raise FileNotFoundError(2, "No such file", "lock")

    monkeypatch.setattr(opening, "_opened", gone)
    assert refused(lambda: stores.opened(store)) == f"{store}: somebody replaces it all the time; try again"
    assert tries == [0, 1, 2]


def test_what_is_open_is_held_until_it_is_let_go(store: Path) -> None:
    before = descriptors()
    built = stores.opened(store)
    assert not building.unfinished(body(store))
    del built
    assert building.unfinished(body(store))
    assert descriptors() == before


# Who keeps whom away


def test_whoever_builds_waits_for_another_unless_told_otherwise(
    store: Path, rows: building.Rows, ontology: Ontology
) -> None:
    before = manifest(store)
    other = threading.Thread(target=stores.build, args=(rows, (), ontology, store, []))
    with locking.alone(store, wait=True):
        other.start()
        other.join(0.3)
        assert other.is_alive()
        assert manifest(store) == before
    other.join(60)
    assert manifest(store)["store"] != before["store"]


def test_what_a_crash_left_is_swept_before_a_store_is_built_and_the_old_one_after(
    store: Path, rows: building.Rows, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, left = body(store), store / ("0" * 16)
    left.mkdir()
    build, there = building._build, []

    def watched(*words: Any) -> None:
        there.extend([old.exists(), left.exists()])
        build(*words)

    monkeypatch.setattr(building, "_build", watched)
    stores.build(rows, (), ontology, store, [])
    assert there == [True, False]
    assert not old.exists()


def test_one_alone_keeps_others_away_and_readers_keep_it_away(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    file.touch()
    before = descriptors()
    for place in (file, tmp_path):
        with locking.alone(place, wait=True) as ours:
            assert ours is True
            with locking.alone(place, wait=False) as theirs:
                assert theirs is False
            with pytest.raises(BlockingIOError):
                locking.reading(place)
        one, other = locking.reading(place), locking.reading(place)
        with locking.alone(place, wait=False) as theirs:
            assert theirs is False
        for each in (one, other):
            assert each is not None
            os.close(each)
        with locking.alone(place, wait=False) as ours:
            assert ours is True
    for missing in (
        lambda: locking.reading(tmp_path / "no"),
        lambda: locking.alone(tmp_path / "no", wait=True).__enter__(),
    ):
        with pytest.raises(FileNotFoundError):
            missing()
    with pytest.raises(KeyError), locking.alone(file, wait=True):
        raise KeyError
    assert descriptors() == before


def test_somebody_else_who_writes_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "LOCK"
    before = descriptors()
    assert locking.written(file) is False
    file.touch()
    assert locking.written(file) is False
    with elsewhere("f = open(sys.argv[1], 'r+'); fcntl.lockf(f, fcntl.LOCK_EX)", file):
        assert locking.written(file) is True
    with elsewhere("f = open(sys.argv[1]); fcntl.lockf(f, fcntl.LOCK_SH)", file):
        assert locking.written(file) is False
    assert descriptors() == before


def test_what_nobody_names_and_nobody_reads_is_swept(store: Path) -> None:
    left = {name: store / name for name in ("0" * 16, "1" * 16, "2" * 16, "0" * 15, "x" * 16, "3" * 17)}
    for place in left.values():
        (place / "graph").mkdir(parents=True)
    (left["1" * 16] / "lock").touch()
    (left["2" * 16] / "lock").touch()
    held = locking.reading(left["2" * 16] / "lock")
    building.sweep(store)
    kept = {"2" * 16, "0" * 15, "x" * 16, "3" * 17}
    assert {each.name for each in store.iterdir()} == {"store.json", body(store).name, *kept}
    assert held is not None
    os.close(held)
    current = body(store)
    (store / "store.json").write_text("[]")
    building.sweep(store)
    assert not current.exists()
    assert {each.name for each in store.iterdir()} == {"store.json", *(kept - {"2" * 16})}
    for text in ("{", "{}", None):
        (current / "graph").mkdir(parents=True)
        (store / "store.json").write_text(text) if text else (store / "store.json").unlink()
        building.sweep(store)
        assert not current.exists()


# The cache


def test_how_large_tables_are_worth_it(
    folder: Writer, ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, other = folder(), folder("other")
    (other / "stories.csv").unlink()
    (data / "notes.csv").write_text("not counted")
    names = [f"{name}.csv" for name in ontology.columns]
    size = sum((place / name).stat().st_size for place in (data, other) for name in names if (place / name).exists())
    assert keeping._size([data, other], ontology) == size
    monkeypatch.setenv(keeping.VARIABLE, str(tmp_path / "cache"))
    asked: list[str] = []

    def read() -> building.Rows:
        asked.append("read")
        return tables.canonical(tables.read([data]), ontology)

    size = keeping._size([data], ontology)
    monkeypatch.setattr(keeping, "_WORTH", size + 1)
    said: list[tuple[str, int, int]] = []
    watch = lambda *each: said.append(each)  # noqa: E731
    assert keeping.kept([data], ontology, read, watch) is None
    assert (asked, said, (tmp_path / "cache").exists()) == ([], [], False)
    monkeypatch.setattr(keeping, "_WORTH", size)
    built = keeping.kept([data], ontology, read, watch)
    assert built is not None
    assert asked == ["read"]
    assert said[0] == ("reading and checking the tables", 0, 0)
    assert said[-1] == ("writing", 0, 0)
    (entry,) = (tmp_path / "cache").iterdir()
    assert entry.name == origin.key_of(origin.digests([data], ontology))
    assert manifest(entry)["made from"] == origin.digests([data], ontology)
    os.utime(entry / "store.json", (1, 1))
    again = keeping.kept([data], ontology, read, watch)
    assert again is not None
    assert again.rows() == built.rows() == read()
    assert asked == ["read", "read"], "the second time is ours"
    assert time.time() - (entry / "store.json").stat().st_mtime < 60, "it has been used"
    monkeypatch.setattr(keeping, "LOCKS", False)
    assert keeping.kept([data], ontology, read) is None


def test_a_cache_may_lie_in_folders_that_are_not_there_yet(
    folder: Writer, ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_WORTH", 0)
    monkeypatch.setenv(keeping.VARIABLE, str(tmp_path / "a" / "b"))
    data = folder()
    (data / dataset.FILE).write_text(ABOUT)
    built = keeping.kept([data], ontology, lambda: tables.canonical(tables.read([data]), ontology))
    assert built is not None
    assert len(list(built.store.quads_for_pattern(ox.NamedNode("https://example.org/my-data"), None, None))) == 2
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    assert len(list((tmp_path / "a" / "b").iterdir())) == 1


def test_where_nobody_has_a_home_there_is_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in (keeping.VARIABLE, "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("HOME", "/home/somebody")
    assert keeping._directory() == Path("/home/somebody/.cache/negograph")
    monkeypatch.setattr(keeping.Path, "home", homeless)
    assert keeping._directory() is None
    monkeypatch.setattr(sys, "platform", "darwin")
    assert keeping._directory() is None


def test_what_is_old_goes_and_what_is_over_the_number(tmp_path: Path) -> None:
    now = time.time()
    old = now - 30 * 24 * 3600
    entries = {}
    ages = [now - 10 * number for number in range(8)] + [now - 5000, old - 100]
    for number, used in enumerate(ages):
        entry = tmp_path / f"entry-{number}"
        (entry / "body").mkdir(parents=True)
        (entry / "store.json").touch()
        os.utime(entry / "store.json", (used, used))
        entries[number] = entry
    (tmp_path / "file").touch()
    os.utime(tmp_path / "file", (1, 1))
    keeping._sweep(tmp_path, entries[8])
    assert sorted(each.name for each in tmp_path.iterdir()) == [*(f"entry-{number}" for number in range(9)), "file"]
    os.utime(entries[0] / "store.json", (old + 100,) * 2)
    os.utime(entries[1] / "store.json", (old - 100,) * 2)
    (entries[1] / "body" / "lock").touch()
    held = locking.reading(entries[1] / "body" / "lock")
    os.utime(entries[2] / "store.json", (old - 100,) * 2)
    with locking.alone(entries[2], wait=True):
        keeping._sweep(tmp_path, entries[8])
    assert all(entries[number].exists() for number in range(9)), "somebody reads the one, and builds the other"
    assert held is not None
    os.close(held)
    keeping._sweep(tmp_path, entries[8])
    assert [number for number in range(9) if not entries[number].exists()] == [1, 2]


def test_the_oldest_go_where_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping.time, "time", lambda: 1e9)
    longest = 30 * 24 * 3600
    for number in range(10):
        entry = tmp_path / f"entry-{number}"
        entry.mkdir()
        (entry / "store.json").touch()
        os.utime(entry / "store.json", (1e9 - number,) * 2)
    keeping._sweep(tmp_path, tmp_path / "entry-0")
    assert sorted(each.name for each in tmp_path.iterdir()) == [f"entry-{number}" for number in range(8)]
    os.utime(tmp_path / "entry-6" / "store.json", (1e9 - longest,) * 2)
    (tmp_path / "entry-7" / "store.json").unlink()
    os.utime(tmp_path / "entry-7", (1e9 - longest - 1,) * 2)
    keeping._sweep(tmp_path, tmp_path / "entry-0")
    assert sorted(each.name for each in tmp_path.iterdir()) == [f"entry-{number}" for number in range(7)]


def test_whoever_finds_another_building_goes_on_without_the_cache(
    folder: Writer, ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_WORTH", 0)
    monkeypatch.setenv(keeping.VARIABLE, str(tmp_path / "cache"))
    data = folder()
    entry = tmp_path / "cache" / origin.key_of(origin.digests([data], ontology))
    entry.mkdir(parents=True)

    def read() -> building.Rows:
        return tables.canonical(tables.read([data]), ontology)

    with locking.alone(entry, wait=True):
        assert keeping.kept([data], ontology, read) is None
    assert list(entry.iterdir()) == []
    assert keeping.kept([data], ontology, read) is not None


def test_when_an_entry_was_used(tmp_path: Path) -> None:
    os.utime(tmp_path, (50, 50))
    assert keeping._last_used(tmp_path) == 50
    (tmp_path / "store.json").touch()
    os.utime(tmp_path / "store.json", (70, 70))
    assert keeping._last_used(tmp_path) == 70
    assert keeping._last_used(tmp_path / "no") == 0.0


# Of one origin


def test_the_origin_of_a_store(folder: Writer, ontology: Ontology) -> None:
    data, other = folder(), folder("other")
    for name in ("same.csv", "manifest.json", dataset.FILE, "notes.txt"):
        (data / name).write_text(name)
    (other / "stories.csv").unlink()
    (other / "same.csv").mkdir()
    named = [f"{name}.csv" for name in ontology.columns]
    expected = [
        {
            name: sha256((data / name).read_bytes()).hexdigest()
            for name in (*named, "same.csv", "manifest.json", dataset.FILE)
        },
        {name: sha256((other / name).read_bytes()).hexdigest() for name in named if name != "stories.csv"},
    ]
    found = origin.digests([data, other, data], ontology)
    assert found == expected
    assert [list(each) for each in found] == [list(each) for each in expected]
    origin.makers.cache_clear()
    made = origin.makers()
    package = ROOT / "src" / "negograph"
    files = [package / name for name in ("dates.py", "ontology.py", "dataset.py")]
    files += [file for name in ("tables", "rdf", "stores") for file in sorted((package / name).glob("*.py"))]
    assert made == {
        "negograph": negograph.__version__,
        "pyoxigraph": ox.__version__,
        "code": sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest(),
        "ontology": sha256(resource("graph", "ontology.ttl").read_bytes()).hexdigest(),
    }
    assert origin.key_of(found) == sha256(json.dumps([found, made], sort_keys=True).encode()).hexdigest()[:32]
    assert origin.key_of([{"b": "1", "a": "2"}]) == origin.key_of([{"a": "2", "b": "1"}])


def test_a_name_that_is_none_of_its_own_is_told() -> None:
    with pytest.raises(AttributeError) as caught:
        _ = stores.nothing  # type: ignore[attr-defined]
    assert str(caught.value) == "module 'negograph.stores' has no attribute 'nothing'"
    assert stores.opened is opening.opened
    assert stores.digests is origin.digests
