"""The agreed days: which migrations are to begin when, by the month, and as entries of another calendar."""

import calendar
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from icalendar import STATUS, Calendar, Event

from core.ground import workdays
from core.ground.clock import WARSAW
from core.ground.messages import Message
from core.ground.moments import FIRST_YEAR, LAST_YEAR
from core.ground.validation import one_line
from core.language import Language
from core.migration import worded
from core.migration.clocks import due, is_day, passes_at
from core.migration.migration import Migration
from core.migration.people import Team
from core.migration.stages import FIRST_OF_DOMAINS, Process, position

ACCEPTED = "accepted"
"""The check that the client accepted the day."""

_NAMED = 3
"""Domains named in an entry; of more, the rest is counted."""
_YEAR = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Agreed:
    """An open migration and its agreed day in Warsaw; `hour` is None where only the day is known.

    `begun`: the moving has begun; `late`: it has not though the time has passed, and nobody put it on hold.
    """

    migration: Migration
    day: dt.date
    hour: dt.time | None
    accepted: bool
    begun: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar, why people do not work on it, and the migrations agreed for it."""

    date: dt.date
    off: Literal["", "weekend", "holiday"]
    agreed: tuple[Agreed, ...]


def days(migrations: Iterable[Migration], now: dt.datetime) -> list[Agreed]:
    """Return the open migrations that have an agreed day, in the order of time; whole days come before hours."""
    found = []
    for m in migrations:
        if m.open and m.planned_at is not None:
            wall, whole = m.planned_at.astimezone(WARSAW), is_day(m.planned_at)
            begun = position(m.stage) >= position(FIRST_OF_DOMAINS)
            late = not begun and m.hold is None and now >= passes_at(m.planned_at)
            found.append(Agreed(m, wall.date(), None if whole else wall.time(), ACCEPTED in m.checks, begun, late))
    return sorted(found, key=lambda agreed: (agreed.migration.planned_at, agreed.migration.ref))


def weeks(agreed: Iterable[Agreed], month: dt.date) -> list[list[Day]]:
    """Return the weeks of the month of a day, Monday to Sunday, with the days around it that fill them up."""
    by_day: dict[dt.date, list[Agreed]] = defaultdict(list)
    for item in agreed:
        by_day[item.day].append(item)
    found = calendar.Calendar().monthdatescalendar(month.year, month.month)
    return [[Day(date, _off(date), tuple(by_day.get(date, ()))) for date in week] for week in found]


def _off(date: dt.date) -> Literal["", "weekend", "holiday"]:
    if workdays.is_working_day(date):
        return ""
    return "weekend" if date.weekday() >= calendar.SATURDAY else "holiday"


def odd(at: dt.datetime | None, now: dt.datetime) -> Message | None:
    """Return what is unusual about a moment to be agreed: it has passed, nobody works then, or it is far off."""
    if at is None:
        return None
    day, today = at.astimezone(WARSAW).date(), now.astimezone(WARSAW).date()
    if day < today:
        return Message("date.past")
    if day > today + _YEAR:
        return Message("date.far")
    return None if workdays.is_working_day(day) else Message("date.off")


_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def month_of(text: str) -> dt.date | None:
    """Return the first day of a month written as 2026-11; None where the text is none of 1990 to 2100."""
    found = _MONTH.fullmatch(text)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return None
    return dt.date(int(found[1]), int(found[2]), 1)


def beside(month: dt.date, by: Literal[-1, 1]) -> dt.date:
    """Return the first day of the month before or after that of a day."""
    first = month.replace(day=1)
    return (first + dt.timedelta(days=31 if by > 0 else -1)).replace(day=1)


# -- for other calendars


def as_ics(
    migrations: Iterable[Migration], process: Process, team: Team, language: Language, now: dt.datetime
) -> bytes:
    """Return the agreed days of open migrations as iCalendar (RFC 5545), an entry each.

    An entry keeps its UID, and its SEQUENCE grows with every event of the migration: taken in again, the file moves
    what it brought before. A day without an hour is a whole day; with one the entry lasts as long as moving usually
    does. It is tentative until the client has accepted.
    """
    book = Calendar()
    book.add("prodid", "-//Przeprowadzka//PL")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", language.text("ics.name"))
    found = days(migrations, now)
    for agreed in found:
        book.add_component(_entry(agreed, process, team, language, now))
    if found:
        # RFC 5545 s. 3.2.19: every TZID needs its VTIMEZONE in the file.
        book.add_missing_timezones(found[0].day - _YEAR, found[-1].day + _YEAR)
    return bytes(book.to_ical())


def _entry(agreed: Agreed, process: Process, team: Team, language: Language, now: dt.datetime) -> Event:
    m = agreed.migration
    clock = process.by_id[FIRST_OF_DOMAINS].clock
    start: dt.date = agreed.day
    end: dt.date | None = agreed.day + dt.timedelta(days=1)
    if agreed.hour is not None:
        assert m.planned_at is not None
        start = _moment(m.planned_at)
        end = _moment(due(m.planned_at, clock.unit, clock.usual, [])) if clock else None
    return Event.new(
        uid=one_line(f"{m.ref}-{m.token}@przeprowadzka"),
        stamp=now.astimezone(dt.UTC),
        sequence=m.seq,
        start=start,
        end=end,
        status=STATUS.CONFIRMED if agreed.accepted else STATUS.TENTATIVE,
        summary=language.text(
            "ics.summary", ref=one_line(m.ref), client=one_line(m.client), domains=_domains(m, language)
        ),
        description=_description(agreed, team, language),
    )


def _moment(at: dt.datetime) -> dt.datetime:
    # RFC 5545 s. 3.3.5: an hour that the clocks show twice is the first of the two; the second is told in UTC.
    wall = at.astimezone(WARSAW)
    return at.astimezone(dt.UTC) if wall.fold else wall


def _domains(m: Migration, language: Language) -> str:
    names = ", ".join(one_line(d.display) for d in m.active[:_NAMED])
    more = len(m.active) - _NAMED
    return language.text("client_message.more", names=names, count=more) if more > 0 else names


def _description(agreed: Agreed, team: Team, language: Language) -> str:
    m = agreed.migration
    said: dict[str, Any] = {
        "contact_name": ", ".join(filter(None, (m.contact_name, m.contact_phone))),
        "owner": team.name(m.owner),
        "deputy": team.name(m.deputy),
        "source_host": m.source_host,
        "target_host": m.target_host,
    }
    lines = [f"{language.field(name)}: {one_line(text)}" for name, text in said.items() if text]
    if not agreed.accepted:
        lines.append(language.text("ics.not_accepted"))
    if m.hold is not None:
        lines.append(language.text(worded.hold(m)))
    return "\n".join(lines)
