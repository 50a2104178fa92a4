"""What stands in the DNS before a change, read off what servers say while it stands: afterwards nobody can tell."""

import datetime as dt
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from types import MappingProxyType

from core.dns.change import ChangeSet, Link, Old, OldRrset, Record, plain
from core.dns.judging.aliases import alias_end, leads_to, links_of, reached, within
from core.dns.judging.delegation import referral
from core.dns.judging.history import grouped, in_order, whole_seconds
from core.dns.judging.status import held, negative_ttl, seen_beyond, sights, status_of
from core.dns.observation import ADDRESSES, Observation, Question, Rrset

_Sight = tuple[Hashable, int]
"""A TTL in seconds, and of what it was seen."""


def recorded(
    zone: str,
    questions: Iterable[Question],
    observations: Iterable[Observation],
    below: Mapping[Question, Collection[str]] = MappingProxyType({}),
) -> Old:
    """Return the old side of a change from everything observed before it: what its caches may hold when it comes.

    `below`: the addresses of servers of zones below that speak for a question, or did. A TTL that was lowered on the
    way counts with what is left of the higher one; None where nobody told one. `values` of a question are known where
    all servers always said the same.
    """
    zone = plain(zone)
    seen = [o for o in in_order(observations) if o.answered and "TC" not in o.flags and o.server.role != "resolver"]
    of_parent = [o for o in seen if o.server.role == "parent" and plain(o.question.name) == zone]
    told = [o for o in seen if "AA" in o.flags and o.server.role == "authoritative"]
    hosts = frozenset[str]().union(*(referral(zone, o) for o in of_parent))
    ours = {o.server for o in told if not o.server.name or plain(o.server.name) in hosts}
    own = [within(zone, o) for o in told if o.server in ours]
    said = grouped(told, lambda o: o.question)
    of_below = [o for o in told if o.server.address in below.get(o.question, ()) and o.server not in ours]
    own_said = grouped(in_order([*own, *of_below]), lambda o: o.question)
    return Old(
        _longest(of_parent, lambda o: _ttls((*o.authority, *o.answer), {"NS"}, {zone})),
        _longest(own, lambda o: _ttls(o.answer, {"NS"}, {zone})),
        _longest(seen, lambda o: _ttls((*o.answer, *o.additional), ADDRESSES, hosts)),
        _longest(own, _negative),
        tuple(_rrset(question, said | {question: own_said.get(question, [])}) for question in questions),
        tuple(sorted({o.server.address for o in own})),
        _longest(of_parent, lambda o: _ttls(o.answer, {"DS"}, {zone})),
        _longest(own, lambda o: _ttls(o.answer, {"DNSKEY"}, {zone})),
    )


def raised_since(change: ChangeSet, old: Old, observations: Iterable[Observation], switched: dt.datetime | None) -> Old:
    """Return the old side with the TTLs that old servers gave to old records after the switch (UTC), where longer.

    Whoever still follows the old delegation, which ends by itself, fetches them so; what is denied there too.
    """
    if change.new_servers is None or switched is None or not old.servers:
        return old
    until = switched + dt.timedelta(seconds=max(old.delegation, default=0))
    theirs = [
        o
        for o in observations
        if o.server.role == "authoritative" and o.server.address in old.servers and switched <= o.at <= until
    ]
    rrsets, negative = [], old.negative_ttl
    for rrset in old.rrsets:
        expected = next((e for e in change.expected if old.rrset(e) is rrset), None)
        given = [o for o in theirs if o.answered and expected and o.question == expected.question]
        longest = max((held(o) for o in given if expected and status_of(o, expected) != "new"), default=0)
        if rrset.values == () and negative is not None:
            negative = max(negative, longest)
        raised = rrset.ttl is not None and longest > rrset.ttl
        rrsets.append(replace(rrset, ttl=longest, links=()) if raised else rrset)
    return replace(old, rrsets=tuple(rrsets), negative_ttl=negative)


