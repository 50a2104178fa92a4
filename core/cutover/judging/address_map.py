"""Which new address takes an old one's place, by what is seen on both sides: a proposal that somebody may edit.

What is not proposed is told as different, which somebody must look at; what is proposed wrongly is told as moved, and
nobody does. So a single name proves nothing, but for those that are spoken to anyhow: the domain, www, the mail host.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from core.cutover.judging.said import NewAnswers
from core.cutover.zones import NewZone, OldZone
from core.dns.observation import ADDRESSES

Pair = tuple[str, str]


class _Seen(NamedTuple):
    """The addresses of a name, without those that both sides have."""

    name: str
    old: tuple[str, ...]
    new: tuple[str, ...]


def propose(old: OldZone, new: NewZone, told: Mapping[str, str]) -> Mapping[str, str]:
    """Return old address -> new address: what somebody `told`, and what the names of both sides show.

    A pair is one that a name's records show where they differ in one address; of several that an old address leads to
    the most frequent. Two old addresses lead to one new only where a name that is spoken to anyhow shows it. Told pairs
    win; an address told to stay where it is, and one that mostly stays, is none of the mapping.
    """
    answers = NewAnswers(old.name, new)
    mains = _mains(old)
    seen, stays = _looked_at(old, answers)
    chosen = dict(told)
    # What two addresses of a name became is known once one of them is.
    for _ in range(2):
        chosen |= _chosen(_votes(seen, chosen), stays, chosen, mains)
    chosen |= _in_order(seen, chosen, mains)
    return {before: after for before, after in sorted(chosen.items()) if before != after}


class _Mains(NamedTuple):
    """Names that are spoken to anyhow: as sites, as hosts of the mail."""

    sites: frozenset[str]
    mail: frozenset[str]


def _mains(old: OldZone) -> _Mains:
    mx = old.sets.get((old.name, "MX"))
    hosts = (value.rpartition(" ")[2] for value in mx.values) if mx else ()
    return _Mains(frozenset((old.name, f"www.{old.name}")), frozenset(hosts))


def _looked_at(old: OldZone, answers: NewAnswers) -> tuple[list[_Seen], Mapping[str, set[str]]]:
    """Return what differs by name, and the names at which each address stays."""
    seen: list[_Seen] = []
    stays: dict[str, set[str]] = defaultdict(set)
    for (name, type), held in old.sets.items():
        after = answers.agreed(name, type) if type in ADDRESSES else ()
        if not after:
            continue
        both = set(held.values) & set(after)
        for address in both:
            stays[address].add(name)
        seen.append(_Seen(name, *(tuple(sorted(set(side) - both)) for side in (held.values, after))))
    return seen, stays


def _votes(seen: Sequence[_Seen], chosen: Mapping[str, str]) -> Mapping[Pair, set[str]]:
    """Return the names that show each pair."""
    votes: dict[Pair, set[str]] = defaultdict(set)
    for name, before, after in seen:
        left, came = _left(before, after, chosen)
        if len(left) == len(came) == 1:
            votes[left[0], came[0]].add(name)
    return votes


def _left(before: Sequence[str], after: Sequence[str], chosen: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return the addresses of a name that no pair explains yet."""
    explained = {chosen[address] for address in before if address in chosen}
    return [a for a in before if a not in chosen], [a for a in after if a not in explained]


def _chosen(
    votes: Mapping[Pair, set[str]], stays: Mapping[str, set[str]], told: Mapping[str, str], mains: _Mains
) -> Mapping[str, str]:
    candidates: dict[str, list[tuple[tuple[int, bool], str]]] = defaultdict(list)
    spoken_to = mains.sites | mains.mail
    for (before, after), names in votes.items():
        candidates[before].append(((len(names), bool(names & spoken_to)), after))
    best = [(score, before, after) for before, some in candidates.items() for score, after in _best(some)]
    found: dict[str, str] = {}
    for _, before, after in sorted(best, key=lambda one: (-one[0][0], not one[0][1], one[1])):
        names, staying = votes[before, after], stays.get(before, set())
        taken = after in {*told.values(), *found.values()}
        if before not in told and _is_enough(names, staying, mains) and (not taken or names & spoken_to):
            found[before] = after
    return found


def _best(candidates: list[tuple[tuple[int, bool], str]]) -> Iterator[tuple[tuple[int, bool], str]]:
    """Yield the new address that most names show; none where two are shown by as many."""
    candidates.sort(reverse=True)
    if len(candidates) == 1 or candidates[0][0] > candidates[1][0]:
        yield candidates[0]


def _is_enough(names: set[str], staying: set[str], mains: _Mains) -> bool:
    """Tell whether names prove that an address moved, beside those at which it stays.

    A zone that was copied and edited in one place leaves many names behind; an address of others (a shop's platform)
    stays everywhere, but where a name was given a wrong one.
    """
    if staying:
        moved_sites = names & mains.sites and not staying & mains.sites
        return bool(moved_sites) or len(names) > max(1, len(staying))
    return len(names) > 1 or bool(names & (mains.sites | mains.mail))


def _in_order(seen: Sequence[_Seen], chosen: Mapping[str, str], mains: _Mains) -> Mapping[str, str]:
    """Return pairs for names with several addresses, of which nobody knows which took whose place: sets compare."""
    votes: dict[tuple[tuple[str, ...], tuple[str, ...]], set[str]] = defaultdict(set)
    for name, before, after in seen:
        left, came = _left(before, after, chosen)
        if len(left) == len(came) > 1:
            votes[tuple(left), tuple(came)].add(name)
    found: dict[str, str] = {}
    for (left_of, came_to), names in sorted(votes.items(), key=lambda vote: -len(vote[1])):
        known = {*chosen.values(), *found.values()}
        enough = len(names) > 1 or bool(names & mains.sites)
        if enough and not found.keys() & set(left_of) and not known & set(came_to):
            found |= dict(zip(left_of, came_to, strict=True))
    return found
