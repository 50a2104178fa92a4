"""The command worker: what it tells at its start, what it refuses, and how it ends."""

import os
import signal
import subprocess
import sys

import pytest

from core.__main__ import main
from core.database.transactions import engine, writing
from core.database.upgrade import upgrade
from core.ground.settings import ROOT, settings
from tests import postgres
from tests.pooler import pool, program


@pytest.fixture
def workers(monkeypatch):
    """Sets variables for the command, WATCH=workers before all."""

    def set_up(**variables):
        for name, value in {"WATCH": "workers", **variables}.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    yield set_up
    settings.cache_clear()


def refused(capsys):
    """Return what the command tells when it refuses."""
    assert main(["worker", "--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1
    return err


def test_sqlite_is_for_one_machine(workers, sqlite_url, capsys):
    workers(DATABASE_URL=sqlite_url)
    assert "python -m core watch" in refused(capsys)


@pytest.mark.parametrize("watch", ["embedded", "off"])
def test_no_worker_beside_a_dashboard_that_looks_itself(workers, capsys, watch):
    workers(WATCH=watch)
    assert f"WATCH={watch}" in refused(capsys)


@pytest.mark.postgres
def test_tables_of_another_procrastinate_are_refused(workers, postgres_url, capsys):
    with writing(engine(postgres_url)) as connection:
        connection.exec_driver_sql("COMMENT ON SCHEMA jobs IS '04.00.00_01_pre_other'")
    workers(DATABASE_URL=postgres_url)
    assert "04.00.00_01_pre_other" in refused(capsys)


@pytest.mark.postgres
def test_another_database_than_the_dashboards_is_refused(workers, postgres_server, postgres_url, capsys):
    other = postgres_url.replace("/desk_", "/other_")
    postgres.run(postgres_server, f"CREATE DATABASE {other.split('/')[3].partition('?')[0]}")
    upgrade(other)
    workers(DATABASE_URL=postgres_url, WORKER_DATABASE_URL=other)
    assert "WORKER_DATABASE_URL" in refused(capsys)
    engine(other).dispose()


def start(**variables):
    """Start the command as a process of its own; returns it once it works, with what it has told by then."""
    env = {name: value for name, value in os.environ.items() if name != "FROZEN_NOW"}
    env |= {"WATCH": "workers", "PYTHONUNBUFFERED": "1", **variables}
    command = [sys.executable, "-m", "core", "worker", "--lang", "en", "--at-once", "2"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return process, process.stdout.readline(), process.stdout.readline()


@pytest.mark.postgres
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_it_works_past_the_pooler_until_it_is_stopped(postgres_url, number):
    program()
    with pool(postgres_url, 2) as url:
        process, connected, works = start(DATABASE_URL=url, WORKER_DATABASE_URL=postgres_url)
        assert "directly" in connected and "up to 2" in works
        process.send_signal(number)
        out, err = process.communicate(timeout=600)
        assert (process.returncode, out, err) == (0, "Ending after what is under way.\n", "")


@pytest.mark.postgres
def test_a_pooler_is_told(postgres_url):
    program()
    with pool(postgres_url, 3) as url:
        process, connected, _ = start(DATABASE_URL=url)
        assert "pooler" in connected and "WORKER_DATABASE_URL" in connected
        process.terminate()
        assert (process.communicate(timeout=600)[1], process.returncode) == ("", 0)
