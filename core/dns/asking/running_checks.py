"""The checks that go on in a process, each shared by everybody who asks for the same: a page starts, looks, shows.

A round is asked in a thread that only waits for the engine and then takes the next one whose turn it is
(`check_queue`); where none is, it ends. Rounds come from looking: a check that nobody looks at asks nothing.
"""

import copy
import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Sequence

from core.dns.asking.check import Check
from core.dns.asking.check_queue import LEASE, Turns, Visitor
from core.dns.asking.engine import Engine
from core.dns.judging.check_so_far import Heard
from core.dns.judging.verdict import Verdict
from core.dns.observation import Observation, Server
from core.dns.wish import Wish

EVERY = 30.0
"""Seconds between two rounds of a check that is followed live."""
AT_LEAST = 5.0
"""Seconds between two rounds that somebody asks for by hand."""
FORGOTTEN = 1800.0
"""Seconds after which a check that nobody looked at is forgotten; one that was never asked goes sooner."""

_log = logging.getLogger(__name__)


class Running:
    """A check that may be looked at from any thread."""

    def __init__(self, check: Check, every: float, checks: "Checks") -> None:
        self._check, self._every, self._checks = check, every, checks
        self._lock = threading.Lock()
        self._verdicts: dict[Wish, tuple[Verdict, dt.datetime]] = {}
        self._under_way = check
        self.rounds = 0
        self.broken = False
        self.ended_at: dt.datetime | None = None
        """When the last round ended (UTC)."""
        self._looked = self._ended = time.monotonic()

    @property
    def check(self) -> Check:
        """The check as its last whole round left it; nothing changes it any more."""
        return self._check

    @property
    def asking(self) -> bool:
        """Whether a round is under way."""
        return self._checks._is_under_way(self)

    @property
    def place(self) -> int | None:
        """Which place its next round has in the queue, from 1; None where nobody waits for one."""
        return self._checks._place(self)

    @property
    def pending(self) -> bool:
        """Whether a round is under way or waited for."""
        return self.asking or self.place is not None

    def look(self, visitor: Visitor, *, live: bool = False) -> None:
        """Say that somebody looks; the first look asks the first round, and live ones a round whenever one is due.

        Whoever has just come is a live one: what others were answered long ago is no answer now.
        """
        self._looked = time.monotonic()
        wants = not (self.rounds or self.broken) or (live and self.rests >= self._every)
        self._checks._look(self, visitor, wants=wants)

    def again(self, visitor: Visitor) -> bool:
        """Ask a round once it is its turn; return whether that can be: not while one is asked or has just been."""
        if self.asking or self.rests < min(AT_LEAST, self._every):
            return False
        self._checks._look(self, visitor, wants=True)
        return True

    @property
    def rests(self) -> float:
        """Seconds since the last round ended."""
        return time.monotonic() - self._ended

    @property
    def next_in(self) -> float:
        """Seconds until the next round of a live check."""
        return max(0.0, self._every - self.rests)

    @property
    def forgotten(self) -> bool:
        """Whether nobody has looked for long."""
        kept = FORGOTTEN if self.rounds or self.broken else LEASE
        return time.monotonic() - self._looked > kept and not self.pending

    def verdict(self, wish: Wish, now: dt.datetime) -> Verdict | None:
        """Return what follows from the rounds so far, as one wish expects it; None before the first has ended."""
        judged = self.judged(wish, now)
        return judged[1] if judged else None

    def judged(self, wish: Wish, now: dt.datetime) -> tuple[Check, Verdict] | None:
        """Return a verdict as `verdict` does, with the check that it is on.

        Judged anew only after a round, or when a moment has come that it tells of.
        """
        with self._lock:
            if not self.rounds:
                return None
            found, then = self._verdicts.get(wish, (None, now))
            if found is None or any(at is not None and then < at <= now for at in found.moments):
                found = self._check.judge(now, wish)
                self._verdicts[wish] = found, now
            return self._check, found

    def answers(self) -> Sequence[Observation]:
        """Return all that was seen, with what is in so far of a round under way."""
        return self._under_way.seen()

    def _round(self) -> None:
        # On a copy: whoever looks meanwhile sees the whole rounds before.
        check = self._under_way = copy.copy(self._check)
        try:
            check.round()
        except Exception:
            # Told on the page.
            _log.exception("a round of a check failed")
            self.broken = True
        else:
            self.broken = False
        with self._lock:
            if not self.broken:
                self._check = check
                self._verdicts.clear()
                self.rounds += 1
                self.ended_at = check.engine.now()
            self._ended = time.monotonic()


class Checks:
    """All checks of a process. Those who ask the same servers the same questions share one, whatever they expect."""

    def __init__(self, engine: Engine, every: float = EVERY) -> None:
        self.engine, self._every = engine, every
        # Reentrant: what is forgotten depends on the queue, which it guards too.
        self._lock = threading.RLock()
        self._running: dict[object, Running] = {}
        self._turns: Turns[Running] = Turns()

    def of(
        self,
        wish: Wish,
        roots: Sequence[Server],
        resolvers: Sequence[Server],
        before: Callable[[], Heard | None] = lambda: None,
    ) -> Running:
        """Return the check of a wish; a new one has asked nothing yet, and begins with what was heard `before`."""
        key = wish.asking, tuple(roots), tuple(resolvers)
        with self._lock:
            self._running = {key: running for key, running in self._running.items() if not running.forgotten}
            if key in self._running:
                return self._running[key]
        # Others need not wait while it is read.
        check = Check(wish, self.engine, roots, resolvers)
        if (heard := before()) is not None:
            check.begin_with(heard)
        with self._lock:
            return self._running.setdefault(key, Running(check, self._every, self))

    def close(self) -> None:
        """Let nobody wait any more and stop the engine: rounds under way end, and their threads with them."""
        with self._lock:
            self._turns.clear()
        self.engine.stop()

    def _is_under_way(self, running: Running) -> bool:
        with self._lock:
            return self._turns.is_under_way(running)

    def _place(self, running: Running) -> int | None:
        with self._lock:
            return self._turns.place(running, time.monotonic())

    def _look(self, running: Running, visitor: Visitor, *, wants: bool) -> None:
        with self._lock:
            self._turns.look(running, visitor, time.monotonic(), joins=wants)
        while found := self._next():
            try:
                threading.Thread(target=self._work, args=(found,), name="check", daemon=True).start()
            except RuntimeError:
                # The machine has no thread left: it is one that broke, and may be asked again.
                _log.exception("no thread for a round of a check")
                found.broken = True
                self._end(found)

    def _work(self, running: Running | None) -> None:
        while running:
            try:
                running._round()
            finally:
                self._end(running)
            running = self._next()

    def _next(self) -> Running | None:
        with self._lock:
            return self._turns.next(time.monotonic())

    def _end(self, running: Running) -> None:
        with self._lock:
            self._turns.ended(running)
