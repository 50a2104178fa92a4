"""What of an answer is the asked name's own: its set, its alias, or the zone below that it is delegated to.

What follows a CNAME on the same server, and the NXDOMAIN that may come with it (nsd, PowerDNS), is not believed.
"""

from core.cutover.zones import Held, SetKey
from core.dns.judging.aliases import inside, is_below, referring
from core.dns.observation import Observation, Rrset


def speaks(zone: str, o: Observation) -> bool:
    """Tell whether a server speaks for a zone in its answer: with authority, or as it refers to a zone below."""
    return o.answered and ("AA" in o.flags or referring(zone, o) is not None)


def own(zone: str, o: Observation) -> dict[SetKey, Held]:
    """Return the sets that an answer of a zone's server shows: of the name asked, its alias, or what is above it.

    Above it may be a DNAME, from which the alias was made (RFC 6672 s. 3.1), or a zone below that the name is in: then
    the answer is that one's NS set.
    """
    if referral := referring(zone, o):
        return {(referral.name, "NS"): held(referral)}
    name = o.question.name
    if above := [r for r in o.answer if r.type == "DNAME" and is_below(name, r.name) and inside(r.name, zone)]:
        return {(rrset.name, rrset.type): held(rrset) for rrset in above[:1]}
    return {(name, r.type): held(r) for r in o.answer if r.name == name and r.type in (o.question.type, "CNAME")}


def denied(zone: str, o: Observation) -> bool:
    """Tell whether a server says that there is no such name, and neither below it."""
    return speaks(zone, o) and o.rcode == "NXDOMAIN" and not own(zone, o)


def told(zone: str, o: Observation) -> Observation:
    """Return an answer whose `answer` holds the NS set where it refers to the zone at the very name asked.

    It then has AA too: a server speaks for a delegation of its zone, though it does not say so (RFC 1034 s. 4.2.1).
    """
    referral = referring(zone, o)
    if referral is None or referral.name != o.question.name or o.question.type != "NS":
        return o
    return o._replace(answer=(referral,), flags=o.flags | {"AA"})


def held(rrset: Rrset) -> Held:
    """Return a set as zones are compared."""
    return Held(rrset.values, rrset.longest)
