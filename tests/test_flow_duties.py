"""What needs a person: in order of harm, soon, agreed for today; and the numbers of the desk."""

import datetime as dt

from core import datafiles
from core.flow import clock_words as said_of
from core.flow import duties as today
from core.flow.clock_words import how_long, moment
from core.flow.duties import Totals, agreed_today, freeze, next_told, overdue, soon, totals, unclocked
from core.language import ENGLISH
from core.migration import moves
from core.pricing import calendar
from tests.flow import TODAY, Way, at
from tests.migrations import NOW, PROCESS

HOUR = dt.timedelta(hours=1)


def way(stage, text, ref, *domains, **values):
    """Return a migration that came to a stage at a moment."""
    return Way(*(domains or (f"{ref}.pl",)), now=at("2026-11-01"), ref=ref, **values).to(stage, now=at(text))


def switched(hours, ref, *domains):
    """Return a migration whose name servers were changed so many hours ago."""
    life = way("dns", "2026-11-16", ref, *domains)
    for name in life.m.domains:
        life.do(moves.check, "ns_changed", name, now=NOW - hours * HOUR)
    return life


def proposed(text, ref, *, accepted=True):
    life = way("analysis", "2026-11-12", ref).fill(now=at("2026-11-13"))
    life.do(moves.change, {"planned_at": at(text)}, now=at("2026-11-13"))
    life.do(moves.advance, now=at("2026-11-13"))
    if accepted:
        life.do(moves.check, "accepted", now=at("2026-11-13"))
    return life


def said(duties):
    return [(duty.migration.ref, duty.kind, duty.state) for duty in duties]


def test_overdue_comes_in_order_of_harm():
    lives = [
        way("data", "2026-11-02", "data"), way("test", "2026-11-10", "test"), way("visible", "2026-11-05", "passwords"),
        way("analysis", "2026-11-12", "analysis"), switched(25, "dns-24"), way("migration", "2026-11-17", "moving"),
        proposed("2026-11-17 09:00", "agreed"), switched(37, "dns-36"), way("date", "2026-11-10", "date"),
    ]  # fmt: skip
    assert said(overdue([life.m for life in lives], PROCESS, NOW)) == [
        ("dns-36", "dns", "late"), ("moving", "migration", "late"), ("dns-24", "dns", "due"),
        ("date", "agreed", "late"), ("agreed", "agreed", "late"), ("analysis", "analysis", "late"),
        ("passwords", "passwords", "late"),
        ("test", "passwords", "late"), ("date", "date", "late"), ("test", "test", "late"), ("data", "data", "late"),
    ]  # fmt: skip


def test_day_that_was_proposed_and_has_passed_is_overdue_though_nobody_accepted_it():
    life = proposed("2026-11-17 09:00", "P-1", accepted=False)
    assert [(duty.kind, duty.at) for duty in overdue([life.m], PROCESS, at("2026-11-17 10:00"))] == [
        (today.AGREED_DAY, at("2026-11-17 09:00"))
    ]


def test_migration_whose_clock_nobody_started_is_counted():
    life = way("analysis", "2026-11-12", "P-1")
    assert unclocked([life.m], PROCESS, NOW) == 0
    life.m.entered["analysis"] = None
    assert unclocked([life.m], PROCESS, NOW) == 1


def test_of_equals_what_has_been_overdue_the_longest_is_first():
    lives = [switched(40, "P-1"), switched(50, "P-2"), switched(37, "P-3")]
    found = overdue([life.m for life in lives], PROCESS, NOW)
    assert [(duty.migration.ref, duty.at) for duty in found] == [
        ("P-2", NOW - 14 * HOUR), ("P-1", NOW - 4 * HOUR), ("P-3", NOW - HOUR)
    ]  # fmt: skip


def test_domains_that_wait_alike_are_one_line():
    life = switched(40, "P-1", "a.pl", "b.pl", "c.pl")
    life.do(moves.check, "seen", "c.pl")
    life.do(moves.date, "ns_changed", NOW - 50 * HOUR, "pomyłka", "b.pl")
    (duty,) = overdue([life.m], PROCESS, NOW)
    assert (duty.domains, duty.at) == (("a.pl", "b.pl"), NOW - 14 * HOUR)


def test_what_is_on_hold_or_over_needs_nobody():
    held, gone = way("data", "2026-11-02", "held"), way("data", "2026-11-02", "gone")
    held.do(moves.hold, "client", "urlop")
    gone.do(moves.cancel, "rezygnacja")
    assert overdue([held.m, gone.m, way("closed", "2026-11-02", "closed").m], PROCESS, NOW) == []


def test_soon_is_within_48_hours_and_the_next_is_first():
    lives = [
        way("data", "2026-11-12", "in 23 h"), way("data", "2026-11-14", "in 71 h"), switched(20, "in 4 h"),
        proposed("2026-11-20 11:00", "in 47 h"), proposed("2026-11-20 13:00", "in 49 h"),
    ]  # fmt: skip
    assert said(soon([life.m for life in lives], PROCESS, at("2026-11-18 12:00"))) == [
        ("in 4 h", "dns", "running"), ("in 23 h", "data", "running"), ("in 47 h", "agreed", "running"),
    ]  # fmt: skip
    assert overdue([life.m for life in lives], PROCESS, NOW) == []


