"""Briefings: prose in which every sentence has its footnote."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

import negograph
from negograph import KnowledgeGraph
from negograph.analysis.briefs import Brief

from conftest import Run, Writer


@pytest.fixture(scope="module")
def brief(kg: KnowledgeGraph) -> Brief:
    return kg.brief("us-taliban-talks", full=True)


def test_every_sentence_traces_to_claims_by_footnote(brief: Brief, kg: KnowledgeGraph) -> None:
    sentences = [each for chapter in brief.chapters for each in chapter.sentences if chapter.title != "Sources"]
    assert len(sentences) > 50
    for sentence in sentences:
        assert sentence.notes, sentence
        assert sentence.voices, sentence
        cited = [brief.footnotes[number - 1].claim for number in sentence.notes]
        if sentence.text:
            assert all(kg.claim(claim)["gist"] in sentence.text for claim in cited)


def test_a_footnote_names_speaker_source_paragraph_and_modality(brief: Brief) -> None:
    notes = {note.claim: note.text for note in brief.footnotes}
    assert notes["r0005"] == "the text in its own voice; re-russia ¶1; reported; r0005"
    assert notes["r0548"].startswith("negograph's curators; editorial; reported")
    assert len(notes) == len(brief.footnotes)


def test_a_footnote_tells_the_doubts_and_the_note_of_the_curators(brief: Brief, kg: KnowledgeGraph) -> None:
    for note in brief.footnotes:
        row = kg.claim(note.claim)
        assert row["note"] in note.text
        assert ("confidence of the reading" in note.text) == (row["confidence"] != "high")
    (text,) = (note.text for note in brief.footnotes if note.claim == "r0471")
    assert (
        "; medium confidence of the reading; the curators' note: own voice; Rahim and Schatz are named only at the end"
        in text
    )


def test_a_judgement_says_which_side_it_is_on_and_praise_is_there(brief: Brief) -> None:
    chapters = {chapter.title: chapter.sentences for chapter in brief.chapters}
    stances = {sentence.lead.partition(" · ")[0] for sentence in chapters["Judgements, for and against"]}
    assert stances <= {"for", "against", "neither"}
    assert "against" in stances
    assert "Donald Trump · belief in dialogue" in {sentence.lead for sentence in chapters["Traits shown in it"]}


def test_a_case_that_came_later_is_not_called_a_precedent(brief: Brief) -> None:
    (chapter,) = (each for each in brief.chapters if each.title.startswith("Cases alike by steps"))
    when = [sentence.lead.split(" · ")[1:3] for sentence in chapter.sentences]
    assert ["2025", "not earlier"] in when
    assert all(each in ("earlier", "not earlier", "not known whether earlier") for _, each in when)


def test_the_sections_made_by_an_analysis_stand_with_their_own_rows(kg: KnowledgeGraph) -> None:
    made = kg.brief("hanoi-summit", full=True)
    assert [row.leftOut for row in made["left-out"]] == [
        row.leftOut for row in kg.detect(deal="hanoi-summit")["hypotheses"]
    ]
    assert {row.precedent for row in made["precedents"]} <= {
        row.precedent for row in kg.compare("hanoi-summit")["precedents"]
    }


def test_every_sentence_says_what_is_foretold_advised_alleged_or_denied(kg: KnowledgeGraph) -> None:
    words = {"predicted": "foretold", "advised": "advised", "alleged": "alleged"}
    found = set()
    for made in (kg.brief(name, full=True) for name in ("ukraine-talks-2025", "us-taliban-talks", "alaska-summit")):
        for sentence in (each for chapter in made.chapters for each in chapter.sentences):
            cited = [kg.claim(made.footnotes[number - 1].claim) for number in sentence.notes]
            expected = {words[mode] for claim in cited if (mode := kg.corpus.modality(claim)) in words}
            expected |= {"denied" for claim in cited if claim["polarity"] == "negated"}
            marks = (voice.partition(": ")[2].split(", ") for voice in sentence.voices.split("; "))
            said = {mark for each in marks for mark in each if mark}
            assert said == expected, sentence
            found |= said
    assert found >= {"foretold", "advised", "denied"}


def test_a_willingness_to_sign_is_no_signature(kg: KnowledgeGraph) -> None:
    text = kg.brief("ukraine-talks-2025", full=True).to_markdown()
    assert "Ukraine · foretold: signed** *(strong-arms: foretold)*" in text
    assert "Ukraine · signed" not in text


def test_the_sections_cover_what_a_briefing_needs(brief: Brief) -> None:
    assert [part.name for part in brief] == [
        "parties",
        "bypasses",
        "left-out",
        "timeline",
        "tactics",
        "traits",
        "what-followed",
        "parallels",
        "precedents",
        "advice",
        "judgements",
        "disagreements",
        "weak-evidence",
        "sources",
    ]


def test_both_sides_of_a_disagreement_stand_in_one_sentence(kg: KnowledgeGraph) -> None:
    made = kg.brief("hanoi-summit")
    (chapter,) = (each for each in made.chapters if each.title == "Where the sources disagree")
    assert chapter.sentences
    assert all(" But: " in sentence.text and len(sentence.notes) == 2 for sentence in chapter.sentences)


def test_a_section_is_shortened_and_says_by_how_much(kg: KnowledgeGraph) -> None:
    short, full = (kg.brief("ukraine-talks-2025", full=each) for each in (False, True))
    for one, all_of_it in zip(short.chapters, full.chapters, strict=True):
        assert len(one.sentences) + one.more == len(all_of_it.sentences)
        assert all_of_it.more == 0
    assert any(chapter.more for chapter in short.chapters)
    assert [chapter.command.replace("ukraine-talks-2025", "X") for chapter in short.chapters] == [
        "negograph ask parties --negotiation X",
        "negograph ask bypasses --deal X",
        "negograph detect --deal X",
        "negograph ask timeline --within X",
        "negograph ask tactics --negotiation X",
        "negograph ask traits --negotiation X",
        "negograph ask what-followed --negotiation X",
        "negograph ask parallels --negotiation X",
        "negograph compare X",
        "negograph ask advice --case X",
        "negograph ask judgements --about X",
        "negograph ask disagreements --about X",
        "negograph ask weak-evidence --about X",
        "",
    ]


def test_markdown_has_each_footnote_once_and_cites_no_other(brief: Brief) -> None:
    text = brief.to_markdown()
    defined = re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE)
    cited = set(re.findall(r"\[\^(\d+)\](?!:)", text))
    assert defined == [str(number) for number in range(1, len(brief.footnotes) + 1)]
    assert cited == set(defined)


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_asks_for_nothing_and_its_footnotes_are_there(brief: Brief) -> None:
    page = Page()
    page.feed(brief.to_html())
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    links = {attributes["href"] for tag, attributes in page.tags if tag == "a"}
    assert links == {f"#{each}" for each in ids}
    assert not [tag for tag, attributes in page.tags if tag in ("script", "img", "link") or "src" in attributes]


def test_hostile_text_stays_text(folder: Writer) -> None:
    hostile = "<script>alert(1)</script>"
    kg = negograph.load(
        folder(relations=[{"id": "r0005", "gist": hostile}], entities=[{"id": "talks", "label": hostile}])
    )
    made = kg.brief("talks")
    assert "<script" not in made.to_html()
    assert not re.search(r"(?<!\\)<script", made.to_markdown())


def test_files_by_suffix(run: Run, tmp_path) -> None:
    for name in ("a.md", "a.html"):
        assert run("brief", "Doha agreement", "-o", tmp_path / name).exit_code == 0
    assert (tmp_path / "a.md").read_text(encoding="utf-8").startswith("# Briefing: Doha agreement")
    assert (tmp_path / "a.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert run("brief", "Doha agreement", "-o", tmp_path / "a.pdf").exit_code == 2


@pytest.mark.parametrize("form", ["md", "html", "table", "json", "csv", "ttl"])
def test_every_form(run: Run, form: str) -> None:
    found = run("brief", "us-hamas-talks", "--format", form)
    assert found.exit_code == 0
    assert "qatar" in found.stdout.casefold()


def test_markdown_says_how_many_sentences_are_left_out_and_how_to_see_them(kg: KnowledgeGraph) -> None:
    made = kg.brief("ukraine-talks-2025")
    told = [chapter for chapter in made.chapters if chapter.more]
    assert told
    lines = made.to_markdown().splitlines()
    assert [line for line in lines if " more:* " in line] == [
        f"- *{chapter.more} more:* `{chapter.command}`" for chapter in told
    ]


def test_what_identifies_a_happening_says_only_what_is_known(small: KnowledgeGraph) -> None:
    assert dict(small.brief("war").facts).keys() == {"kind"}
    assert dict(small.brief("talks").facts) == {
        "kind": small.ontology.classes["Negotiation"].label,
        "start": "2018",
        "end": "2020",
        "part of": "the war",
    }
