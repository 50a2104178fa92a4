"""The events of one migration as they are told one after the other, and the gates that it goes through on its way.

Dates that are missing are unknown, never now. At its gates a file is held to what its columns can say, by the law of
`core.migration.checks`; what no column can say is ticked as told by the file.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from core.ground.moments import When
from core.importing.row import CHECKS, Given, Numbered
from core.migration.act import Act
from core.migration.checks import behind, missing, ticks_from
from core.migration.event import Event, Kind, open_in_spite_of
from core.migration.migration import Domain, Migration
from core.migration.rebuilding import apply
from core.migration.stages import FROM_FILE

PENDING = -1
"""The batch of events that are planned; writing them gives them the real one."""

REASON = "import"
"""The reason of what a file tells without giving one."""


class Telling:
    """Tells the events of one migration: `now` is what stands after those told so far.

    `free`: nothing is asked, it is history. `ours`: it is as a desk of ours had it, whatever its gates let through.
    `reason`: a manager's, to go on although something is missing. `lacks`: by row, ids of the checks that it does not
    prove; where there are any, nothing of these rows may be written.
    """

    def __init__(
        self, before: Migration | None, act: Act, *, free: bool = False, ours: bool = False, reason: str = ""
    ) -> None:
        self.before = before
        self.now = before.copy() if before else Migration()
        self.events: list[Event] = []
        self.lacks: dict[int, dict[str, None]] = {}
        self.act = act
        self._free, self._ours, self._reason = free, ours, reason

    def tell(self, kind: Kind, at: Given | dt.datetime = None, **values: Any) -> None:
        """Tell an event: at a moment that is known, or nobody knows when."""
        moment = at.at if isinstance(at, When) else at if isinstance(at, dt.datetime) else None
        told = Event(kind, self.act.person.id, self.act.now, moment, batch=PENDING, **values)
        apply(self.now, told)
        self.events.append(told)

    def gate(self, d: Domain | None, rows: Iterable[int], dates: Mapping[str, Given]) -> dict[str, Any]:
        """Go through the gate out of where a migration, or a domain of it, stands; return what the move tells of it.

        `rows`: whose statuses lead through it; `dates`: what they say of checks that have a column.
        """
        if self._free:
            return {}
        shut = []
        for check in missing(self.now, d, self.act.process, self.act.now):
            if check.id in CHECKS:
                if dates.get(check.id) in (None, False):
                    shut.append(check)
            elif check.told_by_file:
                self.tell("checked", domain=d.name if d else None, item=check.id, new={"choice": FROM_FILE})
            else:
                shut.append(check)
        if not shut or self._ours:
            return {}
        if self._reason and all(check.forceable for check in shut):
            return {"item": " ".join(check.id for check in shut), "reason": self._reason, "forced": True}
        for row in rows:
            self.lacks.setdefault(row, {}).update((check.id, None) for check in shut)
        return {}

    def open_again(self, rows: Iterable[Numbered]) -> None:
        """Ask what is behind a migration that was over and is open again: as history it came past gates unasked."""
        if self.before is None or self.before.open or not self.now.open:
            return
        shut = {}
        for d, check in [*behind(self.now, self.act.process, self.act.now)]:
            if check.told_by_file and check.id not in CHECKS:
                self.tell("checked", domain=d.name if d else None, item=check.id, new={"choice": FROM_FILE})
            else:
                shut[check.id] = check
        if not shut:
            return
        if self._reason and all(check.forceable for check in shut.values()):
            open_in_spite_of(self.events, shut, reason=self._reason)
            return
        for numbered in rows:
            self.lacks.setdefault(numbered.row, {}).update(dict.fromkeys(shut))

    def untick(self, subject: Migration | Domain, first: int) -> None:
        """Take back what is ticked of the stages from a position on."""
        name = subject.name if isinstance(subject, Domain) else None
        for item in ticks_from(subject, self.act.process, first):
            self.tell("unchecked", domain=name, item=item)
