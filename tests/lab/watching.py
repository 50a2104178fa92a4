"""A name that moves, watched through real caches: by a check that is told what stood before, and by one that is not."""

import time
from dataclasses import dataclass, field

from core.dns.asking.check import Check
from core.dns.asking.engine import Engine
from core.dns.asking.job import Ask
from core.dns.asking.servers import parse_hints
from core.dns.change import ChangeSet, Expected, Old, OldRrset
from core.dns.judging.status import is_stale
from core.dns.judging.verdict import verdict
from core.dns.names import parse_name
from core.dns.observation import Observation, Question, Server
from core.dns.wish import Wish
from tests.lab.stage import now

OLD_VALUE, NEW_VALUE = "192.0.2.1", "198.51.100.7"
N, V = 4, 4
"""TTL of the old delegation and of the old record, seconds."""
ROUNDED = 2.5
"""Caches count whole seconds, one for each link of the bound, and an answer takes its time."""


@dataclass
class Watch:
    """A name that moves from the old hoster to the new one, asked of recursors all the while."""

    laboratory: object
    engine: Engine
    recursors: list
    stem: str
    ds: tuple = ()
    check: Check = field(init=False)
    samples: list[Observation] = field(default_factory=list)

    def __post_init__(self):
        lab = self.laboratory
        self.name = lab.name(self.stem)
        self.old(OLD_VALUE)
        lab.new.serve(self.name, f"{self.name} A {NEW_VALUE}", ttl=V, ns_ttl=N)
        lab.delegate(self.name, lab.old.servers, ttl=N, ds=self.ds)
        self.plain = self.name.removesuffix(".")
        self.resolvers = [Server("resolver", recursor.address, id=recursor.name) for recursor in self.recursors]
        roots = parse_hints(lab.hints_file.read_text(encoding="utf-8"))
        wish = Wish(parse_name(self.plain), ("A",), (NEW_VALUE,), old_servers=tuple(lab.old.servers.values()))
        self.check = Check(wish, self.engine, roots, [])

    def old(self, value):
        self.laboratory.old.serve(self.name, f"{self.name} A {value}", ttl=V, ns_ttl=N)

    def ask(self):
        """Ask every recursor once."""
        job = self.engine.ask([Ask(s, Question(self.plain, "A"), recursion=True, dnssec=True) for s in self.resolvers])
        assert job.wait(15)
        self.samples += job.snapshot()

    def watch(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.ask()
            time.sleep(0.25)

    def verdict(self, **known):
        """Judge all that was seen, the old TTLs having been recorded."""
        self.check.round()
        servers = tuple(self.laboratory.old.servers.values())
        hosts = tuple(sorted(host.removesuffix(".") for host in self.laboratory.new.servers))
        change = ChangeSet(self.plain, (Expected(self.plain, "A", (NEW_VALUE,)),), hosts)
        rrsets = (OldRrset(self.plain, "A", V, (OLD_VALUE,)),)
        old = Old(N, N, self.laboratory.hosters_ttl, 2, rrsets, servers)
        return verdict(change, old, [*self.check.observations, *self.samples], now())

    def last_old(self, *, stale=False):
        """Return when a recursor last gave the old value, marked answers from beyond their TTL aside."""
        old = [o.at for o in self.samples if o.values == (OLD_VALUE,) and (stale or not is_stale(o))]
        return max(old) if old else None


def checked(laboratory, engine, name, *types, expected=None, old_ttl=0):
    """Check a name as it stands, its old TTLs being known; return the verdict."""
    roots = parse_hints(laboratory.hints_file.read_text(encoding="utf-8"))
    wish = Wish(parse_name(name.removesuffix(".")), types, expected, old_ttl=old_ttl)
    check = Check(wish, engine, roots, [Server("resolver", laboratory.plain.address, id="plain")])
    check.round()
    return check, check.judge(now())


def unaided(laboratory, engine, name, *types, expected=None):
    """Return a check of a name that is told nothing of what stood before."""
    roots = parse_hints(laboratory.hints_file.read_text(encoding="utf-8"))
    wish = Wish(parse_name(name.removesuffix(".")), types or ("A",), expected)
    return Check(wish, engine, roots, [Server("resolver", laboratory.recursor().address, id="own")])


def followed(check, until, recursor=None):
    """Follow a check as the command does; return the last verdict and when the old value was last seen in a cache."""
    last_old = None
    while True:
        check.round()
        found = check.judge(now())
        old = [o.at for o in check.observations if o.server.role == "resolver" and o.values == (OLD_VALUE,)]
        last_old = max(old, default=None)
        if found.propagated or now() > until:
            return found, last_old
        time.sleep(0.25)
