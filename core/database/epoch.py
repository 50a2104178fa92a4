"""Which life of the database it is: after a restore no number in it means what it meant before.

Everything that counts (ids, versions, numbers of events) can come out equal again after a restore. So what was seen
belongs to an epoch: a random token in the database that every restore and every copy writes anew, and what tells the
database from another in its place: the file on SQLite; on PostgreSQL the table's own number, which `pg_restore --clean`
makes anew, the database's, and the server's timeline, which a recovery to a point in time begins.
"""

import datetime as dt
import sqlite3
from secrets import token_hex
from typing import NamedTuple

import sqlalchemy as sa

from core.database.tables import epoch as table

GENERATION = "desk_generation"
"""What a connection knows its file by, in its `info`: `core.database.transactions` sets it."""

_OF_POSTGRESQL = sa.text(
    "SELECT concat_ws('.', 'epoch'::regclass::oid, (SELECT oid FROM pg_database WHERE datname = current_database()),"
    " CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) END)"
)


class Epoch(NamedTuple):
    """An epoch: its name, and when a restore by the desk's own command began it; None where it was not one."""

    name: str
    restored_at: dt.datetime | None


def read(connection: sa.Connection) -> Epoch:
    """Return the present epoch."""
    token, restored_at = connection.execute(sa.select(table.c.token, table.c.restored_at)).one()
    if connection.dialect.name == "sqlite":
        return Epoch(f"{token}.{connection.info.get(GENERATION, '')}", restored_at)
    return Epoch(f"{token}.{connection.execute(_OF_POSTGRESQL).scalar_one()}", restored_at)


def begin_anew(copy: sqlite3.Connection, restored_at: dt.datetime | None = None) -> None:
    """Give a copy of an SQLite database an epoch of its own; one of a revision before there were any stays as it is."""
    if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'epoch'").fetchone():
        at = None if restored_at is None else f"{restored_at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S.%f}"
        copy.execute("UPDATE epoch SET token = ?, restored_at = ?", (token_hex(16), at))
