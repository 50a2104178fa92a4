"""Watches as rows of the database, and back."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import sqlalchemy as sa

from core.database.tables import watch as table
from core.watch import sight
from core.watch.plan import Plan
from core.watch.watch import Watch

_COLUMNS = [column for column in table.columns if column.name != "heard"]
"""All but what is large, which only whoever looks reads."""


def load(connection: sa.Connection, *which: sa.ColumnElement[bool], most: int | None = None) -> list[Watch]:
    """Return the watches for which all of `which` holds, those that are due first, ended ones last."""
    query = sa.select(*_COLUMNS).where(*which).order_by(table.c.next_at.is_(sa.null()), table.c.next_at, table.c.id)
    return [watch_of(row) for row in connection.execute(query if most is None else query.limit(most))]


UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What reading a row raises that a newer desk has written, or that is half broken."""


def load_readable(connection: sa.Connection, ids: Sequence[int]) -> list[Watch]:
    """Return those watches of some ids that can be read, in the order of the ids: one that cannot stops no other."""
    try:
        found = load(connection, table.c.id.in_(ids))
    except UNREADABLE:
        found = []
        for id in ids:
            with suppress(*UNREADABLE):
                found += load(connection, table.c.id == id)
    return sorted(found, key=lambda watch: ids.index(watch.id))


def urgency(plan: Plan) -> sa.ColumnElement[int]:
    """Return by what phases that look often come before those that look seldom, the highest first.

    After a long pause many are due: a move under way does not wait for them all.
    """
    return sa.case({name: -round(pace.minutes) for name, pace in plan.phases.items()}, value=table.c.phase, else_=0)


def load_heard(connection: sa.Connection, id: int) -> bytes | None:
    """Return what was heard of a watch, as `core.watch.heard_text` packs it; None before its first round."""
    found: bytes | None = connection.execute(sa.select(table.c.heard).where(table.c.id == id)).scalar()
    return found


def watch_of(row: Any) -> Watch:
    """Return the watch of a row."""
    values = {column.name: getattr(row, column.name) for column in _COLUMNS}
    values["sight"] = None if values["sight"] is None else sight.from_json(values["sight"])
    return Watch(**values)


def values_of(watch: Watch) -> dict[str, Any]:
    """Return what stands in the columns of a watch, but its id, its version and what was heard."""
    values = {column.name: getattr(watch, column.name) for column in _COLUMNS if column.name not in ("id", "version")}
    values["sight"] = None if watch.sight is None else sight.to_json(watch.sight)
    values["form"], values["marks"] = dict(watch.form), dict(watch.marks or {})
    return values


class Stored(NamedTuple):
    """What a look leaves in a watch; `heard` None: as before."""

    watch: Watch
    heard: bytes | None = None


def replace(connection: sa.Connection, stored: Stored) -> bool:
    """Write a watch over the version of it that was read; return whether that was still the present one."""
    now = stored.watch
    values = values_of(now) | {"version": now.version + 1}
    if stored.heard is not None:
        values["heard"] = stored.heard
    this = (table.c.id == now.id) & (table.c.version == now.version)
    return connection.execute(sa.update(table).where(this).values(values)).rowcount == 1


def add(connection: sa.Connection, new: Iterable[Watch]) -> list[int]:
    """Write new watches (whose ids do not count yet); return their ids."""
    rows = [values_of(one) | {"version": 0} for one in new]
    if not rows:
        return []
    insert = sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.execute(insert, rows).scalars())
