"""What was erased leaves SQLite's files: the write-ahead log still holds the pages as they were, others older ones."""

import sqlite3
from typing import Any

import sqlalchemy as sa

_PATIENCE = 2_000
"""Milliseconds that whoever blanks waits for readers of the log: an export may take longer."""


def empty_log(engine: sa.Engine) -> bool:
    """Let SQLite's log, which still holds the pages as they were, be emptied: now, or once nobody reads in it.

    Return whether it is done.
    """
    if engine.dialect.name != "sqlite":
        return True
    raw = engine.raw_connection()
    try:
        done = _emptied(raw.driver_connection, _PATIENCE)
    finally:
        raw.close()
    if done:
        return True

    def again(connection: Any, _record: object) -> None:
        nonlocal done
        done = done or (connection is not None and _emptied(connection, 0))

    # Whoever gives a connection back may have been the reader, or come after it.
    sa.event.listen(engine, "checkin", again)
    return False


def rewrite_file(engine: sa.Engine) -> bool | None:
    """Write SQLite's file anew, so that no page has what was erased; return whether all is done, None on a server.

    `secure_delete` overwrites a row where it stood last; where it stood before pages were shared out anew, nobody does.
    Where somebody reads meanwhile, the log is emptied once they are done.
    """
    if engine.dialect.name != "sqlite":
        return None
    raw = engine.raw_connection()
    try:
        rewritten = _rewritten(raw.driver_connection)
    finally:
        raw.close()
    return empty_log(engine) and rewritten


def _rewritten(connection: Any) -> bool:
    try:
        connection.execute("PRAGMA query_only = OFF").close()
        connection.execute("VACUUM").close()
    except sqlite3.OperationalError:
        # Somebody writes for longer than anybody waits, or the disk has no room for a second one.
        return False
    return True


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
