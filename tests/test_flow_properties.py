"""What holds of every history: made by the moves of the desk, and told by imports in any order and with gaps."""

import datetime as dt
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from core import datafiles
from core.flow import history
from core.flow.cumulative import by_stage, entries, flow
from core.flow.history import FINISHED, WORKED
from core.flow.percentiles import PERCENTS, TooFew
from core.flow.throughput import samples, weekly
from core.flow.times import ageing, cycle_times, pace
from core.flow.waiting import waiting
from core.ground import workdays
from core.ground.clock import WARSAW
from core.ground.messages import InputError
from core.migration import moves
from core.migration.event import Event
from core.migration.rebuilding import after, rebuild
from core.migration.stages import CONFIRMED, STAGES, STEPS, position
from tests.flow import at
from tests.migrations import DAY, NAMES, Life, act, some_deed

TARIFF = datafiles.tariff()
BEGIN = at("2026-08-03")
NOW = at("2026-11-18 12:00")
TODAY = NOW.astimezone(WARSAW).date()


ENDS = (
    *((), ("test",), ("test", "rework"), ("test", "rework", "test", "closed"), ("test", "hold", "rework", "closed")),
    *(("closed",), ("test", "rework", "cancel"), ("closed", "reopen"), ("closed", "reopen", "closed")),
)


def _go(life, way, now, told):
    """Go on a way that takes many moves."""
    name = life.m.active[0].name
    match way:
        case "rework":
            life.do(moves.rework, name, "migration", "brak bazy", now=now, at=told)
        case "reopen":
            life.do(moves.correct, "dns", "jednak nie", name, now=now, at=told)
        case "cancel":
            life.do(moves.cancel, "rezygnacja", now=now, at=told)
        case "hold":
            life.do(moves.hold, "us", "urlop", now=now, at=told)
            life.do(moves.resume, now=now)
        case _:
            life.to(way, now=now)


@st.composite
def lived(draw):
    """Return a history that people made, right or wrong, some of it told days later."""
    now = BEGIN + draw(st.integers(0, 60)) * DAY
    wanted = draw(st.integers(1, 3))
    events = moves.register(act(now=now), "P-1", {"client": "Iga"}, {n: {"display": n} for n in NAMES[:wanted]})
    m = rebuild(events)
    for _ in range(draw(st.integers(0, 30))):
        now = min(now + draw(st.sampled_from((dt.timedelta(hours=1), DAY, 3 * DAY))), NOW)
        told = draw(st.sampled_from((None, None, None, now - 2 * DAY)))
        deed = some_deed(draw, m)
        try:
            happened = tuple(deed(m, act(now=now, at=told)))
        except InputError:
            continue
        m, events = after(m, happened), events + happened
    life = Life.__new__(Life)
    life.m, life.events = m, events
    # Nobody is lucky enough to come to an end, or to fail at the test, by trying.
    for way in draw(st.sampled_from(ENDS)):
        now = min(now + draw(st.integers(0, 4)) * DAY, NOW)
        with suppress(InputError):
            _go(life, way, now, draw(st.sampled_from((None, now - 2 * DAY))))
    return list(life.events)


@st.composite
def told(draw):
    """Return a history as imports may tell it: every step on any day or on none, in any order, then corrected."""
    days = st.none() | st.integers(0, 100).map(lambda n: BEGIN + n * DAY)
    count = draw(st.integers(1, 3))
    goal = draw(st.sampled_from(STAGES))

    def event(kind, batch=1, **values):
        return Event(kind, "anna", NOW, draw(days), batch=batch, **values)

    events = [event("registered", new={"ref": "Z-1", "client": "Iga", "sample": False})]
    events += [event("domain_added", domain=name, new={"display": name}) for name in NAMES[:count]]
    first = STAGES[: min(position(goal), position("migration")) + 1]
    events += [event("moved", old=old, new=new) for old, new in pairwise(first)]
    steps = []
    for name in NAMES[:count] if first[-1] == "migration" else ():
        reached = {"closed": "visible", "passwords": "visible"}.get(goal, goal)
        own = STEPS[: STEPS.index(reached) + 1]
        of_it = [event("stepped", domain=name, old=old, new=new) for old, new in pairwise(own)]
        confirmed = replace(event("checked", domain=name, item=CONFIRMED), occurred_at=BEGIN)
        steps.append([*of_it[:3], confirmed, *of_it[3:]] if len(of_it) > 3 else of_it)
    events += [event for of_it in steps for event in of_it[:1]]
    events += [event for of_it in draw(st.permutations(steps)) for event in of_it[1:]]
    if goal == "closed":
        events.append(event("moved", old="passwords", new="closed"))
    m = rebuild(events)
    for _ in range(draw(st.integers(0, 3))):
        item = draw(st.sampled_from(sorted(m.entered)))
        value = draw(days)
        dated = event("dated", batch=2, item=item, new=value.isoformat() if value else None)
        m, events = after(m, [dated]), [*events, dated]
    aside = draw(st.sampled_from(("", "", "held", "cancelled"))) if m.open else ""
    return [*events, event(aside, item="us", reason="x")] if aside else events


