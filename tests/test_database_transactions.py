"""One way to read and to write on both databases, triggers that guard what happened, upgrades that cannot half fail."""

import concurrent.futures
import contextlib
import datetime as dt
import shutil
import sqlite3
import subprocess
import sys
import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from core.database import upgrade as upgrades
from core.database.address import file_of, parse_url, safe_url
from core.database.tables import Moment, domain, erasure, event, metadata, migration
from core.database.transactions import engine, engine_of, reading, writing
from core.database.upgrade import Upgraded, upgrade
from core.ground.messages import InputError
from core.ground.settings import ROOT
from core.language import ENGLISH, LANGUAGES
from tests import postgres

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
HAPPENED = {"kind": "created", "actor": "Ala", "recorded_at": NOON}
ERASURE = {
    "id": 1,
    "erased_at": NOON,
    "actor": "Ala",
    "reason": "asked for",
    "migrations": 1,
    "events": 2,
    "highest_ref": 3,
}


PLAIN = {
    sa.Integer: 0,
    sa.BigInteger: 0,
    sa.Text: "",
    sa.Boolean: False,
    sa.JSON: {},
    sa.Date: NOON.date(),
    Moment: NOON,
}


def row(table, **values):
    """Return a row with the plainest value wherever one is needed."""
    needed = [column for column in table.columns if not column.nullable and column.name != "id"]
    return {**{column.name: PLAIN[type(column.type)] for column in needed}, **values}


@pytest.fixture
def db(database_url):
    return engine(database_url)


@pytest.fixture
def chain(db):
    """A migration with two events."""
    with writing(db) as connection:
        connection.execute(migration.insert(), row(migration, id=1, ref="M-1", client="Żółw"))
        for seq in (1, 2):
            connection.execute(event.insert(), row(event, migration_id=1, seq=seq, **HAPPENED))
    return db


def count(db, table):
    with reading(db) as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table))


def refusal(db, statement, values=None):
    """Return the first line of what the database says against a statement."""
    with pytest.raises(sa.exc.IntegrityError) as refused, writing(db) as connection:
        connection.execute(sa.text(statement) if isinstance(statement, str) else statement, values or {})
    return str(refused.value.orig).splitlines()[0]


# -- Reading and writing


def test_what_is_written_is_read_back_with_its_types(db):
    with writing(db) as connection:
        values = {"client": "Żółw", "hold": {"since": "2026-11-21"}, "planned_at": NOON}
        connection.execute(migration.insert(), row(migration, **values))
    with reading(db) as connection:
        found = connection.execute(sa.select(migration)).one()
    assert (found.client, found.fee_applies) == ("Żółw", False)
    assert (found.hold, found.cancelled) == ({"since": "2026-11-21"}, None)
    assert found.planned_at == NOON and found.planned_at.tzinfo is dt.UTC


def test_exception_takes_back_everything(db):
    with contextlib.suppress(KeyError), writing(db) as connection:
        connection.execute(erasure.insert(), ERASURE)
        raise KeyError
    assert count(db, erasure) == 0


def test_reading_sees_one_state_whatever_others_write(db):
    with reading(db) as connection:
        before = connection.scalar(sa.select(sa.func.count()).select_from(erasure))
        with writing(db) as other:
            other.execute(erasure.insert(), ERASURE)
        assert connection.scalar(sa.select(sa.func.count()).select_from(erasure)) == before == 0
    assert count(db, erasure) == 1


def test_reading_cannot_write_and_the_connection_can_again_afterwards(db):
    with pytest.raises(sa.exc.DBAPIError), reading(db) as connection:
        connection.execute(erasure.insert(), ERASURE)
    with writing(db) as connection:
        connection.execute(erasure.insert(), ERASURE)
    assert count(db, erasure) == 1


def test_writers_in_many_threads_lose_nothing(chain):
    def append(_):
        with writing(chain) as connection:
            last = sa.select(migration.c.seq).where(migration.c.id == 1).with_for_update()
            connection.scalar(last)
            seq = connection.scalar(sa.select(sa.func.max(event.c.seq)).where(event.c.migration_id == 1)) + 1
            connection.execute(event.insert(), row(event, migration_id=1, seq=seq, **HAPPENED))

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(append, range(40)))
    assert count(chain, event) == 42


def test_sqlite_commits_durably_and_minds_foreign_keys(sqlite_url):
    with reading(engine(sqlite_url)) as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_second_writer_on_sqlite_waits_for_the_first(sqlite_url):
    db, order, begun = engine(sqlite_url), [], threading.Event()

    def second():
        begun.wait()
        with writing(db):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with writing(db):
        begun.set()
        thread.join(0.3)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


