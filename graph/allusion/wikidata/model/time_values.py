"""A time value of Wikidata as a date, as exactly as it is stated.

Source: https://www.wikidata.org/wiki/Help:Dates
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

_TIME: Final = re.compile(r"\+([0-9]{4})-([0-9]{2})-([0-9]{2})T00:00:00Z")
# Precision: a year, a month, a day. Coarser ones say too little.
_LENGTH: Final = {9: 4, 10: 7, 11: 10}
_JULIAN: Final = "http://www.wikidata.org/entity/Q1985786"
# The day before the first of `datetime.date`, in the count of `_gregorian`.
_BEFORE_YEAR_1: Final = 308


def stated(time: str, precision: object, calendar: object) -> str:
    """The date in the calendar of Gregory: "1994", "1994-07" or "1994-07-14".

    "" where it is coarser than a year or before the year 1, or there is no such day. A month of
    the calendar of Julius lies in two of the other, and is given as its year.

    >>> stated("+1564-04-26T00:00:00Z", 11, "http://www.wikidata.org/entity/Q1985786")
    '1564-05-06'
    """
    length = _LENGTH.get(precision) if isinstance(precision, int) else None
    match = _TIME.fullmatch(time)
    if not match or not length:
        return ""
    year, month, day = (int(part) for part in match.groups())
    try:
        if calendar == _JULIAN and length > 4:
            return _gregorian(year, month, day).isoformat() if length == 10 else match[1]
        # Months and days that are not stated are written 00.
        dt.date(year, month or 1, day or 1)
    except (ValueError, OverflowError):
        return ""
    return "-".join(match.groups())[:length]


def _gregorian(year: int, month: int, day: int) -> dt.date:
    """A day of the calendar of Julius in that of Gregory.

    :raises ValueError: if there is no such day, or it is before 3 January of the year 1.
    """
    lengths = (31, 29 if year % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not (1 <= month <= 12 and 1 <= day <= lengths[month - 1]):
        raise ValueError(f"there is no day {year}-{month}-{day}")
    # In years that begin in March the day that leap years have more is the last.
    years = year - (month < 3)
    in_year = (153 * ((month - 3) % 12) + 2) // 5 + day
    return dt.date.fromordinal(years * 365 + years // 4 + in_year - _BEFORE_YEAR_1)
