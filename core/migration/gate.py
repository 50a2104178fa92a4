"""Going through a gate in one step: what its checklist asks is filled in and ticked, then the migration moves on.

All of it happens, or nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from core.ground.clock import WARSAW
from core.ground.messages import FieldError, InputError
from core.migration import moves
from core.migration.act import Act
from core.migration.checks import missing
from core.migration.event import Event
from core.migration.migration import Domain, Migration
from core.migration.rebuilding import after
from core.migration.refusal import refusal
from core.migration.stages import (
    DONE,
    FIRST_OF_DOMAINS,
    REWORKS,
    STEPS,
    SWITCHED,
    TEST,
    Check,
    position,
)

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

    `domains`: those that go through, by ASCII name, where the stage is one of domains. `reasons`: why of single fields.
    """

    ticks: Mapping[str, Ticked] = field(default_factory=dict)
    unticked: Sequence[str] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    domains: Sequence[str] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)


def standing(m: Migration) -> dict[str, tuple[str, ...]]:
    """Return the domains (ASCII names) by the step at which they stand, the rearmost first.

    None before domains are moved.
    """
    if position(m.stage) < position(FIRST_OF_DOMAINS):
        return {}
    found = {step: tuple(d.name for d in m.active if d.step == step) for step in STEPS}
    return {step: names for step, names in found.items() if names}


def at_gate(m: Migration, step: str | None = None) -> tuple[str, ...]:
    """Return the domains (ASCII names) at a step, or where the migration stands; none where that is its own stage."""
    return standing(m).get(step or m.stage, ())


def can_go_back(m: Migration, to: str, step: str | None = None) -> tuple[str, ...]:
    """Return the domains (ASCII names) that can be put back to a step; none where the stage is the migration's own.

    `step`: those that stand there; else, from the client's test, those at it, and elsewhere all that have passed it.
    """
    if to not in STEPS:
        return ()
    if step is not None or m.stage == TEST:
        return at_gate(m, step)
    return tuple(d.name for d in m.active if STEPS.index(d.step) > STEPS.index(to))


def meant(m: Migration, to: str | None) -> tuple[str, ...]:
    """Return the steps of the domains that a drop on a stage may mean, or a way on (None): the likeliest first.

    Those that stand just before it, then those beyond it, then the others, always the rearmost first. Of a migration
    whose stage is its own, that one stage.
    """
    steps = list(standing(m))
    own = to is not None and to not in STEPS and position(to) < position(DONE)
    if not steps or own or m.stage not in STEPS:
        return (m.stage,)
    if to is None:
        return tuple(step for step in steps if step != DONE)
    wanted = STEPS.index(to if to in STEPS else DONE)
    here = [step for step in steps if STEPS.index(step) != wanted]
    return tuple(sorted(here, key=lambda step: (STEPS.index(step) + 1 != wanted, STEPS.index(step) < wanted)))


def fill_in(m: Migration, act: Act, filled: Filled) -> tuple[Event, ...]:
    """Do what was filled in, without moving; raises InputError with all that is wrong."""
    deeds: list[Deed] = []
    if filled.fields:
        deeds.append(partial(moves.change, act=act, values=filled.fields, reasons=filled.reasons))
    for subject in _subjects(filled):
        for item in filled.unticked:
            if item in (m.domains[subject] if subject else m).checks:
                deeds.append(partial(moves.uncheck, act=act, item=item, domain=subject))
        for item, said in filled.ticks.items():
            deeds.append(partial(_tick, act=act, item=item, said=said, domain=subject))
    return together(m, deeds)


def go_through(m: Migration, act: Act, filled: Filled, *, force: str | None = None) -> tuple[Event, ...]:
    """Do what was filled in and move on, the migration or the domains chosen, wherever each of them stands.

    `force`: a manager's reason.

    Raises InputError with all that is wrong.
    """
    _not_before(m, act, filled)
    done = fill_in(m, act, filled)
    here = after(m, done)
    return (*done, *_moving(here, act, filled, force))


def _moving(m: Migration, act: Act, filled: Filled, force: str | None = None) -> tuple[Event, ...]:
    return together(m, [partial(moves.advance, act=act, domain=name, force=force) for name in _subjects(filled)])


def _subjects(filled: Filled) -> Sequence[str | None]:
    """Return the domains that are meant, each once, or None for the migration itself."""
    return tuple(dict.fromkeys(filled.domains)) or (None,)


def go_back(m: Migration, act: Act, to: str, reason: str, domains: Sequence[str] = ()) -> tuple[Event, ...]:
    """Put a wrong move right: the migration, or some of its domains, back to an earlier stage.

    From the client's test, domains are sent back for rework; one whose name servers were changed has its switch taken
    back. Raises InputError with all that is wrong.
    """
    if to not in STEPS:
        return moves.correct(m, act, to, reason)
    ways = {
        "rework": partial(moves.rework, act=act, to=to, reason=reason),
        "switched_back": partial(moves.switch_back, act=act, to=to, reason=reason),
        "back": partial(moves.correct, act=act, to=to, reason=reason),
    }
    return together(m, [partial(ways[way_back(m.domains[name], to)], domain=name) for name in dict.fromkeys(domains)])


def way_back(d: Domain, to: str) -> Literal["rework", "switched_back", "back"]:
    """Return what it comes to to put a domain back to a step."""
    if d.step == TEST:
        return "rework"
    return "switched_back" if SWITCHED in d.checks and to in REWORKS else "back"


def preview(m: Migration, act: Act, filled: Filled) -> tuple[Migration, list[Check]]:
    """Return the migration as it would be, and the checks that would still keep the gate shut.

    Raises InputError where what was filled in cannot be.
    """
    _not_before(m, act, filled)
    here = after(m, fill_in(m, act, filled))
    found: dict[str, Check] = {}
    for name in _subjects(filled):
        for check in missing(here, here.domains[name] if name else None, act.process, act.now):
            found[check.id] = check
    return here, list(found.values())


def arrives(m: Migration, act: Act, filled: Filled) -> str:
    """Return the stage to which an open gate leads: mostly the next one, and the end where nothing is outstanding."""
    then = after(m, _moving(m, act, filled))
    if filled.domains and then.stage in STEPS:
        step = then.domains[filled.domains[0]].step
        return step if step != DONE else "passwords"
    return then.stage


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
    here = [m.domains[name] for name in filled.domains]
    entered = [d.entered.get(d.step) for d in here] or [m.entered.get(m.stage)]
    last = max((at.astimezone(WARSAW).date() for at in entered if at is not None), default=None)
    if act.at is not None and last is not None and (day := act.at.astimezone(WARSAW).date()) < last:
        raise refusal("date", day, "error.stage_date_order", there=last)


def _tick(m: Migration, act: Act, item: str, said: Ticked, domain: str | None) -> tuple[Event, ...]:
    # Of several domains some may have it already.
    if item in (m.domains[domain] if domain else m).checks:
        return ()
    return moves.check(m, act, item, domain, choice=said.choice, detail=said.detail)
