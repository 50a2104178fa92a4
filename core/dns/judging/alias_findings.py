"""Aliases (CNAME) that lead nowhere or round in a circle: every resolver fails there, and no server is at fault."""

from collections.abc import Iterator, Sequence

from core.dns.change import ChangeSet
from core.dns.judging.aliases import LONGEST, alias_end, inside
from core.dns.judging.findings import Finding
from core.dns.judging.history import grouped
from core.dns.observation import Observation, Question


def alias_findings(change: ChangeSet, observations: Sequence[Observation]) -> list[Finding]:
    """Return what is wrong with where the aliases of the names asked lead, by what authoritative servers say last."""
    latest = {(o.server, o.question): o for o in observations if o.server.role == "authoritative" and o.failure is None}
    said = grouped(latest.values(), lambda o: o.question)
    return [found for expected in change.expected for found in _of(expected.question, said)]


def _of(question: Question, said: dict[Question, list[Observation]]) -> Iterator[Finding]:
    seen = [question.name]
    asked = question
    for _ in range(LONGEST):
        answers = said.get(asked, [])
        ends = sorted({alias_end(o) for o in answers if o.answered})
        circles = any(_circles(o) for o in answers)
        values = {"name": question.name, "type": question.type, "alias": ends[0] if ends else ""}
        if circles:
            yield Finding("alias_loop", None, values)
            return
        beyond = [end for end in ends if end != asked.name]
        if not beyond:
            # The name that an alias led to here: whether it exists is its own servers' word.
            if len(seen) > 1 and answers and all(o.rcode == "NXDOMAIN" for o in answers):
                yield Finding("alias_to_nowhere", None, {**values, "alias": asked.name})
            return
        (end, *_) = beyond
        there = [o for o in answers if alias_end(o) == end]
        if any(o.rcode == "NXDOMAIN" and _denies(o, end) for o in there):
            yield Finding("alias_to_nowhere", None, {**values, "alias": end})
            return
        if end in seen:
            yield Finding("alias_loop", None, {**values, "alias": end})
            return
        seen.append(end)
        asked = Question(end, question.type)


def _circles(o: Observation) -> bool:
    aliases = {r.name: r.values[0] for r in o.answer if r.type == "CNAME" and r.values}
    name, seen = o.question.name, set[str]()
    while name in aliases and name not in seen:
        seen.add(name)
        name = aliases[name]
    return name in seen


def _denies(o: Observation, name: str) -> bool:
    """Tell whether a server denies a name that it speaks for: in its own zone, as the SOA beside its answer shows."""
    return any(rrset.type == "SOA" and inside(name, rrset.name) for rrset in o.authority)
