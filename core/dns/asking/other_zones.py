"""What is asked in other zones: in those below, where a zone's servers refer, and in those that aliases lead to."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from core.dns.asking.job import Ask
from core.dns.asking.probe import Walk
from core.dns.asking.round_limit import Ration
from core.dns.change import Below
from core.dns.judging.aliases import LONGEST, reached, referred
from core.dns.judging.check_so_far import Heard
from core.dns.observation import Observation, Question

MOST_ENDS = 16
"""Names in other zones, each of a type, that a round asks for: a hostile zone's aliases would lead on and on."""
MOST_BELOW = 64
"""Referrals to zones below that are followed in a round, servers asked there, and those that are remembered."""


def ask_below(heard: Heard, ration: Ration, walk: Walk, said: Iterable[Observation]) -> Sequence[Observation]:
    """Ask the servers of zones below that the zone's own, or old ones, refer to; note who speaks for what there."""
    wanted, zone = {*heard.wish.wire, *heard.along}, heard.delegated.zone
    of_ours = [o for o in said if o.question in wanted and o.failure is None]
    led = [(o, way) for o in of_ours if (way := referred(zone, o))][:MOST_BELOW]
    speaking = {server.address for server in (heard.awaited if heard.awaits else heard.delegated.servers)}
    asks: dict[Ask, None] = {}
    ways: dict[Question, list[Below]] = {}
    for o, way in led:
        servers = walk.referred_to(zone, o)
        addresses = frozenset(server.address for server in servers)
        heard.spoke_below = _remembered(heard.spoke_below, o.question, addresses)
        if o.server.address in speaking:
            ways.setdefault(o.question, []).append(replace(way, addresses=addresses))
        asks |= dict.fromkeys(Ask(s, q) for s in servers for q in (o.question, Question(way.zone, "NS")))
    # Whoever does not answer this time takes nothing back.
    silent = heard.below.keys() - {o.question for o in of_ours if o.server.address in speaking}
    kept = {question: heard.below[question] for question in silent}
    heard.below = kept | {question: max(some, key=some.count) for question, some in ways.items()}
    already = {(o.server.address, o.question) for o in of_ours}
    there = {*itertools.islice(dict.fromkeys(ask.server.address for ask in asks), MOST_BELOW)}
    new = [a for a in asks if a.server.address in there and (a.server.address, a.question) not in already]
    return ration.answered(new, zone)


def _remembered(
    spoke: Mapping[Question, frozenset[str]], question: Question, addresses: frozenset[str]
) -> dict[Question, frozenset[str]]:
    known = spoke.get(question, frozenset())
    # A hostile zone refers elsewhere every time.
    return {**spoke, question: known.union(sorted(addresses)[: max(0, MOST_BELOW - len(known))])}


def ask_beyond(heard: Heard, ration: Ration, walk: Walk) -> None:
    """Ask the servers of other zones, where the zone's own only point there, zone after zone; add it to the round."""
    heard.beyond = {}
    for _ in range(LONGEST):
        said = heard.said()
        ends = {link for question in heard.wish.wire for link in reached(question, said)[1:]}
        new = sorted(ends - heard.beyond.keys(), key=lambda q: (q.name, q.type))
        for question in new[: MOST_ENDS - len(heard.beyond)]:
            heard.beyond = {**heard.beyond, question: ()}
            try:
                there = walk.delegation(question.name)
                if walk.exhausted:
                    return
                asks = [Ask(server, question) for server in there.servers]
                heard.rounds[-1] += heard.wish.read(ration.answered(asks, there.zone))
            except ValueError:
                # What an answer points to may be no name that can be asked for.
                continue
            heard.beyond = {**heard.beyond, question: there.servers}