# -- Addresses


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:////tmp/x.db", "sqlite"),
        ("sqlite+pysqlite:////tmp/x.db", "sqlite"),
        ("postgresql://user@host/db", "postgresql+psycopg"),
        ("postgres://user@host/db", "postgresql+psycopg"),
        ("postgresql+psycopg://user:secret@host:5433/db?sslmode=require", "postgresql+psycopg"),
    ],
)
def test_plain_addresses_are_understood(url, driver):
    assert parse_url(url).drivername == driver


@pytest.mark.parametrize(
    ("url", "id", "said"),
    [
        ("", "url", {}),
        ("desk.sqlite3", "url", {}),
        ("sqlite://", "url", {}),
        ("sqlite:///:memory:", "url", {}),
        ("postgresql://user@host", "url", {}),
        ("postgresql://u:p@secret@host/db", "url", {}),
        ("mysql://ala:secret@host/db", "url_scheme", {"given": "mysql"}),
        ("postgresql+asyncpg://ala:secret@host/db", "url_scheme", {"given": "postgresql+asyncpg"}),
        ("postgresql://u:secret@host:x/db", "url_port", {}),
        ("postgresql://u:secret@host:0/db", "url_port", {}),
        ("postgresql://u:secret@host:65536/db", "url_port", {}),
        ("sqlite:///x.db?mode=memory", "url_sqlite_option", {"option": "mode"}),
        ("sqlite:////tmp/x.db?timeout=5&cache=shared", "url_sqlite_option", {"option": "timeout"}),
        ("postgresql://h/db?ssl=secret", "url_option", {"option": "ssl"}),
        ("postgresql://h/db?prepare_threshold=0", "url_option", {"option": "prepare_threshold"}),
        ("postgresql://h/db?autocommit=1", "url_option", {"option": "autocommit"}),
        ("postgresql://h/db?sslmode=secret", "url_value", {"option": "sslmode"}),
        ("postgresql://h/db?connect_timeout=secret", "url_value", {"option": "connect_timeout"}),
        ("postgresql:///db?host=a&port=secret", "url_value", {"option": "port"}),
    ],
)
def test_other_addresses_are_refused_naming_what_is_wrong_without_a_password(url, id, said):
    with pytest.raises(InputError) as refused:
        parse_url(url)
    (mistake,) = refused.value.errors
    assert (mistake.field, mistake.message.id) == ("DATABASE_URL", f"database.{id}")
    assert {name: mistake.message.values[name] for name in said} == said
    for language in LANGUAGES.values():
        assert "secret" not in language.mistake(mistake) and all(
            value in language.mistake(mistake) for value in said.values()
        )


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ala:secret@127.0.0.1:1/desk",
        "postgresql:///desk?host=/nowhere",
        "postgresql://ala:secret@/desk?host=127.0.0.1,127.0.0.1&port=1,2",
        "postgresql:///desk?host=/nowhere&options=-c%20nonsense",
        "postgresql:///desk?host=/nowhere&service=none",
        "postgresql:///desk?host=/nowhere&min_protocol_version=secret",
        "postgresql://h/desk?hostaddr=nonsense",
    ],
)
def test_what_only_the_driver_can_tell_is_told_all_the_same(url):
    with pytest.raises(InputError) as refused:
        upgrade(url)
    (mistake,) = refused.value.errors
    assert mistake.field == "DATABASE_URL" and "secret" not in ENGLISH.mistake(mistake).replace('"secret"', "")


def test_password_is_never_shown():
    assert safe_url("postgresql://ala:secret@host/db?password=secret") == "postgresql://ala:***@host/db"
    assert safe_url("postgresql://ala:p@secret@host/db") == "?"


def test_address_of_a_folder_with_odd_characters(tmp_path, monkeypatch):
    from core.ground.settings import Settings

    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert file_of(Settings().database_url) == ROOT / "data" / "desk.sqlite3"
    odd = tmp_path / "50% żółw?"
    odd.mkdir()
    url = sa.URL.create("sqlite", database=str(odd / "desk.sqlite3")).render_as_string()
    assert upgrade(url).before is None and (odd / "desk.sqlite3").exists()


# -- What happened stays


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET actor = 'Ola'",
        "UPDATE event SET seq = seq",
        "DELETE FROM event",
        "DELETE FROM event WHERE seq = 2",
    ],
)
def test_events_cannot_be_changed_or_deleted(chain, statement):
    assert refusal(chain, statement) == "events are append-only"
    assert count(chain, event) == 2


@pytest.mark.parametrize("seq", [0, 1, 2, 4])
def test_events_follow_one_another_without_a_gap(chain, seq):
    refused = refusal(chain, event.insert(), row(event, migration_id=1, seq=seq, **HAPPENED))
    assert refused == "events follow one another without a gap"


