"""Zones below the one that is judged, with some of the names asked in them: their own servers speak for those. Pure.

The zone's servers only refer there, as `_dmarc` does that somebody delegated to whoever reads the reports (RFC 1034
s. 4.3.2); where they serve the zone below themselves, they answer, and nothing is to be followed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from core.dns.change import Below, ChangeSet, Expected, OldRrset
from core.dns.judging.aliases import referred
from core.dns.judging.findings import Finding
from core.dns.observation import Observation, Question


def below_findings(change: ChangeSet) -> list[Finding]:
    """Return which of the records are in a zone below: whoever edits them must do it there."""
    places = {below.zone: below for below in change.below.values()}
    return [
        Finding("zone_below", None, {"zone": zone, "servers": ", ".join(sorted(below.servers))})
        for zone, below in sorted(places.items())
    ]


def asked_below(change: ChangeSet, observations: Iterable[Observation]) -> Iterator[tuple[Expected, list[Observation]]]:
    """Yield what is expected of each server of the zones below, and what it said of that, if anything.

    `observations` in order of time.
    """
    led = [(e, e.below) for e in change.expected if e.below]
    said = said_below(observations, {e.question: below for e, below in led})
    for e, below in led:
        # There it is the records that are expected, and no way further down.
        there = replace(e, below=None)
        for address in sorted(below.addresses):
            yield there, said.get((e.question, address), [])


def said_below(
    observations: Iterable[Observation], below: Mapping[Question, Below]
) -> dict[tuple[Question, str], list[Observation]]:
    """Return by question and address what the servers of zones below said, in the order of the observations."""
    found: dict[tuple[Question, str], list[Observation]] = {}
    for o in observations if below else ():
        there = below.get(o.question)
        if there and o.server.role == "authoritative" and o.server.address in there.addresses:
            found.setdefault((o.question, o.server.address), []).append(o)
    return found


def kept_with_delegation(
    rrset: OldRrset, expected: Expected, zone: str, before: Sequence[Observation], present: Below
) -> OldRrset:
    """Return an old rrset with the TTL of the delegation that led to it, where it led elsewhere than it does now.

    A cache goes on to ask there until the delegation ends, and keeps what it fetched last. `present`: the zone that is
    judged now; where it has just become one, a round may have seen that first as a referral.
    """
    now = replace(expected.below, addresses=frozenset()) if expected.below else None
    name = expected.question.name
    ways = [
        (o, way) for o in before if o.question.name == name and (way := referred(zone, o)) and way not in (now, present)
    ]
    if not ways or rrset.ttl is None:
        return rrset
    places = {Question(way.zone, "NS") for _, way in ways}
    ttls = [r.longest for o, _ in ways for r in o.authority if r.type == "NS"]
    ttls += [o.records.longest for o in before if o.question in places and "AA" in o.flags and o.records]
    return replace(rrset, ttl=rrset.ttl + max(ttls), links=())
