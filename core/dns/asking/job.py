"""Questions that are asked together, and their answers as they come in: for use in any thread."""

import math
import threading
import time
from collections.abc import Sequence
from typing import NamedTuple

from core.dns.observation import Extension, Observation, Question, Server, Transport


class Ask(NamedTuple):
    """A question to a server. `recursion`, `checking_disabled`, `dnssec`: RD, CD, DO.

    `transport`: "udp" goes another way where UDP gets no answer; any other is the only one.
    """

    server: Server
    question: Question
    recursion: bool = False
    checking_disabled: bool = False
    dnssec: bool = False
    transport: Transport = "udp"
    extension: Extension = "nsid"

    @property
    def keeps(self) -> bool:
        """Whether the whole message of its answer is kept, for the signatures in it."""
        return self.dnssec and self.server.role == "authoritative"


class Job:
    """Questions that were asked together, and the answers as they come in."""

    def __init__(self, asks: Sequence[Ask], lease: float) -> None:
        self.asks = tuple(asks)
        self._answers: list[Observation | None] = [None] * len(self.asks)
        self._left = len(self.asks)
        self._lease = lease
        self._looked = time.monotonic()
        self._cancelled = False
        self._over = threading.Event()
        if not self.asks:
            self._over.set()

    def snapshot(self) -> tuple[Observation, ...]:
        """Return what is in so far, in the order of the questions; renews the lease."""
        return tuple(answer for answer in self.answers() if answer is not None)

    def answers(self) -> tuple[Observation | None, ...]:
        """Return for each of `asks` its observation, None where it is still open; renews the lease."""
        self._looked = time.monotonic()
        return tuple(self._answers)

    @property
    def done(self) -> bool:
        """Whether nothing more will come: every question has its observation, or the job was cancelled."""
        return self._over.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody cancelled it, or nobody looked for the length of its lease."""
        return self._cancelled

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is done, at most so many seconds; return whether it is. Waiting is looking."""
        end = math.inf if timeout is None else time.monotonic() + timeout
        while True:
            self._looked = now = time.monotonic()
            if self._over.wait(max(0.0, min(end - now, self._lease / 3))):
                return True
            if time.monotonic() >= end:
                return False

    def cancel(self) -> None:
        """Ask nothing more; what is in stays, what is still under way is dropped."""
        if not self.done:
            self._cancelled = True
            self._over.set()

    def is_answered(self, number: int) -> bool:
        """Tell whether the question of a number has its observation; nobody has looked by that."""
        return self._answers[number] is not None

    def put(self, number: int, observation: Observation) -> None:
        """Keep what came of the question of a number, the first time something does."""
        if self.asks[number].checking_disabled:
            observation = observation._replace(checking_disabled=True)
        if not self._cancelled and self._answers[number] is None:
            self._answers[number] = observation
            self._left -= 1
            if not self._left:
                self._over.set()

    def expired(self, now: float) -> bool:
        """Return whether nothing more will come; cancels it where nobody has looked for the length of its lease."""
        if now - self._looked > self._lease:
            self.cancel()
        return self.done


def ended(job: Job, patience: float) -> tuple[Observation, ...]:
    """Return what was answered within so many seconds, and let the rest be."""
    if not job.wait(patience):
        job.cancel()
    return job.snapshot()
