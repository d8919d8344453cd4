"""Which answers rest on one voice: the question asked again with each source or speaker left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from negograph.answers import Answer, Section, head_of, place_of
from negograph.corpus import OWN_VOICE, Cell, Corpus
from negograph.errors import QuestionError
from negograph.reports import Report

__all__ = ["VOICES", "sensitivity", "statements"]

VOICES = ("source", "speaker")

NOTES = (
    "An answer goes with a voice where no other voice gives it; it appears where it held only as long as that voice "
    "was silent.",
)
_ASIDE = ("saidby", "commentby", "source", "paragraph", "gist", "relay", "document", "because")
_OWN_VOICE = "nobody is quoted: every answer is a source's own voice (--voices source)"


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
    everything, behind = statements(corpus, full), _claims(full)
    effects: list[Mapping[str, Cell]] = []
    rows: list[Mapping[str, Cell]] = []
    for voice in _voices(full, voices, corpus):
        others = hear(voice)
        answer = others.ask(question, **parameters)
        left = statements(others, answer)
        lost = [key for key in everything if key not in left]
        new = [key for key in left if key not in everything]
        heard: dict[str, Cell] = {
            "voice": corpus.source_term(voice) if voices == "source" else corpus.entity(voice),
            "lost": len(lost),
            "effect": f"{len(lost)} of {len(everything)} answers go"
            + (f", {len(new)} appear" if new else "")
            + (": nothing changes" if not lost and not new else ""),
        }
        effects.append(heard)
        rows += [{**heard, **cells} for cells in _told(corpus, "goes", everything, behind, lost)]
        rows += [{**heard, **cells} for cells in _told(others, "appears", left, _claims(answer), new)]
    for each in (effects, rows):
        each.sort(key=lambda row: -int(str(row["lost"])))
    unquoted = [key for key in everything if not any(corpus.claims[each]["attributed_to"] for each in behind[key])]
    parts = (_effects(corpus, effects, voices, bool(everything)), _changes(corpus, rows, bool(everything)))
    title = f"{full.title} Which answers rest on one {voices}?"
    notes = [_unit(full), *NOTES]
    if voices == "speaker" and effects and unquoted:
        notes.append(
            f"{len(unquoted)} of {len(everything)} answers are a source's own voice, and no speaker's: --voices source."
        )
    return Report(title, parts, corpus.store, corpus.ontology.prefixes, notes=tuple(notes))


def _effects(corpus: Corpus, rows: Iterable[Mapping[str, Cell]], voices: str, answered: bool) -> Answer:
    """What goes with each voice, one line a voice."""
    if voices == "speaker" and answered:
        corpus = replace(corpus, empty=_OWN_VOICE)
    return corpus.answer("voices", "", "voice lost effect", rows, Section("", ("voice", "effect")))


def _changes(corpus: Corpus, rows: Iterable[Mapping[str, Cell]], answered: bool) -> Answer:
    """The answers that go and those that appear with each voice, each once with all that give it."""
    return replace(corpus, empty="nothing changes" if answered else corpus.empty).answer(
        "changes",
        "What goes with each voice, and what appears without it",
        "voice lost effect change answer origin gist saidBy source paragraph claim",
        rows,
        Section("", ("voice", "change")),
        Section("", ("answer", "origin"), frozenset({"origin"}), heads={"origin": "given by"}),
    )


def _unit(answer: Answer) -> str:
    """What an answer is, in the words that head its columns."""
    heads = {name: head for section in answer.sections for name, head in section.heads.items()}
    words = ", ".join(heads.get(name) or head_of(name) for name in _telling(answer))
    return f"An answer is what a row says, whoever says it: one combination of {words}."


def statements(corpus: Corpus, answer: Answer) -> dict[tuple[Any, ...], str]:
    """What the rows of an answer say, whoever says it: key to text, each once."""
    columns = _telling(answer)
    found = {}
    for row in answer.rows:
        values = dict(zip(answer.variables, row, strict=True))
        texts = [corpus.label(str(values.get(f"{name}Label") or values[name] or "")) for name in columns]
        found[_key(values, columns)] = " · ".join(filter(None, texts))
    return found


def _key(values: Mapping[str, Any], columns: Iterable[str]) -> tuple[Any, ...]:
    """The label too: where a question marks what is denied or foretold, it marks it there."""
    return tuple((values[name], values.get(f"{name}Label")) for name in columns)


def _telling(answer: Answer) -> list[str]:
    """The variables that say something: those of the header, else what people are shown but who says it, and where."""
    if answer.telling:
        return list(answer.telling)
    shown = [name for section in answer.sections for name in section.columns] or list(answer.variables)
    names = [name.removesuffix("Label") for name in shown if not name.lower().endswith(_ASIDE)]
    return [name for name in dict.fromkeys(names) if name in answer.variables]


def _claims(answer: Answer) -> dict[tuple[Any, ...], tuple[str, ...]]:
    """The claims behind each statement, in the order of the rows."""
    columns = _telling(answer)
    found: dict[tuple[Any, ...], dict[str, None]] = {}
    for index, row in enumerate(answer.rows):
        values = dict(zip(answer.variables, row, strict=True))
        one = replace(answer, solutions=answer.solutions[index : index + 1])
        found.setdefault(_key(values, columns), {}).update(dict.fromkeys(one.claims))
    return {key: tuple(claims) for key, claims in found.items()}


def _told(
    corpus: Corpus,
    change: str,
    texts: Mapping[tuple[Any, ...], str],
    claims: Mapping[tuple[Any, ...], tuple[str, ...]],
    keys: Iterable[tuple[Any, ...]],
) -> Iterator[dict[str, Cell]]:
    """Each answer that changes, with who gives it and where: the provenance of the claims behind it."""
    for key in keys:
        for claim in claims[key]:
            for cells in corpus.provenance(claim):
                yield {"change": change, "answer": texts[key], "origin": _origin(corpus, claim, cells), **cells}


def _origin(corpus: Corpus, claim: str, cells: Mapping[str, Cell]) -> str:
    row = corpus.claims[claim]
    where = place_of(row["source"], row["locator"], "+")  # commas stand between those who give an answer
    return where if cells["saidByLabel"] == OWN_VOICE else " in ".join(filter(None, (str(cells["saidByLabel"]), where)))


def _voices(answer: Answer, voices: str, corpus: Corpus) -> list[str]:
    """The voices that an answer rests on, by id."""
    found: set[str] = set()
    for claim in answer.claims:
        row = corpus.claims[claim]
        found |= {row["source"]} if voices == "source" else set(row["attributed_to"].split("|"))
    return sorted(filter(None, found))
