"""The way of a migration to where the rows of a file say that it and its domains stand, gate by gate, or back."""

from collections.abc import Iterable, Mapping, Sequence

from core.ground.messages import FieldError, InputError, Message
from core.ground.moments import When
from core.importing.event_chain import REASON, Telling
from core.importing.row import Given, Numbered
from core.migration.migration import Domain
from core.migration.stages import CONFIRMED, DONE, FIRST_OF_DOMAINS, STAGES, STEPS, SWITCH, SWITCHED, position


def walk(
    telling: Telling, rows: Sequence[Numbered], stages: Mapping[int, str | None], dates: Mapping[str, Given]
) -> None:
    """Take a migration and its domains to where rows say that they stand, telling each step.

    `stages`: where the domains of each row stand, by row; `dates`: those of the migration, by column. Raises InputError
    where there is no such way.
    """
    walking = {numbered.row: stage for numbered in rows if (stage := stages[numbered.row])}
    wanted = list(walking.values())
    m = telling.now
    if wanted:
        target = min(wanted, key=position)
        if position(target) < position(FIRST_OF_DOMAINS) < position(m.stage) + 1:
            _back(telling, target, {name.ascii for n in rows for name in n.says.domain})
        elif position(target) < position(m.stage) < position(FIRST_OF_DOMAINS):
            telling.untick(m, position(target) + 1)
            telling.tell("corrected", old=m.stage, new=target, reason=REASON)
        _forward(telling, target, dates, walking)
    for numbered in rows:
        for name in numbered.says.domain:
            d = m.domains[name.ascii]
            if not d.withdrawn:
                _step(telling, d, numbered, stages[numbered.row])
    if m.stage == "closed" and any(stage != "closed" for stage in wanted):
        if any(d.test_unrecorded for d in m.domains.values()):
            raise InputError(FieldError("status", target, Message("error.unrecorded_back")))
        telling.tell("corrected", old="closed", new="passwords", reason=REASON)
    if wanted and all(stage == "closed" for stage in wanted) and m.stage == "passwords":
        if m.hold is not None:
            telling.tell("resumed", old=m.hold)
        gate = telling.gate(None, walking, {"password_changed": dates.get("password_changed")})
        telling.tell("moved", dates.get("closed_at"), old="passwords", new="closed", **gate)


def _forward(telling: Telling, target: str, dates: Mapping[str, Given], rows: Iterable[int]) -> None:
    m = telling.now
    for stage in STAGES[1 : STAGES.index(FIRST_OF_DOMAINS) + 1]:
        if position(m.stage) < position(stage) <= position(target):
            gate = telling.gate(None, rows, {})
            telling.tell("moved", dates.get(f"on_{stage}"), old=m.stage, new=stage, **gate)


def _back(telling: Telling, target: str, named: set[str]) -> None:
    """Take the whole migration back before its domains began to be moved: they must all be in the file."""
    m = telling.now
    if {d.name for d in m.active} - named:
        raise InputError(FieldError("status", target, Message("error.back_in_part")))
    telling.untick(m, position(target) + 1)
    telling.tell("corrected", old=m.stage, new=target, reason=REASON)
    for d in m.active:
        if d.step != STEPS[0]:
            _step_back(telling, d, STEPS[0])


def _step(telling: Telling, d: Domain, numbered: Numbered, stage: str | None) -> None:
    m, says = telling.now, numbered.says
    if position(m.stage) < position(FIRST_OF_DOMAINS):
        return
    wanted = FIRST_OF_DOMAINS if stage is None else stage if stage in STEPS else DONE
    if stage is None and d.step != STEPS[0]:
        return
    if position(wanted) < position(d.step):
        if m.stage == "closed":
            telling.tell("corrected", old="closed", new="passwords", reason=REASON)
        _step_back(telling, d, wanted)
        return
    for step in STEPS[STEPS.index(d.step) + 1 : STEPS.index(wanted) + 1]:
        if step == SWITCH:
            _tested(telling, d, says.tested_at)
        gate = telling.gate(d, [numbered.row], {CONFIRMED: says.tested_at, SWITCHED: says.dns_switched_at})
        at = getattr(says, {"visible": "visible_at"}.get(step, f"on_{step}"))
        if at is None and step == SWITCH:
            # The client's confirmation is what takes a domain to its switch.
            at = says.tested_at
        telling.tell("stepped", at, domain=d.name, old=d.step, new=step, **gate)


def _tested(telling: Telling, d: Domain, tested_at: When | None) -> None:
    if CONFIRMED in d.checks:
        return
    if tested_at is not None:
        telling.tell("checked", tested_at, domain=d.name, item=CONFIRMED)
    else:
        telling.tell("test_unrecorded", domain=d.name)


def _step_back(telling: Telling, d: Domain, to: str) -> None:
    if d.test_unrecorded:
        raise InputError(FieldError("status", to, Message("error.unrecorded_back")))
    telling.untick(d, position(to) + 1)
    telling.tell("corrected", domain=d.name, old=d.step, new=to, reason=REASON)
