"""A file goes through the gates as people do: what it can say it is held to, and what is missing is named."""

import json
import shutil
from dataclasses import replace

import pytest

from core.__main__ import main
from core.ground.messages import InputError
from core.ground.settings import settings as desk_settings
from core.importing.exporting import as_csv
from core.importing.planning import plan
from core.importing.writing import apply
from core.language import ENGLISH, POLISH
from core.migration import moves, worded
from core.migration.rebuilding import rebuild
from core.migration.stages import FROM_FILE
from tests.importer import NOW, Importer
from tests.migrations import DAY, ready

HEAD = (
    "nr zlecenia;klient;domena;status;pakiet;niestandardowa konfiguracja;termin;osoba kontaktowa;data: migracja;"
    "data testu;data zmiany DNS;data zakończenia\n"
)
EVERYTHING = ("package", "nonstandard", "proposed", "contact", "day")


@pytest.fixture
def elsewhere(_sqlite_template, tmp_path):
    """Another desk, with an empty database."""
    other = Importer(f"sqlite:///{shutil.copy(_sqlite_template, tmp_path / 'other.sqlite3')}")
    yield other
    other.store.engine.dispose()


def row(status, *cells, ref="P-60", domain="a.pl"):
    return ";".join([ref, "Ala", domain, status, *cells, *[""] * (8 - len(cells))])


def lacks(importer, text, **by):
    return [(planned.outcome, planned.lacks) for planned in importer.plan(HEAD + text, **by).rows]


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (("nowe",), ()),
        (("dane",), ("package",)),
        (("dane", "Plus"), ()),
        (("analiza", "Plus"), ("nonstandard",)),
        (("termin", "Plus", "brak"), ("proposed",)),
        (("termin", "Plus", "brak", "30.11.2026"), ()),
        (("migracja", "Plus", "brak", "30.11.2026"), ("contact", "day")),
        (("migracja", "Plus", "brak", "20.11.2026", "Ewa"), ()),
        (("DNS", "", "", "", "", "", "12.11.2026"), EVERYTHING),
        (("DNS", "Plus", "brak", "10.11.2026", "Ewa", "", "12.11.2026"), ()),
        (("hasła", "Plus", "brak", "10.11.2026", "Ewa", "", "12.11.2026"), ("ns_changed",)),
        (("hasła", "Plus", "brak", "10.11.2026", "Ewa", "", "12.11.2026", "13.11.2026"), ()),
        # Closed today it is no history yet.
        (("zakończona", "Plus", "brak", "10.11.2026", "Ewa", "", "12.11.2026", "13.11.2026", "21.11.2026"),
         ("password_changed",)),
        (("zakończona", "", "", "", "", "", "", "", "20.11.2026"), ()),
        (("anulowana", "", "", "", "", "", "", "", "20.11.2026"), ()),
    ],
)  # fmt: skip
def test_each_gate_is_held_to_what_a_file_can_say(lite, cells, wanted):
    assert lacks(lite, row(*cells)) == [("conflict" if wanted else "new", wanted)]


def test_an_enquiry_does_not_jump_to_the_dns(importer):
    importer.apply(HEAD + row("nowe"))
    before = importer.store.all()
    jump = row("DNS i propagacja", "", "", "", "", "", "12.11.2026")
    made = importer.apply(HEAD + jump)
    assert [(one.ref, one.outcome, one.lacks) for one in made.rows] == [("P-60", "conflict", EVERYTHING)]
    assert importer.store.all() == before
    told = worded.lacks("P-60", EVERYTHING, importer.act.process)
    assert (
        POLISH.text(told) == "P-60: brak pakietu, informacji o niestandardowej konfiguracji, terminu, osoby kontaktowej"
    )
    assert ENGLISH.text(told).startswith("P-60: no package, word on")


def test_a_placeholder_of_the_desk_opens_no_gate_but_what_stands_does(lite):
    lite.apply(HEAD + row("nowe"))
    lite.on_board("P-60", moves.change, {"package": "Plus", "nonstandard": "brak"})
    assert lacks(lite, row("analiza")) == [("changed", ())]


@pytest.mark.parametrize(
    "cell", ["?!", "(?)", "n/d.", "- brak -", "Brak!", "#", "=", "-?-", "__?__", "\u3164", "\u2800"]
)
def test_a_placeholder_in_whatever_signs_opens_no_gate(lite, cell):
    assert lacks(lite, row("dane", cell)) == [("conflict", ("package",))]
    assert lacks(lite, row("analiza", "Plus", "Brak.")) == [("new", ())]


