"""Brings a database to the schema this code works with: all of it or, where something fails, nothing.

Called at every start, by as many processes as there are; the first does the work, the others wait and find it done.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from core.messages import FieldError, InputError, Message
from core.pipeline import sqlite_copy
from core.pipeline.database import engine_of, file_of, reading, safe_url

SCHEMA = Path(__file__).parent / "schema"
_LOCK = 0x6465736B  # "desk"; any number that no other program uses on the same PostgreSQL database


@dataclass(frozen=True)
class Upgraded:
    """The revisions a database had (None: it was empty) and has, and the backup made in between."""

    before: str | None
    after: str
    backup: Path | None = None


def upgrade(url: str, *, backed_up: bool = False) -> Upgraded:
    """Set up an empty database, bring an older one to the newest revision, leave a current one alone.

    An older SQLite database is copied to its folder `backups` first. An older PostgreSQL database is upgraded only when
    `backed_up`. Raises InputError where the database cannot be used or upgraded; it is as it was, then.
    """
    engine = engine_of(url)
    try:
        head, *older = known_revisions()
        with reading(engine) as connection:
            # Nearly every start: it need not wait for a writer.
            if _revision(connection) == head:
                return Upgraded(head, head)
        with engine.connect() as connection:
            return _upgrade(connection, url, head, older, backed_up)
    except (sa.exc.DBAPIError, sqlite3.Error, OSError) as error:
        raise unusable(url, error) from error
    finally:
        engine.dispose()


def known_revisions() -> list[str]:
    """Return the revisions this code knows, the newest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def unusable(url: str, error: Exception) -> InputError:
    """Return what to tell of a database that its driver complains of."""
    # The first line of the driver's own words: SQLAlchemy quotes the statement, PostgreSQL goes on with the row.
    said = str(error.orig if isinstance(error, sa.exc.DBAPIError) else error).splitlines()
    detail = said[0] if said else type(error).__name__
    return refused(url, Message("database.unusable", {"detail": detail}))


def refused(url: str, message: Message) -> InputError:
    """Return what is wrong with the database of DATABASE_URL, without its password."""
    return InputError(FieldError("DATABASE_URL", safe_url(url), message))


def _upgrade(connection: sa.Connection, url: str, head: str, older: list[str], backed_up: bool) -> Upgraded:
    file, saved = file_of(url), None
    if file:
        # https://www.sqlite.org/lang_altertable.html, section 7: a table is made anew with foreign keys off, which a
        # transaction cannot switch, and takes its old name without a check of the triggers that mention it.
        raw = cast(sqlite3.Connection, connection.connection.driver_connection)
        raw.execute("PRAGMA foreign_keys = OFF").close()
        raw.execute("PRAGMA legacy_alter_table = ON").close()
    try:
        with connection.begin():
            if not file:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            before = _revision(connection)
            if before == head:
                return Upgraded(head, head)
            if before is None and sa.inspect(connection).get_table_names():
                raise refused(url, Message("database.foreign"))
            if before is not None and before not in older:
                raise refused(url, Message("database.newer", {"revision": before, "known": head}))
            if before is not None:
                saved = _save(file, head) if file else None
                if not saved and not backed_up:
                    raise refused(url, Message("database.not_backed_up", {"revision": before, "known": head}))
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if file:
                sqlite_copy.check(raw)
        return Upgraded(before, head, saved)
    except BaseException:
        # The database is as it was: at every further try there would be one backup more of it.
        if saved:
            saved.unlink()
        raise


def _save(file: Path, head: str) -> Path:
    saved = sqlite_copy.free_name(file, f"before-{head}")
    sqlite_copy.copy(file, saved)
    return saved


def _revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCHEMA).replace("%", "%%"))
    return config
