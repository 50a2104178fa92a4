"""What the events of a migration say of its way: on which days it came how far, and whom it waited for meanwhile.

Of a way gone twice, after rework or the correction of a wrong move, the last time counts. A day that nobody told is
unknown, and so is one that cannot be, being after what came later.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from core.ground.clock import WARSAW
from core.migration.event import Event, moment, tells_of_way
from core.migration.fee import package_of
from core.migration.migration import Migration
from core.migration.rebuilding import apply
from core.migration.stages import DONE, STAGES, position
from core.pricing.tariff import Tariff

STARTED, FINISHED = "analysis", "passwords"
"""The stages that work has started with: the data is complete; and finished: all domains are visible."""

WORKED = STAGES[STAGES.index(STARTED) : STAGES.index(FINISHED)]
"""The stages between the two: those of work in progress."""

Group = Literal["shared", "vps", "other"]
GROUPS: tuple[Group, ...] = ("shared", "vps", "other")
"""Where to migrations go: the group of their package; other where the tariff knows none by that name."""

Waited = Literal["us", "client", "hold", "unknown"]
"""Whom a migration waits for; on hold it waits for neither."""


@dataclass(frozen=True, slots=True)
class Span:
    """Whom a migration waited for from one moment until another, UTC; `until` is None while it still does."""

    since: dt.datetime
    until: dt.datetime | None
    side: Waited


@dataclass(frozen=True, slots=True)
class Item:
    """A migration as the figures see it; days are those of Warsaw, None where unknown or still to come.

    `stage` is the card's, that of its least advanced domain. `began`, `done`, `dropped`: whether it has started,
    finished, been cancelled, be the day known or not. `left`: when it left each stage before its own for the last
    time. `reworks`: how often a domain failed the client's test, or its switch.
    """

    id: int | None
    ref: str
    client: str
    owner: str
    domains: int
    group: Group
    stage: str
    open: bool
    held: bool
    waiting_on: str
    sample: bool
    reworks: int
    began: bool
    done: bool
    dropped: bool
    enquired: dt.date | None
    started: dt.date | None
    finished: dt.date | None
    closed: dt.date | None
    cancelled: dt.date | None
    left: Mapping[str, dt.date | None]
    spans: tuple[Span, ...]

    @property
    def in_progress(self) -> bool:
        """Whether it has started, and neither finished nor been cancelled."""
        return self.began and not self.done and not self.dropped

    @property
    def cycle_time(self) -> int | None:
        """Days from started to finished, both counted; None where a day is unknown or to come."""
        return _days(self.started, self.finished)

    @property
    def lead_time(self) -> int | None:
        """Days from the enquiry to closed, both counted; None where a day is unknown or to come."""
        return _days(self.enquired, self.closed)

    def age(self, today: dt.date) -> int | None:
        """Return the days that it is in progress, today counted; None where it is not, or its start is unknown."""
        return _days(self.started, today) if self.in_progress else None


def group_of(m: Migration, tariff: Tariff) -> Group:
    """Return the group of a migration."""
    package = package_of(m, tariff)
    return package.group if package else "other"


def finished_at(m: Migration) -> dt.datetime | None:
    """Return the moment since which all domains are visible; None where some are not, or where it is unknown.

    The domains say so themselves; where one that was not visible was withdrawn, no sooner than that.
    """
    if not _is_at(m, FINISHED):
        return None
    moments = [d.entered.get(DONE) for d in m.active]
    known = [at for at in (*moments, m.entered.get(FINISHED)) if at is not None]
    return max(known) if None not in moments and known else None


def item(events: Iterable[Event], tariff: Tariff, id: int | None = None) -> Item:
    """Return what the history of a migration says, from its first event on; it may lack what tells not of its way."""
    m, visits, waits, reworks = Migration(), list[_Visit](), _Waits(), _Reworks()
    for event in events:
        if not tells_of_way(event):
            continue
        before = m.stage if m.seq else ""
        apply(m, event)
        if m.stage != before:
            visits.append(_Visit(m.stage, m.entered.get(m.stage)))
        elif event.kind in ("dated", "undone"):
            _date(visits, m)
        reworks.take(event)
        waits.take(m, event)
    over = moment(m.cancelled["since"]) if m.cancelled else m.entered.get("closed") if m.stage == "closed" else None
    told = {stage: _day(at) for stage, at in m.entered.items()}
    cancelled = _day(over) if m.cancelled else None
    closed = _day(over) if m.cancelled is None else None
    days = [told.get("package"), told.get(STARTED) if _is_at(m, STARTED) else None, _day(finished_at(m))]
    enquired, started, finished = _possible(days, _day(over))
    return Item(
        id=id,
        ref=m.ref,
        client=m.client,
        owner=m.owner,
        domains=len(m.active),
        group=group_of(m, tariff),
        stage=m.stage,
        open=m.open,
        held=m.hold is not None and m.open,
        waiting_on=m.waiting_on,
        sample=m.sample,
        reworks=reworks.count,
        began=_is_at(m, STARTED),
        done=_is_at(m, FINISHED),
        dropped=m.cancelled is not None,
        enquired=enquired,
        started=started,
        finished=finished,
        closed=closed,
        cancelled=cancelled,
        left=_left(visits, m.stage),
        spans=waits.until(over),
    )


def _is_at(m: Migration, stage: str) -> bool:
    return position(m.stage) >= position(stage)


def _day(at: dt.datetime | None) -> dt.date | None:
    return at.astimezone(WARSAW).date() if at else None


def _days(first: dt.date | None, last: dt.date | None) -> int | None:
    return (last - first).days + 1 if first and last else None


def _possible(days: list[dt.date | None], end: dt.date | None) -> list[dt.date | None]:
    """Return days in the order of the process; one that comes after a later one is unknown."""
    found: list[dt.date | None] = []
    for day in reversed(days):
        kept = day if day and not (end and day > end) else None
        end = kept or end
        found.insert(0, kept)
    return found


# -- from stage to stage


@dataclass(slots=True)
class _Visit:
    stage: str
    at: dt.datetime | None


def _date(visits: list[_Visit], m: Migration) -> None:
    """Take over corrected dates: those of the last visit to each stage, on this side of the last way back."""
    seen = set[str]()
    for visit in reversed(visits):
        if visit.stage not in seen and visit.stage in m.entered:
            visit.at = m.entered[visit.stage]
        seen.add(visit.stage)


def _left(visits: list[_Visit], stage: str) -> dict[str, dt.date | None]:
    """Return when each stage before the present one was left behind for good."""
    found: dict[str, dt.date | None] = {}
    least = position(stage)
    for n in range(len(visits) - 1, 0, -1):
        before = position(visits[n - 1].stage)
        for passed in STAGES[before:least]:
            found[passed] = _day(visits[n].at)
        least = min(least, before)
    return found


# -- what was done once more


class _Reworks:
    """Counts the failures of a history; one that was a slip and taken back at once is none."""

    def __init__(self) -> None:
        self.count = 0
        self.last: dict[str, bool] = {}

    def take(self, event: Event) -> None:
        if event.kind == "undone":
            # Of a domain whose step it sets back, the last way it went is undone.
            for name, parts in event.new["domains"].items():
                self.count -= "step" in parts and self.last.pop(name, False)
        elif event.kind in ("stepped", "corrected", *_FAILED) and event.domain is not None:
            failed = event.kind in _FAILED
            self.count += failed
            self.last[event.domain] = failed


_FAILED = ("reworked", "switched_back")


# -- who was waited for

_MOVING = frozenset(("moved", "stepped", "corrected", "waits", "held", "resumed", "cancelled", "restored"))


class _Waits:
    """Gathers the spans of a history.

    An import tells how far a migration has come, not whom it waited for on the way: until the desk heard of it that is
    unknown.
    """

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.since: dt.datetime | None = None
        self.side: Waited | None = None

    def take(self, m: Migration, event: Event) -> None:
        side = _side(m)
        imported = event.batch is not None and (event.kind in _MOVING or event.item == "waiting_on")
        if self.since is None:
            self.since, self.side = event.occurred_at or event.recorded_at, side
        elif imported:
            self._until(event.recorded_at, "unknown" if self.side else None)
        elif side != self.side:
            # Only an import tells of something without a moment.
            self._until(event.occurred_at or event.recorded_at, self.side)
        self.side = side

    def _until(self, at: dt.datetime, side: Waited | None) -> None:
        assert self.since is not None
        # Told late, and of a time before what was told first: that stays.
        if at > self.since:
            if side is not None:
                self.spans.append(Span(self.since, at, side))
            self.since = at

    def until(self, end: dt.datetime | None) -> tuple[Span, ...]:
        """Return the spans; of what is over only those until its end."""
        if self.side is not None:
            assert self.since is not None
            return (*self.spans, Span(self.since, None, self.side))
        if end is None:
            return tuple(self.spans)
        cut = (Span(s.since, min(s.until or end, end), s.side) for s in self.spans if s.since < end)
        return tuple(cut)


def _side(m: Migration) -> Waited | None:
    if not m.open:
        return None
    return "hold" if m.hold is not None else "us" if m.waiting_on == "us" else "client"
