"""Zones as authoritative servers on loopback answer for them: exact names, aliases, wildcards, names between, cuts."""

import contextlib
import ipaddress
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from core.cutover.settings import Targets
from core.dns.asking.engine import Engine
from tests.loopback import Answer, Reply, Served, framed, serving

ZONE = "example.pl"
OURS = Targets((ipaddress.ip_network("127.0.0.0/8"),))
_APEX = ("@ SOA ns1.example.pl. admin.example.pl. 7 3600 600 86400 300", "@ NS ns1.hoster.pl.", "@ NS ns2.hoster.pl.")


@dataclass
class ZoneServer:
    """What a server has, and how it misbehaves. Lines are "www A 192.0.2.1" or "www 60 A 192.0.2.1"; "@" is the zone.

    `before`: is asked first; what it returns is sent, None: as usual. `denies_between`: NXDOMAIN for a name between
    others; `denies_none`: NODATA for whatever there is not.
    """

    lines: Sequence[str]
    before: Callable[[dns.message.Message, str], Sequence[bytes] | None] | None = None
    denies_between: bool = False
    denies_none: bool = False
    aa: bool = True
    asked: list[tuple[str, str]] = field(default_factory=list)
    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    ttls: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for line in (*_APEX, *self.lines):
            label, *rest = line.split(" ")
            ttl = int(rest.pop(0)) if rest[0].isdigit() else 3600
            key = ZONE if label == "@" else f"{label}.{ZONE}", rest[0]
            self.records.setdefault(key, []).append(" ".join(rest[1:]))
            self.ttls[key] = ttl

    def __call__(self, wire: bytes, transport: str) -> Reply:
        query = dns.message.from_wire(wire)
        name = query.question[0].name.to_text(omit_final_dot=True).lower()
        type = dns.rdatatype.to_text(query.question[0].rdtype)
        self.asked.append((name, type))
        said = self.before(query, transport) if self.before else None
        packets = [self.said(query, name, type).to_wire()] if said is None else said
        return [(0, framed(packet) if transport == "tcp" else packet) for packet in packets]

    def said(self, query: dns.message.Message, name: str, type: str) -> dns.message.Message:
        message = dns.message.make_response(query)
        if self.aa:
            message.flags |= dns.flags.AA
        if cut := self._cut(name, type):
            message.flags &= ~dns.flags.AA
            message.authority = [self.rrset(cut, "NS", cut)]
            return message
        source = name if self._has(name) else next((w for w in _wild(name, self._exists) if self._has(w)), "")
        if not source or self._between(name):
            message.set_rcode(dns.rcode.NOERROR if self._there(name) else dns.rcode.NXDOMAIN)
        else:
            for kind in (type, "CNAME"):
                if (source, kind) in self.records:
                    message.answer = [self.rrset(source, kind, name)]
                    break
        if not message.answer:
            message.authority = [self.rrset(ZONE, "SOA", ZONE)]
        return message

    def rrset(self, source: str, type: str, name: str) -> dns.rrset.RRset:
        key = source, type
        return dns.rrset.from_text(f"{name}.", self.ttls[key], "IN", type, *self.records[key])

    def whole(self) -> list[dns.rrset.RRset]:
        """Return all of it, the SOA first and last."""
        soa = self.rrset(ZONE, "SOA", ZONE)
        rest = [self.rrset(name, type, name) for name, type in self.records if type != "SOA"]
        return [soa, *rest, soa]

    def _has(self, name: str) -> bool:
        return any(one == name for one, _ in self.records)

    def _exists(self, name: str) -> bool:
        return any(one == name or one.endswith(f".{name}") for one, _ in self.records)

    def _between(self, name: str) -> bool:
        return not self._has(name) and self._exists(name)

    def _there(self, name: str) -> bool:
        return self.denies_none or (self._between(name) and not self.denies_between)

    def _cut(self, name: str, type: str) -> str:
        cuts = [one for one, kind in self.records if kind == "NS" and one != ZONE and f".{name}".endswith(f".{one}")]
        return "" if not cuts or (type == "DS" and cuts[0] == name) else cuts[0]


def _wild(name: str, exists: Callable[[str], bool]) -> Iterator[str]:
    rest = name.partition(".")[2]
    while rest and not exists(rest):
        rest = rest.partition(".")[2]
    yield f"*.{rest}"


@contextlib.contextmanager
def at(address: str, *lines: str, port: int = 0, **how: object) -> Iterator[tuple[Served, ZoneServer]]:
    """Serve a zone; yields where, and what is asked there."""
    server = ZoneServer(lines, **how)  # type: ignore[arg-type]
    answer: Answer = server
    with serving(answer, address, port=port) as served:
        yield served, server


@contextlib.contextmanager
def asking(**how: object) -> Iterator[Engine]:
    """Run an engine of a look, at the rates of our own servers."""
    made = Engine(timeout=1.5, authoritative_per_second=OURS.per_second, **how)  # type: ignore[arg-type]
    yield made
    made.stop()


def failing(rcode: str, *questions: tuple[str, str]) -> Callable[[dns.message.Message, str], Sequence[bytes] | None]:
    """Let some questions, or all, fail with an rcode; "" is silence."""

    def before(query: dns.message.Message, _: str) -> Sequence[bytes] | None:
        name = query.question[0].name.to_text(omit_final_dot=True)
        if questions and (name, dns.rdatatype.to_text(query.question[0].rdtype)) not in questions:
            return None
        if not rcode:
            return []
        message = dns.message.make_response(query)
        message.set_rcode(dns.rcode.from_text(rcode))
        return [message.to_wire()]

    return before


def speaking(query: dns.message.Message, *records: str) -> dns.message.Message:
    """Answer with authority, with these records ("name 60 IN A 192.0.2.1") in their order."""
    message = dns.message.make_response(query)
    message.flags |= dns.flags.AA
    message.answer = [dns.rrset.from_text(*record.split(" ", 4)) for record in records]
    return message
