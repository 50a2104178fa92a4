"""What was started and finished: by the week, and by the working day as samples to forecast from."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.flow.history import Item
from core.ground import workdays

WEEKS = 12
"""How far back is looked."""

_WEEK = dt.timedelta(days=7)
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Week:
    """An ISO week by its Monday, and how many items were started and finished in it."""

    monday: dt.date
    started: int
    finished: int


@dataclass(frozen=True, slots=True)
class Weekly:
    """The weeks up to the present one, which may not be over; `left_out`: finished or started, nobody knows when."""

    weeks: tuple[Week, ...]
    left_out: int


def weekly(items: Iterable[Item], today: dt.date, weeks: int = WEEKS) -> Weekly:
    """Return how many items were started and finished in each of the last weeks, the present one included."""
    found = list(items)
    started = Counter(_monday(i.started) for i in found if i.started)
    finished = Counter(_monday(i.finished) for i in found if i.finished)
    mondays = [_monday(today) - _WEEK * n for n in reversed(range(weeks))]
    left_out = sum((i.began and i.started is None) or (i.done and i.finished is None) for i in found)
    return Weekly(tuple(Week(day, started[day], finished[day]) for day in mondays), left_out)


def _monday(day: dt.date) -> dt.date:
    return day - _DAY * day.weekday()


@dataclass(frozen=True)
class Samples:
    """How many items finished on each working day from `first` on, to yesterday; `left_out`: nobody knows when.

    What was seen on a day off counts for the next working day, when the desk is back.
    """

    first: dt.date
    counts: NDArray[np.int64]
    left_out: int

    @property
    def days(self) -> int:
        """How many working days there are."""
        return len(self.counts)

    @property
    def active(self) -> int:
        """On how many of them something finished."""
        return int(np.count_nonzero(self.counts))


def samples(items: Iterable[Item], today: dt.date, began: dt.date | None = None, weeks: int = WEEKS) -> Samples:
    """Return the throughput of the working days of the last weeks, zeros included, ending yesterday.

    It begins no earlier than the desk (`began`; else when something first finished): before that there was nothing to
    measure.
    """
    done = [i for i in items if i.done]
    seen = Counter(i.finished for i in done if i.finished)
    by_day: Counter[dt.date] = Counter()
    for day, count in seen.items():
        by_day[_next_working(day)] += count
    first = max(today - _WEEK * weeks, began or min(by_day, default=today))
    days = [day for n in range((today - first).days) if workdays.is_working_day(day := first + _DAY * n)]
    counts = np.array([by_day[day] for day in days], np.int64)
    return Samples(first, counts, len(done) - seen.total())


def desk_began(items: Iterable[Item]) -> dt.date | None:
    """Return the first day of which anything is told of any migration; None where nothing is."""
    return min((day for i in items for day in (i.enquired, i.started, i.finished) if day), default=None)


def _next_working(day: dt.date) -> dt.date:
    return day if workdays.is_working_day(day) else workdays.working_days_later(day, 1)
