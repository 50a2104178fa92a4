"""Days as numbers and months as lookups, alike for one day and for arrays of days.

A day number counts days since 1970-01-01, as `datetime64[D]` does. Calendar months are clamped to the
month's last day: 31 January + 1 month is 28 or 29 February (RULES, "Notation"). Months that go on are counted from the
day of the month on which the service began, the anchor: 31 January, 28 February, 31 March.
"""

import datetime as dt
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.pricing.alike import Truth, Whole, choose, pick

FIRST_DATE = dt.date(2000, 1, 1)
LAST_DATE = dt.date(2099, 12, 31)
"""The days the desk prices. The tables below reach further, so that periods may run past them."""
FIRST_SERVICE = dt.date(1990, 1, 1)
"""No service of ours is older: an earlier date is a typing mistake."""

_EPOCH = dt.date(1970, 1, 1).toordinal()
_MONTHS = np.arange("1970-01", "2150-01", dtype="datetime64[M]")
_FIRST_OF_MONTH = _MONTHS.astype("datetime64[D]").astype(np.int64)
_LENGTH_OF_MONTH = np.diff(_FIRST_OF_MONTH, append=_FIRST_OF_MONTH[-1] + 31)
_MONTH_OF_DAY = np.repeat(np.arange(len(_MONTHS)), _LENGTH_OF_MONTH)
_DAY_OF_MONTH = np.arange(len(_MONTH_OF_DAY)) - _FIRST_OF_MONTH[_MONTH_OF_DAY] + 1
_IS_LAST_OF_MONTH = _LENGTH_OF_MONTH[_MONTH_OF_DAY] == _DAY_OF_MONTH

DAYS = len(_MONTH_OF_DAY)
"""Day numbers from 0 up to this one can be looked up."""


def number(date: dt.date) -> int:
    """Return the day number of a date."""
    return date.toordinal() - _EPOCH


def date(day: int) -> dt.date:
    """Return the date of a day number."""
    return dt.date.fromordinal(day + _EPOCH)


def month(day: Whole) -> Whole:
    """Return the number of the calendar month that a day number lies in, counted from January 1970.

    >>> month(number(dt.date(1971, 2, 28)))
    13
    """
    return pick(_MONTH_OF_DAY, day)


def first_of_month(month: int) -> dt.date:
    """Return the first day of a calendar month by its number."""
    return date(int(_FIRST_OF_MONTH[month]))


def months_later(day: Whole, months: Whole) -> Whole:
    """Return the same day of the month, `months` later (earlier where negative), clamped to the month's last day.

    >>> date(months_later(number(dt.date(2024, 1, 31)), 1))
    datetime.date(2024, 2, 29)
    """
    if isinstance(months, int):
        return pick(_months_later_table(months), day)
    return _months_later(day, months)


def day_of_month(day: Whole) -> Whole:
    """Return the day of the month of a day number, 1 to 31.

    >>> day_of_month(number(dt.date(2026, 2, 28)))
    28
    """
    return pick(_DAY_OF_MONTH, day)


def fits(day: Whole, anchor: Whole) -> Truth:
    """Whether months counted from a day of the month may begin on a day: that one, or the last of a shorter month.

    >>> fits(number(dt.date(2026, 2, 28)), 31), fits(number(dt.date(2026, 2, 28)), 27)
    (True, False)
    """
    own = day_of_month(day)
    return (own == anchor) | ((own < anchor) & pick(_IS_LAST_OF_MONTH, day))


def continued(day: Whole, months: Whole, anchor: Whole) -> Whole:
    """Return where so many months end that begin on a day and are counted from the anchor, which has to fit the day.

    >>> date(continued(number(dt.date(2027, 2, 28)), 1, 31))
    datetime.date(2027, 3, 31)
    """
    there = month(day) + months
    return pick(_FIRST_OF_MONTH, there) + _clamped(anchor, there) - 1


def last_anchored(day: Whole, anchor: Whole) -> Whole:
    """Return the last day up to `day`, which the anchor fits, that is the anchor itself and not a shorter month's last.

    >>> date(last_anchored(number(dt.date(2027, 2, 28)), 31))
    datetime.date(2027, 1, 31)
    """
    # Before a month of fewer than 31 days there is always one of 31.
    return choose(day_of_month(day) == anchor, day, continued(day, -1, anchor))


def whole_months(start: Whole, end: Whole) -> Whole:
    """Return how many whole calendar months lie in [start, end), or 0 where it is not a whole number of them.

    A month from 31 January ends on 28 February, and the next one, from there, on 31 March.

    >>> whole_months(number(dt.date(2025, 6, 1)), number(dt.date(2026, 6, 1)))
    12
    >>> whole_months(number(dt.date(2026, 2, 28)), number(dt.date(2026, 3, 31)))
    1
    """
    return whole_months_from(start, end, anchor_of(start, end))


def whole_months_from(start: Whole, end: Whole, anchor: Whole) -> Whole:
    """Return the whole months in [start, end) as counted from an anchor, 0 where it is not a whole number of them."""
    months = month(end) - month(start)
    return choose((months > 0) & fits(start, anchor) & fits(end, anchor), months, 0)


def anchor_of(start: Whole, end: Whole) -> Whole:
    """Return the only anchor that whole months in [start, end) can have, or the least of them: the greater day."""
    first, last = day_of_month(start), day_of_month(end)
    return choose(first > last, first, last)


def months_and_days(start: Whole, end: Whole, anchor: Whole) -> tuple[Whole, Whole]:
    """Return the whole months from `start`, which the anchor fits, that lie in [start, end), and the days beyond them.

    >>> months_and_days(number(dt.date(2026, 11, 5)), number(dt.date(2026, 12, 6)), 5)
    (1, 1)
    """
    months = month(end) - month(start)
    months = months - (continued(start, months, anchor) > end)
    return months, end - continued(start, months, anchor)


def _clamped(anchor: Whole, month: Whole) -> Whole:
    """Return the day of the month that an anchor is in a month."""
    length = pick(_LENGTH_OF_MONTH, month)
    return choose(anchor < length, anchor, length)


def _months_later(day: Whole, months: Whole) -> Whole:
    own = month(day)
    day_of_month = pick(_DAY_OF_MONTH, day) - 1
    last = pick(_LENGTH_OF_MONTH, own + months) - 1
    return pick(_FIRST_OF_MONTH, own + months) + choose(day_of_month < last, day_of_month, last)


@cache
def _months_later_table(months: int) -> NDArray[np.int64]:
    """Every day's answer at once; days whose answer would leave the calendar stay at its edge."""
    days = np.arange(len(_MONTH_OF_DAY))
    inside = (_MONTH_OF_DAY + months).clip(0, len(_MONTHS) - 1) - _MONTH_OF_DAY
    table: NDArray[np.int64] = _months_later(days, inside)
    return table
