"""Quiet hours: nobody is woken, everybody is told in the morning, on the nights of both changes of the clock too."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ground.clock import WARSAW
from core.notices.quiet import due_at, first

MINUTE = dt.timedelta(minutes=1)
NIGHTS = {
    "usual": dt.date(2026, 11, 20),
    "into summer": dt.date(2026, 3, 28),
    "into winter": dt.date(2026, 10, 24),
}
HOURS = [
    ("20:00", "07:30"),
    ("22:00", "02:30"),
    ("02:30", "07:00"),
    ("02:10", "02:50"),
    ("23:00", "02:00"),
    ("03:00", "06:00"),
    ("00:00", "06:00"),
    ("09:00", "17:00"),
]


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=WARSAW).astimezone(dt.UTC)


def test_what_is_urgent_and_what_comes_by_day_is_told_at_once():
    night, day = at("2026-11-20T23:15"), at("2026-11-20T12:00")
    hours = (dt.time(20), dt.time(7, 30))
    assert due_at(night, True, *hours) == night and due_at(day, False, *hours) == day
    assert due_at(night, False, *hours) == at("2026-11-21T07:30")
    assert due_at(at("2026-11-21T05:00"), False, *hours) == at("2026-11-21T07:30")
    assert due_at(at("2026-11-21T07:30"), False, *hours) == at("2026-11-21T07:30")
    assert due_at(night, False, dt.time(7), dt.time(7)) == night


def test_the_morning_after_a_leap_is_the_hour_that_the_clock_shows():
    for evening, morning, hours in (
        ("2026-03-28T22:00", "2026-03-29T07:30", 8.5),
        ("2026-10-24T22:00", "2026-10-25T07:30", 10.5),
    ):
        told = due_at(at(evening), False, dt.time(20), dt.time(7, 30))
        assert told == at(morning) and (told - at(evening)) == dt.timedelta(hours=hours)


def test_a_time_that_there_is_not_is_the_end_of_the_leap_and_one_that_comes_twice_its_first():
    assert first(dt.date(2026, 3, 29), dt.time(2, 30)).astimezone(WARSAW).strftime("%H:%M") == "03:00"
    assert first(dt.date(2026, 10, 25), dt.time(2, 30)) == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)
    assert first(dt.date(2026, 11, 21), dt.time(7, 30)) == at("2026-11-21T07:30")


@pytest.mark.parametrize("night", NIGHTS.values(), ids=NIGHTS)
@pytest.mark.parametrize("hours", HOURS, ids=str)
def test_each_minute_of_a_night_is_told_in_its_order_never_in_quiet_hours_in_one_morning(night, hours):
    begins, ends = map(dt.time.fromisoformat, hours)
    start = dt.datetime.combine(night, dt.time(12), WARSAW).astimezone(dt.UTC)
    minutes = [start + n * MINUTE for n in range(26 * 60)]
    told = [due_at(now, False, begins, ends) for now in minutes]
    assert all(before <= after for before, after in pairwise(told))
    assert all(due >= now and due_at(due, False, begins, ends) == due for now, due in zip(minutes, told, strict=True))
    waited = {due for now, due in zip(minutes, told, strict=True) if due != now}
    # Noon to noon: one night has one morning, one span by day one evening.
    spans = 2 if hours == ("09:00", "17:00") else 1
    assert len(waited) <= spans
    for due in waited:
        assert due.astimezone(WARSAW).time() >= ends


@given(st.integers(0, 2 * 365 * 24 * 3600), st.times(), st.times())
def test_nobody_waits_longer_than_a_day_and_nobody_is_told_when_it_is_quiet(second, begins, ends):
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=second)
    begins, ends = begins.replace(second=0, microsecond=0), ends.replace(second=0, microsecond=0)
    due = due_at(now, False, begins, ends)
    assert now <= due <= now + dt.timedelta(hours=25) and due_at(due, False, begins, ends) == due
