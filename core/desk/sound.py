"""Whether a database is what the desk would have made: its schema as a new one's, its tables as its events tell.

Every value of every row is read as its column's, and is one that the desk writes there.

What is damaged is found by the database itself; what somebody changed by hand, or a file of another program, is not.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from core.database.tables import (
    JSON,
    Erasure,
    base,
    check_item,
    domain,
    epoch,
    erasure,
    event,
    import_batch,
    import_row,
    metadata,
    migration,
    note,
    subscription,
)
from core.importing.plan import Outcome
from core.migration.migration import ImpossibleEventError, Kind, rebuild
from core.migration.people import PersonId
from core.quotes import sound as of_quotes
from core.store.rows import check_rows, domain_row, load, load_events, migration_row, note_row

_NAMED = 3
"""Differences that are told; whoever looks after them finds the rest."""
_AT_ONCE = 500

_BEGINNINGS = {
    b"": "empty",
    b"PK\x03\x04": "zip",
    b"\x1f\x8b": "gzip",
    b"PGDMP": "pg_dump",
    b"%PDF": "pdf",
}
_SQLITE = b"SQLite format 3\x00"


def kind(path: Path) -> str:
    """Return what a file is: sqlite, folder, empty, zip, gzip, pg_dump, pdf, text, or other. Raises OSError."""
    if path.is_dir():
        return "folder"
    with path.open("rb") as file:
        begins = file.read(4096)
    if begins.startswith(_SQLITE):
        return "sqlite"
    for beginning, name in _BEGINNINGS.items():
        if begins.startswith(beginning) and (beginning or not begins):
            return name
    try:
        # A letter may be cut in two at the end of what was read.
        text = begins.decode() if len(begins) < 4096 else begins[:-4].decode(errors="replace").replace("\ufffd", "")
    except UnicodeDecodeError:
        return "other"
    return "text" if all(letter.isprintable() or letter in "\r\n\t\ufeff" for letter in text) else "other"


_EVENTS = ("event", "quote_event")
TRIGGERS = {
    "sqlite": frozenset(
        f"{table}_{what}" for table in (*_EVENTS, "erasure") for what in ("update", "delete", "insert")
    ),
    "postgresql": frozenset(
        (
            *(f"{table}_{what}" for table in _EVENTS for what in ("update", "delete", "insert", "truncate")),
            "erasure_change",
            "erasure_truncate",
        )
    ),
}
"""What keeps events and erasures from being changed, on each database."""

_TRIGGERS_OF = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND tgrelid IN"
    " (to_regclass('event'), to_regclass('quote_event'), to_regclass('erasure'))",
}


def missing(connection: sa.Connection) -> list[str]:
    """Return the first few tables, columns and triggers that a database lacks: cheap enough for every start."""
    dialect = connection.dialect.name
    columns = {(table, column["name"]) for (_, table), found in _columns(connection).items() for column in found}
    tables = {table for table, _ in columns}
    triggers = set(connection.exec_driver_sql(_TRIGGERS_OF[dialect]).scalars())
    lacking = [f"table {table.name}" for table in metadata.sorted_tables if table.name not in tables]
    lacking += [
        f"column {table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if table.name in tables and (table.name, column.name) not in columns
    ]
    lacking += [f"trigger {name}" for name in sorted(TRIGGERS[dialect] - triggers)]
    return lacking[:_NAMED]


def _columns(connection: sa.Connection) -> Any:
    return sa.inspect(connection).get_multi_columns()


def differences(connection: sa.Connection, fresh: sa.Connection) -> list[str]:
    """Return the first few differences of a database from a new one's schema, else from what the desk writes."""
    schema = list(itertools.islice(_of_schema(connection, fresh), _NAMED))
    # Where a column is missing there is nothing to be asked; without an epoch nothing can be loaded.
    first = schema or list(itertools.islice(_of_values(connection, epoch), _NAMED))
    others = (_of_values(connection, table) for table in metadata.sorted_tables if table is not epoch)
    return first or list(
        itertools.islice(itertools.chain(_of_events(connection), of_quotes.wrong(connection), *others), _NAMED)
    )


