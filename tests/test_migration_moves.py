"""Every gate open, shut, forced and never forceable; the ways back and aside; whom it waits for; nothing secret."""

import datetime as dt
import os
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.ground.messages import InputError
from core.language import ENGLISH, POLISH
from core.migration import checks, clocks, moves
from core.migration.event import Event, ImpossibleEventError
from core.migration.migration import DOMAIN_FIELDS, FIELDS
from core.migration.people import CONSOLE
from core.migration.rebuilding import after, rebuild
from core.migration.stages import CONFIRMED, DONE, STAGES, STEPS, SWITCHED, position
from tests.migrations import ANNA, DAY, MARIA, NOW, PROCESS, WIKTOR, Life, act, registered, some_deed, steps

REQUIRED = [(s.id, c.id) for s in PROCESS.stages for c in s.checks if c.required]
FORCEABLE = [(stage, check) for stage, check in REQUIRED if check != CONFIRMED]
NEXT = {**dict(pairwise(STAGES)), "dns": DONE}


def domain_of(stage):
    return "a.pl" if stage in STEPS else None


def stands(life, stage):
    return life.m.domains["a.pl"].step if stage in STEPS else life.m.stage


def told(life, move, *args, **more):
    """Return what a deed is refused with, (field, message) each; nothing has happened then."""
    before = life.m.copy()
    with pytest.raises(InputError) as refused:
        life.do(move, *args, **more)
    assert life.m == before
    for language in (POLISH, ENGLISH):
        assert all(language.mistake(error) for error in refused.value.errors)
    return [(error.field, error.message.id) for error in refused.value.errors]


# -- gates


@pytest.mark.parametrize(("stage", "check"), REQUIRED)
def test_gate_is_shut_while_one_check_is_missing_and_names_it(stage, check):
    life = Life("a.pl", "b.pl").to(stage).fill(domain_of(stage), but=check)
    with pytest.raises(InputError) as refused:
        life.do(moves.advance, domain_of(stage))
    (mistake,) = refused.value.errors
    assert (mistake.value, mistake.message.id) == (PROCESS.checks[check].label, "error.gate")
    assert stands(life, stage) == stage


@pytest.mark.parametrize("stage", list(NEXT))
def test_gate_names_everything_that_is_missing(stage):
    life = Life().to(stage)
    with pytest.raises(InputError) as refused:
        life.do(moves.advance, domain_of(stage))
    missing = [PROCESS.checks[check].label for of, check in REQUIRED if of == stage]
    if stage == "date":
        missing = missing[:-1]  # the day agreed is today
    assert [error.value for error in refused.value.errors] == missing


@pytest.mark.parametrize("stage", list(NEXT))
def test_gate_is_open_once_everything_holds(stage):
    life = Life("a.pl", "b.pl").to(stage).fill(domain_of(stage))
    (event, *_) = life.do(moves.advance, domain_of(stage), at=NOW - dt.timedelta(hours=1))
    assert (event.old, event.new, event.forced, event.reason) == (stage, NEXT[stage], False, "")
    assert (event.actor, event.occurred_at, event.recorded_at) == ("anna", NOW - dt.timedelta(hours=1), NOW)
    assert stands(life, stage) == NEXT[stage]


@pytest.mark.parametrize(("stage", "check"), FORCEABLE)
def test_manager_forces_a_gate_with_a_reason_and_the_history_says_so(stage, check):
    life = Life("a.pl", "b.pl").to(stage).fill(domain_of(stage), but=check)
    (event, *_) = life.do(moves.advance, domain_of(stage), by=MARIA, force="  klient  prosił ")
    assert (event.forced, event.reason, event.item, event.actor) == (True, "klient prosił", check, "maria")
    assert stands(life, stage) == NEXT[stage]


@pytest.mark.parametrize("stage", [stage for stage in NEXT if stage != "test"])
def test_forced_move_says_all_that_was_missing(stage):
    life = Life().to(stage)
    missing = [check.id for check in checks.missing(life.m, life.m.domains.get(domain_of(stage) or ""), PROCESS, NOW)]
    (event, *_) = life.do(moves.advance, domain_of(stage), by=MARIA, force="klient prosił")
    assert event.item.split() == missing and missing


@pytest.mark.parametrize(("stage", "check"), FORCEABLE)
def test_support_forces_no_gate(stage, check):
    life = Life().to(stage).fill(domain_of(stage), but=check)
    for person in (ANNA, CONSOLE):
        refused = told(life, moves.advance, domain_of(stage), by=person, force="klient prosił")
        assert refused == [("actor", "error.may_not.force")]


