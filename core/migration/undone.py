"""Something taken back, an import or the last move: what an event of the kind "undone" carries, and what it does."""

from collections.abc import Iterable
from typing import Any

from core.migration.event import Event, iso, moment
from core.migration.migration import DOMAIN_FIELDS, FIELDS, Domain, Done, Migration
from core.migration.stored_fields import from_json, to_json

UNDONE_MOVE = "move"
"""What such an event is about where it takes back the last move; else it is about an import, by its number."""

_OF_AN_IMPORT = (*FIELDS, "stage", "waiting_on", "hold", "held", "cancelled", "entered", "checks", "edited")
_OF_A_DOMAIN = (*DOMAIN_FIELDS, "step", "withdrawn", "test_unrecorded", "cutover", "entered", "checks", "edited")


def set_back(now: Migration, before: Migration) -> dict[str, Any]:
    """Return what an event of the kind "undone" carries, so that after it a migration is as it was before."""
    told: dict[str, Any] = {"migration": _earlier(now, before, _OF_AN_IMPORT)}
    if len(now.notes) > len(before.notes):
        told["notes"] = len(before.notes)
    told["added"] = [name for name in now.domains if name not in before.domains]
    changed = {name: _earlier(now.domains[name], d, _OF_A_DOMAIN) for name, d in before.domains.items()}
    told["domains"] = {name: parts for name, parts in changed.items() if parts}
    return told


def _earlier(now: Migration | Domain, before: Migration | Domain, parts: Iterable[str]) -> dict[str, Any]:
    found = {}
    for part in parts:
        value = getattr(before, part)
        if value == getattr(now, part):
            continue
        match value:
            case dict() if part == "entered":
                value = {item: iso(at) for item, at in value.items()}
            case dict() if part == "checks":
                value = {item: [iso(done.at), done.actor, done.choice, done.detail] for item, done in value.items()}
        found[part] = to_json(part, value)
    return found


def undo(m: Migration, event: Event) -> None:
    """Set a migration back in place, to what an event carries."""
    for part, value in event.new["migration"].items():
        _set_back(m, part, value)
    if "notes" in event.new:
        del m.notes[event.new["notes"] :]
    for name in event.new["added"]:
        del m.domains[name]
    for name, parts in event.new["domains"].items():
        d = m.domains[name]
        for part, value in parts.items():
            _set_back(d, part, value)
        d.version += 1


def _set_back(subject: Migration | Domain, part: str, value: Any) -> None:
    match part:
        case "entered":
            value = {item: moment(at) for item, at in value.items()}
        case "checks":
            value = {item: Done(moment(at), *rest) for item, (at, *rest) in value.items()}
        case "held":
            value = [list(span) for span in value]
        case "extra" | "edited":
            value = dict(value)
    setattr(subject, part, from_json(part, value))
