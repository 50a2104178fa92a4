"""One way to read and one way to write, on both databases alike."""

import concurrent.futures
import contextlib
import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from core.database.tables import erasure, event, migration
from core.database.transactions import engine, engine_of, reading, writing
from tests.plain_rows import ERASURE, HAPPENED, NOON, count, opened, row, with_two_events

db = pytest.fixture(opened)
chain = pytest.fixture(with_two_events)


def test_what_is_written_is_read_back_with_its_types(db):
    with writing(db) as connection:
        values = {"client": "Żółw", "hold": {"since": "2026-11-21"}, "planned_at": NOON}
        connection.execute(migration.insert(), row(migration, **values))
    with reading(db) as connection:
        found = connection.execute(sa.select(migration)).one()
    assert (found.client, found.fee_applies) == ("Żółw", False)
    assert (found.hold, found.cancelled) == ({"since": "2026-11-21"}, None)
    assert found.planned_at == NOON and found.planned_at.tzinfo is dt.UTC


def test_exception_takes_back_everything(db):
    with contextlib.suppress(KeyError), writing(db) as connection:
        connection.execute(erasure.insert(), ERASURE)
        raise KeyError
    assert count(db, erasure) == 0


def test_reading_sees_one_state_whatever_others_write(db):
    with reading(db) as connection:
        before = connection.scalar(sa.select(sa.func.count()).select_from(erasure))
        with writing(db) as other:
            other.execute(erasure.insert(), ERASURE)
        assert connection.scalar(sa.select(sa.func.count()).select_from(erasure)) == before == 0
    assert count(db, erasure) == 1


def test_reading_cannot_write_and_the_connection_can_again_afterwards(db):
    with pytest.raises(sa.exc.DBAPIError), reading(db) as connection:
        connection.execute(erasure.insert(), ERASURE)
    with writing(db) as connection:
        connection.execute(erasure.insert(), ERASURE)
    assert count(db, erasure) == 1


def test_writers_in_many_threads_lose_nothing(chain):
    def append(_):
        with writing(chain) as connection:
            last = sa.select(migration.c.seq).where(migration.c.id == 1).with_for_update()
            connection.scalar(last)
            seq = connection.scalar(sa.select(sa.func.max(event.c.seq)).where(event.c.migration_id == 1)) + 1
            connection.execute(event.insert(), row(event, migration_id=1, seq=seq, **HAPPENED))

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(append, range(40)))
    assert count(chain, event) == 42


def test_sqlite_commits_durably_and_minds_foreign_keys(sqlite_url):
    with reading(engine(sqlite_url)) as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_second_writer_on_sqlite_waits_for_the_first(sqlite_url):
    db, order, begun = engine(sqlite_url), [], threading.Event()

    def second():
        begun.wait()
        with writing(db):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with writing(db):
        begun.set()
        thread.join(0.3)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_threads_that_open_a_fresh_file_at_once_do_not_fail(tmp_path):
    for attempt in range(20):
        url, together = f"sqlite:///{tmp_path}/{attempt}.sqlite3", threading.Barrier(8)

        def first_contact(_, url=url, together=together):
            db = engine_of(url)
            together.wait()
            with reading(db) as connection:
                connection.scalar(sa.text("SELECT 1"))
            db.dispose()

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(first_contact, range(8)))
