"""The backups within reach that still hold a person: each opened to be read only, whatever desk wrote it, or named.

Copies that somebody put elsewhere, and what pg_dump wrote, cannot be seen from here.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from core.database.address import file_of
from core.desk.file_kind import kind
from core.forgetting.asked import Asked
from core.ground.messages import Message

MOST = 100
"""Files that are looked into, the newest first; of others it is said that nobody looked."""
LARGEST = 1 << 30
"""Bytes of a file that is looked into."""

_BESIDE = ("-wal", "-shm", "-journal")
_ENDS = (".sqlite3", ".sqlite", ".db", ".bak", ".backup")
"""How copies beside the database are called."""

State = Literal["holds", "clean", "unread"]


@dataclass(frozen=True, slots=True)
class Copy:
    """A backup, and whether it holds the person; `why` it could not be read."""

    file: Path
    state: State
    why: Message | None = None


def holding(url: str, asked: Asked, texts: Collection[str] = ()) -> list[Copy]:
    """Return the copies in the folder of a database and in its `backups`, the newest first; none of PostgreSQL's.

    `texts`: what else says whose a record is, as it stands in a cell.
    """
    database = file_of(url)
    if database is None:
        return []
    return [_looked_into(file, place, asked, {*texts}) for place, file in enumerate(_files(database))]


def _files(database: Path) -> list[Path]:
    own = {database.name + end for end in ("", *_BESIDE)}
    beside = [file for file in _within(database.parent) if file.name not in own and file.name.endswith(_ENDS)]
    kept = [file for file in _within(database.parent / "backups") if not file.name.endswith(_BESIDE)]
    return sorted((*beside, *kept), key=_age)


def _within(folder: Path) -> Iterator[Path]:
    try:
        found = [*folder.iterdir()]
    except OSError:
        return
    yield from (file for file in found if file.is_file())


def _age(file: Path) -> tuple[float, str]:
    try:
        return -file.stat().st_mtime, file.name
    except OSError:
        return 0, file.name


def _looked_into(file: Path, place: int, asked: Asked, texts: set[str]) -> Copy:
    try:
        if place >= MOST or file.stat().st_size > LARGEST:
            return Copy(file, "unread", Message("forget.copy.bounds"))
        if (found := kind(file)) == "empty":
            return Copy(file, "clean")
        if found != "sqlite":
            return Copy(file, "unread", Message("forget.copy.is_a", {"what": Message(f"database.is_a.{found}")}))
        with closing(_opened(file)) as connection:
            held = any(_said(value, asked, texts) for value in _values(connection))
    except (sqlite3.Error, OSError, ValueError) as error:
        return Copy(file, "unread", Message("forget.copy.broken", {"detail": type(error).__name__}))
    return Copy(file, "holds" if held else "clean")


def _opened(file: Path) -> sqlite3.Connection:
    """Return a connection that changes nothing, not even beside the file."""
    # A copy with a log of its own can only be read with it; any other one as it lies there, in a folder of whomever.
    alone = not any(file.with_name(file.name + end).exists() for end in _BESIDE)
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}", uri=True)


def _values(connection: sqlite3.Connection) -> Iterator[Any]:
    """Yield every text of every table: an older desk had others."""
    connection.execute("PRAGMA trusted_schema = OFF").close()
    # What is no text in UTF-8 is none that the desk wrote.
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    ).fetchall()
    for (table,) in tables:
        name = table.replace('"', '""')
        for row in connection.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - quoted above
            yield from (value for value in row if isinstance(value, str))


def _said(value: str, asked: Asked, texts: set[str]) -> bool:
    return any(text in texts or asked.sure(text) for text in _texts(value))


def _texts(value: str) -> Iterator[str]:
    """Yield a text, and those in it where it is JSON, which escapes letters."""
    yield value
    if value[:1] in ("{", "[", '"'):
        try:
            held = json.loads(value)
        except (ValueError, RecursionError):
            return
        yield from _within_json(held)


def _within_json(held: Any) -> Iterator[str]:
    left = [held]
    while left:
        match left.pop():
            case str(text):
                yield text
            case list(values):
                left += values
            case dict(values):
                left += [*values, *values.values()]
