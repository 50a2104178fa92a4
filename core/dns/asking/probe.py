"""Who is to be asked about a name, and what: found by walking down from the root, so that no cache is believed.

The delegation, its glue and its DS are read from the parent zone's own servers, and every server that the zone is
delegated to is asked directly. NS is never asked of a resolver: that would prolong the delegation it holds (measured).
"""

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from core.dns.addresses import is_of_the_world
from core.dns.asking.engine import Engine
from core.dns.asking.extensions import plainly
from core.dns.asking.job import Ask, ended
from core.dns.judging.aliases import inside, is_below, referring
from core.dns.observation import Observation, Question, Rrset, Server, Transport
from core.dns.way_down import Delegated

DEEPEST = 12
"""Referrals followed on the way down to a name: more is a loop."""
_NESTED = 4
"""Names of servers looked up for the sake of another name's server."""
_AT_ONCE = 4
"""Servers of a zone asked for a referral at the same time: one may be silent."""
_MOST_SERVERS = 26
"""Addresses of the servers of one zone that are asked at most."""
_MOST_ADDRESSES = 8
"""Addresses of one host that are asked at most, of each kind: an answer has room for hundreds, of anybody's."""
_MOST_HOSTS = 13
"""Names of servers of one zone that are looked up at most."""
MOST_QUESTIONS = 400
"""Questions of one walk: a zone may name servers whose zones name others, and so on."""
_PATIENCE = 12.0
"""Seconds for one step of the way down, repetitions and TCP included."""
_LONGEST = 90.0
"""Seconds for all steps of one walk: those servers may all be silent, one after another."""


@dataclass(frozen=True, slots=True)
class _Referral:
    zone: str
    hosts: tuple[str, ...]
    glue: dict[str, tuple[str, ...]]


@dataclass(slots=True)
class Walk:
    """Walks down from the root's servers; what it has learnt on the way to one name serves for the next.

    So many questions, and so much time, are for all of its names together: one walk serves a whole round of a check.
    """

    engine: Engine
    roots: Sequence[Server]
    said: list[Observation] = field(default_factory=list)
    _addresses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _cuts: dict[str, tuple[Server, ...]] = field(default_factory=dict)
    _asked: int = 0
    _waited: float = 0.0  # seconds
    _transport: Transport = "udp"

    @property
    def exhausted(self) -> bool:
        """Whether it asks nothing more."""
        return self._asked > MOST_QUESTIONS or self._waited > _LONGEST

    def delegation(self, name: str, nested: int = 0) -> Delegated:
        """Return who answers for a name (ASCII, without the last dot)."""
        zone, parent, servers = "", tuple(self.roots), tuple(self.roots)
        hosts: tuple[str, ...] = ()
        answered = False
        if nested and (known := [cut for cut in self._cuts if inside(name, cut)]):
            # For the address of a server the way is of no interest.
            zone = max(known, key=len)
            servers = self._cuts[zone]
        for _ in range(DEEPEST):
            answers = self._ask(servers[:_AT_ONCE], Question(name, "A")) or self._ask(
                servers[_AT_ONCE:], Question(name, "A")
            )
            answered = answered or bool(answers)
            referral = next((found for o in answers if (found := _referral(o, zone))), None)
            if referral is None:
                # For the address of a server it does not matter which of their zones it is in.
                if zone and not nested:
                    referral = self._child(name, zone, servers, [o.server for o in answers if "AA" in o.flags])
                if referral is None:
                    break
            parent = tuple(Server("parent", s.address, s.port, s.name) for s in servers)
            zone = referral.zone
            servers, hosts = self._servers(referral, nested)
            if not servers:
                break
            self._cuts[zone] = servers
        return Delegated(zone if answered else "", parent, servers if zone else (), hosts, tuple(self.said))

    def _child(self, name: str, zone: str, servers: Sequence[Server], answering: Sequence[Server]) -> _Referral | None:
        """Return who serves the zone below this one that a name is in, where it is these servers' own.

        They refer nobody to it, and answer for it themselves.
        """
        apex = self._apex(name, zone, answering)
        if apex == zone:
            return None
        known: dict[str, tuple[str, ...]] = {}
        for server in servers:
            known[server.name] = (*known.get(server.name, ()), server.address)
        for o in self._ask(answering, Question(apex, "NS")):
            for rrset in o.answer:
                if "AA" in o.flags and rrset.type == "NS" and rrset.name == apex:
                    return _Referral(apex, rrset.values, known | _glue(o.additional, rrset, zone))
        return None

    def _apex(self, name: str, zone: str, servers: Sequence[Server]) -> str:
        """Return the zone that a name is in, by the SOA of an answer from servers of `zone`: that one or one below.

        A negative answer has it too (RFC 2308 s. 3); an alias may come without.
        """
        candidate = name
        for _ in range(DEEPEST if servers else 0):
            if not is_below(candidate, zone):
                break
            answers = self._ask(servers, Question(candidate, "SOA"))
            owners = {
                rrset.name
                for o in answers
                if "AA" in o.flags
                for rrset in (*o.answer, *o.authority)
                if rrset.type == "SOA" and inside(candidate, rrset.name)
            }
            if owners:
                apex = max(owners, key=len)
                # A registry's own child zones (com.pl) are not the zone of a name that is not delegated from them.
                return apex if is_below(apex, zone) and ("." in zone or apex == name) else zone
            candidate = _parent(candidate)
        return zone

    def addresses(self, host: str) -> tuple[str, ...]:
        """Return the addresses of a host, as the servers of its own zone tell them."""
        return self.reachable(self._looked_up(host, 0))

    def referred_to(self, zone: str, observation: Observation) -> tuple[Server, ...]:
        """Return the servers that an answer of a zone's server refers to, for a name in a zone below."""
        referral = _referral(observation, zone)
        return self._servers(referral, 0)[0] if referral else ()

    def _servers(self, referral: _Referral, nested: int) -> tuple[tuple[Server, ...], tuple[str, ...]]:
        """Return the servers of a zone with their addresses, from glue or from their own zones; and who has none."""
        found, without = [], []
        for host in referral.hosts[:_MOST_HOSTS]:
            addresses = self.reachable(referral.glue.get(host) or self._looked_up(host, nested))
            found += [Server("authoritative", address, name=host) for address in addresses]
            if not addresses:
                without.append(host)
        # A desk without IPv6 finds its way all the same.
        found.sort(key=lambda server: ":" in server.address)
        return tuple(found[:_MOST_SERVERS]), tuple(without)

    def reachable(self, addresses: tuple[str, ...]) -> tuple[str, ...]:
        """Return those that a server of the world can have: an answer must not send the desk's questions inwards."""
        inwards = not all(is_of_the_world(root.address) for root in self.roots)
        return tuple(address for address in addresses if inwards or is_of_the_world(address))

    def _looked_up(self, host: str, nested: int) -> tuple[str, ...]:
        if host not in self._addresses and nested < _NESTED:
            # Two zones whose servers are each in the other have no way in.
            self._addresses[host] = ()
            there = self.delegation(host, nested + 1)
            wanted = Question(host, "A"), Question(host, "AAAA")
            answers = self._ask(there.servers[:_AT_ONCE], *wanted)
            found = (
                next((o.values[:_MOST_ADDRESSES] for o in answers if o.question == q and o.values), ()) for q in wanted
            )
            self._addresses[host] = tuple(chain.from_iterable(found))
        return self._addresses.get(host, ())

    def _ask(self, servers: Sequence[Server], *questions: Question) -> list[Observation]:
        """Return what servers answered, in their order; those that failed or refused are left out."""
        if self.exhausted:
            return []
        asks = [Ask(s, question, transport=self._transport) for question in questions for s in servers]
        said = plainly(asks, self._ended)
        answers = [o for o in said if o.answered]
        if answers and not self.said and all(o.udp_failure for o in answers):
            # All of the root's servers are deaf only where UDP is blocked on our side: once to wait for it is enough.
            self._transport = "tcp"
        self.said += said
        return answers

    def _ended(self, asks: Sequence[Ask]) -> tuple[Observation, ...]:
        began = time.monotonic()
        self._asked += len(asks)
        said = ended(self.engine.ask(asks), _PATIENCE)
        self._waited += time.monotonic() - began
        return said


