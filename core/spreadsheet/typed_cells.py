"""What a typed cell of a workbook says as text, without loss: its number, its day, its duration."""

import datetime as dt
from typing import Any

_EXACT = 10**15
"""From here on a number of a spreadsheet has lost digits: it keeps fifteen."""


def said(value: Any) -> str:
    """Return what a typed cell says, without loss: a number's digits, a date in ISO, a duration in hours.

    >>> said(48501502503.0), said(329.5), said(dt.datetime(2026, 12, 31, 14, 30)), said(dt.timedelta(hours=30))
    ('48501502503', '329,5', '2026-12-31 14:30', '30:00:00')
    """
    match value:
        case bool():
            return "tak" if value else "nie"
        case int() | float():
            return number(value)
        case dt.datetime():
            return moment(value)
        case dt.date():
            return f"{value:%Y-%m-%d}"
        case dt.time():
            return duration(dt.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second))
        case dt.timedelta():
            return duration(value)
    return str(value).strip()


def moment(value: dt.datetime) -> str:
    """Return a day, with its time where that is not midnight and with seconds where there are any."""
    if value.year < dt.MAXYEAR:
        # A spreadsheet counts in parts of a day.
        value += dt.timedelta(microseconds=500_000)
    if value.time().replace(microsecond=0) == dt.time():
        return value.date().isoformat()
    return value.replace(microsecond=0).isoformat(" ", "seconds" if value.second else "minutes")


def number(value: float) -> str:
    """Return a number as a Polish spreadsheet shows it, all of its digits as long as it has all of them.

    >>> number(1.2345678901234567e18), number(0.1 + 0.2), number(-0.0000015)
    ('1,23457E+18', '0,3', '-0,0000015')
    """
    if value != value or abs(value) == float("inf"):
        return "#LICZBA!"
    if abs(value) >= _EXACT:
        mantissa, exponent = f"{value:.5E}".split("E")
        return f"{mantissa.rstrip('0').rstrip('.').replace('.', ',')}E{exponent}"
    if value == int(value):
        return str(int(value))
    text = f"{value:.15g}"
    if "e" in text:
        text = f"{value:.{15 - 1 - int(text.partition('e')[2])}f}".rstrip("0")
    return text.replace(".", ",")


def duration(value: dt.timedelta) -> str:
    """Return a time of day or a longer one as hours, minutes and seconds: 30:15:00."""
    seconds = round(value.total_seconds())
    minutes, second = divmod(abs(seconds), 60)
    return f"{'-' if seconds < 0 else ''}{minutes // 60:02}:{minutes % 60:02}:{second:02}"
