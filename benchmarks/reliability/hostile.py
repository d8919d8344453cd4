"""R8: hostile text in every column of text, and in every parameter, through every output."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import time
import unicodedata
from collections import Counter
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
from markdown_it import MarkdownIt

from benchmarks.reliability.exports import _readings
from benchmarks.reliability.trials import Rows, Trial, command_line, say, scratch, small_rows, write_folder
from negograph import NegographError, rdf, tables
from negograph.kg import KnowledgeGraph, load
from negograph.ontology import load_ontology
from negograph.questions import Question

__all__ = ["payloads", "r8"]

_SCRIPTS = (
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>", "<iframe src=javascript:alert(1)>", "<body onload=alert(1)>", "<a href=javascript:alert(1)>x</a>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>", "'><script>alert(1)</script>", '"><script>alert(1)</script>',
    "' onmouseover='alert(1)", '" onmouseover="alert(1)', "`onmouseover=alert(1)", "<!--<script>", "--><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>", "]]><script>alert(1)</script>", "<style>*{x:expression(alert(1))}</style>",
    "<link rel=stylesheet href=//evil.example>", "<meta http-equiv=refresh content='0;url=//evil.example'>", "<base href=//evil.example>",
    "<object data=x>", "<embed src=x>", "<form action=//evil.example><input>", "<details open ontoggle=alert(1)>", "<template><b>",
    "</title><script>alert(1)</script>", "</style><script>alert(1)</script>", "</textarea><script>", "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;", "&#x3c;script>", "\\u003cscript\\u003e", "%3Cscript%3E", "＜script＞",
    "<x onclick=alert(1)>", "<video><source onerror=alert(1)>", "<input autofocus onfocus=alert(1)>", "<marquee onstart=alert(1)>",
    "{{7*7}}", "{% raw %}", "{{ config }}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{{constructor.constructor('alert(1)')()}}", "__proto__", "constructor",
)  # fmt: skip
_MARKDOWN = (
    "[x](javascript:alert(1))", "![x](https://evil.example/x.png)", "[x](data:text/html,<script>)", "<javascript:alert(1)>", "<https://evil.example>",
    "[x]: javascript:alert(1)", "[^1]: a note", "# heading", "## heading", "- item", "* item", "+ item", "1. item", "> quote", "```", "~~~", "    code",
    "`code`", "``", "a | b | c", "|---|---|", "**bold**", "__bold__", "*it*", "_it_", "~~gone~~", "---", "===", "***", "\\", "\\\\", "\\`", "<br>",
    "$x$", "$$x$$", "a  ", "[ ] todo", "[x] done", "@somebody", "#1", ":smile:", "https://evil.example/?a=b&c=d", "[a][b]", "![a][b]", "a^b", "H~2~O",
)  # fmt: skip
_FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1:A9)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://evil.example","x")', "=WEBSERVICE(\"http://evil.example\")",
    "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "＝1+1", "＋1", "－1", "＠SUM(1)", "=IMPORTXML(1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
    "@cmd", "=DDE(1)", "\u200b=1", "\ufeff=1", "'=1+1", '"=1+1"', ",=1+1", '",=1+1', "a\n=1+1", "a\r\n=1+1", "\u00a0=1", "0=1",
)  # fmt: skip
_TERMINAL = (
    "\x1b[31mred", "\x1b[2J", "\x1b]0;title\x07", "\x1b]8;;http://evil.example\x1b\\x\x1b]8;;\x1b\\", "\x1b[1A\x1b[2Kgone", "\x9b31m", "\x90q\x9c",
    "\x07", "\x08\x08\x08", "\x7f", "\x00", "\r overwritten", "\x1bc", "\x1b[6n", "\x1b]52;c;eA==\x07", "\x85next", "\x0e", "\x0b", "\x0c", "\x1a", "\x04",
    "[bold red]x[/]", "[link=http://evil.example]x[/link]", "[/]", "[[red]]", "%s%n", "%(x)s", "{0}", "{self}",
)  # fmt: skip
_BIDI = (
    *(f"a{chr(code)}b" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0x00AD)),
    "a\u200bb", "a\u2060b", "a\u2028b", "a\u2029b", "a\ufeffb", "a\ufff9b\ufffac\ufffb", "a\U000e0041b", "a\U000e0001b", "a\ue000b", "a\ufffeb", "a\ufffdb",
    "раураl", "аdmin", "e\u0301", "\u212b", "ﬁ", "\u115f", "\u3164", "a\u034fb", "a\u17b4b", "𝕏", "ẞ", "İ", "ǰ", "\u0340",
)  # fmt: skip
_TURTLE = (
    '" .', '"@en . ngi:evil a ng:Entity .', '"""', "'''", '\\" . <x:s> <x:p> <x:o> . #', '"^^<x:y>', "> .", "<x:s> <x:p> <x:o> .", "@prefix ng: <x:> .", "# comment",
    "_:b <x:p> 1 .", "} } INSERT DATA { <x:s> <x:p> 1 }", "{ ?s ?p ?o }", "\\u0022 .", "\\U00000022", "<< a b c >>", "{| <x:p> 1 |}", "]]>", "<rdf:Description/>",
    '{"@id": "x:evil"}', '"}], "@context": {', "@context", "@id", "x:y", "http://evil.example/>", 'http://evil.example/" onclick="x', "\\", "\\\\", "\\n", "\\t",
    "a\\", 'a\\"', "%00", "%0A", "^^", "@en", "@en-x-evil", "; ng:modality ng:reported", ", ngi:evil", "a;b", "BASE <x:>",
)  # fmt: skip
_SPARQL = (
    "} UNION { ?s ?p ?o }", "\" } #", "' } #", "?x", "$this", "> } ; DROP ALL #", "} ; INSERT DATA { <x:s> <x:p> 1 } #", "SERVICE <http://evil.example> {", "FROM <file:///etc/passwd>",
    "LOAD <file:///etc/passwd>", "\\\" } #", "ngi:talks } { ?a ?b ?c", "UNDEF", "talks ) ( red", "\"@en } #", "\"\"\" } #",
)  # fmt: skip
_CSV = (
    '"',
    '""',
    '"""',
    ",",
    ",,,",
    '","',
    '"\n"',
    "a\nb",
    "a\r\nb",
    "a\rb",
    ";",
    "\t",
    "|",
    "a|b",
    "'",
    "\\,",
    '\\"',
    '"a',
    'a"',
    '"a"b',
    "NA",
    "null",
    "#REF!",
    "sep=;",
    "\ufeffid,kind",
)
_IRIS = (
    "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,<script>", "vbscript:x", "file:///etc/passwd", "https://x.example/<script>", 'https://x.example/"onclick="x',
    "https://x.example/ b", "https://x.example/>", "https://x.example/{a}", "https://x.example/`", "https://x.example/\\", "https://x.example/^", "http://", "https:///x", "//evil.example",
    "ng:x> <x:p> <x:o> . <x:s", "wd:Q1\" onclick=\"x", "mailto:x@y", "ftp://x", "https://x.example/\x1b[31m", "https://x.example/\u202e",
)  # fmt: skip


