"""What is due, in words: which clock it is, and by how much it ran out or how long it still has."""

import datetime as dt

from core.flow.duties import AGREED_DAY, Duty
from core.ground import moments
from core.ground.messages import Message
from core.migration.stages import Process
from core.migration.worded import Worded

_HOURS = 48
"""From so many hours on, days are told."""


def what(duty: Duty, process: Process) -> Worded:
    """Return what ran out or will: the agreed day, else the stage, with its hours where they have passed."""
    if duty.kind == AGREED_DAY:
        return Message("today.agreed")
    stage = process.by_id[duty.kind]
    clock = stage.clock
    if clock is None or clock.unit != "hours" or duty.state == "running":
        return stage.title
    hours = clock.late if duty.state == "late" and clock.late else clock.usual
    return Message("today.past", {"stage": stage.title, "hours": hours})


def how_long(duty: Duty, now: dt.datetime) -> Message:
    """Return by how much a clock ran out, or how long it still has: whole minutes, hours, from 48 hours on days."""
    minutes = abs(now - duty.at) // dt.timedelta(minutes=1)
    hours = minutes // 60
    if hours >= _HOURS:
        return Message("today.days", {"days": hours // 24})
    return Message("today.hours", {"hours": hours}) if hours else Message("today.minutes", {"minutes": minutes})


def moment(duty: Duty) -> Message:
    """Return since when it is overdue, or until when it is expected; what ends at midnight, until the day before."""
    if duty.state == "running":
        return Message("today.until", {"until": moments.until(duty.at)})
    return Message("today.since", {"since": moments.moment(duty.at)})
