"""How long work takes and how old it is, worked out by hand, and percentiles against an independent oracle."""

import datetime as dt
from random import Random

import numpy as np
import pytest
from quando import Quando

from core.flow.history import WORKED
from core.flow.percentiles import ENOUGH, PERCENTS, Percentiles, TooFew, nearest_rank, percentiles
from core.flow.times import ageing, cycle_times, expectation, lead_times, pace, scatter
from core.language import ENGLISH, POLISH
from tests.flow import TODAY, day, item

MONDAY = day("2026-11-02")


def took(days, ref="P-1", **values):
    """Return an item that started on a Monday and took so many days."""
    return item(str(MONDAY), str(MONDAY + dt.timedelta(days=days - 1)), ref=ref, **values)


TEN = [took(days) for days in (1, 2, 3, 4, 5, 6, 7, 8, 9, 20)]


# -- percentiles


@pytest.mark.parametrize(("percent", "found"), [(10, 1), (11, 2), (50, 5), (51, 6), (85, 9), (90, 9), (91, 20)])
def test_percentile_is_the_nearest_rank_rounded_up(percent, found):
    assert nearest_rank([i.cycle_time for i in TEN], percent) == found


def test_one_day_s_work_took_one_day_and_a_weekend_counts():
    assert took(1).cycle_time == 1
    assert item("2026-11-06", "2026-11-09").cycle_time == 4


def test_cycle_times_say_how_many_they_are_of_and_how_many_are_left_out():
    unknown = item(None, "2026-11-09")
    running = item("2026-11-02")
    assert cycle_times([*TEN, unknown, running]) == Percentiles(10, 1, {50: 5, 85: 9, 95: 20})


def test_lead_time_runs_from_the_enquiry_until_closed_and_not_for_what_was_cancelled():
    closed = [took(5, enquired=day("2026-10-30"), closed=day("2026-11-10"))] * 5
    cancelled = item("2026-11-02", stage="date", dropped=True, cancelled=day("2026-11-04"))
    unknown = took(5, closed=None)
    assert lead_times([*closed, cancelled, unknown]) == Percentiles(5, 1, {50: 12, 85: 12, 95: 12})


def test_too_little_data_is_said_instead_of_a_figure():
    few = TEN[: ENOUGH - 1]
    assert cycle_times([*few, item(None, "2026-11-09")]) == TooFew(4, ENOUGH, 1)
    assert isinstance(expectation(few), TooFew)
    assert isinstance(pace(few), TooFew)
    assert POLISH.text(TooFew(4).said) == "za mało danych: 4, potrzeba co najmniej 5"
    assert ENGLISH.text(TooFew(1).said) == "too little data: 1, at least 5 are needed"


@pytest.mark.parametrize("seed", range(5))
def test_percentiles_agree_with_the_oracle(seed):
    """quando counts days alike (both ends), but interpolates between two ranks and rounds up; we take the rank itself.

    With 101 values the ranks of whole percents are whole: both say the same. Otherwise both lie between the same two
    neighbours.
    """
    drawn = Random(seed)
    whole = [took(drawn.randint(1, 60)) for _ in range(101)]
    oracle = Quando([(i.started, i.finished) for i in whole])
    assert oracle.lead_times == [i.cycle_time for i in whole]
    assert cycle_times(whole).of == dict(zip(PERCENTS, oracle.sle(), strict=True))
    some = whole[: drawn.randint(5, 100)]
    oracle, ours = Quando([(i.started, i.finished) for i in some]), sorted(i.cycle_time for i in some)
    for percent, found in cycle_times(some).of.items():
        rank = (len(ours) - 1) * percent / 100
        assert ours[int(np.floor(rank))] <= found <= ours[int(np.ceil(rank))]
        assert ours[int(np.floor(rank))] <= oracle.percentile(percent) <= ours[int(np.ceil(rank))]


# -- the expectation


