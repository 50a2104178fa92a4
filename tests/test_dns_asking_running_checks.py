"""Checks that wait for their turn, in real threads: what they ask is held back until the test lets it go."""

import threading
import time
from typing import ClassVar

import pytest

from core.dns.asked import read_wish
from core.dns.asking import running_checks as checks_module
from core.dns.asking.check import Check
from core.dns.asking.check_queue import MOST_OF_ONE, MOST_UNDER_WAY, Visitor
from core.dns.asking.engine import Engine
from core.dns.asking.running_checks import Checks
from tests.test_dns_asked import NOW

OTHERS: set[threading.Thread] = set()
"""Those that tests before these left to a page's own checks."""


def threads():
    named = (thread for thread in threading.enumerate() if thread.name in ("check", "dns"))
    return [thread for thread in named if thread not in OTHERS]


class Held(Check):
    """A check that asks nobody, and whose round ends when the test says so."""

    gate = threading.Event()
    begun: ClassVar[list[str]] = []

    def round(self):
        self.begun.append(self.wish.name.ascii)
        assert self.gate.wait(30)


@pytest.fixture
def checks(monkeypatch):
    OTHERS.update(threads())
    monkeypatch.setattr(Held, "gate", threading.Event())
    monkeypatch.setattr(Held, "begun", [])
    monkeypatch.setattr(checks_module, "Check", Held)
    found = Checks(Engine(), every=30)
    yield found
    Held.gate.set()
    found.close()
    for thread in threads():
        thread.join(30)
    assert not threads()


def of(checks, name):
    return checks.of(read_wish({"name": name}, NOW), (), ())


def look(checks, n, person=None):
    running = of(checks, f"firma{n}.pl")
    running.look(Visitor(f"session {n}", person or f"person {n}"))
    return running


def until(what):
    end = time.monotonic() + 30
    while not what():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_four_hundred_names_make_twenty_four_threads_and_all_are_asked_in_the_end(checks):
    running = [look(checks, n) for n in range(400)]
    assert len(threads()) == MOST_UNDER_WAY
    assert sum(one.asking for one in running) == MOST_UNDER_WAY
    assert (running[24].place, running[399].place) == (1, 376)
    assert running[399].pending and not running[399].asking
    Held.gate.set()
    until(lambda: all(one.rounds == 1 for one in running))
    until(lambda: not threads())  # idle, they end
    assert sorted(Held.begun) == sorted(f"firma{n}.pl" for n in range(400))
    assert not any(one.pending for one in running)


def test_four_hundred_names_of_one_session_are_the_eight_it_may_have_and_the_last_one(checks):
    for n in range(400):
        running = of(checks, f"firma{n}.pl")
        running.look(Visitor("tab", "anna"))
    assert len(threads()) == MOST_OF_ONE and running.place == 1
    Held.gate.set()
    until(lambda: running.rounds and not threads())
    assert len(Held.begun) == MOST_OF_ONE + 1


def test_check_that_nobody_looks_at_gives_its_place_up_and_is_forgotten(checks, monkeypatch):
    for n in range(MOST_UNDER_WAY):
        look(checks, n)
    left, watched = look(checks, 100), look(checks, 101)
    assert (left.place, watched.place) == (1, 2)
    begun = time.monotonic()
    with monkeypatch.context() as patched:
        patched.setattr(checks_module.time, "monotonic", lambda: begun + 80)
        assert look(checks, 101) is watched
        patched.setattr(checks_module.time, "monotonic", lambda: begun + 120)
        assert left.place is None and watched.place == 1
        assert look(checks, 101) is watched and look(checks, 100) is not left


def test_round_that_breaks_gives_its_place_to_the_next(checks, monkeypatch):
    def broken(self):
        Held.begun.append(self.wish.name.ascii)
        assert Held.gate.wait(30)
        raise OSError("no room")

    monkeypatch.setattr(Held, "round", broken)
    running = [look(checks, n) for n in range(MOST_UNDER_WAY + 1)]
    Held.gate.set()
    until(lambda: not threads())
    assert all(one.broken and not one.pending for one in running)
    assert len(Held.begun) == MOST_UNDER_WAY + 1


def test_machine_without_a_thread_left_breaks_that_round_only(checks, monkeypatch):
    def none_left(self):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", none_left)
        refused = look(checks, 0)
    assert refused.broken and not refused.pending
    refused._ended -= 10  # the rest between two rounds that are asked for by hand
    assert refused.again(Visitor("session 0", "person 0")) and refused.asking


def test_again_waits_for_its_turn_like_everybody(checks):
    mine = look(checks, 1000)
    until(lambda: Held.begun)
    Held.gate.set()
    until(lambda: mine.rounds == 1 and not mine.pending)
    Held.gate.clear()
    for n in range(MOST_UNDER_WAY):
        look(checks, n)
    me = Visitor("session 1000", "person 1000")
    assert not mine.again(me)  # it has just been asked
    mine._ended -= 10
    assert mine.again(me) and mine.place == 1 and not mine.asking
    # Asked once more while it waits, it keeps its place.
    assert mine.again(me) and mine.place == 1