@pytest.mark.parametrize("reason", ["", "   ", "\u200b"])
@pytest.mark.parametrize(("stage", "check"), FORCEABLE)
def test_nobody_forces_a_gate_without_a_reason(stage, check, reason):
    life = Life().to(stage).fill(domain_of(stage), but=check)
    assert told(life, moves.advance, domain_of(stage), by=MARIA, force=reason) == [("reason", "error.missing")]


def test_open_gate_needs_no_force():
    life = Life().fill()
    (event, *_) = life.do(moves.advance, force="na zapas")
    assert (event.forced, event.reason, event.item) == (False, "", "")


@pytest.mark.parametrize("person", [MARIA, ANNA, CONSOLE, WIKTOR])
def test_nobody_forces_the_clients_test(person):
    life = Life("a.pl", "b.pl").to("test")
    refused = told(life, moves.advance, "a.pl", by=person, force="klient prosił przez telefon")
    manager = person is MARIA
    assert refused == [("check", "error.not_forceable") if manager else ("actor", refused[0][1])]
    assert manager or refused[0][1] in ("error.may_not.force", "error.may_not.work")
    assert life.m.domains["a.pl"].step == "test"


@pytest.mark.parametrize("step", ["migration", "sync"])
def test_test_is_confirmed_only_at_the_test(step):
    life = Life().to(step)
    assert told(life, moves.check, CONFIRMED, "a.pl", by=MARIA) == [("check", "error.confirm_at_test")]


@pytest.mark.parametrize("step", ["migration", "sync", "test"])
def test_switch_is_not_ticked_before_the_test_is_confirmed(step):
    assert told(Life().to(step), moves.check, SWITCHED, "a.pl", by=MARIA) == [("check", "error.check_early")]


def test_one_domains_test_is_not_anothers():
    life = Life("a.pl", "b.pl").to("test").on("a.pl")
    assert steps(life.m) == {"a.pl": "dns", "b.pl": "test"}
    assert told(life, moves.advance, "b.pl") == [("check", "error.gate")]


def test_moves_go_stage_by_stage_where_they_belong():
    life = Life("a.pl", "b.pl")
    assert told(life, moves.advance, "a.pl") == [("step", "error.domain_waits")]
    life.to("migration")
    assert told(life, moves.advance) == [("stage", "error.move_domains")]
    life.to("dns").on("a.pl")
    assert told(life, moves.advance, "a.pl") == [("step", "error.domain_done")]
    life.to("closed")
    assert told(life, moves.advance) == told(life, moves.advance, "a.pl") == [("stage", "error.closed")]
    assert told(life, moves.advance, "x.pl") == [("stage", "error.closed")]
    assert told(Life(), moves.advance, "x.pl") == [("domain", "error.one_of")]


def test_all_domains_begin_at_the_agreed_day_together():
    life = Life("a.pl", "b.pl").to("date").fill()
    assert [(e.kind, e.domain, e.new) for e in life.do(moves.advance)][:3] == [
        ("moved", None, "migration"),
        ("stepped", "a.pl", "migration"),
        ("stepped", "b.pl", "migration"),
    ]


@pytest.mark.parametrize(("planned", "come"), [(NOW - DAY, True), (NOW, True), (NOW + DAY, False)])
def test_nothing_is_moved_before_the_agreed_day(planned, come):
    day = PROCESS.checks["day"]
    life = Life()
    life.do(moves.change, {"planned_at": planned})
    assert checks.is_done(day, life.m, None, NOW) == come


def test_agreed_day_has_come_at_midnight_in_warsaw_whatever_the_hour():
    life = Life()
    life.do(moves.change, {"planned_at": dt.datetime(2026, 11, 19, 13, tzinfo=dt.UTC)})
    come = [checks.is_done(PROCESS.checks["day"], life.m, None, NOW.replace(hour=h)) for h in (22, 23)]
    assert come == [False, True]


# -- ticks


def test_tick_says_when_by_whom_and_how():
    life = Life()
    life.do(moves.check, "access", choice="handed_over", detail="paczka od klienta, 12.11", at=NOW - DAY)
    done = life.m.checks["access"]
    assert (done.at, done.actor, done.choice) == (NOW - DAY, "anna", "handed_over")
    assert done.detail == "paczka od klienta, 12.11"


