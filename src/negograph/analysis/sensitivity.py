"""Which answers rest on one voice: the question asked again with each source or speaker left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from negograph.answers import Answer, Section
from negograph.corpus import Cell, Corpus
from negograph.errors import QuestionError
from negograph.reports import Report

__all__ = ["VOICES", "sensitivity", "statements"]

VOICES = ("source", "speaker")

NOTES = (
    "An answer is what a row says, whoever says it. It goes with a voice where no other voice gives it; it appears "
    "where it held only as long as that voice was silent.",
)
_ASIDE = ("saidby", "source", "paragraph", "claim", "gist", "relay", "document", "because", "day")


def sensitivity(
    corpus: Corpus, question: str, hear: Callable[[str], Corpus], voices: str, parameters: Mapping[str, str]
) -> Report:
    """Ask a question again, each time without one voice, and report which answers change.

    Args:
        corpus: the material.
        question: name of the question.
        hear: gives the material without a voice.
        voices: ``source`` or ``speaker``: what a voice is.
        parameters: what narrows the question.

    Raises:
        QuestionError: ``voices`` is neither.
    """
    if voices not in VOICES:
        raise QuestionError(f"a voice is a {' or a '.join(VOICES)}, not '{voices}'")
    full = corpus.ask(question, **parameters)
    everything = statements(full)
    rows: list[Mapping[str, Cell]] = []
    for voice in _voices(full, voices, corpus):
        others = hear(voice)
        answer = others.ask(question, **parameters)
        left = statements(answer)
        lost = [key for key in everything if key not in left]
        new = [key for key in left if key not in everything]
        heard: dict[str, Cell] = {
            "voice": corpus.source_term(voice) if voices == "source" else corpus.entity(voice),
            "lost": len(lost),
            "effect": f"{len(lost)} of {len(everything)} answers go"
            + (f", {len(new)} appear" if new else "")
            + (": nothing changes" if not lost and not new else ""),
        }
        told = [
            {"change": "goes", "answer": everything[key], **cells} for key in lost for cells in _said(corpus, full, key)
        ]
        told += [
            {"change": "appears", "answer": left[key], **cells} for key in new for cells in _said(others, answer, key)
        ]
        rows += [{**heard, **cells} for cells in told] or [heard]
    rows.sort(key=lambda row: -int(str(row["lost"])))
    part = corpus.answer(
        "changes",
        "",
        "voice lost effect change answer gist saidBy source paragraph claim",
        rows,
        Section("", ("voice", "effect")),
        Section("", ("change", "answer", "saidBy", "source", "paragraph"), frozenset({"saidBy"}), optional=True),
    )
    title = f"{full.title} Which answers rest on one {voices}?"
    return Report(title, (part,), corpus.store, corpus.ontology.prefixes, notes=NOTES)


def statements(answer: Answer) -> dict[tuple[Any, ...], str]:
    """What the rows of an answer say, whoever says it: key to text, each once."""
    columns = _telling(answer)
    found = {}
    for row in answer:
        values = dict(zip(answer.variables, row, strict=True))
        texts = [str(values.get(f"{name}Label") or values[name] or "") for name in columns]
        found[tuple(values[name] for name in columns)] = " · ".join(filter(None, texts))
    return found


def _telling(answer: Answer) -> list[str]:
    """The variables that say something, and not who says so, where, or how it reads."""
    labels = {f"{name}Label" for name in answer.variables}
    return [name for name in answer.variables if name not in labels and not name.lower().endswith(_ASIDE)]


def _said(corpus: Corpus, answer: Answer, key: tuple[Any, ...]) -> Iterator[dict[str, Cell]]:
    """Who gives an answer, and where: the provenance of the claims behind it."""
    columns = _telling(answer)
    same = answer.where(lambda row: tuple(getattr(row, name) for name in columns) == key)
    for claim in same.claims:
        yield from corpus.provenance(claim)


def _voices(answer: Answer, voices: str, corpus: Corpus) -> list[str]:
    """The voices that an answer rests on, by id."""
    found: set[str] = set()
    for claim in answer.claims:
        row = corpus.claims[claim]
        found |= {row["source"]} if voices == "source" else set(row["attributed_to"].split("|"))
    return sorted(filter(None, found))
