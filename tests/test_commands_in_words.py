"""Every command ends in a sentence and an exit code, whatever happens to disks, locks, servers and readers."""

import contextlib
import json
import os
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import typing

import psycopg
import pytest

from core.__main__ import COMMANDS, main
from core.__main__ import command as loaded
from core.commands.terminal import in_words
from core.database.address import file_of
from core.database.transactions import engine
from core.desk.backup import backup
from core.ground.settings import ROOT, settings
from core.language import LANGUAGES
from core.store.store import Store
from tests.lost_answer import losing
from tests.migrations import act
from tests.test_commands import HEADER, ROW

CSV = "klient;domena;nr zlecenia\nAla;ala.pl;Z-1\n"


@pytest.fixture
def desk_at(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("DATABASE_PATIENCE", "0.3")

    def use(url):
        monkeypatch.setenv("DATABASE_URL", url)
        settings.cache_clear()
        return url

    yield use
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def csv(tmp_path):
    file = tmp_path / "migrations.csv"
    file.write_text(CSV, encoding="utf-8")
    return str(file)


@pytest.fixture
def desk(desk_at, sqlite_url):
    """A desk with a migration, on SQLite."""
    desk_at(sqlite_url)
    Store(engine(sqlite_url)).register(act(), {"client": "Róża"}, {"a.pl": {"display": "a.pl"}})
    return sqlite_url


def refs(url):
    return [m.ref for m in Store(engine(url)).all()]


def told(capfd, code, *words):
    """One sentence or a few on standard error, no traceback, and the words."""
    out, err = capfd.readouterr()
    assert "Traceback" not in out + err and err.strip(), err
    assert all(re.search(word, err) for word in words), err
    return out, code


def run(arguments, **how):
    """Run a command as a program of its own; return its exit code, and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "core", *arguments], cwd=ROOT, capture_output="stdout" not in how, text=True, **how
    )
    assert "Traceback" not in (done.stderr or "") and "Exception ignored" not in (done.stderr or ""), done.stderr
    return done.returncode, done.stderr


# -- locked


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_locked_database_is_told_after_the_patience_that_is_set(desk, csv, tmp_path, capfd, lang, more):
    kept = tmp_path / "kept.sqlite3"
    backup(desk, kept)
    with contextlib.closing(sqlite3.connect(file_of(desk), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert main(["import", csv, "--lang", lang, *more]) == 2
        out, _ = told(capfd, 2, "database is locked", "DATABASE_PATIENCE")
        assert not out
        assert main(["restore", str(kept), "--yes", "--lang", lang, *more]) == 2
        told(capfd, 2, "database is locked")
        other.execute("ROLLBACK")
    assert refs(desk) == ["P-1"] and main(["import", csv]) == 0 and refs(desk) == ["P-1", "Z-1"]


def test_lock_of_a_new_database_is_told_by_whoever_sets_it_up(desk_at, tmp_path, capfd):
    url = desk_at(f"sqlite:///{tmp_path}/new.sqlite3")
    with contextlib.closing(sqlite3.connect(tmp_path / "new.sqlite3", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        assert main(["upgrade"]) == 2
        told(capfd, 2, "database is locked")
    assert main(["upgrade"]) == 0
    engine(url).dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("command", ["import", "export"])
def test_locked_table_of_postgresql_is_told(desk_at, postgres_url, csv, capfd, command):
    desk_at(postgres_url)
    with psycopg.connect(postgres_url) as other:
        other.execute("LOCK TABLE migration IN ACCESS EXCLUSIVE MODE")
        assert main([command, csv]) == 2
        told(capfd, 2, "lock timeout", "nothing of this was written")
    assert refs(postgres_url) == []


# -- the server


def waiting(url):
    """Wait until a command waits for a lock; return the number of its backend."""
    with psycopg.connect(url, autocommit=True) as other:
        for _ in range(400):
            found = other.execute("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchone()
            if found:
                return found[0]
            time.sleep(0.05)
    raise AssertionError("nobody waits")


@pytest.mark.postgres
def test_connection_killed_in_the_middle_is_told_and_nothing_is_written(desk_at, postgres_url, csv, capfd, monkeypatch):
    monkeypatch.setenv("DATABASE_PATIENCE", "60")
    desk_at(postgres_url)

    def kill():
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute(f"SELECT pg_terminate_backend({waiting(postgres_url)})")

    with psycopg.connect(postgres_url) as other:
        other.execute("LOCK TABLE migration IN SHARE ROW EXCLUSIVE MODE")
        thread = threading.Thread(target=kill)
        thread.start()
        assert main(["import", csv]) == 2
        thread.join()
    told(capfd, 2, "no connection to the database server", "was not written")
    assert refs(postgres_url) == []


@pytest.mark.postgres
def test_interrupt_in_the_middle_is_told_and_nothing_is_written(desk_at, postgres_url, csv, monkeypatch):
    monkeypatch.setenv("DATABASE_PATIENCE", "60")
    desk_at(postgres_url)
    with psycopg.connect(postgres_url) as other:
        other.execute("LOCK TABLE migration IN SHARE ROW EXCLUSIVE MODE")
        command = subprocess.Popen(
            [sys.executable, "-m", "core", "import", csv],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
            # Who runs the tests in the background has it ignored, which whatever they start inherits.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        waiting(postgres_url)
        command.send_signal(signal.SIGINT)
        _, said = command.communicate()
    assert (command.returncode, "Traceback" in said) == (130, False) and "was not written" in said
    assert refs(postgres_url) == []


@pytest.mark.postgres
@pytest.mark.parametrize("lang", LANGUAGES)
def test_lost_answer_to_commit_is_told_as_unknown_and_the_same_file_finds_out(desk_at, postgres_url, csv, capfd, lang):
    folder = postgres_url.partition("host=")[2]
    Store(engine(postgres_url))
    with losing(folder) as other:
        url = postgres_url.replace(folder, other)
        desk_at(url)
        assert main(["import", csv, "--lang", lang]) == 2
        told(capfd, 2, {"en": "unknown whether it was written", "pl": "nie wiadomo, czy zapis"}[lang])
        engine(url).dispose()
    desk_at(postgres_url)
    # Here it was written; nobody could know.
    assert refs(postgres_url) == ["Z-1"]
    assert main(["import", csv, "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["unchanged"] == 1 and refs(postgres_url) == ["Z-1"]


# -- a broken schema


BROKEN = {
    "DROP TABLE note": "table note",
    "ALTER TABLE migration DROP COLUMN deputy": "column migration.deputy",
    "DROP TRIGGER event_update": "trigger event_update",
    "DROP TABLE epoch": "table epoch",
}


@pytest.mark.parametrize(("statement", "lacking"), BROKEN.items())
def test_broken_schema_is_told_by_every_command_and_a_restore_mends_it(desk, csv, tmp_path, capfd, statement, lacking):
    kept = tmp_path / "kept.sqlite3"
    backup(desk, kept)
    with contextlib.closing(sqlite3.connect(file_of(desk), isolation_level=None)) as other:
        other.execute(statement)
    for arguments in (["import", csv], ["export"], ["export", str(tmp_path / "out.csv"), "--json"]):
        assert main(arguments) == 2
        told(capfd, 2, lacking, "Restore a backup")
    assert not (tmp_path / "out.csv").exists()
    # A copy of what there is can always be made; that it could not come back is said.
    assert main(["backup", str(tmp_path / "broken.sqlite3")]) == 2
    told(capfd, 2, "restore would refuse", lacking)
    assert (tmp_path / "broken.sqlite3").exists()
    assert main(["restore", str(tmp_path / "broken.sqlite3"), "--yes"]) == 64
    told(capfd, 64, lacking)
    assert main(["restore", str(kept), "--yes"]) == 0
    assert refs(desk) == ["P-1"]


@pytest.mark.postgres
@pytest.mark.parametrize(("statement", "lacking"), [*BROKEN.items()][1:3])
def test_broken_schema_of_postgresql_is_told(desk_at, postgres_url, csv, capfd, statement, lacking):
    desk_at(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute(statement + (" ON event" if "TRIGGER" in statement else ""))
    for arguments in (["import", csv], ["export"]):
        assert main(arguments) == 2
        told(capfd, 2, lacking)


# -- full disks


@contextlib.contextmanager
def small_disk(folder, kilobytes):
    """Mount a small disk where we are allowed to; skip the test where not."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", folder], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no disk may be mounted here: {mounted.stderr}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_full_disk_of_a_target_blames_the_target_and_keeps_what_was_there(desk, tmp_path, capfd):
    source = tmp_path / "changes.csv"
    source.write_text(f"{HEADER}\n" + "".join(f"{n},{ROW}\n" for n in range(2000)), encoding="utf-8")
    with small_disk(tmp_path / "disk", 64) as disk:
        (disk / "export.csv").write_text("before", encoding="utf-8")
        (disk / "rest").write_bytes(b"x" * 60_000)
        for arguments in (
            ["backup", str(disk / "kept.sqlite3")],
            ["backup", str(disk / "kept.sqlite3"), "--json"],
            ["quote", "--csv", str(source), "--out", str(disk / "out.csv")],
        ):
            assert main(arguments) == 64
            told(capfd, 64, "No space left|database or disk is full", "FILE|--out", "another place")
        (disk / "rest").write_bytes(b"x" * 61_440)
        assert main(["export", str(disk / "export.csv")]) == 64
        told(capfd, 64, "No space left", "another place")
        assert sorted(path.name for path in disk.iterdir()) == ["export.csv", "rest"]
        assert (disk / "export.csv").read_text(encoding="utf-8") == "before"


