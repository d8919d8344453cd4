"""What the site has beside the pages of docs/: the navigation, the gallery, the commands, and a page for each thing.

- The links of ``index.md`` are the navigation: a heading is a caption, a link an entry. A page of ``docs/`` that no
  link names goes to the end of the part *Explanation*, so a new page needs no list.
- README, CONTRIBUTING, CHANGELOG and SECURITY get a page; links to them lead there.
- Each question gets a page with its answer, made from the packaged data.
- What ``negograph pages`` writes is part of the site, under the paths of the IRIs.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import click
from pygments.lexers.rdf import SparqlLexer
from pygments.token import Operator
from sphinx.application import Sphinx

import negograph
from negograph import Answer, KnowledgeGraph, NegographError
from negograph.answers import markdown_text
from negograph.cli import main
from negograph.export import write_atomically
from negograph.pages import files_of
from negograph.questions import Question

ROOT = Path(__file__).parents[1]
PROJECT = {
    "README.md": "overview",
    "CONTRIBUTING.md": "contributing",
    "CHANGELOG.md": "changes",
    "SECURITY.md": "security",
}
"""Page of the repository to page of the site, in the folder ``project``."""
MADE = ("project", "questions")
"""Folders of docs/ that are made anew by each build."""
ROWS = 12
"""Rows of an answer that the gallery shows."""
SHORT = 16
"""Characters of a cell that is not broken."""
MENU = (
    ("Documentation", "index.html"),
    ("Explorer", "explore.html"),
    ("Everything", "dataset.html"),
    ("Vocabulary", "ns.html"),
    ("Data", "data.ttl"),
)
_LINK = re.compile(r"(?<=\]\()([^)#\s]+)(?=[)#])")


@cache
def graph() -> KnowledgeGraph:
    """The packaged data."""
    return negograph.load()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register what the build does beside reading docs/."""
    SparqlLexer.tokens["root"].insert(0, (r"[|!^]+(?!=)", Operator))  # property paths: the lexer knows none
    app.connect("builder-inited", make_pages)
    app.connect("source-read", read_source)
    app.connect("html-page-context", for_everybody, priority=900)
    app.connect("build-finished", add_things)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


# Pages that are made


def make_pages(app: Sphinx) -> None:
    """Write the pages of the project and of the questions into docs/, where they differ from those that are there."""
    docs = Path(app.srcdir)
    pages = {docs / "project" / f"{page}.md": project_page(name) for name, page in PROJECT.items()}
    pages[docs / "questions" / "index.md"] = gallery(graph())
    for question in graph().questions.values():
        pages[docs / "questions" / f"{question.name}.md"] = question_page(graph(), question)
    for folder in MADE:
        (docs / folder).mkdir(exist_ok=True)
        for stale in set((docs / folder).iterdir()) - pages.keys():
            stale.unlink()
    for path, text in pages.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            with write_atomically(path) as stream:
                stream.write(text.encode())


