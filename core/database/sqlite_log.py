"""SQLite's write-ahead log is emptied: it still holds the pages as they were before."""

import sqlite3
from typing import Any

import sqlalchemy as sa

_PATIENCE = 2_000
"""Milliseconds that whoever blanks waits for readers of the log: an export may take longer."""


def empty_log(engine: sa.Engine) -> None:
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
