"""A file that comes again, or after others: what it changes, what it does not, and what stands against it."""

import csv
import datetime as dt
import io
import shutil

import pytest

from core.importing.exporting import as_csv, as_xlsx
from core.importing.planning import plan
from core.importing.writing import StalePlanError, apply, errors_csv, remembered
from core.language import POLISH
from core.migration import moves
from core.spreadsheet.choices import Said
from core.store.samples.loading import begin_with_samples
from tests.importer import BASE, DIRTY, NOW, Importer
from tests.migrations import ready

# -- what changes, and what does not


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
    lite.on_board("Z", moves.check, "password_changed", choice="declared")
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