def test_first_event_of_a_migration_is_number_one(chain):
    with writing(chain) as connection:
        connection.execute(migration.insert(), row(migration, id=2, ref="M-2"))
    assert "gap" in refusal(chain, event.insert(), row(event, migration_id=2, seq=3, **HAPPENED))
    with writing(chain) as connection:
        connection.execute(event.insert(), row(event, migration_id=2, seq=1, **HAPPENED))


REPLACING = """
    (id, migration_id, seq, kind, item, actor, reason, forced, recorded_at)
    VALUES ({id}, 1, {seq}, 'created', '', 'Ola', '', false, '2026-11-21 12:00:00')
"""


@pytest.mark.parametrize(("id", "seq"), [(1, 3), (7, 1), (1, 1)])
def test_sqlite_cannot_replace_an_event(sqlite_url, id, seq):
    db = engine(sqlite_url)
    with writing(db) as connection:
        connection.execute(migration.insert(), row(migration, id=1, ref="M-1"))
        connection.execute(event.insert(), [row(event, migration_id=1, seq=seq, **HAPPENED) for seq in (1, 2)])
    for how in ("INSERT OR REPLACE INTO", "REPLACE INTO"):
        assert "gap" in refusal(db, f"{how} event {REPLACING.format(id=id, seq=seq)}")
    with reading(db) as connection:
        assert set(connection.scalars(sa.select(event.c.actor))) == {"Ala"}


@pytest.mark.parametrize("conflict", ["(id)", "(migration_id, seq)"])
def test_upsert_changes_no_event(chain, conflict):
    id, seq = (1, 3) if conflict == "(id)" else (7, 1)
    statement = f"INSERT INTO event {REPLACING.format(id=id, seq=seq)} ON CONFLICT {conflict} DO UPDATE SET actor = 'X'"
    assert refusal(chain, statement)
    with reading(chain) as connection:
        assert set(connection.scalars(sa.select(event.c.actor))) == {"Ala"}


def test_events_of_a_migration_being_erased_can_go_and_no_others(chain):
    with writing(chain) as connection:
        connection.execute(migration.insert(), row(migration, id=2, ref="M-2"))
        connection.execute(event.insert(), row(event, migration_id=2, seq=1, **HAPPENED))
        connection.execute(erasure.insert(), ERASURE)
        connection.execute(migration.update().where(migration.c.id == 1).values(erasure_id=1))
        connection.execute(event.delete().where(event.c.migration_id == 1))
        connection.execute(migration.delete().where(migration.c.id == 1))
    assert (count(chain, event), count(chain, migration)) == (1, 1)
    assert refusal(chain, "DELETE FROM event") == "events are append-only"


def test_migration_with_events_cannot_be_deleted(chain):
    assert "foreign key" in refusal(chain, "DELETE FROM migration").lower()


def test_erasures_cannot_be_changed_deleted_or_replaced(db):
    with writing(db) as connection:
        connection.execute(erasure.insert(), ERASURE)
    for statement in ("UPDATE erasure SET reason = 'x'", "DELETE FROM erasure"):
        assert refusal(db, statement) == "erasures are append-only"
    if db.dialect.name == "sqlite":
        again = "INSERT OR REPLACE INTO erasure VALUES (1, '2026-11-21 12:00:00', 'Ola', 'x', 0, 0, 0, 'erased')"
        assert refusal(db, again) == "erasures are append-only"


@pytest.mark.postgres
@pytest.mark.xdist_group("postgres")
@pytest.mark.parametrize("table", ["event", "erasure", "migration"])
def test_postgresql_cannot_truncate_what_happened(postgres_url, table):
    assert "append-only" in refusal(engine(postgres_url), f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    ("step", "tested", "unrecorded", "fine"),
    [
        ("test", None, False, True),
        ("dns", NOON, False, True),
        ("dns", None, False, False),
        ("visible", None, True, True),
        ("dns", None, True, False),
    ],
)
def test_no_domain_is_switched_untested(chain, step, tested, unrecorded, fine):
    values = row(domain, migration_id=1, step=step, tested_at=tested, test_unrecorded=unrecorded)
    if fine:
        with writing(chain) as connection:
            connection.execute(domain.insert(), values)
    else:
        assert "ck_domain_" in refusal(chain, domain.insert(), values)


# -- The schema and its upgrades


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


def test_ids_of_deleted_rows_are_not_given_again(db):
    with writing(db) as connection:
        ids = []
        for _ in range(2):
            ids += connection.execute(migration.insert().values(row(migration))).inserted_primary_key
            connection.execute(migration.delete())
    assert ids == [1, 2]


def test_empty_database_is_set_up_once(tmp_path):
    url = f"sqlite:///{tmp_path}/desk.sqlite3"
    assert upgrade(url) == Upgraded(None, "0004")
    assert upgrade(url) == Upgraded("0004", "0004")
    assert not (tmp_path / "backups").exists()


