"""What is erased for good: migrations with all that is of them, quotes with their client's data. One row says so.

Of a migration is also what its domains' watches have seen, and what people were told of it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from core.database import portions
from core.database.tables import (
    Erasure,
    check_item,
    domain,
    erasure,
    event,
    migration,
    note,
    notice,
    quote,
    quote_event,
    watch,
    watch_round,
)
from core.migration.migration import Migration
from core.store.locks import lock_quotes
from core.store.refs import highest_ref


def erase_rows(connection: sa.Connection, ids: Sequence[int], at: dt.datetime, actor: str, reason: str) -> int:
    """Erase migrations with all that is of them, their quotes too; return how many there were. One row says so."""
    parts = [*portions.of(ids)]
    there, events = 0, 0
    for some in parts:
        there += _count(connection, migration, migration.c.id.in_(some))
        events += _count(connection, event, event.c.migration_id.in_(some))
    if not there:
        return 0
    erasure_id = record_erasure(connection, at, actor, reason, there, events)
    for some in parts:
        # Whoever is saving a quote for one of them is done, or finds it gone.
        connection.execute(sa.update(migration).where(migration.c.id.in_(some)).values(erasure_id=erasure_id))
        # What was offered is the client's too.
        erase_quotes_of(connection, some)
        erase_watches(connection, watch.c.migration_id.in_(some))
        for table in (event, check_item, note, domain):
            connection.execute(sa.delete(table).where(table.c.migration_id.in_(some)))
        connection.execute(sa.delete(migration).where(migration.c.id.in_(some)))
    return there


def _count(connection: sa.Connection, table: sa.Table, which: sa.ColumnElement[bool]) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table).where(which)).scalar_one())


def record_erasure(
    connection: sa.Connection,
    at: dt.datetime,
    actor: str,
    reason: str,
    migrations: int,
    events: int,
    kind: Erasure = "erased",
) -> int:
    """Write down that something was erased or blanked, by whom, why and how much; return its id."""
    kept = {
        "erased_at": at,
        "actor": actor,
        "reason": reason,
        "migrations": migrations,
        "events": events,
        "highest_ref": highest_ref(connection),
        "kind": kind,
    }
    return int(connection.execute(sa.insert(erasure).returning(erasure.c.id), [kept]).scalar_one())


def personal(m: Migration) -> Iterable[str]:
    """Yield what tells whose migration it was."""
    names = (m.client, m.contact_name, m.contact_phone, *(n for d in m.domains.values() for n in (d.name, d.display)))
    return (name.casefold() for name in names if name)


def erase_watches(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    """Erase watches with their rounds and notices; whoever is recording a look is waited for, or finds it gone."""
    locked = sa.select(watch.c.id).where(which).order_by(watch.c.id).with_for_update()
    for some in portions.of(connection.execute(locked).scalars().all()):
        for table, of in ((notice, notice.c.watch_id), (watch_round, watch_round.c.watch_id), (watch, watch.c.id)):
            connection.execute(sa.delete(table).where(of.in_(some)))


# -- quotes


def erase_quotes(connection: sa.Connection, which: sa.ColumnElement[bool]) -> int:
    """Erase quotes for good; return how many events went with them. Their numbers do not come back."""
    lock_quotes(connection)
    gone = connection.execute(sa.select(quote.c.id).where(which).order_by(quote.c.id)).scalars().all()
    events = 0
    for id in gone:
        here = quote.c.id == id
        before = connection.execute(sa.select(quote.c.replaces_id).where(here)).scalar()
        connection.execute(sa.update(quote).where(here).values(erasing=True, replaces_id=None))
        # What it had replaced stays replaced: by the one that came after it.
        connection.execute(sa.update(quote).where(quote.c.replaces_id == id).values(replaces_id=before))
        events += connection.execute(sa.delete(quote_event).where(quote_event.c.quote_id == id)).rowcount
        connection.execute(sa.delete(quote).where(here))
    return events


def erase_quotes_of(connection: sa.Connection, migrations: Sequence[int]) -> None:
    """Erase the quotes of migrations, and their versions that belong to none: they are of the same client."""
    lock_quotes(connection)
    erase_quotes(connection, quote.c.id.in_(quotes_of(connection, migrations)))


def quotes_of(connection: sa.Connection, migrations: Sequence[int]) -> set[int]:
    """Return the ids of the quotes of migrations, and of their versions that belong to none."""
    found = {*connection.execute(sa.select(quote.c.id).where(quote.c.migration_id.in_(migrations))).scalars()}
    newest = found
    while newest:
        before = sa.select(quote.c.replaces_id).where(quote.c.id.in_(newest))
        near = quote.c.id.in_(before) | quote.c.replaces_id.in_(newest)
        beside = sa.select(quote.c.id).where(near, quote.c.migration_id.is_(None))
        newest = {*connection.execute(beside).scalars()} - found
        found |= newest
    return found
