"""One check of a name from beginning to end: walk down, ask everybody, judge; and again, where somebody follows it."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.dns import probe
from core.dns.aliases import LONGEST, chain, inside, within
from core.dns.change import ChangeSet, Expected, Old, OldRrset, same_values
from core.dns.engine import Ask, Engine
from core.dns.history import grouped
from core.dns.names import Name
from core.dns.observation import Observation, Question, Server
from core.dns.probe import Delegated, Walk
from core.dns.recorded import before_edit, recorded
from core.dns.verdict import Verdict, verdict

_PATIENCE = 30.0
"""Seconds for a round: limits to a resolver queue questions rather than fail them."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to know of a name.

    `expected`: values that are to be seen, of the one type in `types` then, and empty where there shall be none; None:
    what the zone's servers agree on. `old_servers` (addresses) say that the delegation was switched; `old_ttl`: the
    longest TTL before it, in seconds. What is not told is what the check itself sees change between its rounds.
    """

    name: Name
    types: tuple[str, ...] = probe.TYPES
    expected: tuple[str, ...] | None = None
    old_servers: tuple[str, ...] = ()
    old_ttl: int | None = None
    switched_at: dt.datetime | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is asked of the zone's servers and of the resolvers."""
        return tuple(Question(self.name.ascii, type) for type in self.types)


@dataclass(frozen=True, slots=True)
class _Move:
    """A delegation that changed between two rounds.

    `before`: so many observations had been made; `seen`: when the new one had been (UTC); `renamed`: other host names.
    """

    before: int
    seen: dt.datetime | None
    renamed: bool


