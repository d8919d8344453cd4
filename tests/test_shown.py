"""What people see, to the letter: a terminal in colour, and Jupyter. ``python tests/test_shown.py`` writes it anew."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from unittest import mock

from click.testing import CliRunner

import negograph
from negograph.answers import Section
from negograph.cli import main
from negograph.ontology import load_ontology
from test_told import MORE

from conftest import Writer, writer

SHOWN = Path(__file__).with_name("shown.txt")
COMMANDS = """\
ask bypassed-allies
ask meetings
show later-talks
show r0106
compare talks later-talks
compare talks later-talks --format json
compare talks later-talks --format ttl
compare talks
brief talks --format table
path leader orange
check
query -e "SELECT ?who { ngi:talks ng:sidelined ?who }"
query -e "SELECT ?why ?gist { ngc:r0001 ng:gist ?gist BIND ('for reasons that take more than eighty letters to be told in full, and are told in full here' AS ?why) }"
query -e "SELECT ?one ?two { VALUES (?one ?two) { ('abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabc' 'ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABC') } }"
"""
TERMINAL = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": "100"}


def shown(folder: Writer) -> str:
    """Each with its escape sequences made visible, and the elements of what Jupyter shows, one a line."""
    links = "https://example.org/azure|https://example.org/blue"
    blue = {"id": "blue", "wikidata": "Q1", "same_as": links, "part_of": "green", "start": "1900", "description": "<b>"}
    data = folder(**{**MORE, "entities": [*MORE["entities"], blue]})
    parts = []
    for line in COMMANDS.splitlines():
        with mock.patch.dict(os.environ, TERMINAL):
            os.environ.pop("NO_COLOR", None)
            done = CliRunner().invoke(main, [*shlex.split(line), "--data", str(data)])
        text = done.output.replace(str(data), "DATA").replace("\x1b", "␛")
        parts.append(f"== {line}\n" + "\n".join(each.rstrip() for each in text.splitlines()))
    kg = negograph.load(data)
    things = {
        "graph": kg,
        "entity": kg.entity("blue"),
        "answer": kg.answer("bypassed-allies"),
        "nothing": kg.answer("meetings"),
        "report": kg.compare("talks", "later-talks"),
    }
    questions = ", ".join(kg.questions)
    for name, thing in things.items():
        html = thing._repr_html_().replace(questions, "QUESTIONS").replace(str(data), "DATA").replace("<", "\n<")
        parts.append(f"== {name}\n" + "\n".join(each.rstrip() for each in html.splitlines() if each.strip()))
    return "\n".join([*parts, ""])


def test_what_people_see_is_what_is_written_down(folder: Writer) -> None:
    assert shown(folder) == SHOWN.read_text(encoding="utf-8"), "python tests/test_shown.py writes it anew"


def test_a_section_is_shown_under_heads_that_people_read() -> None:
    section = Section("", ("saidBy", "source", "paragraph", "tie", "goal"), heads={"goal": "aim"})
    heads, lines = section.readable([["own voice", "text", "1|2", "", "x"]])
    assert (heads, lines) == (["said by", "where", "aim"], [["own voice", "text ¶1, 2", "x"]])


def test_an_entity_has_the_addresses_that_others_know_it_by(folder: Writer) -> None:
    links = "https://example.org/azure|https://example.org/blue"
    kg = negograph.load(folder(entities=[{"id": "blue", "wikidata": "Q1", "same_as": links}]))
    assert kg.entity("blue").links == ("http://www.wikidata.org/entity/Q1", *links.split("|"))


def test_frames_have_ids_for_an_index_where_rows_have_one(folder: Writer) -> None:
    frames = negograph.load(folder()).to_dataframes()
    assert {name: frame.index.name for name, frame in frames.items()} == {
        "entities": "id",
        "relations": "id",
        "sources": "id",
        "coverage": None,
        "stories": None,
    }


if __name__ == "__main__":
    import tempfile

    os.environ["NEGOGRAPH_CACHE"] = "off"
    with tempfile.TemporaryDirectory() as name:
        SHOWN.write_text(shown(writer(Path(name), load_ontology())), encoding="utf-8")
