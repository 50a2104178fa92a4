"""What a row says otherwise than its migration stands, or, of a new one, what it brings."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.ground.moments import When, agrees
from core.ground.words import fold
from core.importing.group import Group
from core.importing.planned import Change
from core.importing.row import (
    CHECKS,
    COUNTS,
    DATES_OF_DOMAIN,
    DATES_OF_MIGRATION,
    OF_DOMAIN,
    OF_MIGRATION,
    REACHED,
    Given,
    Numbered,
    Row,
)
from core.importing.statuses import stands, status
from core.migration.migration import Domain, Migration, happened_at
from core.migration.people import Team
from core.migration.stages import position


def people_of(team: Team) -> dict[str, str]:
    """Return whom a cell may mean, by folded text: a whole name or an id, and a part of a name that only one has."""
    parts = [(fold(part), person.id) for person in team.people for part in person.name.split()]
    counts = [part for part, _ in parts]
    once = {part: id for part, id in parts if counts.count(part) == 1}
    return once | {fold(name): person.id for person in team.people for name in (person.id, person.name)}


def given(value: object) -> bool:
    """Return whether a row says something."""
    return value not in ("", None)


def filled_in(says: Row, people: Mapping[str, str]) -> dict[str, Any]:
    """Return what a row fills in of its migration; people by their ids where the team knows them."""
    found = {id: value for id in OF_MIGRATION if given(value := getattr(says, id))}
    for id in ("owner", "deputy"):
        if id in found:
            found[id] = people.get(fold(found[id]), found[id])
    return found


def news(numbered: Numbered, people: Mapping[str, str]) -> Iterable[Change]:
    """Yield what a row says of a new migration beside its ref, client and domains."""
    says = numbered.says
    if told := status(says):
        yield Change("status", None, told)
    fields = filled_in(says, people)
    others = (*OF_DOMAIN, "waiting_on", "hold_by", *DATES_OF_MIGRATION, *DATES_OF_DOMAIN, "notes")
    for id, value in (*fields.items(), *((id, getattr(says, id)) for id in others)):
        if given(value) and id != "client":
            yield Change(id, None, value.at if isinstance(value, When) else value)
    for header, text in numbered.extra.items():
        yield Change(header, None, text)


def differences(numbered: Numbered, group: Group, m: Migration, people: Mapping[str, str]) -> Iterable[Change]:
    """Yield what a row says otherwise than the migration stands."""
    says = numbered.says
    # Another database counts otherwise.
    base = says.version[0] if says.version and says.version[1] == m.token else None

    def change(column: str, old: Any, new: Any, edited: Mapping[str, int], *keys: str) -> Change:
        # A file that tells which state it was made from is older than any later change; another one only than the
        # board's, as imports of one sheet follow each other.
        changed = [edited.get(key, 0) for key in keys or (column,)]
        newer = any(seq > 0 if base is None else abs(seq) > base for seq in changed)
        return Change(column, old, new.at if isinstance(new, When) else new, newer)

    def dates(
        subject: Migration | Domain, items: Mapping[str, str], given: Mapping[str, Given], reached: str
    ) -> Iterable[Change]:
        for id, item in items.items():
            when = given.get(id)
            if when is None or when is False:
                continue
            old = happened_at(subject, item)
            happened = item in subject.checks or item in subject.entered
            if not happened and position(REACHED[id]) > position(reached):
                # The end of one row, while others of its migration go on.
                continue
            if not happened or (isinstance(when, When) and (old is None or not agrees(when, old))):
                key = item if item in CHECKS else f"entered.{item}"
                yield change(id, old, when, subject.edited, key)

    for id, new in filled_in(says, people).items():
        old = getattr(m, id)
        if not (agrees(new, old) if isinstance(new, When) and old is not None else new == old):
            yield change(id, old, new, m.edited)
    if says.waiting_on and says.waiting_on != m.waiting_on:
        yield change("waiting_on", m.waiting_on, says.waiting_on, m.edited)
    if says.held and group.holds(m):
        yield change("hold_by", m.hold["by"] if m.hold else None, group.held_by, m.edited, "hold")
    if says.cancelled and m.cancelled is None:
        yield change("status", m.stage, "cancelled", m.edited, "cancelled", "stage")
    if says.stage_named and m.cancelled is not None:
        yield change("status", "cancelled", says.stage, m.edited, "cancelled")
    if lines := [line for line in says.notes.splitlines() if line and line not in group.lines]:
        yield Change("notes", None, "\n".join(lines))
    stage = group.stages[numbered.row]
    if not says.withdrawn:
        yield from dates(m, DATES_OF_MIGRATION, group.dates, max(m.stage, stage or m.stage, key=position))
    for place, name in enumerate(says.domain):
        d = m.domains.get(name.ascii)
        if d is None:
            yield Change("domain", None, name.display)
            continue
        if d.withdrawn != says.withdrawn:
            # What was taken out comes back on the board only.
            where = "withdrawn" if d.withdrawn else stands(m, d)
            newer = change("status", where, status(says), d.edited, "withdrawn", "step").conflict
            yield Change("status", where, status(says), newer or d.withdrawn)
        if d.withdrawn:
            continue
        for id in OF_DOMAIN:
            new = getattr(says, id)
            if given(new) and new != getattr(d, id) and not (place and id in COUNTS):
                yield change(id, getattr(d, id), new, d.edited)
        for header, text in numbered.extra.items():
            if d.extra.get(header) != text:
                yield change(header, d.extra.get(header), text, d.edited, f"extra.{header}")
        here = stands(m, d)
        if stage is not None and m.cancelled is None and stage != here:
            of_m = change("status", here, stage, m.edited, "stage").conflict
            of_d = change("status", here, stage, d.edited, "step").conflict
            yield Change("status", here, stage, of_m or of_d)
        if not says.withdrawn:
            reached = max(here, stage or here, key=position)
            yield from dates(d, DATES_OF_DOMAIN, says.dates(DATES_OF_DOMAIN), reached)
