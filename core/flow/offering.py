"""Which days can be offered: the capacity of each against what is agreed for it so far."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from core.flow.capacity import Capacity
from core.flow.history import STARTED
from core.ground import workdays
from core.ground.clock import WARSAW
from core.migration.agreed import Agreed, days
from core.migration.migration import Migration
from core.migration.stages import Process, position
from core.pricing.lead_time import schedule

AHEAD = 10
"""Working days that are looked at."""

OFFERED = 10
"""Days that are offered at most."""
_FURTHEST = 60
"""Working days within which they lie."""


@dataclass(frozen=True, slots=True)
class Load:
    """A day: the units it has, those taken, and the open migrations agreed or proposed for it, those on hold too."""

    day: dt.date
    units: int
    taken: int
    agreed: tuple[Agreed, ...]

    def fits(self, units: int) -> bool:
        """Whether there is room for so many units more."""
        return self.taken + units <= self.units


def loads(
    migrations: Iterable[Migration], capacity: Capacity, now: dt.datetime, working_days: int = AHEAD
) -> list[Load]:
    """Return the next working days, today among them, and the days off between that have units or are agreed for."""
    by_day: dict[dt.date, list[Agreed]] = {}
    for agreed in days(migrations, now):
        by_day.setdefault(agreed.day, []).append(agreed)
    today = now.astimezone(WARSAW).date()
    last = today if workdays.is_working_day(today) else workdays.working_days_later(today, 1)
    last = workdays.working_days_later(last, working_days - 1)
    found = []
    for day in (today + dt.timedelta(days=n) for n in range((last - today).days + 1)):
        here = tuple(by_day.get(day, ()))
        if workdays.is_working_day(day) or here or capacity.on(day):
            taken = sum(capacity.units(len(agreed.migration.active)) for agreed in here)
            found.append(Load(day, capacity.on(day), taken, here))
    return found


def earliest(m: Migration | None, process: Process, today: dt.date) -> dt.date:
    """Return the first day that a migration, or a new one (None), can be agreed for: after today and its analysis.

    An analysis that has not begun is taken to begin today.
    """
    at = m.entered.get(STARTED) if m else None
    if m is not None and position(m.stage) > position(STARTED):
        return workdays.working_days_later(today, 1)
    begun = at.astimezone(WARSAW).date() if at is not None else today
    expected = schedule(begun, None, process.lead_time).agreed
    return max(expected, workdays.working_days_later(today, 1))


def offers(
    migrations: Iterable[Migration],
    capacity: Capacity,
    process: Process,
    now: dt.datetime,
    *,
    domains: int = 1,
    units: int = 0,
    m: Migration | None = None,
) -> list[Load]:
    """Return the first days on which a migration of so many domains fits, OFFERED of them or fewer.

    `units`: what several together take, in place of `domains`. `m`: it is this one, whose own day does not stand in its
    way; None: a new one.
    """
    others = [other for other in migrations if m is None or other.ref != m.ref]
    first = earliest(m, process, now.astimezone(WARSAW).date())
    ahead = loads(others, capacity, now, _FURTHEST)
    # What is larger than a usual working day takes a whole one.
    wanted = units or min(capacity.units(domains), capacity.working_day)
    fitting = (load for load in ahead if load.day >= first and wanted and load.fits(wanted))
    return list(islice(fitting, OFFERED))
