"""The last look before the switch as a domain has it: what of it opens the gate, and who accepted it.

It follows from the events `cutover_looked` and `cutover_accepted`; the whole summary stands in those.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from core.cutover.finding import Verdict
from core.migration.event import Event, iso, moment

TO_ACCEPT: frozenset[str] = frozenset(("accept", "unknown"))
"""Verdicts that somebody may accept with a reason."""


@dataclass(frozen=True, slots=True)
class Look:
    """A look. `at`: when it began (UTC); `verdict`, `complete`, `digest` as `core.cutover` tells them.

    `changed`: what it rested on has been changed here since. `accepted_at`, `accepted_by` (an id; "": nobody) and
    `reason`: that somebody said that what it found is meant.
    """

    at: dt.datetime
    verdict: str
    complete: bool = False
    digest: str = ""
    changed: bool = False
    accepted_at: dt.datetime | None = None
    accepted_by: str = ""
    reason: str = ""

    @property
    def opens(self) -> bool:
        """Whether it lets the name servers be changed, fresh as it is."""
        return self.verdict == "ready" or (self.verdict in TO_ACCEPT and bool(self.accepted_by))


def looked(event: Event) -> Look:
    """Return the look that an event tells of; raises ValueError, KeyError or TypeError where it tells of none."""
    new = event.new
    at = moment(new["at"])
    if at is None or at.tzinfo is None or new["verdict"] not in get_args(Verdict):
        raise ValueError(new["verdict"])
    return Look(at, str(new["verdict"]), new.get("complete") is True, str(new.get("digest", "")))


def accepted(look: Look | None, event: Event) -> Look:
    """Return a look as one that was accepted by an event; raises ValueError where it means another look."""
    if look is None or look.verdict not in TO_ACCEPT:
        raise ValueError(event.new)
    meant = moment(event.new["at"]), event.new["digest"], event.new.get("verdict", look.verdict)
    if meant != (look.at, look.digest, look.verdict):
        raise ValueError(event.new)
    return replace(look, accepted_at=event.occurred_at, accepted_by=event.actor, reason=event.reason)


def to_json(look: Look) -> dict[str, Any]:
    """Return a look as events and the database carry it."""
    return {
        "at": iso(look.at),
        "verdict": look.verdict,
        "complete": look.complete,
        "digest": look.digest,
        "changed": look.changed,
        "accepted_at": iso(look.accepted_at),
        "accepted_by": look.accepted_by,
        "reason": look.reason,
    }


def from_json(given: Mapping[str, Any]) -> Look:
    """Return the look that events or the database carry."""
    return Look(
        **{
            **given,
            "at": dt.datetime.fromisoformat(given["at"]),
            "accepted_at": moment(given["accepted_at"]),
        }
    )
