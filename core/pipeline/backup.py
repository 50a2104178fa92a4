"""A copy of the desk's database taken while it is in use, and the way back from one."""

import shlex
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from core.messages import FieldError, InputError, Message
from core.pipeline import sqlite_copy
from core.pipeline.database import file_of, parse_url
from core.pipeline.upgrade import known_revisions, refused, unusable, upgrade

_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Restored:
    """What came back: the revision of the source, and where the database that was there before is kept.

    `kept` is None where there was none. `damaged` when it could be neither copied nor written to: it was moved there
    with the files beside it, and programs that have it open go on with it until they are started anew.
    """

    before: str
    after: str
    kept: Path | None
    damaged: bool


def backup(url: str, target: Path, *, overwrite: bool = False) -> None:
    """Copy an SQLite database to a file, as it is at one moment, checked; others may go on writing to it.

    Raises InputError where the file exists (unless `overwrite`) or cannot be written, or the database is damaged, or it
    is on PostgreSQL, with the command to call instead.
    """
    database = file_of(url)
    if database is None:
        raise _elsewhere(url, "pg_dump --format=custom", f"--file={shlex.quote(str(target))}")
    if target.resolve() == database.resolve():
        raise _wrong_file(target, Message("database.itself"))
    if target.exists() and not overwrite:
        raise _wrong_file(target, Message("database.exists"))
    if not database.exists():
        raise refused(url, Message("database.missing"))
    try:
        sqlite_copy.copy(database, target)
    except sqlite3.Error as error:
        raise unusable(url, error) from error
    except OSError as error:
        raise _wrong_file(target, Message("database.unwritable", {"detail": error.strerror or str(error)})) from error


def restore(url: str, source: Path) -> Restored:
    """Replace what is in an SQLite database by what is in a backup, in one step, for programs that have it open too.

    The database as it was is kept in its folder `backups`; a backup of an older revision is upgraded. Raises InputError
    where the source is no intact backup of the desk's, or the database is on PostgreSQL, with the command to call
    instead.
    """
    database = file_of(url)
    if database is None:
        raise _elsewhere(url, "pg_restore --clean --if-exists --single-transaction", shlex.quote(str(source)))
    if source.resolve() == database.resolve():
        raise _wrong_file(source, Message("database.itself"))
    revision = _checked(source)
    try:
        kept, damaged = _replace(database, source)
    except (sqlite3.Error, OSError) as error:
        raise unusable(url, error) from error
    return Restored(revision, upgrade(url).after, kept, damaged)


def _checked(source: Path) -> str:
    try:
        with closing(sqlite_copy.connect(source, "ro")) as connection:
            sqlite_copy.check(connection)
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not {"alembic_version", "migration", "event"} <= tables:
                raise _wrong_file(source, Message("database.no_backup"))
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or (None,)
    except sqlite3.Error as error:
        raise _wrong_file(source, Message("database.damaged_backup", {"detail": str(error)})) from error
    if revision is None:
        raise _wrong_file(source, Message("database.no_backup"))
    head, *older = known_revisions()
    if revision not in (head, *older):
        raise _wrong_file(source, Message("database.newer", {"revision": revision, "known": head}))
    return str(revision)


def _replace(database: Path, source: Path) -> tuple[Path | None, bool]:
    existed = database.exists()
    kept = sqlite_copy.free_name(database, "before-restore") if existed else None
    try:
        _write_over(database, source, kept)
    except sqlite3.DatabaseError as error:
        # SQLITE_BUSY and the like are operational errors, which say nothing of the file.
        if kept is None or isinstance(error, sqlite3.OperationalError):
            raise
        for suffix in ("-wal", "-shm", ""):
            beside = database.with_name(database.name + suffix)
            if beside.exists():
                beside.rename(kept.with_name(kept.name + suffix))
        _write_over(database, source, None)
        return kept, True
    return kept, False


def _write_over(database: Path, source: Path, kept: Path | None) -> None:
    started = time.monotonic()
    waiting_to_be_kept = kept

    def step(status: int, _remaining: int, _total: int) -> None:
        nonlocal waiting_to_be_kept
        if status == sqlite3.SQLITE_OK and waiting_to_be_kept:
            # From its first page on the restore holds the write lock, so no change can come after this copy;
            # readers still see the database as it was.
            sqlite_copy.copy(database, waiting_to_be_kept)
            waiting_to_be_kept = None
        if status != sqlite3.SQLITE_OK and time.monotonic() - started > _PATIENCE_SECONDS:
            raise sqlite3.OperationalError("database is locked")

    with closing(sqlite_copy.connect(source, "ro")) as backup, closing(sqlite_copy.connect(database, "rwc")) as live:
        live.execute("PRAGMA journal_mode = WAL").close()
        live.execute("PRAGMA synchronous = FULL").close()
        backup.backup(live, pages=1, progress=step)


def _wrong_file(path: Path, message: Message) -> InputError:
    return InputError(FieldError("FILE", str(path), message))


def _elsewhere(url: str, program: str, arguments: str) -> InputError:
    """Return what to call on PostgreSQL; the password is asked for, or taken from ~/.pgpass."""
    parsed = parse_url(url)
    host = parsed.host or parsed.query.get("host")
    flags = {"host": host, "port": parsed.port, "username": parsed.username, "dbname": parsed.database}
    given = " ".join(f"--{name}={shlex.quote(str(value))}" for name, value in flags.items() if value)
    return refused(url, Message("database.use_program", {"command": f"{program} {given} {arguments}"}))
