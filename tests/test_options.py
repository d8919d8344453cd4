"""What the options of the commands do, and what is refused, to the letter: ``python tests/test_options.py`` writes it anew."""

from __future__ import annotations

import io
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

import negograph
from negograph.cli import main
from negograph.cli.options import asked, load, print_result, time_limit
from negograph.cli.publishing import _progress
from negograph.cli.serving import _size
from negograph.ontology import load_ontology
from test_importers import PAX, TREATY
from test_importers import write as write_records
from test_told import MORE

from conftest import Run, Writer, writer

PRINTED = Path(__file__).with_name("options.txt")
COMMANDS = """\
ask bypassed-allies --as-of 2020
ask bypassed-allies --as-of soon
ask bypassed-allies --without other --only text --format csv
ask bypassed-allies --speaker green --speaker text --format csv
ask bypassed-allies --only text --only other --format csv
ask bypassed-allies --without green --without orange --format csv
ask bypassed-allies --without nobody
ask bypassed-allies --as-of 2020 --without green --format csv
ask bypassed-allies --ally Red
ask bypassed-allies --ally Red --initiator Purple
ask bypassed-allies --ally Klub
ask moves --negotiation Deal
ask bypased-allies
ask -- -x
sensitivity nothing
sensitivity bypassed-allies --voices speaker
sensitivity bypassed-allies --ally Green --voices speaker --format csv
ask tactics --graph https://example.org/g
ask tactics --time-limit 5
query -e "ASK {}" --graph https://example.org/g
query -e "ASK {}" --time-limit 5
ask tactics --endpoint http://127.0.0.1:9/ --data DATA
ask tactics --endpoint http://127.0.0.1:9/ --as-of 2020
ask tactics --endpoint ftp://127.0.0.1/
NEGOGRAPH_DATA=NOWHERE ask bypassed-allies --data DATA --format csv
--data DATA ask bypassed-allies --format csv --data NOWHERE
NEGOGRAPH_DATA=DATA ask bypassed-allies --format csv
NEGOGRAPH_DATA=DATA ask tactics --endpoint ftp://127.0.0.1/
check
check --data STORE
check --data DATA --data STORE
check --data BROKEN
check --data BROKEN --format json
ask bypassed-allies --data BROKEN
ask bypassed-allies --data STORE --format csv
query -e "ASK { ngi:talks a ng:Event }"
query -e "ASK { ngi:talks a ng:Negotiation }" --format json
query -e "SELECT ?who { ngi:talks ng:sidelined ?who }"
query -e "SELECT ?who { ngi:talks ng:sidelined ?who }" --format csv
query -e "SELECT ?who { ngi:talks ng:sidelined ?who }" --format json
query -e "SELECT ?who { ngi:talks ng:sidelined ?who }" --format md
query -e "SELECT ?who { ngi:talks ng:sidelined ?who }" --format ttl
query -e "SELECT ?who { ngi:talks ng:sidelined ?who }" --format nt
query -e "SELECT ?claim { ?claim rdf:object ngi:collapse }" --format ttl
query -e "SELECT ?claim { ?claim rdf:object ngi:collaps }" --format ttl
query -e "SELECT ?claim { ?claim rdf:object ngi:zzzz }"
query -e "DESCRIBE ngi:protest"
query -e "DESCRIBE ngi:protest" --format nt
query -e "DESCRIBE ngi:protest" --format rdf
query -e "DESCRIBE ngi:protest" --format jsonld
query -e "DESCRIBE ngi:protest" --format csv
query
show r0012
show r0012 --format json
show r0012 --format md
show r0012 --format ttl
show text
show text --format json
show text --format md
show text --format ttl
show r9999
import pax PAX -o OUT
import pax PAX -o OUT --data STORE
import pax PAX -o PAX
import pax DATA -o OUT
import pax PAX
import icews PAX -o OUT
export -o OUT.docx
brief talks -o OUT.txt
diff DATA BROKEN
serve --memory-limit 100M
publish
publish --protocol file
publish --protocol file -o OUT.docx
publish -o OUT.nt
"""


def places(base: Path, write: Writer) -> dict[str, Path]:
    """What the words in capital letters stand for."""
    found = {name: base / name.lower() for name in ("OUT", "STORE", "NOWHERE")}
    club = {"id": "club", "kind": "Organisation", "label": "The Club", "aliases": "Klub"}
    member = {"id": "r0111", "predicate": "memberOf", "object": "club", "locator": "1"}
    members = [{**member, "subject": "green"}, {**member, "id": "r0112", "subject": "orange"}]
    tables = {"entities": [*MORE["entities"], club], "relations": [*MORE["relations"], *members]}
    found["DATA"] = write(**{**MORE, **tables})
    red = "\x1b[31mred\u202e"
    found["BROKEN"] = write(
        "broken", entities=[{"id": "blue", "kind": "Stat"}, {"id": red, "kind": "Group", "label": "é"}]
    )
    found["PAX"] = write_records(base / "pax.csv", PAX, [TREATY])
    negograph.build(found["STORE"], found["DATA"])
    return found


