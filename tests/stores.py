"""Stores of tests: empty, on SQLite or on PostgreSQL as well, and what is done with them in one line."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from core.database import tables
from core.database.transactions import engine, reading
from core.migration.rebuilding import rebuild
from core.store.store import Store
from tests import postgres
from tests.migrations import ANNA, Life, act

ON_BOTH = pytest.mark.parametrize(
    "store", ["sqlite", pytest.param("postgres", marks=postgres.MARKS)], indirect=True, ids=str
)


def empty(request):
    """An empty store on SQLite; where a test is ON_BOTH, on PostgreSQL as well."""
    url = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return Store(engine(url))


def some_domain(store):
    """Return the name of a domain that nobody moves: a.pl for the first migration."""
    count = len(store.all())
    return f"a{count}.pl" if count else "a.pl"


def begin(store, *domains, ref="", **values):
    """Register a migration; return its id."""
    of_domains = {name: {"display": name} for name in domains or (some_domain(store),)}
    written = store.register(act(), {"ref": ref, "client": "Róża", **values}, of_domains)
    return written.migration.id


def brought(store, stage, *domains, **values):
    """Register a migration and bring it to a stage; return its id."""
    domains = domains or (some_domain(store),)
    id = begin(store, *domains, **values)
    life = Life(*domains)
    life.m, life.events = store.one(id), ()
    life.to(stage)
    store.change(id, lambda m: life.events)
    return id


def do(store, id, move, *args, by=ANNA, seen=None, domains=None, **more):
    return store.change(id, lambda m: move(m, act(by), *args, **more), seen=seen, domains=domains)


def everything(store):
    """Return all rows of all tables."""
    with reading(store.engine) as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in tables.metadata.sorted_tables
        }


def told(store, id):
    """Return a migration as its events tell of it."""
    return replace(rebuild(store.events(id)), id=id, batch=None)
