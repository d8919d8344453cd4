"""Broken tables, made from good ones by a seed, and what a reader by the letter of RFC 4180 sees in them.

Each mutator is something that happens to CSV files: in a spreadsheet, in an editor, on a full disk,
on the way through a mail. The same seed gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import random
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

from negograph.ontology import Ontology

__all__ = ["MUTATORS", "mutate", "rows_by_the_letter"]

Mutator = Callable[[bytes, random.Random], bytes]
_TABLES = ("entities.csv", "relations.csv", "sources.csv", "coverage.csv", "stories.csv")
_LOOK_ALIKES = {"a": "\u0430", "e": "\u0435", "o": "\u043e", "p": "\u0440", "c": "\u0441", "x": "\u0445"}
_INVISIBLE = ("\u200b", "\ufeff", "\u202e", "\u00ad", "\u2028", "\u0085", "\ue000", "\x1a", "\x00", "\x07", "\ufffd")
_ODD_CELLS = (
    "20190206",
    "2019-W06",
    "2019-13",
    "2019-02-30",
    "0000",
    "Jun-19",
    "2019-6",
    "２０１９",
    "06/02/2019",
    "2019-02/2018",
    "=1+1",
    "+1",
    "-cmd",
    "@SUM(A1)",
    "\t=1",
    "1,000",
    "1e3",
    "007",
    "NaN",
    "null",
    "NA",
    "TRUE",
    "#REF!",
    " ",
    "  x ",
    "javascript:alert(1)",
    "http://a b",
    "<script>",
    "nowhere-at-all",
    "r9999999",
    "Person",
    "reported",
    "affirmed",
    "12-",
    "0",
    "-3",
    "3-1",
    "1|1",
    "a||b",
    "|",
    "high,low",
    "٣",
    "e\u0301",
)


def _lines(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def _records(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))


def _written(records: Iterable[Iterable[str]], **options: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=options.get("end", "\n")).writerows(records)
    return out.getvalue().encode()


def _a_cell(records: list[list[str]], chance: random.Random) -> tuple[int, int]:
    row = chance.randrange(1, len(records)) if len(records) > 1 else 0
    return row, chance.randrange(len(records[row]))


def _filled(records: list[list[str]], chance: random.Random) -> tuple[int, int]:
    for _ in range(200):
        row, column = _a_cell(records, chance)
        if records[row][column]:
            break
    return row, column


def _in_cells(change: Callable[[str, random.Random], str]) -> Mutator:
    """A mutator that rewrites the text of one filled cell."""

    def mutator(data: bytes, chance: random.Random) -> bytes:
        records = _records(data)
        row, column = _filled(records, chance)
        records[row][column] = change(records[row][column], chance)
        return _written(records)

    return mutator


def _at_a_place(insert: Callable[[random.Random], bytes]) -> Mutator:
    """A mutator that puts some bytes anywhere."""

    def mutator(data: bytes, chance: random.Random) -> bytes:
        place = chance.randrange(len(data) + 1)
        return data[:place] + insert(chance) + data[place:]

    return mutator


def _header(change: Callable[[list[str], random.Random], list[str]]) -> Mutator:
    def mutator(data: bytes, chance: random.Random) -> bytes:
        records = _records(data)
        records[0] = change(records[0], chance)
        return _written(records)

    return mutator


def _inserted(text: str, piece: str, chance: random.Random) -> str:
    place = chance.randrange(len(text) + 1)
    return text[:place] + piece + text[place:]


def _flipped(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _without_a_byte(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + data[place + 1 :]


def _rows(change: Callable[[list[list[str]], random.Random], list[list[str]]]) -> Mutator:
    return lambda data, chance: _written(change(_records(data), chance))


def _twice(records: list[list[str]], chance: random.Random) -> list[list[str]]:
    row, _ = _a_cell(records, chance)
    return [*records, records[row]]


def _dropped(records: list[list[str]], chance: random.Random) -> list[list[str]]:
    row, _ = _a_cell(records, chance)
    return records[:row] + records[row + 1 :]


def _longer(records: list[list[str]], chance: random.Random) -> list[list[str]]:
    row, column = _a_cell(records, chance)
    records[row].insert(column, "")
    return records


def _shorter(records: list[list[str]], chance: random.Random) -> list[list[str]]:
    row, column = _a_cell(records, chance)
    del records[row][column]
    return records


def _swapped(records: list[list[str]], chance: random.Random) -> list[list[str]]:
    row, column = _filled(records, chance)
    other = chance.randrange(len(records[row]))
    cells = records[row]
    cells[column], cells[other] = cells[other], cells[column]
    return records


def _shifted(records: list[list[str]], chance: random.Random) -> list[list[str]]:
    row, column = _filled(records, chance)
    records[row][column:] = [*records[row][column + 1 :], records[row][column]]
    return records


def _from_elsewhere(records: list[list[str]], chance: random.Random) -> list[list[str]]:
    row, column = _filled(records, chance)
    other, _ = _a_cell(records, chance)
    records[row][column] = records[other][column]
    return records


def _shuffled(records: list[list[str]], chance: random.Random) -> list[list[str]]:
    rest = records[1:]
    chance.shuffle(rest)
    return [records[0], *rest]


def _columns_shuffled(records: list[list[str]], chance: random.Random) -> list[list[str]]:
    order = list(range(len(records[0])))
    chance.shuffle(order)
    return [[row[each] for each in order] for row in records]


def _blank_row(data: bytes, chance: random.Random) -> bytes:
    lines = _lines(data)
    lines.insert(chance.randrange(len(lines) + 1), chance.choice([b"\n", b",,,\n", b"  \n"]))
    return b"".join(lines)


def _spliced(data: bytes, chance: random.Random) -> bytes:
    lines = _lines(data)
    row = chance.randrange(len(lines))
    lines[row] = lines[row].rstrip(b"\n")
    return b"".join(lines)


def _semicolons(data: bytes, _: random.Random) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\n").writerows(_records(data))
    return out.getvalue().encode()


def _look_alike(text: str, chance: random.Random) -> str:
    places = [index for index, letter in enumerate(text) if letter in _LOOK_ALIKES]
    if not places:
        return text
    place = chance.choice(places)
    return text[:place] + _LOOK_ALIKES[text[place]] + text[place + 1 :]


MUTATORS: dict[str, Mutator] = {
    "byte order mark": lambda data, _: b"\xef\xbb\xbf" + data,
    "two byte order marks": lambda data, _: b"\xef\xbb\xbf" * 2 + data,
    "utf-16": lambda data, _: data.decode().encode("utf-16"),
    "latin-1": lambda data, _: data.decode().encode("latin-1", errors="replace").replace(b"?", b"\xe9", 1),
    "bit flipped": _flipped,
    "byte lost": _without_a_byte,
    "cut anywhere": _cut,
    "cut at a line end": lambda data, chance: b"".join(_lines(data)[: chance.randrange(len(_lines(data)))]),
    "emptied": lambda data, _: b"",
    "quotation mark": _at_a_place(lambda _: b'"'),
    "comma": _at_a_place(lambda _: b","),
    "line end": _at_a_place(lambda chance: chance.choice([b"\n", b"\r", b"\r\n", b"\r\r\n"])),
    "nul": _at_a_place(lambda _: b"\0"),
    "control z": _at_a_place(lambda _: b"\x1a"),
    "bytes of no text": _at_a_place(lambda chance: chance.choice([b"\xff", b"\xc0\x80", b"\xed\xa0\x80"])),
    "crlf": lambda data, _: _written(_records(data), end="\r\n"),
    "cr only": lambda data, _: _written(_records(data), end="\r"),
    "semicolons": _semicolons,
    "blank row": _blank_row,
    "two rows in one": _spliced,
    "row twice": _rows(_twice),
    "row lost": _rows(_dropped),
    "cell too many": _rows(_longer),
    "cell too few": _rows(_shorter),
    "cells swapped": _rows(_swapped),
    "cells shifted": _rows(_shifted),
    "cell from another row": _rows(_from_elsewhere),
    "rows shuffled": _rows(_shuffled),
    "columns shuffled": _rows(_columns_shuffled),
    "header twice": _header(lambda names, chance: [*names[:-1], chance.choice(names)]),
    "header misspelt": _header(lambda names, chance: [name + "s" * (chance.random() < 0.3) for name in names]),
    "header in capitals": _header(lambda names, _: [name.title() for name in names]),
    "header with blanks": _header(lambda names, chance: [name + " " * (chance.random() < 0.2) for name in names]),
    "header shorter": _header(lambda names, _: names[:-1]),
    "header gone": lambda data, _: b"".join(_lines(data)[1:]),
    "invisible character": _in_cells(lambda text, chance: _inserted(text, chance.choice(_INVISIBLE), chance)),
    "look-alike letter": _in_cells(_look_alike),
    "decomposed letters": _in_cells(
        lambda text, chance: unicodedata.normalize("NFD", text + "é" * chance.randrange(2))
    ),
    "blank at an end": _in_cells(lambda text, chance: chance.choice([" " + text, text + " ", text + "\u00a0"])),
    "line break inside": _in_cells(
        lambda text, chance: _inserted(text, chance.choice(["\n", "\r\n", "\u2028"]), chance)
    ),
    "capitals": _in_cells(lambda text, _: text.upper()),
    "cell emptied": _in_cells(lambda _, __: ""),
    "odd cell": _in_cells(lambda _, chance: chance.choice(_ODD_CELLS)),
    "endless cell": _in_cells(lambda text, _: text + "x" * 140_000),
    "letter lost": _in_cells(
        lambda text, chance: text[: (place := chance.randrange(len(text) or 1))] + text[place + 1 :]
    ),
    "list with a hole": _in_cells(lambda text, _: text + "|"),
}
"""What happens to tables, by name."""


def mutate(directory: Path, seed: int) -> tuple[str, str]:
    """Break one table of ``directory`` in place, sometimes twice; return the table and the mutators' names."""
    chance = random.Random(seed)
    table = chance.choices(_TABLES, weights=(6, 10, 2, 1, 1))[0]
    names = [chance.choice(list(MUTATORS)) for _ in range(1 + (chance.random() < 0.2))]
    file = directory / table
    for name in names:
        data = file.read_bytes()
        try:
            file.write_bytes(MUTATORS[name](data, chance) if data else data)
        except (ValueError, csv.Error, IndexError):
            continue  # the first mutation has left nothing that the second could read
    return table, " + ".join(names)


def rows_by_the_letter(file: Path, ontology: Ontology) -> list[dict[str, str]]:
    """The rows of a table as RFC 4180 has them, in the canonical form of what the graph gives back.

    The reader is the csv module on the decoded bytes, without any of negograph's own code.

    Raises:
        ValueError, csv.Error: there is no such reading.
    """
    text = file.read_bytes().decode("utf-8").removeprefix("\ufeff")
    header, *records = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns = ontology.columns[file.stem]
    rows = []
    for record in records:
        cells = dict.fromkeys(columns, "") | dict(zip(header, record, strict=True))
        for name, column in columns.items():
            if column.separator:
                cells[name] = column.separator.join(sorted(cells[name].split(column.separator)))
            if cells[name] == column.default:
                cells[name] = ""
        if file.stem == "relations" and cells["modality"] == ontology.predicates[cells["predicate"]].default_modality:
            cells["modality"] = ""
        rows.append(cells)
    return rows
