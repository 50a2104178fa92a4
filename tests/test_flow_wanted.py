"""What is asked for by a link, what leaves as a spreadsheet, and what is kept between two looks."""

import csv
import io

import pytest

from core import datafiles
from core.database.transactions import writing
from core.flow import asked
from core.flow.exporting import as_csv
from core.flow.history import Span
from core.flow.history import item as item_of
from core.flow.kept import Kept
from core.flow.wanted import FIELDS, Wanted, parse, sizes, to_link
from core.ground.text_limits import shortened
from core.migration import moves
from core.migration.event import BESIDE_THE_WAY
from core.migration.people import Team
from core.pricing import calendar
from core.store.changing import write_new
from tests.flow import TODAY, Way, at, day, item
from tests.migrations import ANNA, MARIA, NOW, act

TIERS = datafiles.tariff().on(calendar.number(TODAY)).tiers
OWNERS = ("anna", "maria")
TEAM = Team(people=[MARIA, ANNA])


def refs(items):
    return [i.ref for i in items]


# -- filters


def test_size_classes_are_the_tiers_of_the_price_list():
    assert list(sizes(TIERS)) == ["1-1", "2-5", "6-10", "11-30", "31-50", "51-"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), ["small", "large", "nobody's"]),
        (Wanted(size=(2, 5)), ["large"]),
        (Wanted(size=(5, None)), ["large"]),
        (Wanted(owner="anna"), ["small", "large"]),
        (Wanted(owner="~none"), ["nobody's"]),
        (Wanted(group="vps"), ["large"]),
        (Wanted(group="vps", size=(1, 1)), []),
    ],
)
def test_items_are_those_of_the_size_owner_and_group(wanted, found):
    items = [item(ref="small"), item(ref="large", domains=5, group="vps"), item(ref="nobody's", owner="")]
    assert refs(wanted.of(items)) == found


def test_period_is_of_what_finished_in_it_both_days_included():
    items = [item("2026-11-01", text, ref=text) for text in ("2026-11-03", "2026-11-04", "2026-11-06")]
    items += [item("2026-11-01", None, stage="closed", ref="unknown"), item("2026-11-01", ref="running")]
    assert refs(Wanted().finished(items)) == ["2026-11-03", "2026-11-04", "2026-11-06", "unknown"]
    assert refs(Wanted(since=day("2026-11-04")).finished(items)) == ["2026-11-04", "2026-11-06"]
    assert refs(Wanted(until=day("2026-11-04")).finished(items)) == ["2026-11-03", "2026-11-04"]
    assert len(Wanted(since=day("2026-11-04")).of(items)) == 5


FULL = {"size": "51-", "owner": "anna", "group": "vps", "since": "2026-10-01", "until": "2026-11-18"}


def test_link_and_back():
    wanted, errors = parse(FULL, TIERS, OWNERS)
    assert wanted == Wanted((51, None), "anna", "vps", day("2026-10-01"), day("2026-11-18"))
    assert (errors, to_link(wanted), set(FULL)) == ((), FULL, set(FIELDS))
    assert parse({}, TIERS, OWNERS) == (Wanted(), ())
    assert to_link(Wanted()) == {}


@pytest.mark.parametrize(
    ("field", "text", "id"),
    [
        ("size", "2-6", "error.one_of"), ("owner", "jan", "error.one_of"), ("group", "cloud", "error.one_of"),
        ("since", "31.10.2026", "error.iso_date"), ("since", "20261001", "error.iso_date"),
        ("until", "2026-02-30", "error.iso_date"), ("until", "2026-09-30", "flow.error.period"),
    ],
)  # fmt: skip
def test_what_does_not_read_is_said_and_left_blank(field, text, id):
    wanted, errors = parse({**FULL, field: text}, TIERS, OWNERS)
    assert [(error.field, error.value, error.message.id) for error in errors] == [(field, text, id)]
    assert to_link(wanted) == {other: given for other, given in FULL.items() if other != field}


# -- what is asked besides

ASKED = {"percent": "95", "days": "14", "items": "20", "domains": "12", "by": "2026-12-04"}


def test_what_is_asked_besides_is_in_the_link_too():
    found, errors = asked.parse(ASKED, TODAY)
    assert found == asked.Asked(95, 14, 20, 12, day("2026-12-04"))
    assert (errors, asked.to_link(found), set(ASKED)) == ((), ASKED, set(asked.FIELDS))
    assert asked.parse({}, TODAY) == (asked.Asked(), ())
    assert asked.to_link(asked.Asked()) == {}


