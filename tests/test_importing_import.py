"""A spreadsheet becomes a history: what is read, what is refused, and that nothing is lost or written by halves."""

import csv
import datetime as dt
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.__main__ import main
from core.database.transactions import engine
from core.ground.messages import InputError
from core.ground.settings import settings as desk_settings
from core.importing.exporting import as_csv, as_xlsx
from core.importing.plan import plan
from core.importing.writing import StalePlanError, apply, errors_csv, remembered
from core.language import ENGLISH, POLISH
from core.migration import moves
from core.migration.clocks import is_day
from core.migration.columns import COLUMNS, check_mapping
from core.migration.rebuilding import rebuild
from core.migration.stages import CONFIRMED, SWITCHED
from core.spreadsheet.said import Said
from core.store.samples.loading import begin_with_samples
from core.store.store import Store
from tests.importer import NOW, Importer
from tests.migrations import ready

ROOT = Path(__file__).parent.parent


@pytest.fixture
def importer(database_url) -> Importer:
    return Importer(database_url)


@pytest.fixture
def lite(sqlite_url) -> Importer:
    """The same on SQLite alone, where the database makes no difference."""
    return Importer(sqlite_url)


DIRTY = """\
Nr zlec.;Klient (firma);Domena/y;Status;Pakiet;Liczba skrzynek;Data zgł.;Termin;Opiekun;Osoba kontaktowa;\
Niestandardowa konfiguracja;Data testu;Zmiana DNS;\
Data zakończenia;Hasło FTP;Uwagi;Priorytet;;
Z-1;Zakład „Żaba” sp. z o.o.;slusarz-zaba.pl, żabie-zamki.pl;w trakcie;Plus;12;3.11.2026;20.11.2026 10:00;Anna;\
Jan Żaba;brak;;;;tajne1;"Dzwonić po 14
nie w piątki";wysoki;;
Z-2;Księgowość Ćma;ĆMA-księgi.pl;DNS;Basic;3 szt.;01.11.2026;12.11.2026;Piotr Żbik;\
Ewa Ćma;brak;17.11.2026;18.11.2026;;tajne2;;

;Kwiaciarnia Róża;roza.pl;zakończona;Basic;1;05.10.2026;;ola;;;12.10.2026;13.10.2026;15.10.2026;;;;;
;Kwiaciarnia Róża;roza.pl;zakończona;Basic;1;05.10.2026;;ola;;;12.10.2026;13.10.2026;15.10.2026;;;;;
Z-3;Pękło;peklo.pl;analiza
Z-4;Zła data;zla-data.pl;analiza;Basic;1;31.02.2026;;;;;;;;;;;;
Z-5;Bez testu;bez-testu.pl;DNS;Basic;1;01.11.2026;;;;;;;;;;;;
Z-6;Stara historia;stara.pl;zakończona;;;02.01.2026;;Ktoś Dawny;;;;;01.02.2026;;;;;
Z-7;Sieć Łąka;laka-jeden.pl;DNS;Plus;;01.10.2026;08.10.2026;;Olga Łąka;brak;10.10.2026;11.10.2026;;;;;;
Z-7;Sieć Łąka;laka-dwa.pl;test;Plus;;01.10.2026;;;;;;;;;;;;
Z-8;;bez-klienta.pl;dane;;;;;;;;;;;;;;;
Z-9;Adres;https://www.adres.pl/sklep;dane;;;;;;;;;;;;;;;
Z-10;Amerykanin;amerykanin.pl;dane;Basic;;2026-11-03;;;;;;;;;;;;
Z-11;Wiele;wiele.pl;dane;;ok. 12;;;;;;;;;;;;;
""".replace("\n", "\r\n")


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


# -- what changes, and what does not


BASE = (
    "nr zlecenia;klient;domena;pakiet;niestandardowa konfiguracja;status;opiekun;telefon;termin\n"
    "Z-1;Ala;ala.pl;Plus;brak;analiza;anna;600 000 001;30.11.2026"
)


