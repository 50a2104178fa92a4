"""What day a cell tells, however its program wrote it; a day that reads both ways is never guessed.

    parse_when("29-sie-26", "", "planned_at")
    reads("12/03/2026")    # what it may be: with the day first, with the month first

Where the year comes last and all is numbers between slashes or dashes, the order of day and month is the file's
(`core.spreadsheet.survey`) or what somebody said; every other date is unambiguous and is read in any column.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from core.ground.clock import WARSAW
from core.ground.messages import FieldError, InputError, Message
from core.ground.moments import FIRST_YEAR, LAST_YEAR, Unit, When
from core.ground.text_limits import LINE, bounded
from core.ground.validation import one_line
from core.ground.words import fold

DateOrder = Literal["", "dmy", "mdy"]
"""How the numbers of a day follow one another where a file leaves that open; "" where nobody has said."""
ORDERS: tuple[DateOrder, ...] = ("", "dmy", "mdy")

YES_NO: dict[str, bool] = dict.fromkeys(("tak", "t", "yes", "y", "true", "prawda", "1", "x"), True) | dict.fromkeys(
    ("nie", "n", "no", "false", "falsz", "0"), False
)
"""What says yes or no, folded."""

Shape = Literal["dots", "iso", "numbers", "words", "serial"]
"""How a date is written: with dots, from the year on, in an order of its file's, with its month named, as a number."""

_MONTHS = {
    word: month
    for month, words in enumerate(
        (
            "styczeń stycznia sty january jan i", "luty lutego lut february feb ii",
            "marzec marca mar march iii", "kwiecień kwietnia kwi april apr iv", "maj maja may v",
            "czerwiec czerwca cze june jun vi", "lipiec lipca lip july jul vii",
            "sierpień sierpnia sie august aug viii", "wrzesień września wrz september sep sept ix",
            "październik października paź pażdziernik october oct x", "listopad listopada lis november nov xi",
            "grudzień grudnia gru december dec xii",
        ),
        start=1,
    )
    for word in fold(words).split()
}  # fmt: skip
_DAYS = frozenset(fold(
    "poniedziałek wtorek środa czwartek piątek sobota niedziela pon pn wt śr czw cz pt pią sob so nd ndz nie "
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun"
).split())  # fmt: skip