def test_expectation_is_what_so_many_percent_took_so_far():
    found = expectation(TEN)
    assert (found.percent, found.days, found.given, found.n) == (85, 9, False, 10)
    assert (found.within, found.last) == (9, 10)


def test_expectation_that_somebody_set_is_held_against_the_last_thirty():
    slow = [item("2026-09-01", "2026-09-20", ref=f"S-{n}") for n in range(10)]
    fast = [took(3, f"F-{n}") for n in range(24)]
    found = expectation([*fast, *slow], percent=90, days=5)
    assert (found.percent, found.days, found.given) == (90, 5, True)
    assert (found.within, found.last, found.n) == (24, 30, 34)


def test_scatter_is_in_the_order_of_finishing():
    points = scatter([took(9), took(2), item(None, "2026-11-02"), item("2026-11-02")])
    assert [i.cycle_time for i in points] == [2, 9]


# -- pace


def left(*days, finished):
    """Return an item that left analysis, date, migration, sync, test and DNS at these ages."""
    ages = dict(zip(WORKED, days, strict=True))
    return took(finished, left={stage: MONDAY + dt.timedelta(days=age - 1) for stage, age in ages.items() if age})


FIVE = [
    left(1, 3, 3, 4, 6, 7, finished=7),
    left(2, 4, 4, 4, 5, 6, finished=6),
    left(1, 2, 2, 2, 9, 10, finished=10),
    left(3, 5, 6, 6, 7, 8, finished=8),
    left(2, 9, 9, 9, 20, 21, finished=21),
]


def test_pace_is_the_age_at_which_finished_ones_left_each_stage():
    found = pace(FIVE)
    assert found.n == 5
    assert {stage: tuple(band.values()) for stage, band in found.of.items()} == {
        "analysis": (2, 3, 3), "date": (4, 9, 9), "migration": (4, 9, 9), "sync": (4, 9, 9),
        "test": (7, 20, 20), "dns": (8, 21, 21),
    }  # fmt: skip


def test_stage_that_nobody_told_was_left_by_the_time_the_next_one_was():
    found = pace([*FIVE, left(1, 0, 3, 4, 6, 7, finished=7), item("2026-11-02")])
    assert (found.n, found.left_out) == (6, 0)
    assert pace([left(1, 0, 3, 4, 6, 7, finished=7)] * 5).of["date"] == {50: 3, 85: 3, 95: 3}


def test_pace_leaves_out_whose_start_or_end_is_unknown():
    found = pace([*FIVE, item(None, stage="closed"), item("2026-11-02", None, stage="closed")])
    assert (found.n, found.left_out) == (5, 2)


def test_stage_told_out_of_order_was_left_no_later_than_the_next():
    muddled = left(1, 9, 3, 4, 6, 7, finished=7)
    assert pace([muddled] * 5).of["date"] == {50: 3, 85: 3, 95: 3}


def test_ageing_shows_first_what_has_outgrown_most_of_those_before_it():
    bands = pace(FIVE)
    here = [
        item("2026-11-15", stage="analysis", ref="old for analysis"),
        item("2026-11-09", stage="test", ref="slower than half of them"),
        item("2026-11-11", stage="dns", ref="not slow"),
        item(None, stage="dns", ref="unknown"),
        took(5),
    ]
    found = ageing(here, bands, TODAY)
    assert [(aged.item.ref, aged.age, aged.beyond) for aged in found.items] == [
        ("old for analysis", 4, 3), ("slower than half of them", 10, 1), ("not slow", 8, 0),
    ]  # fmt: skip
    assert found.left_out == 1


def test_ageing_without_bands_is_by_age_alone():
    here = [item("2026-11-17", ref="young"), item("2026-11-09", ref="old")]
    assert [(a.item.ref, a.beyond) for a in ageing(here, TooFew(0), TODAY).items] == [("old", None), ("young", None)]


def test_values_that_are_unknown_are_counted():
    assert percentiles([1, 2, 3, 4, 5, None]) == Percentiles(5, 1, {50: 3, 85: 5, 95: 5})
