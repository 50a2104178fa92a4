"""Days of others, why there is no telephone, and what no column has: from a file into a migration, and back again."""

import datetime as dt
import shutil

import pytest

from core.importing.exporting import as_csv, as_xlsx
from core.inventory.inventory import FoundDomain
from core.language import POLISH
from core.migration import inventoried, moves, worded
from core.migration.handover import Handed
from core.migration.import_columns import suggest
from core.migration.stages import FROM_FILE
from tests.importer import Importer
from tests.inventories import inventory

HEAD = "nr zlecenia;klient;domena;status;dlaczego bez telefonu;stary hosting opłacony do;domena opłacona do\n"
TWO = (
    HEAD + "Z-1;Ala;a.pl;nowe;nie odbiera, pisać;05.12.2026;10.12.2026\n"
    "Z-1;Ala;b.pl;nowe;;;11.12.2026\nZ-2;Ola;c.pl;nowe;;;"
)
DEC = {day: dt.date(2026, 12, day) for day in range(1, 32)}


@pytest.fixture
def elsewhere(_sqlite_template, tmp_path):
    """Another desk, with an empty database."""
    other = Importer(f"sqlite:///{shutil.copy(_sqlite_template, tmp_path / 'other.sqlite3')}")
    yield other
    other.store.engine.dispose()


def days(m):
    return m.old_hosting_until, {name: d.registered_until for name, d in m.domains.items()}


def test_days_of_others_are_read_of_a_migration_and_of_each_domain(importer):
    importer.apply(TWO)
    one, other = importer.store.by_ref("Z-1"), importer.store.by_ref("Z-2")
    assert one.no_phone == "nie odbiera, pisać"
    assert days(one) == (DEC[5], {"a.pl": DEC[10], "b.pl": DEC[11]})
    assert (other.no_phone, *days(other)) == ("", None, {"c.pl": None})
    assert importer.outcomes(TWO) == ["unchanged"] * 3


@pytest.mark.parametrize(
    ("cell", "day"),
    [("05.12.2026 14:30", 5), ("2026-12-05", 5), ("5 grudnia 2026 r.", 5), ("2026-12-05T23:30:00Z", 6), ("46361", 5)],
)
def test_a_cell_with_an_hour_keeps_its_day(lite, cell, day):
    lite.apply(HEAD + f"Z-1;Ala;a.pl;nowe;;{cell};{cell}")
    assert days(lite.store.by_ref("Z-1")) == (DEC[day], {"a.pl": DEC[day]})
    # Another hour is the same day.
    assert lite.outcomes(HEAD + f"Z-1;Ala;a.pl;nowe;;{day:02}.12.2026 08:00;{day}.12.2026") == ["unchanged"]


def test_days_follow_the_order_of_their_file_and_prove_it(lite):
    text = HEAD + "Z-1;Ala;a.pl;nowe;;12/05/2026;12/31/2026"
    lite.apply(text)
    assert days(lite.store.by_ref("Z-1")) == (DEC[5], {"a.pl": DEC[31]})
    made = lite.plan(HEAD + "Z-2;Ola;c.pl;nowe;;12/05/2026;")
    assert [question.kind for question in made.questions] == ["date_order"]
    assert [error.message.id for error in made.errors] == ["error.date_both_ways"]


def test_what_is_no_day_is_refused_and_what_says_nothing_stays_unknown(lite):
    assert [(column, id) for _, column, id in lite.errors(HEAD + "Z-1;Ala;a.pl;nowe;;31.02.2026;kiedyś")] == [
        ("stary hosting opłacony do", "error.no_such_day"),
        ("domena opłacona do", "error.date_unread"),
    ]
    lite.apply(TWO)
    # A blank or a placeholder erases nothing.
    assert lite.outcomes(HEAD + "Z-1;Ala;a.pl;nowe;-;brak;?") == ["unchanged"]


def test_rows_that_say_two_days_of_one_hosting_contradict_each_other(lite):
    text = HEAD + "Z-1;Ala;a.pl;nowe;;05.12.2026;\nZ-1;Ala;b.pl;nowe;;06.12.2026;"
    (wrong,) = lite.plan(text).errors
    assert (wrong.row, wrong.column, wrong.value) == (3, "stary hosting opłacony do", "06.12.2026")
    assert POLISH.text(wrong.message).count("05.12.2026") == 1


