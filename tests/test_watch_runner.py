"""Who looks within one process: at what is due, the oldest first, as long as the lease is its own; killed, nothing is
lost and nothing comes twice."""

import datetime as dt
import json
import os
import subprocess
import sys
import threading
import time

import pytest
import sqlalchemy as sa

from core.database.tables import event, watch, watch_lease
from core.database.transactions import reading, writing
from core.ground.settings import ROOT
from core.migration import moves
from core.migration.stages import SEEN, SWITCHED
from core.watch import lease as leases
from core.watch.following import Following, begin
from core.watch.runner import AT_ONCE, Runner
from core.watch.transitions import Facts, changed
from tests.killed_watch import FAST, sight
from tests.migrations import ANNA, NOW
from tests.stores import ON_BOTH, brought, do, empty
from tests.test_watch_transitions import PLAN, before
from tests.watched import DAY, HOUR, MINUTE, Looked, desk_of, notices, rounds, watches

store = pytest.fixture(empty)

KILLS = int(os.environ.get("WATCH_KILLS", "20"))


@pytest.fixture(autouse=True)
def _stopped():
    """Let no runner go on after its test."""
    Running.begun = []
    yield
    for running in Running.begun:
        running.runner.stop()


class Running:
    """A runner whose clock a test moves, and whose looks it hears of."""

    begun: list["Running"]

    def __init__(self, store, look=None, **values):
        self.now, self.looked = NOW, []
        self.begun.append(self)
        self._look = look or (lambda watch: before(self.now))
        self.runner = Runner(
            store, desk_of(store), lambda: PLAN, self._heard, clock=lambda: self.now, **{"seconds": 20.0, **values}
        )

    def _heard(self, watch, heard, plan, now):
        self.looked.append(watch.name)
        return Looked(self._look(watch))

    def once(self, now=None):
        """Look once at all that is due; return the names, and forget them."""
        self.now = now or self.now
        assert self.runner.once()
        found, self.looked = self.looked, []
        return found


def by_hand(store, *names):
    return [begin(store.engine, name, {}, ANNA, NOW) for name in names]


def until(reached):
    """Wait until something is so, however long that takes."""
    for _ in range(6_000):
        if reached():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come to it")


# -- what is due


def test_everything_due_is_looked_at_once_and_again_when_it_is_its_time(store):
    brought(store, "date", "a.pl", "b.pl", planned_at=NOW + 10 * DAY)
    running = Running(store)
    assert sorted(running.once()) == ["a.pl", "b.pl"]
    assert running.once() == [] and running.once(NOW + 5 * HOUR) == []
    assert sorted(running.once(NOW + 7 * HOUR)) == ["a.pl", "b.pl"]
    assert [one.rounds for one in watches(store)] == [2, 2]


def test_oldest_come_first_after_a_long_sleep(store):
    names = [f"d{n}.pl" for n in range(5)]
    ids = by_hand(store, *names)
    with writing(store.engine) as connection:
        for hours, id in enumerate((ids[3], ids[1], ids[4], ids[0], ids[2])):
            due = {"next_at": NOW - DAY + hours * HOUR}
            connection.execute(sa.update(watch).where(watch.c.id == id).values(due))
    assert Running(store, at_once=1).once() == ["d3.pl", "d1.pl", "d4.pl", "d0.pl", "d2.pl"]


@pytest.mark.parametrize("hours", [-30, -3, 3, 30])
def test_clock_that_jumps_leaves_nothing_unlooked_at(store, hours):
    by_hand(store, "a.pl")
    running = Running(store)
    assert running.once() == ["a.pl"]
    jumped = NOW + hours * HOUR
    running.now = jumped
    # Its lease may be over, or far ahead: it is its own all the same, or taken anew.
    found = [name for hour in range(11) for name in running.once(jumped + hour * HOUR)]
    assert found == ["a.pl"] * len(found) and found
    (one,) = watches(store)
    assert one.next_at - running.now <= PLAN.longest


def test_what_moves_now_does_not_wait_behind_all_that_is_looked_at_seldom(store):
    ids = by_hand(store, *(f"d{n}.pl" for n in range(40)))
    with writing(store.engine) as connection:
        connection.execute(sa.update(watch).values(next_at=NOW - DAY))
        moving = {"next_at": NOW - MINUTE, "phase": "switching"}
        connection.execute(sa.update(watch).where(watch.c.id == ids[30]).values(moving))
    assert Running(store, at_once=1).once()[0] == "d30.pl"


