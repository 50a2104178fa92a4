"""Servers that answer out of caches of their own: PowerDNS, known by what it says it is.

It keeps what it read from its database (`query-cache-ttl`, 20 s; an absence, `negquery-cache-ttl`, a minute) and the
packets made of that (`cache-ttl`, 20 s): one client may get the new data when another is given the old for as long
again. Packets for the desk are made anew, as it asks with NSID; so what it sees has left the first cache. Whoever does
not say what it is, is unknown, and counts as any other.
"""

import datetime as dt
from collections.abc import Sequence

from core.dns.judging.history import since
from core.dns.observation import Observation, Question

VERSION = Question("version.bind", "CH TXT")
"""What a server is asked, to say what program it is."""

READ = dt.timedelta(minutes=1)
"""For so long it may keep what it read: an absence, which may hide behind a wildcard too, is kept for longest."""
PACKETS = dt.timedelta(seconds=20)
"""For so long it keeps a packet."""


def says_powerdns(observation: Observation) -> bool:
    """Tell whether an answer to `VERSION` is that of a PowerDNS authority."""
    if observation.question != VERSION or observation.rcode != "NOERROR":
        return False
    told = " ".join(value for rrset in observation.answer for value in rrset.values).lower()
    return "powerdns" in told and "recursor" not in told


def lag_after(start: dt.datetime, sights: Sequence[tuple[dt.datetime, bool]]) -> dt.timedelta:
    """Return how much later than it had something a PowerDNS gave its last packet with anything else.

    `sights` as for `since`; `start`: what that returned, or the hour of the edit as told, of which no cache knows.
    """
    seen = since(sights) or start
    return max(dt.timedelta(0), min(seen, start + READ) + PACKETS - start)
