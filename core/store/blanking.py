"""A text that was stored by mistake, a password above all, is blanked for good: in every event and row that holds it.

    spot = suspects(store)[0].spot
    blank(store, spot, act, "hasło z importu")

Events are never changed otherwise (schema 0003 lets nothing else of them be). What stands is made of them anew, so that
it still is what they tell. The record of it says who, when, why and how much, never what.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from core.database.tables import erasure, event, import_batch, import_row, migration
from core.database.transactions import reading, writing
from core.ground.messages import FieldError, InputError, Message
from core.ground.secrets import Suspicion, secret_column, suspicion
from core.ground.words import fold
from core.migration.columns import header_key
from core.migration.migration import Event, Origin, rebuild
from core.migration.moves import Act, reason_of
from core.migration.people import require
from core.store.changing import rewrite
from core.store.conflicts import refuse_other_epoch
from core.store.erasing import record_erasure
from core.store.locks import alone
from core.store.rows import EVENT_COLUMNS, load_events
from core.store.store import Store

MARK = "[usunięte]"
"""What stands where a text was, in every language: it is data."""
_BEGINS = MARK[:-1]
"""The name of a column gets a number besides: two that were blanked are still two."""

_AT_ONCE = 500
_ALONE = 6
"""Letters below which a text is blanked where nothing else stands beside it: within others it is a part of words."""


class Spot(NamedTuple):
    """Where a text stands: the `number`-th of an event of a migration, or of what an import remembers of columns."""

    of: Literal["migration", "import"]
    id: int
    seq: int
    number: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text that somebody or a file brought. `field`: an id of ours; `header`: of a column that an import kept.

    `header` is "" where the text is the name of the column itself.
    """

    spot: Spot
    ref: str
    domain: str | None
    field: str
    header: str
    text: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """Where something looks like a secret, and why, without it. `sure`: more than its shape says so."""

    spot: Spot
    ref: str
    domain: str | None
    field: str
    at: datetime
    actor: str
    reason: Message
    sure: bool


@dataclass(frozen=True, slots=True)
class Blanked:
    """How much was blanked: events, and the refs of their migrations."""

    events: int
    refs: tuple[str, ...]


def named(field: str) -> Message:
    """Return what a field is called, as `Text` and `Suspect` have it."""
    if field in ("extra", "column"):
        return Message(f"blank.{field}")
    # A quote's package is the one that is left; a migration's is the one that it leads to.
    return Message("field.target" if field == "package" else f"field.{field}")


# -- the texts of an event

_TEXTS = frozenset(
    (
        "client", "package", "source_host", "target_host", "contact_name", "contact_phone", "nonstandard",
        "old_ns", "new_ns", "old_addresses", "new_addresses",
    )
)  # fmt: skip
_PEOPLE = frozenset(("owner", "deputy"))
_ID_OF_PERSON = re.compile(r"[a-z][a-z0-9_.-]*")
"""One of the team, as an event carries them (`people.PersonId`); whoever else a file named stands there as a text."""
_Each = Callable[[str, str, str], str]
"""What becomes of a text: of its field, the header of its column, and itself."""


def _mapped(happened: Event, each: _Each) -> Event:
    """Return an event each of whose texts is what `each` makes of it, asked in an order that stays the same."""

    def column(held: Mapping[str, Any]) -> dict[str, Any]:
        return {each("column", "", name): each("extra", name, cell) for name, cell in held.items()}

    def told(item: str, given: Any) -> Any:
        if isinstance(given, str):
            name, _, header = item.partition(".")
            person = name in _PEOPLE and not _ID_OF_PERSON.fullmatch(given)
            return each(name, header, given) if name in _TEXTS or header or person else given
        if isinstance(given, Mapping):
            if item == "extra":
                return column(given)
            return {name: told(name, value) for name, value in given.items()}
        return given

    item, old, new = happened.item, happened.old, happened.new
    match happened.kind:
        case "registered" | "domain_added":
            new = told("", new)
        case "set":
            old, new = told(item, old), told(item, new)
            item = _of_column(item, each)
        case "noted":
            new = each("note", "", new)
        case "resolver_aside" | "resolver_counted":
            new = each("resolver", "", new) if isinstance(new, str) else new
        case "checked" if new and new.get("detail"):
            new = {**new, "detail": each("detail", "", new["detail"])}
        case "restored" | "resumed" if old and old.get("reason"):
            old = {**old, "reason": each("reason", "", old["reason"])}
        case "undone":
            new = _undone(new, told, each)
    reason = each("reason", "", happened.reason) if happened.reason else ""
    if new != happened.new and happened.kind == "registered" and new.get("client") != happened.new.get("client"):
        # What an import knows it by is made of the client's name.
        new = {**new, "import_key": ""}
    return replace(happened, item=item, old=old, new=new, reason=reason)