def test_another_day_changes_it_and_history_tells_both(lite):
    lite.apply(TWO)
    made = lite.apply(HEAD + "Z-1;Ala;a.pl;nowe;;07.12.2026;12.12.2026")
    assert [(c.column, c.old, c.new) for c in made.rows[0].changes] == [
        ("old_hosting_until", DEC[5], DEC[7]),
        ("registered_until", DEC[10], DEC[12]),
    ]
    m = lite.store.by_ref("Z-1")
    assert days(m) == (DEC[7], {"a.pl": DEC[12], "b.pl": DEC[11]})
    told = [worded.event(e, lite.act.process, lite.team) for e in lite.store.events(m.id) if e.kind == "set"]
    assert [(POLISH.value(one.old), POLISH.value(one.new)) for one in told] == [
        ("05.12.2026", "07.12.2026"),
        ("10.12.2026", "12.12.2026"),
    ]


def test_a_day_that_the_board_changed_since_is_a_conflict(lite):
    lite.apply(TWO)
    lite.on_board("Z-1", moves.change, {"old_hosting_until": DEC[20]})
    lite.on_board("Z-1", moves.change, {"registered_until": DEC[21]}, "b.pl")
    made = lite.plan(TWO)
    assert [one.outcome for one in made.rows] == ["conflict", "conflict", "unchanged"]
    assert [(c.column, c.old, c.new, c.conflict) for row in made.rows for c in row.changes] == [
        ("old_hosting_until", DEC[20], DEC[5], True),
        ("registered_until", DEC[21], DEC[11], True),
    ]


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_our_export_has_all_columns_and_changes_nothing_here_and_nothing_is_lost_elsewhere(lite, elsewhere, write):
    lite.apply(TWO)
    exported = write(lite.store.all(), lite.team)
    assert {*lite.outcomes(exported)} == {"unchanged"}
    elsewhere.apply(exported)
    assert {*elsewhere.outcomes(exported)} == {"unchanged"}
    for ref in ("Z-1", "Z-2"):
        here, there = lite.store.by_ref(ref), elsewhere.store.by_ref(ref)
        assert (there.no_phone, *days(there)) == (here.no_phone, *days(here))


def test_lists_handed_over_have_no_column_and_stay_as_they_are(lite):
    lite.apply(TWO)
    listed = {"mail_accounts": (Handed("biuro@a.pl", 40), Handed("ewa@a.pl")), "site_list": ()}
    lite.on_board("Z-1", moves.change, listed)
    exported = as_csv(lite.store.all(), lite.team).decode("utf-8-sig")
    assert "biuro@a.pl" not in exported
    assert {*lite.outcomes(exported)} == {"unchanged"}
    lite.apply(exported.replace("nie odbiera, pisać", "woli pisać"))
    m = lite.store.by_ref("Z-1")
    assert m.no_phone == "woli pisać"
    assert {name: getattr(m, name) for name in listed} == listed


def test_archive_that_was_taken_over_has_no_column_and_is_neither_lost_nor_invented(lite):
    lite.apply(TWO)
    lite.on_board(
        "Z-1",
        inventoried.take,
        inventory(domains=(FoundDomain("a.pl", "main"), FoundDomain("b.pl", "addon"))),
        "kopia.tar.gz",
    )
    before = lite.store.by_ref("Z-1")
    exported = as_csv(lite.store.all(), lite.team).decode("utf-8-sig")
    assert "kopia" not in exported and "klient_wp" not in exported
    assert {*lite.outcomes(exported)} == {"unchanged"}
    lite.apply(exported.replace("nie odbiera, pisać", "woli pisać"))
    m = lite.store.by_ref("Z-1")
    assert (m.no_phone, m.inventory, m.mail_accounts) == ("woli pisać", before.inventory, before.mail_accounts)
    assert lite.store.by_ref("Z-2").inventory is None


# -- the choices of a check that has a date