_TIME = (
    r"(?:(?:,? |T)(?P<h>[0-9]{1,2}):(?P<min>[0-9]{2})(?::(?P<s>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r" ?(?P<half>[AP]M)? ?(?P<zone>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_R = r"(?: ?r(?:\.|oku)?)?"
_WORD = r"[^\W\d_]{1,12}"
_WRITTEN: tuple[tuple[Shape, str], ...] = (
    ("dots", rf"(?P<d>[0-9]{{1,2}})\.(?P<m>[0-9]{{1,2}})\.(?P<y>[0-9]{{4}}|[0-9]{{2}}){_R}"),
    ("iso", r"(?P<y>[0-9]{4})(?P<sep>[-./])(?P<m>[0-9]{1,2})(?P=sep)(?P<d>[0-9]{1,2})"),
    ("numbers", rf"(?P<d>[0-9]{{1,2}})(?P<sep>[-/])(?P<m>[0-9]{{1,2}})(?P=sep)(?P<y>[0-9]{{4}}){_R}"),
    ("numbers", rf"(?P<d>[0-9]{{1,2}})/(?P<m>[0-9]{{1,2}})/(?P<y>[0-9]{{2}}){_R}"),
    (
        "words",
        rf"(?P<d>[0-9]{{1,2}})(?:[ ./-]|\. )(?P<m>{_WORD})\.?[ ./-](?P<y>[0-9]{{4}}|[0-9]{{2}}){_R}",
    ),
    ("words", rf"(?P<m>{_WORD})\.? (?P<d>[0-9]{{1,2}}),? (?P<y>[0-9]{{4}})"),
)
_SHAPES = tuple((shape, re.compile(pattern + _TIME, re.IGNORECASE)) for shape, pattern in _WRITTEN)
_WEEKDAY = re.compile(rf"({_WORD})\.?,? (?=[0-9])")
# Days since 30.12.1899, from 1990 to 2100, as a column shows them that is not formatted as dates.
_SERIAL = re.compile(r"([0-9]{5})(?:[.,]([0-9]{1,15}))?")
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a clock's reading, its zone comes after

FORMATS: Mapping[str, str] = {
    "dots": "DD.MM.YYYY",
    "iso": "YYYY-MM-DD",
    "dmy": "DD/MM/YYYY",
    "mdy": "MM/DD/YYYY",
    "words": "D MMMM YYYY",
    "serial": "46387",
}
"""The ways to write a date, as they are shown."""

# What is no date, and what it is then.
_FAULTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (id, re.compile(pattern, re.IGNORECASE))
    for id, pattern in (
        ("error.date_time", r"(?:[01]?[0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?: ?[AP]M)?"),
        ("error.date_duration", r"[0-9]{1,7}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?|PT[0-9HMS.,]{2,40}"),
        ("error.date_no_year", rf"[0-9]{{1,2}}[./-][0-9]{{1,2}}\.?|[0-9]{{1,2}} {_WORD}\.?"),
        ("error.date_no_day", rf"[0-9]{{1,2}}[./-][0-9]{{4}}|[0-9]{{4}}(?:[./-][0-9]{{1,2}})?|{_WORD}\.? [0-9]{{4}}"),
        ("error.date_short_year", r"[0-9]{1,2}-[0-9]{1,2}-[0-9]{2}"),
        ("error.date_number", r"[0-9]{1,20}(?:[.,][0-9]{1,15})?"),
    )
)
_BEGINNING = re.compile(r"([0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4}|[0-9]{4}[./-][0-9]{1,2}[./-][0-9]{1,2})(?![0-9]) ?")


@dataclass(frozen=True, slots=True)
class Reads:
    """What a cell may say: the moment with the day first, the moment with the month first, and how it is written.

    Both are the same where nothing is ambiguous; a message tells why one is no moment.
    """

    dmy: When | Message
    mdy: When | Message
    shape: Shape | None

    @property
    def open(self) -> bool:
        """Whether it is two different moments."""
        return isinstance(self.dmy, When) and isinstance(self.mdy, When) and self.dmy != self.mdy

    @property
    def proves(self) -> DateOrder:
        """The order that it proves, being a day in that one only."""
        if self.shape != "numbers" or isinstance(self.dmy, When) == isinstance(self.mdy, When):
            return ""
        return "dmy" if isinstance(self.dmy, When) else "mdy"

    def by(self, order: DateOrder) -> When | Message:
        """Return the moment where the file's order is known, or "" where it is not; or why it is none."""
        if not self.open and not order:
            return self.dmy if isinstance(self.dmy, When) else self.mdy
        if not order:
            assert isinstance(self.dmy, When) and isinstance(self.mdy, When)
            return Message("error.date_both_ways", {"dmy": _day(self.dmy), "mdy": _day(self.mdy)})
        found, other = (self.dmy, self.mdy) if order == "dmy" else (self.mdy, self.dmy)
        if isinstance(found, Message) and isinstance(other, When):
            return Message("error.date_other_order", {"expected": FORMATS[order]})
        return found


def parse_when(text: str, order: DateOrder, field: str) -> When:
    """Return the moment that a cell tells; `order`: that of its file, "" where that is open; raises InputError.

    A wall time is one of Europe/Warsaw, the earlier where the clocks show it twice; an offset is respected. A time
    of 0:00 without one is what spreadsheets make of a day.
    """
    line = one_line(bounded(text, field))
    found = reads(line).by(order)
    if isinstance(found, When):
        return found
    raise InputError(FieldError(field, line, found))


def parse_day(text: str, order: DateOrder, field: str) -> dt.date:
    """Return the same as a day in Warsaw, where an hour means nothing; raises InputError."""
    return _day(parse_when(text, order, field))


def parse_yes_or_date(text: str, order: DateOrder, field: str) -> When | bool:
    """Return yes or no, or else the moment, of a cell that may say either; raises InputError."""
    said = YES_NO.get(fold(bounded(text, field)))
    return parse_when(text, order, field) if said is None else said


def way(found: Reads, order: DateOrder) -> str:
    """Return how a date is written: one of FORMATS, "" where the order of its numbers is open."""
    return order if found.shape == "numbers" else found.shape or ""


def ways(cells: Iterable[tuple[str, int]], order: DateOrder) -> str:
    """Return how most dates of a column are written, of its texts and how often each is there; "dots" for none."""
    counts: dict[str, int] = {}
    for text, times in cells:
        if len(text) <= LINE and (found := reads(one_line(text))).shape:
            written = way(found, order)
            counts[written] = counts.get(written, 0) + times
    return max(counts, key=lambda written: counts[written], default="dots")


def both_ways(text: str) -> dict[DateOrder, dt.date] | None:
    """Return the days that a text is with the day first and with the month first; None where one of them is none."""
    found = reads(one_line(bounded(text, "")))
    if not (isinstance(found.dmy, When) and isinstance(found.mdy, When)):
        return None
    return {"dmy": _day(found.dmy), "mdy": _day(found.mdy)}


@lru_cache(100_000)
def reads(text: str) -> Reads:
    """Return what a text on one line, at most LINE letters, may say as a date."""
    if not text:
        return _none("error.empty")
    found = _shaped(text)
    if found is None and (named := _WEEKDAY.match(text)) and fold(named[1]) in _DAYS:
        found = _shaped(text[named.end() :])
    if found is None:
        return _serial(text) or _fault(text)
    shape, parts = found
    day, month, year = parts["d"], parts["m"], parts["y"]
    if shape == "words":
        month = str(_MONTHS.get(fold(month or ""), ""))
        if not month:
            return _none("error.date_month")
    dmy = _when(day, month, year, parts)
    return Reads(dmy, _when(month, day, year, parts) if shape == "numbers" else dmy, shape)


def _shaped(text: str) -> tuple[Shape, dict[str, str | None]] | None:
    for shape, pattern in _SHAPES:
        if found := pattern.fullmatch(text):
            return shape, found.groupdict()
    return None


def _none(id: str, **values: object) -> Reads:
    return Reads(Message(id, values), Message(id, values), None)


def _fault(text: str) -> Reads:
    for id, pattern in _FAULTS:
        if pattern.fullmatch(text):
            return _none(id)
    if found := _BEGINNING.match(text):
        return _none("error.date_rest", date=found[1], rest=text[found.end() :])
    return _none("error.date_unread")


def _serial(text: str) -> Reads | None:
    found = _SERIAL.fullmatch(text)
    if not found:
        return None
    # To the second: a time of day is a fraction with an error of its own.
    seconds = round(float(f"0.{found[2] or 0}") * 86_400)
    wall = _EPOCH + dt.timedelta(days=int(found[1]), seconds=seconds)
    if not FIRST_YEAR <= wall.year <= LAST_YEAR:
        return None
    unit: Unit = "day" if wall.time() == dt.time() else "second" if wall.second else "minute"
    when = _in_warsaw(wall, unit)
    return Reads(when, when, "serial")


def _when(day: str | None, month: str | None, year: str | None, parts: Mapping[str, str | None]) -> When | Message:
    full = int(year or 0) + (2000 if len(year or "") == 2 else 0)
    if full in (1899, 1900, 1904):
        return Message("error.date_1900", {"year": str(full)})
    if not FIRST_YEAR <= full <= LAST_YEAR:
        return Message("error.year", {"first": str(FIRST_YEAR), "last": str(LAST_YEAR)})
    hour, minute, second = (int(parts[name] or 0) for name in ("h", "min", "s"))
    half, zone = (parts["half"] or "").lower(), parts["zone"]
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif half:
        return Message("error.no_such_time")
    if hour > 23 or max(minute, second) > 59 or (zone and _offset(zone) is None):
        return Message("error.no_such_time")
    try:
        wall = dt.datetime(full, int(month or 0), int(day or 0), hour, minute, second)  # noqa: DTZ001 - as above
    except ValueError:
        return Message("error.no_such_day")
    if zone:
        at = wall.replace(tzinfo=_offset(zone)).astimezone(dt.UTC)
        return When(at, "minute" if parts["s"] is None else "second")
    midnight = (hour, minute, second) == (0, 0, 0)
    return _in_warsaw(wall, "day" if midnight else "minute" if parts["s"] is None else "second")


def _in_warsaw(wall: dt.datetime, unit: Unit) -> When | Message:
    at = wall.replace(tzinfo=WARSAW).astimezone(dt.UTC)
    # In spring the clocks go from 2:00 to 3:00: what they never show comes back changed.
    if at.astimezone(WARSAW).replace(tzinfo=None) != wall:
        return Message("error.no_such_time")
    return When(at, unit)


def _offset(zone: str) -> dt.tzinfo | None:
    if zone in "Zz":
        return dt.UTC
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    # No place on earth is further than 14 hours from UTC.
    if minutes > 14 * 60 or digits[2:] > "59":
        return None
    return dt.timezone(dt.timedelta(minutes=-minutes if zone[0] == "-" else minutes))


def _day(when: When) -> dt.date:
    return when.at.astimezone(WARSAW).date()
