"""Rows as plain as the tables take them, a migration of two events, and what a database says against a statement."""

import datetime as dt

import pytest
import sqlalchemy as sa

from core.database.tables import Moment, event, migration
from core.database.transactions import engine, reading, writing

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
HAPPENED = {"kind": "created", "actor": "Ala", "recorded_at": NOON}
ERASURE = {
    "id": 1,
    "erased_at": NOON,
    "actor": "Ala",
    "reason": "asked for",
    "migrations": 1,
    "events": 2,
    "highest_ref": 3,
}
PLAIN = {
    sa.Integer: 0,
    sa.BigInteger: 0,
    sa.Text: "",
    sa.Boolean: False,
    sa.JSON: {},
    sa.Date: NOON.date(),
    Moment: NOON,
}


def row(table, **values):
    """Return a row with the plainest value wherever one is needed."""
    needed = [column for column in table.columns if not column.nullable and column.name != "id"]
    return {**{column.name: PLAIN[type(column.type)] for column in needed}, **values}


def opened(database_url):
    return engine(database_url)


def with_two_events(db):
    """A migration with two events."""
    with writing(db) as connection:
        connection.execute(migration.insert(), row(migration, id=1, ref="M-1", client="Żółw"))
        for seq in (1, 2):
            connection.execute(event.insert(), row(event, migration_id=1, seq=seq, **HAPPENED))
    return db


def count(db, table):
    with reading(db) as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table))


def refusal(db, statement, values=None):
    """Return the first line of what the database says against a statement."""
    with pytest.raises(sa.exc.IntegrityError) as refused, writing(db) as connection:
        connection.execute(sa.text(statement) if isinstance(statement, str) else statement, values or {})
    return str(refused.value.orig).splitlines()[0]
