"""A week of moving domains: scripted name servers and resolvers that live by a clock of the test's own.

Registry, old and new name servers, and resolvers with caches that count down by that clock. What each says follows from
the hour alone, so that what a watch must tell is known beforehand (`Story.truth`).
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from core.dns.observation import Server
from tests.lab.scripted import close_all

HOUR, DAY, MINUTE = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(minutes=1)
BEGIN = dt.datetime(2026, 11, 21, 11, tzinfo=dt.UTC)

NS_TTL, TTL, NEGATIVE = 14_400, 3_600, 600
"""Of the delegation (at the parent, in the zone, and of the servers' addresses), of records, and of their absence."""
BOUND = dt.timedelta(seconds=NS_TTL + TTL)
"""How long after a switch some cache may hold what was."""

ROOT, REGISTRY = "127.53.0.1", ("127.53.0.2", "127.53.0.3")
OLD, NEW = ("127.53.1.1", "127.53.1.2"), ("127.53.2.1", "127.53.2.2")
RESOLVERS = tuple(f"127.53.3.{n}" for n in range(1, 5))
SERVERS = (ROOT, *REGISTRY, *OLD, *NEW, *RESOLVERS)
HOSTS = {
    **{f"ns{n}.stary.pl": address for n, address in enumerate(OLD, 1)},
    **{f"ns{n}.nowy.pl": address for n, address in enumerate(NEW, 1)},
    **{f"{letter}.dns.pl": address for letter, address in zip("ab", REGISTRY, strict=True)},
}
OLD_HOSTS, NEW_HOSTS = ("ns1.stary.pl", "ns2.stary.pl"), ("ns1.nowy.pl", "ns2.nowy.pl")

_LEFT = 1_234_567_891
"""Stands in a resolver's answers for the seconds that are left."""

Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Story:
    """What happens to a domain. `switches`: from when the registry refers to new servers (True) or the old ones.

    `ahead`: how long before that its first server does. `wrong`: while the second new server has the old record.
    `stuck`: until when the last resolver stays with the old servers. `again`: while it gives the old record anew.
    `certificates`: from when the site has one that ends when.
    `truth`: the kinds of what must be told, in order, with when it is so from.
    """

    name: str
    number: int
    planned_at: dt.datetime
    switches: tuple[tuple[dt.datetime, bool], ...] = ()
    ahead: dt.timedelta = dt.timedelta(0)
    wrong: Span | None = None
    stuck: dt.datetime | None = None
    again: Span | None = None
    certificates: tuple[Span, ...] = ()
    truth: tuple[tuple[str, dt.datetime], ...] = ()

    def is_new(self, at: dt.datetime) -> bool:
        """Whether the registry refers to the new servers."""
        return next((new for since, new in reversed(self.switches) if since <= at), False)

    def certificate_until(self, at: dt.datetime) -> dt.datetime | None:
        """Return when the certificate of the site ends; None where it has none."""
        return next((until for since, until in reversed(self.certificates) if since <= at), None)

    def record(self, *, new: bool) -> str:
        """Return the address of the site."""
        return f"198.51.100.{self.number % 250 + 1}" if new else f"192.0.2.{self.number % 250 + 1}"


def within(span: Span | None, at: dt.datetime) -> bool:
    return span is not None and span[0] <= at < span[1]


@dataclass
class World:
    """The servers of the week; `now` is what the test says it is. `outage`: while nobody answers anything."""

    stories: Sequence[Story]
    now: dt.datetime = BEGIN
    outage: Span | None = None
    asked: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_name = {story.name: story for story in self.stories}
        self._questions: dict[bytes, tuple[str, str, Story | None]] = {}
        self._wires: dict[tuple[object, ...], bytes] = {}

    @property
    def roots(self) -> tuple[Server, ...]:
        return (Server("parent", ROOT, name="a.root.example"),)

    @property
    def resolvers(self) -> tuple[Server, ...]:
        return tuple(
            Server("resolver", address, id=f"r{n}", operator=f"Resolver {n}", country="PL")
            for n, address in enumerate(RESOLVERS, 1)
        )

    @contextlib.contextmanager
    def served(self) -> Iterator[World]:
        """Run all servers, in the network of the calling thread."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="week", daemon=True)
        thread.start()
        try:
            closing = asyncio.run_coroutine_threadsafe(self._listen(), loop).result()
            try:
                yield self
            finally:
                asyncio.run_coroutine_threadsafe(close_all(closing), loop).result()
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def _listen(self) -> list[Callable[[], None]]:
        loop, closing = asyncio.get_running_loop(), []
        for address in SERVERS:
            transport, _ = await loop.create_datagram_endpoint(partial(_Udp, self, address), local_addr=(address, 53))
            streams = await asyncio.start_server(partial(self._stream, address), address, 53)
            closing += [transport.close, streams.close]
        return closing

    async def _stream(self, server: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError), contextlib.closing(writer):
            while True:
                said = self.answer(server, await reader.readexactly(int.from_bytes(await reader.readexactly(2))))
                if said is None:
                    return
                writer.write(len(said).to_bytes(2) + said)
                await writer.drain()

    def answer(self, server: str, wire: bytes) -> bytes | None:
        """Return what a server says to a query; each answer is made once for all hours at which it is the same."""
        self.asked[server] = self.asked.get(server, 0) + 1
        if within(self.outage, self.now):
            return None
        if (asked := self._questions.get(wire[2:])) is None:
            question = dns.message.from_wire(wire).question[0]
            name = question.name.to_text(omit_final_dot=True).lower()
            type = dns.rdatatype.to_text(question.rdtype) if question.rdclass == 1 else ""
            asked = self._questions[wire[2:]] = name, type, self._by_name.get(".".join(name.split(".")[-2:]))
        name, type, story = asked
        new, left = self._state(server, story)
        key = server, wire[2:], new
        if (said := self._wires.get(key)) is None:
            message = dns.message.make_response(dns.message.from_wire(wire), recursion_available=server in RESOLVERS)
            self._fill(message, server, story, name, type, new)
            said = self._wires[key] = message.to_wire()
        return wire[:2] + said[2:].replace(_LEFT.to_bytes(4), left.to_bytes(4))

    def _state(self, server: str, story: Story | None) -> tuple[bool, int]:
        """Return what of its answers about a domain depends on the hour: new or old, and the seconds left."""
        if story is None:
            return False, 0
        if server in REGISTRY:
            ahead = story.ahead if server == REGISTRY[0] else dt.timedelta(0)
            return story.is_new(self.now + ahead), 0
        if server in NEW:
            return not (server == NEW[1] and within(story.wrong, self.now)), 0
        if server not in RESOLVERS:
            return False, 0
        number = RESOLVERS.index(server)
        fetched, left = _cached(self.now, TTL, number, story.number)
        new = story.is_new(_cached(fetched, NS_TTL, number, story.number)[0])
        if number == len(RESOLVERS) - 1:
            if story.stuck is not None and self.now < story.stuck:
                new = False
            if within(story.again, self.now):
                new, left = False, 60
        return new, left

    def _fill(
        self, message: dns.message.Message, server: str, story: Story | None, name: str, type: str, new: bool
    ) -> None:
        if not type:
            message.set_rcode(dns.rcode.REFUSED)
        elif server in RESOLVERS:
            self._as_resolver(message, story, name, type, new)
        elif server == ROOT:
            self._refer(message, "pl", ("a.dns.pl", "b.dns.pl"))
        elif server in REGISTRY:
            self._as_registry(message, story, name, type, new)
        else:
            self._as_host(message, server, story, name, type, new)

    def _as_registry(self, message: dns.message.Message, story: Story | None, name: str, type: str, new: bool) -> None:
        zone = ".".join(name.split(".")[-2:])
        if name == "pl" or zone == "dns.pl" or (type == "DS" and name == zone):
            self._own(message, "pl", name, {("pl", "NS"): ("a.dns.pl.", "b.dns.pl.")}, type)
        elif zone in ("stary.pl", "nowy.pl"):
            self._refer(message, zone, OLD_HOSTS if zone == "stary.pl" else NEW_HOSTS)
        elif story is not None:
            self._refer(message, zone, NEW_HOSTS if new else OLD_HOSTS)
        else:
            message.set_rcode(dns.rcode.NXDOMAIN)
            self._own(message, "pl", name, {}, type)

    def _as_host(
        self, message: dns.message.Message, server: str, story: Story | None, name: str, type: str, new: bool
    ) -> None:
        zone = ".".join(name.split(".")[-2:])
        hosts = NEW_HOSTS if server in NEW else OLD_HOSTS
        served = zone == ("nowy.pl" if server in NEW else "stary.pl") or story is not None
        if not served:
            message.set_rcode(dns.rcode.REFUSED)
            return
        records: dict[tuple[str, str], tuple[str, ...]] = {(zone, "NS"): tuple(f"{host}." for host in hosts)}
        if story is not None:
            records |= {
                (zone, "A"): (story.record(new=new),),
                (zone, "MX"): (f"10 mail.{zone}.",),
                (f"mail.{zone}", "A"): (story.record(new=new),),
            }
        self._own(message, zone, name, records, type)

    def _own(
        self,
        message: dns.message.Message,
        zone: str,
        name: str,
        records: dict[tuple[str, str], tuple[str, ...]],
        type: str,
    ) -> None:
        message.flags |= dns.flags.AA
        soa = f"ns1.{zone}. root.{zone}. 1 7200 3600 1209600 {NEGATIVE}"
        there = {
            **records,
            (zone, "SOA"): (soa,),
            **{(host, "A"): (address,) for host, address in HOSTS.items() if host.endswith(f".{zone}")},
        }
        if values := there.get((name, type)):
            ttl = NEGATIVE if type == "SOA" else NS_TTL if type == "NS" or name in HOSTS else TTL
            message.answer.append(dns.rrset.from_text(f"{name}.", ttl, "IN", type, *values))
            return
        # A registry has no records of a domain that it refers on, and denies none.
        if not (any(owner == name for owner, _ in there) or name in self._by_name):
            message.set_rcode(dns.rcode.NXDOMAIN)
        message.authority.append(dns.rrset.from_text(f"{zone}.", NEGATIVE, "IN", "SOA", soa))

    def _refer(self, message: dns.message.Message, zone: str, hosts: Sequence[str]) -> None:
        message.authority.append(dns.rrset.from_text(f"{zone}.", NS_TTL, "IN", "NS", *(f"{host}." for host in hosts)))
        message.additional += [dns.rrset.from_text(f"{host}.", NS_TTL, "IN", "A", HOSTS[host]) for host in hosts]

    def _as_resolver(self, message: dns.message.Message, story: Story | None, name: str, type: str, new: bool) -> None:
        if story is None:
            message.set_rcode(dns.rcode.NXDOMAIN)
            return
        address = story.record(new=new)
        records = {(story.name, "A"): address, (story.name, "MX"): f"10 mail.{story.name}."}
        records |= {(f"mail.{story.name}", "A"): address}
        if value := records.get((name, type)):
            message.answer.append(dns.rrset.from_text(f"{name}.", _LEFT, "IN", type, value))
        else:
            soa = f"ns1.{story.name}. root.{story.name}. 1 7200 3600 1209600 {NEGATIVE}"
            message.authority.append(dns.rrset.from_text(f"{story.name}.", NEGATIVE, "IN", "SOA", soa))


def _cached(now: dt.datetime, ttl: int, resolver: int, domain: int) -> tuple[dt.datetime, int]:
    """Return when a cache that fetches anew whenever a TTL has run out did so last, and how long it keeps that yet."""
    offset = (resolver * 617 + domain * 131) % ttl
    since = int((now - BEGIN).total_seconds()) + 10 * ttl
    age = (since - offset) % ttl
    return now - dt.timedelta(seconds=age), ttl - age


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, world: World, address: str) -> None:
        self._world, self._address = world, address

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, wire: bytes, sender: tuple[str, int]) -> None:
        if (said := self._world.answer(self._address, wire)) is not None:
            self._transport.sendto(said, sender)


# -- what happens in the week


def stories(count: int) -> list[Story]:
    """Return so many domains, of each kind of fate as many."""
    return [_with_eve(_FATES[n % len(_FATES)](n)) for n in range(count)]


def _with_eve(story: Story) -> Story:
    """Let its TTLs be found too high when the eve begins, or at the first look; not where it was switched before."""
    eve = max(BEGIN, story.planned_at - 36 * HOUR)
    if eve > BEGIN + 7 * DAY or (story.switches and story.switches[0][0] < eve):
        return story
    return replace(story, truth=(("lower_ttls", eve), *story.truth))


def _at(number: int) -> dt.datetime:
    """Return the agreed hour of a domain: on the second day, each at its own."""
    return BEGIN + DAY + 7 * number * MINUTE


def _named(number: int) -> str:
    return f"firma{number}.pl"


def _nothing(number: int) -> Story:
    """Its day comes after the week."""
    return Story(_named(number), number, BEGIN + 9 * DAY)


def _smooth(number: int) -> Story:
    at = _at(number) + 20 * MINUTE
    truth = (("began", at), ("published", at), ("propagated", at + BOUND))
    return Story(_named(number), number, _at(number), ((at, True),), truth=truth)


def _registry_in_two(number: int) -> Story:
    at = _at(number) + 2 * HOUR
    truth = (("began", at - HOUR), ("published", at), ("propagated", at + BOUND))
    return Story(_named(number), number, _at(number), ((at, True),), ahead=HOUR, truth=truth)


def _early(number: int) -> Story:
    """Somebody switches a day before the agreed one."""
    at = BEGIN + 9 * HOUR
    truth = (("began", at), ("published", at), ("propagated", at + BOUND))
    return Story(_named(number), number, _at(number) + DAY, ((at, True),), truth=truth)


def _wrong(number: int) -> Story:
    """One of the new servers has the old record for three hours."""
    at = _at(number) + 30 * MINUTE
    mended = at + 3 * HOUR
    truth = (
        *(("began", at), ("published", at), ("server_wrong", at), ("servers_right", mended)),
        # What that one gave last is over sooner than the old delegation.
        ("propagated", at + BOUND),
    )
    return Story(_named(number), number, _at(number), ((at, True),), wrong=(BEGIN, mended), truth=truth)


def _stuck(number: int) -> Story:
    """A resolver stays with the old servers for forty hours."""
    at = _at(number) + 30 * MINUTE
    until = at + 40 * HOUR
    truth = (
        *(("began", at), ("published", at), ("past_usual", at + 24 * HOUR), ("past_latest", at + 36 * HOUR)),
        ("propagated", until),
    )
    return Story(_named(number), number, _at(number), ((at, True),), stuck=until, truth=truth)


def _taken_back(number: int) -> Story:
    """It is switched, taken back after a day, and switched for good on the day after."""
    at = _at(number) + 30 * MINUTE
    back, anew = at + DAY, at + 2 * DAY
    truth = (
        *(("began", at), ("published", at), ("propagated", at + BOUND), ("switched_back", back)),
        *(("began", anew), ("published", anew), ("propagated", anew + BOUND)),
    )
    return Story(_named(number), number, _at(number), ((at, True), (back, False), (anew, True)), truth=truth)


def _old_again(number: int) -> Story:
    """Two days after it has arrived a resolver gives the old record again, for a day."""
    at = _at(number) + 30 * MINUTE
    again = at + BOUND + 2 * DAY
    truth = (
        *(("began", at), ("published", at), ("propagated", at + BOUND)),
        *(("old_again", again), ("new_again", again + DAY)),
    )
    return Story(_named(number), number, _at(number), ((at, True),), again=(again, again + DAY), truth=truth)


def _certificate(number: int) -> Story:
    """The certificate that the site came with ends soon, and is renewed two days after it has arrived."""
    at = _at(number) + 30 * MINUTE
    arrived, renewed = at + BOUND, at + BOUND + 2 * DAY
    truth = (
        *(("began", at), ("published", at), ("propagated", arrived)),
        *(("certificate", arrived), ("certificate_good", renewed)),
    )
    certificates = (BEGIN, BEGIN + 10 * DAY), (renewed, renewed + 90 * DAY)
    return Story(_named(number), number, _at(number), ((at, True),), certificates=certificates, truth=truth)


_FATES = (_smooth, _nothing, _registry_in_two, _early, _wrong, _stuck, _taken_back, _old_again, _certificate)
