"""Many questions at once to servers that may be asked, as fast as each may be; a failure is an answer too."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import dns.exception
import dns.name

from core.cutover.settings import NAMES_MAX, Targets
from core.dns.asking.engine import Engine
from core.dns.asking.extensions import plainly
from core.dns.asking.job import Ask, Job
from core.dns.observation import Observation, Question

Progress = Callable[[int, int], None]
"""Told from time to time: how many questions have been answered, and how many were asked so far."""

_LOOK = 0.25
"""Seconds between two looks at what is in."""
_SENT = 4
"""So often a question goes out at most: twice over UDP, over TCP, and anew where a connection was lost."""
_MARGIN = 60.0
"""Seconds beyond what the limits to a server account for: repetitions, and others who ask it."""


def quiet(answered: int, asked: int) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Interview:
    """Asks for one look. `answered`, `asked`: questions so far; the engine is to keep to the rates of `targets`."""

    engine: Engine
    targets: Targets
    progress: Progress = quiet
    answered: int = 0
    asked: int = 0

    def put(self, asks: Sequence[Ask]) -> tuple[Observation, ...]:
        """Ask all at once and return what came of each, in their order, once nothing more will come.

        A server whose address may not be asked is not, and counts as unreachable; so does what cannot be asked.
        """
        now = self.engine.now()
        kept = [ask for ask in asks if self.targets.may_be_asked(ask.server.address) and can_be_asked(ask.question)]
        self.asked += len(kept)
        said = {_key(ask): o for ask, o in zip(kept, plainly(kept, self._ended), strict=True)}
        self.progress(self.answered, self.asked)
        return tuple(
            said.get(_key(ask)) or Observation(ask.server, ask.question, now, failure="unreachable") for ask in asks
        )

    def _ended(self, asks: Sequence[Ask]) -> tuple[Observation, ...]:
        before, end = self.answered, time.monotonic() + self._patience(asks)
        job = self.engine.ask(asks)
        try:
            while not job.wait(_LOOK) and time.monotonic() < end:
                self.answered = before + len(job.snapshot())
                self.progress(min(self.answered, self.asked), self.asked)
        finally:
            job.cancel()
        self.answered = min(before + len(asks), self.asked)
        return self._whole(job)

    def _whole(self, job: Job) -> tuple[Observation, ...]:
        # What nobody waited for any longer, or a stopped engine dropped, got no answer.
        now = self.engine.now()
        return tuple(
            o or Observation(ask.server, ask.question, now, failure="timeout")
            for ask, o in zip(job.asks, job.answers(), strict=True)
        )

    def _patience(self, asks: Sequence[Ask]) -> float:
        """Return for how many seconds the limits alone may keep so many questions waiting, and some more."""
        of_server = Counter(ask.server.address for ask in asks)
        paced = (count / self.targets.per_second(address) for address, count in of_server.items())
        return _SENT * max(paced, default=0.0) + _MARGIN


def can_be_asked(question: Question) -> bool:
    """Tell whether the DNS can have such a name: answers and files may lead to any."""
    return _is_a_name(question.name)


@lru_cache(maxsize=2 * NAMES_MAX)
def _is_a_name(name: str) -> bool:
    # A name is asked for by many types, of many servers, on both sides.
    try:
        return len(dns.name.from_text(name, dns.name.root).to_wire() or b"") > 0
    except (dns.exception.DNSException, UnicodeError):
        return False


def _key(ask: Ask) -> tuple[object, ...]:
    return ask.server, ask.question, ask.transport, ask.dnssec
