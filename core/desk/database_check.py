"""Whether a database is what the desk would have made: its schema as a new one's, its tables as its events tell.

Every value of every row is read as its column's, and is one that the desk writes there.

What is damaged is found by the database itself; what somebody changed by hand, or a file of another program, is not.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from core.database import portions
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
from core.desk import same_schema
from core.desk.same_schema import NAMED
from core.importing.planned import Outcome
from core.migration.event import ImpossibleEventError, Kind
from core.migration.people import PersonId
from core.migration.rebuilding import rebuild
from core.quotes import quotes_check as of_quotes
from core.store.rows import check_rows, domain_row, load, load_events, migration_row, note_row


def differences(connection: sa.Connection, fresh: sa.Connection) -> list[str]:
    """Return the first few differences of a database from a new one's schema, else from what the desk writes."""
    schema = list(itertools.islice(same_schema.differences(connection, fresh), NAMED))
    # Where a column is missing there is nothing to be asked; without an epoch nothing can be loaded.
    first = schema or list(itertools.islice(_of_values(connection, epoch), NAMED))
    others = (_of_values(connection, table) for table in metadata.sorted_tables if table is not epoch)
    return first or list(
        itertools.islice(itertools.chain(_of_events(connection), of_quotes.wrong(connection), *others), NAMED)
    )


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
        for row in connection.execute(sa.select(table).order_by(*keys).execution_options(yield_per=portions.SIZE)):
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
    for some in portions.of(ids):
        yield from _of_some(connection, some)


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
