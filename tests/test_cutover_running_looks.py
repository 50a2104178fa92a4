"""Looks that are shared, wait for their turn and stay for a day, in real threads that the test lets come to an end."""

import datetime as dt
import threading
import time
from dataclasses import replace

import pytest

from core.cutover.asking import running_looks
from core.cutover.asking.default_pages import DefaultPages
from core.cutover.asking.running_looks import AT_ONCE, KEPT, MOST_OF_ONE, WAITING_MAX, Looks, Means, Progress
from core.cutover.result import STALE
from core.cutover.settings import Targets
from core.cutover.wanted import Wanted
from core.dns.asking.engine import Engine
from core.zonefile.reading import read
from tests.test_cutover_report import AT, cutover

MEANS = Means((), (), DefaultPages())
SECOND = dt.timedelta(seconds=1)


class Held:
    """Looks in place of the real one: each goes on until the test lets all end."""

    def __init__(self):
        self.gate, self.begun, self.now = threading.Event(), [], AT
        self.error = None

    def look(self, wanted, engine, roots, known, targets, now, *, defaults, agreed, progress, seen):
        self.begun.append(wanted.name)
        progress("old_zone", 3, 200)
        assert self.gate.wait(60)
        if self.error:
            raise self.error
        return cutover(name=wanted.name, at=now)


@pytest.fixture
def held(monkeypatch):
    found = Held()
    monkeypatch.setattr(running_looks, "look", found.look)
    return found


@pytest.fixture
def looks(held):
    found = Looks(Engine(), Targets(), lambda: held.now)
    yield found
    held.gate.set()
    found.close()
    until(lambda: not found._under_way)


def until(what):
    end = time.monotonic() + 60
    while not what():
        assert time.monotonic() < end
        time.sleep(0.005)


def wanted(n=0, **more):
    return Wanted(f"firma{n}.pl", ("192.0.2.53",), **more)


def begin(looks, n=0, agreed=None, person=None, **more):
    """Begin a look, each domain by somebody else where nobody is named."""
    return looks.begin(wanted(n, **more), agreed, MEANS, person or f"person{n}")


def test_two_go_on_at_once_and_the_others_wait_in_order(looks, held):
    begun = [begin(looks, n) for n in range(5)]
    assert [one.place for one in begun] == [None, None, 1, 2, 3]
    until(lambda: len(held.begun) == AT_ONCE)
    assert sorted(held.begun) == ["firma0.pl", "firma1.pl"]
    held.gate.set()
    until(lambda: all(one.over for one in begun))
    assert {one.found.name for one in begun} == {f"firma{n}.pl" for n in range(5)}


def test_how_far_a_look_is_can_be_read_while_it_goes_on(looks, held):
    one = begin(looks)
    until(lambda: one.progress.done)
    assert one.progress == Progress("old_zone", 3, 200) and not one.over and one.place is None


def test_those_who_ask_the_same_see_the_same_look(looks, held):
    one = begin(looks, mapping={"198.51.100.7": "192.0.2.7", "198.51.100.8": "192.0.2.8"})
    again = begin(looks, mapping={"198.51.100.8": "192.0.2.8", "198.51.100.7": "192.0.2.7"})
    assert one is again
    held.gate.set()
    until(lambda: one.over)
    assert looks.of(one.wanted, None) is one and held.begun == ["firma0.pl"]


ZONE = read(b"$ORIGIN firma0.pl.\n$TTL 60\n@ A 192.0.2.1\n")
OTHER = read(b"$ORIGIN firma0.pl.\n$TTL 60\n@ A 192.0.2.2\n")


@pytest.mark.parametrize(
    "more",
    [
        {"mailboxes": ("jan@firma0.pl",)},
        {"sites": ("sklep.firma0.pl",)},
        {"old_servers": ("198.51.100.53",)},
        {"mapping": {"198.51.100.7": "192.0.2.7"}},
        {"zone": OTHER, "zone_source": "a.zone"},
        {"agreed": AT},
    ],
)
def test_whoever_asks_for_something_else_gets_a_look_of_their_own(looks, held, more):
    assert begin(looks, zone=ZONE, zone_source="a.zone") is not begin(
        looks, **{"zone": ZONE, "zone_source": "a.zone", **more}
    )


