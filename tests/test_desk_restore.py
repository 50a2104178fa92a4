"""A restore gives back what was there, refuses what is no backup, and cannot be the accident."""

import contextlib
import sqlite3
import threading
import zipfile

import pytest
import sqlalchemy as sa

from core.database import sqlite_copy
from core.database.address import file_of
from core.database.tables import event, migration
from core.database.transactions import engine, engine_of, reading, writing
from core.database.upgrade import upgrade
from core.datafiles import read_tariff
from core.desk.backup import backup, restore
from core.migration import moves
from core.migration.handover import Handed
from core.quotes.store import Quotes
from core.store.store import Store
from tests.conftest import EASY
from tests.filled import backed_up, damage, forget, refusal, rows, take_up, with_every_row
from tests.migrations import NOW, act
from tests.plain_rows import HAPPENED, row
from tests.quotes import save
from tests.revisions import ADDING, another_revision, older

filled = pytest.fixture(with_every_row)
kept = pytest.fixture(backed_up)
revisions = pytest.fixture(another_revision)


def test_restore_gives_back_an_equal_database(filled, kept):
    before = rows(filled)
    assert all(before.values())
    forget(filled)
    changed = rows(filled)
    done = restore(filled, kept)
    assert rows(filled) == before != changed
    assert (done.before, done.after, done.damaged) == ("0009", "0009", False)
    assert rows(f"sqlite:///{done.kept}") == changed
    restore(filled, done.kept)
    assert rows(filled) == changed


def test_connection_that_was_open_sees_what_was_restored(filled, kept):
    before, db = rows(filled), engine_of(filled)
    forget(filled)
    with reading(db) as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(migration)) == 2
        restore(filled, kept)
        # Still the state it began with.
        assert connection.scalar(sa.select(sa.func.count()).select_from(migration)) == 2
    with reading(db) as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(migration)) == 1
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    with writing(db) as connection:
        seq = connection.scalar(sa.select(sa.func.max(event.c.seq)).where(event.c.migration_id == 1)) + 1
        connection.execute(event.insert(), row(event, **HAPPENED, migration_id=1, seq=seq))
    db.dispose()
    assert rows(filled)["migration"] == before["migration"]


@pytest.mark.parametrize("of", ["backup", "database"])
@pytest.mark.parametrize("size", [1024, 65536])
def test_backup_in_pages_of_another_size_is_restored(filled, kept, of, size):
    before = rows(filled)
    engine(filled).dispose()
    with contextlib.closing(
        sqlite3.connect(kept if of == "backup" else file_of(filled), isolation_level=None)
    ) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute(f"PRAGMA page_size = {size}")
        other.execute("VACUUM")
        assert other.execute("PRAGMA page_size").fetchone() == (size,)
    forget(filled)
    done = restore(filled, kept)
    assert rows(filled) == before and not done.damaged


def test_restore_waits_for_a_writer_and_keeps_what_it_wrote(filled, kept):
    begun = threading.Event()
    with writing(engine(filled)) as connection:
        connection.execute(migration.update().values(client="written last"))
        found = []

        def back():
            begun.set()
            found.append(restore(filled, kept))

        thread = threading.Thread(target=back)
        thread.start()
        begun.wait()
        thread.join(0.3)
        assert not found
    thread.join()
    assert "written last" in str(rows(f"sqlite:///{found[0].kept}")["migration"])
    assert "written last" not in str(rows(filled)["migration"])


def test_restore_on_a_machine_without_a_database(filled, kept, tmp_path):
    url = f"sqlite:///{tmp_path}/anew.sqlite3"
    done = restore(url, kept)
    assert done.kept is None and rows(url) == rows(filled)


@pytest.mark.parametrize("how", ["page", "header"])
def test_restore_over_a_damaged_database_keeps_it_aside(filled, kept, how):
    before, file = rows(filled), file_of(filled)
    engine(filled).dispose()
    if how == "page":
        damage(file)
    else:
        file.write_bytes(b"nothing like a database" * 400)
    bytes_before = file.read_bytes()
    done = restore(filled, kept)
    assert done.damaged and rows(filled) == before
    assert done.kept.read_bytes() == bytes_before or how == "page"
    assert list(file.parent.glob("*-journal")) == []


def test_backup_of_an_older_revision_is_upgraded(filled, kept, revisions):
    revisions(ADDING)
    upgrade(filled)
    done = restore(filled, kept)
    assert (done.before, done.after) == ("0009", "0100")
    with reading(engine(filled)) as connection:
        assert connection.execute(sa.text("SELECT client, colour FROM migration")).all() == [("Żółw", None)]