def test_a_blank_cell_erases_nothing(lite):
    lite.apply(BASE)
    assert lite.outcomes("nr zlecenia;klient;domena;status;opiekun;telefon\nZ-1;Ala;ala.pl;;;") == ["unchanged"]


def test_a_coarser_date_that_agrees_is_no_change(lite):
    lite.apply(BASE.replace("30.11.2026", "30.11.2026 10:00"))
    assert lite.outcomes(BASE) == ["unchanged"]
    assert lite.outcomes(BASE.replace("30.11.2026", "30.11.2026 10:30")) == ["changed"]


def test_what_the_file_says_anew_is_shown_old_and_new(lite):
    lite.apply(BASE)
    made = lite.plan(BASE.replace("anna", "Piotr").replace("600 000 001", "600 000 002"))
    assert [(c.column, c.old, c.new) for c in made.rows[0].changes] == [
        ("owner", "anna", "piotr"),
        ("contact_phone", "600 000 001", "600 000 002"),
    ]


def test_a_newer_edit_on_the_board_is_a_conflict_and_stays(importer):
    importer.apply(BASE)
    importer.on_board("Z-1", moves.change, {"owner": "ola"})
    before = importer.store.by_ref("Z-1")
    made = importer.apply(BASE.replace("600 000 001", "600 000 002"))
    assert made.counts["conflict"] == 1 and not made.writings
    assert [(c.column, c.old, c.new, c.conflict) for c in made.rows[0].changes] == [
        ("owner", "ola", "anna", True),
        ("contact_phone", "600 000 001", "600 000 002", False),
    ]
    assert importer.store.by_ref("Z-1") == before


def test_an_export_edited_by_hand_changes_what_is_still_as_exported(lite):
    lite.apply(BASE)
    lite.on_board("Z-1", moves.change, {"owner": "ola"})
    exported = as_csv(lite.store.all(), lite.team).decode("utf-8-sig")
    assert "Ola Sarna" in exported
    edited = exported.replace("Ola Sarna", "Piotr Żbik")
    assert lite.outcomes(edited) == ["changed"]
    lite.on_board("Z-1", moves.change, {"owner": "jan"})
    assert lite.outcomes(edited) == ["conflict"]
    # The version of another database says nothing here; what is no version is told.
    head, row = edited.splitlines()
    other = row.rsplit("-", 2)[0] + "-00000000"
    assert lite.outcomes(f"{head}\n{other}") == ["conflict"]
    assert lite.errors(f"{head}\n{row.rsplit(';', 1)[0]};99") == [(2, "wersja pulpitu", "error.version")]


def test_a_file_moves_a_migration_on_but_not_over_the_boards_moves(lite):
    lite.apply(BASE)
    later = BASE.replace("analiza", "termin")
    assert lite.outcomes(later) == ["changed"]
    lite.apply(later)
    assert lite.store.by_ref("Z-1").stage == "date"
    # The file is put right: what it had said was wrong.
    lite.apply(BASE)
    assert lite.store.by_ref("Z-1").stage == "analysis"
    lite.on_board("Z-1", moves.correct, "data", "pomyłka")
    assert lite.outcomes(later) == ["conflict"]


def test_rows_of_one_ref_are_one_migration_and_must_agree(lite):
    head = "nr zlecenia;klient;domena;status;opiekun\n"
    assert lite.errors(head + "Z;Ala;a.pl;analiza;anna\nZ;Ola;b.pl;analiza;") == [
        (3, "klient", "error.row_contradicts")
    ]
    assert lite.errors(head + "Z;Ala;a.pl;analiza;anna\nZ;Ala;b.pl;test;") == [(3, "status", "error.row_contradicts")]
    assert lite.errors(head + "Z;Ala;a.pl;migracja;\nZ;Ala;b.pl;analiza;") == [(3, "status", "error.row_contradicts")]
    assert lite.errors(head + "Z;Ala;a.pl;analiza;\nZ;Ala;a.pl;analiza;anna") == [(3, "domena", "error.row_twice")]
    lite.apply(ready(head + "Z;Ala;a.pl;migracja;anna\nZ;Ala;b.pl;test;"))
    (m,) = lite.store.all()
    assert (m.stage, m.owner, [d.step for d in m.active]) == ("migration", "anna", ["migration", "test"])


