"""The reader: every trap that a CSV file can set, with the line and the column of each."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import negograph
from negograph.ontology import Column, Ontology
from negograph.tables import check
from negograph.tables.reading import hygiene, read_header, read_row, read_table

from conftest import Writer

RELATIONS = "relations.csv"


def spoil(directory: Path, old: bytes, new: bytes, file: str = RELATIONS) -> Path:
    data = (directory / file).read_bytes()
    assert old in data
    (directory / file).write_bytes(data.replace(old, new, 1))
    return directory


def problems(directory: Path) -> list[tuple[str, int, int, str]]:
    return [(Path(each.file).name, each.line, each.column, each.code) for each in check(directory)]


def test_the_small_tables_are_sound(folder: Writer) -> None:
    assert check(folder()) == []


def test_one_byte_order_mark_is_what_spreadsheets_write(folder: Writer) -> None:
    directory = folder()
    file = directory / RELATIONS
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert check(directory) == []
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert (RELATIONS, 1, 1, "header") in problems(directory)


def test_crlf_is_as_good_as_lf(folder: Writer) -> None:
    directory = folder()
    file = directory / RELATIONS
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert check(directory) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "code"),
    [
        (b"r0004,blue", b"r0004,bl\xffue", 5, 9, "encoding"),
        (b"r0004,blue", b"r0004,bl\0ue", 5, 9, "control"),
        (b"r0004,blue", b"r0004,bl\rue", 5, 9, "line-end"),
        (b"r0004,blue", b"r0004,bl\x1aue", 5, 7, "control"),
        (b"r0004,blue", "r0004,bl\u200bue".encode(), 5, 7, "invisible"),
        (b"r0004,blue", "r0004,blue\u00a0".encode(), 5, 7, "whitespace"),
        (b"r0004,blue", b"r0004, blue", 5, 7, "whitespace"),
        (b"r0004,blue", "r0004,bl\u0443e".encode(), 5, 7, "reference"),
        (b"What r0004 says.", "What re\u0301 says.".encode(), 5, None, "unicode"),
        (b"What r0004 says.", "What \u202er0004 says.".encode(), 5, None, "invisible"),
        (b"What r0004 says.", b"=SUM(A1:A9)", 5, None, "formula"),
        (b"What r0004 says.", b"@home", 5, None, "formula"),
        (b"What r0004 says.", b'"two\nlines"', 5, None, "control"),
        (b"What r0004 says.", b'"he said "no" to it"', 5, 1, "quote"),
        (b"r0004,blue", b"r0004,blue,", 5, None, "row-length"),
        (b"r0004,blue,", b"r0004,", 5, None, "row-length"),
        (b"r0004,blue,", b"\nr0004,blue,", 5, 1, "blank-row"),
        (b"r0004,blue,", b"," * 20 + b"\nr0004,blue,", 5, 1, "blank-row"),
        (b"id,subject", b"id,\rsubject", 1, 4, "line-end"),
        (b"id,subject", b'id,"sub"ject', 1, 1, "quote"),
        (b"id,subject", b"id,id,subject", 1, 4, "header"),
        (b"id,subject", b"id,subjekt", 1, 4, "header"),
        (b"id,subject", "\u0456d,subject".encode(), 1, 1, "header"),
    ],
)
def test_a_defect_has_its_place(
    folder: Writer, old: bytes, new: bytes, line: int, column: int | None, code: str
) -> None:
    found = problems(spoil(folder(), old, new))
    assert any(each[:2] == (RELATIONS, line) and each[3] == code and column in (None, each[2]) for each in found), found


def test_a_row_with_cells_missing_is_pointed_at_where_it_ends(folder: Writer) -> None:
    directory = folder()
    lines = (directory / RELATIONS).read_bytes().splitlines(keepends=True)
    (directory / RELATIONS).write_bytes(b"".join([*lines[:4], b"r0004,blue,backs\n", *lines[5:]]))
    assert (RELATIONS, 5, 12, "row-length") in problems(directory)


def test_a_cell_behind_a_line_break_has_its_own_line(folder: Writer) -> None:
    broken = {"id": "two", "kind": "Group", "label": "one\ntwo", "start": "2019-13"}
    found = [each for each in problems(folder(entities=[broken])) if each[0] == "entities.csv"]
    assert found == [("entities.csv", 16, 11, "control"), ("entities.csv", 17, 8, "date")]


def test_an_unclosed_quotation_mark_does_not_swallow_the_rest_in_silence(folder: Writer) -> None:
    found = check(spoil(folder(), b"What r0010 says.", b'"What r0010 says.'))
    assert [(each.line, each.code) for each in found if each.code == "quote"] == [(11, "quote")]
    assert "never closes" in next(each.message for each in found if each.code == "quote")


def test_a_bad_row_does_not_hide_the_next(folder: Writer) -> None:
    directory = spoil(folder(), b"What r0003 says.", b'a "b" c"d,')
    spoil(directory, b"What r0009 says.", b"What r0009 says.,,")
    lines = {each[1] for each in problems(directory)}
    assert {4, 10} <= lines


def test_missing_and_empty_files(folder: Writer, tmp_path: Path) -> None:
    directory = folder()
    (directory / "sources.csv").unlink()
    assert ("sources.csv", 0, 0, "missing") in problems(directory)
    (directory / "entities.csv").write_bytes(b"")
    assert ("entities.csv", 0, 0, "empty") in problems(directory)
    nowhere = tmp_path / "nowhere"
    assert [str(each) for each in check(nowhere)] == [
        f"{nowhere}:0:0: missing: no such directory (name the folder that holds the CSVs)"
    ]


@pytest.mark.parametrize("name", ["coverage", "stories"])
def test_coverage_and_stories_may_be_missing(folder: Writer, name: str) -> None:
    directory = folder()
    (directory / f"{name}.csv").unlink()
    assert check(directory) == []
    assert len(negograph.load(directory).to_dataframes()[name]) == 0


def test_columns_may_stand_in_any_order_and_optional_ones_may_lack(folder: Writer) -> None:
    directory = folder()
    with (directory / RELATIONS).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = ["gist", "object", "predicate", "subject", "id", "source", "locator", "value", "evidence"]
    with (directory / RELATIONS).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    assert check(directory) == []


def test_cells_that_look_like_numbers_stay_what_they_are(folder: Writer) -> None:
    entities = [{"id": "na", "kind": "Group", "label": "NA"}, {"id": "007", "kind": "Group", "label": "007"}]
    assert check(folder(entities=entities)) == []


def test_a_missing_required_column_is_named(folder: Writer) -> None:
    found = check(spoil(folder(), b"id,subject,", b"id,"))
    assert any(each.code == "header" and "'subject' is missing" in each.message for each in found)


@pytest.mark.parametrize("text", ["", "plain", "Zażółć gęślą jaźń", "a|b", "می\u200cخواهم", "emoji 🙂"])
def test_clean_text_is_let_through(text: str) -> None:
    assert hygiene(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\x07b", ("control", "a control character or line break (U+0007)", "a cell is one line: write a blank")),
        ("a\u2028b", ("control", "a control character or line break (U+2028)", "a cell is one line: write a blank")),
        ("a\u2029b", ("control", "a control character or line break (U+2029)", "a cell is one line: write a blank")),
        ("a\u200eb", ("invisible", "an invisible character (LEFT-TO-RIGHT MARK)", "delete it")),
        ("a\U000e0001b", ("invisible", "an invisible character (LANGUAGE TAG)", "delete it")),
        ("a\ue000b", ("invisible", "a character without a meaning (U+E000)", "delete it")),
        ("a\ufffeb", ("invisible", "a character without a meaning (U+FFFE)", "delete it")),
        ("a\U0001ffffb", ("invisible", "a character without a meaning (U+1FFFF)", "delete it")),
        ("a\ufffdb", ("invisible", "a character without a meaning (U+FFFD)", "delete it")),
        ("a ", ("whitespace", "a blank at the beginning or the end", "delete it")),
        (" a", ("whitespace", "a blank at the beginning or the end", "delete it")),
        ("a\u3000", ("whitespace", "a blank at the beginning or the end", "delete it")),
        ("e\u0301", ("unicode", "the text is not in Unicode normal form C", "type the accented letters anew")),
    ],
)  # fmt: skip
def test_what_no_cell_may_hold_is_named(text: str, said: tuple[str, str, str]) -> None:
    assert hygiene(text) == said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"r0004,blue", b"r0004,bl\xffue", "5:9: encoding: byte 0xff is not UTF-8 (save the file as UTF-8)"),
        (b"r0004,blue", b"r0004,bl\0ue", "5:9: control: a NUL character (delete it)"),
        (b"r0004,blue", b"r0004,bl\rue", "5:9: line-end: a bare carriage return (end lines with LF or CRLF)"),
        (b"id,subject", b"id,id,subject", "1:4: header: column 'id' stands here twice (delete one)"),
        (b"id,subject", b"id,subjekt", "1:4: header: unknown column 'subjekt' (did you mean 'subject'?)"),
        (b"id,subject", b"id,about", "1:1: header: column 'subject' is missing (add it to the first line)"),
        (b"id,subject", b"id,\xe2\x80\x8b", "1:4: header: unknown column ''\\u200b'' (the columns are id, subject"),
        (b"r0004,blue,", b"\nr0004,blue,", "5:1: blank-row: an empty row (delete the line)"),
        (
            b"r0004,blue",
            b"r0004,blue,",
            "5:62: row-length: 22 cells where the header has 21 (put a cell that holds a comma in quotation marks",
        ),
        (b"What r0004 says.", b'"he said "no" to it"', "5:1: quote: ',' expected after '\"' (double every \" inside"),
        (
            b"What r0010 says.",
            b'"What r0010 says.',
            '11:1: quote: a quotation mark opens here or later and never closes (double every " inside a quoted cell)',
        ),
    ],
)
def test_a_defect_of_form_is_told_to_the_letter(folder: Writer, old: bytes, new: bytes, said: str) -> None:
    directory = spoil(folder(), old, new)
    lines = [str(each).removeprefix(f"{directory}/relations.csv:") for each in check(directory)]
    assert any(line.startswith(said) for line in lines), lines


def whole(directory: Path, file: str, convert: Callable[[bytes], bytes]) -> list[str]:
    """The problems of a folder, one file of which was saved as something else."""
    (directory / file).write_bytes(convert((directory / file).read_bytes()))
    return [str(each).removeprefix(f"{directory}/") for each in check(directory)]


MEND = "(save it as CSV, UTF-8, with commas between the cells)"


@pytest.mark.parametrize("file", ["entities.csv", "relations.csv", "sources.csv", "coverage.csv", "stories.csv"])
@pytest.mark.parametrize(
    ("convert", "said"),
    [
        (lambda raw: raw.replace(b",", b";"), "separator: cells are divided by ';'"),
        (lambda raw: b"\xef\xbb\xbf" + raw.replace(b",", b"\t"), "separator: cells are divided by tabs"),
        (lambda raw: raw.decode().encode("utf-16"), "encoding: the file is UTF-16, not UTF-8"),
        (lambda raw: raw.decode().replace("\n", "\r\n").encode("utf-16-be", "strict"), ""),
    ],
    ids=["semicolons", "tabs", "utf-16", "no mark"],
)
def test_a_file_that_is_saved_otherwise_is_one_problem(
    folder: Writer, file: str, convert: Callable[[bytes], bytes], said: str
) -> None:
    """What the other tables refer to in it is not said to be missing."""
    found = whole(folder(), file, convert if said else lambda raw: b"\xfe\xff" + convert(raw))
    (line,) = found
    assert line.startswith(f"{file}:1:"), line
    assert line.endswith(f"{said or 'encoding: the file is UTF-16, not UTF-8'} {MEND}"), line


@pytest.mark.parametrize("file", ["entities.csv", "relations.csv", "sources.csv"])
def test_what_a_table_that_is_not_there_may_hold_is_not_missed(folder: Writer, file: str) -> None:
    directory = folder()
    (directory / file).unlink()
    assert [each[::3] for each in problems(directory)] == [(file, "missing")]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"id,subject", b"id,subjekt", "unknown column 'subjekt' (did you mean 'subject'?)"),
        (b"id,subject", b"Id,subject", "unknown column 'Id' (did you mean 'id'?)"),
        (b"id,subject", b"ID,subject", "unknown column 'ID' (did you mean 'id'?)"),
        (b",gist", b",summary", "column 'gist' is missing (add it to the first line)"),
        (b",object,", b",whom,", "unknown column 'whom'"),
        (b",source,", b",origin,", "unknown column 'origin'"),
        (b"id,subject", b"key,subject", "column 'id' is missing (add it to the first line)"),
        (b",object,", b",subject,", "column 'subject' stands here twice (delete one)"),
    ],
)
def test_rows_below_a_wrong_header_are_read(folder: Writer, old: bytes, new: bytes, code: str) -> None:
    """Each is one defect, and three cells of the rows are others: all of them are told, and no more."""
    directory = folder()
    spoil(spoil(directory, b"r0005,talks,sidelined", b"r0005,talks,sidelind"), b",2-3,green,", b",p2,gren,")
    before = {str(each) for each in check(directory)}
    assert len(before) == 3
    after = {str(each) for each in check(spoil(directory, old, new))}
    assert before <= after
    assert all(": header: " in each for each in after - before), after - before
    assert any(code in each for each in after - before), after - before


def test_a_column_with_a_name_misspelt_is_read(folder: Writer) -> None:
    directory = spoil(spoil(folder(), b"id,subject", b"id,Subjekt"), b"r0005,talks,", b"r0005,taks,")
    assert [str(each).partition(": ")[2] for each in check(directory)] == [
        "header: unknown column 'Subjekt' (did you mean 'subject'?)",
        "reference: nothing has the id 'taks' (did you mean 'talks'?)",
    ]


def test_a_column_too_many_hides_nothing(folder: Writer) -> None:
    directory = folder(entities=[{"id": "azure", "kind": "State", "label": "BLUE"}])
    lines = (directory / "entities.csv").read_text(encoding="utf-8").splitlines()
    added = "\n".join([f"{lines[0]},by hand", *(f"{line}," for line in lines[1:])])
    (directory / "entities.csv").write_text(added + "\n", encoding="utf-8")
    assert [each[::3] for each in problems(directory)] == [("entities.csv", "header"), ("entities.csv", "duplicate")]


def test_the_first_of_several_is_pointed_at(folder: Writer) -> None:
    directory = spoil(spoil(folder(), b"r0004,blue", b"r\x000004,bl\0ue"), b"r0005,talks", b"r\r0005,ta\rlks")
    found = [each for each in problems(directory) if each[3] in ("control", "line-end")]
    assert found[:2] == [(RELATIONS, 5, 2, "control"), (RELATIONS, 6, 2, "line-end")]


def test_a_table_bears_its_name_and_the_header_that_was_read(tmp_path: Path) -> None:
    columns = (Column("t", "a", 1, "TextCell", (), "", required=True), Column("t", "b", 2, "TextCell", (), ""))
    for text, header in (("b,a\n1,2\n", ("b", "a")), ("b\n1\n", ("b",)), ("", ()), (None, ())):
        file = tmp_path / "t.csv"
        file.unlink(missing_ok=True)
        if text is not None:
            file.write_text(text)
        table, _ = read_table(file, "t", columns)
        assert (table.name, table.header) == ("t", header)


@given(rows=st.lists(st.lists(st.text(max_size=8), min_size=3, max_size=3), max_size=6))
def test_what_the_reader_gives_is_what_rfc_4180_says(
    rows: list[list[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Every row is either there with the very cells that were written, or reported by its line."""
    columns = tuple(Column("t", name, place, "TextCell", (), "") for place, name in enumerate("abc"))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([["a", "b", "c"], *rows])
    file = tmp_path_factory.mktemp("rfc") / "t.csv"
    file.write_bytes(text.getvalue().encode("utf-8", errors="replace"))
    table, findings = read_table(file, "t", columns)
    whole = [row for row in csv.reader(io.StringIO(file.read_bytes().decode(), newline="")) if any(row)][1:]
    read = [[row["a"], row["b"], row["c"]] for row in table.rows]
    assert read == whole or findings


