"""Several workers on one PostgreSQL, one killed again and again: nothing is lost, nothing happens twice."""

import asyncio
import contextlib
import datetime as dt
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from core.database.tables import notice, watch, watch_round
from core.database.transactions import engine, reading, writing
from core.ground.settings import ROOT
from core.store.store import Store
from core.watch import rows
from core.watch.deeds import Deeds
from core.watch.deferring import defer
from core.watch.jobs_app import pooled
from core.watch.recording import Desk, recipients
from core.watch.sight import Sight
from core.watch.transitions import changed, is_told
from core.watch.watch import Watch
from core.watch.workers import Worker
from tests import worker_process
from tests.migrations import PROCESS, act
from tests.pooler import pool, program
from tests.worker_process import RHYTHM

KILLS = int(os.environ.get("WORKER_KILLS", "20"))
LONG_AGO = dt.datetime(2020, 1, 6, tzinfo=dt.UTC)
FOREVER = 600
"""Seconds after which what is waited for does not come."""

pytestmark = pytest.mark.postgres


def begun(name):
    return Watch(0, name, name, None, "anna", LONG_AGO, {}, None, "planned", LONG_AGO, LONG_AGO)


@contextlib.contextmanager
def started(url, *deaths):
    """Start a worker as a process of its own, which is killed so many times before, each time before a statement."""
    env = {name: value for name, value in os.environ.items() if name != "FROZEN_NOW"}
    command = [sys.executable, "-m", "tests.worker_process", url, *map(str, deaths)]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(holds):
    """Wait until something holds, however slow the machine is."""
    given_up = time.monotonic() + FOREVER
    while not holds():
        assert time.monotonic() < given_up
        time.sleep(0.1)


def told_by(script):
    """Return the transitions of a watch that goes through a script, and the notices of them."""
    now, one, plan = LONG_AGO, begun("a.pl"), worker_process.plan()
    keys, notices = [], []
    for sight in script:
        now += dt.timedelta(seconds=worker_process.INTERVAL)
        after, found = changed(one, Sight(now, "answers", **sight), plan, now)
        keys += [transition.key for transition in found]
        for transition in found:
            if transition.kind in plan.notices and is_told(one, transition):
                to = recipients(plan.notices[transition.kind].to, {"owner": "anna"})
                notices += [(transition.key, recipient) for recipient in to]
        one = after
    return keys, notices


def rounds(db):
    """Return what was recorded, in its order: whose look it was, and what it brought."""
    with reading(db) as connection:
        query = sa.select(watch_round.c.watch_id, watch_round.c.transitions).order_by(watch_round.c.id)
        return [(id, [f"{one['kind']}.{one['which']}" for one in found]) for id, found in connection.execute(query)]


def test_three_workers_of_which_one_is_killed_lose_nothing_and_do_nothing_twice(postgres_url):
    program()
    db, draw = engine(postgres_url), random.Random(25)
    with writing(db) as connection:
        ids = rows.add(connection, [begun(f"d{n}.pl") for n in range(8)])
        (asked,) = rows.add(connection, [begun("asked.pl")])
    with contextlib.ExitStack() as stack:
        through = engine(stack.enter_context(pool(postgres_url, 2)))
        stack.callback(through.dispose)
        deaths = [draw.randrange(1, 60) for _ in range(KILLS)]
        workers = [stack.enter_context(started(postgres_url, *those)) for those in ((), (), deaths)]
        store = Store(through)

        def somebody_works(n):
            """A person at the dashboard, which is behind a pooler: a move is agreed, and a look is asked for now."""
            values = {"client": "Róża", "planned_at": dt.datetime(2100, 1, 4, tzinfo=dt.UTC)}
            store.register(act(), values, {f"moved{n}.pl": {"display": f"moved{n}.pl"}})
            with writing(through) as connection:
                now = {"next_at": LONG_AGO, "version": watch.c.version + 1}
                connection.execute(sa.update(watch).where(watch.c.id == asked).values(now))
                defer(connection, [asked])

        for n in range(KILLS):
            somebody_works(n)
            assert workers[2].stdout.readline() == "killed\n"
        assert [worker.stdout.readline() for worker in workers] == ["works\n"] * 3
        through_all = len(worker_process.SCRIPT)
        until(lambda: min(Counter(id for id, _ in rounds(db) if id in ids).get(id, 0) for id in ids) > through_all)
        with reading(db) as connection:
            followed = connection.execute(sa.select(watch.c.name).where(watch.c.migration_id.is_not(None))).scalars()
            assert sorted(followed) == sorted(f"moved{n}.pl" for n in range(KILLS))
        for worker in workers:
            worker.terminate()
        assert [(worker.communicate(timeout=FOREVER)[0], worker.returncode) for worker in workers] == [("", 0)] * 3

    found = rounds(db)
    keys, notices = told_by([*worker_process.SCRIPT, *[worker_process.SCRIPT[-1]] * 2])
    assert len(keys) == 7
    for id in ids:
        assert [key for other, brought in found if other == id for key in brought] == keys
    with reading(db) as connection:
        written = connection.execute(sa.select(notice).where(notice.c.watch_id.in_(ids))).all()
        assert Counter((row.watch_id, row.transition, row.recipient) for row in written) == Counter(
            (id, *one) for id in ids for one in notices
        )
        assert {row.tries for row in written if row.state == "sent"} == {1}
    assert set(jobs(db)) <= {"todo"}
    # Each other one is looked at once an interval at most: of one that waits for two, three looks at each come between.
    for id in ids:
        between = Counter()
        for other, _ in found:
            if other == id:
                assert max(between.values(), default=0) <= 3
                between.clear()
            elif other in ids:
                between[other] += 1