def test_a_domain_that_is_being_moved_is_not_moved_twice(lite):
    lite.apply("nr zlecenia;klient;domena\nZ-1;Ala;ala.pl")
    assert lite.errors("nr zlecenia;klient;domena\nZ-2;Ala;ala.pl") == [(2, "domena", "error.domain_elsewhere")]
    assert lite.errors("klient;domena\nOla;ola.pl\nEla;ola.pl,ela.pl") == [(3, "domena", "error.domain_in_row")]


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ("analiza;;;22.11.2026", ("data zgłoszenia", "error.future")),
        ("analiza;;13.11.2026;", ("data zmiany DNS", "error.beyond_status")),
        ("DNS;12.11.2026;11.11.2026;", ("data zmiany DNS", "error.order")),
        ("DNS;01.11.2026;02.11.2026;03.11.2026", ("data testu", "error.order")),
        ("kiedyś;;;", ("status", "error.one_of")),
    ],
)
def test_what_cannot_be_is_told_by_column(lite, cells, error):
    assert lite.errors(f"klient;domena;status;data testu;data zmiany DNS;data zgłoszenia\nAla;ala.pl;{cells}") == [
        (2, *error)
    ]


def test_a_mapping_once_applied_is_remembered(lite):
    text = "Nazwa;Strona\nAla;ala.pl"
    sheet = lite.sheet(text)
    assert remembered(lite.store, sheet.header).mapping == {"Nazwa": None, "Strona": None}
    mapping = {"Nazwa": "client", "Strona": "domain"}
    made = plan(sheet, Said(mapping), [], lite.act, lite.team)
    apply(lite.store, made, sheet, text.encode(), Said(mapping), lite.act)
    assert remembered(lite.store, lite.sheet("Strona,Nazwa\nx.pl,X").header).mapping["Strona"] == "domain"
    assert lite.outcomes(text) == ["unchanged"]


def test_a_plan_that_is_no_longer_true_is_not_applied(importer):
    sheet = importer.sheet(BASE)
    made = importer.plan(BASE)
    importer.apply("klient;domena\nOla;ola.pl")
    with pytest.raises(StalePlanError):
        apply(importer.store, made, sheet, b"", Said({}), importer.act)
    assert importer.store.by_ref("Z-1") is None


def test_an_export_imports_again_with_nothing_changed(importer):
    importer.apply(DIRTY.encode("cp1250"), ("Hasło FTP",))
    importer.apply("nr zlecenia;klient;domena;telefon;uwagi\nZ-20;=Formuła;formula.pl;+48 600 000 000;@uwaga")
    importer.on_board("Z-20", moves.hold, "client", "urlop")
    importer.on_board("Z-1", moves.add_domain, "nowa.pl", {"display": "nowa.pl"})
    importer.on_board("Z-1", moves.withdraw, "xn--abie-zamki-hjc.pl", "klient zrezygnował")
    importer.on_board("P-3" if importer.store.by_ref("P-3") else "P-1", moves.note, "dzwonił\n\ndwa razy")
    importer.on_board("Z-7", moves.cancel, "rezygnacja")
    exported = as_csv(importer.store.all(), importer.team)
    assert exported.startswith(b"\xef\xbb\xbfnr zlecenia;klient;domena;")
    rows = list(csv.reader(io.StringIO(exported.decode("utf-8-sig")), delimiter=";"))
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]
    for again in (exported, as_xlsx(importer.store.all(), importer.team)):
        made = importer.plan(again)
        assert not made.errors and {row.outcome for row in made.rows} == {"unchanged"}
    # And into an empty database it brings the same.
    assert len(made.rows) == sum(len(m.domains) for m in importer.store.all())


# -- what a review found


