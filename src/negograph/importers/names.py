"""Names of actors as data sets write them: cleaned, compared, turned into ids and kinds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from negograph.tables import Row

__all__ = ["Known", "Match", "clean", "fold", "kind_of", "shorten", "slug"]

_NEAR = 90
"""From this likeness (rapidfuzz ratio, 0 to 100) on, a name is put before a human; a choice of ours."""
_SHORT = 5
"""Names of fewer characters are never called near: ELN is not ELF."""
_ARTICLE = re.compile(r"^(?:the|la|le|les|el|los|las|l) ")
_STATE = re.compile(
    r"^(?:(?:royal|transitional|interim|national|federal|provisional) )*"
    r"(?:government|govt|gouvernement|gobierno|state|republic|kingdom|islamic republic)"
    r"(?: of| de| du| del)?(?: (?:the|la|le))?"
    r"(?: (?:islamic republic|republic|kingdom|state|federal republic)(?: of)?)? "
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_OTHER = re.compile(r"[^a-z0-9]+")
_JOINERS = "\u200c\u200d"

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"\b(?:{words})\b"))
    for kind, words in (
        (
            "Person",
            r"mr|mrs|ms|mme|dr|prof|hon|sir|gen|col|lt|sheikh|professor|general|colonel|president|minister|chairman|"
            r"chairperson|chair|commander|ambassador|secretary|spokesman|spokesperson|excellency|leader|captain|major|"
            r"brigadier|imam|bishop|envoy|representative|member|presidente|ministro|comandante|chief",
        ),
        (
            "GovernmentBody",
            r"government|govt|gouvernement|gobierno|ministry|parliament|presidency|administration|authorities|"
            r"council of ministers|armed forces|national army|royal army|cabinet|police|gon|grp",
        ),
        (
            "Organisation",
            r"nations|organization|organisation|league|committee|comite|commission|union africaine|african union|"
            r"european union|ecowas|cedeao|igad|osce|csce|un|unsc|eu|au|oau|sadc|oas|church|community|conference|"
            r"political party|parti|foundation|mission|association|council",
        ),
        (
            "ArmedGroup",
            r"liberation|liberacion|front|frente|army|ejercito|rebels?|movement|mouvement|movimiento|militia|guerrillas?|"
            r"mujahid\w*|resistance|forces|farc|brigade|tigers|insurgents?|anti balaka|mai mai|faction|maoists?",
        ),
    )
)


def clean(text: str) -> str:
    """One line of text that any cell of the tables may hold.

    >>> clean("  Government\\r\\n of\\tX ")
    'Government of X'
    """
    if text.isascii():  # nearly every cell, and ten times sooner
        return " ".join(_CONTROL.sub(" ", text).split()).lstrip("=+-@ ")
    kept = (
        " " if unicodedata.category(each) in ("Cc", "Zl", "Zp") else each
        for each in unicodedata.normalize("NFC", text)
        if unicodedata.category(each) not in ("Cf", "Co", "Cs") or each in _JOINERS
    )
    line = " ".join("".join(each for each in kept if each != "\ufffd" and ord(each) & 0xFFFE != 0xFFFE).split())
    return line.lstrip("=+-@ ")


def shorten(text: str, length: int) -> str:
    """``text``, cut at a word and marked where it is longer than ``length``."""
    if len(text) <= length:
        return text
    return text[: length - 2].rsplit(" ", 1)[0].rstrip(" ,;:(") + " …"


def fold(name: str) -> str:
    """A name as it is compared: without case, accents, punctuation and article.

    >>> fold("The Côte d’Ivoire")
    'cote d ivoire'
    """
    if name.isascii():
        return _ARTICLE.sub("", _OTHER.sub(" ", name.casefold()).strip())
    marks = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(each if each.isalnum() else " " for each in marks if not unicodedata.combining(each))
    return _ARTICLE.sub("", " ".join(plain.split()))


def slug(*parts: str, length: int = 60) -> str:
    """An id made of names; a digest tells apart what has no letters of ours or is cut.

    >>> slug("pax", "Côte d’Ivoire")
    'pax-cote-d-ivoire'
    """
    words = "-".join(fold(part).replace(" ", "-") for part in parts)
    plain = re.sub(r"-+", "-", re.sub(r"[^a-z0-9-]", "", words)).strip("-")
    if len(plain) <= length and plain == words:
        return plain
    digest = sha256(words.encode()).hexdigest()[:8]
    return f"{plain[: length - 9].strip('-')}-{digest}".strip("-")


def kind_of(name: str) -> str:
    """The kind that the words of a name tell; ``Group`` where they tell nothing.

    >>> kind_of("Government of Nepal"), kind_of("Moro Islamic Liberation Front"), kind_of("Zintan")
    ('GovernmentBody', 'ArmedGroup', 'Group')
    """
    words = fold(name)
    government = re.match(r"(?:\w+ )?(?:government|govt|gouvernement|gobierno)\b", words)
    if government:
        return "GovernmentBody"
    if re.match(r"(?:(?:islamic|federal|arab|united) )*(?:republic|kingdom|state) of ", words):
        return "State"
    return next((kind for kind, pattern in _KINDS if pattern.search(words)), "Group")


@dataclass(frozen=True)
class Match:
    """What is known under a name, or under a name near it."""

    id: str
    name: str
    """The label or alias that it was found by."""
    sure: bool
    why: str


class Known:
    """The actors of some tables by name: labels, and the aliases of states, decide; the rest is asked of a human.

    An alias is a spelling of one text in its own setting ("Congress", "the contact group"), which means
    somebody else elsewhere; the other names of a state mean that state everywhere.
    """

    def __init__(self, entities: Iterable[Row], kinds: Iterable[str]) -> None:
        self._kinds = frozenset(kinds)
        self._sure: dict[str, dict[str, str]] = {}
        self._unsure: dict[str, dict[str, str]] = {}
        self.links: dict[str, tuple[str, ...]] = {}
        """Entity id to what it is in other data sets, of every kind."""
        for row in entities:
            if row["same_as"]:
                self.links[row["id"]] = tuple(row["same_as"].split("|"))
            if row["kind"] in self._kinds:
                self._add(row["id"], row["label"], sure=row["kind"] != "Group")
                for alias in filter(None, row["aliases"].split("|")):
                    self._add(row["id"], alias, sure=row["kind"] == "State")
        self._choices = list(self._sure | self._unsure)
        self._found: dict[str, list[Match]] = {}

    def _add(self, identifier: str, name: str, *, sure: bool) -> None:
        (self._sure if sure else self._unsure).setdefault(fold(name), {})[identifier] = name

    def matches(self, name: str) -> list[Match]:
        """One sure match, or everything that a human should decide on; the nearest first."""
        if name not in self._found:
            self._found[name] = self._matches(fold(name))
        return self._found[name]

    def _matches(self, folded: str) -> list[Match]:
        exact = self._sure.get(folded, {})
        if len(exact) == 1:
            return [Match(identifier, known, True, "the same name") for identifier, known in exact.items()]
        several = exact | self._unsure.get(folded, {})
        if several:
            why = "an alias, which may mean another elsewhere" if len(several) == 1 else "a name of several"
            return [Match(identifier, known, False, why) for identifier, known in sorted(several.items())]
        core = _STATE.sub("", f"{folded} ").strip()
        if core and core != folded and core in self._sure:
            found = sorted(self._sure[core].items())
            return [Match(identifier, known, False, "a government, or the full name") for identifier, known in found]
        return self._near(folded)

    def _near(self, folded: str) -> list[Match]:
        if len(folded) < _SHORT or not self._choices:
            return []
        from rapidfuzz import fuzz, process

        near = process.extract(folded, self._choices, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=3)
        return [
            Match(identifier, known, False, f"likeness {score:.0f} of 100")
            for choice, score, _ in near
            if len(choice) >= _SHORT
            for identifier, known in sorted((self._sure.get(choice, {}) | self._unsure.get(choice, {})).items())
        ]
