"""The lease: which one process of the desk looks, until when, and the number by which it is known.

    mine = take(engine, holder, now)           # None while another has it
    mine = renew(engine, mine, now)            # None once another has it
    with writing(engine) as connection:
        if holds(connection, mine, now): ...   # asked in the transaction that writes: nobody takes it meanwhile

Whoever was stopped for long (a laptop that slept) may not know yet that another has the lease: `holds` knows it by the
fence, a number that every holder gets anew. The time is the server's on PostgreSQL, where clocks of machines differ; on
SQLite, where all are on one machine, the caller's.
"""

import datetime as dt
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from core.database.tables import watch_lease as table
from core.database.transactions import writing

SECONDS = 20.0
"""For how long a lease is given, as long as nobody says otherwise."""

_LONGEST = dt.timedelta(minutes=2)
"""None is given for longer: what is over later than that was told so by a clock that has since been put back."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who looks, by which number, and until when (UTC) as long as it is not renewed."""

    holder: str
    fence: int
    until: dt.datetime


def take(engine: sa.Engine, holder: str, now: dt.datetime, seconds: float = SECONDS) -> Lease | None:
    """Return the lease, taken where nobody has it or its time is over; None while somebody has it, `holder` too.

    `now`: UTC. `holder`: a name that no other process has, as long as a line.
    """
    length = dt.timedelta(seconds=seconds)
    with writing(engine) as connection:
        there = connection.execute(sa.select(table).with_for_update()).first()
        at = _time(connection, now)
        if there is None:
            return Lease(holder, 1, at + length) if _begin(connection, holder, at + length) else None
        if at < there.until <= at + max(_LONGEST, length):
            return None
        taken = Lease(holder, there.fence + 1, at + length)
        connection.execute(sa.update(table).values(holder=holder, until=taken.until, fence=taken.fence))
        return taken


def renew(engine: sa.Engine, lease: Lease, now: dt.datetime, seconds: float = SECONDS) -> Lease | None:
    """Return the lease with its time counted anew; None where another has taken it, or it was given back."""
    with writing(engine) as connection:
        if connection.execute(sa.select(table.c.id).where(_is(lease)).with_for_update()).first() is None:
            return None
        until = _time(connection, now) + dt.timedelta(seconds=seconds)
        connection.execute(sa.update(table).where(_is(lease)).values(until=until))
        return replace(lease, until=until)


def give_back(engine: sa.Engine, lease: Lease, now: dt.datetime) -> None:
    """Let the next one take the lease at once, where it is still this one."""
    with writing(engine) as connection:
        # Nobody's: a look of this one that is still under way writes nothing any more.
        given_back = {"holder": "", "until": _time(connection, now), "fence": lease.fence + 1}
        connection.execute(sa.update(table).where(_is(lease)).values(given_back))


def holds(connection: sa.Connection, lease: Lease, now: dt.datetime) -> bool:
    """Tell whether a lease is still in force, and see to it that it stays so until the transaction ends."""
    until = connection.execute(sa.select(table.c.until).where(_is(lease)).with_for_update(read=True)).scalar()
    return until is not None and _time(connection, now) < until


def _is(lease: Lease) -> sa.ColumnElement[bool]:
    return (table.c.fence == lease.fence) & (table.c.holder == lease.holder)


def _begin(connection: sa.Connection, holder: str, until: dt.datetime) -> bool:
    """Write the first lease of all; return whether nobody else has meanwhile."""
    values = {"id": 1, "holder": holder, "until": until, "fence": 1}
    if connection.dialect.name == "sqlite":
        connection.execute(sa.insert(table).values(values))
        return True
    insert = postgresql.insert(table).values(values).on_conflict_do_nothing().returning(table.c.id)
    return connection.execute(insert).first() is not None


def _time(connection: sa.Connection, now: dt.datetime) -> dt.datetime:
    """Return what time it is for a lease: later than whatever was waited for in the transaction."""
    if connection.dialect.name == "sqlite":
        return now
    found: dt.datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return found.astimezone(dt.UTC)
