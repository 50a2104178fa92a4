"""What a round of a watch said, in short: what is compared with the round before, kept, and shown."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from core.dns.judging.verdict import State
from core.migration.event import iso, moment

Mail = Literal["unasked", "answers", "silent"]


@dataclass(frozen=True, slots=True)
class Sight:
    """What a round said; moments in UTC.

    `state` to `propagated`: as in `core.dns.judging.verdict.Verdict`; `moves`: the delegation was seen, or is told, to
    change. `began`: whether a server of the parent refers to other servers than at first. `switched`: since when all of
    them do. `bound`: until when caches may hold what was, None where that cannot be known. `servers`: the host names
    that the parent refers to. `wrong`: those of them that do not serve what is to be served, or do not answer. `old`:
    ids of resolvers that gave old data. `new_count` to `silent_count`: resolvers by what they said. `longest_ttl`:
    seconds that caches may hold what stands now, by the highest TTL there. `errors`: tags of findings that are errors.
    `certificate_until`: None where none was asked for, or none came. `resolvers_asked`: whether any was in this round.
    """

    at: dt.datetime
    state: State
    moves: bool = False
    began: bool = False
    published: bool | None = None
    consistent: bool | None = None
    propagated: bool = False
    switched: dt.datetime | None = None
    bound: dt.datetime | None = None
    servers: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    old: tuple[str, ...] = ()
    new_count: int = 0
    old_count: int = 0
    other_count: int = 0
    silent_count: int = 0
    resolvers_asked: bool = False
    longest_ttl: int | None = None
    ds: bool = False
    errors: tuple[str, ...] = ()
    certificate_until: dt.datetime | None = None
    mail: Mail = "unasked"


_MOMENTS = ("at", "switched", "bound", "certificate_until")
_TUPLES = ("servers", "wrong", "old", "errors")
_STATES = get_args(State)


def to_json(sight: Sight) -> dict[str, Any]:
    """Return a sight as plain JSON; what is as a sight begins with is left out."""
    blank = Sight(sight.at, "unknown")
    said: dict[str, Any] = {}
    for name, value in asdict(sight).items():
        if name in ("at", "state") or value != getattr(blank, name):
            said[name] = iso(value) if name in _MOMENTS else list(value) if name in _TUPLES else value
    return said


def from_json(said: Mapping[str, Any]) -> Sight:
    """Return the sight that `to_json` wrote; a field that this desk does not know is left out."""
    known = {one.name for one in fields(Sight)}
    values = {name: value for name, value in said.items() if name in known}
    for name in _MOMENTS:
        if name in values:
            values[name] = moment(values[name])
    for name in _TUPLES:
        if name in values:
            values[name] = tuple(values[name])
    if values.get("state") not in _STATES:
        values["state"] = "unknown"
    return Sight(**values)
