"""One way to read and one way to write, on SQLite and on PostgreSQL alike.

`reading` sees one unchanging state of the database, `writing` commits everything or nothing. SQLite takes the only
write lock when a writing transaction begins, not at its first change: of two writers the second waits, instead of
failing because what it had read meanwhile changed.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.messages import FieldError, InputError, Message

# Longer than any import takes: who waits for the lock should get it.
_PATIENCE_SECONDS = 30


def parse_url(url: str) -> sa.URL:
    """Return a database's address, sqlite:////folder/desk.sqlite3 or postgresql://user:password@host/name.

    Raises InputError where it is neither; SQLite in memory is neither, as every thread would get its own.
    """
    found = _url(url)
    if found is None:
        # What does not read may still hold a password.
        raise InputError(FieldError("DATABASE_URL", None, Message("database.url")))
    backend = {"postgres": "postgresql"}.get(found.get_backend_name(), found.get_backend_name())
    if backend == "postgresql" and found.database:
        return found.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and found.database not in (None, "", ":memory:") and not (found.host or found.query):
        return found.set(drivername="sqlite")
    raise InputError(FieldError("DATABASE_URL", safe_url(url), Message("database.url")))


def safe_url(url: str) -> str:
    """Return a database's address to be shown or logged: without password and options, which may hold one."""
    found = _url(url)
    return found.set(query={}).render_as_string(hide_password=True) if found else "?"


def file_of(url: str) -> Path | None:
    """Return the file of an SQLite database, None for PostgreSQL."""
    found = parse_url(url)
    return Path(found.database or "").absolute() if found.drivername == "sqlite" else None


def engine_of(url: str) -> sa.Engine:
    """Return a new engine for a database; whoever asks disposes of it. Raises InputError where the URL is none."""
    parsed = parse_url(url)
    if parsed.drivername != "sqlite":
        # A server may have been restarted since a connection was last used.
        return sa.create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    engine = sa.create_engine(
        parsed,
        poolclass=sa.QueuePool,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": _PATIENCE_SECONDS},
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


@cache
def engine(url: str) -> sa.Engine:
    """Return the engine that all threads of this process share for a database."""
    return engine_of(url)


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Give a connection that sees one state of the database throughout, whatever others write, and cannot write."""
    if engine.dialect.name == "sqlite":
        options: dict[str, Any] = {"desk_reading": True}
    else:
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Give a connection whose changes are committed together at the end, or not at all when an exception leaves it.

    On SQLite there is one writer at a time. On PostgreSQL (READ COMMITTED) lock what is read to be changed.
    """
    with engine.begin() as connection:
        yield connection


def _url(url: str) -> sa.URL | None:
    try:
        found = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        return None
    # An @ not written as %40 in a password: the rest of the password would pass for the host.
    return None if "@" in (found.host or "") else found


def _prepare_sqlite(connection: Any, _record: object) -> None:
    _use_write_ahead_log(connection)
    # secure_delete: what is erased is overwritten, not only forgotten.
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    given_up = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
            return
        except sqlite3.OperationalError as error:
            # Of two that switch a new file at once SQLite refuses one without letting it wait.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > given_up:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: sa.Connection) -> None:
    only_reading = connection.get_execution_options().get("desk_reading", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {only_reading:d}")
    connection.exec_driver_sql("BEGIN" if only_reading else "BEGIN IMMEDIATE")
