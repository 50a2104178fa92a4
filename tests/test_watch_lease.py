"""One process looks at a time: who has the lease, for how long, and that a number decides where clocks do not."""

import datetime as dt
import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from core.database.tables import watch_lease
from core.database.transactions import engine, reading, writing
from core.watch import lease as leases
from core.watch.lease import give_back, holds, renew, take
from tests.migrations import NOW

SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)
LENGTH = 20.0


class Clock:
    """Tells the time of a lease: on PostgreSQL it is the server's, which a test moves by moving what was written."""

    def __init__(self, url):
        self.engine, self.now = engine(url), NOW

    def pass_(self, passed):
        """Let time pass, or (less than nothing) put every clock back."""
        self.now += passed
        if self.engine.dialect.name != "sqlite":
            with writing(self.engine) as connection:
                until = connection.execute(sa.select(watch_lease.c.until)).scalar_one()
                connection.execute(sa.update(watch_lease).values(until=until - passed))

    def take(self, holder):
        return take(self.engine, holder, self.now, LENGTH)

    def holds(self, lease):
        with writing(self.engine) as connection:
            return holds(connection, lease, self.now)


@pytest.fixture
def clock(database_url):
    return Clock(database_url)


def test_one_has_it_until_its_time_is_over_and_every_change_makes_the_number_greater(clock):
    first = clock.take("a")
    assert first.fence == 1 and clock.holds(first)
    assert clock.take("b") is None and clock.take("a") is None
    clock.pass_(21 * SECOND)
    assert not clock.holds(first)
    second = clock.take("b")
    assert second.fence == 2 and clock.holds(second) and not clock.holds(first)
    clock.pass_(21 * SECOND)
    # The same one again has another number: what it began under the old one is over.
    again = clock.take("b")
    assert again.fence == 3 and not clock.holds(second)


def test_it_is_renewed_while_nobody_else_has_it(clock):
    mine = clock.take("a")
    clock.pass_(15 * SECOND)
    mine = renew(clock.engine, mine, clock.now, LENGTH)
    clock.pass_(15 * SECOND)
    assert clock.holds(mine) and clock.take("b") is None
    # Late, but nobody has come meanwhile: it goes on under its number.
    clock.pass_(15 * SECOND)
    assert not clock.holds(mine)
    mine = renew(clock.engine, mine, clock.now, LENGTH)
    assert clock.holds(mine) and mine.fence == 1
    clock.pass_(21 * SECOND)
    other = clock.take("b")
    assert renew(clock.engine, mine, clock.now, LENGTH) is None and clock.holds(other)


def test_given_back_it_is_the_next_ones_at_once(clock):
    mine = clock.take("a")
    give_back(clock.engine, mine, clock.now)
    assert not clock.holds(mine) and renew(clock.engine, mine, clock.now, LENGTH) is None
    other = clock.take("b")
    assert clock.holds(other) and other.fence > mine.fence
    give_back(clock.engine, mine, clock.now)
    assert clock.holds(other)


@pytest.mark.parametrize("hours", [-5, -1, 1, 5])
def test_clocks_that_jump_leave_one_holder(clock, hours):
    mine = clock.take("a")
    clock.pass_(hours * HOUR)
    other = clock.take("b")
    # Forward its time is over; back, it would never be: whoever comes takes it, and the number says whose it is.
    assert other is not None and other.fence == 2
    assert clock.holds(other) and not clock.holds(mine)
    assert renew(clock.engine, mine, clock.now, LENGTH) is None
    assert clock.take("c") is None


def test_number_of_another_is_none(clock):
    mine = clock.take("a")
    assert not clock.holds(replace(mine, holder="b")) and not clock.holds(replace(mine, fence=2))
    with reading(clock.engine) as connection:
        assert connection.execute(sa.select(watch_lease.c.holder)).scalars().all() == ["a"]


def test_of_many_that_come_at_once_one_gets_it(database_url):
    db, got = engine(database_url), []
    ready = threading.Barrier(6)

    def come(number):
        ready.wait()
        got.append(take(db, f"p{number}", NOW, LENGTH))

    threads = [threading.Thread(target=come, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in got if one is not None]) == 1


def test_whoever_comes_waits_for_a_holder_that_writes(database_url):
    db, got = engine(database_url), []
    mine = take(db, "a", NOW, LENGTH)
    with writing(db) as connection:
        assert holds(connection, mine, NOW)
        # Over in a moment, so that only the transaction stands between.
        connection.execute(sa.update(watch_lease).values(until=NOW - HOUR))
        other = threading.Thread(target=lambda: got.append(take(db, "b", NOW, LENGTH)))
        other.start()
        other.join(0.3)
        assert other.is_alive() and not got
    other.join()
    # It has waited: what it found was not what stood before.
    assert got[0] is not None and got[0].fence == 2


def test_length_of_a_lease_is_below_what_a_clock_put_back_would_make_of_it():
    assert dt.timedelta(seconds=leases.SECONDS) < leases._LONGEST
