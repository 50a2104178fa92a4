"""Who waits for whom until a transaction ends: SQLite has one writer anyway, PostgreSQL is told what to lock."""

import sqlalchemy as sa


def alone(connection: sa.Connection) -> None:
    """Let nobody else add or change migrations; whoever does already is waited for."""
    _lock(connection, "migration", "SHARE ROW EXCLUSIVE")


def among_others(connection: sa.Connection) -> None:
    """Wait for whoever is `alone`: here, not with a row locked that they wait for."""
    _lock(connection, "migration", "ROW EXCLUSIVE")


def lock_quotes(connection: sa.Connection) -> None:
    """Wait until nobody holds a quote, and let nobody begin to: the versions of one are linked anew."""
    _lock(connection, "quote", "EXCLUSIVE")


def _lock(connection: sa.Connection, table: str, mode: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"LOCK TABLE {table} IN {mode} MODE"))
