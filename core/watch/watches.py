"""Watches as pages ask for them: which there are, what their rounds said, who was told, and who looks now."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from core.database import epoch as epochs
from core.database.tables import notice, watch, watch_lease, watch_round
from core.database.transactions import reading
from core.notices import outbox
from core.notices.notice import Notice
from core.watch import rows, sight
from core.watch.sight import Sight
from core.watch.watch import Watch

MOST_ROUNDS = 500
"""Rounds of a watch that are read, the newest: those that said something else than the one before."""
MOST_NOTICES = 200

_TOGETHER = 500
"""Watches that are read by their ids; of more, all are."""

_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


class Found(NamedTuple):
    """Watches, those that are due first; `broken`: names of rows that cannot be read."""

    watches: Sequence[Watch]
    broken: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A round that said something else than the one before; `transitions`: as they were written, plain JSON."""

    watch_id: int
    at: dt.datetime
    phase: str
    sight: Sight
    transitions: Sequence[Mapping[str, Any]]


class Holder(NamedTuple):
    """Whoever looks: one process and until when that holds (UTC), or several, whose jobs say who looks at what."""

    name: str
    until: dt.datetime | None
    workers: int = 0


_WORKERS_ALIVE = sa.text(
    "SELECT count(*) FROM jobs.procrastinate_workers WHERE last_heartbeat > clock_timestamp() - interval '30 seconds'"
)
_WORKERS_THERE = sa.text("SELECT to_regclass('jobs.procrastinate_workers')")


