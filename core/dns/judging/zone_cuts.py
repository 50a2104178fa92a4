"""Zone cuts that come and go: a name that gets a zone of its own, or whose zone goes up in the one above it."""

from collections.abc import Iterable
from typing import Literal

from core.dns.judging.aliases import inside
from core.dns.observation import Observation
from core.dns.way_down import Delegated

Cut = Literal["same", "comes", "goes"]
"""Whether a name is in the zone that it was in, in one below that, or in one above."""


def cut_between(
    asked: str, last: Delegated, now: Delegated, before: Iterable[Observation], latest: Iterable[Observation]
) -> Cut | None:
    """Return what became of the zone that a name (`asked`, as in `Question`) is in, from one round to the next.

    `before` and `latest`: what was observed until then, and in the round. None where nothing is known to have changed:
    the way down may only not have been found. Where a cut comes or goes, the servers of the zone above spoke for the
    name before, or do so now.
    """
    if last.zone == now.zone:
        return "same"
    if last.zone and inside(now.zone, last.zone):
        return "comes" if _speak(asked, last, before) else None
    if inside(last.zone, now.zone):
        return "goes" if _speak(asked, now, latest) else None
    return None


def _speak(asked: str, above: Delegated, said: Iterable[Observation]) -> bool:
    return any(o.server in above.servers and o.question.name == asked and "AA" in o.flags for o in said)
