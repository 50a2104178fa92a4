"""Settles the rows of one migration: what becomes of each of them, and the events of those that change something."""

from collections.abc import Sequence
from typing import Any

from core.ground.messages import InputError, Message
from core.importing.contradictions import contradiction, wrong
from core.importing.differences import differences, filled_in, news, people_of
from core.importing.event_chain import Telling
from core.importing.group import Group
from core.importing.outcomes import Outcomes
from core.importing.planned import Change, Outcome, Writing
from core.importing.row import Numbered
from core.importing.row_events import tell_rows
from core.importing.statuses import status
from core.importing.which_migration import key_of
from core.migration.act import Act
from core.migration.event import ImpossibleEventError
from core.migration.people import Team
from core.spreadsheet.column_dates import ordered


class Settling:
    """Settles one migration after the other; `reason`: a manager's, to take over what gates lack."""

    def __init__(self, act: Act, team: Team, reason: str, outcomes: Outcomes) -> None:
        self._act = act
        self._people = people_of(team)
        self._reason = reason
        self._outcomes = outcomes

    def settle(self, group: Group) -> None:
        """Compare the rows of a migration with what stands, and plan the events of those that change it.

        Rows that are wrong or in conflict are left out whole: what the others say is worked out without them.
        """
        current = group.current
        while True:
            changes = self._sorted_out(group)
            rows = [n for n in group.rows if changes[n.row] or current is None]
            telling = Telling(current, self._act, free=group.history, ours=group.ours, reason=self._reason)
            try:
                if rows:
                    held_by = group.held_by if _holds(group) else ""
                    tell_rows(telling, rows, self._whole(rows), group.stages, group.dates, held_by)
            except InputError as error:
                self._refuse_all(rows, error.errors[0].message)
                rows = []
                break
            except ImpossibleEventError:
                self._refuse_all(rows, Message("error.impossible_row"))
                rows = []
                break
            if not telling.lacks:
                break
            for numbered in rows:
                if lacks := telling.lacks.get(numbered.row):
                    self._outcomes.note(
                        numbered, "conflict", current, changes=changes[numbered.row], lacks=tuple(lacks)
                    )
            group.rows = [n for n in group.rows if n.row not in telling.lacks]
        for numbered in group.rows:
            if current is not None and not changes[numbered.row]:
                self._outcomes.note(numbered, "unchanged", current)
        if not rows:
            return
        if telling.events:
            self._outcomes.writings.append(Writing(current, telling.now, tuple(telling.events)))
        outcome: Outcome = "unchanged" if not telling.events else "changed" if current else "new"
        for numbered in rows:
            self._outcomes.note(numbered, outcome, current, changes=changes[numbered.row])

    def _sorted_out(self, group: Group) -> dict[int, tuple[Change, ...]]:
        """Plan the rows that are wrong or in conflict and leave the others in the group; return what these change."""
        changes: dict[int, tuple[Change, ...]] = {}
        left = -1
        while left != len(group.rows):
            left = len(group.rows)
            group.complete()
            said: dict[str, tuple[Any, int]] = {}
            disordered = ordered(group.dates)
            changes = {}
            staying = []
            for numbered in group.rows:
                found = tuple(differences(numbered, group, group.current, self._people)) if group.current else None
                # What the desk itself wrote must come back, however odd; only news has to make sense.
                mistake = (
                    wrong(numbered, group, disordered, self._act.now, self._outcomes.header_of) if found != () else None
                )
                mistake = mistake or contradiction(numbered, said)
                if mistake:
                    self._outcomes.refuse(numbered, mistake)
                elif found and any(change.conflict for change in found):
                    self._outcomes.note(numbered, "conflict", group.current, changes=found)
                else:
                    staying.append(numbered)
                    changes[numbered.row] = tuple(news(numbered, self._people)) if found is None else found
            group.rows = staying
        return changes

    def _refuse_all(self, rows: Sequence[Numbered], message: Message) -> None:
        for numbered in rows:
            self._outcomes.refuse(numbered, ("status", status(numbered.says), message))

    def _whole(self, rows: Sequence[Numbered]) -> dict[str, Any]:
        """Return what rows fill in of their migration, and what a new one is known by."""
        fields: dict[str, Any] = {}
        for numbered in rows:
            fields = {**filled_in(numbered.says, self._people), **fields}
        first = rows[0].says
        return {**fields, "ref": first.ref, "import_key": "" if first.ref else key_of(first)}


def _holds(group: Group) -> bool:
    return group.holds(group.current) if group.current else bool(group.held_by)
