"""Migrations written: events and what stands after them together, of a new one, a changed one, or an import."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from secrets import token_hex
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from core.database import epoch as epochs
from core.database import portions
from core.database.tables import check_item, domain, event, import_batch, import_row, migration, note
from core.ground.messages import FieldError, InputError, Message
from core.migration.act import Act
from core.migration.domains import twins
from core.migration.event import Event, ImpossibleEventError
from core.migration.migration import Migration
from core.migration.moves import note as write_note
from core.migration.moves import register
from core.migration.rebuilding import after, rebuild
from core.store.conflicts import ConflictError
from core.store.refs import next_refs
from core.store.rows import check_rows, domain_row, event_rows, migration_row, note_row

Decide = Callable[[Migration], Sequence[Event]]


@dataclass(frozen=True, slots=True)
class Written:
    """A migration after a change, and the events of the change."""

    migration: Migration
    events: tuple[Event, ...]


def take_up(
    connection: sa.Connection,
    act: Act,
    values: Mapping[str, Any],
    domains: Mapping[str, Mapping[str, Any]],
    note: str = "",
    reasons: Mapping[str, str] = MappingProxyType({}),
) -> Written:
    """Take up a new migration in a transaction that is `alone`; raises what `Store.register` raises."""
    given = {name: value for name, value in values.items() if name != "ref"}
    ref = str(values.get("ref") or "") or next_refs(connection, 1)[0]
    events = register(act, ref, given, domains, reasons=reasons)
    made = rebuild(events)
    if note:
        noted = write_note(made, act, note)
        events, made = (*events, *noted), after(made, noted)
    if connection.execute(sa.select(migration.c.id).where(migration.c.ref == made.ref)).first():
        raise InputError(FieldError("ref", ref, Message("error.ref_taken")))
    only_here(connection, Migration(), made)
    write_new(connection, [(made, events)])
    return Written(made, events)


def write_decided(connection: sa.Connection, before: Migration, decide: Decide) -> Written:
    """Write what is decided of a migration that nobody else can change until the transaction ends."""
    events = tuple(decide(before))
    if any(happened.batch is not None for happened in events):
        raise ImpossibleEventError("only an import brings events of an import")
    changed = after(before, events)
    only_here(connection, before, changed)
    if events:
        write_changed(connection, [(before, changed, events)])
    return Written(changed, events)


def write_new(
    connection: sa.Connection, made: Sequence[tuple[Migration, Sequence[Event]]], stamp: Mapping[str, Any] | None = None
) -> None:
    """Write new migrations with their events, and give them their ids; `stamp`: what an import puts on its events."""
    if not made:
        return
    for m, events in made:
        m.token = token_hex(4)
        events[0].new["token"] = m.token
    insert = sa.insert(migration).returning(migration.c.id, sort_by_parameter_order=True)
    ids = connection.execute(insert, [migration_row(m) for m, _ in made]).scalars().all()
    now = epochs.read(connection).name
    for id, (m, _) in zip(ids, made, strict=True):
        m.id, m.epoch = id, now
    _insert(connection, domain, [domain_row(m, d) for m, _ in made for d in m.domains.values()])
    _insert(connection, check_item, [row for m, _ in made for row in check_rows(m)])
    _insert(connection, note, [note_row(m, n) for m, _ in made for n in m.notes])
    _insert(connection, event, [row for m, events in made for row in event_rows(m, 0, events, stamp)])


def write_changed(
    connection: sa.Connection,
    changes: Sequence[tuple[Migration, Migration, Sequence[Event]]],
    stamp: Mapping[str, Any] | None = None,
) -> None:
    """Write migrations as they are after some events; raises ConflictError where one is not as it was before them."""
    new_domains, checked, notes, events = [], [], [], []
    for before, now, happened in changes:
        _replace(connection, before, migration, migration.c.id == before.id, before.version, migration_row(now))
        earlier = {str(e.new["name"]): str(e.domain) for e in happened if e.kind == "renamed"}
        kept = set()
        for name, d in now.domains.items():
            was = before.domains.get(earlier.get(name, name))
            if was is None:
                new_domains.append(domain_row(now, d))
                continue
            kept.add(was.name)
            # A zone that was kept contradicts nobody, and outdates a look all the same.
            if was.version != d.version or was.cutover != d.cutover:
                here = sa.and_(domain.c.migration_id == before.id, domain.c.name == was.name)
                _replace(connection, before, domain, here, was.version, domain_row(now, d))
        for gone in before.domains.keys() - kept:
            connection.execute(sa.delete(domain).where(domain.c.migration_id == before.id, domain.c.name == gone))
        if check_rows(before) != check_rows(now):
            checked.append(now)
        first = len(before.notes)
        if len(now.notes) < first:
            connection.execute(sa.delete(note).where(note.c.migration_id == before.id))
            first = 0
        notes += [note_row(now, written) for written in now.notes[first:]]
        events += event_rows(now, before.seq, happened, stamp)
    _insert(connection, domain, new_domains)
    if checked:
        for some in portions.of([now.id for now in checked if now.id is not None]):
            connection.execute(sa.delete(check_item).where(check_item.c.migration_id.in_(some)))
        _insert(connection, check_item, [row for m in checked for row in check_rows(m)])
    _insert(connection, note, notes)
    _insert(connection, event, events)


def rewrite(connection: sa.Connection, m: Migration) -> None:
    """Write what stands of a migration anew, as its events tell it now that texts of theirs are others."""
    here = migration.c.id == m.id
    connection.execute(sa.update(migration).where(here).values(**migration_row(m), erasure_id=None))
    for d in m.domains.values():
        this = (domain.c.migration_id == m.id) & (domain.c.name == d.name)
        connection.execute(sa.update(domain).where(this).values(domain_row(m, d)))
    for table, rows in ((check_item, check_rows(m)), (note, [note_row(m, written) for written in m.notes])):
        connection.execute(sa.delete(table).where(table.c.migration_id == m.id))
        _insert(connection, table, rows)


def write_batch(connection: sa.Connection, values: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write down an import and what became of its rows; return its id."""
    id = connection.execute(sa.insert(import_batch).returning(import_batch.c.id), [dict(values)]).scalar_one()
    left = iter(rows)
    while some := [{"batch_id": id, **row} for row in islice(left, 1_000)]:
        _insert(connection, import_row, some)
    return int(id)


def only_here(connection: sa.Connection, before: Migration, now: Migration) -> None:
    """Raise InputError where a domain begins to be moved that another migration is moving already."""
    were = {d.name for d in before.active} if before.open else set()
    new = [d for d in now.active if now.open and d.name not in were]
    if not new:
        return
    # With its www or without it is one domain.
    names = {name for d in new for name in (d.name, *twins(d.name))}
    query = (
        sa.select(domain.c.display, migration.c.ref)
        .join(migration, migration.c.id == domain.c.migration_id)
        .where(domain.c.name.in_(names), ~domain.c.withdrawn, migration.c.ref != now.ref)
        .where(migration.c.stage != "closed", migration.c.cancelled.is_(sa.null()))
    )
    for display, ref in connection.execute(query):
        raise InputError(FieldError("domain", display, Message("error.domain_elsewhere", {"ref": ref})))


def _insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(sa.insert(table), rows)


def _replace(
    connection: sa.Connection,
    before: Migration,
    table: sa.Table,
    here: sa.ColumnElement[bool],
    version: int,
    row: Mapping[str, Any],
) -> None:
    found = connection.execute(sa.update(table).where(here, table.c.version == version).values(row))
    if found.rowcount != 1:
        raise ConflictError(before, ())
