"""What a page shows of a watch: which list it stands in, what is wrong, until when caches last, in words. Pure.

Green is a promise: a watch is well only where somebody looks, in time, and found nothing against it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from core.ground.messages import Message
from core.ground.moments import moment
from core.ground.sought import Sought
from core.ground.words import fold
from core.watch import transitions
from core.watch.phases import pace_of
from core.watch.plan import Plan
from core.watch.sight import Sight
from core.watch.transitions import Kind, is_noted
from core.watch.watch import Phase, Watch

Section = Literal["now", "switching", "expiring", "planned", "after", "ended"]
"""The lists of the page, in their order: what needs somebody now stands first."""

SECTIONS: tuple[Section, ...] = get_args(Section)

_SECTION: dict[Phase, Section] = {
    "planned": "planned",
    "eve": "planned",
    "switching": "switching",
    "expiring": "expiring",
    "after": "after",
    "ended": "ended",
}

Wrong = Literal[
    "undelegated",
    "unconfirmed_switch",
    "switched_back",
    "server_wrong",
    "old_again",
    "mail_silent",
    "past_latest",
    "blind",
    "unlooked",
    "certificate",
    "lower_ttls",
    "look_stale",
    "not_everywhere",
]
"""What may be wrong of a watch, what harms most first; but `unlooked`, kinds of transitions that hold still."""

WRONG: tuple[Wrong, ...] = get_args(Wrong)

_SOON: frozenset[Wrong] = frozenset({"certificate", "lower_ttls", "look_stale"})
"""What is to be seen to before something breaks; all else is late."""

KINDS: tuple[Kind, ...] = get_args(Kind)
"""The transitions that this desk knows."""

NAMED = 5
"""Names that are told of one thing that is wrong; of more, the rest is counted."""

_HOUR = dt.timedelta(hours=1)
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong: since when that is known (UTC), and of which servers or resolvers."""

    kind: Wrong
    since: dt.datetime | None
    names: tuple[str, ...] = ()

    @property
    def late(self) -> bool:
        """Whether it harms already."""
        return self.kind not in _SOON

    @property
    def may_be_noted(self) -> bool:
        """Whether somebody may take note of it until it gets better; all else is there until it is done."""
        return self.kind in transitions.WRONG


@dataclass(frozen=True, slots=True)
class Shown:
    """A watch as a page shows it. `well`: nothing is wrong, and that is known as it should be."""

    watch: Watch
    section: Section
    troubles: tuple[Trouble, ...]
    well: bool


def shown(watch: Watch, plan: Plan, now: dt.datetime, *, somebody: bool) -> Shown:
    """Return a watch as a page shows it now; `somebody`: whether anybody looks at all."""
    found = troubles(watch, plan, now)
    needed = not all(one.may_be_noted and is_noted(watch, one.kind) for one in found) and watch.phase != "ended"
    section: Section = "now" if needed else _SECTION.get(watch.phase, "planned")
    well = not found and somebody and watch.phase != "ended" and _is_good(watch)
    return Shown(watch, section, found, well)


def _is_good(watch: Watch) -> bool:
    """Whether the last look brought answers, and nothing in them that may still come to be told as wrong."""
    doubted = any(mark.get("once") for mark in (watch.marks or {}).values())
    return watch.sight is not None and not watch.sight.errors and watch.blind_since is None and not doubted


def troubles(watch: Watch, plan: Plan, now: dt.datetime) -> tuple[Trouble, ...]:
    """Return what is wrong of a watch, what harms most first; of one that has come to its end, what was so then."""
    if watch.phase == "ended" and watch.end != "over":
        return (Trouble("not_everywhere", watch.ended_at, _old(watch)),) if watch.end == "not_everywhere" else ()
    names = {"server_wrong": watch.sight.wrong if watch.sight else (), "old_again": _old(watch)}
    names["past_latest"] = names["old_again"]
    found = []
    for kind in WRONG:
        if kind == "unlooked":
            if unlooked(watch, plan, now):
                found.append(Trouble(kind, watch.next_at))
        elif (mark := (watch.marks or {}).get(kind)) and mark.get("on"):
            found.append(Trouble(kind, moment_of(mark.get("at")), names.get(kind, ())))
    return tuple(found)


def unlooked(watch: Watch, plan: Plan, now: dt.datetime) -> bool:
    """Whether nobody has looked for longer than twice the time between two looks."""
    return (
        watch.next_at is not None and watch.phase != "ended" and now - watch.next_at > pace_of(watch, plan, now).every
    )


def ordered(found: Iterable[Shown]) -> list[Shown]:
    """Return watches as they stand on the page: by list, by what harms most, then by what happens next."""
    return sorted(found, key=_place)


def _place(one: Shown) -> tuple[int, int, float, str]:
    watch = one.watch
    harm = WRONG.index(one.troubles[0].kind) if one.troubles else len(WRONG)
    ended = watch.ended_at
    next = -ended.timestamp() if ended else _next(watch)
    return SECTIONS.index(one.section), harm, next, watch.display


def _next(watch: Watch) -> float:
    """Return what orders those in which nothing is wrong: the bound, else the agreed moment, else the next look."""
    bound = watch.sight.bound if watch.sight and watch.phase == "expiring" else None
    at = bound or watch.planned_at or watch.next_at
    return at.timestamp() if at else float("inf")


def answers(one: Shown, sought: Sought, client: str = "", ref: str = "") -> bool:
    """Whether a watch is one that is looked for, by its name, its migration's client or number."""
    watch = one.watch
    return not sought or sought.found("\n".join(map(fold, (watch.display, watch.name, client))), ref=ref)


# -- in words


