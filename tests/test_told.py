"""What the commands print of the small tables, to the letter: ``python tests/test_told.py`` writes it anew."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from negograph.cli import main
from negograph.ontology import load_ontology

from conftest import Run, Writer, writer

TOLD = Path(__file__).with_name("told.txt")
STEPS = (("later-talks", "sidelined", "orange"), ("yellow", "usedTactic", "bluff"), ("purple", "demanded", "bluff"))
MORE: dict[str, list[dict[str, str]]] = {
    "entities": [
        {"id": "yellow", "kind": "State", "label": "Yellow"},
        {"id": "purple", "kind": "State", "label": "Purple", "aliases": "Mauve"},
        {"id": "orange", "kind": "State", "label": "Orange"},
        {"id": "later-talks", "kind": "Negotiation", "label": "Later talks", "start": "2024", "description": "Again."},
        {"id": "uproar", "kind": "Event", "label": "Uproar", "start": "2024-05-02"},
    ],
    "sources": [{"id": "other", "title": "Another text", "paragraphs": "1", "authors": "A. Nobody"}],
    "coverage": [{"source": "other", "paragraph": "1", "status": "coded"}],
    "relations": [
        {"id": "r0101", "subject": "yellow", "predicate": "initiated", "object": "later-talks", "locator": "1"},
        {"id": "r0102", "subject": "purple", "predicate": "counterpartIn", "object": "later-talks", "locator": "1"},
        {"id": "r0103", "subject": "yellow", "predicate": "alliedWith", "object": "orange", "locator": "1"},
        {"id": "r0104", "subject": "later-talks", "predicate": "sidelined", "object": "orange", "locator": "1|3"},
        {
            "id": "r0105",
            "subject": "yellow",
            "predicate": "usedTactic",
            "object": "bluff",
            "context": "later-talks",
            "target": "purple",
            "start": "2024-03",
            "locator": "2",
        },
        {
            "id": "r0106",
            "subject": "later-talks",
            "predicate": "followedBy",
            "object": "uproar",
            "source": "other",
            "locator": "1",
            "attributed_to": "orange|purple",
            "via": "blue",
            "confidence": "low",
        },
        {
            "id": "r0107",
            "subject": "later-talks",
            "predicate": "assessedAs",
            "object": "failure",
            "aspect": "outcome-of-talks",
            "locator": "3",
            "attributed_to": "orange",
        },
        {
            "id": "r0108",
            "subject": "later-talks",
            "predicate": "replaysPlaybookOf",
            "object": "talks",
            "locator": "3",
            "modality": "assessed",
        },
        {
            "id": "r0109",
            "subject": "talks",
            "predicate": "sidelined",
            "object": "orange",
            "locator": "2",
            "polarity": "negated",
        },
    ],
}
COMMANDS = """\
ask bypassed-allies
ask bypassed-allies --format md
ask bypassed-allies --format csv
ask bypassed-allies --format json
ask bypassed-allies --format ttl
ask bypassed-allies --without other --as-of 2024
ask meetings
ask meetings --format md
ask disagreements
ask tactics --negotiation "Later talks"
show talks
show later-talks --format md
show orange --format json
show r0106
show r0012 --format md
compare talks
compare later-talks --format md
compare talks later-talks --format csv
brief later-talks
brief talks --full --format table
audit
audit --format md
detect
detect --format csv
path leader orange
path red purple --format md
sensitivity bypassed-allies
query -e "SELECT ?who ?n ?b { VALUES (?who ?n ?b) { (ngi:red 1.50 true) (ngc:r0001 UNDEF false) (ng:met 'x'@en '=1') } }"
query -e "ASK { ngi:talks ng:sidelined ngi:green }"
query -e "CONSTRUCT { ?a ng:met ?b } WHERE { VALUES (?a ?b) { (ngi:red ngi:blue) } }"
query -e "SELECT * {"
ask bypasses --deal nobody
ask bypased-allies
show Talk
"""


def said(line: str, directory: Path, run: Run) -> str:
    """What a command prints, with its messages and its exit code, and a word for the folder."""
    done = run(*shlex.split(line), "--data", directory)
    out = done.stdout + "".join(f"! {each}\n" for each in done.stderr.splitlines())
    return out.replace(str(directory), "DATA") + f"! exit code {done.exit_code}\n"


def told_before() -> dict[str, str]:
    found = TOLD.read_text(encoding="utf-8").split("\n$ negograph ")
    return {line: text.rstrip("\n") + "\n" for line, _, text in (each.partition("\n") for each in found[1:])}


@pytest.mark.parametrize("line", COMMANDS.splitlines())
def test_a_command_prints_what_is_written_down(line: str, folder: Writer, run: Run, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert said(line, folder(**MORE), run) == told_before()[line], "python tests/test_told.py writes it anew"


if __name__ == "__main__":
    import os
    import tempfile

    os.environ["COLUMNS"] = "100"
    runner = CliRunner()
    with tempfile.TemporaryDirectory() as name:
        place = writer(Path(name), load_ontology())(**MORE)
        texts = [
            f"\n$ negograph {line}\n{said(line, place, lambda *words: runner.invoke(main, [*map(str, words)]))}"
            for line in COMMANDS.splitlines()
        ]
    TOLD.write_text("".join(texts), encoding="utf-8")
