"""Which migration comes first: why somebody is to see to it, by how much that harms the client; one order everywhere.

What is overdue comes before what is ours to do, that before whom to ring, and what needs nobody yet comes last.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from core.ground import workdays
from core.ground.clock import WARSAW
from core.migration import deadlines
from core.migration.checks import missing
from core.migration.clocks import AGREED, Running, end_of_day, passes_at, running
from core.migration.event import moment
from core.migration.migration import Domain, Migration
from core.migration.stages import FIRST_OF_DOMAINS, STAGES, STEPS, Process, position

AGREED_DAY = "agreed"
"""The kind of what is about the agreed day; clocks are of the kind of their stage."""
SWITCHING = "switch"
"""The kind of the clock that runs until the name servers are changed."""
READY, SECOND_SYNC, UNOWNED = "ready", "second_sync", "unowned"
"""All is ticked and nobody has gone on; the mail is to be synchronised once more; nobody looks after it."""

MAIL_LASTS = dt.timedelta(days=30)
"""How long after it was closed a migration is reminded of mail that may lie at the old host."""

State = Literal["late", "due", "ours", "theirs", "running", "unknown", "paused"]
"""`late`, `due`: overdue; `ours`: ours to do; `theirs`: the client is to be rung. The others need nobody yet."""

List = Literal["overdue", "to_do", "to_ring"]
LISTS: dict[State, List] = {"late": "overdue", "due": "overdue", "ours": "to_do", "theirs": "to_ring"}

OVERDUE: tuple[tuple[str, State], ...] = (
    ("dns", "late"),
    (FIRST_OF_DOMAINS, "late"),
    ("dns", "due"),
    (SWITCHING, "late"),
    ("sync", "late"),
    (AGREED_DAY, "late"),
    ("analysis", "late"),
    ("registration", "late"),
    ("hosting", "late"),
    ("registration", "due"),
    ("hosting", "due"),
    ("passwords", "late"),
    ("date", "late"),
    ("test", "late"),
    ("data", "late"),
    ("package", "late"),
)
"""What harms most first: a client's site that is frozen, a promise that was broken, deadlines of others, then what
only waits."""

TO_DO = (
    *(AGREED_DAY, FIRST_OF_DOMAINS, "sync", SWITCHING, READY, "analysis", "package", "date", "data", "test"),
    *("passwords", SECOND_SYNC, "dns", UNOWNED),
)
"""What is ours to do, by kind, in the same order."""

_CLASSES: dict[State, int] = {"late": 0, "due": 0, "ours": 1, "theirs": 2, "running": 3, "unknown": 4, "paused": 5}
_OVER = 6
_EVER = dt.datetime.max.replace(tzinfo=dt.UTC)
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)

Place = tuple[tuple[int, int, float], ...]
"""What migrations are ordered by: the places of all their reasons, the most harmful first."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a migration is to be seen to: what kind of thing, at which stage, about which domains (none: all of it).

    `at`: the moment, UTC, when it ran out, runs out or began; None where nobody knows.
    """

    kind: str
    state: State
    stage: str
    at: dt.datetime | None
    domains: tuple[Domain, ...] = ()

    @property
    def list(self) -> List | None:
        """The list on which it puts a migration; None where it needs nobody yet."""
        return LISTS.get(self.state)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A migration and its reasons, the most harmful first."""

    migration: Migration
    reasons: tuple[Reason, ...]

    @property
    def list(self) -> List | None:
        """The list on which it stands; None where it needs nobody yet."""
        return self.reasons[0].list if self.reasons else None


def ranked(migrations: Iterable[Migration], process: Process, now: dt.datetime) -> list[Ranked]:
    """Return the migrations, the most harmful first, of equals what has been so for the longest; what is over last."""
    found = [Ranked(m, tuple(reasons(m, process, now))) for m in migrations]
    return sorted(found, key=lambda one: (place(one.migration, one.reasons), one.migration.ref))