@pytest.mark.parametrize(
    ("item", "domain", "more", "refused"),
    [
        ("access", None, {}, ("choice", "error.one_of")),
        ("access", None, {"choice": "telepathy"}, ("choice", "error.one_of")),
        ("server", None, {"choice": "arranged"}, ("choice", "error.one_of")),
        ("feasible", None, {}, ("check", "error.check_early")),
        ("password_changed", None, {}, ("check", "error.check_early")),
        ("www", None, {}, ("domain", "error.missing")),
        ("www", "a.pl", {}, ("check", "error.check_early")),
        ("www", "x.pl", {}, ("domain", "error.one_of")),
        ("package", None, {}, ("check", "error.one_of")),
        ("day", None, {}, ("check", "error.one_of")),
        ("nonsense", None, {}, ("check", "error.one_of")),
    ],
)
def test_tick_that_does_not_fit_is_refused(item, domain, more, refused):
    assert told(Life(), moves.check, item, domain, **more) == [refused]


def test_tick_is_given_once_and_taken_back_once():
    life = Life()
    assert told(life, moves.uncheck, "server") == [("check", "error.check_open")]
    life.do(moves.check, "server")
    assert told(life, moves.check, "server") == [("check", "error.check_done")]
    life.do(moves.uncheck, "server")
    assert life.m.checks == {}


def test_tick_of_a_stage_that_was_left_stays():
    life = Life().to("dns")
    assert told(life, moves.uncheck, "server") == [("check", "error.check_left")]
    assert told(life, moves.uncheck, CONFIRMED, "a.pl", by=MARIA) == [("check", "error.check_left")]


def test_data_may_come_while_the_package_is_being_chosen():
    life = Life()
    for item in ("mail_list", "website_list"):
        life.do(moves.check, item)
    assert set(life.m.checks) == {"mail_list", "website_list"}


def test_second_sync_is_ticked_even_after_closing_but_not_once_cancelled():
    life = Life().to("closed")
    life.do(moves.check, "second_sync")
    assert "second_sync" in life.m.checks
    assert told(life, moves.check, "password_changed") == [("stage", "error.closed")]
    life = Life().to("passwords")
    life.do(moves.cancel, "rezygnacja")
    assert told(life, moves.check, "second_sync") == [("stage", "error.cancelled")]


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


# -- aside


@pytest.mark.parametrize("by", ["us", "client"])
def test_on_hold_says_by_whom_why_and_since_when(by):
    life = Life().to("data")
    life.do(moves.hold, by, "urlop", at=NOW - DAY)
    assert life.m.hold == {"by": by, "reason": "urlop", "since": (NOW - DAY).isoformat()}
    life.do(moves.resume, now=NOW + DAY)
    assert life.m.hold is None and life.m.held == [[(NOW - DAY).isoformat(), (NOW + DAY).isoformat()]]


def test_nothing_moves_while_on_hold_not_even_by_force():
    life = Life("a.pl", "b.pl").to("test")
    life.do(moves.hold, "client", "urlop")
    held = [("stage", "error.on_hold")]
    assert told(life, moves.advance, "a.pl", by=MARIA, force="trzeba") == held
    assert told(life, moves.check, CONFIRMED, "a.pl") == held
    assert told(life, moves.uncheck, "www", "a.pl") == held
    assert told(life, moves.rework, "a.pl", "sync", "brak poczty") == held
    assert told(life, moves.hold, "us", "też") == held
    assert told(life, moves.add_domain, "c.pl", {"display": "c.pl"}) == held
    assert told(life, moves.withdraw, "a.pl", "nie") == held
    life.do(moves.note, "klient wraca w poniedziałek")
    life.do(moves.change, {"owner": "anna"})
    life.do(moves.resume)
    life.do(moves.check, CONFIRMED, "a.pl")


def test_hold_needs_a_reason_and_only_what_is_held_is_resumed():
    life = Life()
    assert told(life, moves.hold, "us", "") == [("reason", "error.missing")]
    assert told(life, moves.resume) == [("hold", "error.not_on_hold")]


def test_held_time_does_not_run_backwards():
    life = Life()
    life.do(moves.hold, "us", "urlop")
    assert told(life, moves.resume, at=NOW - DAY, now=NOW + DAY) == [("date", "error.before_hold")]


