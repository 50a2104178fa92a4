"""Calendar months against the standard library, one day and many."""

import calendar as std
import datetime as dt
from calendar import monthrange

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.pricing import calendar

days = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))


def by_hand(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, std.monthrange(year, month + 1)[1]))


@given(days, st.integers(-40, 40))
def test_months_later_clamps_to_the_last_day_of_the_month(day, months):
    found = calendar.months_later(calendar.number(day), months)
    assert type(found) is int and calendar.date(found) == by_hand(day, months)


@given(st.lists(days, min_size=1), st.integers(-36, 36))
def test_arrays_give_what_single_days_give(some, months):
    numbers = np.array([calendar.number(day) for day in some])
    single = [calendar.months_later(int(number), months) for number in numbers]
    assert calendar.months_later(numbers, months).tolist() == single
    assert calendar.months_later(numbers, np.full(len(some), months)).tolist() == single


@given(days, st.integers(1, 40), st.integers(-1, 1))
def test_whole_months_are_recognised_and_nothing_else(start, months, off):
    end = by_hand(start, months) + dt.timedelta(off)
    apart = (end.year - start.year) * 12 + end.month - start.month
    # Both days stand for the same day of the month, or for the last one where a month is too short for it.
    anchors = [
        anchor
        for anchor in range(1, 32)
        if all(day.day == min(anchor, monthrange(day.year, day.month)[1]) for day in (start, end))
    ]
    found = calendar.whole_months(calendar.number(start), calendar.number(end))
    assert found == (apart if anchors and apart > 0 else 0)


def test_end_before_the_start_is_no_month():
    start = calendar.number(dt.date(2025, 1, 1))
    assert calendar.whole_months(start, start) == calendar.whole_months(start, start - 31) == 0