def payloads() -> tuple[str, ...]:
    """Every hostile text, each once."""
    return tuple(
        dict.fromkeys((*_SCRIPTS, *_MARKDOWN, *_FORMULAS, *_TERMINAL, *_BIDI, *_TURTLE, *_SPARQL, *_CSV, *_IRIS))
    )


_TEXT_CELLS = ("TextCell", "CodeCell", "ValueCell", "IriCell")


def _planted(text: str, column: str | None = None) -> Rows:
    """The small tables with ``text`` in every column of text, or in that one (table.column) alone."""
    rows, ontology = small_rows(), load_ontology()
    rows["entities"].append({"id": "odd", "kind": "Group", "label": "odd", "part_of": ""})
    rows["relations"].append(
        {
            "id": "r0050",
            "subject": "odd",
            "predicate": "assessedAs",
            "object": "failure",
            "source": "text",
            "locator": "3",
        }
        | {"aspect": "outcome-of-talks", "attributed_to": "red", "gist": "A verdict.", "context": "talks"}
    )
    rows["relations"].append(
        {
            "id": "r0051",
            "subject": "bluff",
            "predicate": "definedAs",
            "source": "text",
            "locator": "3",
            "gist": "Words.",
            "value": "words",
        }
    )
    for table, columns in ontology.columns.items():
        for cell in columns.values():
            named = cell.cell in _TEXT_CELLS and not cell.pattern
            if not named or (column and column != f"{table}.{cell.name}"):
                continue
            if cell.cell == "IriCell" and column is None and not text.startswith("http"):
                continue  # elsewhere an IRI is refused, and with it the whole; alone it is tried as well
            for number, row in enumerate(rows[table]):
                if (
                    cell.name in ("title", "file")
                    or number in (0, len(rows[table]) - 1, len(rows[table]) - 2)
                    or row["id"] == "talks"
                ):
                    row[cell.name] = (
                        text if cell.name == "title" or cell.separator else _numbered(text, number, cell.name)
                    )
    return rows