def test_cancelled_migration_is_over_until_it_is_restored_where_it_stood():
    life = Life("a.pl", "b.pl").to("test")
    life.do(moves.cancel, "klient zrezygnował")
    assert not life.m.open and life.m.cancelled["reason"] == "klient zrezygnował"
    over = [("stage", "error.cancelled")]
    assert told(life, moves.advance, "a.pl", by=MARIA, force="trzeba") == over
    assert told(life, moves.check, CONFIRMED, "a.pl") == over
    assert told(life, moves.rework, "a.pl", "sync", "brak") == over
    assert told(life, moves.correct, "date", "pomyłka") == over
    assert told(life, moves.date, "sync", NOW, "pomyłka", "a.pl") == over
    assert told(life, moves.hold, "us", "urlop") == over
    assert told(life, moves.cancel, "jeszcze raz") == over
    life.do(moves.restore, "jednak przenosi")
    assert life.m.open and life.m.stage == "test" and steps(life.m) == {"a.pl": "test", "b.pl": "test"}
    assert told(life, moves.restore, "znowu") == [("stage", "error.not_cancelled")]


def test_restored_migration_is_on_hold_where_it_was():
    life = Life().to("data")
    life.do(moves.hold, "us", "urlop")
    life.do(moves.cancel, "rezygnacja")
    life.do(moves.restore, "pomyłka")
    assert life.m.hold["reason"] == "urlop"


def test_closed_migration_is_not_cancelled():
    assert told(Life().to("closed"), moves.cancel, "rezygnacja") == [("stage", "error.closed")]


def test_cancelling_and_restoring_need_a_reason():
    life = Life()
    assert told(life, moves.cancel, "") == [("reason", "error.missing")]
    life.do(moves.cancel, "rezygnacja")
    assert told(life, moves.restore, "") == [("reason", "error.missing")]


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


def history(*domains):
    """Return the life of a migration that came, finished, from an import that knew no test of the first domain."""
    life = Life(*domains)
    names = domains or ("a.pl",)

    def told_by_import(kind, **values):
        return Event(kind, "anna", NOW, values.pop("at", None), batch=1, **values)

    new = [told_by_import("registered", new={"ref": "P-1", "client": "Róża"})]
    new += [told_by_import("domain_added", domain=name, new={"display": name}) for name in names]
    new += [told_by_import("moved", old="package", new="migration")]
    new += [told_by_import("stepped", domain=name, old="waiting", new="migration") for name in names]
    for name in names:
        if name == names[0]:
            new += [told_by_import("test_unrecorded", domain=name)]
        else:
            new += [told_by_import("checked", domain=name, item=CONFIRMED, at=NOW - 9 * DAY)]
        new += [told_by_import("stepped", domain=name, old="migration", new="visible")]
    new += [told_by_import("moved", old="passwords", new="closed")]
    life.events, life.m = tuple(new), rebuild(new)
    return life


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


# -- registering and filling in


def test_migration_begins_with_the_enquiry():
    events = moves.register(act(at=NOW - DAY), " P-7 ", {"client": "Dąb"}, {"a.pl": {"display": "a.pl"}})
    m = rebuild(events)
    assert (m.ref, m.client, m.stage, m.entered) == ("P-7", "Dąb", "package", {"package": NOW - DAY})
    assert (m.waiting_on, m.fee_applies, steps(m)) == ("client", False, {"a.pl": "waiting"})
    assert [event.kind for event in events] == ["registered", "domain_added"]


@pytest.mark.parametrize(
    ("ref", "values", "domains", "refused"),
    [
        ("", {"client": "Dąb"}, {"a.pl": {"display": "a.pl"}}, ("ref", "error.missing")),
        ("P-1", {}, {"a.pl": {"display": "a.pl"}}, ("client", "error.missing")),
        ("P-1", {"client": " "}, {"a.pl": {"display": "a.pl"}}, ("client", "error.missing")),
        ("P-1", {"client": "Dąb"}, {}, ("domain", "error.missing")),
        ("P-1", {"client": "Dąb", "stage": "closed"}, {"a.pl": {"display": "a.pl"}}, ("stage", "error.unknown_key")),
        ("P-1", {"client": "Dąb"}, {"a.pl": {"display": "a.pl", "step": "dns"}}, ("step", "error.unknown_key")),
        ("P-1", {"client": "D" * 201}, {"a.pl": {"display": "a.pl"}}, ("client", "error.too_long")),
    ],
)
def test_migration_that_is_not_all_there_is_refused(ref, values, domains, refused):
    with pytest.raises(InputError) as found:
        moves.register(act(), ref, values, domains)
    assert [(e.field, e.message.id) for e in found.value.errors] == [refused]


def test_change_says_old_and_new_and_what_is_as_it_was_is_no_event():
    life = Life(owner="anna")
    (event,) = life.do(moves.change, {"owner": "anna", "deputy": " Piotr "})
    assert (event.kind, event.item, event.old, event.new) == ("set", "deputy", "", "Piotr")
    (event,) = life.do(moves.change, {"mailboxes": 12}, "a.pl")
    assert (event.domain, event.old, event.new) == ("a.pl", None, 12)
    assert life.do(moves.change, {"deputy": "Piotr"}) == ()


