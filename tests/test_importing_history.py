"""A spreadsheet becomes a history: what is read, what is refused and told, and that no secret is written."""

import csv
import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import pytest

from core.ground.messages import InputError
from core.importing.writing import apply, errors_csv
from core.language import ENGLISH, POLISH
from core.migration.clocks import is_day
from core.migration.import_columns import COLUMNS, check_mapping
from core.migration.stages import CONFIRMED, SWITCHED
from core.spreadsheet.choices import Said
from tests.importer import BASE, DIRTY
from tests.migrations import ready


def test_a_spreadsheet_as_dirty_as_real_ones_becomes_a_history(importer):
    data = DIRTY.encode("cp1250")
    sheet = importer.sheet(data)
    assert (sheet.encoding, sheet.delimiter) == ("cp1250", ";")
    refused = importer.plan(data)
    assert [(e.row, e.column, e.value) for e in refused.errors] == [(1, "Hasło FTP", "")]
    assert refused.counts["rejected"] == sum(refused.counts.values()) == 14 and not refused.writings

    made = importer.apply(data, ("Hasło FTP",))
    assert made.counts == {"new": 7, "changed": 0, "unchanged": 1, "conflict": 0, "rejected": 6, "left_out": 0}
    assert [(e.row, e.column, e.message.id) for e in made.errors] == [
        (8, "", "error.cells"),
        (9, "Data zgł.", "error.no_such_day"),
        (10, "Data testu", "error.test_missing"),
        (14, "Klient (firma)", "error.missing"),
        (15, "Domena/y", "error.name_url"),
        (17, "Liczba skrzynek", "error.count"),
    ]
    assert [row.same_as for row in made.rows if row.outcome == "unchanged"] == [6]

    by_ref = {m.ref: m for m in importer.store.all()}
    assert {ref for ref in by_ref if ref.startswith("Z-")} == {"Z-1", "Z-2", "Z-6", "Z-7", "Z-10"} and len(by_ref) == 6
    frog, moth, old, leaks = (by_ref[ref] for ref in ("Z-1", "Z-2", "Z-6", "Z-7"))
    rose = next(m for ref, m in by_ref.items() if ref.startswith("P-"))
    assert frog.client == "Zakład „Żaba” sp. z o.o." and frog.owner == "anna"
    assert list(frog.domains) == ["slusarz-zaba.pl", "xn--abie-zamki-hjc.pl"]
    assert frog.domains["slusarz-zaba.pl"].mailboxes == 12
    assert frog.domains["xn--abie-zamki-hjc.pl"].mailboxes is None
    assert frog.domains["slusarz-zaba.pl"].extra == {"Priorytet": "wysoki"}
    assert frog.stage == "migration" and frog.planned_at == dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
    assert frog.entered["package"] == dt.datetime(2026, 11, 2, 23, tzinfo=dt.UTC) and is_day(frog.entered["package"])
    # What nobody wrote down is unknown, never now.
    assert frog.entered["data"] is None and frog.domains["slusarz-zaba.pl"].entered["migration"] is None
    assert [note.text for note in frog.notes] == ["Dzwonić po 14\nnie w piątki"]
    (idn,) = moth.domains.values()
    assert (idn.display, idn.step, moth.stage) == ("ćma-księgi.pl", "dns", "dns")
    assert CONFIRMED in idn.checks and SWITCHED in idn.checks and idn.mailboxes == 3
    assert (rose.stage, rose.owner, len(rose.domains)) == ("closed", "ola", 1)
    assert old.domains["stara.pl"].test_unrecorded and old.owner == "Ktoś Dawny"
    assert {d.name: d.step for d in leaks.active} == {"laka-jeden.pl": "dns", "laka-dwa.pl": "test"}
    assert leaks.stage == "test"

    again = importer.plan(data, ("Hasło FTP",))
    assert again.counts == {"new": 0, "changed": 0, "unchanged": 8, "conflict": 0, "rejected": 6, "left_out": 0}
    assert not again.writings