def test_every_kind_of_clock_of_the_process_has_its_place_in_the_order():
    timed = {stage.id for stage in PROCESS.stages if stage.clock}
    assert {kind for kind, _ in today._HARM} == {*timed, today.AGREED_DAY}


# -- in words


def worded(duty, now=NOW):
    text = ENGLISH.value(said_of.what(duty, PROCESS)), *map(ENGLISH.text, (how_long(duty, now), moment(duty)))
    return " | ".join(text)


def test_duty_says_which_clock_by_how_much_and_since_when():
    lives = [switched(25, "24"), switched(61, "36"), way("data", "2026-11-02 10:30", "days"), switched(20, "soon")]
    lives += [proposed("2026-11-17 00:00", "day"), proposed("2026-11-18 11:30", "hour")]
    lives += [way("analysis", "2026-11-12", "an")]
    duties = [duty for seek in (overdue, soon) for duty in seek([life.m for life in lives], PROCESS, NOW)]
    assert {duty.migration.ref: worded(duty) for duty in duties} == {
        "24": "DNS and propagation: over 24 h | 1 h | since 18 Nov 2026, 11:00",
        "36": "DNS and propagation: over 36 h | 25 h | since 17 Nov 2026, 11:00",
        "soon": "DNS and propagation | 4 h | by 18 Nov 2026, 16:00",
        "days": "Data | 9 days | since 9 Nov 2026, 10:30",
        "day": "Agreed day | 12 h | since 18 Nov 2026",
        "hour": "Agreed day | 30 min | since 18 Nov 2026, 11:30",
        "an": "Analysis | 4 days | since 14 Nov 2026",
    }


# -- agreed for today


def test_agreed_for_today_tells_of_the_freeze_and_what_the_client_hears_next():
    first, later = proposed("2026-11-18 09:00", "first"), proposed("2026-11-18 15:00", "later")
    first.do(moves.check, "freeze", now=at("2026-11-13"))
    tomorrow = proposed("2026-11-19 09:00", "tomorrow")
    found = agreed_today([tomorrow.m, later.m, first.m], NOW)
    assert [(due.agreed.migration.ref, due.freeze, due.tell) for due in found] == [
        ("first", "announced", "migration"), ("later", "missing", "migration")
    ]  # fmt: skip


def test_freeze_is_on_from_the_move_until_all_is_visible():
    life = way("migration", "2026-11-18 08:00", "P-1", "a.pl", "b.pl")
    assert (freeze(life.m), next_told(life.m)) == ("on", "sync")
    life.to("visible", "a.pl")
    assert freeze(life.m) == "on"
    life.to("visible", "b.pl")
    assert (freeze(life.m), next_told(life.m)) == ("over", "closed")
    life.to("closed")
    assert next_told(life.m) == "closed"


def test_client_is_told_next_of_the_domains_that_go_on_together():
    life = proposed("2026-11-18 09:00", "P-1")
    life.do(moves.add_domain, "b.pl", {"display": "b.pl"})

    def about():
        (due,) = agreed_today([life.m], NOW)
        return due.tell, [d.name for d in due.about]

    assert about() == ("migration", ["P-1.pl", "b.pl"])
    life.to("sync", "P-1.pl")
    assert about() == ("sync", ["b.pl"])
    life.to("visible", "P-1.pl").to("dns", "b.pl")
    assert about() == ("passwords", ["P-1.pl", "b.pl"])


# -- the numbers


def test_totals_of_the_desk():
    tariff = datafiles.tariff()
    held = way("data", "2026-11-12", "held")
    held.do(moves.hold, "us", "urlop")
    gone = way("data", "2026-11-12", "gone", fee_applies=True)
    gone.do(moves.cancel, "rezygnacja")
    unknown = way("visible", "2026-11-10", "unknown")
    unknown.do(moves.date, "visible", None, "nikt nie wie", "unknown.pl")
    lives = [
        held, gone, unknown, way("analysis", "2026-11-17", "us"),
        way("package", "2026-11-01", "asked", "x.pl", "y.pl", fee_applies=True),
        way("closed", "2026-10-20", "the first of thirty days"), way("closed", "2026-10-19", "before them"),
        way("closed", "2026-11-18", "today", fee_applies=True),
    ]  # fmt: skip
    fee = tariff.on(calendar.number(TODAY)).migration_fee(2)
    assert totals([life.m for life in lives], tariff, NOW) == Totals(
        open=4, us=1, client=3, held=1, finished=2, unknown=1, fees=fee, with_fee=1
    )
    assert fee > 0
    without = totals([life.m for life in lives], None, NOW)
    assert (without.open, without.fees, without.with_fee) == (4, 0, 0)
