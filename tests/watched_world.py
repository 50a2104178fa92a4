"""A small world of name servers and caches: deterministic, so that rounds of days take moments.

A root, servers of pl, an old and a new hoster, and resolvers that keep what they were given for as long as they were
told. It stands in place of an engine (`World.ask`), or behind real sockets (`served`).
"""

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rrset
from hypothesis import strategies as st

from core.dns.asking.check import Check
from core.dns.asking.job import Ask
from core.dns.observation import Observation, Question, Rrset, Server
from core.ground.settings import ROOT as FOLDER
from core.watch.plan import parse_plan
from core.watch.watch import Watch
from tests.lab.scripted import Scripted, scripted

START = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
PLAN = parse_plan((FOLDER / "data/watch.toml").read_text(encoding="utf-8"))
ZONE = "firma.pl"
ROOT = Server("parent", "127.0.2.1", name="a.root-servers.net")
HOSTERS = ("stary", "nowy")
RESOLVERS = tuple(Server("resolver", f"127.0.5.{n}", id=f"r{n}") for n in range(1, 4))
A_OLD, A_NEW = ("192.0.2.1",), ("198.51.100.7",)
AA = frozenset({"AA"})


class Job:
    def __init__(self, said):
        self.said = said

    def wait(self, timeout=None):
        return True

    def cancel(self):
        pass

    def snapshot(self):
        return tuple(self.said)


class World:
    """`refers`: by the parent's server the hoster that it refers to; `records`: of each hoster, by type.

    `hosts`: addresses of other names in the zone, at both hosters. `silent`: addresses that answer nothing; `failing`:
    ids of resolvers that answer SERVFAIL.
    """

    def __init__(self, parents=2, servers=1):
        self.at = START
        self.parents = {f"127.0.2.{n + 2}": f"{chr(97 + n)}.dns.pl" for n in range(parents)}
        self.servers = {
            hoster: {f"127.0.{n}.{m}": f"ns{m}.{hoster}.pl" for m in range(1, servers + 1)}
            for n, hoster in enumerate(HOSTERS, 3)
        }
        self.refers = dict.fromkeys(self.parents, "stary")
        self.ns_ttl = self.host_ttl = 3600
        self.records = {
            "stary": {"A": (600, A_OLD), "MX": (600, ("10 mx.stary.pl",))},
            "nowy": {"A": (300, A_NEW), "MX": (300, ("10 mx.nowy.pl",))},
        }
        self.hosts: dict[str, str] = {}
        self.silent: set[str] = set()
        self.failing: set[str] = set()
        self.ds: tuple[str, ...] = ()
        self.led: dict[str, tuple[dt.datetime, str]] = {}
        self.cached: dict[tuple[str, Question], tuple[dt.datetime, Observation]] = {}

    def now(self):
        return self.at

    def ask(self, asks):
        return Job([self.said(ask)._replace(checking_disabled=ask.checking_disabled) for ask in asks])

    def said(self, ask):
        server, question = ask.server, ask.question
        blank = Observation(server, question, self.at, "NOERROR", ms=1.0, transport=ask.transport)
        if server.address in self.silent:
            return blank._replace(rcode=None, failure="timeout")
        if server.role == "resolver":
            return self.of_resolver(blank)
        if server.address == ROOT.address:
            return blank._replace(**leads("pl", self.parents))
        if server.address in self.parents:
            return self.of_parent(blank)
        hoster = next(name for name, servers in self.servers.items() if server.address in servers)
        return self.of_hoster(blank, hoster)

    def of_parent(self, blank):
        name, type = blank.question
        zone = ".".join(name.split(".")[-2:])
        if type == "DS":
            answer = (Rrset(ZONE, "DS", 3600, self.ds),) if self.ds and zone == ZONE else ()
            return blank._replace(flags=AA, answer=answer)
        hoster = self.refers[blank.server.address] if zone == ZONE else zone.removesuffix(".pl")
        if hoster not in HOSTERS:
            return blank._replace(flags=AA, rcode="NXDOMAIN")
        return blank._replace(**leads(zone, self.servers[hoster], self.ns_ttl if zone == ZONE else self.host_ttl))

    def of_hoster(self, blank, hoster):
        name, type = blank.question
        blank = blank._replace(flags=AA)
        own = {host: address for address, host in self.servers[hoster].items()} | self.hosts
        if name in own and type == "A":
            return blank._replace(answer=(Rrset(name, "A", self.host_ttl, (own[name],)),))
        if name != ZONE and not name.endswith(f".{ZONE}"):
            return blank
        soa = Rrset(ZONE, "SOA", 600, (f"ns1.{hoster}.pl host.{hoster}.pl 7 1 1 1 60",))
        given = {
            "SOA": (soa,),
            "NS": (Rrset(ZONE, "NS", self.ns_ttl, tuple(sorted(self.servers[hoster].values()))),),
            **{type: (Rrset(ZONE, type, ttl, values),) for type, (ttl, values) in self.records[hoster].items()},
        }
        answer = given.get(type, ()) if name == ZONE else ()
        return blank._replace(answer=answer, authority=() if answer else (soa,))

    def of_resolver(self, blank):
        """Answer out of the cache; what is not in it is asked where the delegation in the cache leads."""
        id, question = blank.server.id, blank.question
        if id in self.failing:
            return blank._replace(rcode="SERVFAIL")
        end, found = self.cached.get((id, question), (self.at, None))
        if found is None or end <= self.at:
            until, hoster = self.led.get(id, (self.at, ""))
            if until <= self.at:
                hoster = next(iter(self.refers.values()))
                self.led[id] = self.at + dt.timedelta(seconds=self.ns_ttl), hoster
            if self.silent.issuperset(self.servers[hoster]):
                return blank._replace(rcode="SERVFAIL")
            found = self.of_hoster(blank, hoster)._replace(flags=frozenset(), authority=())
            ttl = found.answer[0].ttl if found.answer else 60
            end = self.at + dt.timedelta(seconds=ttl)
            self.cached[id, question] = end, found
        left = int((end - self.at).total_seconds())
        return found._replace(at=self.at, answer=tuple([r._replace(ttl=left) for r in found.answer]))


