"""A file that was brought is its session's alone, and gone when it is let go, forgotten, or its process has died."""

import gc
import resource
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.files import kept_upload
from core.files.kept_upload import Held, remove_leftovers
from core.ground.file_limits import IN_PLACE
from core.ground.messages import InputError

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
    assert kept_upload._runs(1)


def test_files_are_taken_up_while_others_are_let_go():
    def often(_):
        for _ in range(100):
            Held(LONG).let_go()

    with ThreadPoolExecutor(4) as threads:
        assert [*threads.map(often, range(4))] == [None] * 4


def test_disk_that_does_not_take_a_file_is_told_and_keeps_nothing_of_it(folder):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(InputError) as refused:
            Held(LONG, "a")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    (mistake,) = refused.value.errors
    assert (mistake.field, mistake.message.id) == ("file", "error.disk") and not [*folder.iterdir()]
    assert "a" not in kept_upload.held()


def test_what_a_session_holds_counts_until_it_is_let_go_or_forgotten():
    short, long, forgotten = Held(b"abc", "a"), Held(LONG, "a"), Held(b"x", "b")
    sizes = kept_upload.held()
    assert (sizes["a"], sizes["b"]) == (len(LONG) + 3, 1)
    long.let_go()
    del forgotten
    gc.collect()
    assert kept_upload.held()["a"] == short.size == 3 and "b" not in kept_upload.held()
