"""How long work takes, how old what is in progress is, and which of it to chase."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.flow.history import WORKED, Item
from core.flow.percentiles import ENOUGH, PERCENTS, Percentiles, TooFew, nearest_rank, percentiles
from core.migration.ranking import Ranked

LAST = 30
"""How many of the last finished ones an expectation is compared with."""


def cycle_times(items: Iterable[Item]) -> Percentiles | TooFew:
    """Return the percentiles of the cycle time of finished items, days."""
    return percentiles([i.cycle_time for i in items if i.done])


def lead_times(items: Iterable[Item]) -> Percentiles | TooFew:
    """Return the percentiles of the lead time of closed items, days."""
    return percentiles([i.lead_time for i in items if i.stage == "closed" and not i.dropped])


@dataclass(frozen=True, slots=True)
class Expectation:
    """The service level expectation: `percent` of the items finish within `days`.

    `within` of the last `last` did; `n` items say how many days it takes, `left_out` more would if their days were
    known. `given`: somebody set the days.
    """

    percent: int
    days: int
    given: bool
    within: int
    last: int
    n: int
    left_out: int


def expectation(items: Iterable[Item], percent: int = 85, days: int | None = None) -> Expectation | TooFew:
    """Return the service level expectation of a percentage (1 to 100), within `days` or what it has been so far."""
    done = [i for i in items if i.done]
    known = sorted(
        (finished, i.ref, days_taken)
        for i in done
        if (finished := i.finished) is not None and (days_taken := i.cycle_time) is not None
    )
    left_out = len(done) - len(known)
    if len(known) < ENOUGH:
        return TooFew(len(known), left_out=left_out)
    limit = nearest_rank([taken for _, _, taken in known], percent) if days is None else days
    last = [taken for _, _, taken in known[-LAST:]]
    within = sum(taken <= limit for taken in last)
    return Expectation(percent, limit, days is not None, within, len(last), len(known), left_out)


@dataclass(frozen=True, slots=True)
class Pace:
    """How old finished items were, in days, when they left each stage for the last time: by stage and percent."""

    n: int
    left_out: int
    of: Mapping[str, Mapping[int, int]]


def pace(items: Iterable[Item]) -> Pace | TooFew:
    """Return the pace bands over the finished items of which it is known when they started and finished.

    They all reached every stage, and none left one later than the next: so no band falls from one to the next.
    """
    ages = [_ages_left(i) for i in items if i.done]
    known = [found for found in ages if found is not None]
    left_out = len(ages) - len(known)
    if len(known) < ENOUGH:
        return TooFew(len(known), left_out=left_out)
    by_stage = zip(WORKED, zip(*known, strict=True), strict=True)
    bands = {stage: {percent: nearest_rank(found, percent) for percent in PERCENTS} for stage, found in by_stage}
    return Pace(len(known), left_out, bands)


def _ages_left(i: Item) -> list[int] | None:
    """Return how old an item was when it left each stage; None where its start or end is unknown."""
    if i.started is None or i.finished is None:
        return None
    ages: list[int] = []
    # Told out of order, a stage was still left no later than the next.
    limit = i.finished
    for stage in reversed(WORKED):
        # One that nobody told was left by the time the next one was.
        limit = max(min(i.left.get(stage) or limit, limit), i.started)
        ages.insert(0, (limit - i.started).days + 1)
    return ages


_CHASED = 2
"""How many bands an item has outgrown that is to be seen to: it is past 85 %."""


@dataclass(frozen=True, slots=True)
class Aged:
    """An item in progress, its age in days, and how many of the bands it has outgrown at its stage: 3 is past 95 %.

    `beyond` is None where there are no bands.
    """

    item: Item
    age: int
    beyond: int | None


@dataclass(frozen=True, slots=True)
class Ageing:
    """The items in progress, those to chase first; of `left_out` more nobody knows since when."""

    items: tuple[Aged, ...]
    left_out: int


def ageing(items: Iterable[Item], bands: Pace | TooFew, today: dt.date) -> Ageing:
    """Return the items in progress by how far they are beyond the pace of those before them, then by age."""
    here = [i for i in items if i.in_progress]
    found = [Aged(i, age, _beyond(i, age, bands)) for i in here if (age := i.age(today)) is not None]
    found.sort(key=lambda aged: (-(aged.beyond or 0), -aged.age, aged.item.ref))
    return Ageing(tuple(found), len(here) - len(found))


def to_chase(aged: Iterable[Aged], desk: Iterable[Ranked]) -> list[Aged]:
    """Return the items that are slower than 85 % of those before them, or overdue, in the one order of the desk."""
    places = {one.migration.id: (place, one.list == "overdue") for place, one in enumerate(desk)}
    found = [
        (place, one)
        for one in aged
        for place, overdue in [places.get(one.item.id, (len(places), False))]
        if overdue or (one.beyond or 0) >= _CHASED
    ]
    return [one for _, one in sorted(found, key=lambda entry: entry[0])]


def _beyond(i: Item, age: int, bands: Pace | TooFew) -> int | None:
    return None if isinstance(bands, TooFew) else sum(age > days for days in bands.of[i.stage].values())


def scatter(items: Sequence[Item]) -> list[Item]:
    """Return the finished items whose cycle time is known, in the order in which they finished."""
    found = [(i.finished, i.ref, i) for i in items if i.finished is not None and i.cycle_time is not None]
    return [i for *_, i in sorted(found, key=lambda entry: entry[:2])]
