"""A backup is whole whatever is going on, and never takes the place of what should stay."""

import contextlib
import sqlite3
import subprocess
import threading

import pytest
import sqlalchemy as sa

from core.database.address import file_of
from core.database.tables import event
from core.database.transactions import engine, writing
from core.desk.backup import backup, restore
from core.migration import moves
from core.store.store import Store
from tests.filled import backed_up, damage, fill, forget, refusal, rows, with_every_row
from tests.migrations import act

filled = pytest.fixture(with_every_row)
kept = pytest.fixture(backed_up)


def test_backup_is_one_file_that_only_its_owner_can_read(filled, kept):
    assert [path.name for path in kept.parent.iterdir() if path.name.startswith((".", "kept"))] == ["kept.sqlite3"]
    assert kept.stat().st_mode & 0o777 == 0o600
    with contextlib.closing(sqlite3.connect(kept)) as copy:
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_backup_never_replaces_a_file_unless_told(filled, kept):
    text = kept.read_bytes()
    forget(filled)
    assert refusal(backup, filled, kept).message.id == "database.exists"
    assert kept.read_bytes() == text
    backup(filled, kept, overwrite=True)
    assert rows(f"sqlite:///{kept}") == rows(filled)


def test_backup_never_replaces_the_database_itself(filled):
    for overwrite in (False, True):
        assert refusal(backup, filled, file_of(filled), overwrite=overwrite).message.id == "database.itself"


def test_backup_that_cannot_be_written_is_told(filled, tmp_path):
    mistake = refusal(backup, filled, tmp_path / "nowhere" / "kept.sqlite3")
    assert (mistake.field, mistake.message.id) == ("FILE", "database.unwritable")


def test_backup_of_a_database_that_is_not_there_makes_none(tmp_path):
    mistake = refusal(backup, f"sqlite:///{tmp_path}/desk.sqlite3", tmp_path / "kept.sqlite3")
    assert mistake.message.id == "database.missing"
    assert list(tmp_path.iterdir()) == []


def test_backup_of_a_damaged_database_is_none(filled, tmp_path):
    engine(filled).dispose()
    damage(file_of(filled))
    assert refusal(backup, filled, tmp_path / "kept.sqlite3").message.id == "database.damaged"
    assert [path.name for path in tmp_path.iterdir() if "kept" in path.name] == []


def test_backups_made_while_others_write_hold_whole_transactions(filled, tmp_path):
    stopped, written, store = threading.Event(), [], Store(engine(filled))
    begins = store.one(1).seq

    def write():
        while not stopped.is_set():
            written.append(store.change(1, lambda m: [*moves.note(m, act(), "x")] * 3).migration.seq)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(5):
            target = tmp_path / f"{number}.sqlite3"
            backup(filled, target)
            with contextlib.closing(sqlite3.connect(target)) as copy:
                (last,) = copy.execute("SELECT max(seq) FROM event").fetchone()
                (stands,) = copy.execute("SELECT seq FROM migration").fetchone()
            assert (last - begins) % 3 == 0 and stands == last
    finally:
        stopped.set()
        thread.join()
    assert written


def test_postgresql_is_left_to_its_own_programs(tmp_path):
    url = "postgresql://ala:secret@db.example:5433/desk"
    for call, command in (
        (backup, "pg_dump --format=custom --host=db.example --port=5433 --username=ala --dbname=desk --file='a b'"),
        (
            restore,
            "pg_restore --clean --if-exists --single-transaction --host=db.example --port=5433 --username=ala "
            "--dbname=desk 'a b'",
        ),
    ):
        mistake = refusal(call, url, tmp_path.__class__("a b"))
        assert mistake.message.values == {"command": command} and "secret" not in str(mistake)


@pytest.mark.postgres
def test_the_commands_told_for_postgresql_do_what_they_say(postgres_url, tmp_path):
    import shlex

    from tests.postgres import binaries

    def call(tool, *arguments):
        program, *flags = shlex.split(refusal(tool, *arguments).message.values["command"])
        subprocess.run([binaries() / program, *flags], check=True)

    fill(postgres_url)
    before = rows(postgres_url)
    call(backup, postgres_url, tmp_path / "desk.dump")
    forget(postgres_url)
    call(restore, postgres_url, tmp_path / "desk.dump")
    assert rows(postgres_url) == before
    with pytest.raises(sa.exc.IntegrityError), writing(engine(postgres_url)) as connection:
        connection.execute(event.delete())