@pytest.mark.parametrize("field", ["stage", "step", "ref", "version", "hold", "checks"])
def test_what_is_not_filled_in_is_not_changed_by_filling_in(field):
    assert told(Life(), moves.change, {field: "dns"}) == [(field, "error.unknown_key")]
    assert told(Life(), moves.change, {field: "dns"}, "a.pl") == [(field, "error.unknown_key")]


def test_client_keeps_a_name():
    assert told(Life(), moves.change, {"client": ""}) == [("client", "error.missing")]


def test_another_day_after_acceptance_is_another_agreement():
    life = Life().to("date").fill()
    happened = life.do(moves.change, {"planned_at": NOW + DAY})
    assert [(e.kind, e.item) for e in happened][:3] == [
        ("set", "planned_at"), ("unchecked", "accepted"), ("unchecked", "freeze")
    ]  # fmt: skip
    assert {"accepted", "freeze"}.isdisjoint(life.m.checks) and life.m.waiting_on == "client"


def test_same_day_again_keeps_the_agreement():
    life = Life().to("date").fill()
    assert life.do(moves.change, {"planned_at": NOW}) == ()
    assert "accepted" in life.m.checks


def test_domain_added_later_begins_where_the_moving_begins():
    life = Life().to("data")
    life.do(moves.add_domain, "b.pl", {"display": "b.pl"})
    assert steps(life.m) == {"a.pl": "waiting", "b.pl": "waiting"}
    life.to("passwords")
    life.do(moves.add_domain, "c.pl", {"display": "c.pl"})
    assert steps(life.m) == {"a.pl": "visible", "b.pl": "visible", "c.pl": "migration"}
    assert life.m.stage == "migration"
    assert told(life, moves.add_domain, "a.pl", {"display": "a.pl"}) == [("domain", "error.domain_there")]


def test_domain_without_its_name_as_written_is_refused():
    assert told(Life(), moves.add_domain, "b.pl", {}) == [("display", "error.missing")]


def test_domain_withdrawn_is_not_waited_for():
    life = Life("a.pl", "b.pl").to("test").to("dns", "a.pl")
    life.do(moves.withdraw, "b.pl", "sprzedana")
    assert life.m.stage == "dns" and [d.name for d in life.m.active] == ["a.pl"]
    assert told(life, moves.advance, "b.pl") == [("domain", "error.one_of")]
    assert told(life, moves.withdraw, "a.pl", "też") == [("domain", "error.last_domain")]


def test_domain_withdrawn_comes_back_as_new_without_its_old_test():
    life = Life("a.pl", "b.pl").to("dns")
    life.do(moves.withdraw, "b.pl", "sprzedana")
    life.do(moves.add_domain, "b.pl", {"display": "b.pl"})
    d = life.m.domains["b.pl"]
    assert (d.step, d.checks, d.tested_at) == ("migration", {}, None)
    life.to("test", "b.pl")
    assert told(life, moves.advance, "b.pl") == [("check", "error.gate")]


def test_note_keeps_its_lines():
    life = Life()
    life.do(moves.note, "  pierwsza\n\n druga\t linia \n")
    assert [(note.text, note.actor, note.at) for note in life.m.notes] == [("pierwsza\ndruga linia", "anna", NOW)]
    assert told(life, moves.note, " \n ") == [("note", "error.empty")]
    assert told(life, moves.note, "ab " * 2000) == [("note", "error.too_long")]


def test_telling_does_not_change_what_was_told():
    events = registered("a.pl")
    events += (
        Event("set", "anna", NOW, NOW, domain="a.pl", item="extra", new={"uwaga": "x"}),
        Event("set", "anna", NOW, NOW, domain="a.pl", item="extra.kolor", new="zielony"),
    )
    assert rebuild(events).domains["a.pl"].extra == {"uwaga": "x", "kolor": "zielony"}
    assert events[-2].new == {"uwaga": "x"}


def test_day_and_hour_without_a_zone_are_nobodys():
    with pytest.raises(ValueError, match="zone"):
        Life().do(moves.change, {"planned_at": dt.datetime(2026, 11, 20, 9)})  # noqa: DTZ001


# -- whom it waits for


def test_first_stage_waits_for_the_client_then_for_us():
    life = Life()
    assert life.m.waiting_on == "client"
    happened = life.do(moves.change, {"package": "Firma"})
    assert [e.kind for e in happened] == ["set", "waits"] and life.m.waiting_on == "us"
    life.do(moves.change, {"package": ""})
    assert life.m.waiting_on == "client"
    assert Life(package="Firma").m.waiting_on == "us"


