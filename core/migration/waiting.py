"""Whom a migration waits for, us or the client: by the process, until somebody says otherwise."""

import datetime as dt

from core.migration.checks import is_done
from core.migration.migration import Migration
from core.migration.stages import Process


def waiting(m: Migration, process: Process) -> str:
    """Return whom the stage of a migration waits for by the process: us or the client."""
    stage = process.by_id[m.stage]
    side: str = stage.waits_on or m.waiting_on
    for found in stage.checks:
        # A fact changes with the day, not with an event.
        if found.then and found.fact is None and is_done(found, m, None, dt.datetime.max.replace(tzinfo=dt.UTC)):
            side = found.then
    return side


def waits_change(before: Migration, now: Migration, process: Process) -> str | None:
    """Return whom a migration waits for now that its process went on; None where that stays as it is.

    What somebody set by hand holds until the next change of the process.
    """
    wanted = waiting(now, process)
    progress = before.seq == 0 or now.stage != before.stage or wanted != waiting(before, process)
    return wanted if progress and wanted != now.waiting_on else None
