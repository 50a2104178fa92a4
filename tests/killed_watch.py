"""Two processes that look in turn, of which whoever looks dies again and again: `python -m tests.killed_watch URL N`.

Each dies by SIGKILL before some statement of its own, or sleeps in the middle of a look until the other has taken over
(no SIGSTOP: on SQLite that could keep the only write lock, and the other would wait); another comes in its place. After
N such ends the last two go on for some rounds. What a look sees follows from how many rounds were recorded, so what
must have come true is known. Prints, as JSON, how long each takeover took (in lengths of a lease), and how many looks
of sleepers were refused.
"""

import datetime as dt
import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from itertools import count

import sqlalchemy as sa

from core.database.tables import watch_lease
from core.database.transactions import engine_of, reading
from core.store.store import Store
from core.watch import lease as leases
from core.watch import rows
from core.watch.plan import Plan
from core.watch.runner import Runner
from core.watch.sight import Sight
from core.watch.watch import Watch
from tests.migrations import NOW
from tests.test_watch_transitions import PLAN, after, before, seen
from tests.watched import Looked, desk_of

LEASE = 1.0
"""Seconds."""
_MINUTES = 0.002
FAST = PLAN.model_copy(
    update={"phases": {name: pace.model_copy(update={"minutes": _MINUTES}) for name, pace in PLAN.phases.items()}}
)
"""The plan, but with eight looks at each watch a second."""
_STATEMENTS, _LOOKS = 400, 20
"""At most so many after a takeover somebody dies, or sleeps."""
_SLEEPS = 5
"""Of so many one sleeps instead of dying."""
_AT_LEAST = 16
"""Rounds that each watch has in the end: several things have come true by then, and some again."""
_RAN_OUT = 240.0
"""Seconds in which nothing comes to an end until it is given up: no test's measure."""

_WAY = ("before", "began", "after", "after", "seen")
_ROUND = ("old", "old", "old", "seen", "seen", "seen")


def sight(rounds: int, at: dt.datetime) -> Sight:
    """Return what a look sees after so many recorded rounds."""
    step = _WAY[rounds] if rounds < len(_WAY) else _ROUND[(rounds - len(_WAY)) % len(_ROUND)]
    since = {"switched": NOW, "bound": NOW + dt.timedelta(hours=8), "longest_ttl": None}
    match step:
        case "before":
            return before(at, longest_ttl=None)
        case "began":
            return before(at, longest_ttl=None, began=True)
        case "after":
            return after(at, **since)
        case "old":
            return seen(at, **since | {"propagated": False, "old": ("google",), "old_count": 1})
    return seen(at, **since)


class Clock:
    """Tells all processes the same time, which began when the test did."""

    def __init__(self, began: float) -> None:
        self._began = began

    def __call__(self) -> dt.datetime:
        return NOW + dt.timedelta(seconds=time.time() - self._began)


def work(url: str, clock: Clock, mission: str, number: int) -> None:
    """Look whenever there is nobody else, until the mission is done; forever where it is "live"."""
    drawn = random.Random(number)
    engine = engine_of(url, create=False)
    statements, looks = count(1), count(1)
    last_statement, last_look = drawn.randint(1, _STATEMENTS), drawn.randint(1, _LOOKS)
    asleep, woken, renew = threading.Event(), threading.Event(), leases.renew

    def renewed(*given: object) -> leases.Lease | None:
        while asleep.is_set() and not woken.is_set():
            time.sleep(0.01)
        return renew(*given)

    def die(*_: object) -> None:
        if mission == "die" and runner.state().since and next(statements) == last_statement:
            os.kill(os.getpid(), signal.SIGKILL)

    def look(watch: Watch, heard: bytes | None, _plan: Plan, now: Clock) -> Looked:
        # What was kept is always of the round before.
        assert heard == (str(watch.rounds - 1).encode() if watch.rounds else None), (heard, watch.rounds)
        time.sleep(drawn.uniform(0, 0.03))
        seen_now = sight(watch.rounds, now())
        if mission == "sleep" and next(looks) == last_look:
            asleep.set()
            fence = fence_of(engine)
            until(lambda: fence_of(engine) > fence)
            woken.set()
        return Looked(seen_now, str(watch.rounds).encode())

    def told(recorded: object) -> None:
        if woken.is_set() and recorded.outcome != "written":
            # It woke, and what it had seen was not written.
            os._exit(0)

    runner = Runner(
        Store(engine), desk_of(Store(engine)), lambda: FAST, look, told=told, clock=clock, seconds=LEASE, every=0.1
    )
    leases.renew = renewed
    sa.event.listen(engine, "before_cursor_execute", die)
    sa.event.listen(engine, "commit", die)
    runner.run()


class Pair:
    """The two processes, and what becomes of them."""

    def __init__(self, url: str, number: int) -> None:
        self._url, self._clock = url, Clock(time.time())
        self._missions = ["sleep" if n % _SLEEPS == _SLEEPS - 1 else "die" for n in range(number)]
        self._engine = None
        self._there: dict[int, str] = {}
        self._forked = 0
        self.takeovers: list[float] = []
        self.refused = 0

    def run(self) -> None:
        self._fork(), self._fork()
        self._engine = engine_of(self._url, create=False)
        while "live" not in self._there.values() or len(set(self._there.values())) > 1:
            self._next_end()
        enough = [max(rounds + 2, _AT_LEAST) for rounds in self._rounds()]
        until(lambda: all(now >= then for now, then in zip(self._rounds(), enough, strict=True)))

    def end(self) -> None:
        """Let nobody go on."""
        for pid in self._there:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def _next_end(self) -> None:
        fence, status, pid = fence_of(self._engine), 0, 0

        def ended() -> bool:
            nonlocal fence, pid, status
            pid, status = os.waitpid(-1, os.WNOHANG)
            fence = fence if pid else fence_of(self._engine)
            return bool(pid)

        until(ended)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            since = time.monotonic()
            until(lambda: fence_of(self._engine) > fence)
            self.takeovers.append(round((time.monotonic() - since) / LEASE, 2))
        else:
            assert os.waitstatus_to_exitcode(status) == 0, status
            self.refused += 1
        del self._there[pid]
        self._fork()

    def _fork(self) -> None:
        mission = self._missions[self._forked] if self._forked < len(self._missions) else "live"
        pid = os.fork()
        if pid == 0:
            try:
                work(self._url, self._clock, mission, self._forked)
            finally:
                os._exit(1)
        self._there[pid] = mission
        self._forked += 1

    def _rounds(self) -> list[int]:
        with reading(self._engine) as connection:
            return [watch.rounds for watch in sorted(rows.load(connection), key=lambda watch: watch.id)]


def fence_of(engine: sa.Engine) -> int:
    """Return the number of the present lease; 0 before there is any."""
    with reading(engine) as connection:
        return connection.execute(sa.select(watch_lease.c.fence)).scalar() or 0


def until(reached: Callable[[], bool]) -> None:
    """Wait until something is so."""
    given_up = time.monotonic() + _RAN_OUT
    while not reached():
        assert time.monotonic() < given_up, "nothing goes on"
        time.sleep(0.01)


if __name__ == "__main__":
    pair = Pair(sys.argv[1], int(sys.argv[2]))
    try:
        pair.run()
    finally:
        pair.end()
    print(json.dumps({"takeovers": pair.takeovers, "refused": pair.refused}))
