"""What resolvers' answers say against a formula: old data that outlives it, answers that fail, names that are denied.

Evidence has a veto: a formula is about caches that keep to the rules, an answer is about somebody who gets it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.dns.change import ChangeSet, Old, Record
from core.dns.judging.aliases import links_of
from core.dns.judging.findings import Finding, Tag
from core.dns.judging.history import grouped
from core.dns.judging.resolvers import IN_A_ROW, Judged, answering
from core.dns.judging.status import Status, held
from core.dns.observation import Observation, Question, Server

MOST_KEPT = 32
"""Answers of one cache that are kept for the ends that they showed."""
MOST_ENDS = 4_096
"""Answers of all caches that are kept for their ends: of a zone that says something else each time the latest half."""
SLACK = dt.timedelta(seconds=2)
"""Caches count whole seconds, one for each link of a bound: so much later is no other end."""

_FAILS = frozenset[Status | None]({"servfail", "bogus"})
_DENIES = frozenset[Status | None]({"nxdomain", "nodata"})


@dataclass(frozen=True, slots=True)
class Current:
    """What the zone's present servers give: by question every set of values, and every record on the way to them."""

    values: Mapping[Question, frozenset[tuple[str, ...]]]
    links: frozenset[Record]


def current_of(observations: Iterable[Observation], addresses: frozenset[str], since: dt.datetime | None) -> Current:
    """Return what servers at these addresses give: since they agree (UTC), with rotations, else what each said last.

    `observations` in order of time.
    """
    theirs = [o for o in observations if o.server.role == "authoritative" and o.server.address in addresses]
    latest = {(o.server, o.question): o for o in theirs}.values()
    said = [o for o in theirs if o.at >= since] if since is not None else list(latest)
    by_question = grouped((o for o in said if o.values), lambda o: o.question)
    links = frozenset((r.name, r.type, r.values) for o in said for r in o.answer)
    return Current({q: frozenset(o.values or () for o in some) for q, some in by_question.items()}, links)


@dataclass(frozen=True, slots=True)
class Kept:
    """Until when (UTC) a cache showed, by its own TTL, that it keeps old data, and which."""

    until: dt.datetime
    server: Server


def kept_longest(
    samples: Sequence[Judged], change: ChangeSet, old: Old, current: Current, upto: dt.datetime
) -> Kept | None:
    """Return the latest end that an old answer given up to a moment has shown; None where none was given."""
    absent = _absent_before(change, old)
    ends = [
        Kept(_end(s.observation, current), s.observation.server)
        for s in samples
        if s.observation.at <= upto and is_old(s, current, absent)
    ]
    return max(ends, key=lambda kept: (kept.until, kept.server), default=None)


@dataclass(frozen=True, slots=True)
class Against:
    """What speaks against a change having arrived.

    `findings`: one for each resolver and question that fails, denies, or has old data after their end; `waiting`: the
    resolvers whose last word was old data that they may still have had.
    """

    findings: tuple[Finding, ...]
    waiting: tuple[Server, ...]


def against(
    samples: Sequence[Judged], change: ChangeSet, old: Old, current: Current, eta: dt.datetime | None, *, signed: bool
) -> Against:
    """Return what speaks against the change having arrived, by what each resolver said last, or lately after the end.

    `eta`: the end of the old data (UTC), None where it is not known; `signed`: whether the parent has a DS.
    """
    absent = _absent_before(change, old)
    asked = {expected.question for expected in change.expected}
    disputed = {expected.question for expected in change.expected if expected.disputed}
    findings: list[Finding] = []
    waiting: set[Server] = set()
    for (server, question), said in grouped(samples, lambda s: (s.observation.server, s.observation.question)).items():
        evidence = [s for s in answering(said) if not s.stale]
        if question not in asked or not evidence or said[-1].stale:
            continue
        latest = evidence[-1]
        before = evidence[-2].status if len(evidence) > 1 else None
        values = {"name": question.name, "type": question.type}
        # One address may be many caches: one new answer after an old one is no sign that all have it.
        past = [s for s in evidence[-IN_A_ROW:] if eta is not None and s.observation.at > eta + SLACK]
        if any(is_old(s, current, absent) for s in past):
            moved = change.new_servers is not None
            findings.append(Finding("resolver_still_old" if moved else "resolver_keeps_old", server, values))
        elif is_old(latest, current, absent):
            # What was given before the hour says nothing of after it, until somebody asks again.
            waiting.add(server)
        elif latest.status in _FAILS:
            findings.append(Finding(_failure(latest.status, before, signed=signed), server, values))
        elif latest.status in _DENIES and question not in disputed:
            findings.append(Finding("resolver_denies" if before in _DENIES else "resolver_unsure", server, values))
    return Against(tuple(findings), tuple(sorted(waiting)))


def _failure(status: Status, before: Status | None, *, signed: bool) -> Tag:
    """Return what a SERVFAIL is: once it may be a passing one; without a DS it is none of signatures."""
    if before not in _FAILS:
        return "resolver_unsure"
    return "bogus" if signed and status == before == "bogus" else "resolver_fails"


def is_old(sample: Judged, current: Current, absent: frozenset[Question]) -> bool:
    """Tell whether an answer is one of before the change: neither from beyond its TTL nor what a present server gives.

    A denial is, where there was nothing before.
    """
    o = sample.observation
    if sample.stale:
        return False
    if sample.status in _DENIES:
        return o.question in absent
    return sample.status in ("old", "other") and (o.values or ()) not in current.values.get(o.question, frozenset())


def _absent_before(change: ChangeSet, old: Old) -> frozenset[Question]:
    return frozenset(e.question for e in change.expected if e.values and old.rrset(e).values == ())


def shown_until(o: Observation) -> dt.datetime:
    """Return until when (UTC) a cache keeps an answer at the longest, by the TTLs that it gave with it."""
    return _whole(o.at) + dt.timedelta(seconds=held(o))


def _end(o: Observation, current: Current) -> dt.datetime:
    return _whole(o.at) + dt.timedelta(seconds=_left(o, current))


def _whole(at: dt.datetime) -> dt.datetime:
    # What is left of a TTL is told without its fraction; in whole seconds every answer of one fetch tells one end.
    return at.replace(microsecond=0) + dt.timedelta(seconds=1 + (at.microsecond > 0))


def _left(o: Observation, current: Current) -> int:
    """Return for how many seconds the cache keeps what is old in its answer.

    Along an alias that is the first record that the present servers do not give; a negative answer is kept as it says.
    """
    gone = (r.longest for r in links_of(o) if (r.name, r.type, r.values) not in current.links)
    return next(gone, held(o))


def later_ends(
    ends: Mapping[object, tuple[Observation, ...]], said: Iterable[Observation]
) -> dict[object, tuple[Observation, ...]]:
    """Return by cache and answer those that showed a later end (by two seconds or more) than all before them."""
    found = dict(ends)
    for o in said:
        if o.server.role != "resolver" or not o.answer:
            continue
        key = o.server, o.nsid, o.question, o.values
        kept = found.get(key, ())
        if not kept or shown_until(o) > shown_until(kept[-1]) + dt.timedelta(seconds=2):
            kept = (*kept, o)
            # A cache that fetches anew for hours: every second of the older ones tells enough.
            found[key] = kept if len(kept) <= MOST_KEPT else (*kept[: MOST_KEPT // 2 : 2], *kept[MOST_KEPT // 2 :])
    if len(found) > MOST_ENDS:
        latest = set(sorted(found, key=lambda key: shown_until(found[key][-1]))[-MOST_ENDS // 2 :])
        found = {key: kept for key, kept in found.items() if key in latest}
    return found
