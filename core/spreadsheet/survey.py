"""What a whole file tells before its rows are read: the order of day and month in its dates, and what it leaves open.

A day that reads one way only, in any column of dates, proves the order for all of them; so does a contradiction that
comes of one order only. What nothing proves is asked, and nobody guesses.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from core.ground.dates import FORMATS, DateOrder, Reads, reads
from core.ground.messages import Message
from core.ground.text_limits import LINE
from core.ground.validation import one_line
from core.ground.words import fold
from core.migration.cell_values import known_status
from core.migration.import_columns import BY_ID
from core.spreadsheet.cell_repairs import bare
from core.spreadsheet.choices import Said
from core.spreadsheet.column_dates import contradicts
from core.spreadsheet.decoding import Sheet
from core.spreadsheet.placeholders import says_nothing
from core.spreadsheet.questions import Question

DATES = tuple(id for id, column in BY_ID.items() if column.kind in ("date", "yes_or_date"))
MOST_ASKED = 50
"""Statuses that are asked: a file with more of them has another column for its status."""


@dataclass(slots=True)
class Evidence:
    """What the dates of a file tell of their order: on which line each is proven, and what is open first."""

    proven: dict[DateOrder, int] = field(default_factory=dict)
    open: tuple[str, str, int] | None = None
    opens: int = 0

    def see(self, found: Reads, column: str, text: str, row: int, times: int = 1) -> None:
        """Take account of a cell: its header, its text, its (first) line, and how often it is there."""
        if order := found.proves:
            self.proven[order] = min(row, self.proven.get(order, row))
        elif found.open:
            if self.open is None or row < self.open[2]:
                self.open = column, text, row
            self.opens += times

    @property
    def order(self) -> DateOrder:
        """The order that is proven, "" where none is or both are."""
        return next(iter(self.proven)) if len(self.proven) == 1 else ""

    @property
    def both(self) -> Message | None:
        """What is said of a day in a file that proves both orders."""
        if len(self.proven) < 2:
            return None
        return Message("error.date_both_orders", {"dmy": self.proven["dmy"], "mdy": self.proven["mdy"]})

    def question(self, order: DateOrder) -> tuple[Question, ...]:
        """Return what is to be asked where an order is not known."""
        if order or self.open is None:
            return ()
        column, value, row = self.open
        return (Question("date_order", column, value, row, self.opens),)


@dataclass(frozen=True, slots=True)
class Survey:
    """The order of a file's dates, "" where it is open; how most dates of a column (by id) are written; what is asked.

    `both`: what is said of a day that reads both ways where the file proves both.
    """

    order: DateOrder
    ways: Mapping[str, str]
    questions: tuple[Question, ...]
    both: Message | None


def survey(sheet: Sheet, said: Said) -> Survey:
    """Return what a file tells as a whole, read as somebody said."""
    columns = {id: place for place, name in enumerate(sheet.header) if (id := said.columns.get(name))}
    dated = [(id, columns[id]) for id in DATES if id in columns]
    evidence = Evidence()
    shapes: dict[str, Counter[tuple[str, DateOrder]]] = {id: Counter() for id, _ in dated}
    statuses: dict[str, tuple[str, int, int]] = {}
    for line in sheet.lines:
        if line.error is not None:
            continue
        for id, place in dated:
            if cell := _text(said, sheet, line.cells, place):
                found = reads(cell)
                evidence.see(found, sheet.header[place], cell, line.number)
                if found.shape:
                    shapes[id][found.shape, found.proves] += 1
        if "status" in columns and (cell := _text(said, sheet, line.cells, columns["status"])):
            _ask_status(statuses, cell, line.number, said)
    order = said.date_order or evidence.order
    if not order and evidence.open and not evidence.both:
        order = _decided(sheet, said, dated)
    header = next((name for name, id in said.columns.items() if id == "status"), "")
    asked = [Question("status", header, value, row, rows) for value, row, rows in statuses.values()][:MOST_ASKED]
    ways = {id: _most(counts, order) for id, counts in shapes.items()}
    return Survey(order, ways, (*evidence.question(order), *asked), evidence.both)


def date_formats(sheet: Sheet, said: Said) -> dict[str, str]:
    """Return how most dates of each column with dates are written, by column id; none where their order is open."""
    return {id: FORMATS[way] for id, way in survey(sheet, said).ways.items() if way}


def _text(said: Said, sheet: Sheet, cells: tuple[str, ...], place: int) -> str:
    text = bare(cells[place], said.off)
    return "" if len(text) > LINE else one_line(text)


def _ask_status(statuses: dict[str, tuple[str, int, int]], text: str, row: int, said: Said) -> None:
    key = fold(text)
    if key in statuses:
        value, first, rows = statuses[key]
        statuses[key] = value, first, rows + 1
    elif len(statuses) <= MOST_ASKED and key not in said.statuses and not known_status(key) and not says_nothing(text):
        statuses[key] = text, row, 1


def _most(counts: Counter[tuple[str, DateOrder]], order: DateOrder) -> str:
    ways: Counter[str] = Counter()
    for (shape, proves), times in counts.items():
        ways[(order or proves) if shape == "numbers" else shape] += times
    return max(ways, key=lambda one: ways[one], default="dots")


def _decided(sheet: Sheet, said: Said, dated: list[tuple[str, int]]) -> DateOrder:
    """Return the order that contradicts nothing where the other one does; "" where that decides nothing."""
    dmy = mdy = False
    for found in _open_rows(sheet, said, dated):
        dmy = dmy or contradicts({id: one.by("dmy") for id, one in found.items()})
        mdy = mdy or contradicts({id: one.by("mdy") for id, one in found.items()})
        if dmy and mdy:
            break
    return decided(dmy, mdy)


def decided(dmy: bool, mdy: bool) -> DateOrder:
    """Return the order that is left where the other one contradicts itself."""
    return "" if dmy == mdy else "mdy" if dmy else "dmy"


def _open_rows(sheet: Sheet, said: Said, dated: list[tuple[str, int]]) -> Iterator[dict[str, Reads]]:
    for line in sheet.lines:
        if line.error is None:
            found = {id: reads(_text(said, sheet, line.cells, place)) for id, place in dated}
            if any(one.open for one in found.values()):
                yield found
