"""Work in a process of its own: it gives, raises, is bounded, ended, and never half done."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.files.own_process import NAME_MAX, NAMES_EVERY, aside
from core.files.spool import PAGE, Spool
from core.ground.messages import FieldError, InputError, Message
from core.ground.settings import ROOT
from core.store.conflicts import ConflictError, ReplacedError
from tests.migrations import NOW

MEGABYTE = 1024 * 1024


# -- what another process is asked to do


def twice(number, progress):
    progress(0.5)
    print("a library that talks")
    return 2 * number, os.getpid()


def refuse(_progress):
    raise InputError(FieldError("file", "ż", Message("error.missing")), FieldError("", "", Message("error.empty")))


def take(size, _progress):
    return len(bytearray(size))


def name_many(progress):
    for number in range(50_000):
        progress(number / 50_001, f"{'folder/' * 100}{number}")
    return "named"


def never_end(progress):
    progress(0.25)
    time.sleep(600)


def write(path, progress):
    progress(1.0)
    Path(path).write_text("written", encoding="utf-8")
    return "told"


def write_and_die(path, progress):
    write(path, progress)
    os.kill(os.getpid(), signal.SIGKILL)


def write_and_take(size, progress):
    progress(1.0)
    return take(size, progress)


class CannotComeBackError(Exception):
    def __init__(self, one, two):
        super().__init__(f"{one} {two}")


def raise_what_cannot_come_back(progress):
    progress(1.0)
    raise CannotComeBackError(1, 2)


def raise_conflicts(which, _progress):
    raise ConflictError(None, ()) if which == "conflict" else ReplacedError(NOW)


def spooled(count, _progress):
    return Spool(range(count))


def until(happened):
    for _ in range(1200):
        if happened():
            return
        time.sleep(0.05)
    raise AssertionError("it never happened")


def test_work_gives_its_result_from_another_process():
    with aside(twice, 21) as job:
        number, process = job.result()
    assert number == 42 and process == job.pid != os.getpid()
    assert job.share == 0.5


def test_name_of_what_it_is_at_comes_beside_the_share_a_few_a_second_and_bounded():
    seen, began = set(), time.monotonic()
    with aside(name_many) as job:
        while not job.done(within=0.01):
            seen.add(job.name)
        assert job.result() == "named"
        # On a busy machine all of it may come between two looks.
        seen.add(job.name)
    names = seen - {""}
    assert 1 <= len(names) <= 2 + (time.monotonic() - began) / NAMES_EVERY
    # Of a long one its end, which tells where it is.
    assert all(len(name) == NAME_MAX and name[-1].isdigit() for name in names)


def test_mistakes_are_the_same_here_as_there():
    with aside(refuse) as job, pytest.raises(InputError) as refused:
        job.result()
    assert refused.value.errors == (
        FieldError("file", "ż", Message("error.missing")),
        FieldError("", "", Message("error.empty")),
    )


def test_memory_is_bounded_and_said_to_have_been_too_little():
    with aside(take, 400 * MEGABYTE, memory=200 * MEGABYTE) as job, pytest.raises(InputError) as refused:
        job.result()
    assert refused.value.errors[0].message.id == "error.work_memory"
    with aside(take, 40 * MEGABYTE, memory=200 * MEGABYTE) as job:
        assert job.result() == 40 * MEGABYTE


def test_process_that_is_killed_ends_in_a_mistake():
    with aside(never_end) as job:
        until(lambda: job.share == 0.25)
        os.kill(job.pid, signal.SIGKILL)
        with pytest.raises(InputError) as refused:
            job.result()
    assert refused.value.errors[0].message.id == "error.work_died"


def test_leaving_ends_the_process():
    with aside(never_end) as job:
        until(lambda: job.share == 0.25)
        assert not job.done(within=0)
    with pytest.raises(ProcessLookupError):
        os.kill(job.pid, 0)


def test_nothing_is_written_before_it_is_let_go(tmp_path):
    file = tmp_path / "file"
    with aside(write, str(file)) as job:
        until(lambda: job.share == 1)
        assert not job.done(within=0.3)
    assert not file.exists()
    with aside(write, str(file)) as job:
        until(lambda: job.share == 1)
        job.let_go()
        assert job.result() == "told"
    assert file.exists()


def died(work, *args, **options):
    """Let work go, and return what is told where its process dies."""
    with aside(work, *args, **options) as job:
        until(lambda: job.share == 1)
        job.let_go()
        with pytest.raises(InputError) as refused:
            job.result()
    return refused.value.errors[0].message.id


def test_what_dies_after_it_was_let_go_may_have_written(tmp_path):
    assert died(write_and_die, str(tmp_path / "file")) == "error.work_unknown" and (tmp_path / "file").exists()
    assert died(write_and_take, 400 * MEGABYTE, memory=200 * MEGABYTE) == "error.work_unknown"
    assert died(raise_what_cannot_come_back) == "error.work_unknown"
    assert died(write_and_die, os.devnull, writes=False) == "error.work_died"


def test_conflicts_are_the_same_here_as_there():
    with aside(raise_conflicts, "conflict") as job, pytest.raises(ConflictError) as conflict:
        job.result()
    assert (type(conflict.value), conflict.value.now, conflict.value.since) == (ConflictError, None, ())
    with aside(raise_conflicts, "replaced") as job, pytest.raises(ReplacedError) as gone:
        job.result()
    assert (gone.value.at, gone.value.now) == (NOW, None)


def test_long_results_are_read_from_the_folder(tmp_path):
    with aside(spooled, 3 * PAGE, folder=tmp_path) as job:
        found = job.result()
    assert found == range(3 * PAGE) and [*tmp_path.iterdir()]


def test_work_beyond_the_places_waits_and_may_be_given_up():
    class GivenUpError(Exception):
        pass

    def give_up():
        raise GivenUpError

    with aside(never_end), aside(never_end), pytest.raises(GivenUpError), aside(twice, 1, waiting=give_up):
        pass
    with aside(twice, 1) as job:
        assert job.result()[0] == 2


def test_work_ends_with_whoever_asked_for_it(tmp_path):
    asks = f"""
import os, sys
from core.files.own_process import NAME_MAX, NAMES_EVERY, aside
from tests.test_files_own_process import tick
with aside(tick, {str(tmp_path / "ticks")!r}) as job:
    print(job.pid, flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", asks], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as asking:
        process = int(asking.stdout.readline())
        until((tmp_path / "ticks").exists)
        asking.kill()
    until(lambda: not (Path("/proc") / str(process)).exists() or _is_zombie(process))


def tick(path, progress):
    Path(path).write_text("", encoding="utf-8")
    while True:
        progress(0.1)
        time.sleep(0.05)


def _is_zombie(process):
    return "State:\tZ" in (Path("/proc") / str(process) / "status").read_text(encoding="utf-8")


def test_a_page_that_is_the_main_module_does_not_come_along(monkeypatch):
    # As Streamlit's script runner leaves it: a new process of multiprocessing would draw the page.
    page = type(sys)("__main__")
    page.__file__ = str(ROOT / "app.py")
    monkeypatch.setitem(sys.modules, "__main__", page)
    with aside(twice, 4) as job:
        assert job.result()[0] == 8
