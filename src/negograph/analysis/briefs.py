"""The briefing on a negotiation: what the sources say of it, sentence by sentence, each with its footnote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

from negograph.analysis.cases import case_of, cases
from negograph.analysis.detection import detect
from negograph.analysis.precedents import precedents
from negograph.answers import Answer, Section, markdown_code, markdown_text, place_of
from negograph.corpus import OWN_VOICE, Cell, Corpus
from negograph.ontology import EDITORIAL
from negograph.questions import Question
from negograph.reports import Report

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["Brief", "Chapter", "Footnote", "Sentence", "brief"]

NOTES = (
    "Every sentence says what somebody says; the footnote names who, in which source and paragraph. Nothing here is "
    "a judgement of negograph's curators, except where a footnote names them. What is foretold, advised, alleged or "
    "denied says so beside the name.",
    "A section shows what is told first; its command gives all of it.",
)
_MARKS = {"predicted": "foretold", "advised": "advised", "alleged": "alleged"}
"""What a sentence says of a claim that is neither reported nor assessed, by modality."""
_LONGEST = 12
"""Sentences of a section, unless all are asked for."""
_NEAREST = 3


@dataclass(frozen=True)
class Plan:
    """A section of the briefing: where its rows come from, and the columns that lead each sentence."""

    name: str
    title: str
    question: str = ""
    """The question of the catalogue; none where the rows are made by an analysis."""
    parameter: str = ""
    lead: tuple[str, ...] = ()
    told: bool = True
    """Whether the gist of a claim is written out; where not, the lead is the sentence."""
    claims: tuple[str, ...] = ("claim",)
    """The variables that hold the claims of a sentence."""
    joint: str = " "
    """What stands between the gists of several claims."""


_PLANS = (
    Plan("parties", "At the table, and not", "parties", "negotiation", ("side", "who", "part"), told=False),
    Plan("bypasses", "Left out, and how", "bypasses", "deal", ("who", "how", "ties")),
    Plan("left-out", "Who else may have been left out: hypotheses of a rule", lead=("leftOut", "ground")),
    Plan("timeline", "Time line", "timeline", "within", ("date", "what")),
    Plan("tactics", "Tactics", "tactics", "negotiation", ("means", "actor", "against")),
    Plan("traits", "Traits shown in it", "traits", "negotiation", ("bearer", "quality", "eyes")),
    Plan("what-followed", "What followed, by kind of link", "what-followed", "negotiation", ("link", "followed")),
    Plan("parallels", "Parallels and contrasts that speakers draw", "parallels", "negotiation", ("link",)),
    Plan(
        "precedents",
        "Cases alike by steps, the likest first, earlier or later",
        lead=("precedent", "when", "earlier", "share", "steps"),
        told=False,
    ),
    Plan("advice", "Advice heeded and ignored", "advice", "case", ("outcome", "advice"), claims=("claim", "fateClaim")),
    Plan("judgements", "Judgements, for and against", "judgements", "about", ("stance", "verdict", "aspect")),
    Plan(
        "disagreements",
        "Where the sources disagree",
        "disagreements",
        "about",
        ("kind",),
        claims=("one", "other"),
        joint=" But: ",
    ),
    Plan("weak-evidence", "Weak spots of the evidence", "weak-evidence", "about", ("weakness",)),
)
_SOURCES = Plan("sources", "Sources", lead=("source", "share"), told=False)


@dataclass(frozen=True)
class Footnote:
    """Where one sentence comes from."""

    claim: str
    text: str


@dataclass(frozen=True)
class Sentence:
    """A sentence, what leads it, and the numbers of its footnotes."""

    lead: str
    text: str
    voices: str
    """Who says it, and whether it is foretold, advised, alleged or denied."""
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Chapter:
    """A section of a briefing, as prose."""

    title: str
    sentences: tuple[Sentence, ...]
    more: int
    """How many sentences are not shown."""
    command: str
    empty: str
    """What to read where there are no sentences."""


@dataclass(frozen=True, repr=False)
class Brief(Report):
    """A report that can be read as prose with footnotes, in Markdown and HTML."""

    corpus: Corpus = field(kw_only=True, repr=False, compare=False)
    facts: tuple[tuple[str, str], ...] = field(kw_only=True, default=())
    """What identifies the negotiation: pairs of a name and a text."""
    plans: Mapping[str, Plan] = field(kw_only=True, repr=False)
    """How each part becomes prose, by its name."""
    longest: int | None = field(kw_only=True, default=_LONGEST)

    @cached_property
    def footnotes(self) -> tuple[Footnote, ...]:
        """The footnotes in the order of their numbers, which begin with 1."""
        shown = (claim for _, sentences, _ in self._told for _, _, claims in sentences for claim in claims)
        return tuple(Footnote(claim, _origin(self.corpus, claim)) for claim in dict.fromkeys(shown))

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """The sections as prose."""
        numbers = {note.claim: number for number, note in enumerate(self.footnotes, 1)}
        found = []
        for part, told, more in self._told:
            sentences = [
                Sentence(lead, text, _voices(self.corpus, claims), tuple(map(numbers.__getitem__, claims)))
                for lead, text, claims in told
            ]
            found.append(Chapter(part.title, tuple(sentences), more, part.command, part.empty))
        return tuple(found)

    @cached_property
    def _told(self) -> list[tuple[Answer, list[tuple[str, str, tuple[str, ...]]], int]]:
        """For each part its sentences (lead, text, claims), and how many more there are."""
        found = []
        for part in self.parts:
            sentences = list(self._sentences(part))
            shown = sentences[: self.longest]
            found.append((part, shown, len(sentences) - len(shown)))
        return found

    def _sentences(self, part: Answer) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Lead, text and claims of each sentence; rows of the same words make one."""
        plan = self.plans[part.name]
        found: dict[tuple[str, str], dict[str, None]] = {}
        for row in part.rows:
            values = dict(zip(part.variables, row, strict=True))
            claims = [values[name] for name in plan.claims if values.get(name)]
            texts = [values.get(f"{name}Label") or values.get(name) for name in plan.lead]
            lead = " · ".join(str(text) for text in texts if text not in (None, ""))
            text = plan.joint.join(map(self.corpus.label, claims)) if plan.told else ""
            found.setdefault((lead, text), {}).update(dict.fromkeys(claims))
        for (lead, text), cited in found.items():
            yield lead, text, tuple(cited)

    def to_markdown(self) -> str:
        """The briefing as Markdown with footnotes."""
        out = [f"# {markdown_text(self.title)}\n", *(f"- {name}: {markdown_text(text)}" for name, text in self.facts)]
        for chapter in self.chapters:
            out.append(f"\n## {markdown_text(chapter.title)}\n")
            out += [_bullet(sentence) for sentence in chapter.sentences] or [f"*{chapter.empty}*"]
            if chapter.more:
                out.append(f"- *{chapter.more} more:* {markdown_code(chapter.command)}")
        out += [
            "",
            "## How to read this\n",
            *(f"- {markdown_text(note)}" for note in self.notes),
            f"\n{markdown_code(self.command)}\n",
        ]
        out += [f"[^{number}]: {markdown_text(note.text)}" for number, note in enumerate(self.footnotes, 1)]
        return "\n".join(out) + "\n"

    def to_html(self) -> str:
        """The briefing as a page of its own: no script, no request."""
        return _template().render(brief=self)