def test_full_disk_of_the_database_is_told_and_nothing_is_written(desk_at, tmp_path, capfd):
    file = tmp_path / "many.csv"
    file.write_text("klient;domena\n" + "".join(f"K{n};d{n}.pl\n" for n in range(2000)), encoding="utf-8")
    with small_disk(tmp_path / "disk", 700) as disk:
        url = desk_at(f"sqlite:///{disk}/desk.sqlite3")
        try:
            assert main(["upgrade"]) == 0
            capfd.readouterr()
            assert main(["import", str(file)]) == 2
            told(capfd, 2, "disk of the database is full", "nothing of this was written")
            assert refs(url) == []
        finally:
            engine(url).dispose()


def no_file_above(size):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_limits_of_a_file_are_told_like_a_full_disk(desk, tmp_path):
    code, said = run(["backup", str(tmp_path / "kept.sqlite3")], preexec_fn=no_file_above(20_000))
    assert (code, said.startswith("FILE “/")) == (64, True)
    assert not list(tmp_path.glob("*kept*"))
    code, said = run(["restore", str(file_of(desk)) + "x", "--yes"])
    assert code == 64
    backup(desk, tmp_path / "good.sqlite3")
    code, said = run(["restore", str(tmp_path / "good.sqlite3"), "--yes"], preexec_fn=no_file_above(20_000))
    assert (code, "disk of the database is full" in said) == (2, True) and refs(desk) == ["P-1"]


