"""What a check has heard in its rounds so far, and who is a zone's server by that, or was; whoever asked, and how."""

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.dns.change import Below
from core.dns.judging.history import grouped
from core.dns.observation import Observation, Question, Server
from core.dns.views import VIEWS
from core.dns.way_down import NOWHERE, Delegated
from core.dns.wish import Wish, asked_for


@dataclass(frozen=True, slots=True)
class Move:
    """A delegation that changed between two rounds.

    `before`: what had been observed; `servers`: those it had led to; `seen`: when the new one had been seen (UTC);
    `renamed`: other host names. `zone`: the one that the name was in; `cut`: it has become a zone below that.
    """

    before: Sequence[Observation]
    servers: tuple[Server, ...]
    seen: dt.datetime | None
    renamed: bool
    zone: str
    cut: bool = False


@dataclass(slots=True)
class Heard:
    """What was heard of a wish; nothing of it is ever changed in place, so that a copy stays as it was.

    `told_servers`: those that somebody told were before the switch, with their addresses; `awaited`: those that
    somebody told it leads to.
    """

    wish: Wish
    delegated: Delegated = field(init=False, default=NOWHERE)
    told_servers: tuple[Server, ...] = field(init=False, default=())
    awaited: tuple[Server, ...] = field(init=False, default=())
    rounds: list[list[Observation]] = field(init=False, default_factory=list)
    latest: Delegated = field(init=False, default=NOWHERE)
    """The last delegation that was found, with the servers whose addresses could be found before only."""
    known: Mapping[Server, None] = field(init=False, default_factory=dict)
    """The zone's servers in any round."""
    move: Move | None = field(init=False, default=None)
    ends: Mapping[object, tuple[Observation, ...]] = field(init=False, default_factory=dict)
    """Of each cache's answers those that showed a later end than all before: thinning must not take it back."""
    named: frozenset[str] = field(init=False, default=frozenset())
    """Host names that the zone itself names now beside those of its parent."""
    otherwise: tuple[Server, ...] = field(init=False, default=())
    """The servers at addresses that only the zone itself gives for its name servers."""
    mail: tuple[Question, ...] = field(init=False, default=())
    """The addresses of the zone's own mail hosts, where MX is wanted."""
    beside: tuple[Question, ...] = field(init=False, default=())
    """What the wish has beside it, where any server had such a record."""
    below: Mapping[Question, Below] = field(init=False, default_factory=dict)
    """The zones below that questions are in."""
    spoke_below: Mapping[Question, frozenset[str]] = field(init=False, default_factory=dict)
    """The addresses of all that ever spoke for them there."""
    beyond: Mapping[Question, tuple[Server, ...]] = field(init=False, default_factory=dict)
    """Who speaks for the names in other zones that aliases lead to."""
    powerdns: Mapping[str, bool] = field(init=False, default_factory=dict)
    """By address whether a server says that it is one; each is asked once."""

    @property
    def observations(self) -> list[Observation]:
        """What was seen in whole rounds, in their order; of what stayed the same for long, both ends."""
        found = list(itertools.chain.from_iterable(self.rounds))
        there = set(map(id, found))
        return [*(o for ends in self.ends.values() for o in ends if id(o) not in there), *found]

    @property
    def first_look(self) -> dt.datetime | None:
        """When the first round had been answered (UTC)."""
        return max((o.at for o in self.rounds[0]), default=None) if self.rounds else None

    # -- the zone and its servers

    @property
    def is_delegated(self) -> bool:
        """Whether the way led to a zone that can be the name's own: a registry's servers speak for the registry."""
        zone = self.delegated.zone
        return "." in zone or zone == self.wish.name.ascii

    @property
    def zone(self) -> str:
        """The zone that is judged: the last one that was found, else what could be one."""
        return self.latest.zone or self.wish.name.ascii

    @property
    def old_servers(self) -> tuple[Server, ...]:
        """The servers before the switch: those told, and those that the zone was delegated to in an earlier round."""
        known = {server.address for server in self.told_servers}
        return (*self.told_servers, *(server for server in self._former() if server.address not in known))

    @property
    def zone_servers(self) -> list[Server]:
        """Every server of the zone that is known, one for each address: delegated to and awaited, then the old ones."""
        old = {server.address for server in self.old_servers}
        delegated = self.delegated.servers if self.is_delegated else ()
        found = {server.address: server for server in (*self.old_servers, *self.awaited, *delegated)}
        return sorted(found.values(), key=lambda server: (server.address in old, server.name))

    @property
    def delegated_to(self) -> frozenset[str]:
        """The host names that the zone was delegated to when that was found last, with an address or without."""
        return frozenset((*(server.name for server in self.latest.servers), *self.latest.hosts))

    @property
    def seen_move(self) -> Move | None:
        """The change of the delegation that was seen, unless it was taken back."""
        return self.move if self.move and (self.move.cut or self._former()) else None

    @property
    def awaits(self) -> bool:
        """Whether the delegation is still to be switched to the servers that somebody told of."""
        return bool(self.wish.new_servers) and {s.name for s in self.latest.servers} != {*self.wish.new_servers}

    def _former(self) -> tuple[Server, ...]:
        """Return the servers that the zone was delegated to in an earlier round and is no longer."""
        # A round without a way down has lost nobody.
        found = self.delegated if self.is_delegated else self.latest
        now, hosts = {server.address for server in found.servers}, found.hosts
        # Those that the zone itself names are none of the former.
        gone = (s for s in self.known if s.name not in hosts and s.address not in now and s.name not in self.named)
        return tuple(sorted(gone))

    # -- what is judged, and who speaks for it

    @property
    def along(self) -> tuple[Question, ...]:
        """What is judged along with what is wanted."""
        return (*self.mail, *self.beside)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is judged: what is wanted, and what goes along with it."""
        return (*self.wish.questions, *self.along)

    def said(self) -> dict[Question, list[Observation]]:
        """Return what each server last said of what it speaks for."""
        # What is to be seen after a switch is what the new servers have, delegated or not yet.
        own = self.awaited if self.awaits else self.latest.servers
        of_zone = (*self.wish.wire, *self.questions, Question(self.zone, "SOA"))
        speakers = dict.fromkeys(of_zone, own) | dict(self.beyond)
        # What says something of a view is an answer about TXT.
        speakers |= {Question(q.name, v): there for q, there in self.beyond.items() if q.type == "TXT" for v in VIEWS}

        def speaks(o: Observation) -> bool:
            below = self.below.get(asked_for(o.question)) if self.below else None
            return o.server.address in below.addresses if below else o.server in speakers.get(o.question, ())

        last = {(o.server, o.question): o for o in self.observations if o.answered and speaks(o)}
        return grouped(last.values(), lambda o: o.question)
