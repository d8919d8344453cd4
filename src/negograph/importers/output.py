"""What an import writes: tables, decisions on sameness, what a human has to decide, and the account of it all.

Rows go to the disk as they come. Only actors are held, and whatever a data set tells of in many records.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from negograph.errors import ExportError
from negograph.export import write_atomically
from negograph.importers.names import Known, clean, fold, kind_of, shorten, slug
from negograph.ontology import Ontology
from negograph.tables import MANIFEST
from negograph.tables.sameness import COLUMNS, FILE, read_decisions

__all__ = ["Account", "Dataset", "Output", "Progress", "output"]

BY = "negograph import"
"""Who decides where two names are the same."""
REPORT, UNDECIDED = "report.csv", "undecided.csv"
_LABEL, _GIST = 120, 200

Progress = Callable[[int], None]
"""Is told now and then how many records have been read."""


@dataclass(frozen=True)
class Dataset:
    """A data set that others publish, and what its publishers say of it."""

    key: str
    """The beginning of every id that is made from it."""
    digit: str
    """The first digit of its claims' ids, so that no two data sets collide."""
    short: str
    title: str
    publisher: str
    licence: str
    cite: str = ""


@dataclass
class Account:
    """What became of everything that was read: nothing is lost in silence."""

    read: int = 0
    written: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    """Records that were left out, by reason."""
    names: Counter[str] = field(default_factory=Counter)
    """What became of each name in the cells of parties and actors."""
    rows: Counter[str] = field(default_factory=Counter)
    """Rows of our own tables."""

    def lines(self) -> Iterator[tuple[str, str, int]]:
        """(what, outcome, count), in the order of the report."""
        yield "records", "read", self.read
        yield "records", "written", self.written
        for reason, count in sorted(self.dropped.items()):
            yield "records", f"dropped: {reason}", count
        for outcome, count in sorted(self.names.items()):
            yield "names", outcome, count
        for name, count in self.rows.items():
            yield "rows", name, count

    def __str__(self) -> str:
        return "\n".join(f"{count:>9,} {what:8} {outcome}" for what, outcome, count in self.lines())


