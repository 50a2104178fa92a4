"""A panel's backup on the command line: what is printed, what goes to a migration, and how it exits."""

import json

import pytest

from core.__main__ import main
from core.commands import inventory as commands
from core.database.transactions import engine
from core.language import ENGLISH, LANGUAGES
from core.store.store import Store
from tests.cpanel_archives import ACCOUNT, MAIN, archive, planted
from tests.panel_archives import tar
from tests.stores import begin

KEYS = ("panel", "account", "made_on", "whole", "domains", "sites", "mailboxes", "aliases", "databases", "crons")


def run(capfd, *arguments):
    code = main(["inventory", *map(str, arguments)])
    return code, *capfd.readouterr()


@pytest.fixture
def backup(tmp_path):
    file = tmp_path / "cpmove-alfa.tar.gz"
    file.write_bytes(archive("new"))
    return file


def test_what_a_backup_holds_is_printed_as_json(backup, capfd):
    code, out, err = run(capfd, backup, "--json", "--lang", "en")
    told = json.loads(out)
    assert code == 0 and err == "" and tuple(told) == (*KEYS, "zones", "unsaid", "findings")
    assert (told["panel"], told["account"], told["whole"]) == ("cpanel", ACCOUNT, True)
    assert told["domains"][0] == {"name": MAIN, "role": "main", "of": ""}
    assert {"address", "size", "quota"} == set(told["mailboxes"][0]) and told["zones"][MAIN] > 3
    assert all(list(one) == ["tag", "severity", "where", "message"] for one in told["findings"])
    assert not [secret for secret in planted() if secret in out]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_backup_holds_is_printed_in_words(backup, capfd, language):
    code, out, err = run(capfd, backup, "--lang", language)
    assert code == 0 and LANGUAGES[language].text("inventory.told.whole") in out and MAIN in out
    assert not [secret for secret in planted() if secret in out + err]
    assert "inventory." not in out


def test_a_backup_that_is_broken_off_exits_1(backup, capfd):
    backup.write_bytes(backup.read_bytes()[:-40])
    code, out, _ = run(capfd, backup, "--json")
    told = json.loads(out)
    assert code == 1 and told["whole"] is False
    assert [one["severity"] for one in told["findings"] if one["tag"] == "broken_off"] == ["error"]
    code, out, _ = run(capfd, backup, "--lang", "en")
    assert code == 1 and ENGLISH.text("inventory.told.not_whole") in " ".join(out.split())


def test_what_is_no_backup_is_refused_in_words(tmp_path, capfd):
    file = tmp_path / "x.csv"
    for content, why in ((b"", "empty"), (b"adres;limit\n", "text"), (b"Salted__1234", "encrypted")):
        file.write_bytes(content)
        code, out, err = run(capfd, file, "--lang", "en")
        assert (code, out) == (64, "") and ENGLISH.text(f"error.archive_{why}") in err
    assert run(capfd, tmp_path / "missing")[0] == run(capfd, tmp_path)[0] == run(capfd)[0] == 64


def test_a_backup_is_taken_over_into_a_migration(backup, desk_url, capfd):
    store = Store(engine(desk_url))
    id = begin(store, MAIN, ref="P-61")
    code, out, _ = run(capfd, backup, "--ref", "P-61", "--json")
    told = json.loads(out)
    m = store.one(id)
    # A folder of mail that no list has: its list of mailboxes stands apart, for somebody who has seen that.
    assert code == 0 and told["ref"] == "P-61" and "mail_accounts" in told["apart"] and m.mail_accounts is None
    assert m.inventory and m.inventory.source == backup.name and m.inventory.account == ACCOUNT
    apart = {entry.name for entry in m.inventory.apart["mail_accounts"]}
    assert apart >= {one["address"] for one in told["mailboxes"]}
    code, out, _ = run(capfd, backup, "--ref", "P-61", "--lang", "en")
    assert code == 0 and "P-61" in out


def test_a_migration_that_is_not_there_takes_nothing(backup, desk_url, capfd):
    code, out, err = run(capfd, backup, "--ref", "P-61", "--lang", "en")
    assert (code, out) == (64, "") and ENGLISH.text("error.inventory_no_migration") in err
    begin(Store(engine(desk_url)), MAIN, ref="P-61")
    code, _, _ = run(capfd, backup, "--ref", "P-61", "--actor", "nobody")
    assert code == 64 and Store(engine(desk_url)).all()[0].inventory is None


def test_a_zone_that_is_not_all_there_exits_1(tmp_path, capfd):
    file = tmp_path / "cpmove-alfa.tar"
    bad = b"$TTL 60\n@ IN A 192.0.2.1\nx IN A 192.0.2.999\n"
    files = [("cp/alfa", b"DNS=alfa.example\n"), ("dnszones/alfa.example.db", bad)]
    file.write_bytes(tar(files, "", "cpmove-alfa/"))
    code, out, _ = run(capfd, file, "--json")
    told = json.loads(out)
    assert code == 1 and told["whole"] is True
    assert [one["severity"] for one in told["findings"] if one["tag"] == "zone_not_all"] == ["error"]


def test_secret_in_a_path_is_not_shown_as_progress():
    class Bar:
        def update(self, task, *, completed, description):
            self.description = description

    bar = Bar()
    commands._onto(bar, 0)(0.5, f"homedir/haslo=Zima2026!{'/x' * 40}")
    assert bar.description == "•••"
