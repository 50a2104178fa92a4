"""The numbers of quotes: O/2026/0017 is the seventeenth of 2026 (in Warsaw); none is left out, none comes back."""

import datetime as dt
import re
import sqlite3
from collections.abc import Mapping

import sqlalchemy as sa

from core.ground.clock import WARSAW
from core.ground.text_limits import LINE

_TYPED = re.compile(r"(?:o[/ -]?)?([0-9]{4})[/ -]([0-9]{1,9})", re.IGNORECASE)


def written(year: int, place: int) -> str:
    """Return the number of a year's quote.

    >>> written(2026, 17)
    'O/2026/0017'
    """
    return f"O/{year}/{place:04}"


def parse_number(text: str) -> str | None:
    """Return a number as it is written, from how people type or say it; None where the text is none.

    >>> parse_number("o-2026-17"), parse_number(" 2026/0017 "), parse_number("17")
    ('O/2026/0017', 'O/2026/0017', None)
    """
    found = _TYPED.fullmatch(text.strip()) if len(text) <= LINE else None
    return written(int(found[1]), int(found[2])) if found else None


def give(connection: sa.Connection, now: dt.datetime) -> str:
    """Return the next number of the year; whoever else wants one waits until this transaction has ended."""
    year = now.astimezone(WARSAW).year
    # One statement, on both databases: of two that begin a year at once the second counts on.
    counted = sa.text(
        "INSERT INTO quote_series (year, last) VALUES (:year, 1)"
        " ON CONFLICT (year) DO UPDATE SET last = quote_series.last + 1 RETURNING last"
    )
    return written(year, int(connection.execute(counted, {"year": year}).scalar_one()))


def given(database: sqlite3.Connection) -> dict[int, int]:
    """Return the highest number by year that was given in an SQLite database; none in one older than quotes."""
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'quote_series'").fetchone():
        return {}
    return dict(database.execute("SELECT year, last FROM quote_series").fetchall())


def go_on_from(database: sqlite3.Connection, before: Mapping[int, int]) -> None:
    """Let an SQLite database give no number that another gave before it: clients have those quotes in writing."""
    write = (
        "INSERT INTO quote_series (year, last) VALUES (?, ?)"
        " ON CONFLICT (year) DO UPDATE SET last = max(last, excluded.last)"
    )
    database.executemany(write, before.items())
