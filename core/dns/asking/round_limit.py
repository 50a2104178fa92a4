"""What one round of a check may ask the servers of zones, and what is in of it so far."""

from collections.abc import Sequence

from core.dns.asking.engine import Engine
from core.dns.asking.extensions import plainly
from core.dns.asking.job import Ask, Job, ended
from core.dns.judging.aliases import within
from core.dns.observation import Observation

MOST_ASKED = 3_000
"""Questions to servers of zones in a round, beside the walk's and those without EDNS included: what is over is not
asked, and so not known. Two companies of thirteen servers, with all that goes along, come to two thirds of it."""
BESIDE = 2.0
"""Seconds for what is asked beside: of servers that have just answered, and of others' until no more is begun."""
_PATIENCE = 30.0
"""Seconds for a round: limits to a resolver queue questions rather than fail them."""


class Ration:
    """Asks for one round; `in_so_far` may be called in any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._left = MOST_ASKED
        self._jobs: list[Job] = []

    def begun(self, asks: Sequence[Ask]) -> Job:
        """Ask, whatever is left."""
        job = self._engine.ask(asks)
        self._jobs = [*self._jobs, job]
        return job

    def ended(self, job: Job, zone: str = "") -> tuple[Observation, ...]:
        """Return what was answered in the end; authoritative servers speak for this zone only."""
        return tuple(within(zone, o) if o.server.role == "authoritative" else o for o in ended(job, _PATIENCE))

    def answered(self, asks: Sequence[Ask], zone: str) -> tuple[Observation, ...]:
        """Ask, and whom EDNS upsets once more without; return what was answered in the end."""
        return plainly(asks, lambda some: self.ended(self.begun(self._rationed(some)), zone))

    def in_so_far(self) -> list[Observation]:
        """Return what was answered."""
        return [o for job in self._jobs for o in job.snapshot()]

    def _rationed(self, asks: Sequence[Ask]) -> Sequence[Ask]:
        asks = asks[: self._left]
        self._left -= len(asks)
        return asks
