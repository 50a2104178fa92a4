"""What one answer means beside what is expected, in one word."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Literal

from core.dns.change import ChangeSet, Expected, plain, same_values
from core.dns.judging.aliases import chain, leads_to, referred
from core.dns.judging.history import grouped
from core.dns.judging.zones_below import asked_below
from core.dns.observation import Observation, Question, Rrset

Status = Literal[
    "new", "old", "other", "nxdomain", "nodata", "servfail", "refused", "timeout", "bogus", "malformed"
]  # fmt: skip

STALE = frozenset({3, 19})
"""Extended errors of an answer from beyond its TTL: Stale Answer, Stale NXDOMAIN Answer (RFC 8914, RFC 8767)."""

NO_EVIDENCE = frozenset[Status]({"timeout", "malformed", "refused"})
"""Statuses that say nothing about what a resolver has cached: it did not answer, or does not serve us."""

_RCODES: dict[str | None, Status] = {"NXDOMAIN": "nxdomain", "SERVFAIL": "servfail", "REFUSED": "refused"}


def is_stale(observation: Observation) -> bool:
    """Tell whether an answer came from beyond its TTL; it is evidence neither of new data nor of old."""
    return any(code in STALE for code, _ in observation.ede)


def status_of(
    observation: Observation,
    expected: Expected,
    old_values: tuple[str, ...] | None = None,
    unchecked: Observation | None = None,
) -> Status:
    """Return the status of an answer; `old_values` as recorded (None: unknown).

    `unchecked` is what the same server said with CD set: where that is NOERROR, a SERVFAIL is a DNSSEC failure
    (RFC 4035 s. 3.2.2). A truncated answer is not whole, so it is malformed here; the one over TCP counts. Errors
    of other kinds (FORMERR, NOTIMP) are a failing server's.
    """
    if observation.failure is not None:
        return "malformed" if observation.failure == "malformed" else "timeout"
    if observation.rcode == "SERVFAIL" and unchecked is not None and unchecked.rcode == "NOERROR":
        return "bogus"
    if not observation.answered:
        return _RCODES.get(observation.rcode, "servfail")
    if "TC" in observation.flags:
        return "malformed"
    if expected.below and (way := referred("", observation)) and way.zone == expected.below.zone:
        return "new" if way.servers == expected.below.servers else "other"
    values = observation.values
    missing: Status = "nxdomain" if observation.rcode == "NXDOMAIN" else "nodata"
    if expected.disputed:
        return "other" if values or observation.answer else missing
    # Only the zone's own servers may leave a chain unfinished; for a resolver it is no answer.
    if observation.server.role == "authoritative" and (end := leads_to(observation)):
        return "new" if end == plain(expected.alias) else "other"
    if not values:
        return missing if expected.values else "new"
    if same_values(values, expected.values):
        return "new"
    if old_values and same_values(values, old_values):
        return "old"
    return "other"


def sights(expected: Expected, said: Iterable[Observation]) -> list[tuple[dt.datetime, bool]]:
    """Return when a server was seen with the expected records, or with something else that caches may have taken.

    What cannot be cached as an answer (silence, SERVFAIL, REFUSED, a truncated reply) is no sight.
    """
    statuses = ((o.at, status_of(o, expected)) for o in said)
    return [(at, status == "new") for at, status in statuses if status in ("new", "old", "other", "nxdomain", "nodata")]


def seen_beyond(change: ChangeSet, observations: Iterable[Observation]) -> Iterator[tuple[Expected, list[Observation]]]:
    """Yield what is expected of each server of the zones that the change's names lead to, and what it said of that.

    `observations` in order of time; each answer holds only what its server may speak for. Servers that never gave an
    answer are left out.
    """
    answers = [o for o in observations if o.server.role == "authoritative" and o.answered and "TC" not in o.flags]
    answered = [o for o in answers if change.beyond is None or o.server.address in change.beyond]
    latest = grouped({(o.server, o.question): o for o in answered}.values(), lambda o: o.question)
    by_question = grouped(answered, lambda o: o.question)
    for there, theirs in asked_below(change, answers):
        if theirs:
            yield there, theirs
    for expected in change.expected:
        if not expected.alias:
            continue
        links = chain(Question(plain(expected.alias), expected.question.type), latest)
        ends = [*(following.name for _, following in pairwise(links)), ""]
        for link, alias in zip(links, ends, strict=True):
            there = Expected(link.name, link.type, expected.values, alias, expected.disputed and not alias)
            for theirs in grouped(by_question.get(link, ()), lambda o: o.server).values():
                yield there, theirs


def held(observation: Observation) -> int:
    """Return for how many seconds a cache may hold an answer; for a negative one RFC 2308 s. 5; 0 where none does."""
    ends = [rrset.longest for rrset in observation.answer]
    if observation.records is None:
        # As it was sent: a server that does not reduce it to MINIMUM makes BIND, PowerDNS and Knot Resolver keep it.
        ends += [rrset.longest for rrset in observation.authority if rrset.type == "SOA"]
    return max(ends, default=0)


def negative_ttl(soa: Rrset) -> int:
    """Return for how many seconds the absence of a record may be cached: min(SOA TTL, minimum), RFC 2308 s. 5."""
    minimum = soa.values[0].split()[-1] if soa.values and soa.values[0] else ""
    # Text from the network: isdigit alone takes digits of other scripts too.
    return min(soa.ttl, int(minimum)) if minimum.isascii() and minimum.isdigit() else soa.ttl