def _of_schema(connection: sa.Connection, fresh: sa.Connection) -> Iterator[str]:
    here, right = set(_described(connection)), set(_described(fresh))
    for sign, lines in (("-", right - here), ("+", here - right)):
        whole = {line.split()[1] for line in lines if line.startswith("table ")}
        # Of a table that is not there at all its columns need no mention.
        yield from sorted(
            f"{sign} {line}" for line in lines if line.startswith("table ") or not whole & set(re.split(r"[ .]", line))
        )


def _described(connection: sa.Connection) -> Iterator[str]:
    """Yield a line for everything in a schema; the order of columns, which an upgrade may change, means nothing."""
    found = sa.inspect(connection)
    for table in found.get_table_names():
        yield f"table {table}"
        for column in found.get_columns(table):
            null = "" if column["nullable"] else " NOT NULL"
            default = f" DEFAULT {column['default']}" if column["default"] is not None else ""
            yield f"column {table}.{column['name']} {column['type']}{null}{default}"
        yield f"primary key {table} {found.get_pk_constraint(table)['constrained_columns']}"
        for unique in found.get_unique_constraints(table):
            yield f"unique {table} {unique['column_names']}"
        for index in found.get_indexes(table):
            yield f"index {index['name']} {table} {index['column_names']}{' UNIQUE' if index['unique'] else ''}"
        for key in found.get_foreign_keys(table):
            yield f"foreign key {table} {key['constrained_columns']} {key['referred_table']} {key['referred_columns']}"
        for check in found.get_check_constraints(table):
            yield f"check {table} {check['name']} {_spaced(check['sqltext'])}"
    others = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view') OR sql LIKE '%AUTOINCREMENT%'"
    for type_, name, sql in connection.exec_driver_sql(others):
        yield f"{type_} {name} " + ("AUTOINCREMENT" if type_ == "table" else _spaced(sql))


def _spaced(sql: object) -> str:
    return " ".join(str(sql).split())


class _Mapping(BaseModel):
    columns: dict[str, str | None]
    excluded: list[str]
    statuses: dict[str, str] = {}


class _Mistake(BaseModel):
    column: str
    reason: str


_Count = Annotated[int, Field(ge=0)]

_VALUES: dict[sa.Column[Any], Any] = {
    epoch.c.token: Annotated[str, Field(min_length=1)],
    erasure.c.actor: PersonId,
    erasure.c.migrations: _Count,
    erasure.c.events: _Count,
    erasure.c.kind: Erasure,
    erasure.c.highest_ref: Annotated[int, Field(ge=0, le=999_999_999)],
    import_batch.c.mapping: _Mapping,
    import_batch.c.counts: dict[Outcome, _Count],
    import_batch.c.actor: PersonId,
    import_row.c.outcome: Outcome,
    import_row.c.errors: list[_Mistake],
    event.c.kind: Kind,
    event.c.actor: PersonId,
    base.c.actor: PersonId,
    base.c.rows: _Count,
    subscription.c.domains: _Count,
    subscription.c.mailboxes: _Count,
    subscription.c.disk: _Count,
    **of_quotes.VALUES,
}
"""What the desk writes into a column, where that is less than all that its type takes."""


def _form(table: sa.Table) -> type[BaseModel]:
    """Return what a row of a table is like: every column of its type, blank only where it may be."""
    columns: dict[str, Any] = {}
    for column in table.columns:
        plain = Any if isinstance(column.type, type(JSON)) else column.type.python_type
        value = _VALUES.get(column, plain)
        columns[column.name] = (value | None if column.nullable else value, ...)
    return create_model(table.name, __config__=ConfigDict(strict=True), **columns)


_FORMS = {table: _form(table) for table in metadata.sorted_tables}


