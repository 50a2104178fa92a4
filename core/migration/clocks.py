"""When something is due: pure functions of what happened and of now. Expectations, never guarantees."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from core.ground import workdays
from core.ground.clock import WARSAW
from core.migration.event import moment
from core.migration.migration import Domain, Migration, happened_at
from core.migration.stages import SYNCHRONISED, TEST, Clock, Process, Stage

AGREED = "date"
"""The stage in which, once its date is accepted, the agreed day is waited for."""

State = Literal["unknown", "paused", "running", "eve", "due", "late"]


@dataclass(frozen=True, slots=True)
class Running:
    """The clock of a stage for a migration, or for one of its domains.

    Moments in UTC. `started` is None where nobody knows it, and `usual` and `late` with it: when it was expected, and
    when it is alarming (the same where the process says nothing of it). `agreed`: it runs to the agreed day, in the
    state "eve" once somebody is to be reminded of it. `before`: it runs to the check from which the stage's other one
    does: to the change of the name servers, say.
    """

    stage: str
    domain: str | None
    started: dt.datetime | None
    usual: dt.datetime | None
    late: dt.datetime | None
    state: State
    agreed: bool = False
    before: bool = False


def running(m: Migration, process: Process, now: dt.datetime) -> list[Running]:
    """Return the clocks that run for a migration: one for it, or one for each domain that stands at a timed step."""
    if not m.open:
        return []
    found = []
    for d in m.active:
        stage = process.by_id.get(d.step)
        if stage is None or stage.clock is None or stage.clock.until in d.checks:
            continue
        if stage.clock.from_ in (None, SYNCHRONISED, *d.checks):
            found.append(_clock(m, d, stage, stage.clock, now))
        elif stage.before is not None:
            found.append(_clock(m, d, stage, stage.before, now, before=True))
    stage = process.by_id[m.stage]
    if stage.level == "migration" and stage.clock is not None:
        if stage.clock.until not in m.checks:
            found.append(_clock(m, None, stage, stage.clock, now))
        elif stage.id == AGREED:
            found.append(_agreed(m, stage, now))
    elif stage.level == "domain" and synchronised_at(m) is not None:
        # The duty to change passwords begins with the synchronisation, before its stage is reached.
        duty = process.by_id["passwords"]
        if duty.clock is not None and duty.clock.until not in m.checks:
            found.append(_clock(m, None, duty, duty.clock, now))
    return found


def synchronised_at(m: Migration) -> dt.datetime | None:
    """Return the moment from which every domain was past the synchronisation; None before, or where it is unknown."""
    moments = [d.entered.get(TEST) for d in m.active]
    known = [at for at in moments if at is not None]
    return max(known) if known and len(known) == len(moments) else None


def is_day(at: dt.datetime) -> bool:
    """Whether a moment is known by its day only: it is that day's midnight in Warsaw."""
    return at.astimezone(WARSAW).time() == dt.time()


def end_of_day(day: dt.date) -> dt.datetime:
    """Return the end of a day in Warsaw, UTC."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), WARSAW).astimezone(dt.UTC)


def passes_at(agreed: dt.datetime) -> dt.datetime:
    """Return when an agreed moment has passed, UTC: one that is known by its day only with the end of that day."""
    return end_of_day(agreed.astimezone(WARSAW).date()) if is_day(agreed) else agreed


def _started(m: Migration, d: Domain | None, stage: Stage, clock: Clock) -> dt.datetime | None:
    if clock.from_ == SYNCHRONISED:
        return synchronised_at(m)
    return happened_at(d or m, clock.from_ or stage.id)


def _clock(
    m: Migration, d: Domain | None, stage: Stage, clock: Clock, now: dt.datetime, *, before: bool = False
) -> Running:
    name = d.name if d else None
    started = _started(m, d, stage, clock)
    if clock.on_hold and m.hold is not None:
        return Running(stage.id, name, started, None, None, "paused", before=before)
    if started is None:
        return Running(stage.id, name, None, None, None, "unknown", before=before)
    holds = _holds(m) if clock.on_hold else []
    usual = due(started, clock.unit, clock.usual, holds)
    late = due(started, clock.unit, clock.late, holds) if clock.late else usual
    return Running(stage.id, name, started, usual, late, _state(usual, late, now), before=before)


def _agreed(m: Migration, stage: Stage, now: dt.datetime) -> Running:
    at = m.planned_at
    if m.hold is not None or at is None:
        return Running(stage.id, None, None, None, None, "paused" if m.hold else "unknown", agreed=True)
    day = at.astimezone(WARSAW).date()
    until = passes_at(at)
    state = _state(until, until, now)
    if (
        state == "running"
        and stage.eve
        and now.astimezone(WARSAW).date() >= workdays.working_days_before(day, stage.eve)
    ):
        state = "eve"
    return Running(stage.id, None, m.entered.get(stage.id), until, until, state, agreed=True)


def _state(usual: dt.datetime, late: dt.datetime, now: dt.datetime) -> State:
    return "late" if now >= late else "due" if now >= usual else "running"


def _holds(m: Migration) -> list[tuple[dt.datetime, dt.datetime]]:
    return [(a, b) for start, end in m.held if (a := moment(start)) and (b := moment(end))]


def due(
    started: dt.datetime,
    unit: Literal["working_days", "days", "hours"],
    count: int,
    holds: list[tuple[dt.datetime, dt.datetime]],
) -> dt.datetime:
    """Return when a clock of `count` units runs out, time on hold left out.

    Working days end with their day in Warsaw, and one on which work was on hold does not count. Days keep the hour on
    the wall. A start known by its day only counts from the end of that day for hours, by whole days for days.
    """
    # Python adds hours by the clock on the wall, unless they are UTC.
    started = started.astimezone(dt.UTC)
    if unit == "working_days":
        day = started.astimezone(WARSAW).date()
        while count:
            day = workdays.working_days_later(day, 1)
            count -= not any(a.astimezone(WARSAW).date() <= day < b.astimezone(WARSAW).date() for a, b in holds)
        return end_of_day(day)
    local = started.astimezone(WARSAW)
    if unit == "days":
        end = (local + dt.timedelta(days=count)).astimezone(dt.UTC)
        end = end_of_day(local.date() + dt.timedelta(days=count)) if is_day(started) else end
    else:
        begun = passes_at(started)
        end = begun + dt.timedelta(hours=count)
    for a, b in sorted(holds):
        if b > started and a < end:
            end += b - max(a, started)
    return end
