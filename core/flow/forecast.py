"""When so many will be done, and how many by a day: exactly, from the throughput of working days.

A working day to come is taken to be any of those sampled, each as likely (a Monte Carlo simulation draws the same). The
distribution of what k days finish together is the k-fold convolution of one day's, so nothing is drawn and the figures
stand still. Days are counted from the next working day on.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.flow.percentiles import PERCENTS, TooFew
from core.flow.throughput import Samples
from core.ground import workdays

ACTIVE = 5
"""On how many days something must have finished for a forecast."""

HORIZON = 500
"""Working days, about two years: what lies further off is not forecast."""

_FEW = 64
"""Up to so many numbers, a convolution is quicker by hand than by transforms."""

_ROUNDING = 1e-9
"""What the sums of a forecast may be off by."""


@dataclass(frozen=True, slots=True)
class When:
    """The days by which `items` are done, by percent sure; None: after the HORIZON.

    From `days` working days, with something finished on `active` of them.
    """

    items: int
    days: int
    active: int
    by: Mapping[int, dt.date | None]


@dataclass(frozen=True, slots=True)
class HowMany:
    """How many are done by the end of a day, at least, by percent sure; from as many days as `When`."""

    day: dt.date
    days: int
    active: int
    at_least: Mapping[int, int]


def when_done(samples: Samples, items: int, today: dt.date) -> When | TooFew:
    """Return the days by which so many items, one or more, are done."""
    if samples.active < ACTIVE:
        return TooFew(samples.active, ACTIVE, samples.left_out)
    powers = _powers(_one_day(samples)[:items], items)
    needed = {percent: _days_needed(powers, percent / 100 - _ROUNDING) for percent in PERCENTS}
    by = {percent: workdays.working_days_later(today, n) if n else None for percent, n in needed.items()}
    return When(items, samples.days, samples.active, by)


def _powers(one: NDArray[np.float64], items: int) -> list[NDArray[np.float64]]:
    """Return how likely fewer than so many are done together by 1, 2, 4... days, number by number."""
    found = [one]
    while 1 << len(found) <= HORIZON:
        found.append(_fewer(found[-1], found[-1], items))
    return found


def _days_needed(powers: list[NDArray[np.float64]], wanted: float) -> int:
    """Return the fewest days by which all are done at least so likely; 0 where the HORIZON is too short for it."""
    # The longest time that is not enough, from the largest power down.
    days, undone = 0, np.ones(1)
    for place in reversed(range(len(powers))):
        longer = _fewer(undone, powers[place], len(powers[-1]))
        if days + (1 << place) <= HORIZON and 1.0 - longer.sum() < wanted:
            days, undone = days + (1 << place), longer
    return days + 1 if days < HORIZON else 0


def _fewer(one: NDArray[np.float64], other: NDArray[np.float64], items: int) -> NDArray[np.float64]:
    """Return the distribution of two together, as far as it stays below so many items."""
    if min(len(one), len(other)) < _FEW:
        return np.convolve(one, other)[:items]
    size = 1 << (len(one) + len(other) - 2).bit_length()
    found: NDArray[np.float64] = np.fft.irfft(np.fft.rfft(one, size) * np.fft.rfft(other, size), size)
    return found[: min(items, len(one) + len(other) - 1)]


def how_many(samples: Samples, day: dt.date, today: dt.date) -> HowMany | TooFew:
    """Return how many items are done by the end of a day; one beyond the HORIZON counts as its last day."""
    if samples.active < ACTIVE:
        return TooFew(samples.active, ACTIVE, samples.left_out)
    last = min(day, workdays.working_days_later(today, HORIZON))
    working = sum(workdays.is_working_day(today + dt.timedelta(days=n)) for n in range(1, (last - today).days + 1))
    # How likely it is that so many, or more, are done.
    at_least = np.cumsum(_together(_one_day(samples), working)[::-1])[::-1]
    found = {percent: int(np.flatnonzero(at_least >= percent / 100 - _ROUNDING)[-1]) for percent in PERCENTS}
    return HowMany(day, samples.days, samples.active, found)


def _one_day(samples: Samples) -> NDArray[np.float64]:
    return np.bincount(samples.counts) / samples.days


def _together(one: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return the distribution of what `count` days finish together: a convolution is a product of transforms."""
    most = count * (len(one) - 1)
    # A transform of a power of two is the quickest.
    size = 1 << most.bit_length()
    found: NDArray[np.float64] = np.fft.irfft(np.fft.rfft(one, size) ** count, size)
    return found[: most + 1]