HEAD = "nr zlecenia;klient;domena;status;data testu\n"


def same_again(lite, text):
    """Apply a file; return how its rows come out when it comes again."""
    lite.apply(text)
    return lite.outcomes(text)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + ";Ala;a.pl;zakończona;10.10.2026\nZ;Ala;a.pl;nowe;",
        HEAD + "Z;Ala;a.pl;zakończona;10.10.2026\nZ;Ala;b.pl;wycofana;",
        "nr zlecenia;klient;domena;status;wstrzymana przez\nZ;Ala;a.pl;wstrzymana;\nZ;Ala;b.pl;;klienta",
        "nr zlecenia;klient;domena;status;data: dane\nZ;Ala;b.pl;wycofana;02.11.2026\nZ;Ala;a.pl;nowe;",
        "nr zlecenia;klient;domena;data: migracja\nZ;Ala;a.pl;\nZ;Ala;b.pl;10.11.2026",
        "klient;domena;-priorytet;Cena\nAla;a.pl;wysoki;=1",
    ],
)
def test_the_same_file_again_changes_nothing(lite, text):
    assert set(same_again(lite, ready(text))) == {"unchanged"}
    assert set(lite.outcomes(as_csv(lite.store.all(), lite.team))) == {"unchanged"}


def test_refused_rows_leave_no_trace_in_their_migration(lite):
    head = "nr zlecenia;klient;domena;status;data testu;data zgłoszenia;hasło zmienione\n"
    good, bad = "Z;Ala;a.pl;test;;02.10.2026;", "Z;Ala;b.pl;DNS;;01.10.2026;20.11.2026"
    assert same_again(lite, ready(f"{head}{good}\n{bad}")) == ["unchanged", "rejected"]
    (m,) = lite.store.all()
    assert m.entered["package"] == dt.datetime(2026, 10, 1, 22, tzinfo=dt.UTC)
    assert "password_changed" not in m.checks
    assert list(m.domains) == ["a.pl"]


def test_withdrawn_domain_walks_nowhere(lite, _sqlite_template, tmp_path):
    head = "nr zlecenia;klient;domena;status;data testu;data zmiany DNS\n"
    lite.apply(ready(head + "Z;Ala;a.pl;widoczna;10.10.2026;11.10.2026\nZ;Ala;b.pl;migracja;;"))
    lite.on_board("Z", moves.withdraw, "b.pl", "nie chce")
    lite.on_board("Z", moves.check, "password_changed")
    lite.on_board("Z", moves.advance)
    exported = as_csv(lite.store.all(), lite.team)
    assert lite.outcomes(exported) == ["unchanged", "unchanged"]
    elsewhere = Importer(f"sqlite:///{shutil.copy(_sqlite_template, tmp_path / 'other.sqlite3')}")
    assert same_again(elsewhere, exported) == ["unchanged", "unchanged"]
    (m,) = elsewhere.store.all()
    b = m.domains["b.pl"]
    assert (m.stage, b.step, b.withdrawn, b.test_unrecorded) == ("closed", "waiting", True, False)
    elsewhere.store.engine.dispose()


@pytest.mark.parametrize(
    "row", ["X;Ala;a.pl;zakończona;", ";Ala S.A.;a.pl;zakończona;", ";Ala;a.pl sklep.a.pl;zakończona;"]
)
def test_what_is_being_moved_does_not_become_history_under_another_name(lite, row):
    lite.apply(ready(HEAD + "Z;Ala;a.pl;migracja;"))
    assert lite.errors(HEAD + row) == [(2, "domena", "error.domain_elsewhere")]


def test_row_without_a_ref_keeps_its_migration_whatever_the_board_renames(lite):
    text = "klient;domena;status;pakiet;niestandardowa konfiguracja\nAla;a.pl;analiza;Plus;brak"
    lite.apply(text)
    lite.on_board("P-1", moves.change, {"client": "Ela"})
    lite.on_board("P-1", moves.add_domain, "b.pl", {"display": "b.pl"})
    assert lite.outcomes(text) == ["conflict"]
    lite.on_board("P-1", moves.cancel, "rezygnacja")
    assert lite.outcomes(text) == ["conflict"]


