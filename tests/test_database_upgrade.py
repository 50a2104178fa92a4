"""The schema and its upgrades, which cannot half fail, however many begin at once."""

import contextlib
import sqlite3
import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from core.database.address import file_of
from core.database.tables import event, metadata, migration
from core.database.transactions import engine, engine_of, reading, writing
from core.database.upgrade import Upgraded, fresh, upgrade
from core.desk import database_check
from core.ground.messages import InputError
from core.ground.settings import ROOT
from core.migration import inventoried, moves
from core.migration.cutover_looks import look_taken
from core.migration.handover import Handed
from core.store.store import Store
from tests import postgres
from tests.inventories import LISTED, inventory
from tests.migrations import act, summary
from tests.plain_rows import HAPPENED, NOON, opened, row
from tests.revisions import FAILING, SECOND, another_revision, before_cutover, before_handover, before_inventory

db = pytest.fixture(opened)
revisions = pytest.fixture(another_revision)


def test_revisions_give_the_schema_of_the_tables(db):
    with reading(db) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        found = sa.inspect(connection)
        for table in metadata.sorted_tables:
            checks = {check["name"] for check in found.get_check_constraints(table.name)}
            assert checks == {c.name for c in table.constraints if isinstance(c, sa.CheckConstraint)}, table
            uniques = {unique["name"] for unique in found.get_unique_constraints(table.name)}
            assert uniques == {c.name for c in table.constraints if isinstance(c, sa.UniqueConstraint)}, table
            keys = {key["name"] for key in found.get_foreign_keys(table.name)}
            assert keys == {key.name for key in table.foreign_key_constraints}


def test_empty_database_is_set_up_once(tmp_path):
    url = f"sqlite:///{tmp_path}/desk.sqlite3"
    assert upgrade(url) == Upgraded(None, "0009")
    assert upgrade(url) == Upgraded("0009", "0009")
    assert not (tmp_path / "backups").exists()


def columns(url, table):
    db = engine_of(url)
    with reading(db) as connection:
        found = {column["name"] for column in sa.inspect(connection).get_columns(table)}
    db.dispose()
    return found


def fill(url):
    db = engine_of(url)
    with writing(db) as connection:
        connection.execute(migration.insert(), row(migration, id=1, ref="M-1", client="Żółw"))
        connection.execute(event.insert(), row(event, migration_id=1, seq=1, **HAPPENED))
    db.dispose()


def test_older_sqlite_database_is_copied_before_it_is_upgraded(sqlite_url, revisions):
    fill(sqlite_url)
    revisions(SECOND)
    done = upgrade(sqlite_url)
    database = file_of(sqlite_url)
    assert done == Upgraded("0009", "0100", database.parent / "backups" / "desk-20261121T110000Z-before-0100.sqlite3")
    assert "pinned" in columns(sqlite_url, "note") and {"colour", "customer"} <= columns(sqlite_url, "migration")
    assert upgrade(sqlite_url) == Upgraded("0100", "0100")

    with contextlib.closing(sqlite3.connect(done.backup)) as kept:
        assert kept.execute("SELECT client FROM migration").fetchall() == [("Żółw",)]
        assert kept.execute("SELECT version_num FROM alembic_version").fetchall() == [("0009",)]
    with contextlib.closing(sqlite3.connect(database)) as live:
        assert live.execute("SELECT customer FROM migration").fetchall() == [("Żółw",)]
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            live.execute("DELETE FROM event")


