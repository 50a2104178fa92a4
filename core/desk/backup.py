"""A copy of the desk's database taken while it is in use, and the way back from one."""

import errno
import os
import shlex
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from core.database import epoch, sqlite_copy
from core.database.address import file_of, parse_url
from core.database.transactions import private
from core.database.trouble import trouble
from core.database.upgrade import fresh, known_revisions, refused, unusable, upgrade_copy
from core.desk import database_check
from core.desk.file_kind import kind
from core.files.whole_file import beside, unwritable
from core.ground import clock
from core.ground.messages import FieldError, InputError, Message
from core.ground.settings import settings
from core.quotes import numbers


@dataclass(frozen=True)
class Restored:
    """What came back: the revision of the source, and where the database that was there before is kept.

    `kept` is None where there was none. `damaged` when it could be neither copied nor written to: it was moved there
    with the files beside it.
    """

    before: str
    after: str
    kept: Path | None
    damaged: bool


def backup(url: str, target: Path, *, overwrite: bool = False) -> list[str]:
    """Copy an SQLite database to a file, as it is at one moment, checked; others may go on writing to it.

    Returns what in it is not as the desk would have made it, for which `restore` would refuse the copy: mostly nothing.
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
    if target.exists() and not target.is_file():
        raise _wrong_file(target, Message("database.unwritable", {"detail": os.strerror(errno.EINVAL)}))
    if not database.exists():
        raise refused(url, Message("database.missing"))
    try:
        if (found := kind(database)) != "sqlite":
            raise refused(url, _is(found))
        with closing(sqlite_copy.connect(database, "rw")) as live:
            if not _ours(live):
                raise refused(url, Message("database.foreign"))
    except (sqlite3.Error, OSError) as error:
        raise unusable(url, error) from error
    try:
        sqlite_copy.copy(database, target)
    except sqlite3.Error as error:
        raise unusable(url, error) from error
    except OSError as error:
        raise unwritable(target, "FILE", error) from error
    return _differences(target) if _revision(target) == known_revisions()[0] else []


def restore(url: str, source: Path) -> Restored:
    """Replace what is in an SQLite database by what is in a backup, in one step, for programs that have it open too.

    A new epoch begins: what they saw before is refused. Numbers of quotes go on from the highest of both. The database
    as it was is kept in its folder `backups`. The backup is upgraded to the newest revision, in a copy, and must be as
    the desk would have made it: its schema, and its tables as its events tell. Raises InputError where the source is no
    such backup, or the database is on PostgreSQL, with the command to call instead.
    """
    database = file_of(url)
    if database is None:
        raise _elsewhere(url, "pg_restore --clean --if-exists --single-transaction", shlex.quote(str(source)))
    if source.resolve() == database.resolve():
        raise _wrong_file(source, Message("database.itself"))
    revision = _checked(source)
    try:
        with beside(database) as copy:
            _prepare(copy, source, database)
            kept, damaged = _replace(database, copy)
        private(database)
    except (sqlite3.Error, OSError) as error:
        raise unusable(url, error) from error
    return Restored(revision, known_revisions()[0], kept, damaged)


def kept_copies(url: str) -> list[Path]:
    """Return the copies in the folder `backups` of an SQLite database, the newest last; none on PostgreSQL.

    They hold what was blanked or erased since. Where the command `backup` wrote others, nobody here knows.
    """
    database = file_of(url)
    return [] if database is None else sorted((database.parent / "backups").glob("*.sqlite3"))


def _checked(source: Path) -> str:
    """Return the revision of a backup; raises InputError where it is none."""
    try:
        if (found := kind(source)) != "sqlite":
            raise _wrong_file(source, _is(found))
        with closing(sqlite_copy.connect(source, "ro")) as connection:
            sqlite_copy.check(connection)
            if not _ours(connection):
                raise _wrong_file(source, Message("database.no_backup"))
    except (sqlite3.Error, OSError) as error:
        raise _damaged(source, error) from error
    revision = _revision(source)
    if revision is None:
        raise _wrong_file(source, Message("database.no_backup"))
    head, *older = known_revisions()
    if revision not in (head, *older):
        raise _wrong_file(source, Message("database.newer", {"revision": revision, "known": head}))
    return revision


def _prepare(copy: Path, source: Path, database: Path) -> None:
    """Fill a copy with a backup, upgraded, looked into, in the database's pages, and of an epoch of its own."""
    try:
        sqlite_copy.fill(copy, source, "ro")
        upgrade_copy(copy)
        wrong = _differences(copy)
    except (sa.exc.DBAPIError, sqlite3.Error, InputError, *database_check.UNREADABLE) as error:
        if not isinstance(error, InputError) and trouble(error).id == "database.full":
            raise OSError(errno.ENOSPC, str(getattr(error, "orig", error))) from error
        raise _damaged(source, error) from error
    if wrong:
        raise _wrong_file(source, Message("database.disagrees", {"differences": "; ".join(wrong)}))
    with closing(sqlite_copy.connect(copy, "rw")) as made:
        made.execute("PRAGMA journal_mode = DELETE").close()
        epoch.begin_anew(made, clock.now())
        numbers.go_on_from(made, _numbers(database))
        size, (own,) = _page_size(database), made.execute("PRAGMA page_size").fetchone()
        if size not in (None, own):
            # Over a database with a write-ahead log nothing can be written in pages of another size.
            made.execute(f"PRAGMA page_size = {size}").close()
            made.execute("VACUUM").close()


