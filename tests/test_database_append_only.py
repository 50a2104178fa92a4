"""What happened stays: triggers guard events and erasures, and no domain is switched untested."""

import pytest
import sqlalchemy as sa

from core.database.tables import domain, erasure, event, migration
from core.database.transactions import engine, reading, writing
from tests.plain_rows import ERASURE, HAPPENED, NOON, count, opened, refusal, row, with_two_events

db = pytest.fixture(opened)
chain = pytest.fixture(with_two_events)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET actor = 'Ola'",
        "UPDATE event SET seq = seq",
        "DELETE FROM event",
        "DELETE FROM event WHERE seq = 2",
    ],
)
def test_events_cannot_be_changed_or_deleted(chain, statement):
    assert refusal(chain, statement) == "events are append-only"
    assert count(chain, event) == 2


@pytest.mark.parametrize("seq", [0, 1, 2, 4])
def test_events_follow_one_another_without_a_gap(chain, seq):
    refused = refusal(chain, event.insert(), row(event, migration_id=1, seq=seq, **HAPPENED))
    assert refused == "events follow one another without a gap"


def test_first_event_of_a_migration_is_number_one(chain):
    with writing(chain) as connection:
        connection.execute(migration.insert(), row(migration, id=2, ref="M-2"))
    assert "gap" in refusal(chain, event.insert(), row(event, migration_id=2, seq=3, **HAPPENED))
    with writing(chain) as connection:
        connection.execute(event.insert(), row(event, migration_id=2, seq=1, **HAPPENED))


REPLACING = """
    (id, migration_id, seq, kind, item, actor, reason, forced, recorded_at)
    VALUES ({id}, 1, {seq}, 'created', '', 'Ola', '', false, '2026-11-21 12:00:00')
"""


@pytest.mark.parametrize(("id", "seq"), [(1, 3), (7, 1), (1, 1)])
def test_sqlite_cannot_replace_an_event(sqlite_url, id, seq):
    db = engine(sqlite_url)
    with writing(db) as connection:
        connection.execute(migration.insert(), row(migration, id=1, ref="M-1"))
        connection.execute(event.insert(), [row(event, migration_id=1, seq=seq, **HAPPENED) for seq in (1, 2)])
    for how in ("INSERT OR REPLACE INTO", "REPLACE INTO"):
        assert "gap" in refusal(db, f"{how} event {REPLACING.format(id=id, seq=seq)}")
    with reading(db) as connection:
        assert set(connection.scalars(sa.select(event.c.actor))) == {"Ala"}


@pytest.mark.parametrize("conflict", ["(id)", "(migration_id, seq)"])
def test_upsert_changes_no_event(chain, conflict):
    id, seq = (1, 3) if conflict == "(id)" else (7, 1)
    statement = f"INSERT INTO event {REPLACING.format(id=id, seq=seq)} ON CONFLICT {conflict} DO UPDATE SET actor = 'X'"
    assert refusal(chain, statement)
    with reading(chain) as connection:
        assert set(connection.scalars(sa.select(event.c.actor))) == {"Ala"}


def test_events_of_a_migration_being_erased_can_go_and_no_others(chain):
    with writing(chain) as connection:
        connection.execute(migration.insert(), row(migration, id=2, ref="M-2"))
        connection.execute(event.insert(), row(event, migration_id=2, seq=1, **HAPPENED))
        connection.execute(erasure.insert(), ERASURE)
        connection.execute(migration.update().where(migration.c.id == 1).values(erasure_id=1))
        connection.execute(event.delete().where(event.c.migration_id == 1))
        connection.execute(migration.delete().where(migration.c.id == 1))
    assert (count(chain, event), count(chain, migration)) == (1, 1)
    assert refusal(chain, "DELETE FROM event") == "events are append-only"


def test_migration_with_events_cannot_be_deleted(chain):
    assert "foreign key" in refusal(chain, "DELETE FROM migration").lower()


def test_erasures_cannot_be_changed_deleted_or_replaced(db):
    with writing(db) as connection:
        connection.execute(erasure.insert(), ERASURE)
    for statement in ("UPDATE erasure SET reason = 'x'", "DELETE FROM erasure"):
        assert refusal(db, statement) == "erasures are append-only"
    if db.dialect.name == "sqlite":
        again = "INSERT OR REPLACE INTO erasure VALUES (1, '2026-11-21 12:00:00', 'Ola', 'x', 0, 0, 0, 'erased')"
        assert refusal(db, again) == "erasures are append-only"


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["event", "erasure", "migration"])
def test_postgresql_cannot_truncate_what_happened(postgres_url, table):
    assert "append-only" in refusal(engine(postgres_url), f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    ("step", "tested", "unrecorded", "fine"),
    [
        ("test", None, False, True),
        ("dns", NOON, False, True),
        ("dns", None, False, False),
        ("visible", None, True, True),
        ("dns", None, True, False),
    ],
)
def test_no_domain_is_switched_untested(chain, step, tested, unrecorded, fine):
    values = row(domain, migration_id=1, step=step, tested_at=tested, test_unrecorded=unrecorded)
    if fine:
        with writing(chain) as connection:
            connection.execute(domain.insert(), values)
    else:
        assert "ck_domain_" in refusal(chain, domain.insert(), values)


def test_ids_of_deleted_rows_are_not_given_again(db):
    with writing(db) as connection:
        ids = []
        for _ in range(2):
            ids += connection.execute(migration.insert().values(row(migration))).inserted_primary_key
            connection.execute(migration.delete())
    assert ids == [1, 2]
