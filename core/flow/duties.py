"""What a desk does today: a line a migration, with all its reasons what is done about it; and the desk's numbers."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from core.flow.history import FINISHED, finished_at
from core.ground.clock import WARSAW
from core.ground.messages import Grosze
from core.migration.agreed import ACCEPTED
from core.migration.client_message import REMINDER
from core.migration.clocks import running
from core.migration.fee import fee_of
from core.migration.migration import Domain, Migration
from core.migration.ranking import AGREED_DAY, SECOND_SYNC, UNOWNED, List, Ranked, Reason, ranked
from core.migration.stages import FIRST_OF_DOMAINS, STEPS, SWITCHED, Process, position
from core.pricing.tariff import Tariff

RECENT = dt.timedelta(days=30)

Deed = Literal["move", "check", "open", "take", "tick"]
"""What a button does: opens the gate, leads to the check of the DNS, or to the migration itself; makes whoever sits
here its owner; ticks a check of the migration in one of its ways."""

_DEEDS: Mapping[str, Deed] = {
    "dns": "check",
    "hosting": "open",
    "registration": "open",
    UNOWNED: "take",
    SECOND_SYNC: "tick",
}
"""What is done about a kind of reason; about every other one, the gate is gone through."""

_RUNG = ("package", "data", "date", "test", "passwords", AGREED_DAY)
"""Kinds about which the client is rung, as far as it is the client who is waited for."""


@dataclass(frozen=True, slots=True)
class Action:
    """What a button of a line does, and its `verb` (an id).

    `step`: the step whose domains are meant, None where the stage is the migration's own. `way`: how the check `item`
    is ticked. `domains`: those that are looked up.
    """

    deed: Deed
    verb: str
    step: str | None = None
    item: str = ""
    way: str = ""
    domains: tuple[Domain, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What the client is told, and about which domains: the message of a stage, or REMINDER of the agreed day."""

    message: str
    about: tuple[Domain, ...]


Freeze = Literal["missing", "announced", "on", "over"]
"""Whether the client knows that nothing may be changed on the site: `on` from the move until all is visible.

`missing`: nobody noted that the client was told, be it before the move or during it.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A migration that somebody is to see to: why, the most harmful first, and what can be done there and then.

    `rings`: the client is to be rung; `tells` what they hear then, None where there is nothing to be said but what is.
    `freeze`: on the agreed day and on its eve.
    """

    migration: Migration
    list: List
    reasons: tuple[Reason, ...]
    actions: tuple[Action, ...]
    rings: bool
    tells: Told | None
    freeze: Freeze | None


def lines(migrations: Iterable[Migration], process: Process, now: dt.datetime) -> list[Line]:
    """Return a line for each migration that needs somebody, in the one order of `ranking`."""
    return [_line(one, one.list, now) for one in ranked(migrations, process, now) if one.list is not None]


def mine(migrations: Iterable[Migration], owner: str) -> list[Migration]:
    """Return the migrations that somebody sees to: their own, and those that nobody does."""
    return [m for m in migrations if m.owner in ("", owner)]


def _line(one: Ranked, list: List, now: dt.datetime) -> Line:
    m = one.migration
    why = tuple(reason for reason in one.reasons if reason.list is not None)
    rung = [reason for reason in why if _to_ring(m, reason)]
    today = m.planned_at is not None and m.planned_at.astimezone(WARSAW).date() == now.astimezone(WARSAW).date()
    return Line(
        migration=m,
        list=list,
        reasons=why,
        actions=_actions(m, why),
        rings=bool(rung),
        tells=next((told for reason in rung if (told := _told(m, reason, now)) is not None), None),
        freeze=freeze(m) if (m.open and today) or any(reason.kind == AGREED_DAY for reason in why) else None,
    )


def _to_ring(m: Migration, reason: Reason) -> bool:
    if reason.kind not in _RUNG or (reason.state == "ours" and reason.kind != AGREED_DAY):
        return False
    # A domain's test is the client's; of its own stages a migration says whom it waits for.
    return reason.kind in (AGREED_DAY, "test") or _early(m, reason) or m.waiting_on == "client"


def _early(m: Migration, reason: Reason) -> bool:
    """Whether a duty runs before its stage is reached: that of the passwords does from the synchronisation on."""
    return reason.stage not in STEPS and reason.stage != m.stage


def _told(m: Migration, reason: Reason, now: dt.datetime) -> Told | None:
    about = reason.domains or tuple(m.active)
    if reason.kind != AGREED_DAY:
        # That all is done is told once it is.
        return None if _early(m, reason) else Told(reason.stage, about)
    if reason.state == "ours":
        return Told(FIRST_OF_DOMAINS, about)
    if reason.state == "late":
        # What is said of a day that was broken is nobody's to write beforehand.
        return None
    return Told(REMINDER if ACCEPTED in m.checks else "date", about)


def _actions(m: Migration, why: tuple[Reason, ...]) -> tuple[Action, ...]:
    """Return what is done about the most harmful reason; and who takes what nobody looks after."""
    # What runs early is dealt with on the way, where anything else is to be done.
    first = next((reason for reason in why if not _early(m, reason)), why[0])
    found = list(_action(m, first))
    if first.kind != UNOWNED and any(reason.kind == UNOWNED for reason in why):
        found.append(Action("take", UNOWNED))
    return tuple(found)


def _action(m: Migration, reason: Reason) -> Iterable[Action]:
    deed = _DEEDS.get(reason.kind, "move")
    # A duty that runs before its stage is reached is ticked on the migration's own page.
    if deed == "move" and _early(m, reason):
        deed = "open"
    if deed == "tick":
        return [Action("tick", f"{reason.kind}.{way}", item=reason.kind, way=way) for way in ("done", "not_needed")]
    return [Action(deed, _verb(m, reason), reason.stage if reason.stage in STEPS else None, domains=reason.domains)]


def _verb(m: Migration, reason: Reason) -> str:
    if reason.kind == AGREED_DAY:
        return f"{AGREED_DAY}.near" if reason.state == "theirs" else AGREED_DAY
    if reason.kind == "package" and m.waiting_on == "us":
        return "package.server"
    return reason.kind


def freeze(m: Migration) -> Freeze:
    """Return whether the client of a migration knows of the freeze."""
    if position(m.stage) >= position(FINISHED):
        return "over"
    if "freeze" not in m.checks:
        return "missing"
    return "on" if position(m.stage) >= position(FIRST_OF_DOMAINS) else "announced"


def unclocked(migrations: Iterable[Migration], process: Process, now: dt.datetime) -> int:
    """Return of how many open migrations nobody knows since when they stand where a clock would run."""
    return sum(
        any(clock.state == "unknown" for clock in running(m, process, now))
        or any(d.step == "dns" and d.entered.get("dns") is None and SWITCHED not in d.checks for d in m.active)
        for m in migrations
        if m.open and m.hold is None
    )


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
