"""The rows of one migration in a file: what follows from all of them together."""

import datetime as dt
from dataclasses import dataclass, field

from core.ground.clock import WARSAW
from core.ground.moments import When
from core.importing.proof import proves
from core.importing.row import BEGUN, DATES_OF_DOMAIN, DATES_OF_MIGRATION, Given, Numbered
from core.importing.statuses import stands, status
from core.migration.migration import Migration
from core.migration.stages import DONE, FIRST_OF_DOMAINS, position

FIRST = position(FIRST_OF_DOMAINS)


@dataclass(slots=True)
class Group:
    """The rows of one migration.

    What follows from all rows together is worked out by `complete`, anew where some of them are sorted out.
    `history`: they tell of what was over before today and the desk has never seen open; `ours`: they bring back what a
    desk of ours exported, and are as it wrote them.
    """

    current: Migration | None
    founding: bool
    now: dt.datetime
    rows: list[Numbered] = field(default_factory=list)
    stages: dict[int, str | None] = field(default_factory=dict)
    dates: dict[str, Given] = field(default_factory=dict)
    held_by: str = ""
    lines: frozenset[str] = frozenset()
    history: bool = False
    ours: bool = False

    def complete(self) -> None:
        """Work out where the domains of each row stand, the common dates, and who holds it.

        Past the DNS, all domains stand where the least advanced one does. A migration begins with the first of its
        rows, and goes on with the last.
        """
        self.stages = {numbered.row: self._stage(numbered) for numbered in self.rows}
        self._agree_on_early()
        said = [s for s in self.stages.values() if s]
        if self.current is not None:
            named = {name.ascii for n in self.rows if self.stages[n.row] for name in n.says.domain}
            said += [stands(self.current, d) for d in self.current.active if d.name not in named]
        end = DONE
        if all(position(s) >= position(DONE) for s in said):
            end = "closed" if all(s == "closed" for s in said) else "passwords"
        self.stages = {row: end if s and position(s) >= position(DONE) else s for row, s in self.stages.items()}
        self.dates = {}
        of_rows = [numbered.says for numbered in self.rows if not numbered.says.withdrawn]
        for id in (*DATES_OF_MIGRATION, BEGUN):
            given = [value for says in of_rows if (value := getattr(says, id)) not in (None, False)]
            moments = [value for value in given if isinstance(value, When)]
            if moments:
                self.dates[id] = (min if id in ("on_package", BEGUN) else max)(moments, key=lambda when: when.at)
            elif given:
                self.dates[id] = True
        held = [numbered.says.hold_by for numbered in self.rows if numbered.says.held]
        # A status says no more than that it is on hold.
        self.held_by = next(filter(None, held), "us" if held else "")
        self.lines = frozenset(known_lines(self.current)) if self.current else frozenset()
        self.history = self._over()
        self.ours = self.founding and all(proves(numbered.says, status(numbered.says)) for numbered in self.rows)

    def _agree_on_early(self) -> None:
        """Before its domains are moved a migration stands at one place: rows with dates only follow the others."""
        early = {
            n.row: stage
            for n in self.rows
            if (stage := self.stages[n.row]) and not n.says.stage_named and position(stage) < FIRST
        }
        others = any(stage for row, stage in self.stages.items() if row not in early)
        for row in early:
            self.stages[row] = None if others else max(early.values(), key=position)

    def holds(self, m: Migration) -> bool:
        """Return whether the rows put a migration on hold otherwise than it is."""
        named = any(numbered.says.hold_by for numbered in self.rows)
        given_up = m.cancelled is not None and not any(numbered.says.stage_named for numbered in self.rows)
        if not self.held_by or given_up or m.stage == "closed":
            return False
        return m.hold is None or (named and m.hold["by"] != self.held_by)

    def _stage(self, numbered: Numbered) -> str | None:
        """Return the stage that a row says; None where that is no news: its dates tell of a stage long passed."""
        says = numbered.says
        there = [self.current.domains.get(name.ascii) for name in says.domain] if self.current else []
        if self.current is None or says.stage is None or says.stage_named or not all(there):
            return says.stage
        passed = all(position(stands(self.current, d)) >= position(says.stage) for d in there if d)
        return None if passed else says.stage

    def _over(self) -> bool:
        if self.current is not None or not all(numbered.says.over for numbered in self.rows):
            return False
        ids = (*DATES_OF_MIGRATION, *DATES_OF_DOMAIN)
        given = [when for n in self.rows for when in n.says.dates(ids).values() if isinstance(when, When)]
        today = _day(self.now)
        return all(_day(when.at) < today for when in given)


def _day(at: dt.datetime) -> dt.date:
    return at.astimezone(WARSAW).date()


def known_lines(m: Migration) -> set[str]:
    """Return the lines of all notes of a migration: a cell with notes may add others."""
    return {line for note in m.notes for line in note.text.splitlines()}
