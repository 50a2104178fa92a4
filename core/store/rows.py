"""Rows of the database as migrations with their events, and the rows that they become."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from core.database import epoch as epochs
from core.database.tables import check_item, domain, erasure, event, import_batch, migration, note
from core.migration.event import Event, iso, moment
from core.migration.migration import FIELDS, WITHOUT_COLUMN, Domain, Done, Migration, Note
from core.migration.stored_fields import from_json, to_json

_MIGRATION_COLUMNS = (
    "ref",
    *FIELDS,
    "stage",
    "waiting_on",
    "hold",
    "held",
    "cancelled",
    "sample",
    "token",
    "import_key",
    "edited",
    "version",
    "seq",
)
_DOMAIN_COLUMNS = (
    "name",
    "display",
    "mailboxes",
    "websites",
    "old_ns",
    "new_ns",
    "old_addresses",
    "new_addresses",
    "registered_until",
    "extra",
    "step",
    "withdrawn",
    "test_unrecorded",
    "cutover",
    "edited",
    "version",
)
_LISTS = {name: partial(from_json, name) for name in WITHOUT_COLUMN}
"""Columns that hold JSON of something else."""
EVENT_COLUMNS = (
    event.c.migration_id,
    event.c.kind,
    event.c.actor,
    event.c.recorded_at,
    event.c.occurred_at,
    event.c.domain,
    event.c.item,
    event.c.old,
    event.c.new,
    event.c.reason,
    event.c.forced,
    event.c.batch_id,
)


# -- rows to migrations


def load(connection: sa.Connection, ids: Sequence[int] | None = None) -> list[Migration]:
    """Return migrations by id, all of them where None, the oldest first."""
    found: dict[int, Migration] = {}
    now = epochs.read(connection).name
    for row in connection.execute(_of(sa.select(migration).order_by(migration.c.id), migration.c.id, ids)).mappings():
        values = {name: _LISTS[name](row[name]) if name in _LISTS else row[name] for name in _MIGRATION_COLUMNS}
        found[row["id"]] = Migration(**values, entered=_moments(row["entered"]), id=row["id"], epoch=now)
    for row in connection.execute(_of(sa.select(domain).order_by(domain.c.id), domain.c.migration_id, ids)).mappings():
        values = {name: row[name] for name in _DOMAIN_COLUMNS}
        values["cutover"] = from_json("cutover", row["cutover"])
        found[row["migration_id"]].domains[row["name"]] = Domain(**values, entered=_moments(row["entered"]))
    checks = _of(sa.select(check_item).order_by(check_item.c.id), check_item.c.migration_id, ids)
    for _, migration_id, name, item, done_at, actor, choice, detail in connection.execute(checks):
        m = found[migration_id]
        (m.domains[name] if name else m).checks[item] = Done(done_at, actor, choice, detail)
    notes = _of(sa.select(note).order_by(note.c.id), note.c.migration_id, ids)
    for _, migration_id, text, actor, written_at in connection.execute(notes):
        found[migration_id].notes.append(Note(text, actor, written_at))
    return list(found.values())


def untouched(connection: sa.Connection) -> bool:
    """Whether nobody has ever put anything into the database."""
    tables = (migration, erasure, import_batch)
    return not any(connection.execute(sa.select(table.c.id).limit(1)).first() for table in tables)


def load_events(
    connection: sa.Connection, ids: Sequence[int] | None = None, which: sa.ColumnElement[bool] | None = None
) -> dict[int, list[Event]]:
    """Return the events of migrations by id, all of them where None, each in order; `which`: only those events."""
    found: dict[int, list[Event]] = {}
    query = _of(sa.select(*EVENT_COLUMNS).order_by(event.c.migration_id, event.c.seq), event.c.migration_id, ids)
    if which is not None:
        query = query.where(which)
    for id, *values in connection.execute(query):
        found.setdefault(id, []).append(Event(*values))
    return found


def _of(query: sa.Select[Any], column: sa.Column[Any], ids: Sequence[int] | None) -> sa.Select[Any]:
    return query if ids is None else query.where(column.in_(ids))


def _moments(entered: Mapping[str, str | None]) -> dict[str, dt.datetime | None]:
    return {stage: moment(at) for stage, at in entered.items()}


# -- migrations to rows


def migration_row(m: Migration) -> dict[str, Any]:
    """Return the row of a migration, without its id."""
    row = {name: getattr(m, name) for name in _MIGRATION_COLUMNS}
    row |= {name: to_json(name, row[name]) for name in _LISTS}
    row["entered"] = {stage: iso(at) for stage, at in m.entered.items()}
    return row


def domain_row(m: Migration, d: Domain) -> dict[str, Any]:
    """Return the row of a domain of a migration, without its id."""
    row = {name: getattr(d, name) for name in _DOMAIN_COLUMNS}
    row["cutover"] = to_json("cutover", d.cutover)
    row["entered"] = {step: iso(at) for step, at in d.entered.items()}
    return row | {
        "migration_id": m.id,
        "tested_at": d.tested_at,
        "dns_switched_at": d.dns_switched_at,
        "visible_at": d.visible_at,
    }


def check_rows(m: Migration) -> list[dict[str, Any]]:
    """Return the rows of the checks of a migration and its domains, without their ids."""
    subjects: list[Migration | Domain] = [m, *m.domains.values()]
    return [
        {
            "migration_id": m.id,
            "domain": subject.name if isinstance(subject, Domain) else None,
            "item": item,
            "done_at": done.at,
            "actor": done.actor,
            "choice": done.choice,
            "detail": done.detail,
        }
        for subject in subjects
        for item, done in subject.checks.items()
    ]


def note_row(m: Migration, written: Note) -> dict[str, Any]:
    """Return the row of a note, without its id."""
    return {"migration_id": m.id, "text": written.text, "actor": written.actor, "written_at": written.at}


def event_rows(
    m: Migration, before: int, events: Sequence[Event], stamp: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Return the rows of the events that come after a migration's first ones; `stamp`: what is on each of them."""
    return [
        {
            "migration_id": m.id,
            "seq": seq,
            "domain": e.domain,
            "kind": e.kind,
            "item": e.item,
            "old": e.old,
            "new": e.new,
            "actor": e.actor,
            "reason": e.reason,
            "forced": e.forced,
            "occurred_at": e.occurred_at,
            "recorded_at": e.recorded_at,
            "batch_id": e.batch,
            **(stamp or {}),
        }
        for seq, e in enumerate(events, start=before + 1)
    ]