class Output:
    """The tables of one import, open for writing; made by :func:`output`."""

    def __init__(
        self,
        dataset: Dataset,
        ontology: Ontology,
        known: Known,
        stack: ExitStack,
        directory: Path,
        earlier: Mapping[tuple[str, str], dict[str, str]],
    ) -> None:
        self.dataset, self.ontology, self.known = dataset, ontology, known
        self.account = Account()
        self._stack, self._directory, self._earlier = stack, directory, earlier
        self._writers = {
            name: self._table(name, list(ontology.columns[name]))
            for name in ("entities", "relations", "sources", "coverage")
        }
        same = self._table(Path(FILE).stem, list(COLUMNS))
        self._decisions = {"same": same, "undecided": self._table(Path(UNDECIDED).stem, list(COLUMNS))}
        for row in earlier.values():
            same.writerow(row)
        self._actors: dict[str, str] = {}
        self._ids: dict[str, str] = {}

    def _table(self, name: str, columns: list[str]) -> csv.DictWriter[str]:
        stream = self._stack.enter_context(write_atomically(self._directory / f"{name}.csv"))
        text = self._stack.enter_context(_text(stream))
        writer = csv.DictWriter(text, columns, lineterminator="\n", restval="")
        writer.writeheader()
        return writer

    def _write(self, name: str, row: dict[str, str]) -> None:
        self._writers[name].writerow(row)
        self.account.rows[name] += 1

    # Rows

    def entity(self, identifier: str, kind: str, label: str, **cells: str) -> str:
        """Write an entity; a label that is too long is cut, and stands whole in the description."""
        text = clean(label)
        if len(text) > _LABEL:
            cells["description"] = " ".join(filter(None, (cells.get("description", ""), f"In full: {text}")))
        self._write("entities", {"id": identifier, "kind": kind, "label": shorten(text, _LABEL), **cells})
        return identifier

    def titled(self, identifier: str, kind: str, title: str, tail: str, **cells: str) -> str:
        """Write an entity whose label is told apart by ``tail``, however long its title is."""
        text = clean(title) or "without a title"
        room = _LABEL - len(tail) - 3
        if len(text) > room:
            cells["description"] = " ".join(filter(None, (cells.get("description", ""), f"In full: {text}")))
        return self.entity(identifier, kind, f"{shorten(text, room)} ({tail})", **cells)

    def relation(self, identifier: str, subject: str, predicate: str, thing: str, gist: str, **cells: str) -> None:
        """Write a claim."""
        row = {"id": identifier, "subject": subject, "predicate": predicate, "object": thing}
        self._write("relations", row | cells | {"gist": shorten(clean(gist), _GIST)})

    def coverage(self, source: str, number: int, reason: str = "") -> None:
        """Say of a record that claims came of it, or why none did."""
        status = "nothing-to-code" if reason else "coded"
        self._write("coverage", {"source": source, "paragraph": str(number), "status": status, "reason": reason})

    def source(self, identifier: str, file: Path, release: str, count: int) -> None:
        """Write the row of a file, with release, licence and digest."""
        with file.open("rb") as stream:
            digest = file_digest(stream, "sha256").hexdigest()
        data = self.dataset
        said = f"Release: {release or 'not said in the file'}. Licence: {data.licence}. A paragraph is a record."
        cells = {"id": identifier, "file": clean(file.name), "title": f"{data.title}: {clean(file.name)}"}
        cells |= {"publisher": data.publisher, "language": "en", "paragraphs": str(count), "sha256": digest}
        self._write("sources", {**cells, "note": " ".join(filter(None, (said, data.cite)))})

    # Actors

    def actor(self, name: str, setting: str = "", *, kind: str = "", code: str = "") -> str:
        """The id of an actor by its name, written where it is new.

        Args:
            name: as the data set writes it.
            setting: where the name is valid. One that is not surely known elsewhere is another in
                another setting: "the Government" is a different one in each country.
            kind: where the data set tells it.
            code: the data set's own id for it, where it has one; then the name decides nothing.
        """
        found = self.known.matches(name)
        sure = bool(found) and found[0].sure
        place = "" if sure or code else setting
        key = code or f"{fold(name)}\n{fold(place)}"
        if key not in self._actors:
            identifier = slug(self.dataset.key, "actor", *filter(None, (code or name, place)))
            digest = sha256(key.encode()).hexdigest()[:8]
            if identifier in self._ids:  # "a b" in c, and a in "b c"
                identifier = slug(self.dataset.key, "actor", code or name, digest)
            self._ids[identifier] = clean(name)
            self._actors[key] = identifier
            tail = "; ".join(filter(None, (shorten(clean(place), 40), self.dataset.short, code)))
            if len(clean(name)) + len(tail) + 3 > _LABEL or len(clean(place)) > 40:
                tail = f"{tail}; {digest}"  # what is cut may begin alike
            aliases = clean(name).replace("|", "/")
            self.titled(identifier, kind or kind_of(name), name, tail, aliases=aliases)
            for match in found:
                note = f"{aliases} / {match.name}: {match.why}"
                self._decide("same" if match.sure else "undecided", match.id, identifier, note)
        outcome = "known" if sure else "undecided" if found else "new"
        self.account.names[f"written: {outcome}"] += 1
        return self._actors[key]

    def name_of(self, actor: str) -> str:
        """The name that an actor was first written under."""
        return self._ids[actor]

    def same(self, known: str, identifier: str, why: str) -> None:
        """Note that an entity of the known tables and one of ours are the same."""
        self._decide("same", known, identifier, why)

    def _decide(self, decision: str, known: str, identifier: str, note: str) -> None:
        """Write down a decision, or a question, unless somebody else has decided it before."""
        if (known, identifier) not in self._earlier:
            by = "" if decision == "undecided" else BY  # whoever moves a question into same.csv is its author
            row = {"a": known, "b": identifier, "decision": decision, "by": by, "note": note}
            self._decisions[decision].writerow(row)

    # Counting

    def read(self, progress: Progress | None = None) -> None:
        """Count a record that was read."""
        self.account.read += 1
        if progress and self.account.read % 10_000 == 0:
            progress(self.account.read)

    def written(self) -> None:
        """Count a record that was written."""
        self.account.written += 1

    def dropped(self, reason: str) -> None:
        """Count a record that was left out."""
        self.account.dropped[reason] += 1

    def unused(self, reason: str) -> None:
        """Count a name that no claim was made of."""
        self.account.names[f"dropped: {reason}"] += 1


@contextmanager
def _text(stream: Any) -> Iterator[io.TextIOWrapper]:
    """A text on a stream of bytes that others close."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    try:
        yield text
    finally:
        text.flush()
        text.detach()


def _ours(row: Mapping[str, str]) -> bool:
    """Whether an import wrote this row of ``same.csv``, and nobody has changed what it decides."""
    return row["by"] == BY and row["decision"] == "same"


@contextmanager
def _made(directory: Path) -> Iterator[None]:
    """Make ``directory`` and those above it; what is refused leaves none of them behind."""
    new = [each for each in (directory, *directory.parents) if not each.exists()]
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"{directory}: {error.strerror}; nothing was written") from error
    try:
        yield
    except BaseException:
        with suppress(OSError):  # where something is in it
            for each in new:
                each.rmdir()
        raise


@contextmanager
def output(directory: Path, dataset: Dataset, ontology: Ontology, known: Known) -> Iterator[Output]:
    """Open ``directory`` for the tables of an import: all of them are written, or none.

    Every row of ``same.csv`` stays but for those that an import wrote there by itself: it writes them anew.

    Raises:
        DataError: ``same.csv`` is there and cannot be read, so that no decision in it would be kept.
        ExportError: the directory holds tables of another origin, or cannot be written.
    """
    if (directory / "entities.csv").exists() and not (directory / REPORT).exists():
        raise ExportError(f"{directory}: holds tables that no import wrote; name another directory")
    earlier = {(row["a"], row["b"]): row for row in read_decisions(directory) if not _ours(row)}
    with _made(directory), ExitStack() as stack:
        (directory / MANIFEST).unlink(missing_ok=True)
        made = Output(dataset, ontology, known, stack, directory, earlier)
        yield made
        with write_atomically(directory / REPORT) as stream, _text(stream) as text:
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(("what", "outcome", "count"))
            writer.writerows(made.account.lines())
