"""Whoever looks within one process: takes the lease or waits for it, then looks at what is due, what moves now first.

    runner = Runner(store, desk, plan, look)
    runner.start()          # beside a dashboard; or runner.run() in the foreground
    runner.stop()           # after what is under way

Nothing that matters is kept here: what is killed at any moment is still due in the database, and whoever has the lease
next looks at it. Its threads are daemons for that reason.
"""

import datetime as dt
import logging
import os
import queue
import random
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from secrets import token_hex

import sqlalchemy as sa

from core.database.tables import watch as table
from core.database.transactions import reading
from core.ground import clock as clocks
from core.store.store import Store
from core.watch import lease as leases
from core.watch import rows
from core.watch.following import Following
from core.watch.lease import Lease
from core.watch.phases import due
from core.watch.plan import Plan
from core.watch.recording import NOTHING, Desk, Look, Recorded, record, thin
from core.watch.watch import Watch

Looking = Callable[[Watch, bytes | None, Plan, Callable[[], dt.datetime]], Look]
"""Looks at a watch, with what was heard of it before (`core.watch.looking`)."""

EVERY = 1.0
"""Seconds between two looks at what is due."""
AT_ONCE = 8
"""Looks that are under way together; how fast anybody is asked is for the engine to bound."""
_THIN_EVERY = 3600.0
_REST_OF_FOLLOWING = 20.0
"""So many times as long as it took to follow what moves it rests."""
_REST = 5.0
"""Seconds that a watch rests whose look could not be written; twice as many after each further time."""
_LONGEST_REST = 600.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """What a runner does now: whether it has the lease, since when (UTC), and how many looks are under way."""

    holder: str
    since: dt.datetime | None
    under_way: int


