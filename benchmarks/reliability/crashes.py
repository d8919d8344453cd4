"""R15: whoever is killed, finds the disk full or read-only, or is not alone, leaves old bytes or new bytes."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from benchmarks.reliability.trials import (
    ROOT,
    Finished,
    Trial,
    fork,
    forked,
    in_parts,
    os_cores,
    say,
    scratch,
    small_rows,
    write_folder,
)
from negograph import derived, tables
from negograph.cli import main
from negograph.export import FORMATS
from negograph.kg import load
from negograph.stores import is_built

__all__ = ["mountable", "r15"]

PART = ".*negograph-part"


@dataclass(frozen=True)
class Writer:
    """A command that writes: ``run(variant, out)`` writes variant a or b into the folder ``out``."""

    name: str
    run: Callable[[str, Path], None]
    folder: bool = False
    """Whether its files vouch for each other: then the whole is old or new, or refused."""


def _commands(base: Path) -> Iterator[Writer]:
    def command(*words: str) -> Callable[[str, Path], None]:
        def run(variant: str, out: Path) -> None:
            said = [word.replace("OUT", str(out)) for word in words]
            main(["--data", str(base / variant), *said], prog_name="negograph")

        return run

    for suffix in FORMATS:
        yield Writer(f"export .{suffix}", command("export", "-o", f"OUT/x.{suffix}"))
    yield Writer("export DIR/", command("export", "-o", "OUT/"), folder=True)
    yield Writer("build -o", command("build", "-o", "OUT/store"))
    yield Writer("brief -o", command("brief", "talks", "-o", "OUT/x.html"))
    yield Writer("explore -o", command("explore", "-o", "OUT/x.html"))
    yield Writer("check --listing", command("check", "--texts", f"{base}/texts", "--listing", "OUT/x.md"))
    yield Writer("negograph.derived", lambda variant, out: _derive(base / variant, out))


def _derive(data: Path, out: Path) -> None:
    """Run ``python -m negograph.derived`` as if the checkout were ``out``."""
    derived.__file__ = str(out / "src" / "negograph" / "derived.py")
    derived.load = lambda path: load(data)  # type: ignore[attr-defined]
    raise SystemExit(derived.main([]))


def _prepared(base: Path) -> None:
    """Two variants of the small tables, and the text that they were read from."""
    for variant, label in (("a", "Blue"), ("b", "Indigo, and a longer name than before")):
        rows = small_rows()
        rows["entities"][0]["label"] = label
        rows["relations"][0]["gist"] += f" {label}"
        rows["sources"][0]["file"] = "text.txt"
        write_folder(base / variant, rows)
    (base / "texts").mkdir()
    (base / "texts" / "text.txt").write_text("[1] One.\n[2] Two.\n[3] Three.\n", encoding="utf-8")


def _fresh(out: Path) -> Path:
    shutil.rmtree(out, ignore_errors=True)
    for name in ("data", "docs", "graph"):
        (out / name).mkdir(parents=True)
    shutil.copytree(ROOT / "graph" / "rules", out / "graph" / "rules")
    return out


def _files(out: Path) -> dict[str, bytes]:
    store = out / "store"
    if store.exists():  # its files are called otherwise each time: what counts is what it says
        return {"store": forked(lambda: _tell(store)).out.encode()} if is_built(store) else {}
    found = (file for file in sorted(out.rglob("*")) if file.is_file())
    return {str(file.relative_to(out)): file.read_bytes() for file in found if not file.name.startswith(".")}


def _tell(store: Path) -> None:
    """Print what a built store holds; in a process of its own, since the engine's threads end at a fork."""
    kg = load(store)
    print(sha256("".join(sorted(map(str, kg.store))).encode()).hexdigest(), kg.claims(), kg.entities())


def _parts(out: Path) -> list[Path]:
    return [*out.rglob(PART), *sorted(out.glob("store/*/"))[1:]]


def _once(writer: Writer, variant: str, out: Path) -> Finished:
    return forked(lambda: writer.run(variant, out))