PASSWORDS = (
    "nr zlecenia;klient;domena;status;pakiet;niestandardowa konfiguracja;termin;osoba kontaktowa;data testu;"
    "data zmiany DNS;data widoczności;hasło zmienione\nZ-1;Ala;a.pl;hasła;Plus;brak;10.11.2026;Ewa;12.11.2026;"
    "13.11.2026;14.11.2026;"
)


def test_how_the_password_was_changed_survives_a_file_that_has_only_its_day(lite):
    lite.apply(PASSWORDS)
    lite.on_board("Z-1", moves.check, "password_changed", choice="reset", detail="Ewa, telefonicznie")
    exported = as_csv(lite.store.all(), lite.team).decode("utf-8-sig")
    assert {*lite.outcomes(exported)} == {"unchanged"}
    lite.apply(exported.replace(";21.11.2026 12:00;", ";20.11.2026 12:00;"))
    done = lite.store.by_ref("Z-1").checks["password_changed"]
    assert (done.choice, done.detail, done.at) == (
        "reset",
        "Ewa, telefonicznie",
        dt.datetime(2026, 11, 20, 11, tzinfo=dt.UTC),
    )


@pytest.mark.parametrize("cell", ["tak", "20.11.2026"])
def test_who_changed_a_password_is_unknown_where_a_file_says_only_that_it_is_changed(lite, cell):
    lite.apply(PASSWORDS + cell)
    assert lite.store.by_ref("Z-1").checks["password_changed"].choice == ""
    assert lite.outcomes(PASSWORDS + cell) == ["unchanged"]


# -- the telephone at its gate


GATE = "nr zlecenia;klient;domena;status;pakiet;niestandardowa konfiguracja;termin;osoba kontaktowa;telefon\n"


def test_a_status_past_the_date_tells_of_lists_and_telephone_but_not_of_contact_package_and_day(lite):
    (row,) = lite.plan(GATE + "Z-1;Ala;a.pl;migracja;;;;;").rows
    assert (row.outcome, row.lacks) == ("conflict", ("package", "nonstandard", "proposed", "contact", "day"))
    lite.apply(GATE + "Z-1;Ala;a.pl;migracja;Plus;brak;20.11.2026;Ewa;")
    m = lite.store.by_ref("Z-1")
    assert m.stage == "migration"
    assert {m.checks[item].choice for item in ("mail_list", "website_list", "phone")} == {FROM_FILE}
    assert (m.contact_phone, m.mail_accounts, m.site_list) == ("", None, None)


@pytest.mark.parametrize(
    ("cells", "from_file"), [("600 100 200;", False), (";pisze tylko maile", False), (";brak", True), (";", True)]
)
def test_a_telephone_or_why_there_is_none_needs_no_word_of_the_file(lite, cells, from_file):
    head = GATE.rstrip() + ";dlaczego bez telefonu\n"
    lite.apply(f"{head}Z-1;Ala;a.pl;migracja;Plus;brak;20.11.2026;Ewa;{cells}")
    assert ("phone" in lite.store.by_ref("Z-1").checks) == from_file


# -- what people call them


@pytest.mark.parametrize(
    ("header", "id"),
    [
        ("Stary hosting opłacony do", "old_hosting_until"), ("Ważność starego hostingu", "old_hosting_until"),
        ("Obecny hosting ważny do", "old_hosting_until"), ("Old hosting paid until", "old_hosting_until"),
        ("Old hosting expires", "old_hosting_until"), ("Domena opłacona do", "registered_until"),
        ("Ważność domeny", "registered_until"), ("Data wygaśnięcia domeny", "registered_until"),
        ("Domain expires", "registered_until"), ("Domain expiry date", "registered_until"),
        ("Dlaczego bez telefonu", "no_phone"), ("Powód braku telefonu", "no_phone"),
        ("Why no phone", "no_phone"),
        # Whose hosting, until when what? Nobody guesses.
        ("Hosting opłacony do", None), ("Ważny do", None), ("Stary hosting", "source_host"),
        ("Telefon", "contact_phone"),
    ],
)  # fmt: skip
def test_headers_of_these_columns_are_known(header, id):
    assert suggest([header]) == {header: id}
