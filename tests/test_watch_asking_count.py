"""Renewals fall between each other, processes die, sleep and have wrong clocks: together they never have too much."""

import datetime as dt
import math
from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.dns.asking.server_rate import UNSEEN
from core.watch.asking_count import COUNTED, LIFE, UNCOUNTED, Count, Turn

EPOCH = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
TICK = dt.timedelta(microseconds=1)


@dataclass(eq=False)
class Process:
    """One that asks: `rate` is how fast its clock runs. `turn`: what it has committed and not yet heard of."""

    id: str
    rate: float
    began: float
    count: Count = field(init=False)
    turn: Turn | None = None

    def __post_init__(self):
        self.count = Count(self.id, 0.0)

    def at(self, time):
        return (time - self.began) * self.rate


class Sharing(RuleBasedStateMachine):
    """Processes beside one table, one transaction in it at a time, as `asking_share` writes them.

    A process may hear late, or never, of what it has committed; in between any other may take a step, and time go by.
    """

    def __init__(self):
        super().__init__()
        self.time, self.made = 0.0, 0
        self.clock = EPOCH  # the database's, which may jump
        self.rows = {}
        self.living = []

    @initialize()
    def two_begin(self):
        self.begins(1.0)
        self.begins(1.0)

    def pick(self, number):
        return self.living[number % len(self.living)]

    @precondition(lambda self: len(self.living) < 3)
    @rule(rate=st.sampled_from([0.9, 1.0, 1.1]))
    def begins(self, rate):
        self.made += 1
        self.living.append(Process(f"{self.made}", rate, self.time))

    @rule(seconds=st.sampled_from([0.01, 1.0, 2.0, 4.0, 6.1, 9.0]))
    def time_goes_by(self, seconds):
        self.time += seconds
        self.clock += dt.timedelta(seconds=seconds)

    @rule(hours=st.sampled_from([-2, 1]))
    def clock_of_the_database_is_put(self, hours):
        self.clock += dt.timedelta(hours=hours)

    @precondition(lambda self: self.living)
    @rule(number=st.integers(0, 2), late=st.booleans())
    def renews(self, number, late):
        self.turn(number, 0.0, "heard late" if late else "heard")

    @precondition(lambda self: self.living)
    @rule(
        number=st.integers(0, 2),
        waited=st.sampled_from([0.0, 3.0, 20.0]),
        ends=st.sampled_from(["heard", "heard late", "never heard", "rolled back"]),
    )
    def renews_with_trouble(self, number, waited, ends):
        self.turn(number, waited, ends)

    def turn(self, number, waited, ends):
        process = self.pick(number)
        if process.turn is not None:
            return
        began = process.at(self.time)
        self.time_goes_by(waited)  # for whoever is in the table, for a lost packet
        turn = process.count.counted(dict(self.rows), began, process.at(self.time))
        if ends != "rolled back":
            for id in turn.forgotten:
                del self.rows[id]
            until = self.clock + dt.timedelta(seconds=LIFE)
            self.rows[process.id] = max(until, self.rows.get(process.id, EPOCH - dt.timedelta(days=9)) + TICK)
        if ends.startswith("heard"):
            process.turn = turn
        else:
            process.count.unreachable(process.at(self.time))
        if ends == "heard":
            self.hears(number)

    @precondition(lambda self: self.living)
    @rule(number=st.integers(0, 2))
    def hears(self, number):
        process = self.pick(number)
        if process.turn is not None:
            process.count.committed(process.turn)
            process.turn = None

    @precondition(lambda self: len(self.living) > 1)
    @rule(number=st.integers(0, 2), killed=st.booleans())
    def ends(self, number, killed):
        process = self.pick(number)
        self.living.remove(process)
        if not killed:
            self.rows.pop(process.id, None)

    @invariant()
    def parts_are_no_more_than_there_is(self):
        parts = [(p.count.part(p.at(self.time)), p.count.registered) for p in self.living]
        assert sum(part for part, counted in parts if counted) <= COUNTED + 1e-9
        assert all(part <= UNCOUNTED for part, counted in parts if not counted)


Sharing.TestCase.settings = settings(max_examples=500, stateful_step_count=40, deadline=None)
TestSharing = Sharing.TestCase


