"""What stands beside the database: read by its owner alone, and removed where a killed process left it."""

import contextlib
import os
import signal
import stat
import subprocess
import sys

import pytest

from core.database.transactions import engine
from core.database.upgrade import upgrade
from core.desk.backup import backup, restore
from core.files.whole_file import beside
from core.ground.messages import InputError
from core.ground.settings import ROOT
from tests.filled import backed_up, fill, rows, with_every_row

filled = pytest.fixture(with_every_row)
kept = pytest.fixture(backed_up)


# -- who may read it


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_database_and_all_beside_it_are_its_owners_alone(tmp_path):
    url, mask = f"sqlite:///{tmp_path}/desk.sqlite3", os.umask(0o022)
    try:
        upgrade(url)
        fill(url)
        assert {path.name: mode(path) for path in tmp_path.glob("desk*")} == dict.fromkeys(
            ("desk.sqlite3", "desk.sqlite3-wal", "desk.sqlite3-shm"), 0o600
        )
        backup(url, tmp_path / "kept")
        restore(url, tmp_path / "kept")
        (saved,) = (tmp_path / "backups").iterdir()
        assert (mode(tmp_path / "kept"), mode(saved), mode(tmp_path / "backups")) == (0o600, 0o600, 0o700)
        for path in (tmp_path / "desk.sqlite3", tmp_path / "desk.sqlite3-wal", saved):
            path.chmod(0o644)
        folder = mode(tmp_path)
        upgrade(url)
        assert {mode(path) for path in (*tmp_path.glob("desk*"), saved)} == {0o600} and mode(tmp_path) == folder
    finally:
        os.umask(mask)
        engine(url).dispose()


@pytest.mark.parametrize("name", ["", "folder"])
def test_folder_that_a_wrong_url_names_stays_open_to_whoever_uses_it(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
    with pytest.raises(InputError):
        upgrade(f"sqlite:///{folder}")
    assert mode(folder) == 0o777


# -- what killed processes leave


KILLED = """
import signal, sys, os
from pathlib import Path
from core.database import sqlite_copy
from core.desk import backup
def die(*_):
    print(flush=True)
    signal.pause()
sqlite_copy.check = die if sys.argv[1] == "backup" else sqlite_copy.check
backup.upgrade_copy = die
getattr(backup, sys.argv[1])(sys.argv[2], Path(sys.argv[3]))
"""


def hidden(folder):
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


@pytest.mark.parametrize("what", ["backup", "restore"])
def test_copies_of_killed_commands_are_removed_at_the_next_start(sqlite_url, kept, tmp_path, what):
    target = tmp_path / "new.sqlite3" if what == "backup" else kept
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, what, sqlite_url, str(target)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE,
    )  # fmt: skip
    child.stdout.readline()
    (left,) = hidden(tmp_path)
    (tmp_path / f"{left}-journal").write_bytes(b"x")
    mine = [".desk.sqlite3.notours", ".desk.sqlite3.abcdefgh.txt", ".other.sqlite3.abcdefgh", ".new.sqlite3"]
    for name in mine:
        (tmp_path / name).write_bytes(b"x")

    def start():
        upgrade(sqlite_url)
        with contextlib.suppress(InputError):
            backup(sqlite_url, tmp_path / "new.sqlite3", overwrite=True)

    # As long as it lives, what it writes stays.
    start()
    assert {left, f"{left}-journal"} <= set(hidden(tmp_path))
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    start()
    assert hidden(tmp_path) == sorted(mine)


def test_journal_without_its_copy_is_removed_and_the_databases_own_stays(sqlite_url, tmp_path):
    fill(sqlite_url)
    for name in (".desk.sqlite3.abcdefgh-wal", ".desk.sqlite3.abcdefgh-shm", ".desk.sqlite3.abcdefgh-journal"):
        (tmp_path / name).write_bytes(b"x")
    before = rows(sqlite_url)
    assert (tmp_path / "desk.sqlite3-wal").exists()
    upgrade(sqlite_url)
    assert hidden(tmp_path) == [] and (tmp_path / "desk.sqlite3-wal").exists() and rows(sqlite_url) == before


def test_two_that_write_the_same_target_do_not_take_each_other_for_leftovers(tmp_path):
    with beside(tmp_path / "a") as first, beside(tmp_path / "a") as second:
        assert first.exists() and second.exists() and first != second
    assert hidden(tmp_path) == []