def place(m: Migration, why: Sequence[Reason]) -> Place:
    """Return what a migration with these reasons is ordered by; where the first are alike, the next ones tell."""
    places = [_place(reason.kind, reason.state, reason.at) for reason in why]
    if not m.open:
        since = moment(m.cancelled["since"]) if m.cancelled else m.entered.get("closed")
        places.append((_OVER, 0, -(since or _NEVER).timestamp()))
    elif not places:
        # Nothing runs: it has been there since it came.
        kind: State = "paused" if m.hold else "unknown"
        places.append(_place(m.stage, kind, m.entered.get(m.stage)))
    return *places, (_OVER + 1, 0, 0.0)


def most_urgent(clocks: Iterable[Running]) -> Running | None:
    """Return the clock to look at first: the one that harms most, else the one that runs out first."""

    def harm(clock: Running) -> tuple[int, int, float]:
        state: State = "running" if clock.state == "eve" else clock.state
        return _place(_kind(clock), state, clock.late if clock.state == "late" else clock.usual)

    return min(clocks, key=harm, default=None)


def _place(kind: str, state: State, at: dt.datetime | None) -> tuple[int, int, float]:
    nth = 0
    if state in ("late", "due"):
        nth = OVERDUE.index((kind, state)) if (kind, state) in OVERDUE else len(OVERDUE)
    elif state == "ours":
        nth = TO_DO.index(kind) if kind in TO_DO else len(TO_DO)
    elif state == "theirs":
        nth = int(kind != AGREED_DAY)
    return _CLASSES[state], nth, (at or _EVER).timestamp()


def reasons(m: Migration, process: Process, now: dt.datetime, clocks: Sequence[Running] | None = None) -> list[Reason]:
    """Return why a migration is to be seen to, the most harmful first. `clocks`: those that run, where they are known.

    Of one that is over there may still be the second synchronisation of its mail.
    """
    found = _second_sync(m, process, now)
    if m.open:
        known = running(m, process, now) if clocks is None else clocks
        found += _of_clocks(m, known, process, now)
        day = _agreed_day(m, known, process, now)
        found += day
        for one in deadlines.passed(m, process, now):
            state: State = "late" if one.over else "due"
            found.append(Reason(one.kind, state, m.stage, end_of_day(one.until), one.domains))
        if m.hold is None:
            # A day that has come says so itself.
            ready = [] if day and day[0].state != "theirs" else _ready(m, process, now)
            there = {(reason.stage, d.name) for reason in ready for d in reason.domains or m.active}
            found = [r for r in found if not _said(r, m, there)] + ready
            if not m.owner:
                found.append(Reason(UNOWNED, "ours", m.stage, None))
    return sorted(found, key=lambda reason: (_place(reason.kind, reason.state, reason.at), reason.stage))


def _said(reason: Reason, m: Migration, ready: set[tuple[str, str]]) -> bool:
    """Whether a clock only says what can go on anyway."""
    whose = reason.domains or m.active
    return reason.state in ("ours", "theirs") and all((reason.stage, d.name) in ready for d in whose)


# -- clocks


def _kind(clock: Running) -> str:
    return AGREED_DAY if clock.agreed else SWITCHING if clock.before else clock.stage


def _of_clocks(m: Migration, clocks: Iterable[Running], process: Process, now: dt.datetime) -> list[Reason]:
    """Return what the clocks say; those alike of several domains are one."""
    alike: dict[tuple[str, State, str], list[tuple[dt.datetime | None, str | None]]] = defaultdict(list)
    for clock in clocks:
        state = _state(m, clock, process, now)
        if clock.agreed and state not in ("paused", "unknown", "running"):
            continue
        at = clock.late if clock.state == "late" else clock.usual
        alike[_kind(clock), state, clock.stage].append((at, clock.domain))
    return [
        Reason(
            kind,
            state,
            stage,
            min((at for at, _ in of if at is not None), default=None),
            tuple(m.domains[name] for _, name in of if name),
        )
        for (kind, state, stage), of in alike.items()
    ]


