"""In which order the dates of a file have day and month: what all of its columns tell together."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.ground.clock import WARSAW
from core.ground.dates import DateOrder, Reads, reads, ways
from core.ground.messages import Message
from core.ground.moments import When
from core.ground.text_limits import LINE
from core.ground.validation import one_line
from core.pricing import calendar
from core.simulation.columns import COLUMNS
from core.simulation.rows import Rows
from core.spreadsheet.cell_repairs import formula
from core.spreadsheet.choices import Reading
from core.spreadsheet.questions import Question
from core.spreadsheet.survey import Evidence, decided

DATES = tuple(column.id for column in COLUMNS if column.kind == "date")
"""The ids of the columns that have days."""

_ORDERS: tuple[DateOrder, DateOrder] = ("dmy", "mdy")


@dataclass(frozen=True)
class Days:
    """How the file's dates are to be read, and what it leaves open."""

    order: DateOrder
    ways: Mapping[str, str]
    questions: tuple[Question, ...]
    both: Message | None
    off: frozenset[str]
    typed: bool


def how_dated(rows: Rows, mapping: Mapping[str, str | None], said: DateOrder, how: Reading) -> Days:
    """Return what the days of all columns together tell of their order."""
    headers = {id: name for name, id in mapping.items() if id}
    evidence = Evidence()
    found: dict[str, list[Reads]] = {}
    dates = [id for id in DATES if id in headers]
    for id in dates:
        found[id] = [_reads(text, how.off) for text in rows.texts[id]]
        cells = zip(rows.cells(id).items(), found[id], rows.firsts(id), strict=True)
        for (text, times), one, first in cells:
            evidence.see(one, headers[id], text, first, times)
    order = said or evidence.order
    if not order and evidence.open and not evidence.both:
        order = decided(*(_backwards(rows, found, one) for one in _ORDERS))
    written = {
        id: ways(((_bare(text, how.off), times) for text, times in rows.cells(id).items()), order) for id in dates
    }
    return Days(
        order,
        written,
        evidence.question(order),
        evidence.both,
        how.off,
        rows.typed,
    )


def _backwards(rows: Rows, found: Mapping[str, list[Reads]], order: DateOrder) -> bool:
    """Return whether a term ends before it begins where dates are read in an order."""
    days = [
        np.array([float(day_number(when)) if isinstance(when := one.by(order), When) else np.nan for one in found[id]])
        for id in ("term_start", "valid_until")
    ]
    start, until = (some[rows.where[id]] for some, id in zip(days, ("term_start", "valid_until"), strict=True))
    return bool(np.any(until < start))


def _reads(text: str, off: frozenset[str]) -> Reads:
    bare = _bare(text, off)
    return reads(one_line(bare) if len(bare) <= LINE else "?")


def _bare(text: str, off: frozenset[str]) -> str:
    held = formula(text, off)
    return text if held is None else held


def day_number(when: When) -> int:
    """Return the number of the day in Warsaw."""
    return calendar.number(when.at.astimezone(WARSAW).date())
