"""The last move taken back: within a minute, by whoever made it, while nothing has happened since. An event as well."""

import datetime as dt
from collections.abc import Iterable, Sequence

from core.migration.act import Act
from core.migration.event import OF_RESOLVERS, OF_ZONES, Event, Kind
from core.migration.migration import Migration
from core.migration.people import require
from core.migration.rebuilding import rebuild
from core.migration.refusal import refusal
from core.migration.undone import UNDONE_MOVE, set_back

WITHIN = dt.timedelta(minutes=1)
"""How long a move can be taken back like this; later it is corrected by a further event."""


_NEVER: frozenset[Kind] = frozenset(("registered", "renamed", "undone", *OF_RESOLVERS))
"""What is not taken back like this: a name is corrected by another one, a resolver counts again by a click."""


def can_be_undone(events: Iterable[Event]) -> bool:
    """Whether what was done by some events is of a kind that can be taken back."""
    kinds = {event.kind for event in events}
    # A zone that was kept stays in the history, and keeps nothing else from being taken back.
    return bool(kinds - OF_ZONES) and not kinds & _NEVER


def undo(m: Migration, act: Act, events: Sequence[Event], since: int, until: int | None = None) -> tuple[Event, ...]:
    """Take back what happened after event number `since`, the whole of it.

    `events`: all that ever happened to the migration. `until`: the number of the last event that is meant; where more
    has happened by now, nothing is taken back. Raises InputError where it is too late, somebody else has done something
    since, or there is nothing to take back.
    """
    require(act.person, "work")
    made = events[since:]
    if since < 1 or not made or len(events) != m.seq:
        raise refusal("undo", "", "error.undo_nothing")
    if any(event.actor != act.person.id or event.batch is not None for event in made):
        raise refusal("undo", "", "error.undo_others")
    if until is not None and until != m.seq:
        raise refusal("undo", "", "error.undo_since")
    if act.now - made[0].recorded_at > WITHIN:
        raise refusal("undo", "", "error.undo_late")
    if not can_be_undone(made):
        raise refusal("undo", "", "error.undo_nothing")
    return (act.event("undone", item=UNDONE_MOVE, new=set_back(m, rebuild(events[:since]))),)