def leads(zone, servers, ttl=86400):
    hosts = sorted((host, address) for address, host in servers.items())
    glue = tuple([Rrset(host, "A", ttl, (address,)) for host, address in hosts])
    return {"authority": (Rrset(zone, "NS", ttl, tuple([host for host, _ in hosts])),), "additional": glue}


# -- the same behind real sockets


@contextlib.contextmanager
def served(world, resolvers=RESOLVERS) -> Iterator[dict[str, Scripted]]:
    """Run the servers of a world on port 53 of their addresses, by the hour that it has; yields them by address."""
    there = [ROOT, *(Server("parent", address) for address in world.parents), *resolvers]
    there += [Server("authoritative", address) for servers in world.servers.values() for address in servers]
    with contextlib.ExitStack() as running:
        yield {s.address: running.enter_context(scripted(s.address, _answering(world, s))) for s in there}


def _answering(world, server):
    def answer(query):
        name = query.name.to_text(omit_final_dot=True).lower()
        if not query.message or query.message.question[0].rdclass != 1:
            return _message(query, Observation(server, Question(name, "TXT"), world.at, "REFUSED"))
        said = world.said(Ask(server, Question(name, query.type)))
        return None if said.failure else _message(query, said)

    return answer


def _message(query, said):
    message = dns.message.make_response(query.message, recursion_available=said.server.role == "resolver")
    message.set_rcode(dns.rcode.from_text(said.rcode))
    if "AA" in said.flags:
        message.flags |= dns.flags.AA
    for section, rrsets in zip(
        (message.answer, message.authority, message.additional),
        (said.answer, said.authority, said.additional),
        strict=True,
    ):
        section += [_rrset(rrset) for rrset in rrsets]
    return message


def _rrset(rrset):
    root = dns.name.root
    rdatas = [dns.rdata.from_text("IN", rrset.type, value, root, relativize=False) for value in rrset.values]
    return dns.rrset.from_rdata_list(dns.name.from_text(rrset.name), rrset.ttl, rdatas)


# -- who looks at it


def watch(**more):
    blank = Watch(
        *(1, ZONE, ZONE, None, "anna", START, {"name": ZONE, "new": "ns1.nowy.pl"}, None, "expiring", START, START)
    )
    return replace(blank, **more)


def check(world, wish, resolvers=RESOLVERS):
    return Check(wish, world, [ROOT], resolvers)


def switch(world, parents, hoster):
    world.refers |= dict.fromkeys(parents, hoster)


def record(world, hoster, type, ttl, values):
    world.records[hoster][type] = ttl, values


def drop(world, resolver):
    world.led.pop(resolver, None)
    for key in [key for key in world.cached if key[0] == resolver]:
        del world.cached[key]


def _set(world, name, value):
    setattr(world, name, value)


WORLD = World()
_RESOLVER = st.sampled_from([r.id for r in RESOLVERS])
_TTL = st.sampled_from([60, 300, 3600, 86400])
EVENTS = st.one_of(
    st.just(lambda world: None),
    st.builds(
        lambda parents, hoster: lambda world: switch(world, parents, hoster),
        st.sampled_from([*((address,) for address in WORLD.parents), tuple(WORLD.parents)]),
        st.sampled_from(["nowy", "nowy", "stary"]),
    ),
    st.builds(
        lambda hoster, ttl, values: lambda world: record(world, hoster, "A", ttl, values),
        st.sampled_from(HOSTERS),
        _TTL,
        st.sampled_from([A_OLD, A_NEW]),
    ),
    st.builds(lambda ttl: lambda world: _set(world, "ns_ttl", ttl), _TTL),
    st.builds(lambda one: lambda world: drop(world, one), _RESOLVER),
    st.builds(lambda some: lambda world: _set(world, "failing", some), st.sets(_RESOLVER, max_size=1)),
    st.builds(
        lambda some: lambda world: _set(world, "silent", some),
        st.sets(st.sampled_from([*WORLD.parents, "127.0.3.1", "127.0.4.1", "127.0.5.1"]), max_size=1),
    ),
)
"""Something that happens in the world."""
STEPS = st.lists(st.tuples(EVENTS, st.integers(1, 7), st.sampled_from([120, 900, 3600, 21600])), min_size=1, max_size=6)
"""What happens, how many looks there are after it, and seconds between them."""
