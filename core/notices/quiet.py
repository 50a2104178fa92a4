"""When somebody may be told: at once what is urgent, after the quiet hours what is not. By the clock in Warsaw."""

import datetime as dt
from typing import Protocol

from core.ground.clock import WARSAW

_DAY = dt.timedelta(days=1)
_MINUTE = dt.timedelta(minutes=1)


class Hours(Protocol):
    """When it is quiet; the same hour twice: never."""

    @property
    def begins(self) -> dt.time:
        """From when on people are left alone."""

    @property
    def ends(self) -> dt.time:
        """When what has waited is told."""


def due_at(now: dt.datetime, urgent: bool, begins: dt.time, ends: dt.time) -> dt.datetime:
    """Return when what is to be told `now` may be told: now, or when the quiet hours that it is in are over (UTC)."""
    if urgent or begins == ends:
        return now
    today = now.astimezone(WARSAW).date()
    for day in (today - _DAY, today):
        over = first(day + _DAY if ends < begins else day, ends)
        if first(day, begins) <= now < over:
            return over
    return now


def first(day: dt.date, time: dt.time) -> dt.datetime:
    """Return when the clock in Warsaw first shows a time of a day, or a later one where it leaps over it (UTC).

    >>> first(dt.date(2026, 3, 29), dt.time(2, 30)), first(dt.date(2026, 10, 25), dt.time(2, 30))
    (datetime.datetime(2026, 3, 29, 1, 0, tzinfo=datetime.timezone.utc), \
datetime.datetime(2026, 10, 25, 0, 30, tzinfo=datetime.timezone.utc))
    """
    wall = dt.datetime.combine(day, time)
    # Where there is no such time, the one with the offset from after the leap lies before it.
    at = min(wall.replace(tzinfo=WARSAW, fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    while at.astimezone(WARSAW).replace(tzinfo=None) < wall:
        at += _MINUTE
    return at
