"""Where work stands: by stage now, and as cumulative flow, day by day.

A migration counts for a stage from the day on which it came there for good: one that was sent back has it still to
come. A cancelled one leaves by every stage that it had before it, so that none stays in a band for ever.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.flow.history import FINISHED, STARTED, Item
from core.migration.stages import STAGES, position


def by_stage(items: Iterable[Item]) -> dict[str, int]:
    """Return how many open migrations stand at each stage but the last one."""
    standing = Counter(i.stage for i in items if i.open)
    return {stage: standing[stage] for stage in STAGES[:-1]}


@dataclass(frozen=True)
class Flow:
    """How many had entered each stage by the end of each day; `n` migrations, `left_out` more lack a day.

    `days`: one after the other, to today; `entered`: as many numbers for each stage.
    """

    n: int
    left_out: int
    days: tuple[dt.date, ...]
    entered: Mapping[str, NDArray[np.int64]]

    @property
    def in_progress(self) -> NDArray[np.int64]:
        """How many were in progress at the end of each day: what came less what left."""
        return self.entered[STARTED] - self.entered[FINISHED]


def flow(items: Iterable[Item], today: dt.date, first: dt.date | None = None) -> Flow:
    """Return the cumulative flow from a day on, the first enquiry's where none is given, up to today."""
    found = [entries(i) for i in items]
    known = [days for days in found if days is not None]
    since = first or min((days[0] for days in known), default=today)
    ordinals = range(since.toordinal(), today.toordinal() + 1)
    entered = {}
    for n, stage in enumerate(STAGES):
        days = np.sort(np.array([days[n].toordinal() for days in known if len(days) > n], np.int64))
        entered[stage] = np.searchsorted(days, np.array(ordinals), side="right")
    return Flow(len(known), len(found) - len(known), tuple(map(dt.date.fromordinal, ordinals)), entered)


def entries(i: Item) -> list[dt.date] | None:
    """Return the days on which a migration entered the stages, from the first on; None where they cannot be told.

    A stage whose day nobody knows was entered by the day of the next one.
    """
    if (i.began and i.started is None) or (i.done and i.finished is None) or (i.dropped and i.cancelled is None):
        return None
    told: list[dt.date | None] = [i.enquired, *(i.left.get(stage) for stage in STAGES[: position(i.stage)])]
    for stage, day in ((STARTED, i.started), (FINISHED, i.finished), (STAGES[-1], i.closed)):
        if position(i.stage) >= position(stage):
            told[position(stage)] = day
    if i.dropped:
        told += [i.cancelled] * (len(STAGES) - len(told))
    if told[-1] is None:
        return None
    days: list[dt.date] = []
    limit = dt.date.max
    for n in reversed(range(len(told))):
        day = told[n] or limit
        # Told out of order: nothing after the start was before it.
        if i.started is not None and n > position(STARTED):
            day = max(day, i.started)
        limit = min(day, limit)
        days.insert(0, limit)
    return days
