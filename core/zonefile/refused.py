r"""Zones that name servers refuse although each line of them reads: seen at BIND 9.18.49, nsd 4.6.1, Knot DNS 3.2.6.

Each row was played in `tests/lab/test_zonefile_loaded.py`. A checker's word is not enough: named refuses what
named-checkzone passes.

| obstacle | BIND | nsd | Knot |
|---|---|---|---|
| no SOA at the apex | refuses | refuses | refuses |
| an SOA elsewhere | refuses | refuses | loads |
| two SOA records that differ | refuses | refuses | loads the last |
| CNAME beside other data, two of CNAME or DNAME | refuses | refuses | refuses |
| data below a DNAME | loads | refuses | refuses |
| no NS at the apex | refuses | loads | loads |
| NS of the apex inside the zone without an address, or a CNAME | refuses | loads | loads |
| NS at a wildcard; DS at the apex | refuses | loads | loads |
| a name that no host has, see below | refuses (check-names) | loads | loads |
| unequal TTLs in a set | the first | each its own | the last |
| a record outside of the zone | drops it | refuses | drops it |
| letters outside of ASCII in a string | loads | loads | refuses |

Names that BIND's check-names wants to be a host's (letters, digits, hyphens; RFC 1123): owners of A, AAAA, MX, WKS (but
for a wildcard, `gc._msdcs` and those with `_spf` of an A), targets of NS, MX, SRV, SOA, AFSDB, of HTTPS and SVCB with a
priority above 0, of PTR below in-addr.arpa and ip6.arpa, and what stands after the @ of a mailbox in SOA and RP. It
does not look into data that is written as octets (RFC 3597).

The last three rows are written so that all three load them: the lowest TTL (RFC 2181 s. 5.2), a comment, and `\DDD`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import dns.name
import dns.rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.AFSDB import AFSDB
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.NS import NS
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.RP import RP
from dns.rdtypes.ANY.SOA import SOA
from dns.rdtypes.IN.HTTPS import HTTPS
from dns.rdtypes.IN.SRV import SRV
from dns.rdtypes.IN.SVCB import SVCB

from core.zonefile.as_dns import order

BIND, NSD, KNOT = "BIND 9.18", "nsd 4.6", "Knot 3.2"
REFUSED_BY: dict[str, tuple[str, ...]] = {
    "no_soa": (BIND, NSD, KNOT),
    "two_soa": (BIND, NSD),
    "soa_elsewhere": (BIND, NSD),
    "alias_and_other": (BIND, NSD, KNOT),
    "two_aliases": (BIND, NSD, KNOT),
    "below_dname": (NSD, KNOT),
    "no_ns": (BIND,),
    "ns_without_address": (BIND,),
    "ns_alias": (BIND,),
    "wildcard_ns": (BIND,),
    "ds_at_apex": (BIND,),
    "no_host": (BIND,),
}
"""Which servers refuse a zone with an obstacle."""
NOBODYS = frozenset(("no_soa", "two_soa", "soa_elsewhere", "alias_and_other", "two_aliases"))
"""With these a zone has no meaning that three servers share: it is not written as a normal file."""
TOLD_OTHERWISE = {"no_host": "BIND loads it with: check-names primary warn;"}
"""What makes a server load it all the same."""

_HOST = re.compile(rb"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_BESIDE_ALIAS = frozenset((RdataType.CNAME, RdataType.RRSIG, RdataType.NSEC, RdataType.KEY))
_OF_HOSTS = frozenset((RdataType.A, RdataType.AAAA, RdataType.MX, RdataType.WKS))
_REVERSE = tuple(map(dns.name.from_text, ("in-addr.arpa.", "ip6.arpa.")))
_ADDRESSES = (RdataType.A, RdataType.AAAA)
_UNDERSCORED = ((b"gc", b"_msdcs"),)
"""Owners of addresses that BIND takes for Windows' domain controllers."""
_OF_SPF = frozenset((b"_spf", b"_spf_verify", b"_spf_rate"))


class Obstacle(NamedTuple):
    """Why a zone is not loaded as it is: `id` of REFUSED_BY, at which name."""

    id: str
    name: dns.name.Name


Sets = Mapping[tuple[dns.name.Name, RdataType], Sequence[dns.rdata.Rdata]]
"""The zone's sets of records, those outside of it left out."""


def obstacles(origin: dns.name.Name, sets: Sets) -> list[Obstacle]:
    """Return why servers refuse a zone, in the order of REFUSED_BY, names in their order."""
    types: dict[dns.name.Name, set[RdataType]] = {}
    for name, rdtype in sets:
        types.setdefault(name, set()).add(rdtype)
    found = {
        *_of_apex(origin, sets),
        *_of_aliases(types, sets),
        *_of_names(sets),
        *_of_servers(origin, types, sets),
    }
    ids = list(REFUSED_BY)
    return sorted(found, key=lambda one: (ids.index(one.id), order(one.name)))


