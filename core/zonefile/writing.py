"""A zone as a normal zone file (RFC 1035 s. 5), which BIND, nsd and Knot DNS load and which gives the same answers.

Names are absolute, each record has its TTL on its line, the SOA is first, then name by name in the order of the DNS.
What cannot be told by records stands above them in comments, in English as a server's own messages do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import dns.name
import dns.rdata
import dns.rdatatype
from dns.rdatatype import RdataType

from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import MISTAKES, shortened
from core.zonefile.as_dns import Known, NoDataError, key, known, name_of, order
from core.zonefile.record import TTL_MAX, Record, ZoneFile
from core.zonefile.refused import NOBODYS, REFUSED_BY, TOLD_OTHERWISE, Obstacle, obstacles
from core.zonefile.unread import Unread

_AS_WORDS = frozenset(
    (
        *("A", "AAAA", "AFSDB", "APL", "CAA", "CDNSKEY", "CDS", "CERT", "CNAME", "CSYNC", "DHCID", "DNAME", "DNSKEY"),
        *("DS", "EUI48", "EUI64", "HINFO", "HTTPS", "KX", "LOC", "MX", "NAPTR", "NS", "NSEC", "NSEC3", "NSEC3PARAM"),
        *("OPENPGPKEY", "PTR", "RP", "RRSIG", "SMIMEA", "SOA", "SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT", "URI"),
    )
)
"""Types that all three servers read by name; any other is written as octets (RFC 3597), which they all read."""
_ALL_READ = Unread()
_NAMED = 5
"""Names and lines that a comment tells; of more their number is told."""

_WHY = {
    "no_soa": "it has no SOA record",
    "two_soa": "it has several SOA records",
    "soa_elsewhere": "an SOA record is not at the zone's own name",
    "alias_and_other": "a CNAME stands beside other records",
    "two_aliases": "a name has several CNAME or DNAME records",
    "below_dname": "there are records below a DNAME",
    "no_ns": "the zone's own name has no NS record",
    "ns_without_address": "a name server inside the zone has no address",
    "ns_alias": "a name server inside the zone is a CNAME",
    "wildcard_ns": "an NS record is at a wildcard",
    "ds_at_apex": "a DS record is at the zone's own name",
    "no_host": "a name is none that a host may have (RFC 1123)",
}


@dataclass(slots=True)
class _Sets:
    """Records as sets, TTLs and all; `outside` are those that no server of the zone answers with."""

    sets: dict[tuple[dns.name.Name, RdataType], list[dns.rdata.Rdata]] = field(default_factory=dict)
    ttls: dict[tuple[dns.name.Name, RdataType, RdataType], int] = field(default_factory=dict)
    assumed: set[tuple[dns.name.Name, RdataType, RdataType]] = field(default_factory=set)
    unequal: set[tuple[dns.name.Name, RdataType, RdataType]] = field(default_factory=set)
    outside: list[tuple[Known, int]] = field(default_factory=list)


def normal(zone: ZoneFile, default_ttl: int | None = None, *, part: bool = False, unread: Unread = _ALL_READ) -> str:
    """Return a zone as a normal zone file.

    `default_ttl`: seconds for records whose TTL nobody knows; a comment marks each. `part`: write it although it has
    no SOA, or something else that no server loads; a comment says so. `unread`: what of the source could not be read,
    which comments tell.

    Raises InputError: on "origin" where nobody knows it; on "default_ttl" where TTLs are unknown and none is given,
    with how many; on "zone" where no server would load the file, or a record has data that its type does not have.

    Unequal TTLs within a set become the lowest (RFC 2181 s. 5.2): servers would each serve something else.
    """
    if default_ttl is not None and not 0 <= default_ttl <= TTL_MAX:
        raise InputError(FieldError("default_ttl", default_ttl, Message("error.range", {"first": 0, "last": TTL_MAX})))
    if not zone.origin:
        raise InputError(FieldError("origin", "", Message("zone.write.no_origin")))
    origin = _origin(zone.origin)
    read = _known(zone.records)
    found = _sets(origin, read, default_ttl or 0)
    in_the_way = obstacles(origin, found.sets)
    if not part and (no := [one for one in in_the_way if one.id in NOBODYS]):
        raise InputError(*(_refusal(one) for one in no[:MISTAKES]))
    unknown = sum(one.ttl is None for one in read)
    if unknown and default_ttl is None:
        raise InputError(FieldError("default_ttl", "", Message("zone.write.ttl_unknown", count=unknown)))
    lines = [*_comments(origin, found, in_the_way, unread), f"$ORIGIN {origin}", *_lines(origin, found)]
    return "".join(f"{line}\n" for line in lines)


def _origin(text: str) -> dns.name.Name:
    try:
        return name_of(text)
    except NoDataError:
        raise InputError(FieldError("origin", shortened(text), Message("error.invalid"))) from None


def _known(records: Iterable[Record]) -> list[Known]:
    found, wrong = [], []
    for record in records:
        try:
            found.append(known(record))
            if record.ttl is not None and not 0 <= record.ttl <= TTL_MAX:
                raise NoDataError("TTL")
        except NoDataError:
            values = {"name": shortened(record.name), "type": shortened(record.type), "line": record.line}
            wrong.append(FieldError("zone", "", Message("zone.write.unreadable", values)))
            if len(wrong) == MISTAKES:
                break
    if wrong:
        raise InputError(*wrong)
    return found


def _refusal(obstacle: Obstacle) -> FieldError:
    return FieldError("zone", "", Message(f"zone.write.refused.{obstacle.id}", {"name": obstacle.name.to_text()}))


def _sets(origin: dns.name.Name, read: Iterable[Known], default_ttl: int) -> _Sets:
    found = _Sets()
    seen: set[tuple[dns.name.Name, RdataType, bytes]] = set()
    for one in read:
        ttl = one.ttl if one.ttl is not None else default_ttl
        if not one.name.is_subdomain(origin):
            found.outside.append((one, ttl))
            continue
        of = one.name, one.data.rdtype, one.data.covers()
        if found.ttls.get(of, ttl) != ttl:
            found.unequal.add(of)
        found.ttls[of] = min(ttl, found.ttls.get(of, ttl))
        if one.ttl is None:
            found.assumed.add(of)
        octets = key(one.data)
        if (one.name, one.data.rdtype, octets) not in seen:
            seen.add((one.name, one.data.rdtype, octets))
            found.sets.setdefault((one.name, one.data.rdtype), []).append(one.data)
    return found


def _lines(origin: dns.name.Name, found: _Sets) -> Iterator[str]:
    def place(of: tuple[dns.name.Name, RdataType]) -> tuple[tuple[bytes, ...], bool, bool, int]:
        name, rdtype = of
        return order(name), rdtype != RdataType.SOA, rdtype != RdataType.NS, rdtype

    # An SOA is first, whatever stands where: the apex is before all names below it.
    for name, rdtype in sorted(found.sets, key=place):
        told: set[RdataType] = set()
        for data in sorted(found.sets[name, rdtype], key=lambda data: (data.covers(), key(data))):
            of = name, rdtype, data.covers()
            if of in found.assumed and of[2] not in told:
                yield f"; TTL not in the source: {found.ttls[of]} s assumed"
            if of in found.unequal and of[2] not in told:
                yield "; unequal TTLs in the source: the lowest"
            told.add(of[2])
            yield _line(name, found.ttls[of], data)
    for outside, ttl in found.outside:
        yield f"; outside of the zone, served by nobody: {_line(outside.name, ttl, outside.data)}"


def _line(name: dns.name.Name, ttl: int, data: dns.rdata.Rdata) -> str:
    type = dns.rdatatype.to_text(data.rdtype)
    if type not in _AS_WORDS:
        type, data = f"TYPE{int(data.rdtype)}", data.to_generic()
    return f"{name} {ttl} IN {type} {data.to_text()}"


def _comments(origin: dns.name.Name, found: _Sets, in_the_way: Iterable[Obstacle], unread: Unread) -> Iterator[str]:
    yield f"; zone {origin}, records: {sum(map(len, found.sets.values()))}"
    if not unread.whole:
        yield "; not all of the source: it is not the whole zone, or something in it could not be read"
    if unread.lines:
        yield f"; not all of the source: lines that could not be read: {_some(map(str, unread.lines))}"
    names: dict[str, list[str]] = {}
    for one in in_the_way:
        names.setdefault(one.id, []).append(one.name.to_text())
    for id, where in names.items():
        if id in NOBODYS:
            yield f"; only a part, not to be loaded as it is: {_WHY[id]}: {_some(where)}"
        else:
            refused = f"; {', '.join(REFUSED_BY[id])} will not load it: {_WHY[id]}: {_some(where)}"
            yield f"{refused}; {TOLD_OTHERWISE[id]}" if id in TOLD_OTHERWISE else refused


def _some(names: Iterable[str]) -> str:
    all = list(names)
    more = f" and {len(all) - _NAMED} more" if len(all) > _NAMED else ""
    return ", ".join(all[:_NAMED]) + more