class Runner:
    """Looks at what is due, as long as it has the lease."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        plan: Callable[[], Plan],
        look: Looking,
        *,
        send: Callable[[dt.datetime], object] | None = None,
        told: Callable[[Recorded], object] | None = None,
        clock: Callable[[], dt.datetime] = clocks.now,
        seconds: float = leases.SECONDS,
        at_once: int = AT_ONCE,
        every: float = EVERY,
    ) -> None:
        """`send`: sends the notices that are due; `told`: hears of every look that was recorded, from any thread."""
        self._store, self._desk, self._plan, self._look = store, desk, plan, look
        self._send, self._told, self._clock, self._seconds = send, told, clock, seconds
        self._following = Following(store)
        self._jobs: queue.SimpleQueue[Watch | None] = queue.SimpleQueue()
        self._at_once, self._every = at_once, every
        self._lock = threading.Lock()
        self._lease: Lease | None = None
        self._since: dt.datetime | None = None
        self._under_way: set[int] = set()
        self._rests: dict[int, tuple[float, float]] = {}
        self._stopping, self._wake, self._sending = threading.Event(), threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []
        self._working = False
        self._thinned = self._follows_at = self._sends_at = float("-inf")
        self.holder = f"{socket.gethostname()[:60]}.{os.getpid()}.{token_hex(4)}"

    # -- from outside

    def start(self) -> None:
        """Run in threads of its own."""
        self._spawn(self.run)

    def run(self) -> None:
        """Run in this thread until `stop`."""
        self._work()
        while not self._stopping.is_set():
            if not self._guarded(self._turn, "turn"):
                self._stopping.wait(_REST)
            self._wake.wait(self._every)
            self._wake.clear()

    def once(self) -> bool:
        """Look once at all that is due, send what is due, and return; False where another has the lease."""
        self._work()
        if not self._has_lease():
            return False
        self._follows_at = float("-inf")
        self._turn()
        while self.state().under_way:
            self._wake.wait(self._every)
            self._wake.clear()
            self._turn(new=False)
        while self._sending.is_set():
            self._wake.wait(self._every)
            self._wake.clear()
        if self._send is not None:
            # What the last look has brought, too.
            self._sending.set()
            self._send_due()
        return True

    def stop(self, patience: float = 30.0) -> None:
        """Begin nothing more, wait for what is under way (seconds), and give the lease back."""
        self._stopping.set()
        self._wake.set()
        for _ in range(self._at_once):
            self._jobs.put(None)
        given_up = time.monotonic() + patience
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, given_up - time.monotonic()))
        with self._lock:
            mine, self._lease = self._lease, None
        if mine is not None:
            # What is still under way writes nothing: the next one looks again.
            self._guarded(lambda: leases.give_back(self._store.engine, mine, self._clock()), "give back")

    def state(self) -> State:
        """Return what it does now."""
        with self._lock:
            return State(self.holder, self._since if self._lease else None, len(self._under_way))

    # -- turns

    def _turn(self, *, new: bool = True) -> None:
        if not self._has_lease():
            return
        plan, now = self._plan(), self._clock()
        if new and time.monotonic() >= self._follows_at:
            began = time.monotonic()
            # Where that fails, what is followed already is looked at all the same.
            self._guarded(lambda: self._following.sync(plan, now), "follow")
            ended = time.monotonic()
            # With many migrations, of which somebody always changes one, it is no more than a part of the work.
            self._follows_at = ended + _REST_OF_FOLLOWING * (ended - began)
        if time.monotonic() - self._thinned > _THIN_EVERY:
            self._thinned = time.monotonic()
            self._guarded(lambda: thin(self._store.engine, plan, now), "thin")
        for watch in self._due(plan, now):
            with self._lock:
                self._under_way.add(watch.id)
            self._jobs.put(watch)
        # Its end wakes the runner, so that it must not begin another one at once.
        if self._send is not None and not self._sending.is_set() and time.monotonic() >= self._sends_at:
            self._sends_at = time.monotonic() + self._every
            self._sending.set()
            self._spawn(self._send_due)

    def _due(self, plan: Plan, now: dt.datetime) -> list[Watch]:
        """Return watches that are due and wait for nobody, as many as there is room for.

        Those of phases that look often come first, and of a phase the oldest.
        """
        with self._lock:
            busy = self._under_way | {id for id, (until, _) in self._rests.items() if until > time.monotonic()}
            room = 2 * self._at_once - len(self._under_way)
        if room <= 0:
            return []
        # One that is to be looked at absurdly late was told so by a clock that has been put back.
        which = (table.c.next_at <= now) | (table.c.next_at > now + plan.longest)
        order = (rows.urgency(plan).desc(), table.c.next_at, table.c.id)
        query = sa.select(table.c.id).where(which).order_by(*order).limit(room + len(busy))
        with reading(self._store.engine) as connection:
            ids = [id for id in connection.execute(query).scalars() if id not in busy][:room]
            found = rows.load_readable(connection, ids)
        for id in set(ids) - {watch.id for watch in found}:
            _log.warning("watch %s cannot be read, it is not looked at", id)
            self._rest(id)
        return [watch for watch in found if due(watch, plan, now)]

    def _has_lease(self) -> bool:
        with self._lock:
            mine = self._lease
        if mine is not None and mine.until <= self._clock():
            # After a sleep of the machine: others may have it by now, and what is seen without it is not written.
            self._renewed()
        with self._lock:
            if self._lease is not None:
                return True
        taken = leases.take(self._store.engine, self.holder, self._clock(), self._seconds)
        if taken is None:
            return False
        with self._lock:
            self._lease, self._since = taken, self._clock()
        _log.info("%s looks now (%s)", self.holder, taken.fence)
        return True

    # -- threads

    def _work(self) -> None:
        if self._working:
            return
        self._working = True
        for _ in range(self._at_once):
            self._spawn(self._take_jobs)
        self._spawn(self._renew)

    def _spawn(self, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=f"watch-{target.__name__.strip('_')}", daemon=True)
        self._threads = [one for one in self._threads if one.is_alive() or one.ident is None] + [thread]
        thread.start()

    def _renew(self) -> None:
        while not self._stopping.wait(self._seconds / 4):
            self._guarded(self._renewed, "renew")

    def _renewed(self) -> None:
        with self._lock:
            mine = self._lease
        if mine is None:
            return
        renewed = leases.renew(self._store.engine, mine, self._clock(), self._seconds)
        with self._lock:
            if self._lease is mine:
                self._lease = renewed
        if renewed is None:
            _log.warning("%s looks no more: another has taken the lease", self.holder)

    def _send_due(self) -> None:
        assert self._send is not None
        try:
            send = self._send
            self._guarded(lambda: send(self._clock()), "send")
        finally:
            self._sending.clear()
            self._wake.set()

    def _take_jobs(self) -> None:
        while (watch := self._jobs.get()) is not None:
            try:
                if not self._stopping.is_set():
                    self._do(watch)
            finally:
                with self._lock:
                    self._under_way.discard(watch.id)
                self._wake.set()

    def _do(self, watch: Watch) -> None:
        with self._lock:
            mine = self._lease
        if mine is None:
            return
        try:
            plan = self._plan()
            looked = self._looked(watch, plan)
            recorded = record(self._desk, mine, watch, looked, plan, self._clock(), random.random())  # noqa: S311
        except Exception as error:
            _tell(f"look at watch {watch.id}", error)
            self._rest(watch.id)
            return
        if recorded.outcome == "written":
            with self._lock:
                self._rests.pop(watch.id, None)
        elif recorded.outcome == "lost":
            self._guarded(self._renewed, "renew")
        if self._told is not None:
            told = self._told
            self._guarded(lambda: told(recorded), "told")

    def _looked(self, watch: Watch, plan: Plan) -> Look:
        try:
            with reading(self._store.engine) as connection:
                heard = rows.load_heard(connection, watch.id)
            return self._look(watch, heard, plan, self._clock)
        except sa.exc.DBAPIError:
            raise
        except Exception as error:
            # It is as if nobody had answered: after an hour of that people are told.
            _tell(f"look at watch {watch.id}", error)
            return NOTHING

    def _rest(self, id: int) -> None:
        with self._lock:
            _, last = self._rests.get(id, (0.0, _REST / 2))
            length = min(2 * last, _LONGEST_REST)
            self._rests[id] = time.monotonic() + length, length

    def _guarded(self, deed: Callable[[], object], what: str) -> bool:
        """Do something that is done again anyway: what is wrong is logged, and stops nobody; return whether it went."""
        try:
            deed()
        except Exception as error:
            _tell(what, error)
            return False
        return True


def _tell(what: str, error: Exception) -> None:
    """Log an error by its type and place, not by its text, which may hold what was read."""
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    place = ""
    with suppress(AttributeError):
        place = f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last else ""
    _log.warning("watch: %s: %s at %s", what, type(error).__name__, place)