def _of_apex(origin: dns.name.Name, sets: Sets) -> Iterator[Obstacle]:
    soa = sets.get((origin, RdataType.SOA), ())
    if len(soa) != 1:
        yield Obstacle("two_soa" if soa else "no_soa", origin)
    if (origin, RdataType.NS) not in sets:
        yield Obstacle("no_ns", origin)
    if (origin, RdataType.DS) in sets:
        yield Obstacle("ds_at_apex", origin)
    for name, rdtype in sets:
        if rdtype == RdataType.SOA and name != origin:
            yield Obstacle("soa_elsewhere", name)
        if rdtype == RdataType.NS and name.is_wild():
            yield Obstacle("wildcard_ns", name)


def _of_aliases(types: Mapping[dns.name.Name, set[RdataType]], sets: Sets) -> Iterator[Obstacle]:
    redirected = {name for name, here in types.items() if RdataType.DNAME in here}
    for name, here in types.items():
        if RdataType.CNAME in here and not here <= _BESIDE_ALIAS:
            yield Obstacle("alias_and_other", name)
        if any(len(sets.get((name, rdtype), ())) > 1 for rdtype in (RdataType.CNAME, RdataType.DNAME)):
            yield Obstacle("two_aliases", name)
        if redirected and any(above in redirected for above in _above(name)):
            yield Obstacle("below_dname", name)


def _of_names(sets: Sets) -> Iterator[Obstacle]:
    """Yield what BIND's check-names refuses: names of hosts by RFC 952 and RFC 1123, those in the data too."""
    for (name, rdtype), data in sets.items():
        if rdtype in _OF_HOSTS and not _is_owner(name, rdtype):
            yield Obstacle("no_host", name)
        if not all(_is_host(host) for one in data for host in _hosts(name, one)):
            yield Obstacle("no_host", name)


def _hosts(owner: dns.name.Name, data: dns.rdata.Rdata) -> Iterator[dns.name.Name]:
    """Yield names in the data that BIND takes for hosts; of a mailbox what stands after the @."""
    match data:
        case NS(target=host) | SRV(target=host) | MX(exchange=host) | AFSDB(exchange=host):
            yield host
        case SVCB(priority=priority, target=host) | HTTPS(priority=priority, target=host) if priority:
            yield host
        case PTR(target=host) if any(owner.is_subdomain(reverse) for reverse in _REVERSE):
            yield host
        case SOA(mname=host, rname=mailbox):
            yield host
            yield _domain(mailbox)
        case RP(mbox=mailbox):
            yield _domain(mailbox)


def _domain(mailbox: dns.name.Name) -> dns.name.Name:
    return dns.name.Name(mailbox.labels[1:]) if len(mailbox) > 1 else mailbox


def _is_owner(name: dns.name.Name, rdtype: RdataType) -> bool:
    if rdtype == RdataType.A and (name.labels[:2] in _UNDERSCORED or not _OF_SPF.isdisjoint(name.labels)):
        return True
    return _is_host(dns.name.Name(name.labels[1:]) if name.is_wild() else name)


def _is_host(name: dns.name.Name) -> bool:
    return all(_HOST.fullmatch(label.lower()) for label in name.labels[:-1])


def _of_servers(origin: dns.name.Name, types: Mapping[dns.name.Name, set[RdataType]], sets: Sets) -> Iterator[Obstacle]:
    """Yield what BIND refuses of the zone's own name servers inside it, those below a delegation aside."""
    inside = {*types}
    for name in types:
        inside.update(_above(name))
    for one in sets.get((origin, RdataType.NS), ()):
        target = one.target.canonicalize() if isinstance(one, NS) else origin
        if not target.is_subdomain(origin):
            continue
        ways = [target, *(above for above in _above(target) if above.is_subdomain(origin))]
        if any(RdataType.NS in types.get(way, ()) for way in ways if way != origin):
            continue
        here = types.get(target if target in inside else _wildcard(ways, inside), set())
        if RdataType.CNAME in here:
            yield Obstacle("ns_alias", target)
        elif not here.intersection(_ADDRESSES):
            yield Obstacle("ns_without_address", target)


def _wildcard(ways: Sequence[dns.name.Name], inside: set[dns.name.Name]) -> dns.name.Name:
    """Return the wildcard that would answer for a name that is not there (RFC 4592 s. 3.3.1)."""
    closest = next(way for way in ways if way in inside)
    return dns.name.Name((b"*", *closest.labels))


def _above(name: dns.name.Name) -> Iterator[dns.name.Name]:
    while len(name) > 1:
        name = name.parent()
        yield name
