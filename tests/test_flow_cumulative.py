"""Cumulative flow and waiting, worked out by hand."""

import datetime as dt

import numpy as np

from core.flow.cumulative import by_stage, entries, flow
from core.flow.history import Span
from core.flow.percentiles import TooFew
from core.flow.waiting import Waited, Waiting, waited, waiting
from core.migration import moves
from core.migration.stages import STAGES
from tests.flow import Way, at, day, item
from tests.migrations import NOW

HOUR = dt.timedelta(hours=1)


def two():
    """Return a migration that is through, and one that is at its test."""
    through = Way("a.pl", now=at("2026-11-02"), ref="P-1").by(
        *(("data", "2026-11-02"), ("analysis", "2026-11-03"), ("date", "2026-11-03"), ("migration", "2026-11-04")),
        *(("test", "2026-11-04"), ("visible", "2026-11-06"), ("closed", "2026-11-08")),
    )
    testing = Way("b.pl", now=at("2026-11-03"), ref="P-2").by(
        ("analysis", "2026-11-04"), ("migration", "2026-11-05"), ("test", "2026-11-06")
    )
    return through, testing


def test_flow_counts_who_had_entered_each_stage_by_the_end_of_each_day():
    found = flow([life.item for life in two()], day("2026-11-09"))
    assert (found.n, found.left_out, str(found.days[0]), str(found.days[-1])) == (2, 0, "2026-11-02", "2026-11-09")
    assert {stage: counts.tolist() for stage, counts in found.entered.items()} == {
        "package":   [1, 2, 2, 2, 2, 2, 2, 2],
        "data":      [1, 1, 2, 2, 2, 2, 2, 2],
        "analysis":  [0, 1, 2, 2, 2, 2, 2, 2],
        "date":      [0, 1, 1, 2, 2, 2, 2, 2],
        "migration": [0, 0, 1, 2, 2, 2, 2, 2],
        "sync":      [0, 0, 1, 1, 2, 2, 2, 2],
        "test":      [0, 0, 1, 1, 2, 2, 2, 2],
        "dns":       [0, 0, 0, 0, 1, 1, 1, 1],
        "passwords": [0, 0, 0, 0, 1, 1, 1, 1],
        "closed":    [0, 0, 0, 0, 0, 0, 1, 1],
    }  # fmt: skip
    assert found.in_progress.tolist() == [0, 1, 2, 2, 1, 1, 1, 1]


def test_flow_can_begin_later_and_knows_who_had_come_before():
    found = flow([life.item for life in two()], day("2026-11-09"), day("2026-11-07"))
    assert found.entered["package"].tolist() == [2, 2, 2]


def test_what_was_sent_back_has_its_stage_still_to_come():
    _, testing = two()
    testing.do(moves.rework, "b.pl", "migration", "brak bazy", now=at("2026-11-08"))
    found = flow([testing.item], day("2026-11-09"))
    assert (found.entered["migration"][-1], found.entered["sync"][-1]) == (1, 0)
    testing.by(("test", "2026-11-09"))
    found = flow([testing.item], day("2026-11-09"))
    assert found.entered["test"].tolist() == [0, 0, 0, 0, 0, 0, 1]


def test_cancelled_one_leaves_by_every_stage_it_had_before_it():
    _, testing = two()
    testing.do(moves.cancel, "rezygnacja", now=at("2026-11-08"))
    found = flow([testing.item], day("2026-11-09"))
    assert found.in_progress.tolist() == [0, 1, 1, 1, 1, 0, 0]
    assert {stage: int(counts[-1]) for stage, counts in found.entered.items()} == dict.fromkeys(STAGES, 1)
    early = Way(now=at("2026-11-03"))
    early.do(moves.cancel, "rezygnacja", now=at("2026-11-05"))
    assert flow([early.item], day("2026-11-06")).in_progress.tolist() == [0, 0, 0, 0]


