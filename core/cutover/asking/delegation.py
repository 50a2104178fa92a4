"""The delegation of today, as the parent zone's own servers give it: whom it leads to, for how long, and its DS."""

from collections.abc import Iterable, Sequence

from core.cutover.zones import Parent
from core.dns.asking.engine import Engine
from core.dns.asking.extensions import plainly
from core.dns.asking.job import Ask, ended
from core.dns.asking.probe import Walk
from core.dns.judging.aliases import is_below, referring
from core.dns.observation import Observation, Question, Rrset, Server

_PATIENCE = 20.0
"""Seconds for the parent's servers, repetitions and TCP included."""


def delegation(name: str, engine: Engine, roots: Sequence[Server]) -> tuple[Parent, tuple[Server, ...]]:
    """Return what the parent zone says of a domain (as in a SetKey), and the servers it is delegated to today.

    `Parent.servers`: names of servers, as the parent has them. No servers: the name is no zone of its own, or nobody
    said so; then all of the parent is unseen. Raises ValueError for a name that cannot be asked for.
    """
    found = Walk(engine, roots).delegation(name)
    if found.zone != name:
        return Parent(), ()
    asks = [Ask(server, Question(name, type)) for server in found.parent for type in ("NS", "DS")]
    said = plainly(asks, lambda some: ended(engine.ask(some), _PATIENCE))
    ns = [rrset for o in said if o.question.type == "NS" if (rrset := _delegating(name, o))]
    names = {value for rrset in ns for value in rrset.values} or {server.name for server in found.servers} - {""}
    ds, ds_ttl = _ds(name, [o for o in said if o.question.type == "DS"])
    return Parent(tuple(sorted(names)), _longest(ns), ds, ds_ttl), found.servers


def _delegating(name: str, o: Observation) -> Rrset | None:
    """Return the NS set by which a parent's server delegates: as a referral, or of its own where it has both zones."""
    if "AA" in o.flags:
        return next((rrset for rrset in o.answer if (rrset.name, rrset.type) == (name, "NS")), None)
    above = name.partition(".")[2]
    referral = referring(above, o)
    return referral if referral and referral.name == name else None


def _ds(name: str, said: Iterable[Observation]) -> tuple[tuple[str, ...] | None, int | None]:
    """Return the DS values and their TTL in seconds; None: nobody said, (): the parent has none.

    That there is none says only whoever speaks for the zone above: a server of both may answer for the one below.
    """
    values: set[str] = set()
    ttls: list[int] = []
    none = False
    for o in said:
        if not o.answered or "AA" not in o.flags:
            continue
        if held := next((r for r in o.answer if (r.name, r.type) == (name, "DS")), None):
            values.update(held.values)
            ttls.append(held.longest)
        else:
            none = none or any(r.type == "SOA" and is_below(name, r.name) for r in o.authority)
    if values:
        return tuple(sorted(values)), max(ttls)
    return ((), None) if none else (None, None)


def _longest(rrsets: Iterable[Rrset]) -> int | None:
    return max((rrset.longest for rrset in rrsets), default=None)
