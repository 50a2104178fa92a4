"""What a watch has seen becomes ticks in its migration, by the actor `watch`, with the evidence in a line.

    published  -> "name servers changed", of the moment since which all servers of the parent refer to the new ones
    propagated -> "domain visible on our servers", of the moment at which it was seen

Only where the domain stands at the step of the DNS, whose gate was the client's test. What people ticked stays theirs,
and what they took back stays so: a tick comes with the transition, once.
"""

from collections.abc import Iterable
from typing import Any

from core.ground.messages import InputError
from core.ground.moments import written
from core.migration import moves
from core.migration.act import Act
from core.migration.cell_values import LINE_MAX
from core.migration.event import Event
from core.migration.migration import Domain, Migration
from core.migration.rebuilding import after
from core.migration.stages import SEEN, SWITCH, SWITCHED
from core.watch.sight import Sight
from core.watch.transitions import Kind, Transition

_ITEMS: dict[Kind, str] = {"published": SWITCHED, "propagated": SEEN}
_SERVERS = 6
"""Name servers that are named in a line."""


def ticks(m: Migration, name: str, transitions: Iterable[Transition], sight: Sight, act: Act) -> tuple[Event, ...]:
    """Return what the transitions of the watch of a domain (ASCII name) tick in its migration: nothing, mostly.

    `sight`: what brought them. `act`: the watch's (`core.migration.people.WATCH`), as of when it was seen.
    """
    events: tuple[Event, ...] = ()
    for transition in transitions:
        item = _ITEMS.get(transition.kind)
        if item is not None:
            events += _tick(after(m, events), name, item, transition, sight, act)
    return events


def _tick(m: Migration, name: str, item: str, transition: Transition, sight: Sight, act: Act) -> tuple[Event, ...]:
    d = m.domains.get(name)
    if d is None or d.withdrawn or d.step != SWITCH or item in d.checks or not _follows(d, item, sight):
        return ()
    at = sight.switched if item == SWITCHED and sight.switched is not None else transition.at
    seen = Act(act.process, act.person, act.now, min(at, act.now))
    for detail in (_evidence(item, sight), ""):
        try:
            return moves.check(m, seen, item, name, detail=detail)
        except InputError as error:
            if any(wrong.field != "detail" for wrong in error.errors):
                # On hold, say: then it is told, and people tick it.
                return ()
            # Names of servers are anybody's: one may look like a secret, which no history holds.
    return ()


def _follows(d: Domain, item: str, sight: Sight) -> bool:
    """Return whether what was seen comes after what has to come before it."""
    if item == SEEN:
        return SWITCHED in d.checks
    # One that was switched before its client had confirmed the test is for people to judge.
    return d.tested_at is not None and (sight.switched is None or sight.switched >= d.tested_at)


def _evidence(item: str, sight: Sight) -> str:
    """Return who refers to whom since when, and how many resolvers say so, in a line that is of no language."""
    servers = " ".join(sight.servers[:_SERVERS])
    if item == SWITCHED:
        return _joined("NS", servers, sight.switched and written(sight.switched))
    asked = sight.new_count + sight.old_count + sight.other_count + sight.silent_count
    return _joined("NS", servers, asked and f"DNS {sight.new_count}/{asked}")


def _joined(first: str, *more: Any) -> str:
    return " · ".join((first, *(str(one) for one in more if one)))[:LINE_MAX]
