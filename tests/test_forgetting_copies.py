"""Backups that still hold somebody are named, whatever desk wrote them; what cannot be read is said, not passed by."""

import os
import shutil
import sqlite3
from contextlib import closing

import pytest

from core.database.address import file_of
from core.desk.backup import backup
from core.forgetting import copies
from core.forgetting.asked import read
from core.forgetting.copies import holding
from core.forgetting.forget import forget, look
from core.forgetting.found_words import of_copies
from core.language import LANGUAGES
from tests.forgetting import ASKED, full
from tests.migrations import MARIA, act

WANTED = read(ASKED)


@pytest.fixture
def kept(one, tariff, sqlite_url):
    """A desk that holds the person, and its folder of backups; the file it is in."""
    full(one, tariff)
    file = file_of(sqlite_url)
    (file.parent / "backups").mkdir()
    return file


def states(url, wanted=WANTED, texts=()):
    return {copy.file.name: copy.state for copy in holding(url, wanted, texts)}


def test_copies_are_told_apart_after_the_erasure(one, kept, sqlite_url):
    folder = kept.parent / "backups"
    backup(sqlite_url, folder / "before.sqlite3")
    backup(sqlite_url, kept.parent / "beside.db")
    seen = look(one.engine, WANTED)
    forget(one.engine, WANTED, seen, seen.sure, act(MARIA), "na prośbę")
    backup(sqlite_url, folder / "after.sqlite3")
    assert states(sqlite_url) == {"before.sqlite3": "holds", "beside.db": "holds", "after.sqlite3": "clean"}


def test_whoever_is_written_otherwise_is_found_by_what_was_erased(kept, sqlite_url):
    backup(sqlite_url, kept.parent / "a.db")
    janina = read("Kowalska Janina")
    assert states(sqlite_url, janina) == {"a.db": "clean"}
    assert states(sqlite_url, janina, {"Janina Kowalska"}) == {"a.db": "holds"}


def test_letters_that_json_escapes_are_read(one, tariff, kept, sqlite_url):
    backup(sqlite_url, kept.parent / "a.db")
    assert states(sqlite_url, read("Róża Nowicka")) == {"a.db": "clean"}
    with closing(sqlite3.connect(kept.parent / "a.db")) as copy, copy:
        copy.execute("CREATE TABLE older (told TEXT)")
        copy.execute("""INSERT INTO older VALUES ('{"a": ["R\\u00f3\\u017ca Nowicka"]}')""")
    assert states(sqlite_url, read("Róża Nowicka")) == {"a.db": "holds"}


def test_copies_of_older_desks_are_read(kept, sqlite_url):
    backup(sqlite_url, kept.parent / "older.db")
    with closing(sqlite3.connect(kept.parent / "older.db")) as older, older:
        for table in ("quote_event", "quote", "subscription_domain", "subscription", "base", "epoch", "import_row"):
            older.execute(f"DROP TABLE {table}")
        older.execute("ALTER TABLE migration RENAME COLUMN client TO customer")
    assert states(sqlite_url) == {"older.db": "holds"}


def test_what_cannot_be_read_is_said(kept, sqlite_url, monkeypatch):
    folder = kept.parent / "backups"
    (folder / "dump.sqlite3").write_bytes(b"PGDMP\x01")
    (folder / "empty.sqlite3").write_bytes(b"")
    backup(sqlite_url, folder / "whole.sqlite3")
    (folder / "broken.sqlite3").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5_000)
    half = (folder / "whole.sqlite3").read_bytes()
    (folder / "half.sqlite3").write_bytes(half[: len(half) // 3])
    (folder / "folder.sqlite3").mkdir()
    (folder / "gone.sqlite3").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe.sqlite3")
    found = holding(sqlite_url, WANTED)
    assert {copy.file.name: copy.state for copy in found} == {
        "whole.sqlite3": "holds", "half.sqlite3": "unread", "broken.sqlite3": "unread", "dump.sqlite3": "unread",
        "empty.sqlite3": "clean",
    }  # fmt: skip
    for language in LANGUAGES.values():
        told = " ".join(language.text(said) for said in of_copies(found, sqlite_url))
        assert all(str(folder / name) in told for name in ("whole.sqlite3", "half.sqlite3", "dump.sqlite3"))
        assert "empty.sqlite3" not in told and "pg_dump" in told
    monkeypatch.setattr(copies, "LARGEST", 10)
    assert states(sqlite_url)["whole.sqlite3"] == "unread"
    monkeypatch.setattr(copies, "LARGEST", 1 << 30)
    monkeypatch.setattr(copies, "MOST", 0)
    assert set(states(sqlite_url).values()) == {"unread"}


def test_copy_with_a_log_of_its_own_is_read_with_it(kept, sqlite_url):
    folder = kept.parent / "backups"
    # As a damaged database is moved there: with the files beside it, what was written last in the log alone.
    for end in ("", "-wal", "-shm"):
        shutil.copy(f"{kept}{end}", folder / f"moved.sqlite3{end}")
    before = {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.endswith("-shm")}
    assert states(sqlite_url) == {"moved.sqlite3": "holds"}
    assert {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.endswith("-shm")} == before


def test_looking_writes_nothing_beside_a_copy(kept, sqlite_url):
    folder = kept.parent / "backups"
    backup(sqlite_url, folder / "a.sqlite3")
    with closing(sqlite3.connect(folder / "a.sqlite3")) as copy:
        copy.execute("PRAGMA journal_mode = WAL")
    before = sorted((file.name, file.read_bytes()) for file in folder.iterdir())
    assert states(sqlite_url) == {"a.sqlite3": "holds"}
    assert sorted((file.name, file.read_bytes()) for file in folder.iterdir()) == before


def test_nothing_can_be_seen_of_a_server():
    url = "postgresql+psycopg://anna@nowhere.example/desk"
    assert holding(url, WANTED) == []
    assert [said.id for said in of_copies([], url)] == ["forget.copies.server"]
