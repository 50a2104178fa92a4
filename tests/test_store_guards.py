"""Nothing gets around the client's test, and what happened stays, whoever writes."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from core.database.transactions import engine, writing
from core.migration.event import Event, ImpossibleEventError
from core.migration.stages import CONFIRMED
from core.store.store import Store
from tests.migrations import NOW
from tests.stores import ON_BOTH, brought, empty, everything

store = pytest.fixture(empty)


# -- the client's test


def by_hand(kind, **values):
    return Event(kind, "anna", NOW, values.pop("at", NOW), **values)


STEP = {"domain": "a.pl"}


TICK = by_hand("checked", item=CONFIRMED, **STEP)


@pytest.mark.parametrize(
    ("stage", "events"),
    [
        ("test", [by_hand("stepped", old="test", new="dns", **STEP)]),
        ("test", [by_hand("stepped", old="test", new="dns", forced=True, reason="pilne", **STEP)]),
        ("test", [by_hand("stepped", old="test", new="visible", **STEP)]),
        ("test", [by_hand("corrected", old="test", new="dns", **STEP)]),
        ("test", [by_hand("reworked", old="test", new="dns", **STEP)]),
        ("test", [replace(TICK, occurred_at=None), by_hand("stepped", old="test", new="dns", **STEP)]),
        ("test", [by_hand("test_unrecorded", **STEP), by_hand("stepped", old="test", new="visible", **STEP)]),
        ("test", [by_hand("test_unrecorded", batch=1, **STEP), by_hand("stepped", old="test", new="visible", **STEP)]),
        ("test", [by_hand("checked", item="ns_changed", **STEP)]),
        ("test", [by_hand("set", item="step", new="dns", **STEP)]),
        ("test", [by_hand("set", item="stage", new="dns")]),
        ("test", [by_hand("moved", old="test", new="dns")]),
        ("test", [by_hand("moved", old="test", new="closed")]),
        ("test", [by_hand("corrected", old="test", new="closed")]),
        ("test", [by_hand("domain_withdrawn", **STEP)]),
        ("package", [by_hand("moved", old="package", new="closed")]),
        ("package", [by_hand("stepped", old="waiting", new="dns", **STEP)]),
        ("sync", [TICK]),
        ("sync", [by_hand("stepped", old="test", new="dns", **STEP)]),
        ("dns", [by_hand("unchecked", item=CONFIRMED, **STEP)]),
        ("dns", [by_hand("dated", item=CONFIRMED, new=None, **STEP)]),
        ("dns", [by_hand("unchecked", item=CONFIRMED, **STEP), by_hand("stepped", old="dns", new="visible", **STEP)]),
        ("dns", [by_hand("domain_added", new={"display": "a.pl"}, **STEP)]),
        ("dns", [by_hand("corrected", old="dns", new="sync", **STEP)]),
        ("closed", [by_hand("unchecked", item=CONFIRMED, **STEP)]),
        ("closed", [by_hand("registered", new={"ref": "P-1", "client": "Dąb"})]),
        ("test", [by_hand("stepped", old="test", new="dns", domain="b.pl")]),
        ("test", [by_hand("moved", old="test", new="dns", **STEP)]),
        ("test", [by_hand("stepped", old="test", new="dns")]),
        ("test", [by_hand("tested", **STEP)]),
        ("test", [by_hand("stepped", old="test", new="anywhere", **STEP)]),
    ],
)
def test_no_event_made_by_hand_gets_past_the_clients_test(sqlite_url, stage, events):
    store = Store(engine(sqlite_url))
    id = brought(store, stage)
    before = everything(store)
    with pytest.raises(ImpossibleEventError):
        store.change(id, lambda m: events)
    assert everything(store) == before


@ON_BOTH
def test_database_itself_refuses_a_domain_past_the_test_without_it(store):
    brought(store, "test")
    brought(store, "dns", "b.pl")
    before = everything(store)
    for statement, check in [
        ("UPDATE domain SET step = 'dns'", "ck_domain_tested"),
        ("UPDATE domain SET step = 'visible'", "ck_domain_tested"),
        ("UPDATE domain SET tested_at = NULL", "ck_domain_tested"),
        ("UPDATE domain SET step = 'dns', test_unrecorded = true", "ck_domain_unrecorded"),
    ]:
        with pytest.raises(sa.exc.IntegrityError, match=check), writing(store.engine) as connection:
            connection.execute(sa.text(statement))
    assert everything(store) == before


# -- what happened stays


COPY = """
    INSERT INTO event
    SELECT 999, migration_id, {seq},
           domain, kind, item, old, new, actor, 'x', forced, occurred_at, recorded_at, batch_id
    FROM event WHERE seq = 1
"""


@ON_BOTH
def test_nobody_rewrites_what_happened(store):
    brought(store, "date")
    before = everything(store)
    for statement in [
        "UPDATE event SET reason = 'x'",
        "UPDATE event SET occurred_at = recorded_at WHERE seq = 1",
        "DELETE FROM event",
        "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)",
        "DELETE FROM migration",
        *(COPY.format(seq=seq) for seq in ("seq", "seq - 1", "seq + 100")),
    ]:
        with pytest.raises(sa.exc.IntegrityError), writing(store.engine) as connection:
            connection.execute(sa.text(statement))
        assert everything(store) == before


def test_sqlite_replaces_no_event(sqlite_url):
    store = Store(engine(sqlite_url))
    brought(store, "date")
    before = everything(store)
    for columns in ("id, migration_id, seq", "id, migration_id, seq + 1", "999, migration_id, seq"):
        statement = COPY.replace("INSERT", "INSERT OR REPLACE").replace("999, migration_id, {seq}", columns)
        with pytest.raises(sa.exc.IntegrityError), writing(store.engine) as connection:
            connection.execute(sa.text(statement))
    assert everything(store) == before


@pytest.mark.postgres
def test_postgresql_truncates_no_event(postgres_url):
    store = Store(engine(postgres_url))
    brought(store, "date")
    before = everything(store)
    for statement in ("TRUNCATE event", "TRUNCATE migration CASCADE", "TRUNCATE erasure CASCADE"):
        with pytest.raises(sa.exc.IntegrityError), writing(store.engine) as connection:
            connection.execute(sa.text(statement))
    assert everything(store) == before
