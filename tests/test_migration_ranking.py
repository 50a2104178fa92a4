"""The one order: what is first on the board is first on Start and among the figures, whatever stands on the desk."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from core import datafiles
from core.flow.duties import lines
from core.flow.history import item
from core.flow.percentiles import TooFew
from core.flow.times import Aged, ageing, to_chase
from core.ground.messages import InputError
from core.migration import moves
from core.migration.clocks import running
from core.migration.listing import Wanted, listed
from core.migration.ranking import most_urgent, ranked
from core.migration.rebuilding import after
from core.store.samples.loading import samples
from tests.migrations import ANNA, DAY, MARIA, NAMES, NOW, PROCESS, Life, act, some_deed
from tests.test_store_samples import TEAM, any_now

LISTS = ("overdue", "to_do", "to_ring")


def orders(found, now):
    """Return the refs of migrations (with their events) on the board, on Start, and of the figures."""
    all = [m for m, _ in found]
    board = [one.migration.ref for one in listed(all, Wanted(), PROCESS, now)]
    start = [line.migration.ref for name in LISTS for line in lines(all, PROCESS, now) if line.list == name]
    for id, m in enumerate(all):
        m.id = id
    items = [item(events, datafiles.tariff(), m.id) for m, events in found]
    slow = [Aged(one.item, one.age, 2) for one in ageing(items, TooFew(0), now.date()).items]
    figures = [one.item.ref for one in to_chase(slow, ranked(all, PROCESS, now))]
    return board, start, figures


def one_order(found, now):
    board, start, figures = orders(found, now)
    # Start says of the first ones why, in the same order as the board lists them all.
    assert start == board[: len(start)] and len(set(start)) == len(start)
    assert figures == [ref for ref in board if ref in figures]
    return board, start, figures


@any_now
def test_same_migration_is_first_everywhere_of_the_samples(now):
    found = [(m, events) for m, events in samples(PROCESS, TEAM, now)]
    _, start, figures = one_order(found, now)
    assert len(start) > 15 and len(figures) > 10 and start[0] == figures[0]


@st.composite
def desks(draw):
    """Return some migrations that people did anything to, right or wrong, and a later moment."""
    found = []
    for n in range(draw(st.integers(1, 4))):
        owner = draw(st.sampled_from(["", "anna"]))
        life = Life(*NAMES[: draw(st.integers(1, 3))], ref=f"P-{n}", owner=owner)
        m, events, now = life.m, list(life.events), NOW
        for _ in range(draw(st.integers(0, 12))):
            now += draw(st.sampled_from([dt.timedelta(hours=3), DAY]))
            deed = some_deed(draw, m)
            try:
                more = tuple(deed(m, act(draw(st.sampled_from([ANNA, MARIA])), now)))
            except InputError:
                continue
            m = after(m, more)
            events += more
        found.append((m, events))
    return found, NOW + 12 * DAY + draw(st.integers(0, 200)) * dt.timedelta(hours=1)


@given(desks())
def test_same_migration_is_first_everywhere_whatever_happened(desk):
    found, now = desk
    board, start, _ = one_order(found, now)
    assert one_order(found[::-1], now)[:2] == (board, start)
    # Each line says why, the most harmful first, and has something to press.
    for line in lines([m for m, _ in found], PROCESS, now):
        assert line.reasons[0].list == line.list and line.actions
        assert all(LISTS.index(reason.list) >= LISTS.index(line.list) for reason in line.reasons)
        assert line.tells is None or line.rings


def test_clock_of_a_card_is_that_which_harms_most():
    life = Life("a.pl", "b.pl").to("dns", "a.pl", now=NOW - 12 * DAY).to("test", "b.pl", now=NOW - 12 * DAY)
    life.do(moves.check, "ns_changed", "a.pl", now=NOW - dt.timedelta(hours=40))
    assert {clock.state for clock in running(life.m, PROCESS, NOW)} == {"late"}
    assert most_urgent(running(life.m, PROCESS, NOW)).stage == "dns"
    assert most_urgent([]) is None


def test_overdue_filter_finds_what_is_late_behind_what_harms_more():
    life = Life("a.pl", "b.pl").to("dns", "a.pl", now=NOW - 12 * DAY).to("test", "b.pl", now=NOW - 12 * DAY)
    life.do(moves.check, "ns_changed", "a.pl", now=NOW - dt.timedelta(hours=30))
    (one,) = listed([life.m], Wanted(overdue="late"), PROCESS, NOW)
    assert (one.clock.stage, one.clock.state) == ("dns", "due")
