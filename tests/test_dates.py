from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negograph.dates import Bounds, bounds
from negograph.errors import DateError

DAYS = st.dates(min_value=date(1, 1, 1), max_value=date(9990, 12, 31))
MARKS = st.sampled_from(["", "?", "~", "%"])


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019-02-27", "2019-02-27", "2019-02-27"),
        ("2019-02", "2019-02-01", "2019-02-28"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("1900-02", "1900-02-01", "1900-02-28"),
        ("2019", "2019-01-01", "2019-12-31"),
        ("2019~", "2019-01-01", "2019-12-31"),
        ("2019-02?", "2019-02-01", "2019-02-28"),
        ("2019-21", "2019-03-01", "2019-05-31"),
        ("2019-22", "2019-06-01", "2019-08-31"),
        ("2017-23", "2017-09-01", "2017-11-30"),
        ("2019-24", "2019-12-01", "2020-02-29"),
        ("0001", "0001-01-01", "0001-12-31"),
        ("9999-12-31", "9999-12-31", "9999-12-31"),
    ],
)
def test_a_date_lies_between_its_bounds(text: str, first: str, last: str) -> None:
    assert bounds(text) == Bounds(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "2019-02-30", "1999-02-29", "1900-02-29", "2019-13", "2019-00", "2019-20", "2019-25", "2019-1", "19",
        "02019", "2019-02-27T10:00", "20190206", "2019-W06", "２０１９", "2019-0２", "-0043", "0000", "201X", "2019-XX",
        "Jun-19", "2019/02/27", "9999-24", "2019-02-27 ", "2019?~", "Y170000002", "...", "2019-..",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(DateError):
        bounds(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0000", "'0000': years run from 0001 to 9999"),
        ("9999-24", "'9999-24' ends after the year 9999"),
        ("2019-13", "'2019-13': months run from 01 to 12, seasons from 21 (spring) to 24 (winter)"),
        ("2019-02-30", "'2019-02-30': day is out of range for month"),
        ("../..", "'../..' is open at both ends"),
        ("/", "'/' is open at both ends"),
        ("2019/2018", "'2019/2018' ends before it begins"),
        ("06/01/2019", "'06/01/2019' looks like a date of a spreadsheet; write 2019-06-01 or 2019-01-06"),
        ("27.2.2019", "'27.2.2019' looks like a date of a spreadsheet; write 2019-02-27"),
        ("2/2/2019", "'2/2/2019' looks like a date of a spreadsheet; write 2019-02-02"),
        ("31/31/2019", "'31/31/2019' looks like a date of a spreadsheet; write 2019-02-27"),
        ("2019/2/27", "'2019/2/27' looks like a date of a spreadsheet; write 2019-02-27"),
        *(
            (
                each,
                f"'{each}' is no date: a spreadsheet changed it; format the column as text and write 2019, 2019-02 or "
                "2019-02-27",
            )
            for each in ("Jun-19", "1-Jun", "01-Jun-2019", "June-2019")
        ),
        ("2018/2019/2020", "'2019/2020' is an interval; put its two ends into start and end"),
    ],
)
def test_what_is_wrong_with_a_date_is_said(text: str, message: str) -> None:
    with pytest.raises(DateError) as caught:
        bounds(text, interval=True)
    assert str(caught.value) == message
    if "spreadsheet" in message:
        with pytest.raises(DateError, match="spreadsheet"):
            bounds(text)


def test_open_ends_and_intervals() -> None:
    assert bounds("..") == Bounds(None, None)
    assert bounds("2018/..", interval=True) == Bounds(date(2018, 1, 1), None)
    assert bounds("../2018-06", interval=True) == Bounds(None, date(2018, 6, 30))
    assert bounds("2018/", interval=True) == Bounds(date(2018, 1, 1), None)
    assert bounds("/2018", interval=True) == Bounds(None, date(2018, 12, 31))
    assert bounds("2019-02-27/2019-02-27", interval=True) == Bounds(date(2019, 2, 27), date(2019, 2, 27))
    assert bounds("2018-06/2019", interval=True) == Bounds(date(2018, 6, 1), date(2019, 12, 31))
    for text in ("2018/2019",):
        with pytest.raises(DateError, match="start and end"):
            bounds(text)
    for text in ("2019/2018", "../..", "/", "2018/2019/2020"):
        with pytest.raises(DateError):
            bounds(text, interval=True)


@given(day=DAYS, mark=MARKS)
def test_every_precision_holds_its_day_and_no_neighbour(day: date, mark: str) -> None:
    """The interval oracle: a coarser date begins and ends where the calendar says."""
    exact, month, year = (bounds(text + mark) for text in (day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]))
    assert exact == Bounds(day, day)
    for coarse, same in (
        (month, lambda other: other.month == day.month and other.year == day.year),
        (year, lambda other: other.year == day.year),
    ):
        assert coarse.earliest is not None
        assert coarse.latest is not None
        assert coarse.earliest <= day <= coarse.latest
        assert same(coarse.earliest)
        assert same(coarse.latest)
        assert not same(coarse.latest + timedelta(days=1))
        if coarse.earliest > date.min:
            assert not same(coarse.earliest - timedelta(days=1))


@given(year=st.integers(1, 9998), season=st.integers(21, 24))
def test_seasons_last_three_whole_months(year: int, season: int) -> None:
    found = bounds(f"{year:04d}-{season}")
    assert found.earliest is not None
    assert found.latest is not None
    assert found.earliest.day == 1
    assert (found.latest + timedelta(days=1)).day == 1
    assert 89 <= (found.latest - found.earliest).days <= 91


@given(text=st.text(max_size=12))
def test_any_text_is_a_date_or_a_date_error(text: str) -> None:
    try:
        found = bounds(text, interval=True)
    except DateError:
        return
    assert found.earliest is None or found.latest is None or found.earliest <= found.latest