class World:
    """What looks wait for, and how often one began."""

    def __init__(self):
        self.goes_on, self.begun = threading.Event(), 0

    def look(self, *given):
        self.begun += 1
        assert self.goes_on.wait(FOREVER)
        return worker_process.look(*given)


@contextlib.contextmanager
def at_work(url, look=worker_process.look, *, listens=True, rhythm=RHYTHM):
    """Run a worker in this process; gives it with what it reports."""
    db, said, there = engine(url), [], threading.Event()
    deeds = Deeds(Store(db), Desk(db, PROCESS, worker_process.notify), worker_process.plan, look, lambda now: None)
    found = []

    async def work():
        worker = Worker(url, deeds, said.append, listens=listens, rhythm=rhythm)
        loop = asyncio.get_running_loop()
        found.append(lambda: loop.call_soon_threadsafe(worker.stop))
        there.set()
        await worker.run()

    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    assert there.wait(FOREVER)
    try:
        yield SimpleNamespace(stop=found[0], said=said, thread=thread)
    finally:
        if thread.is_alive():
            found[0]()
        thread.join(FOREVER)


def jobs(db):
    """Return the states of all jobs of looks."""
    with reading(db) as connection:
        sql = "SELECT status::text FROM jobs.procrastinate_jobs WHERE task_name = 'look' ORDER BY id"
        return connection.exec_driver_sql(sql).scalars().all()


def test_a_worker_that_is_told_to_stop_ends_what_is_under_way_and_begins_nothing(postgres_url):
    db, world = engine(postgres_url), World()
    with writing(db) as connection:
        rows.add(connection, [begun(f"d{n}.pl") for n in range(5)])
    with at_work(postgres_url, world.look) as worker:
        until(lambda: world.begun == 2)
        worker.stop()
        assert sorted(jobs(db)) == ["doing"] * 2 + ["todo"] * 3
        world.goes_on.set()
        worker.thread.join(FOREVER)
        assert worker.said == [] and not worker.thread.is_alive()
    assert len(rounds(db)) == world.begun == 2 and jobs(db) == ["todo"] * 3


def test_behind_a_pooler_a_worker_asks_instead_of_being_told(postgres_url):
    program()
    db = engine(postgres_url)
    with pool(postgres_url, 3) as url:
        assert pooled(url) and not pooled(postgres_url)
        with at_work(url, listens=False) as worker:
            with writing(db) as connection:
                ids = rows.add(connection, [begun(f"d{n}.pl") for n in range(5)])
            until(lambda: {id for id, _ in rounds(db)} == {*ids})
            assert worker.said == []
        engine(url).dispose()


def test_a_worker_that_was_taken_for_dead_or_lost_its_connections_goes_on(postgres_url):
    db = engine(postgres_url)
    with at_work(postgres_url) as worker:
        for name, blow in (
            ("a.pl", "DELETE FROM jobs.procrastinate_workers"),
            ("b.pl", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
             " WHERE datname = current_database() AND pid <> pg_backend_pid()"),
        ):  # fmt: skip
            with writing(db) as connection:
                connection.exec_driver_sql(blow)
            with writing(db) as connection:
                (id,) = rows.add(connection, [begun(name)])
            until(lambda id=id: id in {of for of, _ in rounds(db)})
        assert "worker.thought_dead" in {message.id for message in worker.said}


def test_a_look_that_cannot_be_written_is_told_and_made_again(postgres_url):
    db, broken = engine(postgres_url), ["once"]

    def look(*given):
        if broken:
            broken.clear()
            raise sa.exc.OperationalError("SELECT 1", {}, OSError("gone"))
        return worker_process.look(*given)

    with writing(db) as connection:
        rows.add(connection, [begun("a.pl")])
    with at_work(postgres_url, look) as worker:
        until(lambda: rounds(db))
        assert [message.id for message in worker.said] == ["worker.trouble"]


def test_a_look_that_breaks_counts_as_one_that_nobody_answered(postgres_url):
    db = engine(postgres_url)
    with writing(db) as connection:
        (id,) = rows.add(connection, [begun("a.pl")])

    def one():
        with reading(db) as connection:
            return rows.load(connection, watch.c.id == id)[0]

    with at_work(postgres_url, lambda *_: 1 / 0) as worker:
        until(lambda: one().blind_since is not None)
        assert worker.said == [] and one().sight is None
