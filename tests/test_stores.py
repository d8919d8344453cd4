"""A built store is the graph of its tables, whole and of our own making, or it is refused; so is one from the cache."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

import negograph
from negograph import KnowledgeGraph, StoreError, rdf, stores, tables
from negograph.ontology import Ontology
from negograph.stores import building, keeping, opening, origin

from conftest import Run, Writer


@pytest.fixture
def built(folder: Writer, tmp_path: Path) -> Path:
    negograph.build(tmp_path / "store", folder())
    return tmp_path / "store"


def body(store: Path) -> Path:
    return store / json.loads((store / "store.json").read_bytes())["store"]


def same(one: KnowledgeGraph, other: KnowledgeGraph) -> bool:
    return set(one.store) == set(other.store) and one.claims() == other.claims() and repr(one) == repr(other)


def test_a_built_store_is_the_graph_of_its_tables(small: KnowledgeGraph, built: Path) -> None:
    kg = negograph.load(built)
    assert same(kg, small)
    assert {name: list(rows) for name, rows in kg._tables.items()} == rdf.rows_of(kg.store, kg.ontology)
    assert list(kg._tables) == list(small._tables), "in the same order"
    for name in kg.questions:
        assert kg.answer(name).to_csv() == small.answer(name).to_csv()
    assert kg.answer("bypasses", bypassed="Green").command == f"negograph ask bypasses --bypassed green --data {built}"


def test_what_can_be_done_with_tables_can_be_done_with_a_store(small: KnowledgeGraph, built: Path, run: Run) -> None:
    kg = negograph.load(built)
    assert kg.heard(without=["green"])[1] == small.heard(without=["green"])[1]
    assert kg.to_networkx().number_of_edges() == small.to_networkx().number_of_edges()
    for command in ("show talks", "ask bypassed-allies", "brief talks", "explore -o OUT.html", "export -o OUT.ttl"):
        words = command.replace("OUT", str(built.parent / "out")).split()
        assert run("--data", built, *words).exit_code == 0, command
    kg.export(built.parent / "a.nq")
    small.export(built.parent / "b.nq")
    assert (built.parent / "a.nq").read_bytes() == (built.parent / "b.nq").read_bytes()


def test_a_store_is_replaced_in_one_step(folder: Writer, built: Path, run: Run) -> None:
    before = body(built)
    held = negograph.load(built)
    more = folder("more", entities=[{"id": "new", "kind": "State", "label": "New"}])
    result = run("build", "-o", built, "--data", more)
    assert (result.exit_code, result.stdout) == (0, ""), result.output
    assert "new" in negograph.load(built).entities()
    assert "new" not in held.entities(), "who has it open goes on reading what was there"
    assert before.exists()
    del held
    gc.collect()
    negograph.build(built, more)
    assert [each.name for each in built.iterdir() if each.is_dir()] == [body(built).name], "then it is swept away"


@pytest.mark.parametrize("name", ["graph/CURRENT", "tables/relations.csv", "tables/entities.csv"])
def test_a_damaged_store_is_refused(built: Path, run: Run, name: str) -> None:
    file = body(built) / name
    data = file.read_bytes()
    file.write_bytes(data[:-2] + b"9\n")
    result = run("ask", "bypasses", "--data", built)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{name} is damaged; build it again: negograph build" in result.stderr
    file.unlink()
    assert f"{file.name} is missing; build it again" in run("ask", "bypasses", "--data", built).stderr


def test_a_flipped_bit_of_the_graph_is_seen_before_the_engine_reads_it(built: Path) -> None:
    largest = max((body(built) / "graph").glob("*.sst"), key=lambda file: file.stat().st_size)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 1
    largest.write_bytes(data)
    with pytest.raises(StoreError, match=f"{largest.name} is damaged"):
        negograph.load(built)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"store": 1}', '{"store": "x", "made by": {}}'])
def test_a_damaged_description_is_refused(built: Path, text: str) -> None:
    (built / "store.json").write_text(text)
    with pytest.raises(StoreError, match=r"store\.json is damaged; build it again"):
        negograph.load(built)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("negograph", "negograph 0.0.1, and this is"),
        ("pyoxigraph", "pyoxigraph 0.0.1, and this is"),
        ("ontology", "another ontology"),
        ("code", "other code of the same version"),
    ],
)
def test_a_store_of_another_version_is_refused(built: Path, name: str, words: str) -> None:
    document = json.loads((built / "store.json").read_bytes())
    document["made by"][name] = "0.0.1"
    (built / "store.json").write_text(json.dumps(document))
    with pytest.raises(StoreError, match=words):
        negograph.load(built)


def test_the_engine_refusing_is_told(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing:
        @staticmethod
        def read_only(path: str) -> ox.Store:
            raise OSError("IO error: no such luck")

    monkeypatch.setattr(opening.ox, "Store", Refusing)
    with pytest.raises(StoreError, match=r"cannot be opened .*no such luck"):
        stores.opened(built)


def test_many_may_read_and_none_may_write(built: Path) -> None:
    one, other = negograph.load(built), negograph.load(built)
    assert same(one, other)
    code = (
        "import sys, time, pyoxigraph; s = pyoxigraph.Store(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(body(built) / "graph")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match="another process has its files open for writing"):
            negograph.load(built)
        holder.communicate()
    with pytest.raises(StoreError, match=r"is missing; build it again|is damaged"):
        negograph.load(built)


def test_a_store_that_is_replaced_while_it_is_opened_is_opened_again(
    built: Path, folder: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opening.reading

    def replaced(path: Path) -> int | None:
        monkeypatch.setattr(opening, "reading", first)
        negograph.build(built, folder())
        return first(path)

    monkeypatch.setattr(opening, "reading", replaced)
    assert len(negograph.load(built)) == 12


def test_nothing_but_a_store_is_overwritten(built: Path, folder: Writer, run: Run) -> None:
    data = folder()
    result = run("build", "-o", data, "--data", data)
    assert result.exit_code == 1
    assert "holds coverage.csv, which is no part of a store; choose another folder" in result.stderr
    assert run("build", "-o", data / "entities.csv").exit_code == 2
    assert "a store is built of tables" in run("build", "-o", built, "--data", built).stderr
    assert "stands alone" in run("ask", "bypasses", "--data", built, "--data", data).stderr
    assert run("check", "--data", built).exit_code == 2
    with pytest.raises(StoreError, match="holds no built store"):
        stores.opened(data)


def test_broken_tables_are_not_built(folder: Writer, tmp_path: Path, run: Run) -> None:
    broken = folder(relations=[{"id": "r0001", "subject": "nobody"}])
    result = run("build", "-o", tmp_path / "store", "--data", broken)
    assert (result.exit_code, (tmp_path / "store").exists()) == (1, False)
    assert "nothing has the id 'nobody'" in result.stderr


def test_whoever_builds_is_alone(built: Path, folder: Writer, ontology: Ontology) -> None:
    rows = tables.canonical(tables.read(folder()), ontology)
    with stores.locking.alone(built, wait=True), pytest.raises(StoreError, match="another process builds there"):
        stores.build(rows, (), ontology, built, [], wait=False)
    assert len(negograph.load(built)) == 12


def test_what_is_done_is_told(folder: Writer, tmp_path: Path) -> None:
    said: list[tuple[str, int, int]] = []
    negograph.build(tmp_path / "store", folder(), watch=lambda *each: said.append(each))
    stages = dict.fromkeys(what for what, _, _ in said)
    assert list(stages) == ["reading and checking the tables", "writing rows", "indexing", "writing"]
    done = [(done, total) for what, done, total in said if what == "writing rows"]
    assert done[-1] == (33, 33)
    assert done == sorted(done)


def test_a_store_that_is_loaded_in_parts_is_the_same(
    built: Path, folder: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_TOGETHER", 1)
    monkeypatch.setattr(rdf.writing, "_TOGETHER", 3)
    negograph.build(tmp_path / "parts", folder())
    assert set(negograph.load(tmp_path / "parts").store) == set(negograph.load(built).store)


def test_a_process_that_forks_holds_the_graph_in_memory(built: Path, small: KnowledgeGraph) -> None:
    kg = negograph.load(built, in_memory=True)
    assert same(kg, small)
    shutil.rmtree(built)
    assert kg.answer("bypasses").to_csv() == small.answer("bypasses").to_csv()


# Crashes


def whole(store: Path, versions: tuple[KnowledgeGraph, KnowledgeGraph]) -> bool:
    if not stores.is_built(store):
        return False
    kg = negograph.load(store)
    try:
        return any(same(kg, version) for version in versions)
    finally:
        del kg
        gc.collect()  # the next build sweeps away only what nobody reads


@contextlib.contextmanager
def building_for_ever(folders: list[Path], target: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that builds one store after the other, the first before we go on, and is killed in the end."""
    code = "import sys, negograph\nnegograph.build(*sys.argv[1:3])\nprint(flush=True)\nfor n in range(500): negograph.build(sys.argv[1], sys.argv[2 + n % 2])"
    command = [sys.executable, "-c", code, *map(str, (target, *folders))]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process
        finally:
            process.kill()


