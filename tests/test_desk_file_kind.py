"""A file of another kind is neither restored nor backed up, and is told as what it is."""

import contextlib
import sqlite3

import pytest

from core.desk.backup import backup, restore
from tests.filled import refusal

KINDS = {
    "empty": b"",
    "zip": b"PK\x03\x04" + b"\x00" * 40,
    "gzip": b"\x1f\x8b\x08" + b"\x00" * 40,
    "pg_dump": b"PGDMP\x01\x0e\x00",
    "text": "klient;domena\nŻółw;a.pl\n".encode() * 300,
    "other": bytes(range(256)) * 4,
}


@pytest.mark.parametrize("kind", [*KINDS, "folder"])
def test_another_kind_of_file_is_refused_as_what_it_is(sqlite_url, tmp_path, kind):
    other = tmp_path / "other"
    other.mkdir() if kind == "folder" else other.write_bytes(KINDS[kind])
    for mistake in (refusal(restore, sqlite_url, other), refusal(backup, f"sqlite:///{other}", tmp_path / "copy")):
        assert mistake.message.values["what"].id == f"database.is_a.{kind}"
    assert not (tmp_path / "copy").exists()


def test_database_of_another_program_is_not_backed_up(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "other.sqlite3")) as other:
        other.execute("CREATE TABLE recipes (id INTEGER)")
    mistake = refusal(backup, f"sqlite:///{tmp_path}/other.sqlite3", tmp_path / "copy")
    assert (mistake.field, mistake.message.id) == ("DATABASE_URL", "database.foreign")
