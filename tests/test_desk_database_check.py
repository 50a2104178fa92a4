"""What comes back is what the desk would have made: its schema, and its tables as its events tell."""

import contextlib
import sqlite3

import pytest

from core.database import portions
from core.database.address import file_of
from core.database.transactions import engine, engine_of, reading
from core.database.upgrade import fresh, upgrade
from core.desk import database_check, same_schema
from core.desk.backup import backup, restore
from core.store.store import Store
from tests.filled import fill, refusal, rows
from tests.migrations import NOW, act


@pytest.fixture
def kept(sqlite_url, tmp_path):
    """A backup of a desk with a row in every table."""
    fill(sqlite_url)
    assert backup(sqlite_url, tmp_path / "kept.sqlite3") == []
    return tmp_path / "kept.sqlite3"


def changed(file, *statements):
    """Change a file behind the desk's back."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as copy:
        triggers = copy.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            copy.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            copy.execute(statement)
        for name, sql in triggers:
            if not any(name in statement for statement in statements):
                copy.execute(sql)


SCHEMA = {
    "CREATE TRIGGER spy AFTER INSERT ON note BEGIN SELECT 1; END": "+ trigger spy",
    "CREATE TRIGGER event_update BEFORE UPDATE ON event BEGIN SELECT 1; END": "- trigger event_update",
    "CREATE VIEW looks AS SELECT 1": "+ view looks",
    "CREATE TABLE other (id INTEGER)": "+ table other",
    "CREATE INDEX fast ON note (text)": "+ index fast",
    "DROP INDEX ix_domain_name": "- index ix_domain_name",
    "ALTER TABLE note DROP COLUMN written_at": "- column note.written_at",
    "ALTER TABLE note ADD COLUMN pinned BOOLEAN": "+ column note.pinned",
}


@pytest.mark.parametrize(("statement", "difference"), SCHEMA.items())
def test_backup_with_another_schema_is_refused_naming_the_difference(sqlite_url, kept, statement, difference):
    changed(kept, statement)
    before = rows(sqlite_url)
    mistake = refusal(restore, sqlite_url, kept)
    assert (mistake.field, mistake.message.id) == ("FILE", "database.disagrees")
    assert difference in mistake.message.values["differences"]
    assert rows(sqlite_url) == before and not (file_of(sqlite_url).parent / "backups").exists()


def test_trigger_that_is_missing_is_named(sqlite_url, kept):
    with contextlib.closing(sqlite3.connect(kept, isolation_level=None)) as copy:
        copy.execute("DROP TRIGGER erasure_delete")
    assert "- trigger erasure_delete" in refusal(restore, sqlite_url, kept).message.values["differences"]


def test_type_and_constraint_that_are_others_are_named(sqlite_url, kept):
    with contextlib.closing(sqlite3.connect(kept, isolation_level=None)) as copy:
        copy.execute("PRAGMA writable_schema = ON")
        copy.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'mailboxes INTEGER', 'mailboxes TEXT') WHERE name = 'domain'"
        )
        copy.execute("UPDATE sqlite_master SET sql = replace(sql, 'tested_at IS NOT NULL OR', '1 OR')")
    differences = refusal(restore, sqlite_url, kept).message.values["differences"]
    assert "column domain.mailboxes INTEGER" in differences and "check domain" in differences


TABLES = {
    "UPDATE migration SET client = 'Kot12'": "migration.client",
    "UPDATE migration SET seq = seq + 1": "migration.seq",
    "UPDATE migration SET version = 7": "migration.version",
    "UPDATE domain SET step = 'sync'": "domain.step",
    "UPDATE domain SET mailboxes = 12": "domain.mailboxes",
    "UPDATE domain SET registered_until = '2026-12-05'": "domain.registered_until",
    "UPDATE migration SET no_phone = 'Kot12'": "migration.no_phone",
    "UPDATE migration SET old_hosting_until = '2026-12-05'": "migration.old_hosting_until",
    "UPDATE migration SET old_hosting_until = 'Kot12'": "migration 1: ValueError",
    "UPDATE migration SET mail_accounts = '[[\"Kot12\", 5]]'": "migration.mail_accounts",
    "UPDATE migration SET site_list = '[]'": "migration.site_list",
    "UPDATE migration SET site_list = '{\"Kot12\": 5}'": "migration 1: TypeError",
    "UPDATE migration SET inventory = '{\"Kot12\": 5}'": "migration 1: KeyError",
    "UPDATE migration SET inventory = '[]'": "migration 1: TypeError",
    "DELETE FROM check_item": "check_item: 0 ≠ 1",
    "UPDATE check_item SET actor = 'kot'": "check_item.actor",
    "UPDATE note SET text = 'Kot12'": "note.text",
    "UPDATE migration SET entered = 'Kot12'": "migration 1: JSONDecodeError",
    "UPDATE event SET new = 'Kot12'": "migration 1: JSONDecodeError",
    "UPDATE event SET recorded_at = 'Kot12'": "migration 1: ValueError",
    "UPDATE check_item SET domain = 'Kot12'": "migration 1: KeyError",
    "DELETE FROM domain": "domain: 0 ≠ 1",
    "DELETE FROM event WHERE seq = 1": "migration 1 (M-1)",
    "DELETE FROM event": "migration 1 (M-1)",
    "UPDATE event SET new = '{}' WHERE kind = 'domain_added'": "migration 1 (M-1)",
    "UPDATE event SET new = '\"x\"' WHERE kind = 'noted'": "note.text",
}


@pytest.mark.parametrize(("statement", "difference"), TABLES.items())
def test_backup_whose_tables_are_not_as_its_events_tell_is_refused(sqlite_url, kept, statement, difference):
    changed(kept, statement)
    differences = refusal(restore, sqlite_url, kept).message.values["differences"]
    # Where it is, not what: it may be somebody's name.
    assert difference in differences and "Kot12" not in differences


DEEP = "[" * 100_000 + "]" * 100_000
ERASED = "INSERT INTO erasure (erased_at, actor, reason, migrations, events, highest_ref)"
VALUES = {
    "UPDATE import_batch SET mapping = 'not json'": "import_batch: JSONDecodeError",
    "UPDATE import_batch SET mapping = '{}'": "import_batch 1: mapping",
    "UPDATE import_batch SET mapping = 'null'": "import_batch 1: mapping",
    "UPDATE import_batch SET counts = '{\"new\": -1}'": "import_batch 1: counts",
    "UPDATE import_batch SET counts = '{\"lost\": 1}', actor = ''": "import_batch 1: counts, actor",
    "UPDATE import_batch SET applied_at = 'Kot12'": "import_batch: ValueError",
    "UPDATE import_batch SET sha256 = x'ff'": "import_batch 1: sha256",
    "UPDATE import_row SET outcome = 'nonsense'": "import_row 1.1: outcome",
    "UPDATE import_row SET errors = '[1]'": "import_row 1.1: errors",
    f"UPDATE import_row SET errors = '{DEEP}'": "import_row: RecursionError",
    f"{ERASED} VALUES ('2026-11-21 12:00:00', 'ala', 'x', 1, 1, 'abc')": "erasure 2: highest_ref",
    f"{ERASED} VALUES ('2026-11-21 12:00:00', 'ala', 'x', 1, 1, -1)": "erasure 2: highest_ref",
    f"{ERASED} VALUES ('2026-11-21 12:00:00', 'ala', 'x', 1.5, 1, 1)": "erasure 2: migrations",
    f"{ERASED} VALUES ('yesterday', 'ala', 'x', 1, 1, 1)": "erasure: ValueError",
    "DELETE FROM epoch": "epoch: 0 ≠ 1",
    f"UPDATE domain SET extra = '{DEEP}'": "migration 1: RecursionError",
    f"UPDATE event SET new = '{DEEP}' WHERE seq = 1": "migration 1: RecursionError",
    "UPDATE event SET actor = 'Kot12'": "event 1: actor",
    "UPDATE event SET actor = ' '": "event 1: actor",
    "UPDATE event SET reason = x'ff'": "event 1: reason",
    "UPDATE quote SET state = 'sent'": "quote 1: state",
    "UPDATE quote SET version = 7": "quote 1: version",
    "UPDATE quote SET number = 'O/2025/0002'": "quote 1: series",
    "UPDATE quote SET number = 'O/2025/1'": "quote 1: number",
    "UPDATE quote SET number = 'Kot12'": "quote 1: number",
    "UPDATE quote SET customer = '{}'": "quote 1: customer",
    "UPDATE quote SET customer = 'Kot12'": "quote: JSONDecodeError",
    "UPDATE quote SET texts = '[]'": "quote 1: texts",
    "UPDATE quote SET amounts = '[]'": "quote 1: amounts",
    'UPDATE quote SET amounts = \'[{"kind": "change", "net": "Kot12"}]\'': "quote 1: ValidationError",
    "UPDATE quote SET offered = '[\"self\"]'": "quote 1: amounts",
    "UPDATE quote SET valid_until = 'Kot12'": "quote: ValueError",
    "UPDATE quote SET erasing = 1": "quote 1: erasing",
    "UPDATE quote_event SET kind = 'nonsense' WHERE seq = 2": "quote_event 2: kind",
    "UPDATE quote_event SET kind = 'sent' WHERE seq = 1": "quote 1: ValueError",
    "DELETE FROM quote_event": "quote 1: ValueError",
    "UPDATE quote_tariff SET content = '{}'": "quote_tariff easy-",
    "UPDATE quote_series SET last = 0": "quote 1: series",
    "UPDATE base SET actor = ''": "base 1: actor",
    "UPDATE subscription SET domains = -1": "subscription 1: domains",
}


@pytest.mark.parametrize(("statement", "difference"), VALUES.items(), ids=[*VALUES.values()])
def test_backup_with_a_value_that_the_desk_never_writes_is_refused(sqlite_url, kept, statement, difference):
    before = rows(sqlite_url)
    changed(kept, statement)
    mistake = refusal(restore, sqlite_url, kept)
    assert (mistake.field, mistake.message.id) == ("FILE", "database.disagrees")
    assert difference in mistake.message.values["differences"] and "Kot12" not in str(mistake.message)
    assert rows(sqlite_url) == before


def test_backup_without_an_epoch_is_refused_although_nothing_else_is_in_it(sqlite_url, tmp_path):
    upgrade(sqlite_url)
    assert backup(sqlite_url, tmp_path / "kept") == []
    changed(tmp_path / "kept", "DELETE FROM epoch")
    assert refusal(restore, sqlite_url, tmp_path / "kept").message.values["differences"] == "epoch: 0 ≠ 1"


def test_backup_that_cannot_even_be_copied_is_the_files_fault(sqlite_url, kept):
    changed(kept, "ALTER TABLE epoch RENAME COLUMN token TO mark")
    mistake = refusal(restore, sqlite_url, kept)
    assert (mistake.field, mistake.message.id) == ("FILE", "database.damaged_backup")


def test_restored_desk_and_a_new_one_have_no_differences(sqlite_url, kept):
    restore(sqlite_url, kept)
    with fresh() as right, reading(engine(sqlite_url)) as connection:
        assert database_check.differences(connection, right) == same_schema.missing(connection) == []


@pytest.mark.postgres
def test_nothing_is_missing_on_postgresql(postgres_url):
    with reading(engine(postgres_url)) as connection:
        assert same_schema.missing(connection) == []
        # Those of jobs are another's, in a schema of their own.
        ours = "tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
        triggers = connection.exec_driver_sql(
            f"SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND {ours}"
        ).scalars()
        assert set(triggers) == same_schema.TRIGGERS["postgresql"]


def test_the_triggers_that_are_asked_for_are_all_there_are():
    with fresh() as right:
        triggers = right.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars()
        assert set(triggers) == same_schema.TRIGGERS["sqlite"]


def test_a_large_desk_is_looked_into_in_parts(sqlite_url, tmp_path, monkeypatch):
    monkeypatch.setattr(portions, "SIZE", 2)
    store = Store(engine(sqlite_url))
    for n in range(5):
        store.register(act(now=NOW), {"client": f"K{n}"}, {f"d{n}.pl": {"display": f"d{n}.pl"}})
    assert backup(sqlite_url, tmp_path / "kept") == []
    changed(tmp_path / "kept", "UPDATE migration SET owner = 'x' WHERE id = 5")
    assert "migration 5" in refusal(restore, sqlite_url, tmp_path / "kept").message.values["differences"]


def test_desk_that_lacks_something_does_not_start(sqlite_url):
    db = engine_of(sqlite_url)
    with db.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER event_insert")
        assert same_schema.missing(connection) == ["trigger event_insert"]
    db.dispose()