HISTORIES = st.lists(st.one_of(lived(), told()), min_size=1, max_size=8)


def items_of(histories):
    return [history.item(events, TARIFF, n) for n, events in enumerate(histories)]


@settings(max_examples=150)
@given(lived() | told())
def test_item_agrees_with_what_stands(events):
    m, item = rebuild(events), history.item(events, TARIFF)
    assert (item.stage, item.open, item.domains, item.client) == (m.stage, m.open, len(m.active), m.client)
    assert set(item.left) == set(STAGES[: position(m.stage)])
    known = [day for day in (item.enquired, item.started, item.finished, item.closed or item.cancelled) if day]
    assert known == sorted(known)
    assert item.cycle_time is None or item.cycle_time >= 1
    assert item.age(TODAY) is None or item.age(TODAY) >= 1
    assert item.reworks == sum(event.kind == "reworked" for event in events)


@settings(max_examples=150)
@given(lived() | told())
def test_spans_follow_one_another_and_are_all_that_was_waited(events):
    item = history.item(events, TARIFF)
    assert all(span.until is not None and span.since < span.until for span in item.spans[:-1])
    assert all(one.until <= other.since for one, other in pairwise(item.spans))
    assert item.open == bool(item.spans and item.spans[-1].until is None)
    found = waiting(item, NOW)
    whole = sum(((span.until or NOW) - span.since for span in item.spans), dt.timedelta())
    assert found.us + found.client + found.hold + found.unknown == max(whole, dt.timedelta())


@given(HISTORIES)
def test_sum_of_throughput_is_what_finished(histories):
    found = items_of(histories)
    weeks = weekly(found, TODAY, 20)
    finished = [item.finished for item in found if item.finished]
    assert sum(week.finished for week in weeks.weeks) == len(finished)
    assert sum(week.started for week in weeks.weeks) == sum(item.started is not None for item in found)
    taken = samples(found, TODAY, weeks=20)
    assert taken.left_out == sum(item.done for item in found) - len(finished)
    yesterday = [day for day in finished if _counted(day) < TODAY]
    assert taken.counts.sum() == len(yesterday)


def _counted(day):
    return day if workdays.is_working_day(day) else workdays.working_days_later(day, 1)


@given(HISTORIES)
def test_cumulative_flow_is_monotone_and_its_stages_lie_one_below_the_other(histories):
    found = flow(items_of(histories), TODAY)
    for counts in found.entered.values():
        assert all(a <= b for a, b in pairwise(counts))
    for above, below in pairwise(found.entered.values()):
        assert (above >= below).all()


@given(HISTORIES)
def test_work_in_progress_is_what_came_less_what_left_on_every_day(histories):
    placed = [item for item in items_of(histories) if entries(item) is not None]
    found = flow(placed, TODAY)
    assert (found.n, found.left_out) == (len(placed), 0)
    for day, in_progress in zip(found.days, found.in_progress, strict=True):
        came = sum(item.started is not None and item.started <= day for item in placed)
        over = [item.finished or item.cancelled for item in placed if item.started is not None]
        assert in_progress == came - sum(end is not None and end <= day for end in over)


@given(HISTORIES)
def test_bands_of_the_flow_are_today_what_stands_at_each_stage(histories):
    placed = [item for item in items_of(histories) if entries(item) is not None]
    found, standing = flow(placed, TODAY), by_stage(placed)
    for stage, later in pairwise(STAGES):
        assert found.entered[stage][-1] - found.entered[later][-1] == standing[stage]


@given(HISTORIES)
def test_pace_never_falls_and_percentiles_are_in_order(histories):
    found = items_of(histories * 5)
    bands = pace(found)
    if not isinstance(bands, TooFew):
        assert list(bands.of) == list(WORKED)
        for percent in PERCENTS:
            ages = [bands.of[stage][percent] for stage in WORKED]
            assert ages == sorted(ages)
        for band in bands.of.values():
            assert list(band.values()) == sorted(band.values())
        cycles = cycle_times([item for item in found if set(item.left) >= set(WORKED)])
        assert isinstance(cycles, TooFew) or cycles.n >= bands.n
    aged = ageing(found, bands, TODAY)
    assert len(aged.items) + aged.left_out == sum(item.in_progress for item in found)
    assert all(item.stage in WORKED for item in found if item.in_progress)
    assert all(position(item.stage) >= position(FINISHED) for item in found if item.done)
