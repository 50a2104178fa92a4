"""A backup is whole whatever is going on, a restore gives back what was there, and neither can be the accident."""

import contextlib
import json
import sqlite3
import subprocess
import sys
import threading
import zipfile

import pytest
import sqlalchemy as sa
from alembic import command as alembic

from core.__main__ import main
from core.database import sqlite_copy
from core.database import upgrade as upgrades
from core.database.address import file_of
from core.database.tables import base, event, import_batch, metadata, migration, subscription, subscription_domain
from core.database.transactions import engine, engine_of, reading, writing
from core.database.upgrade import upgrade
from core.datafiles import read_tariff
from core.desk.backup import backup, restore
from core.ground.messages import InputError
from core.ground.settings import ROOT, settings
from core.migration import moves
from core.quotes.store import Quotes
from core.store.changing import write_batch
from core.store.store import Store
from tests.conftest import EASY
from tests.migrations import MARIA, act
from tests.quotes import save
from tests.test_database_transactions import ADDING, HAPPENED, revisions, row  # noqa: F401 - a fixture


def fill(url):
    """Put a row into every table, as the desk does."""
    store = Store(engine(url))
    m = take_up(store, "M-1", "Żółw", "a.pl")
    store.change(m.id, lambda m: moves.check(m, act(), "server"))
    store.erase([take_up(store, "M-0", "Ala", "o.pl").id], act(MARIA), "na prośbę")
    with writing(engine(url)) as connection:
        mapping = {"columns": {"klient": "client"}, "excluded": []}
        batch = row(import_batch, mapping=mapping, counts={"new": 1}, actor="anna")
        write_batch(connection, batch, [{"row": 1, "outcome": "new", "errors": []}])
        # As core.quotes.base keeps one.
        connection.execute(base.insert(), row(base, id=1, actor="maria"))

        connection.execute(subscription.insert(), row(subscription, id=1, base_id=1))
        connection.execute(subscription_domain.insert(), {"subscription_id": 1, "name": "a.pl"})
    save(Quotes(engine(url)), read_tariff(EASY), migration=m.id)


def take_up(store, ref, client, domain):
    return store.register(act(), {"ref": ref, "client": client}, {domain: {"display": domain}}, "uwaga").migration


def rows(url):
    """Return every row of every table, but for the epoch: each copy has its own."""
    db = engine_of(url)
    with reading(db) as connection:
        found = {
            table.name: sorted(map(repr, connection.execute(sa.select(table))))
            for table in metadata.sorted_tables
            if table.name != "epoch"
        }
    db.dispose()
    return found


def forget(url):
    store = Store(engine(url))
    store.change(1, lambda m: moves.change(m, act(), {"client": "somebody else"}))
    take_up(store, "M-2", "Ola", "c.pl")


@pytest.fixture
def filled(sqlite_url):
    fill(sqlite_url)
    return sqlite_url


@pytest.fixture
def kept(filled, tmp_path):
    """A backup of the filled database."""
    backup(filled, tmp_path / "kept.sqlite3")
    return tmp_path / "kept.sqlite3"


def refusal(call, *arguments, **flags):
    with pytest.raises(InputError) as refused:
        call(*arguments, **flags)
    (mistake,) = refused.value.errors
    return mistake


# -- Backing up


def test_restore_gives_back_an_equal_database(filled, kept):
    before = rows(filled)
    assert all(before.values())
    forget(filled)
    changed = rows(filled)
    done = restore(filled, kept)
    assert rows(filled) == before != changed
    assert (done.before, done.after, done.damaged) == ("0004", "0004", False)
    assert rows(f"sqlite:///{done.kept}") == changed
    restore(filled, done.kept)
    assert rows(filled) == changed


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


def damage(file):
    """Break a page of a table, as a bad disk would."""
    with contextlib.closing(sqlite3.connect(file)) as live:
        live.execute("PRAGMA journal_mode = DELETE")
        (page,) = live.execute("SELECT rootpage FROM sqlite_master WHERE name = 'migration'").fetchone()
        (size,) = live.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as raw:
        raw.seek((page - 1) * size)
        raw.write(b"\xff" * size)


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


# -- Restoring


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


def test_backup_of_an_older_revision_is_upgraded(filled, kept, revisions):  # noqa: F811
    revisions(ADDING)
    upgrade(filled)
    done = restore(filled, kept)
    assert (done.before, done.after) == ("0004", "0100")
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
@pytest.mark.xdist_group("postgres")
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


# -- The commands


