"""Old name servers that feed caches: who sends the old NS set along with every answer keeps some caches for good.

Knot Resolver, and PowerDNS where the zone's own NS outlive the parent's, take that set anew from each answer and never
ask the parent again. No formula binds them; the cure is at those servers.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.dns.change import ChangeSet, Old, plain
from core.dns.judging.findings import Finding
from core.dns.judging.history import grouped, last
from core.dns.judging.status import status_of
from core.dns.observation import ADDRESSES, Observation, Rrset, Server


@dataclass(frozen=True, slots=True)
class Feeding:
    """What old servers do to caches that stay with them.

    `servers`: those that name themselves in their latest answers; `old_data`: those of them that give old records;
    `until`: when the last NS set that was seen to be sent along runs out (UTC), `ttl` its seconds.
    """

    servers: tuple[Server, ...] = ()
    old_data: tuple[Server, ...] = ()
    until: dt.datetime | None = None
    ttl: int = 0


def feeding_of(change: ChangeSet, old: Old, observations: Iterable[Observation]) -> Feeding:
    """Return which of the servers that are to be left, or were, keep caches (observations in order of time).

    Before a switch that is told beforehand those are the ones delegated to, afterwards those that were.
    """
    if change.new_servers is None:
        return Feeding()
    theirs = [o for o in observations if o.server.role == "authoritative" and _is_left(change, old, o.server)]
    sent = [(o, ns.longest) for o in theirs if (ns := _sent_along(change, old, o))]
    feeds: list[Server] = []
    old_data: list[Server] = []
    expected = {one.question: one for one in change.expected}
    for server, said in grouped(theirs, lambda o: o.server).items():
        latest = [found for some in grouped(said, lambda o: o.question).values() if (found := last(some))]
        if any(_sent_along(change, old, o) for o in latest):
            feeds.append(server)
            if any(o.question in expected and status_of(o, expected[o.question]) != "new" for o in latest):
                old_data.append(server)
    return Feeding(
        tuple(sorted(feeds)),
        tuple(sorted(old_data)),
        max((o.at + dt.timedelta(seconds=ttl) for o, ttl in sent), default=None),
        max((ttl for o, ttl in sent if o.server in feeds), default=0),
    )


def feeding_findings(feeding: Feeding, *, over: bool) -> Iterator[Finding]:
    """Yield what is to be told of it; `over`: the end of the old data has come, and nobody was seen with any."""
    if feeding.old_data and not over:
        yield Finding("old_servers_feed", None, {"servers": _named(feeding.old_data)})
    elif feeding.servers:
        yield Finding("old_servers_feed_on", None, {"servers": _named(feeding.servers), "seconds": feeding.ttl})


def _named(servers: Sequence[Server]) -> str:
    return ", ".join(f"{s.name} ({s.address})" if s.name else s.address for s in servers)


def _is_left(change: ChangeSet, old: Old, server: Server) -> bool:
    """Tell whether a server is none of those that the zone is to have."""
    if change.addresses is None or server.address not in change.addresses:
        return server.address in old.servers
    # Delegated to now: it goes, unless it is one of the new ones. Who those are need not be known yet.
    told = server.address in old.servers or bool(change.new_servers)
    return told and plain(server.name) not in map(plain, change.new_servers or ())


def _sent_along(change: ChangeSet, old: Old, o: Observation) -> Rrset | None:
    """Return the zone's NS set beside an answer, where it leads to servers that are to be left."""
    if not o.answered or "AA" not in o.flags:
        return None
    ns = next((r for r in o.authority if r.type == "NS" and plain(r.name) == plain(change.zone)), None)
    if ns is None:
        return None
    names = frozenset(map(plain, ns.values))
    if not names <= frozenset(map(plain, change.new_servers or ())):
        return ns
    # Servers that keep their names have their old addresses beside the set.
    now = frozenset(change.addresses or ())
    beside = (value for r in o.additional if r.type in ADDRESSES and plain(r.name) in names for value in r.values)
    return ns if any(value in old.servers and value not in now for value in beside) else None
