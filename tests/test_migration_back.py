"""The ways back: rework, corrections of moves and of dates, and history that came without its test."""

import datetime as dt

import pytest

from core.migration import moves
from core.migration.event import Event, ImpossibleEventError
from core.migration.rebuilding import after, rebuild
from core.migration.stages import CONFIRMED
from tests.migrations import (
    DAY,
    MARIA,
    NOW,
    Life,
    history,
    steps,
    told,
)

# -- rework


@pytest.mark.parametrize(("to", "kept"), [("migration", set()), ("sync", {"www", "mail"})])
def test_failed_test_sends_the_domain_back_and_its_ticks_are_done_anew(to, kept):
    life = Life("a.pl", "b.pl").to("test")
    life.do(moves.check, CONFIRMED, "a.pl")
    happened = life.do(moves.rework, "a.pl", to, "brakuje skrzynki biuro@")
    (counted,) = [event for event in happened if event.kind == "reworked"]
    assert (counted.old, counted.new, counted.reason) == ("test", to, "brakuje skrzynki biuro@")
    d = life.m.domains["a.pl"]
    assert (d.step, set(d.checks), d.tested_at) == (to, kept, None)
    assert life.m.domains["b.pl"].step == "test" and life.m.stage == to
    while life.m.domains["a.pl"].step != "test":
        life.on("a.pl")
    assert told(life, moves.advance, "a.pl") == [("check", "error.gate")]


@pytest.mark.parametrize("step", ["migration", "sync", "dns", "visible"])
def test_only_a_domain_at_the_test_is_reworked(step):
    life = Life("a.pl", "b.pl").to("migration").to(step, "a.pl")
    assert told(life, moves.rework, "a.pl", "migration", "coś nie działa") == [("step", "error.rework_at_test")]


@pytest.mark.parametrize("to", ["waiting", "test", "dns", "visible", "package"])
def test_rework_leads_back_to_the_migration_or_the_sync_only(to):
    assert told(Life().to("test"), moves.rework, "a.pl", to, "coś nie działa") == [("step", "error.one_of")]


def test_rework_needs_a_reason():
    assert told(Life().to("test"), moves.rework, "a.pl", "sync", " ") == [("reason", "error.missing")]


# -- corrections


def test_wrong_move_of_a_stage_is_corrected_by_a_further_event():
    life = Life().to("date", at=NOW - DAY)
    life.do(moves.check, "accepted")
    before = life.events
    happened = life.do(moves.correct, "analysis", "kliknięte za wcześnie")
    assert life.events[: len(before)] == before
    (event,) = [event for event in happened if event.kind == "corrected"]
    assert (event.old, event.new, event.reason) == ("date", "analysis", "kliknięte za wcześnie")
    assert life.m.stage == "analysis" and "date" not in life.m.entered
    assert life.m.entered["analysis"] == NOW - DAY  # it has stood there all along
    assert "feasible" in life.m.checks and "accepted" not in life.m.checks


@pytest.mark.parametrize("stage", ["migration", "sync", "test", "dns", "passwords", "closed"])
def test_migration_is_corrected_to_before_its_domains_began(stage):
    life = Life("a.pl", "b.pl").to(stage)
    life.do(moves.correct, "data", "to był inny klient")
    assert life.m.stage == "data" and steps(life.m) == {"a.pl": "waiting", "b.pl": "waiting"}
    assert all(d.checks == {} and d.entered == {} and d.tested_at is None for d in life.m.active)
    assert set(life.m.checks) <= {"server", "mail_list", "website_list", "access"}
    life.to("test")
    assert told(life, moves.advance, "a.pl") == [("check", "error.gate")]


