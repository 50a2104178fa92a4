"""What may be done to a migration as it stands, and why not: what a page offers, asked of the deeds themselves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.ground.messages import InputError, Message
from core.migration import moves
from core.migration.act import Act
from core.migration.migration import Domain, Migration
from core.migration.people import require
from core.migration.refusal import refusal
from core.migration.stages import (
    CONFIRMED,
    DONE,
    REWORKS,
    STAGES,
    SWITCHED,
    Check,
    Process,
    Stage,
    position,
    stages_before,
    steps_before,
)

_SOME = "-"
"""Stands for a reason that is still to be given."""


def next_stage(m: Migration) -> str | None:
    """Return the stage that comes after the one where a migration stands; None after the last."""
    place = STAGES.index(m.stage) + 1
    return STAGES[place] if place < len(STAGES) else None


def stages_back(m: Migration) -> list[str]:
    """Return the earlier stages of its own to which a migration may be put right."""
    return stages_before(m.stage)


def steps_back(d: Domain) -> list[str]:
    """Return the earlier steps to which a domain may be put right."""
    return steps_before(d.step)


def why_not(deed: Callable[[], object]) -> Message | None:
    """Return why something cannot be done now; None where it can."""
    try:
        deed()
    except InputError as error:
        return error.errors[0].message
    return None


def _correct(m: Migration, act: Act) -> object:
    ways = stages_back(m)
    if not ways:
        raise refusal("stage", "", "error.nothing_earlier")
    return moves.correct(m, act, ways[-1], _SOME)


def _correct_domain(m: Migration, act: Act, d: Domain) -> object:
    ways = steps_back(d)
    if not ways:
        raise refusal("step", "", "error.nothing_earlier")
    return moves.correct(m, act, ways[-1], _SOME, d.name)


OF_MIGRATION: Mapping[str, Callable[[Migration, Act], object]] = {
    # What may be put on hold is what may go on.
    "move": lambda m, act: moves.hold(m, act, "us", _SOME),
    "edit": lambda m, act: require(act.person, "work"),
    "hold": lambda m, act: moves.hold(m, act, "us", _SOME),
    "resume": moves.resume,
    "cancel": lambda m, act: moves.cancel(m, act, _SOME),
    "restore": lambda m, act: moves.restore(m, act, _SOME),
    "correct": _correct,
    "add_domain": lambda m, act: moves.hold(m, act, "us", _SOME),
}
"""Deeds on a migration, tried without doing them: they raise InputError where they are impossible."""

OF_DOMAIN: Mapping[str, Callable[[Migration, Act, Domain], object]] = {
    "edit_domain": lambda m, act, d: require(act.person, "work"),
    "correct_domain": _correct_domain,
    # Whether another name may be had is asked when it is given.
    "rename_domain": lambda m, act, d: moves.rename_domain(m, act, d.name, d.name, _SOME),
    "switch_back": lambda m, act, d: moves.switch_back(m, act, d.name, REWORKS[-1], _SOME),
    "rework": lambda m, act, d: moves.rework(m, act, d.name, REWORKS[-1], _SOME),
    "withdraw": lambda m, act, d: moves.withdraw(m, act, d.name, _SOME),
}
"""Deeds on a domain, tried without doing them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A check on the list of a migration or a domain; `early`: it belongs to a later stage but may be ticked now."""

    stage: Stage
    check: Check
    early: bool = False


def checklist(m: Migration, process: Process, d: Domain | None = None) -> list[Listed]:
    """Return the checks of the stage where a migration, or a domain of it, stands, and what else may be ticked now.

    That is what a later stage wants and may be done already, what is optional of an earlier one, and the test of a
    domain whose history came without it.
    """
    here, level = (d.step, "domain") if d else (m.stage, "migration")
    found = []
    for stage in process.stages:
        if stage.level != level:
            continue
        for check in stage.checks:
            early = position(stage.id) > position(here) >= position(check.opens or stage.id)
            left = not check.required and position(stage.id) < position(here)
            unrecorded = d is not None and d.test_unrecorded and check.id == CONFIRMED
            if stage.id == here or (check.ticked and (early or left or unrecorded)):
                found.append(Listed(stage, check, early))
    return sorted(found, key=lambda listed: listed.early)


def happened(subject: Migration | Domain) -> list[str]:
    """Return the stages, steps and checks of a migration or a domain whose date may be corrected, in their order."""
    stages = sorted(subject.entered, key=lambda item: (position(item), item == DONE))
    return [*stages, *subject.checks]


def tick_refused(m: Migration, act: Act, check: Check, d: Domain | None) -> Message | None:
    """Return why a check can neither be ticked nor, where it is, be taken back; None where it can."""
    name = d.name if d else None
    if check.id in (d or m).checks:
        return why_not(lambda: moves.uncheck(m, act, check.id, name))
    choice = check.choices[0].id if check.choices else ""
    return why_not(lambda: moves.check(m, act, check.id, name, choice=choice))


def lacks_look(m: Migration, act: Act, d: Domain) -> bool:
    """Say whether nothing but a look before it keeps a domain's switch from being told at `act.at`, or now."""
    try:
        moves.check(m, act, SWITCHED, d.name)
    except InputError as error:
        return all(mistake.field == "look" for mistake in error.errors)
    return False
