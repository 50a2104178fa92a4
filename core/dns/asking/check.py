"""A check of a name: what its rounds mean, as somebody wants to know it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.dns.asking.rounds import Rounds
from core.dns.change import Below, ChangeSet, Expected, Old, same_values
from core.dns.judging.agreement import agreed, newest_of
from core.dns.judging.below import kept_with_delegation
from core.dns.judging.recorded import before_edit, recorded
from core.dns.judging.verdict import Verdict, verdict
from core.dns.observation import Observation, Question
from core.dns.wish import Wish, asked_for


@dataclass(slots=True)
class Check(Rounds):
    """A check: `round` asks everybody once, `judge` says what follows from all rounds so far."""

    def judge(self, now: dt.datetime, wish: Wish | None = None) -> Verdict:
        """Return the verdict on everything that was seen (`now` in UTC), for another wish that asks the same too."""
        wish = wish or self.wish
        change = self.change(wish)
        return verdict(change, self.old(change, wish), self.observations, now)

    def change(self, wish: Wish | None = None) -> ChangeSet:
        """Return what is expected: what was told, else what the zone's servers agree on, or that they do not."""
        wish = wish or self.wish
        move, said = self._seen_move(), self._said()
        newest = newest_of(said.get(Question(self._zone, "SOA"), ()))
        ends = {question: agreed(question, said, newest) for question in (*wish.questions, *self._along)}
        # No records are agreed on too: those that were there may still be cached.
        expected = {q: end for q, end in ends.items() if end is not None}
        if wish.expected is not None:
            q = wish.question_of_value
            end = ends[q]
            # Where an alias leads is right only if what is wanted is there.
            there = end is not None and not end.disputed and same_values(end.values, wish.expected)
            expected[q] = Expected(q.name, q.type, wish.expected, end.alias if end and there else "")
        expected = {q: replace(e, below=self._below.get(asked_for(q))) for q, e in expected.items()}
        moved_at = move.seen if move and not move.renamed else None
        addresses = tuple(server.address for server in (*self._latest.servers, *self._otherwise)) or None
        switched_at = wish.switched_at or moved_at
        beyond = tuple(sorted({server.address for there in self._beyond.values() for server in there}))
        new_servers = self._new_servers(wish)
        change = ChangeSet(self._zone, tuple(expected.values()), new_servers, switched_at, addresses, beyond)
        powerdns = frozenset(address for address, so in self._powerdns.items() if so)
        cut = bool(move and move.cut)
        change = replace(change, named=self._named, aside=wish.aside, below=self._below, powerdns=powerdns, cut=cut)
        return replace(change, unsure=new_servers is None and not cut and not before_edit(change, self.observations))

    @property
    def _delegated_to(self) -> frozenset[str]:
        """The host names that the zone was delegated to when that was found last, with an address or without."""
        return frozenset((*(server.name for server in self._latest.servers), *self._latest.hosts))

    def _new_servers(self, wish: Wish) -> tuple[str, ...] | None:
        """Return the host names that the parent is to refer to: where it refers now, unless all are old ones."""
        if wish.new_servers:
            return wish.new_servers
        move = self._seen_move()
        if not wish.old_servers and (not move or move.cut):
            return None
        servers = self._latest.servers
        told, now = ({server.address for server in some} for some in (self.told_servers, servers))
        without_address = self._delegated_to - {server.name for server in servers} - {*wish.old_servers}
        # Some may stay when others go; where all that somebody told of are there still, nothing shows a switch.
        shown = bool(wish.switched_at or move or told - now)
        if not without_address and (now <= told or (now & told and not shown)):
            return ()
        return tuple(sorted(self._delegated_to))

    def old(self, change: ChangeSet, wish: Wish | None = None) -> Old:
        """Return what is known from before: what was told, else what the check saw before the change.

        The one TTL that was told stands for all of them, unless a longer one was seen.
        """
        wish = wish or self.wish
        move, ttl = self._seen_move(), wish.old_ttl
        before: Sequence[Observation] = ()
        if move:
            before = move.before
        elif self._awaits:
            before = self.observations
        elif change.new_servers is None:
            before = before_edit(change, self.observations)
        # Of a switch that came before the check, nothing is left to be seen.
        zone = move.zone if move else change.zone
        present = Below(change.zone, self._delegated_to)
        spoke = {e.question: self._spoke_below.get(asked_for(e.question), ()) for e in change.expected}
        seen = recorded(zone, spoke.keys(), before, spoke) if before else Old()
        rrsets = [kept_with_delegation(seen.rrset(e), e, zone, before, present) for e in change.expected]
        # One that stays is asked for old data like those that go.
        servers = tuple(sorted({s.address for s in (*self.old_servers, *(move.servers if move else ()))}))
        pairs = zip(rrsets, change.expected, strict=True)
        rrsets = [replace(r, values=self._still(e)) if r.values is None else r for r, e in pairs]
        if wish.was is not None:
            asked = wish.question_of_value
            rrsets = [replace(r, values=wish.was) if (r.name, r.type) == asked else r for r in rrsets]
        known = replace(seen, rrsets=tuple(rrsets), servers=servers)
        signed = recorded(change.zone, (), self.observations).ds_ttl is not None
        return known if ttl is None else known.at_least(ttl, signed=signed)

    def _still(self, expected: Expected) -> tuple[str, ...] | None:
        """Return the values that the servers before a switch still give, where they all give the same old ones."""
        old = {server.address for server in self.old_servers}
        said_to = [o for o in self.observations if o.question == expected.question and o.server.role == "authoritative"]
        last = {o.server.address: o.values for o in said_to}
        said = {last[address] for address in old & last.keys()}
        values = said.pop() if len(said) == 1 else None
        return values if values and not same_values(values, expected.values) else None