def test_a_secret_is_written_nowhere(lite, sqlite_url):
    data = DIRTY.encode("cp1250")
    made = lite.apply(data, ("Hasło FTP",))
    refused = lite.plan(data)
    files = b"".join(path.read_bytes() for path in Path(sqlite_url.removeprefix("sqlite:///")).parent.iterdir())
    for secret in (b"tajne1", b"tajne2"):
        assert secret not in files and secret.decode() not in repr((made, refused, refused.errors))
        assert secret not in errors_csv(refused, POLISH) + errors_csv(made, POLISH)


@pytest.mark.parametrize("cell", ["haslo: Kot123!", "ftp://jan:Kot123@ftp.example.pl", "ftp.example.pl;jan;Kot123!"])
def test_a_secret_in_a_note_or_in_a_ragged_row_refuses_the_file(lite, cell):
    made = lite.plan(f'klient;domena;uwagi\nAla;ala.pl;\nOla;ola.pl;"{cell}"\n')
    assert [(e.row, e.column) for e in made.errors] == [(3, "uwagi")] and not made.writings
    ragged = lite.plan(f'klient;domena;uwagi\nAla;ala.pl;;;"{cell}"\n')
    assert [(e.row, e.column) for e in ragged.errors] == [(2, "")] and not ragged.writings
    for found in (made, ragged):
        assert "Kot123" not in repr(found.errors) + errors_csv(found, POLISH).decode()


def test_every_column_of_the_export_is_one_of_the_import():
    assert len({column.id for column in COLUMNS}) == len(COLUMNS)
    with pytest.raises(InputError):
        check_mapping({"klient": "client"}, ["klient"])


# -- the client's test


@pytest.mark.parametrize("status", ["DNS", "widoczna", "hasła"])
def test_an_open_row_past_the_test_needs_its_date(lite, status):
    row = f"klient;domena;status;data zmiany DNS;data testu\nAla;ala.pl;{status};12.11.2026;"
    assert lite.errors(row) == [(2, "data testu", "error.test_missing")]
    lite.apply(ready(row + "12.11.2026"))
    (m,) = lite.store.all()
    assert m.domains["ala.pl"].tested_at is not None


def test_history_without_the_test_enters_only_as_finished_and_new(lite):
    lite.apply(ready("klient;domena;status\nAla;ala.pl;zakończona\nOla;ola.pl;migracja"))
    ala, ola = lite.store.all()
    assert ala.stage == "closed" and ala.domains["ala.pl"].test_unrecorded
    # What the desk has seen open does not become history without its test.
    assert lite.errors("klient;domena;status\nOla;ola.pl;zakończona") == [(2, "data testu", "error.test_missing")]
    assert lite.store.one(ola.id) == ola
    # Nor does history come back to life without it.
    assert lite.errors("klient;domena;status\nAla;ala.pl;DNS") == [(2, "status", "error.unrecorded_back")]
    lite.apply("klient;domena;data testu\nAla;ala.pl;03.11.2026")
    assert not lite.store.one(ala.id).domains["ala.pl"].test_unrecorded


def test_a_finished_row_beside_an_open_one_needs_its_test(lite):
    rows = "nr zlecenia;klient;domena;status\nZ;Ala;a.pl;zakończona\nZ;Ala;b.pl;migracja"
    assert lite.errors(rows) == [(2, "data testu", "error.test_missing")]


# -- who is told, and who may


@pytest.mark.parametrize("language", [POLISH, ENGLISH], ids=lambda language: language.code)
def test_mistakes_come_as_a_table_in_the_readers_language(lite, language):
    made = lite.plan("klient;domena\nAla;=1\n")
    rows = list(csv.reader(io.StringIO(errors_csv(made, language).decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 2 and rows[1][:3] == ["2", "domena", "'=1"] and rows[1][3] != ""


def test_a_person_who_may_only_look_imports_nothing(lite):
    sheet = lite.sheet(BASE)
    with pytest.raises(InputError):
        viewer = replace(lite.act, person=lite.team.person("wiktor"))
        apply(lite.store, lite.plan(BASE), sheet, b"", Said({}), viewer)
