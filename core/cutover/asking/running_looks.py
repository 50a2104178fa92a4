"""The looks of a process, each shared by everybody who asks for the same: a page begins one, watches, shows.

A look takes minutes, mostly of waiting at the pace of others' servers. It goes on in a thread of its own, whoever
watches; a few go on at once, the others wait. Its result stays for its day.
"""

import datetime as dt
import hashlib
import logging
import threading
from collections.abc import Callable, Hashable, Sequence
from typing import Literal, NamedTuple

from core.cutover.asking.default_pages import DefaultPages
from core.cutover.asking.look import Stage, look
from core.cutover.known_names import KnownName
from core.cutover.probes import Mailbox, Page, Probes, Spoken
from core.cutover.result import STALE, Compared, Cutover
from core.cutover.settings import Targets
from core.cutover.wanted import Wanted
from core.dns.asking.engine import Engine
from core.dns.observation import Server

AT_ONCE = 2
"""Looks that go on at the same time."""
WAITING_MAX = 20
"""Looks that wait; over that nobody may begin one."""
MOST_OF_ONE = 2
"""Of those that go on or wait, one person's: nobody's many keep another's one waiting."""
KEPT = 50
"""Looks that are kept when they are over, the latest of them."""

_log = logging.getLogger(__name__)


Refused = Literal["too_many", "too_many_of_one"]
"""Why no look may be begun: too many wait, or too many of the same person's go on or wait."""


class Means(NamedTuple):
    """What a look needs beside what is asked: the root's servers, the names to ask for, pages that panels show."""

    roots: Sequence[Server]
    known: Sequence[KnownName]
    defaults: DefaultPages


class Progress(NamedTuple):
    """What a look does now, how much of that is done, and of how much (0: nobody knows)."""

    stage: Stage
    done: int = 0
    total: int = 0


class SoFar(NamedTuple):
    """What a look that goes on has seen: the records, once they are compared, and what servers said, as it came."""

    records: tuple[Compared, ...]
    probes: Probes


class RunningLook:
    """A look that may be watched from any thread. `agreed`: UTC.

    `person`: who began it; `former`: what the look at this domain found that was the last when this one was begun.
    """

    def __init__(
        self,
        wanted: Wanted,
        agreed: dt.datetime | None,
        means: Means,
        looks: "Looks",
        person: str,
        former: Cutover | None,
    ) -> None:
        self.wanted, self.agreed, self._means, self._looks = wanted, agreed, means, looks
        self.person, self.former = person, former
        self.progress = Progress("delegation")
        self._seen: list[tuple[Compared, ...] | Page | Spoken | Mailbox] = []
        self.found: Cutover | None = None
        """What came of it, once it is over."""
        self.broken = False
        """Whether it broke, which no look should: it is over, and nothing came of it."""

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.broken or self.found is not None

    @property
    def so_far(self) -> SoFar:
        """What is certain already."""
        seen = tuple(self._seen)
        records = next((one for one in seen if type(one) is tuple), ())
        pages = tuple(one for one in seen if isinstance(one, Page))
        mail = tuple(one for one in seen if isinstance(one, Spoken))
        mailboxes = tuple(one for one in seen if isinstance(one, Mailbox))
        return SoFar(records, Probes(pages, mail, mailboxes))

    @property
    def place(self) -> int | None:
        """Which place it has in the queue, from 1; None where it does not wait."""
        return self._looks._place(self)

    def is_stale(self, now: dt.datetime) -> bool:
        """Tell whether what was found is too old (`now`: UTC) to open a gate."""
        return self.found is not None and now - self.found.at >= STALE

    def _go(self, engine: Engine, targets: Targets, now: dt.datetime) -> None:
        try:
            found = look(
                self.wanted,
                engine,
                self._means.roots,
                self._means.known,
                targets,
                now,
                defaults=self._means.defaults,
                agreed=self.agreed,
                progress=self._tell,
                seen=self._seen.append,
            )
        except Exception:
            # Told on the page.
            _log.exception("a look before a switch failed")
            self.broken = True
        else:
            self.found = found

    def _tell(self, stage: Stage, done: int, total: int) -> None:
        self.progress = Progress(stage, done, total)