def test_one_that_is_over_is_begun_anew_when_asked_for(looks, held):
    held.gate.set()
    one = begin(looks)
    until(lambda: one.over)
    again = begin(looks)
    assert again is not one and looks.of(again.wanted, None) is again
    until(lambda: again.over)


def test_result_is_kept_for_its_day_and_then_is_stale(looks, held):
    held.gate.set()
    one = begin(looks)
    until(lambda: one.over)
    held.now = AT + STALE - SECOND
    assert looks.of(one.wanted, None) is one and not one.is_stale(held.now)
    held.now = AT + STALE
    assert looks.of(one.wanted, None) is None and one.is_stale(held.now)


def test_of_too_many_that_are_over_the_oldest_are_forgotten(looks, held):
    held.gate.set()
    for n in range(KEPT + 3):
        one = begin(looks, n)
        until(lambda one=one: one.over)
    assert [looks.of(wanted(n), None) is not None for n in range(5)] == [False, False, False, True, True]


def test_queue_is_bounded(looks, held):
    begun = [begin(looks, n) for n in range(AT_ONCE + WAITING_MAX)]
    assert begin(looks, 1000) == "too_many"
    # Who asks for one that is there already does not need a place.
    assert begin(looks, 0) is begun[0] and begin(looks, AT_ONCE + 1) is begun[AT_ONCE + 1]
    held.gate.set()
    until(lambda: all(one.over for one in begun))


def test_nobody_has_more_than_two_that_are_not_over(looks, held):
    begun = [begin(looks, n, person="anna") for n in range(MOST_OF_ONE)]
    assert MOST_OF_ONE == 2 and begin(looks, 7, person="anna") == "too_many_of_one"
    # One that waits is somebody's as well; to see what is there takes no place.
    assert begin(looks, 8, person="ola").place == 1 and begin(looks, 9, person="ola").place == 2
    assert begin(looks, 10, person="ola") == "too_many_of_one"
    assert begin(looks, 1, person="ola") is begun[1]
    held.gate.set()
    until(lambda: not looks._under_way and not looks._waiting)
    assert begin(looks, 7, person="anna").wanted.name == "firma7.pl"


def test_look_knows_what_the_last_one_at_its_domain_found_whatever_was_asked_then(looks, held):
    held.gate.set()
    first = begin(looks)
    until(lambda: first.over)
    held.now = AT + SECOND
    other = begin(looks, mailboxes=("jan@firma0.pl",))
    until(lambda: other.over)
    again, elsewhere = begin(looks), begin(looks, 1)
    assert (first.former, other.former, again.former, elsewhere.former) == (None, first.found, other.found, None)
    until(lambda: again.over and elsewhere.over)


def test_look_that_breaks_says_so_and_gives_its_place_to_the_next(looks, held):
    held.error = LookupError("nobody foresaw it")
    begun = [begin(looks, n) for n in range(3)]
    held.gate.set()
    until(lambda: all(one.over for one in begun))
    assert all(one.broken and one.found is None for one in begun)
    held.error = None
    # It is no result: the next one who asks begins anew.
    assert looks.of(begun[0].wanted, None) is None
    again = begin(looks)
    until(lambda: again.over)
    assert again.found


def test_machine_without_a_thread_breaks_the_look_and_not_the_page(looks, held, monkeypatch):
    def none(self):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", none)
        one = begin(looks)
    assert one.broken and not looks._under_way
    held.gate.set()
    again = begin(looks)
    until(lambda: again.found)


def test_closing_ends_those_that_wait(looks, held):
    begun = [begin(looks, n) for n in range(AT_ONCE + 1)]
    looks.close()
    assert begun[-1].broken and begun[-1].place is None


def test_look_is_told_what_was_asked_and_the_hour_at_which_its_turn_came(held, monkeypatch):
    told = {}

    def look(wanted, *given, **named):
        told.update(named, wanted=wanted, given=given)
        return cutover()

    monkeypatch.setattr(running_looks, "look", look)
    engine = Engine()
    looks = Looks(engine, Targets(), lambda: held.now)
    asked = replace(wanted(), mailboxes=("jan@firma0.pl",))
    one = looks.begin(asked, AT + STALE, MEANS, "anna")
    until(lambda: one.over)
    looks.close()
    assert told["wanted"] == asked and told["agreed"] == AT + STALE
    assert told["given"] == (engine, (), (), Targets(), AT)