def test_client_who_comes_back_begins_anew(lite):
    head = "klient;domena;status;data zgłoszenia;data testu;data zakończenia\n"
    first = f"{head}Ala;a.pl;zakończona;01.09.2026;10.09.2026;20.09.2026"
    lite.apply(first)
    again = "klient;domena;status;data zgłoszenia\nAla;a.pl;nowe;10.11.2026"
    assert lite.outcomes(again) == ["new"]
    assert same_again(lite, again) == ["unchanged"] and lite.outcomes(first) == ["unchanged"]


def test_export_is_older_than_an_import_that_came_after_it(lite):
    lite.apply(BASE)
    exported = as_csv(lite.store.all(), lite.team)
    lite.apply(BASE.replace("analiza", "termin").replace("600 000 001", "600 000 002"))
    made = lite.plan(exported)
    assert [row.outcome for row in made.rows] == ["conflict"]
    assert {change.column for change in made.rows[0].changes if change.conflict} >= {"contact_phone", "status"}


def test_migration_came_to_a_stage_with_the_last_of_its_domains(lite):
    lite.apply(
        ready(
            "nr zlecenia;klient;domena;status;data testu;data widoczności;data zmiany DNS;data: migracja\n"
            "Z;Ala;a.pl;widoczna;03.11.2026;10.11.2026;04.11.2026;01.11.2026\n"
            "Z;Ala;b.pl;widoczna;02.11.2026;05.11.2026;03.11.2026;02.11.2026"
        )
    )
    (m,) = lite.store.all()
    came = {stage: at and (at + dt.timedelta(hours=2)).date().day for stage, at in m.entered.items()}
    assert (came["migration"], came["dns"], came["passwords"]) == (1, 3, 10)


def test_header_holds_no_secret_either(lite):
    for header in ("ftp://jan:Kot123@ftp.example", "hasło: Kot123!"):
        made = lite.plan(f"klient;domena;{header}\nAla;a.pl;1")
        assert [(e.row, e.column, e.message.id) for e in made.errors] == [(1, "", "error.secret_header")]
        assert "Kot123" not in errors_csv(made, POLISH).decode()


def test_notes_of_an_export_come_back_note_by_note(lite, _sqlite_template, tmp_path):
    lite.apply(HEAD + "Z;Ala;a.pl;nowe;\nZ;Ala;b.pl;nowe;")
    notes = [
        "abc " * 900,
        "Klient pyta o hasło",
        "Plus2024x to nowy pakiet",
        "\n".join(f"linia {n}" for n in range(300)),
    ]
    for note in notes:
        lite.on_board("Z", moves.note, note)
    exported = as_csv(lite.store.all(), lite.team)
    assert lite.outcomes(exported) == ["unchanged", "unchanged"]
    elsewhere = Importer(f"sqlite:///{shutil.copy(_sqlite_template, tmp_path / 'other.sqlite3')}")
    elsewhere.apply(exported)
    assert [note.text for note in elsewhere.store.all()[0].notes] == [note.strip() for note in notes]
    elsewhere.store.engine.dispose()


def test_samples_arrive_in_another_database_as_they_are(lite, _sqlite_template, tmp_path):
    begin_with_samples(lite.store, lite.act.process, lite.team, NOW)
    exported = as_csv(lite.store.all(), lite.team)
    assert set(lite.outcomes(exported)) == {"unchanged"}
    elsewhere = Importer(f"sqlite:///{shutil.copy(_sqlite_template, tmp_path / 'other.sqlite3')}")
    assert set(same_again(elsewhere, exported)) == {"unchanged"}
    for here, there in zip(lite.store.all(), elsewhere.store.all(), strict=True):
        assert (here.ref, here.stage, bool(here.hold), bool(here.cancelled)) == (
            there.ref,
            there.stage,
            bool(there.hold),
            bool(there.cancelled),
        )
        assert [(d.step, d.tested_at is None) for d in here.active] == [
            (d.step, d.tested_at is None) for d in there.active
        ]
    elsewhere.store.engine.dispose()