@pytest.mark.parametrize("arguments", ["tariff", "tariff --json", "export", "upgrade", "upgrade --json"])
def test_full_standard_output_is_told(desk, arguments):
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        code, said = run(arguments.split(), stdout=full, stderr=subprocess.PIPE)
    assert code == 64 and "Standard output" in said


@pytest.mark.parametrize("more", [[], ["--json"], ["--lang", "pl"]])
def test_work_that_was_done_is_told_although_its_report_cannot_be_printed(desk, csv, tmp_path, more):
    kept = str(tmp_path / "kept.sqlite3")
    sentence = LANGUAGES["pl" if more[:1] == ["--lang"] else "en"].text("command.written")
    for command in (
        ["import", csv],
        ["export", str(tmp_path / "out.csv")],
        ["backup", kept],
        ["restore", kept, "--yes"],
    ):
        with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
            code, said = run([*command, *more], stdout=full, stderr=subprocess.PIPE)
        assert code == 64 and sentence in said, command
    assert refs(desk) == ["P-1", "Z-1"] and (tmp_path / "out.csv").exists()
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        # Nothing new in it: nothing was written.
        code, said = run(["import", csv, *more], stdout=full, stderr=subprocess.PIPE)
    assert code == 64 and sentence not in said


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams_lead_nowhere(desk, csv, tmp_path, closed):
    for number, command in enumerate(("backup {}/kept", "import {}/migrations.csv", "export {}/out.csv", "tariff")):
        line = f"{sys.executable} -m core {command.format(tmp_path)} {closed}"
        done = subprocess.run(["sh", "-c", line], cwd=ROOT, capture_output=True, text=True)
        assert (done.returncode, "mistake" in done.stderr) == (0, False), (number, done.stderr)
    assert (tmp_path / "kept").exists() and (tmp_path / "out.csv").exists() and refs(desk) == ["P-1", "Z-1"]
    line = f"{sys.executable} -m core restore {tmp_path}/kept {closed}"
    assert subprocess.run(["sh", "-c", line], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True).returncode == 64


