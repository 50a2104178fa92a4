"""What needs a person: clocks that ran out, in order of harm, those that soon will, and what was agreed for today."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from core.flow.history import FINISHED, finished_at
from core.ground.clock import WARSAW
from core.ground.messages import Grosze
from core.migration import agreed
from core.migration.agreed import Agreed
from core.migration.clocks import Running, State, running
from core.migration.fee import fee_of
from core.migration.gate import at_gate
from core.migration.listing import SOON
from core.migration.migration import Domain, Migration
from core.migration.stages import FIRST_OF_DOMAINS, STAGES, STEPS, SWITCHED, Process, position
from core.pricing.tariff import Tariff

AGREED_DAY = "agreed"
"""The kind of a clock that runs to the agreed day; the others are of the kind of their stage."""

_HARM: tuple[tuple[str, State], ...] = (
    ("dns", "late"),
    (FIRST_OF_DOMAINS, "late"),
    ("dns", "due"),
    (AGREED_DAY, "late"),
    ("analysis", "late"),
    ("passwords", "late"),
    ("date", "late"),
    ("test", "late"),
    ("data", "late"),
)
"""What harms most first: a client's site that is frozen, a promise that was broken, then what only waits."""

RECENT = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Duty:
    """A migration, and a clock of it that ran out (or will) at a moment, UTC; `domains`: those that it runs for.

    `kind`: the stage whose clock it is, or AGREED_DAY. `state`: `late`, `due` (as usual, not yet alarming), `running`.
    """

    migration: Migration
    kind: str
    state: State
    at: dt.datetime
    domains: tuple[str, ...]


def overdue(migrations: Iterable[Migration], process: Process, now: dt.datetime) -> list[Duty]:
    """Return what is overdue, the most harmful first, of equals what is so for the longest."""
    every = list(migrations)
    found = [duty for m in every for duty in _duties(m, running(m, process, now), ("due", "late"))]
    # A day that was proposed and has passed is broken, too, whether or not the client ever accepted it.
    told = {duty.migration.ref for duty in found if duty.kind == AGREED_DAY}
    found += [
        Duty(day.migration, AGREED_DAY, "late", day.migration.planned_at, ())
        for day in agreed.days(every, now)
        if day.late and day.migration.ref not in told and day.migration.planned_at is not None
    ]
    return sorted(found, key=lambda duty: (_harm(duty), duty.at, duty.migration.ref))


def unclocked(migrations: Iterable[Migration], process: Process, now: dt.datetime) -> int:
    """Return of how many open migrations nobody knows since when they stand where a clock would run."""
    return sum(
        any(clock.state == "unknown" for clock in running(m, process, now))
        or any(d.step == "dns" and d.entered.get("dns") is None and SWITCHED not in d.checks for d in m.active)
        for m in migrations
        if m.open and m.hold is None
    )


def soon(migrations: Iterable[Migration], process: Process, now: dt.datetime) -> list[Duty]:
    """Return what will be due within `SOON`, the next first; not what is agreed for today, which has its own list."""
    found = [duty for m in migrations for duty in _duties(m, running(m, process, now), ("running",))]
    today = {due.agreed.migration.ref for due in agreed_today((duty.migration for duty in found), now)}
    wanted = [d for d in found if d.at <= now + SOON and not (d.kind == AGREED_DAY and d.migration.ref in today)]
    return sorted(wanted, key=lambda duty: (duty.at, duty.migration.ref, duty.kind))


def _duties(m: Migration, clocks: Iterable[Running], states: tuple[State, ...]) -> list[Duty]:
    """Return the clocks in some states; those alike of several domains are one."""
    alike: dict[tuple[str, State], list[tuple[dt.datetime, str | None]]] = {}
    for clock in clocks:
        at = clock.late if clock.state == "late" else clock.usual
        if clock.state in states and at is not None:
            key = (AGREED_DAY if clock.agreed else clock.stage, clock.state)
            alike.setdefault(key, []).append((at, clock.domain))
    return [
        Duty(m, kind, state, min(at for at, _ in of), tuple(m.domains[name].display for _, name in of if name))
        for (kind, state), of in alike.items()
    ]


def _harm(duty: Duty) -> int:
    key = (duty.kind, duty.state)
    return _HARM.index(key) if key in _HARM else len(_HARM)


Freeze = Literal["missing", "announced", "on", "over"]
"""Whether the client knows that nothing may be changed on the site: `on` from the move until all is visible.

`missing`: nobody noted that the client was told, be it before the move or during it.
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A migration agreed for today, and whether the client knows of the freeze.

    `tell`: the stage that the client is told of next, `about` these domains.
    """

    agreed: Agreed
    freeze: Freeze
    tell: str
    about: tuple[Domain, ...]


def agreed_today(migrations: Iterable[Migration], now: dt.datetime) -> list[Due]:
    """Return the open migrations agreed for today, in the order of the hours."""
    today = now.astimezone(WARSAW).date()
    return [_due(found) for found in agreed.days(migrations, now) if found.day == today]


def _due(found: Agreed) -> Due:
    m = found.migration
    tell = next_told(m)
    # Each domain goes its own way: only those that stand at the card's stage are the next to be told of.
    going_on = at_gate(m) if tell in STEPS else ()
    return Due(found, freeze(m), tell, tuple(m.domains[name] for name in going_on) or tuple(m.active))


def freeze(m: Migration) -> Freeze:
    """Return whether the client of a migration knows of the freeze."""
    if position(m.stage) >= position(FINISHED):
        return "over"
    if "freeze" not in m.checks:
        return "missing"
    return "on" if position(m.stage) >= position(FIRST_OF_DOMAINS) else "announced"


def next_told(m: Migration) -> str:
    """Return the stage whose message to the client comes next: that after the present one."""
    return STAGES[min(STAGES.index(m.stage) + 1, len(STAGES) - 1)]


@dataclass(frozen=True, slots=True)
class Totals:
    """How many are open, and wait for whom; of them on hold; fees net grosze, of how many open ones.

    `finished`: within the last 30 days; of `unknown` finished ones nobody knows when.
    """

    open: int
    us: int
    client: int
    held: int
    finished: int
    unknown: int
    fees: Grosze
    with_fee: int


def totals(migrations: Iterable[Migration], tariff: Tariff | None, now: dt.datetime) -> Totals:
    """Return the numbers of the desk; without a tariff there are no fees."""
    found, today = list(migrations), now.astimezone(WARSAW).date()
    here = [m for m in found if m.open]
    done = [finished_at(m) for m in found if position(m.stage) >= position(FINISHED)]
    fees = [fee for m in here if tariff and (fee := fee_of(m, tariff, today)) is not None]
    return Totals(
        open=len(here),
        us=sum(m.waiting_on == "us" for m in here),
        client=sum(m.waiting_on == "client" for m in here),
        held=sum(m.hold is not None for m in here),
        finished=sum(at is not None and at.astimezone(WARSAW).date() > today - RECENT for at in done),
        unknown=sum(at is None for at in done),
        fees=Grosze(sum(fees)),
        with_fee=len(fees),
    )
