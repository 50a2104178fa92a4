"""What is due becomes jobs, by time: each once, anew where a worker died, none in a transaction rolled back."""

import datetime as dt

import pytest
import sqlalchemy as sa

from core.database.transactions import engine, writing
from core.ground.settings import ROOT
from core.notices.quiet import first
from core.watch import rows
from core.watch.deferring import Patience, defer, sweep
from core.watch.jobs_app import unfit
from core.watch.mornings import last_begun
from core.watch.plan import parse_plan
from core.watch.watch import Watch
from tests.migrations import NOW
from tests.pooler import pool

PLAN = parse_plan((ROOT / "data" / "watch.toml").read_text(encoding="utf-8"))
HOUR = dt.timedelta(hours=1)
PATIENCE = Patience(dead=30, longest=900, pause=60)


def watched(connection, *names, next_at=NOW, phase="planned"):
    """Begin watches; return their ids."""
    new = [Watch(0, name, name, None, "anna", NOW, {}, None, phase, NOW, next_at) for name in names]
    return rows.add(connection, new)


def looks(connection):
    """Return what stands in the queue of looks, in the order in which it is done."""
    found = connection.exec_driver_sql(
        "SELECT (args->>'watch_id')::int AS watch_id, lock, status::text, queueing_lock, id"
        " FROM jobs.procrastinate_jobs WHERE task_name = 'look' ORDER BY priority DESC, id"
    )
    return found.all()


def at_work(connection, *, heartbeat=0, started=0):
    """Let a worker take a job: its last sign of life, and the job's beginning, so many seconds ago; return its id."""
    sql = connection.exec_driver_sql
    sql("DELETE FROM jobs.procrastinate_jobs WHERE task_name = 'morning'")
    worker = sql("SELECT worker_id FROM jobs.procrastinate_register_worker_v1()").scalar()
    id = sql(f"SELECT id FROM jobs.procrastinate_fetch_job_v2(ARRAY['watch']::varchar[], {worker})").scalar()
    ago = "now() - make_interval(secs => %s)"
    sql(f"UPDATE jobs.procrastinate_workers SET last_heartbeat = {ago} WHERE id = {worker}", (heartbeat,))
    sql(f"UPDATE jobs.procrastinate_events SET at = {ago} WHERE type = 'started' AND job_id = {id}", (started,))
    return id


@pytest.fixture
def db(postgres_url):
    return engine(postgres_url)


@pytest.mark.postgres
def test_jobs_have_a_schema_of_their_own_whose_functions_find_it(db):
    with writing(db) as connection:
        sql = connection.exec_driver_sql
        for catalog, name in (("class", "rel"), ("proc", "pro"), ("type", "typ")):
            where = f"{name}name LIKE '%%procrastinate%%'"
            found = sql(f"SELECT DISTINCT {name}namespace::regnamespace::text FROM pg_{catalog} WHERE {where}")
            assert found.scalars().all() == ["jobs"], catalog
        tied = "SELECT proconfig FROM pg_proc WHERE pronamespace = 'jobs'::regnamespace"
        assert {tuple(of or ()) for of in sql(tied).scalars()} == {("search_path=jobs, pg_temp",)}
        assert sql("SHOW search_path").scalar() == '"$user", public'
    assert unfit(db) is None


@pytest.mark.postgres
def test_another_procrastinate_than_that_of_the_tables_is_refused(db):
    with writing(db) as connection:
        connection.exec_driver_sql("COMMENT ON SCHEMA jobs IS '04.00.00_01_pre_other'")
    refused = unfit(db)
    assert refused.id == "worker.schema" and refused.values["standing"] == "04.00.00_01_pre_other"


@pytest.mark.postgres
def test_deferring_belongs_to_the_transaction_also_through_a_pooler(postgres_url, db):
    with pool(postgres_url, 2) as url:
        through = engine(url)
        with pytest.raises(ZeroDivisionError), writing(through) as connection:
            (id,) = watched(connection, "a.pl")
            defer(connection, [id])
            assert len(looks(connection)) == 1
            raise ZeroDivisionError
        with writing(through) as connection:
            assert looks(connection) == []
            (id,) = watched(connection, "a.pl")
            defer(connection, [id])
        with writing(db) as connection:
            assert [row[:4] for row in looks(connection)] == [(id, f"watch-{id}", "todo", None)]
        through.dispose()