@pytest.mark.parametrize(
    ("field", "text", "id"),
    [
        ("percent", "100", "error.range"), ("days", "0", "error.range"), ("days", "-3", "error.range"),
        ("items", "9" * 5000, "error.range"), ("domains", "²", "error.range"), ("by", "jutro", "error.iso_date"),
        ("by", "2026-11-18", "error.range"), ("by", "2029-01-01", "error.range"),
    ],
)  # fmt: skip
def test_what_is_asked_in_vain_is_said_and_left_out(field, text, id):
    found, errors = asked.parse({**ASKED, field: text}, TODAY)
    # A long one by its beginning.
    assert [(e.field, e.value, e.message.id) for e in errors] == [(field, shortened(text), id)]
    assert asked.to_link(found) == {other: given for other, given in ASKED.items() if other != field}


# -- the spreadsheet


def rows(items):
    data = as_csv(items, TEAM, NOW)
    assert data.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_spreadsheet_has_the_days_and_what_is_counted_from_them():
    spans = (Span(at("2026-11-02 10:00"), at("2026-11-02 12:40"), "us"), Span(at("2026-11-18 11:00"), None, "client"))
    (row,) = rows([item("2026-11-02", "2026-11-06", enquired=day("2026-10-30"), reworks=2, spans=spans)])
    assert (row["nr zlecenia"], row["opiekun"], row["etap"], row["grupa"]) == (
        "P-1", "Anna Bobrowska", "zakończona", "shared"
    )  # fmt: skip
    assert (row["zgłoszenie"], row["komplet danych"], row["wszystkie widoczne"]) == (
        "30.10.2026", "02.11.2026", "06.11.2026"
    )  # fmt: skip
    assert (row["dni kalendarzowe"], row["dni od zgłoszenia"], row["dni w toku"], row["poprawki"]) == (
        "5",
        "8",
        "",
        "2",
    )
    assert (row["godziny: czekało na nas"], row["godziny: czekało na klienta"]) == ("3", "1")
    assert row["koniec etapu: test klienta"] == "06.11.2026"


def test_spreadsheet_leaves_blank_what_is_unknown_and_runs_no_formula():
    (row,) = rows([item(None, stage="dns", client="=HYPERLINK(1)", dropped=True)])
    assert (row["komplet danych"], row["dni w toku"], row["etap"]) == ("", "", "anulowana")
    assert row["klient"] == "'=HYPERLINK(1)"


# -- kept


def test_only_what_has_changed_is_read_again(store):
    tariff = datafiles.tariff()
    ids = [
        store.register(act(), {"client": "Róża"}, {name: {"display": name}}).migration.id for name in ("a.pl", "b.pl")
    ]
    kept = Kept(store)
    first = kept.items(tariff)
    assert [(i.id, i.stage) for i in first] == [(id, "package") for id in ids]
    store.change(ids[0], lambda m: moves.change(m, act(), {"package": "VPS S"}))
    second = kept.items(tariff)
    assert [i.group for i in second] == ["vps", "other"]
    assert (second[0] is first[0], second[1] is first[1]) == (False, True)
    assert kept.items(tariff)[0] is second[0]
    store.register(act(), {"client": "Iga"}, {"c.pl": {"display": "c.pl"}})
    assert [i.client for i in kept.items(tariff)] == ["Róża", "Róża", "Iga"]


def test_erased_one_is_forgotten_and_another_tariff_counts_at_once(store):
    tariff = datafiles.tariff()
    ids = [
        store.register(act(), {"client": client}, {f"{client}.pl": {"display": client}}).migration.id
        for client in ("Iga", "Olek")
    ]
    kept = Kept(store)
    assert [i.client for i in kept.items(tariff)] == ["Iga", "Olek"]
    store.erase(ids[:1], act(MARIA), "na życzenie")
    (left,) = kept.items(tariff)
    assert left.client == "Olek"
    (other,) = kept.items(tariff.with_readings(A2="higher"))
    assert (other == left, other is left) == (True, False)


def test_events_that_tell_of_the_way_say_the_same_as_all_of_them(store):
    life = Way("a.pl", "b.pl", now=at("2026-11-02")).by(
        ("data", "2026-11-02"), ("analysis", "2026-11-04"), ("test", "2026-11-06")
    )
    life.do(moves.change, {"owner": "anna", "package": "VPS S", "waiting_on": "us"})
    life.do(moves.change, {"mailboxes": 3}, "a.pl")
    life.do(moves.note, "uwaga")
    life.do(moves.date, "analysis", at("2026-11-03"), "pomyłka")
    life.do(moves.date, "www", at("2026-11-05"), "pomyłka", "a.pl")
    life.do(moves.rework, "a.pl", "migration", "brak bazy")
    with writing(store.engine) as connection:
        write_new(connection, [(life.m, life.events)])
    ((id, told),) = store.ways().items()
    assert len(told) < len(store.histories()[id])
    assert {event.kind for event in told}.isdisjoint(BESIDE_THE_WAY)
    whole = item_of(store.histories()[id], datafiles.tariff())
    assert item_of(told, datafiles.tariff()) == whole == life.item
    assert (whole.started, whole.owner, whole.group, whole.stage) == (day("2026-11-03"), "anna", "vps", "migration")
    assert (store.ways([id]), store.ways([id + 1])) == ({id: told}, {})
