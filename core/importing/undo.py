"""Taking the last import back: values as they were, migrations that it created erased, all of it or nothing.

It can be done as long as nothing was changed after it: what somebody did since on what it brought would be lost.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.database import epoch as epochs
from core.database.tables import event, import_batch, migration, quote
from core.database.transactions import reading, writing
from core.ground.messages import FieldError, InputError, Message
from core.importing.planned import Outcome, Progress
from core.importing.writing import StalePlanError
from core.migration.act import Act
from core.migration.event import Event
from core.migration.migration import Migration
from core.migration.people import MAY, require
from core.migration.rebuilding import after, rebuild
from core.migration.undone import set_back
from core.store.changing import only_here, write_changed
from core.store.conflicts import replaced
from core.store.erasing import erase_rows
from core.store.locks import alone
from core.store.rows import load, load_events
from core.store.store import Store

_AT_ONCE = 500
_NAMED = 5
"""Migrations that are named where they stand in the way."""


@dataclass(frozen=True, slots=True)
class LastImport:
    """The last import that changed something: its number, who wrote it and when, and how its rows came out.

    `undone`: whether it was taken back already; `epoch`: of which life of the database.
    """

    batch: int
    actor: str
    at: dt.datetime
    counts: Mapping[Outcome, int]
    undone: bool
    epoch: str


@dataclass(frozen=True, slots=True)
class Undone:
    """An import that was taken back: how many migrations were erased, and how many set back."""

    batch: int
    erased: int
    set_back: int


def last_import(store: Store) -> LastImport | None:
    """Return the last import that changed something, None where there is none. Cheap enough for every page."""
    with reading(store.engine) as connection:
        return _last(connection)


def why_not_undo(store: Store, last: LastImport, act: Act) -> Message | None:
    """Return why an import cannot be taken back, None where it can: whoever undoes it asks again.

    It looks at all events: for a page that is asked to undo, not for each one.
    """
    with reading(store.engine) as connection:
        try:
            _may(connection, last, act)
        except InputError as error:
            return error.errors[0].message
        except StalePlanError as error:
            return error.message
    return None


def undo(store: Store, last: LastImport, act: Act, *, progress: Progress = lambda share: None) -> Undone:
    """Take the last import back, all of it or nothing.

    Raises InputError where it cannot be done or the person may not do it, StalePlanError where the whole database is
    another one since.
    """
    reason = f"import {last.batch}"
    with writing(store.engine) as connection:
        alone(connection)
        _may(connection, last, act)
        of_batch = event.c.batch_id == last.batch
        created = _ids(connection, of_batch & (event.c.kind == "registered"))
        changed = sorted({*_ids(connection, of_batch)} - {*created})
        if created:
            erase_rows(connection, created, act.now, act.person.id, reason)
        reopened: list[tuple[Migration, Migration]] = []
        for start in range(0, len(changed), _AT_ONCE):
            back = _back(connection, changed[start : start + _AT_ONCE], last.batch, act, reason)
            write_changed(connection, back)
            reopened += [(was, now) for was, now, _ in back if _begins(was, now)]
            progress(min(start + _AT_ONCE, len(changed)) / (len(changed) + 1))
        for was, now in reopened:
            only_here(connection, was, now)
        mapping = connection.execute(sa.select(import_batch.c.mapping).where(import_batch.c.id == last.batch)).scalar()
        told = {"undone": {"actor": act.person.id, "at": act.now.isoformat()}}
        write = (
            sa.update(import_batch).where(import_batch.c.id == last.batch).values(mapping={**(mapping or {}), **told})
        )
        connection.execute(write)
    progress(1.0)
    return Undone(last.batch, len(created), len(changed))


def _last(connection: sa.Connection) -> LastImport | None:
    query = sa.select(import_batch).order_by(import_batch.c.id.desc())
    for row in connection.execute(query):
        if row.counts.get("new", 0) + row.counts.get("changed", 0):
            undone = "undone" in row.mapping
            return LastImport(row.id, row.actor, row.applied_at, row.counts, undone, epochs.read(connection).name)
    return None


def _may(connection: sa.Connection, last: LastImport, act: Act) -> None:
    """Raise InputError or StalePlanError where an import cannot be taken back as things stand."""
    require(act.person, "work")
    if last.actor != act.person.id and "erase" not in MAY[act.person.role]:
        raise _refused("error.undo.not_yours")
    now = epochs.read(connection)
    if now.name != last.epoch:
        raise StalePlanError(replaced(now.restored_at))
    found = _last(connection)
    if found is None or found.batch != last.batch:
        raise _refused("error.undo.not_last")
    if found.undone:
        raise _refused("error.undo.done")
    of_batch = (
        sa.select(event.c.migration_id, sa.func.max(event.c.seq).label("seq"), sa.func.min(event.c.seq).label("first"))
        .where(event.c.batch_id == last.batch)
        .group_by(event.c.migration_id)
        .subquery()
    )
    with_quotes = sa.select(quote.c.migration_id).where(quote.c.migration_id.is_not(None))
    query = (
        sa.select(migration.c.ref)
        .join(of_batch, of_batch.c.migration_id == migration.c.id)
        # What was offered for a migration that the import began would be erased with it.
        .where((migration.c.seq != of_batch.c.seq) | ((of_batch.c.first == 1) & migration.c.id.in_(with_quotes)))
        .order_by(migration.c.id)
    )
    if refs := connection.execute(query).scalars().all():
        named = ", ".join(refs[:_NAMED]) + (", …" if len(refs) > _NAMED else "")
        raise InputError(FieldError("batch", last.batch, Message("error.undo.changed", {"refs": named}, len(refs))))


def _refused(id: str) -> InputError:
    return InputError(FieldError("batch", "", Message(id)))


def _ids(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[int]:
    query = sa.select(event.c.migration_id).where(which).distinct().order_by(event.c.migration_id)
    return [*connection.execute(query).scalars()]


def _back(
    connection: sa.Connection, ids: Sequence[int], batch: int, act: Act, reason: str
) -> Sequence[tuple[Migration, Migration, Sequence[Event]]]:
    """Return migrations as they are, as they were before an import, and the event that says so."""
    histories = load_events(connection, ids)
    found = []
    for now in load(connection, ids):
        assert now.id is not None
        before = rebuild(happened for happened in histories[now.id] if happened.batch != batch)
        told = (act.event("undone", item=str(batch), new=set_back(now, before), reason=reason),)
        found.append((now, after(now, told), told))
    return found


def _begins(was: Migration, now: Migration) -> bool:
    return now.open and (not was.open or bool({d.name for d in now.active} - {d.name for d in was.active}))
