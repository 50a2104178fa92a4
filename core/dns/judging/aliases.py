"""Chains of aliases (CNAME): where an answer ends, how far its server speaks for it, and where it goes on."""

from collections.abc import Iterable, Mapping, Sequence

from core.dns.change import Below, plain
from core.dns.observation import Observation, Question, Rrset, Server

LONGEST = 8
"""Zones that a chain of aliases is followed through."""


def inside(name: str, zone: str) -> bool:
    """Tell whether a name is a zone's or below it; both as `Question` has them, "" for the root."""
    # A dot may be part of a label; then it is escaped.
    return not zone or name == zone or (name.endswith(f".{zone}") and not name.endswith(f"\\.{zone}"))


def is_below(name: str, zone: str) -> bool:
    """Tell whether a name is below a zone, and not the zone's own."""
    return name != zone and inside(name, zone)


def within(zone: str, observation: Observation) -> Observation:
    """Return what an authoritative server said of its own zone: of others' names it may say what it likes."""
    sections = observation.answer, observation.authority
    answer, authority = (tuple(rrset for rrset in section if inside(rrset.name, zone)) for section in sections)
    if (answer, authority) == sections:
        return observation
    return observation._replace(answer=answer, authority=authority)


def referring(zone: str, observation: Observation) -> Rrset | None:
    """Return the NS set by which a server of a zone refers to one below, towards the name asked (RFC 1034 s. 4.3.2)."""
    o = observation
    if o.answer or o.rcode != "NOERROR" or "AA" in o.flags:
        return None
    for rrset in o.authority:
        # What refers upwards, or aside, serves nothing.
        if rrset.type == "NS" and is_below(rrset.name, zone) and inside(o.question.name, rrset.name):
            return rrset
    return None


def referred(zone: str, observation: Observation) -> Below | None:
    """Return where a server of a zone refers to for the name asked: a zone below; None where it refers nowhere."""
    ns = referring(zone, observation) if observation.server.role == "authoritative" else None
    return Below(ns.name, frozenset(map(plain, ns.values))) if ns else None


def alias_end(observation: Observation) -> str:
    """Return the name at the end of an answer's chain of aliases; the name asked for where there is none."""
    # As canonical as the question; an escaped dot at the end of a label is none of its last.
    name = observation.question.name
    aliases = {r.name: r.values[0] for r in observation.answer if r.type == "CNAME" and r.values}
    for _ in range(len(aliases)):
        name = aliases.get(name, name)
    return name


def links_of(observation: Observation) -> list[Rrset]:
    """Return the records of an answer in the order in which they lead from the name asked for to what it asks."""
    found: list[Rrset] = []
    name = observation.question.name
    for _ in range(len(observation.answer)):
        there = [r for r in observation.answer if r.name == name and r.type in ("CNAME", observation.question.type)]
        if not there or there[0] in found:
            break
        found.append(there[0])
        if there[0].type != "CNAME" or not there[0].values:
            break
        name = there[0].values[0]
    return found


def leads_to(observation: Observation) -> str:
    """Return the name that an answer points to without saying what is there; "" where it does, or points nowhere."""
    end = alias_end(observation)
    denied = any(rrset.type == "SOA" and inside(end, rrset.name) for rrset in observation.authority)
    return "" if observation.values or denied or end == observation.question.name else end


def settled(
    answers: Iterable[Observation], newest: frozenset[Server] = frozenset()
) -> tuple[tuple[str, ...], str] | None:
    """Return what servers' answers come to: the values, and the name that they only lead to; None where they differ.

    `newest`: the servers known to have the newest version of their zone: theirs counts where the others differ from
    it. Nothing else decides, neither a majority nor an order of the texts: nobody knows who of them is right.
    """
    answers = list(answers)
    for some in (answers, [o for o in answers if o.server in newest]):
        said = {(o.values or (), leads_to(o)) for o in some}
        if len(said) == 1:
            return said.pop()
    return None


def chain(
    question: Question, said: Mapping[Question, Sequence[Observation]], newest: frozenset[Server] = frozenset()
) -> tuple[Question, ...]:
    """Return a question and those it leads to, zone after zone, as each zone's servers say (`said`) with one voice.

    The last is the one whose answers hold the records, or their absence, or differ; or that nobody was asked yet.
    """
    links = [question]
    while len(links) <= LONGEST:
        what = settled(said.get(links[-1], ()), newest)
        following = Question(what[1], question.type) if what else question
        if not following.name or following in links:
            break
        links.append(following)
    return tuple(links)


def reached(question: Question, said: Mapping[Question, Sequence[Observation]]) -> tuple[Question, ...]:
    """Return a question and all those that any server leads to, the nearest first."""
    found = [question]
    for link in found:
        ends = {Question(end, question.type) for o in said.get(link, ()) if (end := leads_to(o))}
        found += sorted(ends.difference(found))[: LONGEST + 1 - len(found)]
    return tuple(found)