def _numbered(text: str, number: int, column: str) -> str:
    """The text with a number behind it where two rows may not have the same."""
    return f"{text}{number}" if column == "label" else text


TOGETHER = 40
"""As many texts that are accepted go through the outputs in one graph."""


def r8(share: float, seed: int) -> Trial:
    """Every payload in every column of text at once, then in each alone; outputs of what is accepted."""
    known = payloads()
    chosen = known if share >= 1 else known[seed % 7 :: max(int(1 / share), 1)]
    trial = Trial("R8", f"{len(chosen)} hostile texts in each column of text, through every output", seed)
    began = time.time()
    ontology = load_ontology()
    columns = [
        f"{table}.{cell.name}"
        for table, each in ontology.columns.items()
        for cell in each.values()
        if cell.cell in _TEXT_CELLS and not cell.pattern
    ]
    with scratch() as base:
        plain = load(write_folder(base / "plain", _planted("plain text")))
        accepted = []
        for number, text in enumerate(chosen):
            trial.done += 1
            if _is_taken(text, base, trial):
                accepted.append(text)
            _alone(text, base, columns, trial)
            _as_parameter(text, plain, trial)
            if number % 20 == 0:
                say(f"R8: {number} of {len(chosen)}, {len(trial.failures)} failures, {time.time() - began:.0f} s")
        inert = base / "csv"
        inert.mkdir()
        for first in range(0, len(accepted), TOGETHER):
            _through_outputs(accepted[first : first + TOGETHER], base, trial, inert / f"{first}.csv")
            say(f"R8: outputs from {first}, {len(trial.failures)} failures, {time.time() - began:.0f} s")
        _in_libreoffice(inert, trial)
    trial.seconds = time.time() - began
    return trial


def _is_taken(text: str, base: Path, trial: Trial) -> bool:
    """Whether the tables with this text in every column are sound; the report is fit for a terminal either way."""
    folder = write_folder(base / "planted", _planted(text))
    checked = [command_line("check", "--data", folder, *form) for form in ((), ("--format", "json"))]
    for done in checked:
        trial.expect(done.code in (0, 1) and "Traceback" not in done.err, f"{text!r}: {done.err[-300:]}")
        trial.expect(not _acted_on(done.out + done.err), f"{text!r}: {_acted_on(done.out + done.err)!r} in check")
    trial.counts["refused" if checked[0].code else "accepted as text"] += 1
    return checked[0].code == 0


def _crowd(texts: Sequence[str]) -> Rows:
    """The small tables with an entity, a source, two claims and a story for each text, which say nothing else."""
    rows = small_rows()
    for number, text in enumerate(texts):
        name, claims = f"odd-{number}", (f"r1{number:03}", f"r2{number:03}")
        entity = {"id": name, "kind": "Group", "label": f"{text}{number}", "aliases": text, "description": text}
        rows["entities"].append(entity)
        rows["sources"].append(
            {"id": name, "paragraphs": "2", **dict.fromkeys(("title", "authors", "publisher", "file", "note"), text)}
        )
        said = {"source": name, "locator": "1", "attributed_to": name, "gist": text, "note": text, "value": text}
        verdict = {"subject": "talks", "predicate": "assessedAs", "object": "failure", "aspect": "outcome-of-talks"}
        rows["relations"].append({"id": claims[0], **verdict, **said})
        rows["relations"].append({"id": claims[1], "subject": "bluff", "predicate": "definedAs", **said})
        rows["coverage"].append({"source": name, "paragraph": "1", "status": "coded"})
        rows["coverage"].append({"source": name, "paragraph": "2", "status": "nothing-to-code", "reason": text})
        step = {"story": name, "step": "1", **dict.fromkeys(("title", "header", "text"), text)}
        rows["stories"].append({**step, "entities": name, "claims": "|".join(claims)})
    return rows