@pytest.mark.parametrize("to", ["migration", "sync", "test", "dns"])
@pytest.mark.parametrize("stage", ["passwords", "closed"])
def test_one_domain_is_corrected_back_even_from_closed(stage, to):
    life = Life("a.pl", "b.pl").to(stage, at=NOW - DAY)
    life.do(moves.correct, to, "to była druga domena", "a.pl")
    assert (life.m.stage, steps(life.m)) == (to, {"a.pl": to, "b.pl": "visible"})
    d = life.m.domains["a.pl"]
    assert d.entered[to] == NOW - DAY and d.visible_at is None
    assert (d.tested_at is not None) == (to in ("test", "dns"))
    assert (d.dns_switched_at is not None) == (to == "dns")


def test_correction_does_not_make_the_card_younger():
    life = Life("a.pl", "b.pl").to("dns", at=NOW - 3 * DAY)
    entered = dict(life.m.entered)
    life.do(moves.correct, "test", "to była druga domena", "a.pl")
    assert life.m.entered == {stage: at for stage, at in entered.items() if stage != "dns"}


def test_closed_migration_is_opened_again_for_its_passwords():
    life = Life().to("closed")
    life.do(moves.correct, "passwords", "klient jednak nie zmienił")
    life.do(moves.uncheck, "password_changed")
    assert told(life, moves.advance) == [("check", "error.gate")]


@pytest.mark.parametrize(
    ("stage", "to", "domain", "refused"),
    [
        ("data", "analysis", None, ("stage", "error.one_of")),
        ("data", "data", None, ("stage", "error.one_of")),
        ("dns", "test", None, ("stage", "error.one_of")),
        ("test", "passwords", None, ("stage", "error.one_of")),
        ("test", "dns", "a.pl", ("step", "error.correct_back")),
        ("test", "visible", "a.pl", ("step", "error.correct_back")),
        ("test", "test", "a.pl", ("step", "error.correct_back")),
        ("test", "waiting", "a.pl", ("step", "error.correct_back")),
        ("test", "nonsense", "a.pl", ("step", "error.correct_back")),
        ("data", "migration", "a.pl", ("step", "error.correct_back")),
    ],
)
def test_correction_leads_back_never_on(stage, to, domain, refused):
    assert told(Life("a.pl", "b.pl").to(stage), moves.correct, to, "pomyłka", domain, by=MARIA) == [refused]


def test_correction_needs_a_reason():
    assert told(Life().to("data"), moves.correct, "package", "") == [("reason", "error.missing")]


@pytest.mark.parametrize(
    ("item", "domain", "read"),
    [
        ("data", None, lambda m: m.entered["data"]),
        ("server", None, lambda m: m.checks["server"].at),
        ("test", "a.pl", lambda m: m.domains["a.pl"].entered["test"]),
        ("client_confirmed", "a.pl", lambda m: m.domains["a.pl"].tested_at),
        ("ns_changed", "a.pl", lambda m: m.domains["a.pl"].dns_switched_at),
        ("visible", "a.pl", lambda m: m.domains["a.pl"].visible_at),
    ],
)
def test_wrong_date_is_corrected_by_a_further_event(item, domain, read):
    life = Life().to("closed")
    earlier = NOW - dt.timedelta(hours=3)
    (event,) = life.do(moves.date, item, earlier, "wpisane później", domain)
    assert (event.kind, event.old, event.new) == ("dated", NOW.isoformat(), earlier.isoformat())
    assert read(life.m) == earlier
    assert rebuild(life.events) == life.m


def test_date_may_turn_out_unknown_but_not_that_of_the_clients_test():
    life = Life().to("dns")
    life.do(moves.date, "sync", None, "nikt nie pamięta", "a.pl")
    assert life.m.domains["a.pl"].entered["sync"] is None
    assert told(life, moves.date, CONFIRMED, None, "nikt nie pamięta", "a.pl", by=MARIA) == [("date", "error.missing")]


def test_stages_are_entered_in_their_order_by_the_day():
    life = Life().to("data", now=NOW).to("test", now=NOW + 3 * DAY).to("dns", now=NOW + 6 * DAY)
    for day, fine in [(2, False), (3, True), (5, True), (6, True), (7, False)]:
        args = (moves.date, "test", NOW + day * DAY, "pomyłka", "a.pl")
        if fine:
            life.do(*args, now=NOW + 9 * DAY)
        else:
            assert told(life, *args, now=NOW + 9 * DAY) == [("date", "error.stage_date_order")]


