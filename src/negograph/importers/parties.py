"""Free text that lists parties, as PA-X has it, into names: the side that signs, not the hand that signs.

The cells are copied from the ends of agreements: lines of names, offices, "on behalf of", headings.
What is split is what a reader would split without knowing the case; everything else stays one name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from negograph.importers.names import clean, fold, kind_of

__all__ = ["Party", "parties"]

HAND = "a person who signs for a side that is named"
FORMULA = "a formula, a heading or a remark"
LONG = "a sentence, not a name"
_MOST_WORDS = 18
"""A longer item is a sentence; a choice of ours."""

_BULLET = re.compile(
    r"^(?:[-–—•*·▪o]\s+|[-–—•*·▪]+|\(?[0-9]{1,3}[.)]\s*|\([a-zA-Z]\)\s+|[a-z][.)]\s+|[ivx]{1,4}[.)]\s+)+"
)
_BEHALF = re.compile(
    r"^(?:(?:signed|signé|firmado|sd|witness(?:ed)?)\W*)?"
    r"(?:for and on behalf of|(?:on|in) (?:the )?behalf of|on the part of|in the name of|au nom d[eu]|pour|por|"
    r"en nombre de|for)"
    r"\s*:?\s+(?P<side>.+)$",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"^[^,]+(?:,[^,]+)?,\s+(?:for and on behalf of|(?:on|in) behalf of|for)\s+(?P<side>(?:the\s+)?[A-Z].+)$",
    re.IGNORECASE,
)
"""A hand that signs, and the side behind it in the same line."""
_ARTICLE = re.compile(r"^(?:(?:the|le|la|les|el|los|du|des|de la)\s+|l['’]\s*)(?=\w)", re.IGNORECASE)
_SIGNED_BY = re.compile(
    r"^(?P<side>[^,(\[]+?)\s*[,(\[:]*\s*(?:signed|represented|initial+ed|firmado|représentée?s?)\s+(?:for\s+)?(?:by|par|por)\b.*$",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:(?:witness(?:ed)?|facilitated|mediated|initial+ed|signed|attested|observed|guaranteed)"
    r"(?: and (?:initial+ed|signed|facilitated|mediated))?(?: by)?|"
    r"as (?:a )?(?:witness(?:es)?|mediators?|facilitators?|observers?|guarantors?)|"
    r"(?:first|second|third|other) party|part(?:y|ies)|signator(?:y|ies)|sd/?x*|signed|\(signed\))"
    r"\s*(?:[:\-–]\s*|(?=\s[A-Z])\s)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*[\[(](?:signed|signature|unsigned|illegible|signé|firmado|sgd)[^\])]*[\])]\s*", re.IGNORECASE)
_FORMULA = re.compile(
    r"(?:\b(?:in witness whereof|done (?:at|in)|hereby|duly authori[sz]ed|this agreement|agreement (?:is )?unsigned|"
    r"unsigned|not signed|no signator|signature status|source (?:lists|suggests)|secondary sources|"
    r"see (?:notes?|above)|"
    r"same as|page [0-9]+|preamble|annex|illegible|signed (?:at|on)|signed in (?!the presence)|no third part|"
    r"ont signe|as follows|the following|"
    r"over the limit|should be in|also listed|participants?\b.*\b(?:were|was)|stated to be)\b)|"
    r"^(?:mr|ms|dr|the|and|or|/|\W*)$",
    re.IGNORECASE,
)
_ROLE = (
    r"undersigned|witness(?:es|ed)?|mediators?|mediation|facilitators?|facilitation|observers?|guarantors?|part(?:y|ies)|"
    r"signator(?:y|ies)|signatures?|signed|témoins?|testigos|facilitateurs?|médiateurs?|delegates?|representatives?|"
    r"special advisers?"
)
_ROLES = re.compile(
    rf"^(?:\b(?:{_ROLE}|as|a|an|the|les|and|or|by|of|for|in|presence|chief|lead|third|international(?:es|aux)?)\b\W*)+$",
    re.IGNORECASE,
)
"""A line that names a part played and nobody who played it."""
_OFFICE = re.compile(
    rf"\b(?:{_ROLE}|chair\w*|president\w*|minist\w+|secretar\w+|ambassador|commander|general|envoy|leader|head|member|"
    r"adviser|advisor|director|governor|coordinator|spokes\w+|commissioner|chief|comandante)\b",
    re.IGNORECASE,
)
_AND_GOVERNMENT = re.compile(r",?\s+and\s+(?=(?:the\s+)?(?:\w+\s+)?government of\b)", re.IGNORECASE)
_ACRONYM = re.compile(r"[A-Z][A-Z0-9/&.\-]{1,11}")
_GOVERNMENT = re.compile(r"(?:^|\s)(?:government|govt|gouvernement|gobierno)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Party:
    """A name that stands in a cell; ``reason`` says why no claim can be made of it."""

    name: str
    line: str
    """The line that it was read from."""
    reason: str = ""


def parties(cell: str) -> list[Party]:
    """The names in a cell, each once, and the items that are none.

    >>> [party.name for party in parties("For the Republic of X: A. B., Minister; For the Y Front")]
    ['Republic of X', 'Y Front']
    >>> [party.name for party in parties("Israel, PLO [signature status unknown]")]
    ['Israel', 'PLO']
    """
    lines = [text for part in re.split(r"[;\r\n]+", cell) if (text := _bare(part))]
    sides = [_side(match["side"]) for line in lines if (match := _behalf(line))]
    seen: set[str] = set()
    found: list[Party] = []
    for line in lines:
        for party in _of_line(line, bool(sides)):
            key = fold(party.name)
            if party.reason or key not in seen:
                found.append(party)
                seen.add(key)
    return found


def _bare(part: str) -> str:
    return clean(_ASIDE.sub(" ", _BULLET.sub("", clean(part)))).strip(" .,:;/-–'\"‘’“”")


def _behalf(line: str) -> re.Match[str] | None:
    return _BEHALF.match(line) or _INLINE.match(line)


def _side(text: str) -> str:
    """What stands behind "on behalf of": up to the colon, or to the comma before a hand that signs."""
    head = re.split(r"\s*[:(\[]|\s+[-–]\s+|\s+by\s+", text, maxsplit=1)[0]
    pieces = head.split(", ")
    if len(pieces) > 1 and not _GOVERNMENT.search(pieces[1]):
        head = pieces[0]
    return _ARTICLE.sub("", head.strip()).strip(" .,")


def _of_line(line: str, others_sign_for: bool) -> list[Party]:
    if match := _behalf(line):
        side = _side(match["side"])
        return [Party(side, line)] if fold(side) and len(side.split()) <= _MOST_WORDS else [Party(line, line, LONG)]
    if _ROLES.match(line) or _FORMULA.search(line) or line.startswith("[") or not fold(line):
        return [Party(line, line, FORMULA)]
    if others_sign_for:
        return [Party(line, line, HAND)]
    if match := _SIGNED_BY.match(line):
        return [Party(match["side"].strip(), line)]
    bare = _LEADING.sub("", line).strip(" .,:")
    head, colon, rest = bare.partition(": ")
    if colon and _ROLES.match(head):
        bare = rest
    elif colon and 0 < len(head.split()) <= 8:
        bare = head
    if not fold(bare):
        return [Party(line, line, FORMULA)]
    pieces = _AND_GOVERNMENT.split(bare)
    if len(pieces) == 1 and ", " in bare:
        names = [name.strip() for name in re.split(r",\s+(?:and\s+)?", bare) if name.strip()]
        if any(map(_is_a_side, names)) and all(len(name.split()) <= 5 for name in names) and _all_sides(names):
            pieces = names
    if len(pieces) == 1 and ", " in bare:
        head, _, rest = bare.partition(", ")
        if len(head.split()) > 1 and _OFFICE.search(rest) and not _GOVERNMENT.search(head):
            pieces = [head]  # a person, and the office
    long = [piece for piece in pieces if len(piece.split()) > _MOST_WORDS]
    return (
        [Party(line, line, LONG)] if long else [Party(_ARTICLE.sub("", piece).strip(" .,"), line) for piece in pieces]
    )


def _is_a_side(name: str) -> bool:
    return bool(_GOVERNMENT.search(name) or _ACRONYM.fullmatch(name))


def _all_sides(names: list[str]) -> bool:
    """Whether a list with commas is one of sides: no piece of it is an office or the rest of a person's name."""
    return all(_is_a_side(name) or (len(name.split()) <= 2 and kind_of(name) != "Person") for name in names)
