"""What was started and finished: weeks and working days, and forecasts from them against simulation and an oracle."""

import datetime as dt
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from quando import Quando

from core.flow.forecast import HORIZON, how_many, when_done
from core.flow.percentiles import PERCENTS, TooFew
from core.flow.throughput import Samples, samples, weekly
from core.ground import workdays
from tests.flow import TODAY, day, item


def finished(*days):
    return [item("2026-09-01", text) for text in days]


def of(*counts):
    return Samples(day("2026-11-02"), np.array(counts, np.int64), 0)


# -- weeks


def test_weeks_run_from_monday_to_sunday_and_end_with_the_present_one():
    found = weekly([item("2026-11-09", "2026-11-15"), item("2026-11-08", "2026-11-16"), item("2026-11-18")], TODAY, 3)
    assert [(str(week.monday), week.started, week.finished) for week in found.weeks] == [
        ("2026-11-02", 1, 0), ("2026-11-09", 1, 1), ("2026-11-16", 1, 1),
    ]  # fmt: skip


def test_week_that_crosses_the_year_is_one():
    found = weekly([item("2025-12-29", "2026-01-04")], day("2026-01-05"), 2)
    assert [(week.started, week.finished) for week in found.weeks] == [(1, 1), (0, 0)]


def test_weeks_count_what_was_cancelled_as_started_and_say_whose_day_is_unknown():
    cancelled = item("2026-11-16", stage="date", dropped=True, cancelled=day("2026-11-17"))
    found = weekly([cancelled, item(None, stage="dns"), item("2026-11-02", None, stage="closed")], TODAY, 1)
    assert (found.weeks[0].started, found.weeks[0].finished, found.left_out) == (1, 0, 2)
    assert len(weekly([], TODAY).weeks) == 12


# -- samples


def test_samples_are_working_days_until_yesterday_zeros_included():
    # The 11th is a holiday, the 14th a Saturday: what was seen on a day off counts for the next working day.
    found = samples(finished("2026-11-09", "2026-11-09", "2026-11-11", "2026-11-14", "2026-11-17", "2026-11-18"), TODAY)
    assert (found.first, found.counts.tolist()) == (day("2026-11-09"), [2, 0, 1, 0, 1, 1])
    assert (found.days, found.active) == (6, 4)


def test_samples_look_back_twelve_weeks():
    found = samples(finished("2026-01-05", "2026-11-17"), TODAY)
    assert found.first == day("2026-08-26")
    assert (found.days, found.counts.sum()) == (59, 1)


def test_samples_of_nothing_are_none():
    found = samples([item("2026-11-02"), item("2026-11-02", None, stage="closed")], TODAY)
    assert (found.days, found.active, found.left_out) == (0, 0, 1)
    assert isinstance(when_done(found, 3, TODAY), TooFew)


# -- forecasts


def test_forecast_of_one_a_day_is_as_many_days():
    found = when_done(of(1, 1, 1, 1, 1), 3, TODAY)
    assert found.by == dict.fromkeys(PERCENTS, day("2026-11-23"))
    assert how_many(of(1, 1, 1, 1, 1), day("2026-11-23"), TODAY).at_least == dict.fromkeys(PERCENTS, 3)


def test_forecast_of_a_coin_a_day():
    # Heads finish one: P(done within k days) = 1 - 2 ** -k, so 1 day for 50 %, 3 for 85 %, 5 for 95 %.
    coin = of(1, 0, 1, 0, 1, 0, 1, 0, 1, 0)
    assert list(when_done(coin, 1, TODAY).by.values()) == [day("2026-11-19"), day("2026-11-23"), day("2026-11-25")]
    # Of 4 days, at least 2 heads: 11/16; at least 1: 15/16; at least 0: certain.
    assert how_many(coin, day("2026-11-24"), TODAY).at_least == {50: 2, 85: 1, 95: 0}


def test_forecast_counts_from_the_next_working_day_and_over_holidays():
    daily = of(1, 1, 1, 1, 1)
    assert when_done(daily, 1, day("2026-11-10")).by[50] == day("2026-11-12")
    assert when_done(daily, 1, day("2026-11-20")).by[50] == day("2026-11-23")
    assert how_many(daily, TODAY, TODAY).at_least == dict.fromkeys(PERCENTS, 0)


def test_forecast_needs_five_days_with_something_finished():
    assert when_done(of(3, 3, 3, 3, 0, 0), 2, TODAY) == TooFew(4, 5)
    assert how_many(of(3, 3, 3, 3, 0, 0), day("2026-11-30"), TODAY) == TooFew(4, 5)
    assert when_done(of(3, 3, 3, 3, 1, 0), 2, TODAY).active == 5


def test_forecast_further_off_than_two_years_is_none():
    slow = of(*[1] * 5, *[0] * 95)
    found = when_done(slow, 25, TODAY)
    assert (found.by[50] is not None, found.by[95]) == (True, None)
    assert (
        how_many(slow, day("2035-01-01"), TODAY).at_least[50]
        == how_many(slow, workdays.working_days_later(TODAY, HORIZON), TODAY).at_least[50]
    )


