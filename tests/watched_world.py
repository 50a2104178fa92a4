"""A small world of name servers and caches in place of an engine: deterministic, so that rounds of days take moments.

A root, two servers of pl, an old and a new hoster with a server each, and resolvers that keep what they were given for
as long as they were told.
"""

import datetime as dt
from dataclasses import replace

from hypothesis import strategies as st

from core.dns.asking.check import Check
from core.dns.observation import ADDRESSES, Observation, Question, Rrset, Server
from core.watch.plan import parse_plan
from core.watch.watch import Watch
from core.ground.settings import ROOT as FOLDER

START = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
PLAN = parse_plan((FOLDER / "data/watch.toml").read_text(encoding="utf-8"))
ZONE = "firma.pl"
ROOT = Server("parent", "198.41.0.4", name="a.root-servers.net")
PARENTS = {"45.1.0.1": "a.dns.pl", "45.1.0.2": "b.dns.pl"}
HOSTERS = {"stary": "45.3.0.1", "nowy": "45.4.0.1"}
RESOLVERS = tuple(Server("resolver", f"9.9.9.{n}", id=f"r{n}") for n in range(1, 4))
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
    """`refers`: by the parent's server the hoster that it refers to; `records`: of each hoster, by type."""

    def __init__(self):
        self.at = START
        self.refers = dict.fromkeys(PARENTS, "stary")
        self.ns_ttl = 3600
        self.records = {
            "stary": {"A": (600, A_OLD), "MX": (600, ("10 mx.stary.pl",))},
            "nowy": {"A": (300, A_NEW), "MX": (300, ("10 mx.nowy.pl",))},
        }
        self.silent: set[str] = set()
        self.failing: set[str] = set()
        self.ds: tuple[str, ...] = ()
        self.led: dict[str, tuple[dt.datetime, str]] = {}
        self.cached: dict[tuple[str, Question], tuple[dt.datetime, Observation]] = {}
        self.asked = 0

    def now(self):
        return self.at

    def ask(self, asks):
        self.asked += len(asks)
        return Job([self.said(ask)._replace(checking_disabled=ask.checking_disabled) for ask in asks])

    def said(self, ask):
        server, question = ask.server, ask.question
        blank = Observation(server, question, self.at, "NOERROR", ms=1.0, transport=ask.transport)
        if server.address in self.silent:
            return blank._replace(rcode=None, failure="timeout")
        if server.role == "resolver":
            return self.of_resolver(blank)
        if server.address == ROOT.address:
            return blank._replace(**self.leads("pl", {host: address for address, host in PARENTS.items()}))
        if server.address in PARENTS:
            return self.of_parent(blank)
        hoster = next(name for name, address in HOSTERS.items() if address == server.address)
        return self.of_hoster(blank, hoster)

    def leads(self, zone, hosts, ttl=86400):
        glue = tuple(Rrset(host, "A", ttl, (address,)) for host, address in sorted(hosts.items()))
        return {"authority": (Rrset(zone, "NS", ttl, tuple(sorted(hosts))),), "additional": glue}

    def of_parent(self, blank):
        name, type = blank.question
        zone = ".".join(name.split(".")[-2:])
        if type == "DS":
            answer = (Rrset(ZONE, "DS", 3600, self.ds),) if self.ds and zone == ZONE else ()
            return blank._replace(flags=AA, answer=answer)
        hoster = self.refers[blank.server.address] if zone == ZONE else zone.removesuffix(".pl")
        if hoster not in HOSTERS:
            return blank._replace(flags=AA, rcode="NXDOMAIN")
        ttl = self.ns_ttl if zone == ZONE else 86400
        return blank._replace(**self.leads(zone, {f"ns1.{hoster}.pl": HOSTERS[hoster]}, ttl))

    def of_hoster(self, blank, hoster):
        name, type = blank.question
        blank = blank._replace(flags=AA)
        if name == f"ns1.{hoster}.pl" and type == "A":
            return blank._replace(answer=(Rrset(name, "A", 86400, (HOSTERS[hoster],)),))
        if name.endswith("pl") and name != ZONE and not name.endswith(f".{ZONE}"):
            return blank
        soa = Rrset(ZONE, "SOA", 600, (f"ns1.{hoster}.pl host.{hoster}.pl 7 1 1 1 60",))
        given = {
            "SOA": (soa,),
            "NS": (Rrset(ZONE, "NS", self.ns_ttl, (f"ns1.{hoster}.pl",)),),
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
                hoster = self.refers["45.1.0.1"]
                self.led[id] = self.at + dt.timedelta(seconds=self.ns_ttl), hoster
            if HOSTERS[hoster] in self.silent:
                return blank._replace(rcode="SERVFAIL")
            found = self.of_hoster(blank, hoster)._replace(flags=frozenset(), authority=())
            ttl = found.answer[0].ttl if found.answer else 60
            end = self.at + dt.timedelta(seconds=ttl)
            self.cached[id, question] = end, found
        left = int((end - self.at).total_seconds())
        return found._replace(at=self.at, answer=tuple(r._replace(ttl=left) for r in found.answer))


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


_RESOLVER = st.sampled_from([r.id for r in RESOLVERS])
_TTL = st.sampled_from([60, 300, 3600, 86400])
EVENTS = st.one_of(
    st.just(lambda world: None),
    st.builds(
        lambda parents, hoster: lambda world: switch(world, parents, hoster),
        st.sampled_from([("45.1.0.1",), ("45.1.0.2",), tuple(PARENTS)]),
        st.sampled_from(["nowy", "nowy", "stary"]),
    ),
    st.builds(
        lambda hoster, ttl, values: lambda world: record(world, hoster, "A", ttl, values),
        st.sampled_from(sorted(HOSTERS)),
        _TTL,
        st.sampled_from([A_OLD, A_NEW]),
    ),
    st.builds(lambda ttl: lambda world: _set(world, "ns_ttl", ttl), _TTL),
    st.builds(lambda one: lambda world: drop(world, one), _RESOLVER),
    st.builds(lambda some: lambda world: _set(world, "failing", some), st.sets(_RESOLVER, max_size=1)),
    st.builds(
        lambda some: lambda world: _set(world, "silent", some),
        st.sets(st.sampled_from([*PARENTS, *HOSTERS.values(), "9.9.9.1"]), max_size=1),
    ),
)
"""Something that happens in the world."""
STEPS = st.lists(
    st.tuples(EVENTS, st.integers(1, 7), st.sampled_from([120, 900, 3600, 21600])), min_size=1, max_size=6
)
"""What happens, how many looks there are after it, and seconds between them."""
