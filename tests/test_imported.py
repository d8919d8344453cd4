"""What imports write, to the letter: ``python tests/test_imported.py`` writes it anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from negograph.importers import EVENTS, import_events, import_pax, import_ucdp
from negograph.tables import Row, check
from test_importers import ACCORD, EVENT_COLUMNS, PAX, TREATY, UCDP, write

WRITTEN = Path(__file__).with_name("imported.txt")
FILES = ("entities", "relations", "coverage", "sources", "same", "undecided", "report")
KNOWN = [
    Row(number, {**dict.fromkeys(("aliases", "same_as", "wikidata", "description"), ""), **cells})
    for number, cells in enumerate(
        (
            {"id": "israel", "kind": "State", "label": "Israel"},
            {"id": "norway", "kind": "State", "label": "Norway", "aliases": "Kingdom of Norway|Norge"},
            {"id": "zenda-front", "kind": "ArmedGroup", "label": "Zenda Liberation Front", "aliases": "ZLF"},
            {"id": "deal", "kind": "Agreement", "label": "Old deal", "same_as": "pax:902"},
        ),
        2,
    )
]
LONG = "A very long name of an accord about the ceasefire, the withdrawal of forces, the exchange of prisoners and the talks"
AGREEMENTS = [
    {"ThrdPart": "Facilitated by: Kingdom of Norway; Witness: Church of Zenda; Israel; Unsigned copy"},
    {"AgtId": "902", "Dat": "2001-02", "Status": "Unilateral document", "Stage": "Cea", "Part": "ZLF\nNorge", "PP": ""},
    {"AgtId": "903", "Agt": LONG + " " + LONG, "Dat": "", "Stage": "Pre", "UcdpCon": "4001; 4002", "Part": "=Rebels"},
    {
        "AgtId": "904",
        "UcdpCon": "",
        "Con": "Zenda",
        "PP": "8",
        "PPName": "",
        "Agt": "",
        "Part": "Government; Govt of X",
    },
    {"AgtId": "905", "Status": "Proposed", "ThrdPart": "Agreement unsigned; X Union", "Part": "IN WITNESS WHEREOF"},
    {"AgtId": "904"},
    {"AgtId": "x"},
    {"AgtId": "906", "Dat": "soon"},
]
ACCORDS = [
    {
        "actor_id": "10, 11, 12",
        "actor_name": "Government of Ruritania, BMF, Zenda Liberation Front",
        "pa_3rd": "Norway, Church of Zenda",
        "c_3rd": "Norway mediated the talks. The Church of Zenda was present.",
        "ended": "True",
        "duration": "2001-01-01",
    },
    {"paid": "802", "pa_name": LONG, "pa_date": "", "pa_type": "2", "pa_3rd": "BMF; United Nations, UN", "ended": "0"},
    {"paid": "803", "conflict_id": "4001, 4002", "conflict_name": "Ruritania: Government, Ruritania: Zenda"},
    {"paid": "804", "actor_name": "Government of Ruritania, Peace and Order, BMF, more", "pa_type": "3"},
    {
        "paid": "805",
        "actor_id": "10",
        "actor_name": "Government of Ruritania",
        "dyad_name": "Government of Ruritania - X",
    },
    {"paid": "801"},
    {"paid": "0"},
    {"paid": "806", "pa_date": "1999-02-30"},
]
HAPPENED: dict[str, list[dict[str, str]]] = {
    "polecat": [
        {"Event Type": "ASSAULT", "Actor Name": "Ruritania; Zenda", "Version": "NGEC 1", "Actor Country": "Ruritania"},
        {"Event ID": "2", "Event Type": "CONSULT", "Recipient Name": "Israel; ZLF"},
        {"Event ID": "3", "Event Type": "ASSAULT", "Contexts": "military;hypothetical"},
        {"Event ID": "4", "Event Type": "RETREAT", "Recipient Name": "Zenda League"},
        {"Event ID": "5", "Event Type": "RETREAT"},
        {"Event ID": "6", "Event Type": "RETREAT", "Recipient Name": "Zenda; Ruritania", "Recipient Country": "Zenda"},
    ],
    "icews": [
        {"CAMEO Code": "193", "Source Country": "Ruritania", "Target Country": "Israel"},
        {"CAMEO Code": "046", "Event Date": "2020-01-03"},
        {"CAMEO Code": "045", "Event ID": "2", "Target Name": "Church of Zenda", "Target Country": "Zenda"},
        {"CAMEO Code": "130", "Event ID": "3", "Source Name": "Rebels (Zenda)", "Source Country": "Zenda"},
        {"CAMEO Code": "03", "Event ID": "4"},
        {"CAMEO Code": "193"},
        {"CAMEO Code": "193", "Event ID": "5", "Target Name": " "},
    ],
    "gdelt": [
        {"SQLDATE": "20200102", "EventCode": "190"},
        {"GLOBALEVENTID": "2", "SQLDATE": "20200102", "EventCode": "040", "Actor1CountryCode": "RUR"},
        {"GLOBALEVENTID": "3", "SQLDATE": "20201402"},
        {"GLOBALEVENTID": ""},
    ],
}


def imported(name: str, base: Path) -> list[str]:
    """The tables that an import of made-up records writes, line by line."""
    out = base / "out"
    if name == "pax":
        import_pax(write(base / "pax.csv", PAX, [{**TREATY, **each} for each in AGREEMENTS]), out, KNOWN)
    elif name == "ucdp":
        import_ucdp(write(base / "ucdp.csv", UCDP, [{**ACCORD, **each} for each in ACCORDS]), out, KNOWN)
    else:
        kind = EVENTS[name]
        basis = {
            kind.identifier[0]: "1",
            kind.date: "2020-01-02",
            kind.actor[0]: "Ruritania",
            kind.recipient[0]: "Israel",
        }
        records = [{**basis, **each} for each in HAPPENED[name]]
        file = write(base / f"{name}.txt", EVENT_COLUMNS[name], records, delimiter="\t")
        if name == "gdelt":
            file.write_text(file.read_text().split("\n", 1)[1])
        import_events(name, [file], out, KNOWN)
    assert check(out) == []
    return [f"{each}.csv: {line}" for each in FILES for line in (out / f"{each}.csv").read_text().splitlines()]


@pytest.mark.parametrize("name", ["pax", "ucdp", *HAPPENED])
def test_an_import_writes_what_is_written_down(name: str, tmp_path: Path) -> None:
    before = WRITTEN.read_text(encoding="utf-8").split(f"\n# {name}\n")[1].split("\n\n")[0].splitlines()
    assert imported(name, tmp_path) == before, "python tests/test_imported.py writes it anew"


if __name__ == "__main__":
    import tempfile

    parts = []
    for each in ("pax", "ucdp", *HAPPENED):
        with tempfile.TemporaryDirectory() as folder:
            parts += [f"\n# {each}", *imported(each, Path(folder)), ""]
    WRITTEN.write_text("\n".join(parts), encoding="utf-8")
