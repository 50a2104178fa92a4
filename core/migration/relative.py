"""When something is due, as people say it who look at a clock: in 3 h, tomorrow at 10, two days late."""

import datetime as dt

from core.ground.clock import WARSAW
from core.ground.messages import Message, ShortDay
from core.ground.moments import until
from core.migration.clocks import Running, is_day
from core.migration.event import moment
from core.migration.migration import Migration

_SOON = dt.timedelta(hours=6)
"""Tomorrow is told in hours where it is as near as this."""

_HOUR = dt.timedelta(hours=1)


def due(clock: Running, m: Migration, now: dt.datetime) -> Message:
    """Return how a clock of a migration stands, from now: before it is late when it will be, else for how long.

    An expectation, no guarantee; `worded.clock` says the moment itself.
    """
    if clock.state == "paused" and m.hold is not None:
        return held(m, now)
    at = clock.usual if clock.state == "running" else clock.late
    if at is None:
        return Message("clock.unknown")
    return _over(at, now) if clock.state == "late" else _ahead(at, now, whole=clock.agreed)


def held(m: Migration, now: dt.datetime) -> Message:
    """Return for how long a migration has been on hold; that it is where nobody knows since when."""
    since = moment(m.hold["since"]) if m.hold else None
    if since is None:
        return Message("due.held")
    days = (_day(now) - _day(since)).days
    return Message("due.held_days", count=days) if days > 0 else Message("due.held_today")


def days_over(at: dt.datetime, now: dt.datetime) -> int | None:
    """Return for how many days what was due at `at` has been late; None where it is told in hours, or is not late."""
    days = (_day(now) - _last_day(at)).days
    return max(days, 1) if now >= at and (is_day(at) or days > 1) else None


def _over(at: dt.datetime, now: dt.datetime) -> Message:
    span, days = now - at, days_over(at, now)
    if days is not None:
        return Message("due.over_days", count=days)
    if span < _HOUR:
        return Message("due.over_minutes", {"minutes": span // dt.timedelta(minutes=1)})
    return Message("due.over_hours", {"hours": span // _HOUR})


def _ahead(at: dt.datetime, now: dt.datetime, whole: bool) -> Message:
    """Return when something will be due; `whole`: with its hour, however far it is."""
    span, day = at - now, _last_day(at)
    days, timed = (day - _day(now)).days, not is_day(at)
    if timed and span < _HOUR:
        return Message("due.in_minutes", {"minutes": max(span // dt.timedelta(minutes=1), 0)})
    if timed and (days == 0 or span < _SOON):
        return Message("due.in_hours", {"hours": span // _HOUR})
    hour = f"{at.astimezone(WARSAW):%H:%M}"
    if days == 1:
        return Message("due.tomorrow_at", {"hour": hour}) if timed else Message("due.tomorrow")
    if days < 1:
        return Message("due.today")
    if timed and whole:
        return Message("due.day_at", {"day": ShortDay(day), "hour": hour})
    return Message("due.day", {"day": ShortDay(day)})


def _day(at: dt.datetime) -> dt.date:
    return at.astimezone(WARSAW).date()


def _last_day(at: dt.datetime) -> dt.date:
    """Return the day on which something is due: what ends at midnight is due on the day before."""
    said = until(at)
    return _day(at) if isinstance(said, Message) else said