@pytest.mark.parametrize("encoding", ["iso-8859-2", "ascii", "cp852"])
def test_terminal_that_lacks_letters_still_gets_the_rest(desk, encoding):
    told = {"env": {**os.environ, "PYTHONIOENCODING": encoding}, "cwd": ROOT, "capture_output": True}
    for command in (["tariff"], ["upgrade"], ["tariff", "--json"]):
        done = subprocess.run([sys.executable, "-m", "core", *command, "--lang", "pl"], **told)
        assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["readings"] and b"?" not in done.stdout


# -- readers that leave, and mistakes of our own


@pytest.mark.parametrize("arguments", [["tariff"], ["export"], ["upgrade", "--json"]])
def test_reader_that_leaves_is_no_mistake(desk, arguments):
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "wb") as pipe:
        code, said = run(arguments, stdout=pipe, stderr=subprocess.PIPE)
    assert (code, said) == (141, "")


@pytest.mark.parametrize("error", [ZeroDivisionError("Kot12"), MemoryError(), RecursionError(), KeyError("Kot12")])
def test_mistake_of_the_desk_itself_ends_in_words_without_what_was_read(capsys, error):
    def command(*, lang):
        raise error

    with pytest.raises(Exception) as left:
        in_words(command)(lang="en")
    said = capsys.readouterr().err
    assert left.value.exit_code == 2 and type(error).__name__ in said and "Kot12" not in said


WRONG = {
    "DATABASE_PATIENCE": {"abc": "a number", "-1": "at least 0.1", "inf": "a number", "nan": "a number", "601": "600"},
    "CHECK_EVERY": {"0": "at least 1", "inf": "a number"},
    "SAMPLES": {"maybe": "true or false"},
    "FROZEN_NOW": {"noon": "time zone", "2026-11-21T12:00:00": "time zone"},
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_setting_that_is_wrong_is_told_by_its_variable(desk, csv, monkeypatch, capfd, name, value):
    monkeypatch.setenv(name, value)
    settings.cache_clear()
    for command in (["tariff"], ["import", csv], ["check", "a.pl"], ["upgrade"]):
        assert main([*command, "--lang", "en"]) == 2
        told(capfd, 2, f"^{name} “{value}”: .*{WRONG[name][value]}")


def test_desk_with_a_wrong_setting_does_not_start_and_says_so_in_both_languages():
    told = {"env": {**os.environ, "DATABASE_PATIENCE": "abc"}, "cwd": ROOT, "capture_output": True, "text": True}
    done = subprocess.run([sys.executable, "-c", "import asgi"], **told)
    said = [line for line in done.stderr.splitlines() if "DATABASE_PATIENCE" in line]
    assert (done.returncode, len(said), "Traceback" in done.stderr) == (2, 2, False), done.stderr


def test_every_command_has_a_language_to_end_in():
    assert all("lang" in typing.get_type_hints(loaded(name)) for name in COMMANDS)
