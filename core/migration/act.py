"""An act: who does something, by which process and when; and where a migration does not let anybody."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from core.ground.clock import WARSAW
from core.migration.event import Event, Kind
from core.migration.migration import Domain, Migration
from core.migration.people import WATCH, Person, require
from core.migration.refusal import refusal
from core.migration.stages import SEEN_BY_WATCH, Process

_OF_WATCH = frozenset(("checked", item) for item in SEEN_BY_WATCH)
"""All that the watch ever does: it ticks what it has seen. The word of the client is none of it."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, by which process, and now; `at`: when it really happened, where that was earlier."""

    process: Process
    person: Person
    now: dt.datetime
    at: dt.datetime | None = None

    def event(self, kind: Kind, **values: Any) -> Event:
        """Return an event of this act; raises InputError where it would lie in the future, or is not the watch's."""
        if self.person == WATCH and kind != "waits" and (kind, values.get("item")) not in _OF_WATCH:
            raise refusal("actor", WATCH.name, "error.watch_only_sees")
        at = self.at or self.now
        if at > self.now:
            raise refusal("date", at.astimezone(WARSAW).date(), "error.future")
        now, at = self.now.astimezone(dt.UTC), at.astimezone(dt.UTC)
        return Event(kind, actor=self.person.id, recorded_at=now, occurred_at=at, **values)


def may_move(m: Migration, act: Act) -> None:
    """Raise InputError where somebody may not move a migration on, or nobody can as it stands."""
    require(act.person, "work")
    if m.cancelled is not None:
        raise refusal("stage", m.stage, "error.cancelled")
    if m.stage == "closed":
        raise refusal("stage", m.stage, "error.closed")
    if m.hold is not None:
        raise refusal("stage", m.stage, "error.on_hold")


def may_correct(m: Migration, act: Act) -> None:
    """Raise InputError where somebody may not put right what was done of a migration, or nobody can."""
    require(act.person, "work")
    if m.cancelled is not None:
        raise refusal("stage", m.stage, "error.cancelled")


def active_domain(m: Migration, name: str) -> Domain:
    """Return a domain that is being moved; raises InputError where there is none of that name."""
    d = m.domains.get(name)
    if d is None or d.withdrawn:
        raise refusal("domain", name, "error.one_of", expected=", ".join(d.display for d in m.active))
    return d