def test_ticks_that_no_column_carries_are_marked_as_from_the_file(importer):
    importer.apply(HEAD + row("DNS", "Plus", "brak", "10.11.2026", "Ewa", "", "12.11.2026"))
    (m,) = importer.store.all()
    of_m = {"server", "mail_list", "website_list", "access", "feasible", "accepted", "phone", "freeze"}
    assert {item for item, done in m.checks.items() if (done.choice, done.at) == (FROM_FILE, None)} == of_m
    of_domain = m.domains["a.pl"].checks
    assert {i for i, done in of_domain.items() if done.choice == FROM_FILE} == {"www", "mail", "mail_synced"}
    assert of_domain["client_confirmed"].choice == ""
    events = importer.store.events(m.id)
    told = worded.event(next(e for e in events if e.item == "server"), importer.act.process, importer.team)
    assert POLISH.value(told.new) == "z pliku"
    assert not any(event.forced for event in events)
    assert replace(rebuild(events), batch=None) == replace(m, id=None)


def test_a_managers_reason_takes_over_what_gates_lack_and_each_gate_tells(importer):
    text = "\n".join([row("migracja"), row("dane", ref="P-61", domain="b.pl"), row("nowe", ref="P-62", domain="c.pl")])
    made = importer.apply(HEAD + text, reason="przejęte po firmie Alfa", person="maria")
    assert made.counts["new"] == 3
    forced = {m.ref: [(e.old, e.item) for e in importer.store.events(m.id) if e.forced] for m in importer.store.all()}
    assert forced == {
        "P-60": [("package", "package"), ("data", "nonstandard"), ("analysis", "proposed"), ("date", "contact day")],
        "P-61": [("package", "package")],
        "P-62": [],
    }
    for m in importer.store.all():
        told = [event for event in importer.store.events(m.id) if event.forced]
        assert {event.reason for event in told} <= {"przejęte po firmie Alfa"} and {e.actor for e in told} <= {"maria"}


def test_no_reason_takes_over_the_clients_test_or_a_newer_edit(lite):
    lite.apply(HEAD + row("nowe", "Plus"))
    lite.on_board("P-60", moves.change, {"package": "Mini"})
    made = lite.plan(HEAD + row("dane", "Plus"), reason="zaległości", person="maria")
    assert [(one.outcome, one.lacks) for one in made.rows] == [("conflict", ())]
    made = lite.plan(HEAD + row("DNS"), reason="zaległości", person="maria")
    assert [e.message.id for e in made.errors] == ["error.test_missing"]


def test_only_who_may_force_may_give_a_reason(lite):
    text = HEAD + row("dane")
    with pytest.raises(InputError) as refused:
        lite.plan(text, reason="bo tak", person="anna")
    assert refused.value.errors[0].message.id == "error.may_not.force"
    with pytest.raises(InputError):
        lite.plan(text, reason="  ", person="maria")
    made = lite.plan(text, reason="zaległości", person="maria")
    with pytest.raises(InputError):
        # A plan of a manager's is not written by somebody who is one no longer.
        demoted = replace(lite.by("maria"), person=replace_role(lite.team.person("maria")))
        apply(lite.store, made, lite.sheet(text), b"", lite.said(text), demoted)
    assert lite.store.all() == []


def replace_role(person):
    return person.model_copy(update={"role": "support"})


def test_a_row_that_lacks_something_takes_no_other_row_with_it(lite):
    cells = ("Plus", "brak", "10.11.2026", "Ewa", "", "12.11.2026")
    text = "\n".join([row("widoczna", *cells), row("test", *cells[:4], domain="b.pl")])
    assert lacks(lite, text) == [("conflict", ("ns_changed",)), ("new", ())]
    lite.apply(HEAD + text)
    assert [list(m.domains) for m in lite.store.all()] == [["b.pl"]]


@pytest.mark.parametrize("place", ["first", "second"])
def test_the_test_of_each_domain_comes_after_its_move(lite, place):
    lite.apply(ready("nr zlecenia;klient;domena;status\nZ;Ala;a.pl;nowe\nZ;Ala;b.pl;nowe"))
    lite.apply(ready("nr zlecenia;klient;domena;status;data: migracja\nZ;Ala;a.pl;migracja;\nZ;Ala;b.pl;migracja;"))
    name = {"first": "a.pl", "second": "b.pl"}[place]
    lite.on_board("Z", moves.date, "migration", NOW - DAY, "wtedy", name)
    assert lite.errors("nr zlecenia;klient;domena;status;data testu\nZ;Ala;a.pl b.pl;DNS;12.11.2026") == [
        (2, "data testu", "error.order")
    ]