def _alone(text: str, base: Path, columns: list[str], trial: Trial) -> None:
    """One column at a time: refused without a word that a terminal acts on, or the same again."""
    ontology = load_ontology()
    for column in columns:
        folder = write_folder(base / "alone", _planted(text, column))
        problems = tables.check(folder)
        if problems:
            trial.counts["columns that refuse"] += 1
            shown = "\n".join(map(str, problems))
            trial.expect(not _acted_on(shown), f"{text!r} in {column}: {_acted_on(shown)!r} in a message")
            continue
        trial.counts["columns that take it as text"] += 1
        read = tables.read(folder)
        store = rdf.build(read, ontology)
        rows = rdf.rows_of(store, ontology)
        table, name = column.split(".")
        told = Counter(
            "|".join(sorted(row.items(name))) if ontology.columns[table][name].separator else row[name]
            for row in read[table].rows
        )
        trial.expect(Counter(row[name] for row in rows[table]) == told, f"{text!r} in {column} came out changed")


def _markdown(kg: KnowledgeGraph) -> list[str]:
    return [
        kg.brief("talks", full=True).to_markdown(),
        kg.answer("record", entity="odd-0").to_markdown(),
        kg.answer("judgements", about="talks").to_markdown(),
        kg.compare("talks", "protest").to_markdown(),
    ]


def _outline(quad: ox.Quad) -> tuple[str, str, str]:
    value = quad.object
    return str(quad.subject), str(quad.predicate), "text" if isinstance(value, ox.Literal) else str(value)


def _through_outputs(texts: Sequence[str], base: Path, trial: Trial, flat: Path) -> None:
    """The texts in one graph, beside plain words in their places: nothing may differ but the words."""
    words = [f"plain{number}" + "|plain" * text.count("|") for number, text in enumerate(texts)]
    benign = load(write_folder(base / "benign", _crowd(words)))
    folder = write_folder(base / "crowd", _crowd(texts))
    kg = load(folder)
    found, plain = (Counter(_outline(quad) for quad in each.store) for each in (kg, benign))
    trial.expect(found == plain, f"triples: {list(((found - plain) + (plain - found)).items())[:5]}")
    out = base / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    for what, reader, same in _readings(kg, out):
        trial.counts["outputs"] += 1
        trial.expect(same, f"{what} is not the same to {reader}")
    for name, page in (("brief", lambda each: each.brief("talks", full=True).to_html()), ("explore", _page)):
        trial.counts["outputs"] += 1
        made, meant = _tags(page(kg)), _tags(page(benign))
        trial.expect(made == meant, f"elements in {name}.html: {list(((made - meant) + (meant - made)).items())[:5]}")
    for made, meant in zip(map(_tokens, _markdown(kg)), map(_tokens, _markdown(benign)), strict=True):
        trial.counts["outputs"] += 1
        trial.expect(made == meant, f"Markdown: {list(((made - meant) + (meant - made)).items())[:5]}")
    for file in (out / "x.csv", *sorted((out / "tables").glob("*.csv"))):
        _formulas(file.read_text(encoding="utf-8"), file.name, trial)
    shutil.copy(out / "x.csv", flat)
    for name in ("ask judgements", "brief talks", "compare talks protest", "ask tactics", "audit"):
        for form in ("table", "json", "md", "csv", "ttl"):
            _on_the_command_line(folder, [*name.split(), "--format", form], trial)
    for number in range(len(texts)):
        for form in ("table", "json", "md"):
            _on_the_command_line(
                folder, ["show", (f"odd-{number}", f"r1{number:03}")[number % 2], "--format", form], trial
            )


def _page(kg: KnowledgeGraph) -> str:
    return kg.explore().html


def _on_the_command_line(folder: Path, words: list[str], trial: Trial) -> None:
    """Nothing for a terminal to act on, no formula in CSV, no raw HTML or link in Markdown."""
    done = command_line("--data", folder, *words)
    trial.counts["outputs"] += 1
    trial.expect(done.code == 0 and "Traceback" not in done.err, f"{words} ended with {done.code}: {done.err[-200:]}")
    text = done.out.replace("\n\t", "\n") if words[-1] == "ttl" else done.out  # Turtle is indented by tabs
    trial.expect(not _acted_on(text), f"{_acted_on(text)!r} in {words}")
    if words[-1] == "csv":
        _formulas(done.out, f"{words}", trial)
    if words[-1] == "md":
        odd = {kind for kind in _tokens(done.out) if kind.startswith(("html", "link", "image"))}
        trial.expect(not odd, f"{odd} in {words}")
    if words[-1] == "json":
        json.loads(done.out)


