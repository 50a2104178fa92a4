"""A round of a check: walk down, ask everybody of whom anything can depend, and keep what was said."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.dns.asking import probe, servers_beside
from core.dns.asking.engine import Engine
from core.dns.asking.extra_questions import ask_along, ask_programs
from core.dns.asking.job import Ask
from core.dns.asking.other_zones import ask_below, ask_beyond
from core.dns.asking.probe import Walk
from core.dns.asking.round_limit import Ration
from core.dns.judging.aliases import inside
from core.dns.judging.check_so_far import Heard, Move
from core.dns.judging.delegation import referral
from core.dns.judging.evidence import later_ends
from core.dns.judging.history import thinned
from core.dns.judging.resolvers import IN_A_ROW
from core.dns.judging.zone_cuts import cut_between
from core.dns.observation import ADDRESSES, Observation, Question, Server

MOST_KNOWN = 64
"""Servers that are remembered as a zone's: one that names others in every round would have them all asked."""


class Round:
    """One round under way: `ask` puts into what was `heard` what it brings."""

    def __init__(self, heard: Heard, engine: Engine, roots: Sequence[Server], resolvers: Sequence[Server]) -> None:
        self._heard, self._engine, self._resolvers = heard, engine, resolvers
        self._ration, self._walk = Ration(engine), Walk(engine, roots)

    def in_so_far(self) -> list[Observation]:
        """Return what was answered so far, while it is under way; for use in any thread."""
        return self._heard.wish.read(self._ration.in_so_far())

    def ask(self) -> None:
        """Walk down anew and ask everybody; takes as long as the slowest server may."""
        heard, wish, ration, walk = self._heard, self._heard.wish, self._ration, self._walk
        # Resolvers need no way down, so theirs are the first answers.
        resolvers = ration.begun(probe.of_resolvers(wish.wire, self._resolvers))
        heard.delegated = walk.delegation(wish.name.ascii)
        said = self._of_zone() if heard.is_delegated else self._of_parent()
        of_resolvers = ration.ended(resolvers)
        said += [*of_resolvers, *ration.ended(ration.begun(probe.second_looks(of_resolvers)))]
        before = heard.observations
        heard.rounds = [*heard.rounds, wish.read(said)]
        if heard.is_delegated:
            self._note_move(before)
            ask_beyond(heard, ration, walk)
            heard.rounds[-1] += servers_beside.addresses_by_themselves(heard.delegated, walk)
            ask_programs(heard, self._engine)
        heard.ends = later_ends(heard.ends, heard.rounds[-1])
        heard.rounds = thinned(heard.rounds, IN_A_ROW)

    def _of_zone(self) -> list[Observation]:
        """Ask the servers of the zone that was found, and all others of whom its records can depend."""
        heard, ration, walk = self._heard, self._ration, self._walk
        now, wish = heard.delegated, heard.wish
        self._note_servers()
        heard.told_servers = tuple(servers_beside.told(walk, wish.old_servers))
        heard.awaited = tuple(servers_beside.told(walk, wish.new_servers))
        others = (*heard.old_servers, *heard.awaited)
        asks = [*probe.of_zone(now, wish.wire, others), *servers_beside.of_glue(heard)]
        said = list(answered := ration.answered(asks, now.zone))
        named, heard.named = servers_beside.named_only_in_zone(heard, walk, answered)
        self._remember(named)
        heard.otherwise = tuple(servers_beside.addressed_otherwise(heard, walk, answered))
        if more := (*named, *heard.otherwise):
            apart = replace(now, servers=more, parent=())
            said += ration.answered(probe.of_zone(apart, wish.wire), now.zone)
        # How long the addresses of servers in other zones may be cached, and whether there are any.
        hosts = {*(server.name for server in now.servers), *now.hosts, *heard.named}
        said += [o for o in walk.said if o.question.name in hosts and (o.values or _of_host(o))]
        said += ask_along(heard, ration, self._resolvers, answered, more)
        said += ask_below(heard, ration, walk, said)
        return said

    def _of_parent(self) -> list[Observation]:
        """Ask the servers that the way ends at, where it leads to no zone that can be the name's own."""
        heard, now = self._heard, self._heard.delegated
        # Whoever the way ends at may be no parent of the zone: it counts with what it knows of it only.
        asks = [Ask(s._replace(role="parent"), Question(heard.zone, "NS")) for s in now.servers or now.parent]
        of_parent = self._ration.ended(self._ration.begun(asks))
        return [*now.said, *(o for o in of_parent if "AA" in o.flags or referral(heard.zone, o))]

    def _note_servers(self) -> None:
        heard = self._heard
        # Where a zone goes up in the one above, its servers are the old ones.
        if not inside(heard.latest.zone, heard.delegated.zone):
            heard.known, heard.move = {}, None
        self._remember(heard.delegated.servers)

    def _remember(self, servers: Iterable[Server]) -> None:
        known = {**self._heard.known, **dict.fromkeys(servers)}
        self._heard.known = dict.fromkeys(itertools.islice(known, MOST_KNOWN))

    def _note_move(self, before: Sequence[Observation]) -> None:
        """Note whether the zone has lost a server since the round before."""
        heard = self._heard
        last, now = heard.latest, heard.delegated
        # One whose address could not be found this time is none that has gone.
        kept = tuple(s for s in last.servers if s.name in now.hosts) if last.zone == now.zone else ()
        heard.latest = replace(now, servers=(*now.servers, *kept))
        addresses = {server.address for server in heard.latest.servers}
        cut = cut_between(heard.wish.name.ascii, last, now, before, heard.rounds[-1])
        if cut and any(server.address not in addresses for server in last.servers):
            seen = max((o.at for o in heard.rounds[-1]), default=None)
            names = [{server.name for server in one.servers} for one in (last, heard.latest)]
            heard.move = Move(before, last.servers, seen, names[0] != names[1], last.zone, cut == "comes")


def _of_host(o: Observation) -> bool:
    """Tell whether an answer says that a host is an alias or has no such address."""
    return o.answered and "AA" in o.flags and o.question.type in ADDRESSES
