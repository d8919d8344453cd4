"""Names as people write them: the id that the same words make, and the known names nearest to one."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["nearest", "slug", "words"]

_LEAST = 4
"""Letters that a word needs to count as the beginning of another."""
_ALIKE = 0.8
"""How like two words must be to pass for one that is misspelt."""
_NEAR = 0.75
"""The part of the best score that a name must have to be named."""
_REST = 0.3
"""How much it counts that nothing else is in the name."""
_FAVOUR = 0.1
"""How much it counts to be spoken of often."""


def words(text: str) -> tuple[str, ...]:
    """The words of a name, folded: no capitals, no accents, no punctuation.

    >>> words("Trump's talks with Recep Tayyip Erdoğan")
    ('trump', 'talks', 'with', 'recep', 'tayyip', 'erdogan')
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in folded if not unicodedata.combining(each))
    return tuple(re.findall(r"\w+", re.sub(r"['’]s\b", "", plain).replace("_", " ")))


def slug(text: str) -> str:
    """The words of a name joined by hyphens, as in an id.

    >>> slug("Doha Agreement")
    'doha-agreement'
    """
    return "-".join(words(text))


def nearest(
    name: str, known: Mapping[str, Iterable[str]], uses: Mapping[str, int] | None = None, *, most: int = 3
) -> list[str]:
    """The ids whose names share most with ``name``, the nearest first; a rare word weighs more than a common one.

    Args:
        name: what somebody wrote.
        known: the names of each id; the words of the id count too.
        uses: how often each id is spoken of: of two that are as near, the one that is oftener meant goes first.
        most: how many at most.

    >>> known = {"doha-agreement": ["Doha agreement"], "trade-deal": ["deal on trade"], "steel-deal": ["deal on steel"]}
    >>> nearest("Doha deal", known)
    ['doha-agreement']
    >>> nearest("trade deals", known)[0]
    'trade-deal'
    """
    from difflib import get_close_matches

    read = {each: [set(words(text)) for text in (each, *names) if text] for each, names in known.items()}
    common = Counter(word for bags in read.values() for word in set().union(*bags))
    alike: list[dict[str, float]] = []
    for word in dict.fromkeys(words(name)):
        near = dict(_alike(word, common))
        alike.append({each: near[each] * math.log(1 + len(read) / (common[word] or common[each])) for each in near})
    score = {
        each: max((_score(bag, alike) for bag in bags), default=0.0)
        * (1 + _FAVOUR * math.log1p((uses or {}).get(each, 0)))
        for each, bags in read.items()
    }
    best = max(score.values(), default=0.0)
    ranked = sorted((-score[each], each) for each in score if score[each] > _NEAR * best)
    return [each for _, each in ranked[:most]] or get_close_matches(slug(name), list(known), most, 0.5)


def _score(bag: set[str], alike: Sequence[Mapping[str, float]]) -> float:
    """How much of what was written a name has, and a little for how much of the name was written."""
    found = [max((each[near] for near in each.keys() & bag), default=0.0) for each in alike]
    written = len(set().union(*alike) & bag) / len(bag) if bag else 0.0
    return sum(found) * (1 - _REST + _REST * written)


def _alike(word: str, known: Iterable[str]) -> Iterable[tuple[str, float]]:
    """Known words that are this one, begin as it does, or are it but for a slip; and how much that counts."""
    for each in known:
        if each == word:
            yield each, 1.0
        elif min(len(each), len(word)) >= _LEAST and (each.startswith(word) or word.startswith(each)):
            yield each, 0.9
        elif abs(len(each) - len(word)) <= 2 and len(word) >= _LEAST and _ratio(each, word) >= _ALIKE:
            yield each, 0.7


def _ratio(one: str, other: str) -> float:
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, one, other)
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE else 0.0
