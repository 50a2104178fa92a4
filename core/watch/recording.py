"""What a look has seen is written: the watch, its round, its migration's ticks and what people are told, or nothing.

All in one transaction, in which the lease is asked and the watch is still the one that was looked at. Whoever was
slower, or has lost the lease, writes nothing: the watch is still due, and is looked at again.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

import sqlalchemy as sa

from core.database import portions
from core.database.tables import migration, watch_round
from core.database.tables import watch as table
from core.database.transactions import writing
from core.migration.act import Act
from core.migration.event import iso
from core.migration.people import WATCH
from core.migration.stages import Process
from core.notices.recipients import TEAM
from core.store.changing import write_decided
from core.store.locks import among_others
from core.store.rows import load
from core.watch import rows, sight
from core.watch.facts import About, about
from core.watch.lease import Lease, holds
from core.watch.plan import Plan, Quiet, To
from core.watch.sight import Sight
from core.watch.ticks import ticks
from core.watch.transitions import Transition, changed, is_told
from core.watch.watch import Watch

Outcome = Literal["written", "late", "lost"]
"""`late`: the watch is another one since it was looked at; `lost`: the lease is another's, or over."""


class Look(Protocol):
    """What a look brings (`core.watch.looking`): what it saw, None where nobody answered; and all that was heard."""

    @property
    def sight(self) -> Sight | None:
        """What the round said, in short."""

    @property
    def packed(self) -> bytes | None:
        """What was heard in all that still counts, as it is kept; None: as before."""

    @property
    def same(self) -> bool:
        """Whether the round repeats the one before."""


class Notify(Protocol):
    """Writes what people are told into the outbox, in the transaction that is given (`core.notices.outbox.write`)."""

    def __call__(
        self,
        connection: sa.Connection,
        watch_id: int,
        transition_key: str,
        told: Mapping[str, Any],
        recipients: Sequence[str],
        urgent: bool,
        now: dt.datetime,
        quiet: Quiet,
    ) -> object:
        """Write a notice to each recipient, once, whoever asks how often."""


class Desk(NamedTuple):
    """What recording needs beside a watch; `ticking`: whether what was seen is ticked in migrations."""

    engine: sa.Engine
    process: Process
    notify: Notify
    ticking: bool = True


class Nothing(NamedTuple):
    """A look to which nobody answered, or which broke."""

    sight: None = None
    packed: None = None
    same: bool = False


NOTHING = Nothing()


@dataclass(frozen=True, slots=True)
class Recorded:
    """What has become of a look: the watch as it stands then, and what has come true."""

    outcome: Outcome
    watch: Watch
    transitions: tuple[Transition, ...] = ()


def record(
    desk: Desk, lease: Lease | None, watch: Watch, looked: Look, plan: Plan, now: dt.datetime, draw: float = 0.5
) -> Recorded:
    """Write a look at a watch, everything that follows from it or nothing, and say which.

    `lease`: None where another lock says who looks. `watch`: as it was read before the look; `now`: when that ended;
    `draw`: as in `core.watch.phases.next_look`.
    """
    with writing(desk.engine) as connection:
        if watch.migration_id is not None:
            among_others(connection)
        if lease is not None and not holds(connection, lease, now):
            return Recorded("lost", watch)
        # Watches before migrations, as `following` locks them.
        this = (table.c.id == watch.id) & (table.c.version == watch.version) & table.c.ended_at.is_(None)
        # After a restore the same numbers may be another's.
        this &= (table.c.name == watch.name) & (table.c.begun_at == watch.begun_at)
        if connection.execute(sa.select(table.c.id).where(this).with_for_update()).first() is None:
            return Recorded("late", watch)
        of = about(connection, watch, now)
        after, transitions = changed(watch, looked.sight, plan, now, of.facts, draw)
        if not rows.replace(connection, rows.Stored(after, looked.packed)):
            return Recorded("late", watch)
        if transitions or (looked.sight is not None and not looked.same):
            _keep_round(connection, after, transitions, now)
        for transition in transitions:
            if transition.kind in plan.notices and is_told(watch, transition):
                _tell(connection, desk, after, transition, of, plan, now)
        if desk.ticking and looked.sight is not None:
            _tick(connection, desk, after, transitions, looked.sight, now)
    return Recorded("written", after, transitions)


def _keep_round(connection: sa.Connection, watch: Watch, transitions: Iterable[Transition], now: dt.datetime) -> None:
    seen = watch.sight or Sight(now, "unknown")
    values = {
        "watch_id": watch.id,
        "at": now,
        "phase": watch.phase,
        "sight": sight.to_json(seen),
        "transitions": [said(one) for one in transitions],
    }
    connection.execute(sa.insert(watch_round).values(values))


def said(transition: Transition) -> dict[str, Any]:
    """Return a transition as plain JSON."""
    return {
        "kind": transition.kind,
        "which": transition.which,
        "at": iso(transition.at),
        "since": iso(transition.since),
        "gap": iso(transition.gap),
        "details": dict(transition.details),
    }


def _tell(
    connection: sa.Connection, desk: Desk, watch: Watch, one: Transition, of: About, plan: Plan, now: dt.datetime
) -> None:
    to = plan.notices[one.kind]
    told = {**said(one), "name": watch.display, "ref": of.ref}
    desk.notify(connection, watch.id, one.key, told, recipients(to.to, of.people), to.urgent, now, plan.quiet)


def recipients(to: Iterable[To], people: Mapping[To, str]) -> tuple[str, ...]:
    """Return who is told, each once; where there is none of those who should be, the team is.

    >>> recipients(["owner", "deputy"], {"owner": "anna", "deputy": "anna"}), recipients(["owner"], {"owner": ""})
    (('anna',), ('team',))
    """
    found = (TEAM if role == "team" else people.get(role, "") for role in to)
    return tuple(dict.fromkeys(filter(None, found))) or (TEAM,)


def _tick(
    connection: sa.Connection,
    desk: Desk,
    watch: Watch,
    transitions: Sequence[Transition],
    seen: Sight,
    now: dt.datetime,
) -> None:
    if watch.migration_id is None or not any(one.kind in ("published", "propagated") for one in transitions):
        return
    locked = sa.select(migration.c.id).where(migration.c.id == watch.migration_id).with_for_update()
    if connection.execute(locked).first() is None:
        return
    (before,) = load(connection, [watch.migration_id])
    act = Act(desk.process, WATCH, now)
    write_decided(connection, before, lambda m: ticks(m, watch.name, transitions, seen, act))


def thin(engine: sa.Engine, plan: Plan, now: dt.datetime) -> int:
    """Forget the rounds, and what was heard, of watches that ended long ago (`keep_days`); return of how many."""
    before = now - dt.timedelta(days=plan.limits.keep_days)
    kept = table.c.heard.is_not(None) | sa.exists().where(watch_round.c.watch_id == table.c.id)
    with writing(engine) as connection:
        old = connection.execute(sa.select(table.c.id).where(table.c.ended_at < before, kept)).scalars().all()
        for some in portions.of(old):
            connection.execute(sa.delete(watch_round).where(watch_round.c.watch_id.in_(some)))
            connection.execute(sa.update(table).where(table.c.id.in_(some)).values(heard=None))
    return len(old)
