"""How often an address may be asked: so many times a second, whoever asks, over whichever way and to whichever port."""

import math
from collections.abc import Callable, Container
from dataclasses import dataclass

AUTHORITATIVE_PER_SECOND = 100.0
"""Questions a second to a parent's or an authoritative server, which are there to be asked."""


@dataclass(slots=True)
class Bucket:
    """A token bucket: so many a second, and so many at once after a rest."""

    per_second: float
    burst: float
    tokens: float
    filled: float

    def take(self, now: float) -> bool:
        """Return whether one may go now, and count it."""
        if self.per_second == math.inf:
            return True
        self.tokens = min(self.burst, self.tokens + (now - self.filled) * self.per_second)
        self.filled = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def give_back(self) -> None:
        """Count one less: it did not go."""
        self.tokens += 1

    def is_full(self, now: float) -> bool:
        """Tell whether it has rested for long enough."""
        return self.per_second == math.inf or self.tokens + (now - self.filled) * self.per_second >= self.burst


class Pacing:
    """The buckets of all addresses that were asked lately; `per_second`, `burst`: those of a resolver's.

    `authoritative`: how often an address may be asked as another; None: AUTHORITATIVE_PER_SECOND, or as a resolver
    where that is more.
    """

    def __init__(
        self, per_second: float, burst: float | None, authoritative: Callable[[str], float] | None = None
    ) -> None:
        self._per_second, self._burst = per_second, max(1.0, 2 * per_second if burst is None else burst)
        usual = max(per_second, AUTHORITATIVE_PER_SECOND)
        self._authoritative = authoritative or (lambda _: usual)
        self._buckets: dict[str, Bucket] = {}

    def bucket(self, address: str, now: float, *, limited: bool) -> Bucket:
        """Return the one of an address; `limited`: it is asked as a resolver."""
        rate = self._per_second if limited else self._authoritative(address)
        bucket = self._buckets.get(address)
        if bucket is None:
            burst = self._burst if limited else 2 * rate
            bucket = self._buckets[address] = Bucket(rate, burst, burst, now)
        elif rate < bucket.per_second:
            # Whatever else it is, it is a resolver too.
            bucket.per_second, bucket.burst = rate, self._burst
            bucket.tokens = min(bucket.tokens, self._burst)
        return bucket

    def forget(self, now: float, *, but: Container[str]) -> None:
        """Forget addresses but these: one whose bucket is full again knows no more than a new one."""
        self._buckets = {key: b for key, b in self._buckets.items() if key in but or not b.is_full(now)}