class Watches:
    """The watches in a database, to be looked at."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def mark(self) -> tuple[object, ...]:
        """Return what is another after every change that people see: cheap enough to ask every other second.

        A look that found all as it was is none: of ten thousand watches one ends every few seconds.
        """
        of_watches = sa.select(
            sa.func.count(),
            sa.func.count(watch.c.ended_at),
            sa.func.count(watch.c.blind_since),
            sa.func.count(watch.c.acknowledged),
            sa.func.count(watch.c.looked_at),
        )
        of_notices = sa.select(sa.func.max(notice.c.id), sa.func.count(notice.c.sent_at), sa.func.sum(notice.c.tries))
        with reading(self.engine) as connection:
            counts = connection.execute(of_watches).one()
            last = connection.execute(sa.select(sa.func.max(watch_round.c.id))).scalar()
            told = connection.execute(of_notices).one()
            holder = connection.execute(sa.select(watch_lease.c.holder, watch_lease.c.fence)).first()
            return (*counts, last, *told, *(holder or ()), epochs.read(connection).name)

    def all(self, known: Iterable[Watch] = ()) -> Found:
        """Return all watches, those that are due first, ended ones last.

        `known`: those that were read before; of ten thousand only those are read anew that are others since.
        """
        before = {(one.id, one.version, one.next_at): one for one in known}
        order = (watch.c.next_at.is_(sa.null()), watch.c.next_at, watch.c.id)
        query = sa.select(watch.c.id, watch.c.version, watch.c.next_at).order_by(*order)
        with reading(self.engine) as connection:
            there = [tuple(row) for row in connection.execute(query)]
        new = [key[0] for key in there if key not in before]
        if len(new) > _TOGETHER:
            return self._load()
        read = self._load(watch.c.id.in_(new)) if new else Found(())
        found = before | {(one.id, one.version, one.next_at): one for one in read.watches}
        return Found([found[key] for key in there if key in found], read.broken)

    def one(self, id: int) -> Watch | None:
        """Return a watch; None where there is none, or it cannot be read."""
        return next(iter(self._load(watch.c.id == id).watches), None)

    def of_migration(self, migration_id: int) -> list[Watch]:
        """Return the watches of a migration's domains, those that go on first."""
        return list(self._load(watch.c.migration_id == migration_id).watches)

    def open_of_name(self, name: str) -> Watch | None:
        """Return the watch of a name (ASCII) that goes on, that of a migration first; None where there is none."""
        found = self._load(watch.c.name == name, watch.c.ended_at.is_(None)).watches
        return min(found, key=lambda one: (one.migration_id is None, one.id), default=None)

    def rounds(self, id: int) -> list[Seen]:
        """Return the rounds of a watch that said something else than the one before, the oldest first."""
        return self.rounds_of([id]).get(id, [])

    def rounds_of(self, ids: Collection[int]) -> dict[int, list[Seen]]:
        """Return the rounds of several watches by their ids, each the oldest first; of each the newest only."""
        newest = sa.func.row_number().over(partition_by=watch_round.c.watch_id, order_by=watch_round.c.id.desc())
        numbered = sa.select(watch_round, newest.label("nth")).where(watch_round.c.watch_id.in_(ids)).subquery()
        query = sa.select(numbered).where(numbered.c.nth <= MOST_ROUNDS).order_by(numbered.c.at, numbered.c.id)
        found: dict[int, list[Seen]] = {}
        with reading(self.engine) as connection:
            for row in connection.execute(query):
                if (seen := _seen(row)) is not None:
                    found.setdefault(seen.watch_id, []).append(seen)
        return found

    def notices(self, id: int | None = None) -> list[Notice]:
        """Return what people were or are to be told of a watch (None: of all), the newest first."""
        which = () if id is None else (notice.c.watch_id == id,)
        with reading(self.engine) as connection:
            return outbox.load(connection, *which, most=MOST_NOTICES)

    def last_notices(self, ids: Collection[int]) -> dict[int, list[Notice]]:
        """Return by watch what was told last, one notice a recipient."""
        last = sa.select(sa.func.max(notice.c.id)).where(notice.c.watch_id.in_(ids)).group_by(notice.c.watch_id)
        one = notice.alias()
        alike = sa.exists().where(
            one.c.id.in_(last), one.c.watch_id == notice.c.watch_id, one.c.transition == notice.c.transition
        )
        found: dict[int, list[Notice]] = {}
        with reading(self.engine) as connection:
            for told in outbox.load(connection, notice.c.watch_id.in_(ids), alike):
                found.setdefault(told.watch_id, []).append(told)
        return found

    def heard(self, id: int) -> bytes | None:
        """Return what was heard of a watch, as `core.watch.heard_text` packs it; None before its first round."""
        with reading(self.engine) as connection:
            return rows.load_heard(connection, id)

    def who_looks(self, now: dt.datetime) -> Holder | None:
        """Return who looks; None where nobody does, or whoever did has not said so for as long as that holds.

        As a lease does it asks PostgreSQL what time it is, and takes `now` (UTC) on SQLite.
        """
        with reading(self.engine) as connection:
            row = connection.execute(sa.select(watch_lease.c.holder, watch_lease.c.until)).first()
            several = connection.dialect.name == "postgresql"
            at = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one() if several else now
            if row is not None and row.holder and row.until > at:
                return Holder(row.holder, row.until)
            if several and connection.execute(_WORKERS_THERE).scalar() is not None:
                workers = connection.execute(_WORKERS_ALIVE).scalar_one()
                return Holder("", None, workers) if workers else None
            return None

    def _load(self, *which: sa.ColumnElement[bool]) -> Found:
        with reading(self.engine) as connection:
            try:
                return Found(rows.load(connection, *which))
            except _UNREADABLE:
                return _one_by_one(connection, which)


def _one_by_one(connection: sa.Connection, which: Sequence[sa.ColumnElement[bool]]) -> Found:
    """Return the watches that can be read: one that cannot hides no other."""
    ids = sa.select(watch.c.id, watch.c.display).where(*which)
    found: list[Watch] = []
    broken: list[str] = []
    for id, display in connection.execute(ids.order_by(watch.c.next_at.is_(sa.null()), watch.c.next_at, watch.c.id)):
        try:
            found += rows.load(connection, watch.c.id == id)
        except _UNREADABLE:
            broken.append(display)
    return Found(found, broken)


def _seen(row: Any) -> Seen | None:
    """Return the round of a row; None for one that cannot be read."""
    try:
        brought = [dict(one) for one in row.transitions]
        return Seen(row.watch_id, row.at, row.phase, sight.from_json(row.sight), brought)
    except _UNREADABLE:
        return None