@dataclass(slots=True)
class Check:
    """A check: `round` asks everybody once, `judge` says what follows from all rounds so far."""

    wish: Wish
    engine: Engine
    roots: Sequence[Server]
    resolvers: Sequence[Server]
    delegated: Delegated = field(default_factory=lambda: Delegated("", (), ()))
    observations: list[Observation] = field(default_factory=list)
    _latest: Delegated = field(init=False, default_factory=lambda: Delegated("", (), ()))
    """The last delegation that was found, with the servers whose addresses could be found before only."""
    _known: dict[Server, None] = field(init=False, default_factory=dict)
    """The zone's servers in any round."""
    _move: _Move | None = field(init=False, default=None)
    _beyond: dict[Question, tuple[Server, ...]] = field(init=False, default_factory=dict)
    """Who speaks for the names in other zones that aliases lead to."""

    def round(self) -> None:
        """Walk down anew and ask everybody; takes as long as the slowest server may."""
        self.delegated = now = Walk(self.engine, self.roots).delegation(self.wish.name.ascii)
        if not self._is_delegated():
            self.observations += now.said
            return
        before = len(self.observations)
        self._note_servers()
        asks = probe.questions(now, self.wish.questions, self.resolvers, self.wish.old_servers or self._former())
        said = self._asked([*asks, *self._of_glue()], now.zone)
        # How long the addresses of servers in other zones may be cached.
        names = {server.name for server in now.servers}
        self.observations += [o for o in now.said if o.values and o.question.name in names]
        self.observations += [*said, *self._asked(probe.second_looks(said))]
        self._note_move(before)
        self._ask_beyond()

    def _note_servers(self) -> None:
        if self._latest.zone != self.delegated.zone:
            self._known, self._move = {}, None
        self._known.update(dict.fromkeys(self.delegated.servers))

    def _note_move(self, before: int) -> None:
        """Note whether the zone has lost a server since the round before."""
        last, now = self._latest, self.delegated
        # One whose address could not be found this time is none that has gone.
        kept = tuple(s for s in last.servers if s.name in now.hosts) if last.zone == now.zone else ()
        self._latest = replace(now, servers=(*now.servers, *kept))
        addresses = {server.address for server in self._latest.servers}
        if last.zone == now.zone and any(server.address not in addresses for server in last.servers):
            seen = max((o.at for o in self.observations[before:]), default=None)
            names = [{server.name for server in one.servers} for one in (last, self._latest)]
            self._move = _Move(before, seen, names[0] != names[1])

    def _former(self) -> tuple[str, ...]:
        """Return the addresses that the zone was delegated to in an earlier round and is no longer."""
        now = {server.address for server in self.delegated.servers}
        hosts = self.delegated.hosts
        return tuple(sorted({s.address for s in self._known if s.name not in hosts} - now))

    def _seen_move(self) -> _Move | None:
        """Return the change of the delegation that was seen, unless it was taken back."""
        return self._move if self._former() else None

    def _is_delegated(self) -> bool:
        """Whether the way led to a zone that can be the name's own: a registry's servers speak for the registry."""
        zone = self.delegated.zone
        return "." in zone or zone == self.wish.name.ascii

    def _of_glue(self) -> list[Ask]:
        """Return the questions for the addresses of those of the zone's servers that are in the zone."""
        now = self.delegated
        names = sorted({server.name for server in now.servers if inside(server.name, now.zone)})
        questions = [question for name in names if (question := Question(name, "A")) not in self.wish.questions]
        return [Ask(server, question) for server in now.servers for question in questions]

    def _asked(self, asks: Sequence[Ask], zone: str = "") -> tuple[Observation, ...]:
        """Return what was answered; authoritative servers speak for this zone only."""
        job = self.engine.ask(asks)
        if not job.wait(_PATIENCE):
            job.cancel()
        return tuple(within(zone, o) if o.server.role == "authoritative" else o for o in job.snapshot())

    def _ask_beyond(self) -> None:
        """Ask the servers of other zones, where the zone's own only point there, zone after zone."""
        self._beyond = {}
        for _ in range(LONGEST):
            said = self._said()
            ends = {links[-1] for question in self.wish.questions if len(links := chain(question, said)) > 1}
            for question in sorted(ends - self._beyond.keys(), key=lambda q: (q.name, q.type)):
                self._beyond[question] = ()
                try:
                    there = Walk(self.engine, self.roots).delegation(question.name)
                    self.observations += self._asked([Ask(s, question) for s in there.servers], there.zone)
                except ValueError:
                    # What an answer points to may be no name that can be asked for.
                    continue
                self._beyond[question] = there.servers

    def _said(self) -> dict[Question, list[Observation]]:
        """Return what each server last said of what it speaks for."""
        speakers = dict.fromkeys(self.wish.questions, self._latest.servers or self.delegated.servers) | self._beyond
        last = {
            (o.server, o.question): o
            for o in self.observations
            if o.failure is None and o.rcode in ("NOERROR", "NXDOMAIN") and o.server in speakers.get(o.question, ())
        }
        return grouped(last.values(), lambda o: o.question)

    def judge(self, now: dt.datetime) -> Verdict:
        """Return the verdict on everything that was seen (`now` in UTC)."""
        change = self.change()
        return verdict(change, self.old(change), self.observations, now)

    def change(self) -> ChangeSet:
        """Return what is expected: what was asked for, else what the zone's servers agree on."""
        wish, move = self.wish, self._seen_move()
        said = self._said()
        ends = {question: agreed(question, said) for question in wish.questions}
        expected = [Expected(q.name, q.type, values, alias) for q, (values, alias) in ends.items() if values]
        if wish.expected is not None:
            values, alias = ends[wish.questions[0]]
            # Where an alias leads is right only if what is wanted is there.
            there = values is not None and same_values(wish.types[0], values, wish.expected)
            expected = [Expected(wish.name.ascii, wish.types[0], wish.expected, alias if there else "")]
        moved_at = move.seen if move and not move.renamed else None
        addresses = tuple(server.address for server in self._latest.servers) or None
        return ChangeSet(
            self.delegated.zone, tuple(expected), self._new_servers(), wish.switched_at or moved_at, addresses
        )

    def _new_servers(self) -> tuple[str, ...] | None:
        """Return the host names that the parent is to refer to: where it refers now, unless those are the old ones."""
        if not self.wish.old_servers and not self._seen_move():
            return None
        servers = self.delegated.servers
        if {server.address for server in servers} & set(self.wish.old_servers):
            # One of them is enough: whoever tells of the old ones may not tell of all.
            return ()
        return tuple(sorted({server.name for server in servers} | {*self.delegated.hosts}))

    def old(self, change: ChangeSet) -> Old:
        """Return what is known from before: what was told, else what the check saw before the change.

        The one TTL that was told stands for all of them.
        """
        move, ttl = self._seen_move(), self.wish.old_ttl
        questions = [expected.question for expected in change.expected]
        before: Sequence[Observation] = ()
        if move:
            before = self.observations[: move.before]
        elif change.new_servers is None:
            before = before_edit(change, self.observations)
        # Of a switch that came before the check, nothing is left to be seen.
        seen = recorded(change.zone, questions, before) if before else Old()
        seen = replace(seen, servers=self.wish.old_servers or (self._former() if move else ()))
        if ttl is None:
            return seen
        return Old(ttl, ttl, ttl, ttl, tuple(OldRrset(q.name, q.type, ttl) for q in questions), seen.servers)


def agreed(question: Question, said: Mapping[Question, Sequence[Observation]]) -> tuple[tuple[str, ...] | None, str]:
    """Return the values that most of a zone's servers answer (None: nobody does), and the alias they lead along.

    Where they only point to a name in another zone, the values are what most of that zone's servers answer.
    """
    links = chain(question, said)
    counted = Counter(o.values or () for o in said.get(links[-1], ()))
    # Records before none; of equally many the first by its text, so that every round expects the same.
    values = min(counted, key=lambda values: (not values, -counted[values], values), default=None)
    return values, links[1].name if len(links) > 1 else ""