def test_date_of_what_has_not_happened_or_lies_ahead_is_refused():
    life = Life().to("data")
    assert told(life, moves.date, "dns", NOW, "pomyłka", "a.pl") == [("date", "error.not_happened")]
    assert told(life, moves.date, "data", NOW + DAY, "pomyłka") == [("date", "error.future")]
    assert told(life, moves.date, "data", NOW, "") == [("reason", "error.missing")]


def test_nothing_happens_in_the_future():
    life = Life("a.pl", "b.pl").to("test")
    soon = NOW + dt.timedelta(minutes=1)
    future = [("date", "error.future")]
    assert told(life, moves.check, CONFIRMED, "a.pl", at=soon) == future
    assert told(life, moves.rework, "a.pl", "sync", "brak poczty", at=soon) == future
    assert told(life, moves.withdraw, "a.pl", "nie", at=soon) == future
    assert told(life, moves.add_domain, "c.pl", {"display": "c.pl"}, at=soon) == future
    assert told(life, moves.correct, "date", "pomyłka", at=soon) == future
    assert told(life, moves.change, {"owner": "anna"}, at=soon) == future
    assert told(life, moves.note, "x", at=soon) == future
    assert told(life, moves.hold, "us", "urlop", at=soon) == future
    assert told(life, moves.cancel, "rezygnacja", at=soon) == future
    life.do(moves.check, CONFIRMED, "a.pl")
    assert told(life, moves.advance, "a.pl", at=soon) == future
    life.do(moves.hold, "us", "urlop")
    assert told(life, moves.resume, at=soon) == future
    life.do(moves.cancel, "rezygnacja")
    assert told(life, moves.restore, "pomyłka", at=soon) == future


# -- imported history


def test_finished_history_may_lack_the_test_until_somebody_records_it():
    life = history()
    assert life.m.domains["a.pl"].test_unrecorded
    life.do(moves.check, CONFIRMED, "a.pl", at=NOW - 9 * DAY)
    assert not life.m.domains["a.pl"].test_unrecorded and life.m.domains["a.pl"].tested_at == NOW - 9 * DAY
    # It came past gates that nobody asked.
    assert {error[1] for error in told(life, moves.correct, "dns", "jednak nie widać", "a.pl")} == {"error.gate"}
    life.do(moves.correct, "dns", "jednak nie widać", "a.pl", by=MARIA)
    assert life.m.domains["a.pl"].step == "dns" and any(event.forced for event in life.events)


@pytest.mark.parametrize(
    ("to", "domain"),
    [("passwords", None), ("date", None), ("test", "a.pl"), ("dns", "a.pl"), ("dns", "b.pl"), ("migration", "b.pl")],
)
def test_history_without_the_test_is_not_opened_again(to, domain):
    life = history("a.pl", "b.pl")
    assert told(life, moves.correct, to, "pomyłka", domain, by=MARIA)[0][1] == "error.unrecorded_back"


def test_only_the_import_that_brings_a_finished_migration_may_say_the_test_is_not_recorded():
    life = Life().to("test")
    for batch in (None, 1):
        event = Event("test_unrecorded", "anna", NOW, NOW, domain="a.pl", batch=batch)
        with pytest.raises(ImpossibleEventError):
            after(life.m, [event])


# -- the test comes after the move


def test_client_confirms_no_earlier_than_the_domain_was_moved():
    life = Life("a.pl").to("test")
    early = {"at": NOW - DAY}
    assert told(life, moves.check, CONFIRMED, "a.pl", **early) == [("date", "error.test_before_move")]
    life.do(moves.check, CONFIRMED, "a.pl")
    assert told(life, moves.date, CONFIRMED, NOW - DAY, "wtedy", "a.pl") == [("date", "error.test_before_move")]
