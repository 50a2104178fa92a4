"""A text that was stored by mistake, a password above all, is blanked for good: in every event and row that holds it.

    spot = suspects(store)[0].spot
    blank(store, spot, act, "hasło z importu")

Events are never changed otherwise (schema 0003 lets nothing else of them be). What stands is made of them anew, so that
it still is what they tell. The record of it says who, when, why and how much, never what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.database import portions
from core.database.sqlite_log import rewrite_file
from core.database.tables import erasure, event, import_batch, import_row, migration
from core.database.transactions import reading, writing
from core.ground.messages import FieldError, InputError, Message
from core.ground.words import fold
from core.migration.act import Act
from core.migration.carried import reason_of
from core.migration.event import Event
from core.migration.import_columns import header_key
from core.migration.migration import Origin
from core.migration.people import require
from core.migration.rebuilding import rebuild
from core.store.changing import rewrite
from core.store.conflicts import refuse_other_epoch
from core.store.erasing import record_erasure
from core.store.event_texts import Each, mapped
from core.store.locks import alone
from core.store.rows import load_events
from core.store.store import Store
from core.store.stored_texts import MARK, Spot, all_events, headers, is_blanked, numbered, text_at

_ALONE = 6
"""Letters below which a text is blanked where nothing else stands beside it: within others it is a part of words."""


@dataclass(frozen=True, slots=True)
class Blanked:
    """How much was blanked: events, and the refs of their migrations."""

    events: int
    refs: tuple[str, ...]


def standing(store: Store, spot: Spot) -> Blanked:
    """Return how much would be blanked with the text at a spot; nothing where somebody has done it already."""
    with reading(store.engine) as connection:
        text = text_at(connection, spot)
        if not text or is_blanked(text):
            return Blanked(0, ())
        changed, ids = _changed(connection, _without(text, 0))
        refs = connection.execute(sa.select(migration.c.id, migration.c.ref).order_by(migration.c.id))
        return Blanked(len(changed), tuple(row.ref for row in refs if row.id in ids))


def blank(store: Store, spot: Spot, act: Act, reason: str, *, origin: Origin | None = None) -> Blanked:
    """Blank the text at a spot wherever it stands, in all migrations, by a manager, with a reason; for good.

    `origin`: of its migration as the user saw it. Raises InputError (`text`) where there is nothing at the spot any
    more, because somebody was quicker; ReplacedError where the database is another one since.
    """
    require(act.person, "erase")
    why = reason_of(reason)
    with writing(store.engine) as connection:
        alone(connection)
        if origin is not None:
            refuse_other_epoch(connection, spot.id, origin)
        text = text_at(connection, spot)
        if not text or is_blanked(text):
            raise InputError(FieldError("text", "", Message("error.blanked_already")))
        if text.casefold() in why.casefold():
            raise InputError(FieldError("reason", "", Message("error.reason_repeats")))
        done = _blank(connection, text, act, why)
    rewrite_file(store.engine)
    return done


def _without(text: str, number: int) -> Each:
    def each(field: str, _header: str, held: str) -> str:
        mark = numbered(number) if field == "column" else MARK
        if len(text) < _ALONE:
            return mark if held == text else held
        return held.replace(text, mark)

    return each


def _changed(connection: sa.Connection, without: Each) -> tuple[dict[int, Event], dict[int, None]]:
    """Return the events that hold a text, by id, as they are without it, and the ids of their migrations in order."""
    changed: dict[int, Event] = {}
    ids: dict[int, None] = {}
    for id, of, _, happened in all_events(connection):
        now = mapped(happened, without)
        if now != happened:
            ids[of] = None
            changed[id] = now
    return changed, ids


def _blank(connection: sa.Connection, text: str, act: Act, why: str) -> Blanked:
    without = _without(text, next_number(connection))
    changed, ids = _changed(connection, without)
    erasure_id = record_erasure(connection, act.now, act.person.id, why, len(ids), len(changed), kind="blanked")
    refs = write_blanked(connection, changed, [*ids], erasure_id)
    in_imports(connection, text, without)
    return Blanked(len(changed), refs)


def next_number(connection: sa.Connection) -> int:
    """Return the number of the erasure that is recorded next: it stands in the name of a column that is blanked."""
    last = connection.execute(sa.select(sa.func.coalesce(sa.func.max(erasure.c.id), 0))).scalar_one()
    return int(last) + 1


def write_blanked(
    connection: sa.Connection, changed: Mapping[int, Event], ids: Sequence[int], erasure_id: int
) -> tuple[str, ...]:
    """Write events, by id, without their texts, and what stands of their migrations anew; return the refs of those."""
    for some in portions.of(ids):
        connection.execute(sa.update(migration).where(migration.c.id.in_(some)).values(erasure_id=erasure_id))
    if changed:
        these = sa.update(event).where(event.c.id == sa.bindparam("this"))
        values: dict[str, Any] = {name: sa.bindparam(f"{name}_now") for name in _OF_EVENT}
        rows = [
            {"this": id, **{f"{name}_now": getattr(now, name) for name in _OF_EVENT}} for id, now in changed.items()
        ]
        connection.execute(these.values(values), rows)
    refs = []
    for some in portions.of(ids):
        for id, events in load_events(connection, some).items():
            m = rebuild(events)
            m.id = id
            refs.append(m.ref)
            rewrite(connection, m)
    return tuple(refs)


_OF_EVENT = ("item", "old", "new", "reason")


def in_imports(connection: sa.Connection, text: str, each: Each) -> None:
    """Blank a text in what imports remember of columns and statuses, and of what they refused."""

    def without(name: str) -> str:
        return each("column", "", name)

    for id, mapping in connection.execute(sa.select(import_batch.c.id, import_batch.c.mapping)).all():
        now = {
            "columns": {without(name): column for name, column in mapping["columns"].items()},
            "excluded": [without(name) for name in mapping["excluded"]],
        }
        if statuses := mapping.get("statuses"):
            # They stand there folded; one that was blanked maps nothing any more.
            held = fold(text)
            whole = len(text) < _ALONE
            kept = {s: ours for s, ours in statuses.items() if not (s == held if whole else held in s)}
            now["statuses"] = kept
        if any(now[part] != mapping[part] for part in now):
            values = {"mapping": {**mapping, **now}, "header_key": header_key(headers(now))}
            connection.execute(sa.update(import_batch).where(import_batch.c.id == id).values(values))
    rows = sa.select(import_row.c.batch_id, import_row.c.row, import_row.c.errors).where(
        sa.cast(import_row.c.errors, sa.Text) != "[]"
    )
    for batch, row, errors in connection.execute(rows).all():
        told = [{**error, "column": without(error["column"])} for error in errors]
        if told != errors:
            here = (import_row.c.batch_id == batch) & (import_row.c.row == row)
            connection.execute(sa.update(import_row).where(here).values(errors=told))