def test_unknown_day_between_is_that_of_the_next_stage_and_an_unknown_start_or_end_leaves_it_out():
    known = item("2026-11-03", "2026-11-06", enquired=None, left={"test": day("2026-11-05")})
    assert [str(entered) for entered in entries(known)] == ["2026-11-03"] * 3 + ["2026-11-05"] * 5 + ["2026-11-06"] * 2
    nowhere = [item(None, "2026-11-06"), item("2026-11-02", None, stage="passwords"), item(None, stage="package")]
    cancelled = item("2026-11-02", stage="date", dropped=True)
    found = flow([known, *nowhere, cancelled], day("2026-11-09"))
    assert (found.n, found.left_out) == (1, 4)


def test_stage_told_before_the_start_was_entered_with_it():
    muddled = item("2026-11-05", "2026-11-06", left={"analysis": day("2026-11-02"), "dns": day("2026-11-06")})
    assert str(entries(muddled)[3]) == "2026-11-05"
    running = item("2026-11-05", stage="date", left={"analysis": day("2026-11-02")})
    assert [str(entered) for entered in entries(running)] == ["2026-11-05"] * 4


def test_flow_of_nothing_is_none():
    found = flow([], day("2026-11-09"))
    assert (found.n, len(found.days), np.sum(found.in_progress)) == (0, 1, 0)


def test_open_ones_stand_at_their_stages():
    cancelled = item(stage="date", dropped=True, open=False)
    found = by_stage([item(stage="date"), item(stage="date"), item(stage="test"), item(stage="closed"), cancelled])
    assert (found["date"], found["test"], found["dns"], "closed" in found) == (2, 1, 0, False)


# -- waiting

SPANS = (
    Span(at("2026-11-02 10:00"), at("2026-11-02 12:00"), "client"),
    Span(at("2026-11-02 12:00"), at("2026-11-03 12:00"), "us"),
    Span(at("2026-11-03 12:00"), at("2026-11-03 15:00"), "hold"),
    Span(at("2026-11-18 09:00"), None, "us"),
)


def test_waiting_is_told_apart_and_runs_on_until_now():
    assert waiting(item(spans=SPANS), NOW) == Waiting(us=27 * HOUR, client=2 * HOUR, hold=3 * HOUR)


def test_waiting_in_a_period_is_that_of_its_days():
    one = item(spans=SPANS)
    assert waited([one], NOW, day("2026-11-02"), day("2026-11-02")).total == Waiting(us=12 * HOUR, client=2 * HOUR)
    assert waited([one], NOW, day("2026-11-03"), day("2026-11-17")).total == Waiting(us=12 * HOUR, hold=3 * HOUR)
    assert waited([one], NOW, day("2026-11-04"), day("2026-11-05")) == Waited(0, 0, Waiting(), TooFew(0))


def test_waiting_of_several_is_summed_and_says_of_how_many_some_is_unknown():
    unknown = item(spans=(Span(at("2026-11-02 10:00"), at("2026-11-02 11:00"), "unknown"),))
    found = waited([item(spans=SPANS), item(spans=SPANS), unknown, item()], NOW)
    assert (found.n, found.left_out) == (3, 1)
    assert found.total == Waiting(us=54 * HOUR, client=4 * HOUR, hold=6 * HOUR, unknown=HOUR)


def test_median_is_of_each_side_by_itself_and_of_those_whose_whole_time_is_known():
    def waits(side, hours):
        return Span(at("2026-11-02 10:00"), at("2026-11-02 10:00") + hours * HOUR, side)

    unknown = item(spans=(waits("unknown", 1), waits("us", 90)))
    items = [item(spans=(waits("us", n), waits("client", 10 - n))) for n in (1, 2, 3, 7)]
    assert waited([*items, unknown], NOW).median == TooFew(4, left_out=1)
    found = waited([*items, unknown, item(spans=(waits("hold", 5),))], NOW).median
    assert found == Waiting(us=2 * HOUR, client=7 * HOUR)


def test_hour_that_the_clock_shows_twice_is_waited_twice():
    autumn = item(spans=(Span(at("2026-10-25 00:00"), at("2026-10-26 00:00"), "us"),))
    assert waited([autumn], NOW, day("2026-10-25"), day("2026-10-25")).total.us == 25 * HOUR