def chances(counts, days):
    """Return how likely each total of so many days is, by trying every combination."""
    found = {}
    for drawn in product(counts, repeat=days):
        found[sum(drawn)] = found.get(sum(drawn), 0) + Fraction(1, len(counts) ** days)
    return found


@pytest.mark.parametrize("counts", [(1, 0, 2, 0, 1, 3, 1), (5, 1, 1, 1, 1), (2, 2, 0, 1, 1, 4)])
def test_forecast_is_exact(counts):
    by_days = [chances(counts, days) for days in range(1, 6)]
    for days, found in enumerate(by_days, start=1):
        until = workdays.working_days_later(TODAY, days)
        for percent, least in how_many(of(*counts), until, TODAY).at_least.items():
            sure = [
                n for n in range(max(found) + 1) if sum(p for k, p in found.items() if k >= n) >= Fraction(percent, 100)
            ]
            assert least == max(sure)
    for items in (1, 2, 3):
        for percent, until in when_done(of(*counts), items, TODAY).by.items():
            enough = [sum(p for k, p in found.items() if k >= items) >= Fraction(percent, 100) for found in by_days]
            assert until == (workdays.working_days_later(TODAY, enough.index(True) + 1) if any(enough) else until)


COUNTS = st.lists(st.integers(0, 6), min_size=5, max_size=60).filter(lambda counts: np.count_nonzero(counts) >= 5)


@given(COUNTS, st.integers(1, 60), st.integers(1, 60))
def test_forecast_is_monotone(counts, items, days):
    taken, far = of(*counts), dt.date.max
    by, more = when_done(taken, items, TODAY).by, when_done(taken, items + 1, TODAY).by
    dates = [by[percent] or far for percent in PERCENTS]
    assert dates == sorted(dates)
    assert all((by[percent] or far) <= (more[percent] or far) for percent in PERCENTS)
    until, later = (workdays.working_days_later(TODAY, n) for n in (days, days + 1))
    many, later_many = how_many(taken, until, TODAY).at_least, how_many(taken, later, TODAY).at_least
    assert list(many.values()) == sorted(many.values(), reverse=True)
    assert all(many[percent] <= later_many[percent] for percent in PERCENTS)


@given(COUNTS, st.integers(1, 30))
def test_both_forecasts_say_the_same(counts, items):
    """What is done by a day with so much certainty, is done by that day with that certainty."""
    taken = of(*counts)
    for percent, until in when_done(taken, items, TODAY).by.items():
        if until is not None:
            assert how_many(taken, until, TODAY).at_least[percent] >= items
            eve = until - dt.timedelta(days=1)
            assert how_many(taken, eve, TODAY).at_least[percent] < items


# -- the oracle

HISTORY = (2, 0, 1, 3, 0, 0, 1, 1, 4, 0, 2, 1, 0, 0, 1, 2)


def oracle(counts):
    """Return quando's reading of as many finishes.

    It knows calendar days only, from the first finish to the last: working days are given to it as days in a row, of a
    history that begins and ends with a finish.
    """
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n, count in enumerate(counts) for _ in range(count)]
    return Quando([(day, day) for day in days])


def test_throughput_agrees_with_the_oracle():
    working = [workdays.working_days_later(day("2026-10-25"), n + 1) for n in range(len(HISTORY))]
    done = [item("2026-09-01", str(on)) for on, count in zip(working, HISTORY, strict=True) for _ in range(count)]
    yesterday = working[-1]
    found = samples(done, yesterday + dt.timedelta(days=1))
    assert found.counts.tolist() == oracle(HISTORY).throughput.tolist() == list(HISTORY)


@pytest.mark.parametrize("days", [3, 10])
def test_what_is_done_by_a_day_agrees_with_the_oracle_within_0_008(days):
    """quando draws: its shares are compared, not its percentiles, which interpolate and count from the other end."""
    drawn = oracle(HISTORY).forecast_items(days, num_simulations=100_000, seed=9).distribution
    found = how_many(of(*HISTORY), workdays.working_days_later(TODAY, days), TODAY)
    for percent, least in found.at_least.items():
        assert (drawn >= least).mean() >= percent / 100 - 0.008
        assert (drawn >= least + 1).mean() <= percent / 100 + 0.008


@pytest.mark.parametrize("items", [1, 12])
def test_when_so_many_are_done_agrees_with_the_oracle_within_0_008(items):
    """As above; the days of both count alike, the first day to come as one."""
    drawn = oracle(HISTORY).forecast_days(items, num_simulations=20_000, seed=9).distribution
    days = {workdays.working_days_later(TODAY, n): n for n in range(60)}
    for percent, until in when_done(of(*HISTORY), items, TODAY).by.items():
        assert (drawn <= days[until]).mean() >= percent / 100 - 0.008
        assert (drawn <= days[until] - 1).mean() <= percent / 100 + 0.008
