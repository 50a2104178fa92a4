"""A whole SQLite database copied while others write to it, and checked before it counts as a copy."""

import contextlib
import datetime as dt
import itertools
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal

from core import clock


def connect(path: Path, mode: Literal["ro", "rw", "rwc"]) -> sqlite3.Connection:
    """Return a connection without transactions of its own; `rwc` alone creates a missing file."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=30)


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

    The copy needs no other file beside it. Raises sqlite3.Error (damaged, not a database) and OSError.
    """
    with _beside(target) as unfinished:
        with closing(connect(source, "rw")) as live, closing(connect(unfinished, "rw")) as made:
            live.backup(made)
            # Of a database with a write-ahead log; the copy would want one too, and a folder to write it in.
            made.execute("PRAGMA journal_mode = DELETE").close()
            check(made)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def free_name(database: Path, purpose: str) -> Path:
    """Return a name in the database's folder `backups` that no file has yet; makes the folder."""
    folder = database.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    stem = f"{database.stem}-{clock.now().astimezone(dt.UTC):%Y%m%dT%H%M%SZ}-{purpose}"
    names = itertools.chain([stem], (f"{stem}-{count}" for count in itertools.count(2)))
    return next(path for name in names if not (path := folder / f"{name}.sqlite3").exists())


@contextlib.contextmanager
def _beside(target: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