# -- what was over and is opened again

OVER = {
    "cancelled": row("anulowana", "", "", "", "", "", "12.11.2026", "13.11.2026", "20.11.2026"),
    "closed": row("zakończona", "", "", "", "", "", "12.11.2026", "13.11.2026", "20.11.2026"),
}


@pytest.mark.parametrize("end", OVER)
def test_history_that_a_file_opens_again_is_asked_what_its_gates_would_have_asked(importer, end):
    importer.apply(HEAD + row("nowe", ref="P-59", domain="z.pl"))
    assert importer.apply(HEAD + OVER[end]).counts["new"] == 1
    before = importer.store.all()
    again = HEAD + row("DNS", "", "", "", "", "", "12.11.2026")
    made = importer.apply(again)
    assert [(one.outcome, one.lacks) for one in made.rows] == [("conflict", EVERYTHING)]
    assert importer.store.all() == before
    importer.apply(again, reason="wraca po przerwie", person="maria")
    m = importer.store.by_ref("P-60")
    assert m.open and m.domains["a.pl"].step == "dns"
    (told,) = [event for event in importer.store.events(m.id) if event.forced]
    assert (told.item, told.reason, told.actor) == (" ".join(EVERYTHING), "wraca po przerwie", "maria")
    assert (m.checks["server"].choice, m.domains["a.pl"].checks["www"].choice) == (FROM_FILE, FROM_FILE)


def test_history_with_all_that_gates_ask_is_opened_again_by_a_file(lite):
    lite.apply(HEAD + row("zakończona", "Plus", "brak", "10.11.2026", "Ewa", "", "12.11.2026", "13.11.2026"))
    lite.apply(HEAD + row("DNS"))
    m = lite.store.by_ref("P-60")
    assert (m.stage, m.domains["a.pl"].tested_at is None) == ("dns", False)


@pytest.mark.parametrize(
    ("end", "open_it"), [("cancelled", (moves.restore,)), ("closed", (moves.correct, "passwords"))]
)
def test_history_is_opened_on_the_board_with_its_fields_or_by_a_manager(lite, end, open_it):
    lite.apply(HEAD + row("nowe", ref="P-59", domain="z.pl"))
    lite.apply(HEAD + OVER[end])
    with pytest.raises(InputError) as refused:
        lite.on_board("P-60", *open_it, "pomyłka")
    assert [error.message.id for error in refused.value.errors] == ["error.gate"] * 4
    lite.on_board("P-60", *open_it, "pomyłka", person="maria")
    told = lite.store.events(lite.store.by_ref("P-60").id)[-1]
    assert any(e.forced for e in lite.store.events(lite.store.by_ref("P-60").id)) and told.reason == "pomyłka"


def test_history_whose_fields_are_filled_in_first_is_opened_by_anybody(lite):
    lite.apply(HEAD + OVER["closed"])
    fields = {"package": "Plus", "nonstandard": "brak", "planned_at": NOW - DAY, "contact_name": "Ewa"}
    lite.on_board("P-60", moves.change, fields)
    lite.on_board("P-60", moves.correct, "passwords", "pomyłka")
    assert lite.store.by_ref("P-60").stage == "passwords"


def test_closed_migration_that_a_file_has_at_its_passwords_is_open_again(lite):
    cells = ("Plus", "brak", "10.11.2026", "Ewa", "", "12.11.2026", "13.11.2026")
    lite.apply(HEAD + row("zakończona", *cells) + "\n" + row("zakończona", ref="P-61", domain="b.pl"))
    made = lite.apply(HEAD + row("hasła") + "\n" + row("hasła", ref="P-61", domain="b.pl"))
    assert [one.outcome for one in made.rows] == ["changed", "rejected"]
    assert [error.message.id for error in made.errors] == ["error.unrecorded_back"]
    assert (lite.store.by_ref("P-60").stage, lite.store.by_ref("P-61").stage) == ("passwords", "closed")


# -- a domain and its www


