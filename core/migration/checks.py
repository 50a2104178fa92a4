"""Which checks hold, and which keep a gate shut: of a migration where it stands, and of those that it has behind it."""

import datetime as dt
from collections.abc import Iterator

from core.ground.clock import WARSAW
from core.migration.migration import Domain, Migration
from core.migration.stages import Check, Process, position, stages_before, steps_before


def is_done(check: Check, m: Migration, d: Domain | None, now: dt.datetime) -> bool:
    """Whether a check holds: it was ticked, its field is filled in, or its fact is true now.

    A check of a field may be ticked too: by a spreadsheet, or before the process asked for the field.
    """
    if check.field is not None:
        fields = (check.field, check.or_field) if check.or_field else (check.field,)
        return check.id in (d or m).checks or any(getattr(m, name) not in ("", None) for name in fields)
    if check.fact is not None:
        return m.planned_at is not None and m.planned_at.astimezone(WARSAW).date() <= now.astimezone(WARSAW).date()
    return check.id in (d or m).checks


def missing(m: Migration, d: Domain | None, process: Process, now: dt.datetime) -> list[Check]:
    """Return the checks that shut the gate out of the stage where the migration, or a domain of it, stands."""
    stage = process.by_id.get(d.step if d else m.stage)
    checks = stage.checks if stage else []
    return [check for check in checks if check.required and not is_done(check, m, d, now)]


def behind(m: Migration, process: Process, now: dt.datetime) -> Iterator[tuple[Domain | None, Check]]:
    """Yield what the gates that a migration has behind it asked for and does not hold, with its domain if it is of one.

    History comes past them unasked; what was opened again is history no longer.
    """
    passed: list[tuple[Domain | None, str]] = [(None, stage) for stage in stages_before(m.stage)]
    passed += [(d, step) for d in m.active for step in steps_before(d.step)]
    for d, stage in passed:
        for check in process.by_id[stage].checks:
            if check.required and not is_done(check, m, d, now):
                yield d, check


def ticks_from(subject: Migration | Domain, process: Process, first: int) -> list[str]:
    """Return what is ticked of the stages from a position on: done once, it may be wrong after a way back."""
    return [
        item for item in subject.checks if item in process.stage_of and position(process.stage_of[item].id) >= first
    ]