# -- what comes of it, where nothing goes wrong


class Table:
    """Renewals one after another, each at once."""

    def __init__(self):
        self.rows, self.number = {}, 0

    def renew(self, *counts, now):
        for count in counts:
            turn = count.counted(dict(self.rows), now, now)
            self.number += 1
            self.rows = {id: beat for id, beat in self.rows.items() if id not in turn.forgotten}
            self.rows[count.id] = EPOCH + self.number * TICK
            count.committed(turn)


def parts(*counts, now):
    return [round(count.part(now) / COUNTED, 6) for count in counts]


@pytest.fixture
def table():
    return Table()


def test_who_is_alone_has_all_at_once_and_a_second_its_half_once_the_first_has_renewed(table):
    one, two = Count("one", 0.0), Count("two", 0.0)
    table.renew(one, now=0.0)
    assert parts(one, now=0.0) == [1]
    table.renew(two, now=0.5)
    assert parts(one, two, now=0.5) == [1, 0] and two.waits
    table.renew(two, now=1.0)
    assert parts(one, two, now=1.0) == [1, 0]
    table.renew(one, two, now=2.0)
    assert parts(one, two, now=2.0) == [0.5, 0.5] and not two.waits


def test_part_gets_smaller_before_others_can_know_that_it_will(table):
    one = Count("one", 0.0)
    table.renew(one, now=0.0)
    one.counted(table.rows | {"two": EPOCH}, 1.0, 1.0)
    assert parts(one, now=1.0) == [0.5]


def test_part_that_is_not_renewed_is_over_after_a_life_and_its_owner_forgotten_a_little_later(table):
    one, two = Count("one", 0.0), Count("two", 0.0)
    table.renew(one, two, one, two, now=0.0)
    for now in (0.5, 2.0, 4.0, 6.0):
        table.renew(one, now=now)
    assert parts(one, two, now=LIFE) == [0.5, 0]
    table.renew(one, now=8.0)
    assert parts(one, two, now=8.0) == [1, 0] and table.rows.keys() == {"one"}
    # It wakes, and is somebody new.
    table.renew(two, one, two, now=9.0)
    assert parts(one, two, now=9.0) == [0.5, 0]
    table.renew(one, two, now=9.0 + LIFE)
    assert parts(one, two, now=9.0 + LIFE) == [0.5, 0.5]


def test_who_slept_without_being_missed_goes_on(table):
    one = Count("one", 0.0)
    table.renew(one, now=0.0)
    assert parts(one, now=100.0) == [0]
    table.renew(one, now=100.0)
    assert parts(one, now=100.0) == [1]


def test_where_the_table_was_emptied_nobody_takes_all_while_another_may_still_have_its_part(table):
    one, two = Count("one", 0.0), Count("two", 0.0)
    table.renew(one, two, one, two, now=0.0)
    table.rows = {}
    table.renew(one, now=1.0)
    assert parts(one, two, now=1.0) == [0, 0.5]
    table.renew(two, one, two, now=2.0)
    assert parts(one, two, now=2.0) == [0, 0]
    table.renew(one, two, now=2.0 + LIFE)
    assert parts(one, two, now=2.0 + LIFE) == [0.5, 0.5]


def test_part_that_got_smaller_stays_so_for_as_long_as_an_engine_may_not_look(table):
    one, two = Count("one", 0.0), Count("two", 0.0)
    table.renew(one, two, one, now=0.0)
    del table.rows["two"]
    for now in (0.5, UNSEEN):
        table.renew(one, now=now)
        assert parts(one, now=now) == [0.5]
    table.renew(one, now=UNSEEN + 1)
    assert parts(one, now=UNSEEN + 1) == [1]


def test_who_never_reached_the_database_asks_a_little_and_who_did_nothing(table):
    never, once = Count("never", 0.0), Count("once", 0.0)
    assert never.part(0.1) == 0
    never.unreachable(0.2)
    assert never.part(0.2) == never.part(math.inf) == UNCOUNTED
    assert Count("waiting", 0.0).part(LIFE) == UNCOUNTED
    table.renew(once, now=0.0)
    once.unreachable(3.0)
    assert once.part(3.0) == COUNTED and once.part(LIFE) == 0
