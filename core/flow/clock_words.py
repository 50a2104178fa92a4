"""Why something is to be seen to, in words: what it is, by how much it ran out, how long it still has or has lasted."""

import datetime as dt

from core.ground import moments
from core.ground.clock import WARSAW
from core.ground.messages import Message
from core.migration import relative
from core.migration.clocks import is_day
from core.migration.ranking import AGREED_DAY, READY, SECOND_SYNC, SWITCHING, UNOWNED, Reason
from core.migration.stages import Process
from core.migration.worded import Worded

_HOURS = 48
"""From so many hours on, days are told."""


def what(reason: Reason, process: Process) -> Worded:
    """Return what it is: the agreed day, a deadline, what nobody counts, else the stage; with its hours once past."""
    if reason.kind in ("hosting", "registration"):
        assert reason.at is not None
        return Message(f"today.{reason.kind}", {"until": moments.until(reason.at)})
    if reason.kind in (AGREED_DAY, SECOND_SYNC, UNOWNED, SWITCHING):
        return Message(f"today.{reason.kind}")
    stage = process.by_id[reason.stage]
    if reason.kind == READY:
        return Message("today.ready", {"stage": stage.title})
    clock = stage.clock
    if clock is None or clock.unit != "hours" or reason.state not in ("late", "due"):
        return stage.title
    hours = clock.late if reason.state == "late" and clock.late else clock.usual
    return Message("today.past", {"stage": stage.title, "hours": hours})


def how_long(reason: Reason, now: dt.datetime) -> Message | None:
    """Return by how much it ran out, how long it still has, or has lasted: minutes, hours, from 48 hours on days.

    Of an agreed day that is near, when it is; None where nobody knows. What is late is told by the same days
    as on the board.
    """
    if reason.at is None:
        return None
    if reason.kind == AGREED_DAY and reason.at > now:
        return _day(reason.at, now)
    if reason.state == "late" and (days := relative.days_over(reason.at, now)) is not None:
        return Message("today.days", count=days)
    minutes = abs(now - reason.at) // dt.timedelta(minutes=1)
    hours = minutes // 60
    if hours >= _HOURS:
        span = Message("today.days", count=hours // 24)
    else:
        span = Message("today.hours", {"hours": hours}) if hours else Message("today.minutes", {"minutes": minutes})
    if reason.at > now:
        return Message("today.left", {"time": span})
    return span if reason.state in ("late", "due") else Message("today.lasts", {"time": span})


def _day(at: dt.datetime, now: dt.datetime) -> Message:
    whole = is_day(at)
    # A day without an hour is told by its end.
    wall = (at - dt.timedelta(minutes=1) if whole else at).astimezone(WARSAW)
    today = now.astimezone(WARSAW).date()
    hour = {} if whole else {"hour": f"{wall:%H:%M}"}
    id = "today" if wall.date() == today else "tomorrow" if wall.date() == today + dt.timedelta(days=1) else "next"
    return Message(f"today.on.{id}{'.hour' if hour else ''}", hour | ({"day": wall.date()} if id == "next" else {}))


def moment(reason: Reason, now: dt.datetime) -> Message | None:
    """Return since when that is so, or until when it is expected; what ends at midnight, until the day before."""
    if reason.at is None:
        return None
    if reason.at > now:
        return Message("today.until", {"until": moments.until(reason.at)})
    return Message("today.since", {"since": moments.moment(reason.at)})
