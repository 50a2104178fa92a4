"""`python -m core watch`, and the dashboard that looks by itself: one process at a time, which ends when it is told."""

import json
import os
import signal
import subprocess
import sys

import pytest
import sqlalchemy as sa

from core.database.tables import watch_lease
from core.database.transactions import engine, engine_of, reading, writing
from core.ground.settings import ROOT
from core.store.store import Store
from core.watch import lease as leases
from core.watch.following import begin
from tests import server
from tests.migrations import ANNA, NOW
from tests.test_watch_runner import until
from tests.watched import watches

NOBODY = """.                        3600000      NS    A.ROOT-SERVERS.NET.
A.ROOT-SERVERS.NET.      3600000      A     127.53.9.9
"""


@pytest.fixture
def environment(sqlite_url, tmp_path):
    """A desk of its own, whose root is an address of this machine where nobody answers."""
    (tmp_path / "named.root").write_text(NOBODY, encoding="utf-8")
    own = {"DATABASE_URL": sqlite_url, "ROOT_HINTS_FILE": str(tmp_path / "named.root"), "WATCH": "embedded"}
    return {name: value for name, value in os.environ.items() if name != "FROZEN_NOW"} | own


def command(environment, *arguments):
    given = [sys.executable, "-m", "core", "watch", "--lang", "en", *arguments]
    return subprocess.Popen(given, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def holder(url):
    with reading(engine(url)) as connection:
        return connection.execute(sa.select(watch_lease.c.holder)).scalar()


def test_once_looks_at_what_is_due_and_says_so_a_line_each(environment, sqlite_url):
    begin(engine(sqlite_url), "a.example", {}, ANNA, NOW)
    said, wrong = command(environment, "--once", "--json").communicate()
    assert wrong == ""
    (line,) = map(json.loads, said.splitlines())
    assert (line["name"], line["outcome"], line["phase"]) == ("a.example", "written", "planned")
    (one,) = watches(Store(engine(sqlite_url)))
    assert one.rounds == 1 and one.blind_since is not None
    # It has given the lease back, and there is nothing due any more.
    again = command(environment, "--once")
    assert again.communicate() == ("", "") and again.returncode == 0


def test_where_another_looks_it_says_so(environment, sqlite_url):
    db = engine(sqlite_url)
    other = leases.take(db, "another", NOW)
    with writing(db) as connection:
        # By the clock that the command goes by.
        ahead = sa.text("UPDATE watch_lease SET until = strftime('%Y-%m-%d %H:%M:%f', 'now', '+60 seconds') || '000'")
        connection.execute(ahead)
    run = command(environment, "--once")
    _, wrong = run.communicate()
    assert run.returncode == 1 and "another process" in wrong
    assert other.fence == 1 and holder(sqlite_url) == "another"


def test_where_workers_look_it_is_refused(environment):
    run = command(environment | {"WATCH": "workers"}, "--once")
    _, wrong = run.communicate()
    assert run.returncode == 2 and "WATCH=workers" in wrong


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_looks_until_it_is_told_to_stop(environment, sqlite_url, end):
    begin(engine(sqlite_url), "a.example", {}, ANNA, NOW)
    run = command(environment)
    assert "a.example" in run.stdout.readline()
    assert str(run.pid) in holder(sqlite_url)
    run.send_signal(end)
    _, wrong = run.communicate()
    assert (run.returncode, wrong) == (0, "")
    assert holder(sqlite_url) == ""


def test_dashboard_looks_by_itself_where_the_settings_say_so(environment, sqlite_url):
    begin(engine(sqlite_url), "a.example", {}, ANNA, NOW)
    with server.serve(**{**environment, "FROZEN_NOW": ""}) as served:
        until(lambda: watches(Store(engine(sqlite_url)))[0].rounds == 1)
        assert str(served.process.pid) in holder(sqlite_url)
    # It has ended, and has given the lease back.
    assert holder(sqlite_url) == ""


def test_dashboard_whose_settings_say_nobody_looks_at_nothing(environment, sqlite_url):
    with server.serve(**{**environment, "WATCH": "off"}):
        pass
    db = engine_of(sqlite_url)
    with reading(db) as connection:
        assert connection.execute(sa.select(watch_lease.c.holder)).all() == []
    db.dispose()
