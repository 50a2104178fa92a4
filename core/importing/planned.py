"""What becomes of the rows of a file, before anything is written: told row by row, and what writing it would bring."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core.ground.messages import Message
from core.migration.event import Event
from core.migration.migration import Migration
from core.spreadsheet.mistakes import RowError
from core.spreadsheet.questions import Question
from core.spreadsheet.repair_kinds import Repair

Outcome = Literal["new", "changed", "unchanged", "conflict", "rejected", "left_out"]
OUTCOMES: tuple[Outcome, ...] = ("new", "changed", "unchanged", "conflict", "rejected", "left_out")

Wrong = tuple[str, object, Message]
"""A mistake of a row: the column's id, the value, what would be right."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a row would change: the column (its id, or a header that is kept), what stands and what the file says.

    `conflict`: the board's value is the newer one and stays.
    """

    column: str
    old: Any
    new: Any
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of a row, and what it changes or, being new, brings. `same_as`: the row that says the same.

    `lacks`: ids of the checks that the gates on its way ask for and the row does not prove: a conflict.
    """

    row: int
    outcome: Outcome
    ref: str = ""
    client: str = ""
    domains: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    errors: tuple[RowError, ...] = ()
    same_as: int | None = None
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Writing:
    """The events that rows give to one migration: `before` is None for a new one, whose ref may still be blank."""

    before: Migration | None
    now: Migration
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """An import, row by row, and what applying it writes.

    `repairs`: what was read otherwise than it stands; `questions`: what the file leaves open.

    `outcomes`: the place in OUTCOMES of what becomes of each row; `errors`: everything that is wrong, in the order of
    the file; `changes`: how many changes the rows of an outcome have together; `seen`: the state it was made for, seq
    by migration id; `epoch`: of which life of the database, None for whichever; `actor`: who is to write it.
    """

    rows: Sequence[Planned]
    outcomes: bytes
    secrets: Sequence[RowError]
    errors: Sequence[RowError]
    changes: Mapping[Outcome, int]
    writings: Sequence[Writing]
    seen: Mapping[int, int]
    actor: str
    epoch: str | None = None
    repairs: Sequence[Repair] = ()
    questions: Sequence[Question] = ()

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many rows come out how; together they are all that were read."""
        return {outcome: self.outcomes.count(place) for place, outcome in enumerate(OUTCOMES)}

    @property
    def read(self) -> int:
        """How many rows the file has: each came out as one thing."""
        return len(self.rows)

    def those(self, outcome: Outcome) -> Iterator[Planned]:
        """Yield the rows that come out as one thing, in the order of the file."""
        wanted = OUTCOMES.index(outcome)
        return (self.rows[place] for place, found in enumerate(self.outcomes) if found == wanted)


Progress = Callable[[float], object]