def before_edit(change: ChangeSet, observations: Iterable[Observation]) -> list[Observation]:
    """Return what was observed before records were edited in place; nothing where no edit was seen from its beginning.

    Each of the zone's servers (where an alias leads abroad, of that zone's) must have been seen with something else
    than is expected now: what a single one had before tells nothing of what stood before on all of them.
    """
    observations = list(observations)
    edited = False
    dropped: set[int] = set()
    for expected in change.expected:
        said = [o for o in observations if o.server.role == "authoritative" and o.question == expected.question]
        onward = expected.alias or expected.below
        beyond = seen_beyond(change, in_order(observations)) if onward else ()
        there = grouped(beyond, lambda pair: pair[0].question)
        groups = [
            [(expected, o) for o in said if _serves(change, o)],
            *([(e, o) for e, said in pairs for o in said] for pairs in there.values()),
        ]
        for group in groups:
            seen = {(o.server, so) for e, o in group for _, so in sights(e, [o])}
            others = {server for server, so in seen if not so}
            known = others in (set(), {server for server, _ in seen})
            edited = edited or bool(others)
            dropped |= {id(o) for e, o in group if not known or (others and status_of(o, e) == "new")}
    return [o for o in observations if id(o) not in dropped] if edited else []


def _serves(change: ChangeSet, observation: Observation) -> bool:
    return change.addresses is None or observation.server.address in change.addresses


def _rrset(question: Question, said: dict[Question, list[Observation]]) -> OldRrset:
    links = [said.get(link, []) for link in reached(question, said)]
    ttls = [ttl for link in links if (ttl := _longest(link, lambda o: ((o.question, held(o)),))) is not None]
    same = all(len({(o.values, alias_end(o)) for o in link}) == 1 for link in links)
    ends = {o.values or () for o in links[-1]} if same and not any(map(leads_to, links[-1])) else set()
    return OldRrset(question.name, question.type, max(ttls, default=None), next(iter(ends), None), _links(links))


def _links(said: Iterable[Sequence[Observation]]) -> tuple[Link, ...]:
    """Return the records on the way through these answers, zone after zone, each as long as caches may keep it."""
    found: dict[Record, int] = {}
    for answers in said:
        for record in dict.fromkeys((r.name, r.type, r.values) for o in answers for r in links_of(o)):
            kept = _longest(answers, partial(_of_record, record))
            found[record] = max(found.get(record, 0), kept or 0)
    # Without an alias there is one place, and its TTL is known.
    return tuple(found.items()) if any(type == "CNAME" for _, type, _ in found) else ()


def _of_record(record: Record, o: Observation) -> Iterator[_Sight]:
    return ((record, r.longest) for r in links_of(o) if (r.name, r.type, r.values) == record)


def _negative(o: Observation) -> Iterator[_Sight]:
    """Yield for how long an absence may be kept: by RFC 2308, and as negative answers of this very server carry it."""
    yield from ((rrset.type, negative_ttl(rrset)) for rrset in o.answer if rrset.type == "SOA")
    yield from ((rrset.name, rrset.longest) for rrset in o.authority if rrset.type == "SOA")


def _ttls(rrsets: Iterable[Rrset], types: Collection[str], names: Collection[str]) -> Iterator[_Sight]:
    return (((plain(r.name), r.type), r.longest) for r in rrsets if r.type in types and plain(r.name) in names)


def _longest(observations: Iterable[Observation], ttls: Callable[[Observation], Iterable[_Sight]]) -> int | None:
    """Return for how long caches may hold what was seen, after it was seen last, in seconds."""
    seen = [((o.server, what), o.at, ttl) for o in observations for what, ttl in ttls(o)]
    left: list[int] = []
    for looks in grouped(seen, lambda look: look[0]).values():
        _, end, latest = looks[-1]
        # Until the next look at the latest it was given out with the TTL of this one.
        left += [latest, *(whole_seconds(following[1] - end) + ttl for (_, _, ttl), following in pairwise(looks))]
    return max(left, default=None)