def _for_ever(writer: Writer, out: Path, variants: Iterator[str]) -> None:
    for variant in variants:
        with contextlib.suppress(SystemExit):
            writer.run(variant, out)


def _whole(writer: Writer, out: Path, old: dict[str, bytes], new: dict[str, bytes]) -> str:
    """What is wrong with the files in ``out``; empty where each is old or new."""
    files = _files(out)
    if set(files) != set(old):
        return f"files {set(files) ^ set(old)} appeared or went"
    mixed = [name for name, data in files.items() if data not in (old[name], new[name])]
    if mixed:
        return f"{mixed} are neither old nor new"
    if writer.folder and files not in (old, new) and not tables.check(out):
        return "a mixture of old and new tables is taken for sound"
    return ""


def r15(share: float, seed: int) -> Trial:
    """Every command that writes, killed, starved and crowded."""
    kills = max(int(200 * share), 2)
    trial = Trial("R15", f"each command that writes: kill -9 {kills} times; disk full, read-only, two at once", seed)
    began = time.time()
    with scratch() as base:
        _prepared(base)
        writers = list(_commands(base))
        if share < 0.05:  # a few are enough to see that the proof still runs
            writers = [each for each in writers if each.name in ("export .ttl", "export DIR/", "negograph.derived")]
        _warmed_up(writers, base)
        workers, mounts = min(os_cores(), len(writers)), mountable()

        def part(which: int) -> None:
            place = base / f"part{which}"
            place.mkdir()
            for number in range(which, len(writers), workers):
                own = Trial("R15", writers[number].name, seed)
                _tried(writers[number], place, kills, random.Random(f"{seed} {number}"), mounts, own)
                print(json.dumps([own.what, own.done, own.counts, own.failures]), flush=True)
                say(f"R15: {own.what}, {len(own.failures)} failures, {time.time() - began:.0f} s")

        for finished in in_parts(part, workers):
            trial.expect(finished.code == 0, finished.err[-2000:])
            for line in finished.out.splitlines():
                _, done, counts, failures = json.loads(line)
                trial.done += done
                trial.counts.update(counts)
                trial.failures += failures
                trial.counts["commands"] += 1
        if not mounts:
            trial.counts["without tmpfs: full disk by RLIMIT_FSIZE alone"] += 1
        trial.expect(trial.counts["commands"] == len(writers), "not every command was tried")
    trial.seconds = time.time() - began
    return trial


def _tried(writer: Writer, base: Path, kills: int, chance: random.Random, mounts: bool, trial: Trial) -> None:
    out = _fresh(base / "out")
    whole, seconds = {}, 0.0
    for variant in ("b", "a"):
        start = time.monotonic()
        done = _once(writer, variant, out)
        seconds = time.monotonic() - start
        trial.expect("Traceback" not in done.err and _files(out), f"{writer.name}: {done.err[-300:]}")
        whole[variant] = _files(out)
    versions = whole["a"], whole["b"]
    trial.expect(versions[0] != versions[1], f"{writer.name}: the variants do not differ")
    _killed(writer, out, versions, (kills, min(seconds, 0.4)), chance, trial)
    _no_space_for_files(writer, out, versions, trial)
    _two_at_once(writer, out, versions, trial)
    if mounts:
        _mounted(writer, base / "mounted", trial)


def _warmed_up(writers: list[Writer], base: Path) -> None:
    """Load what the commands load, so that the forked processes spend their time on writing."""
    nowhere = io.StringIO()
    for writer in writers:
        # one bends its module to its purpose, which only a fork may; one starts threads that end at a fork
        if writer.name not in ("negograph.derived", "build -o"):
            with (
                contextlib.suppress(SystemExit),
                contextlib.redirect_stderr(nowhere),
                contextlib.redirect_stdout(nowhere),
            ):
                writer.run("a", _fresh(base / "out"))


Versions = tuple[dict[str, bytes], dict[str, bytes]]


