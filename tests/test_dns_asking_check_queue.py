"""Whose turn it is to be asked: no threads, no clock of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dns.asking.check_queue import LEASE, MOST_OF_ONE, MOST_UNDER_WAY, Turns, Visitor


class Queue:
    """Turns in one line: `queue.come("a.pl", "anna")` from a session of its own, at the second `queue.now`."""

    def __init__(self):
        self.turns, self.now, self.sessions = Turns(), 0.0, 0

    def come(self, check, person, session=None):
        self.sessions += 1
        visitor = Visitor(session or f"session {self.sessions}", person)
        self.turns.look(check, visitor, self.now, joins=True)
        return visitor

    def begun(self):
        """Begin all that may begin; return it in order."""
        return list(iter(lambda: self.turns.next(self.now), None))

    def place(self, check):
        return self.turns.place(check, self.now)


@pytest.fixture
def queue():
    return Queue()


def names(person, count):
    return [f"{person}{n}.pl" for n in range(count)]


def fill(queue, but=0):
    """Let people take all places, each as many as they may, but some."""
    for n in range(MOST_UNDER_WAY - but):
        queue.come(f"full{n}.pl", f"person {n // MOST_OF_ONE}")
    return queue.begun()


def test_twenty_four_are_under_way_and_the_rest_waits_in_the_order_of_coming(queue):
    for n in range(400):
        queue.come(f"{n}.pl", f"person {n}")
    assert queue.begun() == [f"{n}.pl" for n in range(24)]
    assert [queue.place(f"{n}.pl") for n in (23, 24, 25, 399)] == [None, 1, 2, 376]
    queue.turns.ended("7.pl")
    assert queue.begun() == ["24.pl"] and queue.place("25.pl") == 1


def test_one_person_has_eight_under_way_however_many_sessions_are_theirs(queue):
    for name in names("anna", 9):
        queue.come(name, "anna")
    assert queue.begun() == names("anna", 8)
    assert queue.place("anna8.pl") == 1
    queue.turns.ended("anna0.pl")
    assert queue.begun() == ["anna8.pl"]


def test_two_persons_are_two(queue):
    for n in range(16):
        queue.come(f"{n}.pl", "jan" if n < 8 else "ewa")
    assert len(queue.begun()) == 16


def test_first_of_another_goes_before_the_next_of_whoever_has_eight(queue):
    fill(queue)
    queue.come("later.pl", "person 0")
    queue.come("first.pl", "somebody new")
    assert (queue.place("first.pl"), queue.place("later.pl")) == (1, 2)
    queue.turns.ended("full0.pl")  # one of person 0's own
    assert queue.begun() == ["first.pl"]


def test_whoever_has_their_eight_does_not_hold_up_those_behind(queue):
    for name in names("anna", 12):
        queue.come(name, "anna")
    queue.come("maria.pl", "maria")
    assert "maria.pl" in queue.begun()
    assert queue.place("anna8.pl") == 1


def test_session_that_looks_at_something_else_waits_no_more_for_what_it_left(queue):
    fill(queue)
    for n in range(400):
        queue.come(f"typed{n}.pl", "anna", session="her tab")
    assert queue.place("typed398.pl") is None and queue.place("typed399.pl") == 1
    queue.turns.look("full0.pl", Visitor("her tab", "anna"), queue.now, joins=True)
    assert queue.place("typed399.pl") is None


def test_whoever_looks_on_keeps_their_place_and_whoever_does_not_gives_it_up(queue):
    fill(queue)
    queue.come("left.pl", "anna")
    maria = queue.come("watched.pl", "maria")
    queue.now = LEASE
    assert (queue.place("left.pl"), queue.place("watched.pl")) == (1, 2)
    # A mere look, which would join no queue, is enough to stay in it.
    queue.turns.look("watched.pl", maria, queue.now, joins=False)
    queue.now += 1
    assert (queue.place("left.pl"), queue.place("watched.pl")) == (None, 1)
    queue.turns.ended("full0.pl")
    assert queue.begun() == ["watched.pl"]


def test_look_joins_nothing_by_itself(queue):
    queue.turns.look("a.pl", Visitor("s", "anna"), 0, joins=False)
    assert queue.begun() == [] and queue.place("a.pl") is None


def test_check_that_two_wait_for_has_the_better_place_and_answers_both(queue):
    fill(queue)
    queue.come("shared.pl", "person 0")
    queue.come("first.pl", "anna")
    queue.come("shared.pl", "maria")
    assert (queue.place("first.pl"), queue.place("shared.pl")) == (1, 2)
    queue.turns.ended("full0.pl")
    queue.turns.ended("full1.pl")
    assert queue.begun() == ["first.pl", "shared.pl"]
    assert queue.place("shared.pl") is None


def test_two_tabs_of_one_person_at_one_check_count_once(queue):
    for name in names("anna", 7):
        queue.come(name, "anna")
    for name in ("same.pl", "same.pl"):
        queue.come(name, "anna")
    assert len(queue.begun()) == 8


def test_check_under_way_is_waited_for_by_nobody_until_it_has_ended(queue):
    queue.come("a.pl", "anna")
    assert queue.begun() == ["a.pl"] and queue.turns.is_under_way("a.pl")
    queue.come("a.pl", "maria")
    assert queue.begun() == [] and queue.place("a.pl") is None
    queue.turns.ended("a.pl")
    queue.come("a.pl", "maria")
    assert queue.begun() == ["a.pl"]


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("come"), st.integers(0, 60), st.integers(0, 5)),
            st.tuples(st.just("end"), st.integers(0, 60), st.just(0)),
        ),
        max_size=200,
    )
)
def test_limits_hold_and_no_place_stays_empty_that_somebody_may_have(steps):
    queue, under_way = Queue(), {}
    for what, number, person in steps:
        name = f"{number}.pl"
        if what == "come":
            queue.come(name, person)
        elif name in under_way:
            del under_way[name]
            queue.turns.ended(name)
        before = {one.check: one.visitor.person for one in queue.turns._waiting.values()}
        # Whose turn it was, of several who waited for the same, is the queue's to say.
        for begun in queue.begun():
            under_way[begun] = queue.turns._under_way[begun]
        mine = [sum(one == person for one in under_way.values()) for person in range(6)]
        assert len(under_way) <= MOST_UNDER_WAY and max(mine) <= MOST_OF_ONE
        waiting = {check: person for check, person in before.items() if check not in under_way}
        assert len(under_way) == MOST_UNDER_WAY or all(mine[person] == MOST_OF_ONE for person in waiting.values())