# By the line


def test_a_line_by_itself_is_read_as_in_its_table() -> None:
    names = ["id", "label"]
    row, findings = read_row(b'blue,"a, b"', 7, names)
    assert (row and (row.line, row["id"], row["label"]), findings) == ((7, "blue", "a, b"), [])
    for raw, code in ((b'blue,"open', "quote"), (b"blue", "row-length"), (b"caf\xe9,x", "encoding")):
        _, findings = read_row(raw, 7, names)
        assert [(each.line, each.code) for each in findings][:1] == [(7, code)], findings


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"id,kind,label", None),
        (b"id;kind;label", (None, 3, "separator", "cells are divided by ';'")),
        (b"id\tkind\tlabel", (None, 3, "separator", "cells are divided by tabs")),
        (b"\xff\xfei\0d\0", (None, 0, "encoding", "the file is UTF-16, not UTF-8")),
        (b"id,kind,lable", (2, 0, "header", "unknown column 'lable'")),
        (b"id,kind", (None, 0, "header", "column 'label' is missing")),
    ],
)
def test_a_header_by_itself_is_read_as_in_its_table(
    raw: bytes, said: tuple[object, ...] | None, ontology: Ontology, tmp_path: Path
) -> None:
    columns = tuple(ontology.columns["entities"].values())
    header, found = read_header(raw, columns)
    (tmp_path / "entities.csv").write_bytes(raw + b"\n")
    table, whole = read_table(tmp_path / "entities.csv", "entities", columns)
    assert found == whole
    assert {each.line for each in found} <= {1}
    assert [(each.column, each.character, each.code, each.message) for each in found] == ([said] if said else [])
    assert (header.names if header else ()) == table.header