def _state(m: Migration, clock: Running, process: Process, now: dt.datetime) -> State:
    if clock.agreed:
        # `_agreed_day` tells of the day itself, whether it was accepted or not.
        return clock.state if clock.state in ("paused", "unknown", "running") else "late"
    if clock.state in ("late", "due", "paused"):
        return clock.state
    side = m.waiting_on if clock.domain is None and clock.stage == m.stage else process.by_id[clock.stage].waits_on
    if side == "us":
        return "ours"
    if clock.state == "unknown" or clock.usual is None:
        return "unknown"
    # What runs before its stage is reached is not rung about before it has run out.
    here = clock.domain is not None or clock.stage == m.stage
    return "theirs" if here and clock.usual <= time_to_ring(now) else "running"


def time_to_ring(now: dt.datetime) -> dt.datetime:
    """Return until when something must run out for the client to be rung now: the end of the next working day."""
    return end_of_day(workdays.working_days_later(now.astimezone(WARSAW).date(), 1))


# -- the agreed day


def _agreed_day(m: Migration, clocks: Iterable[Running], process: Process, now: dt.datetime) -> list[Reason]:
    """Return that the agreed day is here or near, or has passed: broken, whether or not the client ever accepted it."""
    if m.planned_at is None or m.hold is not None or position(m.stage) >= position(FIRST_OF_DOMAINS):
        return []
    day, today = m.planned_at.astimezone(WARSAW).date(), now.astimezone(WARSAW).date()
    until = passes_at(m.planned_at)
    if now >= until:
        return [Reason(AGREED_DAY, "late", m.stage, until)]
    if day == today:
        begins = m.stage == AGREED and not missing(m, None, process, now)
        return [Reason(AGREED_DAY, "ours" if begins else "theirs", m.stage, until)]
    eve = any(clock.state == "eve" for clock in clocks)
    return [Reason(AGREED_DAY, "theirs", m.stage, until)] if eve else []


# -- what nobody counts


def _ready(m: Migration, process: Process, now: dt.datetime) -> list[Reason]:
    """Return the stages, the migration's own or of some of its domains, that all is ticked of."""
    if m.stage not in STEPS:
        stage = process.by_id[m.stage]
        if missing(m, None, process, now):
            return []
        return [Reason(READY, "ours", m.stage, _last(m, stage.id, process))]
    found = []
    for step in STEPS:
        here = tuple(d for d in m.active if d.step == step in STAGES and not missing(m, d, process, now))
        if here:
            moments = [at for d in here if (at := _last(d, step, process)) is not None]
            found.append(Reason(READY, "ours", step, min(moments, default=None), here))
    return found


def _last(subject: Migration | Domain, stage: str, process: Process) -> dt.datetime | None:
    """Return when the last check of a stage was ticked, or else when the stage was entered."""
    ticked = [done.at for check in process.by_id[stage].checks if (done := subject.checks.get(check.id))]
    known = [at for at in (*ticked, subject.entered.get(stage)) if at is not None]
    return max(known, default=None)


def _second_sync(m: Migration, process: Process, now: dt.datetime) -> list[Reason]:
    """Return that the mail which came to the old server until caches expired is to be synchronised, until that is said.

    Not of a history that was written elsewhere, nor where there are no mailboxes, nor of what was closed so long ago
    that the old host has nothing any more.
    """
    if m.hold is not None or m.cancelled is not None or position(m.stage) < position("passwords"):
        return []
    if SECOND_SYNC in m.checks or SECOND_SYNC not in process.checks or not _has_mail(m):
        return []
    closed = m.entered.get("closed")
    if not m.open and (m.edited.get("stage", 0) <= 0 or closed is None or now - closed > MAIL_LASTS):
        return []
    seen = [at for d in m.active if (at := d.visible_at) is not None]
    return [Reason(SECOND_SYNC, "ours", "passwords", max(seen, default=None))]


def _has_mail(m: Migration) -> bool:
    if any(d.mailboxes for d in m.active):
        return True
    return m.mail_accounts != () and any(d.mailboxes is None for d in m.active)
