"""What a zone's parent or servers had and have no more, a DS or a key, and until when caches may go on holding it.

Such an end runs by itself, beside those of a delegation and of records. What is added makes nobody wait.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from core.dns.judging.history import grouped
from core.dns.observation import Observation, Question

FAILURES = dt.timedelta(minutes=2)
"""For how long resolvers keep a failure at most: unbound one minute, PowerDNS one to two."""


@dataclass(frozen=True, slots=True)
class Vanished:
    """Records that were not there any more `at` a moment (UTC), and may be cached `until` another."""

    at: dt.datetime
    until: dt.datetime
    values: frozenset[str]

    @property
    def seconds(self) -> int:
        """For how long caches may hold them from the moment they were missed."""
        return -((self.at - self.until) // dt.timedelta(seconds=1))


def vanished(question: Question, observations: Iterable[Observation]) -> Vanished | None:
    """Return those of the records asked for that caches may hold longest after a server has lost them.

    `observations` in order of time. Each TTL counts until the last moment at which it may have been given out: that of
    the next look. What a server has again is not lost; where it failed to answer, nothing is known.
    """
    found: dict[str, Vanished] = {}
    answered = [o for o in observations if o.question == question and _is_whole(o)]
    for said in grouped(answered, lambda o: o.server).values():
        has = [{v: r.longest for r in o.answer if (r.name, r.type) == question for v in r.values} for o in said]
        ends: dict[str, dt.datetime] = {}
        missed: dict[str, dt.datetime] = {}
        for (before, _), (now, following) in pairwise(zip(has, said, strict=True)):
            for value, ttl in before.items():
                until = following.at + dt.timedelta(seconds=ttl)
                ends[value] = max(until, ends.get(value, until))
                if value not in now:
                    missed[value] = following.at
        for value in ends.keys() - has[-1].keys():
            one = Vanished(missed[value], ends[value], frozenset({value}))
            if value not in found or one.until > found[value].until:
                found[value] = one
    last = max(found.values(), key=lambda one: (one.until, one.at, sorted(one.values)), default=None)
    if last is None:
        return None
    together = frozenset[str]().union(*(one.values for one in found.values() if one.until == last.until))
    return Vanished(last.at, last.until, together)


def _is_whole(o: Observation) -> bool:
    return o.failure is None and o.rcode == "NOERROR" and "TC" not in o.flags
