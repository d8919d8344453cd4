"""What the analyses say of tables with a case for each of their branches, to the letter.

``python tests/test_analysed.py`` writes it anew.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import negograph
from negograph import DataError, KnowledgeGraph, QuestionError, UnknownEntityError
from negograph.analysis import audit, brief, case_of, cases, read_case, template
from negograph.analysis.cases import Case
from negograph.analysis.precedents import align, ranked
from negograph.ontology import load_ontology
from negograph.reports import Report
from negograph.tables import check

from conftest import writer

ANALYSED = Path(__file__).with_name("analysed.txt")

THINGS = """\
yellow State Yellow
purple State Purple aliases=Mauve
orange State Orange aliases=Mauve|Tangerine
broker State "The broker"
old-empire State "Old empire" end=1999
yellow-office GovernmentBody "Yellow office" part_of=yellow
bureau GovernmentBody Bureau part_of=club
club Organisation "Club, the"
envoy Person Envoy
late-envoy Person "Late envoy"
guest Person Guest
crowd Group Crowd
cold-war Conflict "the cold war" start=2010
later-talks Negotiation "Later talks" start=2024-02 end=2024-11 part_of=cold-war|war status=failed description="Talks, once more."
side-talks Negotiation "Side talks" part_of=later-talks start=2024-04
third-talks Negotiation "Third talks" start=2016 end=2017
twin-talks Negotiation "Twin talks"
more-talks Negotiation "More talks" start=2012
thin-talks Negotiation "Thin talks" start=2030 part_of=war
still-talks Negotiation "Still talks"
summit Event Summit subtype=summit start=2024-03 part_of=later-talks
second-summit Event "Second summit" subtype=summit start=2024-06 part_of=later-talks
call Event Call subtype=call part_of=later-talks
stir Event Stir subtype=other part_of=later-talks start=2024-02-10
plain Event Plain part_of=later-talks
letter Event Letter subtype=letter part_of=later-talks
visit Event Visit subtype=visit part_of=side-talks start=2024-05
early-visit Event "Early visit" subtype=visit part_of=talks start=2018-02
early-call Event "Early call" subtype=call part_of=talks
early-summit Event "Early summit" subtype=summit part_of=talks start=2018-12
plan Agreement Plan status=proposed part_of=later-talks
accord Agreement Accord status=signed start=2024-09 part_of=later-talks
pact Agreement Pact start=2016-05 part_of=third-talks
uproar Event Uproar subtype=attack start=2024-12
stall Tactic "Stalling, in short"
feint Tactic Feint
seat Issue "a seat" part_of=later-talks
consult Advice "consult, first"
wait Advice wait
calm Trait calm
quiet Outcome Quiet
mixed Verdict mixed valence=0
"""
CLAIMS = """\
r0101 wait ignoredIn still-talks source= evidence=r0001
r0102 yellow initiated later-talks locator=1
r0103 purple counterpartIn later-talks locator=1 attributed_to=orange|purple
r0104 broker mediatedIn later-talks locator=2 source=other
r0105 later-talks tookPlaceIn broker locator=2
r0106 envoy represented yellow context=later-talks locator=2
r0107 late-envoy represented purple context=talks locator=2
r0108 envoy heldPost yellow value=envoy start=2023 end=2024-06 locator=1
r0109 late-envoy heldPost purple value=minister end=2023 locator=1
r0110 yellow alliedWith orange locator=1 source=other
r0111 later-talks sidelined orange locator=1|3
r0112 later-talks shutOut green-army locator=2 modality=alleged attributed_to=blue
r0113 later-talks informedAfterwards yellow-office locator=2
r0114 accord bypassed seat locator=3
r0115 envoy met purple context=summit locator=1
r0116 purple met envoy context=second-summit locator=1 start=2024-06-02
r0117 yellow called purple context=call locator=2
r0118 yellow usedTactic bluff context=later-talks target=purple start=2024-03 locator=2
r0119 yellow usedTactic stall context=later-talks locator=2 source=other confidence=medium
r0120 purple counteredTactic stall context=later-talks target=yellow locator=2
r0121 orange pressuredIn later-talks target=yellow start=2024-08 end=2024-10 locator=3
r0122 crowd pressuredIn later-talks locator=3
r0123 green-army consultedIn later-talks locator=3
r0124 yellow demanded seat context=later-talks target=purple locator=1
r0125 purple refused plan context=later-talks target=envoy locator=1
r0126 yellow signed accord locator=1
r0127 purple partyTo accord locator=1
r0128 yellow conceded seat context=later-talks locator=1 start=2024-07
r0129 crowd discredited later-talks target=envoy locator=3
r0130 yellow partyTo summit locator=1
r0131 yellow partyTo second-summit locator=1
r0132 yellow partyTo call locator=1
r0133 yellow partyTo stir locator=1
r0134 yellow partyTo plain locator=1
r0135 letter about seat locator=1
r0136 yellow partyTo plan locator=1
r0137 call followedBy second-summit locator=1
r0138 summit followedBy call locator=1
r0139 accord followedBy summit locator=1
r0140 plan reactedTo stir locator=1
r0141 call ledTo accord locator=3 modality=alleged
r0142 later-talks followedBy uproar source=other locator=1 attributed_to=orange|purple via=blue confidence=low note="heard, not seen"
r0143 later-talks assessedAs failure aspect=outcome-of-talks locator=3 attributed_to=orange
r0144 later-talks assessedAs mixed aspect=outcome-of-talks source=other locator=1 polarity=negated
r0145 yellow hasTrait calm context=later-talks locator=3 attributed_to=purple
r0146 purple predicts uproar context=later-talks locator=3 attributed_to=purple
r0147 green recommends consult locator=1 context=later-talks
r0148 consult ignoredIn later-talks source= evidence=r0111|r0119
r0149 orange recommends wait locator=2 attributed_to=orange|blue
r0150 wait ignoredIn talks source= evidence=r0011
r0151 red recommends wait locator=2 polarity=negated
r0152 consult heededIn talks source= evidence=r0005
r0153 envoy met purple context=later-talks locator=2 polarity=negated
r0154 envoy met broker context=later-talks locator=2 modality=advised
r0155 yellow partyTo cold-war locator=2
r0156 purple atWarWith yellow context=cold-war locator=2
r0157 crowd partyTo cold-war locator=2
r0158 orange backs yellow locator=3
r0159 later-talks about seat locator=3
r0160 orange aimedAt seat locator=3
r0161 club mediatedIn thin-talks locator=3
r0162 blue demanded seat locator=2
r0163 old-empire partyTo cold-war locator=2
r0164 crowd backs purple locator=3
r0170 leader partyTo early-visit locator=1
r0171 leader partyTo early-call locator=1
r0172 red partyTo early-summit locator=1
r0173 leader met red context=early-summit locator=1
r0174 red usedTactic stall context=talks target=leader start=2019-05 locator=2
r0175 leader called red context=early-call locator=2
r0176 early-call followedBy early-summit locator=1
r0177 red demanded deal context=talks target=leader locator=2
r0178 broker mediatedIn talks locator=2
r0179 leader signed deal locator=2
r0180 yellow partyTo visit locator=1
r0181 yellow initiated side-talks locator=1
r0182 red usedTactic bluff context=side-talks locator=1
r0183 yellow usedTactic feint context=side-talks locator=1
r0190 orange initiated third-talks locator=1
r0191 broker counterpartIn third-talks locator=1
r0192 orange usedTactic bluff context=third-talks locator=1 source=other start=2016-02
r0193 broker usedTactic stall context=third-talks locator=1
r0194 orange called broker context=third-talks locator=1 start=2016-03
r0195 orange partyTo pact locator=1
r0200 green initiated twin-talks locator=1
r0201 purple counterpartIn twin-talks locator=1
r0202 green usedTactic bluff context=twin-talks locator=1
r0203 purple usedTactic stall context=twin-talks locator=1
r0204 green called purple context=twin-talks locator=1
r0210 red initiated more-talks locator=1
r0211 blue counterpartIn more-talks locator=1
r0212 red usedTactic feint context=more-talks locator=1
r0213 red met blue context=more-talks locator=1
r0214 red praised blue context=more-talks locator=1
r0215 red usedTactic bluff context=more-talks locator=1 rank=deprecated
r0220 blue initiated thin-talks locator=1
r0221 blue usedTactic bluff context=thin-talks locator=1
r0222 blue usedTactic feint context=thin-talks locator=1
r0230 later-talks replaysPlaybookOf talks aspect=bluff locator=3 modality=assessed
r0231 later-talks replaysPlaybookOf third-talks aspect=feint source=other locator=1 attributed_to=orange|purple
r0232 later-talks contrastsWith more-talks aspect=outcome-of-talks locator=3
r0233 third-talks replaysPlaybookOf twin-talks aspect=feint locator=1 polarity=negated
r0234 later-talks replaysPlaybookOf cold-war locator=3
r0235 later-talks replaysPlaybookOf thin-talks aspect=feint source= evidence=r0221|r0118
r0236 yellow replaysPlaybookOf blue locator=1
r0237 later-talks contrastsWith twin-talks aspect=stall locator=2
r0238 more-talks replaysPlaybookOf talks aspect=feint locator=2
r0239 uproar replaysPlaybookOf protest locator=2
r0240 later-talks contrastsWith talks aspect=seat locator=2 source=other polarity=negated
r0241 later-talks contrastsWith yellow locator=2
r0242 blue contrastsWith talks locator=2
r0243 later-talks replaysPlaybookOf twin-talks locator=2
r0244 more-talks replaysPlaybookOf twin-talks locator=2
r0250 leader kinOf envoy locator=2
r0251 crowd memberOf club locator=2
r0252 blue suspendedAid red locator=2 context=later-talks
r0253 quiet followedBy uproar locator=2
r0254 later-talks resultedIn quiet locator=2
r0255 r0143 disputes r0144 source= evidence=r0143|r0144
r0256 uproar occurredOn 2024-12-03 locator=2
r0257 late-envoy met envoy context=later-talks locator=1 end=2024-12 start=2024-12
r0260 guest heldPost purple value=guest end=2024-02-01 locator=1
r0261 guest met yellow context=later-talks locator=1
r0262 consult about seat locator=1
r0263 consult about quiet locator=1
r0264 later-talks followedBy collapse locator=2 modality=predicted polarity=negated via=blue|green
r0258 orange regardedAs failure context=later-talks aspect=outcome-of-talks locator=2 target=yellow
r0259 yellow hosted summit locator=1
"""
TABLES = {
    "sources": [
        {"id": "other", "title": "Another text", "paragraphs": "2", "authors": "A. Nobody"},
        {"id": "unused", "title": "A third text", "paragraphs": "1"},
    ],
    "coverage": [
        {"source": "other", "paragraph": "1", "status": "coded"},
        {"source": "other", "paragraph": "2", "status": "coded"},
        {"source": "unused", "paragraph": "1", "status": "nothing-to-code", "reason": "about something else"},
    ],
}


def rows(lines: str, *names: str) -> list[dict[str, str]]:
    """Rows of a table, the first cells by their place and the others by their name."""
    found = []
    for line in lines.splitlines():
        words = shlex.split(line)
        more = dict(word.split("=", 1) for word in words[len(names) :])
        found.append(dict(zip(names, words, strict=False)) | more)
    return found


def things(lines: str) -> list[dict[str, str]]:
    return rows(lines, "id", "kind", "label")


def claims(lines: str) -> list[dict[str, str]]:
    found = rows(lines, "id", "subject", "predicate", "object")
    return [
        each | {"object": "", "value": each["object"]} if each["predicate"] == "occurredOn" else each for each in found
    ]


def written(base: Path, name: str, more: str = "", less: str = "") -> Path:
    """The tables above in a folder, with more claims, and without some."""
    told = [each for each in claims(CLAIMS + more) if each["id"] not in less.split()]
    folder = writer(base, load_ontology())(name, entities=things(THINGS), relations=told, **TABLES)
    assert check(folder) == []
    return folder


@cache
def graph() -> KnowledgeGraph:
    """The tables above, loaded from a folder that is called DATA since."""
    with TemporaryDirectory() as base:
        kg = negograph.load(written(Path(base), "data"))
        kg.claims()  # the rows are read when somebody asks for them
    kg.options = ("--data", "DATA")
    return kg


def refused(ask: Callable[[], object], *places: Path) -> str:
    """What somebody is told whose question has no answer; the folders are called PLACE."""
    with pytest.raises((DataError, QuestionError, UnknownEntityError)) as caught:
        ask()
    text = f"{type(caught.value).__name__}: {caught.value}"
    for place in places:
        text = text.replace(str(place), "PLACE")
    return text + "\n"


def laid_out(case: Case) -> str:
    """Everything that a case knows, a line a thing."""
    lines = [f"{case.id} · {case.label} · {case.began.earliest} {case.began.latest}", f"scope {sorted(case.scope)}"]
    lines += [f"claims {' '.join(case.claims)}", f"placed {' '.join(case.placed)}"]
    for code, step in case.steps.items():
        days = f"{step.when.earliest} {step.when.latest}"
        told = f"{sorted(step.things)} first {sorted(step.first)}"
        lines.append(f"step {code} | {step.code} | {step.label} | {' '.join(step.claims)} | {told} | {days}")
    for side in case.sides:
        lines.append(f"side {side.name} | {side.role} | {sorted(side.members)}")
        lines += [f"  {feature} | {' '.join(sorted(known))}" for feature, known in side.features.items()]
    lines += [f"order {one} < {other}" for one, other in sorted(case.order.edges)]
    return "\n".join([*lines, "", ""])


def every(report: Report) -> str:
    """A report as people read it, and all its rows."""
    return f"{report.to_markdown()}\n{report.to_csv()}\n{len(report.to_turtle().splitlines())} lines of Turtle\n"


def shown(report: Report) -> str:
    return report.to_markdown() + f"\nvariables: {[' '.join(part.variables) for part in report]}\n"


def the_cases() -> str:
    corpus = graph().corpus
    names = [row["id"] for row in corpus.entities.values() if corpus.is_a(row["id"], "Happening")]
    return f"{list(cases(corpus))}\n" + "".join(laid_out(case_of(corpus, name)) for name in names)


def the_ranks() -> str:
    """Each case against all others, and against a part, which only the measure can be asked for."""
    corpus = graph().corpus
    known = cases(corpus)
    lines = []
    for case in [*known.values(), case_of(corpus, "accord"), case_of(corpus, "still-talks")]:
        for other, like in ranked(corpus, case, known):
            lines.append(f"{case.id}: {other.id} {replace(like, index=round(like.index, 9))}")
        for other in known.values():
            lines.append(f"  beside {other.id}: {align(case, other)}")
    return "\n".join([*lines, ""])


def the_comparisons() -> str:
    kg = graph()
    found = [every(kg.compare(name)) for name in ("later-talks", "still-talks", "summit", "third-talks")]
    found += [every(kg.compare("later-talks", "talks"))]
    pairs = (("talks", "later-talks"), ("twin-talks", "third-talks"), ("more-talks", "still-talks"), ("deal", "uproar"))
    found += [shown(kg.compare(*pair)) for pair in pairs]
    for pair in (
        ("talks", "talks"),
        ("talks", "deal"),
        ("talks", "war"),
        ("red", "talks"),
        ("talks", "seat"),
        ("Tlaks",),
    ):
        found.append(refused(lambda pair=pair: kg.compare(*pair)))
    return "\n".join(found)


def the_audits() -> str:
    kg = graph()
    found = [every(kg.audit()), shown(kg.audit(full=True))]
    found += [shown(kg.audit(name)) for name in ("third-talks", "still-talks")]
    assert audit(kg.corpus, kg._silencing) == replace(kg.audit(), command="")
    return "\n".join(found)


def the_hypotheses() -> str:
    kg = graph()
    narrowed = (
        {"deal": "later-talks"},
        {"actor": "Purple"},
        {"deal": "accord", "actor": "blue"},
        {"deal": "still-talks"},
    )
    found = [every(kg.detect()), kg.detect(deal="accord").to_turtle(), *(shown(kg.detect(**each)) for each in narrowed)]
    return "\n".join([*found, refused(lambda: kg.detect(deal="red"))])


def the_paths() -> str:
    kg = graph()
    found = [every(kg.path("leader", "envoy"))]
    pairs: Sequence[tuple[str, str, int, tuple[str, ...]]] = (
        ("green", "broker", 2, ()),
        ("purple", "green", 9, ("talks", "later-talks")),
        ("stall", "bluff", 2, ()),
        ("consult", "crowd", 1, ()),
        ("bureau", "war", 3, ()),
        ("war", "accord", 1, ()),
        ("blue", "purple", 40, ()),
        ("quiet", "calm", 1, ()),
        ("quiet", "seat", 1, ()),
    )
    for start, end, limit, avoid in pairs:
        try:
            found.append(shown(kg.path(start, end, limit=limit, avoid=avoid)))
        except QuestionError as error:
            found.append(f"{start}, {end}: {error}\n")
    wrong = (
        ("red", "red", ()),
        ("red", "blue", ("red", "green")),
        ("red", "blue", ("red", "blue")),
        ("red", "calm", ()),
    )
    found += [refused(lambda each=each: kg.path(each[0], each[1], avoid=each[2])) for each in wrong]
    return "\n".join(found)


def the_voices() -> str:
    kg = graph()
    asked: Sequence[tuple[str, str, dict[str, str]]] = (
        ("bypassed-allies", "source", {}),
        ("bypasses", "speaker", {}),
        ("tactics", "source", {"negotiation": "later-talks"}),
        ("judgements", "speaker", {"about": "later-talks"}),
        ("disagreements", "speaker", {}),
        ("disagreements", "source", {}),
        ("what-followed", "source", {"negotiation": "later-talks"}),
        ("advice", "speaker", {}),
        ("bypasses", "source", {"deal": "third-talks"}),
        ("bypasses", "speaker", {"deal": "third-talks"}),
        ("parties", "speaker", {"negotiation": "third-talks"}),
        ("counter-tactics", "source", {}),
    )
    found = [every(kg.sensitivity(name, voices=voices, **given)) for name, voices, given in asked]
    return "\n".join([*found, refused(lambda: kg.sensitivity("bypasses", voices="author"))])


def the_briefings() -> str:
    kg = graph()
    found = [shown(kg.brief("later-talks", full=True)), kg.brief("later-talks").to_html()]
    found += [kg.brief(name).to_markdown() for name in ("talks", "cold-war", "still-talks", "accord")]
    short = brief(kg.corpus, "later-talks", kg.rules["left-out"], longest=2)
    return "\n".join(
        [
            *found,
            short.to_markdown(),
            *(repr([part.command for part in each]) for each in (short, kg.brief("later-talks"))),
        ]
    )


OWN = """\
subject,predicate,object,value,context,target,aspect,start,end,modality,polarity,gist,note
State: Teal,initiated,Negotiation: Harbour talks,,,,,2026-03,,,,We opened talks.,ours
State:Grey,counterpartIn,HARBOUR TALKS,,,,,,,,,,
Teal,alliedWith,Orange,,,,,,,,,,
Harbour talks,shutOut,Orange,,,,,,,,,Orange was not told.,
Teal,usedTactic,Bluff,,harbour talks,grey,,,,,,,
Teal,usedTactic,"Stalling, in short",,Harbour talks,,,2026-04,2026-05,assessed,,,
grey,hasTrait,Calm,,Harbour talks,,,,,,negated,,
Agreement: Harbour & quay!,occurredOn,,2026-06,,,,,,,,,
grey,signed,Harbour & quay!,,,,,,,,,,
Event: Talks,reactedTo,Harbour talks,,,,,,,,,,
Teal,initiated,Harbour talks,,,,,2025-01,,,,,
Group: The blue,demanded,Issue: a berth,,Harbour talks,,,,,,,,
Group: !!!,initiated,Event: an opening that goes on and on and on and on until the very end,,,,,,,,,,
Purple,aimedAt,a berth,,,,,,,,,,
Harbour talks,about,a seat,,,,,,,,,,
Tangerine,usedTactic,feint,,Harbour talks,,,,,,,,
"""
SHORT = """\
subject,predicate,object
Person: A guest,initiated,Event: A dinner
Person: Гость,initiated,A dinner
Person: Хозяин,initiated,A dinner
Person: Повар,initiated,A dinner
"""
WRONG = {
    "many": """\
