"""Working days by the Polish calendar, clock hours for the DNS, time on hold, and moments known by their day only."""

import datetime as dt

import pytest

from core.ground import workdays
from core.ground.clock import WARSAW
from core.migration import clocks, moves
from core.migration.clocks import due
from core.migration.event import Event
from core.migration.rebuilding import after
from tests.migrations import NOW, PROCESS, Life

HOUR = dt.timedelta(hours=1)


def at(text):
    """Return a moment on a wall clock in Warsaw."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=WARSAW).astimezone(dt.UTC)


def clock(life, stage, now=NOW, domain=None):
    (found,) = [c for c in clocks.running(life.m, PROCESS, now) if (c.stage, c.domain) == (stage, domain)]
    return found


def states(life, stage, moments, domain=None):
    return [clock(life, stage, at(moment), domain).state for moment in moments]


# -- working days


@pytest.mark.parametrize(
    ("started", "days", "ends"),
    [
        ("2026-11-18 09:00", 1, "2026-11-20 00:00"),  # Wednesday: until the end of Thursday
        ("2026-11-18 23:59", 1, "2026-11-20 00:00"),
        ("2026-11-20 15:00", 1, "2026-11-24 00:00"),  # Friday: until the end of Monday
        ("2026-11-21 12:00", 1, "2026-11-24 00:00"),  # so is Saturday
        ("2026-11-22 12:00", 1, "2026-11-24 00:00"),
        ("2026-11-20 15:00", 3, "2026-11-26 00:00"),
        ("2025-12-23 10:00", 1, "2025-12-30 00:00"),  # Christmas Eve is a holiday since 2025, then Thu, Fri, weekend
        ("2024-12-23 10:00", 1, "2024-12-25 00:00"),  # and was a working day before
        ("2025-12-31 10:00", 1, "2026-01-03 00:00"),
        ("2026-01-05 10:00", 1, "2026-01-08 00:00"),  # Epiphany
        ("2026-04-30 10:00", 1, "2026-05-05 00:00"),  # 1 May is a Friday, 3 May a Sunday
        ("2027-04-30 10:00", 1, "2027-05-05 00:00"),  # 3 May is a Monday
        ("2026-06-03 10:00", 1, "2026-06-06 00:00"),  # Corpus Christi
        ("2026-04-03 10:00", 1, "2026-04-08 00:00"),  # Good Friday is worked, Easter Monday is not
        ("2026-11-10 10:00", 1, "2026-11-13 00:00"),  # Independence Day
    ],
)
def test_working_days_end_with_their_day(started, days, ends):
    assert due(at(started), "working_days", days, []) == at(ends)


def test_evening_in_warsaw_is_still_that_day_in_utc():
    assert due(dt.datetime(2026, 11, 18, 23, 30, tzinfo=dt.UTC), "working_days", 1, []) == at("2026-11-21 00:00")


@pytest.mark.parametrize(
    ("day", "worked"), [("2026-11-21", False), ("2026-11-23", True), ("2026-11-11", False), ("2025-12-24", False)]
)
def test_nobody_works_on_weekends_and_holidays(day, worked):
    assert workdays.is_working_day(dt.date.fromisoformat(day)) == worked


def test_working_days_later():
    friday = dt.date(2026, 11, 20)
    later = [str(workdays.working_days_later(friday, days)) for days in (0, 1, 2)]
    assert later == ["2026-11-20", "2026-11-23", "2026-11-24"]


def test_analysis_is_expected_by_the_end_of_the_next_working_day():
    life = Life().to("analysis", now=at("2026-11-20 15:00"))
    assert clock(life, "analysis").usual == clock(life, "analysis").late == at("2026-11-24 00:00")
    assert states(life, "analysis", ["2026-11-23 23:59", "2026-11-24 00:00"]) == ["running", "late"]


# -- clock hours


@pytest.mark.parametrize(
    ("switched", "usual", "late"),
    [
        ("2026-11-18 12:00", "2026-11-19 12:00", "2026-11-20 00:00"),
        ("2026-03-28 12:00", "2026-03-29 13:00", "2026-03-30 01:00"),  # an hour is left out at night
        ("2026-10-24 12:00", "2026-10-25 11:00", "2026-10-25 23:00"),  # an hour comes twice
    ],
)
@pytest.mark.parametrize("zone", [dt.UTC, WARSAW])
def test_dns_is_expected_after_24_hours_and_alarming_after_36_on_any_clock(switched, usual, late, zone):
    started = at(switched).astimezone(zone)
    assert due(started, "hours", 24, []) == at(usual)
    assert due(started, "hours", 36, []) == at(late)
    life = Life().to("dns", now=at(switched))
    life.do(moves.check, "ns_changed", "a.pl", now=started)
    found = clock(life, "dns", at(switched), "a.pl")
    assert (found.usual, found.late) == (at(usual), at(late))
    assert found.usual - found.started == 24 * HOUR and found.late - found.started == 36 * HOUR
    assert found.started.utcoffset() == found.usual.utcoffset() == dt.timedelta(0)


def test_dns_is_due_and_then_late():
    life = Life().to("dns", now=at("2026-11-18 08:00"))
    life.do(moves.check, "ns_changed", "a.pl", now=at("2026-11-18 12:00"))
    moments = ["2026-11-18 12:00", "2026-11-19 11:59", "2026-11-19 12:00", "2026-11-19 23:59", "2026-11-20 00:00"]
    assert states(life, "dns", moments, "a.pl") == ["running", "running", "due", "due", "late"]


def test_dns_clock_begins_with_the_switch_and_another_one_runs_until_then():
    life = Life().to("dns", now=at("2026-11-18 08:00"))
    found = clocks.running(life.m, PROCESS, at("2026-11-25 08:00"))
    assert [(clock.stage, clock.before) for clock in found] == [("dns", True), ("passwords", False)]
    assert (found[0].usual, found[0].state) == (at("2026-11-20 00:00"), "late")
    life.do(moves.check, "ns_changed", "a.pl", now=at("2026-11-25 08:00"))
    found = clocks.running(life.m, PROCESS, at("2026-11-25 08:00"))
    assert [(clock.stage, clock.before) for clock in found] == [("dns", False), ("passwords", False)]
    assert found[0].usual == at("2026-11-26 08:00")


def test_clock_before_the_switch_stands_still_on_hold_the_one_after_it_does_not():
    life = Life("a.pl", "b.pl").to("dns", now=at("2026-11-18 08:00"))
    life.do(moves.check, "ns_changed", "a.pl", now=at("2026-11-18 09:00"))
    life.do(moves.hold, "us", "urlop", now=at("2026-11-18 10:00"))
    found = clocks.running(life.m, PROCESS, at("2026-11-25 08:00"))
    assert [(clock.domain, clock.state) for clock in found if clock.domain] == [("a.pl", "late"), ("b.pl", "paused")]


def test_each_domain_has_a_clock_of_its_own():
    life = Life("a.pl", "b.pl").to("dns", now=at("2026-11-18 08:00"))
    life.do(moves.check, "ns_changed", "a.pl", now=at("2026-11-18 12:00"))
    life.do(moves.check, "ns_changed", "b.pl", now=at("2026-11-19 06:00"))
    now = at("2026-11-19 13:00")
    assert [clock(life, "dns", now, name).state for name in ("a.pl", "b.pl")] == ["due", "running"]


def test_moving_is_alarming_after_eight_hours():
    life = Life().to("migration", now=at("2026-11-18 12:00"))
    moments = ["2026-11-18 19:59", "2026-11-18 20:00"]
    assert states(life, "migration", moments, "a.pl") == ["running", "late"]


def test_days_keep_the_hour_on_the_wall():
    assert due(at("2026-03-25 10:00"), "days", 7, []) == at("2026-04-01 10:00")
    assert due(at("2026-10-21 10:00"), "days", 7, []) == at("2026-10-28 10:00")


def test_data_is_nudged_after_seven_days():
    life = Life().to("data", now=at("2026-11-02 10:00"))
    assert states(life, "data", ["2026-11-09 09:59", "2026-11-09 10:00"]) == ["running", "late"]


# -- known by the day only, or not at all


@pytest.mark.parametrize(
    ("unit", "count", "ends"),
    [
        ("hours", 24, "2026-11-20 00:00"),  # from the end of the day: never alarming too early
        ("hours", 36, "2026-11-20 12:00"),
        ("days", 7, "2026-11-26 00:00"),
        ("working_days", 1, "2026-11-20 00:00"),
    ],
)
def test_start_known_by_its_day_only(unit, count, ends):
    assert clocks.is_day(at("2026-11-18 00:00"))
    assert due(at("2026-11-18 00:00"), unit, count, []) == at(ends)


def test_day_of_a_clock_change_is_a_day_too():
    assert clocks.is_day(at("2026-03-29 00:00")) and clocks.is_day(at("2026-10-25 00:00"))
    assert clocks.end_of_day(dt.date(2026, 10, 25)) - at("2026-10-25 00:00") == 25 * HOUR
    assert due(at("2026-10-25 00:00"), "hours", 24, []) == at("2026-10-27 00:00")


def test_midnight_elsewhere_is_an_hour_here():
    assert not clocks.is_day(dt.datetime(2026, 11, 18, tzinfo=dt.UTC))


def test_unknown_start_is_not_guessed():
    life = Life().to("test")
    life.do(moves.date, "test", None, "nikt nie wie", "a.pl")
    found = clock(life, "test", NOW, "a.pl")
    assert (found.started, found.usual, found.late, found.state) == (None, None, None, "unknown")


# -- on hold


def held(life, since, until=None):
    life.do(moves.hold, "client", "urlop", now=at(since))
    if until:
        life.do(moves.resume, now=at(until))
    return life


def test_hold_pauses_the_clock_and_its_days_do_not_count():
    life = held(Life().to("analysis", now=at("2026-11-18 10:00")), "2026-11-19 10:00")
    found = clock(life, "analysis", at("2026-12-31 10:00"))
    assert (found.state, found.usual) == ("paused", None)
    life.do(moves.resume, now=at("2026-11-25 10:00"))
    # Thursday, Friday, Monday and Tuesday were on hold: Wednesday is the next working day.
    assert clock(life, "analysis", at("2026-11-25 12:00")).usual == at("2026-11-26 00:00")


def test_hold_within_a_day_does_not_move_working_days():
    life = held(Life().to("analysis", now=at("2026-11-18 10:00")), "2026-11-19 10:00", "2026-11-19 11:00")
    assert clock(life, "analysis", at("2026-11-19 12:00")).usual == at("2026-11-20 00:00")


def test_hold_moves_days_and_hours_by_its_length():
    life = held(Life().to("data", now=at("2026-11-02 10:00")), "2026-11-03 10:00", "2026-11-05 16:00")
    assert clock(life, "data", at("2026-11-06 10:00")).usual == at("2026-11-11 16:00")
    life = held(Life().to("migration", now=at("2026-11-18 08:00")), "2026-11-18 10:00", "2026-11-18 11:00")
    assert clock(life, "migration", at("2026-11-18 12:00"), "a.pl").usual == at("2026-11-18 17:00")


def test_every_hold_counts_that_began_before_the_end_it_moved():
    holds = [(at("2026-11-18 11:00"), at("2026-11-18 13:00")), (at("2026-11-18 17:00"), at("2026-11-18 18:00"))]
    assert due(at("2026-11-18 10:00"), "hours", 8, holds) == at("2026-11-18 21:00")


def test_hold_before_the_start_or_after_the_end_changes_nothing():
    holds = [(at("2026-11-17 11:00"), at("2026-11-17 13:00")), (at("2026-11-19 11:00"), at("2026-11-19 13:00"))]
    for unit, count in (("hours", 8), ("working_days", 1)):
        assert due(at("2026-11-18 10:00"), unit, count, holds[:1]) == due(at("2026-11-18 10:00"), unit, count, [])
    assert due(at("2026-11-18 10:00"), "hours", 8, holds) == at("2026-11-18 18:00")


def test_name_servers_know_no_hold():
    life = Life().to("dns", now=at("2026-11-18 08:00"))
    life.do(moves.check, "ns_changed", "a.pl", now=at("2026-11-18 12:00"))
    held(life, "2026-11-18 13:00")
    assert states(life, "dns", ["2026-11-19 12:00", "2026-11-20 00:00"], "a.pl") == ["due", "late"]
    life.do(moves.resume, now=at("2026-11-19 18:00"))
    assert clock(life, "dns", at("2026-11-19 19:00"), "a.pl").late == at("2026-11-20 00:00")


# -- the agreed day


def agreed(planned):
    life = Life().to("date", now=at("2026-11-02 10:00"))
    life.do(moves.change, {"planned_at": planned}, now=at("2026-11-02 11:00"))
    return life


def test_before_acceptance_the_client_has_three_working_days():
    life = agreed(at("2026-11-20 09:00"))
    assert clock(life, "date").usual == at("2026-11-06 00:00") and not clock(life, "date").agreed


def test_after_acceptance_the_clock_runs_to_the_agreed_hour():
    life = agreed(at("2026-11-20 09:00"))
    life.do(moves.check, "accepted", now=at("2026-11-02 12:00"))
    found = clock(life, "date", at("2026-11-10 10:00"))
    assert (found.agreed, found.usual, found.late) == (True, at("2026-11-20 09:00"), at("2026-11-20 09:00"))
    moments = ["2026-11-18 23:59", "2026-11-19 00:00", "2026-11-20 08:59", "2026-11-20 09:00"]
    assert states(life, "date", moments) == ["running", "eve", "eve", "late"]


def test_agreed_day_without_an_hour_lasts_until_its_end():
    life = agreed(at("2026-11-20 00:00"))
    life.do(moves.check, "accepted", now=at("2026-11-02 12:00"))
    assert clock(life, "date").usual == at("2026-11-21 00:00")
    assert states(life, "date", ["2026-11-18 12:00", "2026-11-20 23:59", "2026-11-21 00:00"]) == [
        "running",
        "eve",
        "late",
    ]


def test_eve_of_a_monday_is_the_friday_before_it():
    life = agreed(at("2026-11-23 09:00"))
    life.do(moves.check, "accepted", now=at("2026-11-02 12:00"))
    moments = ["2026-11-19 23:59", "2026-11-20 00:00", "2026-11-22 12:00"]
    assert states(life, "date", moments) == ["running", "eve", "eve"]


def test_agreed_day_does_not_run_while_on_hold():
    life = agreed(at("2026-11-20 09:00"))
    life.do(moves.check, "accepted", now=at("2026-11-02 12:00"))
    held(life, "2026-11-10 10:00")
    assert states(life, "date", ["2026-11-25 09:00"]) == ["paused"]


# -- the duty to change the password


def test_password_duty_begins_when_the_last_domain_is_synchronised():
    life = Life("a.pl", "b.pl").to("migration", now=at("2026-11-02 08:00"))
    life.to("test", "a.pl", now=at("2026-11-02 10:00"))
    assert not [c for c in clocks.running(life.m, PROCESS, NOW) if c.stage == "passwords"]
    life.to("test", "b.pl", now=at("2026-11-03 10:00"))
    found = clock(life, "passwords", at("2026-11-03 11:00"))
    assert (found.started, found.usual, found.domain) == (at("2026-11-03 10:00"), at("2026-11-10 10:00"), None)
    life.to("passwords", now=at("2026-11-06 10:00"))
    assert clock(life, "passwords", at("2026-11-06 11:00")).usual == at("2026-11-10 10:00")
    assert states(life, "passwords", ["2026-11-10 09:59", "2026-11-10 10:00"]) == ["running", "late"]


def test_password_duty_ends_when_it_is_done():
    life = Life().to("test")
    life.do(moves.check, "password_changed", choice="declared")
    assert [c.stage for c in clocks.running(life.m, PROCESS, NOW)] == ["test"]


def test_password_duty_waits_for_the_synchronisation_after_rework():
    life = Life().to("test")
    life.do(moves.rework, "a.pl", "sync", "brakuje poczty")
    assert clocks.synchronised_at(life.m) is None


def test_password_duty_with_an_unknown_synchronisation_is_unknown():
    life = Life("a.pl", "b.pl").to("passwords")
    life.do(moves.date, "test", None, "nikt nie wie", "b.pl")
    assert clock(life, "passwords").state == "unknown"


# -- what has no clock


def test_closed_and_cancelled_migrations_have_no_clock():
    life = Life().to("closed")
    assert clocks.running(life.m, PROCESS, NOW) == []
    life = Life().to("data")
    life.do(moves.cancel, "rezygnacja")
    assert clocks.running(life.m, PROCESS, NOW) == []


def test_domain_withdrawn_has_no_clock():
    life = Life("a.pl", "b.pl").to("test")
    life.do(moves.withdraw, "b.pl", "sprzedana")
    assert [c.domain for c in clocks.running(life.m, PROCESS, NOW)] == ["a.pl", None]


def test_hold_whose_beginning_nobody_knows_is_not_reckoned():
    life = Life().to("data", now=at("2026-11-02 10:00"))
    life.m = after(life.m, [Event("held", "anna", NOW, None, item="us", reason="import")])
    life.do(moves.resume, now=at("2026-11-05 10:00"))
    assert clock(life, "data").usual == at("2026-11-09 10:00")


def test_domain_that_was_seen_waits_for_no_dns_any_more():
    life = Life("a.pl", "b.pl").to("dns", "a.pl", "b.pl")
    for name in ("a.pl", "b.pl"):
        life.do(moves.check, "ns_changed", name)
    life.do(moves.check, "seen", "a.pl")
    later = NOW + dt.timedelta(days=2)
    assert [clock.domain for clock in clocks.running(life.m, PROCESS, later) if clock.stage == "dns"] == ["b.pl"]