def test_card_waits_for_whom_each_stage_waits():
    life, found = Life("a.pl", "b.pl"), {}
    for stage in STAGES:
        found[stage] = life.to(stage).m.waiting_on
    assert found == {s.id: s.waits_on for s in PROCESS.stages} | {"closed": "client"}


def test_date_accepted_is_waited_for_by_us():
    life = Life().to("date")
    life.do(moves.check, "accepted")
    assert life.m.waiting_on == "us"
    life.do(moves.uncheck, "accepted")
    assert life.m.waiting_on == "client"


def test_what_is_set_by_hand_holds_until_the_next_progress():
    life = Life().to("data")
    life.do(moves.change, {"waiting_on": "us"})
    life.do(moves.check, "mail_list")
    life.do(moves.note, "piszemy do starego hostingu")
    life.do(moves.change, {"owner": "anna"})
    assert life.m.waiting_on == "us"
    life.to("date")
    assert life.m.waiting_on == "client"


def test_what_is_set_by_hand_wins_over_what_the_same_form_changes():
    life = Life()
    life.do(moves.change, {"waiting_on": "us"})
    life.do(moves.change, {"package": "Firma", "waiting_on": "client"})
    assert life.m.waiting_on == "client"


def test_card_waits_for_us_or_the_client_and_for_nobody_else():
    assert told(Life(), moves.change, {"waiting_on": "dostawca"}) == [("waiting_on", "error.one_of")]


# -- the card


def test_card_stands_at_its_least_advanced_domain():
    life = Life("a.pl", "b.pl", "c.pl").to("migration")
    for name, step, card in [
        ("a.pl", "dns", "migration"), ("b.pl", "sync", "migration"), ("c.pl", "test", "sync"),
        ("b.pl", "dns", "test"), ("c.pl", "visible", "dns"), ("a.pl", "visible", "dns"),
        ("b.pl", "visible", "passwords"),
    ]:  # fmt: skip
        life.to(step, name)
        assert life.m.stage == card
    life.do(moves.correct, "test", "pomyłka", "b.pl")
    assert life.m.stage == "test"


def test_card_closes_by_itself_where_the_password_was_changed_already():
    life = Life("a.pl", "b.pl").to("test")
    life.do(moves.check, "password_changed")
    life.to("dns").on("a.pl").on("b.pl")
    assert life.m.stage == "closed" and life.m.entered["closed"] == NOW


def test_card_waits_for_the_password_otherwise():
    life = Life("a.pl", "b.pl").to("dns").on("a.pl")
    assert life.m.stage == "dns"
    life.on("b.pl")
    assert (life.m.stage, life.m.waiting_on) == ("passwords", "client")
    life.on()
    assert life.m.stage == "closed"


def test_card_closes_by_itself_when_the_last_domain_waited_for_is_withdrawn():
    life = Life("a.pl", "b.pl").to("test")
    life.do(moves.check, "password_changed")
    life.to("visible", "a.pl")
    life.do(moves.withdraw, "b.pl", "sprzedana")
    assert life.m.stage == "closed"


def test_seven_domains_have_seven_clocks():
    names = [f"d{n}.pl" for n in range(7)]
    life = Life(*names).to("test").to("dns", *names[:3])
    for name in names[:3]:
        life.do(moves.check, "ns_changed", name)
    found = clocks.running(life.m, PROCESS, NOW)
    assert [(clock.stage, clock.domain) for clock in found if clock.domain] == [
        *(("dns", name) for name in names[:3]),
        *(("test", name) for name in names[3:]),
    ]


# -- people and secrets


def test_viewer_does_nothing():
    life = Life("a.pl", "b.pl").to("test")
    no = [("actor", "error.may_not.work")]
    for move, *args in [
        (moves.advance, "a.pl"), (moves.check, CONFIRMED, "a.pl"), (moves.check, "mailboxes_advised"),
        (moves.uncheck, "www", "a.pl"), (moves.rework, "a.pl", "sync", "x"), (moves.correct, "date", "x"),
        (moves.date, "data", NOW, "x"), (moves.hold, "us", "x"), (moves.resume,), (moves.cancel, "x"),
        (moves.restore, "x"), (moves.change, {"owner": "ola"}), (moves.add_domain, "c.pl", {"display": "c.pl"}),
        (moves.withdraw, "a.pl", "x"), (moves.note, "x"),
    ]:  # fmt: skip
        assert told(life, move, *args, by=WIKTOR) == no, move
    assert told(life, moves.advance, "a.pl", by=WIKTOR, force="x") == no
    with pytest.raises(InputError, match=r"error.may_not.work"):
        moves.register(act(WIKTOR), "P-2", {"client": "Dąb"}, {"a.pl": {"display": "a.pl"}})