SECOND = '''
"""A revision of tests."""

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("note", sa.Column("pinned", sa.Boolean()))
    with op.batch_alter_table("migration") as batch:
        batch.add_column(sa.Column("colour", sa.Text()))
        batch.alter_column("client", new_column_name="customer")
'''
# As the desk's own revisions are: what its tables ask for stays.
ADDING = SECOND.replace('        batch.alter_column("client", new_column_name="customer")\n', "")
FAILING = SECOND + "    op.execute('INSERT INTO nowhere VALUES (1)')\n"


@pytest.fixture
def revisions(tmp_path, monkeypatch):
    """Lets a database be upgraded to a second revision, whose text is given."""

    def add(text):
        folder = tmp_path / "schema"
        if not folder.exists():
            shutil.copytree(upgrades.SCHEMA, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "9999_second.py").write_text(text, encoding="utf-8")
        monkeypatch.setattr(upgrades, "SCHEMA", folder)

    return add


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
    assert done == Upgraded("0004", "0100", database.parent / "backups" / "desk-20261121T110000Z-before-0100.sqlite3")
    assert "pinned" in columns(sqlite_url, "note") and {"colour", "customer"} <= columns(sqlite_url, "migration")
    assert upgrade(sqlite_url) == Upgraded("0100", "0100")

    with contextlib.closing(sqlite3.connect(done.backup)) as kept:
        assert kept.execute("SELECT client FROM migration").fetchall() == [("Żółw",)]
        assert kept.execute("SELECT version_num FROM alembic_version").fetchall() == [("0004",)]
    with contextlib.closing(sqlite3.connect(database)) as live:
        assert live.execute("SELECT customer FROM migration").fetchall() == [("Żółw",)]
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            live.execute("DELETE FROM event")


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
@pytest.mark.xdist_group("postgres")
def test_older_postgresql_database_is_upgraded_only_when_backed_up(postgres_url, revisions):
    revisions(SECOND)
    with pytest.raises(InputError) as refused:
        upgrade(postgres_url)
    assert refused.value.errors[0].message.id == "database.not_backed_up"
    assert "pinned" not in columns(postgres_url, "note")
    assert upgrade(postgres_url, backed_up=True) == Upgraded("0004", "0100")
    assert upgrade(postgres_url) == Upgraded("0100", "0100")


def test_database_of_a_newer_desk_is_left_alone(database_url):
    db = engine(database_url)
    with writing(db) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '00'"))
    with pytest.raises(InputError) as refused:
        upgrade(database_url, backed_up=True)
    assert refused.value.errors[0].message.values == {"revision": "00", "known": "0004"}
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


@pytest.mark.parametrize(
    ("url", "id"),
    [("sqlite:////nowhere/desk.sqlite3", "unusable"), ("postgresql://ala:secret@localhost:1/desk", "gone")],
)
def test_database_that_cannot_be_reached_is_told_without_its_password(url, id):
    with pytest.raises(InputError) as refused:
        upgrade(url)
    (mistake,) = refused.value.errors
    assert mistake.message.id == f"database.{id}" and "secret" not in f"{refused.value} {mistake}"


def start(url):
    code = "import sys; from core.database.upgrade import upgrade; upgrade(sys.argv[1])"
    return subprocess.Popen([sys.executable, "-W", "error", "-c", code, url], cwd=ROOT, stderr=subprocess.PIPE)


def all_start_at_once(url):
    started = [start(url) for _ in range(4)]
    told = [process.communicate()[1].decode() for process in started]
    assert [process.returncode for process in started] == [0] * 4, told
    assert upgrade(url) == Upgraded("0004", "0004")


def test_processes_that_start_at_once_all_find_the_database_set_up(tmp_path):
    all_start_at_once(f"sqlite:///{tmp_path}/desk.sqlite3")


@pytest.mark.postgres
@pytest.mark.xdist_group("postgres")
def test_processes_that_start_at_once_on_postgresql(postgres_server):
    postgres.run(postgres_server, "CREATE DATABASE fresh")
    all_start_at_once(postgres_server.replace("/postgres?", "/fresh?"))
    postgres.run(postgres_server, "DROP DATABASE fresh")


def test_threads_that_open_a_fresh_file_at_once_do_not_fail(tmp_path):
    for attempt in range(20):
        url, together = f"sqlite:///{tmp_path}/{attempt}.sqlite3", threading.Barrier(8)

        def first_contact(_, url=url, together=together):
            db = engine_of(url)
            together.wait()
            with reading(db) as connection:
                connection.scalar(sa.text("SELECT 1"))
            db.dispose()

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(first_contact, range(8)))
