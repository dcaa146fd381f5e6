"""Conversion of Wikidata time values to ISO 8601 dates.

Source: https://www.wikidata.org/wiki/Help:Dates
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

_TIME: Final = re.compile(r"\+([0-9]{4})-([0-9]{2})-([0-9]{2})T00:00:00Z")
# Precision (year, month, day) -> length of the date. Coarser ones are not used.
_LENGTH: Final = {9: 4, 10: 7, 11: 10}
_JULIAN: Final = "http://www.wikidata.org/entity/Q1985786"
# Number of days in `_julian_to_gregorian` before the first `datetime.date`.
_BEFORE_YEAR_1: Final = 308


def parse_time(time: str, precision: object, calendar: object) -> str:
    """Return a Gregorian date with the stated precision: "1994", "1994-07" or "1994-07-14".

    The result is "" if the precision is coarser than a year, the year is before 1, or the day
    does not exist. A month of the Julian calendar overlaps two Gregorian months, so only its
    year is returned.

    >>> parse_time("+1564-04-26T00:00:00Z", 11, "http://www.wikidata.org/entity/Q1985786")
    '1564-05-06'
    """
    length = _LENGTH.get(precision) if isinstance(precision, int) else None
    match = _TIME.fullmatch(time)
    if not match or not length:
        return ""
    year, month, day = (int(part) for part in match.groups())
    try:
        if calendar == _JULIAN and length > 4:
            return _julian_to_gregorian(year, month, day).isoformat() if length == 10 else match[1]
        # Parts that are not stated are 00.
        dt.date(year, month or 1, day or 1)
    except (ValueError, OverflowError):
        return ""
    return "-".join(match.groups())[:length]


def _julian_to_gregorian(year: int, month: int, day: int) -> dt.date:
    """Convert a day of the Julian calendar.

    Raises:
        ValueError: If the day does not exist or is before 3 January of the year 1.
    """
    lengths = (31, 29 if year % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not (1 <= month <= 12 and 1 <= day <= lengths[month - 1]):
        raise ValueError(f"there is no day {year}-{month}-{day}")
    # If years begin in March, the leap day is the last day of the year.
    years = year - (month < 3)
    in_year = (153 * ((month - 3) % 12) + 2) // 5 + day
    return dt.date.fromordinal(years * 365 + years // 4 + in_year - _BEFORE_YEAR_1)