def _undone(new: Mapping[str, Any], told: Callable[[str, Any], Any], each: _Each) -> dict[str, Any]:
    """Return what an import taken back set back, as it stands in its event (`migration.set_back`)."""

    def part(name: str, value: Any) -> Any:
        match name, value:
            case (("hold" | "cancelled"), {"reason": str(reason)}):
                return {**value, "reason": each("reason", "", reason)}
            case "checks", Mapping():
                return {
                    item: [*done, each("detail", "", detail) if detail else detail]
                    for item, (*done, detail) in value.items()
                }
            case "edited", Mapping():
                return {_of_column(key, each): seq for key, seq in value.items()}
        return told(name, value)

    def parts(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: part(name, value) for name, value in values.items()}

    of_domains = {name: parts(values) for name, values in new["domains"].items()}
    return {**new, "migration": parts(new["migration"]), "domains": of_domains}


def _of_column(item: str, each: _Each) -> str:
    name, dot, header = item.partition(".")
    return f"{name}.{each('column', '', header)}" if dot and name == "extra" else item


def _texts(happened: Event) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []

    def keep(field: str, header: str, text: str) -> str:
        found.append((field, header, text))
        return text

    _mapped(happened, keep)
    return found


# -- looking


def _all(connection: sa.Connection, migration_id: int | None = None) -> Iterator[tuple[int, int, int, Event]]:
    """Yield every event with its own id, its migration's, and its number there."""
    query = (
        sa.select(event.c.id, event.c.seq, *EVENT_COLUMNS)
        .order_by(event.c.migration_id, event.c.seq)
        .execution_options(yield_per=_AT_ONCE)
    )
    if migration_id is not None:
        query = query.where(event.c.migration_id == migration_id)
    for id, seq, of, *values in connection.execute(query):
        yield id, of, seq, Event(*values)


def texts(store: Store, migration_id: int) -> list[Text]:
    """Return the texts of a migration, each once, the last first."""
    with reading(store.engine) as connection:
        ref = connection.execute(sa.select(migration.c.ref).where(migration.c.id == migration_id)).scalar() or ""
        found: dict[tuple[str, str], Text] = {}
        for _, of, seq, happened in _all(connection, migration_id):
            for number, (field, header, text) in enumerate(_texts(happened)):
                if text and not _is_blanked(text):
                    spot = Spot("migration", of, seq, number)
                    told = Text(spot, ref, happened.domain, field, header, text, happened.recorded_at, happened.actor)
                    # The place where it was said last is the one that people know.
                    found.pop((field, text), None)
                    found[field, text] = told
    return list(found.values())[::-1]


def suspects(store: Store, migration_id: int | None = None) -> list[Suspect]:
    """Return what among all that is stored looks like a secret, each text of a migration once, without it."""
    found: list[Suspect] = []
    with reading(store.engine) as connection:
        refs = {row.id: row.ref for row in connection.execute(sa.select(migration.c.id, migration.c.ref))}
        seen: set[tuple[int, str]] = set()
        for _, of, seq, happened in _all(connection, migration_id):
            for number, (field, header, text) in enumerate(_texts(happened)):
                why = _suspected(text, header)
                if why is None or (of, text) in seen:
                    continue
                seen.add((of, text))
                spot = Spot("migration", of, seq, number)
                found.append(
                    Suspect(
                        spot,
                        refs.get(of, ""),
                        happened.domain,
                        field,
                        happened.recorded_at,
                        happened.actor,
                        why.reason,
                        why.sure,
                    )
                )
        if migration_id is None:
            found += _of_imports(connection, {text for _, text in seen})
    return found


def _suspected(text: str, header: str) -> Suspicion | None:
    if header and text and not _is_blanked(text) and secret_column(header, [text]):
        return Suspicion(Message("secret.column"))
    return next(filter(None, (suspicion(part, header) for part in text.split("\n\n"))), None)


def _of_imports(connection: sa.Connection, known: set[str]) -> Iterator[Suspect]:
    """Yield what an import remembers of columns and statuses, where no event holds it."""
    query = sa.select(import_batch.c.id, import_batch.c.mapping, import_batch.c.applied_at, import_batch.c.actor)
    for id, mapping, at, actor in connection.execute(query.order_by(import_batch.c.id)):
        for number, (field, text) in enumerate(_remembered(mapping)):
            why = suspicion(text)
            if why and text not in known:
                known.add(text)
                yield Suspect(Spot("import", id, 0, number), "", None, field, at, actor, why.reason, why.sure)


def _headers(mapping: Mapping[str, Any]) -> list[str]:
    return [*mapping["columns"], *mapping["excluded"]]