@pytest.mark.parametrize("names", [("a.pl", "www.a.pl"), ("www.a.pl", "a.pl")])
def test_a_domain_and_its_www_are_not_moved_by_two_migrations_although_names_stay_as_they_are(lite, names):
    first, second = names

    def made(text):
        said = replace(lite.said(text), off=frozenset(("www",)))
        return plan(lite.sheet(text), said, lite.store.all(), lite.act, lite.team)

    both = made(HEAD + row("nowe", domain=first) + "\n" + row("nowe", ref="P-61", domain=second))
    assert [one.outcome for one in both.rows] == ["new", "rejected"]
    twice = made(HEAD + row("nowe", domain=first) + "\n" + row("dane", "Plus", domain=second))
    assert [error.message.id for error in twice.errors] == ["error.row_twice"]
    assert [one.domains for one in made(HEAD + row("nowe", domain=f"{first} {second}")).rows] == [(first,)]
    lite.apply(HEAD + row("nowe", domain=first))
    assert [e.message.id for e in made(HEAD + row("nowe", ref="P-61", domain=second)).errors] == [
        "error.domain_elsewhere"
    ]
    assert [one.outcome for one in made(HEAD + row("nowe", domain=second)).rows] == ["unchanged"]


# -- our own export


def test_our_export_comes_into_an_empty_database_whole(lite, elsewhere):
    lite.apply(HEAD + row("migracja"), reason="przejęte", person="maria")
    lite.apply(HEAD + row("DNS", "Plus", "brak", "10.11.2026", "Ewa", "", "12.11.2026", ref="P-61", domain="b.pl"))
    # The desk let it through, then somebody emptied the field.
    lite.on_board("P-61", moves.change, {"package": "", "contact_name": ""})
    lite.apply(HEAD + row("zakończona", ref="P-62", domain="c.pl"))
    exported = as_csv(lite.store.all(), lite.team)
    made = elsewhere.apply(exported)
    assert made.counts["new"] == 3 and not made.counts["conflict"]
    assert [(m.ref, m.stage, m.package) for m in elsewhere.store.all()] == [
        (m.ref, m.stage, m.package) for m in lite.store.all()
    ]
    assert not any(event.forced for events in elsewhere.store.histories().values() for event in events)
    assert {*elsewhere.outcomes(exported)} == {"unchanged"}


def test_an_export_that_was_edited_or_comes_to_a_database_in_use_is_held_to_the_gates(lite, elsewhere):
    lite.apply(HEAD + row("nowe"))
    exported = as_csv(lite.store.all(), lite.team).decode("utf-8-sig")
    edited = (
        exported.replace(";nowe;", ";dane;") if ";nowe;" in exported else exported.replace("pakiet i serwer", "dane")
    )
    assert edited != exported
    assert [(one.outcome, one.lacks) for one in elsewhere.plan(edited).rows] == [("conflict", ("package",))]
    lite.apply(HEAD + row("migracja", ref="P-61", domain="b.pl"), reason="przejęte", person="maria")
    both = as_csv(lite.store.all(), lite.team)
    elsewhere.apply(HEAD + row("nowe"))
    assert [one.outcome for one in elsewhere.plan(both).rows] == ["unchanged", "conflict"]


# -- on the command line


def test_command_names_what_is_missing_and_a_manager_takes_it_over(sqlite_url, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    desk_settings.cache_clear()
    file = tmp_path / "plik.csv"
    file.write_text("nr zlecenia;klient;domena;status\nP-60;Ala;a.pl;dane\nP-61;Ola;o.pl;w drodze\n", encoding="utf-8")
    given = ["import", str(file), "--lang", "pl", "--status", "w drodze=analiza"]
    try:
        assert main([*given, "--json"]) == 1
        told = json.loads(capsys.readouterr().out)
        assert [(one["ref"], one["checks"]) for one in told["lacks"]] == [
            ("P-60", ["package"]),
            ("P-61", ["package", "nonstandard"]),
        ]
        assert told["lacks"][0]["reason"] == "P-60: brak pakietu" and told["conflicts"] == 2
        assert main([*given, "--dry-run"]) == 1
        assert "P-61: brak pakietu, informacji" in capsys.readouterr().out
        assert main([*given, "--reason", "zaległości"]) == 64
        assert main([*given, "--reason", "zaległości", "--actor", "maria"]) == 0
        # What was said of their statuses is remembered.
        assert main(["import", str(file), "--lang", "pl"]) == 0
        assert main(["undo-import", "--lang", "pl"]) == 1
        assert main(["undo-import", "--lang", "pl", "--actor", "maria"]) == 0
        assert main(["import", str(file), "--no-repair", "nic"]) == 64
        assert main(["import", str(file), "--status", "w drodze"]) == 64
        assert main(["import", str(file), "--date-order", "ymd"]) == 64
    finally:
        desk_settings.cache_clear()
