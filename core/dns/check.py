"""One check of a name from beginning to end: walk down, ask everybody, judge; and again, where somebody follows it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.dns import probe
from core.dns.change import ChangeSet, Expected, Old, OldRrset
from core.dns.engine import Ask, Engine
from core.dns.names import Name
from core.dns.observation import Observation, Question, Server
from core.dns.probe import Delegated, Walk
from core.dns.status import alias_end
from core.dns.verdict import Verdict, verdict

_ALIASES = 8
"""Zones that a chain of aliases is followed through."""
_PATIENCE = 30.0
"""Seconds for a round: limits to a resolver queue questions rather than fail them."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to know of a name.

    `expected`: values that are to be seen, of the one type in `types` then; empty: what the zone's servers agree on.
    `old_servers` (addresses) say that the delegation was switched; `old_ttl`: the longest TTL before it, in seconds.
    """

    name: Name
    types: tuple[str, ...] = probe.TYPES
    expected: tuple[str, ...] = ()
    old_servers: tuple[str, ...] = ()
    old_ttl: int | None = None
    switched_at: dt.datetime | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is asked of the zone's servers and of the resolvers."""
        return tuple(Question(self.name.ascii, type) for type in self.types)


@dataclass(slots=True)
class Check:
    """A check: `round` asks everybody once, `judge` says what follows from all rounds so far."""

    wish: Wish
    engine: Engine
    roots: Sequence[Server]
    resolvers: Sequence[Server]
    delegated: Delegated = field(default_factory=lambda: Delegated("", (), ()))
    observations: list[Observation] = field(default_factory=list)

    def round(self) -> None:
        """Walk down anew and ask everybody; takes as long as the slowest server may."""
        self.delegated = Walk(self.engine, self.roots).delegation(self.wish.name.ascii)
        if not self._is_delegated():
            self.observations += self.delegated.said
            return
        asks = probe.questions(self.delegated, self.wish.questions, self.resolvers, self.wish.old_servers)
        said = self._asked(asks)
        self.observations += [*said, *self._asked(probe.second_looks(said)), *self._ends_of_aliases(said)]

    def _is_delegated(self) -> bool:
        """Whether the way led to a zone that can be the name's own: a registry's servers speak for the registry."""
        zone = self.delegated.zone
        return "." in zone or zone == self.wish.name.ascii

    def _asked(self, asks: Sequence[Ask]) -> tuple[Observation, ...]:
        job = self.engine.ask(asks)
        if not job.wait(_PATIENCE):
            job.cancel()
        return job.snapshot()

    def _ends_of_aliases(self, said: Iterable[Observation]) -> list[Observation]:
        """Return what the servers of other zones say, where the zone's own only point there, zone after zone."""
        found: list[Observation] = []
        known = set(self.wish.questions)
        latest = [o for o in said if o.server in self.delegated.servers]
        for _ in range(_ALIASES):
            ends = {Question(alias_end(o), o.question.type) for o in latest if o.values is None} - known
            known |= ends
            latest = []
            for question in sorted(ends, key=lambda q: (q.name, q.type)):
                try:
                    there = Walk(self.engine, self.roots).delegation(question.name)
                    latest += self._asked([Ask(server, question) for server in there.servers])
                except ValueError:
                    # What an answer points to may be no name that can be asked for.
                    continue
            found += latest
        return found

    def judge(self, now: dt.datetime) -> Verdict:
        """Return the verdict on everything that was seen (`now` in UTC)."""
        return verdict(self.change(), self.old(), self.observations, now)

    def change(self) -> ChangeSet:
        """Return what is expected: what was asked for, else what the zone's servers agree on."""
        wish = self.wish
        expected = tuple(agreed(self.observations, self.delegated.servers, wish.questions))
        if wish.expected:
            alias = next((found.alias for found in expected), "")
            expected = (Expected(wish.name.ascii, wish.types[0], wish.expected, alias),)
        return ChangeSet(self.delegated.zone, expected, self._new_servers(), wish.switched_at)

    def _new_servers(self) -> tuple[str, ...] | None:
        """Return the host names that the parent is to refer to: where it refers now, unless those are the old ones."""
        if not self.wish.old_servers:
            return None
        servers = self.delegated.servers
        if {server.address for server in servers} & set(self.wish.old_servers):
            # One of them is enough: whoever tells of the old ones may not tell of all.
            return ()
        return tuple(sorted({server.name for server in servers} | {*self.delegated.hosts}))

    def old(self) -> Old:
        """Return what is known from before: the one TTL that was told stands for all of them."""
        ttl = self.wish.old_ttl
        rrsets = tuple(OldRrset(q.name, q.type, ttl) for q in self.wish.questions) if ttl is not None else ()
        return Old(ttl, ttl, ttl, ttl, rrsets, self.wish.old_servers)


def agreed(
    observations: Iterable[Observation], servers: Iterable[Server], questions: Iterable[Question]
) -> Iterable[Expected]:
    """Yield what most of a zone's servers answered last; what none of them has is left out.

    Where they only point to a name in another zone, it is what most of that zone's servers answered.
    """
    theirs, last = set(servers), {}
    for o in observations:
        if o.server.role == "authoritative" and o.failure is None and o.rcode in ("NOERROR", "NXDOMAIN"):
            last[o.server, o.question] = o
    for question in questions:
        own = [o for (server, asked), o in last.items() if asked == question and server in theirs]
        ends = Counter(end for o in own if o.values is None and (end := alias_end(o)) != question.name)
        alias = min(ends, key=lambda end: (-ends[end], end), default="")
        beyond = alias
        for _ in range(_ALIASES):
            if not beyond:
                break
            own = [o for (_, asked), o in last.items() if asked == Question(beyond, question.type)]
            further = {end for o in own if o.values is None and (end := alias_end(o)) != beyond}
            beyond = min(further, default="")
        said = Counter(o.values for o in own if o.values)
        if said:
            # Of equally many the one that comes first by its text, so that every round expects the same.
            yield Expected(question.name, question.type, min(said, key=lambda values: (-said[values], values)), alias)
