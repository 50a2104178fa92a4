"""Addresses of databases: understood, or refused naming what is wrong, never with a password."""

import pytest
import sqlalchemy as sa

from core.database.address import file_of, parse_url, safe_url
from core.database.upgrade import upgrade
from core.ground.messages import InputError
from core.ground.settings import ROOT
from core.language import ENGLISH, LANGUAGES


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


@pytest.mark.parametrize(
    ("url", "id"),
    [("sqlite:////nowhere/desk.sqlite3", "unusable"), ("postgresql://ala:secret@localhost:1/desk", "gone")],
)
def test_database_that_cannot_be_reached_is_told_without_its_password(url, id):
    with pytest.raises(InputError) as refused:
        upgrade(url)
    (mistake,) = refused.value.errors
    assert mistake.message.id == f"database.{id}" and "secret" not in f"{refused.value} {mistake}"