def _acted_on(text: str) -> list[str]:
    """The characters in a text that a terminal would act on, or that turn its direction."""
    return sorted(
        {
            each
            for each in text
            if each != "\n" and unicodedata.category(each) in ("Cc", "Cf") and each not in "\u200c\u200d"
        }
    )


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[tuple[str, ...]] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag by its name, its attributes, and where it leads."""
        leads = [str(value).partition(":")[0] for name, value in attrs if name in ("href", "src") and ":" in str(value)]
        self.found[tag, *sorted(name for name, _ in attrs), *leads] += 1

    def handle_comment(self, data: str) -> None:
        """Note a comment."""
        self.found["<!--",] += 1


def _tags(page: str) -> Counter[tuple[str, ...]]:
    parser = _Tags()
    parser.feed(page)
    parser.close()
    return parser.found


def _tokens(text: str) -> Counter[str]:
    """The kinds of tokens that a CommonMark reader with tables, strike-through and raw HTML sees; text apart."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    reader.validateLink = lambda url: True  # it would leave out what is not http of its own accord
    flat = [token for block in reader.parse(text) for token in (block, *(block.children or ()))]
    return Counter(token.type for token in flat if token.type not in ("text", "text_special"))


def _formulas(text: str, where: str, trial: Trial) -> None:
    """No cell begins as a formula does; a plain negative number is none."""
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            number = cell[:1] == "-" and cell[1:].replace(".", "", 1).isdecimal()
            trial.expect(number or cell[:1] not in tuple("=+-@\t\r＝＋－＠"), f"{where}: the cell {cell!r:.40}")


def _as_parameter(text: str, kg: KnowledgeGraph, trial: Trial) -> None:
    """A parameter is one term, or refused: the query around it stays what it was."""
    ways = {
        "SELECT ?s\nWHERE {\n  ?s ?p ?entity }": ("SELECT ?s\nWHERE {\n  ?s ?p ", " }"),
        "SELECT ?entity\nWHERE {\n  ?s ?p ?entity }": (
            "SELECT ?entity\nWHERE { VALUES ?entity { ",
            " }\n  ?s ?p ?entity }",
        ),
    }
    for query, (head, tail) in ways.items():
        bound = Question("x", "x", "", kg.questions["record"].parameters, (), (), query).bound(
            {"entity": ox.Literal(text)}
        )
        trial.expect(bound.startswith(head) and bound.endswith(tail), f"{text!r} changes a query")
        term = bound[len(head) : -len(tail)]
        _is_one_term(term, text, kg, trial)
    for name, parameter in (("record", "entity"), ("judgements", "about"), ("speaker", "speaker")):
        if name in kg.questions and parameter in {each.name for each in kg.questions[name].parameters}:
            try:
                kg.answer(name, **{parameter: text})
                trial.failures.append(f"{text!r} names an entity of {name}")
            except NegographError:
                trial.counts["parameters refused"] += 1


def _is_one_term(term: str, text: str, kg: KnowledgeGraph, trial: Trial) -> None:
    asked = kg.store.query(f"SELECT (COUNT(*) AS ?n) ?x {{ VALUES ?x {{ {term} }} }} GROUP BY ?x")
    rows = [(row["n"].value, row["x"].value) for row in asked]
    trial.expect(rows == [("1", text)], f"{text!r} as a parameter is {rows}")


def _in_libreoffice(folder: Path, trial: Trial) -> None:
    """Every flat CSV, opened by LibreOffice as it opens CSV: no cell is a formula."""
    files = sorted(folder.glob("*.csv"))
    if shutil.which("soffice") is None or not files:
        trial.counts["not opened in LibreOffice: it is not there"] += 1
        return
    home = folder / "home"
    line = [
        "soffice",
        f"-env:UserInstallation=file://{home}",
        "--headless",
        "--convert-to",
        "fods",
        "--outdir",
        str(folder),
    ]
    subprocess.run([*line, *map(str, files)], capture_output=True, timeout=900)
    for file in files:
        made = file.with_suffix(".fods")
        if trial.expect(made.exists(), f"{file.name} was not opened by LibreOffice"):
            trial.counts["tables opened in LibreOffice"] += 1
            trial.expect("table:formula" not in made.read_text(encoding="utf-8"), f"a formula in {file.name}")
