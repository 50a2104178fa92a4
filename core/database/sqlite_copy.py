"""A whole SQLite database copied while others write to it, and checked before it counts as a copy."""

import datetime as dt
import errno
import itertools
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Literal

from core.database import epoch
from core.files.whole_file import beside, replace
from core.ground import clock
from core.ground.settings import settings

_OF_WRITING = (
    "SQLITE_FULL",
    "SQLITE_IOERR_WRITE",
    "SQLITE_IOERR_FSYNC",
    "SQLITE_IOERR_DIR_FSYNC",
    "SQLITE_IOERR_TRUNCATE",
    "SQLITE_IOERR_DELETE",
)
"""Errors of SQLite that, of two files, only the one that is written can have."""


def connect(path: Path, mode: Literal["ro", "rw", "rwc"]) -> sqlite3.Connection:
    """Return a connection without transactions of its own; `rwc` alone creates a missing file."""
    address = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=settings().database_patience)


def check(connection: sqlite3.Connection) -> None:
    """Raise sqlite3.DatabaseError where a database is damaged, or a row refers to none."""
    (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(found)
    orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    if orphan:
        raise sqlite3.DatabaseError(f"{orphan[0]} {orphan[1]} refers to a missing {orphan[2]}")


def copy(source: Path, target: Path) -> None:
    """Copy a database, as it is at one moment, to a file that takes the target's place only once it is whole.

    The copy needs no other file beside it, and is of an epoch of its own. Raises sqlite3.Error (the source is damaged,
    locked, not a database) and OSError (the target cannot be written).
    """
    with beside(target) as unfinished:
        fill(unfinished, source, "rw")
        replace(unfinished, target)


def fill(unfinished: Path, source: Path, mode: Literal["ro", "rw"]) -> None:
    """Copy a database into an empty file of ours, checked. Raises what `copy` raises."""
    with closing(connect(source, mode)) as live, closing(connect(unfinished, "rw")) as made:
        try:
            live.backup(made)
            # Of a database with a write-ahead log; the copy would want one too, and a folder to write it in.
            made.execute("PRAGMA journal_mode = DELETE").close()
            epoch.begin_anew(made)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname in _OF_WRITING:
                full = error.sqlite_errorname in ("SQLITE_FULL", "SQLITE_IOERR_WRITE")
                raise OSError(errno.ENOSPC if full else errno.EIO, str(error)) from error
            raise
        check(made)


def free_name(database: Path, purpose: str) -> Path:
    """Return a name in the database's folder `backups` that no file has yet; makes the folder."""
    folder = database.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    stem = f"{database.stem}-{clock.now().astimezone(dt.UTC):%Y%m%dT%H%M%SZ}-{purpose}"
    names = itertools.chain([stem], (f"{stem}-{count}" for count in itertools.count(2)))
    return next(path for name in names if not (path := folder / f"{name}.sqlite3").exists())
