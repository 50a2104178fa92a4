"""Working days by the Polish calendar."""

import datetime as dt
from functools import cache

import holidays


def working_days_later(day: dt.date, days: int) -> dt.date:
    """Return the n-th working day after a day; the day itself for 0."""
    return _poland().get_nth_working_day(day, days) if days else day


def working_days_before(day: dt.date, days: int) -> dt.date:
    """Return the n-th working day before a day."""
    return _poland().get_nth_working_day(day, -days)


def is_working_day(day: dt.date) -> bool:
    """Whether people work on a day: neither a Saturday, a Sunday nor a public holiday of Poland."""
    return _poland().is_working_day(day)


@cache
def _poland() -> holidays.HolidayBase:
    return holidays.country_holidays("PL")
