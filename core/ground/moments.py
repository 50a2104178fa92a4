"""Moments as people write and say them: how exactly one is known, and how it is shown."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from core.ground.clock import WARSAW
from core.ground.messages import Message

FIRST_YEAR, LAST_YEAR = 1990, 2100

Unit = Literal["day", "minute", "second"]


@dataclass(frozen=True, slots=True)
class When:
    """A moment (UTC) and how exactly it was written; a day alone is its midnight in Europe/Warsaw."""

    at: dt.datetime
    unit: Unit


def midnight(day: dt.date) -> dt.datetime:
    """Return the moment at which a day begins in Europe/Warsaw, UTC."""
    return dt.datetime.combine(day, dt.time(), WARSAW).astimezone(dt.UTC)


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


def moment(at: dt.datetime) -> dt.date | Message:
    """Return a moment as people say it: the day in Warsaw, with the hour unless it is known by its day only."""
    wall = at.astimezone(WARSAW)
    if wall.time() == dt.time():
        return wall.date()
    return Message("moment.hour", {"day": wall.date(), "hour": f"{wall:%H:%M}"})


def until(at: dt.datetime) -> dt.date | Message:
    """Return the end of a span as people say it: what ends at midnight lasts until the day before."""
    wall = at.astimezone(WARSAW)
    return wall.date() - dt.timedelta(days=1) if wall.time() == dt.time() else moment(at)
