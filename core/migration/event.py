"""What happened to a migration, as it is kept: an event, never changed, of which all that stands follows.

Nothing here reads data files, so old events mean tomorrow what they mean today.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from core.migration.stages import STAGE_INDEX, STEP_INDEX

Kind = Literal[
    "registered",
    "domain_added",
    "domain_withdrawn",
    "set",
    "waits",
    "moved",
    "stepped",
    "reworked",
    "switched_back",
    "corrected",
    "dated",
    "checked",
    "unchecked",
    "test_unrecorded",
    "held",
    "resumed",
    "cancelled",
    "restored",
    "noted",
    "resolver_aside",
    "resolver_counted",
    "zone_kept",
    "cutover_looked",
    "cutover_accepted",
    "renamed",
    "undone",
]

OF_RESOLVERS: frozenset[Kind] = frozenset(("resolver_aside", "resolver_counted"))
"""Which resolver (`item`: its id) does not count when a domain's DNS is checked, and which counts again: no migration
is another one for it (`core.migration.resolvers_aside`)."""
OF_ZONES: frozenset[Kind] = frozenset(("zone_kept",))
"""The zone of a domain as somebody brought it, kept beside what stands (`core.migration.kept_zones`)."""
OF_LOOKS: frozenset[Kind] = frozenset(("cutover_looked", "cutover_accepted"))
"""A look before the switch, and that what it found is meant (`core.migration.cutover_looks`)."""
UNDER_LOOKS: frozenset[Kind] = frozenset(("set", "zone_kept", "reworked", "switched_back"))
"""What may change that on which a look rests (`outdates_look`)."""
NO_CONFLICT: frozenset[Kind] = frozenset(("noted", "waits", *OF_RESOLVERS, *OF_ZONES))
"""What can contradict nothing that somebody else has on the screen."""
BESIDE_THE_WAY: frozenset[Kind] = frozenset(
    ("noted", "checked", "unchecked", "test_unrecorded", *OF_RESOLVERS, *OF_ZONES, *OF_LOOKS)
)
FIELDS_OF_THE_WAY = ("client", "owner", "package", "waiting_on")
"""Most events do not tell how far a migration has come: those of these kinds, and those that set other fields."""


class ImpossibleEventError(Exception):
    """An event does not fit what happened before it: a mistake of the caller, refused before anything is written."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a migration, or to one of its domains.

    `item`: the field, check or stage it is about. `old` and `new` are plain JSON values, moments in ISO 8601.
    `occurred_at`: when it happened, UTC; None where nobody knows. A moment known by its day only is that day's midnight
    in Warsaw. `recorded_at`: when the desk heard of it. `batch`: the import that brought it.
    """

    kind: Kind
    actor: str
    recorded_at: dt.datetime
    occurred_at: dt.datetime | None
    domain: str | None = None
    item: str = ""
    old: Any = None
    new: Any = None
    reason: str = ""
    forced: bool = False
    batch: int | None = None


def iso(moment: dt.datetime | None) -> str | None:
    """Return a moment as events carry it."""
    if moment is not None and moment.tzinfo is None:
        # Python would take it for the server's own time.
        raise ValueError(f"{moment} has no time zone")
    return None if moment is None else moment.astimezone(dt.UTC).isoformat()


def moment(text: str | None) -> dt.datetime | None:
    """Return the moment of an event's value."""
    return None if text is None else dt.datetime.fromisoformat(text)


_LOOKED_AT = frozenset(("old_ns", "new_ns", "old_addresses", "new_addresses"))
"""Fields of a domain on which a look before its switch rests."""


def outdates_look(event: Event) -> bool:
    """Return whether what a look at the event's domain rested on is otherwise from then on."""
    return event.kind in UNDER_LOOKS and (event.kind != "set" or event.item in _LOOKED_AT)


def tells_of_way(event: Event) -> bool:
    """Return whether an event tells how far a migration has come, or whose it is."""
    if event.kind == "dated":
        return event.item in STAGE_INDEX or event.item in STEP_INDEX
    return event.kind not in BESIDE_THE_WAY and (event.kind != "set" or event.item in FIELDS_OF_THE_WAY)


def open_in_spite_of(events: list[Event], checks: Iterable[str], **more: Any) -> None:
    """Let the event by which what was over is open again tell which checks its gates lack; `more`: what else it tells.

    In place: it is the first of them that restores or corrects the migration itself.
    """
    first = next(i for i, event in enumerate(events) if event.domain is None and event.kind in _OPENING)
    events[first] = replace(events[first], item=" ".join(checks), forced=True, **more)


_OPENING: tuple[Kind, ...] = ("restored", "corrected")