class Looks:
    """All looks of a process. `now` tells the time (UTC).

    The engine asks at the pace of `targets`. Its thread, and those of looks, have the network namespace of whoever
    begins the first one.
    """

    def __init__(self, engine: Engine, targets: Targets, now: Callable[[], dt.datetime]) -> None:
        self.targets = targets
        self._engine, self._now = engine, now
        self._lock = threading.RLock()
        self._looks: dict[Hashable, RunningLook] = {}
        self._waiting: list[RunningLook] = []
        self._under_way: list[RunningLook] = []

    def of(self, wanted: Wanted, agreed: dt.datetime | None) -> RunningLook | None:
        """Return the look at exactly this that waits, goes on, or ended within the day; None where there is none."""
        with self._lock:
            self._forget()
            return self._looks.get(_key(wanted, agreed))

    def begin(self, wanted: Wanted, agreed: dt.datetime | None, means: Means, person: str) -> RunningLook | Refused:
        """Return a look at this: the one that waits or goes on already, else a new one, once it is its turn.

        `person`: whose it is, as `Visitor.person` says it; or why it may not be begun.
        """
        with self._lock:
            self._forget()
            key = _key(wanted, agreed)
            there = self._looks.get(key)
            if there is not None and not there.over:
                return there
            # Of those under way one may be over whose thread has not left yet.
            theirs = [one for one in (*self._under_way, *self._waiting) if one.person == person and not one.over]
            if len(theirs) >= MOST_OF_ONE:
                return "too_many_of_one"
            if len(self._waiting) >= WAITING_MAX:
                return "too_many"
            begun = RunningLook(wanted, agreed, means, self, person, self._last(wanted.name))
            # Anew, as the latest of them.
            self._looks.pop(key, None)
            self._looks[key] = begun
            self._waiting.append(begun)
            self._start()
            return begun

    def close(self) -> None:
        """Let nobody wait any more and stop the engine: looks under way end soon, and their threads with them."""
        with self._lock:
            for one in self._waiting:
                one.broken = True
            self._waiting.clear()
        self._engine.stop()

    def _start(self) -> None:
        while self._waiting and len(self._under_way) < AT_ONCE:
            next_one = self._waiting.pop(0)
            self._under_way.append(next_one)
            try:
                threading.Thread(target=self._work, args=(next_one,), name="look", daemon=True).start()
            except RuntimeError:
                # The machine has no thread left: it is one that broke, and may be begun again.
                _log.exception("no thread for a look before a switch")
                next_one.broken = True
                self._under_way.remove(next_one)

    def _work(self, one: RunningLook) -> None:
        try:
            one._go(self._engine, self.targets, self._now())
        finally:
            with self._lock:
                self._under_way.remove(one)
                self._start()

    def _place(self, one: RunningLook) -> int | None:
        with self._lock:
            return self._waiting.index(one) + 1 if one in self._waiting else None

    def _last(self, name: str) -> Cutover | None:
        found = [one.found for one in self._looks.values() if one.found and one.wanted.name == name]
        return max(found, key=lambda one: one.at, default=None)

    def _forget(self) -> None:
        """Forget what is stale, what broke, and the oldest of too many."""
        now = self._now()
        over = [key for key, one in self._looks.items() if one.over]
        for key in over:
            if self._looks[key].broken or self._looks[key].is_stale(now):
                del self._looks[key]
        left = [key for key in over if key in self._looks]
        for key in left[: max(0, len(left) - KEPT)]:
            del self._looks[key]


def _key(wanted: Wanted, agreed: dt.datetime | None) -> Hashable:
    """Return what makes two look at the same: all that is asked, of a file what is in it."""
    zone = hashlib.sha256(repr(wanted.zone).encode("utf-8", "replace")).digest() if wanted.zone else b""
    mapping = tuple(sorted(wanted.mapping.items()))
    servers = wanted.new_servers, wanted.old_servers
    return wanted.name, servers, mapping, wanted.sites, wanted.mailboxes, zone, wanted.zone_source, agreed