def _of_values(connection: sa.Connection, table: sa.Table) -> Iterator[str]:
    """Yield what in a table's rows is no value of its column."""
    keys, form, count = list(table.primary_key), _FORMS[table], 0
    try:
        for row in connection.execute(sa.select(table).order_by(*keys).execution_options(yield_per=_AT_ONCE)):
            count += 1
            try:
                form.model_validate(row._asdict())
            except ValidationError as error:
                wrong = dict.fromkeys(str(one["loc"][0]) for one in error.errors(include_input=False))
                name = ".".join(str(row._mapping[key]) for key in keys)
                yield f"{table.name} {name}: {', '.join(wrong)}"
    except UNREADABLE as error:
        yield f"{table.name}: {type(error).__name__}"
        return
    if table is epoch and count != 1:
        yield f"{table.name}: {count} ≠ 1"


def _of_events(connection: sa.Connection) -> Iterator[str]:
    ids = connection.execute(sa.select(migration.c.id).order_by(migration.c.id)).scalars().all()
    for start in range(0, len(ids), _AT_ONCE):
        yield from _of_some(connection, ids[start : start + _AT_ONCE])


def _of_some(connection: sa.Connection, ids: Sequence[int]) -> Iterator[str]:
    try:
        yield from list(_compared(connection, ids))
    except UNREADABLE as error:
        if len(ids) == 1:
            yield f"migration {ids[0]}: {type(error).__name__}"
            return
        # One of them, that not even its rows can be read of: which?
        for id in ids:
            yield from _of_some(connection, [id])


UNREADABLE = (
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    RecursionError,
    OverflowError,
    sa.exc.NoResultFound,
)
"""What comes of rows that no desk has written: values that are none, checks of a domain that is not there."""


def _compared(connection: sa.Connection, ids: Sequence[int]) -> Iterator[str]:
    histories = load_events(connection, ids)
    stands = {m.id: m for m in load(connection, ids)}
    rows = {table: _rows(connection, table, ids) for table in (migration, domain, check_item, note)}
    for id in ids:
        name = f"migration {id} ({stands[id].ref})"
        try:
            told = rebuild(histories.get(id, ()))
            told.id = id
            wanted = {
                migration: [migration_row(told)],
                domain: [domain_row(told, d) for d in told.domains.values()],
                check_item: check_rows(told),
                note: [note_row(told, written) for written in told.notes],
            }
        except (ImpossibleEventError, *UNREADABLE) as error:
            # The words of the others may hold what was read.
            yield f"{name}: {error if isinstance(error, ImpossibleEventError) else type(error).__name__}"
            continue
        for table, of_events in wanted.items():
            yield from _of_rows(name, table.name, rows[table].get(id, []), of_events)


def _of_rows(name: str, table: str, here: list[dict[str, object]], told: list[dict[str, object]]) -> Iterator[str]:
    if len(here) != len(told):
        yield f"{name}: {table}: {len(here)} ≠ {len(told)}"
        return
    for row, right in zip(sorted(here, key=_in_order), sorted(told, key=_in_order), strict=True):
        # A value may be somebody's name: only where it is, is told.
        wrong = [column for column, value in right.items() if row[column] != value]
        if wrong:
            yield f"{name}: {table}.{', '.join(wrong)}"


def _in_order(row: dict[str, object]) -> tuple[str, ...]:
    return tuple(str(row.get(column) or "") for column in ("name", "domain", "item", "written_at", "text"))


def _rows(connection: sa.Connection, table: sa.Table, ids: Sequence[int]) -> dict[int, list[dict[str, object]]]:
    key = table.c.id if table is migration else table.c.migration_id
    found: dict[int, list[dict[str, object]]] = {}
    for row in connection.execute(sa.select(table).where(key.in_(ids)).order_by(table.c.id)).mappings():
        found.setdefault(row[key.name], []).append(dict(row))
    return found
