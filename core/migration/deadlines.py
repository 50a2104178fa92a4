"""The deadlines of others: the old hosting is paid until a day, a domain registered until one. Pure functions of days.

A move that would be done only afterwards is a danger: the old host may switch the site off, the registry the domain.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from core.ground.clock import WARSAW
from core.migration.clocks import end_of_day
from core.migration.migration import Domain, Migration
from core.migration.stages import DONE, Process

Kind = Literal["hosting", "registration"]


@dataclass(frozen=True, slots=True)
class Passed:
    """A deadline that the agreed day plus the bound of the DNS passes, or today does where no day is agreed.

    `until`: its last day; `done_by`: when the last cache may still hold the old answer, UTC; `domains`: whose it is.
    `over`: the day itself has passed.
    """

    kind: Kind
    until: dt.date
    done_by: dt.datetime
    domains: tuple[Domain, ...]
    over: bool


def passed(m: Migration, process: Process, now: dt.datetime) -> list[Passed]:
    """Return the deadlines of an open migration that its move passes, the earliest first.

    A domain that is visible needs the old hosting no longer; its registration is warned of as long as it is open.
    """
    if not m.open:
        return []
    done_by = max(m.planned_at or now, now) + dt.timedelta(hours=process.lead_time.dns_hours)
    moving = tuple(d for d in m.active if d.step != DONE)
    found = _of("hosting", m.old_hosting_until, moving, done_by, now)
    for day in sorted({d.registered_until for d in m.active if d.registered_until is not None}):
        found += _of("registration", day, (d for d in m.active if d.registered_until == day), done_by, now)
    return sorted(found, key=lambda one: one.until)


def _of(
    kind: Kind, until: dt.date | None, domains: Iterable[Domain], done_by: dt.datetime, now: dt.datetime
) -> list[Passed]:
    whose = tuple(domains)
    if until is None or not whose or done_by <= end_of_day(until):
        return []
    return [Passed(kind, until, done_by, whose, now.astimezone(WARSAW).date() > until)]
