"""Going through a gate in one step: what its checklist asks is filled in and ticked, then the migration moves on.

All of it happens, or nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from core.ground.clock import WARSAW
from core.ground.messages import FieldError, InputError
from core.migration import moves
from core.migration.act import Act
from core.migration.checks import missing
from core.migration.event import Event
from core.migration.migration import Migration
from core.migration.rebuilding import after
from core.migration.refusal import refusal
from core.migration.stages import STAGES, STEPS, TEST, Check

Deed = Callable[[Migration], tuple[Event, ...]]
"""Something that is done to a migration, as its events."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """A check that is to be done, in which of its ways, and what is said of it."""

    choice: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody filled in at a gate: `ticks` and what is to be `unticked`, by check; `fields` of the migration.

    `domains`: those that go through, by ASCII name, where the stage is one of domains.
    """

    ticks: Mapping[str, Ticked] = field(default_factory=dict)
    unticked: Sequence[str] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    domains: Sequence[str] = ()


def at_gate(m: Migration) -> tuple[str, ...]:
    """Return the domains (ASCII names) that stand where the migration does; none where its stage is its own."""
    return tuple(d.name for d in m.active if d.step == m.stage) if m.stage in STEPS else ()


def can_go_back(m: Migration, to: str) -> tuple[str, ...]:
    """Return the domains (ASCII names) that can be put back to a step; none where the stage is the migration's own.

    From the client's test, those that stand at it; else those that have passed the step.
    """
    if to not in STEPS:
        return ()
    if m.stage == TEST:
        return at_gate(m)
    return tuple(d.name for d in m.active if STEPS.index(d.step) > STEPS.index(to))


def fill_in(m: Migration, act: Act, filled: Filled) -> tuple[Event, ...]:
    """Do what was filled in, without moving; raises InputError with all that is wrong."""
    deeds: list[Deed] = []
    if filled.fields:
        deeds.append(partial(moves.change, act=act, values=filled.fields))
    for subject in filled.domains or (None,):
        for item in filled.unticked:
            if item in (m.domains[subject] if subject else m).checks:
                deeds.append(partial(moves.uncheck, act=act, item=item, domain=subject))
        for item, said in filled.ticks.items():
            deeds.append(partial(_tick, act=act, item=item, said=said, domain=subject))
    return together(m, deeds)


def go_through(m: Migration, act: Act, filled: Filled, *, force: str | None = None) -> tuple[Event, ...]:
    """Do what was filled in and move on, the migration or the domains chosen; `force`: a manager's reason.

    Raises InputError with all that is wrong.
    """
    _not_before(m, act, filled)
    done = fill_in(m, act, filled)
    here = after(m, done)
    return (*done, *_moving(here, act, filled, force))


def _moving(m: Migration, act: Act, filled: Filled, force: str | None = None) -> tuple[Event, ...]:
    names = filled.domains or (None,)
    return together(m, [partial(moves.advance, act=act, domain=name, force=force) for name in names])


def go_back(m: Migration, act: Act, to: str, reason: str, domains: Sequence[str] = ()) -> tuple[Event, ...]:
    """Put a wrong move right: the migration, or some of its domains, back to an earlier stage.

    From the client's test, domains are sent back for rework. Raises InputError with all that is wrong.
    """
    if to not in STEPS:
        return moves.correct(m, act, to, reason)
    return together(
        m,
        [
            partial(moves.rework, act=act, domain=name, to=to, reason=reason)
            if m.domains[name].step == TEST
            else partial(moves.correct, act=act, to=to, reason=reason, domain=name)
            for name in domains
        ],
    )


def preview(m: Migration, act: Act, filled: Filled) -> tuple[Migration, list[Check]]:
    """Return the migration as it would be, and the checks that would still keep the gate shut.

    Raises InputError where what was filled in cannot be.
    """
    _not_before(m, act, filled)
    here = after(m, fill_in(m, act, filled))
    found: dict[str, Check] = {}
    for name in filled.domains or (None,):
        for check in missing(here, here.domains[name] if name else None, act.process, act.now):
            found[check.id] = check
    return here, list(found.values())


def arrives(m: Migration, act: Act, filled: Filled) -> str:
    """Return the stage to which an open gate leads: mostly the next one, and the end where nothing is outstanding."""
    stage = after(m, _moving(m, act, filled)).stage
    return stage if stage != m.stage else STAGES[STAGES.index(stage) + 1]


def together(m: Migration, deeds: Sequence[Deed]) -> tuple[Event, ...]:
    """Return the events of deeds done one after the other; raises InputError with what is wrong of all of them."""
    events: tuple[Event, ...] = ()
    wrong: list[FieldError] = []
    for deed in deeds:
        try:
            more = deed(m)
        except InputError as error:
            wrong += [mistake for mistake in error.errors if mistake not in wrong]
        else:
            m = after(m, more)
            events += more
    if wrong:
        raise InputError(*wrong)
    return events


def _not_before(m: Migration, act: Act, filled: Filled) -> None:
    """Raise InputError where a stage would be left before the day on which it was entered."""
    entered = [m.domains[name].entered.get(m.stage) for name in filled.domains] or [m.entered.get(m.stage)]
    last = max((at.astimezone(WARSAW).date() for at in entered if at is not None), default=None)
    if act.at is not None and last is not None and (day := act.at.astimezone(WARSAW).date()) < last:
        raise refusal("date", day, "error.stage_date_order", there=last)


def _tick(m: Migration, act: Act, item: str, said: Ticked, domain: str | None) -> tuple[Event, ...]:
    # Of several domains some may have it already.
    if item in (m.domains[domain] if domain else m).checks:
        return ()
    return moves.check(m, act, item, domain, choice=said.choice, detail=said.detail)
