"""Every answer and report of the Python interface bears the command that gives it again, and the command does."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import negograph
from negograph import KnowledgeGraph, UnknownEntityError
from test_told import MORE

from conftest import Run, Writer

MADE: dict[str, Callable[[KnowledgeGraph], Any]] = {
    "ask meetings": lambda kg: kg.answer("meetings"),
    "ask bypasses --bypassed green --manner bypassed": lambda kg: kg.answer(
        "bypasses", bypassed="Green", manner="bypassed"
    ),
    "ask disagreements --about deal --without other": lambda kg: kg.heard(without="other")[0].answer(
        "disagreements", about="Deal"
    ),
    "ask tactics --as-of 2024-12-31 --speaker orange --speaker text": lambda kg: (
        kg.as_of("2024")[0].heard(speakers=["orange", "text"])[0].answer("tactics")
    ),
    "compare talks": lambda kg: kg.compare("Talks"),
    "compare talks later-talks": lambda kg: kg.compare("Talks", "Later talks"),
    "audit": lambda kg: kg.audit(),
    "audit later-talks --full": lambda kg: kg.audit("Later talks", full=True),
    "brief talks": lambda kg: kg.brief("Talks"),
    "brief talks --full": lambda kg: kg.brief("Talks", full=True),
    "detect": lambda kg: kg.detect(),
    "detect --deal later-talks --actor orange": lambda kg: kg.detect(deal="Later talks", actor="Orange"),
    "sensitivity judgements": lambda kg: kg.sensitivity("judgements"),
    "sensitivity judgements --about talks --voices speaker": lambda kg: kg.sensitivity(
        "judgements", voices="speaker", about="talks"
    ),
    "path leader green": lambda kg: kg.path("The Leader", "Green"),
    "path leader green --limit 1 --avoid talks": lambda kg: kg.path("The Leader", "Green", limit=1, avoid=["Talks"]),
}


@pytest.mark.parametrize("line", MADE)
def test_what_is_made_bears_the_command_that_makes_it(line: str, folder: Writer, run: Run) -> None:
    data = folder(**MORE)
    made = MADE[line](negograph.load(data))
    words = shlex.split(made.command)
    assert words[0] == "negograph"
    at = words.index("--data")
    assert words[at : at + 2] == ["--data", str(data)]
    assert words[1:at] + words[at + 2 :] == shlex.split(line)
    assert run(*words[1:], "--format", "md").stdout.strip() == made.to_markdown().strip()


def test_a_case_of_ones_own_bears_its_file(folder: Writer, run: Run, tmp_path: Path) -> None:
    data, case = folder(**MORE), tmp_path / "a case.csv"
    case.write_text("subject,predicate,object\nNegotiation: new talks,sidelined,Green\n", encoding="utf-8")
    made = negograph.load(data).assess(case)
    assert shlex.split(made.command) == ["negograph", "assess", str(case), "--data", str(data)]
    assert run(*shlex.split(made.command)[1:], "--format", "md").stdout.strip() == made.to_markdown().strip()


def test_the_packaged_data_go_without_saying(kg: KnowledgeGraph) -> None:
    assert kg.compare("us-taliban-talks").command == "negograph compare us-taliban-talks"
    both = kg.heard(only=["dubois"])[0].heard(only=["re-russia"])[0]
    assert both.compare("us-taliban-talks").command == "", "no command hears what two both tell"


def test_what_changed_bears_the_folders(folder: Writer, run: Run, tmp_path: Path) -> None:
    one, two = folder(), folder(**MORE)
    more = tmp_path / "more"
    more.mkdir()
    for file in one.iterdir():
        header = file.read_text(encoding="utf-8").splitlines()[0]
        (more / file.name).write_text(header + "\n", encoding="utf-8")

    def changed(before: list[Path], after: list[Path]) -> str:
        return negograph.load(before).diff(negograph.load(after)).command

    assert changed([one], [two]) == f"negograph diff {one} {two}"
    assert changed([more, one], [more, two]) == f"negograph diff {one} {two} --data {more}"
    assert changed([more, one], [two]) == "", "no command has other folders beside each"
    sliced = negograph.load(one).as_of("2019")[0]
    assert negograph.load(one).diff(sliced).command == sliced.diff(negograph.load(one)).command == ""
    made = negograph.load([more, one]).diff(negograph.load([more, two]))
    assert run(*shlex.split(made.command)[1:], "--format", "md").stdout.strip() == made.to_markdown().strip()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"deal": "green"}, "'green' is a State, and what is asked for is a Happening"),
        ({"actor": "talks"}, "'talks' is a Negotiation, and what is asked for is an Actor"),
        ({"deal": "nothing"}, "nothing is called 'nothing'"),
        ({"whom": "green"}, "has no parameter 'whom'; it takes deal, actor"),
    ],
)
def test_hypotheses_are_narrowed_by_what_fits(given: dict[str, str], told: str, small: KnowledgeGraph) -> None:
    with pytest.raises((negograph.QuestionError, UnknownEntityError), match=re.escape(told)):
        small.detect(**given)