@ON_BOTH
def test_row_that_cannot_be_read_stops_no_other(store):
    id = brought(store, "date", "a.pl", "b.pl", planned_at=NOW + 10 * DAY)
    running = Running(store)
    assert sorted(running.once()) == ["a.pl", "b.pl"]
    with writing(store.engine) as connection:
        connection.execute(sa.update(watch).where(watch.c.name == "a.pl").values(sight={"state": "consistent"}))
    brought(store, "date", "c.pl", planned_at=NOW + 10 * DAY)
    # What has to become of the broken one as its migration is another now cannot be written either.
    do(store, id, moves.change, {"planned_at": NOW + 11 * DAY})
    assert sorted(running.once(NOW + 7 * HOUR)) == ["b.pl", "c.pl"]


def test_what_cannot_be_followed_stops_no_look(store, monkeypatch):
    def broken(*_):
        raise RuntimeError

    by_hand(store, "a.pl")
    monkeypatch.setattr(Following, "sync", broken)
    assert Running(store).once() == ["a.pl"]


def test_restart_looks_at_what_was_due_meanwhile_at_once(store):
    by_hand(store, "a.pl")
    first = Running(store)
    assert first.once() == ["a.pl"]
    first.runner.stop()
    second = Running(store)
    assert second.once(NOW + DAY) == ["a.pl"]
    (one,) = watches(store)
    assert one.rounds == 2


def test_look_that_breaks_counts_as_blind_and_stops_no_other(store):
    by_hand(store, "a.pl", "b.pl")

    def look(of):
        if of.name == "a.pl":
            raise RuntimeError("what was read: haslo")
        return before(NOW)

    running = Running(store, look)
    assert sorted(running.once()) == ["a.pl", "b.pl"]
    a, b = watches(store)
    assert (a.blind_since, a.sight, a.rounds) == (NOW, None, 1) and b.sight is not None
    running.once(NOW + DAY)
    assert rounds(store, a.id) == [["blind"]]


def test_what_is_logged_of_it_holds_nothing_that_was_read(store, caplog):
    by_hand(store, "a.pl")

    def look(of):
        raise RuntimeError("haslo: Kot12")

    Running(store, look).once()
    assert "RuntimeError" in caplog.text and "Kot12" not in caplog.text


def test_what_cannot_be_recorded_is_tried_again_later_and_others_go_on(store):
    by_hand(store, "a.pl", "b.pl")
    running = Running(store)

    def fail(_connection, _cursor, statement, parameters, *_):
        if statement.startswith("INSERT INTO watch_round") and parameters[0] == 1:
            raise RuntimeError("the disk is full")

    sa.event.listen(store.engine, "before_cursor_execute", fail)
    try:
        assert sorted(running.once()) == ["a.pl", "b.pl"]
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", fail)
    a, b = watches(store)
    assert (a.rounds, b.rounds) == (0, 1)
    # It rests for a moment: not looked at again at once, for nothing.
    assert running.once() == []
    running.runner._rests.clear()
    assert running.once() == ["a.pl"]


def test_only_so_many_looks_are_under_way_together(store):
    by_hand(store, *(f"d{n}.pl" for n in range(20)))
    lock, busy, most = threading.Lock(), [0], [0]

    def look(of):
        with lock:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        time.sleep(0.01)
        with lock:
            busy[0] -= 1
        return before(NOW)

    running = Running(store, look)
    assert len(running.once()) == 20 and most[0] <= AT_ONCE


def test_notices_are_sent_beside_the_looks(store):
    sent = []
    assert Running(store, send=sent.append).runner.once()
    assert set(sent) == {NOW}


def test_end_of_a_sending_begins_no_other_at_once(store):
    again = threading.Event()
    sent = []

    def send(now):
        sent.append(now)
        if len(sent) > 1:
            again.set()

    Running(store, send=send, every=3600.0).runner.start()
    until(lambda: sent)
    # However slow the machine: what is not to come is waited for in vain.
    assert not again.wait(0.5)


def test_once_ends_after_what_the_last_look_has_brought_was_sent(store):
    by_hand(store, "a.pl")
    known = []

    def send(now):
        known.append(watches(store)[0].rounds)
        # Longer than a turn takes.
        time.sleep(0.05)

    running = Running(store, send=send)
    once = threading.Thread(target=running.runner.once, daemon=True)
    once.start()
    until(lambda: not once.is_alive())
    assert known[-1] == 1


# -- the lease


@ON_BOTH
def test_one_of_two_looks_and_the_other_takes_over_when_it_stops(store):
    by_hand(store, "a.pl")
    first, second = (Running(store, seconds=60.0) for _ in range(2))
    first.runner.start()
    until(lambda: watches(store)[0].rounds == 1)
    assert not second.runner.once() and second.runner.state().since is None
    assert first.runner.state().since == NOW
    first.runner.stop()
    assert first.runner.state().since is None
    with writing(store.engine) as connection:
        connection.execute(sa.update(watch).values(next_at=NOW))
    assert second.once() == ["a.pl"]


