"""Which phase a watch is in, and when it looks next: pure, from what stands, what the plan says, and now."""

import datetime as dt
from dataclasses import replace

from core.watch.plan import Limits, Pace, Plan
from core.watch.watch import Phase, Watch

_SOONEST = dt.timedelta(seconds=1)


def phase_of(watch: Watch, plan: Plan, now: dt.datetime) -> Phase:
    """Return the phase that a watch is in, by what was seen last and by the clock; one that has ended stays so."""
    if watch.ended_at is not None:
        return "ended"
    seen = watch.sight
    if seen is not None and seen.moves and seen.published:
        return "after" if seen.propagated or _has_arrived(watch) else "expiring"
    if seen is not None and seen.began:
        return "switching"
    if watch.planned_at is None:
        return "planned"
    if now >= watch.planned_at:
        return "switching"
    return "eve" if now >= eve_of(watch, plan.limits) else "planned"


def eve_of(watch: Watch, limits: Limits) -> dt.datetime:
    """Return when the eve of the agreed moment begins: in time for the TTLs to be lowered and to run out."""
    assert watch.planned_at is not None
    ttl = watch.sight.longest_ttl if watch.sight else None
    longest = dt.timedelta(seconds=ttl or 0) + dt.timedelta(hours=limits.eve_beyond_ttl_hours)
    return watch.planned_at - max(dt.timedelta(hours=limits.eve_hours), longest)


def pace_of(watch: Watch, plan: Plan, now: dt.datetime) -> Pace:
    """Return how a watch looks now: as its phase does, but without hurry long after an agreed hour without a sign."""
    pace = plan.phases[watch.phase]
    if watch.phase == "switching" and watch.planned_at is not None and not (watch.sight and watch.sight.began):
        patient = watch.planned_at + dt.timedelta(hours=plan.limits.patient_after_hours)
        if now >= patient:
            return pace.model_copy(update={"minutes": max(pace.minutes, plan.limits.patient_minutes)})
    return pace


def due(watch: Watch, plan: Plan, now: dt.datetime) -> bool:
    """Tell whether a watch is to be looked at now.

    One whose next look lies farther ahead than any interval was told so by a clock that has since been put back.
    """
    if watch.next_at is None:
        return False
    return watch.next_at <= now or watch.next_at - now > plan.longest


def next_look(watch: Watch, plan: Plan, now: dt.datetime, draw: float) -> dt.datetime | None:
    """Return when a watch that was looked at `now` looks next; None once it has ended.

    `draw`: from 0 to 1, what was drawn for it. A moment at which the clock alone makes a difference comes first.
    """
    if watch.phase == "ended":
        return None
    every = pace_of(watch, plan, now).every
    jitter = plan.jitter_percent / 100
    usual = now + every * (1 - jitter + 2 * jitter * draw)
    ahead = (at + _SOONEST for at in moments(watch, plan) if at + _SOONEST > now)
    return min((usual, *ahead))


def moments(watch: Watch, plan: Plan) -> list[dt.datetime]:
    """Return the moments at which the clock alone changes what holds of a watch."""
    limits, found = plan.limits, []
    if watch.planned_at is not None and watch.phase in ("planned", "eve"):
        found += [eve_of(watch, limits), watch.planned_at]
    if watch.phase == "expiring" and watch.sight is not None:
        if watch.sight.bound is not None:
            found.append(watch.sight.bound)
        if watch.sight.switched is not None:
            hours = (limits.usual_hours, limits.latest_hours)
            found += [watch.sight.switched + dt.timedelta(hours=count) for count in hours]
    if (ends := ends_at(watch, limits)) is not None:
        found.append(ends)
    return found


def ends_at(watch: Watch, limits: Limits) -> dt.datetime | None:
    """Return when a watch ends by itself as it stands now; None where only something seen can end it."""
    if watch.phase == "after":
        arrived = _mark(watch, "propagated") or watch.phase_since
        return arrived + dt.timedelta(days=limits.after_days)
    if watch.phase == "expiring" and watch.sight is not None:
        # Without a bound, as if it had been what the hosting terms allow at most.
        start = watch.sight.switched or watch.phase_since
        bound = watch.sight.bound or start + dt.timedelta(hours=limits.latest_hours)
        return bound + dt.timedelta(days=limits.give_up_days)
    return None


def entered(watch: Watch, plan: Plan, now: dt.datetime) -> Watch:
    """Return a watch in the phase that it is in now."""
    phase = phase_of(watch, plan, now)
    return watch if phase == watch.phase else replace(watch, phase=phase, phase_since=now)


def _has_arrived(watch: Watch) -> bool:
    mark = (watch.marks or {}).get("propagated")
    return bool(mark and mark.get("on"))


def _mark(watch: Watch, kind: str) -> dt.datetime | None:
    mark = (watch.marks or {}).get(kind)
    return dt.datetime.fromisoformat(mark["at"]) if mark and mark.get("on") else None