def _numbers(database: Path) -> dict[int, int]:
    """Return the highest numbers of quotes of the database that is there; none where it cannot be asked."""
    if not database.exists() or not database.stat().st_size:
        return {}
    try:
        with closing(sqlite_copy.connect(database, "ro")) as live:
            return numbers.given(live)
    except sqlite3.DatabaseError:
        return {}


def _page_size(database: Path) -> int | None:
    """Return the size of a database's pages; None where there is none, or it is damaged and will be moved aside."""
    if not database.exists() or not database.stat().st_size:
        return None
    try:
        with closing(sqlite_copy.connect(database, "ro")) as live:
            return int(live.execute("PRAGMA page_size").fetchone()[0])
    except sqlite3.DatabaseError:
        return None


def _differences(file: Path) -> list[str]:
    # As it is: the desk's own connections would give it a write-ahead log.
    engine = sa.create_engine("sqlite://", creator=lambda: sqlite_copy.connect(file, "ro"), poolclass=sa.NullPool)
    with fresh() as right, engine.connect() as connection:
        return database_check.differences(connection, right)


def _ours(connection: sqlite3.Connection) -> bool:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {"alembic_version", "migration", "event"} <= tables


def _revision(file: Path) -> str | None:
    with closing(sqlite_copy.connect(file, "ro")) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0]) if found else None


def _is(kind: str) -> Message:
    return Message("database.is_a", {"what": Message(f"database.is_a.{kind}")})


def _damaged(source: Path, error: Exception) -> InputError:
    said = str(error.orig) if isinstance(error, sa.exc.DBAPIError) else str(error)
    if isinstance(error, database_check.UNREADABLE):
        # Its words may hold what was read.
        said = type(error).__name__
    return _wrong_file(source, Message("database.damaged_backup", {"detail": said.splitlines()[0] if said else "?"}))


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
    patience = settings().database_patience

    def step(status: int, _remaining: int, _total: int) -> None:
        nonlocal waiting_to_be_kept
        if status == sqlite3.SQLITE_OK and waiting_to_be_kept:
            # From its first page on the restore holds the write lock, so no change can come after this copy;
            # readers still see the database as it was.
            sqlite_copy.copy(database, waiting_to_be_kept)
            waiting_to_be_kept = None
        if status != sqlite3.SQLITE_OK and time.monotonic() - started >= patience:
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
