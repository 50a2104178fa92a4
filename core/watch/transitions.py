"""What has come true of a watch since it was last looked at: pure, from what stands, what was seen, and now."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from core.migration.event import iso, moment
from core.watch.phases import ends_at, entered, next_look, pace_of
from core.watch.plan import Plan
from core.watch.sight import Sight
from core.watch.watch import End, Watch

Kind = Literal[
    "began",
    "published",
    "server_wrong",
    "servers_right",
    "propagated",
    "past_usual",
    "past_latest",
    "old_again",
    "new_again",
    "switched_back",
    "undelegated",
    "delegated_again",
    "certificate",
    "certificate_good",
    "mail_silent",
    "mail_answers",
    "blind",
    "sees_again",
    "lower_ttls",
    "look_stale",
    "unconfirmed_switch",
    "not_everywhere",
]


@dataclass(frozen=True, slots=True)
class Transition:
    """Something that has come true: `at` is when it was seen (UTC), `since` since when it is so, None where unknown.

    `which`: the how manieth of its kind, from 1. `gap`: since when nobody had looked before, where that was longer than
    it should have been: it may have happened at any time since. `details`: plain JSON, what there is to say.
    """

    kind: Kind
    at: dt.datetime
    since: dt.datetime | None = None
    which: int = 1
    gap: dt.datetime | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What tells it from all others of its watch."""
        return f"{self.kind}.{self.which}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the migration of a watch says; as it stands alone, nothing.

    `confirmed`: whether the client's test is confirmed, None where there is nobody to confirm one. `switched`,
    `visible`: whether somebody has told already that the name servers were changed, that the domain is seen on ours.
    `stale`: whether the look before the switch counts no more.
    """

    confirmed: bool | None = None
    switched: bool = False
    visible: bool = False
    stale: bool = False


ALONE = Facts()

WRONG: frozenset[Kind] = frozenset(
    (
        *("server_wrong", "old_again", "switched_back", "certificate", "mail_silent", "blind", "past_latest"),
        *("unconfirmed_switch", "undelegated", "not_everywhere"),
    )
)
"""What somebody is to see to; it is acknowledged until none of it holds any more."""

_ALARMS: frozenset[Kind] = frozenset(
    ("server_wrong", "old_again", "switched_back", "undelegated", "mail_silent", "unconfirmed_switch")
)
"""What people are told of though they have taken note of something else: sites or mail do not work by it."""
_TOLD_A_DAY = 3
"""So often in a day people are told of one kind of transition of a watch: what flaps is told, not each time."""
_DAY = dt.timedelta(days=1)

_Marks = dict[str, dict[str, Any]]


class _Sights(NamedTuple):
    """What conditions are asked of."""

    watch: Watch
    sight: Sight
    plan: Plan
    now: dt.datetime
    facts: Facts

    def on(self, kind: Kind) -> bool:
        """Return whether something had come true before, and has held since."""
        return is_on(self.watch, kind)

    @property
    def switched(self) -> bool | None:
        """Whether all of the parent refers to the new servers; None where it could not be asked.

        Nor can it be told of whoever has lost what was heard before the switch.
        """
        return self.sight.published if self.sight.moves else None if self.on("published") else False

    @property
    def waits(self) -> bool:
        """Whether the rest of the parent, or caches, are waited for, for the first time since the switch."""
        arrived = self.sight.propagated or self.on("propagated") or self.on("old_again")
        return bool(self.switched or self.sight.began) and not arrived

    @property
    def since(self) -> dt.datetime | None:
        """Since when that is so: of a switch that only a part of the parent has, or to other servers, when seen."""
        return self.sight.switched or seen_at(self.watch, "began")


class _Condition(NamedTuple):
    """When something holds (None: cannot be told, so it is as before).

    `twice`: only if two rounds running say so; `better`: what is told when it has ended.
    """

    kind: Kind
    holds: Callable[[_Sights], bool | None]
    twice: bool = False
    better: Kind | None = None


def _asked(sight: Sight, plan: Plan) -> bool:
    """Tell whether whoever is to be asked while caches expire was asked: a look of an earlier phase asks fewer."""
    return sight.resolvers_asked or not plan.phases["expiring"].resolvers


def _past(s: _Sights, hours: float) -> bool | None:
    if s.switched and not _asked(s.sight, s.plan):
        # After a long sleep it may have arrived long ago.
        return None
    return s.waits and s.since is not None and s.now >= s.since + dt.timedelta(hours=hours)


def _undelegated(s: _Sights) -> bool:
    """Whether the parent says that there is no such zone: expired, blocked or deleted."""
    return "not_delegated" in s.sight.errors


def _back(s: _Sights) -> bool | None:
    # Where the parent could not be asked, or leads nowhere, nobody can say that it leads to the old servers again.
    return (
        None
        if _undelegated(s) or s.switched is None
        else s.switched is False and (s.on("published") or s.on("switched_back"))
    )


def _published(s: _Sights) -> bool | None:
    # What was seen once to be otherwise is no way back yet: that is seen twice.
    return s.switched or (False if s.on("switched_back") else None if s.on("published") else s.switched)


def _wrong(s: _Sights) -> bool | None:
    # Where they differ, nobody knows which of them is.
    return None if s.switched is None else s.switched and (bool(s.sight.wrong) or s.sight.consistent is False)


def _old_again(s: _Sights) -> bool | None:
    if not s.sight.resolvers_asked:
        return None
    return bool(s.sight.old) and (s.on("propagated") or s.on("old_again"))


def _certificate(s: _Sights) -> bool | None:
    until = s.sight.certificate_until
    return None if until is None else until - s.now < dt.timedelta(days=s.plan.limits.certificate_days)


def _mail(s: _Sights) -> bool | None:
    return None if s.sight.mail == "unasked" else s.sight.mail == "silent"


def _high_ttls(s: _Sights) -> bool | None:
    if s.watch.phase != "eve":
        return False
    low = s.plan.limits.low_ttl_minutes * 60
    return None if s.sight.longest_ttl is None else s.sight.longest_ttl > low


def _propagated(s: _Sights) -> bool | None:
    if not s.switched:
        return False if s.on("switched_back") or not s.on("published") else None
    if s.on("old_again"):
        return None
    # That somebody has old data again is another thing: `old_again`, seen twice, ends it.
    return s.sight.propagated or s.on("propagated")


_CONDITIONS: tuple[_Condition, ...] = (
    _Condition("began", lambda s: s.sight.began or s.switched),
    _Condition("undelegated", _undelegated, twice=True, better="delegated_again"),
    _Condition("switched_back", _back, twice=True),
    _Condition("published", _published),
    _Condition("unconfirmed_switch", lambda s: (s.sight.began or bool(s.switched)) and s.facts.confirmed is False),
    _Condition("server_wrong", _wrong, twice=True, better="servers_right"),
    _Condition("propagated", _propagated),
    _Condition("old_again", _old_again, twice=True, better="new_again"),
    _Condition("past_usual", lambda s: _past(s, s.plan.limits.usual_hours)),
    _Condition("past_latest", lambda s: _past(s, s.plan.limits.latest_hours)),
    _Condition("certificate", _certificate, better="certificate_good"),
    _Condition("mail_silent", _mail, twice=True, better="mail_answers"),
    _Condition("lower_ttls", _high_ttls),
    _Condition("look_stale", lambda s: s.watch.phase == "eve" and s.facts.stale),
)
"""What may come true of a watch, in the order in which it is told."""


def is_on(watch: Watch, kind: Kind) -> bool:
    """Return whether something has come true of a watch and holds still."""
    return bool((watch.marks or {}).get(kind, {}).get("on"))


def wrong_now(watch: Watch) -> tuple[Kind, ...]:
    """Return what somebody is to see to, in the order of the table."""
    kinds: tuple[Kind, ...] = (*(one.kind for one in _CONDITIONS), "blind", "not_everywhere")
    return tuple(kind for kind in kinds if kind in WRONG and is_on(watch, kind))


def changed(
    watch: Watch, sight: Sight | None, plan: Plan, now: dt.datetime, facts: Facts = ALONE, draw: float = 0.5
) -> tuple[Watch, tuple[Transition, ...]]:
    """Return a watch after a look, and what has come true; `sight` None: nobody answered anything.

    `now` is when the look has ended (UTC); `draw`: as in `core.watch.phases.next_look`.
    """
    marks: _Marks = {kind: dict(mark) for kind, mark in (watch.marks or {}).items()}
    gap = _gap(watch, plan, now)
    found: list[Transition] = []
    if sight is None:
        # A clock that ran ahead may have said that it is not so yet.
        since = min(watch.blind_since or now, now)
        seen = replace(watch, blind_since=since)
        if now - since >= dt.timedelta(minutes=plan.limits.blind_minutes) and not is_on(watch, "blind"):
            found.append(_come_true(marks, "blind", now, since=since))
    else:
        # The phase of the clock: what is seen may be of the next already.
        seen = replace(entered(watch, plan, now), sight=sight, looked_at=sight.at, blind_since=None)
        if is_on(watch, "blind"):
            marks["blind"]["on"] = False
            found.append(_come_true(marks, "sees_again", now, since=watch.blind_since, holds=False))
        found += _compared(_Sights(seen, sight, plan, now, facts), marks, gap, first=watch.rounds == 0)
    after = entered(replace(seen, marks=marks, rounds=watch.rounds + 1), plan, now)
    if (ends := ends_at(after, plan.limits)) is not None and now >= ends and _may_end(after, sight, plan, now):
        if after.phase == "expiring":
            found.append(_come_true(marks, "not_everywhere", now, details={"old": list(_old(after))}))
        end: End = "over" if after.phase == "after" else "not_everywhere"
        after = replace(after, phase="ended", phase_since=now, ended_at=now, end=end)
    for one in found:
        if one.kind in plan.notices and is_told(watch, one):
            marks[one.kind]["told"] = [*_told_lately(watch, one), iso(now)]
    after = replace(after, marks=marks, next_at=_next(after, marks, plan, now, draw))
    if after.acknowledged and not wrong_now(after):
        after = replace(after, acknowledged=None)
    return after, tuple(found)


def _may_end(watch: Watch, sight: Sight | None, plan: Plan, now: dt.datetime) -> bool:
    """Tell whether a look is one by which a watch may end: after a sleep of weeks that is not any."""
    if sight is None:
        return watch.blind_since is not None and now - watch.blind_since >= dt.timedelta(days=plan.limits.give_up_days)
    return watch.phase == "after" or (watch.phase == "expiring" and _asked(sight, plan))


def is_told(before: Watch, transition: Transition) -> bool:
    """Tell whether people are told of a transition.

    Not of what they have taken note of, until it gets better; nor of what comes and goes, after so many times in a day.
    """
    return not is_noted(before, transition.kind) and len(_told_lately(before, transition)) < _TOLD_A_DAY


def is_noted(watch: Watch, kind: str) -> bool:
    """Tell whether people have taken note of something that is wrong, or of enough for it to be quiet."""
    if not watch.acknowledged or kind not in WRONG:
        return False
    noted = watch.acknowledged.get("kinds")
    return noted is None or kind not in _ALARMS or kind in noted.split()


def _told_lately(watch: Watch, transition: Transition) -> list[str]:
    """Return when people were told of a kind of transition in the day before this one."""
    told = (watch.marks or {}).get(transition.kind, {}).get("told", ())
    return [at for at in told if (then := moment(at)) and abs(transition.at - then) < _DAY]


def _compared(s: _Sights, marks: _Marks, gap: dt.datetime | None, *, first: bool) -> list[Transition]:
    found: list[Transition] = []
    for one in _CONDITIONS:
        mark = marks.setdefault(one.kind, {})
        # Of what came true in this round the later conditions know.
        asked = s._replace(watch=replace(s.watch, marks=marks))
        holds = one.holds(asked)
        if holds is None:
            continue
        if holds and not mark.get("on"):
            if one.twice and not _is_sure(mark):
                continue
            told = _come_true(marks, one.kind, s.now, since=_since(one.kind, s), gap=gap, details=_details(one.kind, s))
            if not (first and _known(one.kind, s.facts)):
                found.append(told)
            if one.kind in ("switched_back", "old_again"):
                marks.setdefault("propagated", {})["on"] = False
        elif not holds:
            _doubted_less(mark)
            if mark.get("on"):
                mark["on"] = False
                if one.better is not None:
                    found.append(_come_true(marks, one.better, s.now, gap=gap, holds=False))
                if one.kind == "old_again" and s.sight.propagated:
                    # It had arrived before: that is told as such, not as an arrival.
                    marks["propagated"]["on"] = True
    return found


def _is_sure(mark: dict[str, Any]) -> bool:
    """Note that something was seen that counts when seen twice; return whether it was.

    Twice running, or a third time without two good looks running in between: what is wrong every other look is wrong.
    """
    times, good = int(mark.get("once", 0)) + 1, mark.pop("good", False)
    mark["once"] = times
    return times > 2 or (times == 2 and not good)


def _doubted_less(mark: dict[str, Any]) -> None:
    """Note that something that was seen is not so now: after two such looks running it is forgotten."""
    if mark.get("once") and not mark.pop("good", False):
        mark["good"] = True
    else:
        mark.pop("once", None)


def _known(kind: Kind, facts: Facts) -> bool:
    """Return whether what a first look sees was told by somebody before."""
    return (kind in ("began", "published") and facts.switched) or (kind == "propagated" and facts.visible)


def _since(kind: Kind, s: _Sights) -> dt.datetime | None:
    switched, bound = s.sight.switched, s.sight.bound
    if kind in ("published", "unconfirmed_switch"):
        return switched
    if kind == "propagated":
        # A resolver may have been the last, at nobody knows what time; the bound is known where it has just come.
        last = s.watch.phase_since
        return bound if bound is not None and last <= bound <= s.now and s.sight.state == "expired" else None
    limits = s.plan.limits
    hours = {"past_usual": limits.usual_hours, "past_latest": limits.latest_hours}.get(kind)
    return None if hours is None or s.since is None else s.since + dt.timedelta(hours=hours)


def _details(kind: Kind, s: _Sights) -> dict[str, Any]:
    sight = s.sight
    given: dict[str, Any] = {
        "servers": list(sight.servers),
        "wrong": list(sight.wrong),
        "old": list(sight.old),
        "bound": iso(sight.bound),
        "switched": iso(sight.switched),
        "certificate_until": iso(sight.certificate_until),
        "longest_ttl": sight.longest_ttl,
        "planned_at": iso(s.watch.planned_at),
    }
    return {name: given[name] for name in _DETAILS.get(kind, ()) if given[name]}


_DETAILS: dict[Kind, tuple[str, ...]] = {
    "began": ("servers",),
    "published": ("servers", "switched", "bound"),
    "unconfirmed_switch": ("servers", "switched"),
    "switched_back": ("servers",),
    "server_wrong": ("wrong", "servers"),
    "propagated": ("switched", "bound"),
    "old_again": ("old",),
    "past_usual": ("old", "switched", "bound"),
    "past_latest": ("old", "switched", "bound"),
    "certificate": ("certificate_until",),
    "lower_ttls": ("longest_ttl", "planned_at"),
    "look_stale": ("planned_at",),
}


def _come_true(
    marks: _Marks,
    kind: Kind,
    now: dt.datetime,
    *,
    since: dt.datetime | None = None,
    gap: dt.datetime | None = None,
    details: Mapping[str, Any] | None = None,
    holds: bool = True,
) -> Transition:
    mark = marks.setdefault(kind, {})
    which = int(mark.get("n", 0)) + 1
    mark.update(n=which, at=iso(now), on=holds)
    mark.pop("once", None)
    mark.pop("good", None)
    return Transition(kind, now, since, which, gap, details or {})


def _gap(watch: Watch, plan: Plan, now: dt.datetime) -> dt.datetime | None:
    """Return since when nobody has looked, where a look came later than twice its interval."""
    if watch.looked_at is None or watch.phase == "ended":
        return None
    return watch.looked_at if now - watch.looked_at > 2 * pace_of(watch, plan, now).every else None


def _next(watch: Watch, marks: _Marks, plan: Plan, now: dt.datetime, draw: float) -> dt.datetime | None:
    usual = next_look(watch, plan, now, draw)
    if usual is None or not any(mark.get("once") for mark in marks.values()):
        return usual
    # What was seen once is looked at again soon.
    return min(usual, now + plan.phases["switching"].every)


def _old(watch: Watch) -> tuple[str, ...]:
    return watch.sight.old if watch.sight else ()


def seen_at(watch: Watch, kind: Kind) -> dt.datetime | None:
    """Return when something was last seen to come true; None where it never was."""
    return moment((watch.marks or {}).get(kind, {}).get("at"))
