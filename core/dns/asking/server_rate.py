"""How often an address may be asked: so many times a second, whoever asks, over whichever way and to whichever port.

Of a resolver's rate a process may have a share only, which others change at any moment. What a share lets flow in is
counted from the moment that it was given; what was saved up under a greater one is cut to the smaller one at once. So
all who share never send more together than one who has everything.
"""

import math
from collections.abc import Callable, Container
from dataclasses import dataclass, replace

AUTHORITATIVE_PER_SECOND = 100.0
"""Questions a second to a parent's or an authoritative server, which are there to be asked."""

UNSEEN = 1.5
"""Seconds after which a share that nobody looked at may have been smaller in between: nothing is saved up over that.

Whoever gives shares lets one that has become smaller stay so for longer than this.
"""


@dataclass(slots=True)
class Bucket:
    """A token bucket: so many a second, and so many at once after a rest; of both, the `share`.

    `follow`: what is told each time before one may go, where the share changes.
    """

    per_second: float
    burst: float
    tokens: float
    filled: float
    share: float = 1.0
    follow: Callable[[float], None] | None = None

    def take(self, now: float) -> bool:
        """Return whether one may go now, and count it."""
        if self.follow:
            self.follow(now)
        if self.per_second == math.inf:
            return self.share > 0
        self.fill(now)
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def fill(self, now: float) -> None:
        """Let in what has flowed in since the last time."""
        self.tokens, self.filled = self.level(now), now

    def level(self, now: float) -> float:
        """Return how many may go at once."""
        if self.per_second == math.inf:
            return self.tokens
        # A bucket that holds less than one would let nothing through for ever.
        most = max(1.0, self.burst * self.share) if self.share else 0.0
        return min(most, self.tokens + (now - self.filled) * self.per_second * self.share)

    def give_back(self) -> None:
        """Count one less: it did not go."""
        self.tokens += 1

    def is_full(self, now: float) -> bool:
        """Tell whether it has rested for long enough."""
        return self.per_second == math.inf or self.level(now) >= self.burst


class Pacing:
    """The buckets of all addresses that were asked lately; `per_second`, `burst`: those of a resolver's.

    `authoritative`: how often an address may be asked as another; None: AUTHORITATIVE_PER_SECOND, or as a resolver
    where that is more. `share`: tells the part of every resolver's rate (0 to 1) that is ours now; None: all of it.
    """

    def __init__(
        self,
        per_second: float,
        burst: float | None,
        authoritative: Callable[[str], float] | None = None,
        share: Callable[[], float] | None = None,
    ) -> None:
        burst = max(1.0, 2 * per_second if burst is None else burst)
        usual = max(per_second, AUTHORITATIVE_PER_SECOND)
        self._authoritative = authoritative or (lambda _: usual)
        self._share, self._looked = share, -math.inf
        # What a resolver's bucket is that nobody has taken from.
        self._rested = Bucket(per_second, burst, burst, 0.0, follow=self._follow if share else None)
        self._buckets: dict[str, Bucket] = {}

    def bucket(self, address: str, now: float, *, limited: bool) -> Bucket:
        """Return the one of an address; `limited`: it is asked as a resolver."""
        bucket = self._buckets.get(address)
        if bucket is None:
            rate = self._authoritative(address)
            bucket = self._rest(now) if limited else Bucket(rate, 2 * rate, 2 * rate, now)
            self._buckets[address] = bucket
        elif limited:
            if self._rested.per_second < bucket.per_second or bucket.follow != self._rested.follow:
                # Whatever else it is, it is a resolver too.
                self._limit(bucket, now)
        elif (rate := self._authoritative(address)) < bucket.per_second:
            bucket.per_second, bucket.burst = rate, self._rested.burst
            bucket.tokens = min(bucket.tokens, bucket.burst)
        return bucket

    def look(self, now: float) -> None:
        """Follow the share while nobody asks, so that what flows in meanwhile counts."""
        if self._share and any(bucket.follow for bucket in self._buckets.values()):
            self._follow(now)

    def forget(self, now: float, *, but: Container[str]) -> None:
        """Forget addresses but these: one whose bucket is full again knows no more than a new one."""
        self._buckets = {key: b for key, b in self._buckets.items() if key in but or not self._is_as_new(b, now)}

    def _rest(self, now: float) -> Bucket:
        if self._share:
            self._follow(now)
        self._rested.fill(now)
        return replace(self._rested)

    def _limit(self, bucket: Bucket, now: float) -> None:
        rested = self._rest(now)
        bucket.fill(now)
        bucket.share, bucket.follow = rested.share, rested.follow
        bucket.tokens = min(bucket.tokens, rested.tokens)
        if rested.per_second < bucket.per_second:
            bucket.per_second, bucket.burst = rested.per_second, rested.burst

    def _is_as_new(self, bucket: Bucket, now: float) -> bool:
        return bucket.is_full(now) or (bucket.follow is not None and bucket.level(now) >= self._rested.level(now))

    def _follow(self, now: float) -> None:
        """Have every resolver's bucket go by the share as it is now."""
        assert self._share
        share, rested = self._share(), self._rested
        unseen = now - self._looked > UNSEEN
        self._looked = max(self._looked, now)
        if unseen or share != rested.share:
            # Nobody knows when it has changed: since the last look it counts as the smaller of both.
            sure = 0.0 if unseen else min(share, rested.share)
            for bucket in (rested, *(b for b in self._buckets.values() if b.follow)):
                bucket.share = sure
                bucket.fill(now)
                bucket.share = share
