"""Whether a database's schema is a new one's: what it lacks, what is different, what is there besides."""

import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from core.database.tables import metadata

NAMED = 3
"""Differences that are told; whoever looks after them finds the rest."""

_EVENTS = ("event", "quote_event")
TRIGGERS = {
    "sqlite": frozenset(
        f"{table}_{what}" for table in (*_EVENTS, "erasure") for what in ("update", "delete", "insert")
    ),
    "postgresql": frozenset(
        (
            *(f"{table}_{what}" for table in _EVENTS for what in ("update", "delete", "insert", "truncate")),
            "erasure_change",
            "erasure_truncate",
        )
    ),
}
"""What keeps events and erasures from being changed, on each database."""

_TRIGGERS_OF = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND tgrelid IN"
    " (to_regclass('event'), to_regclass('quote_event'), to_regclass('erasure'))",
}


def missing(connection: sa.Connection) -> list[str]:
    """Return the first few tables, columns and triggers that a database lacks: cheap enough for every start."""
    dialect = connection.dialect.name
    described: Any = sa.inspect(connection).get_multi_columns()
    columns = {(table, column["name"]) for (_, table), found in described.items() for column in found}
    tables = {table for table, _ in columns}
    triggers = set(connection.exec_driver_sql(_TRIGGERS_OF[dialect]).scalars())
    lacking = [f"table {table.name}" for table in metadata.sorted_tables if table.name not in tables]
    lacking += [
        f"column {table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if table.name in tables and (table.name, column.name) not in columns
    ]
    lacking += [f"trigger {name}" for name in sorted(TRIGGERS[dialect] - triggers)]
    return lacking[:NAMED]


def differences(connection: sa.Connection, fresh: sa.Connection) -> Iterator[str]:
    """Yield what a schema lacks (-) of a new one's, and what it has besides (+)."""
    here, right = set(_described(connection)), set(_described(fresh))
    for sign, lines in (("-", right - here), ("+", here - right)):
        whole = {line.split()[1] for line in lines if line.startswith("table ")}
        # Of a table that is not there at all its columns need no mention.
        yield from sorted(
            f"{sign} {line}" for line in lines if line.startswith("table ") or not whole & set(re.split(r"[ .]", line))
        )


def _described(connection: sa.Connection) -> Iterator[str]:
    """Yield a line for everything in a schema; the order of columns, which an upgrade may change, means nothing."""
    found = sa.inspect(connection)
    for table in found.get_table_names():
        yield f"table {table}"
        for column in found.get_columns(table):
            null = "" if column["nullable"] else " NOT NULL"
            default = f" DEFAULT {column['default']}" if column["default"] is not None else ""
            yield f"column {table}.{column['name']} {column['type']}{null}{default}"
        yield f"primary key {table} {found.get_pk_constraint(table)['constrained_columns']}"
        for unique in found.get_unique_constraints(table):
            yield f"unique {table} {unique['column_names']}"
        for index in found.get_indexes(table):
            yield f"index {index['name']} {table} {index['column_names']}{' UNIQUE' if index['unique'] else ''}"
        for key in found.get_foreign_keys(table):
            yield f"foreign key {table} {key['constrained_columns']} {key['referred_table']} {key['referred_columns']}"
        for check in found.get_check_constraints(table):
            yield f"check {table} {check['name']} {_spaced(check['sqltext'])}"
    others = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view') OR sql LIKE '%AUTOINCREMENT%'"
    for type_, name, sql in connection.exec_driver_sql(others):
        yield f"{type_} {name} " + ("AUTOINCREMENT" if type_ == "table" else _spaced(sql))


def _spaced(sql: object) -> str:
    return " ".join(str(sql).split())