TYPED = [*(field for field in FIELDS if field not in ("websites", "fee_applies", "planned_at")), "waiting_on"]
TYPED_OF_DOMAIN = [field for field in DOMAIN_FIELDS if field not in ("mailboxes", "websites", "extra")]
SECRETS = ["hasło: Kot12!zz", "ftp://ala:Kot12!zz@stary.pl", "-----BEGIN PRIVATE KEY----- Kot12!zz"]


@pytest.mark.parametrize("length", ["short", "long"])
@pytest.mark.parametrize("secret", SECRETS)
def test_secret_is_refused_wherever_people_type_and_not_repeated(secret, length):
    text = secret if length == "short" else secret + " i tak dalej" * 400
    life = Life("a.pl", "b.pl").to("test")
    for move, *args in [
        (moves.check, "mailboxes_advised", None, {"detail": text}),
        (moves.check, "mailboxes_advised", None, {"choice": text}),
        (moves.rework, "a.pl", "sync", text), (moves.correct, "date", text), (moves.date, "data", NOW, text),
        (moves.hold, "us", text), (moves.cancel, text), (moves.withdraw, "a.pl", text), (moves.note, text),
        (moves.note, f"jedna linia\n{text}"), (moves.add_domain, "c.pl", {"display": text}),
        (moves.add_domain, "c.pl", {"display": "c.pl", "old_ns": text}),
        (moves.add_domain, text, {"display": "c.pl"}),
        *((moves.change, {field: text}) for field in TYPED),
        *((moves.change, {field: text}, "a.pl") for field in TYPED_OF_DOMAIN),
        (moves.change, {"extra": {"uwagi": text}}, "a.pl"), (moves.change, {"extra": {text: "x"}}, "a.pl"),
    ]:  # fmt: skip
        more = args.pop() if isinstance(args[-1], dict) and move is moves.check else {}
        before = life.m.copy()
        with pytest.raises(InputError) as refused:
            life.do(move, *args, by=MARIA, **more)
        assert life.m == before
        assert "Kot12" not in str(refused.value) + repr(refused.value.errors), (move, args)
    life.do(moves.check, "password_changed", detail="hasło zmienione 12.11.2026")
    with pytest.raises(InputError) as refused:
        moves.register(act(), text, {"client": "Dąb"}, {"a.pl": {"display": "a.pl"}})
    assert "Kot12" not in str(refused.value)


@pytest.mark.parametrize("secret", SECRETS)
def test_reason_of_force_and_of_restoring_holds_no_secret(secret):
    assert told(Life(), moves.advance, by=MARIA, force=secret) == [("reason", "error.secret")]
    life = Life()
    life.do(moves.cancel, "rezygnacja")
    assert told(life, moves.restore, secret) == [("reason", "error.secret")]


@pytest.mark.parametrize(
    ("extra", "fine"),
    [
        ({"Hasło FTP": "Kot12zz"}, False),
        ({"auth_info": "Kot12zz"}, False),
        ({"hasło zmienione": "Kot12zz"}, False),
        ({"hasło zmienione": "tak"}, True),
        ({"słowa kluczowe": "hosting"}, True),
        ({"opinia": "dobra"}, True),
    ],
)
def test_column_of_passwords_is_refused_whatever_stands_in_it(extra, fine):
    life = Life()
    if fine:
        life.do(moves.change, {"extra": extra}, "a.pl")
        return
    with pytest.raises(InputError) as refused:
        life.do(moves.change, {"extra": extra}, "a.pl")
    assert "Kot12" not in str(refused.value)


# -- whatever people do


