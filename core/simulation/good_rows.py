"""Which rows of a file are good: all that is in one reads, its days are in order, and its id is its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.ground.messages import FieldError, Message
from core.pricing import calendar
from core.pricing.unpriceable import MAX_TERM_DAYS
from core.simulation.base_cells import Meant
from core.simulation.columns import IDS
from core.simulation.rows import Rows, Where
from core.simulation.subscriptions import Subscriptions, Texts
from core.spreadsheet.repair_kinds import Repair

_ATTRIBUTES = {"disk_gb": "disk", "domain_names": "names"}
"""What columns are called in a base, where otherwise than in a file."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is left out: the line of the file on which it begins, and everything that is wrong in it.

    An error's field is the column's id, "" where the row as a whole cannot be read; its value is the cell as given.
    """

    row: int
    errors: tuple[FieldError, ...]


class Found:
    """The rows with what their cells mean."""

    def __init__(self, rows: Rows, meant: Mapping[str, Meant]) -> None:
        self._rows = rows
        self._meant = meant
        self._wrong = {id: _marked(meant[id].wrong, rows.where[id]) for id in IDS}
        start, until = self._values("term_start"), self._values("valid_until")
        dated = ~(self._wrong["term_start"] | self._wrong["valid_until"])
        self._ends_early = dated & (until < start)
        self._too_long = dated & (until - start >= MAX_TERM_DAYS)
        sound = ~(self._wrong["service_start"] | self._wrong["term_start"])
        self._begins_late = sound & (self._values("service_start") > start)
        self._first = self._first_of_its_id()

    def _values(self, id: str) -> NDArray[Any]:
        values: NDArray[Any] = self._meant[id].values[self._rows.where[id]]
        return values

    def _first_of_its_id(self) -> NDArray[np.int64]:
        """Return for each row the first row with the same id."""
        named = self._meant["id"].values.tolist()
        ids = self._rows.where["id"]
        if len(set(named)) < len(named):
            # Two texts may be one id, with a space more or less.
            same: dict[str, int] = {}
            ids = np.array([same.setdefault(id, place) for place, id in enumerate(named)], np.int32)[ids]
        first = np.empty(len(named), np.int64)
        # From the last row up, so that the first has the last word.
        first[ids[::-1]] = np.arange(len(ids))[::-1]
        return first[ids]

    def sorted_out(self, *, named: bool) -> tuple[Subscriptions, tuple[Refused, ...]]:
        """Return the rows that are good, and the others in the order of the file.

        `named`: whether a row has as many domains as it names.
        """
        repeated = (self._first != np.arange(len(self._first))) & ~self._wrong["id"]
        refused = self._ends_early | self._too_long | self._begins_late | repeated
        for wrong in self._wrong.values():
            refused |= wrong
        good = ~refused
        values = {_ATTRIBUTES.get(id, id): self._values(id)[good] for id in IDS}
        if named:
            values["domains"] = counts(values["names"])
        lines = [Refused(line.number, (FieldError("", "", line.error),)) for line in self._rows.ragged if line.error]
        lines += [self._refused(row, bool(repeated[row])) for row in np.flatnonzero(refused).tolist()]
        return Subscriptions(**values), tuple(sorted(lines, key=lambda line: line.row))

    def repairs(self, headers: Mapping[str, str]) -> tuple[Repair, ...]:
        """Return what was repaired, in the order of the file; `headers`: by the ids of columns."""
        firsts = {id: self._rows.firsts(id) for id, meant in self._meant.items() if meant.steps}
        found = [
            Repair(lines[place], headers[id], *step)
            for id, lines in firsts.items()
            for place, steps in self._meant[id].steps.items()
            for step in steps
        ]
        return tuple(sorted(found, key=lambda repair: repair.row))

    def _refused(self, row: int, repeated: bool) -> Refused:
        errors = [self._meant[id].wrong[self._rows.where[id][row]] for id in IDS if self._wrong[id][row]]
        if repeated:
            first = int(self._rows.numbers[self._first[row]])
            errors.append(self._error("id", row, Message("error.id_repeated", {"row": str(first)})))
        if self._ends_early[row]:
            start = calendar.date(int(self._values_at("term_start", row)))
            errors.append(self._error("valid_until", row, Message("error.end_before_start", {"first": start})))
        if self._too_long[row]:
            errors.append(self._error("valid_until", row, Message("error.term_too_long", {"years": 10})))
        if self._begins_late[row]:
            start = calendar.date(self._values_at("term_start", row))
            limits = {"first": calendar.FIRST_SERVICE, "last": start}
            errors.append(self._error("service_start", row, Message("error.service_start", limits)))
        return Refused(int(self._rows.numbers[row]), tuple(errors))

    def _values_at(self, id: str, row: int) -> int:
        return int(self._meant[id].values[self._rows.where[id][row]])

    def _error(self, field: str, row: int, message: Message) -> FieldError:
        return FieldError(field, self._meant[field].given[self._rows.where[field][row]], message)


def counts(names: Texts) -> NDArray[np.int64]:
    """Return how many names stand in each text."""
    counts: NDArray[np.int64] = np.strings.count(names, " ") + (names != "")
    return counts


def _marked(wrong: Mapping[int, FieldError], where: Where) -> NDArray[np.bool_]:
    """Return which rows have a wrong text."""
    if not wrong:
        return np.zeros(len(where), np.bool_)
    marks = np.zeros(int(where.max()) + 1, np.bool_)
    marks[list(wrong)] = True
    marked: NDArray[np.bool_] = marks[where]
    return marked