def printed(line: str, stand: dict[str, Path], run: Callable[..., Result]) -> str:
    """What a command prints, with its messages and its exit code, and words for the folders."""

    def placed(word: str) -> str:
        name, dot, suffix = word.partition(".")
        return f"{stand[name]}{dot}{suffix}" if name in stand else word

    words = [*map(placed, shlex.split(line))]
    env = {}
    if words[0].startswith("NEGOGRAPH_DATA="):
        env = {"NEGOGRAPH_DATA": str(stand[words.pop(0).partition("=")[2]])}
    elif "--data" not in line and words[0] != "diff":
        words = ["--data", str(stand["DATA"]), *words] if "--endpoint" not in line else words
    done = run(*words, env=env, prog_name="negograph")
    out = done.stdout + "".join(f"! {each}\n" for each in done.stderr.splitlines())
    for name, place in stand.items():
        out = out.replace(str(place), name)
    return f"{out}! exit code {done.exit_code}\n"


def printed_before() -> dict[str, str]:
    found = PRINTED.read_text(encoding="utf-8").split("\n$ negograph ")
    return {line: text.rstrip("\n") + "\n" for line, _, text in (each.partition("\n") for each in found[1:])}


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("options")
    return places(base, writer(base, load_ontology()))


@pytest.mark.parametrize("line", COMMANDS.splitlines())
def test_an_option_does_what_is_written_down(
    line: str, stand: dict[str, Path], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert printed(line, stand, run) == printed_before()[line], "python tests/test_options.py writes it anew"


# What the shell completes


@pytest.mark.parametrize(
    ("words", "begun", "found"),
    [
        ("show", "GREEN", "green green-army"),
        ("show", "r000", "r0001 r0002 r0003 r0004 r0005 r0006 r0007 r0008 r0009"),
        ("show", "r", "red"),
        ("show", "t", "talks text"),
        ("explore --focus", "o", "orange other outcome-of-talks"),
        ("explore --story", "", "around-green"),
        ("explore --story", "b", ""),
        ("compare", "l", "later-talks leader"),
        ("ask tactics --user", "b", "blue"),
        ("ask tactics --negotiation", "", "collapse deal later-talks protest talks uproar war"),
        ("ask tactics --tactic", "", "bluff"),
        ("ask tactics --only", "", "other text"),
        ("ask tactics --without", "t", "text"),
        ("ask tactics --without", "", "blue club green green-army leader orange other purple red text yellow"),
        ("ask tactics --speaker", "g", "green green-army"),
        ("ask coverage --source", "", "other text"),
        ("ask moves --move", "De", "demanded"),
        ("ask moves --move", "zz", ""),
        ("ask by", "", "bypass-triads bypassed-allies bypasses"),
        ("sensitivity", "bypassed", "bypassed-allies"),
        ("--version show", "gr", "green green-army"),
    ],
)
def test_what_is_typed_so_far_is_finished(words: str, begun: str, found: str, stand: dict[str, Path]) -> None:
    typed = ["--data", str(stand["DATA"]), *words.split()]
    if not begun and words.endswith(" by"):
        typed, begun = typed[:-1], "by"
    made = ShellComplete(main, {}, "negograph", "_NEGOGRAPH_COMPLETE").get_completions(typed, begun)
    assert " ".join(each.value for each in made) == found


def test_nothing_is_finished_from_broken_tables(stand: dict[str, Path]) -> None:
    made = ShellComplete(main, {}, "negograph", "_NEGOGRAPH_COMPLETE")
    assert made.get_completions(["--data", str(stand["BROKEN"]), "show"], "g") == []


# What commands hand over


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch, small: negograph.KnowledgeGraph) -> list[Any]:
    """The folders that are loaded, and the options of loading."""
    found: list[Any] = []

    def read(folders: tuple[Path, ...], **options: object) -> negograph.KnowledgeGraph:
        assert callable(options.pop("watch"))
        found.append((folders, options))
        return small

    monkeypatch.setattr("negograph.kg.load", read)
    return found


