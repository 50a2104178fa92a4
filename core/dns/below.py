"""Zones below the one that is judged, with some of the names asked in them: their own servers speak for those. Pure.

The zone's servers only refer there, as `_dmarc` does that somebody delegated to whoever reads the reports (RFC 1034
s. 4.3.2); where they serve the zone below themselves, they answer, and nothing is to be followed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from core.dns.aliases import referred
from core.dns.change import ChangeSet, Expected, OldRrset
from core.dns.findings import Finding
from core.dns.observation import Observation, Question


def below_findings(change: ChangeSet) -> list[Finding]:
    """Return which of the records are in a zone below: whoever edits them must do it there."""
    places = {e.below.zone: e.below for e in change.expected if e.below}
    return [
        Finding("zone_below", None, {"zone": zone, "servers": ", ".join(sorted(below.servers))})
        for zone, below in sorted(places.items())
    ]


def asked_below(change: ChangeSet, observations: Iterable[Observation]) -> Iterator[tuple[Expected, list[Observation]]]:
    """Yield what is expected of each server of the zones below, and what it said of that, if anything.

    `observations` in order of time.
    """
    expected = {e.question: e for e in change.expected if e.below}
    said: dict[tuple[Question, str], list[Observation]] = {}
    for o in observations if expected else ():
        if o.server.role == "authoritative" and o.question in expected:
            said.setdefault((o.question, o.server.address), []).append(o)
    for question, e in expected.items():
        # There it is the records that are expected, and no way further down.
        there = replace(e, below=None)
        for address in sorted(e.below.addresses if e.below else ()):
            yield there, said.get((question, address), [])


def kept_with_delegation(rrset: OldRrset, expected: Expected, zone: str, before: Sequence[Observation]) -> OldRrset:
    """Return an old rrset with the TTL of the delegation that led to it, where it led elsewhere than it does now.

    A cache goes on to ask there until the delegation ends, and keeps what it fetched last.
    """
    now = expected.below.servers if expected.below else frozenset[str]()
    name = expected.question.name
    ways = [(o, way) for o in before if o.question.name == name and (way := referred(zone, o)) and way.servers != now]
    if not ways or rrset.ttl is None:
        return rrset
    places = {Question(way.zone, "NS") for _, way in ways}
    ttls = [r.longest for o, _ in ways for r in o.authority if r.type == "NS"]
    ttls += [o.records.longest for o in before if o.question in places and "AA" in o.flags and o.records]
    return replace(rrset, ttl=rrset.ttl + max(ttls), links=())
