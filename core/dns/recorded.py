"""What stands in the DNS before a change, read off what servers say while it stands: afterwards nobody can tell."""

import datetime as dt
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from itertools import pairwise

from core.dns.aliases import alias_end, chain, leads_to, within
from core.dns.change import ChangeSet, Old, OldRrset, plain
from core.dns.delegation import referral
from core.dns.history import grouped, in_order
from core.dns.observation import ADDRESSES, Observation, Question, Rrset
from core.dns.status import held, negative_ttl, sights, status_of

_Sight = tuple[Hashable, int]
"""A TTL in seconds, and of what it was seen."""


def recorded(zone: str, questions: Iterable[Question], observations: Iterable[Observation]) -> Old:
    """Return the old side of a change from everything observed before it: what its caches may hold when it comes.

    A TTL that was lowered on the way counts with what is left of the higher one; None where nobody told one. `values`
    of a question are known where all servers always said the same.
    """
    zone = plain(zone)
    seen = [o for o in in_order(observations) if o.failure is None and o.rcode in ("NOERROR", "NXDOMAIN")]
    seen = [o for o in seen if "TC" not in o.flags and o.server.role != "resolver"]
    of_parent = [o for o in seen if o.server.role == "parent" and plain(o.question.name) == zone]
    told = [o for o in seen if "AA" in o.flags and o.server.role == "authoritative"]
    hosts = frozenset[str]().union(*(referral(zone, o) for o in of_parent))
    own = [within(zone, o) for o in told if not o.server.name or plain(o.server.name) in hosts]
    said = grouped(told, lambda o: o.question)
    own_said = grouped(own, lambda o: o.question)
    return Old(
        _longest(of_parent, lambda o: _ttls((*o.authority, *o.answer), {"NS"}, {zone})),
        _longest(own, lambda o: _ttls(o.answer, {"NS"}, {zone})),
        _longest(seen, lambda o: _ttls((*o.answer, *o.additional), ADDRESSES, hosts)),
        _longest(own, lambda o: ((rrset.type, negative_ttl(rrset)) for rrset in o.answer if rrset.type == "SOA")),
        tuple(_rrset(question, said | {question: own_said.get(question, [])}) for question in questions),
        tuple(sorted({o.server.address for o in own})),
        _longest(of_parent, lambda o: _ttls(o.answer, {"DS"}, {zone})),
    )


def before_edit(change: ChangeSet, observations: Iterable[Observation]) -> list[Observation]:
    """Return what was observed before records were edited in place; nothing where no edit was seen from its beginning.

    Each of the zone's servers must have been seen with something else than is expected now: what a single one had
    before tells nothing of what stood before on all of them.
    """
    observations = list(observations)
    edited = False
    dropped: set[int] = set()
    for expected in change.expected:
        said = [o for o in observations if o.server.role == "authoritative" and o.question == expected.question]
        seen = {(o.server, so) for o in said if _serves(change, o) for _, so in sights(expected, [o])}
        others = {server for server, so in seen if not so}
        beyond = {o.values for o in observations if o.question == Question(plain(expected.alias), expected.type)}
        known = others in (set(), {server for server, _ in seen}) and len(beyond) < 2
        edited = edited or bool(others)
        dropped |= {id(o) for o in said if not known or (others and status_of(o, expected) == "new")}
    return [o for o in observations if id(o) not in dropped] if edited else []


def _serves(change: ChangeSet, observation: Observation) -> bool:
    return change.addresses is None or observation.server.address in change.addresses


def _rrset(question: Question, said: dict[Question, list[Observation]]) -> OldRrset:
    links = [said.get(link, []) for link in chain(question, said)]
    ttls = [ttl for link in links if (ttl := _longest(link, lambda o: ((o.question, held(o)),))) is not None]
    same = all(len({(o.values, alias_end(o)) for o in link}) == 1 for link in links)
    ends = {o.values or () for o in links[-1]} if same and not any(map(leads_to, links[-1])) else set()
    return OldRrset(question.name, question.type, max(ttls, default=None), next(iter(ends), None))


def _ttls(rrsets: Iterable[Rrset], types: Collection[str], names: Collection[str]) -> Iterator[_Sight]:
    return (((plain(r.name), r.type), r.ttl) for r in rrsets if r.type in types and plain(r.name) in names)


def _longest(observations: Iterable[Observation], ttls: Callable[[Observation], Iterable[_Sight]]) -> int | None:
    """Return for how long caches may hold what was seen, after it was seen last, in seconds."""
    seen = [((o.server, what), o.at, ttl) for o in observations for what, ttl in ttls(o)]
    left: list[int] = []
    for looks in grouped(seen, lambda look: look[0]).values():
        _, end, latest = looks[-1]
        # Until the next look at the latest it was given out with the TTL of this one.
        left += [latest, *(_seconds(following[1] - end) + ttl for (_, _, ttl), following in pairwise(looks))]
    return max(left, default=None)


def _seconds(span: dt.timedelta) -> int:
    return -(-span // dt.timedelta(seconds=1))
