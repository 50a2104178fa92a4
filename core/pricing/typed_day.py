"""A day as somebody types it: 30.04.2027, 30/4/27, 300427, 2027-04-30, 30 kwi 2027, dziś; never another one than typed.

Day before month, as in Poland and in Britain. A day that no calendar has is refused with the last one of its month.

    >>> read_day("1.5.25")
    datetime.date(2025, 5, 1)
    >>> read_day("28 Nov 2026")
    datetime.date(2026, 11, 28)
"""

import calendar
import datetime as dt
import re

from core.ground.messages import Message
from core.ground.text_limits import LINE

_NUMBERS = re.compile(r"(\d{1,2})[., /-]{1,2}(\d{1,2})[., /-]{1,2}(\d{4}|\d{2})\.?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})", re.ASCII)
_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})", re.ASCII)
_DIGITS_YEAR_FIRST = re.compile(r"(20\d{2})(\d{2})(\d{2})", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})[. ]{0,2}([^\W\d_]{3,12})[., ]{0,2}(\d{4}|\d{2})")

_MONTHS = (
    ("stycznia", "january"),
    ("lutego", "february"),
    ("marca", "march"),
    ("kwietnia", "april"),
    ("maja", "may"),
    ("czerwca", "june"),
    ("lipca", "july"),
    ("sierpnia", "august"),
    ("września", "september"),
    ("października", "october"),
    ("listopada", "november"),
    ("grudnia", "december"),
)
"""What may be shortened to three letters, in both languages: no two months begin alike."""

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")

_FROM_TODAY = {"dziś": 0, "dzis": 0, "dzisiaj": 0, "today": 0, "jutro": 1, "tomorrow": 1}


class NoDayError(ValueError):
    """The text is no day; `message` says what would be right."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.id)
        self.message = message


def read_day(text: str, today: dt.date | None = None) -> dt.date:
    """Return the day that a text means; raises NoDayError.

    A year of two digits is one of this century. Words for today and tomorrow are read where `today` is given.
    """
    if len(text.strip()) > LINE:
        raise NoDayError(Message("error.typed_day"))
    # As letters and invoices have it: with no-break spaces, a dash for a hyphen, "30.04.2027 r.".
    text = " ".join(text.lower().translate(_DASHES).split())
    text = text.removesuffix("r.").removesuffix(" r").rstrip()
    if today and text in _FROM_TODAY:
        return today + dt.timedelta(days=_FROM_TODAY[text])
    for pattern in (_NUMBERS, _DIGITS):
        if found := pattern.fullmatch(text):
            # 20121130 is no day of the year 1130.
            turned = pattern is _DIGITS and found[3][:2] not in ("19", "20") and _DIGITS_YEAR_FIRST.fullmatch(text)
            if turned:
                return _day(turned[1], turned[2], turned[3])
            return _day(found[3], found[2], found[1])
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if (found := _NAMED.fullmatch(text)) and (month := _month(found[2])):
        return _day(found[3], str(month), found[1])
    raise NoDayError(Message("error.typed_day"))


def _month(word: str) -> int:
    return next((n for n, names in enumerate(_MONTHS, 1) if any(name.startswith(word) for name in names)), 0)


def _day(year: str, month: str, day: str) -> dt.date:
    whole = int(year) + (2000 if len(year) == 2 else 0)
    if not (1 <= int(month) <= 12 and whole):
        raise NoDayError(Message("error.typed_day"))
    last = calendar.monthrange(whole, int(month))[1]
    if not 1 <= int(day) <= last:
        raise NoDayError(Message("error.typed_day_absent", {"last": dt.date(whole, int(month), last)}))
    return dt.date(whole, int(month), int(day))
