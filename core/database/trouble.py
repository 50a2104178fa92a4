"""What a database's driver complains of, in words: what happened, what was kept, and what to do."""

import sqlite3

import sqlalchemy as sa

from core.database.transactions import UnknownOutcomeError
from core.files.whole_file import FULL
from core.ground.messages import Message

_OF_SQLITE = {
    sqlite3.SQLITE_FULL: "database.full",
    sqlite3.SQLITE_BUSY: "database.locked",
    sqlite3.SQLITE_LOCKED: "database.locked",
    sqlite3.SQLITE_CORRUPT: "database.damaged",
    sqlite3.SQLITE_NOTADB: "database.damaged",
    sqlite3.SQLITE_READONLY: "database.readonly",
    sqlite3.SQLITE_PERM: "database.readonly",
    sqlite3.SQLITE_SCHEMA: "database.schema",
}
"""By SQLite's primary result code."""

_OF_POSTGRESQL = {
    "08": "database.gone",
    "57P": "database.gone",
    "53100": "database.full",
    "53300": "database.gone",
    "55P03": "database.locked",
    "40P01": "database.locked",
    "57014": "database.locked",
    "42P": "database.schema",
    "42703": "database.schema",
    "42883": "database.schema",
    "42501": "database.readonly",
    "25006": "database.readonly",
    "XX001": "database.damaged",
    "XX002": "database.damaged",
}
"""By the beginning of a SQLSTATE."""


def trouble(error: Exception) -> Message:
    """Return what to tell of an error of a database, its driver, or the disk it is on."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) and error.orig is not None else error
    # The first line of the driver's own words: SQLAlchemy quotes the statement, PostgreSQL goes on with the row.
    said = (getattr(cause, "strerror", None) or str(cause)).splitlines()
    id = "database.unknown_outcome" if isinstance(error, UnknownOutcomeError) else _id(cause)
    return Message(id, {"detail": said[0] if said else type(cause).__name__})


def _id(cause: BaseException) -> str:
    if isinstance(cause, OSError):
        return "database.full" if cause.errno in FULL else "database.unusable"
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause)
    state = getattr(cause, "sqlstate", None)
    if state is None:
        # Of a server that answers, psycopg has a code.
        return "database.gone" if type(cause).__name__ == "OperationalError" else "database.unusable"
    return next((id for begins, id in _OF_POSTGRESQL.items() if state.startswith(begins)), "database.unusable")


def _of_sqlite(cause: sqlite3.Error) -> str:
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        # What a check of ours has found.
        return "database.damaged" if type(cause) is sqlite3.DatabaseError else "database.unusable"
    if code == sqlite3.SQLITE_ERROR and ("no such" in str(cause) or "has no column" in str(cause)):
        return "database.schema"
    if getattr(cause, "sqlite_errorname", "") in ("SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"):
        return "database.full"
    return _OF_SQLITE.get(code & 0xFF, "database.unusable")