def _killed(
    writer: Writer, out: Path, versions: Versions, many: tuple[int, float], chance: random.Random, trial: Trial
) -> None:
    kills, seconds = many
    for number in range(kills):
        child = fork()
        if child == 0:
            with open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), 1)
                os.dup2(nowhere.fileno(), 2)
            _for_ever(writer, out, itertools.cycle("ba" if number % 2 else "ab"))
            os._exit(0)
        time.sleep(chance.uniform(0, 2.5 * seconds))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        trial.done += 1
        trial.counts["killed"] += 1
        trial.counts["with a part left behind"] += bool(_parts(out))
        trial.counts["between two tables, and refused since"] += writer.folder and _files(out) not in versions
        wrong = _whole(writer, out, *versions)
        trial.expect(not wrong, f"{writer.name}, kill {number}: {wrong}")
    for variant in "ba":
        _once(writer, variant, out)
    trial.expect(_files(out) == versions[0], f"{writer.name}: the run after the last kill did not finish")
    trial.expect(not _parts(out), f"{writer.name}: parts are left after the next run")


def _no_space_for_files(writer: Writer, out: Path, versions: Versions, trial: Trial) -> None:
    """A limit on the size of files: the write fails somewhere in the middle."""
    limit = max(min(len(data) for data in versions[1].values()) // 2, 400)  # stderr is a file too, and short

    def starved() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        writer.run("b", out)

    _refused(writer, out, versions, forked(starved), "RLIMIT_FSIZE", trial)


def _refused(writer: Writer, out: Path, versions: Versions, done: Finished, why: str, trial: Trial) -> None:
    trial.done += 1
    trial.counts["failed for want of room"] += 1
    trial.expect(done.code == 1 and "Traceback" not in done.err, f"{writer.name}, {why}: {done.code} {done.err[-300:]}")
    wrong = _whole(writer, out, *versions)
    trial.expect(not wrong and not _parts(out), f"{writer.name}, {why}: {wrong or 'a part is left'}")


def _two_at_once(writer: Writer, out: Path, versions: Versions, trial: Trial) -> None:
    children = []
    for variants in ("ab", "ba"):
        child = fork()
        if child == 0:
            with open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), 1)
                os.dup2(nowhere.fileno(), 2)
            _for_ever(writer, out, iter(variants * 4))
            os._exit(0)
        children.append(child)
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    trial.done += 1
    trial.counts["two at once"] += 1
    wrong = _whole(writer, out, *versions)
    if writer.folder and not wrong and _files(out) not in versions:
        wrong = "two writers left a mixture"
    trial.expect(ends == [0, 0] and not wrong and not _parts(out), f"{writer.name}, two at once: {ends} {wrong}")


def mountable() -> bool:
    """Whether this process may mount a tmpfs."""
    with scratch() as place:
        if shutil.which("mount") is None or not _mount(place, "size=64k"):
            return False
        subprocess.run(["umount", place], check=True)
        return True


def _mount(place: Path, options: str) -> bool:
    line = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    return subprocess.run(line, capture_output=True).returncode == 0


def _mounted(writer: Writer, place: Path, trial: Trial) -> None:
    """A tmpfs that is full, and one that is read-only."""
    place.mkdir(exist_ok=True)
    _mount(place, "size=8m")
    try:
        whole = []
        for variant in ("b", "a"):
            _once(writer, variant, _fresh_on(place))
            whole.append(_files(place / "out"))
        versions = whole[1], whole[0]
        with contextlib.suppress(OSError), (place / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(b"\0" * 4096)
        _refused(writer, place / "out", versions, _once(writer, "b", place / "out"), "full tmpfs", trial)
        (place / "filler").unlink()
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        _refused(writer, place / "out", versions, _once(writer, "b", place / "out"), "read-only tmpfs", trial)
    finally:
        subprocess.run(["umount", str(place)], check=True)


def _fresh_on(place: Path) -> Path:
    out = place / "out"
    return out if out.exists() else _fresh(out)