def of_zone(found: Delegated, wanted: Sequence[Question], others: Iterable[Server] = ()) -> list[Ask]:
    """Return what a check asks once the way down is known.

    The parent: NS and DS of the zone. Every server of the zone: SOA (by UDP and TCP), NS, DNSKEY, what is wanted.
    `others`, which were or will be delegated to: SOA, NS and what is wanted.
    """
    always = [Question(found.zone, type) for type in ("SOA", "NS", "DNSKEY")]
    asks = [Ask(server, Question(found.zone, type)) for server in found.parent for type in ("NS", "DS")]
    # With their signatures, which are judged where the parent has a DS.
    asks += [Ask(server, q, dnssec=True) for server in found.servers for q in dict.fromkeys((*always, *wanted))]
    asks += [Ask(server, Question(found.zone, "SOA"), transport="tcp") for server in found.servers]
    known = {server.address for server in found.servers}
    more = {server.address: server for server in others if server.address not in known}.values()
    theirs = [Question(found.zone, type) for type in ("SOA", "NS")]
    return asks + [Ask(server, question) for server in more for question in (*theirs, *wanted)]


def of_resolvers(wanted: Sequence[Question], resolvers: Iterable[Server]) -> list[Ask]:
    """Return what a check asks resolvers: what is wanted, never NS."""
    return [
        Ask(server, question, recursion=True, dnssec=True)
        for server in resolvers
        for question in wanted
        if question.type != "NS"
    ]


def questions_of(server: Server, wanted: Iterable[Question]) -> list[Ask]:
    """Return what any one server is asked beside a check: a recursor needs RD, and to others it is nothing."""
    return [Ask(server, question, recursion=True) for question in wanted]


def second_looks(said: Iterable[Observation]) -> list[Ask]:
    """Return what to ask once more: a resolver's SERVFAIL without checking of signatures, which tells why it failed."""
    return [
        Ask(o.server, o.question, recursion=True, checking_disabled=True)
        for o in said
        if o.server.role == "resolver" and o.rcode == "SERVFAIL" and not o.checking_disabled
    ]


def _referral(o: Observation, zone: str) -> _Referral | None:
    """Return where an answer refers to: a zone below the one asked, towards the name."""
    ns = referring(zone, o)
    return _Referral(ns.name, ns.values, _glue(o.additional, ns, zone)) if ns else None


def _glue(additional: Iterable[Rrset], ns: Rrset, zone: str) -> dict[str, tuple[str, ...]]:
    """Return the addresses that a zone's servers may tell: those of names in it (RFC 9471 s. 2.1)."""
    found: dict[str, tuple[str, ...]] = {}
    for rrset in additional:
        if rrset.type in ("A", "AAAA") and rrset.name in ns.values and is_below(rrset.name, zone):
            found[rrset.name] = found.get(rrset.name, ()) + rrset.values
    return found


def _parent(name: str) -> str:
    # A dot may be part of a label; then it is escaped.
    return re.sub(r"^(\\.|[^.\\])*\.?", "", name, count=1)
