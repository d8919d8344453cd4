"""Other people's data sets, on small tables that were made up in their layouts."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import negograph
from negograph import tables
from negograph.errors import DataError, ExportError, LayoutError
from negograph.importers import EVENTS, import_events, import_pax, import_ucdp
from negograph.importers.events import GDELT_COLUMNS, POLECAT, coding
from negograph.importers.names import Known, clean, fold, kind_of, shorten, slug
from negograph.importers.output import output
from negograph.importers.parties import FORMULA, HAND, LONG, parties
from negograph.importers.pax import DATASET

PAX = ["Con", "PP", "PPName", "AgtId", "Agt", "Dat", "Status", "Stage", "Part", "ThrdPart", "UcdpCon"]
UCDP = ["paid", "conflict_id", "conflict_name", "dyad_id", "dyad_name", "actor_id", "actor_name", "pa_name", "pa_date"]
UCDP += ["pa_3rd", "c_3rd", "ended", "duration", "pa_type", "ref ", "version", ""]
TREATY = {
    "Con": "Ruritania",
    "PP": "7",
    "PPName": "Ruritania process",
    "AgtId": "901",
    "Agt": "Treaty of Strelsau",
    "Dat": "1999-05-04",
    "Status": "Multiparty signed/agreed",
    "Stage": "SubComp",
    "Part": "Government of Ruritania; Black Michael Front",
    "UcdpCon": "4001",
}
ACCORD = {
    "paid": "801",
    "conflict_id": "4001",
    "conflict_name": "Ruritania: Government",
    "dyad_id": "1",
    "dyad_name": "Government of Ruritania - BMF",
    "actor_id": "10, 11",
    "actor_name": "Government of Ruritania, BMF",
    "pa_name": "Strelsau Accord",
    "pa_date": "1999-05-04",
    "pa_type": "1",
    "version": "22.1",
}


def known() -> tuple[tables.Row, ...]:
    return tables.read("packaged")["entities"].rows


def write(path: Path, columns, rows, *, delimiter: str = ",", bom: bool = False) -> Path:
    with path.open("w", newline="", encoding="utf-8-sig" if bom else "utf-8") as stream:
        writer = csv.DictWriter(stream, columns, delimiter=delimiter, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def rows(directory: Path, name: str) -> list[dict[str, str]]:
    with (directory / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def pax(tmp_path: Path, *records: dict[str, str], bom: bool = False):
    file = write(tmp_path / "pax.csv", PAX, [{**TREATY, **each} for each in records or ({},)], bom=bom)
    account = import_pax(file, tmp_path / "pax", known())
    assert account.read == account.written + account.dropped.total()
    assert tables.check(tmp_path / "pax") == []
    return account


def ucdp(tmp_path: Path, *records: dict[str, str]):
    file = write(tmp_path / "ucdp.csv", UCDP, [{**ACCORD, **each} for each in records or ({},)])
    account = import_ucdp(file, tmp_path / "ucdp", known())
    assert account.read == account.written + account.dropped.total()
    assert tables.check(tmp_path / "ucdp") == []
    return account


def who(directory: Path) -> set[tuple[str, str, str]]:
    """Who did what to what, actors by name."""
    names = {row["id"]: row["aliases"] or row["id"] for row in rows(directory, "entities")}
    names = {key: value if "actor" in key else key for key, value in names.items()}
    return {(names[row["subject"]], row["predicate"], names[row["object"]]) for row in rows(directory, "relations")}


# Names


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Government of X; Y Front", ["Government of X", "Y Front"]),
        ("Government of X\r\nY Front\r\n", ["Government of X", "Y Front"]),
        ("1. Government of X\n• Y Front\n(b) Z Party", ["Government of X", "Y Front", "Z Party"]),
        ("On behalf of the X Republic:\nA. B.\nFor Y Front, C. D.", ["X Republic", "Y Front"]),
        ("A. B., Minister, for the Government of X", ["Government of X"]),
        ("Pour l’Union: Mme B.\nPour le Front, M. C.", ["Union", "Front"]),
        ("X, signed for by A. B. and C. D.", ["X"]),
        ("X (represented by A. B.)", ["X"]),
        ("Government: A. B.", ["Government"]),
        ("National Govt, FXY", ["National Govt", "FXY"]),
        ("Surname, First", ["Surname, First"]),
        ("Government of X and the Government of Y", ["Government of X", "the Government of Y"]),
        ("Government of X; GOVERNMENT OF X", ["Government of X"]),
        ("Leader of the Front", ["Leader of the Front"]),
        ("Signed in the presence of: A. B. Cee, X Facilitator", ["A. B. Cee"]),
        ("A. B. Cee, Facilitator, Representative of X", ["A. B. Cee"]),
        ("", []),
        (" / ;; \n", []),
    ],
)
def test_a_cell_of_parties_becomes_names(cell: str, names: list[str]) -> None:
    found = [party.name for party in parties(cell) if not party.reason]
    assert [fold(name) for name in found] == [fold(name) for name in names]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("IN WITNESS WHEREOF the sides have signed", FORMULA),
        ("Witnesses:", FORMULA),
        ("For the X Front\nA. B.", HAND),
        (" ".join(["word"] * 40), LONG),
        ("For " + " ".join(["word"] * 40), LONG),
        ("Signed: ...", FORMULA),
        ("and Facilitator", FORMULA),
        ("[No signatures on the copy", FORMULA),
        ("First party: ()", FORMULA),
    ],
)
def test_what_is_no_party_says_why(cell: str, reason: str) -> None:
    assert [party.reason for party in parties(cell) if party.reason] == [reason]


def test_names_are_cleaned_folded_and_cut() -> None:
    assert clean("=a\u200b\r\n b\ufffd") == "a b"
    assert fold("L’Été") == "ete"
    assert shorten("one two three", 10) == "one two …"
    assert slug("pax", "x" * 80) != slug("pax", "x" * 81)
    assert slug("pax", "Черный") != slug("pax", "Белый")
    assert kind_of("Republic of X") == "State"
    assert kind_of("Mr. X") == "Person"
    assert kind_of("United Nations") == "Organisation"


def test_only_a_label_or_a_states_alias_is_sure(ontology) -> None:
    found = Known(known(), ["State", "Organisation", "Group", "Person", "GovernmentBody", "ArmedGroup"])

    def told(name: str) -> tuple[str, bool] | None:
        matches = found.matches(name)
        return (matches[0].id, matches[0].sure) if matches else None

    assert told("ISRAEL") == ("israel", True)
    assert told("Russian Federation") == ("russia", True)
    assert told("Government of Israel") == ("israel", False)
    assert told("Contact Group") == ("eastern-ukraine-contact-group", False)
    assert told("Palestinans") == ("palestinians", False)
    assert told("Palestinians") == ("palestinians", False)
    assert told("ELN") is None
    assert Known([], []).matches("Ruritania") == []


# PA-X


def test_pax_becomes_agreement_process_conflict_and_parties(tmp_path: Path) -> None:
    account = pax(
        tmp_path, {"ThrdPart": "Facilitated by: Kingdom of Norway; Witness: Church of Zenda; Israel"}, bom=True
    )
    entities = {row["id"]: row for row in rows(tmp_path / "pax", "entities")}
    deal = entities["pax-901"]
    assert (deal["start"], deal["subtype"], deal["status"], deal["same_as"]) == (
        "1999-05-04",
        "comprehensive",
        "signed",
        "pax:901",
    )
    assert set(deal["part_of"].split("|")) == {"pax-process-7", "pax-ucdp-4001"}
    assert entities["pax-process-7"]["part_of"] == "pax-ucdp-4001"
    assert who(tmp_path / "pax") == {
        ("Government of Ruritania", "partyTo", "pax-901"),
        ("Black Michael Front", "partyTo", "pax-901"),
        ("Kingdom of Norway", "mediatedIn", "pax-901"),
        ("Church of Zenda", "signed", "pax-901"),
        ("Israel", "signed", "pax-901"),
    }
    claims = rows(tmp_path / "pax", "relations")
    assert {row["locator"] for row in claims} == {"1"}
    assert all("AgtId 901" in row["note"] and row["id"].startswith("r1000901") for row in claims)
    (source,) = rows(tmp_path / "pax", "sources")
    assert "non-commercial" in source["note"]
    assert source["sha256"]
    same = {(row["a"], row["b"]) for row in rows(tmp_path / "pax", "same")}
    assert same == {("israel", "pax-actor-israel"), ("ucdp-conflict-4001", "pax-ucdp-4001")}
    assert account.names == {"written: known": 1, "written: new": 4}
    report = {(row["what"], row["outcome"]): int(row["count"]) for row in rows(tmp_path / "pax", "report")}
    assert report["records", "read"] == report["records", "written"] == 1


def test_pax_names_the_deal_that_we_know_by_its_number(tmp_path: Path) -> None:
    pax(tmp_path, {"AgtId": "2271"})
    assert ("doha-agreement", "pax-2271") in {(row["a"], row["b"]) for row in rows(tmp_path / "pax", "same")}
    kg = negograph.load(["packaged", tmp_path / "pax"])
    assert kg.entity("doha-agreement").label == "Doha agreement"
    assert "pax-2271" not in kg.entities()
    assert "pax-process-7" in kg.entity("doha-agreement").part_of


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"AgtId": "NA"}, "no agreement number"),
        ({"AgtId": "x1"}, "no agreement number"),
        ({"AgtId": "902"}, "an agreement number that was there before"),
        ({"AgtId": "903", "Dat": "1999-02-30"}, "a date that is none"),
        ({"AgtId": "903", "Dat": "04/05/1999"}, "a date that is none"),
        ({"AgtId": "903", "Dat": ".."}, "a date that is none"),
    ],
)
def test_pax_drops_a_record_and_says_why(tmp_path: Path, record: dict[str, str], reason: str) -> None:
    account = pax(tmp_path, {"AgtId": "902"}, record)
    assert account.dropped == {reason: 1}
    assert f"dropped: {reason}" in {row["reason"] for row in rows(tmp_path / "pax", "coverage")}


def test_pax_survives_what_its_cells_hold(tmp_path: Path) -> None:
    account = pax(
        tmp_path,
        {"AgtId": "1", "Agt": "=A | title\r\nover two lines " + "and on " * 40, "Dat": "", "Stage": "Oth"},
        {"AgtId": "2", "Agt": "NA", "Con": "NA ", "PP": "", "UcdpCon": "NA ", "Part": "NA", "ThrdPart": "/"},
        {"AgtId": "3", "Part": "USA; United States; Government", "UcdpCon": "4001; 4002", "Status": "Status unclear"},
        {"AgtId": "4", "Con": "Zenda", "Part": "Government", "UcdpCon": "NA"},
        {"AgtId": "5", "ThrdPart": "Agreement unsigned, meeting chaired by: X Union; Y Union; mediator Z Union"},
    )
    assert account.written == 5
    assert account.names["dropped: a third party that did not sign and is not said to mediate"] == 1
    governments = {row["id"] for row in rows(tmp_path / "pax", "entities") if row["aliases"] == "Government"}
    assert len(governments) == 2, "the Government of one country is not that of another"
    kg = negograph.load(["packaged", tmp_path / "pax"])  # two names of one state are one claim then
    assert (
        sum(
            kg.claim(claim)["subject"] == "united-states" and "AgtId 3" in kg.claim(claim)["note"]
            for claim in kg.claims()
        )
        == 1
    )


def test_a_row_with_too_few_cells_is_counted(tmp_path: Path) -> None:
    file = write(tmp_path / "pax.csv", PAX, [TREATY])
    with file.open("a", encoding="utf-8") as stream:
        stream.write("Ruritania,7\n\n" + ",".join("x" * 12) + "\n")
    account = import_pax(file, tmp_path / "pax", known())
    assert (account.read, account.written, account.dropped) == (3, 1, {"not as many cells as columns": 2})
    assert tables.check(tmp_path / "pax") == []


def test_a_record_makes_no_more_claims_than_there_are_ids_for(tmp_path: Path) -> None:
    account = pax(tmp_path, {"Part": "; ".join(f"Front {number}" for number in range(1002))})
    assert account.names["dropped: more than 999 names in one record"] == 3
    claims = [row["id"] for row in rows(tmp_path / "pax", "relations")]
    assert claims == [f"r1000901{number:03d}" for number in range(1, 1000)]


words = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(PAX, words)), max_size=6))
def test_nothing_that_is_read_is_lost(tmp_path: Path, records: list[dict[str, str]]) -> None:
    numbered = [{**each, "AgtId": str(place % 4)} for place, each in enumerate(records)]
    file = write(tmp_path / "any.csv", PAX, numbered)
    account = import_pax(file, tmp_path / "any", known())
    assert account.read == account.written + account.dropped.total() == len(records)
    assert [problem for problem in tables.check(tmp_path / "any") if problem.code != "duplicate"] == []


# Files that are not what they are taken for


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"a,b\n1,2\n", "no column Con"),
        (",".join(UCDP).encode() + b"\n", "it looks like UCDP"),
        (",".join([*PAX, "Con"]).encode() + b"\n", "stands there twice"),
        (",".join(PAX).encode() + b"\nC\xf4te d'Ivoire\n", "byte 0xf4 is not UTF-8"),
        (",".join(PAX).encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04", "unpack it"),
        (",".join(PAX).encode() + b"\nx\0y\n", "NUL"),
        (",".join(PAX).encode() + b'\n"never closed\n', "never closes"),
        (b'"x"y,', "cannot be read"),
    ],
)
def test_a_wrong_file_is_one_message(tmp_path: Path, run, content: bytes, message: str) -> None:
    file = tmp_path / "wrong.csv"
    file.write_bytes(content)
    with pytest.raises(LayoutError, match=message):
        import_pax(file, tmp_path / "out", known())
    assert not (tmp_path / "out").exists()
    done = run("import", "pax", file, "-o", tmp_path / "new" / "out")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert not (tmp_path / "new").exists()
    (tmp_path / "mine").mkdir()
    with pytest.raises(LayoutError, match=message):
        import_pax(file, tmp_path / "mine", known())
    assert list((tmp_path / "mine").iterdir()) == []


def test_no_file_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="No such file"):
        import_pax(tmp_path / "none.csv", tmp_path / "out", known())


def test_tables_of_another_origin_are_left_alone(tmp_path: Path, folder) -> None:
    file = write(tmp_path / "pax.csv", PAX, [TREATY])
    with pytest.raises(ExportError, match="no import wrote"):
        import_pax(file, folder(), known())
    (tmp_path / "plain").write_text("a file")
    with pytest.raises(ExportError):
        import_pax(file, tmp_path / "plain", known())


def test_an_import_again_keeps_what_a_human_decided(tmp_path: Path) -> None:
    record = {"Part": "Israel; Government of Israel"}
    pax(tmp_path, record)
    (asked,) = rows(tmp_path / "pax", "undecided")
    assert (asked["a"], asked["decision"]) == ("israel", "undecided")
    mine = [
        {**asked, "decision": "not the same", "by": "me"},
        {"a": "israel", "b": "pax-actor-israel", "decision": "not the same", "by": "me"},
    ]
    write(tmp_path / "pax" / "same.csv", ["a", "b", "decision", "by", "note"], mine)
    pax(tmp_path, record)
    decided = {(row["b"], row["decision"]) for row in rows(tmp_path / "pax", "same") if row["a"] == "israel"}
    assert decided == {(asked["b"], "not the same"), ("pax-actor-israel", "not the same")}
    assert rows(tmp_path / "pax", "undecided") == []


@pytest.mark.parametrize("decision", ["same", "not the same"])
def test_a_question_that_is_moved_with_its_answer_is_not_asked_again(tmp_path: Path, decision: str) -> None:
    """Nothing else of the row is touched: nobody has to sign it."""
    record = {"Part": "Israel; Government of Israel"}
    pax(tmp_path, record)
    (asked,) = rows(tmp_path / "pax", "undecided")
    made = rows(tmp_path / "pax", "same")
    write(tmp_path / "pax" / "same.csv", list(asked), [*made, {**asked, "decision": decision}])
    pax(tmp_path, record)
    assert rows(tmp_path / "pax", "undecided") == []
    found = [row for row in rows(tmp_path / "pax", "same") if row["b"] == asked["b"]]
    assert found == [{**asked, "decision": decision}]
    assert [row for row in rows(tmp_path / "pax", "same") if row["b"] != asked["b"]] == made


def test_decisions_that_cannot_be_read_stop_an_import(tmp_path: Path) -> None:
    """Else they would be written over."""
    pax(tmp_path, {"Part": "Israel"})
    file = tmp_path / "pax" / "same.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    before = file.read_bytes()
    with pytest.raises(DataError, match=r"same.csv:1:2: separator: cells are divided by ';'"):
        pax(tmp_path, {"Part": "Israel"})
    assert file.read_bytes() == before


def test_names_are_matched_with_tables_and_not_with_a_store(tmp_path: Path, folder, run) -> None:
    file = write(tmp_path / "pax.csv", PAX, [TREATY])
    negograph.build(tmp_path / "store", folder())
    done = run("import", "pax", file, "-o", tmp_path / "out", "--data", tmp_path / "store")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "name the tables that it was built of" in done.stderr


def test_what_an_import_decided_can_be_taken_back(tmp_path: Path) -> None:
    record = {"Part": "Israel"}
    pax(tmp_path, record)
    made = rows(tmp_path / "pax", "same")
    write(tmp_path / "pax" / "same.csv", list(made[0]), [{**row, "decision": "not the same"} for row in made])
    pax(tmp_path, record)
    assert rows(tmp_path / "pax", "same") == [{**row, "decision": "not the same"} for row in made]


# UCDP


def test_ucdp_becomes_agreement_conflict_and_sides(tmp_path: Path) -> None:
    ucdp(
        tmp_path,
        {
            "actor_id": "10, 11, 12",
            "actor_name": "Government of Ruritania, BMF, Zenda League",
            "pa_3rd": "Norway, Church of Zenda",
            "c_3rd": "Norway mediated the talks. The Church of Zenda was present.",
            "ended": "True",
            "duration": "2001-01-01",
        },
    )
    assert who(tmp_path / "ucdp") == {
        ("Government of Ruritania", "partyTo", "ucdp-801"),
        ("Government of Ruritania", "partyTo", "ucdp-conflict-4001"),
        ("BMF", "partyTo", "ucdp-801"),
        ("BMF", "partyTo", "ucdp-conflict-4001"),
        ("Zenda League", "signed", "ucdp-801"),
        ("Norway", "mediatedIn", "ucdp-801"),
        ("Church of Zenda", "signed", "ucdp-801"),
    }
    deal = next(row for row in rows(tmp_path / "ucdp", "entities") if row["id"] == "ucdp-801")
    assert (deal["subtype"], deal["status"]) == ("comprehensive", "lapsed")
    assert "2001-01-01" in deal["description"]
    (source,) = rows(tmp_path / "ucdp", "sources")
    assert "22.1" in source["note"]
    assert "CC BY 4.0" in source["note"]


def test_ucdp_lists_with_commas_and_dashes(tmp_path: Path) -> None:
    account = ucdp(
        tmp_path,
        {
            "actor_name": "Government of Ruritania, Junta, Peace and Order",
            "dyad_name": "Government of Ruritania - Junta, Peace and Order",
        },
        {
            "paid": "802",
            "actor_name": "Government of Ruritania, BMF - Zenda, and others",
            "dyad_name": "Government of Ruritania - BMF - Zenda",
        },
        {"paid": "803", "conflict_id": "4001, 4002", "conflict_name": "Ruritania: Government, Ruritania: Zenda"},
        {"paid": "804", "dyad_id": "1, 2", "dyad_name": "Government of Ruritania - BMF, Government of Ruritania - ZL"},
        {"paid": "805", "pa_3rd": "Malaysia", "c_3rd": "Though not a signatory, it was there."},
        {"paid": "806", "pa_3rd": "BMF"},
    )
    assert account.names["dropped: a list of names that does not fit its list of numbers"] == 2
    assert account.names["dropped: a third party that did not sign and is not said to mediate"] == 1
    assert account.names["repeated in its record"] == 1
    told = who(tmp_path / "ucdp")
    assert ("Junta, Peace and Order", "partyTo", "ucdp-801") in told or (
        "Government of Ruritania",
        "partyTo",
        "ucdp-801",
    ) in told
    assert not {row for row in told if row[2] == "ucdp-conflict-4002"}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"paid": ""}, "no agreement number"),
        ({}, "an agreement number that was there before"),
        ({"paid": "900", "pa_date": "1999-13-01"}, "a date that is none"),
        ({"paid": "900", "pa_date": ".."}, "a date that is none"),
    ],
)
def test_ucdp_drops_a_record_and_says_why(tmp_path: Path, record: dict[str, str], reason: str) -> None:
    assert ucdp(tmp_path, {}, record).dropped == {reason: 1}


def test_a_row_of_ucdp_with_too_few_cells_is_counted(tmp_path: Path) -> None:
    file = write(tmp_path / "ucdp.csv", UCDP, [ACCORD])
    with file.open("a", encoding="utf-8") as stream:
        stream.write("802,4001\n")
    account = import_ucdp(file, tmp_path / "ucdp", known())
    assert (account.read, account.written, account.dropped) == (2, 1, {"not as many cells as columns": 1})
    assert tables.check(tmp_path / "ucdp") == []


def test_pax_and_ucdp_meet_in_the_conflict(tmp_path: Path) -> None:
    pax(tmp_path)
    ucdp(tmp_path)
    kg = negograph.load([tmp_path / "pax", tmp_path / "ucdp"])
    assert "ucdp-conflict-4001" in kg.entity("pax-901").part_of
    assert "pax-ucdp-4001" not in kg.entities()


# Events

EVENT_COLUMNS = {
    "polecat": [
        "Event ID",
        "Event Date",
        "Event Type",
        "Event Mode",
        "Contexts",
        "Actor Name",
        "Actor Country",
        "Recipient Name",
        "Recipient Country",
        "Version",
    ],
    "icews": ["Event ID", "Event Date", "Source Name", "Source Country", "CAMEO Code", "Target Name", "Target Country"],
    "gdelt": list(GDELT_COLUMNS),
}


def events(tmp_path: Path, name: str, *records: dict[str, str]):
    kind = EVENTS[name]
    basis = {
        kind.identifier[0]: "1",
        kind.date: "2020-01-02",
        kind.code: "19",
        kind.actor[0]: "Ruritania",
        kind.recipient[0]: "Israel",
    }
    file = write(tmp_path / f"{name}.txt", EVENT_COLUMNS[name], [{**basis, **each} for each in records], delimiter="\t")
    if name == "gdelt":
        file.write_text(file.read_text().split("\n", 1)[1])
    account = import_events(name, [file], tmp_path / name, known())
    assert account.read == account.written + account.dropped.total() == len(records)
    assert tables.check(tmp_path / name) == []
    return account


def test_each_code_becomes_what_the_ontology_says(ontology) -> None:
    cameo, plover = coding("cameo", ontology), coding("plover", ontology)

    def told(code, of=cameo):
        found = of(code)
        return (found.predicate.name, found.how) if found.predicate else found.reason

    assert told("193") == ("attacked", "on")
    assert told("040") == ("met", "on")
    assert told("046") == ("partyTo", "at")
    assert told("045") == ("mediatedIn", "at")
    assert told("1012") == ("demanded", "thing")
    assert told("14") == "no predicate has its code"
    assert told("03").startswith("several")
    assert told("CONSULT", plover) == ("partyTo", "at")
    assert told("ASSAULT", plover) == ("attacked", "on")
    assert told("PROTEST", plover) == "no predicate has its code"
    assert told("SANCTION", plover).startswith("several")


def test_gdelt_has_sixty_one_columns_and_no_header(tmp_path: Path) -> None:
    assert len(GDELT_COLUMNS) == 61
    account = events(
        tmp_path,
        "gdelt",
        {"SQLDATE": "20200102"},
        {"GLOBALEVENTID": "2", "SQLDATE": "20200102", "EventCode": "130"},
        {"GLOBALEVENTID": "3", "SQLDATE": "20200102", "EventCode": "014"},
        {"GLOBALEVENTID": "4", "SQLDATE": "20201402"},
        {"GLOBALEVENTID": "5", "EventCode": "99"},
        {"GLOBALEVENTID": "1"},
        {"GLOBALEVENTID": "6", "Actor1Name": ""},
        {"GLOBALEVENTID": "7", "Actor2Name": ""},
        {"GLOBALEVENTID": ""},
    )
    assert account.written == 3
    assert account.dropped == {
        "no date, or one that is none": 1,
        "no predicate has its code": 1,
        "an event number that was there before": 1,
        "nobody acts": 1,
        "no recipient": 1,
        "no event number": 1,
    }
    assert ("Ruritania", "attacked", "Israel") in who(tmp_path / "gdelt")
    threat = next(row for row in rows(tmp_path / "gdelt", "relations") if row["predicate"] == "threatened")
    assert (threat["object"], threat["target"]) == ("gdelt-2", "gdelt-actor-israel")
    kg = negograph.load(["packaged", tmp_path / "gdelt"])
    assert kg.query("ASK { ?who ng:attacked ngi:israel }")


def test_a_file_with_headers_is_no_gdelt(tmp_path: Path) -> None:
    file = write(tmp_path / "x.txt", EVENT_COLUMNS["icews"], [], delimiter="\t")
    with pytest.raises(LayoutError, match="61 columns, and there are 7"):
        import_events("gdelt", [file], tmp_path / "out", known())
    (tmp_path / "empty").write_text("")
    with pytest.raises(LayoutError, match="there are 0"):
        import_events("gdelt", [tmp_path / "empty"], tmp_path / "out", known())


def test_polecat_leaves_out_what_has_not_happened(tmp_path: Path) -> None:
    account = events(
        tmp_path,
        "polecat",
        {"Event Type": "ASSAULT", "Actor Name": "Ruritania; Zenda", "Version": "NGEC 1"},
        {"Event ID": "2", "Event Type": "CONSULT"},
        {"Event ID": "3", "Event Type": "ASSAULT", "Contexts": "military;hypothetical"},
        {"Event ID": "4", "Event Type": "RETREAT"},
        {"Event ID": "5", "Event Type": "RETREAT", "Recipient Name": "Zenda League"},
    )
    assert account.dropped["hypothetical or in the future"] == 1
    told = who(tmp_path / "polecat")
    assert {("Ruritania", "attacked", "Israel"), ("Zenda", "attacked", "Israel")} <= told
    assert ("Israel", "partyTo", "polecat-2") in told
    assert "NGEC 1" in rows(tmp_path / "polecat", "sources")[0]["note"]
    assert POLECAT.layout.delimiter == "\t"


def test_icews_tells_events_apart_by_number_and_day(tmp_path: Path) -> None:
    account = events(
        tmp_path,
        "icews",
        {"Source Country": "Ruritania"},
        {"Event Date": "2020-01-03"},
        {},
        {"Event ID": "9", "Event Date": "soon"},
    )
    assert (account.written, account.dropped["an event number that was there before"]) == (2, 1)
    kinds = {row["kind"] for row in rows(tmp_path / "icews", "entities") if row["aliases"] == "Ruritania"}
    assert "State" in kinds


def test_several_files_are_several_sources(tmp_path: Path) -> None:
    files = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        row = {
            "Event ID": name,
            "Event Date": "2020-01-02",
            "Source Name": "X",
            "CAMEO Code": "041",
            "Target Name": "Y",
        }
        files.append(write(tmp_path / name / "week.tab", EVENT_COLUMNS["icews"], [row], delimiter="\t"))
    seen: list[int] = []
    account = import_events("icews", files, tmp_path / "out", known(), seen.append)
    assert account.rows["sources"] == 2
    assert tables.check(tmp_path / "out") == []


def test_progress_is_told(tmp_path: Path, run) -> None:
    row = {"Event Date": "2020-01-02", "Source Name": "X", "CAMEO Code": "99", "Target Name": "Y"}
    numbered = ({**row, "Event ID": str(place)} for place in range(20_001))
    file = write(tmp_path / "week.tab", EVENT_COLUMNS["icews"], numbered, delimiter="\t")
    done = run("import", "icews", file, "-o", tmp_path / "out")
    assert [line for line in done.stderr.splitlines() if line.endswith("records read")] == [
        "10,000 records read",
        "20,000 records read",
    ]


def test_a_row_of_another_length_is_counted_and_empty_cells_behind_it_are_no_cells(tmp_path: Path) -> None:
    names = EVENT_COLUMNS["icews"]
    lines = [
        names,
        ["1", "2020-01-02", "X", "", "041", "Y", ""],
        ["2", "2020-01-02", "X"],
        ["3", "2020-01-02", "X", "", "041", "Y", "", "", ""],
        ["4", "2020-01-02", "X", "", "041", "Y", "", "more"],
    ]
    file = tmp_path / "week.tab"
    file.write_text("".join("\t".join(line) + "\n" for line in lines))
    account = import_events("icews", [file], tmp_path / "out", known())
    assert (account.read, account.written) == (4, 2)
    assert account.dropped == {"not as many cells as columns": 2}


def test_two_actors_whose_ids_would_be_one_stay_two(tmp_path: Path) -> None:
    """The Zenda Front of Ruritania, and Zenda in Front Ruritania."""
    pax(
        tmp_path,
        {"AgtId": "1", "Con": "Ruritania", "Part": "Zenda Front"},
        {"AgtId": "2", "Con": "Front Ruritania", "Part": "Zenda"},
    )
    found = {row["aliases"]: row["id"] for row in rows(tmp_path / "pax", "entities") if "actor" in row["id"]}
    assert found["Zenda Front"] == "pax-actor-zenda-front-ruritania"
    assert found["Zenda"].startswith("pax-actor-zenda-")
    assert found["Zenda"] != found["Zenda Front"]


def test_names_that_are_cut_alike_get_labels_of_their_own(tmp_path: Path) -> None:
    long = "Revolutionary Front of Ruritania's Northernmost Provinces and Constituencies and Principalities and Neighbourhoods"
    pax(tmp_path, {"Part": f"{long} East; {long} West"})
    fronts = [row for row in rows(tmp_path / "pax", "entities") if row["aliases"].startswith("Revolutionary")]
    assert [row["aliases"] for row in fronts] == [f"{long} East", f"{long} West"]
    assert len({row["label"] for row in fronts}) == 2
    assert all(len(row["label"]) <= 120 for row in fronts)
    assert [row["description"] for row in fronts] == [f"In full: {long} East", f"In full: {long} West"]


def test_a_label_that_is_too_long_stands_whole_in_the_description(tmp_path: Path, ontology) -> None:
    long = "word " * 30 + "end"
    with output(tmp_path / "out", DATASET, ontology, Known([], [])) as made:
        made.entity("pax-x", "Conflict", long, description="Told twice.")
    (row,) = rows(tmp_path / "out", "entities")
    assert len(row["label"]) <= 120
    assert row["label"].endswith(" word …")
    assert row["description"] == f"Told twice. In full: {long}"


# The command line


def test_import_on_the_command_line(tmp_path: Path, run) -> None:
    file = write(tmp_path / "pax.csv", PAX, [TREATY])
    done = run("import", "pax", file, "-o", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert done.stdout == ""
    assert "1 records  read" in done.stderr
    done = run("check", "--data", "packaged", "--data", tmp_path / "out")
    assert done.exit_code == 0, done.stdout
    assert " + " in done.stderr
    done = run("detect", "--data", "packaged", "--data", tmp_path / "out", "--format", "csv")
    assert done.exit_code == 0
    compared = run("check", "--data", "packaged", "--data", tmp_path / "out", "--texts", tmp_path)
    assert (compared.exit_code, "text:" in compared.stdout) == (1, True), compared.output
    table = write(tmp_path / "u.csv", UCDP, [ACCORD])
    assert run("import", "ucdp", table, "-o", tmp_path / "u", "--data", "packaged").exit_code == 0
    week = write(tmp_path / "week.tab", EVENT_COLUMNS["icews"], [], delimiter="\t")
    assert run("import", "icews", week, "-o", tmp_path / "i").exit_code == 0
    assert "report.csv" in run("import", "--help").stdout