def not_a_backup(path, kind):
    if kind == "text":
        path.write_text("id,client\n" * 2000, encoding="utf-8")
    elif kind == "zip":
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("desk.sqlite3", b"SQLite format 3")
    elif kind == "folder":
        path.unlink()
        path.mkdir()
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "damaged":
        damage(path)
    elif kind == "cut":
        path.write_bytes(path.read_bytes()[:20_000])
    else:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as copy:
            copy.execute(
                {
                    "newer": "UPDATE alembic_version SET version_num = '9999'",
                    "unnumbered": "DELETE FROM alembic_version",
                    "another program's": "DROP TABLE event",
                }[kind]
            )


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("text", "database.is_a"),
        ("empty", "database.is_a"),
        ("zip", "database.is_a"),
        ("folder", "database.is_a"),
        ("damaged", "database.damaged_backup"),
        ("cut", "database.damaged_backup"),
        ("newer", "database.newer"),
        ("unnumbered", "database.no_backup"),
        ("another program's", "database.no_backup"),
    ],
)
def test_nothing_but_an_intact_backup_of_the_desk_is_restored(filled, kept, kind, said):
    before = rows(filled)
    not_a_backup(kept, kind)
    mistake = refusal(restore, filled, kept)
    assert (mistake.field, mistake.message.id) == ("FILE", said)
    assert rows(filled) == before
    assert not (file_of(filled).parent / "backups").exists()


def test_backup_with_rows_that_refer_to_none_is_refused(filled, kept):
    with contextlib.closing(sqlite3.connect(kept, isolation_level=None)) as copy:
        copy.execute("DELETE FROM import_batch")
    assert refusal(restore, filled, kept).message.id == "database.damaged_backup"


def test_database_is_not_restored_from_itself(filled):
    assert refusal(restore, filled, file_of(filled)).message.id == "database.itself"


def test_restore_that_is_interrupted_changes_nothing(filled, kept, monkeypatch):
    forget(filled)
    before = rows(filled)

    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sqlite_copy, "copy", full)
    assert refusal(restore, filled, kept).message.id == "database.full"
    assert rows(filled) == before


# -- quotes


def test_number_of_a_quote_that_a_restore_took_away_does_not_come_back(filled, kept):
    tariff, quotes = read_tariff(EASY), Quotes(engine(filled))
    save(quotes, tariff)
    assert save(quotes, tariff).number == "O/2025/0003"
    restore(filled, kept)
    assert [quotes.one(f"O/2025/{n}") is None for n in (1, 2, 3)] == [False, True, True]
    assert save(quotes, tariff).number == "O/2025/0004"


def begun(url):
    """Take up a migration."""
    take_up(Store(engine(url)), "M-1", "Żółw", "a.pl")
    engine(url).dispose()


def before_quotes(file):
    """Make a database of the third schema with a migration."""
    older(file, "0003", begun)


def test_backup_from_before_there_were_quotes_is_restored_and_takes_them(sqlite_url, tmp_path):
    before_quotes(tmp_path / "old.sqlite3")
    done = restore(sqlite_url, tmp_path / "old.sqlite3")
    assert (done.before, done.after) == ("0003", "0009")
    m = Store(engine(sqlite_url)).by_ref("M-1")
    told = save(Quotes(engine(sqlite_url)), read_tariff(EASY), migration=m.id)
    assert (m.client, told.number, told.migration_ref) == ("Żółw", "O/2025/0001", "M-1")


def test_database_from_before_there_were_quotes_is_copied_and_upgraded(tmp_path):
    file = tmp_path / "desk.sqlite3"
    before_quotes(file)
    done = upgrade(f"sqlite:///{file}")
    assert (done.before, done.after, done.backup.exists()) == ("0003", "0009", True)
    assert Quotes(engine(f"sqlite:///{file}")).all() == ([], {})
    engine(f"sqlite:///{file}").dispose()


def test_backup_from_before_lists_were_handed_over_is_restored_and_takes_them(sqlite_url, tmp_path):
    older(tmp_path / "old.sqlite3", "0004", begun)
    done = restore(sqlite_url, tmp_path / "old.sqlite3")
    assert (done.before, done.after) == ("0004", "0009")
    store = Store(engine(sqlite_url))
    m = store.by_ref("M-1")
    assert (m.client, m.mail_accounts, m.old_hosting_until) == ("Żółw", None, None)
    listed = (Handed("biuro@a.pl"),)
    store.change(m.id, lambda m: moves.change(m, act(), {"mail_accounts": listed, "old_hosting_until": NOW.date()}))
    kept = tmp_path / "again.sqlite3"
    assert backup(sqlite_url, kept) == []
    restore(sqlite_url, kept)
    m = store.by_ref("M-1")
    assert (m.mail_accounts, m.old_hosting_until) == (listed, NOW.date())


def test_desk_from_before_lists_were_handed_over_is_copied_and_upgraded(tmp_path):
    file = tmp_path / "desk.sqlite3"
    older(file, "0004", begun)
    done = upgrade(f"sqlite:///{file}")
    assert (done.before, done.after, done.backup.exists()) == ("0004", "0009", True)
    assert [m.client for m in Store(engine(f"sqlite:///{file}")).all()] == ["Żółw"]
    engine(f"sqlite:///{file}").dispose()
