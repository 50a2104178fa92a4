"""What a cell of a spreadsheet says: text made into dates, counts, stages and names, or told what is wrong with it."""

import datetime as dt
import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeVar

from core.bounds import CELL, LINE, bounded
from core.clock import WARSAW
from core.dns.names import parse_name, read_each
from core.messages import FieldError, InputError, Message
from core.pipeline.columns import fold
from core.validation import composed, one_line

FIRST_YEAR, LAST_YEAR = 1990, 2100
COUNT_MAX = 1_000_000
NOTES_MAX = 4_000

Unit = Literal["day", "minute", "second"]

_MONTHS = {
    word: month
    for month, words in enumerate(
        (
            "styczeń stycznia sty", "luty lutego lut", "marzec marca mar", "kwiecień kwietnia kwi", "maj maja",
            "czerwiec czerwca cze", "lipiec lipca lip", "sierpień sierpnia sie", "wrzesień września wrz",
            "październik października paź", "listopad listopada lis", "grudzień grudnia gru",
        ),
        start=1,
    )
    for word in fold(words).split()
}  # fmt: skip
_TIME = (
    r"(?:(?:,? |T)(?P<h>[0-9]{1,2}):(?P<min>[0-9]{2})(?::(?P<s>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r" ?(?P<zone>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_D, _M, _Y = r"(?P<d>[0-9]{1,2})", r"(?P<m>[0-9]{1,2})", r"(?P<y>[0-9]{4})"
_R = r"(?: ?r(?:\.|oku)?)?"


@dataclass(frozen=True, slots=True)
class _Format:
    id: str
    example: str
    pattern: re.Pattern[str]


def _format(id: str, example: str, pattern: str) -> _Format:
    return _Format(id, example, re.compile(pattern + _TIME, re.IGNORECASE))


# The examples are a day that reads one way only, so that they tell the format in any language.
_FORMATS = {
    known.id: known
    for known in (
        _format("DD.MM.YYYY", "31.12.2026", rf"{_D}\.{_M}\.{_Y}{_R}"),
        _format("YYYY-MM-DD", "2026-12-31", rf"{_Y}-{_M}-{_D}"),
        _format("DD-MM-YYYY", "31-12-2026", rf"{_D}-{_M}-{_Y}{_R}"),
        _format("DD/MM/YYYY", "31/12/2026", rf"{_D}/{_M}/{_Y}{_R}"),
        _format("YYYY.MM.DD", "2026.12.31", rf"{_Y}\.{_M}\.{_D}"),
        _format("YYYY/MM/DD", "2026/12/31", rf"{_Y}/{_M}/{_D}"),
        _format("MM/DD/YYYY", "12/31/2026", rf"{_M}/{_D}/{_Y}"),
        _format("DD.MM.YY", "31.12.26", rf"{_D}\.{_M}\.(?P<y>[0-9]{{2}}){_R}"),
        _format("D MMMM YYYY", "31 grudnia 2026", rf"{_D} (?P<m>[^\W\d_]{{3,12}})\.? {_Y}{_R}"),
    )
}
DATE_FORMATS: tuple[str, ...] = tuple(_FORMATS)
"""The formats of a column with dates, the likeliest first; each may be followed by a time."""


@dataclass(frozen=True, slots=True)
class When:
    """A moment (UTC) and how exactly it was written; a day alone is its midnight in Europe/Warsaw."""

    at: dt.datetime
    unit: Unit


def choose_format(cells: Iterable[str]) -> str:
    """Return the one format that reads most of a column's cells; among equals the first of DATE_FORMATS."""
    return format_of(Counter(cells))


def format_of(cells: Mapping[str, int]) -> str:
    """Return what `choose_format` does, for the distinct cells of a column and how often each stands there."""
    counts = Counter[str]()
    for cell, times in cells.items():
        # What is longer is no date.
        counts[one_line(cell) if len(cell) <= LINE else "?"] += times
    del counts[""]
    total = counts.total()
    best, most = DATE_FORMATS[0], 0
    for id, known in _FORMATS.items():
        read = sum(times for text, times in counts.items() if not isinstance(_wall(text, known), str))
        if read > most:
            best, most = id, read
        if read == total:
            break
    return best


def parse_when(text: str, format: str, field: str) -> When:
    """Return the moment that a cell tells in its column's format; raises InputError.

    A wall time is one of Europe/Warsaw, the earlier where the clocks show it twice; an offset is respected. A time
    of 0:00 without one is what spreadsheets make of a day.
    """
    read = _when(one_line(bounded(text, field)), format)
    if isinstance(read, When):
        return read
    raise _refused(field, text, read)


def parse_yes_or_date(text: str, format: str, field: str) -> When | bool:
    """Return yes or no, or else the moment, of a cell that may say either; raises InputError."""
    said = _YES_NO.get(fold(bounded(text, field)))
    return parse_when(text, format, field) if said is None else said


def agrees(when: When, moment: dt.datetime) -> bool:
    """Return whether a moment shows the same wall time in Europe/Warsaw, as exactly as `when` was written."""
    return _clock(when.at, when.unit) == _clock(moment, when.unit)


def written(moment: dt.datetime) -> str:
    """Return a moment as the export writes it: DD.MM.YYYY for midnight in Europe/Warsaw, else with HH:MM."""
    wall = moment.astimezone(WARSAW)
    return wall.strftime("%d.%m.%Y" if wall.time() == dt.time() else "%d.%m.%Y %H:%M")


_SHOWN: dict[Unit, int] = {
    "day": len("2026-12-31"),
    "minute": len("2026-12-31T23:59"),
    "second": len("2026-12-31T23:59:59"),
}


def _clock(moment: dt.datetime, unit: Unit) -> str:
    return moment.astimezone(WARSAW).isoformat()[: _SHOWN[unit]]


_Wall = tuple[dt.datetime, Unit, str | None]


@lru_cache(100_000)
def _when(text: str, format: str) -> When | Message:
    if not text:
        return Message("error.empty")
    known = _FORMATS[format]
    read = _wall(text, known)
    if isinstance(read, str):
        values = {"first": str(FIRST_YEAR), "last": str(LAST_YEAR)} if read == "error.year" else {}
        return Message(read, {"expected": known.example} if read == "error.date_format" else values)
    wall, unit, zone = read
    if zone:
        return When(wall.replace(tzinfo=_offset(zone)).astimezone(dt.UTC), unit)
    at = wall.replace(tzinfo=WARSAW).astimezone(dt.UTC)
    # In spring the clocks go from 2:00 to 3:00: what they never show comes back changed.
    if at.astimezone(WARSAW).replace(tzinfo=None) != wall:
        return Message("error.no_such_time")
    return When(at, unit)


def _wall(text: str, known: _Format) -> _Wall | str:
    """Return the clock's reading, how exact it is and its offset; or the id of what is wrong."""
    found = known.pattern.fullmatch(text)
    if not found:
        return "error.date_format"
    day, month, year, hour, minute, second, zone = found.group("d", "m", "y", "h", "min", "s", "zone")
    number = _MONTHS.get(fold(month), 0) if month.isalpha() else int(month)
    if not number:
        return "error.date_format"
    full = int(year) + (2000 if len(year) == 2 else 0)
    if not FIRST_YEAR <= full <= LAST_YEAR:
        return "error.year"
    clock = (int(hour or 0), int(minute or 0), int(second or 0))
    if clock > (23, 59, 59) or max(clock) > 59 or (zone and _offset(zone) is None):
        return "error.no_such_time"
    try:
        wall = dt.datetime(full, number, int(day), *clock)  # noqa: DTZ001 - a clock's reading, its zone comes after
    except ValueError:
        return "error.no_such_day"
    if zone is None and clock == (0, 0, 0):
        return wall, "day", None
    return wall, "minute" if second is None else "second", zone


def _offset(zone: str) -> dt.tzinfo | None:
    if zone in "Zz":
        return dt.UTC
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    # No place on earth is further than 14 hours from UTC.
    if minutes > 14 * 60 or digits[2:] > "59":
        return None
    return dt.timezone(dt.timedelta(minutes=-minutes if zone[0] == "-" else minutes))


# "1.200" and "1,000" are refused: a thousand in one country, one in another.
_COUNT = re.compile(r"([0-9]{1,3}(?: [0-9]{3}){1,3}|[0-9]{1,9})(?:[.,]0{1,2})?(?: ?([^\W\d_][^\d]*))?")
_NONE = frozenset(("-", "–", "—", "brak", "zero", "none", "nie ma"))
_PIECES = frozenset(fold(
    "szt sztuk sztuka sztuki skrzynka skrzynki skrzynek konto konta kont strona strony stron witryna witryny witryn "
    "serwis serwisy serwisów www email mail maile maili pcs mailbox mailboxes account accounts website websites site "
    "sites e pocztowe pocztowych"
).split())  # fmt: skip


def parse_count(text: str, field: str) -> int:
    """Return how many, 0 to COUNT_MAX, of cells such as "12", "1 200", "12 szt." and "brak"; raises InputError."""
    line = _line(text, field)
    if line.lower() in _NONE:
        return 0
    found = _COUNT.fullmatch(line)
    if found and set(fold(found[2] or "").split()) <= _PIECES:
        number = int(found[1].replace(" ", ""))
        if number <= COUNT_MAX:
            return number
    raise _refused(field, text, Message("error.count", {"last": COUNT_MAX}))


_YES_NO = dict.fromkeys(("tak", "t", "yes", "y", "true", "prawda", "1", "x"), True) | dict.fromkeys(
    ("nie", "n", "no", "false", "falsz", "0"), False
)
_WAITS: dict[str, Literal["us", "client"]] = {
    **dict.fromkeys(("us", "we", "nas", "my", "nasza", "firma", "hosting", "hostingodawca"), "us"),
    **dict.fromkeys(("client", "customer", "klient", "klienta", "klientem", "klientka", "klientke"), "client"),
}


def parse_yes_no(text: str, field: str) -> bool:
    """Return whether a cell says yes; raises InputError."""
    return _one_of(text, field, _YES_NO, "tak, nie")


def parse_waits(text: str, field: str) -> Literal["us", "client"]:
    """Return whom a cell waits on; raises InputError."""
    return _one_of(text, field, _WAITS, "nas, klienta")


STAGE_IDS = (
    "package",
    "data",
    "analysis",
    "date",
    "migration",
    "sync",
    "test",
    "dns",
    "visible",
    "passwords",
    "closed",
)
"""What the status of a row with one domain may be, in order."""
SIDE_IDS = ("held", "cancelled", "withdrawn")
STATUS_WRITTEN: dict[str, str] = {
    "package": "pakiet i serwer",
    "data": "dane",
    "analysis": "analiza",
    "date": "termin",
    "migration": "migracja",
    "sync": "synchronizacja poczty",
    "test": "test klienta",
    "dns": "DNS i propagacja",
    "visible": "widoczna",
    "passwords": "hasła",
    "closed": "zakończona",
    "held": "wstrzymana",
    "cancelled": "anulowana",
    "withdrawn": "wycofana",
}
"""How the export writes a stage or a side state."""
_STATUS_SYNONYMS = {
    "package": "pakiet, wybór pakietu, nowe, nowa, nowy, zgłoszenie, zgłoszona, zgłoszone, przyjęte, przyjęta, serwer, "
    "new, package, package and server, open, reported, todo, to do",
    "data": "oczekiwanie na dane, czekamy na dane, czeka na dane, zbieranie danych, data, waiting for data",
    "analysis": "w analizie, analysis, in analysis",
    "date": "ustalanie terminu, termin ustalony, umówione, umówiona, umówiony, zaplanowana, zaplanowane, zaplanowany, "
    "date, scheduled, planned, agreed",
    "migration": "w trakcie, w toku, w trakcie migracji, w realizacji, realizacja, przenoszenie, migration, "
    "in progress, ongoing, doing, migrating",
    "sync": "synchronizacja, sync, mail sync, synchronisation, synchronization",
    "test": "test, testy, testowanie, w testach, testy klienta, u klienta do testu, do testu, do testów, testing, "
    "client test, tests",
    "dns": "dns, propagacja, propagacja dns, zmiana dns, dns propagacja, propagation, dns propagation, "
    "dns and propagation",
    "visible": "widoczne, widoczny, visible",
    "passwords": "zmiana haseł, zmiana hasła, hasło, passwords, password change",
    "closed": "zakończone, zakończony, zakończono, gotowe, gotowa, gotowy, ukończona, ukończone, zamknięta, zamknięte, "
    "zrobione, koniec, done, closed, finished, completed, complete",
    "held": "wstrzymane, wstrzymany, wstrzymano, zawieszona, zawieszone, zawieszony, on hold, hold, held, paused",
    "cancelled": "anulowane, anulowany, anulowano, rezygnacja, cancelled, canceled",
    "withdrawn": "wycofane, wycofany, wycofano, withdrawn",
}


@dataclass(frozen=True, slots=True)
class Status:
    """What a row's status says: a stage (one of STAGE_IDS), or a side state (one of SIDE_IDS) at a stage unknown."""

    stage: str | None = None
    side: str | None = None


_STATUSES = {
    fold(word): Status(side=id) if id in SIDE_IDS else Status(stage=id)
    for id, synonyms in _STATUS_SYNONYMS.items()
    for word in (STATUS_WRITTEN[id], *synonyms.split(", "))
} | {str(number): Status(stage=id) for number, id in enumerate((*STAGE_IDS[:8], *STAGE_IDS[9:]), start=1)}
_NUMBERED = re.compile(r"[0-9]{1,2} (.+)")


def parse_status(text: str, field: str) -> Status:
    """Return the stage or side state that a cell names in words, by number, or both; raises InputError.

    Where both are there the words count: other houses number otherwise.
    """
    return _one_of(text, field, _STATUSES, ", ".join(STATUS_WRITTEN.values()), _unnumbered)


def _unnumbered(folded: str) -> str:
    found = _NUMBERED.fullmatch(folded)
    return found[1] if found else folded


def parse_addresses(text: str, field: str) -> str:
    """Return IP addresses in their shortest form, one space between; raises InputError with each that is none."""
    return _each(text, field, _address)


def _address(part: str, field: str) -> str:
    try:
        found = ipaddress.ip_address(part)
    except ValueError:
        raise _refused(field, part, Message("error.ip_address")) from None
    # A zone (fe80::1%eth0) means something on one machine only.
    if "%" in part:
        raise _refused(field, part, Message("error.ip_address"))
    return str(found)


def parse_hosts(text: str, field: str) -> str:
    """Return names of servers in ASCII, one space between; raises InputError with each that is none."""
    return _each(text, field, lambda part, field: parse_name(part, field).ascii)


def one_text(text: str, field: str, longest: int = 200) -> str:
    """Return a text on one line; raises InputError where it has more than `longest` letters."""
    return _short(_composed(bounded(text, field, LINE, told=longest)), field, longest)


def notes_text(text: str, field: str, longest: int = NOTES_MAX) -> str:
    """Return a text with its lines kept; raises InputError where it has more than `longest` letters."""
    kept = bounded(text, field, max(CELL, longest), told=longest)
    return _short("\n".join(map(_composed, kept.splitlines())).strip(), field, longest)


def _composed(text: str) -> str:
    # An invisible letter between two blanks leaves both; an export has to read again as itself.
    return composed(" ".join(one_line(text).split()))


def _short(text: str, field: str, longest: int) -> str:
    if len(text) > longest:
        raise _refused(field, text, Message("error.too_long", {"max_length": longest}))
    return text


_T = TypeVar("_T")


def _one_of(
    text: str, field: str, known: dict[str, _T], expected: str, again: Callable[[str], str] | None = None
) -> _T:
    line = _line(text, field)
    folded = fold(line)
    found = known.get(folded)
    if found is None and again:
        found = known.get(again(folded))
    if found is None:
        raise _refused(field, text, Message("error.one_of", {"expected": expected}))
    return found


def _each(text: str, field: str, read: Callable[[str, str], str]) -> str:
    parts = read_each(text, field, lambda part: read(part, field))
    if not parts:
        raise _refused(field, text, Message("error.empty"))
    return " ".join(dict.fromkeys(parts))


def _line(text: str, field: str) -> str:
    line = one_line(bounded(text, field))
    if not line:
        raise _refused(field, text, Message("error.empty"))
    return line


def _refused(field: str, text: str, message: Message) -> InputError:
    return InputError(FieldError(field, one_line(text), message))


# E.164: at most 15 digits; fewer than five are an extension that only its own house can dial.
_TELEPHONE = re.compile(r"\+?\(?[0-9](?:[ ()./\-\u00a0]*[0-9]){4,14}")


def dialled(telephone: str) -> str:
    """Return a telephone number as it is dialled; a blank where the text is not just one number.

    >>> dialled("(22) 123-45-67"), dialled("600 000 001, po 15")
    ('221234567', '')
    """
    text = telephone.strip()
    return re.sub(r"[^+0-9]", "", text) if len(text) <= LINE and _TELEPHONE.fullmatch(text) else ""