def test_kill_leaves_the_old_store_or_the_new(small: KnowledgeGraph, folder: Writer, built: Path) -> None:
    more = folder("more", entities=[{"id": "new", "kind": "State", "label": "New"}])
    versions = small, negograph.load(more)
    chance = random.Random(15)
    left = 0
    for _ in range(12):
        with building_for_ever([more, folder()], built):
            time.sleep(chance.uniform(0.1, 0.6))
        assert whole(built, versions)
        left += len([each for each in built.iterdir() if each.is_dir()]) > 1
    assert left, "the kills came at moments that prove nothing"
    negograph.build(built, more)
    assert sorted(each.name for each in built.iterdir()) == sorted([body(built).name, "store.json"])


def test_a_full_disk_leaves_the_old_store(built: Path, folder: Writer, small: KnowledgeGraph) -> None:
    def starve() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    more = folder("more", entities=[{"id": "new", "kind": "State", "label": "New"}])
    command = [str(Path(sys.executable).parent / "negograph"), "build", "-o", str(built), "--data", str(more)]
    done = subprocess.run(command, preexec_fn=starve, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stderr
    assert "no store was written" in done.stderr
    assert "Traceback" not in done.stderr
    assert same(negograph.load(built), small)
    assert len([each for each in built.iterdir() if each.is_dir()]) == 1


# The cache


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that keeps stores of the smallest tables."""
    monkeypatch.setenv(keeping.VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(keeping, "_WORTH", 0)
    return tmp_path / "cache"


def reads(monkeypatch: pytest.MonkeyPatch) -> list[list[Path]]:
    """The folders that are read from now on."""
    seen: list[list[Path]] = []
    real = tables.read

    def read(folders: list[Path], ontology: Ontology) -> tables.Tables:
        seen.append(folders)
        return real(folders, ontology)

    monkeypatch.setattr(tables, "read", read)
    return seen


def test_the_second_question_reads_no_table(
    folder: Writer, small: KnowledgeGraph, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = reads(monkeypatch)
    data = folder()
    for _ in range(3):
        assert same(negograph.load(data), small)
    assert len(seen) == 1
    assert len(list(cache.iterdir())) == 1
    assert cache.stat().st_mode & 0o777 == 0o700


def test_changed_tables_are_read_again(folder: Writer, cache: Path) -> None:
    data = folder()
    assert "new" not in negograph.load(data).entities()
    folder(entities=[{"id": "new", "kind": "State", "label": "New"}])
    assert "new" in negograph.load(data).entities()
    (data / "manifest.json").write_text("{}")
    assert "new" in negograph.load(data).entities()
    assert len(list(cache.iterdir())) == 3
    folder(relations=[{"id": "r0001", "subject": "nobody"}])
    with pytest.raises(negograph.DataError):
        negograph.load(data)


@pytest.mark.parametrize("file", ["store.json", "BODY/tables/relations.csv", "BODY/graph/CURRENT", "BODY/lock"])
def test_a_damaged_cache_is_built_anew(folder: Writer, small: KnowledgeGraph, cache: Path, file: str) -> None:
    data = folder()
    negograph.load(data)
    (entry,) = cache.iterdir()
    place = entry / file.replace("BODY", body(entry).name)
    place.unlink() if place.name == "lock" else place.write_bytes(b"nonsense")
    assert same(negograph.load(data), small)
    assert same(negograph.load(entry), small), "and what is there now is sound"


def test_another_version_has_stores_of_its_own(folder: Writer, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = folder()
    negograph.load(data)
    made = {**origin.makers(), "negograph": "9.9"}
    for module in (origin, building, opening):
        monkeypatch.setattr(module, "makers", lambda: made)
    negograph.load(data)
    assert len(list(cache.iterdir())) == 2


def test_tables_that_change_while_they_are_read_are_not_kept(
    folder: Writer, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = folder()
    real = tables.canonical

    def slow(*arguments: object) -> dict[str, list[dict[str, str]]]:
        folder(entities=[{"id": "new", "kind": "State", "label": "New"}])
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(tables, "canonical", slow)
    assert "new" not in negograph.load(data).entities()
    assert not cache.exists()
    assert "new" in negograph.load(data).entities()


def test_without_a_place_to_write_there_is_no_cache(
    folder: Writer, small: KnowledgeGraph, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = folder()
    cache.write_text("a file where the folder would be")
    assert same(negograph.load(data), small)
    monkeypatch.setenv(keeping.VARIABLE, "/proc/nowhere")
    assert same(negograph.load(data), small)


def test_a_build_that_fails_leaves_nothing_and_the_question_is_answered(
    folder: Writer, small: KnowledgeGraph, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(building, "_sync", full)
    seen = reads(monkeypatch)
    assert same(negograph.load(folder()), small)
    assert len(seen) == 1, "what was read for the cache is used"
    assert [file for file in cache.rglob("*") if file.is_file()] == []


def test_two_at_once_do_not_hurt_each_other(folder: Writer, small: KnowledgeGraph, cache: Path) -> None:
    code = (
        "import sys, negograph\nfrom negograph.stores import keeping\nkeeping._WORTH = 0\n"
        "kg = negograph.load(sys.argv[1])\nprint(len(set(kg.store)), len(kg), kg.entities() == kg.entities())"
    )
    command = [sys.executable, "-c", code, str(folder())]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    said = {each.communicate(timeout=60) for each in children}
    assert said == {(f"{len(set(small.store))} {len(small)} True\n".encode(), b"")}
    (entry,) = cache.iterdir()
    assert same(negograph.load(entry), small)


def test_old_stores_are_swept(folder: Writer, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_MOST", 3)
    data = folder()
    for number in range(6):
        folder(entities=[{"id": "new", "kind": "State", "label": f"New {number}"}])
        negograph.load(data)
        for place, entry in enumerate(sorted(cache.iterdir(), key=keeping._last_used)):
            os.utime(entry / "store.json", (time.time() - 100 + place,) * 2)
    assert len(list(cache.iterdir())) == 3
    entries = sorted(cache.iterdir(), key=keeping._last_used)
    held = negograph.load(entries[0])
    for entry in entries:
        os.utime(entry / "store.json", (1, 1))
    folder(entities=[{"id": "new", "kind": "State", "label": "Newest"}])
    negograph.load(data)
    assert entries[0].exists(), "one that somebody reads stays"
    assert not entries[1].exists(), "one that nobody asked for a month goes"
    assert held.entities()


def test_small_tables_are_not_kept(folder: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(keeping.VARIABLE, str(tmp_path / "cache"))
    negograph.load(folder())
    assert not (tmp_path / "cache").exists()


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for told in ("off", "OFF"):
        monkeypatch.setenv(keeping.VARIABLE, told)
        assert keeping._directory() is None
    monkeypatch.setenv(keeping.VARIABLE, str(tmp_path))
    assert keeping._directory() == tmp_path
    monkeypatch.delenv(keeping.VARIABLE)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/caches")
    assert keeping._directory() == Path("/var/caches/negograph")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert keeping._directory() == Path("/home/somebody/.cache/negograph")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert keeping._directory() == Path("/home/somebody/Library/Caches/negograph")


def test_a_store_moves_with_its_folder(built: Path, small: KnowledgeGraph, tmp_path: Path) -> None:
    shutil.copytree(built, tmp_path / "elsewhere")
    shutil.rmtree(built)
    assert same(negograph.load(tmp_path / "elsewhere"), small)