subject,predicate,object,context,target,start,gist
State: Teal,initiated,Negotiation: Harbour talks,,,2026-13,
Person: Teal,met,red,,,,Again.
State: Azure,met,red,,,,
Negotiation: Azure,met,red,,,,
yellw,met,red,,,,
nobody that is near,met,red,,,,
Azure or,met,,,,,
red,usedTactic,blue,Harbour talks,,,
red,met,,Harbour talks,,,
red,met,leader ,,,,
red,met,lea\u200bder,,,,
red,meet,leader,,,,
Ship: Teal,met,red,,,,
r0111,met,red,,,,
blue-green,met,red,,,,=1
Mauve,met,red,,,,
red,met,blue
""",
    "none": "subject,predicate,object\nleader,met,red\n",
    "none and more": "subject,predicate,object\nleader,met,rde\n",
    "header": "predicate,objct,gist\nmet,red,x\n",
    "lost": 'subject,predicate,object\nState: Teal,initiated,Negotiation: Harbour talks\n"a\nb,met\nr0001,disputes,red\n',
    "empty": "",
    "alone": "subject,predicate,object\n",
    "twice": "subject,predicate,object\nred,initiated,Event: x\nr900001,disputes,r0001\nown-case,met,red\n",
}


def the_assessments() -> str:
    kg = graph()
    found = []
    with TemporaryDirectory() as base:
        for name, text in (("own", OWN), ("short", SHORT)):
            file = Path(base, f"{name}.csv")
            file.write_text(text, encoding="utf-8")
            known = {table: list(each) for table, each in kg._tables.items()}
            case, merged = read_case(file, kg.resolve, known, kg.ontology)
            found.append(f"the case {case}")
            assert {table: list(each) for table, each in kg._tables.items()} == known
            for table, each in merged.items():
                assert each[: len(known[table])] == known[table]
                for row in each[len(known[table]) :]:
                    assert set(row) == set(kg.ontology.columns[table])
                    found.append(f"{table}: { ({name: cell for name, cell in row.items() if cell != ''}) }")
            report = kg.assess(file)
            found += ["", every(report).replace(base, "PLACE"), f"{len(report.made)} made\n"]
        for name, text in WRONG.items():
            file = Path(base, f"{name}.csv")
            file.write_text(text, encoding="utf-8")
            found.append(refused(lambda file=file: kg.assess(file), Path(base)))
            with pytest.raises(DataError) as caught:
                kg.assess(file)
            found += [
                f"{each.line}:{each.column} {each.code} | {each.message} | {each.mend}"
                for each in caught.value.problems
            ]
        found.append(refused(lambda: kg.assess(Path(base, "nowhere.csv")), Path(base)))
    return "\n".join([*found, template()])


LATER = """\
r0299 yellow met purple locator=1 attributed_to=orange|purple
r0105 later-talks tookPlaceIn blue locator=2
r0104 broker mediatedIn later-talks locator=1 confidence=low note=seen
"""


def the_differences() -> str:
    with TemporaryDirectory() as base:
        old = negograph.load(written(Path(base), "old"))
        fewer = [each for each in claims(CLAIMS) if each["id"] not in ("r0258", "r0257", "r0105", "r0104", "r0252")]
        tables = {
            "entities": [
                *things(THINGS),
                {"id": "red", "label": "Scarlet", "aliases": "Red"},
                {"id": "ash", "kind": "State", "label": "Ash"},
            ],
            "relations": [*fewer, *claims(LATER)],
            "sources": [
                TABLES["sources"][0] | {"authors": "B. Nobody"},
                {"id": "late", "title": "Late", "paragraphs": "1"},
            ],
            "coverage": [
                *TABLES["coverage"][:2],
                {"source": "late", "paragraph": "1", "status": "nothing-to-code", "reason": "too late"},
            ],
            "stories": [
                {
                    "story": "short",
                    "step": "1",
                    "title": "Short",
                    "header": "One",
                    "text": "Once.",
                    "entities": "red",
                    "claims": "r0005",
                }
            ],
        }
        new = negograph.load(writer(Path(base), load_ontology())("new", **tables))
        found = [
            every(old.diff(new)),
            shown(new.diff(old)),
            shown(new.diff(new)),
            shown(old.diff(new.heard(without=["other"])[0])),
        ]
    return "\n".join(found).replace(base, "PLACE")


def the_sections() -> str:
    """How the rows of each report are laid out: heads that no table shows, columns that are joined."""
    kg = graph()
    with TemporaryDirectory() as base:
        file = Path(base, "own.csv")
        file.write_text(OWN, encoding="utf-8")
        reports = [
            kg.compare("talks"),
            kg.compare("talks", "later-talks"),
            *(kg.audit(full=each) for each in (False, True)),
            kg.detect(),
            kg.path("red", "blue"),
            *(kg.sensitivity("bypasses", voices=each) for each in ("source", "speaker")),
            kg.brief("talks"),
            kg.assess(file),
            kg.diff(kg),
        ]
    lines = []
    for report in reports:
        for part in report:
            lines += [f"{type(report).__name__} {report.title} / {part.name} / {part.title} / {part.empty}"]
            lines += map(str, part.sections)
    return "\n".join(lines)


SECTIONS: dict[str, Callable[[], str]] = {
    "cases": the_cases,
    "ranks": the_ranks,
    "comparisons": the_comparisons,
    "audits": the_audits,
    "hypotheses": the_hypotheses,
    "paths": the_paths,
    "voices": the_voices,
    "briefings": the_briefings,
    "assessments": the_assessments,
    "differences": the_differences,
    "sections": the_sections,
}


def whole(name: str) -> str:
    """A section, with no blanks at the ends of its lines."""
    return "\n".join(line.rstrip() for line in SECTIONS[name]().splitlines()).strip("\n") + "\n"


def told_before() -> dict[str, str]:
    found = ANALYSED.read_text(encoding="utf-8").split("\n===== ")
    return {name: text for name, _, text in (each.partition("\n") for each in found[1:])}


@pytest.mark.parametrize("name", SECTIONS)
def test_an_analysis_says_what_is_written_down(name: str) -> None:
    assert whole(name) == told_before()[name], "python tests/test_analysed.py writes it anew"


if __name__ == "__main__":
    os.environ["NEGOGRAPH_CACHE"] = "off"
    ANALYSED.write_text("".join(f"\n===== {name}\n{whole(name)}" for name in SECTIONS), encoding="utf-8")
