"""The setting DATABASE_URL: which database it names, or what about it is wrong and what would be right."""

import re
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from core.ground.messages import FieldError, InputError, Message

_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}

_WHOLE = re.compile(r"[0-9]{1,9}")
_ONE_OF = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "target_session_attrs": ("any", "read-write", "primary"),
    "gssencmode": ("disable", "prefer", "require"),
    "channel_binding": ("disable", "prefer", "require"),
}
"""Options of PostgreSQL that take one of a few values."""

_NUMBERS = ("connect_timeout", "tcp_user_timeout")
_NUMBERS_OF_KEEPALIVES = ("keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count")


def parse_url(url: str) -> sa.URL:
    """Return a database's address, sqlite:////folder/desk.sqlite3 or postgresql://user:password@host/name.

    Raises InputError where it is neither, names an option that there is not, or a value that none takes; SQLite in
    memory is neither, as every thread would get its own.
    """
    scheme, separator, _ = url.partition("://")
    found = _url(url)
    if separator and re.fullmatch(r"[\w+.-]{1,40}", scheme) and scheme not in _DRIVERS:
        raise _wrong(None, Message("database.url_scheme", {"given": scheme}))
    if found is None and (port := re.search(r"://[^/?#]*:(?P<port>[^/@:?#\]]*)(/|$)", url)) and port["port"]:
        # What does not read may still hold a password: it is not shown.
        raise _wrong(None, Message("database.url_port"))
    if found is None or scheme not in _DRIVERS:
        raise _wrong(None, Message("database.url"))
    found = found.set(drivername=_DRIVERS[scheme])
    (_sqlite if found.drivername == "sqlite" else _postgresql)(found)
    return found


def safe_url(url: str) -> str:
    """Return a database's address to be shown or logged: without password and options, which may hold one."""
    found = _url(url)
    return found.set(query={}).render_as_string(hide_password=True) if found else "?"


def file_of(url: str) -> Path | None:
    """Return the file of an SQLite database, None for PostgreSQL."""
    found = parse_url(url)
    return Path(found.database or "").absolute() if found.drivername == "sqlite" else None


def _sqlite(found: sa.URL) -> None:
    if found.database in (None, "", ":memory:") or found.host:
        raise _wrong(found, Message("database.url"))
    for option in found.query:
        raise _wrong(found, Message("database.url_sqlite_option", {"option": _named(option)}))


def _postgresql(found: sa.URL) -> None:
    if not found.database:
        raise _wrong(found, Message("database.url"))
    if found.port is not None and not 1 <= found.port <= 65535:
        raise _wrong(found, Message("database.url_port"))
    for option, value in found.query.items():
        if option not in _options():
            expected = ", ".join(name for name in ("host", "port", *_ONE_OF, *_NUMBERS) if name in _options())
            values = {"option": _named(option), "expected": expected}
            raise _wrong(found, Message("database.url_option", values))
        for one in (value,) if isinstance(value, str) else value:
            if expected := _refused(option, one):
                # A value may be a password in the wrong place: only its name is shown.
                raise _wrong(found, Message("database.url_value", {"option": option, "expected": expected}))


def _refused(option: str, value: str) -> str:
    """Return what an option's value should be, blank where it may be what it is."""
    if option in _ONE_OF:
        return "" if value in _ONE_OF[option] else ", ".join(_ONE_OF[option])
    if option == "port":
        return "" if all(_port(one) for one in value.split(",")) else "1-65535"
    if option in (*_NUMBERS, *_NUMBERS_OF_KEEPALIVES):
        return "" if _WHOLE.fullmatch(value) else "0, 1, 2 …"
    return ""


def _port(text: str) -> bool:
    return not text or bool(_WHOLE.fullmatch(text) and 1 <= int(text) <= 65535)


@cache
def _options() -> frozenset[str]:
    """Return what libpq takes in an address; it knows best which version it is."""
    from psycopg import pq

    return frozenset(option.keyword.decode() for option in pq.Conninfo.get_defaults()) - {"dbname"}


def _named(option: str) -> str:
    return option[:40]


def _url(url: str) -> sa.URL | None:
    try:
        found = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        return None
    # An @ not written as %40 in a password: the rest of the password would pass for the host.
    return None if "@" in (found.host or "") else found


def _wrong(found: sa.URL | None, message: Message) -> InputError:
    shown = None if found is None else found.set(query={}).render_as_string(hide_password=True)
    return InputError(FieldError("DATABASE_URL", shown, message))