def _remembered(mapping: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the texts that an import remembers, each with what it is: names of columns, and statuses of theirs."""
    return [*(("column", name) for name in _headers(mapping)), *(("status", s) for s in mapping.get("statuses", {}))]


# -- blanking


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
        text = _at(connection, spot)
        if not text or _is_blanked(text):
            raise InputError(FieldError("text", "", Message("error.blanked_already")))
        if text.casefold() in why.casefold():
            raise InputError(FieldError("reason", "", Message("error.reason_repeats")))
        done = _blank(connection, text, act, why)
    _empty_log(store.engine)
    return done


def _at(connection: sa.Connection, spot: Spot) -> str:
    if spot.of == "import":
        mapping = connection.execute(sa.select(import_batch.c.mapping).where(import_batch.c.id == spot.id)).scalar()
        there = [text for _, text in _remembered(mapping)] if mapping else []
    else:
        there = [text for _, _, seq, e in _all(connection, spot.id) if seq == spot.seq for _, _, text in _texts(e)]
    return there[spot.number] if 0 <= spot.number < len(there) else ""


def _is_blanked(text: str) -> bool:
    return text.startswith(_BEGINS) and text.endswith("]")


def standing(store: Store, spot: Spot) -> Blanked:
    """Return how much would be blanked with the text at a spot; nothing where somebody has done it already."""
    with reading(store.engine) as connection:
        text = _at(connection, spot)
        if not text or _is_blanked(text):
            return Blanked(0, ())
        changed, ids = _changed(connection, _without(text, 0))
        refs = connection.execute(sa.select(migration.c.id, migration.c.ref).order_by(migration.c.id))
        return Blanked(len(changed), tuple(row.ref for row in refs if row.id in ids))


def _without(text: str, number: int) -> _Each:
    def each(field: str, _header: str, held: str) -> str:
        mark = f"{_BEGINS} {number}]" if field == "column" else MARK
        if len(text) < _ALONE:
            return mark if held == text else held
        return held.replace(text, mark)

    return each


def _changed(connection: sa.Connection, without: _Each) -> tuple[list[dict[str, Any]], dict[int, None]]:
    """Return the events that hold a text, as they are without it, and the ids of their migrations in order."""
    changed: list[dict[str, Any]] = []
    ids: dict[int, None] = {}
    for id, of, _, happened in _all(connection):
        now = _mapped(happened, without)
        if now != happened:
            ids[of] = None
            given = {"item": now.item, "old": now.old, "new": now.new, "reason": now.reason}
            changed.append({"this": id, **{f"{name}_now": value for name, value in given.items()}})
    return changed, ids


def _blank(connection: sa.Connection, text: str, act: Act, why: str) -> Blanked:
    last = connection.execute(sa.select(sa.func.coalesce(sa.func.max(erasure.c.id), 0))).scalar_one()
    without = _without(text, int(last) + 1)
    changed, ids = _changed(connection, without)
    erasure_id = record_erasure(connection, act.now, act.person.id, why, len(ids), len(changed), kind="blanked")
    of_them = list(ids)
    for start in range(0, len(of_them), _AT_ONCE):
        some = migration.c.id.in_(of_them[start : start + _AT_ONCE])
        connection.execute(sa.update(migration).where(some).values(erasure_id=erasure_id))
    if changed:
        these = sa.update(event).where(event.c.id == sa.bindparam("this"))
        values: dict[str, Any] = {name: sa.bindparam(f"{name}_now") for name in ("item", "old", "new", "reason")}
        connection.execute(these.values(values), changed)
    refs = []
    for start in range(0, len(of_them), _AT_ONCE):
        some_ids = of_them[start : start + _AT_ONCE]
        for id, events in load_events(connection, some_ids).items():
            m = rebuild(events)
            m.id = id
            refs.append(m.ref)
            rewrite(connection, m)
    _in_imports(connection, text, without)
    return Blanked(len(changed), tuple(refs))


def _in_imports(connection: sa.Connection, text: str, each: _Each) -> None:
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
            values = {"mapping": {**mapping, **now}, "header_key": header_key(_headers(now))}
            connection.execute(sa.update(import_batch).where(import_batch.c.id == id).values(values))
    rows = sa.select(import_row.c.batch_id, import_row.c.row, import_row.c.errors).where(
        sa.cast(import_row.c.errors, sa.Text) != "[]"
    )
    for batch, row, errors in connection.execute(rows).all():
        told = [{**error, "column": without(error["column"])} for error in errors]
        if told != errors:
            here = (import_row.c.batch_id == batch) & (import_row.c.row == row)
            connection.execute(sa.update(import_row).where(here).values(errors=told))


_PATIENCE = 2_000
"""Milliseconds that whoever blanks waits for readers of the log: an export may take longer."""


def _empty_log(engine: sa.Engine) -> None:
    """Let SQLite's log, which still holds the pages as they were, be emptied: now, or once nobody reads in it."""
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        done = _emptied(raw.driver_connection, _PATIENCE)
    finally:
        raw.close()
    if done:
        return

    def again(connection: Any, _record: object) -> None:
        nonlocal done
        done = done or (connection is not None and _emptied(connection, 0))

    # Whoever gives a connection back may have been the reader, or come after it.
    sa.event.listen(engine, "checkin", again)


def _emptied(connection: Any, patience: int) -> bool:
    """Return whether the log could be emptied; `patience`: milliseconds to wait for those who read in it."""
    ((usual,),) = connection.execute("PRAGMA busy_timeout").fetchall()
    connection.execute(f"PRAGMA busy_timeout = {patience}").close()
    try:
        ((busy, *_),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.OperationalError:
        # Somebody writes in this very moment.
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout = {usual}").close()
    return not busy