def test_thousands_of_domains_of_one_ref_are_no_trouble(lite):
    rows = "\n".join(f"Z;Ala;d{n}.pl;zakończona;10.10.2026" for n in range(3000))
    assert lite.plan(HEAD + rows).counts["new"] == 3000


# -- properties

_DAY = st.dates(dt.date(2026, 10, 1), dt.date(2026, 11, 25)).map(lambda day: day.strftime("%d.%m.%Y"))
_ROW = st.fixed_dictionaries(
    {
        "nr zlecenia": st.sampled_from(["", "Z-1", "Z-2", "Z-3"]),
        "klient": st.sampled_from(["Ala", "Ola", "=Żółw", ""]),
        "domena": st.sampled_from(["ala.pl", "ola.pl", "żółw.pl", "ala.pl, ela.pl", "zła domena.pl"]),
        "status": st.sampled_from(
            [
                "",
                "nowe",
                "dane",
                "termin",
                "migracja",
                "test",
                "DNS",
                "hasła",
                "zakończona",
                "anulowana",
                "wstrzymana",
                "?",
            ]
        ),
        "liczba skrzynek": st.sampled_from(["", "3", "12 szt.", "-1"]),
        "data zgłoszenia": st.one_of(st.just(""), _DAY),
        "data testu": st.one_of(st.just(""), _DAY),
        "data zmiany DNS": st.one_of(st.just(""), st.just(""), _DAY),
        "data zakończenia": st.one_of(st.just(""), st.just(""), _DAY),
        "hasło zmienione": st.sampled_from(["", "tak", "nie"]),
        "uwagi": st.sampled_from(["", "-dzwonić", "raz\ndwa"]),
        "kolor": st.sampled_from(["", "+zielony"]),
        "pakiet": st.sampled_from(["Plus", "Plus", "Plus", ""]),
        "niestandardowa konfiguracja": st.sampled_from(["brak", "brak", "brak", ""]),
        "termin": st.sampled_from(["02.10.2026", "02.10.2026", "02.10.2026", "30.11.2026", ""]),
        "osoba kontaktowa": st.sampled_from(["Ewa", "Ewa", "Ewa", ""]),
    }
)