@cache
def _template() -> Template:
    """The page, read once: a process that may open no file can write it too."""
    from jinja2 import Environment, PackageLoader

    loader = PackageLoader("negograph", "analysis")
    environment = Environment(loader=loader, autoescape=True, auto_reload=False, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("brief.html")


def _bullet(sentence: Sentence) -> str:
    lead = f"**{markdown_text(sentence.lead)}**" if sentence.lead else ""
    text = ": ".join(filter(None, (lead, markdown_text(sentence.text))))
    said = f" *({markdown_text(sentence.voices)})*" if sentence.voices else ""
    return f"- {text}{said}{''.join(f'[^{number}]' for number in sentence.notes)}"


def _voices(corpus: Corpus, claims: Iterable[str]) -> str:
    """Who makes the claims of a sentence: the sources that speak themselves, and the speakers that they quote."""
    found: dict[str, None] = {}
    for claim in claims:
        row = corpus.claims[claim]
        denied = "denied" if row["polarity"] == "negated" else ""
        marks = ", ".join(filter(None, (_MARKS.get(corpus.modality(row)), denied)))
        for cells in corpus.provenance(claim):
            own_voice = cells["saidByLabel"] == OWN_VOICE
            voice = row["source"] if own_voice else str(cells["saidByLabel"])
            found[f"{voice}: {marks}" if marks else voice] = None
    return "; ".join(found)


def _origin(corpus: Corpus, claim: str) -> str:
    """Who says it, where, and how: the text of a footnote."""
    row = corpus.claims[claim]
    source = corpus.sources.get(row["source"])
    speakers = [corpus.label(each) for each in row["attributed_to"].split("|") if each]
    via = [corpus.label(each) for each in row["via"].split("|") if each]
    where = place_of(row["source"], row["locator"])
    voice = "the text in its own voice" if source and row["source"] != EDITORIAL else "negograph's curators"
    evidence = f"inferred from {row['evidence'].replace('|', ', ')}" if row["evidence"] else ""
    told = [
        ", ".join(speakers) or voice,
        f"through {', '.join(via)}" if via else "",
        where,
        corpus.modality(row) + (", denied" if row["polarity"] == "negated" else ""),
        evidence,
        f"{row['confidence']} confidence of the reading" if row["confidence"] in ("medium", "low") else "",
        f"the curators' note: {row['note']}" if row["note"] else "",
        claim,
    ]
    return "; ".join(filter(None, told))


def brief(
    corpus: Corpus,
    negotiation: str,
    rule: Question,
    *,
    longest: int | None = _LONGEST,
    commands: Mapping[str, str] | None = None,
) -> Brief:
    """The briefing on a negotiation, a deal, an event or a conflict.

    Args:
        corpus: the material.
        negotiation: its id.
        rule: the rule that proposes who may have been left out.
        longest: how many sentences a section shows; ``None`` for all.
        commands: the commands that give the parts "precedents" and "left-out" in full.
    """
    case = case_of(corpus, negotiation)
    hypotheses = detect(corpus, rule, deal=negotiation)
    made = {
        "left-out": hypotheses.parts[0],
        "precedents": precedents(corpus, case, cases(corpus)).where(lambda row: row.place <= _NEAREST),
    }
    made = {name: replace(part, command=(commands or {}).get(name, "")) for name, part in made.items()}
    asked = {each.name: corpus.ask(each.question, **{each.parameter: negotiation}) for each in _PLANS if each.question}
    parts = [corpus.titled(each.name, each.title, (made | asked)[each.name]) for each in _PLANS]
    return Brief(
        f"Briefing: {case.label}",
        (*parts, _sources(corpus, parts)),
        corpus.store,
        corpus.ontology.prefixes,
        notes=(*NOTES, *hypotheses.notes),
        made=hypotheses.made,
        corpus=corpus,
        facts=tuple(_facts(corpus, negotiation)),
        plans={plan.name: plan for plan in (*_PLANS, _SOURCES)},
        longest=longest,
    )


def _facts(corpus: Corpus, identifier: str) -> Iterator[tuple[str, str]]:
    """What identifies a happening, as pairs of a name and a text."""
    row = corpus.entities[identifier]
    yield "kind", corpus.ontology.classes[row["kind"]].label
    for name in ("description", "start", "end", "status"):
        if row[name]:
            yield name, row[name]
    if row["part_of"]:
        yield "part of", ", ".join(map(corpus.label, row["part_of"].split("|")))


def _sources(corpus: Corpus, parts: Iterable[Answer]) -> Answer:
    """The sources of a briefing, with how many of its claims each gives."""
    cited = dict.fromkeys(claim for part in parts for claim in part.claims)
    count = Counter(corpus.claims[claim]["source"] for claim in cited)
    rows: list[Mapping[str, Cell]] = []
    for source, number in count.most_common():
        title = corpus.sources[source]["title"] if source else "inferences of negograph's curators"
        rows.append({"source": title, "share": f"{number} of the {len(cited)} claims"})
    return corpus.answer(_SOURCES.name, _SOURCES.title, "source share", rows, Section("", ("source", "share")))