def trouble(found: Trouble, operators: Mapping[str, str]) -> Message:
    """Return what is wrong in words, with whom it is about; `operators`: of resolvers, by id."""
    what = Message(f"watches.wrong.{found.kind}")
    if not found.names:
        return what
    return Message("watches.about", {"what": what, "names": _named(found.names, operators)})


def _named(names: Sequence[str], operators: Mapping[str, str]) -> Message | str:
    """Return the first few of some names of hosts or ids of resolvers as people know them; the rest is counted."""
    known = list(dict.fromkeys(operators.get(name, name) for name in names))
    told = ", ".join(known[:NAMED])
    more = len(known) - NAMED
    return Message("watches.and_more", {"names": told}, more) if more > 0 else told


def standing(one: Shown, *, somebody: bool) -> Message:
    """Return how a watch is in which nothing is known to be wrong: well, or why that is not known."""
    if one.watch.phase == "ended":
        return Message(f"watches.end.{one.watch.end or 'over'}")
    if one.well:
        return Message("watches.well")
    if not somebody:
        return Message("watches.unknown")
    return Message("watches.not_looked" if one.watch.sight is None else "watches.doubtful")


def bound(watch: Watch, now: dt.datetime) -> Message:
    """Return until when caches may hold what was, or why nobody can say."""
    seen = watch.sight
    if watch.phase == "ended":
        return (
            Message("watches.bound.ended", {"at": moment(watch.ended_at)})
            if watch.ended_at
            else Message("watches.phase.ended")
        )
    if seen is None:
        return Message("watches.bound.unseen")
    if watch.phase in ("planned", "eve", "switching") and not (seen.moves and seen.published):
        return Message("watches.bound.before")
    if seen.bound is None:
        return Message("watches.bound.unknown")
    return Message("watches.bound.passed" if seen.bound <= now else "watches.bound", {"at": seen.bound})


def next_look(watch: Watch, now: dt.datetime) -> Message:
    """Return when it is looked at next, as people say it who look at a clock."""
    if watch.next_at is None:
        return Message("watches.next.none")
    ahead = watch.next_at - now
    if ahead <= dt.timedelta():
        return Message("watches.next.due")
    if ahead < _HOUR:
        return Message("due.in_minutes", {"minutes": max(ahead // dt.timedelta(minutes=1), 1)})
    if ahead < _DAY:
        return Message(
            "watches.next", {"when": Message("due.in_hours", {"hours": ahead // _HOUR}), "at": watch.next_at}
        )
    return Message("watches.next.day", {"at": watch.next_at})


def counted(seen: Sight, operators: Mapping[str, str]) -> Message:
    """Return in words what resolvers said: how many have what is new, and which what was."""
    asked = seen.new_count + seen.old_count + seen.other_count
    if not asked:
        return Message("watches.counts.silent" if seen.silent_count else "watches.counts.none")
    values = {"new": seen.new_count, "asked": asked}
    if not seen.old:
        return Message("watches.counts", values)
    return Message("watches.counts.old", {**values, "names": _named(seen.old, operators)})


def client(watch: Watch, now: dt.datetime) -> Message:
    """Return what the client may be told of it, to be copied by a person: only what is sure, never what is wrong."""
    seen, values = watch.sight, {"name": watch.display}
    sure = watch.blind_since is None and not transitions.wrong_now(watch)
    if watch.phase in ("after", "ended") and seen is not None and seen.propagated and sure:
        return Message("watches.client.after", values)
    if watch.phase == "expiring" and seen is not None and seen.switched is not None:
        told = {**values, "switched": seen.switched}
        if seen.bound is not None and seen.bound > now:
            return Message("watches.client.expiring", {**told, "bound": seen.bound})
        return Message("watches.client.unbounded", told)
    if watch.phase == "switching" and seen is not None and seen.began:
        return Message("watches.client.switching", values)
    if watch.planned_at is not None and watch.phase in ("planned", "eve") and watch.planned_at > now:
        return Message("watches.client.planned", {**values, "at": moment(watch.planned_at)})
    return Message("watches.client.followed", values)


# -- new against old over time


class Point(NamedTuple):
    """What resolvers said in a round: when it was (UTC), and how many had what is new, what was, neither."""

    at: dt.datetime
    new: int
    old: int
    other: int


def line(sights: Sequence[Sight]) -> list[Point]:
    """Return what resolvers said over time, the oldest first; rounds in which none was asked or answered tell nothing.

    Between two points all stayed as in the first: rounds that say the same as the one before are not kept.
    """
    return [
        Point(seen.at, seen.new_count, seen.old_count, seen.other_count)
        for seen in sights
        if seen.new_count + seen.old_count + seen.other_count
    ]


def small(points: Sequence[Point], until: dt.datetime) -> list[tuple[float, float, float]]:
    """Return points as a small line draws them: where between the first and `until`, shares of new and of old; 0 to 1.

    The last one holds `until` then (UTC).
    """
    if not points:
        return []
    begins = points[0].at
    whole = (until - begins).total_seconds()
    found = []
    for point in points:
        asked = point.new + point.old + point.other
        x = (point.at - begins).total_seconds() / whole if whole > 0 else 0.0
        found.append((round(min(max(x, 0.0), 1.0), 3), round(point.new / asked, 3), round(point.old / asked, 3)))
    return [*found, (1.0, *found[-1][1:])]


def _old(watch: Watch) -> tuple[str, ...]:
    return watch.sight.old if watch.sight else ()


def moment_of(at: object) -> dt.datetime | None:
    """Return a moment as the desk writes it in plain JSON; None where there is none."""
    try:
        return dt.datetime.fromisoformat(str(at))
    except ValueError:
        return None