@pytest.mark.postgres
def test_what_is_due_gets_one_job_those_first_that_are_looked_at_often(db):
    with writing(db) as connection:
        slow = watched(connection, "a.pl", "b.pl", next_at=NOW - 3 * HOUR)
        (quick,) = watched(connection, "c.pl", phase="switching")
        watched(connection, "later.pl", next_at=NOW + HOUR)
        watched(connection, "ended.pl", next_at=None, phase="ended")
        (ahead,) = watched(connection, "ahead.pl", next_at=NOW + 24 * HOUR)
        assert sweep(connection, PLAN, NOW, PATIENCE) == [quick, *slow, ahead]
        assert sweep(connection, PLAN, NOW, PATIENCE) == []
        assert [row.watch_id for row in looks(connection)] == [quick, *slow, ahead]
        # Somebody waits for it: before all of them, but after nothing that is under way.
        defer(connection, [slow[1]])
        assert looks(connection)[0].watch_id == slow[1]


@pytest.mark.postgres
def test_those_that_somebody_writes_are_left_to_the_next_sweep(db):
    with writing(db) as connection:
        first, second = watched(connection, "a.pl", "b.pl")
    with writing(db) as busy, writing(db) as connection:
        busy.execute(sa.text("SELECT 1 FROM watch WHERE id = :id FOR UPDATE"), {"id": first})
        assert sweep(connection, PLAN, NOW, PATIENCE) == [second]
    with writing(db) as connection:
        assert sweep(connection, PLAN, NOW, PATIENCE) == [first]


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("signs", "anew"),
    [({}, False), ({"heartbeat": 31}, True), ({"heartbeat": 1}, False), ({"started": 901}, True)],
    ids=["lives", "dead", "late", "hangs"],
)
def test_a_job_of_a_dead_worker_is_made_anew(db, signs, anew):
    with writing(db) as connection:
        (id,) = watched(connection, "a.pl")
        sweep(connection, PLAN, NOW, PATIENCE)
        taken = at_work(connection, **signs)
    with writing(db) as connection:
        sweep(connection, PLAN, NOW, PATIENCE)
        ((found, lock, status, queueing, job),) = looks(connection)
        assert (found, lock, queueing) == (id, f"watch-{id}", None)
        # Another job: whoever was thought dead and is not ends none but its own.
        assert (status, job == taken) == (("todo", False) if anew else ("doing", True))


@pytest.mark.postgres
def test_a_look_that_failed_is_tried_again_after_a_pause(db):
    with writing(db) as connection:
        (id,) = watched(connection, "a.pl")
        sweep(connection, PLAN, NOW, PATIENCE)
        taken = at_work(connection)
        connection.exec_driver_sql(f"SELECT jobs.procrastinate_finish_job_v1({taken}, 'failed', false)")
    with writing(db) as connection:
        assert sweep(connection, PLAN, NOW, PATIENCE) == []
        connection.exec_driver_sql("UPDATE jobs.procrastinate_events SET at = now() - interval '61 s'")
        assert sweep(connection, PLAN, NOW, PATIENCE) == [id]
        assert [row.status for row in looks(connection)] == ["todo"]


NIGHTS = [dt.date(2026, 10, 25), dt.date(2027, 3, 28)]


@pytest.mark.parametrize("night", NIGHTS, ids=["put back", "put ahead"])
@pytest.mark.parametrize("at", [dt.time(0), dt.time(2), dt.time(2, 30), dt.time(3), dt.time(7, 30)], ids=str)
def test_each_day_has_one_run_also_when_clocks_are_changed(night, at):
    start = first(night - dt.timedelta(days=1), at)
    runs = [last_begun(start + dt.timedelta(minutes=n), at) for n in range(3 * 1440)]
    days = list(dict.fromkeys(runs))
    assert runs == sorted(runs)
    assert days == [night + dt.timedelta(days=n) for n in range(-1, len(days) - 1)] and len(days) >= 3
    for day in days:
        assert last_begun(first(day, at), at) == day
        assert last_begun(first(day, at) - dt.timedelta(seconds=1), at) == day - dt.timedelta(days=1)


@pytest.mark.postgres
@pytest.mark.parametrize("night", NIGHTS, ids=["put back", "put ahead"])
def test_the_morning_comes_once_a_day_whoever_sweeps(db, night):
    until = PLAN.quiet.model_copy(update={"until": "02:30"})
    plan = PLAN.model_copy(update={"quiet": until})
    start = first(night - dt.timedelta(days=1), until.ends)
    days = []
    for minutes in range(0, 3 * 1440, 10):
        with writing(db) as connection:
            sweep(connection, plan, start + dt.timedelta(minutes=minutes), PATIENCE)
            # Done and gone: its day is known nevertheless.
            taken = "DELETE FROM jobs.procrastinate_jobs WHERE task_name = 'morning' RETURNING args->>'day'"
            days += connection.exec_driver_sql(taken).scalars()
    assert days == [(night + dt.timedelta(days=n)).isoformat() for n in range(-1, len(days) - 1)] and len(days) >= 3
