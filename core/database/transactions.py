"""One way to read and one way to write, on SQLite and on PostgreSQL alike.

`reading` sees one unchanging state of the database, `writing` commits everything or nothing. SQLite takes the only
write lock when a writing transaction begins, not at its first change: of two writers the second waits, instead of
failing because what it had read meanwhile changed.
"""

import contextlib
import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Any

import sqlalchemy as sa

from core.database.address import parse_url
from core.database.epoch import GENERATION
from core.ground.settings import settings


class UnknownOutcomeError(sa.exc.DBAPIError):
    """The connection was lost while the database was told to commit: nobody knows whether it did."""


def engine_of(url: str, *, create: bool = True) -> sa.Engine:
    """Return a new engine for a database; whoever asks disposes of it. Raises InputError where the URL is none.

    A new SQLite file is made where there is none and `create`: for its owner alone, as are the files beside it.
    """
    parsed = parse_url(url)
    patience = settings().database_patience
    if parsed.drivername != "sqlite":
        engine = sa.create_engine(
            parsed,
            # A server may have been restarted since a connection was last used.
            pool_pre_ping=True,
            hide_parameters=True,
            # Behind a pooler the next transaction may be another connection's, which prepared nothing.
            connect_args={"prepare_threshold": None},
        )
        sa.event.listen(engine, "begin", lambda connection: _begin_postgresql(connection, patience))
        return engine
    file = Path(parsed.database or "").absolute()
    engine = sa.create_engine(
        parsed,
        poolclass=sa.QueuePool,
        hide_parameters=True,
        creator=lambda: _open(file, patience, create),
    )
    _follow_file(engine, file)
    sa.event.listen(engine, "connect", lambda connection, _record: _prepare_sqlite(connection, patience))
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


@cache
def engine(url: str) -> sa.Engine:
    """Return the engine that all threads of this process share for a database; a file that is gone stays gone."""
    return engine_of(url, create=False)


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
    Raises UnknownOutcomeError where the answer to COMMIT was lost.
    """
    with engine.connect() as connection:
        transaction = connection.begin()
        try:
            yield connection
        except BaseException:
            # Of a connection that is gone there is nothing to take back.
            with contextlib.suppress(sa.exc.DBAPIError):
                transaction.rollback()
            raise
        try:
            transaction.commit()
        except sa.exc.DBAPIError as error:
            # It may still stand in the transaction that it could not end.
            connection.invalidate(error)
            if _answered(error):
                raise
            raise UnknownOutcomeError(None, None, error.orig or error, hide_parameters=True) from error


def _answered(error: sa.exc.DBAPIError) -> bool:
    """Whether the database itself said no: SQLite always does, PostgreSQL with a code that is not its own end."""
    code = getattr(error.orig, "sqlstate", None)
    return isinstance(error.orig, sqlite3.Error) or (code is not None and not code.startswith(("08", "57P")))


def _begin_postgresql(connection: sa.Connection, patience: float) -> None:
    # For this transaction alone: behind a pooler the connection is somebody else's afterwards.
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(patience * 1000)}")


def private(file: Path) -> None:
    """Let only its owner read a database and the files beside it, whoever could before."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        beside = file.with_name(file.name + suffix)
        # Another's file stays as its owner wants it.
        with contextlib.suppress(FileNotFoundError, PermissionError):
            mode = beside.stat().st_mode
            # A wrong DATABASE_URL may name a folder, which others use.
            if stat.S_ISREG(mode) and mode & 0o077:
                beside.chmod(mode & 0o700)


def _open(file: Path, patience: float, create: bool) -> sqlite3.Connection:
    if create:
        # SQLite would make it for everybody to read; what it makes beside it is like the file itself.
        with contextlib.suppress(OSError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return sqlite3.connect(
        f"{file.as_uri()}?mode=rw", uri=True, check_same_thread=False, isolation_level=None, timeout=patience
    )


def _follow_file(engine: sa.Engine, file: Path) -> None:
    """Let no connection go on with a file that another has taken the place of; each new file is a new generation."""
    last: list[tuple[int, int]] = []
    generation, noticing = [""], Lock()

    def identity() -> tuple[int, int]:
        found = file.stat()
        return found.st_dev, found.st_ino

    @sa.event.listens_for(engine, "connect")
    def opened(_connection: Any, record: Any) -> None:
        now = identity()
        with noticing:
            if last[-1:] != [now]:
                # A number of its own for each: one that the system gave a file may be another's when that is gone.
                generation[0] = token_hex(4) if last else ""
                last[:] = [now]
        record.info["desk_file"], record.info[GENERATION] = now, generation[0]

    @sa.event.listens_for(engine, "checkout")
    def taken(_connection: Any, record: Any, _proxy: Any) -> None:
        try:
            now = identity()
        except OSError:
            now = (0, 0)
        if record.info.get("desk_file") != now:
            raise sa.exc.DisconnectionError("the database file is another one")


def _prepare_sqlite(connection: Any, patience: float) -> None:
    _use_write_ahead_log(connection, patience)
    # secure_delete: what is erased is overwritten, not only forgotten.
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _use_write_ahead_log(connection: sqlite3.Connection, patience: float) -> None:
    given_up = time.monotonic() + patience
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
