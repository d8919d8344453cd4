"""What the scanner leaves of a query: words and brackets, and how deep these go."""

from __future__ import annotations

import pytest

from negograph import QueryError
from negograph.scanning import DEEPEST, code_of


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("ASK { ?a $b c:d }", "ASK { ?va ?vb c:d }"),
        ("a # b } '\nc #", "a  \nc  "),
        ("a # b\rc", "a  \nc"),
        ("<x#y> 1 <z>", "<x#y>\n 1 <z>\n"),
        ("?a < 1 > ?b", "?va < 1 > ?vb"),
        ("'a}' \"b\\\"}\" 'c\\'}'", '"" "" ""'),
        ("'''a'}''b''' \"\"\"c\n\"}\"\"\"", '"" ""'),
        ("c:a\\#b \\?x", "c:a\\#b \\?x"),
        ("'open", "'open"),
        ("", ""),
        ("no token at all", "no token at all"),
    ],
)
def test_what_is_left_of_a_query(query: str, code: str) -> None:
    assert code_of(query) == code


@pytest.mark.parametrize("brackets", ["{}", "()", "[]"])
def test_brackets_are_counted_as_they_open_and_close(brackets: str) -> None:
    opening, closing = brackets
    deep = opening * DEEPEST + closing * DEEPEST
    assert code_of(deep + "\n" + deep) == deep + "\n" + deep
    with pytest.raises(QueryError) as refused:
        code_of(f"\n{deep}\n{opening}{deep}{closing}\n")
    assert str(refused.value) == f"line 3: brackets are nested more than {DEEPEST} deep"


def test_brackets_that_may_be_an_iri_are_counted_and_never_closed() -> None:
    assert code_of("<((()))>" * 33) == "<((()))>\n" * 33
    for text in ("<((()))>" * 34, "<((()))>" + "{" * 98):
        with pytest.raises(QueryError, match=r"^line 1: brackets"):
            code_of(text)
    assert code_of("<{>") == "<{>"  # no IRI has that in it
