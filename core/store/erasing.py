"""Quotes erased: with their client's data and their events; a chain of versions closes over the gap."""

from collections.abc import Sequence

import sqlalchemy as sa

from core.database.tables import quote, quote_event


def erase_quotes(connection: sa.Connection, which: sa.ColumnElement[bool]) -> int:
    """Erase quotes for good; return how many events went with them. Their numbers do not come back."""
    lock(connection)
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
    lock(connection)
    found = {*connection.execute(sa.select(quote.c.id).where(quote.c.migration_id.in_(migrations))).scalars()}
    newest = found
    while newest:
        before = sa.select(quote.c.replaces_id).where(quote.c.id.in_(newest))
        near = quote.c.id.in_(before) | quote.c.replaces_id.in_(newest)
        beside = sa.select(quote.c.id).where(near, quote.c.migration_id.is_(None))
        newest = {*connection.execute(beside).scalars()} - found
        found |= newest
    erase_quotes(connection, quote.c.id.in_(found))


def lock(connection: sa.Connection) -> None:
    """Wait until nobody holds a quote, and let nobody begin to: the versions of one are linked anew."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("LOCK TABLE quote IN EXCLUSIVE MODE"))