@pytest.mark.parametrize("known", [False, True])
def test_desk_from_before_lists_were_handed_over_keeps_all_it_had(database_url, known):
    store = Store(engine(database_url))
    m = store.register(act(), {"ref": "M-1", "client": "Żółw"}, {"żółw.pl": {"display": "żółw.pl"}}, "uwaga").migration
    before = store.one(m.id)
    before_handover(database_url)
    done = upgrade(database_url, backed_up=True)
    assert (done.before, done.after) == ("0004", "0009")
    found = store.one(m.id)
    assert found == before
    assert (found.no_phone, found.mail_accounts, found.site_list, found.old_hosting_until) == ("", None, None, None)
    if known:
        values = {"mail_accounts": (Handed("biuro@xn--w-uga1v8h.pl", 40),), "site_list": (), "no_phone": "pisze"}
        day = NOON.date()
        store.change(m.id, lambda m: moves.change(m, act(), {**values, "old_hosting_until": day}))
        store.change(m.id, lambda m: moves.change(m, act(), {"registered_until": day}, *m.domains))
        found = store.one(m.id)
        assert {name: getattr(found, name) for name in values} == values
        assert (found.old_hosting_until, [d.registered_until for d in found.active]) == (day, [day])
    with reading(store.engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert [*database_check._of_events(connection)] == []
    if file_of(database_url):
        with fresh() as right, reading(store.engine) as connection:
            assert database_check.differences(connection, right) == []


def test_desk_from_before_looks_were_kept_keeps_all_it_had_and_takes_one(database_url):
    store = Store(engine(database_url))
    id = store.register(act(), {"ref": "M-1", "client": "Żółw"}, {"a.pl": {"display": "a.pl"}}).migration.id
    before = store.one(id)
    before_cutover(database_url)
    done = upgrade(database_url, backed_up=True)
    assert (done.before, done.after) == ("0006", "0009")
    assert store.one(id) == before and before.domains["a.pl"].cutover is None
    store.change(id, lambda m: look_taken(m, act(), "a.pl", summary("a.pl")))
    assert store.one(id).domains["a.pl"].cutover.verdict == "ready"
    with reading(store.engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert [*database_check._of_events(connection)] == []


def test_desk_from_before_archives_were_taken_over_keeps_its_lists_and_takes_one(database_url):
    store = Store(engine(database_url))
    id = store.register(
        act(), {"ref": "M-1", "client": "Żółw"}, {"alfa.example": {"display": "alfa.example"}}
    ).migration.id
    listed = {"mail_accounts": (Handed("biuro@alfa.example", 40),), "site_list": ()}
    before = store.change(id, lambda m: moves.change(m, act(), listed)).migration
    events = store.events(id)
    before_inventory(database_url)
    done = upgrade(database_url, backed_up=True)
    assert (done.before, done.after) == ("0005", "0009")
    found = store.one(id)
    assert (found, found.inventory, store.events(id)) == (before, None, events)
    assert {name: getattr(found, name) for name in listed} == listed
    store.change(id, lambda m: inventoried.take(m, act(), inventory("alfa.example"), "backup.tar.gz"))
    found = store.one(id)
    assert found.inventory.source == "backup.tar.gz" and found.mail_accounts == LISTED["mail_accounts"]
    with reading(store.engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert [*database_check._of_events(connection)] == []


def test_upgrade_that_fails_midway_leaves_the_database_as_it_was(database_url, revisions):
    fill(database_url)
    before = {table: columns(database_url, table) for table in ("note", "migration")}
    revisions(FAILING)
    for _ in range(2):
        with pytest.raises(InputError) as refused:
            upgrade(database_url, backed_up=True)
        assert "nowhere" in str(refused.value.errors[0].message.values["detail"])
    assert {table: columns(database_url, table) for table in ("note", "migration")} == before
    if file := file_of(database_url):
        assert list((file.parent / "backups").iterdir()) == []
    revisions(SECOND)
    assert upgrade(database_url, backed_up=True).after == "0100"


def test_upgrade_that_breaks_references_is_taken_back(sqlite_url, revisions):
    fill(sqlite_url)
    revisions(SECOND + "    op.execute('DELETE FROM migration')\n")
    with pytest.raises(InputError, match="damaged"):
        upgrade(sqlite_url)
    assert "pinned" not in columns(sqlite_url, "note")


@pytest.mark.postgres
def test_older_postgresql_database_is_upgraded_only_when_backed_up(postgres_url, revisions):
    revisions(SECOND)
    with pytest.raises(InputError) as refused:
        upgrade(postgres_url)
    assert refused.value.errors[0].message.id == "database.not_backed_up"
    assert "pinned" not in columns(postgres_url, "note")
    assert upgrade(postgres_url, backed_up=True) == Upgraded("0009", "0100")
    assert upgrade(postgres_url) == Upgraded("0100", "0100")


def test_database_of_a_newer_desk_is_left_alone(database_url):
    db = engine(database_url)
    with writing(db) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '00'"))
    with pytest.raises(InputError) as refused:
        upgrade(database_url, backed_up=True)
    assert refused.value.errors[0].message.values == {"revision": "00", "known": "0009"}
    with reading(db) as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == "00"


def test_database_of_another_program_is_left_alone(tmp_path):
    file = tmp_path / "other.sqlite3"
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE note (text)")
    with pytest.raises(InputError, match=r"database\.foreign"):
        upgrade(f"sqlite:///{file}")
    assert columns(f"sqlite:///{file}", "note") == {"text"}


@pytest.mark.parametrize("text", ["name,price\nbasic,1.00\n" * 200, "SQLite format 3\0" + "x" * 4096])
def test_file_that_is_no_database_is_refused_and_left_alone(tmp_path, text):
    file = tmp_path / "desk.sqlite3"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"database\.damaged"):
        upgrade(f"sqlite:///{file}")
    assert file.read_text(encoding="utf-8") == text


def start(url):
    code = "import sys; from core.database.upgrade import upgrade; upgrade(sys.argv[1])"
    return subprocess.Popen([sys.executable, "-W", "error", "-c", code, url], cwd=ROOT, stderr=subprocess.PIPE)


def all_start_at_once(url):
    started = [start(url) for _ in range(4)]
    told = [process.communicate()[1].decode() for process in started]
    assert [process.returncode for process in started] == [0] * 4, told
    assert upgrade(url) == Upgraded("0009", "0009")


def test_processes_that_start_at_once_all_find_the_database_set_up(tmp_path):
    all_start_at_once(f"sqlite:///{tmp_path}/desk.sqlite3")


@pytest.mark.postgres
def test_processes_that_start_at_once_on_postgresql(postgres_server):
    postgres.run(postgres_server, "CREATE DATABASE fresh")
    all_start_at_once(postgres_server.replace("/postgres?", "/fresh?"))
    postgres.run(postgres_server, "DROP DATABASE fresh")
