"""Dates as people write them, and the days that they allow.

A date is an EDTF string (Extended Date/Time Format, ISO 8601-2:2019, levels 0 and 1, without
times, unspecified digits and years of more than four digits). It stays as it was written; every
filter and every sort uses the two days that bound it, because no SPARQL engine compares
``2019-02`` with ``2019-02-27`` rightly.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from negograph.errors import DateError

_POINT = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?([?~%])?")
_DAY_OR_MONTH = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[/.]([0-9]{1,2})[/.]([0-9]{1,2})")
_WITH_A_WORD = re.compile(r"[A-Za-z]{3,9}-[0-9]{2,4}|[0-9]{1,2}-[A-Za-z]{3,9}(?:-[0-9]{2,4})?")
_WINTER = 24
_FIRST_MONTH = {21: 3, 22: 6, 23: 9, _WINTER: 12}  # spring, summer, autumn, winter in the north


@dataclass(frozen=True)
class Bounds:
    """The first and the last day that a date allows; ``None`` where it is open or unknown."""

    earliest: date | None
    latest: date | None


def bounds(text: str, *, interval: bool = False) -> Bounds:
    """Return the days between which ``text`` lies.

    Seasons are those of the northern hemisphere; winter (24) begins in December of its year and
    ends with February of the next. The marks ``?`` (uncertain), ``~`` (approximate) and ``%``
    (both) say something about the source, not about the calendar: they leave the bounds alone.
    ``..`` is open. An interval ``a/b`` is allowed only where ``interval`` is true.

    Raises:
        DateError: not such a date.

    >>> bounds("2019-02")
    Bounds(earliest=datetime.date(2019, 2, 1), latest=datetime.date(2019, 2, 28))
    >>> bounds("2017-23~").earliest
    datetime.date(2017, 9, 1)
    >>> bounds("2020/..", interval=True).latest is None
    True
    """
    if text == "..":
        return Bounds(None, None)
    _refuse_of_a_spreadsheet(text)
    if "/" not in text:
        return _point(text)
    if not interval:
        raise DateError(f"'{text}' is an interval; put its two ends into start and end")
    left, right = text.split("/", 1)
    begin = bounds(left) if left else Bounds(None, None)
    end = bounds(right) if right else Bounds(None, None)
    if begin.earliest is None and end.latest is None:
        raise DateError(f"'{text}' is open at both ends")
    if begin.earliest and end.latest and begin.earliest > end.latest:
        raise DateError(f"'{text}' ends before it begins")
    return Bounds(begin.earliest, end.latest)


def _refuse_of_a_spreadsheet(text: str) -> None:
    """Name a date in the form that a spreadsheet makes of it, and the dates that it may have been."""
    if _WITH_A_WORD.fullmatch(text):
        raise DateError(
            f"'{text}' is no date: a spreadsheet changed it; "
            "format the column as text and write 2019, 2019-02 or 2019-02-27"
        )
    readings = []
    if match := _YEAR_FIRST.fullmatch(text):
        readings = [(int(match[1]), int(match[2]), int(match[3]))]
    elif match := _DAY_OR_MONTH.fullmatch(text):
        one, other, year = map(int, match.groups())
        readings = [(year, one, other), (year, other, one)]
    if readings:
        days = dict.fromkeys(f"{year:04}-{month:02}-{day:02}" for year, month, day in readings if month <= 12)
        mend = f"write {' or '.join(days)}" if days else "write 2019-02-27"
        raise DateError(f"'{text}' looks like a date of a spreadsheet; {mend}")


def day_of(text: str) -> date:
    """The last day that a date allows: the day as of which somebody asks.

    Raises:
        DateError: not such a date, or one without an end.

    >>> day_of("2020")
    datetime.date(2020, 12, 31)
    """
    day = bounds(text).latest
    if day is None:
        raise DateError("name a day, a month or a year")
    return day


def _point(text: str) -> Bounds:
    """Bounds of a single year, season, month or day."""
    match = _POINT.fullmatch(text)
    if match is None:
        raise DateError(
            f"'{text}' is no date; write 2019, 2019-02, 2019-02-27 or 2019-21 (spring), with ? or ~ behind it in doubt"
        )
    year, month, day = (int(part) if part else None for part in match.groups()[:3])
    assert year is not None
    if year == 0:
        raise DateError(f"'{text}': years run from 0001 to 9999")
    if month is None:
        return Bounds(date(year, 1, 1), date(year, 12, 31))
    if day is not None:
        try:
            exact = date(year, month, day)
        except ValueError as error:
            raise DateError(f"'{text}': {error}") from None
        return Bounds(exact, exact)
    if 1 <= month <= 12:
        return Bounds(date(year, month, 1), _month_end(year, month))
    if month in _FIRST_MONTH:
        if month == _WINTER:
            if year == 9999:
                raise DateError(f"'{text}' ends after the year 9999")
            return Bounds(date(year, 12, 1), _month_end(year + 1, 2))
        return Bounds(date(year, _FIRST_MONTH[month], 1), _month_end(year, _FIRST_MONTH[month] + 2))
    raise DateError(f"'{text}': months run from 01 to 12, seasons from 21 (spring) to 24 (winter)")


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
