"""What a row says that cannot be: dates out of their order or to come, a stage without its test, rows that disagree."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from core.ground.messages import Message
from core.ground.moments import When
from core.importing.differences import given
from core.importing.export_cells import cell
from core.importing.group import FIRST, Group
from core.importing.planned import Wrong
from core.importing.row import DATES_OF_DOMAIN, DATES_OF_MIGRATION, OF_MIGRATION, Numbered, Row, beyond
from core.importing.statuses import status
from core.migration.clocks import is_day
from core.migration.import_columns import BY_ID
from core.migration.migration import Domain, Migration, happened_at
from core.migration.stages import SWITCH, position
from core.spreadsheet.column_dates import agreed_too_early, ordered


def _recorded(says: Row, m: Migration | None) -> Iterator[dict[str, object]]:
    """Yield the dates that the desk has of a row's migration and of each of its domains, by column."""
    of_migration = _happened(m, DATES_OF_MIGRATION) if m else {}
    for name in says.domain if m else says.domain[:1]:
        d = m.domains.get(name.ascii) if m else None
        yield of_migration | (_happened(d, DATES_OF_DOMAIN) if d else {})


def _happened(subject: Migration | Domain, items: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for id, item in items.items():
        if at := happened_at(subject, item):
            found[id] = When(at, "day" if is_day(at) else "minute")
    return found


def _disordered(says: Row, m: Migration | None, given: Mapping[str, object]) -> tuple[str, str] | None:
    """Return two columns whose dates contradict each other, at least one of them the row's own."""
    pairs = (ordered({**recorded, **given}) for recorded in _recorded(says, m))
    return next((pair for pair in pairs if pair is not None and {*pair} & {*given}), None)


def contradiction(numbered: Numbered, said: dict[str, tuple[Any, int]]) -> Wrong | None:
    """Return what is wrong where a row says of its migration what an earlier one does not."""
    says = numbered.says
    mine = {id: value for id in _OF_WHOLE if given(value := getattr(says, id))}
    if not says.withdrawn and status(says):
        # Only before its domains are moved, and when it is given up, all of a migration stands at one place.
        early = says.stage is not None and position(says.stage) < FIRST
        if says.cancelled or says.stage_named or not early:
            mine["status"] = status(says) if says.cancelled or early else "moving"
    for id, value in mine.items():
        theirs, row = said.get(id, (value, 0))
        if theirs != value:
            told = status(says) if id == "status" else value
            found = Message("error.moving") if theirs == "moving" else cell(theirs)
            return id, told, Message("error.row_contradicts", {"row": row, "found": found})
    for id, value in mine.items():
        said.setdefault(id, (value, numbered.row))
    return None


def wrong(
    numbered: Numbered, group: Group, disordered: tuple[str, str] | None, now: dt.datetime, header_of: Mapping[str, str]
) -> Wrong | None:
    """Return what a row says that cannot be; `disordered`: dates of all rows together that contradict each other.

    What an empty database takes as the desk wrote it may be odd; it may neither lie in the future nor lack the test.
    """
    says, current = numbered.says, group.current
    own = says.dates((*DATES_OF_MIGRATION, *DATES_OF_DOMAIN))
    pair = None if group.ours else _disordered(says, current, own)
    if pair is None and not group.ours and disordered is not None and getattr(says, disordered[1]) is not None:
        # Each row may be in order, and the migration that they are rows of not.
        pair = disordered
    if pair is None and not group.ours:
        pair = agreed_too_early(says.dates(("on_package", "planned_at")))
    if pair is not None:
        first, then = pair
        told, other, id = (
            (then, first, "error.order") if given(getattr(says, then)) else (first, then, "error.order_after")
        )
        message = Message(id, {"column": header_of.get(other) or BY_ID[other].header})
        return told, getattr(says, told), message
    for id in (*DATES_OF_MIGRATION, *DATES_OF_DOMAIN):
        when = getattr(says, id)
        if isinstance(when, When) and when.at > now:
            return id, when, Message("error.future")
    if not group.ours and (late := beyond(says)) is not None:
        return late, getattr(says, late), Message("error.beyond_status", {"status": cell(status(says))})
    stage = group.stages[numbered.row]
    if stage is None or position(stage) < position(SWITCH) or says.tested_at is not None:
        return None
    if current is None and stage == "closed" and (group.ours or group.history):
        return None
    for name in says.domain:
        d = current.domains.get(name.ascii) if current else None
        if d is None or (d.tested_at is None and not d.test_unrecorded):
            return "tested_at", "", Message("error.test_missing")
    return None


_OF_WHOLE = (*OF_MIGRATION, "waiting_on", "hold_by")
"""What the rows of one migration must not say in two ways."""
