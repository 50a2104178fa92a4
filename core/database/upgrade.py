"""Brings a database to the schema this code works with: all of it or, where something fails, nothing.

Called at every start, by as many processes as there are; the first does the work, the others wait and find it done.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from core.database import sqlite_copy
from core.database.address import file_of, safe_url
from core.database.transactions import engine_of, private, reading
from core.database.trouble import trouble
from core.files.whole_file import remove_leftovers
from core.ground.messages import FieldError, InputError, Message

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
        if file := file_of(url):
            _tidy(file)
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


def upgrade_copy(copy: Path) -> None:
    """Bring a file that nobody else uses to the newest revision, without a backup of it. Raises what upgrade raises."""
    url = sa.URL.create("sqlite", database=str(copy.absolute())).render_as_string()
    engine = engine_of(url)
    head, *older = known_revisions()
    try:
        with engine.connect() as connection:
            _upgrade(connection, url, head, older, backed_up=True, saving=False)
    finally:
        engine.dispose()


@contextmanager
def fresh() -> Iterator[sa.Connection]:
    """Give a new SQLite database in memory, as `upgrade` sets one up: what others are compared with."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection, connection.begin():
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        yield connection
    engine.dispose()


def known_revisions() -> list[str]:
    """Return the revisions this code knows, the newest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def unusable(url: str, error: Exception) -> InputError:
    """Return what to tell of a database that its driver complains of: what happened, what was kept, what to do."""
    return refused(url, trouble(error))


def refused(url: str, message: Message) -> InputError:
    """Return what is wrong with the database of DATABASE_URL, without its password."""
    return InputError(FieldError("DATABASE_URL", safe_url(url), message))


def _upgrade(
    connection: sa.Connection, url: str, head: str, older: list[str], backed_up: bool, saving: bool = True
) -> Upgraded:
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
                saved = _save(file, head) if file and saving else None
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


def _tidy(file: Path) -> None:
    """Let only its owner read a database and its backups; remove what killed copies left beside them."""
    folder, stem = file.parent / "backups", re.escape(file.stem)
    remove_leftovers(file.parent, re.escape(file.name))
    remove_leftovers(folder, rf"{stem}-[0-9]{{8}}T[0-9]{{6}}Z-[\w-]+\.sqlite3")
    private(file)
    for kept in folder.glob("*.sqlite3"):
        private(kept)


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