def project_page(name: str) -> str:
    """A page of the repository's root, its links as they are from docs/project."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return _LINK.sub(lambda match: match[1] if ":" in match[1] else f"../../{match[1]}", text)


def gallery(kg: KnowledgeGraph) -> str:
    """The list of questions."""
    lines = ["# Answered questions\n", f"Every question of the catalogue, as the data {kg.version} answer it. A row"]
    lines += ["names whoever says so, the source and the paragraph.\n"]
    lines += [f"- [{markdown_text(each.title)}]({each.name}.md)" for each in kg.questions.values()]
    names = "\n".join(kg.questions)
    return "\n".join([*lines, "", f"```{{toctree}}\n:hidden:\n\n{names}\n```\n"])


def question_page(kg: KnowledgeGraph, question: Question) -> str:
    """One question: what it asks and takes, its first rows, their sources, and the query itself."""
    answer = kg.answer(question.name)
    shown = replace(answer, solutions=answer.solutions[:ROWS])
    sources = list(dict.fromkeys(kg.claim(claim)["source"] or "inferences of the curators" for claim in answer.claims))
    lines = [f"# {markdown_text(question.title)}\n", markdown_text(question.summary), ""]
    lines += ["```sh", *_commands(kg, question, answer), "```", ""]
    if question.parameters:
        lines += ["Narrowed by:", ""]
        lines += [f"- `--{each.name} {each.type.upper()}`: {markdown_text(each.help)}" for each in question.parameters]
    lines += ["", "## The answer", "", _how_much(len(shown), len(answer)), "", *_tables(kg, shown)]
    lines += ["## Where it comes from", "", *(f"- {_source(kg, name)}" for name in sources), ""]
    lines += [f"{len(answer.claims)} claims; the first of them: {_claims(answer.claims[:ROWS])}", ""]
    lines += ["## The query", "", f"Plain SPARQL 1.1, `graph/questions/{question.name}.rq`:", ""]
    return "\n".join([*lines, "```sparql", question.text.strip(), "```", ""])


def _commands(kg: KnowledgeGraph, question: Question, answer: Answer) -> Iterator[str]:
    """The question, and the same narrowed by something that its expected row names."""
    yield answer.command
    for parameter in question.parameters:
        for _, value in question.expect:
            try:
                narrowed = kg.answer(question.name, **{parameter.name: value})
            except NegographError:
                continue
            if 0 < len(narrowed) < len(answer):
                yield narrowed.command
                return


def _tables(kg: KnowledgeGraph, answer: Answer) -> Iterator[str]:
    """The rows of an answer under the heads that a terminal shows, each place with a link to its passage."""
    if not answer.solutions:
        yield f"{answer.empty}\n"
    for heading, parts in answer.groups():
        if heading:
            yield f"### {markdown_text(heading)}\n"
        for section, rows in parts:
            heads, lines = section.readable(rows)
            if section.title:
                yield f"*{markdown_text(section.title)}*\n"
            if not rows:
                yield f"{answer.empty}\n"
                continue
            yield f"| {' | '.join(map(markdown_text, heads))} |\n|{'---|' * len(heads)}"
            yield "".join(f"| {' | '.join(_cell(kg, text) for text in line)} |\n" for line in lines)


def _cell(kg: KnowledgeGraph, text: str) -> str:
    if text in kg.corpus.claims:
        return _link("claim", text)
    place = re.fullmatch(r"([a-z0-9-]+) ¶(\d+)\D?.*", text)
    if place and place[1] in kg.corpus.sources:
        return _in_one_line(f'<a href="../passage/{place[1]}.p{place[2]}.html">{text}</a>', text)
    return _in_one_line(markdown_text(text), text)


def _in_one_line(shown: str, text: str) -> str:
    """A short cell stays in one line: a date, a name, a place."""
    return f'<span class="short">{shown}</span>' if 0 < len(text) <= SHORT else shown


def _how_much(shown: int, rows: int) -> str:
    return f"The first {shown} of {rows} rows:" if shown < rows else f"{rows} rows:"


def _source(kg: KnowledgeGraph, name: str) -> str:
    if name not in kg.corpus.sources:
        return name
    return f"{_link('source', name)}: {markdown_text(kg.corpus.sources[name]['title'])}"


def _claims(claims: tuple[str, ...]) -> str:
    return ", ".join(_link("claim", claim) for claim in claims)


def _link(space: str, name: str) -> str:
    """A link to the page of a thing, which no page of docs/ is."""
    return f'<a href="../{space}/{name}.html">{name}</a>'


# Pages that are read


def read_source(app: Sphinx, docname: str, source: list[str]) -> None:
    """Lead links to where the site has their targets, and add the navigation and the commands."""
    here = Path(app.srcdir, docname).parent
    text = _LINK.sub(lambda match: _on_the_site(match[1], here, Path(app.srcdir)), source[0])
    if docname == "index":
        text += navigation(text, app)
    elif docname == "decisions/README":
        text += "\n```{toctree}\n:hidden:\n:glob:\n\n0*\n```\n"
    elif docname == "reference/cli":
        text += "\n".join(commands())
    source[0] = text


def _on_the_site(target: str, here: Path, docs: Path) -> str:
    """A link from a page in ``here``, to the site's page where the target is one of the repository's root."""
    if ":" in target:
        return target
    end = (here / target).resolve()
    if end.parent == ROOT and end.name in PROJECT:
        end = docs / "project" / f"{PROJECT[end.name]}.md"
    elif not end.is_relative_to(docs):
        return target
    return os.path.relpath(end, here)


def navigation(text: str, app: Sphinx) -> str:
    """A hidden toctree for each heading of the index, with the pages that are linked below it."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    headings = zip(parts[::2], parts[1::2], strict=True)
    captions = {title: re.findall(r"\]\(([^)#:]+)\.md\)", body) for title, body in headings}
    listed = {"index", *(name for names in captions.values() for name in names)}
    captions["Explanation"] += sorted({path.stem for path in Path(app.srcdir).glob("*.md")} - listed)
    captions["Reference"].insert(0, "questions/index")
    start = "\n```{toctree}\n:hidden:\n:caption: "
    return "".join("\n".join([f"{start}{title}\n", *names, "```\n"]) for title, names in captions.items())


def commands() -> Iterator[str]:
    """A section for each command, made from the commands themselves."""
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        function: Any = command.callback
        many = isinstance(command, click.Group) and name != "import"
        yield f"\n```{{eval-rst}}\n.. click:: {function.__module__}:{function.__name__}"
        yield f"   :prog: negograph {name}\n   :nested: {'none' if many else 'full'}\n```\n"


def for_everybody(_: Sphinx, __: str, ___: str, context: dict[str, Any], ____: object) -> None:
    """What the theme leaves out for keyboards and screen readers: scrolling blocks in reach, levels of headings."""
    context["body"] = context.get("body", "").replace("<pre>", '<pre tabindex="0">')
    tree = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')


# Pages that are beside


def add_things(app: Sphinx, exception: Exception | None) -> None:
    """Put the page of each thing beside those of the site."""
    if exception is None and app.builder.name == "html":
        for name, data in files_of(graph().corpus, MENU):
            file = Path(app.outdir, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
