"""The servers of a zone beside those that the way down leads to, and the addresses of all of them.

Somebody told of some; the zone itself names others than its parent does, or gives other addresses for them.
"""

import time
from collections.abc import Iterable, Iterator, Sequence

from core.dns.asking.job import Ask
from core.dns.asking.probe import Walk
from core.dns.asking.round_limit import BESIDE
from core.dns.judging.aliases import inside
from core.dns.judging.check_so_far import Heard
from core.dns.names import is_address
from core.dns.observation import ADDRESSES, Observation, Question, Server
from core.dns.way_down import Delegated

MOST_NAMED = 13
"""Names of servers that are looked up because only the zone itself names them, and addresses that only it gives."""


def told(walk: Walk, servers: Sequence[str]) -> Iterator[Server]:
    """Yield servers that somebody told of; those told by their names are looked up."""
    for told in servers:
        if is_address(told):
            yield Server("authoritative", told)
        else:
            yield from (Server("authoritative", address, name=told) for address in walk.addresses(told))


def named_only_in_zone(heard: Heard, walk: Walk, said: Iterable[Observation]) -> tuple[list[Server], frozenset[str]]:
    """Return the servers that the zone's own NS sets name and nobody has asked, and the names on its present side.

    Caches ask them as soon as they have seen the set.
    """
    zone = heard.delegated.zone
    present = {server.address for server in heard.delegated.servers}
    known = {server.address: server for server in (*heard.delegated.servers, *heard.old_servers, *heard.awaited)}
    hosts = {server.name for server in known.values()} | set(heard.delegated.hosts)
    sides: dict[str, set[str]] = {}
    for o in said:
        if o.question == Question(zone, "NS") and "AA" in o.flags:
            for host in o.values or ():
                side = "present" if o.server.address in present else "old"
                sides.setdefault(host, set()).add(side)
    awaited = {server.address for server in heard.awaited}
    found: dict[str, Server] = {}
    old = {server.address for server in heard.old_servers}
    for host in sorted(sides.keys() - hosts)[:MOST_NAMED]:
        addresses = walk.addresses(host)
        if addresses and old.issuperset(addresses):
            # One that somebody told of by its address.
            hosts.add(host)
        for address in addresses:
            if address not in known and address not in awaited:
                found.setdefault(address, Server("authoritative", address, name=host))
    # Before a switch those of the present side are part of what will be the old one.
    names = frozenset(host for host, of in sides.items() if "present" in of and host not in hosts)
    return list(found.values())[: 2 * MOST_NAMED], names


def addressed_otherwise(heard: Heard, walk: Walk, said: Iterable[Observation]) -> Iterator[Server]:
    """Yield the servers at addresses that only the zone gives for its name servers, and not its parent.

    Caches go there as soon as they believe the zone more than the referral (RFC 2181 s. 5.4.1).
    """
    now = heard.delegated
    known = {server.address for server in (*now.servers, *heard.old_servers, *heard.awaited)}
    names = _in_zone(now)
    found: dict[str, str] = {}
    for o in said:
        if o.question.name in names and o.question.type in ADDRESSES and "AA" in o.flags:
            for address in walk.reachable((o.values or ())[:MOST_NAMED]):
                if address not in known:
                    found.setdefault(address, o.question.name)
    for address in sorted(found)[:MOST_NAMED]:
        yield Server("authoritative", address, name=found[address])


def of_glue(heard: Heard) -> list[Ask]:
    """Return the questions for the addresses of those of the zone's servers that are in the zone."""
    now = heard.delegated
    addresses = [Question(name, type) for name in sorted(_in_zone(now)) for type in ADDRESSES]
    questions = [question for question in addresses if question not in heard.wish.questions]
    return [Ask(server, question) for server in now.servers for question in questions]


def addresses_by_themselves(now: Delegated, walk: Walk) -> list[Observation]:
    """Return what their own zones say of the addresses of servers in other zones.

    Where the parent had them as glue nobody needs to ask there, but caches do, and keep them for as long.
    """
    seen = set(map(id, now.said))
    hosts = sorted({server.name for server in now.servers} - _in_zone(now))[:MOST_NAMED]
    begun = time.monotonic()
    for host in hosts:
        if time.monotonic() - begun > BESIDE:
            break
        walk.addresses(host)
    return [o for o in walk.said if o.question.name in hosts and o.values and id(o) not in seen]


def _in_zone(now: Delegated) -> frozenset[str]:
    return frozenset(server.name for server in now.servers if inside(server.name, now.zone))
