"""A check of a name: asked in rounds, and judged by all of them together."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from core.dns.asking.engine import Engine
from core.dns.asking.rounds import Round
from core.dns.change import ChangeSet, Old
from core.dns.judging.check_so_far import Heard
from core.dns.judging.told_or_seen import change_of, old_of
from core.dns.judging.verdict import Verdict, verdict
from core.dns.observation import Observation, Server
from core.dns.wish import Wish


@dataclass(slots=True)
class Check(Heard):
    """What was heard, with whom to ask for more: `round` asks everybody once, `judge` says what follows from all."""

    engine: Engine
    roots: Sequence[Server]
    resolvers: Sequence[Server]
    _under_way: Round | None = field(init=False, default=None)

    def begin_with(self, heard: Heard) -> None:
        """Go on from what was heard of the same name before, of whatever wish: its rounds are this check's own then.

        Whom that wish told of, and what went along with it, is left out: this one says that itself. So is what other
        resolvers said than those that are asked here.
        """
        for one in fields(Heard):
            if one.name not in ("wish", "told_servers", "awaited"):
                setattr(self, one.name, getattr(heard, one.name))
        rounds = ([o for o in said if self._counts(o)] for said in heard.rounds)
        self.rounds = [said for said in rounds if said]
        self.ends = {key: ends for key, ends in heard.ends.items() if all(map(self._counts, ends))}
        if self.wish.question("MX") not in self.wish.wire:
            self.mail = ()
        self.beside = tuple(question for question in self.beside if question in self.wish.beside)

    def _counts(self, o: Observation) -> bool:
        return o.server.role != "resolver" or o.server in self.resolvers

    def round(self) -> None:
        """Walk down anew and ask everybody; takes as long as the slowest server may."""
        self._under_way = Round(self, self.engine, self.roots, self.resolvers)
        self._under_way.ask()
        self._under_way = None

    def seen(self) -> list[Observation]:
        """Return all that was seen, with what is in so far of a round under way; for use in any thread."""
        # What is under way first: what moves over meanwhile is then seen twice, not never.
        under_way = self._under_way
        so_far = under_way.in_so_far() if under_way else []
        return self.observations + so_far

    def judge(self, now: dt.datetime, wish: Wish | None = None) -> Verdict:
        """Return the verdict on everything that was seen (`now` in UTC), for another wish that asks the same too."""
        change = self.change(wish)
        return verdict(change, self.old(change, wish), self.observations, now)

    def change(self, wish: Wish | None = None) -> ChangeSet:
        """Return what is expected, as a wish has it."""
        return change_of(self, wish or self.wish)

    def old(self, change: ChangeSet, wish: Wish | None = None) -> Old:
        """Return what is known from before, as a wish has it."""
        return old_of(self, change, wish or self.wish)
