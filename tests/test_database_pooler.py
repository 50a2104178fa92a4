"""Behind a pooler each transaction may be on another connection: nothing is left on one for the next."""

import concurrent.futures

from core.database.transactions import engine_of
from core.migration import moves
from core.store.store import Store
from tests import postgres
from tests.migrations import act
from tests.pooler import pool, program

pytestmark = postgres.MARKS


def test_many_read_and_write_at_once_through_a_pool_of_two(postgres_url):
    program()
    with pool(postgres_url, 2) as url:
        engine = engine_of(url)
        store = Store(engine)
        ids = [
            store.register(act(), {"client": f"K{n}"}, {f"d{n}.pl": {"display": f"d{n}.pl"}}).migration.id
            for n in range(4)
        ]

        def work(n):
            id = ids[n % len(ids)]
            for count in range(10):
                # Each reads by the same few statements more often than psycopg waits before it prepares one.
                store.snapshot(), store.one(id), store.mark(), store.events(id)
                store.change(id, lambda m, count=count: moves.note(m, act(), f"{n} {count}"))

        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            list(threads.map(work, range(8)))
        assert sorted(note.text for m in store.all() for note in m.notes) == sorted(
            f"{n} {count}" for n in range(8) for count in range(10)
        )
        # What was asked for in one transaction holds in no other.
        with engine.connect() as connection:
            patience = connection.exec_driver_sql("SHOW lock_timeout").scalar()
            connection.rollback()
            raw = connection.connection.driver_connection
            assert (patience, raw.execute("SHOW lock_timeout").fetchone()) == ("30s", ("0",))
        engine.dispose()
