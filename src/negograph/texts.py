"""The tables beside the texts that they were read from, for whoever has them.

The texts are not part of the project. A text is a UTF-8 file whose paragraphs begin with their
number in brackets, ``[1] ...``; sources.csv names the file and its SHA-256.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from negograph.errors import Problem
from negograph.ontology import Ontology
from negograph.tables import Row, Tables
from negograph.tables.reading import Finding, Line, locate, read_header
from negograph.tables.scope import paragraphs

__all__ = ["check_texts", "listing"]

RUN = 7
"""As many words in a row, shared with a text, are a quotation and not a paraphrase."""

_PARAGRAPH = re.compile(r"^\[([0-9]+)\] ?", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_TITLE = ("sources", "title")  # a title is what the text itself is called


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("’", "'"))


def _paragraphs(text: str) -> dict[int, str]:
    """Number to text of the paragraphs of a text."""
    found = [*_PARAGRAPH.finditer(text)]
    ends = [*(match.start() for match in found[1:]), len(text)]
    return {int(match[1]): text[match.end() : end].strip() for match, end in zip(found, ends, strict=False)}


def _texts(tables: Tables, directory: Path) -> dict[str, tuple[Row, str]]:
    """Source id to its row and its text, for the sources whose file is there."""
    found = {}
    for row in tables["sources"].rows:
        file = directory / row["file"]
        if row["file"] and file.is_file():
            found[row["id"]] = row, file.read_bytes().decode("utf-8", errors="replace")
    return found


def check_texts(tables: Tables, ontology: Ontology, folders: list[Path], directory: Path) -> list[Problem]:
    """What does not fit between the tables, read from ``folders``, and the texts in ``directory``.

    A text that is missing or has changed, a number of paragraphs that differs, and any cell that
    shares a run of seven words with a text. Where texts of some folders are there, those of the others
    are elsewhere, and not missing.
    """
    texts = _texts(tables, directory)
    here = {_folder(row.line, folders) for row, _ in texts.values()} or set(folders)
    findings = [
        each
        for each in _about_sources(tables, texts, directory)
        if each.column != "file" or _folder(each.line, folders) in here
    ]
    problems = [*_located("sources", tables, findings, folders, ontology)]
    runs: dict[tuple[str, ...], str] = {}
    for source, (_, text) in texts.items():
        words = _words(" ".join(_paragraphs(text).values()))
        runs.update((tuple(words[place : place + RUN]), source) for place in range(len(words) - RUN + 1))
    for name, table in tables.items():
        columns = [each.name for each in ontology.columns[name].values() if each.cell in ("TextCell", "ValueCell")]
        findings = [
            finding
            for row in table.rows
            for column in columns
            if (name, column) != _TITLE
            for finding in _borrowed(row, column, runs)
        ]
        problems.extend(_located(name, tables, findings, folders, ontology))
    return problems


def _folder(line: int, folders: list[Path]) -> Path:
    """The folder that a row is of."""
    return line.folder if isinstance(line, Line) else folders[0]


def _located(
    name: str, tables: Tables, findings: list[Finding], folders: list[Path], ontology: Ontology
) -> Iterator[Problem]:
    """Findings about one table as problems, each in the file of the folder that it is about."""
    for folder in dict.fromkeys(folders):
        own = [each for each in findings if _folder(each.line, folders) == folder]
        if own:
            file = folder / f"{name}.csv"
            yield from locate(file, tables[name].header if len(folders) == 1 else _header(file, ontology), own)


def _header(file: Path, ontology: Ontology) -> tuple[str, ...]:
    """The columns of a table that was read before."""
    with file.open("rb") as stream:
        header, _ = read_header(stream.readline().rstrip(b"\r\n"), tuple(ontology.columns[file.stem].values()))
    return header.names if header else ()


def _about_sources(tables: Tables, texts: dict[str, tuple[Row, str]], directory: Path) -> Iterator[Finding]:
    for row in tables["sources"].rows:
        if not row["file"]:
            continue
        if row["id"] not in texts:
            yield Finding(row.line, "file", "text", f"no such file in {directory}", "put the text there")
            continue
        digest = sha256((directory / row["file"]).read_bytes()).hexdigest()
        if digest != row["sha256"]:
            message = f"the text's SHA-256 is {digest}"
            mend = "find the text that was read, or read the rows again" if row["sha256"] else "write it into the cell"
            yield Finding(row.line, "sha256", "text", message, mend)
        numbers = list(_paragraphs(texts[row["id"]][1]))
        if numbers != list(range(1, int(row["paragraphs"]) + 1)):
            message = f"the text has {len(numbers)} numbered paragraphs"
            yield Finding(row.line, "paragraphs", "text", message, "correct the number, or the text")


def _borrowed(row: Row, column: str, runs: dict[tuple[str, ...], str]) -> Iterator[Finding]:
    words = _words(row[column])
    for place in range(len(words) - RUN + 1):
        run = tuple(words[place : place + RUN])
        if run in runs:
            message = f"'{' '.join(run)}' are {RUN} words of {runs[run]} in a row"
            yield Finding(row.line, column, "quotation", message, "say it in words of your own")
            return


def listing(tables: Tables, directory: Path) -> Iterator[str]:
    """Each paragraph with the claims that cite it, as lines of Markdown, for a reader who compares them."""
    for source, (row, text) in _texts(tables, directory).items():
        yield f"# {row['title']} ({source})\n"
        claims = [claim for claim in tables["relations"].rows if claim["source"] == source]
        for number, paragraph in _paragraphs(text).items():
            yield f"\n## ¶{number}\n\n{paragraph}\n"
            for claim in claims:
                if claim["locator"] and number in paragraphs(claim["locator"]):
                    yield _claim_line(claim)
        yield ""


def _claim_line(claim: Row) -> str:
    marks = [claim[name] for name in ("modality", "polarity", "confidence") if claim[name]]
    speaker = [f"says {claim['attributed_to']}"] if claim["attributed_to"] else []
    ends = f"{claim['subject']} {claim['predicate']} {claim['object'] or claim['value']}"
    return f"- **{claim['id']}** {claim['gist']} ({'; '.join(filter(None, (ends, *speaker, ', '.join(marks))))})"
