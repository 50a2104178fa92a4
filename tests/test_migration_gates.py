"""Every gate open, shut, forced and never forceable, and every tick in its time."""

import datetime as dt
from itertools import pairwise

import pytest

from core.ground.messages import InputError
from core.migration import checks, moves
from core.migration.handover import Handed
from core.migration.people import CONSOLE
from core.migration.stages import CONFIRMED, DONE, STAGES, STEPS, SWITCHED
from tests.migrations import (
    ANNA,
    DAY,
    MARIA,
    NOW,
    PROCESS,
    WIKTOR,
    Life,
    steps,
    told,
)

REQUIRED = [(s.id, c.id) for s in PROCESS.stages for c in s.checks if c.required]
FORCEABLE = [(stage, check) for stage, check in REQUIRED if check != CONFIRMED]
NEXT = {**dict(pairwise(STAGES)), "dns": DONE}


def domain_of(stage):
    return "a.pl" if stage in STEPS else None


def stands(life, stage):
    return life.m.domains["a.pl"].step if stage in STEPS else life.m.stage


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
    life.do(moves.check, "access", choice="arranged")
    life.do(moves.change, {"mail_accounts": (Handed("biuro@a.pl", 1200),), "site_list": ()})
    assert set(life.m.checks) == {"access"}
    life.on()
    assert [check.id for check in checks.missing(life.m, None, PROCESS, NOW)] == ["nonstandard"]


def test_second_sync_is_ticked_even_after_closing_but_not_once_cancelled():
    life = Life().to("closed")
    life.do(moves.check, "second_sync", choice="done")
    assert "second_sync" in life.m.checks
    assert told(life, moves.check, "password_changed", choice="declared") == [("stage", "error.closed")]
    life = Life().to("passwords")
    life.do(moves.cancel, "rezygnacja")
    assert told(life, moves.check, "second_sync", choice="done") == [("stage", "error.cancelled")]