@ON_BOTH
def test_whoever_lost_the_lease_in_a_look_writes_nothing(store):
    by_hand(store, "a.pl")
    told = []

    def look(of):
        with writing(store.engine) as connection:
            connection.execute(sa.update(watch_lease).values(until=NOW - 3650 * DAY))
        assert leases.take(store.engine, "another", NOW) is not None
        return before(NOW)

    running = Running(store, look, told=told.append)
    running.runner.start()
    until(lambda: told)
    running.runner.stop()
    assert told[0].outcome == "lost"
    (one,) = watches(store)
    assert (one.rounds, one.version) == (0, 0)
    with reading(store.engine) as connection:
        # Nor does it give back what is not its own.
        assert connection.execute(sa.select(watch_lease.c.holder)).scalar() == "another"


@ON_BOTH
def test_lease_is_renewed_while_a_look_takes_longer(store):
    by_hand(store, "a.pl")
    going_on, told = threading.Event(), []

    def look(of):
        assert going_on.wait(120)
        return before(NOW)

    running = Running(store, look, told=told.append, seconds=1.0)
    # On SQLite the lease goes by the runner's clock.
    began = time.monotonic()
    running.runner._clock = lambda: NOW + dt.timedelta(seconds=time.monotonic() - began)
    running.runner.start()
    until(lambda: running.looked)
    with reading(store.engine) as connection:
        first = connection.execute(sa.select(watch_lease.c.until, watch_lease.c.fence)).one()

    def renewed():
        with reading(store.engine) as connection:
            now = connection.execute(sa.select(watch_lease.c.until, watch_lease.c.fence)).one()
        return now.until > first.until + dt.timedelta(seconds=2) and now.fence == first.fence

    until(renewed)
    going_on.set()
    until(lambda: told)
    running.runner.stop()
    assert told[0].outcome == "written" and not leases._LONGEST < MINUTE


# -- killed


def expected(count):
    """Return what has come true after so many rounds: the keys of transitions, round by round."""
    from tests.test_watch_transitions import watch as plain

    of, found = plain(planned_at=NOW, marks={}), []
    for number in range(count):
        of, transitions = changed(of, sight(number, NOW), FAST, NOW, Facts(confirmed=True))
        found.append([transition.key for transition in transitions])
    return found


def test_what_is_expected_of_the_killed_tells_apart():
    told = [key for keys in expected(20) for key in keys]
    assert told[:3] == ["began.1", "published.1", "propagated.1"]
    assert told[3:] == ["old_again.1", "new_again.1", "old_again.2", "new_again.2", "old_again.3"]


@ON_BOTH
def test_killed_at_random_nothing_is_lost_and_nothing_comes_twice(store, request):
    names = [f"{letter}.pl" for letter in "abcd"]
    id = brought(store, "dns", *names, owner="anna", deputy="maria")
    url = request.getfixturevalue(f"{request.node.callspec.params['store']}_url")
    # The time of the looks is the test's own, that of nobody's calendar.
    environment = {name: value for name, value in os.environ.items() if name != "FROZEN_NOW"}
    script = [sys.executable, "-m", "tests.killed_watch", url, str(KILLS)]
    run = subprocess.run(script, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    # Each time the other took over, and who slept wrote nothing of what it had seen.
    assert len(said["takeovers"]) == KILLS - KILLS // 5 and said["refused"] == KILLS // 5

    found = watches(store)
    assert [one.name for one in found] == names and all(one.rounds >= 16 for one in found)
    with reading(store.engine) as connection:
        assert connection.execute(sa.select(watch_lease.c.fence)).scalar_one() > KILLS
        ticked = sa.select(event.c.domain, event.c.item).where(event.c.actor == "watch", event.c.kind == "checked")
        ticks = sorted(tuple(one) for one in connection.execute(ticked))
    assert ticks == sorted((name, item) for name in names for item in (SWITCHED, SEEN))
    written = notices(store)
    assert len(written) == len(set(written))
    for one in found:
        keys = expected(one.rounds)
        assert rounds(store, one.id) == [[key.partition(".")[0] for key in of_round] for of_round in keys]
        # All within a day, in which people are told of one kind three times at most.
        told = [
            key
            for of_round in keys
            for key in of_round
            if key.partition(".")[0] in PLAN.notices and int(key.partition(".")[2]) <= 3
        ]
        kept = [transition for id, transition, to in written if id == one.id and to == "anna"]
        assert kept == told
    assert store.one(id).seq == len(store.events(id))