def test_what_is_loaded(loaded: list[Any], small: negograph.KnowledgeGraph, capsys: pytest.CaptureFixture[str]) -> None:
    other = click.Context(main)
    other.meta["negograph.data"] = (Path("b"),)
    with click.Context(main) as context:
        assert load() is small
        context.meta["negograph.data"] = (Path("a"),)
        load(in_memory=True)
        load(other)
        assert loaded == [
            ((), {"in_memory": False}),
            ((Path("a"),), {"in_memory": True}),
            ((Path("b"),), {"in_memory": False}),
        ]
        context.meta["negograph.slices"] = {"as_of": "2020", "without": ("leader",)}
        assert len(load()) < len(small)
        assert context.meta["negograph.slices"] == {"as_of": "2020", "without": ("leader",)}, "loading again cuts again"
    assert capsys.readouterr().err == (
        "as of 2020-12-31: 1 entities and 1 claims that begin later are left out; what bears no date stays\n"
        "2 of 11 claims are left out\n"
    )


@pytest.mark.parametrize(
    ("given", "limit", "connected"),
    [
        ({}, None, None),
        ({"time_limit": 5.0}, 5.0, None),
        ({"url": "http://a/", "time_limit": 5.0}, None, {"url": "http://a/", "time_limit": 5.0}),
        ({"url": "http://a/", "graph": "g"}, None, {"url": "http://a/", "graph": "g"}),
    ],
)
def test_whom_to_ask(
    loaded: list[Any], monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], limit: float | None, connected: Any
) -> None:
    monkeypatch.setattr("negograph.endpoint.connect", lambda **options: options)
    with click.Context(main) as context:
        assert time_limit() is None
        context.meta["negograph.endpoint"] = given
        context.meta["negograph.data"] = (Path("a"),)
        assert time_limit() == limit
        found: Any = asked(limited=True)
        assert (found if connected else None) == connected
        assert loaded == ([] if connected else [((Path("a"),), {"in_memory": False})])


def test_the_seconds_of_a_query_are_those_that_were_given(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[float | None] = []
    monkeypatch.setattr("negograph.cli.guarding.guarded", lambda run, seconds: limits.append(seconds))
    for words in ([], ["--time-limit", "7"], ["--time-limit", "7", "--endpoint", "http://127.0.0.1:9/"]):
        assert run("query", "-e", "ASK {}", *words).exit_code == 0
    assert limits == [None, 7.0, None]


@pytest.mark.parametrize(
    ("text", "size"), [("256M", 2**28), ("1.5G", 3 * 2**29), ("0.25G", 2**28), ("300.5M", 315097088), ("1G", 2**30)]
)
def test_a_size_is_so_many_bytes(text: str, size: int) -> None:
    option: Any = None
    assert _size(option, option, text) == size


@pytest.mark.parametrize("text", ["255M", "0.24G", "1.5", "1,5G", "G", "1.G", "1g", "-1G", "1GB"])
def test_what_is_no_size_is_refused(text: str) -> None:
    option: Any = None
    with pytest.raises(click.BadParameter) as refused:
        _size(option, option, text)
    assert str(refused.value) == f"'{text}' is no size of at least 256M; write 500M or 1.5G"


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_told_on_a_line_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for sent in (1000, 2000):
        _progress(sent, 2000)
    assert capsys.readouterr() == ("", "sent 2,000 bytes\n")
    monkeypatch.setattr("sys.stderr", screen := Screen())
    for sent in (1000, 2000):
        _progress(sent, 2000)
    assert screen.getvalue() == "\r1,000 of 2,000 bytes\r2,000 of 2,000 bytes\n"


def test_an_import_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    from negograph.cli.importing import _progress, _say

    _progress(250_000)
    account: Any = "1 record read"
    _say(account, Path("out"))
    assert capsys.readouterr() == ("", "250,000 records read\n1 record read\nwrote out\n")


def test_statements_that_are_asked_for_as_a_table_are_turtle(
    small: negograph.KnowledgeGraph, capsys: pytest.CaptureFixture[str]
) -> None:
    found = small.query("DESCRIBE ngi:protest")
    print_result(found, "table")
    turtle = capsys.readouterr().out
    print_result(found, "ttl")
    assert capsys.readouterr().out == turtle
    assert turtle.endswith(" .\n")


if __name__ == "__main__":
    import os
    import tempfile

    os.environ["COLUMNS"] = "80"
    os.environ["NEGOGRAPH_CACHE"] = "off"
    runner = CliRunner()
    with tempfile.TemporaryDirectory() as name:
        known = places(Path(name), writer(Path(name), load_ontology()))
        texts = [
            f"\n$ negograph {line}\n{printed(line, known, lambda *words, **more: runner.invoke(main, [*words], **more))}"
            for line in COMMANDS.splitlines()
        ]
    PRINTED.write_text("".join(texts), encoding="utf-8")