@settings(max_examples=int(os.environ.get("PIPELINE_EXAMPLES", "60")))
@given(st.data())
def test_whatever_people_do_no_domain_passes_the_clients_test_without_it(data):
    begun = data.draw(st.sampled_from([*STAGES, "imported"]), label="begins at")
    life, now = history("a.pl", "b.pl") if begun == "imported" else Life("a.pl", "b.pl").to(begun), NOW
    for _ in range(data.draw(st.integers(3, 15), label="deeds")):
        deed = some_deed(data.draw, life.m)
        now += dt.timedelta(hours=data.draw(st.sampled_from([0, 1, 30])))
        person = data.draw(st.sampled_from([MARIA, ANNA, ANNA, CONSOLE, WIKTOR]))
        # Refused is fine, and only in words that can be told.
        try:
            happened = tuple(deed(life.m, act(person, now)))
        except InputError:
            continue
        assert not happened or person is not WIKTOR
        before, life.m = life.m, after(life.m, happened)
        life.events += happened
        for d in life.m.domains.values():
            tested = d.tested_at is not None or (d.test_unrecorded and life.m.stage == "closed")
            assert position(d.step) < position("dns") or tested
            was = before.domains.get(d.name)
            if was and position(was.step) < position("dns") <= position(d.step):
                assert was.step == "test"
            assert SWITCHED not in d.checks or position(d.step) >= position("dns")
        ranks = [position(d.step) for d in life.m.active]
        if position("migration") <= position(life.m.stage) < position("closed"):
            assert position(life.m.stage) == min(ranks)
        assert life.m.stage != "closed" or {d.step for d in life.m.active} == {DONE}
        assert clocks.running(life.m, PROCESS, now) is not None
    assert rebuild(life.events) == life.m


# -- a domain's name


def test_corrected_name_keeps_all_that_happened_to_the_domain():
    life = Life("alfa.pl", "beta.pl").to("sync", "alfa.pl")
    was = life.m.domains["alfa.pl"]
    life.do(moves.rename_domain, "alfa.pl", "Żółta.pl", "literówka")
    assert list(life.m.domains) == ["xn--ta-hja2lxg.pl", "beta.pl"] or list(life.m.domains)[1] == "beta.pl"
    d = next(iter(life.m.domains.values()))
    assert (d.display, d.step, d.checks, d.entered, d.former) == (
        "żółta.pl",
        "sync",
        was.checks,
        was.entered,
        ["alfa.pl"],
    )
    life.on(d.name).on(d.name)
    assert rebuild(life.events) == life.m
    event = next(event for event in life.events if event.kind == "renamed")
    assert (event.old, event.new["display"], event.reason) == ("alfa.pl", "żółta.pl", "literówka")


@pytest.mark.parametrize(
    ("domain", "name", "field", "error"),
    [
        ("a.pl", "b.pl", "domain", "error.domain_there"),
        ("a.pl", "www.b.pl", "domain", "error.domain_there"),
        ("a.pl", "wycofana.pl", "domain", "error.domain_there"),
        ("a.pl", "zła nazwa", "domain", None),
        ("wycofana.pl", "c.pl", "domain", "error.one_of"),
    ],
)
def test_name_that_cannot_be_is_refused(domain, name, field, error):
    life = Life("a.pl", "b.pl", "wycofana.pl")
    life.do(moves.withdraw, "wycofana.pl", "rezygnacja")
    ((told_field, told_error),) = told(life, moves.rename_domain, domain, name, "literówka")
    assert told_field == field and error in (None, told_error)


def test_name_is_corrected_with_a_reason_and_back_again():
    life = Life("a.pl")
    assert told(life, moves.rename_domain, "a.pl", "b.pl", " ") == [("reason", "error.missing")]
    assert life.do(moves.rename_domain, "a.pl", "a.pl", "nic") == ()
    life.do(moves.rename_domain, "a.pl", "www.a.pl", "z www")
    life.do(moves.rename_domain, "www.a.pl", "a.pl", "jednak bez")
    assert list(life.m.domains) == ["a.pl"] and rebuild(life.events) == life.m


def test_a_domain_that_its_client_tested_keeps_its_name_until_it_is_tested_anew():
    life = Life("a.pl").to("test")
    life.do(moves.check, CONFIRMED, "a.pl")
    assert told(life, moves.rename_domain, "a.pl", "b.pl", "literówka") == [("domain", "error.renamed_after_test")]
    life.do(moves.advance, "a.pl")
    life.do(moves.correct, "sync", "zła nazwa", "a.pl")
    life.do(moves.rename_domain, "a.pl", "b.pl", "literówka")
    assert CONFIRMED not in life.m.domains["b.pl"].checks


# -- the test comes after the move


def test_client_confirms_no_earlier_than_the_domain_was_moved():
    life = Life("a.pl").to("test")
    early = {"at": NOW - DAY}
    assert told(life, moves.check, CONFIRMED, "a.pl", **early) == [("date", "error.test_before_move")]
    life.do(moves.check, CONFIRMED, "a.pl")
    assert told(life, moves.date, CONFIRMED, NOW - DAY, "wtedy", "a.pl") == [("date", "error.test_before_move")]
