"""Observations in the order of time: what each server said last, and since when it has been saying so."""

import datetime as dt
import itertools
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from core.dns.observation import Observation, Question, Rrset, Server

MOST_HELD = 64 * 2**20
"""Octets, about, that are kept of one check: servers may say something else every time, for hours."""

_moment = operator.attrgetter("at")

_K = TypeVar("_K")
_T = TypeVar("_T")


def in_order(observations: Iterable[Observation]) -> list[Observation]:
    """Return observations by time; those of one moment in an order of their own, whichever way they came in."""
    found = sorted(observations, key=_moment)
    # What would tell those of one moment apart is long: it is made for them only.
    groups = (list(some) for _, some in itertools.groupby(found, key=_moment))
    return [o for some in groups for o in (sorted(some, key=_order) if len(some) > 1 else some)]


def grouped(things: Iterable[_T], key: Callable[[_T], _K]) -> dict[_K, list[_T]]:
    """Return observations (or what was made of them) by what `key` says of each, their order kept."""
    found: dict[_K, list[_T]] = {}
    for thing in things:
        found.setdefault(key(thing), []).append(thing)
    return found


def since(seen: Iterable[tuple[dt.datetime, bool]], told: dt.datetime | None = None) -> dt.datetime | None:
    """Return since when something has been so: the moment it was first seen so without a later sight to the contrary.

    `seen`: in order of time. `told`: since when it is said to be so; it holds unless something else was seen then or
    later. None where it was not so when last seen, or was never looked at.
    """
    start: dt.datetime | None = None
    so = contradicted = False
    for at, is_so in seen:
        if is_so and not so:
            start = at
        if not is_so and (told is None or at >= told):
            contradicted = True
        so = is_so
    if not so:
        return None
    return start if told is None or contradicted else told


def whole_seconds(span: dt.timedelta) -> int:
    """Return a span in seconds, a begun one as a whole one."""
    return -(-span // dt.timedelta(seconds=1))


def last(observations: Iterable[Observation]) -> Observation | None:
    """Return what a server said last to a question: the latest whole answer of the last round, else its failure.

    A round begins with a question over UDP; what comes in over TCP from then on belongs to it, also before a silence
    over UDP has lasted long enough to be called one.
    """
    ordered = in_order(observations)
    udp = [o for o in ordered if over_udp(o)][-1:]
    tcp = [o for o in ordered if o.transport == "tcp" and (not udp or o.at >= asked_at(udp[0]))][-1:]
    whole = [o for o in in_order([*udp, *tcp]) if o.failure is None and "TC" not in o.flags]
    return next(iter(whole[-1:] or udp or tcp), None)


def over_udp(observation: Observation) -> bool:
    """Tell whether a question went out over UDP at first (or encrypted instead), whichever way the answer came."""
    return observation.transport != "tcp" or observation.udp_failure is not None


def asked_at(observation: Observation) -> dt.datetime:
    """Return when (UTC) a question went out that was answered, or given up, as was observed."""
    return observation.at - dt.timedelta(milliseconds=observation.ms or 0)


def thinned(rounds: Sequence[Sequence[Observation]], whole: int) -> list[list[Observation]]:
    """Return rounds without what a server said in one just as in its round before and its round after.

    The last `whole` rounds stay as they are. A resolver's TTLs run, behind its address are many servers, and many a
    server signs every answer anew: none of that makes a difference. Messages stay where they are a server's last to a
    question. Of rounds that all differ and are more than MOST_HELD every other one goes, but the first.
    """
    said: dict[Server, list[tuple[int, object]]] = {}
    for number, observations in enumerate(rounds):
        for server, theirs in grouped(observations, lambda o: o.server).items():
            said.setdefault(server, []).append((number, frozenset(map(_substance, theirs))))
    repeated = {
        (number, server)
        for server, looks in said.items()
        for (_, before), (number, there), (_, after) in zip(looks, looks[1:], looks[2:], strict=False)
        if before == there == after and number < len(rounds) - whole
    }
    kept = [[o for o in observations if (n, o.server) not in repeated] for n, observations in enumerate(rounds)]
    kept = _without_messages(kept, whole)
    if sum(map(_octets, itertools.chain.from_iterable(kept))) > MOST_HELD:
        end = max(1, len(kept) - whole)
        kept = [*kept[:1], *kept[1:end:2], *kept[end:]]
    return kept


def alike(one: Iterable[Observation], other: Iterable[Observation]) -> bool:
    """Tell whether the same servers said the same in two rounds, as `thinned` compares them."""
    said, also = ({(o.server, *_substance(o)) for o in some} for some in (one, other))
    return said == also


def _without_messages(rounds: list[list[Observation]], whole: int) -> list[list[Observation]]:
    """Return rounds without the messages that nothing depends on: signatures are looked at in the latest only."""
    later: set[tuple[Server, Question]] = set()
    for number in range(len(rounds) - 1, -1, -1):
        said = rounds[number]
        if number < len(rounds) - whole and any(o.whole is not None for o in said):
            rounds[number] = [
                o._replace(whole=None) if o.whole is not None and (o.server, o.question) in later else o for o in said
            ]
        later.update((o.server, o.question) for o in said if o.whole is not None)
    return rounds


def _octets(o: Observation) -> int:
    """Return about how much memory an observation takes."""
    texts = (len(value) + 60 for rrset in (*o.answer, *o.authority, *o.additional) for value in rrset.values)
    return 1_000 + len(o.whole or b"") + sum(texts)


def _substance(o: Observation) -> tuple[object, ...]:
    said = o.question, o.checking_disabled, o.rcode, o.failure
    if o.server.role == "resolver":
        return *said, o.values, frozenset(code for code, _ in o.ede)
    return *said, o.transport, o.flags, *map(_unsigned, (o.answer, o.authority)), o.additional


def _unsigned(rrsets: tuple[Rrset, ...]) -> tuple[Rrset, ...]:
    return tuple([rrset for rrset in rrsets if rrset.type != "RRSIG"])


def _order(o: Observation) -> tuple[object, ...]:
    return (
        *(o.at, o.server, o.question.name, o.question.type, o.transport, o.failure or "", o.rcode or ""),
        *(
            sorted(o.flags),
            repr((o.answer, o.authority, o.additional)),
            o.ede,
            o.nsid,
            o.ms or 0.0,
            o.udp_failure or "",
            o.whole or b"",
        ),
    )