@pytest.fixture
def desk_at(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")

    def use(url):
        monkeypatch.setenv("DATABASE_URL", url)
        settings.cache_clear()

    yield use
    monkeypatch.undo()
    settings.cache_clear()


def test_commands_from_an_empty_database_to_a_restored_one(desk_at, tmp_path, capsys):
    url, kept = f"sqlite:///{tmp_path}/desk.sqlite3", str(tmp_path / "kept.sqlite3")
    desk_at(url)
    assert main(["backup", kept]) == 2
    assert main(["upgrade"]) == 0 and main(["upgrade", "--json"]) == 0
    assert '"after": "0004"' in capsys.readouterr().out
    fill(url)
    before = rows(url)
    assert main(["backup", kept]) == 0 and kept in capsys.readouterr().out
    assert main(["backup", kept]) == 64 and "--overwrite" in capsys.readouterr().err
    assert main(["backup", kept, "--overwrite", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"file": kept, "differences": []}
    forget(url)
    assert main(["restore", kept, "--yes", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["after"], told["damaged"]) == ("0004", False) and "backups" in told["kept"]
    assert rows(url) == before
    assert main(["restore", kept, "--yes", "--lang", "pl"]) == 0
    assert "Poprzedni stan bazy" in capsys.readouterr().out
    engine(url).dispose()


def test_restore_asks_and_without_anyone_to_ask_does_nothing(desk_at, filled, kept, monkeypatch, capsys):
    desk_at(filled)
    forget(filled)
    before = rows(filled)
    assert main(["restore", str(kept)]) == 64
    assert "--yes" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    assert main(["restore", str(kept)]) == 130
    assert rows(filled) == before
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert main(["restore", str(kept)]) == 0
    assert rows(filled) != before


class Terminal:
    """Someone at the keyboard who types an answer."""

    def __init__(self, answer):
        self.answer = answer

    def isatty(self):
        return True

    def readline(self, *_):
        return self.answer


@pytest.mark.parametrize(
    ("url", "arguments", "code", "told"),
    [
        ("sqlite:////nowhere/desk.sqlite3", ["upgrade"], 2, "unable to open database file"),
        ("mysql://ala:secret@host/db", ["upgrade"], 2, "no such database"),
        ("postgresql://ala:secret@host/desk", ["backup", "kept.dump"], 2, "pg_dump"),
        ("postgresql://ala:secret@host/desk", ["restore", str(ROOT / "README.md"), "--yes"], 2, "pg_restore"),
        ("sqlite:////nowhere/desk.sqlite3", ["restore", str(ROOT / "README.md"), "--yes"], 64, "text file"),
        ("sqlite:////nowhere/desk.sqlite3", ["restore", "/nowhere/kept", "--yes"], 64, "/nowhere/kept"),
    ],
)
def test_exit_codes_tell_the_desks_own_trouble_from_a_wrong_call(desk_at, capsys, url, arguments, code, told):
    desk_at(url)
    assert main(arguments) == code
    said = capsys.readouterr().err
    assert told in said and "secret" not in said


# -- quotes


def test_number_of_a_quote_that_a_restore_took_away_does_not_come_back(filled, kept):
    tariff, quotes = read_tariff(EASY), Quotes(engine(filled))
    save(quotes, tariff)
    assert save(quotes, tariff).number == "O/2025/0003"
    restore(filled, kept)
    assert [quotes.one(f"O/2025/{n}") is None for n in (1, 2, 3)] == [False, True, True]
    assert save(quotes, tariff).number == "O/2025/0004"


def before_quotes(file):
    """Make a database of the third schema with a migration."""
    db = engine_of(f"sqlite:///{file}")
    with db.begin() as connection:
        config = upgrades._config()
        config.attributes["connection"] = connection
        alembic.upgrade(config, "0003")
    take_up(Store(db), "M-1", "Żółw", "a.pl")
    db.dispose()


def test_backup_from_before_there_were_quotes_is_restored_and_takes_them(sqlite_url, tmp_path):
    before_quotes(tmp_path / "old.sqlite3")
    done = restore(sqlite_url, tmp_path / "old.sqlite3")
    assert (done.before, done.after) == ("0003", "0004")
    m = Store(engine(sqlite_url)).by_ref("M-1")
    told = save(Quotes(engine(sqlite_url)), read_tariff(EASY), migration=m.id)
    assert (m.client, told.number, told.migration_ref) == ("Żółw", "O/2025/0001", "M-1")


def test_database_from_before_there_were_quotes_is_copied_and_upgraded(tmp_path):
    file = tmp_path / "desk.sqlite3"
    before_quotes(file)
    done = upgrade(f"sqlite:///{file}")
    assert (done.before, done.after, done.backup.exists()) == ("0003", "0004", True)
    assert Quotes(engine(f"sqlite:///{file}")).all() == ([], {})
    engine(f"sqlite:///{file}").dispose()
