"""The commands upgrade, backup and restore: what they print, when they ask, and how they exit."""

import json
import sys

import pytest

from core.__main__ import main
from core.database.transactions import engine
from core.ground.settings import ROOT, settings
from tests.filled import backed_up, fill, forget, rows, with_every_row

filled = pytest.fixture(with_every_row)
kept = pytest.fixture(backed_up)


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
    assert '"after": "0009"' in capsys.readouterr().out
    fill(url)
    before = rows(url)
    assert main(["backup", kept]) == 0 and kept in capsys.readouterr().out
    assert main(["backup", kept]) == 64 and "--overwrite" in capsys.readouterr().err
    assert main(["backup", kept, "--overwrite", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"file": kept, "differences": []}
    forget(url)
    assert main(["restore", kept, "--yes", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["after"], told["damaged"]) == ("0009", False) and "backups" in told["kept"]
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