def _file(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    write = csv.DictWriter(text, list(rows[0]), delimiter=";")
    write.writeheader()
    write.writerows(rows)
    return text.getvalue().encode("cp1250")


@settings(max_examples=int(os.environ.get("IMPORTS", "40")))
@given(st.lists(st.lists(_ROW, min_size=1, max_size=6), min_size=1, max_size=3))
def test_every_import_is_reconciled_idempotent_and_true_to_its_events(_sqlite_template, files):
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{shutil.copy(_sqlite_template, folder)}"
        try:
            _import_all(Importer(url), files)
        finally:
            engine(url).dispose()


def _import_all(lite, files):
    for rows in files:
        data = _file(rows)
        made = lite.apply(data)
        nonblank = [row for row in rows if any(cell for cell in row.values())]
        assert sum(made.counts.values()) == made.read == len(nonblank)
        assert {row.row for row in made.rows if row.errors} == {e.row for e in made.errors}
        assert all(row.errors for row in made.rows if row.outcome == "rejected")
        # What was refused may find its way free by what the rest of the file has done; all the rest changes nothing.
        refused = {row.row for row in made.rows if row.outcome == "rejected" or row.lacks}
        again = lite.plan(data)
        assert {row.row for row in again.rows if row.outcome in ("new", "changed")} <= refused, again.rows
    exported = lite.plan(as_csv(lite.store.all(), lite.team))
    assert {row.outcome for row in exported.rows} <= {"unchanged"}, exported.rows
    histories = lite.store.histories()
    for m in lite.store.all():
        assert replace(rebuild(histories[m.id]), batch=None) == replace(m, id=None)
        for d in m.domains.values():
            past = d.step in ("dns", "visible")
            assert not past or d.tested_at or (d.test_unrecorded and m.stage == "closed")


def test_an_import_killed_at_any_statement_leaves_all_or_nothing(database_url, tmp_path):
    file = tmp_path / "file.csv"
    file.write_bytes(
        _file(
            [{"klient": f"Klient {n}", "domena": f"d{n}.pl", "status": "zakończona", "uwagi": "x"} for n in range(30)]
        )
    )
    script = [sys.executable, str(ROOT / "tests" / "killed_import.py"), database_url, str(file)]
    run = subprocess.run(script, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    *killed, lived = map(int, run.stdout.split())
    assert len(killed) >= 8 and set(killed) <= {0} and lived > 200


# -- on the command line


@pytest.fixture
def desk_url(sqlite_url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    desk_settings.cache_clear()
    yield sqlite_url
    desk_settings.cache_clear()


def _run(capfdbinary, *arguments: str) -> tuple[int, str]:
    code = main(list(arguments))
    return code, capfdbinary.readouterr().out.decode("utf-8-sig")


def test_commands_import_and_export(desk_url, tmp_path, capfdbinary):
    file = tmp_path / "dirty.csv"
    file.write_bytes(DIRTY.encode("cp1250"))
    code, out = _run(capfdbinary, "import", str(file), "--json", "--lang", "pl")
    told = json.loads(out)
    assert code == 1 and list(told) == [
        "read",
        "new",
        "changed",
        "unchanged",
        "rejected",
        "conflicts",
        "errors",
        "encoding",
        "delimiter",
        "sheet",
        "header_row",
        "left_out",
        "repairs",
        "questions",
        "lacks",
    ]
    assert (told["encoding"], told["delimiter"], told["read"], told["rejected"]) == ("cp1250", ";", 14, 14)
    assert [list(error) for error in told["errors"]] == [["row", "column", "reason"]]
    assert told["errors"][0]["row"] == 1 and told["errors"][0]["column"] == "Hasło FTP"
    exclude = ("--exclude", "Hasło FTP", "--json", "--lang", "en")
    code, out = _run(capfdbinary, "import", str(file), *exclude)
    assert code == 1 and json.loads(out)["new"] == 7
    assert not Store(engine(desk_url)).all()
    code, out = _run(capfdbinary, "import", str(file), *exclude, "--valid-only", "--dry-run")
    assert code == 1 and not Store(engine(desk_url)).all()
    code, out = _run(capfdbinary, "import", str(file), *exclude, "--valid-only")
    assert code == 1 and len(Store(engine(desk_url)).all()) == 6
    code, out = _run(capfdbinary, "import", str(file), *exclude, "--valid-only")
    assert (json.loads(out)["new"], json.loads(out)["unchanged"]) == (0, 8)

    code, out = _run(capfdbinary, "export")
    exported = tmp_path / "out.csv"
    exported.write_text(out, encoding="utf-8-sig", newline="")
    code, out = _run(capfdbinary, "import", str(exported), "--json")
    assert code == 0 and json.loads(out)["unchanged"] == json.loads(out)["read"] == 8
    code, _ = _run(capfdbinary, "export", str(tmp_path / "again.csv"))
    assert code == 0 and (tmp_path / "again.csv").read_bytes().startswith(b"\xef\xbb\xbfnr zlecenia;")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--exclude", "nie ma"], 64),
        (["--actor", "nikt"], 64),
        (["--actor", "wiktor"], 64),
        (["--delimiter", "x"], 64),
        (["--encoding", "x"], 64),
        (["--encoding", "cp1250", "--delimiter", "tab"], 64),
        ([], 0),
    ],
)
def test_a_wrong_call_is_told_from_a_wrong_file(desk_url, tmp_path, arguments, code):
    file = tmp_path / "file.csv"
    file.write_text("klient;domena\nAla;ala.pl\n", encoding="utf-8")
    assert main(["import", str(file), *arguments]) == code


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
