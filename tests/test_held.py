"""A file that was brought is its session's alone, and gone when it is let go, forgotten, or its process has died."""

import gc
import subprocess
import sys
import tempfile

import pytest

from core import held
from core.held import Held, remove_leftovers
from core.limits import IN_PLACE

LONG = b"x" * (IN_PLACE + 1)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_short_file_stays_in_memory_and_a_long_one_lies_where_only_its_owner_looks(folder):
    short = Held(LONG[1:])
    assert (short.content, short.folder, short.size) == (LONG[1:], None, IN_PLACE) and not [*folder.iterdir()]
    long = Held(LONG)
    assert long.content.read_bytes() == LONG and long.size == len(LONG) and long.sha256 != short.sha256
    assert long.folder.stat().st_mode & 0o777 == 0o700 and long.content.stat().st_mode & 0o777 == 0o600


def test_file_that_is_let_go_or_forgotten_is_gone(folder):
    long, another = Held(LONG), Held(LONG)
    (long.folder / "spool").write_bytes(b"x")
    long.let_go()
    long.let_go()
    assert long.content == b"" and [*folder.iterdir()] == [another.folder]
    del another
    gc.collect()
    assert not [*folder.iterdir()]


def test_what_a_dead_process_left_behind_is_removed_and_nothing_else(folder):
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    dead, alive = folder / f"desk-upload-{process.pid}-abc", Held(LONG)
    dead.mkdir()
    (dead / "file").write_bytes(b"x")
    others = [folder / "desk-upload-", folder / "desk-upload-x-1", folder / f"my-desk-upload-{process.pid}-1"]
    for other in others:
        other.mkdir()
    remove_leftovers()
    assert {*folder.iterdir()} == {alive.folder, *others}
    assert held._runs(1)
