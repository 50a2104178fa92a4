"""The domains of a migration by the step at which they stand, and what may be done with some of a step at once."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from core.ground.messages import InputError, Message
from core.migration import gate, moves
from core.migration.act import Act
from core.migration.checks import missing
from core.migration.clocks import Running, running
from core.migration.event import Event
from core.migration.gate import Filled, Ticked
from core.migration.migration import Domain, Migration
from core.migration.possible import why_not
from core.migration.refusal import refusal
from core.migration.stages import CONFIRMED, DONE, SEEN, STEPS, SWITCH, SWITCHED, TEST, Check, Process

WITHDRAWN = "withdrawn"
"""The group of the domains that are not moved after all."""

Action = Literal["on", "confirmed", "ns_changed", "visible", "rework", "switched_back"]
"""What may be done with domains of a step: the next one, or what that step mostly waits for, or a way back."""

ACTIONS: tuple[str, ...] = get_args(Action)

WAYS_BACK: tuple[Action, ...] = ("rework", "switched_back")
"""Those that need to be told where to and why."""

_TICKS: Mapping[str, Mapping[str, Ticked]] = {
    "confirmed": {CONFIRMED: Ticked()},
    "visible": {SEEN: Ticked()},
    "ns_changed": {SWITCHED: Ticked()},
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A domain where it stands: its clock, if one runs, and what the gate before it still waits for."""

    domain: Domain
    clock: Running | None
    missing: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The domains that stand at a step, or were withdrawn, in their order, and what may be done with them."""

    step: str
    rows: tuple[Standing, ...]
    actions: tuple[Action, ...]


def groups(m: Migration, process: Process, now: dt.datetime) -> list[Group]:
    """Return the groups of a migration, the rearmost first, those withdrawn last."""
    clocks = {one.domain: one for one in running(m, process, now)}

    def standing(d: Domain) -> Standing:
        # Before domains are moved, and once they are, nothing of theirs is missing.
        lacks = () if d.withdrawn else tuple(missing(m, d, process, now))
        return Standing(d, clocks.get(d.name), lacks)

    found = []
    for step in STEPS:
        rows = tuple(standing(d) for d in m.active if d.step == step)
        if rows:
            found.append(Group(step, rows, _actions(step, [row.domain for row in rows])))
    if gone := tuple(standing(d) for d in m.domains.values() if d.withdrawn):
        found.append(Group(WITHDRAWN, gone, ()))
    return found


def _actions(step: str, domains: Sequence[Domain]) -> tuple[Action, ...]:
    switched = [SWITCHED in d.checks for d in domains]
    back: tuple[Action, ...] = ("switched_back",) if any(switched) else ()
    match step:
        case "waiting":
            return ()
        case _ if step == TEST:
            return ("confirmed", "rework", "on")
        case _ if step == SWITCH:
            return (*(("ns_changed",) if not all(switched) else ()), "visible", *back, "on")
        case _ if step == DONE:
            return back
    return ("on",)


def refused(m: Migration, act: Act) -> Message | None:
    """Return why nothing can be done with any domain now; None where something can."""
    return why_not(lambda: moves.hold(m, act, "us", "-"))


def asks(m: Migration, act: Act, action: str, step: str, names: Sequence[str]) -> bool:
    """Whether somebody has to be asked before it is done: a dialog tells what is missing, or asks where to and why."""
    if action in WAYS_BACK:
        return True
    if action == "ns_changed":
        return False
    ticks = _TICKS.get(action, {})
    try:
        _, shut = gate.preview(m, act, Filled(ticks, domains=names))
    except InputError:
        return True
    stage = act.process.by_id.get(step)
    left = [check.id for check in (stage.checks if stage else ()) if check.ticked and not check.required]
    optional = action == "on" and any(item not in m.domains[name].checks for item in left for name in names)
    return bool(shut) or optional


def do(m: Migration, act: Act, action: str, step: str, names: Sequence[str]) -> tuple[Event, ...]:
    """Do with domains of a step what needs no question; raises InputError with what is wrong."""
    if action not in ACTIONS or action in WAYS_BACK:
        raise refusal("action", action, "error.one_of", expected=", ".join(ACTIONS))
    at_step(m, step, names)
    filled = Filled(_TICKS.get(action, {}), domains=tuple(names))
    return gate.fill_in(m, act, filled) if action == "ns_changed" else gate.go_through(m, act, filled)


def at_step(m: Migration, step: str, names: Sequence[str]) -> None:
    """Raise InputError where domains do not all stand at a step."""
    here = gate.at_gate(m, step) if step in STEPS else ()
    if not names:
        raise refusal("domain", "", "error.missing")
    for name in names:
        if name not in here:
            raise refusal("domain", name, "error.one_of", expected=", ".join(here) or "-")


def able(m: Migration, action: str, step: str) -> tuple[str, ...]:
    """Return the domains (ASCII names) of a step for which an action makes sense."""
    here = gate.at_gate(m, step)
    if action == "ns_changed":
        return tuple(name for name in here if SWITCHED not in m.domains[name].checks)
    return can_be_sent_back(m, step) if action == "switched_back" else here


def can_be_sent_back(m: Migration, step: str, to: str | None = None) -> tuple[str, ...]:
    """Return the domains (ASCII names) of a step that can be put back: past the test, those whose switch was made.

    `to`: where somebody wants them; None: to one of the steps that are worked on anew.
    """
    here = gate.at_gate(m, step)
    if step in (SWITCH, DONE) and to is None:
        return tuple(name for name in here if SWITCHED in m.domains[name].checks)
    return here
